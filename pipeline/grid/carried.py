"""Columns carried over page ends, to pages that show few gutters or none; pure, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.geometry import BBox, union
from pipeline.grid.areas import EMPTY, IMPRINT, Area
from pipeline.grid.foot import keeps_on
from pipeline.grid.intervals import Interval, joined
from pipeline.grid.search import MARGIN
from pipeline.model import Ruling

# In characters.
CLOSE = 1.2  # a rule that ends a table stands so near to its text
STEP = 0.1  # places for an edge are tried so far apart
SAME = 1.5  # the ends of rules of one table lie so near
ENDED = 6.0  # no row has a higher blank in all its columns
CROSSED = 0.03
"""Share of the characters of a line that may lie over an edge."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table as its pages show them.

    `ends` are its left and right side, `texts` how far the text of each column goes, `serial` the
    column of the serials, if it is known.
    """

    ends: Interval
    texts: tuple[Interval, ...]
    serial: int | None = None

    def moved(self, by: float) -> Columns:
        """The same columns farther to the right."""
        texts = tuple((start + by, end + by) for start, end in self.texts)
        return Columns((self.ends[0] + by, self.ends[1] + by), texts, self.serial)


def carried_area(
    boxes: Sequence[BBox], rules: Sequence[Ruling], columns: Columns, unit: float
) -> Area | None:
    """The text at the top of a page, as far as it keeps to columns; None where it does not."""
    columns = columns.moved(_offset(rules, columns.ends, unit))
    left, right = columns.ends
    inside = [b for b in boxes if left - unit <= b.x_mid <= right + unit]
    places = _places(columns, inside, unit)
    taken: list[BBox] = []
    for line in _lines(inside, rules, columns.ends, unit):
        crossing = sum(b.x0 < x < b.x1 for b in line for x in places)
        if crossing > CROSSED * len(line):
            break
        taken += line
    if not taken:
        return None
    text = union(taken)
    near = [r for r in rules if min(r.end, right) - max(r.start, left) > unit]
    top, bottom = _close(near, text, unit)
    box = BBox(min(left, text.x0), top, max(right, text.x1), bottom)
    own = tuple(r for r in near if top - unit / 2 <= r.position <= bottom + unit / 2)
    edges = tuple((x, x) for x in places)
    return Area(box, tuple(taken), own, (), edges, headed=False, carried=True)


def _lines(
    boxes: Sequence[BBox], rules: Sequence[Ruling], ends: Interval, unit: float
) -> Iterator[list[BBox]]:
    """The lines that may belong to the table: down to its last rule, and what keeps on below."""
    # Before the first line there is no other that tells how far a blank may reach.
    start = min((b.top for b in boxes), default=0.0)
    wide = (r for r in rules if abs(r.start - ends[0]) + abs(r.end - ends[1]) <= SAME * unit)
    last = _last([r.position for r in wide], boxes, unit) or start
    above = [b for b in boxes if b.y_mid < last]
    end = start
    for top, bottom in joined((b.top, b.bottom) for b in above):
        if top - end > ENDED * unit:
            return
        yield [b for b in above if top <= b.y_mid <= bottom]
        end = bottom
    yield from keeps_on([b for b in boxes if b.y_mid >= last], last, unit)


def _last(rules: Sequence[float], boxes: Sequence[BBox], unit: float) -> float | None:
    """The last of level rules that is the table's: the imprint below a wide blank has its own."""
    ordered = sorted(rules)
    for top, bottom in pairwise(ordered):
        blank = not any(top < b.y_mid < bottom for b in boxes)
        if blank and bottom - top > EMPTY * unit and ordered[-1] - bottom <= IMPRINT * unit:
            return top
    return ordered[-1] if ordered else None


def _offset(rules: Sequence[Ruling], ends: Interval, unit: float) -> float:
    """How far a scanner has moved the table, by a rule as long as it is wide."""
    width = ends[1] - ends[0]
    alike = [r for r in rules if abs(r.end - r.start - width) <= SAME * unit]
    return alike[0].start - ends[0] if alike else 0.0


def _places(columns: Columns, boxes: Sequence[BBox], unit: float) -> list[float]:
    """The edge between each two columns: where the page is whitest, and about halfway."""
    places = []
    for before, after in pairwise(columns.texts):
        start, end = min(before[1], after[0]), max(before[1], after[0])
        middle, count = (start + end) / 2, int((end - start) / (STEP * unit))
        tries = [start + (at + 1) * STEP * unit for at in range(count)] or [middle]
        near = [b for b in boxes if b.x0 < end and start < b.x1]
        over = [(sum(b.x0 < x < b.x1 for b in near), x) for x in tries]
        least = min(number for number, _ in over)
        places.append(_whitest([x for number, x in over if number == least], middle, unit))
    return places


def _whitest(places: Sequence[float], wanted: float, unit: float) -> float:
    """The middle of the stretch of places that is nearest to the one wanted."""
    stretches: list[list[float]] = [[places[0]]]
    for place in places[1:]:
        if place - stretches[-1][-1] > 1.5 * STEP * unit:
            stretches.append([])
        stretches[-1].append(place)
    near = min(stretches, key=lambda s: min(abs(place - wanted) for place in s))
    return (near[0] + near[-1]) / 2


def _close(rules: Sequence[Ruling], text: BBox, unit: float) -> Interval:
    """The rules just above and below the text, else its own ends."""
    above = [r.position for r in rules if -CLOSE * unit <= r.position - text.top <= unit / 4]
    below = [r.position for r in rules if -unit / 4 <= r.position - text.bottom <= CLOSE * unit]
    margin = MARGIN * unit
    return min(above, default=text.top - margin), max(below, default=text.bottom + margin)
