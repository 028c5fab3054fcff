"""Boxes of lines and characters → pictures for the recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Grey, PixelBox

PAPER = 255

# In heights of a line of the cell.
MARGIN = 0.28
GAP = 0.12  # between characters that are laid side by side
LEAST = 0.75  # a line lower than this (一, —) is cut as high as its neighbours


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text to be read in one picture.

    `box`: its ink on the page; `left`: the page x, in pixels, of the left edge of a picture cut
    with `margin` (in line heights); `height`: the usual height of a line of its cell;
    `limits`: rows of the page from which ink may be taken, so that no neighbour comes in, and
    `sides` its columns (None: all).
    """

    box: PixelBox
    height: float
    limits: tuple[int, int]
    stack: tuple[PixelBox, ...] = ()
    sides: tuple[int, int] | None = None


def band(piece: Piece, margin: float) -> tuple[int, int]:
    """First and last row of the picture of a piece, which may lie outside the page."""
    tall = max(
        float(piece.box.height), piece.height if piece.box.height < LEAST * piece.height else 0
    )
    half = tall / 2 + margin * piece.height
    return round(piece.box.y_mid - half), round(piece.box.y_mid + half)


def picture_left(piece: Piece, margin: float = MARGIN) -> int:
    return piece.box.x0 - round(margin * piece.height) - 1


def piece_to_picture(piece: Piece, grey: Grey, margin: float = MARGIN) -> NDArray[np.uint8]:
    """The piece cut out with a white margin: uint8 (height, width, 3)."""
    top, bottom = band(piece, margin)
    left = picture_left(piece, margin)
    right = 2 * piece.box.x1 - (left + piece.box.width)
    return _colour(_paste(grey, (left, top, right, bottom), piece))


def stack_to_picture(
    boxes: Sequence[PixelBox], grey: Grey, height: float
) -> tuple[NDArray[np.uint8], tuple[float, ...]]:
    """Characters laid side by side as one line, and the middle of each as a share of the width."""
    margin, gap = round(MARGIN * height), max(1, round(GAP * height))
    tall = round(max(height, max(box.height for box in boxes))) + 2 * margin
    columns: list[NDArray[np.uint8]] = [np.full((tall, margin + gap), PAPER, np.uint8)]
    middles = []
    at = margin + gap
    for box in boxes:
        # A character is centred in a square as it is in print: 一 keeps to the middle.
        width = max(box.width, round(0.8 * height))
        left = round(box.x_mid - width / 2)
        top = round(box.y_mid - tall / 2)
        columns.append(_paste_inside(grey, (left, top, left + width, top + tall), box))
        columns.append(np.full((tall, gap), PAPER, np.uint8))
        middles.append(at + width / 2)
        at += width + gap
    columns.append(np.full((tall, margin), PAPER, np.uint8))
    picture = np.concatenate(columns, axis=1)
    return _colour(picture), tuple(middle / picture.shape[1] for middle in middles)


def _paste(grey: Grey, place: tuple[int, int, int, int], piece: Piece) -> NDArray[np.uint8]:
    left, right = piece.sides or (place[0], place[2])
    return _paste_inside(grey, place, PixelBox(left, piece.limits[0], right, piece.limits[1]))


def _paste_inside(
    grey: Grey, place: tuple[int, int, int, int], inside: PixelBox
) -> NDArray[np.uint8]:
    """The page inside `place`, white beyond the page and beyond `inside` (with a fringe)."""
    left, top, right, bottom = place
    picture = np.full((max(1, bottom - top), max(1, right - left)), PAPER, np.uint8)
    x0, y0 = max(left, inside.x0 - 1, 0), max(top, inside.y0 - 1, 0)
    x1, y1 = min(right, inside.x1 + 1, grey.shape[1]), min(bottom, inside.y1 + 1, grey.shape[0])
    if x1 > x0 and y1 > y0:
        picture[y0 - top : y1 - top, x0 - left : x1 - left] = grey[y0:y1, x0:x1]
    return picture


def _colour(picture: Grey) -> NDArray[np.uint8]:
    return np.repeat(picture[:, :, None], 3, axis=2)
