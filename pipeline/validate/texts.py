"""Checks of single texts: pure, and without an opinion on severity."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from pipeline.characters import in_gb2312, is_han, is_odd
from pipeline.config import Checks
from pipeline.lexicon import parts_word
from pipeline.normalise.text import fold

_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_CLAUSE_END = re.compile(r"[，,。！？!?；;：:\n]+")
_LABEL = re.compile(r"(责任|牵头|配合|协办|主办|承办|参与)(单位|部门|领导|人)|完成时限|时限")
_LEAD_NUMBER = re.compile(r"^[(（]?[\d一二三四五六七八九十]{1,3}[.、)）．]")
_ITEM_BRACKET = re.compile(r"(?:(?<=^)|(?<=[。；;\n\s]))[\d一二三四五六七八九十]{1,2}[)）]")
_LOOP = re.compile(r"([^\d\s.…·—\-_]{2,20}?)\1{3,}")
_ITEM = re.compile(r"(?:^|(?<=[。；;!?\n]))(\d{1,2})\.(?!\d)")
_BARE_ITEM = re.compile(r"(?:^|(?<=[。；;]))(\d{1,2})(?=[\u4e00-\u9fff])")
_CLASHING = re.compile(r"[,、;:。][,、;:。]|(?<=[\u4e00-\u9fff])!(?=[\u4e00-\u9fff])")
_BETWEEN = re.compile(r"([\u4e00-\u9fff]{1,4})([,、。;:·.])(?=([\u4e00-\u9fff]{1,4}))")
_PARTED = re.compile(r"\d+ \d+")
_RATE = re.compile(r"率[^\d率,。;:]{0,6}\d{2,3}(?:\.\d+)?(?=[,。;、]|$)")
_RADICALS = range(0x2E80, 0x2FE0)
_FOREIGN = ("HANGUL", "HIRAGANA", "KATAKANA", "CYRILLIC", "ARABIC", "THAI", "HEBREW", "DEVANAGARI")
_FINAL = "。！？；;!?…”）)》"
_LONE_DASH = re.compile(r"[-–—](?=[\u4e00-\u9fff])")
_CLAUSES = re.compile("[，。；]")
_CUT_MIN = 30  # characters; shorter texts are often phrases without a stop


def repeated_part(text: str, rules: Checks) -> str | None:
    """A sentence or clause that stands in `text` more often than is plausible, or None.

    Readers that generate text fall into loops. Numbers at the head of a sentence do not count, and
    neither do labels such as 责任单位, which lists repeat by nature.
    """
    for ends, least, times in (
        (_SENTENCE_END, rules.sentence_characters, rules.repeated_sentence),
        (_CLAUSE_END, rules.clause_characters, rules.repeated_clause),
    ):
        parts = (_LEAD_NUMBER.sub("", fold(part)) for part in ends.split(text))
        counts = Counter(p for p in parts if len(p) >= least and not _LABEL.match(p))
        part, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
        if count >= times:
            return part
    loop = _LOOP.search(fold(text))
    return loop[1] if loop else None


def odd_characters(text: str) -> str:
    """The characters of `text` that no notice prints: unmapped, lone radicals, foreign scripts."""
    return "".join(dict.fromkeys(ch for ch in text if _is_odd_here(ch)))


def _is_odd_here(ch: str) -> bool:
    if ch.isascii():
        return ch not in "\n\t" and is_odd(ch)
    if is_odd(ch) or ord(ch) in _RADICALS:
        return True
    return not is_han(ch) and unicodedata.name(ch, "").startswith(_FOREIGN)


def uncommon_han(text: str) -> str:
    """Chinese characters outside GB/T 2312: traditional forms (靜) and rare characters.

    On a printed notice they are rare; on a misread one they stand for a character like them.
    """
    return "".join(dict.fromkeys(ch for ch in text if is_han(ch) and not in_gb2312(ch)))


def unbalanced(text: str) -> str | None:
    """The first pair of brackets or quotes of which one half is missing, or None."""
    folded = fold(_ITEM_BRACKET.sub("", text))
    for pair in ("()", "《》", "〈〉", "“”", "【】", "〔〕"):
        if folded.count(pair[0]) != folded.count(pair[1]):
            return pair
    return None


def odd_item(text: str) -> str | None:
    """The first item number that does not follow the one before it, or lacks its point, or None.

    In 1.… 2.… the items of a cell count upwards; 11. before 2. has a stroke too many, and 。4开展
    after item 3 has lost its point, as 1开展 at the start before 2. has. Texts without numbered
    items say nothing.
    """
    folded = fold(text)
    numbers = [int(match[1]) for match in _ITEM.finditer(folded)]
    bare = [(match.start(), match[1]) for match in _BARE_ITEM.finditer(folded)]
    for before, number in pairwise(numbers):
        if number != before + 1:
            return next((one for _, one in bare if int(one) == before + 1), f"{number}")
    if numbers[:1] == [2] and bare[:1] == [(0, "1")]:
        return "1"
    counted = len(numbers) > 1 or numbers == [1]
    return next((one for _, one in bare if counted and int(one) == numbers[-1] + 1), None)


def parted_number(text: str) -> str | None:
    """Two digits with a blank between, or None: Chinese prints a mark there, which was lost."""
    found = _PARTED.search(text)
    return found[0] if found else None


def bare_rate(text: str) -> str | None:
    """A rate of ten or more that is no percentage (整改率达到100。), or None: its % was lost."""
    found = _RATE.search(fold(text))
    return found[0] if found else None


def clashing_marks(text: str) -> str | None:
    """Two joining marks side by side (，、), or a ！ inside a clause: a speck was read, or None."""
    found = _CLASHING.search(fold(text))
    return found[0] if found else None


def parted_word(text: str) -> str | None:
    """A mark inside a word with what stands around it (工。程), or None: a speck was read."""
    for match in _BETWEEN.finditer(fold(text)):
        left, mark, right = match[1], match[2], match[3]
        if parts_word(left, mark, right):
            return f"{left}{mark}{right}"
    return None


def hanging_mark(text: str) -> str | None:
    """A mark with which no text begins or ends (，、：), or None: a speck, or text was lost.

    A lone dash before a word is one as well; as a bullet two are printed (——推进).
    """
    folded = fold(text)
    if folded[-1:] and folded[-1] in ",、:":
        return text.strip()[-1]
    begins = folded[:1] and (folded[0] in ",、:;。.!?" or _LONE_DASH.match(folded))
    return text.strip()[0] if begins else None


def has_stop(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return text[-1:] in _FINAL


def is_ended(text: str) -> bool:
    """Whether a text ends as sentences do, or is short: phrases have no stop."""
    return len(text) < _CUT_MIN or has_stop(text)


def is_ended_or_phrase(text: str) -> bool:
    """Whether a text ends as sentences do, or is short and has no clauses."""
    return has_stop(text) or (len(text) < _CUT_MIN and not _CLAUSES.search(text))


def is_phrase(text: str) -> bool:
    """Whether a text is short and has no clauses but for a stop at its end."""
    return len(text) < _CUT_MIN and not _CLAUSES.search(text[:-1])
