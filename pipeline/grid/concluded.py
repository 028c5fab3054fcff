"""The rulings that a table without column rules would have; pure, in points.

All of them are inferred and have no thickness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pipeline.geometry import BBox
from pipeline.grid.intervals import joined
from pipeline.grid.lines import SNAP, cluster
from pipeline.model import Ruling

SLIGHT = 0.1
"""Characters; one reaches so far over the edge of its column."""
DRAWN = 0.5
"""Share of a segment of a rule that must be drawn."""


def with_rules(ys: Sequence[float], rules: Sequence[Ruling], unit: float) -> list[float]:
    """The ends of rows, and the rules that stand elsewhere, as inside a heading."""
    places = [y for y in rule_places(rules, unit) if ys[0] < y < ys[-1]]
    return sorted({*ys, *(y for y in places if min(abs(y - end) for end in ys) > unit / 2)})


def rule_places(rules: Sequence[Ruling], unit: float) -> list[float]:
    """Where rules stand, double ones and pieces of one taken together."""
    weighted = sorted((rule.position, rule.end - rule.start) for rule in rules)
    return cluster(weighted, SNAP * unit) if weighted else []


def ruled_segments(
    rules: Sequence[Ruling], edges: Sequence[float], unit: float
) -> Iterator[Ruling]:
    """Whole segments of rules of which pieces are drawn, column by column.

    Beside a merged cell a rule ends in the gutter, some way off the column's edge.
    """
    for y in rule_places(rules, unit):
        near = [rule for rule in rules if abs(rule.position - y) < SNAP * unit]
        drawn = joined((rule.start, rule.end) for rule in near)
        for left, right in pairwise(edges):
            length = sum(max(0.0, min(b, right) - max(a, left)) for a, b in drawn)
            if length > DRAWN * (right - left):
                yield Ruling("h", y, left, right, 0.0, True)


def outline(box: BBox) -> Iterator[Ruling]:
    """The first and the last ruling of a table."""
    for y in (box.top, box.bottom):
        yield Ruling("h", y, box.x0, box.x1, 0.0, True)


def row_rulings(
    cuts: Iterable[float],
    edges: Sequence[float],
    columns: Sequence[list[BBox]],
    merged: set[tuple[int, float]],
) -> Iterator[Ruling]:
    """Rulings between rows, column by column, but in merged cells and where text runs through."""
    for y in cuts:
        for number, ((left, right), boxes) in enumerate(zip(pairwise(edges), columns, strict=True)):
            crossed = any(box.top < y < box.bottom for box in boxes)
            if not crossed and (number, y) not in merged:
                yield Ruling("h", y, left, right, 0.0, True)


def column_rulings(
    edges: Sequence[float], ys: Sequence[float], boxes: Sequence[BBox], unit: float
) -> Iterator[Ruling]:
    """Rulings between columns, row by row, but where text runs through."""
    for number, x in enumerate(edges):
        outer = number in (0, len(edges) - 1)
        for top, bottom in pairwise(ys):
            crossed = any(runs_through(b, x, unit) and top < b.y_mid < bottom for b in boxes)
            if outer or not crossed:
                yield Ruling("v", x, top, bottom, 0.0, True)


def runs_through(box: BBox, x: float, unit: float) -> bool:
    """Whether a character stands across a column edge; `unit` is the character height."""
    return box.x0 + SLIGHT * unit < x < box.x1 - SLIGHT * unit
