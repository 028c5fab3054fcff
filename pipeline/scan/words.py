"""What was read in a piece → a word with its characters at their printed places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.characters import is_blank, map_radicals
from pipeline.geometry import BBox
from pipeline.model import Glyph, Word
from pipeline.scan.ink import Mask, PixelBox, filled_columns, runs

# In heights of the line: a wider gap between two characters is a blank; full-width punctuation
# brings half a character of its own.
BLANK = 0.6
PUNCTUATION_SIDE = 0.5
WIDE_DASH = 0.7
HYPHENS = frozenset("-–－")
OPENING = frozenset("（(《〈“‘「『【〔[")
CLOSING = frozenset("，,、。.；;：:！!？?）)》〉”’」』】〕]")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Text with, per character, its box in pixels (None: unknown)."""

    text: str
    boxes: tuple[PixelBox, ...] | None


def spell(
    text: str, centres: Sequence[float] | None, box: PixelBox, mask: Mask, height: float
) -> Spelling:
    """Find the boxes of the characters of a line, and set blanks where the print has wide gaps.

    `centres` are page x in pixels, one per character of `text`. Without them the boxes are known
    only when the ink falls into as many parts as there are characters.
    """
    kept = [index for index, character in enumerate(text) if not is_blank(character)]
    letters = [text[index] for index in kept]
    ink = box.cut(mask) > 0
    if not letters:
        return Spelling("", ())
    if centres is not None:
        boxes = centres_to_boxes([centres[index] - box.x0 for index in kept], ink)
    else:
        stretches = runs(filled_columns(ink), bridge=max(1, round(0.15 * height)))
        boxes = stretches if len(stretches) == len(letters) else []
    if not boxes:
        return Spelling(text.strip(), None)
    letters = [_dash(letter, span, height) for letter, span in zip(letters, boxes, strict=True)]
    latin = {
        place
        for place, (index, following) in enumerate(pairwise(kept))
        if following - index > 1 and text[index].isascii() and text[following].isascii()
    }
    spelled = letters[0]
    for place, (left, right) in enumerate(pairwise(boxes)):
        wide = right[0] - left[1] > _usual_gap(letters[place], letters[place + 1]) * height
        blank = " " if wide or place in latin else ""
        spelled += blank + letters[place + 1]
    return Spelling(spelled, tuple(_tight(ink, box, span) for span in boxes))


def _dash(letter: str, span: tuple[int, int], height: float) -> str:
    """A hyphen as wide as a character is a dash (GB/T 9704-2012, 7.5: — 1 —)."""
    return "—" if letter in HYPHENS and span[1] - span[0] > WIDE_DASH * height else letter


def _usual_gap(left: str, right: str) -> float:
    return BLANK + PUNCTUATION_SIDE * ((left in CLOSING) + (right in OPENING))


def centres_to_boxes(centres: Sequence[float], ink: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Columns of each character: parted, between two centres, where there is least ink."""
    profile = ink.sum(axis=0)
    width = len(profile)
    cuts = [0]
    for left, right in pairwise(centres):
        low = min(max(cuts[-1] + 1, round(left)), width - 1)
        high = min(max(low + 1, round(right) + 1), width)
        window = profile[low:high]
        places = low + np.flatnonzero(window == window.min())
        cuts.append(int(places[np.abs(places - (left + right) / 2).argmin()]))
    cuts.append(width)
    spans = []
    for start, end in pairwise(cuts):
        filled = start + np.flatnonzero(profile[start:end])
        spans.append(
            (int(filled[0]), int(filled[-1]) + 1) if filled.size else (start, max(end, start + 1))
        )
    return spans


def _tight(ink: NDArray[np.bool_], box: PixelBox, span: tuple[int, int]) -> PixelBox:
    rows = np.flatnonzero(ink[:, span[0] : span[1]].any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, box.height)
    return PixelBox(box.x0 + span[0], box.y0 + top, box.x0 + span[1], box.y0 + bottom)


def to_word(spelling: Spelling, box: PixelBox, score: float, raw: str, scale: float) -> Word:
    """The word in points; `scale` is points per pixel."""
    text = map_radicals(spelling.text)
    letters = [character for character in text if not is_blank(character)]
    glyphs: tuple[Glyph, ...] = ()
    if spelling.boxes is not None and len(letters) == len(spelling.boxes):
        glyphs = tuple(
            Glyph(letter, to_points(where, scale))
            for letter, where in zip(letters, spelling.boxes, strict=True)
        )
    return Word(text, to_points(box, scale), score, glyphs, raw)


def to_points(box: PixelBox, scale: float) -> BBox:
    return BBox(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)
