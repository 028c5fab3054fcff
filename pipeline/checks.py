"""Checks of single texts and of a table's serials: pure, and without an opinion on severity."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.characters import is_han, is_odd
from pipeline.config import Checks
from pipeline.normalise.dates import chinese_number
from pipeline.normalise.text import fold

_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_CLAUSE_END = re.compile(r"[，,。！？!?；;：:\n]+")
_LABEL = re.compile(r"(责任|牵头|配合|协办|主办|承办|参与)(单位|部门|领导|人)|完成时限|时限")
_LEAD_NUMBER = re.compile(r"^[(（]?[\d一二三四五六七八九十]{1,3}[.、)）．]")
_LOOP = re.compile(r"([^\d\s.…·—\-_]{2,20}?)\1{3,}")
_LEVELS = re.compile(r"\d+(?:[.\-—/]\d+)+")
_MARKED = re.compile(r"[(\[]?(.+?)[)\].、:]*")
_RADICALS = range(0x2E80, 0x2FE0)
_FOREIGN = ("HANGUL", "HIRAGANA", "KATAKANA", "CYRILLIC", "ARABIC", "THAI", "HEBREW", "DEVANAGARI")
_FINAL = "。！？；;!?…”）)》"
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
    return "".join(dict.fromkeys(ch for ch in text if is_han(ch) and not _in_gb2312(ch)))


def _in_gb2312(ch: str) -> bool:
    try:
        ch.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def unbalanced(text: str) -> str | None:
    """The first pair of brackets or quotes of which one half is missing, or None."""
    folded = fold(_ITEM_BRACKET.sub("", text))
    for pair in ("()", "《》", "〈〉", "“”", "【】", "〔〕"):
        if folded.count(pair[0]) != folded.count(pair[1]):
            return pair
    return None


_ITEM_BRACKET = re.compile(r"(?:(?<=^)|(?<=[。；;\n\s]))[\d一二三四五六七八九十]{1,2}[)）]")


def is_ended(text: str) -> bool:
    """Whether a text ends as sentences do; short texts always count as ended."""
    return len(text) < _CUT_MIN or text[-1:] in _FINAL


@dataclass(frozen=True, slots=True)
class SerialReport:
    """What is wrong with a column of serials; rows are places in the sequence given, from 0."""

    missing: tuple[int, ...] = ()
    repeated: tuple[int, ...] = ()
    odd: tuple[int, ...] = ()
    last: int | None = None


def serial_value(text: str) -> int | None:
    """The whole number of a serial (3, 三, (三), ③, 3.), or None when it is none."""
    match = _MARKED.fullmatch(fold(text))
    if not match:
        return None
    try:
        return chinese_number(match[1])
    except ValueError:
        return int(match[1]) if match[1].isdecimal() else None


def check_serials(
    serials: Sequence[str], groups: Sequence[str], merged: frozenset[int], start: int = 1
) -> SerialReport:
    """Check that serials count upwards from `start` without gaps.

    `groups` are the rows' categories: where one changes, counting may begin again at 1. `merged`
    are the rows whose serial is the same printed cell as that of the row above. Numbers of several
    levels (1.1, 2-3) are left alone; blank serials are no matter of this check.
    """
    values = [serial_value(text) for text in serials]
    if sum(value is not None for value in values) * 2 < sum(bool(text) for text in serials):
        return SerialReport()  # not counted in whole numbers: 1.1, A-3, dates
    run: set[int] = set()
    missing: list[int] = []
    repeated: list[int] = []
    odd: list[int] = []
    expected, previous = start, start - 1
    limit = len(serials) + 10
    for at, (text, value) in enumerate(zip(serials, values, strict=True)):
        if at in merged or not text:
            continue
        if value is None:
            if not _LEVELS.fullmatch(fold(text)):
                odd.append(at)
            continue
        if value == 1 and at and _begins_again(at, values, groups, run):
            missing.extend(_gaps(run, expected))
            run, expected, previous = set(), 1, 0
        if value - previous > limit:
            odd.append(at)
            continue
        if value in run:
            repeated.append(at)
        elif value < previous:
            odd.append(at)
        else:
            previous = value
        run.add(value)
    missing.extend(_gaps(run, expected))
    return SerialReport(tuple(missing), tuple(repeated), tuple(odd), previous if run else None)


def _begins_again(
    at: int, values: Sequence[int | None], groups: Sequence[str], run: set[int]
) -> bool:
    if not run:
        return False
    follows = next((value for value in values[at + 1 :] if value is not None), None)
    return groups[at] != groups[at - 1] or (follows == 2 and 2 in run)


def _gaps(run: set[int], start: int) -> list[int]:
    if not run:
        return []
    first = start if min(run) >= start else min(run)
    return [value for value in range(first, max(run)) if value not in run]


def ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 7 → "1–3, 7"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)
