"""Where on a page text stands in columns: between equal rules, or along white gutters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import BBox, union
from pipeline.grid.frames import is_full, rule_groups
from pipeline.grid.intervals import Interval, gaps, joined
from pipeline.model import Ruling

# In characters.
GUTTER = 0.35  # the least width of a gutter
SLAB = 0.5  # the page is looked at in slabs so high
LINE = 0.9  # the next line of text begins at least so far below
REST = 1.2  # text below the last rule of a table stands so near
BLANK = 2.5  # a higher blank ends a table
HEAD = 4.5  # a heading is no higher
MARGIN = 0.4  # the outline stands so far off the text
LEAST = 4.0  # the least height of a table without rules
HOLE = 0.5  # characters of one line stand nearer
WIDE = 5.0  # a line over several columns is at least so wide
FULL = 0.7  # share of the width: what is so full without gutters has no columns
CROSSED = 0.04
"""Share of a table's height in which such lines may run over a gutter."""

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the page that may be a table: its outline, its characters, its rules.

    `head` are the characters down to the first rule, or to the first blank over all columns;
    `gutters` the white stretches across that run through from head to foot.
    """

    box: BBox
    boxes: tuple[BBox, ...]
    rules: tuple[Ruling, ...]
    head: tuple[BBox, ...]
    gutters: tuple[Interval, ...]


def ruled_areas(boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float) -> Iterator[Area]:
    """What lies between level rules of equal extent, from top to bottom."""
    for group in rule_groups(rules, unit):
        full = [rule for rule in group if is_full(rule, group, unit)]
        left, right = min(r.start for r in group), max(r.end for r in group)
        box = BBox(left, full[0].position, right, full[-1].position)
        area = _area(box, [b for b in boxes if _inside(b, box)], group, unit)
        yield _with_rest(area, boxes, unit)


def unruled_area(boxes: Sequence[BBox], unit: float) -> Area | None:
    """The part of the page with the most text in columns; None where there is none.

    One that begins with a heading over each column goes before others.
    """
    if not boxes:
        return None
    best, score = None, (False, 0.0)
    for box, columns in _by_gutters(boxes, unit):
        area = _area(box, [b for b in boxes if _inside(b, box)], (), unit)
        found = (_is_headed(area, unit), (columns - 1) * box.height)
        if found > score and area.gutters:
            best, score = area, found
    return best


def _is_headed(area: Area, unit: float) -> bool:
    """Whether the first row is low and has text in every column."""
    edges = [area.box.x0, *(sum(gutter) / 2 for gutter in area.gutters), area.box.x1]
    middles = [box.x_mid for box in area.head]
    low = max(box.bottom for box in area.head) - area.box.top <= HEAD * unit
    return low and all(any(a < x < b for x in middles) for a, b in pairwise(edges))


def _with_rest(area: Area, boxes: Sequence[BBox], unit: float) -> Area:
    """The area with the text below its last rule that keeps to its columns, as at a page end."""
    bottom = area.box.bottom
    below = [b for b in boxes if b.y_mid > bottom and area.box.x0 <= b.x_mid <= area.box.x1]
    taken: list[BBox] = []
    end = bottom
    for top, low in joined((b.top, b.bottom) for b in below):
        line = [b for b in below if top <= b.y_mid <= low]
        crossing = any(b.x0 < g[1] and g[0] < b.x1 for b in line for g in area.gutters)
        if top - end > REST * unit or crossing:
            break
        taken += line
        end = low
    if not taken or len(area.gutters) < 2:
        return area
    box = replace(area.box, bottom=end + unit / 4)
    return replace(area, box=box, boxes=(*area.boxes, *taken))


def _inside(box: BBox, area: BBox) -> bool:
    return area.x0 <= box.x_mid <= area.x1 and area.top <= box.y_mid <= area.bottom


def _area(box: BBox, boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float) -> Area:
    head = _head(box, boxes, rules, unit)
    body = [other for other in boxes if other not in set(head)] or head
    filled = _filled(body, box, unit)
    step = SLAB * unit / 4
    candidates = [(box.x0 + a * step, box.x0 + b * step) for a, b in _runs(_free(filled))]
    gutters = [part for gutter in candidates for part in _free_of_head(gutter, head, unit)]
    inner = [g for g in gutters if g[0] > box.x0 + step and g[1] < box.x1 - step]
    return Area(box, tuple(boxes), tuple(rules), tuple(head), tuple(_between(inner, head)))


def _free(filled: _Flags) -> _Flags:
    """Where no text stands, but wide lines that run over several columns, and few of these."""
    blocked = np.zeros(filled.shape[1], dtype=bool)
    over = np.zeros(filled.shape[1], dtype=int)
    hole, wide = round(HOLE / (SLAB / 4)), round(WIDE / (SLAB / 4))
    for slab in filled:
        line = [(a, b) for a, b in joined((a, b + hole) for a, b in _runs(slab))]
        for start, end in line:
            if end - hole - start >= wide:
                over[start : end - hole] += 1
            else:
                blocked[start : end - hole] = True
    used = int(filled.any(axis=1).sum())
    return np.asarray(~blocked & (over <= CROSSED * used), dtype=bool)


def _head(box: BBox, boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float) -> list[BBox]:
    """The characters of the first row."""
    below = [r.position for r in rules if r.position > box.top + unit and is_full(r, rules, unit)]
    if below and below[0] < box.bottom - unit:
        return [b for b in boxes if b.y_mid < below[0]]
    lines = joined((b.top, b.bottom) for b in boxes)
    free = gaps(lines, GUTTER * unit / 2)
    low = free[0][0] if free else box.bottom
    return [b for b in boxes if b.y_mid < low]


def _free_of_head(gutter: Interval, head: Sequence[BBox], unit: float) -> list[Interval]:
    """The stretches of a gutter over which no heading lies, but those over several columns."""
    free = [gutter]
    for box in sorted(head, key=lambda box: -box.top):
        left: list[Interval] = []
        for one in free:
            if one[1] <= box.x0 or box.x1 <= one[0] or _is_over(box, one, head, unit):
                left.append(one)
            else:
                left += [(one[0], box.x0), (box.x1, one[1])]
        free = [one for one in left if one[1] - one[0] >= GUTTER * unit]
    return free


def _is_over(box: BBox, gutter: Interval, head: Sequence[BBox], unit: float) -> bool:
    """Whether a heading over a gutter has headings of its columns below it, on both sides."""
    reach, middle = 4 * unit, (gutter[0] + gutter[1]) / 2
    # Parts of one character stand less than its height below each other.
    below = [other for other in head if other.top >= box.top + LINE * unit]
    near = [o for o in below if o.x1 > gutter[0] - reach and o.x0 < gutter[1] + reach]
    return any(o.x_mid < middle for o in near) and any(o.x_mid > middle for o in near)


def _between(gutters: Sequence[Interval], head: Sequence[BBox]) -> list[Interval]:
    """Gutters with a heading between each two; the widest of those without one.

    Where several columns have none, the first row is no heading, and all gutters count.
    """
    if not gutters or not head:
        return list(gutters)
    groups: list[list[Interval]] = [[gutters[0]]]
    for gutter in gutters[1:]:
        if any(groups[-1][-1][1] <= box.x_mid <= gutter[0] for box in head):
            groups.append([])
        groups[-1].append(gutter)
    if 3 * (len(gutters) - len(groups)) > len(gutters):
        return list(gutters)
    best = [max(group, key=lambda one: one[1] - one[0]) for group in groups]
    first, last = min(box.x_mid for box in head), max(box.x_mid for box in head)
    return [gutter for gutter in best if first <= gutter[0] and gutter[1] <= last]


def _filled(boxes: Sequence[BBox], area: BBox, unit: float) -> _Flags:
    """Where there is text: slabs from top to bottom by narrow steps across."""
    high, step = SLAB * unit, SLAB * unit / 4
    shape = (int(area.height / high) + 1, int(area.width / step) + 1)
    filled = np.zeros(shape, dtype=bool)
    for box in boxes:
        rows = slice(
            max(0, int((box.top - area.top) / high)), int((box.bottom - area.top) / high) + 1
        )
        left, right = (box.x0 - area.x0) / step, (box.x1 - area.x0) / step
        filled[rows, max(0, round(left)) : max(round(left) + 1, round(right))] = True
    return filled


def _runs(flags: _Flags) -> list[tuple[int, int]]:
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def _by_gutters(boxes: Sequence[BBox], unit: float) -> Iterator[tuple[BBox, int]]:
    """Parts of the page in three columns or more, as high as may be, with the columns' number."""
    page = union(boxes)
    filled = _filled(boxes, page, unit)
    used: _Flags = np.asarray(filled.any(axis=1))
    for start in range(len(filled)):
        if not used[start] or (start and used[start - 1]):
            continue
        ends = list(_grow(filled, used, start))
        if not ends:
            continue
        end, columns = max(ends, key=lambda found: (found[1] - 1) * (found[0] - start))
        top, bottom = (page.top + place * SLAB * unit for place in (start, end))
        own = [b for b in boxes if top - unit / 2 <= b.y_mid <= bottom + unit / 2]
        yield union(_without_foot(own)).expand(MARGIN * unit), columns


def _without_foot(boxes: Sequence[BBox]) -> list[BBox]:
    """The characters without a last line that stands farther below than any line: a page number."""
    lines = joined((b.top, b.bottom) for b in boxes)
    apart = [gap[1] - gap[0] for gap in gaps(lines, 0.0)]
    if len(apart) > 1 and apart[-1] > max(apart[:-1]):
        return [box for box in boxes if box.bottom < lines[-1][0]]
    return list(boxes)


def _grow(filled: _Flags, used: _Flags, start: int) -> Iterator[tuple[int, int]]:
    """The ends that a table beginning at a slab may have, with its columns; three at least."""
    covered, blank = filled[start].copy(), 0
    least = max(1, round(GUTTER / (SLAB / 4)))
    for end in range(start + 1, len(filled) + 1):
        columns = 1 + sum(b - a >= least for a, b in _runs(~covered) if a > 0 and b < len(covered))
        whole = (end - start) * SLAB >= LEAST
        if whole and columns < 3 and covered.mean() > FULL:
            return
        if whole and columns > 2 and (end == len(filled) or not used[end]):
            yield end, columns
        if end < len(filled):
            blank = 0 if used[end] else blank + 1
            if blank * SLAB >= BLANK:
                return
            covered |= filled[end]
