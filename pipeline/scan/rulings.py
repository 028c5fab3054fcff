"""Ink → ruling lines, by morphology with lengths relative to the character height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import BBox
from pipeline.model import Ruling
from pipeline.scan.dots import dots_to_rows
from pipeline.scan.ink import Grey, Mask, ink_mask, opened, without
from pipeline.scan.parts import sparse_parts
from pipeline.scan.strokes import (
    AXES,
    OTHER,
    OVER,
    Axis,
    Stroke,
    free_share,
    in_line,
    is_crossed,
    off_line,
)

# In character heights. A stroke or a dash of text is shorter than SURE; a ruling shorter than that
# must end on two others, or meet one and stand alone. Gaps up to SEEN in a ruling are closed
# unnoticed, up to BRIDGE in one that is LONG already: no cell is narrower than a character, so a
# narrower gap parts no two rulings. What wider gaps are, the rest of the grid tells (`grid.mend`).
SHORTEST = {"h": 1.6, "v": 1.3}
SURE = 5.0
SEEN = 0.3
BRIDGE = 1.0
LONG = 8.0
MEET = 0.45
MEET_DOTTED = 1.0  # where both are dashed, for each may end in a gap
PART = 3.0
# Shares of a stroke's length with paper on both sides: so much, and it is none of text; less than
# HELD, and it is one even where it reaches from ruling to ruling, as bold 工 does in a low row.
ALONE = 0.8
HELD = 0.6
THICKEST = 0.35

MOST = 1500
"""More strokes along an axis than a large table has, broken as it may be, are noise."""
FAINTEST = 215
"""The brightest grey, of 255, that may belong to a ruling; paper after evening is 255."""


def ruling_mask(grey: Grey, level: int) -> Mask:
    """255 where a ruling may be: also ink too faint for text, since lines are thin and pale.

    `level` is the `ink_level` of the page.
    """
    return ink_mask(grey, min(FAINTEST, round((level + 255) / 2)))


def ink_to_strokes(mask: Mask, unit: float, rows: tuple[Mask, Mask] | None = None) -> list[Stroke]:
    """Ruling lines of the page in pixels, broken ones joined, strokes of text left out.

    `rows` are the `dots_to_rows` of the mask, where they are known.
    """
    strokes: list[Stroke] = []
    for axis, dots in zip(AXES, rows or dots_to_rows(mask, unit), strict=True):
        found = _open(mask, axis, unit)
        found += [replace(stroke, dotted=True) for stroke in _open(dots, axis, unit)]
        if len(found) > MOST:  # noise: its strokes meet each other everywhere
            found = [stroke for stroke in found if stroke.length >= SURE * unit][:MOST]
        strokes += _join(found, unit)
    bridges = _bridges(strokes, unit)
    free = {s: free_share(s, mask, unit) for s in strokes if s.length < SURE * unit}
    strokes = [s for s in strokes if s in bridges or free.get(s, 1.0) >= HELD]
    strokes = [
        s
        for s in strokes
        if s.length >= SURE * unit or s in bridges or not is_crossed(s, strokes, mask, unit)
    ]
    alone = {stroke for stroke, share in free.items() if share >= ALONE}
    pieces = in_line(
        [s for s in strokes if s in alone and s.length >= PART * unit], unit, 2 * SURE * unit
    )
    while True:
        crossing = {axis: _extents(strokes, axis) for axis in AXES}
        kept = [
            s
            for s in strokes
            if s in pieces or _is_ruling(s, crossing[OTHER[s.axis]], unit, s in alone)
        ]
        if len(kept) == len(strokes):
            return kept
        strokes = kept


def strokes_to_mask(strokes: Sequence[Stroke], mask: Mask, unit: float) -> Mask:
    """255 on the pixels of the rulings and their fringe, for taking them out of the picture."""
    taken, beside = np.zeros_like(mask), fringe(unit)
    for stroke in strokes:
        half = half_taken(stroke, unit)
        corners: list[tuple[float, float]] = [
            (stroke.start - beside, stroke.first - half),
            (stroke.end + beside, stroke.last - half),
            (stroke.end + beside, stroke.last + half),
            (stroke.start - beside, stroke.first + half),
        ]
        if stroke.axis == "v":
            corners = [(across, along) for along, across in corners]
        points = np.round(np.array(corners) - 0.5).astype(np.int32)
        cv2.fillConvexPoly(taken, points, (255,))
    return taken


def half_taken(stroke: Stroke, unit: float) -> float:
    """Half of the width, in pixels, that is taken out with a ruling."""
    return (stroke.thickness + 1) / 2 + fringe(unit)


def fringe(unit: float) -> int:
    """Pixels beside a ruling that its ink may have touched."""
    return max(1, round(unit / 25))


def ink_without_rulings(mask: Mask, unit: float, rows: tuple[Mask, Mask] | None = None) -> Mask:
    """The ink of `mask` that is no ruling; `unit` and `rows` as in `ink_to_strokes`."""
    return without(mask, strokes_to_mask(ink_to_strokes(mask, unit, rows), mask, unit))


def residual_skew(strokes: Sequence[Stroke]) -> float:
    """Degrees clockwise by which long rulings still lean: the median, weighted by length."""
    if not strokes:
        return 0.0
    slopes = np.array([s.slope if s.axis == "h" else -s.slope for s in strokes])
    lengths = np.array([s.length for s in strokes])
    order = np.argsort(slopes)
    weights = lengths[order].cumsum()
    return float(np.degrees(np.arctan(slopes[order][np.searchsorted(weights, weights[-1] / 2)])))


def strokes_to_rulings(strokes: Sequence[Stroke], points_per_pixel: float) -> tuple[Ruling, ...]:
    """The same lines in points."""
    scale = points_per_pixel
    return tuple(
        Ruling(
            stroke.axis,
            stroke.position * scale,
            stroke.start * scale,
            stroke.end * scale,
            stroke.thickness * scale,
            stroke.inferred,
        )
        for stroke in strokes
    )


def ruling_to_box(ruling: Ruling) -> BBox:
    """The box of a ruling, in points."""
    low = ruling.position - ruling.thickness / 2
    high = ruling.position + ruling.thickness / 2
    if ruling.axis == "h":
        return BBox(ruling.start, low, ruling.end, high)
    return BBox(low, ruling.start, high, ruling.end)


def _open(mask: Mask, axis: Axis, unit: float) -> list[Stroke]:
    """Straight runs of ink at least `SHORTEST` long, as found."""
    if not cv2.hasNonZero(mask):
        return []
    length = max(3, round(SHORTEST[axis] * unit))
    along = (1, length) if axis == "h" else (length, 1)
    across = np.ones((3, 1) if axis == "h" else (1, 3), np.uint8)
    # A line one pixel thick that is off by a fraction of a degree steps sideways: let it.
    steady = opened(np.asarray(cv2.dilate(mask, across), np.uint8), along)
    lines = np.asarray(cv2.bitwise_and(steady, mask), np.uint8)
    strokes = []
    for box, part in sparse_parts(steady):
        own = part & (box.cut(lines) > 0)
        strokes.extend(_component_to_strokes(own, axis, (box.x0, box.y0), unit))
    return strokes


def _component_to_strokes(
    own: NDArray[np.bool_],
    axis: Axis,
    corner: tuple[int, int],
    unit: float,
) -> list[Stroke]:
    if axis == "v":
        own, corner = own.T, (corner[1], corner[0])
    counts = own.sum(axis=0)
    filled = np.flatnonzero(counts)
    if filled.size == 0:
        return []
    thickness = int(np.median(counts[filled]))
    if thickness > max(3.0, THICKEST * unit):
        return []
    middles = (own * (np.arange(own.shape[0]) + 0.5)[:, None]).sum(axis=0)[filled] / counts[filled]
    slope, level = _straight(filled, middles)
    start, end = int(filled[0]), int(filled[-1]) + 1
    first, last = (corner[1] + float(level + slope * at) for at in (start, end - 1))
    return [Stroke(axis, first, last, corner[0] + start, corner[0] + end, max(1, thickness))]


def _straight(at: NDArray[np.intp], values: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and level of the line through points, by least squares; through one it is level."""
    # `numpy.polyfit` solves for any degree and takes ten times as long.
    middle, level = float(at.mean()), float(values.mean())
    off = at - middle
    spread = float((off * off).sum())
    slope = float((off * (values - level)).sum()) / spread if spread else 0.0
    return slope, level - slope * middle


def _join(strokes: Sequence[Stroke], unit: float) -> list[Stroke]:
    """Strokes on one line become one; a wide gap makes the whole inferred.

    Only a ruling that is long already reaches over a wide gap: the strokes of large characters
    side by side (二 二) are no ruling.
    """
    joined: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda s: (s.start, s.position)):
        for index, other in enumerate(joined):
            gap = stroke.start - other.end
            beside = abs(stroke.first - (other.last + other.slope * gap))
            reach = (BRIDGE if _alike(stroke, other, unit) else SEEN) * unit
            if gap <= reach and beside <= off_line(unit):
                joined[index] = _merge(other, stroke, gap > SEEN * unit)
                break
        else:
            joined.append(stroke)
    return joined


def _alike(stroke: Stroke, other: Stroke, unit: float) -> bool:
    """Whether two strokes may be parts of one broken ruling: one long, none a stroke of text."""
    short, long = sorted((stroke.length, other.length))
    thin, thick = sorted((stroke.thickness, other.thickness))
    return long >= LONG * unit and short >= PART * unit and thick <= 2 * thin + 1


def _merge(first: Stroke, second: Stroke, inferred: bool) -> Stroke:
    ahead = second.end >= first.end
    return Stroke(
        first.axis,
        first.first,
        second.last if ahead else first.last,
        first.start,
        max(first.end, second.end),
        max(first.thickness, second.thickness),
        inferred or first.inferred or second.inferred,
        first.dotted and second.dotted,
    )


def _extents(strokes: Sequence[Stroke], axis: Axis) -> NDArray[np.float64]:
    """Start, end, position, length of the strokes along an axis, 1 if dotted; a row each."""
    own = [(s.start, s.end, s.position, s.length, s.dotted) for s in strokes if s.axis == axis]
    return np.array(own, np.float64).reshape(-1, 5)


def _bridges(strokes: Sequence[Stroke], unit: float) -> set[Stroke]:
    """The strokes longer than any of a character that reach from one long ruling to the next.

    Text that touches them all along their way says nothing against them.
    """
    sure = [s for s in strokes if s.length >= SURE * unit and not s.dotted]
    crossing = {axis: _extents(sure, axis) for axis in AXES}
    near = OVER * unit

    def ends_on_two(stroke: Stroke) -> bool:
        start, end, position, _, _ = crossing[OTHER[stroke.axis]].T
        met = position[(start - near <= stroke.position) & (stroke.position <= end + near)]
        return all((np.abs(met - at) <= near).any() for at in (stroke.start, stroke.end))

    return {s for s in strokes if s.length >= PART * unit and not s.dotted and ends_on_two(s)}


def _is_ruling(stroke: Stroke, crossing: NDArray[np.float64], unit: float, alone: bool) -> bool:
    """Long by itself, or held at both ends, by at least one long ruling; one will do if `alone`.

    That keeps out the strokes of a large 国 or 田. Dots must meet another ruling: those of a
    table of contents lead the eye. `crossing`: the `_extents` of the strokes of the other axis.
    """
    if stroke.length >= SURE * unit and not stroke.dotted:
        return True
    start, end, position, length, dotted = crossing.T
    near = np.where((dotted > 0) & stroke.dotted, MEET_DOTTED, MEET) * unit
    reach = (start - near <= stroke.position) & (stroke.position <= end + near)
    met = length[reach & (stroke.start - near <= position) & (position <= stroke.end + near)]
    if stroke.dotted and not met.size:
        return False
    if stroke.length >= SURE * unit or (alone and met.max(initial=0) >= SURE * unit):
        return True
    reach &= length >= 2 * unit
    held = [length[reach & (np.abs(position - at) <= near)] for at in (stroke.start, stroke.end)]
    return all(ends.size for ends in held) and max(ends.max() for ends in held) >= SURE * unit
