"""Rows of a task table → tasks: spans expanded, texts joined, names and units split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.config import TEXT_ROLES, Settings
from pipeline.model import Cell, Code, Finding, Provenance, Severity, Table, Task
from pipeline.normalise.cuts import UNSURE as CUT_UNSURE
from pipeline.normalise.cuts import Cuts, mend_cut_cells
from pipeline.normalise.directory import Directory
from pipeline.normalise.headers import Header
from pipeline.normalise.identify import identify_all, identity_doubts
from pipeline.normalise.names import NameReading, Roster, cell_to_names
from pipeline.normalise.parties import leader_parties, numbered, unit_parties
from pipeline.normalise.row_doubts import row_doubts, seldom_parted
from pipeline.normalise.serials import serial_without_specks
from pipeline.normalise.spans import Headings, Row, RowKind, row_kind, table_to_rows
from pipeline.normalise.text import clean, join_lines
from pipeline.normalise.unit_roles import says_first_leads
from pipeline.normalise.units import UnitReading, cell_to_units, with_first_leading
from pipeline.normalise.words import looks_columnwise
from pipeline.party import Party

STAGE = "normalise"

_GAP = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_LEFT_OUT = {
    RowKind.TOTAL: (Severity.INFO, "a row of totals"),
    RowKind.NOTE: (Severity.INFO, "a note"),
    RowKind.TEXT: (Severity.WARNING, "one cell of running text across the columns"),
    RowKind.BLANK: (Severity.INFO, "a blank row"),
}


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table whose rows are tasks, with its header read."""

    table: Table
    header: Header

    @property
    def title(self) -> str | None:
        return self.table.title or self.header.title

    @property
    def serial_column(self) -> int | None:
        return next((column.index for column in self.header.with_role("serial")), None)

    def body(self) -> tuple[Row, ...]:
        return table_to_rows(self.table)[self.header.rows :]

    def task_rows(self) -> tuple[Row, ...]:
        """The rows of the body that are tasks."""
        serial = self.serial_column
        return tuple(row for row in self.body() if row_kind(row, serial) is RowKind.TASK)


@dataclass(frozen=True, slots=True)
class Aids:
    """What the whole document teaches about single cells."""

    roster: Roster
    directory: Directory
    texts: tuple[str, ...]
    first_leads: bool = False


def cell_finding(table: Table, cell: Cell, doubt: tuple[Code, Severity, str]) -> Finding:
    """A doubt about a cell, at the place where it begins."""
    page, box = next(((part.page, part.box) for part in cell.fragments), (None, None))
    return Finding(STAGE, *doubt, page=page, box=box, table_no=table.number)


@dataclass(slots=True)
class _Draft:
    """One row on its way to a task. Lists follow the printed order of columns."""

    table: TaskTable
    row: Row
    row_no: int
    cuts: Cuts
    strays: frozenset[int]
    findings: list[Finding] = field(default_factory=list)
    places: list[Provenance] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)

    def doubt(self, cell: Cell, doubt: tuple[Code, Severity, str]) -> None:
        finding = cell_finding(self.table.table, cell, doubt)
        self.findings.append(replace(finding, row_no=self.row_no))

    def cells_of(self, role: str) -> list[Cell]:
        """The cells of the role's columns in this row, each once; their places are noted."""
        columns = self.table.header.with_role(role)
        cells = list(dict.fromkeys(self.row.cells[column.index] for column in columns))
        self.places.extend(
            Provenance(role, part.page, part.box) for cell in cells for part in cell.fragments
        )
        return cells


def table_to_tasks(
    table: TaskTable, aids: Aids, settings: Settings
) -> tuple[list[Task], list[Finding]]:
    """The tasks of one table, in printed order, and what is doubtful about them.

    Rows that are no tasks (headings, totals, notes, blank rows) are reported and not numbered; a
    heading is the category of the rows below when no column has that role.
    """
    serial = table.serial_column
    columns = [column.index for column in table.header.with_role("leaders")]
    cuts = mend_cut_cells(table.task_rows(), columns, aids.roster, settings, table.table.concluded)
    strays = seldom_parted(table.table, table.header)
    has_category = bool(table.header.with_role("category"))
    headings = Headings()
    tasks: list[Task] = []
    findings: list[Finding] = []
    for row in table.body():
        kind = row_kind(row, serial)
        if kind is RowKind.TASK:
            draft = _Draft(table, row, len(tasks) + 1, cuts, strays)
            tasks.append(_build(draft, None if has_category else headings, aids, settings))
            findings.extend(draft.findings)
        elif kind is RowKind.HEADING:
            headings = headings.below(row)
            use = "left out" if has_category else "taken as the category of the rows below"
            findings.append(_row_finding(table, row, Severity.INFO, f"a heading, {use}"))
        else:
            severity, what = _LEFT_OUT[kind]
            findings.append(_row_finding(table, row, severity, f"{what}, not taken as a task"))
    return tasks, findings


def _row_finding(table: TaskTable, row: Row, severity: Severity, what: str) -> Finding:
    filled = [cell for cell in row.distinct if cell.text.strip()]
    text = clean(" ".join(cell.text for cell in filled))[:60]
    part = next((part for cell in row.distinct for part in cell.fragments), None)
    return Finding(
        STAGE,
        Code.TEXT_OUTSIDE if filled else Code.EMPTY_CELL,
        severity,
        f"row {row.index + 1} of the grid is {what}" + (f": {text}" if text else ""),
        page=part.page if part else None,
        # No box: between two tasks, a box could be taken for part of one of them.
        table_no=table.table.number,
    )


def _build(draft: _Draft, headings: Headings | None, aids: Aids, settings: Settings) -> Task:
    texts = {role: _text(draft, role) for role in TEXT_ROLES}
    if headings is not None:
        texts["category"] = headings.category
    texts["serial"] = _clean_serial(draft, texts["serial"])
    texts["name"] = _restored_name(draft, texts["name"], aids.texts)
    leaders = _leaders(draft, aids.roster, settings)
    lead_units, units = _units(draft, aids, settings)
    table = draft.table
    for cell, doubt in row_doubts(table.table, table.header, draft.row, draft.strays):
        draft.doubt(cell, doubt)
    filled = [cell for cell in draft.row.distinct if cell.text.strip()]
    return Task(
        table_no=draft.table.table.number,
        row_no=draft.row_no,
        table_title=draft.table.title,
        serial=texts["serial"],
        category=texts["category"],
        name=texts["name"],
        superior_measures=texts["superior_measures"],
        local_measures=texts["local_measures"],
        leaders=leaders,
        lead_units=lead_units,
        units=units,
        deadline=texts["deadline"],
        remark=texts["remark"],
        cells=tuple(
            (column.key, draft.row.cells[column.index].text)
            for column in draft.table.header.columns
        ),
        pages=_pages(draft.row),
        confidence=min((cell.score for cell in filled), default=1.0),
        places=tuple(dict.fromkeys(draft.places)),
        parties=numbered(draft.parties),
    )


def _text(draft: _Draft, role: str) -> str | None:
    """The role's text: None when no column has the role, "" when the printed cell is blank.

    Chinese is written without blanks: those between two characters are gaps of justified lines.
    """
    if not draft.table.header.with_role(role):
        return None
    texts = (join_lines(cell.text.split("\n")) for cell in draft.cells_of(role))
    return "\n".join(dict.fromkeys(_GAP.sub("", text) for text in texts if text))


def _clean_serial(draft: _Draft, serial: str | None) -> str | None:
    """A serial that was recognised without the specks of a scan that were read as marks."""
    columns = draft.table.header.with_role("serial")
    cells = [draft.row.cells[column.index] for column in columns]
    if not serial or serial.isdecimal() or all(cell.score >= 1 for cell in cells):
        return serial
    column = [row.cells[columns[0].index].text for row in draft.table.body()]
    found = serial_without_specks(serial, column)
    if found != serial:
        message = f"serial {serial} taken as {found}"
        draft.doubt(cells[0], (Code.SERIAL_ODD, Severity.WARNING, message))
    return found


def _restored_name(draft: _Draft, name: str | None, texts: Sequence[str]) -> str | None:
    """The name with its columns read as rows, where dictionary and notice speak for that.

    Only for text without positions: with them, the lines are known.
    """
    for column in draft.table.header.with_role("name"):
        cell = draft.row.cells[column.index]
        if cell.fragments:
            continue
        reading = looks_columnwise(cell.text, [text for text in texts if text != cell.text])
        if reading is not None:
            draft.doubt(cell, reading.doubt)
            name = reading.restored or name
    return name


def _leaders(draft: _Draft, roster: Roster, settings: Settings) -> tuple[str, ...]:
    names: list[str] = []
    for cell in draft.cells_of("leaders"):
        whole = draft.cuts.whole_of(cell)
        reading: NameReading = cell_to_names(whole or cell, roster, settings)
        if whole:
            whose = "、".join(reading.names)
            message = f"put together, for the end of a page or row cut the cell: {whose}"
            draft.doubt(cell, (Code.NAME_RESTORED, Severity.WARNING, message))
        if draft.cuts.is_unsure(cell):
            draft.doubt(cell, CUT_UNSURE)
        names.extend(reading.names)
        draft.parties.extend(leader_parties(reading))
        for doubt in reading.doubts:
            draft.doubt(cell, doubt)
    return tuple(names)


def _units(
    draft: _Draft, aids: Aids, settings: Settings
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Units that lead and units that take part; marks inside a cell (牵头：…) count as columns."""
    directory, header = aids.directory, draft.table.header
    keys = [column.key for column in header.with_role("units")]
    first_leads = (aids.first_leads or any(map(says_first_leads, keys))) and not header.with_role(
        "lead_units"
    )
    lead: list[str] = []
    units: list[str] = []
    for role in ("lead_units", "units"):
        for cell in draft.cells_of(role):
            reading: UnitReading = cell_to_units(cell, settings, directory)
            if first_leads:
                reading = with_first_leading(reading)
            marked = role == "units" or bool(reading.lead)
            leading, others = (reading.lead, reading.units) if marked else (reading.units, ())
            lead.extend(leading)
            units.extend(others)
            known = identify_all((*leading, *others), directory)
            unsure = reading.unsure
            draft.parties += unit_parties(known[: len(leading)], "lead_unit", doubted=unsure)
            draft.parties += unit_parties(known[len(leading) :], "unit", doubted=unsure)
            for doubt in (*reading.doubts, *identity_doubts(known)):
                draft.doubt(cell, doubt)
    return tuple(lead), tuple(units)


def _pages(row: Row) -> tuple[int, ...]:
    """Pages of the row's own cells; a category that spans rows says nothing about this one."""
    own = [cell for cell in row.distinct if cell.row_span == 1] or row.distinct
    return tuple(sorted({page for cell in own for page in cell.pages}))


def texts_of(tables: Sequence[TaskTable]) -> list[str]:
    """All texts of the tables' bodies, each cell once."""
    return [cell.text for table in tables for cell in table.table.cells if cell.text]
