"""Serials of a scan: specks beside a number that were read as marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPECK = r"[ \"“”‘’'`·•∙:：,，;；_+*~^-]*"
_SPECKED = re.compile(rf"{_SPECK}(\d{{1,3}}){_SPECK}")
_POINTED = re.compile(r"[.．。、·… ]*(\d{1,3})[.．。、·… ]*")
_LEAST = 3


def serial_without_specks(serial: str, column: Sequence[str]) -> str:
    """`serial` without marks that no serial has: “3, 5+; 1. and （1） stay.

    A point is a speck where most serials of the `column`, three at least, have none.
    """
    found = _SPECKED.fullmatch(serial)
    filled = [text.strip() for text in column if text.strip()]
    bare = sum(text.isdecimal() for text in filled)
    if not found and 3 * bare >= 2 * len(filled) and bare >= _LEAST:
        found = _POINTED.fullmatch(serial)
    return found[1] if found else serial
