"""Dates as notices print them: 2023年4月29日, 二〇二三年四月二十九日, ○ for 〇."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from pipeline.characters import NUMERALS

_ZERO = "〇零○ОOo０"
_DIGITS = NUMERALS[:-1]
_YEAR = rf"(?:[12][\d{_ZERO}]{{3}}|[一二][{_ZERO}{_DIGITS}]{{3}})"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})"
DATE = re.compile(rf"({_YEAR})年({_SMALL})月({_SMALL})[日目曰]")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date in a line: its characters from `start` to `end`; `value` is None when impossible."""

    start: int
    end: int
    text: str
    value: date | None


def find_date(text: str) -> PrintedDate | None:
    """The last date in `text` (NFKC, without blanks); None when there is none."""
    matches = list(DATE.finditer(text))
    if not matches:
        return None
    match = matches[-1]
    return PrintedDate(match.start(), match.end(), match[0], _value(match))


def _value(match: re.Match[str]) -> date | None:
    year, month, day = match.groups()
    digits = "".join(_digit(character) for character in year)
    try:
        return date(int(digits), chinese_number(month), chinese_number(day))
    except ValueError:
        return None


def _digit(character: str) -> str:
    if character in _ZERO:
        return "0"
    return character if character.isdecimal() else str(_DIGITS.index(character) + 1)


def chinese_number(text: str) -> int:
    """The whole number from 1 to 99 that `text` writes: 12, 十二, 二十一, 廿一, ⑫.

    Raises ValueError when it is none.
    """
    folded = unicodedata.normalize("NFKC", text)
    if folded.isdecimal():
        return int(folded)
    folded = folded.replace("廿", "二十")
    match = re.fullmatch(rf"([{_DIGITS}])?(十)?([{_DIGITS}])?", folded)
    if not match or not folded or (not match[2] and len(folded) > 1):
        raise ValueError(f"not a number: {text}")
    tens, ten, ones = match.groups()
    if not ten:
        return _DIGITS.index(folded) + 1
    high = _DIGITS.index(tens) + 1 if tens else 1
    return 10 * high + (_DIGITS.index(ones) + 1 if ones else 0)
