"""How the paper lies: skew, turned pages, perspective, a curled edge, two pages on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from tests.scanlab.sheets import Pixels, Sheet

WHITE = (255, 255, 255)
DESK = (96, 84, 72)


def skew(sheet: Sheet, degrees: float, random: np.random.Generator) -> Sheet:
    """The page turned by `degrees`, either way, about its middle; corners that leave it are cut."""
    angle = degrees if random.random() < 0.5 else -degrees
    height, width = sheet.pixels.shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1))
    size = (width, height)
    moved = cv2.warpAffine(sheet.pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=WHITE)
    return _moved(sheet, moved)


def quarter_turn(sheet: Sheet, degrees: float, random: np.random.Generator) -> Sheet:
    """The page turned clockwise by `degrees` (90, 180 or 270)."""
    turned = np.rot90(sheet.pixels, k=-round(degrees / 90) % 4)
    return _moved(sheet, np.ascontiguousarray(turned))


def side_turn(sheet: Sheet, _: float, random: np.random.Generator) -> Sheet:
    """The page turned by 90 or by 270 degrees, page by page another way."""
    return quarter_turn(sheet, 90 if random.random() < 0.5 else 270, random)


def perspective(sheet: Sheet, share: float, random: np.random.Generator) -> Sheet:
    """A photograph from a slant: each corner moved by up to `share` of the page's sides."""
    height, width = sheet.pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    off = random.uniform(0.15, 1.0, (4, 2)).astype(np.float32) * inward
    target = corners + off * np.array([width, height], np.float32) * share
    matrix = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    moved = cv2.warpPerspective(
        sheet.pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=DESK
    )
    return _moved(sheet, moved)


def curl(sheet: Sheet, rise: float, random: np.random.Generator) -> Sheet:
    """An edge that rises from the glass: lines bend by `rise` millimetres in the last quarter."""
    height, width = sheet.pixels.shape[:2]
    x = np.arange(width, dtype=np.float32)
    from_edge = x if random.random() < 0.5 else width - 1 - x
    bend = rise * sheet.mm * np.exp(-((from_edge / (0.22 * width)) ** 2))
    grid_x, grid_y = np.meshgrid(x, np.arange(height, dtype=np.float32))
    moved = cv2.remap(
        sheet.pixels,
        grid_x,
        grid_y - bend[None, :],
        cv2.INTER_CUBIC,
        borderValue=WHITE,
    )
    light = (1 - 0.25 * np.exp(-((from_edge / (0.12 * width)) ** 2)))[None, :, None]
    return _moved(sheet, np.clip(moved * light + 0.5, 0, 255).astype(np.uint8))


def two_up(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Every two pages on one sheet: upright pages side by side, wide ones one above the other."""
    joined = []
    for at in range(0, len(sheets), 2):
        pair = sheets[at : at + 2]
        if len(pair) == 1:
            blank = np.full_like(pair[0].pixels, 255)
            pair = [pair[0], replace(pair[0], pixels=blank)]
        height = max(sheet.pixels.shape[0] for sheet in pair)
        width = max(sheet.pixels.shape[1] for sheet in pair)
        pages = [_on_canvas(sheet.pixels, height, width) for sheet in pair]
        joined.append(_moved(pair[0], np.concatenate(pages, axis=1 if height >= width else 0)))
    return joined


def _on_canvas(pixels: Pixels, height: int, width: int) -> Pixels:
    canvas = np.full((height, width, 3), 255, np.uint8)
    canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
    return canvas


def _moved(sheet: Sheet, pixels: Pixels) -> Sheet:
    return replace(sheet, pixels=np.asarray(pixels, np.uint8), edges=(), cells=())
