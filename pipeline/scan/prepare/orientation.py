"""Which way up the page is, and the quarter turn that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.model import Raster, Step
from pipeline.scan.ink import character_height, even_background, ink_level, ink_mask, without
from pipeline.scan.prepare.colour import lift_colour
from pipeline.scan.prepare.lie import Lie, ink_to_lie
from pipeline.scan.prepare.sheet import limit_size
from pipeline.scan.rulings import ink_to_strokes, strokes_to_mask

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

LOOK_SIDE = 1200
"""Longest side, in pixels, of the picture on which the orientation is found."""
SURE = 0.8
"""What an engine says of the orientation counts from this score."""


def turn_upright(raster: Raster, engine: OcrEngine | None) -> tuple[Raster, Step]:
    """The picture turned by a quarter, or by several, so that its text stands upright."""
    degrees = find_rotation(raster, engine)
    step = Step("orientation", degrees != 0, (("degrees", degrees),))
    return turn(raster, degrees), step


def find_rotation(raster: Raster, engine: OcrEngine | None) -> int:
    """Degrees clockwise, a multiple of 90, by which the picture must be turned to be upright."""
    # How lines lie shows on a small picture too.
    small = limit_size(raster, LOOK_SIDE)
    lie = _lie(small)
    if lie in (Lie.UPRIGHT, Lie.BLANK):
        return 0
    if engine is not None:
        told, score = engine.orientation(small.pixels)
        likely = {Lie.SIDEWAYS: (90, 270), Lie.UNKNOWN: (0, 90, 180, 270)}.get(lie, (0, 180))
        if told in likely and score >= SURE:
            return (360 - told) % 360
    if lie is Lie.SIDEWAYS:
        return 270 if _lie(turn(small, 90)) is Lie.OVERTURNED else 90
    return 180 if lie is Lie.OVERTURNED else 0


def _lie(raster: Raster) -> Lie:
    grey = even_background(lift_colour(raster.pixels))
    mask = ink_mask(grey, ink_level(grey))
    unit = character_height(mask, raster.dpi)
    rulings = strokes_to_mask(ink_to_strokes(mask, unit), mask, unit)
    return ink_to_lie(without(mask, rulings), unit)


def turn(raster: Raster, degrees: int) -> Raster:
    """The picture turned clockwise by a multiple of 90 degrees."""
    if degrees % 360 == 0:
        return raster
    turned = np.rot90(raster.pixels, k=-(degrees // 90) % 4)
    return Raster(np.ascontiguousarray(turned), raster.dpi)
