"""Rulings → lines → components → the positions of rows and columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.model import Ruling

SNAP = 0.35
"""Rulings nearer than this, in characters, are one: double lines, jitter, both sides of a bar."""
REACH = 0.45
"""How far, in characters, a line may fall short of another and still meet it."""
OPEN_ROW = 0.8
"""How far, in characters, column lines run past the last row line before a row stands there."""
OPEN_COLUMN = 1.2
"""The same for row lines that run past the outermost column line."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The tolerances of one page, in points."""

    unit: float
    snap: float
    reach: float


@dataclass(frozen=True, slots=True)
class Line:
    """Collinear rulings as one; as in `Ruling`, `position` lies across and the rest along."""

    position: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


def join_pieces(rulings: Iterable[Ruling], scale: Scale) -> Iterator[Line]:
    """Join pieces that continue or accompany each other; specks are left out."""
    ordered = sorted(rulings, key=lambda ruling: ruling.position)
    band: list[Ruling] = []
    for ruling in ordered:
        if band and ruling.position - band[-1].position > scale.snap:
            yield from _join_band(band, scale)
            band = []
        band.append(ruling)
    yield from _join_band(band, scale)


def _join_band(band: Sequence[Ruling], scale: Scale) -> Iterator[Line]:
    """Sweep along a band of nearly equal positions; a run follows a line that drifts."""
    runs: list[list[Ruling]] = []
    ends: list[float] = []
    for ruling in sorted(band, key=lambda ruling: ruling.start):
        for index, run in enumerate(runs):
            near = abs(run[-1].position - ruling.position) <= scale.snap
            if near and ruling.start <= ends[index] + scale.reach:
                run.append(ruling)
                ends[index] = max(ends[index], ruling.end)
                break
        else:
            runs.append([ruling])
            ends.append(ruling.end)
    for run, end in zip(runs, ends, strict=True):
        if end - run[0].start >= scale.unit / 2:
            position = _mean((ruling.position, ruling.end - ruling.start) for ruling in run)
            yield Line(position, run[0].start, end)


def _mean(weighted: Iterable[tuple[float, float]]) -> float:
    total = weight = 0.0
    for value, share in weighted:
        total += value * (share + 1e-6)
        weight += share + 1e-6
    return round(total / weight, 4)


def find_components(
    horizontal: list[Line], vertical: list[Line], scale: Scale
) -> Iterator[tuple[list[Line], list[Line]]]:
    """Row lines and column lines that touch, directly or through others."""
    vertical = sorted(vertical, key=lambda line: line.position)
    positions = [line.position for line in vertical]
    parent = list(range(len(vertical) + len(horizontal)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for index, row in enumerate(horizontal):
        first = bisect_left(positions, row.start - scale.reach)
        for other in range(first, bisect_right(positions, row.end + scale.reach)):
            column = vertical[other]
            if column.start - scale.reach <= row.position <= column.end + scale.reach:
                parent[root(other)] = root(len(vertical) + index)
    found: dict[int, tuple[list[Line], list[Line]]] = {}
    for node in range(len(parent)):
        rows, columns = found.setdefault(root(node), ([], []))
        if node < len(vertical):
            columns.append(vertical[node])
        else:
            rows.append(horizontal[node - len(vertical)])
    yield from found.values()


def lines_to_positions(
    lines: Sequence[Line], crossing: Sequence[Line], margin: float, scale: Scale
) -> tuple[tuple[float, ...], bool, bool]:
    """Where lines stand, and whether an outermost one is missing before or after them.

    It is missing when two crossing lines or more run on past the others to the same end.
    """
    if not lines:
        return (), False, False
    places = cluster(sorted((line.position, line.length) for line in lines), scale.snap)
    room = margin * scale.unit
    before = _common([line.start for line in crossing if line.start < places[0] - room], scale)
    after = _common([line.end for line in crossing if line.end > places[-1] + room], scale)
    if before is not None:
        places.insert(0, before)
    if after is not None:
        places.append(after)
    return tuple(places), before is not None, after is not None


def _common(ends: list[float], scale: Scale) -> float | None:
    """The end that most lines share; None when no two agree."""
    ends.sort()
    groups: list[list[float]] = []
    for end in ends:
        if groups and end - groups[-1][-1] <= scale.unit:
            groups[-1].append(end)
        else:
            groups.append([end])
    best = max(groups, key=len, default=[])
    return best[len(best) // 2] if len(best) > 1 else None


def cluster(weighted: Sequence[tuple[float, float]], snap: float) -> list[float]:
    """Means of nearly equal positions. A chain wider than `snap` is cut at its widest gap."""
    if weighted[-1][0] - weighted[0][0] <= snap:
        return [_mean(weighted)]
    gaps = [after[0] - before[0] for before, after in pairwise(weighted)]
    at = max(range(len(gaps)), key=gaps.__getitem__) + 1
    return cluster(weighted[:at], snap) + cluster(weighted[at:], snap)


def line_to_edges(
    line: Line, across: Sequence[float], along: Sequence[float], scale: Scale
) -> list[tuple[int, int]]:
    """The elementary edges that a line covers: (index in `across`, place between `along`).

    More than half of an edge counts as the whole of it, unless it is all that there is.
    """
    start, end = _snap_end(line.start, along, scale), _snap_end(line.end, along, scale)
    index = _nearest(line.position, across)
    first = max(bisect_right(along, start) - 1, 0)
    walls, whole = [], 0
    for place in range(first, len(along) - 1):
        low, high = along[place], along[place + 1]
        covered = min(high, end) - max(low, start)
        if covered <= 0:
            break
        if covered * 2 > high - low:
            walls.append((index, place))
            whole += covered >= high - low - 1e-9
    return walls if whole else []


def _nearest(value: float, places: Sequence[float]) -> int:
    index = bisect_left(places, value)
    if index == len(places) or (index and value - places[index - 1] < places[index] - value):
        return index - 1
    return index


def _snap_end(end: float, along: Sequence[float], scale: Scale) -> float:
    place = along[_nearest(end, along)]
    return place if abs(place - end) <= scale.unit / 2 else end
