"""Dashes paler than text: thin level strokes that blur makes grey, as rulings are."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.scan.ink import Mask, part_boxes

# In character heights.
SHORTEST, LONGEST = 0.5, 1.4
FLAT = 0.22  # no dash is thicker
CLEAR = 0.4  # paper above and below it
NEAR = 0.6  # the character before or behind it
HALO = 0.06  # around ink lies pale ink that is blur


def pale_dashes(pale: Mask, ink: Mask, unit: float) -> Mask:
    """255 on dashes that are in `pale` and not in `ink`, each 255 where ink may be and where it is.

    A dash stands beside a character, between white above and below; in a word or a stroke of faint
    print it does not.
    """
    halo = 2 * max(1, round(HALO * unit)) + 1
    around = cv2.dilate(ink, np.ones((halo, halo), np.uint8))
    rest = np.asarray(cv2.bitwise_and(pale, cv2.bitwise_not(around)), np.uint8)
    dashes = np.zeros_like(ink)
    boxes = part_boxes(rest)
    wide, high = boxes[:, 2], boxes[:, 3]
    flat = (high <= FLAT * unit) & (wide >= SHORTEST * unit) & (wide <= LONGEST * unit)
    clear, near = round(CLEAR * unit), round(NEAR * unit)
    for x, y, width, height in boxes[flat].tolist():
        rows = slice(max(0, y - near), y + height + near)
        beside = (ink[rows, max(0, x - near) : x], ink[rows, x + width : x + width + near])
        columns = slice(x, x + width)
        white = (
            pale[max(0, y - clear) : max(0, y - 1), columns],
            pale[y + height + 1 : y + height + clear, columns],
        )
        if any(part.any() for part in beside) and not any(part.any() for part in white):
            place = (slice(y, y + height), columns)
            dashes[place] = rest[place]
    return dashes
