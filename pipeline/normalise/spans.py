"""Spans expanded: every row of a table with the cells that cover it, and what kind of row it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.model import Cell, Table
from pipeline.normalise.text import fold, join_lines

_HEADING_MARKS = (
    re.compile(r"第?[一二三四五六七八九十百]+(、|[.．]|章|部分|类|篇|$)"),
    re.compile(r"\([一二三四五六七八九十百]+\)"),
    re.compile(r"(\d{1,2}([、.．](?!\d)|$)|[IVX]+[、.．])"),
)
_CHINESE_SERIAL = re.compile(r"[一二三四五六七八九十百]+、?|\([一二三四五六七八九十百]+\)")
_TOTAL = re.compile(r"(合计|总计|小计|共计|总和)([:(].*)?")
_NOTE = re.compile(
    r"(注|备注|说明|附注|注释|填表说明|填报人|制表人|填报单位|联系人|审核人)\d?[:、.]|[*※]"
)
_IMPRINT = re.compile(r"抄送:.*|.*\d{4}年\d{1,2}月\d{1,2}日印发")
"""GB/T 9704-2012, 7.4: who else gets the notice, and when it was printed; below the table it may
look like rows of it."""
_HEADING_MAX = 60  # characters; longer wide cells are text that lost its columns, or a note
_SENTENCE_ENDS = "。；;！!"


class RowKind(StrEnum):
    """What a row of the body is."""

    TASK = "task"
    HEADING = "heading"
    TOTAL = "total"
    NOTE = "note"
    TEXT = "text"  # one cell of running text across the columns
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the grid: for every column the cell that covers it, spans expanded."""

    index: int
    cells: tuple[Cell, ...]

    @property
    def distinct(self) -> tuple[Cell, ...]:
        """The cells without repetition, from left to right."""
        return tuple(dict.fromkeys(self.cells))

    @property
    def is_one_cell(self) -> bool:
        return len(self.cells) > 1 and len(self.distinct) == 1


def table_to_rows(table: Table) -> tuple[Row, ...]:
    """All rows of a table, header included, in order."""
    grid: list[list[Cell | None]] = [[None] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                grid[row][column] = cell
    # A table's cells tile its grid, so no place is left empty.
    return tuple(
        Row(index, tuple(cell for cell in cells if cell is not None))
        for index, cells in enumerate(grid)
    )


def row_kind(row: Row, serial: int | None = None) -> RowKind:
    """The kind of a body row. `serial` is the column of serial numbers, if there is one."""
    filled = [cell for cell in row.distinct if cell.text.strip()]
    if not filled:
        return RowKind.BLANK
    if _IMPRINT.fullmatch(fold("".join(cell.text for cell in filled))):
        return RowKind.NOTE
    own = [cell for cell in filled if cell.row_span == 1]
    lead = fold((own or filled)[0].text)
    if _TOTAL.fullmatch(lead) and len(row.cells) > 1:
        return RowKind.TOTAL
    wide = _wide_cell(own, row, serial)
    if wide is None:
        return RowKind.TASK
    text = fold(wide.text)
    if _NOTE.match(text):
        return RowKind.NOTE
    if len(text) > _HEADING_MAX or text[-1:] in _SENTENCE_ENDS:
        return RowKind.TEXT
    return RowKind.HEADING


def _wide_cell(own: Sequence[Cell], row: Row, serial: int | None) -> Cell | None:
    """The one cell that says all of the row: wide, or alone and written as a heading."""
    texts = list(own)
    if len(texts) == 2 and _CHINESE_SERIAL.fullmatch(fold(texts[0].text)):
        texts = texts[1:]
        if texts[0].column_span == 1 and _filled_beside(texts[0], row):
            return None
    if len(texts) != 1 or len(row.cells) < 2:
        return None
    cell = texts[0]
    if 2 * cell.column_span > len(row.cells):
        return cell
    text = fold(cell.text)
    alone = not _filled_beside(cell, row)
    if alone and cell.column_span == 1 and len(row.cells) > 2:
        marked = heading_level(text) in (1, 2) or bool(_NOTE.match(text))
        if marked and (cell.column != serial or len(text) > 3):
            return cell
    return None


def _filled_beside(cell: Cell, row: Row) -> bool:
    others = (c for c in row.distinct if c is not cell and c.text.strip())
    return any(c.column > cell.column or c.row_span > 1 for c in others)


def heading_level(text: str) -> int:
    """1 for 一、 2 for （一） 3 for 1. and 4 for headings without a mark."""
    folded = fold(text)
    for level, mark in enumerate(_HEADING_MARKS, start=1):
        if mark.match(folded):
            return level
    return len(_HEADING_MARKS) + 1


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings in force at a row: (level, text), from the highest level down."""

    path: tuple[tuple[int, str], ...] = ()

    def below(self, row: Row) -> Headings:
        """The headings in force after the heading row `row`."""
        cells = [cell for cell in row.distinct if cell.text.strip() and cell.row_span == 1]
        parts = [join_lines(cell.text.split("\n")) for cell in cells]
        text = "、".join(part.rstrip("、") for part in parts)
        level = heading_level(text)
        kept = tuple(item for item in self.path if item[0] < level and level <= 3)
        return Headings((*kept, (level, text)))

    @property
    def category(self) -> str | None:
        """The headings joined with "/"; None when there are none."""
        return "/".join(text for _, text in self.path) or None
