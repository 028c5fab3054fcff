"""Names printed downwards: characters laid side by side, read, and put back in their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def read_stacks(
    stacks: Sequence[Piece],
    grey: Grey,
    engine: OcrEngine,
    scale: float,
    sure: Callable[[Look], float] = lambda look: look.reading.score,
) -> tuple[list[Word], list[Piece]]:
    """Read stacked characters laid side by side: a word per printed character, at its true place.

    Where the line so made does not read as one character per box, each box is read alone. Names
    hold no numbers: what does is running text that is spaced out (9 月 over 30 日), of which the
    lines are given back. `scale`: points a pixel; `sure` tells how sure a look is.
    """
    made = [stack_to_picture(piece.stack, grey, piece.height) for piece in stacks]
    readings = recognise(engine, [picture for picture, _ in made], careful=True)
    words: list[Word] = []
    alone: list[Piece] = []
    lines: list[Piece] = []
    for piece, reading in zip(stacks, readings, strict=True):
        if any(map(str.isdecimal, reading.text)):
            lines += _stack_to_lines(piece)
            continue
        letters = [letter for letter in reading.text if not is_blank(letter)]
        if len(letters) > len(piece.stack):  # no marks are stacked: they are specks
            letters = [letter for letter in letters if letter.isalnum()]
        if len(letters) == len(piece.stack):
            score = sure(Look(piece, reading, piece.box.x0, max(1, piece.box.width)))
            words.extend(
                _letter_to_word(letter, box, score, scale)
                for letter, box in zip(letters, piece.stack, strict=True)
            )
        else:
            alone.extend(Piece(box, piece.height, (box.y0, box.y1)) for box in piece.stack)
    for look in look_at(alone, grey, engine, MARGIN, careful=True):
        letters = [letter for letter in look.reading.text if not is_blank(letter)]
        text = "".join(filter(str.isalnum, letters)) or "".join(letters)
        if text:
            words.append(_letter_to_word(text, look.piece.box, sure(look), scale))
    return words, lines


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
