"""Which way up a page picture is: what its own ink says."""

from __future__ import annotations

from enum import Enum
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask, PixelBox, filled_columns, runs


class Lie(Enum):
    """How the lines of text lie in the picture."""

    UPRIGHT = "upright"
    SIDEWAYS = "sideways"
    OVERTURNED = "overturned"
    UNKNOWN = "unknown"


def ink_to_lie(mask: Mask, unit: float) -> Lie:
    """How the text lies, from `mask` without rulings and the character height `unit` in pixels.

    Characters stand nearer to each other inside a line than between lines: joined over a quarter
    of a character they make long strips that run as the text does. Commas, full stops and 、 stand
    free at the foot of their line: where most are at the head, the page is upside down.
    """
    strips = _strips(mask, unit)
    wide = sum(box.width for box in strips if box.width > 1.8 * box.height)
    tall = sum(box.height for box in strips if box.height > 1.8 * box.width)
    if max(wide, tall) < 20 * unit:
        return Lie.UNKNOWN
    if tall > 1.5 * wide:
        return Lie.SIDEWAYS
    foot, head = _free_marks(mask, strips, unit)
    if head > max(2, 1.5 * foot):
        return Lie.OVERTURNED
    return Lie.UPRIGHT


def _strips(mask: Mask, unit: float) -> list[PixelBox]:
    """Boxes of ink joined over a quarter of a character, one to three characters thick."""
    reach = max(2, round(unit / 4))
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for x, y, width, height, _ in stats[1:].tolist():
        if 0.5 * unit < min(width, height) < 2.5 * unit:
            found.append(PixelBox(x, y, x + width, y + height))
    return found


def _free_marks(mask: Mask, strips: list[PixelBox], unit: float) -> tuple[int, int]:
    """How many small marks standing free in their line are at its foot, and at its head."""
    foot = head = 0
    for box in strips:
        if box.width < 3 * box.height or box.height > 1.6 * unit:
            continue
        ink: NDArray[np.bool_] = box.cut(mask) > 0
        stretches = runs(filled_columns(ink))
        for (start, end), (following, _) in pairwise(stretches):
            if end - start > 0.4 * box.height or following - end < 0.25 * box.height:
                continue
            rows = np.flatnonzero(ink[:, start:end].any(axis=1))
            if rows[-1] - rows[0] > 0.45 * box.height:
                continue
            middle = (rows[0] + rows[-1] + 1) / 2 / box.height
            foot += middle > 0.6
            head += middle < 0.4
    return foot, head
