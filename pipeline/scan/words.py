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
from pipeline.scan.ink import Mask, PixelBox, filled_columns, runs

# In heights of the line: a wider gap between two characters is a blank; full-width punctuation
# brings half a character of its own.
BLANK = 0.6
PUNCTUATION_SIDE = 0.5
WIDE_DASH = 0.7
HYPHENS = frozenset("-–－")
OPENING = frozenset("（(《〈“‘「『【〔[")
CLOSING = frozenset("，,、。.；;：:！!？?）)》〉”’」』】〕]")
# Half-width marks, and what they are where the print leaves them the room of a whole character.
FULL_WIDTH = dict(zip("(),;:!?", "（），；：！？", strict=True))
ROOM = 0.3
SQUARE = 0.58
TIGHT = 0.1  # the gap between two characters, where the line shows none
# The widest that the ink of one character may be.
WIDEST, WIDEST_ASCII, WIDEST_DIGIT, WIDEST_HAN, WIDEST_DASH = 1.0, 0.8, 0.65, 1.3, 2.4
BROAD_ASCII = frozenset("%&@mwMW")


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
    letters = [_dash(text[index], span, height) for index, span in zip(kept, boxes, strict=True)]
    letters = _full_width(letters, boxes, height)
    latin = {
        place
        for place, (index, following) in enumerate(pairwise(kept))
        if following - index > 1
        and text[index].isascii()
        and text[following].isascii()
        and not (text[index] in ".," and _inside_number(text, index, following))
    }
    spelled = letters[0]
    for place, (left, right) in enumerate(pairwise(boxes)):
        wide = right[0] - left[1] > _usual_gap(letters[place], letters[place + 1]) * height
        blank = " " if wide or place in latin else ""
        spelled += blank + letters[place + 1]
    return Spelling(spelled, tuple(_tight(ink, box, span) for span in boxes))


def _inside_number(text: str, mark: int, following: int) -> bool:
    """Whether the mark stands between digits: recognition puts blanks into 2,302.81."""
    return mark > 0 and text[mark - 1].isdecimal() and text[following].isdecimal()


def text_to_spans(
    text: str, centres: Sequence[float] | None, box: PixelBox, mask: Mask, height: float
) -> list[tuple[int, int]]:
    """First and last ink column of each character that is no blank, counted from the left of `box`.

    Empty where `centres` are not known and the ink does not fall into as many parts.
    """
    kept = [index for index, character in enumerate(text) if not is_blank(character)]
    ink = box.cut(mask) > 0
    if centres is not None:
        return centres_to_boxes([centres[index] - box.x0 for index in kept], ink)
    stretches = runs(filled_columns(ink), bridge=max(1, round(0.15 * height)))
    return stretches if len(stretches) == len(kept) else []


@dataclass(frozen=True, slots=True)
class Crowd:
    """A character to which more ink falls than it can have: beside it, one was not read.

    `cuts`: page x, in pixels, where the line may be cut to read the rest apart.
    """

    letter: str
    cuts: tuple[int, ...]


def find_crowds(
    text: str, centres: Sequence[float] | None, box: PixelBox, mask: Mask, height: float
) -> list[Crowd]:
    """Where characters were lost: recognition drops marks and dashes at full score."""
    letters = [character for character in text if not is_blank(character)]
    spans = text_to_spans(text, centres, box, mask, height) if letters else []
    ink = filled_columns(box.cut(mask) > 0)
    # A line of digits alone is lower than its characters would be: its height says less.
    full_height = any(map(is_han, letters))
    return [
        Crowd(letter, tuple(box.x0 + cut for cut in _cuts(ink, span)))
        for letter, span in zip(letters, spans, strict=bool(spans))
        if span[1] - span[0] > _widest(letter, full_height) * height
    ]


def _cuts(ink: NDArray[np.bool_], span: tuple[int, int]) -> list[int]:
    """The middle of the widest blank inside the span, then its ends."""
    start, end = span
    parts = runs(ink[start:end])
    blanks = [(right[0] - left[1], (left[1] + right[0]) // 2) for left, right in pairwise(parts)]
    inner = [start + max(blanks)[1]] if blanks else []
    return [cut for cut in (*inner, end, start) if 0 < cut < len(ink)]


def _widest(letter: str, full_height: bool) -> float:
    if is_han(letter):
        return WIDEST_HAN
    if letter in "—…":
        return WIDEST_DASH
    if full_height and (letter.isdecimal() or letter in OPENING | CLOSING):
        return WIDEST_DIGIT
    return WIDEST_ASCII if letter.isascii() and letter not in BROAD_ASCII else WIDEST


def _full_width(
    letters: Sequence[str], spans: Sequence[tuple[int, int]], height: float
) -> list[str]:
    """Marks printed with the room of a whole character, in their full-width form.

    Recognition tells the two widths apart badly; the print shows them. Where it does not (at the
    ends of a line, beside other marks), a bracket follows its partner, and without one it is
    full-width around Chinese characters (GB/T 15834-2011).
    """
    if not FULL_WIDTH.keys() & set(letters):
        return list(letters)
    wide = _printed_wide(letters, spans, height)
    for start, end in _pairs(letters):
        known = wide[start] if wide[start] is not None else wide[end]
        wide[start] = wide[end] = known
    for at, letter in enumerate(letters):
        if letter in "()" and wide[at] is None:
            inside = at + 1 if letter == "(" else at - 1
            wide[at] = 0 <= inside < len(letters) and is_han(letters[inside])
    return [
        FULL_WIDTH.get(letter, letter) if wide[at] else letter for at, letter in enumerate(letters)
    ]


def _printed_wide(
    letters: Sequence[str], spans: Sequence[tuple[int, int]], height: float
) -> list[bool | None]:
    """Whether each mark has the room of a whole character; None where the print does not show it.

    The empty half of a full-width mark lies before an opening bracket and after all others.
    """
    gaps = [right[0] - left[1] for left, right in pairwise(spans)]
    plain = [
        gap for gap, pair in zip(gaps, pairwise(letters), strict=True) if all(map(is_han, pair))
    ]
    usual = float(np.median(plain)) if plain else TIGHT * height
    wide: list[bool | None] = [None] * len(letters)
    for at, letter in enumerate(letters):
        beside = at - 1 if letter in "(（" else at + 1
        shown = 0 <= beside < len(letters) and letters[beside] not in CLOSING | OPENING
        if not shown or (letter not in FULL_WIDTH and letter not in "（）"):
            continue
        room = gaps[min(at, beside)] - usual
        # Some faces set marks in the middle of their square: then both sides count.
        whole = gaps[at - 1] + gaps[at] - usual if 0 < at < len(gaps) else 0.0
        ink = spans[at][1] - spans[at][0]
        wide[at] = room > ROOM * height or whole + ink > SQUARE * height
    return wide


def _pairs(letters: Sequence[str]) -> list[tuple[int, int]]:
    """Places of round brackets that belong together, of either width."""
    opened: list[int] = []
    pairs = []
    for at, letter in enumerate(letters):
        if letter in "(（":
            opened.append(at)
        elif letter in ")）" and opened:
            pairs.append((opened.pop(), at))
    return pairs


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
