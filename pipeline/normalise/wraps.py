"""Line ends of a cell: where the text wrapped because the line was full, and where it was ended.

A typesetter goes on to the next line when nothing more fits. A line that had room for what the next
one begins with was ended by its writer, and that parts two items as a sign does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pipeline.characters import hangs
from pipeline.model import Cell, Glyph, Word
from pipeline.normalise.text import clean

_SPACED = re.compile(
    r"(?<=(?<![\u3400-\u9fff])[\u3400-\u9fff]) (?=[\u3400-\u9fff])"
    r"|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff](?![\u3400-\u9fff]))"
)
_OPENING = "（(〔[《“【"
_PADDING = 2.0
"""Characters; more than the paddings at both sides of a cell take together."""
_SLACK = 0.15
"""Characters by which a line may be over-full."""


def cell_to_text(cell: Cell) -> tuple[str, bool]:
    """The cell's text with a blank for each line end that its writer made, as for printed gaps.

    The second value is whether the places of the characters are known: then the line ends that
    remain are those of full lines. Where they are not, a line end may be anything, and all blanks
    become line ends: those of other readers say no more.
    """
    lines = [line for part in cell.fragments for line in part.lines if clean(line.text)]
    solid = "".join("".join(line.text.split()) for line in lines)
    if not lines or solid != "".join(cell.text.split()) or not all(line.glyphs for line in lines):
        text = clean(cell.text or "\n".join(line.text for line in cell.lines))
        return _closed_up(text).replace(" ", "\n"), False
    text = _closed_up(clean(lines[0].text))
    for (before, after), ended in zip(pairwise(lines), _ended(cell, lines), strict=True):
        del before
        text += (" " if ended else "\n") + _closed_up(clean(after.text))
    return text, True


def _closed_up(text: str) -> str:
    """Text without the blanks of a line that is spaced out: 县 消 防 救 / 援大队.

    No name is one character, so no blank beside one parts two.
    """
    return _SPACED.sub("", text)


def _ended(cell: Cell, lines: Sequence[Word]) -> list[bool]:
    """Whether each line but the last was ended before it was full."""
    size = median(glyph.box.height for line in lines for glyph in line.glyphs)
    inner = min(part.box.width for part in cell.fragments) - _PADDING * size
    room = max(inner, *(_width(line.glyphs) for line in lines))
    return [
        _width(before.glyphs) + _first_width(after.glyphs) <= room + _SLACK * size
        for before, after in pairwise(lines)
    ]


def _width(glyphs: Sequence[Glyph]) -> float:
    """The width of a line; marks at its end may hang over, so they do not count."""
    end = len(glyphs)
    while end > 1 and hangs(glyphs[end - 1].text):
        end -= 1
    return glyphs[end - 1].box.x1 - glyphs[0].box.x0


def _first_width(glyphs: Sequence[Glyph]) -> float:
    """The width of what cannot be parted at a line's beginning: a word, a character, its marks."""
    end = 1
    while end < len(glyphs) and _keeps(glyphs[end - 1].text, glyphs[end].text):
        end += 1
    return glyphs[end - 1].box.x1 - glyphs[0].box.x0


def _keeps(before: str, after: str) -> bool:
    return before in _OPENING or hangs(after) or (before.isascii() and after.isascii())
