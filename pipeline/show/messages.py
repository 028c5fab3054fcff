"""The messages of findings in Chinese: a sentence of `sentences.toml` with the message's values.

`findings.parquet` holds the English message, and so do the parts of earlier runs: what is shown is
made from it, and the message itself stays at hand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipeline.show.labels import COLUMN_LABELS

REASONS, ERRORS = "reasons", "errors"
_FILE = Path(__file__).parent / "sentences.toml"
_HOLE = re.compile(r"\{(\w+)\}")
_HINT = r"(?:\s.*)?"  # after an error, what to do about it


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English message as a pattern whose groups are its values, and its Chinese form."""

    english: re.Pattern[str]
    chinese: str

    def told(self, message: str) -> str | None:
        """The message in Chinese; None when it is another one."""
        found = self.english.fullmatch(message)
        if found is None:
            return None
        values = found.groupdict()
        return _HOLE.sub(lambda hole: _shown(hole[1], values[hole[1]]), self.chinese)


@lru_cache(maxsize=20_000)
def message_in_chinese(code: str, message: str) -> str:
    """The message of a finding in Chinese; as it is when no sentence is known for it."""
    return _told(code, message)


def error_in_chinese(message: str) -> str:
    """What an error says in Chinese, without what to do about it; as it is when not known."""
    return _told(ERRORS, message)


def reason_in_chinese(reason: str) -> str:
    """Why a page was read as it was, in Chinese; as it is when not known."""
    return _reasons(reason)


@cache
def sentences(code: str) -> tuple[Sentence, ...]:
    """The sentences of a code; reasons and errors stand under names of their own."""
    rest = _HINT if code == ERRORS else ""
    pairs = _table().get(code, {}).items()
    return tuple(Sentence(_pattern(english, rest), chinese) for english, chinese in pairs)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return table


def _told(code: str, message: str) -> str:
    told = (sentence.told(message) for sentence in sentences(code))
    return next((text for text in told if text is not None), message)


def _pattern(english: str, rest: str) -> re.Pattern[str]:
    """Text of the page has no shape: a value is whatever stands in its place."""
    parts = _HOLE.split(english)
    made = [re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts)]
    return re.compile("".join(made) + rest, re.DOTALL)


def _shown(name: str, value: str) -> str:
    kind = name.rstrip("0123456789")
    return _KINDS[kind](value) if kind in _KINDS else value


def _column(value: str) -> str:
    return COLUMN_LABELS.get(value, value)


def _reasons(value: str) -> str:
    whole = _told(REASONS, value)
    if whole != value:
        return whole
    return "；".join(_told(REASONS, part) for part in value.split("; "))


_KINDS: dict[str, Callable[[str], str]] = {
    "column": _column,
    "why": _reasons,
    "error": error_in_chinese,
}
