"""Columns of table parts matched by their relative positions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.model import Cell

EDGE = 0.6
"""Characters that a column's edge may move between pages, beside a change of scale or margin."""
SCALE = 0.07
"""Share by which a table's width may change between pages: a scanner's feed is not even."""


@dataclass(frozen=True, slots=True)
class Match:
    """How two sets of column edges make one.

    `edges` are all edges, from 0 to 1; `first` and `second` give, for each edge of either side,
    its index there.
    """

    edges: tuple[float, ...]
    first: tuple[int, ...]
    second: tuple[int, ...]

    @property
    def same(self) -> bool:
        return len(self.first) == len(self.second) == len(self.edges)


def relative_edges(xs: Sequence[float]) -> tuple[float, ...]:
    """Column edges as shares of the table's width."""
    return tuple((x - xs[0]) / (xs[-1] - xs[0]) for x in xs)


def match_columns(
    first: Sequence[float], second: Sequence[float], tolerance: float
) -> Match | None:
    """Match relative edges; None when either side has an edge that the other's cannot explain.

    A part may lack edges because its cells span them; then all of its own must be in the other.
    """
    large, small = (first, second) if len(first) >= len(second) else (second, first)
    places = []
    for edge in small:
        index = bisect_left(large, edge)
        near = min(
            (at for at in (index - 1, index) if 0 <= at < len(large)),
            key=lambda at: abs(large[at] - edge),
        )
        if abs(large[near] - edge) > tolerance or near in places:
            return None
        places.append(near)
    whole = tuple(range(len(large)))
    if large is first:
        return Match(tuple(large), whole, tuple(places))
    return Match(tuple(large), tuple(places), whole)


def move_columns(cells: Sequence[Cell], places: Sequence[int]) -> tuple[Cell, ...]:
    """Cells on finer columns: edge n of theirs is edge `places[n]`."""
    if all(place == index for index, place in enumerate(places)):
        return tuple(cells)
    return tuple(
        replace(
            cell,
            column=places[cell.column],
            column_span=places[cell.column + cell.column_span] - places[cell.column],
        )
        for cell in cells
    )
