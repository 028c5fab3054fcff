"""Names printed downwards: characters laid side by side, read, and put back in their places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.characters import is_blank
from pipeline.model import Word
from pipeline.scan.crops import MARGIN, Piece, stack_to_picture
from pipeline.scan.ink import Grey, PixelBox, around
from pipeline.scan.reading import Look, look_at, recognise
from pipeline.scan.words import Spelling, to_word

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

BRACKETS = frozenset("（）()")


def read_stacks(
    stacks: Sequence[Piece], grey: Grey, engine: OcrEngine
) -> tuple[list[Look], list[Piece]]:
    """Read stacked characters laid side by side, and give back the lines that are no stacks.

    Where the line so made does not read as one character per box, each box is read alone. Names
    hold no numbers and no brackets: what does is running text that is spaced out (9 月 over 30 日,
    各乡镇（街 over 道）).
    """
    made = [stack_to_picture(piece.stack, grey, piece.height) for piece in stacks]
    readings = recognise(engine, [picture for picture, _ in made], careful=True)
    looks: list[Look] = []
    alone: list[Piece] = []
    lines: list[Piece] = []
    for piece, reading in zip(stacks, readings, strict=True):
        look = Look(piece, reading, piece.box.x0, max(1, piece.box.width))
        if any(letter.isdecimal() or letter in BRACKETS for letter in reading.text):
            lines += _stack_to_lines(piece)
        elif len(_letters(look)) == len(piece.stack):
            looks.append(look)
        else:
            alone.extend(Piece(box, piece.height, (box.y0, box.y1)) for box in piece.stack)
    looks += look_at(alone, grey, engine, MARGIN, careful=True)
    return looks, lines


def stack_to_words(look: Look, scale: float, score: float) -> list[Word]:
    """A word per printed character of a stack, at its true place; `scale`: points a pixel."""
    piece = look.piece
    letters = _letters(look)
    if not piece.stack:  # a character that was read alone
        text = "".join(letters)
        return [_letter_to_word(text, piece.box, score, scale)] if text else []
    return [
        _letter_to_word(letter, box, score, scale)
        for letter, box in zip(letters, piece.stack, strict=True)
    ]


def _letters(look: Look) -> list[str]:
    """The characters read. No marks are stacked: where too many are read, these are specks."""
    letters = [letter for letter in look.reading.text if not is_blank(letter)]
    words = [letter for letter in letters if letter.isalnum()]
    if look.piece.stack:
        return words if len(letters) > len(look.piece.stack) else letters
    return words or letters


def _stack_to_lines(piece: Piece) -> list[Piece]:
    """The characters of a stack as lines across."""
    rows: list[list[PixelBox]] = []
    for box in sorted(piece.stack, key=lambda box: box.y_mid):
        if not rows or box.y_mid > max(other.y1 for other in rows[-1]):
            rows.append([])
        rows[-1].append(box)
    boxes = [around(row) for row in rows]
    ends = [piece.box.y0, *((a.y1 + b.y0) // 2 for a, b in pairwise(boxes)), piece.box.y1]
    return [
        Piece(box, piece.height, limits) for box, limits in zip(boxes, pairwise(ends), strict=True)
    ]


def _letter_to_word(text: str, box: PixelBox, score: float, scale: float) -> Word:
    boxes = (box,) if len(text) == 1 else None
    return to_word(Spelling(text, boxes), box, score, text, scale)
