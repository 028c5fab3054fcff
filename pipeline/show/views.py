"""Rows of the contract as what is shown of them: one value, one row, one finding, one page.

Pure; the templates only lay these out. The review page and the one-file page share them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.corrections import COLUMNS, LIST_COLUMNS, Corrected, CorrectedRow
from pipeline.model import Severity
from pipeline.row_types import FindingRow, PlaceRow, TaskRow
from pipeline.show.labels import COLUMN_LABELS, SEVERITY_LABELS, code_label
from pipeline.show.messages import message_in_chinese

_WEIGHT = {"error": 0, "warning": 1, "info": 2}
_GOOD, _BAD = 0.98, 0.6  # scores shown wholly good and wholly bad
_STEPS = 9


class PlaceView(NamedTuple):
    """Where a value stands: page from 1, box in points."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class FieldView:
    """One value of a row. `read` is what the program read, where a person says otherwise."""

    column: str
    label: str
    items: tuple[str, ...]
    is_list: bool
    absent: bool
    places: tuple[PlaceView, ...]
    step: int
    corrected: bool
    read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding. `number` is its place in the document, `row` the key of its row or "", `serial`
    the row's serial.

    `message` is in Chinese, `original` as it is written.
    """

    number: int
    severity: str
    severity_label: str
    code: str
    label: str
    message: str
    original: str
    page: int | None
    places: tuple[PlaceView, ...]
    row: str
    serial: str
    settled: str | None

    @property
    def is_doubt(self) -> bool:
        """Whether it puts anything in doubt that nobody has settled."""
        return self.severity != Severity.INFO.value and self.settled is None


@dataclass(frozen=True, slots=True)
class RowView:
    """One row with its values and its findings."""

    key: str
    table_no: int
    row_no: int
    serial: str
    pages: tuple[int, ...]
    step: int
    confidence: float
    fields: tuple[FieldView, ...]
    findings: tuple[FindingView, ...]
    reviewed: bool
    last: str
    last_id: int

    @property
    def doubts(self) -> tuple[FindingView, ...]:
        return tuple(finding for finding in self.findings if finding.is_doubt)


@dataclass(frozen=True, slots=True)
class RowsView:
    """All rows and findings of a document, and the columns that it has."""

    rows: tuple[RowView, ...]
    findings: tuple[FindingView, ...]
    columns: tuple[str, ...]

    @property
    def flagged(self) -> int:
        return sum(1 for row in self.rows if row.doubts)

    @property
    def reviewed(self) -> int:
        return sum(1 for row in self.rows if row.reviewed)


def corrected_to_view(corrected: Corrected) -> RowsView:
    """What is shown of a document's rows as they stand now."""
    return Viewing().view(corrected)


class Viewing:
    """What is shown of one document, again and again while it is corrected.

    A row that stands as it stood is not made again.
    """

    def __init__(self) -> None:
        self._made: dict[str, tuple[tuple[object, ...], RowView]] = {}

    def view(self, corrected: Corrected) -> RowsView:
        """All rows and findings as they stand now."""
        rows_of = {(s.task.table_no, s.task.row_no): s for s in corrected.states}
        findings = tuple(
            _finding(number, finding, rows_of.get((finding.table_no or 0, finding.row_no or 0)))
            for number, finding in enumerate(corrected.rows.findings)
        )
        by_row: dict[str, list[FindingView]] = {}
        for finding in findings:
            if finding.row:
                by_row.setdefault(finding.row, []).append(finding)
        columns = used_columns(corrected.rows.tasks)
        rows = (
            self._row(state, columns, by_weight(by_row.get(state.ref.key, ())))
            for state in corrected.states
        )
        return RowsView(tuple(rows), findings, columns)

    def _row(
        self, state: CorrectedRow, columns: tuple[str, ...], findings: tuple[FindingView, ...]
    ) -> RowView:
        key = state.ref.key
        known = self._made.get(key)
        # The row itself, not one like it: comparing all its texts would cost as much as making it.
        if known is None or known[0][0] is not state or known[0][1:] != (columns, findings):
            known = self._made[key] = ((state, columns, findings), _row(state, columns, findings))
        return known[1]


def by_weight(findings: Iterable[FindingView]) -> tuple[FindingView, ...]:
    """Open ones first, then the weightiest, then in the order of the document."""
    return tuple(
        sorted(findings, key=lambda f: (f.settled is not None, _WEIGHT[f.severity], f.number))
    )


def used_columns(tasks: Sequence[TaskRow]) -> tuple[str, ...]:
    """The columns that any task has a value in, or a printed cell for."""
    return tuple(
        column
        for column in COLUMNS
        if any(getattr(task, column) not in (None, ()) for task in tasks)
    )


def score_step(score: float) -> int:
    """A score as a step from 0 (bad) to 9 (good), for its colour."""
    share = (score - _BAD) / (_GOOD - _BAD)
    return round(_STEPS * min(1.0, max(0.0, share)))


def items_of(value: object) -> tuple[str, ...]:
    """A value as what is shown: the members of a list, or one text."""
    if isinstance(value, tuple):
        return value
    return (str(value),) if value else ()


def _row(
    state: CorrectedRow,
    columns: Sequence[str],
    findings: tuple[FindingView, ...],
) -> RowView:
    task = state.task
    by_column: dict[str, list[PlaceRow]] = {}
    for place in state.places:
        by_column.setdefault(place.column, []).append(place)
    return RowView(
        key=state.ref.key,
        table_no=task.table_no,
        row_no=task.row_no,
        serial=task.serial or "",
        pages=task.pages,
        step=score_step(task.confidence),
        confidence=task.confidence,
        fields=tuple(_field(state, column, by_column.get(column, ())) for column in columns),
        findings=findings,
        reviewed=task.reviewed,
        last=f"{state.last.who} · {state.last.when[:16].replace('T', ' ')}" if state.last else "",
        last_id=state.last.id if state.last else 0,
    )


def _field(state: CorrectedRow, column: str, places: Sequence[PlaceRow]) -> FieldView:
    value, read = getattr(state.task, column), getattr(state.read, column)
    corrected = value != read
    score = min((place.score for place in places), default=1.0)
    return FieldView(
        column=column,
        label=COLUMN_LABELS[column],
        items=items_of(value),
        is_list=column in LIST_COLUMNS,
        absent=value is None,
        places=tuple(PlaceView(p.page, p.x0, p.top, p.x1, p.bottom) for p in places),
        step=score_step(score),
        corrected=corrected,
        read=items_of(read) if corrected else (),
    )


def _finding(number: int, finding: FindingRow, row: CorrectedRow | None) -> FindingView:
    box = finding.box
    return FindingView(
        number=number,
        severity=finding.severity,
        severity_label=SEVERITY_LABELS[finding.severity],
        code=finding.code,
        label=code_label(finding.code),
        message=message_in_chinese(finding.code, finding.message),
        original=finding.message,
        page=finding.page,
        places=(PlaceView(finding.page, *box),) if box and finding.page else (),
        row=row.ref.key if row else "",
        serial=(row.task.serial or "") if row else "",
        settled=finding.settled,
    )
