"""Skew, slant and bend taken out of a page picture together: its pixels are moved once.

traces of rulings and lines of text → how far they are from straight → slant → bend → one map
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Raster, Step
from pipeline.scan.ink import Mask
from pipeline.scan.prepare.bend import Bend, lines_to_bend
from pipeline.scan.prepare.skew import ENOUGH, WHITE, beyond, straighten, surely_ruled
from pipeline.scan.prepare.slant import Floats, Lines, apply_slant, lines_to_slant
from pipeline.scan.prepare.trace import Trace, trace_text

# In character heights. Lines whose points are off by no more are straight: grids bear it. The
# middles of lines of text waver by themselves.
BENT = 0.025
BENT_TEXT = 0.12
SHOWS = 0.6
"""Pixels; lines are no straighter than the scanner's feed and the file's coding leave them."""
FAR = 95
"""The percentile of the points' distances from straight that counts."""
BETTER = 0.5
"""What is left after flattening must be no more than this share of what was, else it was none."""
TEXT_WEIGHT = 0.1
MESH = 16
"""Pixels between the points at which the map is worked out; between them it is straight."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The way from the picture's pixels to the flat page: turn by skew, then slant, then bend.

    `size`: width and height of the picture in pixels; `skew`: degrees clockwise.
    """

    size: tuple[int, int]
    skew: float
    slant: Floats
    bend: Bend

    def forward(self, pixels: Floats) -> Floats:
        """(n, 2) pixels of the picture → pixels of the flat page, with the same middle."""
        points = apply_slant(self.slant, _to_points(pixels, self.size, self.skew))
        return _to_pixels(points + self.bend.shift(points), self.size, 0.0)

    def backward(self, pixels: Floats) -> Floats:
        """The inverse of `forward`; the shift changes slowly, so that a few rounds find it."""
        goal = _to_points(pixels, self.size, 0.0)
        points = goal
        for _ in range(5):
            points = goal - self.bend.shift(points)
        inverse = np.asarray(np.linalg.inv(self.slant), np.float64)
        return _to_pixels(apply_slant(inverse, points), self.size, self.skew)


def find_flat(
    mask: Mask, unit: float, skew: float, rulings: Sequence[Trace]
) -> tuple[Flat | None, Step]:
    """How the page is to be flattened; None where it lies flat, or where lines do not tell.

    `mask` is the ink of the picture, `unit` its character height in pixels, `skew` what was found
    of it (degrees clockwise to apply), `rulings` are its traces. The facts, in character heights,
    are how far lines are from straight (`bent`) and, where a way to flatten was looked for, what it
    leaves (`left`).
    """
    size = (mask.shape[1], mask.shape[0])
    reach = unit / (max(size) / 2)
    ruled = surely_ruled(rulings, unit).sum() >= ENOUGH * unit
    judges, least = (rulings, BENT) if ruled else (trace_text(mask, unit), BENT_TEXT)
    judge = _lines(judges, size, skew)
    bent = _off(judge, _without_turn(judge)) / reach if judge else 0.0
    if judge is None or bent <= max(least, SHOWS / unit):
        return None, _step(False, bent=bent)
    every = _lines([*rulings, *(trace_text(mask, unit) if ruled else judges)], size, skew) or judge
    slant = lines_to_slant(every)
    bend = lines_to_bend(replace(every, points=apply_slant(slant, every.points)))
    moved = apply_slant(slant, judge.points)
    left = _off(judge, moved + bend.shift(moved)) / reach
    if left > BETTER * bent:
        # Text wavers by itself, and dotted rulings pass for text: only rulings are crooked.
        crooked = {"crooked": 1.0} if ruled else {}
        return None, _step(False, bent=bent, left=left, **crooked)
    return Flat(size, skew, slant, bend), _step(True, bent=bent, left=left)


def lay_flat(raster: Raster, mask: Mask, skew: float, flat: Flat | None) -> Raster:
    """The picture turned straight by `skew` degrees, or flattened, larger where ink needs it."""
    if flat is None:
        if not skew:
            return raster
        return Raster(straighten(raster.pixels, skew, mask), raster.dpi)
    return Raster(_remap(raster.pixels, mask, flat), raster.dpi)


def _step(changed: bool, **facts: float) -> Step:
    return Step("flat", changed, tuple((name, round(value, 3)) for name, value in facts.items()))


def _lines(traces: Sequence[Trace], size: tuple[int, int], skew: float) -> Lines | None:
    """The traces as lines of points; None without any."""
    if not traces:
        return None
    flat = [
        (trace.along, trace.across) if trace.axis == "h" else (trace.across, trace.along)
        for trace in traces
    ]
    counts = [len(trace.along) for trace in traces]
    pixels = np.stack([np.concatenate(part) for part in zip(*flat, strict=True)], axis=1)
    # Points stand nearer together on rulings than on text; each counts by the length it is for.
    each = [
        trace.length / len(trace.along) * (TEXT_WEIGHT if trace.text else 1) for trace in traces
    ]
    return Lines(
        _to_points(pixels, size, skew),
        np.repeat(np.arange(len(traces)), counts),
        np.repeat([trace.axis == "h" for trace in traces], counts),
        np.repeat(np.array(each) / max(each), counts),
    )


def _off(lines: Lines, points: Floats) -> float:
    """How far the points, as moved, are from straight lines along the axes."""
    across = lines.across(points)
    off = np.abs(lines.off_mean(across, lines.weight))
    return float(np.percentile(off, FAR))


def _without_turn(lines: Lines) -> Floats:
    """The points less a turn that all lines share: skew too small to be taken out is no bend."""
    x, y = lines.points.T
    lever = lines.off_mean(np.where(lines.level, x, -y), lines.weight)
    off = lines.off_mean(lines.across(lines.points), lines.weight)
    turn = float((lines.weight * lever * off).sum() / (lines.weight * lever * lever).sum())
    return np.asarray(lines.points - turn * np.stack((-y, x), axis=1))


def _to_points(pixels: Floats, size: tuple[int, int], skew: float) -> Floats:
    """Pixels → halves of the longer side from the middle, after a turn by `skew` degrees."""
    cos, sin = np.cos(np.radians(skew)), np.sin(np.radians(skew))
    turn = np.array(((cos, -sin), (sin, cos)))
    return np.asarray((pixels - np.array(size) / 2) @ turn.T / (max(size) / 2))


def _to_pixels(points: Floats, size: tuple[int, int], skew: float) -> Floats:
    """The inverse of `_to_points`."""
    cos, sin = np.cos(np.radians(skew)), np.sin(np.radians(skew))
    turn = np.array(((cos, -sin), (sin, cos)))
    return np.asarray(points @ turn * (max(size) / 2) + np.array(size) / 2)


def _remap(pixels: NDArray[np.uint8], mask: Mask, flat: Flat) -> NDArray[np.uint8]:
    """The picture on the flat page, which is larger where ink would be cut off."""
    width, height = flat.size
    left, top, right, bottom = 0, 0, width, height
    ink = cv2.findNonZero(mask)
    if ink is not None:
        hull = flat.forward(cv2.convexHull(ink).reshape(-1, 2).astype(float))
        left, top = (min(0, int(np.floor(low))) for low in hull.min(axis=0))
        right, bottom = (
            max(side, int(np.ceil(high)) + 1)
            for side, high in zip((width, height), hull.max(axis=0), strict=True)
        )
    x, y = _map(flat, (left, top, right, bottom))
    moved = cv2.remap(pixels, x, y, cv2.INTER_CUBIC, borderMode=beyond(pixels), borderValue=WHITE)
    return np.asarray(moved, np.uint8)


def _map(
    flat: Flat, box: tuple[int, int, int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each pixel of the flat page inside `box` the x and the y of the picture it comes from.

    Worked out in the middle of every `MESH` pixels, one row and column more on all sides.
    """
    left, top, right, bottom = box
    columns, rows = -(-(right - left) // MESH) + 2, -(-(bottom - top) // MESH) + 2
    x = left + (np.arange(columns) - 0.5) * MESH
    y = top + (np.arange(rows) - 0.5) * MESH
    places = np.stack([part.ravel() for part in np.meshgrid(x, y)], axis=1)
    mesh = (flat.backward(places) - 0.5).astype(np.float32)
    planes = []
    for plane in mesh.T:
        coarse = np.ascontiguousarray(plane.reshape(rows, columns))
        whole = cv2.resize(coarse, (columns * MESH, rows * MESH), interpolation=cv2.INTER_LINEAR)
        inside = whole[MESH : MESH + bottom - top, MESH : MESH + right - left]
        planes.append(np.asarray(inside, np.float32))
    return planes[0], planes[1]
