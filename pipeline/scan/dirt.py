"""Marks that recognition read where a dirty page has specks, taken out again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile

import numpy as np

from pipeline.characters import is_blank, is_han
from pipeline.lexicon import AROUND, parts_word
from pipeline.scan.ink import Mask
from pipeline.scan.lines import only_dots
from pipeline.scan.reading import Look
from pipeline.scan.rooms import STOPS, has_ample_room, has_no_room
from pipeline.scan.spans import text_to_spans

SPECK_LIKE = frozenset(".．·•∙'`,+*^~-")
"""Marks as which a single speck is read; those of two dots (“ ：) are no such."""
STARTS = frozenset("。；;，,：:、（(“")
"""What stands before the number of an item (3.推动), besides the start of a line."""
DATES = frozenset("年月日")
"""What no point stands before."""
ITEM = 2  # digits of the number of an item


def without_dirt(look: Look, mask: Mask) -> Look:
    """The look without marks that are specks.

    `mask` holds no dirt that could be told from print: a mark where it has no ink was dirt, and so
    is a dot that is the point of no number. But no dirt sets two characters apart.
    """
    reading, piece = look.reading, look.piece
    if look.centres is None:
        return look
    spans = text_to_spans(reading.text, look.centres, piece.box, mask, piece.height)
    kept = [at for at, letter in enumerate(reading.text) if not is_blank(letter)]
    letters = [reading.text[at] for at in kept]
    ink = piece.box.cut(mask)
    dirt = {
        at
        for place, (at, span) in enumerate(zip(kept, spans, strict=True))
        if has_no_room(place, letters, spans, piece.height)
        or (
            not letters[place].isalnum()
            and not _is_point(place, letters)
            and not has_ample_room(place, letters, spans)
            and _is_speck(letters[place], ink[:, slice(*span)], piece.height)
        )
    }
    return _without(look, dirt)


def without_parting(look: Look) -> Look:
    """The look without marks at its ends that stand inside a word, with the lines beside it.

    There specks have the room of a mark. What was read stays beside what is left.
    """
    text = look.reading.text
    ends = {at for at in (0, len(text) - 1) if text[at : at + 1] and text[at] in STOPS}
    before, after = look.beside
    dirt = set()
    for at in ends:
        left, right = _han_end(before + text[:at]), _han_start(text[at + 1 :] + after)
        if left and right and parts_word(left, text[at], right):
            dirt.add(at)
    cleaned = _without(look, dirt)
    return look if cleaned is look else replace(cleaned, others=(*look.others, text))


def _han_end(text: str) -> str:
    """The Chinese characters with which a text ends, as far as words reach."""
    return _han_start(text[::-1])[::-1]


def _han_start(text: str) -> str:
    return "".join(takewhile(is_han, text))[:AROUND]


def _without(look: Look, places: Collection[int]) -> Look:
    """The look without characters of its reading; as it is where none would be left."""
    text = look.reading.text
    if not places or all(is_blank(text[at]) for at in range(len(text)) if at not in places):
        return look
    return replace(look, reading=look.reading.without(places))


def _is_speck(letter: str, ink: Mask, height: float) -> bool:
    if not ink.any():
        return True
    return letter in SPECK_LIKE and only_dots(np.ascontiguousarray(ink), height)


def _is_point(at: int, letters: Sequence[str]) -> bool:
    """Whether the mark stands as points of numbers do: 4.5 and 3.推动."""
    if letters[at] not in ".．" or at == 0 or not letters[at - 1].isdecimal():
        return False
    first = at - 1
    while first and letters[first - 1].isdecimal():
        first -= 1
    if letters[at + 1 : at + 2] and letters[at + 1].isdecimal():
        whole = "".join(dropwhile(str.isdecimal, letters[at + 1 :]))
        of_month = first > 0 and letters[first - 1] == "月"
        return not (of_month and whole.startswith("日"))  # 9月3.0日; but 6.30日 is a date
    if first == 0 and at == len(letters) - 1:
        return False  # a serial, which is the same without it
    if at - first > ITEM or "".join(letters[at + 1 : at + 2]) in DATES:
        return False
    return first == 0 or letters[first - 1] in STARTS
