"""Checks of a table's serials: do they count, without gaps and repetitions?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.normalise.dates import chinese_number
from pipeline.normalise.text import fold

_LEVELS = re.compile(r"\d+(?:[.\-—/]\d+)+")
_COUNTED = re.compile(r"[一二三四五六七八九十]{1,3}[、.,]")
_BARE = re.compile(r"([一二三四五六七八九]|十[一二三四五六七八九]?)(?=[\u4e00-\u9fff])")
_MARKED = re.compile(r"[(\[]?(.+?)[)\].、:]*")


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


def bare_numbers(categories: Sequence[str]) -> list[str]:
    """The categories that begin with their number but have lost the mark behind it: 一稳增长.

    `categories` are those of a table's rows. Numbers count upwards from row to row, and another
    category has its mark, or several begin with theirs: 一体化 alone begins with no number.
    """
    distinct = [text for text in dict.fromkeys(categories) if text]
    marked = sum(bool(_COUNTED.match(fold(text))) for text in distinct)
    bare = [
        text
        for number, text in enumerate(distinct, 1)
        if (found := _BARE.match(fold(text))) and serial_value(found[1]) == number
    ]
    return bare if bare and len(bare) + marked > 1 else []


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
