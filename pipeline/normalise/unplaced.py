"""Leader cells of which only the text is known, as other readers return it.

A reader that goes line by line turns names printed downwards into rows of one character per name:
童勋海 贺立 李樱 becomes `童贺李 勋 海立樱`, and a line with one lone character is often lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import combinations, product

from pipeline.normalise.abreast import DOT_FORMS, SEPARATORS, Chain, Joint
from pipeline.normalise.persons import Judge
from pipeline.normalise.readings import Reading, cut_into_pieces

_STACK = -1.0  # log-likelihood of a stack among texts that a blank parts
_UNEVEN = -1.5  # … of a block in which names end in two lines
_MOST_LINES = 4
_MOST_ABREAST = 6
_PIECE = re.compile(r"([^\S\n]+|\n)")


def text_to_chain(text: str) -> Chain:
    """Characters of `text` and what parts them: signs, blanks, line ends."""
    characters: list[str] = []
    joints: list[Joint] = []
    pending = Joint.TIGHT
    for piece in _PIECE.split(text.strip()):
        if not piece.strip():
            blank = Joint.FULL_LINE if "\n" in piece else _blank(piece)
            pending = pending if pending is Joint.SEPARATOR or not piece else blank
            continue
        for character in piece:
            if character in SEPARATORS:
                pending = Joint.SEPARATOR
                continue
            if characters:
                joints.append(pending)
            characters.append(DOT_FORMS.get(character, character))
            pending = Joint.TIGHT
    return Chain(tuple(characters), tuple(joints))


def _blank(piece: str) -> Joint:
    wide = piece.count("\u3000") > 1 or len(piece) > 2
    return Joint.TWO_BLANKS if wide else Joint.BLANK


def stack_readings(lines: Sequence[str], judge: Judge) -> list[Reading]:
    """Readings of `lines` as printed lines of stacks, with no line lost."""

    def block(start: int, end: int) -> Iterable[Reading]:
        return _block(lines[start:end], judge)

    found = cut_into_pieces(len(lines), _MOST_LINES, block)
    return [Reading(reading.names, reading.score + _STACK) for reading in found]


def _block(lines: Sequence[str], judge: Judge) -> Iterable[Reading]:
    """Every name begins in the first line, and ends in the last one; between, some have a blank.

    Beside a name of four characters, those of three may end a line above.
    """
    first, *others = lines
    abreast = len(first)
    if not others:
        return
    if not 1 <= abreast <= _MOST_ABREAST or any(len(line) > abreast for line in others):
        return
    full = len(others[-1]) == abreast
    if not full and (len(lines) != _MOST_LINES or len(others[-2]) != abreast):
        return
    ways = (combinations(range(abreast), len(line)) for line in others)
    for places in product(*ways):
        names = list(first)
        for line, taken in zip(others, places, strict=True):
            for character, at in zip(line, taken, strict=True):
                names[at] += character
        score = 0.0 if full else _UNEVEN
        for name in names:
            score += judge.score(name)
        if score > -math.inf:
            yield Reading(tuple(names), score)
