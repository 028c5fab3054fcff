"""Marks that no text has where a dirty page shows them: specks with the room and the ink of a mark.

What they are is told by what stands beside them, also in the lines before and behind in the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.characters import is_blank, is_han
from pipeline.scan.reading import Look

ODD = frozenset("·•∙°∴∵*#^~|'`\"…")
"""Marks that notices hardly print but inside foreign names (·), twice (……) or in pairs (\")."""
NO_END = frozenset("-–…·•∙∴∵*#^~|'`\"+,.“‘（(《〈")
"""What no text of a cell ends with."""
NO_START = frozenset("…·•∙∴∵*#^~|'`\"+,.，。；;：:！!")
"""And what none begins with; a 、 may stand far behind its number, as in 一　、."""
STOPPED = frozenset("。；;")
"""Behind these none of `PARTS` stands."""
PARTS = frozenset("、，：:,.“‘”’")
HYPHEN = 0.3
"""Line heights; no hyphen is shorter."""
UNSURE = 0.5
"""How sure a mark is that was taken for another."""

_NUMBERS = re.compile(r"(\d+)[:：](\d+)")
_TIME = re.compile(r"\d{1,2}[:：][0-5]\d")
_ITEM = re.compile(
    r"(?:(?<=^\d)|(?<=^\d\d)|(?<=[。；;]\d)|(?<=[。；;]\d\d))[:：](?=[\u4e00-\u9fff“《])"
)
_ENDED = re.compile(r"(?<=[\u4e00-\u9fff%％）)”])[:：](?=(?:[2-9]|1\d)[.．](?!\d))")
_NO_POINT = re.compile(r"(?<=[\u4e00-\u9fff])\d+(?:[.．]\d+)?([.．])(?=[\u4e00-\u9fff])")
_NO_SIGN = (
    re.compile(r"(?<=[\u4e00-\u9fff])([.．])(?=\d)"),
    re.compile(r"(?<=[。；;])([、，：:])"),
    re.compile(r"([：:])(?=[，。；])"),
)


def is_stray(look: Look) -> bool:
    """Whether all that was read in a piece are marks that stand nowhere alone.

    A hyphen does, in a cell that is blank; it is longer than a speck.
    """
    letters = [letter for letter in look.reading.text if not is_blank(letter)]
    long = look.piece.box.width >= HYPHEN * look.piece.height
    hyphen = long and all(letter in "-–" for letter in letters)
    return bool(letters) and not hyphen and all(one in NO_END | NO_START | PARTS for one in letters)


def without_strays(look: Look) -> Look:
    """The look without such marks, and with the marks that others must be; as it is without any.

    What was read stays beside what is left, so that the line is in doubt.
    """
    text, reading = look.reading.text, look.reading
    others, dropped = dict(_others(look)), set(_dropped(look))
    if not dropped and not others:
        return look
    for at, letter in others.items():
        reading = reading.with_letter(at, letter, UNSURE)
    reading = reading.without(dropped)
    if not reading.text.strip():
        return look
    return replace(look, reading=reading, others=(*look.others, text))


def _others(look: Look) -> Iterator[tuple[int, str]]:
    """Marks of two dots that must be points or full stops, by place."""
    text, before = look.reading.text, look.beside[0]
    for found in _NUMBERS.finditer(text):
        if not _TIME.fullmatch(found.group()):
            yield found.end(1), "."
    for found in _ITEM.finditer(text):
        begins = text[: found.start()].isdecimal()
        if not begins or not before or before[-1] in STOPPED:
            yield found.start(), "."
    for found in _ENDED.finditer(text):
        yield found.start(), "。"


def _dropped(look: Look) -> Iterator[int]:
    """The places of marks that are specks."""
    text, (before, after) = look.reading.text, look.beside
    for pattern in (_NO_POINT, *_NO_SIGN):
        yield from (found.start(1) for found in pattern.finditer(text))
    yield from (at for at, letter in enumerate(text) if letter in ODD and _is_odd(text, at))
    if not before:
        for at, letter in enumerate(text):
            if letter not in NO_START and not is_blank(letter):
                break
            yield at
    if not after:
        yield from _behind_end(text)


def _behind_end(text: str) -> Iterator[int]:
    """The places of marks with which no text ends, from the last one on."""
    for at in range(len(text) - 1, 0, -1):
        letter, left = text[at], text[:at].rstrip()[-1:]
        numbered = (letter == "." and left.isdecimal()) or (letter == "…" and letter == left)
        stopped = letter in PARTS and left in STOPPED and bool(left)
        if numbered or not (letter in NO_END or stopped or is_blank(letter)):
            return
        yield at


def _is_odd(text: str, at: int) -> bool:
    """Whether an odd mark stands where not even that is printed."""
    letter, left, right = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if letter in "·•∙":
        return not (left and right and is_han(left) and is_han(right))
    if letter == "…":
        return letter not in (left, right)
    return text.count(letter) == 1
