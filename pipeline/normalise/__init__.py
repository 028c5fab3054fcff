"""From a layout to tasks and the elements of the letter: the algorithm's table of contents.

Tasks: headers → roles, spans expanded, then for each row texts joined and names and units split.
Letter: lines outside tables → elements of GB/T 9704-2012. Nothing here reads or writes files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.config import Settings
from pipeline.model import Cell, Code, Document, Finding, Layout, Severity, Table, Task
from pipeline.normalise.categories import mark_numbers
from pipeline.normalise.directory import Directory, learn_units, open_directory
from pipeline.normalise.headers import Header, inherit_header, table_to_header
from pipeline.normalise.letter import prose_to_document
from pipeline.normalise.names import learn_roster
from pipeline.normalise.shared import share_blanks
from pipeline.normalise.tasks import (
    STAGE,
    Aids,
    TaskTable,
    cell_finding,
    table_to_tasks,
    texts_of,
)
from pipeline.normalise.text import fold
from pipeline.normalise.unit_roles import says_first_leads
from pipeline.normalise.units import cell_to_units

__all__ = ["layout_to_document", "layout_to_tasks", "select_task_tables"]

_COUNTED = 3  # numbers in turn: fewer may be anything


def layout_to_tasks(
    layout: Layout, settings: Settings, letter: Document | None = None
) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """The tasks of all task tables, in printed order, and what is doubtful about them.

    `letter`: the elements of the notice, whose issuer tells what 县 in 县发改局 means.
    """
    tables, findings = select_task_tables(layout.tables, settings)
    prose = [line.text for page in layout.prose for line in page.lines]
    letter = letter or Document()
    texts = (*texts_of(tables), *prose)
    whole = (*texts, "".join(prose))
    start = open_directory(letter, whole, settings)
    aids = Aids(
        roster=learn_roster(_cells_with_role(tables, "leaders"), settings),
        directory=learn_units(start, _units(tables, start, settings), letter, whole),
        texts=texts,
        first_leads=says_first_leads("".join(prose))
        or any("下同" in text and says_first_leads(text) for text in texts_of(tables)),
    )
    tasks: list[Task] = []
    for table in tables:
        found, doubts = table_to_tasks(table, aids, settings)
        tasks.extend(found)
        findings.extend(doubts)
    return tuple(tasks), tuple(findings)


def layout_to_document(layout: Layout, settings: Settings) -> tuple[Document, tuple[Finding, ...]]:
    """The elements of the letter, from the lines outside tables; None where nothing is printed."""
    return prose_to_document(layout.prose, settings.letter)


def select_task_tables(
    tables: Sequence[Table], settings: Settings
) -> tuple[list[TaskTable], list[Finding]]:
    """The tables whose rows are tasks, and what is doubtful about headers."""
    chosen: list[TaskTable] = []
    findings: list[Finding] = []
    left: list[Finding] = []
    for table in tables:
        header = table_to_header(table, settings.headers)
        if not header.is_task and chosen and _goes_on(table, chosen[-1]):
            header = inherit_header(header, chosen[-1].header)
        if header.is_task:
            marked, lost = mark_numbers(table, header)
            shared, doubts = share_blanks(marked, header)
            chosen.append(TaskTable(shared, header))
            findings += [*_header_findings(table, header), *lost, *doubts]
            if header.rows == 0 and len(chosen) > 1 and not _begins_with_serial(chosen[-1]):
                findings.append(_cut_off(chosen[-2].table))
        elif _half_a_task_table(header):
            findings.append(_not_taken(table, "serials and parties but no known column of tasks"))
            if chosen and _begins_with_rest(table, header):
                findings.append(_cut_off(chosen[-1].table))
        elif any(_resembles(table, header, other) for other in chosen):
            findings.append(_not_taken(table, "columns of the task table before, yet no party"))
        elif chosen and _counts_on(table, chosen[-1]):
            findings.append(_not_taken(table, "serials that follow those of the task table before"))
            findings.append(_cut_off(chosen[-1].table))
        elif _lacks_parties(header, settings):
            left.append(_not_taken(table, "serials and tasks but no known party"))
        elif _counts_under_no_header(table, header):
            left.append(_not_taken(table, "rows that are counted, but no known header over them"))
    if not chosen:  # beside a task table, others may be lists of projects or laws
        findings += left
    return chosen, findings


def _goes_on(table: Table, before: TaskTable) -> bool:
    """Whether the first serial follows the last one of a task table of the same columns.

    Above it may stand the end of that one's row.
    """
    column = before.serial_column
    if table.columns != before.table.columns or column is None or not table.rows:
        return False
    return _follows(_first_text(table, column), before)


def _counts_on(table: Table, before: TaskTable) -> bool:
    """Whether a table of other columns counts on in its first one: rows that went astray."""
    if not before.header.with_role("serial") or not table.rows:
        return False
    return _follows(_first_text(table, 0), before)


def _begins_with_serial(table: TaskTable) -> bool:
    column = table.serial_column
    return column is None or bool(table.table.cell_at(0, column).text.strip())


def _first_text(table: Table, column: int) -> str:
    texts = (table.cell_at(row, column).text for row in range(table.rows))
    return next((text for text in texts if text.strip()), "")


def _follows(serial: str, before: TaskTable) -> bool:
    """Whether a serial is the next after the last one of a table."""
    last = [int(text) for text in _serials(before) if text.isdecimal()]
    first = fold(serial)
    return bool(last) and first.isdecimal() and int(first) == last[-1] + 1


def _serials(table: TaskTable) -> list[str]:
    index = table.header.with_role("serial")[0].index
    return [fold(row.cells[index].text) for row in table.task_rows()]


def _half_a_task_table(header: Header) -> bool:
    roles = {column.role for column in header.columns}
    return "serial" in roles and bool(roles & {"leaders", "lead_units", "units", "deadline"})


def _cut_off(table: Table) -> Finding:
    """A doubt about the last row of a table whose rows go on apart from it."""
    last = [cell for cell in table.cells if cell.row + cell.row_span == table.rows]
    message = "the rows that follow stand in a table of their own: the end of this one may be lost"
    doubt = (Code.ROW_JOIN_DOUBTFUL, Severity.WARNING, message)
    return cell_finding(table, max(last, key=lambda cell: cell.row), doubt)


def _lacks_parties(header: Header, settings: Settings) -> bool:
    roles = {column.role for column in header.columns}
    return not header.refused and "serial" in roles and bool(roles & set(settings.headers.what))


def _begins_with_rest(table: Table, header: Header) -> bool:
    """Whether the first row has no serial: it may be the rest of one of the table before."""
    (serial,) = [column.index for column in header.columns if column.role == "serial"][:1]
    return table.rows > header.rows and not table.cell_at(header.rows, serial).text.strip()


def _counts_under_no_header(table: Table, header: Header) -> bool:
    """Whether the first column counts 1, 2, 3 and its header was not read as one of serials."""
    if header.refused or "serial" in {column.role for column in header.columns}:
        return False
    texts = (fold(table.cell_at(row, 0).text) for row in range(table.rows))
    numbers = [text for text in texts if text.isdecimal()]
    return len(numbers) >= _COUNTED and numbers == [str(at + 1) for at in range(len(numbers))]


def _header_findings(table: Table, header: Header) -> Iterable[Finding]:
    for code, severity, message in header.doubts:
        yield Finding(STAGE, code, severity, message, _page(table), table_no=table.number)


def _resembles(table: Table, header: Header, other: TaskTable) -> bool:
    """Whether most columns have the roles that they have in a task table: a part gone astray."""
    if table.columns != other.table.columns:
        return False
    pairs = zip(header.columns, other.header.columns, strict=True)
    shared = sum(mine.role is not None and mine.role == its.role for mine, its in pairs)
    return 2 * shared > table.columns


def _not_taken(table: Table, what: str) -> Finding:
    message = f"table {table.number} has {what}"
    return Finding(
        STAGE, Code.HEADER_MISSING, Severity.WARNING, message, _page(table), table_no=table.number
    )


def _page(table: Table) -> int | None:
    return table.pages[0] if table.pages else None


def _units(tables: Sequence[TaskTable], start: Directory, settings: Settings) -> list[str]:
    """The units of all rows as printed, for what the notice itself teaches about them."""
    cells = [cell for role in ("lead_units", "units") for cell in _cells_with_role(tables, role)]
    readings = [cell_to_units(cell, settings, start) for cell in cells]
    return [unit for reading in readings for unit in (*reading.lead, *reading.units)]


def _cells_with_role(tables: Sequence[TaskTable], role: str) -> list[Cell]:
    return list(
        dict.fromkeys(
            row.cells[column.index]
            for table in tables
            for row in table.task_rows()
            for column in table.header.with_role(role)
        )
    )
