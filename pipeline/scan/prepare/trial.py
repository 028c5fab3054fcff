"""A trial reading of a few lines: how well a picture reads as it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.model import Raster
from pipeline.scan.crops import stack_to_picture
from pipeline.scan.ink import (
    Grey,
    Mask,
    PixelBox,
    character_height,
    even_background,
    ink_mask,
    without,
)
from pipeline.scan.lines import ink_to_lines
from pipeline.scan.prepare.colour import lift_colour
from pipeline.scan.prepare.lie import joined_boxes
from pipeline.scan.prepare.sketch import look_level
from pipeline.scan.rulings import ink_to_strokes, strokes_to_mask

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

SAMPLE = 6
"""Lines that are read: enough that one that looks alike both ways (口, 申, 8) decides nothing."""
LONGEST = 16
"""Characters of a line that are read; the rest of a long line tells nothing more."""
GUESSED = 0.5
"""Lines upside down score up to this and more, upright ones above 0.9: what is over it counts."""
SHORTEST = 1.8  # heights that the shortest line is long
HEIGHTS = (0.6, 2.2)  # of a line, in character heights; leaning lines are higher


def read_sample(raster: Raster, engine: OcrEngine) -> float:
    """How many characters of lines sampled over the page read well; 0 when it has none this way.

    Each character counts by how far its line's score is over `GUESSED`, at most 1.
    """
    return _read_well(sample_lines(raster), engine)


def read_downwards(raster: Raster, engine: OcrEngine) -> float:
    """As `read_sample`, of stacks of characters printed one under the other, each upright."""
    return _read_well(sample_stacks(raster), engine)


def _read_well(lines: list[Grey], engine: OcrEngine) -> float:
    if not lines:
        return 0.0
    readings = engine.recognise_lines(lines)
    return sum(
        len(reading.text.strip()) * max(0.0, reading.score - GUESSED) / (1 - GUESSED)
        for reading in readings
    )


def sample_lines(raster: Raster) -> list[Grey]:
    """Pictures of up to `SAMPLE` lines along the rows, the longest, from top to bottom."""
    clean, ink, unit = _print_of(raster)
    boxes = [
        box
        for box in joined_boxes(ink, (1, max(2, round(0.6 * unit))))
        if box.width > SHORTEST * box.height and HEIGHTS[0] * unit < box.height < HEIGHTS[1] * unit
    ]
    boxes.sort(key=lambda box: -min(box.width, round(LONGEST * unit)))
    chosen = sorted(boxes[:SAMPLE], key=lambda box: (box.y0, box.x0))
    return [_cut(box, clean, unit) for box in chosen]


def sample_stacks(raster: Raster) -> list[Grey]:
    """Pictures of the longest stacks, up to `SAMPLE`, their characters laid side by side."""
    clean, ink, unit = _print_of(raster)
    boxes = [
        box
        for box in joined_boxes(ink, (max(2, round(0.6 * unit)), 1))
        if box.height > SHORTEST * box.width and HEIGHTS[0] * unit < box.width < HEIGHTS[1] * unit
    ]
    boxes.sort(key=lambda box: -box.height)
    pictures = []
    for box in boxes[:SAMPLE]:
        lines = ink_to_lines(np.ascontiguousarray(box.cut(ink)), unit)[:LONGEST]
        characters = [
            PixelBox(box.x0 + one.x0, box.y0 + one.y0, box.x0 + one.x1, box.y0 + one.y1)
            for one in lines
        ]
        if characters:
            pictures.append(stack_to_picture(characters, clean, unit)[0])
    return pictures


def _print_of(raster: Raster) -> tuple[Grey, Mask, float]:
    """The page without rulings, its ink, and its character height."""
    grey = even_background(lift_colour(raster.pixels))
    mask = ink_mask(grey, look_level(grey))
    unit = character_height(mask, raster.dpi)
    lines = strokes_to_mask(ink_to_strokes(mask, unit), mask, unit)
    return np.where(lines > 0, np.uint8(255), grey), without(mask, lines), unit


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
