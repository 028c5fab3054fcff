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

from pipeline.scan.ink import Grey, Mask, without
from pipeline.scan.parts import Parts
from pipeline.scan.rulings import half_taken
from pipeline.scan.strokes import Stroke

# In character heights.
STRETCH = 6.0  # of a ruling, along which it looks the same
LONG = 5.0  # a shorter ruling does not show how it looks where no text lies on it
HAIR = 0.05  # the edge of a ruling that steps sideways is as thin
LONGEST_HAIR = 1.0  # and longer than what a character shows of a stroke beside it
LEAST = 0.12  # what stands by itself is at least a mark
DARKER = 60
"""Greys, of 255, by which ink over a ruling or its fringe is darker than these."""
BARE = 0.3
"""The share of a ruling that is darkest is text beside it, or a thicker part of its own."""


def overprint(grey: Grey, ink: Mask, taken: Mask, strokes: Sequence[Stroke], unit: float) -> Mask:
    """255 on the ink of text in the place of rulings.

    `grey`: the page, (height, width); `ink`: 255 on its ink; `taken`: 255 where its rulings, the
    `strokes`, are taken out; `unit`: the character height in pixels.
    """
    darker, ruled = np.zeros_like(taken), np.zeros_like(taken)
    for stroke in strokes:
        upright = stroke.axis == "v"
        page, dark, plain = (m.T if upright else m for m in (grey, darker, ruled))
        at = np.arange(max(0, stroke.start - 2), min(page.shape[1], stroke.end + 3))
        if not at.size:
            continue
        middles = np.interp(at, (stroke.start, stroke.end - 1), (stroke.first, stroke.last))
        reach = math.ceil(half_taken(stroke, unit)) + 1
        rows = np.floor(middles).astype(int) + np.arange(-reach, reach + 1)[:, None]
        rows = np.clip(rows, 0, page.shape[0] - 1)
        shown = _darker(page[rows, at], unit) if _shows_itself(stroke, unit) else None
        over = np.zeros(rows.shape, np.bool_) if shown is None else shown
        dark[rows, at] |= np.where(over, 255, 0).astype(np.uint8)
        # Where rulings cross, each is darker than the other one by itself.
        plain[rows, at] |= np.where(over, 0, 255).astype(np.uint8)
    found = np.asarray(cv2.bitwise_and(without(darker, ruled), cv2.bitwise_and(ink, taken)))
    return _of_text(np.asarray(found, np.uint8), without(ink, taken), unit)


def _shows_itself(stroke: Stroke, unit: float) -> bool:
    return stroke.length >= LONG * unit and not stroke.dotted


def _darker(strip: NDArray[np.uint8], unit: float) -> NDArray[np.bool_]:
    """What is darker than the ruling along most of its way; `strip`: (across, along), grey."""
    along = strip.shape[1]
    count = max(1, round(along / (STRETCH * unit)))
    ends = np.linspace(0, along, count + 1).astype(int)
    bare = np.stack([np.quantile(strip[:, a:b], BARE, axis=1) for a, b in pairwise(ends)], axis=1)
    # Text fills one stretch more than the next: the darkest of both neighbours is no darker.
    edged = np.pad(bare, ((0, 0), (1, 1)), mode="edge")
    bare = np.minimum(np.minimum(edged[:, :-2], edged[:, 2:]), bare)
    return np.asarray(strip < np.repeat(bare, np.diff(ends), axis=1) - DARKER)


def _of_text(found: Mask, text: Mask, unit: float) -> Mask:
    """Without what is left of the rulings themselves: hairs, and crumbs beside which is no text."""
    if not found.any():
        return found
    parts = Parts(found)
    thin = np.minimum(parts.wide, parts.tall) <= max(1, round(HAIR * unit))
    hair = thin & (parts.size > LONGEST_HAIR * unit)
    near = cv2.dilate(text, np.ones((3, 3), np.uint8)) > 0
    beside = np.zeros(len(parts.size), np.bool_)
    beside[np.unique(parts.labels[near & (found > 0)])] = True
    return parts.paint((beside & ~hair) | (~thin & (parts.size >= LEAST * unit)))
