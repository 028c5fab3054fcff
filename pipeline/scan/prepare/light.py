"""Light: the scanner's dark bed, holes, inverted cells, shadows, faint and doubled print."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.model import Step
from pipeline.scan.ink import (
    Grey,
    Mask,
    even_background,
    grown,
    ink_mask,
    opened,
    shrunk,
    without,
)

DARK = 110
"""The grey under which a solid area is dark: the bed of a scanner, a hole, a filled cell."""
SHADED = 200
"""The grey under which the blurred edge of a dark area still belongs to it."""
EDGE = 25
"""Greys by which the bed, a hole or a cell is darker than what is beside it."""
FRINGE = 0.12  # character heights around a solid area that its edge has darkened
HOLE = (3.0, 9.0)  # millimetres across (ISO 838: 6 mm)
BLACK = 40
"""The grey that print is brought to."""
FAINT = 90
"""Print brighter than this is faint."""
PRINTED = 60
"""Print as dark as this is in full black; that of a faint page nowhere is."""
MOST = 6.0
"""The most by which contrast is raised: more makes the paper's grain into ink."""
GHOSTS = 0.002
"""The share of grey pixels away from print that shows bleed-through or a watermark."""
PAPER = 240
"""Grey from here on is paper with its grain."""
INK = 232
"""Grey under which a pixel is no paper."""
PIECE = 2.5
"""Character heights: no piece of print but rulings and lines of joined characters is larger."""
ENOUGH = 200
"""So many pixels of print, each a twelfth of a character wide, show how black it is."""
DASH, THIN = 0.6, 0.12
"""Character heights: a dash is at least so long, and no thicker."""
BETWEEN = 0.1
"""Share of pieces of middling grey from which print fades; of ghosts and print they are fewer."""
GROUND = 1.5
"""Character heights: a narrower grey is print, and no ground that print stands on."""
LIGHT = 150
"""The darkest ground with black print on it."""
LEAST_FILL = 0.0005
"""A smaller share of the page, about four characters, is no fill."""
HAIRLINE = 185
"""A line this dark may be a thin ruling; the back page's rulings show paler."""


def clear_solids(grey: Grey, unit: float, dpi: float) -> tuple[Grey, Step]:
    """Dark areas thicker than any stroke: bed and holes become paper, filled cells are inverted.

    `unit` is the character height in pixels. An area that reaches the picture's edge is the
    scanner's bed; a round one of 3 to 9 mm is a hole; another with light print in it is a cell.
    """
    thick = max(3, round(1.1 * unit))
    step = max(1, thick // 8)
    small = shrunk(grey, step)
    kernel = np.ones((max(2, thick // step),) * 2, np.uint8)
    dark = (small < DARK).astype(np.uint8)
    solid = cv2.dilate(cv2.erode(dark, kernel, borderType=cv2.BORDER_REPLICATE), kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    counts = {"bed": 0, "holes": 0, "inverted": 0}
    cleared = grey
    for label in range(1, count):
        kind = _kind(stats[label], small.shape, dpi / step / 25.4)
        area = (labels == label).astype(np.uint8) * np.uint8(255)
        if kind is None or _is_shadow(small, area):
            continue
        if cleared is grey:
            cleared = grey.copy()
        counts[kind] += 1
        if kind == "inverted":
            _invert(cleared, area, stats[label], step)
        else:
            whole = grown(area, step, grey.shape, cv2.INTER_NEAREST)
            whole = _with_slivers(whole, grey, unit)
            reach = max(3, 2 * step, round(2 * FRINGE * unit)) | 1
            cleared[cv2.dilate(whole, np.ones((reach, reach), np.uint8)) > 0] = 255
    return cleared, Step("solids", any(counts.values()), tuple(counts.items()))


def _is_shadow(small: Grey, area: Mask) -> bool:
    """Whether a dark area has no edge: a shadow goes over into the light by degrees."""
    near = np.ones((5, 5), np.uint8)
    outside = without(np.asarray(cv2.dilate(area, near), np.uint8), area) > 0
    inside = without(area, np.asarray(cv2.erode(area, near), np.uint8)) > 0
    if not outside.any():
        return False
    return bool(np.median(small[outside]) - np.median(small[inside]) < EDGE)


def _with_slivers(area: Mask, grey: Grey, unit: float) -> Mask:
    """The area with the dark that hangs on it: along an edge that leans, wedges are too thin.

    They are as long as the sheet and would pass for rulings. Of print that touches the area at
    most a character goes with it.
    """
    wide = 2 * round(unit) + 1
    near = cv2.dilate(area, np.ones((wide, wide), np.uint8))
    dark = cv2.bitwise_or(area, cv2.bitwise_and(near, ink_mask(grey, SHADED)))
    _, labels = cv2.connectedComponents(dark, connectivity=8)
    hangs = np.zeros(int(labels.max()) + 1, np.uint8)
    hangs[np.unique(labels[area > 0])] = 255
    hangs[0] = 0
    return np.asarray(hangs[labels], np.uint8)


def _kind(stats: np.ndarray, shape: tuple[int, int], mm: float) -> str | None:
    """What a solid area is; `mm`: pixels per millimetre, of the picture in which it was found."""
    x, y, width, height, area = (int(value) for value in stats[:5])
    if x <= 1 or y <= 1 or x + width >= shape[1] - 1 or y + height >= shape[0] - 1:
        return "bed"
    round_ = 0.6 < area / (width * height) < 0.95 and 0.75 < width / height < 1.33
    if round_ and HOLE[0] * mm <= max(width, height) <= HOLE[1] * mm:
        return "holes"
    return "inverted" if area > 0.4 * width * height else None


def _invert(grey: Grey, area: Mask, stats: np.ndarray, step: int) -> None:
    """Make light print on a dark area dark on light, in place; the print is a hole in the area."""
    x, y, width, height = (int(value) * step for value in stats[:4])
    inside = grey[y : y + height, x : x + width]
    part = area[stats[1] : stats[1] + stats[3], stats[0] : stats[0] + stats[2]]
    closed = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    here = cv2.resize(closed, inside.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    ground = float(np.median(inside[here])) if here.any() else 0.0
    turned = 255 - np.clip((inside.astype(np.float32) - ground) / (255 - ground), 0, 1) * 255
    inside[here] = turned[here].astype(np.uint8)


def even_light(grey: Grey) -> tuple[Grey, Step]:
    """The paper made white everywhere (see `even_background`)."""
    even = even_background(grey)
    return even, Step("light", even is not grey)


def even_print(grey: Grey, unit: float) -> tuple[Grey, Step]:
    """Print brought to one blackness; what is fainter beside it (back page, watermark) to paper.

    `grey` has white paper; grey fills become white first. Faint print is darkened by what its
    darkest ink near by lacks; on a page of black print, grey that belongs to no black stroke is
    taken for a ghost.
    """
    grey, filled = _without_fills(grey, unit)
    grey, step = _one_blackness(grey, unit)
    facts = (("filled", round(filled, 5)), *step.facts) if filled else step.facts
    return grey, Step("contrast", step.changed or filled > 0, facts)


def _without_fills(grey: Grey, unit: float) -> tuple[Grey, float]:
    """Filled cells and marked text on a grey page made white, and their share of the page.

    The ground is what a closing larger than any stroke leaves, as of colours (`whiten_ground`);
    print on it is divided by it. Left grey, a fill is taken for faint print and blackened.
    """
    side = max(3, round(GROUND * unit)) | 1
    step = max(1, side // 8)
    rough = shrunk(grey, step)
    few = np.ones((max(2, side // step),) * 2, np.uint8)
    if int(cv2.morphologyEx(rough, cv2.MORPH_CLOSE, few).min()) >= INK:
        return grey, 0.0
    kernel = np.ones((side, side), np.uint8)
    ground = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel), np.uint8)
    filled = (ground < INK) & (ground >= LIGHT)
    share = cv2.countNonZero(filled.view(np.uint8)) / filled.size
    if share < LEAST_FILL:
        return grey, 0.0
    cleaned = grey.copy()
    divided = np.asarray(cv2.divide(grey, np.maximum(1, ground), scale=255), np.uint8)
    cleaned[filled] = divided[filled]
    return cleaned, share


def _one_blackness(grey: Grey, unit: float) -> tuple[Grey, Step]:
    inked = _print_greys(grey, unit)
    if inked.size < 50:
        return grey, Step("contrast", False)
    black = float(np.percentile(inked, 15))
    if black > FAINT:
        blank = (black + 2 * 255) / 3
        return _darken(grey, black, unit, blank), Step("contrast", True, (("print", round(black)),))
    cleaned, share = _without_ghosts(grey, black, unit)
    if cleaned is not grey and _fades(grey, unit):
        usual = float(np.median(inked))
        return _darken(grey, usual, unit, INK), Step("contrast", True, (("fades", round(usual)),))
    facts = (("print", round(black)), ("ghosts", round(share, 4)))
    return cleaned, Step("contrast", cleaned is not grey, facts)


def _print_greys(grey: Grey, unit: float) -> np.ndarray:
    """Greys of the ink that stands in pieces no larger than characters; of all ink for want of it.

    The letters of a watermark are larger, and hold more ink than the print of many a page.
    """
    step = max(1, round(unit / 12))
    inked = ink_mask(grey, INK)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    fits = (sides.max(axis=1) <= PIECE * unit) & (sides.max(axis=1) >= unit / 4)
    fits[0] = False
    chosen = fits[labels[::step, ::step]]
    thin = grey[::step, ::step]
    greys = thin[chosen] if int(chosen.sum()) >= ENOUGH else thin[thin < INK]
    # Some lines of black print on a page that shows its back: the back is no print.
    black = greys[greys <= PRINTED]
    return black if black.size >= ENOUGH else greys


def _darken(grey: Grey, black: float, unit: float, blank: float) -> Grey:
    """Contrast raised so that the darkest ink near by is black; blank places follow the page.

    Blank is a place without a grey under `blank`; `black` is the page's print.
    """
    step = max(1, round(unit / 6))
    height, width = grey.shape
    size = (max(1, width // step), max(1, height // step))
    # Strokes are thinner than the step: what counts is the darkest pixel, less the paper's grain.
    eroded = cv2.erode(cv2.blur(grey, (3, 3)), np.ones((step, step), np.uint8))
    small = cv2.resize(eroded, size, interpolation=cv2.INTER_NEAREST)
    local = cv2.erode(small, np.ones((13, 13), np.uint8)).astype(np.float32)
    local[local > blank] = black
    local = np.clip(cv2.GaussianBlur(local, (0, 0), 9), 0.6 * black, 250)
    gain = np.minimum(MOST, (255 - BLACK) / (255 - local))
    whole = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(255 - (255 - grey.astype(np.float32)) * whole, 0, 255).astype(np.uint8)


def _without_ghosts(grey: Grey, black: float, unit: float) -> tuple[Grey, float]:
    """Grey that belongs to no black stroke made white, and the share of the page that it was.

    What is printed has a dark core (the two thresholds of Canny 1986); its fringe is kept. Long
    straight lines and thin dashes (—) are kept as well where they are dark enough for hairlines:
    those have no core.
    """
    middle = (black + 255) / 2
    core = ink_mask(grey, int(middle))
    pale = without(ink_mask(grey, PAPER - 1), core)
    reach = max(3, round(unit / 6)) | 1
    away = cv2.bitwise_and(
        pale, cv2.bitwise_not(cv2.dilate(core, np.ones((reach, reach), np.uint8)))
    )
    if cv2.countNonZero(away) < GHOSTS * away.size:
        return grey, 0.0
    dark = np.asarray(cv2.bitwise_and(pale, ink_mask(grey, HAIRLINE)), np.uint8)
    # An even kernel would shift what it opens.
    run, dash = max(3, round(1.5 * unit)) | 1, max(3, round(DASH * unit)) | 1
    thick = opened(dark, (max(2, round(THIN * unit)) + 1 | 1, 1))
    dashes = cv2.bitwise_and(opened(dark, (1, dash)), cv2.bitwise_not(thick))
    hairlines = cv2.max(dashes, cv2.max(opened(dark, (1, run)), opened(dark, (run, 1))))
    ghosts = cv2.bitwise_and(
        away, cv2.bitwise_not(cv2.dilate(hairlines, np.ones((3, 3), np.uint8)))
    )
    share = cv2.countNonZero(ghosts) / ghosts.size
    if share < GHOSTS:
        return grey, 0.0
    cleaned = grey.copy()
    cleaned[ghosts > 0] = 255
    return cleaned, share


def _fades(grey: Grey, unit: float) -> bool:
    """Whether pale print goes over into black print by degrees, and so is no ghost of another page.

    Told by the darkest grey of each piece of ink as large as a character: of a page with ghosts
    they are of two kinds, with few between.
    """
    inked = ink_mask(grey, INK)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    darkest = np.full(len(stats), 255, np.uint8)
    where = labels > 0
    np.minimum.at(darkest, labels[where].astype(np.intp), grey[where])
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    chosen = (sides.max(axis=1) <= PIECE * unit) & (sides.max(axis=1) >= unit / 2)
    chosen[0] = False
    found = darkest[chosen].astype(float)
    if found.size < 20:
        return False
    low, high = np.percentile(found, (5, 95))
    between = (found > low + 0.3 * (high - low)) & (found < low + 0.7 * (high - low))
    return float(between.mean()) > BETWEEN
