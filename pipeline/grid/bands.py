"""Rows that no rule parts: from the serials and the white gaps over all columns; pure, in points.

Serials stand at the top of their rows, or in the middle. At the top, a row begins at the gap above
its serial. In the middle, rows part in those gaps between serials, wide ones rather than narrow,
that leave each serial in the middle of its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from pipeline.geometry import BBox
from pipeline.grid.intervals import Interval, joined, white_gaps

# In characters.
NARROW = 2.6  # the widest that serials and their heading are
APART = 0.4  # serials stand farther apart
WIDE = 0.7  # no digit is wider
GAP = 0.25  # the least white between rows
THIN = 0.05  # and where a serial at the top of its row shows where that begins
ALIKE = 0.15  # gaps that differ by less are alike
ABOVE = 0.6  # a serial at the top of its row stands so near below the gap
OPEN = 3  # half characters that a row over the page end goes on below its text
REST = 0.3  # what speaks against the rest of a row above the first one
FAR = 1.5  # a wider gap tells no more
OFF = 1.0  # serials in the middle of rows are not so far from it
WORTH = 0.6
"""What a gap as wide as a character counts against a character's distance from the middle."""
MERGED = 1.2
"""What speaks against a gap over all columns but one, whose text may be that of merged cells."""
SPARSE = 0.3
"""The same where that column has fewer texts than there are serials, and much white."""
LINES = 1.5  # a cell of several lines is higher
LEVEL = 0.4  # what stands at one height differs by less
BLOCK = 1.05  # lines of one cell stand nearer
SPARE = 0.1  # lines of one cell stand apart alike but for so much
LOOSE = 1.4
"""How much farther apart than usual lines of one cell may stand."""

Choice = tuple[Interval, float]
"""A gap, and what speaks against it."""


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
        return white_gaps(self.filled, low, high, GAP * self.unit)

    def below(self, y: float) -> Band:
        """The part of the band below a height."""
        filled = tuple(tuple(one for one in column if one[1] > y) for column in self.filled)
        marks = tuple(mark for mark in self.marks if mark[0] > y)
        return replace(self, top=y, filled=filled, marks=marks)


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


def below_head(band: Band, bottom: float) -> Band | None:
    """The rows below a heading that ends about `bottom`; None where nothing is below it.

    The mark of a heading stands in its middle, and a heading of two lines may show a gap.
    """
    marks = [_middle(mark) for mark in band.marks]
    low = max([bottom - GAP * band.unit, *marks[:1]])
    last = max((end for column in band.filled for _, end in column), default=low)
    high = next((mark for mark in marks[1:] if mark > max(low, bottom)), last)
    white = [gap for gap in band.white(low, high) if gap[1] < last]
    return band.below(_middle(white[0])) if white else None


def stands_low(band: Band) -> bool:
    """Whether the one serial of a band stands below its middle, as where two rows are in it."""
    middle = (band.top + band.bottom) / 2
    return len(band.marks) == 1 and _middle(band.marks[0]) - middle > OFF * band.unit


def begins_at_mark(band: Band) -> bool:
    """Whether nothing stands above the first serial of a band."""
    return bool(band.marks) and band.marks[0][0] - _first_text(band) <= ABOVE * band.unit


def _first_text(band: Band) -> float:
    starts = (start for column in band.filled for start, _ in column if start > band.top)
    return min(starts, default=0.0)


def band_to_rows(band: Band) -> tuple[list[float], list[Interval]]:
    """Where rows part in a band, and the stretches in which that is doubtful."""
    if band.serial is None:
        several = sum(len(column) > 3 for column in band.filled) > 1
        return [], [(band.top, band.bottom)] if several else []
    if not band.marks:
        return [], []
    return _at_top(band) or _in_middle(band)


def _at_top(band: Band) -> tuple[list[float], list[Interval]] | None:
    """Rows whose serials stand at their top; None when one stands lower.

    The text of a merged cell may fill the gap above a serial, but not above most of them.
    """
    first, hang = _first_text(band), _hang(band)
    reach, most = ABOVE * band.unit, MERGED if hang else 2 * SPARSE
    apart = LOOSE * _usual_gap(span for column in band.filled for span in pairwise(column))
    cuts: list[float] = []
    wide, doubtful = 0, list[Interval]()
    above = band.top
    for top, bottom in band.marks:
        if top - first > reach:  # nothing stands above the first row
            white = _gaps_but_merged(band, above, bottom, THIN * band.unit)
            near = [
                (gap, against)
                for gap, against in white
                if -reach / 2 <= top - gap[1] <= reach and against <= most
            ]
            if not near:
                return None
            # Those over all columns come first.
            gap, merged = max(near, key=lambda one: (-one[1], one[0][0]))
            cuts.append(_middle(gap))
            wide += gap[1] - gap[0] >= apart
            if merged:
                doubtful.append((above, bottom))
        above = bottom
    # Above a serial in the middle of its row there may be a gap too, but as between any lines; the
    # first row shows where serials stand, if it begins there.
    shown = 2 * wide >= len(cuts) or len(cuts) < len(band.marks) or hang
    parted = shown and 2 * len(doubtful) < len(cuts)
    return (cuts, doubtful) if parted or not cuts else None


def _hang(band: Band) -> bool:
    """Whether cells of several lines begin at the height of their serials, most of them.

    Cells that stand close to those of the row above or below say nothing.
    """
    hanging = standing = 0
    for column, filled in enumerate(band.filled):
        for top, bottom in () if column == band.serial else to_blocks(filled, band.unit):
            own = [mark for mark in band.marks if mark[0] < bottom and top < mark[1]]
            if len(own) == 1 and bottom - top > LINES * band.unit:
                hanging += abs(own[0][0] - top) <= LEVEL * band.unit
                standing += abs(_middle(own[0]) - (top + bottom) / 2) <= LEVEL * band.unit
    return hanging > 2 * standing


def _in_middle(band: Band) -> tuple[list[float], list[Interval]]:
    """Rows whose serials stand in their middle."""
    marks = [_middle(mark) for mark in band.marks]
    choices = [_between(band, above, below) for above, below in pairwise(marks)]
    # What a page end has cut off from a row has no serial; it stands above the first one.
    above_first = band.white(band.top, marks[0])
    rests = [(gap, REST) for gap in above_first if gap[0] > band.top + band.unit / 2]
    steps = range(OPEN + 1 if band.open else 1)
    ends = [((band.bottom + at * band.unit / 2,) * 2, 0.0) for at in steps]
    start = ((band.top, band.top), 0.0)
    places = balance(marks, [[start, *rests], *choices, ends], band.unit)
    between = zip(pairwise(marks), places[1:-1], choices, strict=True)
    doubtful = [span for span, y, found in between if not _is_clear(y, found, band.unit)]
    if places[0] != band.top:
        doubtful.append((band.top, marks[0]))
    return [y for y in places[:-1] if y != band.top], doubtful


def _is_clear(y: float, choices: Sequence[Choice], unit: float) -> bool:
    """Whether rows part in a gap over all columns, and only one is as wide."""
    whole = [gap for gap, against in choices if not against]
    widest = max((high - low for low, high in whole), default=0.0)
    alike = [gap for gap in whole if widest - (gap[1] - gap[0]) < ALIKE * unit]
    return len(alike) == 1 and y in map(_middle, whole)


def balance(
    marks: Sequence[float], choices: Sequence[Sequence[Choice]], unit: float
) -> list[float]:
    """Of the gaps before, between and behind marks those that leave each mark in the middle.

    A wide gap makes up for some distance from the middle. The least sum of what speaks against
    gaps over all rows is found from row to row (Viterbi), since each gap ends one row and begins
    the next.
    """
    paths = [(against - _gain(gap, unit), [_middle(gap)]) for gap, against in choices[0]]
    for mark, below in zip(marks, choices[1:], strict=True):
        step = []
        for gap, against in below:
            y = _middle(gap)
            costs = [cost + abs(mark - (ys[-1] + y) / 2) / unit for cost, ys in paths]
            best = min(range(len(costs)), key=lambda index: costs[index])
            step.append((costs[best] + against - _gain(gap, unit), [*paths[best][1], y]))
        paths = step
    return min(paths, key=lambda path: path[0])[1]


def _gain(gap: Interval, unit: float) -> float:
    return WORTH * min((gap[1] - gap[0]) / unit, FAR)


def _between(band: Band, above: float, below: float) -> list[Choice]:
    """The gaps between two serials; where there is none, it is halfway."""
    halfway = (above + below) / 2
    found = _gaps_but_merged(band, above, below, GAP * band.unit)
    return found or [((halfway, halfway), MERGED)]


def _gaps_but_merged(band: Band, low: float, high: float, least: float) -> list[Choice]:
    """The gaps over all columns, then those over all but one or two, which may be merged cells."""
    found = dict.fromkeys(white_gaps(band.filled, low, high, least), 0.0)
    costs = [
        (index, SPARSE if _is_sparse(column, band) else MERGED)
        for index, column in enumerate(band.filled)
        if index != band.serial and any(a < high and low < b for a, b in column)
    ]
    for count in (1, 2):
        for out in combinations(costs, count):
            left = {index for index, _ in out}
            rest = [column for index, column in enumerate(band.filled) if index not in left]
            against = sum(cost for _, cost in out)
            for gap in white_gaps(rest, low, high, least):
                found[gap] = min(found.get(gap, against), against)
    return sorted(found.items(), key=lambda one: (one[1], one[0]))


def _is_sparse(column: Sequence[Interval], band: Band) -> bool:
    few = len(to_blocks(column, band.unit)) < len(band.marks)
    return few and 2 * sum(b - a for a, b in column) < band.bottom - band.top


def to_blocks(filled: Sequence[Interval], unit: float) -> list[Interval]:
    """Lines that stand as close as lines of one cell do, as one stretch."""
    close = min(BLOCK * unit, LOOSE * _usual_gap(pairwise(filled)) + SPARE * unit)
    return [(top, bottom - close) for top, bottom in joined((a, b + close) for a, b in filled)]


def _usual_gap(pairs: Iterable[tuple[Interval, Interval]]) -> float:
    """The gap between two lines; of two lines in each row, every other gap is one between rows."""
    apart = sorted(below[0] - above[1] for above, below in pairs)
    return apart[len(apart) // 4] if apart else 0.0


def _middle(span: Interval) -> float:
    return (span[0] + span[1]) / 2


def serial_column(columns: Sequence[list[BBox]], unit: float) -> int | None:
    """The left column that holds narrow lines apart from each other, numbers rather than words."""
    found: list[tuple[int, int]] = []
    for index, boxes in enumerate(columns[:3]):
        lines = text_lines(boxes)
        if len(lines) > 1 and all(line.width <= NARROW * unit for line in lines):
            apart = [after.top - before.bottom for before, after in pairwise(lines)]
            # The first of them is the heading, which may stand near.
            if all(gap > unit for gap in apart[1:]) and apart[0] > APART * unit:
                below = [b for b in boxes if b.y_mid > lines[0].bottom]
                words = sum(b.width > WIDE * unit for b in below)
                found.append((words, index))
    return min(found)[1] if found else None
