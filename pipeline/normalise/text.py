"""Text as printed → text as meant: wrapped lines joined, invisible characters off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Zero-width and directional characters, soft hyphen, byte-order mark: they show nothing.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Every blank but the line feed; `\s` has U+00A0, U+2000-200A and U+3000.
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_HYPHENATED = re.compile(r"[A-Za-z]{2,}[-\u2010]$")
_CLOSES_LATIN = re.compile(r"[A-Za-z0-9][,;:.?!)%]$")
OPENING, CLOSING = "（(〔[《“【", "）)〕]》”】"
_WIDE = str.maketrans("()", "（）")
BRACKETS = re.compile(r"[（(〔\[]([^（(〔\[）)〕\]]*)[）)〕\]]")
"""A pair of brackets without others inside, and what they hold."""


def join_lines(lines: Sequence[str]) -> str:
    """Printed lines of one text → the text, as if it had never been wrapped.

    Chinese wraps anywhere and takes no blank. Digits on both sides of a line end are one number
    broken in a narrow cell (`205 / 0亩`): Chinese prose parts two numbers by punctuation, never by
    a blank alone. Letters on both sides are two words, since Latin words wrap at their ends; only
    a hyphen after two letters, before a small letter, is taken as hyphenation and goes.
    """
    text = ""
    for line in lines:
        part = clean(line)
        if not part:
            continue
        if _HYPHENATED.search(text) and part[0].isascii() and part[0].islower():
            text = text[:-1] + part
        else:
            text += _joint(text, part) + part
    return text


def _joint(before: str, after: str) -> str:
    if not before or not _is_latin(after[0]):
        return ""
    if _is_latin(before[-1]):
        return " "
    return " " if _CLOSES_LATIN.search(before) and before[-1] != "." else ""


def _is_latin(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN")


def clean(text: str) -> str:
    """`text` without invisible characters, runs of blanks (U+3000, tab …) as one, lines trimmed.

    Line feeds stay, blank lines go. No compatibility forms are folded: （ stays （, and a name
    keeps the characters it was printed with.
    """
    visible = _LINE_ENDS.sub("\n", _INVISIBLE.sub("", text))
    lines = (line.strip() for line in _BLANKS.sub(" ", visible).split("\n"))
    return "\n".join(line for line in lines if line)


def fold(text: str) -> str:
    """The key under which two texts are compared: NFKC, no white space, nothing invisible."""
    solid = "".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split())
    # Spacing accents leave a blank and a combining mark, which now joins what stands before it.
    return unicodedata.normalize("NFKC", solid)


def pair_brackets(text: str) -> str:
    """`text` with brackets of one pair made alike: （甲) → （甲）.

    No notice prints a pair of two widths; recognition tells the widths of brackets apart badly.
    """
    characters = list(text)
    opened: list[int] = []
    for at, character in enumerate(text):
        if character in "（(":
            opened.append(at)
        elif character in "）)" and opened:
            start = opened.pop()
            if (character == "）") != (characters[start] == "（"):
                characters[start], characters[at] = "（", "）"
    return "".join(characters)


def widen_brackets(text: str) -> str:
    """`text` with its brackets as wide as Chinese prints them, for text that was recognised.

    Recognition tells their widths apart badly, and Chinese names are printed with wide ones.
    """
    return text.translate(_WIDE)


def bracketed(text: str) -> set[int]:
    """Places inside brackets that close."""
    inside: set[int] = set()
    opened: list[int] = []
    for at, character in enumerate(text):
        if character in OPENING:
            opened.append(at)
        elif character in CLOSING and opened:
            inside.update(range(opened.pop(), at))
    return inside


def unbalanced(text: str) -> bool:
    """Whether brackets do not close, or close before they open."""
    depth = 0
    for character in text:
        depth += (character in OPENING) - (character in CLOSING)
        if depth < 0:
            return True
    return depth != 0
