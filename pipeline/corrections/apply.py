"""Corrections laid over what was read: rows as a person says they are, and what does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.corrections.bundle import DocumentRows
from pipeline.corrections.records import Correction, RowRef
from pipeline.corrections.settle import settled_by_dismissal, settled_by_row
from pipeline.corrections.shares import Shares
from pipeline.corrections.states import (
    Conflict,
    Folding,
    RowKey,
    RowState,
    bundle_to_folding,
    disputed,
    disputed_letter,
    lay_over,
    still_held,
)
from pipeline.model import Code, Severity
from pipeline.row_types import AssignmentRow, BoxValue, FindingRow, PlaceRow, TaskRow

STAGE = "review"
_HEADS = ("doc_number", "title", "issuer", "issued_on")  # of the letter, in every task too


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """A row as it is written, how the program had read it, and the last word on it."""

    ref: RowRef
    task: TaskRow
    read: TaskRow
    last: Correction | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The rows of a document with the corrections applied; `states` are in the rows' order."""

    rows: DocumentRows
    states: tuple[CorrectedRow, ...]
    conflicts: tuple[Conflict, ...] = ()


def apply_corrections(rows: DocumentRows, corrections: Sequence[Correction]) -> Corrected:
    """Lay `corrections` (in the order they were made) over the rows of one document.

    A correction over a value that is read otherwise now keeps the person's value and puts the row
    in doubt; one whose row is not found, and a split or join of rows that are read otherwise now,
    is not applied. Each is a conflict and a finding `correction_conflict`.
    """
    held = still_held(corrections)
    if not held:
        refs = bundle_to_folding(rows).rows
        return Corrected(rows, tuple(CorrectedRow(row.ref, row.task, row.read) for row in refs))
    folding = bundle_to_folding(rows)
    for correction in held:
        lay_over(folding, correction)
    for state in folding.rows:
        folding.conflicts.extend(disputed(state))
    folding.conflicts.extend(disputed_letter(folding, rows))
    return _corrected(rows, folding)


def _corrected(rows: DocumentRows, folding: Folding) -> Corrected:
    numbers = _numbers(folding.rows)
    places = tuple(_places(rows, folding.rows, numbers))
    findings = (
        *_findings(rows, folding, numbers),
        *(_conflict_finding(item, numbers, rows) for item in folding.conflicts),
    )
    flags = _flags(findings)
    tasks: list[TaskRow] = []
    assignments: list[AssignmentRow] = []
    shares = Shares(rows)
    letter = {column: item.after for column, item in folding.letter.items()}
    heads: dict[str, Any] = {name: letter[name] for name in _HEADS if name in letter}
    for state in folding.rows:
        number = numbers[state.ref.key]
        task = state.task._replace(
            row_no=number[1], flags=flags.get(number, ()), reviewed=state.reviewed, **heads
        )
        tasks.append(task)
        assignments.extend(shares.of(state, task))
    return Corrected(
        DocumentRows(
            tuple(tasks),
            findings,
            tuple(assignments),
            places,
            {**rows.document, **letter} if rows.document else None,
        ),
        tuple(
            CorrectedRow(state.ref, task, state.read, state.by)
            for state, task in zip(folding.rows, tasks, strict=True)
        ),
        tuple(folding.conflicts),
    )


def _numbers(states: Sequence[RowState]) -> dict[str, RowKey]:
    """Table and number of every row, counted anew in each table, by the key of its reference."""
    seen: Counter[int] = Counter()
    numbers = {}
    for state in states:
        seen[state.task.table_no] += 1
        numbers[state.ref.key] = (state.task.table_no, seen[state.task.table_no])
    return numbers


def _places(
    rows: DocumentRows, states: Sequence[RowState], numbers: dict[str, RowKey]
) -> Iterator[PlaceRow]:
    """The places of each row: of all rows it was joined from, or of the row it was split off."""
    by_row: dict[RowKey, list[PlaceRow]] = {}
    for place in rows.places:
        by_row.setdefault((place.table_no, place.row_no), []).append(place)
    for state in states:
        table_no, row_no = numbers[state.ref.key]
        parts: Counter[str] = Counter()
        for key in state.members or [state.home]:
            for place in by_row.get(key, ()):
                parts[place.column] += 1
                part = parts[place.column]
                yield place._replace(table_no=table_no, row_no=row_no, part=part)


def _findings(
    rows: DocumentRows, folding: Folding, numbers: dict[str, RowKey]
) -> Iterator[FindingRow]:
    owners = {key: state for state in folding.rows for key in state.members}
    places: dict[RowKey, list[PlaceRow]] = {}
    for place in rows.places:
        places.setdefault((place.table_no, place.row_no), []).append(place)
    for finding in rows.findings:
        key = (finding.table_no or 0, finding.row_no or 0)
        state = owners.get(key) if finding.row_no is not None else None
        settled = settled_by_dismissal(finding, folding.dismissed, state)
        if state is not None:
            settled = settled or settled_by_row(finding, state, places.get(key, ()))
            table_no, row_no = numbers[state.ref.key]
            finding = finding._replace(table_no=table_no, row_no=row_no)
        yield finding._replace(settled=settled)


def _conflict_finding(
    conflict: Conflict, numbers: dict[str, RowKey], rows: DocumentRows
) -> FindingRow:
    correction, row = conflict.correction, conflict.row or conflict.correction.row
    number = numbers.get(conflict.row.key) if conflict.row else None
    box = row.box if row else None
    serial = f" (serial {row.serial})" if row and row.serial else ""
    return FindingRow(
        doc_id=rows.tasks[0].doc_id if rows.tasks else "",
        page=row.page if row else None,
        box=BoxValue(box.x0, box.top, box.x1, box.bottom) if box else None,
        stage=STAGE,
        code=Code.CORRECTION_CONFLICT.value,
        severity=Severity.WARNING.value,
        message=f"correction {correction.id}{serial}: {conflict.message}",
        table_no=number[0] if number else None,
        row_no=number[1] if number else None,
    )


def _flags(findings: Sequence[FindingRow]) -> dict[RowKey, tuple[str, ...]]:
    found: dict[RowKey, set[str]] = {}
    for finding in findings:
        if finding.severity == Severity.INFO.value or finding.settled is not None:
            continue
        if finding.table_no is not None and finding.row_no is not None:
            found.setdefault((finding.table_no, finding.row_no), set()).add(finding.code)
    return {row: tuple(sorted(codes)) for row, codes in found.items()}
