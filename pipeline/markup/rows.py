"""Rows of fields → tables; tables with the same header → one table."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.characters import map_radicals
from pipeline.markup.blocks import Block, line_to_fields
from pipeline.markup.text import cell_to_text
from pipeline.model import Cell, Code, Finding, Severity, Table

STAGE = "markup"


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as one block gives it. `notes` are (code, message) of what is wrong with it."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    header_rows: int = 1
    title: str | None = None
    notes: tuple[tuple[Code, str], ...] = ()
    joined_rows: tuple[int, ...] = ()

    def titled(self, title: str | None) -> RawTable:
        return replace(self, title=title)

    @property
    def header(self) -> tuple[tuple[int, int, int, int, str], ...]:
        """The header's cells, comparable: blanks and compatibility forms do not count."""
        return tuple(
            (cell.row, cell.column, cell.row_span, cell.column_span, _key(cell.text))
            for cell in self.cells
            if cell.row < self.header_rows
        )


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def rows_to_table(block: Block) -> RawTable:
    """Rows parted by tabs or pipes → a table, its first row the header.

    A later row equal to the header is the header printed again and left out.
    """
    numbered = [
        (at, [map_radicals(cell_to_text(field)) for field in fields])
        for at, line in block.lines
        if (fields := line_to_fields(block.kind, line)) is not None
    ]
    head = _without_blank_end(numbered[0][1])
    body = [(at, row) for at, row in numbered[1:] if list(map(_key, row)) != list(map(_key, head))]
    width = max([len(head), *(len(_without_blank_end(row)) for _, row in body)])
    notes = [
        (
            Code.GRID_BROKEN,
            f"line {at + 1} of the text has {len(row)} fields, the header {len(head)}; "
            + ("blank cells are put in" if len(row) < len(head) else "columns are put in"),
        )
        for at, row in body
        if len(row) < len(head) or len(_without_blank_end(row)) > len(head)
    ]
    grid = [head, *(row for _, row in body)]
    cells = tuple(
        Cell(at, column, text=row[column] if column < len(row) else "")
        for at, row in enumerate(grid)
        for column in range(width)
    )
    return RawTable(len(grid), width, cells, notes=tuple(notes))


def _without_blank_end(row: Sequence[str]) -> list[str]:
    kept = list(row)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept or [""]


def join_tables(raw: Sequence[RawTable]) -> tuple[tuple[Table, ...], tuple[Finding, ...]]:
    """Tables in order, numbered from 1; one with the header of the one before goes on with it."""
    joined: list[RawTable] = []
    for table in raw:
        before = joined[-1] if joined else None
        if before is not None and before.columns == table.columns:
            if table.header == before.header:
                joined[-1] = _append(before, table)
                continue
            if _is_headless(table, before):
                joined[-1] = _append(before, replace(table, header_rows=0))
                continue
        joined.append(table)
    tables = tuple(_finished(table, number) for number, table in enumerate(joined, start=1))
    findings = tuple(
        Finding(STAGE, code, Severity.WARNING, message, page=1, table_no=number)
        for number, table in enumerate(joined, start=1)
        for code, message in table.notes
    )
    return tables, findings


def _is_headless(table: RawTable, before: RawTable) -> bool:
    """Whether the first row goes on counting where the table before stopped."""
    if table.header_rows != 1:
        return False
    firsts = [_key(c.text) for c in before.cells if c.column == 0 and c.row >= before.header_rows]
    mine = next((_key(c.text) for c in table.cells if c.row == 0 and c.column == 0), "")
    last = next((text for text in reversed(firsts) if text.isdecimal()), "")
    return bool(last) and mine.isdecimal() and int(mine) == int(last) + 1


def _append(before: RawTable, table: RawTable) -> RawTable:
    body = [cell for cell in table.cells if cell.row >= table.header_rows]
    shift = before.rows - table.header_rows
    notes = (*before.notes, *table.notes)
    first = [cell for cell in body if cell.row == table.header_rows]
    if _continues_row(before, first):
        cells = _joined_row(before, first)
        rest = [cell for cell in body if cell.row > table.header_rows]
        moved = [replace(cell, row=cell.row + shift - 1) for cell in rest]
        rows = before.rows + table.rows - table.header_rows - 1
        joined = (*before.joined_rows, before.rows - 1)
        return replace(before, rows=rows, cells=(*cells, *moved), notes=notes, joined_rows=joined)
    moved = [replace(cell, row=cell.row + shift) for cell in body]
    rows = before.rows + table.rows - table.header_rows
    return replace(before, rows=rows, cells=(*before.cells, *moved), notes=notes)


def _continues_row(before: RawTable, first: Sequence[Cell]) -> bool:
    """Whether a row with a blank first field goes on the last row, whose own is filled."""
    last = [cell for cell in before.cells if cell.row == before.rows - 1]
    simple = len(last) == len(first) == before.columns and all(
        cell.row_span == cell.column_span == 1 for cell in (*last, *first)
    )
    return (
        simple
        and before.rows > before.header_rows
        and not first[0].text
        and bool(last[0].text)
        and any(cell.text for cell in first)
    )


def _joined_row(before: RawTable, first: Sequence[Cell]) -> list[Cell]:
    rest = {cell.column: cell.text for cell in first}
    return [
        replace(cell, text="\n".join(filter(None, (cell.text, rest[cell.column]))))
        if cell.row == before.rows - 1
        else cell
        for cell in before.cells
    ]


def _finished(table: RawTable, number: int) -> Table:
    return Table(
        number=number,
        rows=table.rows,
        columns=table.columns,
        cells=table.cells,
        header_rows=min(table.header_rows, table.rows),
        title=table.title,
        joined_rows=table.joined_rows,
    )
