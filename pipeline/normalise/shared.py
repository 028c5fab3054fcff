"""Blank cells that share the text above them, in tables whose cells no ruling shows.

Where rulings are printed, a merged cell is seen. Without them its text stands at one place and the
rest of it is blank: a leader or a deadline without a rule below it is that of the rows below too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Cell, Code, Finding, Severity, Table, Word
from pipeline.normalise.headers import Header
from pipeline.normalise.spans import heading_level
from pipeline.normalise.tasks import cell_finding

ROLES = ("category", "leaders", "lead_units", "units", "deadline")
"""What rows may have in common; each has a name, measures and remarks of its own."""
NUMBERED = 2
"""So many numbered categories show that each is."""
LEVEL = 0.7
"""Line heights; how far below the first line of a high cell a serial set at its top may stand."""
HIGH = 3
"""Lines of a cell that tells whether a serial stands at its top or in its middle."""


def share_blanks(table: Table, header: Header) -> tuple[Table, list[Finding]]:
    """A concluded table with blank cells of `ROLES` taken into those above, and a doubt for each.

    Other tables are given back as they are. A blank cell below the heading has nothing above it.
    Where categories are numbered, one without a number is the rest of that above, which a page end
    cut; and where serials stand at the top of their rows, a category begins at its own text and
    goes on to the next for sure.
    """
    if not table.concluded:
        return table, []
    cells = list(table.cells)
    findings: list[Finding] = []
    for column in header.with_role(*ROLES):
        own = [c for c in cells if c.column == column.index and c.row >= header.rows]
        own.sort(key=lambda cell: cell.row)
        numbered = column.role == "category" and _are_numbered(own)
        sure = numbered and _stand_at_top(table, header)
        for whole, rests in _runs(own, numbered):
            cells = [cell for cell in cells if cell not in (whole, *rests)]
            cells.append(_with_rests(whole, rests))
            findings += [
                _doubt(table, column.role or "", whole, rest, sure and not rest.text)
                for rest in rests
            ]
    return replace(table, cells=tuple(cells)), findings


def _are_numbered(cells: Sequence[Cell]) -> bool:
    """Whether categories are numbered (一、 二、), but for the rests of some."""
    texts = [cell.text for cell in cells if cell.text.strip()]
    numbered = sum(map(_has_number, texts))
    return numbered >= NUMBERED and 2 * numbered >= len(texts) and _has_number(texts[0])


def _has_number(text: str) -> bool:
    return heading_level(text) in (1, 2)


def _stand_at_top(table: Table, header: Header) -> bool:
    """Whether serials stand at the top of their rows and not in their middle."""
    serials = {column.index for column in header.with_role("serial")}
    found = []
    for serial in (c for c in table.cells if c.column in serials and c.row >= header.rows):
        beside = [c for c in table.cells if c.row == serial.row and c.column not in serials]
        high = max(beside, key=lambda cell: len(_first(cell)), default=serial)
        if _first(serial) and len(_first(high)) >= HIGH:
            low = _first(serial)[0].box.y_mid - _first(high)[0].box.y_mid
            found.append(low < LEVEL * _first(high)[0].box.height)
    return len(found) >= NUMBERED and all(found)


def _first(cell: Cell) -> Sequence[Word]:
    """The lines of a cell on its first page."""
    return cell.fragments[0].lines if cell.fragments else ()


def _runs(cells: Sequence[Cell], numbered: bool) -> list[tuple[Cell, list[Cell]]]:
    """Each cell with text that has rests of its width just below it, and these.

    Rests are blank, or without a number where texts are `numbered`.
    """
    runs: list[tuple[Cell, list[Cell]]] = []
    end = -1  # below what may go on
    for cell in cells:
        text = cell.text.strip()
        below = bool(runs) and cell.row == end and cell.column_span == runs[-1][0].column_span
        if below and (not text or (numbered and not _has_number(text))):
            runs[-1][1].append(cell)
        elif text:
            runs.append((cell, []))
        else:
            continue
        end = cell.row + cell.row_span
    return [(whole, rests) for whole, rests in runs if rests]


def _with_rests(whole: Cell, rests: Sequence[Cell]) -> Cell:
    texts = [cell.text for cell in (whole, *rests) if cell.text.strip()]
    return replace(
        whole,
        row_span=whole.row_span + sum(rest.row_span for rest in rests),
        text="\n".join(texts),
        score=min(cell.score for cell in (whole, *rests)),
        fragments=(*whole.fragments, *(part for rest in rests for part in rest.fragments)),
    )


def _doubt(table: Table, role: str, whole: Cell, rest: Cell, sure: bool) -> Finding:
    text = "".join(whole.text.split())
    severity = Severity.INFO if sure else Severity.WARNING
    if rest.text:
        other = "".join(rest.text.split())
        message = f"{role} has no number here, taken as the rest of that above: {text} / {other}"
    else:
        message = f"{role} is blank here and no ruling shows why, taken as that above: {text[:40]}"
    return cell_finding(table, rest, (Code.TABLE_UNRULED, severity, message))
