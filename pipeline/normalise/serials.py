"""Serials of a scan: specks beside a number that were read as marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPECK = r"[ \"“”‘’'`′‵·•∙:：,，;；_+*~^-]*"
_SPECKED = re.compile(rf"{_SPECK}(\d{{1,3}}){_SPECK}")
_POINT = r"[.．。、·…′‵ ]*"
_POINTED = re.compile(rf"{_POINT}(\d{{1,3}}){_POINT}")
_SET_POINTED = re.compile(r"\d{1,3}[.．、]")
_LEAST = 2


def serial_without_specks(serial: str, column: Sequence[str]) -> str:
    """`serial` without marks that no serial has: “3, 5+; 1. and （1） stay.

    Serials of a column are set alike: a point is a speck where more of them have none, two at
    least, than have one right behind the number.
    """
    found = _SPECKED.fullmatch(serial)
    filled = [text.strip() for text in column]
    bare = sum(text.isdecimal() for text in filled)
    pointed = sum(_SET_POINTED.fullmatch(text) is not None for text in filled)
    if not found and bare > pointed and bare >= _LEAST:
        found = _POINTED.fullmatch(serial)
    return found[1] if found else serial
