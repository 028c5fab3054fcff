"""Ink → ruling lines, by morphology with lengths relative to the character height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from pipeline.geometry import BBox
from pipeline.model import Ruling
from pipeline.scan.ink import Grey, Mask, ink_level, ink_mask

Axis = Literal["h", "v"]

# In character heights. A stroke or a dash of text is shorter than SURE; a ruling shorter than that
# must end on two others. Gaps up to BRIDGE in a broken ruling are closed, up to SEEN unnoticed.
SHORTEST = {"h": 1.6, "v": 1.3}
SURE = 5.0
SEEN = 0.3
BRIDGE = 2.5
MEET = 0.45
THICKEST = 0.35

FAINTEST = 215
"""The brightest grey, of 255, that may belong to a ruling; paper after evening is 255."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight run of ink in pixels: along its axis from `start` to `end`, at `position`."""

    axis: Axis
    position: float
    start: int
    end: int
    thickness: int
    inferred: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start


def ruling_mask(grey: Grey) -> Mask:
    """255 where a ruling may be: also ink too faint for text, since lines are thin and pale."""
    return ink_mask(grey, min(FAINTEST, round((ink_level(grey) + 255) / 2)))


def ink_to_strokes(mask: Mask, unit: float) -> list[Stroke]:
    """Ruling lines of the page in pixels, broken ones joined, strokes of text left out."""
    strokes = [joined for axis in ("h", "v") for joined in _join(_open(mask, axis, unit), unit)]
    while True:
        kept = [stroke for stroke in strokes if _is_ruling(stroke, strokes, unit)]
        if len(kept) == len(strokes):
            return kept
        strokes = kept


def strokes_to_mask(strokes: Sequence[Stroke], mask: Mask, unit: float) -> Mask:
    """255 on the pixels of the rulings and their fringe, for taking them out of the picture."""
    taken = np.zeros_like(mask)
    fringe = max(1, round(unit / 25))
    for stroke in strokes:
        half = stroke.thickness / 2 + fringe
        low, high = max(0, round(stroke.position - half)), round(stroke.position + half)
        start, end = max(0, stroke.start - fringe), stroke.end + fringe
        if stroke.axis == "h":
            taken[low:high, start:end] = 255
        else:
            taken[start:end, low:high] = 255
    return taken


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
    length = max(3, round(SHORTEST[axis] * unit))
    along = (length, 1) if axis == "h" else (1, length)
    across = np.ones((3, 1) if axis == "h" else (1, 3), np.uint8)
    # A line one pixel thick that is off by a fraction of a degree steps sideways: let it.
    steady = cv2.morphologyEx(
        cv2.dilate(mask, across), cv2.MORPH_OPEN, np.ones(along[::-1], np.uint8)
    )
    lines = cv2.bitwise_and(steady, mask)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(steady, connectivity=8)
    strokes = []
    for label in range(1, len(stats)):
        x, y, width, height, _ = (int(value) for value in stats[label])
        box = lines[y : y + height, x : x + width]
        own = (labels[y : y + height, x : x + width] == label) & (box > 0)
        strokes.extend(_component_to_strokes(own, axis, (x, y), unit))
    return strokes


def _component_to_strokes(
    own: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
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
    rows = own.sum(axis=1).astype(float)
    position = float((rows * (np.arange(rows.size) + 0.5)).sum() / rows.sum())
    start, end = int(filled[0]), int(filled[-1]) + 1
    return [
        Stroke(axis, corner[1] + position, corner[0] + start, corner[0] + end, max(1, thickness))
    ]


def _join(strokes: Sequence[Stroke], unit: float) -> list[Stroke]:
    """Strokes on one line become one; a wide gap makes the whole inferred."""
    joined: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda s: (s.start, s.position)):
        for index, other in enumerate(joined):
            gap = stroke.start - other.end
            # A long line may hold a gap that two short strokes of text may not.
            reach = min(BRIDGE * unit, max(SEEN * unit, min(stroke.length, other.length)))
            beside = abs(stroke.position - other.position)
            if gap <= reach and beside <= max(2.0, 0.12 * unit):
                joined[index] = _merge(other, stroke, gap > SEEN * unit)
                break
        else:
            joined.append(stroke)
    return joined


def _merge(first: Stroke, second: Stroke, inferred: bool) -> Stroke:
    whole = first.length + second.length
    return Stroke(
        first.axis,
        (first.position * first.length + second.position * second.length) / max(1, whole),
        min(first.start, second.start),
        max(first.end, second.end),
        max(first.thickness, second.thickness),
        inferred or first.inferred or second.inferred,
    )


def _is_ruling(stroke: Stroke, strokes: Sequence[Stroke], unit: float) -> bool:
    if stroke.length >= SURE * unit:
        return True
    return all(
        any(_meets(stroke, end, other, unit) for other in strokes if other.axis != stroke.axis)
        for end in (stroke.start, stroke.end)
    )


def _meets(stroke: Stroke, end: int, other: Stroke, unit: float) -> bool:
    near = MEET * unit
    return (
        abs(other.position - end) <= near
        and other.start - near <= stroke.position <= other.end + near
        and other.length >= 2 * unit
    )
