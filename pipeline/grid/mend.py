"""Broken rulings → the segments that are missing, with the reason why each is a gap and no span.

A drawn ruling ends on another one. Where the ink of a row line or a column line ends between two
crossing lines, a piece of it has been lost; where it ends on a crossing line, as beside a merged
cell, nothing was drawn. The exception are segments shorter than the gaps that the page shows
elsewhere: such a segment may be lost as a whole, so it is taken for one where the line goes on at
both of its sides and no text runs through, and doubted. Pure geometry, in points.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.geometry import BBox
from pipeline.grid.lines import OPEN_ROW, Line, Scale, lines_to_positions
from pipeline.grid.torn import WIDEST, line_positions, side_borders, torn_grids
from pipeline.model import Ruling

SEEN = 0.3
"""Characters; so much may be missing from a segment that counts as whole."""
THROUGH = 0.15
"""Characters by which text must reach over both sides of a line that it runs through."""
LONGEST, BESIDE = 1.1, 0.6
"""Characters; a stroke of one is no longer, and the next stroke is no farther away."""
FLAT, APART, WITH_MARK = 0.25, 0.9, 1.6
"""Characters; the upper stroke of 二 is no thicker, the lower one is no farther away, and that with
the 、 behind it no longer."""
TALLEST = 2.0
"""Characters; no stroke of one is as long."""
MOSTLY = 0.5
"""Share of a segment that is drawn whatever text runs through it."""
WHOLE = 0.6
"""Share of a line, none of whose segments is whole, that shows it was drawn from end to end."""

ENOUGH, OFF_USUAL = 4, 3.0
"""So many holes show how long gaps are, and none is so many times as long as the usual one."""
MOST = 600
"""More rulings, or pieces of them, than a broken grid has are dirt: they tell nothing."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A segment concluded. `doubtful`: the line may have ended there, at a merged cell."""

    ruling: Ruling
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Track:
    """What is drawn on one line of a grid, segment by segment.

    `places` are the crossing lines' positions, and where an open row ends; of each segment between
    two, `drawn` is the length that is covered, `seen` the part of it that is covered by rulings and
    not by remains.
    """

    position: float
    pieces: tuple[tuple[float, float], ...]
    places: tuple[float, ...]
    drawn: tuple[float, ...]
    seen: tuple[float, ...]

    def length(self, index: int) -> float:
        return self.places[index + 1] - self.places[index]


def mend_rulings(
    rulings: Sequence[Ruling], remains: Sequence[Ruling], text: Sequence[BBox], scale: Scale
) -> list[Mend]:
    """The missing segments of the grids that the rulings make.

    `remains` are short pieces on their lines, `text` the boxes of characters or lines of text. Each
    mend runs from one crossing line to the next.
    """
    if len(rulings) > MOST:
        return []
    found: list[Mend] = []
    if len(remains) > MOST:
        remains = ()
    for rows, columns in torn_grids([*rulings, *remains], scale):
        borders = list(side_borders(rows, columns, text, scale))
        found += [Mend(border) for border in borders]
        columns = columns + [Line(b.position, b.start, b.end) for b in borders]
        across = line_positions(columns, scale)
        # A row that a page end cuts has no line there: its column lines end alike.
        along, _, _ = lines_to_positions(rows, columns, OPEN_ROW, scale)
        tracks = {
            "h": _to_tracks(rows, [r for r in rulings if r.axis == "h"], across, scale),
            "v": _to_tracks(columns, [r for r in rulings if r.axis == "v"], along, scale),
        }
        longest = _longest(
            [gap for own in tracks.values() for track in own for gap in _torn(track, scale)]
        )
        for axis, own in tracks.items():
            for track in own:
                found += _mend_track(axis, track, longest, text, scale)
    return found


def _to_tracks(
    lines: Sequence[Line], rulings: Sequence[Ruling], places: tuple[float, ...], scale: Scale
) -> list[_Track]:
    tracks = []
    for position in line_positions(lines, scale):
        own = _joined(line for line in lines if abs(line.position - position) <= scale.snap)
        seen = _joined(r for r in rulings if abs(r.position - position) <= scale.snap)
        drawn, sure = (
            tuple(_covered(pieces, low, high) for low, high in pairwise(places))
            for pieces in (own, seen)
        )
        tracks.append(_Track(position, tuple(own), places, drawn, sure))
    return tracks


def _covered(pieces: Sequence[tuple[float, float]], low: float, high: float) -> float:
    return sum(max(0.0, min(end, high) - max(start, low)) for start, end in pieces)


def _joined(lines: Iterable[Line | Ruling]) -> list[tuple[float, float]]:
    """Where lines of one position run; what overlaps is one."""
    out: list[tuple[float, float]] = []
    for start, end in sorted((line.start, line.end) for line in lines):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _torn(track: _Track, scale: Scale) -> Iterator[float]:
    """The lengths of holes in a line of which an end hangs free, so that they are no spans."""
    for (_, before), (after, _) in pairwise(track.pieces):
        free = [end for end in (before, after) if not _meets(end, track, scale)]
        crossed = bisect_right(track.places, after) - bisect_right(track.places, before)
        # Over a crossing line lies more than one gap, or a gap and a span.
        if free and crossed == 0 and after - before > SEEN * scale.unit:
            yield after - before


def _longest(holes: Sequence[float]) -> float:
    """The longest hole that is a gap: one far longer than most is a gap and a merged cell."""
    usual = OFF_USUAL * median(holes) if len(holes) >= ENOUGH else math.inf
    return max((hole for hole in holes if hole <= usual), default=0.0)


def _meets(end: float, track: _Track, scale: Scale) -> bool:
    return any(abs(end - place) <= scale.reach for place in track.places)


def _mend_track(
    axis: str, track: _Track, longest: float, text: Sequence[BBox], scale: Scale
) -> Iterator[Mend]:
    states = [_state(track, index, scale) for index in range(len(track.drawn))]
    alone = axis == "v" and _stands_alone(track, scale)
    if "whole" not in states and not alone and not _drawn_through(track, scale):
        return  # an underline, or a stroke of something else
    for index, state in enumerate(states):
        span = (track.places[index], track.places[index + 1])
        doubtful = state == "none"
        missing = track.length(index) - track.seen[index] > SEEN * scale.unit
        lost = _lost_whole(states, track, index, longest) or _in_torn_hole(track, index, scale)
        if not missing or (doubtful and not lost):
            continue
        crossed = _is_crossed(axis, track.position, span, text, scale)
        if crossed and track.drawn[index] < MOSTLY * track.length(index):
            continue
        if _is_stroke(axis, track, index, text, scale):
            continue
        line = Ruling("h" if axis == "h" else "v", track.position, *span, 0.0, True)
        yield Mend(line, doubtful)


def _state(track: _Track, index: int, scale: Scale) -> str:
    """Whether a segment is drawn in whole, in part, or not at all."""
    if track.length(index) - track.drawn[index] <= SEEN * scale.unit:
        return "whole"
    low, high = track.places[index], track.places[index + 1]
    inside = [
        min(end, high) - max(start, low)
        for start, end in track.pieces
        # What sticks out over the crossing line by a little is that line's thickness.
        if min(end, high - scale.reach) > max(start, low + scale.reach)
        or (low < start and end < high)
    ]
    return "part" if inside else "none"


def _drawn_through(track: _Track, scale: Scale) -> bool:
    """Whether pieces cover most of what lies between their ends, over two segments or more.

    Of one segment they must begin and end at its crossing lines.
    """
    first, last = track.pieces[0][0], track.pieces[-1][1]
    ends = _meets(first, track, scale) and _meets(last, track, scale)
    over = sum(drawn > 0 for drawn in track.drawn) > 1
    drawn = sum(end - start for start, end in track.pieces)
    return (ends or over) and drawn >= WHOLE * (last - first)


def _stands_alone(track: _Track, scale: Scale) -> bool:
    """Whether the column line of a lone row begins or ends on one of its rules and has lost little.

    It is longer than any stroke of a character.
    """
    if len(track.drawn) != 1 or len(track.pieces) != 1:
        return False
    ((start, end),) = track.pieces
    meets = _meets(start, track, scale) or _meets(end, track, scale)
    return meets and end - start >= max(MOSTLY * track.length(0), TALLEST * scale.unit)


def _lost_whole(states: Sequence[str], track: _Track, index: int, longest: float) -> bool:
    """Whether a segment is no longer than the page's gaps, between two that are drawn."""
    if not 0 < index < len(states) - 1 or track.length(index) > longest:
        return False
    return states[index - 1] != "none" and states[index + 1] != "none"


def _in_torn_hole(track: _Track, index: int, scale: Scale) -> bool:
    """Whether a segment lies in a hole that is no wider than gaps are and has a free end."""
    low, high = track.places[index], track.places[index + 1]
    before = max((end for _, end in track.pieces if end <= low + scale.reach), default=low)
    after = min((start for start, _ in track.pieces if start >= high - scale.reach), default=high)
    free = not (_meets(before, track, scale) and _meets(after, track, scale))
    return free and after - before <= WIDEST * scale.unit


def _is_stroke(axis: str, track: _Track, index: int, text: Sequence[BBox], scale: Scale) -> bool:
    """Whether all that is drawn of a segment is one piece that may be the upper stroke of 二.

    It meets no crossing line and is no longer than a character, with more of one right beside it.
    Of 二、 it may be the lower stroke and the mark.
    """
    low, high = track.places[index] + scale.reach, track.places[index + 1] - scale.reach
    inside = [piece for piece in track.pieces if piece[0] < high and low < piece[1]]
    if track.seen[index] > SEEN * scale.unit or len(inside) != 1:
        return False
    start, end = inside[0]
    if start < low or high < end:
        return False
    for box in text:
        near, far = (box.top, box.bottom) if axis == "h" else (box.x0, box.x1)
        first, last = (box.x0, box.x1) if axis == "h" else (box.top, box.bottom)
        apart = max(near - track.position, track.position - far)
        flat = far - near <= FLAT * scale.unit
        longest, reach = (WITH_MARK, APART) if flat else (LONGEST, BESIDE)
        beside = apart < reach * scale.unit and end - start <= longest * scale.unit
        if beside and 2 * (min(last, end) - max(first, start)) > end - start:
            return True
    return False


def _is_crossed(
    axis: str,
    position: float,
    span: tuple[float, float],
    text: Sequence[BBox],
    scale: Scale,
) -> bool:
    over = THROUGH * scale.unit
    for box in text:
        low, high = (box.top, box.bottom) if axis == "h" else (box.x0, box.x1)
        start, end = (box.x0, box.x1) if axis == "h" else (box.top, box.bottom)
        inside = span[0] < (start + end) / 2 < span[1]
        if inside and low < position - over and position + over < high:
            return True
    return False
