"""Lines and pieces of lines → grids, also where broken rulings have torn them; pure, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from pipeline.geometry import BBox
from pipeline.grid.lines import OPEN_COLUMN, Line, Scale, cluster, find_components, join_pieces
from pipeline.model import Ruling

WIDEST = 4.0
"""Characters; over a wider gap no two lines are taken for one."""

Part = tuple[list[Line], list[Line]]
"""Row lines and column lines of one grid."""


def torn_grids(rulings: Sequence[Ruling], scale: Scale) -> Iterator[Part]:
    """Row and column lines grid by grid.

    Pieces that touch nothing go with the grid around them; grids that broken lines join are one.
    """
    rows = list(join_pieces((r for r in rulings if r.axis == "h"), scale))
    columns = list(join_pieces((r for r in rulings if r.axis == "v"), scale))
    parts = [(list(h), list(v)) for h, v in find_components(rows, columns, scale)]
    parts.sort(key=lambda part: -_box(part).area)
    merged: list[Part] = []
    while parts:
        whole = parts.pop(0)
        while joins := [part for part in parts if _belongs(whole, part, scale)]:
            for part in joins:
                parts.remove(part)
                whole = (whole[0] + part[0], whole[1] + part[1])
        merged.append(whole)
    yield from (part for part in merged if part[0] and len(part[1]) > 1)


def _box(part: Part) -> BBox:
    rows, columns = part
    xs = [line.position for line in columns] + [end for r in rows for end in (r.start, r.end)]
    ys = [line.position for line in rows] + [end for c in columns for end in (c.start, c.end)]
    return BBox(min(xs), min(ys), max(xs), max(ys))


def _belongs(whole: Part, part: Part, scale: Scale) -> bool:
    one, other = _box(whole).expand(scale.reach), _box(part)
    if one.contains(other.x_mid, other.y_mid) or one.overlap(other.expand(scale.reach)) > 0:
        return True
    return any(
        _continues(first, second, (whole[1 - axis], part[1 - axis]), scale)
        for axis in (0, 1)
        for first in whole[axis]
        for second in part[axis]
    )


def _continues(
    first: Line, second: Line, crossing: tuple[Sequence[Line], Sequence[Line]], scale: Scale
) -> bool:
    """Whether two lines are parts of one: in line, not far apart, an end of either hanging free.

    Tables one above the other, or side by side, end on lines of their own.
    """
    if abs(first.position - second.position) > scale.snap:
        return False
    ends = (first.end, second.start) if first.start < second.start else (first.start, second.end)
    if abs(ends[1] - ends[0]) > WIDEST * scale.unit:
        return False
    return any(
        all(abs(line.position - end) > scale.reach for line in lines)
        for end, lines in zip(ends, crossing, strict=True)
    )


def line_positions(lines: Sequence[Line], scale: Scale) -> tuple[float, ...]:
    weighted = sorted((line.position, line.length) for line in lines)
    return tuple(cluster(weighted, scale.snap))


def side_borders(
    rows: Sequence[Line], columns: Sequence[Line], text: Sequence[BBox], scale: Scale
) -> Iterator[Ruling]:
    """The left and the right border, where row lines run on past the outermost column line.

    Two that end alike show it, or one with text beside the column line.
    """
    places = line_positions(columns, scale)
    ys = [line.position for line in rows] + [e for c in columns for e in (c.start, c.end)]
    top, bottom = min(ys), max(ys)
    room = OPEN_COLUMN * scale.unit
    for side, place in ((-1, places[0]), (1, places[-1])):
        ends = [line.start if side < 0 else line.end for line in rows]
        past = [end for end in ends if side * (end - place) > room]
        alike = [[other for other in past if abs(other - end) <= scale.unit] for end in past]
        group = max(alike, key=len, default=[])
        if len(group) > 1 or (group and _stands_in(text, place, group[0], (top, bottom))):
            yield Ruling("v", median(group), top, bottom, 0.0, True)


def _stands_in(text: Sequence[BBox], one: float, other: float, height: tuple[float, float]) -> bool:
    left, right = min(one, other), max(one, other)
    return any(
        left < box.x0 and box.x1 < right and height[0] < box.y_mid < height[1] for box in text
    )
