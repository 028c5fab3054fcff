"""Which way up a page picture is: what its own ink says."""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask, PixelBox, filled_columns, runs


class Lie(Enum):
    """How the lines of text lie in the picture."""

    UPRIGHT = "upright"
    OVERTURNED = "overturned"
    LEVEL = "level"  # one of the two above
    SIDEWAYS = "sideways"
    UNKNOWN = "unknown"  # too little text to tell
    BLANK = "blank"


def ink_to_lie(mask: Mask, unit: float) -> Lie:
    """How the text lies, from `mask` without rulings and the character height `unit` in pixels.

    Characters stand nearer to each other inside a line than between lines: joined over a quarter
    of a character they make long strips that run as the text does. Commas, full stops and 、 stand
    free at the foot of their line: where most are at the head, the page is upside down.
    """
    strips = _strips(mask, unit)
    wide = sum(box.width for box in strips if box.width > 1.8 * box.height)
    tall = sum(box.height for box in strips if box.height > 1.8 * box.width)
    if max(wide, tall) < 8 * unit:
        return Lie.UNKNOWN if strips else Lie.BLANK
    if tall > 1.5 * wide:
        return Lie.SIDEWAYS
    foot, head = _free_marks(mask, unit)
    if max(foot, head) <= max(2, 1.5 * min(foot, head)):
        return Lie.LEVEL
    return Lie.UPRIGHT if foot > head else Lie.OVERTURNED


def _strips(mask: Mask, unit: float) -> list[PixelBox]:
    """Boxes of ink joined over a quarter of a character, one to three characters thick."""
    reach = max(2, round(unit / 4))
    boxes = _joined(mask, (reach, reach))
    return [box for box in boxes if 0.5 * unit < min(box.width, box.height) < 2.5 * unit]


def _joined(mask: Mask, reach: tuple[int, int]) -> list[PixelBox]:
    """Boxes of the components of ink joined over `reach` (rows, columns)."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones(reach, np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    return [PixelBox(x, y, x + width, y + height) for x, y, width, height, _ in stats[1:].tolist()]


def _free_marks(mask: Mask, unit: float) -> tuple[int, int]:
    """How many small marks standing free in their line are at its foot, and at its head."""
    foot = head = 0
    for box in _joined(mask, (1, round(0.9 * unit))):
        if box.width < 3 * box.height or not 0.6 * unit < box.height < 1.6 * unit:
            continue
        ink: NDArray[np.bool_] = box.cut(mask) > 0
        stretches = runs(filled_columns(ink))
        edges = [0, *(place for stretch in stretches for place in stretch), box.width]
        for index, (start, end) in enumerate(stretches):
            # The blank half of the mark's square: after it, or before it when overturned.
            room = max(start - edges[2 * index], edges[2 * index + 3] - end)
            if end - start > 0.4 * box.height or room < 0.25 * box.height:
                continue
            rows = np.flatnonzero(ink[:, start:end].any(axis=1))
            if rows[-1] - rows[0] > 0.45 * box.height:
                continue
            middle = (rows[0] + rows[-1] + 1) / 2 / box.height
            foot += int(middle > 0.6)
            head += int(middle < 0.4)
    return foot, head
