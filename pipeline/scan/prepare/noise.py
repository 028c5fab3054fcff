"""Noise: specks of dirt on paper and glass."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.model import Step
from pipeline.scan.ink import Grey, ink_level, ink_mask

# In character heights.
SPECK = 0.17  # the dot of a full stop is as large; 、 and 。 are larger
ALONE = 0.75  # a printed dot stands nearer than this to what it belongs to
LIFTED = 0.3  # a dot in its line stands at the foot: higher ones belong to no digit
DIRTY = 2.0
"""Lone specks per hundred square characters that make a page dirty: there, dots between characters
may be dirt as well."""


def drop_specks_alone(grey: Grey, unit: float) -> tuple[Grey, Step]:
    """Specks painted over: those that stand alone, and on dirty pages those no mark can be.

    `unit` is the character height in pixels. Marks of text (. ， 、 …) stand beside other ink or
    are larger.
    """
    mask = ink_mask(grey, ink_level(grey))
    count, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
    tiny = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) <= SPECK * unit
    tiny[0] = False
    if count < 2 or not tiny.any():
        return grey, Step("noise", False, (("specks", 0),))
    large = np.where(tiny[labels], 0, mask).astype(np.uint8)
    reach = max(3, round(2 * ALONE * unit)) | 1
    round_kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    beside = cv2.dilate(large, round_kernel) > 0
    places = np.round(middles).astype(int)
    near = beside[
        np.clip(places[:, 1], 0, mask.shape[0] - 1), np.clip(places[:, 0], 0, mask.shape[1] - 1)
    ]
    alone = tiny & ~near & ~_in_rows(middles, tiny & ~near, unit)
    density = 100 * int(alone.sum()) / max(1.0, mask.size / unit**2)
    if density > DIRTY:
        alone |= tiny & near & ~_at_foot(large, stats, unit)
    if not alone.any():
        return grey, Step("noise", False, (("specks", 0),))
    dirt = cv2.dilate((alone[labels]).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    cleaned = grey.copy()
    cleaned[dirt & (large == 0)] = 255
    facts = (("specks", int(alone.sum())), ("per_100_characters", round(density, 2)))
    return cleaned, Step("noise", True, facts)


def _in_rows(middles: np.ndarray, lone: np.ndarray, unit: float) -> np.ndarray:
    """Which lone dots follow each other evenly on a level: … and dotted lines are no dirt."""
    found = np.zeros(len(lone), bool)
    chosen = np.flatnonzero(lone)
    order = chosen[np.lexsort((middles[chosen, 0], np.round(middles[chosen, 1] / 2)))]
    for first, second, third in zip(order, order[1:], order[2:], strict=False):
        (x1, y1), (x2, y2), (x3, y3) = middles[[first, second, third]]
        level = max(abs(y1 - y2), abs(y2 - y3)) < 0.08 * unit
        even = abs((x2 - x1) - (x3 - x2)) < 0.1 * unit and 0 < x2 - x1 < 0.7 * unit
        if level and even:
            found[[first, second, third]] = True
    return found


def _at_foot(large: Grey, stats: np.ndarray, unit: float) -> np.ndarray:
    """Which components may be a dot in a line of text: ink left of them, as low, but none lower."""
    found = np.zeros(len(stats), bool)
    height = large.shape[0]
    for index in range(1, len(stats)):
        x, y, wide, tall = (int(value) for value in stats[index][:4])
        if max(wide, tall) > SPECK * unit:
            continue
        foot = y + tall
        left = large[
            max(0, foot - round(unit)) : min(height, foot + round(unit / 2)),
            max(0, x - round(0.6 * unit)) : x,
        ]
        rows = np.flatnonzero(left.any(axis=1))
        if rows.size:
            lowest = max(0, foot - round(unit)) + int(rows[-1]) + 1
            found[index] = abs(lowest - foot) < LIFTED / 2 * unit
    return found
