"""Long lines of a page as runs of points: rulings, which may lean and bend, and lines of text.

They are traced on a small picture, made so by a whole factor, at a character height of `LOOK` to
twice as many pixels, with grey values as weights: a tenth of a pixel shows, at a fraction of the
cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask, shrunk

LOOK = 14.0
COVERED = 60
"""A pixel of the small picture is ink when a quarter of it was: 64 of 255, or hardly less."""

# In character heights. A traced ruling is at least LONG, no thicker than THICKEST; text strokes
# shorter than STROKE are opened away. Points stand every STEP along it.
LONG = 5.0
STROKE = 1.4
THICKEST = 0.35
STEP = 0.5
# Lines of text: joined over GAP, a height within LOW and HIGH where the line is level.
GAP = 0.9
LOW = 0.6
HIGH = 1.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trace:
    """One line: `across` it stands at these places, `along` it at those, in pixels of the page."""

    axis: Literal["h", "v"]
    along: Floats
    across: Floats
    text: bool = False

    @property
    def length(self) -> float:
        return float(self.along[-1] - self.along[0])

    @property
    def slope(self) -> float:
        """Change across per pixel along."""
        return float(np.polyfit(self.along, self.across, 1)[0])


def trace_rulings(mask: Mask, unit: float) -> list[Trace]:
    """The rulings along both axes; `unit` is the character height in pixels."""
    small, factor = _small(mask, unit)
    size = unit * factor
    found = [*_rulings(small, size, "h"), *_rulings(small.T, size, "v")]
    return [_scaled(trace, factor) for trace in found]


def trace_text(mask: Mask, unit: float) -> list[Trace]:
    """The middles of the lines of text along the rows."""
    small, factor = _small(mask, unit)
    size = unit * factor
    ink = (small > COVERED).astype(np.uint8)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(GAP * size)), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    traces = []
    for label in np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= LONG * size):
        x, y, width, height, _ = (int(value) for value in stats[label])
        if label == 0 or not LOW * size <= height <= HIGH * size + 0.15 * width:
            continue
        own = labels[y : y + height, x : x + width] == label
        thick = float(np.median(own.sum(axis=0)))
        if LOW * size <= thick <= HIGH * size:
            weights = np.where(own, small[y : y + height, x : x + width], 0).astype(float)
            traces += _points(weights, (x, y), round(1.5 * size), "h")
    return [replace(_scaled(trace, factor), text=True) for trace in traces]


def _small(mask: Mask, unit: float) -> tuple[Mask, float]:
    step = max(1, int(unit / LOOK))
    return (shrunk(mask, step), 1 / step) if step > 1 else (mask, 1.0)


def _rulings(small: Mask, size: float, axis: Literal["h", "v"]) -> list[Trace]:
    """Rulings along the rows of `small`; `axis` names them."""
    ink = np.ascontiguousarray(small > COVERED).astype(np.uint8)
    # A line that leans or bends steps sideways: let it, by a pixel either way.
    loose = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    long = np.ones((1, round(STROKE * size)), np.uint8)
    opened = cv2.morphologyEx(loose, cv2.MORPH_OPEN, long)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    traces: list[Trace] = []
    for label in np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= LONG * size):
        x, y, width, height, _ = (int(value) for value in stats[label])
        if label == 0 or height > 0.3 * width:
            continue
        own = labels[y : y + height, x : x + width] == label
        thick = own.sum(axis=0)
        usual = float(np.median(thick))
        if usual - 2 > THICKEST * size:
            continue
        # Where a character touches the ruling it is thicker, and its middle is elsewhere.
        own &= thick <= 1.5 * usual
        weights = np.where(own, small[y : y + height, x : x + width], 0).astype(float)
        traces += _points(weights, (x, y), max(2, round(STEP * size)), axis)
    return traces


def _points(
    weights: Floats, corner: tuple[int, int], step: int, axis: Literal["h", "v"]
) -> list[Trace]:
    """The middle of the ink of every `step` columns; no trace from fewer than four."""
    height, width = weights.shape
    starts = np.arange(0, width, step)
    places = np.arange(height) + 0.5
    mass = np.add.reduceat(weights.sum(axis=0), starts)
    moment = np.add.reduceat(places @ weights, starts)
    # Of a step that holds little of the line, at its ends and gaps, the middle is not the line's.
    solid = mass > 0.5 * np.median(mass)
    if solid.sum() < 4:
        return []
    ends = np.minimum(starts + step, width)
    along = corner[0] + (starts + ends) / 2
    across = corner[1] + moment[solid] / mass[solid]
    return [Trace(axis, along[solid], across)]


def _scaled(trace: Trace, factor: float) -> Trace:
    return replace(trace, along=trace.along / factor, across=trace.across / factor)
