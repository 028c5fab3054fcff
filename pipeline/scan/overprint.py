"""Text printed over rulings: what of their place is darker than they are by themselves.

Commas that hang in the margin of a justified cell lie on its ruling, and so do the ends of strokes
where text is set close. Taken out with the ruling they would be gone, and nothing would tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Grey, Mask, PixelBox, without
from pipeline.scan.parts import Parts, sparse_parts
from pipeline.scan.rulings import fringe, half_taken
from pipeline.scan.strokes import Stroke

# In character heights.
STRETCH = 6.0  # of a ruling, along which it looks the same
LONG = 5.0  # a shorter ruling does not show how it looks where no text lies on it
HAIR = 0.05  # the edge of a ruling that steps sideways is as thin
LONGEST_HAIR = 1.0  # and longer than what a character shows of a stroke beside it
SLIM = 5  # times longer than thick (no mark is)
LEAST = 0.12  # what stands by itself is at least a mark
DARKER = 60
"""Greys, of 255, by which ink over a ruling or its fringe is darker than these."""
BARE = 0.3
"""The share of a ruling that is darkest is text beside it, or a thicker part of its own."""


Place = tuple[NDArray[np.int_], NDArray[np.int_]]
"""Rows and columns of each pixel of a strip, both (across, along)."""


def overprint(grey: Grey, ink: Mask, taken: Mask, strokes: Sequence[Stroke], unit: float) -> Mask:
    """255 on the ink of text in the place of rulings.

    `grey`: the page, (height, width); `ink`: 255 on its ink; `taken`: 255 where its rulings, the
    `strokes`, are taken out; `unit`: the character height in pixels.
    """
    darker, ruled = np.zeros_like(taken), np.zeros_like(taken)
    places = [(stroke, _strip(stroke, _turned(stroke, grey)[0].shape, unit)) for stroke in strokes]
    for stroke, place in places:
        page, dark, plain = _turned(stroke, grey, darker, ruled)
        over = np.zeros(place[0].shape, np.bool_)
        if place[0].size and _shows_itself(stroke, unit):
            over = _darker(page[place], unit)
        if not over.any():
            plain[place] = 255
            continue
        dark[place] |= np.where(over, 255, 0).astype(np.uint8)
        # Where rulings cross, each is darker than the other one by itself.
        plain[place] |= np.where(over, 0, 255).astype(np.uint8)
    found = without(darker, ruled) & ink & taken
    if not found.any():
        return found
    text = without(ink, taken)
    near = np.asarray(cv2.dilate(text, np.ones((3, 3), np.uint8)), np.uint8)
    found = _of_text(found, near, unit)
    places = [(stroke, at) for stroke, at in places if _turned(stroke, found)[0][at].any()]
    for stroke, place in places:
        own, beside = _turned(stroke, found, near)
        _drop_slivers(own, beside, place, stroke)
    whole = found.copy()
    for stroke, place in places:
        seen, filled = _turned(stroke, found, whole)
        filled[place] |= _reaching(seen[place], place[0], stroke)
    return whole & ink & taken


def _turned(stroke: Stroke, *masks: Mask) -> list[Mask]:
    """The masks with the stroke along their rows."""
    return [mask.T if stroke.axis == "v" else mask for mask in masks]


def _strip(stroke: Stroke, shape: tuple[int, ...], unit: float) -> Place:
    """Rows and columns of the place of a stroke with a fringe; its middle is the middle row."""
    ends = fringe(unit) + 1
    at = np.arange(max(0, stroke.start - ends), min(shape[1], stroke.end + ends + 1))
    middles = np.interp(at, (stroke.start, stroke.end - 1), (stroke.first, stroke.last))
    reach = math.ceil(half_taken(stroke, unit)) + 1
    rows = np.floor(middles).astype(int) + np.arange(-reach, reach + 1)[:, None]
    return np.clip(rows, 0, shape[0] - 1), np.broadcast_to(at, rows.shape)


def _shows_itself(stroke: Stroke, unit: float) -> bool:
    return stroke.length >= LONG * unit and not stroke.dotted


def _darker(strip: NDArray[np.uint8], unit: float) -> NDArray[np.bool_]:
    """What is darker than the ruling along most of its way; `strip`: (across, along), grey."""
    along = strip.shape[1]
    count = min(along, max(1, round(along / (STRETCH * unit))))
    ends = np.linspace(0, along, count + 1).astype(int)
    bare = np.stack([_dark_end(strip[:, a:b]) for a, b in pairwise(ends)], axis=1)
    # Text fills one stretch more than the next: the darkest of both neighbours is no darker.
    edged = np.pad(bare, ((0, 0), (1, 1)), mode="edge")
    bare = np.minimum(np.minimum(edged[:, :-2], edged[:, 2:]), bare)
    return np.asarray(strip < np.repeat(bare, np.diff(ends), axis=1) - DARKER)


def _dark_end(strip: NDArray[np.uint8]) -> NDArray[np.int16]:
    """The grey of each row than which only the darkest of it, `BARE` as a share, is darker."""
    place = int(BARE * (strip.shape[1] - 1))
    return np.partition(strip, place, axis=1)[:, place].astype(np.int16)


def _drop_slivers(found: Mask, near: Mask, place: Place, stroke: Stroke) -> None:
    """Blank what reaches over the middle of a ruling into the cell beyond; `found` is changed.

    It belongs to the side on which text goes on, or on which more of it is. Cells end in the
    middle. `near`: 255 on text and a pixel around it; `place`: the strip of the stroke.
    """
    rows, columns = place
    box = PixelBox(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    own, beside = box.cut(found), box.cut(near)
    for part, ink in sparse_parts(np.ascontiguousarray(own)):
        low = round(stroke.position) - box.y0 - part.y0
        if not 0 < low < part.height:
            continue
        touching = ink & (part.cut(beside) > 0)
        above, below = bool(touching[:low].any()), bool(touching[low:].any())
        if above and below:
            continue
        if not above and not below:
            above = ink[:low].sum() >= ink[low:].sum()
        gone = ink.copy()
        gone[slice(low) if above else slice(low, None)] = False
        part.cut(own)[gone] = 0


def _reaching(over: NDArray[np.uint8], rows: NDArray[np.int_], stroke: Stroke) -> NDArray[np.uint8]:
    """255 on the half of a ruling beside ink that is kept: of black ones text is no darker.

    `over`: the ink that is kept in the strip of the stroke, which lies in `rows` of the page. The
    other half belongs to the cell beyond.
    """
    middle, low, high = len(over) // 2, stroke.thickness // 2, (stroke.thickness + 1) // 2
    above, filled = rows < round(stroke.position), np.zeros_like(over)
    within = slice(middle - low, middle + high)
    for beside, own in ((middle - low - 1, above), (middle + high, ~above)):
        filled[within] |= np.where(own[within] & own[beside], over[beside], 0).astype(np.uint8)
    return filled


def _of_text(found: Mask, near: Mask, unit: float) -> Mask:
    """Without what is left of the rulings themselves: hairs, and crumbs beside which is no text."""
    if not found.any():
        return found
    parts = Parts(found)
    least = np.minimum(parts.wide, parts.tall)
    thin = (least <= max(1, int(HAIR * unit))) | (parts.size > SLIM * least)
    hair = thin & (parts.size > LONGEST_HAIR * unit)
    beside = np.zeros(len(parts), np.bool_)
    beside[np.unique(parts.labels[(near & found) > 0])] = True
    return parts.paint((beside & ~hair) | (~thin & (parts.size >= LEAST * unit)))
