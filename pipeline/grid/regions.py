"""Elementary cells and the walls between them → rectangles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Walls:
    """Places (row, column) with a wall below them, and with a wall on their right."""

    below: set[tuple[int, int]]
    beside: set[tuple[int, int]]


def find_regions(rows: int, columns: int, walls: Walls) -> Iterator[set[tuple[int, int]]]:
    """Places that no wall separates."""
    left = {(row, column) for row in range(rows) for column in range(columns)}
    while left:
        yield _flood(left, walls)


def _flood(places: set[tuple[int, int]], walls: Walls) -> set[tuple[int, int]]:
    """Take from `places` one of them and all that can be reached from it."""
    start = places.pop()
    region, stack = {start}, [start]
    while stack:
        row, column = stack.pop()
        for near, wall, kind in (
            ((row + 1, column), (row, column), walls.below),
            ((row - 1, column), (row - 1, column), walls.below),
            ((row, column + 1), (row, column), walls.beside),
            ((row, column - 1), (row, column - 1), walls.beside),
        ):
            if near in places and wall not in kind:
                places.discard(near)
                region.add(near)
                stack.append(near)
    return region


def split_region(region: set[tuple[int, int]], walls: Walls) -> list[tuple[int, int, int, int]]:
    """Cut a region into rectangles (first row, first column, last row, last column).

    A ruling ends at another ruling. Where one ends inside a region, or meets another in a corner
    there, a piece has been lost: the cut follows the line that has most of its length.
    """
    rows = [row for row, _ in region]
    columns = [column for _, column in region]
    top, bottom, left, right = min(rows), max(rows), min(columns), max(columns)
    cuts = [(_support(region, walls.below, (row, None)), True, row) for row in range(top, bottom)]
    cuts += [
        (_support(region, walls.beside, (None, column)), False, column)
        for column in range(left, right)
    ]
    whole = len(region) == (bottom - top + 1) * (right - left + 1)
    best = max(cuts, default=(0.0, True, 0))
    if whole and best[0] == 0:
        return [(top, left, bottom, right)]
    _, level, at = best
    parts: list[tuple[int, int, int, int]] = []
    halves = (
        {place for place in region if (place[0] if level else place[1]) <= at},
        {place for place in region if (place[0] if level else place[1]) > at},
    )
    for half in halves:
        while half:
            parts += split_region(_flood(half, walls), walls)
    return parts


def _support(
    region: set[tuple[int, int]],
    walls: set[tuple[int, int]],
    line: tuple[int | None, int | None],
) -> float:
    """The share of a cut (below a row, or right of a column) that is drawn or is outline."""
    row, column = line
    drawn = missing = 0
    for place in region:
        if row is not None and place[0] == row:
            other = (row + 1, place[1])
        elif column is not None and place[1] == column:
            other = (place[0], column + 1)
        else:
            continue
        if other in region and place not in walls:
            missing += 1
        else:
            drawn += 1
    for place in region:
        before = (place[0] - 1, place[1]) if row is not None else (place[0], place[1] - 1)
        if (row is not None and before[0] == row) or (column is not None and before[1] == column):
            drawn += before not in region
    return drawn / (drawn + missing) if drawn else 0.0
