"""Pages drawn for the tests of the scan stage: filled shapes for characters, no fonts."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pipeline.config import Settings
from pipeline.model import Raster
from pipeline.scan.ink import PixelBox

DPI = 200.0
SIZE = 30  # side of a drawn character, pixels

Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def paper(width: int = 1654, height: int = 1170) -> Picture:
    return np.full((height, width, 3), 255, np.uint8)


def character(page: Picture, x: int, y: int, size: int = SIZE) -> PixelBox:
    """Draw a shape with the outline of 国: strokes along all sides and a cross inside."""
    stroke = max(1, size // 10)
    box = PixelBox(x, y, x + size, y + size)
    cv2.rectangle(page, (x, y), (x + size - 1, y + size - 1), (0, 0, 0), -1)
    hole = (size - 3 * stroke) // 2
    for left in (x + stroke, x + 2 * stroke + hole):
        for top in (y + stroke, y + 2 * stroke + hole):
            page[top : top + hole, left : left + hole] = 255
    return box


def full_stop(page: Picture, x: int, y: int, size: int = SIZE) -> None:
    """A mark at the foot of the character's square, its right half empty."""
    r = size // 8
    cv2.circle(page, (x + size // 4, y + size - r - 2), r, (0, 0, 0), -1)


def text(page: Picture, x: int, y: int, count: int, size: int = SIZE) -> PixelBox:
    """A line of `count` characters as near as in print."""
    pitch = round(size * 1.12)
    for index in range(count):
        character(page, x + index * pitch, y, size)
    return PixelBox(x, y, x + (count - 1) * pitch + size, y + size)


def prose(page: Picture, x: int, y: int, lines: int, count: int = 20, size: int = SIZE) -> None:
    """Lines of characters with a full stop after every sixth."""
    pitch = round(size * 1.12)
    for line in range(lines):
        for index in range(count):
            place = (x + index * pitch, y + line * round(size * 1.7), size)
            (full_stop if index % 6 == 5 else character)(page, *place)


def grid(page: Picture, xs: Sequence[int], ys: Sequence[int], thickness: int = 2) -> None:
    for x in xs:
        cv2.line(page, (x, ys[0]), (x, ys[-1]), (0, 0, 0), thickness)
    for y in ys:
        cv2.line(page, (xs[0], y), (xs[-1], y), (0, 0, 0), thickness)


def leaning(page: Picture, degrees: float) -> Picture:
    """The page turned clockwise by `degrees` about its middle."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    white = (255, 255, 255)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=white)
    return np.asarray(turned, dtype=np.uint8)


def raster(page: Picture) -> Raster:
    return Raster(page, DPI)


SETTINGS = Settings()
