"""Colour separation: print on the one side, seals, stamps and coloured pens on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Step
from pipeline.scan.ink import Grey, Mask

COLOURED = 48
"""Spread between the channels from which a pixel has a colour: JPEG at quality 40 blurs less."""
FRINGE = 24
"""Spread down to which pixels have a colour that hang together with more coloured ones."""
TINT = 8
"""Spread from which a ground has a tint; the paper of a scan has less."""
BRIGHT = 150
"""A ground as bright as this (of 255, all channels) is paper or a fill; ink is darker."""
DULLED = 0.8
"""Share of its light that ink keeps on a fill of another colour: JPEG mixes both."""
LEAST_SHARE = 5e-5
"""A smaller share of coloured pixels is noise."""

# In character heights.
LETTER = 1.5  # what is larger in both directions is no character
TOGETHER = 0.9  # parts of one stamp stand nearer than this
STAMP = 4.0  # a stamp that holds words is at least so large both ways
GROUND = 1.5  # what is narrower lies on the ground
WORN = 0.2  # so little of its colour's fullness is left in the worn places of a stamp
PALE = 0.35  # a fill or a tint has less of its colour's fullness than this; ink has more


@dataclass(frozen=True, slots=True)
class Separated:
    """`grey`: uint8 (height, width), the print alone; `lifted`: 255 where other ink was taken."""

    grey: Grey
    lifted: Mask
    step: Step


def separate(pixels: NDArray[np.uint8], unit: float) -> Separated:
    """Take stamps out of a page picture (RGB); `unit` is its character height in pixels.

    The brightest channel of a pixel shows how much light the black print lets through: inks other
    than black let some channel pass. What is left of a stamp's ink there is divided out, since inks
    on each other multiply. Coloured *characters* are print, and keep their darkness.
    """
    bright, spread = _channels(pixels)
    if int(spread.max()) <= TINT:  # a closing spreads no channel farther
        step = Step("colour", False, (("coloured", 0.0), ("filled", 0.0)))
        return Separated(bright, np.zeros_like(bright), step)
    whitened, tinted, inked = whiten_ground(pixels, unit)
    if whitened is not pixels:
        pixels = whitened
        bright, spread = _channels(pixels)
    coloured = _coloured(spread, inked)
    filled = float(tinted.mean())
    share = cv2.countNonZero(coloured.view(np.uint8)) / coloured.size
    found = (("coloured", round(share, 5)), ("filled", round(filled, 5)))
    none = np.zeros_like(bright)
    if share < LEAST_SHARE:
        return Separated(bright, none, Step("colour", filled > 0, found))
    full = (spread > PALE * 255).view(np.uint8) * np.uint8(255)
    worn = (spread > WORN * 255).view(np.uint8) * np.uint8(255)
    letters, stamps = _letters_and_stamps(full, worn, unit)
    grey = _divide_out(bright, spread, coloured, tinted)
    if letters.any():
        dark = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        grey = np.where(letters > 0, np.minimum(grey, dark), grey).astype(np.uint8)
    facts = (
        *found,
        ("stamped", round(float((stamps > 0).mean()), 5)),
        ("coloured_print", round(float((letters > 0).mean()), 5)),
    )
    return Separated(grey, stamps, Step("colour", True, facts))


def lift_colour(pixels: NDArray[np.uint8]) -> Grey:
    """The brightest channel: uint8 (height, width), coloured ink paler than black."""
    return _channels(pixels)[0]


def whiten_ground(
    pixels: NDArray[np.uint8], unit: float
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """Tinted paper and filled cells made white; where they are, and where on them is coloured ink.

    The ground is what a closing leaves of each channel; ink is divided by it, so that a stamp has
    on a fill the colour that it has on paper. Print has none: JPEG gives it some of the fill's.
    """
    side = max(3, round(GROUND * unit)) | 1
    kernel = np.ones((side, side), np.uint8)
    ground = np.asarray(cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, kernel), np.uint8)
    paper = _light(ground)
    tinted = (_channels(ground)[1] > TINT) & (paper >= BRIGHT)
    if cv2.countNonZero(tinted.view(np.uint8)) < LEAST_SHARE * tinted.size:
        return pixels, np.zeros_like(tinted), np.zeros_like(tinted)
    grey = np.asarray(cv2.divide(_light(pixels), np.maximum(1, paper), scale=255), np.uint8)
    inked = np.zeros_like(tinted)
    inked[tinted] = ~_is_print(pixels, ground, grey, tinted)
    whitened = pixels.copy()
    whitened[tinted] = grey[tinted][:, None]
    # The edge of coloured ink is too pale to be told from print, and is lifted as its ink is.
    near = tinted & (cv2.dilate(inked.view(np.uint8), np.ones((5, 5), np.uint8)) > 0)
    divided = 255 * pixels[near].astype(np.int32) // np.maximum(1, ground[near])
    whitened[near] = np.minimum(divided, 255)
    return whitened, tinted, inked


def _is_print(
    pixels: NDArray[np.uint8], ground: NDArray[np.uint8], grey: Grey, where: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which pixels, of those in `where`, have no colour but that of the ground: (n,).

    `grey`: their light by that of the ground, 255 where it is as bright. Print on a ground has as
    much less colour as it has less light, and JPEG spreads colour to its neighbours.
    """
    least = cv2.erode(grey, np.ones((5, 5), np.uint8))[where].astype(np.float32) / 255
    colour, tint = (
        values[where].astype(np.float32) - _light(values)[where].astype(np.float32)[:, None]
        for values in (pixels, ground)
    )
    part = (colour * tint).sum(axis=1) / np.maximum(1.0, (tint * tint).sum(axis=1))
    off = colour - np.clip(part, least, 1)[:, None] * tint
    return np.asarray(off.max(axis=1) - off.min(axis=1) <= FRINGE)


def _light(pixels: NDArray[np.uint8]) -> Grey:
    """The light of a picture (height, width, 3), all channels taken together."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _coloured(spread: Grey, inked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where there is a colour: also a faint one, where it hangs together with a full one.

    The two thresholds of Canny (1986). `inked` is coloured for sure.
    """
    if int(spread.max()) <= FRINGE and not inked.any():
        return np.zeros(spread.shape, bool)
    faint = ((spread > FRINGE) | inked).view(np.uint8)
    _, pieces = cv2.connectedComponents(faint, connectivity=8)
    sure = np.zeros(int(pieces.max()) + 1, bool)
    sure[pieces[(spread > COLOURED) | inked]] = True
    sure[0] = False
    return np.asarray(sure[pieces])


def _channels(pixels: NDArray[np.uint8]) -> tuple[Grey, Grey]:
    """The brightest channel, and the spread between the brightest and the darkest."""
    red, green, blue = cv2.split(pixels)
    bright = cv2.max(cv2.max(red, green), blue)
    dark = cv2.min(cv2.min(red, green), blue)
    return np.asarray(bright, np.uint8), np.asarray(cv2.subtract(bright, dark), np.uint8)


def _letters_and_stamps(full: Mask, worn: Mask, unit: float) -> tuple[Mask, Mask]:
    """Coloured ink parted into characters and all else, each with the fringe that JPEG blurs.

    Ink that stands together is print when most of it is in pieces no larger than characters: a
    seal's ring and star, a stamp's frame and a pen's strokes are larger. Where a stamp is worn its
    ink is thin, so pieces go on through `worn`, which is coloured less than `full` (the two
    thresholds of Canny 1986).
    """
    near = max(3, round(TOGETHER * unit)) | 1
    count, groups, boxes, middles = cv2.connectedComponentsWithStats(
        cv2.dilate(full, np.ones((near, near), np.uint8))
    )
    gap = max(1, round(unit / 6)) | 1  # an even kernel would shift what it closes
    joined = cv2.morphologyEx(cv2.max(full, worn), cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    # A line of characters that touch is long, but no higher than they are.
    small = sides.min(axis=1) <= LETTER * unit
    inked = full > 0
    in_small = np.bincount(groups[inked & small[pieces]], minlength=count)
    whole = np.bincount(groups[inked], minlength=count)
    is_print = (in_small >= 0.8 * whole) & (whole > 0)
    is_print[0] = False
    is_print &= ~_inside(np.asarray(boxes), np.asarray(middles), ~is_print, unit)
    print_here = is_print[groups]
    fringe = np.ones((3, 3), np.uint8)
    letters = cv2.dilate(np.where(inked & print_here, 255, 0).astype(np.uint8), fringe)
    stamps = cv2.dilate(np.where(inked & ~print_here, 255, 0).astype(np.uint8), fringe)
    return np.asarray(letters, np.uint8), np.asarray(stamps, np.uint8)


def _inside(
    boxes: NDArray[Any], middles: NDArray[Any], stamps: NDArray[np.bool_], unit: float
) -> NDArray[np.bool_]:
    """Which groups stand inside a stamp: the words in the middle of a seal belong to it."""
    found = np.zeros(len(boxes), bool)
    for x, y, wide, tall, _ in boxes[1:][stamps[1:]]:
        if min(wide, tall) >= STAMP * unit:
            across = (x < middles[:, 0]) & (middles[:, 0] < x + wide)
            found |= across & (y < middles[:, 1]) & (middles[:, 1] < y + tall)
    return found


def _divide_out(
    bright: Grey, spread: Grey, coloured: NDArray[np.bool_], tinted: NDArray[np.bool_]
) -> Grey:
    """The brightest channel without what coloured ink took from it.

    How much it takes where it is full is measured on the page; where it is thinner (by the ratio of
    spread to brightness, which print below does not change) it takes less.
    """
    value = bright[coloured].astype(np.float32)
    depth = spread[coloured].astype(np.float32) / np.maximum(value, 1)
    full = depth >= 0.8 * np.percentile(depth, 90)
    # Over print the ink is darker: the brighter half is ink on paper.
    paper = float(np.percentile(value[full], 75)) if full.any() else 255.0
    fullest = max(0.05, float(np.percentile(depth, 90)))
    passed = 1 - (1 - paper / 255) * np.minimum(1.0, depth / fullest)
    grey = bright.copy()
    grey[coloured] = np.clip(value / np.maximum(passed, 0.2), 0, 255).astype(np.uint8)
    # The edge of a stroke is too pale to have its colour: what is no darker than the ink is of it.
    edge = cv2.dilate(coloured.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    grey[edge & (bright >= np.where(tinted, DULLED * paper, paper))] = 255
    return grey
