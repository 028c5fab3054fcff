"""Content streams to operands and operators, by one regular expression.

pdfminer reads them character class by character class, which is three quarters of the time of a
page of text. What the expression does not know (inline pictures, numbers run together, damage)
makes `lex` return None, and pdfminer's own parser takes the page.
"""

from __future__ import annotations

import re
from typing import Any

from pdfminer.psparser import LIT

# PDF 32000-1:2008, 7.2.2: white space, and the delimiters that end a token.
_SPACE = rb"[\x00\t\n\f\r ]"
_END = rb"(?=[\x00\t\n\f\r \[\]<>()/%]|\Z)"
_TOKEN = re.compile(
    _SPACE
    + rb"*(?:%[^\r\n]*"
    + _SPACE
    + rb"*)*(?:"
    + rb"([+-]?(?:\d+(?:\.\d*)?|\.\d+))"  # 1: number
    + _END
    + rb"|([A-Za-z'\"][A-Za-z0-9*'\"]*)"  # 2: operator
    + _END
    + rb"|<([0-9A-Fa-f\x00\t\n\f\r ]*)>"  # 3: hexadecimal string
    + rb"|\(((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\)"  # 4: string, brackets one deep
    + rb"|/([!\"$&'*-.0-;=?-Z^-z|~]*)"  # 5: name without escapes
    + _END
    + rb"|(\[)|(\])|(<<)|(>>)"  # 6–9
    + rb"|(\Z))",  # 10
    re.DOTALL,
)
_NUMBER, _OPERATOR, _HEX, _STRING, _NAME, _OPEN, _CLOSE, _OPEN_DICT, _CLOSE_DICT = range(1, 10)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
_ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\r\n": b"",
    b"\n": b"",
    b"\r": b"",
}
_CONSTANTS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_INLINE = frozenset({b"BI", b"ID", b"EI"})


class Operator(bytes):
    """The name of an operator; all else in the list are operands."""

    __slots__ = ()


def lex(data: bytes) -> list[Any] | None:
    """Operands and operators in order, None when the data needs the full parser.

    Numbers are int or float, strings bytes, names pdfminer literals, arrays lists, dictionaries
    dicts by name.
    """
    tokens: list[Any] = []
    target = tokens
    outer: list[list[Any]] = []
    end = 0
    for match in _TOKEN.finditer(data):
        if match.start() != end:
            return None
        end = match.end()
        kind = match.lastindex
        if kind == _NUMBER:
            digits = match[1]
            target.append(float(digits) if b"." in digits else int(digits))
        elif kind == _OPERATOR:
            name = match[2]
            if name in _INLINE or (outer and name not in _CONSTANTS):
                return None
            target.append(_CONSTANTS[name] if name in _CONSTANTS else Operator(name))
        elif kind == _HEX:
            target.append(_from_hex(match[3]))
        elif kind == _STRING:
            target.append(_from_string(match[4]))
        elif kind == _NAME:
            target.append(LIT(match[5].decode("ascii")))
        elif kind in (_OPEN, _OPEN_DICT):
            outer.append(target)
            target = []
        elif kind in (_CLOSE, _CLOSE_DICT):
            if not outer:
                return None
            inner: Any = target if kind == _CLOSE else _to_dict(target)
            target = outer.pop()
            target.append(inner)
    return tokens if end == len(data) and not outer else None


def _from_hex(digits: bytes) -> bytes:
    packed = digits.translate(None, b"\x00\t\n\f\r ")
    return bytes.fromhex((packed + b"0" if len(packed) % 2 else packed).decode("ascii"))


def _from_string(body: bytes) -> bytes:
    if b"\\" not in body and b"\r" not in body:
        return body
    return _ESCAPE.sub(_unescape, body)


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code is None:
        return b"\n"
    if code[0] in b"01234567":
        return bytes([int(code, 8) & 0xFF])
    return _ESCAPED.get(code, code)


def _to_dict(items: list[Any]) -> dict[str, Any]:
    return {
        getattr(key, "name", str(key)): value
        for key, value in zip(items[::2], items[1::2], strict=False)
    }
