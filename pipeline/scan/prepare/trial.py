"""A trial reading of a few lines: how well a picture reads as it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.model import Raster
from pipeline.scan.ink import (
    Grey,
    PixelBox,
    character_height,
    even_background,
    ink_level,
    ink_mask,
    without,
)
from pipeline.scan.prepare.colour import lift_colour
from pipeline.scan.prepare.lie import text_strips
from pipeline.scan.rulings import ink_to_strokes, strokes_to_mask

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

SAMPLE = 6
"""Lines that are read: enough that one that looks alike both ways (口, 申, 8) decides nothing."""
LONGEST = 16
"""Characters of a line that are read; the rest of a long line tells nothing more."""


def read_sample(raster: Raster, engine: OcrEngine) -> float:
    """The mean score of lines sampled over the page, 0–1; 0 when it has none this way."""
    lines = sample_lines(raster)
    if not lines:
        return 0.0
    readings = engine.recognise_lines(lines)
    return float(np.mean([reading.score if reading.text else 0.0 for reading in readings]))


def sample_lines(raster: Raster) -> list[Grey]:
    """Pictures of up to `SAMPLE` lines along the rows, spread over the page."""
    grey = even_background(lift_colour(raster.pixels))
    mask = ink_mask(grey, ink_level(grey))
    unit = character_height(mask, raster.dpi)
    lines = strokes_to_mask(ink_to_strokes(mask, unit), mask, unit)
    clean = np.where(lines > 0, np.uint8(255), grey)
    boxes = [
        box
        for box in text_strips(without(mask, lines), unit)
        if box.width > 3 * box.height and box.height < 1.7 * unit
    ]
    boxes.sort(key=lambda box: (box.y0, box.x0))
    chosen = {round(at) for at in np.linspace(0, len(boxes) - 1, min(SAMPLE, len(boxes)))}
    return [_cut(boxes[index], clean, unit) for index in sorted(chosen)]


def _cut(box: PixelBox, grey: Grey, unit: float) -> Grey:
    height, width = grey.shape
    edge = max(1, round(0.12 * unit))
    right = min(box.x1, box.x0 + round(LONGEST * unit))
    wider = PixelBox(
        max(0, box.x0 - edge),
        max(0, box.y0 - edge),
        min(width, right + edge),
        min(height, box.y1 + edge),
    )
    line = wider.cut(grey)
    return np.ascontiguousarray(np.repeat(line[:, :, None], 3, axis=2))
