"""Names printed downwards, side by side, in blocks one under the other.

童 贺 李      A block of three names. The two-character name leaves its middle place empty.
勋            A later block may have fewer names and is then centred, so its columns do not
海 立 樱      stand under those of the first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import mean, quantiles

from pipeline.normalise.persons import Judge
from pipeline.normalise.placed import Mark, Row
from pipeline.normalise.readings import Reading, best_readings, cut_into_pieces

_LONGEST_NAME = 4
# Columns that are centred one by one stand on half lines, so a block may have more lines.
_BLOCK_LINES = 2 * _LONGEST_NAME - 1
_COLUMN_APART = 0.6  # characters between the centres of two columns, at least
_JITTER = 0.15  # characters, standard deviation of a centre inside its column
_LEAST_STEP = 0.75  # characters between two lines, at least, to count as a step of a name

# Log-likelihoods of what may lie between two lines of a cell, by the distance in steps.
_BREAK_WITHOUT_GAP = -1.5
_GAP_INSIDE = -4.0
_HALF_STEP_BREAK = -3.0
_HALF_STEP_INSIDE = -0.5
_UNEVEN_PADDING = -2.0


def stacked_readings(rows: Sequence[Row], judge: Judge) -> list[Reading]:
    """The best readings of `rows` as stacks; empty when they cannot be stacks."""
    found: list[Reading] = []
    for step in _steps(rows):
        gaps = [_gap(above, below, step) for above, below in pairwise(rows)]

        def block(start: int, end: int, gaps: list[float | None] = gaps) -> Iterable[Reading]:
            return _block(rows[start:end], gaps[start - 1 if start else 0 : end], start, judge)

        found += cut_into_pieces(len(rows), _BLOCK_LINES, block)
    return best_readings(found)


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


def _block(
    rows: Sequence[Row], gaps: Sequence[float | None], start: int, judge: Judge
) -> Iterable[Reading]:
    """The one reading of `rows` as a block. `gaps` begins with the gap above it, if any."""
    columns = _columns(rows)
    if columns is None:
        return
    above, inner = (gaps[0], gaps[1:]) if start else (None, gaps)
    score = _break_score(above) + sum(_inside_score(gap) for gap in inner[: len(rows) - 1])
    names = []
    for column in columns:
        name = "".join(rows[at].marks[place].text for at, place in column)
        score += judge.score(name) + _padding_score([at for at, _ in column], len(rows))
        score += _alignment_score([rows[at].marks[place] for at, place in column])
        names.append(name)
    if score > -math.inf:
        yield Reading(tuple(names), score)


def _columns(rows: Sequence[Row]) -> list[list[tuple[int, int]]] | None:
    """Columns from left to right as (line, place in the line), downwards; None: no block."""
    places = sorted(
        (mark.x, at, place) for at, row in enumerate(rows) for place, mark in enumerate(row.marks)
    )
    columns: list[list[tuple[int, int]]] = []
    last = -math.inf
    for x, at, place in places:
        if x - last > _COLUMN_APART:
            columns.append([])
        columns[-1].append((at, place))
        last = x
    middle = (len(rows) - 1) / 2
    for column in columns:
        column.sort()
        lines = [at for at, _ in column]
        if not 2 <= len(lines) <= _LONGEST_NAME or len(set(lines)) < len(lines):
            return None
        # Else columns of two blocks, one centred under the other, would pass for one block.
        hangs = lines == list(range(len(lines))) and len(rows) <= _LONGEST_NAME
        if not (hangs or lines[0] <= middle <= lines[-1]):
            return None
    return columns


def _break_score(gap: float | None) -> float:
    if gap is None or gap > 1.05:
        return 0.0
    return _BREAK_WITHOUT_GAP if gap >= 0.9 else _HALF_STEP_BREAK


def _inside_score(gap: float | None) -> float:
    if gap is None or 0.9 <= gap <= 1.05 or 1.8 <= gap <= 2.2:
        return 0.0
    if gap < 0.9:
        return _HALF_STEP_INSIDE
    return max(_GAP_INSIDE, -8 * (gap - 1)) if gap < 1.8 else _GAP_INSIDE


def _padding_score(lines: Sequence[int], height: int) -> float:
    """Names stand from the first line to the last, or are centred; the rest is odd."""
    if lines[0] == 0 and lines[-1] == height - 1:
        return 0.0
    centred = abs(lines[0] - (height - 1 - lines[-1])) <= 1
    whole = lines[-1] - lines[0] == len(lines) - 1
    return _UNEVEN_PADDING / 2 if centred or (whole and lines[0] == 0) else _UNEVEN_PADDING


def _alignment_score(marks: Sequence[Mark]) -> float:
    centre = mean(mark.x for mark in marks)
    return -0.5 * sum(((mark.x - centre) / _JITTER) ** 2 for mark in marks)
