"""Printed headers → roles (columns of `tasks.parquet`), by the rules of `configs/headers.toml`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.characters import is_han
from pipeline.config import TEXT_ROLES, Headers
from pipeline.model import Code, Severity, Table
from pipeline.normalise.spans import Row, table_to_rows
from pipeline.normalise.text import fold, join_lines

_FUZZY_MIN = 4  # characters from which one wrong character leaves a header recognisable
_MAX_HEADER_ROWS = 4
UNSURE = 0.97
"""The score below which a header that was recognised may be misread."""
_SUFFIX = re.compile(r"(?<=.)[(\[【<].*[)\]】>]$")
_MARKS = re.compile(r"[*#:;,.!|、·•∙。…+'\"“”‘’`~^_-]")
_TRIM = re.compile(r"^[*#:;,.、·]+|[*:;,.、·]+$")

Doubt = tuple[Code, Severity, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A printed column: its place from 0, its header as a unique key, its role if it has one.

    `key` is the header as printed, its levels joined with "/"; a repeated one gets " (2)", a blank
    one is 第n列. `unsure`: it may be misread, or hold text of a row.
    """

    index: int
    key: str
    role: str | None = None
    blank: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one table: its rows, its columns, and whether the rows below are tasks.

    `refused`: a header tells that they are none, as one of money does.
    """

    rows: int
    columns: tuple[Column, ...]
    is_task: bool
    title: str | None = None
    doubts: tuple[Doubt, ...] = ()
    refused: bool = False

    def with_role(self, *roles: str) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role in roles)


def table_to_header(table: Table, rules: Headers) -> Header:
    """Read the header of a table.

    The header's rows are those that the table states; when those make no task table, the first
    rows are tried, since a title inside the grid or a second level may have misled what found them.
    """
    grid = table_to_rows(table)
    stated = _read(grid, _closed(grid, table.header_rows), rules)
    if stated.is_task or not table.rows:
        return stated
    for rows in range(1, min(_MAX_HEADER_ROWS, table.rows - 1) + 1):
        if _closed(grid, rows) == rows:
            tried = _read(grid, rows, rules)
            if tried.is_task:
                return tried
    return stated


def inherit_header(header: Header, before: Header) -> Header:
    """The header of a table printed without one, which goes on a table with the same columns."""
    doubt = (
        Code.HEADER_MISSING,
        Severity.WARNING,
        "no header is printed here; that of the table before is taken, whose serials go on",
    )
    return replace(before, rows=0, title=header.title, doubts=(doubt,))


def _closed(grid: Sequence[Row], rows: int) -> int:
    """The number of header rows, grown until no cell reaches out of them."""
    index = 0
    while index < rows and index < len(grid):
        rows = max([rows, *(cell.row + cell.row_span for cell in grid[index].cells)])
        index += 1
    return min(rows, len(grid))


def _read(grid: Sequence[Row], rows: int, rules: Headers) -> Header:
    levels = grid[:rows]
    banners = [row for row in levels if row.is_one_cell]
    title = None
    if banners and len(banners) < rows:
        levels = [row for row in levels if not row.is_one_cell]
        title = join_lines(banners[0].cells[0].text.split("\n")) or None
    width = len(grid[0].cells) if grid else 0
    paths = [_path(levels, index) for index in range(width)]
    keys = _unique_keys(paths)
    columns: list[Column] = []
    doubts: list[Doubt] = []
    for index, (path, key) in enumerate(zip(paths, keys, strict=True)):
        score = min((row.cells[index].score for row in levels), default=1.0)
        role, doubt = path_to_role(path, rules, score < UNSURE)
        unsure = score < UNSURE or (score < 1.0 and _goes_on(path, rules))
        columns.append(Column(index, key, role, blank=not path, unsure=unsure))
        doubts.extend(doubt)
    settled, more = _settle_repeated(columns, grid[rows:], rules)
    roles = {column.role for column in settled}
    refused = any(_matches(rules.refused, fold("".join(path))) for path in paths)
    is_task = not refused and bool(roles & set(rules.what)) and bool(roles & set(rules.who))
    return Header(rows, settled, is_task, title, (*doubts, *more), refused)


def _path(levels: Sequence[Row], index: int) -> tuple[str, ...]:
    texts: list[str] = []
    last = None
    for row in levels:
        cell = row.cells[index]
        if cell is not last and (text := join_lines(cell.text.split("\n"))):
            texts.append(text.replace(" ", "") if not text.isascii() else text)
        last = cell
    return tuple(texts)


def _unique_keys(paths: Sequence[tuple[str, ...]]) -> list[str]:
    seen: Counter[str] = Counter()
    keys = []
    for index, path in enumerate(paths):
        key = "/".join(path) or f"第{index + 1}列"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key} ({seen[key]})")
    return keys


def path_to_role(
    path: tuple[str, ...], rules: Headers, unsure: bool = False
) -> tuple[str | None, tuple[Doubt, ...]]:
    """The role of a column from the levels of its header, and what is doubtful about it.

    `unsure`: the header was recognised and may be misread.
    """
    if not path:
        return None, ()
    names = dict.fromkeys(
        form for text in (path[-1], "".join(path), "/".join(path), path[0]) for form in _forms(text)
    )
    for name in names:
        role = _exact(rules).get(name)
        if role:
            return role, ()
    for name in names:
        role = next((r for r, entries in rules.roles.items() if _matches(entries, name)), None)
        if role:
            return role, ()
    printed = "/".join(path)
    near = {role: entry for name in names for entry, role in _near(name, rules, unsure)}
    if not near and unsure:
        near = {role: entry for name in names for entry, role in _near_patterns(name, rules)}
        parties = {role: entry for role, entry in near.items() if role in rules.who}
        near = parties if len(parties) == 1 else near  # 领号 is 领导 rather than 领域
    if len(near) == 1:
        ((role, entry),) = near.items()
        message = f"header {printed} is taken for {entry} ({role}): one character differs"
        return role, ((Code.HEADER_AMBIGUOUS, Severity.WARNING, message),)
    if near:
        message = f"header {printed} is like {'、'.join(near.values())}: none is taken"
        return None, ((Code.HEADER_AMBIGUOUS, Severity.WARNING, message),)
    message = f"header {printed} is not known; its cells stand in column 'cells' only"
    return None, ((Code.HEADER_UNKNOWN, Severity.INFO, message),)


def _forms(text: str) -> Iterator[str]:
    whole = fold(text)
    # Patterns are open at their ends and would take a stray mark for a part of the header.
    trimmed = _TRIM.sub("", whole)
    yield from (trimmed, whole, _SUFFIX.sub("", trimmed), _MARKS.sub("", trimmed))


@lru_cache(maxsize=8)
def _synonyms(roles: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    table: dict[str, str] = {}
    for role, entries in roles:
        for entry in entries:
            if not _is_pattern(entry):
                table.setdefault(fold(entry), role)
    return table


def _goes_on(path: tuple[str, ...], rules: Headers) -> bool:
    """Whether a header begins as a known one and goes on: what stands below it may be a row's."""
    name, known = fold("".join(path[-1:])), _exact(rules)
    longer = (entry for entry in known if len(entry) >= _FUZZY_MIN and name.startswith(entry))
    return name not in known and any(longer)


def _exact(rules: Headers) -> dict[str, str]:
    return _synonyms(tuple(rules.roles.items()))


def _is_pattern(entry: str) -> bool:
    return len(entry) > 2 and entry.startswith("/") and entry.endswith("/")


def _matches(entries: tuple[str, ...], name: str) -> bool:
    exact, patterns = _compiled(entries)
    return name in exact or any(pattern.fullmatch(name) for pattern in patterns)


@lru_cache(maxsize=64)
def _compiled(entries: tuple[str, ...]) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The entries of a role: folded headers, and patterns that must fit a whole header."""
    return (
        frozenset(fold(entry) for entry in entries if not _is_pattern(entry)),
        tuple(re.compile(entry[1:-1]) for entry in entries if _is_pattern(entry)),
    )


def _near(name: str, rules: Headers, lost: bool) -> Iterator[tuple[str, str]]:
    """Synonyms that differ from `name` in one character, as misreading makes them.

    They are as long, or where one may be `lost` (to a ruling) end in one more.
    """
    for entry, role in _exact(rules).items():
        if len(entry) < _FUZZY_MIN:
            continue
        wrong = sum(one != other for one, other in zip(entry, name, strict=False))
        if (len(entry) == len(name) and wrong == 1) or (lost and entry[:-1] == name):
            yield entry, role


def _near_patterns(name: str, rules: Headers) -> Iterator[tuple[str, str]]:
    """What fits a pattern and differs from `name` in one character, as 县级责任领号 does."""
    if len(name) < _FUZZY_MIN:
        return
    for at in range(len(name)):
        for letter in _letters(tuple(rules.roles.items())):
            other = name[:at] + letter + name[at + 1 :]
            role = next((r for r, entries in rules.roles.items() if _matches(entries, other)), None)
            if role:
                yield other, role


@lru_cache(maxsize=8)
def _letters(roles: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """The Chinese characters of all known headers."""
    return "".join(
        sorted({c for _, entries in roles for entry in entries for c in entry if is_han(c)})
    )


def _settle_repeated(
    columns: Sequence[Column], body: Sequence[Row], rules: Headers
) -> tuple[tuple[Column, ...], tuple[Doubt, ...]]:
    """Give one of two columns with the same role another one, or say that they are joined."""
    settled = list(columns)
    doubts: list[Doubt] = []
    for role in TEXT_ROLES:
        same = [column for column in settled if column.role == role]
        if len(same) < 2:
            continue
        taken = {column.role for column in settled}
        first, last = same[0], same[-1]
        if role == "name" and "category" not in taken and _divides(first, last, body):
            settled[first.index] = replace(first, role="category")
            doubts.append(_taken(first, "category", f"{last.key} divides it"))
            same = same[1:]
        elif (other := rules.fallback.get(role)) and other not in taken:
            settled[last.index] = replace(last, role=other)
            doubts.append(_taken(last, other, f"{first.key} is '{role}'"))
            same = same[:-1]
        if len(same) > 1:
            keys = "、".join(column.key for column in same[:3]) + ("…" if len(same) > 3 else "")
            count = len(same)
            message = f"{keys} ({count} columns) all mean '{role}': their texts are joined in order"
            doubts.append((Code.HEADER_AMBIGUOUS, Severity.WARNING, message))
    return tuple(settled), tuple(doubts)


def _taken(column: Column, role: str, why: str) -> Doubt:
    message = f"header {column.key} is taken for '{role}', since {why}"
    return (Code.HEADER_AMBIGUOUS, Severity.INFO, message)


def _divides(first: Column, second: Column, body: Sequence[Row]) -> bool:
    """Whether cells of the first column span rows in which the second has cells of its own."""
    return any(
        row.cells[first.index].row_span > row.cells[second.index].row_span
        and not row.is_one_cell
        and row.cells[first.index] is not row.cells[second.index]
        for row in body
    )
