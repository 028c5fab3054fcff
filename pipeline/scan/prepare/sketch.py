"""A small picture of a sheet, enough to see how it lies and whether it holds two pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2

from pipeline.model import Raster
from pipeline.scan.dots import dots_to_rows
from pipeline.scan.ink import Grey, Mask, character_height, even_background, ink_mask, shrunk
from pipeline.scan.prepare.colour import lift_colour
from pipeline.scan.prepare.sheet import limit_size

LOOK_SIDE = 1200
"""Longest side of the picture, in pixels."""

ENOUGH = 0.9
"""The share of `LOOK_SIDE` that is enough."""


@dataclass(frozen=True)
class Sketch:
    """The small picture, 255 on its ink, and its character height in pixels."""

    raster: Raster
    mask: Mask
    unit: float

    @cached_property
    def dots(self) -> tuple[Mask, Mask]:
        """Rows of dots and dashes, level ones and upright ones: see `dots_to_rows`."""
        return dots_to_rows(self.mask, self.unit)


def sketch(raster: Raster) -> Sketch:
    """The sketch of a picture; one that is small enough already is taken as it is."""
    small = _small(raster)
    grey = even_background(lift_colour(small.pixels))
    mask = ink_mask(grey, look_level(grey))
    return Sketch(small, mask, character_height(mask, small.dpi))


def _small(raster: Raster) -> Raster:
    """The picture made smaller; by a whole factor, which is fast, where that leaves enough."""
    height, width = raster.pixels.shape[:2]
    step = -(-max(height, width) // LOOK_SIDE)
    if step > 1 and max(height, width) / step >= ENOUGH * LOOK_SIDE:
        return Raster(shrunk(raster.pixels, step), raster.dpi / step)
    return limit_size(raster, LOOK_SIDE)


def look_level(grey: Grey) -> int:
    """Otsu's level; strokes made thin and pale by shrinking are ink still, paper is 255."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return int(min(max(level, 90), 235))
