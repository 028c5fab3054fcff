"""Dashes that are missed: thin level strokes, grey by blur, or left out by recognition."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.characters import is_blank
from pipeline.scan.ink import Mask, opened, part_boxes, runs, without
from pipeline.scan.marks import BREAK
from pipeline.scan.reading import Look
from pipeline.scan.spans import Span, text_to_spans

# In character heights.
SHORTEST, LONGEST = 0.5, 1.4
FLAT = 0.22  # no dash is thicker
CLEAR = 0.4  # paper above and below it
NEAR = 0.6  # the character before or behind it
PUT = 0.9
"""How sure a dash is that recognition did not read."""
HALO = 0.06  # around ink lies pale ink that is blur
CRUMB = 0.17


def pale_dashes(pale: Mask, ink: Mask, unit: float) -> Mask:
    """255 on dashes that are in `pale`, which is 255 where ink may be; `ink` is 255 where it is.

    A dash stands beside a character, between white above and below; in a word or a stroke of faint
    print it does not.
    """
    halo = 2 * max(1, round(HALO * unit)) + 1
    # Of a dash itself crumbs may be dark enough for ink; strokes are longer, one way or the other.
    crumb = max(1, round(CRUMB * unit))
    strokes = np.maximum(opened(ink, (1, crumb)), opened(ink, (crumb, 1)))
    around = np.asarray(cv2.dilate(strokes, np.ones((halo, halo), np.uint8)), np.uint8)
    # Opened, little is left to look at, on pages with a watermark too.
    rest = opened(without(pale, around), (1, max(2, round(SHORTEST * unit))))
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


def with_dashes(look: Look, mask: Mask) -> Look:
    """The look with the dashes between digits that recognition left out: 9—54 for 954.

    Where all that is left over of a digit's ink is a level stroke as wide as a dash, it is one.
    `mask`: the page's ink without rulings.
    """
    piece, centres = look.piece, look.centres
    if centres is None:
        return look
    text = look.reading.text
    kept = [at for at, letter in enumerate(text) if not is_blank(letter)]
    spans = text_to_spans(text, centres, piece.box, mask, piece.height)
    ink = piece.box.cut(mask) > 0
    for place in reversed(range(len(spans) - 1)):
        at, behind = kept[place], kept[place + 1]
        if not (text[at].isdecimal() and text[behind].isdecimal()):
            continue
        run = _dash_in(ink, (spans[place][0], spans[place + 1][1]), piece.height)
        if run is not None:
            middle = piece.box.x0 + sum(run) / 2
            look = _put_dash(look, behind, (middle - look.left) / look.width)
    return look


def _dash_in(ink: NDArray[np.bool_], columns: Span, height: float) -> Span | None:
    """The columns of a dash between the ink of two digits; thin print breaks in it."""
    start, end = columns
    part = ink[:, start:end]
    rows = np.arange(len(part))[:, None]
    top = np.where(part, rows, len(part)).min(axis=0)
    low = np.where(part, rows, -1).max(axis=0)
    flat = part.any(axis=0) & (low - top < FLAT * height)
    if not flat.any():
        return None
    middle = float(np.median((top + low)[flat])) / 2
    level = flat & (np.abs((top + low) / 2 - middle) <= HALO * height)
    found = runs(np.asarray(level), max(1, round(BREAK * height)))
    first, last = max(found, key=lambda run: run[1] - run[0], default=(0, 0))
    if last - first < SHORTEST * height or not (part[:, :first].any() and part[:, last:].any()):
        return None
    return start + first, start + last


def _put_dash(look: Look, at: int, centre: float) -> Look:
    """A dash put before a character of the reading, less sure than what was read."""
    return look.corrected(look.reading.with_more(at, "—", centre, PUT))
