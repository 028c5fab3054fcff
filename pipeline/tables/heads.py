"""Which rows are the header, and whether a page repeats it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from pipeline.config import Settings
from pipeline.model import Cell
from pipeline.tables.lines import without_blanks

MOST_LEVELS = 6
LONG = 18
"""Characters; a longer cell is no heading of a column."""
ALIKE = 0.7
"""Similarity above which two header rows are one, read twice."""

_NUMBER = re.compile(r"[-+]?[\d,.]*\d[\d,.]*%?")
_BRACKETS = re.compile(r"\([^()]*\)$")


def fold(text: str) -> str:
    """A key for comparison: NFKC, without white space."""
    return without_blanks(unicodedata.normalize("NFKC", text))


def similarity(first: str, second: str) -> float:
    """Share of characters that two texts have in common, in order; 1 for equal texts."""
    if first == second:
        return 1.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


@dataclass(frozen=True, slots=True)
class KnownHeaders:
    """The headers that settings know, for evidence: whole texts and patterns."""

    exact: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    serial: frozenset[str]

    def knows(self, text: str) -> bool:
        """Whether a text is a heading word for word, or fits a pattern of one."""
        return self.names(text) or any(
            pattern.fullmatch(form) for form in _forms(text) for pattern in self.patterns
        )

    def names(self, text: str) -> bool:
        """Whether a text is a heading word for word, but for what stands in brackets behind it."""
        return any(form in self.exact for form in _forms(text))

    def is_serial(self, text: str) -> bool:
        return fold(text) in self.serial


def _forms(text: str) -> tuple[str, str]:
    """A heading as it is compared, and without the brackets at its end."""
    key = fold(text)
    return key, _BRACKETS.sub("", key)


def settings_to_headers(settings: Settings) -> KnownHeaders:
    """The synonyms of `headers.roles`."""
    return _known(tuple(sorted((k, tuple(v)) for k, v in settings.headers.roles.items())))


@lru_cache(maxsize=8)
def _known(roles: tuple[tuple[str, tuple[str, ...]], ...]) -> KnownHeaders:
    every = [entry for _, entries in roles for entry in entries]
    patterns = [e[1:-1] for e in every if len(e) > 2 and e.startswith("/") and e.endswith("/")]
    exact = frozenset(fold(entry) for entry in every)
    serial = frozenset(
        fold(entry) for role, entries in roles for entry in entries if role == "serial"
    )
    return KnownHeaders(exact, tuple(re.compile(pattern) for pattern in patterns), serial)


def find_header_rows(cells: Sequence[Cell], rows: int, columns: int, known: KnownHeaders) -> int:
    """How many rows at the top are the header, by what one page shows; 0 when none is."""
    first = [cell for cell in cells if cell.row == 0]
    if rows > 2 and len(first) == 1 and first[0].column_span == columns and first[0].row_span == 1:
        below = [replace(cell, row=cell.row - 1) for cell in cells if cell.row > 0]
        count = find_header_rows(below, rows - 1, columns, known)
        return count + 1 if count else 0
    if not has_known_header(cells, columns, known) and not _stands_out(cells, rows, columns):
        return 0
    count = _close(cells, 1)
    while count < min(rows, MOST_LEVELS) and _is_lower_level(cells, count, columns, known):
        count = _close(cells, count + 1)
    if count < rows and _numbers_columns(cells, count):
        count += 1
    return min(count, rows)


def has_known_header(cells: Sequence[Cell], columns: int, known: KnownHeaders) -> bool:
    """Whether the first row, with those that its cells span, has headers that settings know."""
    head = [c for c in cells if c.row < _close(cells, 1) and c.text]
    found = sum(known.knows(cell.text) for cell in head)
    long = sum(len(fold(cell.text)) > LONG for cell in head)
    return found >= 2 and found * 2 >= min(len(head), columns) and long * 3 <= len(head)


def _close(cells: Sequence[Cell], count: int) -> int:
    """The first row boundary from `count` on that no cell with text crosses.

    A blank column beside the others, without rulings of its own, has one cell over all rows.
    """
    while True:
        reach = max((c.row + c.row_span for c in cells if c.row < count and c.text), default=count)
        if reach <= count:
            return count
        count = reach


def _stands_out(cells: Sequence[Cell], rows: int, columns: int) -> bool:
    """Whether the first row reads like headings: short, whole, no numbers, unlike the rest."""
    count = _close(cells, 1)
    head = [cell for cell in cells if cell.row < count]
    filled = [fold(cell.text) for cell in head if cell.text]
    if len(filled) < 2 or len(filled) * 5 < len(head) * 4 or count >= rows or count > MOST_LEVELS:
        return False
    if any(len(t) > 2 * LONG or t[-1] in "。；;" or is_number(t) for t in filled):
        return False
    below = [fold(cell.text) for cell in cells if cell.row >= count and cell.text]
    if any(cell.column_span > 1 for cell in head if cell.column_span < columns):
        return True
    numbers = sum(is_number(text) for text in below)
    longest = max((len(text) for text in below), default=0)
    return numbers * 5 >= len(below) or longest > 2 * max(len(text) for text in filled)


def _is_lower_level(cells: Sequence[Cell], row: int, columns: int, known: KnownHeaders) -> bool:
    """Whether a row, all of it under headings over several columns, names these columns."""
    above = [c for c in cells if c.row + c.row_span == row and 1 < c.column_span < columns]
    here = [cell for cell in cells if cell.row == row]
    if not above or not here:
        return False
    for cell in here:
        text = fold(cell.text)
        if not text:
            continue
        under = any(a.column <= cell.column < a.column + a.column_span for a in above)
        if not (under or known.knows(text)) or is_number(text) or len(text) > LONG:
            return False
    return any(
        cell.text and cell.column_span < a.column_span
        for a in above
        for cell in here
        if a.column <= cell.column < a.column + a.column_span
    )


def _numbers_columns(cells: Sequence[Cell], row: int) -> bool:
    """Whether a row counts the columns: 1, 2, 3 … (栏次)."""
    texts = [fold(cell.text) for cell in cells if cell.row == row and cell.text]
    if texts and not texts[0].isdecimal():
        texts = texts[1:]
    return len(texts) >= 3 and texts == [str(number) for number in range(1, len(texts) + 1)]


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def count_repeated(first: Sequence[Cell], second: Sequence[Cell], nearly: int = 0) -> int:
    """How many rows at the top of two parts of a table are equal and hold text.

    The first `nearly` of them need only be alike, as where a header was recognised twice.
    """
    count = 0
    while count < MOST_LEVELS and _rows_alike(first, second, count, count < nearly):
        count += 1
    while count and _close(second, count) > count:
        count -= 1
    return count


def _rows_alike(first: Sequence[Cell], second: Sequence[Cell], row: int, nearly: bool) -> bool:
    one = {(c.column, c.column_span, c.row_span): fold(c.text) for c in first if c.row == row}
    two = {(c.column, c.column_span, c.row_span): fold(c.text) for c in second if c.row == row}
    if not one or one.keys() != two.keys():
        # Below a cell that spans all columns of the last levels nothing starts.
        return False
    if not nearly:
        return one == two and any(one.values())
    length = total = 0.0
    for key, text in one.items():
        weight = max(len(text), len(two[key]))
        length += weight
        total += weight * similarity(text, two[key])
        if is_number(text) and text != two[key]:
            return False
    return length > 0 and total >= ALIKE * length
