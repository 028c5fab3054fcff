"""Words → printed lines, with blanks where the print has gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.characters import is_blank, is_cjk_punctuation, is_han
from pipeline.geometry import BBox, union
from pipeline.model import Glyph, PageContent, Word

BODY_SIZE = 10.5
"""Points; the usual size of table text (五号), for pages that carry none."""
GAP = 0.6
"""Characters; a wider gap inside a line is a blank."""
LATIN_GAP = 0.18
"""Characters; the same between Latin letters or digits, whose blank is a quarter of their size."""
TOUCH = 0.05
"""Characters; Chinese characters that stand no further apart were set without spacing."""
INK_LATIN_GAP = 0.4
"""The same where boxes hold ink only and a `1` leaves room at its sides."""
INK_MARK = 0.5
"""Characters; what a full-width mark leaves free beside its ink."""
INK_MIXED = 0.25
"""Characters; what typesetters put between Chinese and Latin characters."""


@dataclass(frozen=True, slots=True)
class Print:
    """How a page's boxes measure its print.

    `unit`: median character height in points. `ink`: boxes are those of the ink (scans), not of
    the font's body (text layers).
    """

    unit: float
    ink: bool = False


def page_to_print(page: PageContent) -> Print:
    """Measure the characters of a page."""
    heights = [
        glyph.box.height for word in page.words for glyph in word.glyphs if is_han(glyph.text)
    ]
    if not heights:
        heights = [word.box.height for word in page.words]
    unit = median(heights) if heights else BODY_SIZE
    return Print(unit if unit > 0 else BODY_SIZE, page.route == "scan")


def words_to_lines(words: Iterable[Word], look: Print) -> tuple[Word, ...]:
    """One word per printed line, from top to bottom; glyphs and words from left to right.

    Words share a line when they share half of the height of the lower one; a superscript or a
    note in small print stays in its line, two columns of stacked names that stand at other
    heights do not fall into one.
    """
    every = list(words)
    if not every:
        return ()
    usual = median(word.box.height for word in every)
    regular = [w for w in every if 0.7 * usual <= w.box.height <= 1.4 * usual]
    other = [w for w in every if not 0.7 * usual <= w.box.height <= 1.4 * usual]
    rows: list[_Row] = []
    for word in sorted(regular, key=lambda word: word.box.y_mid):
        # They come from top to bottom, so only the last lines can be theirs.
        _place(word, rows, rows[-4:])
    for word in sorted(other, key=lambda word: -word.box.height):
        _place(word, rows, rows)
    rows.sort(key=lambda row: row.core.y_mid)
    return tuple(_line(row.words, look) for row in rows)


@dataclass(slots=True)
class _Row:
    """A line in the making; `core` is the box of its tallest usual word."""

    core: BBox
    words: list[Word]


def _place(word: Word, rows: list[_Row], near: Sequence[_Row]) -> None:
    best, share = None, 0.5
    for row in near:
        shared = min(row.core.bottom, word.box.bottom) - max(row.core.top, word.box.top)
        lower = min(row.core.height, word.box.height)
        part = shared / lower if lower > 0 else float(shared >= 0)
        if part >= share:
            best, share = row, part
    if best is None:
        rows.append(_Row(word.box, [word]))
        return
    best.words.append(word)
    if best.core.height < word.box.height <= 1.5 * best.core.height:
        best.core = word.box


def _line(words: list[Word], look: Print) -> Word:
    words.sort(key=lambda word: word.box.x0)
    box = words[0].box if len(words) == 1 else union(word.box for word in words)
    score = min(word.score for word in words)
    if all(word.glyphs for word in words):
        glyphs = tuple(sorted((g for w in words for g in w.glyphs), key=lambda g: g.box.x_mid))
        text = glyphs_to_text(glyphs, look)
        same = all(word.raw == word.text for word in words)
        raw = text if same else " ".join(word.raw for word in words)
        return Word(text, box, score, glyphs, raw)
    text, raw, before = "", "", words[0]
    for word in words:
        size = max(min(word.box.height, before.box.height), 0.7 * look.unit)
        gap = " " if text and word.box.x0 - before.box.x1 > GAP * size else ""
        text += gap + word.text
        raw += gap + word.raw
        before = word
    return Word(text, box, score, (), raw)


def glyphs_to_text(glyphs: Sequence[Glyph], look: Print) -> str:
    """The characters of a line from left to right, with one blank where there is a gap."""
    size = max(_size(glyphs, look.ink), 0.7 * look.unit)
    narrow = GAP if look.ink else _narrow_gap(glyphs, size)
    out = glyphs[0].text
    for left, right in pairwise(glyphs):
        gap = right.box.x0 - left.box.x1
        if gap > LATIN_GAP * size and gap > _blank_width(left, right, look.ink, narrow) * size:
            out += " "
        out += right.text
    return out


def _size(glyphs: Sequence[Glyph], ink: bool) -> float:
    """The size of a line's characters; the ink of 一 or 、 says nothing of it."""
    heights = [glyph.box.height for glyph in glyphs]
    return max(heights) if ink else median(heights)


def _narrow_gap(glyphs: Sequence[Glyph], size: float) -> float:
    """The gap, in characters, above which a blank stands between Chinese characters of a line.

    A blank of a Western font is as narrow as a quarter of a character. It shows where the other
    characters of the line touch, as they do unless the line is justified or spaced out.
    """
    gaps = [
        (right.box.x0 - left.box.x1) / size
        for left, right in pairwise(glyphs)
        if _is_wide(left.text) and _is_wide(right.text)
    ]
    touching = sum(gap < TOUCH for gap in gaps)
    return LATIN_GAP if 2 * touching >= len(gaps) else GAP


def _blank_width(left: Glyph, right: Glyph, ink: bool, narrow: float) -> float:
    """The gap, in characters, above which a blank stands between two glyphs.

    `narrow`: the same for this line between Chinese characters.
    """
    latin = _is_latin(left.text), _is_latin(right.text)
    if not ink:
        if _is_wide(left.text) and _is_wide(right.text):
            return narrow
        return LATIN_GAP if all(latin) else GAP
    marks = _is_mark(left.text) + _is_mark(right.text)
    # A point or comma of even-spaced digits has room on both sides: 39.7, 2,302.
    if left.text in ".," and right.text.isdecimal():
        return GAP
    if all(latin) and marks < 2:
        return INK_LATIN_GAP
    return GAP + INK_MARK * marks + (INK_MIXED if any(latin) and not marks else 0.0)


def _is_mark(text: str) -> bool:
    """Whether a sign leaves room beside it; recognisers give full-width ones as half-width."""
    return is_cjk_punctuation(text) or text in ",.:;!?()"


def _is_wide(text: str) -> bool:
    return is_han(text) or is_cjk_punctuation(text)


def _is_latin(text: str) -> bool:
    return text[0] < "\u2000"


def without_blanks(text: str) -> str:
    return "".join(character for character in text if not is_blank(character))


def word_to_glyphs(word: Word) -> tuple[Glyph, ...]:
    """The glyphs of a word; spread evenly over its box where they are not known."""
    if word.glyphs:
        return word.glyphs
    text = without_blanks(word.text)
    if not text:
        return ()
    width = word.box.width / len(text)
    return tuple(
        Glyph(
            character,
            BBox(
                word.box.x0 + width * index,
                word.box.top,
                max(
                    word.box.x0 + width * index, min(word.box.x0 + width * (index + 1), word.box.x1)
                ),
                word.box.bottom,
            ),
        )
        for index, character in enumerate(text)
    )
