"""Ruled cells that went into no table: perhaps the end of a table's last row, or rows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.geometry import BBox, union
from pipeline.model import Code, Finding, Severity
from pipeline.tables.fill import STAGE, Part
from pipeline.tables.stitch import Draft


def doubt_leftovers(kept: Sequence[Draft], refused: Sequence[Draft]) -> Iterator[Finding]:
    """Findings where cells with text are in no table: at them, and at the last row before them.

    At the row alone nothing would be told where it was read wrong as well: then it may stand
    anywhere, and the page of the cells looks as if nothing were on it.
    """
    for draft in refused:
        part = draft.last
        text = "".join("".join(cell.text.split()) for cell in draft.cells)
        if draft.columns < 2 or not text:
            continue
        message = f"cells with text went into no table: {text}"
        yield Finding(STAGE, Code.TEXT_OUTSIDE, Severity.WARNING, message, part.page, part.box)
        table = next((other for other in reversed(kept) if _is_after(part, other.last)), None)
        if table is not None:
            message = "cells after the table stand in other columns, and were not taken for its end"
            box = _last_row(table)
            page = table.last.page
            yield Finding(STAGE, Code.ROW_JOIN_DOUBTFUL, Severity.WARNING, message, page, box)


def _is_after(part: Part, before: Part) -> bool:
    """Whether a part stands at the top of the next page, or below on the same one."""
    if part.page == before.page:
        return part.box.top >= before.box.bottom - part.look.unit
    return part.page == before.page + 1


def _last_row(draft: Draft) -> BBox:
    cells = [cell for cell in draft.cells if cell.row + cell.row_span == draft.rows]
    boxes = [f.box for cell in cells for f in cell.fragments if f.page == draft.last.page]
    return union(boxes) if boxes else draft.last.box
