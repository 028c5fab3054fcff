"""What stands outside the tables: found and read as a page, from the picture in its colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.model import Word
from pipeline.scan.ink import (
    Mask,
    PixelBox,
    even_background,
    filled_rows,
    ink_level,
    ink_mask,
    runs,
    without,
)
from pipeline.scan.lines import drop_specks
from pipeline.scan.prepare import Prepared
from pipeline.scan.words import spell, to_word

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine, PageLine

# In character heights of the page.
STRIP_GAP = 4.0  # what is farther apart is read as pictures of their own
STRIP_MARGIN = 1.5  # detection wants paper around the text


def read_outside(
    prepared: Prepared, tables: Sequence[PixelBox], rulings: Mask, engine: OcrEngine
) -> list[Word]:
    """Words outside `tables` (boxes in pixels); `rulings` is 255 on ruling lines.

    Red headings count here, so the picture is taken in its colours. Nothing is read where there
    is no ink.
    """
    pixels = prepared.raster.pixels.copy()
    for table in tables:
        pixels[table.y0 : table.y1, table.x0 : table.x1] = 255
    grey = even_background(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
    mask = drop_specks(without(ink_mask(grey, ink_level(grey)), rulings), prepared.unit)
    words: list[Word] = []
    for strip in ink_to_strips(mask, prepared.unit):
        picture = np.ascontiguousarray(strip.cut(pixels))
        for line in engine.read_page(picture):
            word = _line_to_word(line, strip, mask, prepared.points_per_pixel)
            if word is not None:
                words.append(word)
    return words


def ink_to_strips(mask: Mask, unit: float) -> list[PixelBox]:
    """Strips of the page that hold ink, with a margin; from top to bottom, not overlapping."""
    height, width = mask.shape
    margin = round(STRIP_MARGIN * unit)
    strips = []
    for top, bottom in runs(filled_rows(mask), bridge=round(STRIP_GAP * unit)):
        columns = np.flatnonzero(mask[top:bottom].any(axis=0))
        strips.append(
            PixelBox(
                max(0, int(columns[0]) - margin),
                max(0, top - margin),
                min(width, int(columns[-1]) + 1 + margin),
                min(height, bottom + margin),
            )
        )
    return strips


def _line_to_word(line: PageLine, strip: PixelBox, mask: Mask, scale: float) -> Word | None:
    height, width = mask.shape
    left, top, right, bottom = line.box
    x0, y0 = max(0, strip.x0 + int(left)), max(0, strip.y0 + int(top))
    x1, y1 = min(width, strip.x0 + round(right)), min(height, strip.y0 + round(bottom))
    if x1 <= x0 or y1 <= y0:
        return None
    centres = None
    if line.char_centres is not None:
        (from_x, _), (to_x, _) = line.quad[0], line.quad[1]
        centres = [strip.x0 + from_x + share * (to_x - from_x) for share in line.char_centres]
    box = tight_box(PixelBox(x0, y0, x1, y1), mask)
    spelling = spell(line.text, centres, box, mask, float(box.height))
    if not spelling.text:
        return None
    return to_word(spelling, box, line.score, line.text, scale)


def tight_box(box: PixelBox, mask: Mask) -> PixelBox:
    """The part of the box that holds ink; the box itself where none does."""
    ink = box.cut(mask) > 0
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return box
    return PixelBox(
        box.x0 + int(columns[0]),
        box.y0 + int(rows[0]),
        box.x0 + int(columns[-1]) + 1,
        box.y0 + int(rows[-1]) + 1,
    )
