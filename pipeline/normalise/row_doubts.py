"""Doubts about a row as a whole: where its cells stand under the header."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model import Cell, Code, Severity, Table
from pipeline.normalise.headers import Header
from pipeline.normalise.spans import Row, table_to_rows
from pipeline.normalise.text import clean

Doubt = tuple[Code, Severity, str]

SELDOM = 0.5
"""The share of rows up to which a line that parts a column is none of the table's."""


def row_doubts(
    table: Table, header: Header, row: Row, strays: frozenset[int]
) -> Iterator[tuple[Cell, Doubt]]:
    """What is doubtful about one row of a table of tasks, each with the cell that shows it.

    `strays`: see `seldom_parted`.
    """
    yield from _headless(header, row)
    yield from _joined(table, row)
    yield from _parted(row, strays)


def _headless(header: Header, row: Row) -> Iterator[tuple[Cell, Doubt]]:
    for column in header.columns:
        cell = row.cells[column.index]
        if column.blank and cell.text.strip() and cell.column == column.index:
            message = f"column {column.index + 1} has no header but holds '{clean(cell.text)[:30]}'"
            yield cell, (Code.HEADER_MISSING, Severity.WARNING, message)
        elif column.unsure and column.role is None and cell.text.strip():
            message = f"the header {column.key} may be misread: its cell stands in no other column"
            yield cell, (Code.HEADER_UNKNOWN, Severity.WARNING, message)


def _joined(table: Table, row: Row) -> Iterator[tuple[Cell, Doubt]]:
    """Rows of machine-read text joined for a blank serial alone; on pages, places say more."""
    cell = row.cells[0]
    if row.index in table.joined_rows and not cell.fragments:
        message = "the row was put together from two, since the second has no serial"
        yield cell, (Code.ROW_JOIN_DOUBTFUL, Severity.WARNING, message)


def seldom_parted(table: Table, header: Header) -> frozenset[int]:
    """The columns parted from the next in few rows, and not in the header: strokes of a stamp.

    None where cells are of a text layer, of which rulings are known.
    """
    if all(cell.score >= 1 for cell in table.cells):
        return frozenset()
    rows = table_to_rows(table)
    heads, body = rows[: header.rows], rows[header.rows :]
    found = set()
    for at in range(len(header.columns) - 1):
        if not any(_parts(row, at) for row in heads):
            parted = sum(_parts(row, at) for row in body)
            if 0 < parted <= SELDOM * len(body):
                found.add(at)
    return frozenset(found)


def _parts(row: Row, at: int) -> bool:
    return row.cells[at] is not row.cells[at + 1]


def _parted(row: Row, strays: frozenset[int]) -> Iterator[tuple[Cell, Doubt]]:
    for at in sorted(strays):
        if _parts(row, at):
            message = "a line cuts the cell in two that cuts the column in few other rows"
            yield row.cells[at], (Code.GRID_BROKEN, Severity.WARNING, message)
