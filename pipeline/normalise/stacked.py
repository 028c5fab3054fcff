"""Names printed downwards, side by side, in blocks one under the other.

童 贺 李      A block of three names. The two-character name leaves its middle place empty.
勋            A later block may have fewer names and is then centred, so its columns do not
海 立 樱      stand under those of the first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise, product
from statistics import quantiles

from pipeline.normalise.persons import Judge
from pipeline.normalise.placed import Mark, Row
from pipeline.normalise.readings import Reading, best_readings, cut_into_pieces

_LONGEST_NAME = 4
# Columns that are centred one by one stand on half lines, so a block may have more lines.
_BLOCK_LINES = 2 * _LONGEST_NAME - 1
_COLUMN_APART = 0.6  # characters between the centres of two columns, at least
_JITTER = 0.15  # characters, standard deviation of a centre inside its column
_ALIGNMENT = -0.5 / _JITTER**2
_PACKED = 0.3  # characters by which a line may miss the middle or the left edge
_MOST_RAGGED = 5  # names abreast
# Log-likelihood of a line that has lost its blanks: where its characters stand under no column,
# and where they do, which speaks against it unless the notice is known for such lines.
_RAGGED, _RAGGED_AGAINST_PLACES = -2.5, -9.0
_LEAST_STEP = 0.75  # characters between two lines, at least, to count as a step of a name

# Log-likelihoods of what may lie between two lines of a cell, by the distance in steps.
_BREAK_WITHOUT_GAP = -1.5
_GAP_INSIDE, _PER_GAP = -5.0, -16.0
_HALF_STEP_BREAK = -3.0
_HALF_STEP_INSIDE = -0.5
_UNEVEN_PADDING = -2.0


def stacked_readings(rows: Sequence[Row], judge: Judge) -> list[Reading]:
    """The best readings of `rows` as stacks; empty when they cannot be stacks."""
    found: list[Reading] = []
    layouts: dict[tuple[int, int], tuple[_Layout, ...]] = {}
    near = any(_is_half_step(above, below) for above, below in pairwise(rows))
    longest = _BLOCK_LINES if near else _LONGEST_NAME
    for step in _steps(rows):
        gaps = [_gap(above, below, step) for above, below in pairwise(rows)]
        # The score of what lies between two lines: above a block, and inside one.
        breaks = [0.0, *map(_break_score, gaps)]
        inside = [0.0, *accumulate(map(_inside_score, gaps))]

        def block(
            start: int,
            end: int,
            breaks: list[float] = breaks,
            inside: list[float] = inside,
        ) -> Iterable[Reading]:
            known = layouts.get((start, end))
            if known is None:
                known = layouts[start, end] = tuple(_layouts(rows[start:end], judge))
            score = breaks[start] + inside[end - 1] - inside[start]
            return [Reading(one.names, one.score + score, one.ragged) for one in known]

        found += cut_into_pieces(len(rows), longest, block)
    return best_readings(found)


def _is_half_step(above: Row, below: Row) -> bool:
    return above.part != below.part or below.y - above.y < _LEAST_STEP


def _steps(rows: Sequence[Row]) -> list[float]:
    """Distances from line to line that the cell may have been set with, in characters."""
    distances = [b.y - a.y for a, b in pairwise(rows) if a.part == b.part]
    full = [distance for distance in distances if distance >= _LEAST_STEP]
    if not full:
        return [1.0]
    low = quantiles(full, n=4)[0] if len(full) > 1 else full[0]
    steps = [max(low, min(full))]
    # Where every block holds two-character names only, each line lies two steps under the last.
    half = max(full) / 2
    if half >= 1.0 and abs(half - steps[0]) > 0.05:
        steps.append(half)
    return steps


def _gap(above: Row, below: Row, step: float) -> float | None:
    return (below.y - above.y) / step if above.part == below.part else None


@dataclass(frozen=True, slots=True)
class _Layout:
    """Names that lines hold when they are one block. `ragged`: some line has lost its blanks."""

    names: tuple[str, ...]
    score: float
    ragged: bool = False


_Column = list[tuple[int, int]]  # (line, place in the line), downwards


def _layouts(rows: Sequence[Row], judge: Judge) -> Iterable[_Layout]:
    """The ways in which `rows` are one block of names."""
    columns = _columns(rows)
    if columns is not None:
        yield from _scored(rows, columns, judge)
    if len(rows) > _LONGEST_NAME:
        return
    roster = judge.roster
    if columns is None or roster.ragged:
        for loose, count in _ragged_columns(rows):
            yield from _scored(rows, loose, judge, _RAGGED * count)
    elif roster.names and not all(judge.knows(_name(rows, column)) for column in columns):
        # Against the places speaks only that other cells know the persons.
        for loose, count in _ragged_columns(rows):
            if any(judge.knows(_name(rows, column)) for column in loose):
                yield from _scored(rows, loose, judge, _RAGGED_AGAINST_PLACES * count)


def _name(rows: Sequence[Row], column: _Column) -> str:
    return "".join([rows[at].marks[place].text for at, place in column])


def _scored(
    rows: Sequence[Row], columns: Sequence[_Column], judge: Judge, ragged: float = 0.0
) -> Iterable[_Layout]:
    score = ragged
    names = []
    for column in columns:
        name = _name(rows, column)
        score += judge.score(name) + _padding_score([at for at, _ in column], len(rows))
        if not ragged:
            score += _alignment_score([rows[at].marks[place] for at, place in column])
        names.append(name)
    if score > -math.inf:
        yield _Layout(tuple(names), score, bool(ragged))


def _columns(rows: Sequence[Row]) -> list[_Column] | None:
    """Columns from left to right by the places of the characters; None: no block."""
    if len(rows) < 2:
        return None
    columns = _under_first(rows)
    if columns is not None:
        return columns if _are_names(columns, len(rows)) else None
    places = sorted(
        (mark.x, at, place) for at, row in enumerate(rows) for place, mark in enumerate(row.marks)
    )
    columns = []
    last = -math.inf
    for x, at, place in places:
        if x - last > _COLUMN_APART:
            columns.append([])
        columns[-1].append((at, place))
        last = x
    for column in columns:
        column.sort()
    return columns if _are_names(columns, len(rows)) else None


def _under_first(rows: Sequence[Row]) -> list[_Column] | None:
    """Columns where every character stands under one of the first line; None where not."""
    first = rows[0].marks
    columns: list[_Column] = [[(0, place)] for place in range(len(first))]
    for at, row in enumerate(rows[1:], 1):
        column = 0
        for place, mark in enumerate(row.marks):
            while column < len(first) and mark.x - first[column].x > _COLUMN_APART:
                column += 1
            if column == len(first) or first[column].x - mark.x > _COLUMN_APART:
                return None
            columns[column].append((at, place))
    return columns


def _are_names(columns: Sequence[_Column], height: int) -> bool:
    middle = (height - 1) / 2
    for column in columns:
        lines = [at for at, _ in column]
        if not 2 <= len(lines) <= _LONGEST_NAME or len(set(lines)) < len(lines):
            return False
        # Else columns of two blocks, one centred under the other, would pass for one block.
        hangs = lines == list(range(len(lines))) and height <= _LONGEST_NAME
        if not (hangs or lines[0] <= middle <= lines[-1]):
            return False
    return True


def _ragged_columns(rows: Sequence[Row]) -> Iterable[tuple[list[_Column], int]]:
    """Columns where short lines have lost the blanks that stood for places, and their count.

    Browsers and recognisers drop blanks at the end of a line, and writers leave them out: the rest
    of the line is then centred or pushed to the left, and its places say nothing.
    """
    abreast = len(rows[0].marks)
    short = [at for at, row in enumerate(rows) if len(row.marks) < abreast]
    if len(rows) < 2 or abreast < 2 or abreast > _MOST_RAGGED or not short:
        return
    first = rows[0].marks
    for at, row in enumerate(rows):
        if at in short:
            if not (row.part == rows[0].part and _is_packed(row, rows[0])):
                return
        elif len(row.marks) > abreast or any(
            abs(mark.x - other.x) > _COLUMN_APART
            for mark, other in zip(row.marks, first, strict=True)
        ):
            return
    whole = {at: [tuple(range(abreast))] for at in range(len(rows)) if at not in short}
    ways = {at: list(combinations(range(abreast), len(rows[at].marks))) for at in short}
    chosen = whole | ways
    for taken in product(*(chosen[at] for at in range(len(rows)))):
        columns: list[_Column] = [[] for _ in range(abreast)]
        for at, places in enumerate(taken):
            for place, column in enumerate(places):
                columns[column].append((at, place))
        if _are_names(columns, len(rows)):
            yield columns, len(short)


def _is_packed(row: Row, full: Row) -> bool:
    """Whether a short line stands as without blanks: tight, and centred or at the left edge."""
    usual = (full.marks[-1].x - full.marks[0].x) / (len(full.marks) - 1)
    if any(step > usual + _COLUMN_APART for step in row.steps):
        return False
    centre = (full.marks[0].x + full.marks[-1].x) / 2
    own = (row.marks[0].x + row.marks[-1].x) / 2
    return abs(own - centre) < _PACKED or abs(row.marks[0].x - full.marks[0].x) < _PACKED


def _break_score(gap: float | None) -> float:
    if gap is None or gap > 1.05:
        return 0.0
    return _BREAK_WITHOUT_GAP if gap >= 0.9 else _HALF_STEP_BREAK


def _inside_score(gap: float | None) -> float:
    if gap is None or 0.9 <= gap <= 1.05 or 1.8 <= gap <= 2.2:
        return 0.0
    if gap < 0.9:
        return _HALF_STEP_INSIDE
    return max(_GAP_INSIDE, _PER_GAP * (gap - 1)) if gap < 1.8 else _GAP_INSIDE


def _padding_score(lines: Sequence[int], height: int) -> float:
    """Names stand from the first line to the last, or are centred; the rest is odd."""
    if lines[0] == 0 and lines[-1] == height - 1:
        return 0.0
    centred = abs(lines[0] - (height - 1 - lines[-1])) <= 1
    whole = lines[-1] - lines[0] == len(lines) - 1
    return _UNEVEN_PADDING / 2 if centred or (whole and lines[0] == 0) else _UNEVEN_PADDING


def _alignment_score(marks: Sequence[Mark]) -> float:
    centre = sum(mark.x for mark in marks) / len(marks)
    return _ALIGNMENT * sum((mark.x - centre) ** 2 for mark in marks)
