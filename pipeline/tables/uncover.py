"""The end of a broken row under a repeated header, where no border was drawn between them.

Some writers draw no border where they break a row; on the next page the rest of the row then stands
in the cells of the repeated header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from pipeline.model import Cell, Fragment, Word
from pipeline.tables.fill import Part
from pipeline.tables.heads import fold


def uncover_row(head: Sequence[Cell], part: Part) -> Part:
    """Part the repeated header from the row's end that stands in its cells.

    `head`: the table's header cells, over all its columns. The part is given back as it is when its
    first rows are not these cells, each with the same text to begin with.
    """
    rows = max((cell.row + cell.row_span for cell in head), default=0)
    own = {_place(cell): cell for cell in part.cells if cell.row < rows}
    if not rows or own.keys() != {_place(cell) for cell in head}:
        return part
    counts: dict[tuple[int, ...], int] = {}
    for cell in head:
        lines = own[_place(cell)].lines
        count = _header_lines(fold(cell.text), lines)
        if count is None or (count < len(lines) and cell.row + cell.row_span < rows):
            return part
        counts[_place(cell)] = count
    rest = [line for at, n in counts.items() for line in own[at].lines[n:]]
    # Specks of a scan below a heading are the end of no row.
    tops = [line.box.top for line in rest if any(map(str.isalnum, line.text))]
    if not tops or not any(counts.values()):
        return part
    low = [own[_place(c)].fragments[0].box for c in head if c.row + c.row_span == rows]
    y = min(max(min(tops), *(box.top for box in low)), *(box.bottom for box in low))
    return _part_at(part, rows, y, counts)


def _place(cell: Cell) -> tuple[int, ...]:
    return cell.row, cell.column, cell.row_span, cell.column_span


def _header_lines(text: str, lines: Sequence[Word]) -> int | None:
    """How many of the lines are the header's text; None when they are not."""
    if not text:
        return 0
    so_far = accumulate(fold(line.text) for line in lines)
    return next((count for count, known in enumerate(so_far, start=1) if known == text), None)


def _part_at(part: Part, rows: int, y: float, counts: dict[tuple[int, ...], int]) -> Part:
    """The part with a new row below its first `rows`, from `y` on and open at its top."""
    cells = [replace(c, row=c.row + 1) for c in part.cells if c.row >= rows]
    for cell in part.cells:
        if cell.row >= rows:
            continue
        if cell.row + cell.row_span < rows:
            cells.append(cell)
            continue
        count = counts[_place(cell)]
        box = cell.fragments[0].box
        above, below = replace(box, bottom=y), replace(box, top=y)
        cells.append(_cell(cell, Fragment(part.page, above, cell.lines[:count])))
        new = replace(cell, row=rows, row_span=1)
        cells.append(_cell(new, Fragment(part.page, below, cell.lines[count:])))
    return replace(
        part, rows=part.rows + 1, cells=tuple(cells), open_sides=part.open_sides | {"top"}
    )


def _cell(cell: Cell, part: Fragment) -> Cell:
    score = min((line.score for line in part.lines), default=1.0)
    text = "\n".join(line.text for line in part.lines)
    return replace(cell, text=text, score=score, fragments=(part,))
