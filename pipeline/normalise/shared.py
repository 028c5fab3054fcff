"""Blank cells that share the text above them, in tables whose cells no ruling shows.

Where rulings are printed, a merged cell is seen. Without them its text stands at one place and the
rest of it is blank: a leader or a deadline without a rule below it is that of the rows below too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Cell, Code, Finding, Severity, Table
from pipeline.normalise.headers import Header
from pipeline.normalise.tasks import cell_finding

ROLES = ("category", "leaders", "lead_units", "units", "deadline")
"""What rows may have in common; each has a name, measures and remarks of its own."""


def share_blanks(table: Table, header: Header) -> tuple[Table, list[Finding]]:
    """A concluded table with blank cells of `ROLES` taken into those above, and a doubt for each.

    Other tables are given back as they are. A blank cell below the heading has nothing above it.
    """
    if not table.concluded:
        return table, []
    cells = list(table.cells)
    findings: list[Finding] = []
    for column in header.with_role(*ROLES):
        own = [c for c in cells if c.column == column.index and c.row >= header.rows]
        own.sort(key=lambda cell: cell.row)
        for whole, blanks in _runs(own):
            cells = [cell for cell in cells if cell not in (whole, *blanks)]
            cells.append(_with_blanks(whole, blanks))
            findings += [_doubt(table, column.role or "", whole, blank) for blank in blanks]
    return replace(table, cells=tuple(cells)), findings


def _runs(cells: Sequence[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """Each cell with text that has blank ones of its width just below it, and these."""
    runs: list[tuple[Cell, list[Cell]]] = []
    end = -1  # below what may go on
    for cell in cells:
        if cell.text.strip():
            runs.append((cell, []))
        elif runs and cell.row == end and cell.column_span == runs[-1][0].column_span:
            runs[-1][1].append(cell)
        else:
            continue
        end = cell.row + cell.row_span
    return [(whole, blanks) for whole, blanks in runs if blanks]


def _with_blanks(whole: Cell, blanks: Sequence[Cell]) -> Cell:
    span = whole.row_span + sum(blank.row_span for blank in blanks)
    parts = [part for cell in blanks for part in cell.fragments]
    return replace(whole, row_span=span, fragments=(*whole.fragments, *parts))


def _doubt(table: Table, role: str, whole: Cell, blank: Cell) -> Finding:
    text = "".join(whole.text.split())
    message = f"{role} is blank here and no ruling shows why, taken as that above: {text[:40]}"
    return cell_finding(table, blank, (Code.TABLE_UNRULED, Severity.WARNING, message))
