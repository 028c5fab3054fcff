"""Rows that no rule parts: from the serials and the white gaps over all columns; pure, in points.

Serials stand at the top of their rows, or in the middle. At the top, a row begins at the gap above
its serial. In the middle, rows part in those gaps between serials, wide ones rather than narrow,
that leave each serial in the middle of its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.geometry import BBox
from pipeline.grid.intervals import Interval, gaps, joined

# In characters.
GAP = 0.25  # the least white between rows
THIN = 0.05  # and where a serial at the top of its row shows where that begins
ALIKE = 0.15  # gaps that differ by less are alike
ABOVE = 0.6  # a serial at the top of its row stands so near below the gap
OPEN = 3  # half characters that a row over the page end goes on below its text
REST = 0.3  # what speaks against the rest of a row above the first one
FAR = 1.5  # a wider gap tells no more
WORTH = 0.6
"""What a gap as wide as a character counts against a character's distance from the middle."""


@dataclass(frozen=True, slots=True)
class Band:
    """The text between two rules.

    `filled` are the stretches with text from top to bottom, column by column; `marks` the lines of
    the serials' column `serial` (None: there is no such column); `unit` the character height;
    `open`: its last row may go on over the page end, and ends at its text only by chance.
    """

    top: float
    bottom: float
    filled: tuple[tuple[Interval, ...], ...]
    marks: tuple[Interval, ...]
    serial: int | None
    unit: float
    open: bool = False

    def white(self, low: float, high: float) -> list[Interval]:
        """The gaps over all columns between two heights."""
        return _white(self.filled, low, high, GAP * self.unit)

    def below(self, y: float) -> Band:
        """The part of the band below a height."""
        return replace(self, top=y, marks=tuple(mark for mark in self.marks if mark[0] > y))


def to_band(
    columns: Sequence[Sequence[BBox]], serial: int | None, limits: Interval, unit: float
) -> Band:
    """The band between two heights; `columns` are the characters column by column."""
    inside = [[b for b in column if limits[0] < b.y_mid < limits[1]] for column in columns]
    filled = tuple(tuple(joined((b.top, b.bottom) for b in column)) for column in inside)
    marks = () if serial is None else tuple((t.top, t.bottom) for t in text_lines(inside[serial]))
    return Band(*limits, filled, marks, serial, unit)


def text_lines(boxes: Sequence[BBox]) -> list[BBox]:
    """Characters at one height as one box each, from top to bottom."""
    lines = []
    for top, bottom in joined((box.top, box.bottom) for box in boxes):
        own = [box for box in boxes if top <= box.y_mid <= bottom]
        lines.append(BBox(min(b.x0 for b in own), top, max(b.x1 for b in own), bottom))
    return lines


def split_head(band: Band) -> tuple[Band, ...]:
    """The heading and the rows below it, where they stand in one band."""
    if len(band.marks) < 2:
        return (band,)
    white = band.white(_middle(band.marks[0]), _middle(band.marks[1]))
    if not white:
        return (band,)
    y = _middle(white[0])
    return replace(band, bottom=y, marks=band.marks[:1]), band.below(y)


def bands_to_rows(bands: Sequence[Band]) -> tuple[list[float], list[Interval]]:
    """Where rows part in bands one below the other, and the stretches in which that is doubtful."""
    cuts = [band.top for band in bands[1:]]
    doubtful: list[Interval] = []
    for band in bands:
        if band.serial is None:
            if sum(len(column) > 3 for column in band.filled) > 1:
                doubtful.append((band.top, band.bottom))
        elif band.marks:
            found, doubts = _at_top(band) or _in_middle(band)
            cuts += found
            doubtful += doubts
    return cuts, doubtful


def _at_top(band: Band) -> tuple[list[float], list[Interval]] | None:
    """Rows whose serials stand at their top; None when one stands lower."""
    white = _white(band.filled, band.top, band.bottom, THIN * band.unit)
    first = min(
        (start for column in band.filled for start, _ in column if start > band.top), default=0.0
    )
    reach = ABOVE * band.unit
    cuts = []
    for top, _ in band.marks:
        if top - first <= reach:
            continue  # nothing above it
        near = [gap for gap in white if -reach / 2 <= top - gap[1] <= reach]
        if not near:
            return None
        cuts.append(_middle(near[-1]))
    return cuts, []


def _in_middle(band: Band) -> tuple[list[float], list[Interval]]:
    """Rows whose serials stand in their middle."""
    marks = [_middle(mark) for mark in band.marks]
    choices: list[list[Interval]] = []
    doubtful: list[Interval] = []
    for above, below in pairwise(marks):
        found, merged = _between(band, above, below)
        widest = max(high - low for low, high in found)
        alike = [gap for gap in found if widest - (gap[1] - gap[0]) < ALIKE * band.unit]
        if merged or len(alike) != 1:
            doubtful.append((above, below))
        choices.append(found)
    # What a page end has cut off from a row has no serial; it stands above the first one.
    start = (band.top, band.top)
    rests = [gap for gap in band.white(band.top, marks[0]) if gap[0] > band.top + band.unit / 2]
    steps = range(OPEN + 1 if band.open else 1)
    ends = [(band.bottom + at * band.unit / 2,) * 2 for at in steps]
    places = balance(marks, [[start, *rests], *choices, ends], band.unit)
    if places[0] != band.top:
        doubtful.append((band.top, marks[0]))
    return [y for y in places[:-1] if y != band.top], doubtful


def balance(
    marks: Sequence[float], choices: Sequence[Sequence[Interval]], unit: float
) -> list[float]:
    """Of the gaps before, between and behind marks those that leave each mark in the middle.

    The first of the first counts for more than others there. A wide gap makes up for some distance
    from the middle. The least sum of both over all rows is found
    from row to row (Viterbi), since each gap ends one row and begins the next.
    """
    paths = [
        (REST * (at > 0) - _gain(gap, unit), [_middle(gap)]) for at, gap in enumerate(choices[0])
    ]
    for mark, gaps_below in zip(marks, choices[1:], strict=True):
        step = []
        for gap in gaps_below:
            y = _middle(gap)
            costs = [cost + abs(mark - (ys[-1] + y) / 2) / unit for cost, ys in paths]
            best = min(range(len(costs)), key=lambda index: costs[index])
            step.append((costs[best] - _gain(gap, unit), [*paths[best][1], y]))
        paths = step
    return min(paths, key=lambda path: path[0])[1]


def _gain(gap: Interval, unit: float) -> float:
    return WORTH * min((gap[1] - gap[0]) / unit, FAR)


def _between(band: Band, above: float, below: float) -> tuple[list[Interval], bool]:
    """The gaps between two serials over all columns, or (True) over all but a merged cell.

    Where there is none, it is halfway.
    """
    whole = band.white(above, below)
    if whole:
        return whole, False
    least = GAP * band.unit
    tries = [
        _white([c for i, c in enumerate(band.filled) if i != out], above, below, least)
        for out in range(len(band.filled))
        if out != band.serial
    ]
    best = max(tries, key=lambda found: max((b - a for a, b in found), default=0.0), default=[])
    halfway = (above + below) / 2
    return best or [(halfway, halfway)], True


def _white(
    filled: Iterable[Sequence[Interval]], low: float, high: float, least: float
) -> list[Interval]:
    spans = joined(span for column in filled for span in column)
    inside = [(max(a, low), min(b, high)) for a, b in spans if a < high and low < b]
    return gaps(joined([(low, low), *inside, (high, high)]), least)


def _middle(span: Interval) -> float:
    return (span[0] + span[1]) / 2
