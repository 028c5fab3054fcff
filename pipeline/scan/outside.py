"""What stands outside the tables: found and read as a page, from the picture in its colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.characters import is_blank, is_han
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
from pipeline.scan.lines import drop_specks, ink_to_lines
from pipeline.scan.prepare import Prepared
from pipeline.scan.words import Spelling, spell, to_word

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine, PageLine

# In character heights of the page.
STRIP_GAP = 4.0  # what is farther apart is read as pictures of their own
DOWNWARDS = 2.0  # times as high as wide, and a line was printed downwards
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
    mask = without(ink_mask(grey, ink_level(grey)), rulings)
    for top, bottom in runs(filled_rows(mask)):  # most of the page is blank
        mask[top:bottom] = drop_specks(mask[top:bottom], prepared.unit)
    words: list[Word] = []
    for strip in ink_to_strips(mask, prepared.unit):
        picture = np.ascontiguousarray(strip.cut(pixels))
        for line in engine.read_page(picture):
            words += _line_to_words(line, strip, mask, prepared)
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


def _line_to_words(
    line: PageLine, strip: PixelBox, mask: Mask, prepared: Prepared
) -> Iterator[Word]:
    """The word of a line; of one that was printed downwards, a word per character."""
    height, width = mask.shape
    scale = prepared.points_per_pixel
    left, top, right, bottom = line.box
    x0, y0 = max(0, strip.x0 + int(left)), max(0, strip.y0 + int(top))
    x1, y1 = min(width, strip.x0 + round(right)), min(height, strip.y0 + round(bottom))
    if x1 <= x0 or y1 <= y0:
        return
    box = tight_box(PixelBox(x0, y0, x1, y1), mask)
    letters = [letter for letter in line.text if not is_blank(letter)]
    if box.height > DOWNWARDS * box.width and sum(map(is_han, letters)) > 1:
        for letter, place in zip(letters, _stacked(box, len(letters), mask, prepared), strict=True):
            yield to_word(Spelling(letter, (place,)), place, line.score, letter, scale)
        return
    centres = None
    if line.char_centres is not None:
        (from_x, _), (to_x, _) = line.quad[0], line.quad[1]
        centres = [strip.x0 + from_x + share * (to_x - from_x) for share in line.char_centres]
    spelling = spell(line.text, centres, box, mask, float(box.height))
    if spelling.text:
        yield to_word(spelling, box, line.score, line.text, scale)


def _stacked(box: PixelBox, count: int, mask: Mask, prepared: Prepared) -> list[PixelBox]:
    """Where the characters of a stack stand; evenly spread where their ink does not tell."""
    lines = ink_to_lines(np.ascontiguousarray(box.cut(mask)), prepared.unit)
    if len(lines) == count:
        return [
            PixelBox(box.x0 + one.x0, box.y0 + one.y0, box.x0 + one.x1, box.y0 + one.y1)
            for one in lines
        ]
    ends = [box.y0 + round(at * box.height / count) for at in range(count + 1)]
    return [PixelBox(box.x0, top, box.x1, max(top + 1, low)) for top, low in pairwise(ends)]


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
