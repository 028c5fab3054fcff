"""What was read in a piece → a word with its characters at their printed places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.characters import is_blank, is_han, map_radicals
from pipeline.geometry import BBox
from pipeline.model import Glyph, Word
from pipeline.scan.ink import Mask, PixelBox
from pipeline.scan.marks import doubled_dashes, set_marks
from pipeline.scan.spans import CLOSING, OPENING, Span, text_to_spans

# In heights of the line: a wider gap between two characters is a blank; full-width punctuation
# brings half a character of its own.
BLANK = 0.6
SPREAD = 0.35  # in a line that is spaced out, a blank is wider by so much than what spaces it
PUNCTUATION_SIDE = 0.5
ONE = 1.2  # two characters are together wider


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
    if not kept:
        return Spelling("", ())
    ink = box.cut(mask) > 0
    boxes = text_to_spans(text, centres, box, mask, height)
    if not boxes:
        return Spelling(text.strip(), None)
    shown = [text[index] for index in kept]
    double = {*doubled_dashes(shown, boxes, ink, height), *_doubled(shown, boxes, height)}
    if double:
        kept = [index for at, index in enumerate(kept) if at not in double]
        boxes = [span for at, span in enumerate(boxes) if at not in double]
    letters = set_marks([text[index] for index in kept], boxes, ink, height)
    latin = {
        place
        for place, (index, following) in enumerate(pairwise(kept))
        if following - index > 1
        and text[index].isascii()
        and text[following].isascii()
        and not (text[index] in ".," and _inside_number(text, index, following))
    }
    spelled, spaced = letters[0], _spacing(letters, boxes) / height
    for place, (left, right) in enumerate(pairwise(boxes)):
        usual = max(BLANK, spaced + SPREAD) + _own_room(letters[place], letters[place + 1])
        wide = right[0] - left[1] > usual * height
        blank = " " if wide or place in latin else ""
        spelled += blank + letters[place + 1]
    return Spelling(spelled, tuple(_tight(ink, box, span) for span in boxes))


def _doubled(letters: Sequence[str], spans: Sequence[Span], height: float) -> list[int]:
    """The places of characters that were read twice: Chinese ones with the room of one, and %%."""
    return [
        at
        for at, (one, other) in enumerate(pairwise(letters))
        if one == other
        and (one in "%％" or (is_han(one) and spans[at + 1][1] - spans[at][0] <= ONE * height))
    ]


def _inside_number(text: str, mark: int, following: int) -> bool:
    """Whether the mark stands between digits: recognition puts blanks into 2,302.81."""
    return mark > 0 and text[mark - 1].isdecimal() and text[following].isdecimal()


def _own_room(left: str, right: str) -> float:
    """The room, in heights, that full-width marks bring to the gap between two characters."""
    return PUNCTUATION_SIDE * ((left in CLOSING) + (right in OPENING))


def _spacing(letters: Sequence[str], spans: Sequence[Span]) -> float:
    """The least gap between two characters of the line, pixels: what it is spaced out by.

    Names are set apart to fill their column (薛　伯　兰). A lone gap tells nothing.
    """
    gaps = [
        right[0] - left[1]
        for (left, right), pair in zip(pairwise(spans), pairwise(letters), strict=True)
        if all(map(is_han, pair))
    ]
    return float(min(gaps)) if len(gaps) > 1 else 0.0


def _tight(ink: NDArray[np.bool_], box: PixelBox, span: Span) -> PixelBox:
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
