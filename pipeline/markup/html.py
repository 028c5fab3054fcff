"""HTML tables → tables with their spans (HTML Living Standard 4.9.12, forming a table)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipeline.characters import map_radicals
from pipeline.markup.blocks import Block
from pipeline.markup.rows import RawTable
from pipeline.model import Cell, Code

_BREAKING = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_MAX_SPAN = 100  # columns; the standard allows 1000, no printed table has as many


@dataclass(slots=True)
class _Field:
    column_span: int
    row_span: int  # 0: to the last row
    is_header: bool
    parts: list[str] = field(default_factory=list)

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self.parts).split("\n"))
        return map_radicals("\n".join(line for line in lines if line))


class _Reader(HTMLParser):
    """Collects the fields of the outermost table; a table inside a cell becomes its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[_Field]] = []
        self.head_rows = 0
        self.caption: list[str] = []
        self.nested = False
        self._depth = 0
        self._field: _Field | None = None
        self._in_head = False
        self._in_caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            self.nested = self.nested or self._depth > 1
        if tag in _BREAKING and self._field:
            self._field.parts.append("\n")
        if self._depth > 1:
            if tag in ("td", "th") and self._field:
                self._field.parts.append(" ")
            return
        if tag in ("thead", "caption"):
            self._in_head = self._in_head or tag == "thead"
            self._in_caption = tag == "caption"
        elif tag == "tr":
            self._start_row()
        elif tag in ("td", "th"):
            self._start_field(tag, dict(attrs))

    def _start_row(self) -> None:
        self._field = None
        self.rows.append([])
        if self._in_head:
            self.head_rows = len(self.rows)

    def _start_field(self, tag: str, attrs: dict[str, str | None]) -> None:
        if not self.rows:
            self.rows.append([])
        self._field = _Field(
            min(max(_span(attrs.get("colspan")), 1), _MAX_SPAN),
            _span(attrs.get("rowspan")),
            tag == "th",
        )
        self.rows[-1].append(self._field)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKING and self._field:
            self._field.parts.append("\n")
        if tag == "table":
            self._depth -= 1
        if self._depth > 1:
            return
        if tag in ("td", "th", "tr"):
            self._field = None
        elif tag == "thead":
            self._in_head = False
        elif tag == "caption":
            self._in_caption = False

    def handle_data(self, data: str) -> None:
        if self._field is not None:
            # Line ends of the source are blanks; those of the print are tags.
            self._field.parts.append(data.replace("\n", " "))
        elif self._in_caption:
            self.caption.append(data)


def _span(value: str | None) -> int:
    try:
        return max(0, int(value)) if value else 1
    except ValueError:
        return 1


def html_to_table(block: Block) -> RawTable:
    """An HTML table → its cells, tiling the grid: gaps are filled, overlaps cut, and reported."""
    reader = _Reader()
    reader.feed(block.text)
    reader.close()
    rows = [row for row in reader.rows if row]
    cells, patched = _place(rows)
    columns = max((cell.column + cell.column_span for cell in cells), default=0)
    notes = []
    if not block.closed:
        notes.append((Code.GRID_BROKEN, "an HTML table is not closed; the text may be cut"))
    if patched:
        notes.append((Code.GRID_BROKEN, f"{patched} places of an HTML table are in no cell"))
    if reader.nested:
        notes.append((Code.GRID_BROKEN, "a table inside a cell is taken as the cell's text"))
    caption = " ".join("".join(reader.caption).split()) or None
    return RawTable(
        len(rows), columns, tuple(cells), _header_rows(reader, rows), caption, tuple(notes)
    )


def _header_rows(reader: _Reader, rows: list[list[_Field]]) -> int:
    """Rows of `thead`, else leading rows of `th` only, else one; grown over their spans."""
    count = reader.head_rows
    while count < len(rows) and all(each.is_header for each in rows[count]):
        count += 1
    count = min(max(count, 1), len(rows))
    at = 0
    while at < count:
        count = max([count, *(at + max(each.row_span, 1) for each in rows[at])])
        count = min(count, len(rows))
        at += 1
    return count


def _place(rows: list[list[_Field]]) -> tuple[list[Cell], int]:
    """Put each field at the first free place of its row; how many places had to be filled."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for at, row in enumerate(rows):
        column = 0
        for each in row:
            while (at, column) in taken:
                column += 1
            width = 1
            while width < each.column_span and (at, column + width) not in taken:
                width += 1
            height = min(each.row_span or len(rows), len(rows) - at)
            height = _free_height(taken, at, column, (width, height))
            taken.update(
                (at + down, column + right) for down in range(height) for right in range(width)
            )
            cells.append(Cell(at, column, height, width, each.text()))
            column += width
    columns = max((column for _, column in taken), default=-1) + 1
    missing = [
        (at, column)
        for at in range(len(rows))
        for column in range(columns)
        if (at, column) not in taken
    ]
    cells.extend(Cell(at, column) for at, column in missing)
    return sorted(cells, key=lambda cell: (cell.row, cell.column)), len(missing)


def _free_height(taken: set[tuple[int, int]], row: int, column: int, size: tuple[int, int]) -> int:
    width, height = size
    for down in range(1, height):
        if any((row + down, column + right) in taken for right in range(width)):
            return down
    return height
