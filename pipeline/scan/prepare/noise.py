"""Noise: specks of dirt on paper and glass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from pipeline.model import Step
from pipeline.scan.ink import Grey, Mask, ink_level, ink_mask

Parts = Sequence[Any]  # of `connectedComponentsWithStats`: count, labels, stats, middles

# In character heights.
LONE = 0.32  # no larger mark stands alone: what does is dirt
SPECK = 0.17  # the dot of a full stop is as large; 、 and 。 are larger
BLOT = 0.2  # dirt beside print may be as large; 。 is larger
ALONE = 0.75  # a printed dot stands nearer than this to what it belongs to
FAR = 1.3  # and a larger mark, which may stand in the middle of its square, than this
APART, CLEAR = 0.07, 0.16  # how far round dirt stands from print, and dirt of any shape
PAIRED = 0.55  # no farther stand the two parts of ； and ： from each other, one over the other
LIFTED = 0.3  # a dot in its line stands at the foot: higher ones belong to no digit
CHAIN, LINK = 1.5, 0.6  # dots in a row as long as this, none farther from the next, are a rule
DIRTY = 2.0
"""Lone specks per hundred square characters that make a page dirty: there, dots beside print may be
dirt as well."""


def drop_specks_alone(grey: Grey, unit: float) -> tuple[Grey, Step]:
    """Specks that stand alone painted over; `unit` is the character height in pixels.

    Marks of text (. ， 、 …) stand beside other ink, and the dots of a rule in a row.
    """
    mask = ink_mask(grey, ink_level(grey))
    parts = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels = parts[1]
    small, near = _small_and_near(mask, parts, unit)
    if not small.any():
        return grey, Step("noise", False, (("specks", 0),))
    dirt = small & ~near & ~_chained(mask, labels, small & ~near, unit)
    density = 100 * int(dirt.sum()) / max(1.0, mask.size / unit**2)
    if not dirt.any():
        return grey, Step("noise", False, (("specks", 0),))
    cleaned = grey.copy()
    around = cv2.dilate((dirt[labels]).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    cleaned[around & ((labels == 0) | dirt[labels])] = 255
    facts = (("specks", int(dirt.sum())), ("per_100_characters", round(density, 2)))
    return cleaned, Step("noise", True, facts)


def find_specks(mask: Mask, unit: float) -> tuple[Mask, Mask]:
    """255 on ink of `mask`, a page's without rulings, that is too small for text; two masks.

    The first: what stands alone (it stood beside a ruling, or is left of what lay on one). The
    second: what stands beside print and may be dirt where a page is dirty; in the picture it must
    stay, for some of it are dots of characters.
    """
    parts = cv2.connectedComponentsWithStats(mask, connectivity=8)
    small, near = _small_and_near(mask, parts, unit)
    alone = small & ~near & ~_chained(mask, parts[1], small & ~near, unit)
    beside = small & near & _blots(mask, parts[2], unit)
    return _on(alone, parts[1]), _on(beside, parts[1])


def _on(chosen: np.ndarray, labels: np.ndarray) -> Mask:
    return np.asarray(chosen[labels].astype(np.uint8) * np.uint8(255), np.uint8)


def _size(stats: np.ndarray) -> np.ndarray:
    sides: np.ndarray = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return sides


def _small_and_near(mask: Mask, parts: Parts, unit: float) -> tuple[np.ndarray, np.ndarray]:
    """Which components are as small as specks, and which stand beside ink larger than those."""
    _, labels, stats, middles = parts
    size = _size(stats)
    # A hyphen that stands for a blank cell is as long as a large speck, and thin.
    thin = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1) < size / 2
    tiny = size <= SPECK * unit
    small = tiny | ((size <= LONE * unit) & ~thin)
    small[0] = False
    large = np.where(small[labels], 0, mask).astype(np.uint8)
    near, around = _near(large, middles, ALONE * unit), _near(large, middles, FAR * unit)
    # Marks follow marks: the 。 behind a ” is far from any character.
    marks = _on(small & ~tiny & around, labels)
    around |= ~tiny & _near(np.maximum(large, marks), middles, FAR * unit)
    paired = tiny & _paired(mask, labels, small & around, unit)
    return small, near | ((~tiny | paired) & around)


def _near(large: Grey, middles: np.ndarray, distance: float) -> np.ndarray:
    """Which components stand nearer than `distance` (pixels) to ink larger than dots."""
    away = cv2.distanceTransform(cv2.bitwise_not(large), cv2.DIST_L2, 3)
    places = np.round(middles).astype(int)
    height, width = large.shape
    found: np.ndarray = (
        away[np.clip(places[:, 1], 0, height - 1), np.clip(places[:, 0], 0, width - 1)] < distance
    )
    return found


def _paired(mask: Mask, labels: np.ndarray, marks: np.ndarray, unit: float) -> np.ndarray:
    """Which marks stand one over the other as the parts of ； and ： do.

    In faces that set them in the middle of their square, their dots are as far from print as dirt.
    """
    dots = np.where(marks[labels], mask, 0).astype(np.uint8)
    link = max(2, round(PAIRED * unit)) | 1
    joined = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((link, 1), np.uint8))
    _, columns, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    owner = np.zeros(len(marks), int)
    owner[labels[dots > 0]] = columns[dots > 0]
    two = np.bincount(owner[marks], minlength=len(stats)) == 2
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    upright = two & (wide <= LONE * unit) & (tall <= unit)
    upright[0] = False
    found: np.ndarray = marks & upright[owner]
    return found


def _chained(mask: Mask, labels: np.ndarray, lone: np.ndarray, unit: float) -> np.ndarray:
    """Which lone dots follow each other on a line: … and dotted rules are no dirt."""
    dots = np.where(lone[labels], mask, 0).astype(np.uint8)
    chained = np.zeros(len(lone), bool)
    link, longest = max(2, round(LINK * unit)) | 1, CHAIN * unit
    for across in (True, False):
        shape = (1, link) if across else (link, 1)
        joined = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))
        _, rows, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        along = stats[:, cv2.CC_STAT_WIDTH if across else cv2.CC_STAT_HEIGHT] >= longest
        along[0] = False
        chained[np.unique(labels[along[rows] & (dots > 0)])] = True
    return chained


def _blots(mask: Mask, stats: np.ndarray, unit: float) -> np.ndarray:
    """Which components beside print may be dirt: far from any stroke, or near one and round.

    The dots of most characters stand nearer to their strokes and are long; the dot of a number
    stands at the foot.
    """
    found = np.zeros(len(stats), bool)
    height, width = mask.shape
    foot = _at_foot(mask, stats, unit)
    for index in np.flatnonzero(_size(stats) <= BLOT * unit):
        x, y, wide, tall, area = (int(value) for value in stats[index])
        round_ = min(wide, tall) >= 0.75 * max(wide, tall) and area >= 0.5 * wide * tall
        gap = max(2, round((APART if round_ else CLEAR) * unit))
        around = mask[
            max(0, y - gap) : min(height, y + tall + gap),
            max(0, x - gap) : min(width, x + wide + gap),
        ]
        found[index] = not foot[index] and cv2.countNonZero(around) <= area
    return found


def _at_foot(large: Grey, stats: np.ndarray, unit: float) -> np.ndarray:
    """Which components may be a dot in a line of text: ink left of them, as low, but none lower."""
    found = np.zeros(len(stats), bool)
    height = large.shape[0]
    for index in range(1, len(stats)):
        x, y, wide, tall = (int(value) for value in stats[index][:4])
        if max(wide, tall) > BLOT * unit:
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
