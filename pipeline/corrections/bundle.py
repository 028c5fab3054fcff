"""The rows of one document that corrections are about, from every table of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.corrections.records import COLUMNS, Value, Values
from pipeline.model import Reading
from pipeline.row_types import AssignmentRow, BoxValue, FindingRow, PlaceRow, TaskRow
from pipeline.rows import assignment_rows, finding_rows, place_rows, task_rows


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """The rows of one document: tasks in printed order, and what hangs on them.

    `document` is the record of the document itself, dates as ISO 8601 text; None: not at hand.
    """

    tasks: tuple[TaskRow, ...]
    findings: tuple[FindingRow, ...] = ()
    assignments: tuple[AssignmentRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()
    document: Mapping[str, Any] | None = None

    def letter(self, column: str) -> Value:
        """An element of the letter, None when there is none."""
        value = (self.document or {}).get(column)
        return tuple(value) if isinstance(value, list | tuple) else value


def reading_to_bundle(reading: Reading) -> DocumentRows:
    """The rows of a reading."""
    return DocumentRows(
        tuple(task_rows(reading)),
        tuple(finding_rows(reading)),
        tuple(assignment_rows(reading)),
        tuple(place_rows(reading)),
    )


def records_to_bundle(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> DocumentRows:
    """The rows from records by column, as JSON or Arrow have them.

    Raises TypeError when a record lacks a column.
    """
    return DocumentRows(
        tuple(TaskRow(**_task(record)) for record in tables["tasks"]),
        tuple(FindingRow(**_finding(record)) for record in tables["findings"]),
        tuple(AssignmentRow(**record) for record in tables["assignments"]),
        tuple(PlaceRow(**record) for record in tables["places"]),
        next(iter(tables.get("documents", ())), None),
    )


def bundle_to_records(rows: DocumentRows) -> dict[str, list[dict[str, Any]]]:
    """The rows as records by column; boxes and printed cells are objects."""
    tasks = (row._asdict() for row in rows.tasks)
    findings = (row._asdict() for row in rows.findings)
    return {
        **({"documents": [dict(rows.document)]} if rows.document else {}),
        "tasks": [{**task, "cells": dict(task["cells"])} for task in tasks],
        "findings": [{**item, "box": item["box"] and item["box"]._asdict()} for item in findings],
        "assignments": [row._asdict() for row in rows.assignments],
        "places": [row._asdict() for row in rows.places],
    }


def values_of(task: TaskRow) -> Values:
    """The values of a task that a person can correct, by column."""
    return tuple((column, getattr(task, column)) for column in COLUMNS)


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same: white space, and blank against absent, do not count."""
    return one == other or _bare(one) == _bare(other)


def _bare(value: Value) -> object:
    if isinstance(value, tuple):
        return tuple("".join(item.split()) for item in value)
    return "".join((value or "").split()) or ()


def _task(record: Mapping[str, Any]) -> dict[str, Any]:
    cells = record["cells"]
    pairs = cells.items() if isinstance(cells, Mapping) else cells
    lists = {name: tuple(value) for name, value in record.items() if isinstance(value, list)}
    return {**record, **lists, "cells": tuple((head, text) for head, text in pairs)}


def _finding(record: Mapping[str, Any]) -> dict[str, Any]:
    box = record["box"]
    return {**record, "box": BoxValue(**box) if box else None}
