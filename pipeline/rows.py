"""Readings as rows of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipeline.geometry import BBox
from pipeline.model import Cell, Finding, Reading, Severity, Table, Task
from pipeline.normalise.text import join_lines
from pipeline.row_types import (
    AssignmentRow,
    BoxValue,
    CellRow,
    DocumentRow,
    FindingRow,
    PlaceRow,
    TaskRow,
)

DECIMALS = 2  # of a point: finer than any printing
EVIDENCE_MARK = ";"


def task_rows(reading: Reading) -> Iterator[TaskRow]:
    """One row per task, in printed order."""
    flags = _flags(reading.findings)
    for task in reading.tasks:
        yield _task_row(reading, task, flags.get((task.table_no, task.row_no), ()))


def document_row(reading: Reading, version: str, fingerprint: str) -> DocumentRow:
    """The row of the notice itself."""
    letter = reading.document
    return DocumentRow(
        doc_id=reading.doc_id,
        source=reading.source,
        route=reading.route,
        pages=reading.sheets,
        status=reading.status,
        issuer=letter.issuer,
        doc_number=letter.doc_number,
        title=letter.title,
        addressees=letter.addressees,
        signed_by=letter.signed_by,
        issued_on=letter.issued_on,
        disclosure=letter.disclosure,
        attachments=letter.attachments,
        cc=letter.cc,
        printed_by=letter.printed_by,
        printed_on=letter.printed_on,
        secrecy=letter.secrecy,
        urgency=letter.urgency,
        signer=letter.signer,
        elapsed_s=round(reading.elapsed_s, 3),
        pipeline_version=version,
        config_fingerprint=fingerprint,
    )


def cell_rows(reading: Reading) -> Iterator[CellRow]:
    """One row per cell of every table, by table, row and column."""
    for table in reading.tables:
        for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
            yield _cell_row(reading.doc_id, table, cell)


def finding_rows(reading: Reading) -> Iterator[FindingRow]:
    """One row per finding, in the order in which the stages raised them."""
    for finding in reading.findings:
        yield FindingRow(
            doc_id=reading.doc_id,
            page=finding.page,
            box=_box_value(finding.box) if finding.box else None,
            stage=finding.stage,
            code=finding.code.value,
            severity=finding.severity.value,
            message=finding.message,
            table_no=finding.table_no,
            row_no=finding.row_no,
        )


def assignment_rows(reading: Reading) -> Iterator[AssignmentRow]:
    """One row per task and party: leaders, leading units, units, each in printed order."""
    for task in reading.tasks:
        for party in task.parties:
            yield AssignmentRow(
                doc_id=reading.doc_id,
                table_no=task.table_no,
                row_no=task.row_no,
                serial=task.serial,
                role=party.role,
                position=party.position,
                printed=party.printed,
                canonical=party.canonical,
                kind=party.kind.value,
                region=party.region,
                certainty=party.certainty,
                evidence=EVIDENCE_MARK.join(party.evidence),
            )


def place_rows(reading: Reading) -> Iterator[PlaceRow]:
    """One row per place of a value of a task, by task and column."""
    scores = {
        (part.page, part.box): cell.score
        for table in reading.tables
        for cell in table.cells
        for part in cell.fragments
    }
    for task in reading.tasks:
        parts: Counter[str] = Counter()
        for place in task.places:
            parts[place.column] += 1
            yield PlaceRow(
                reading.doc_id,
                task.table_no,
                task.row_no,
                place.column,
                parts[place.column],
                place.page,
                *_box_value(place.box),
                score=scores.get((place.page, place.box), task.confidence),
            )


def _task_row(reading: Reading, task: Task, flags: tuple[str, ...]) -> TaskRow:
    letter = reading.document
    return TaskRow(
        doc_id=reading.doc_id,
        source=reading.source,
        doc_number=letter.doc_number,
        title=letter.title,
        issuer=letter.issuer,
        issued_on=letter.issued_on,
        table_no=task.table_no,
        row_no=task.row_no,
        table_title=task.table_title,
        serial=task.serial,
        category=task.category,
        name=task.name,
        superior_measures=task.superior_measures,
        local_measures=task.local_measures,
        leaders=task.leaders,
        lead_units=task.lead_units,
        units=task.units,
        deadline=task.deadline,
        remark=task.remark,
        cells=_with_unique_keys(task.cells),
        pages=task.pages,
        confidence=task.confidence,
        flags=flags,
        reviewed=False,
    )


def _cell_row(doc_id: str, table: Table, cell: Cell) -> CellRow:
    first = cell.fragments[0] if cell.fragments else None
    box = _box_value(first.box) if first else None
    return CellRow(
        doc_id=doc_id,
        table_no=table.number,
        table_title=table.title,
        row=cell.row,
        column=cell.column,
        row_span=cell.row_span,
        column_span=cell.column_span,
        is_header=cell.row < table.header_rows,
        page=first.page if first else None,
        x0=box.x0 if box else None,
        top=box.top if box else None,
        x1=box.x1 if box else None,
        bottom=box.bottom if box else None,
        pages=cell.pages,
        text=join_lines(cell.text.split("\n")),
        raw="\n".join(line.raw for line in cell.lines) or cell.text,
        score=cell.score,
    )


def _flags(findings: tuple[Finding, ...]) -> dict[tuple[int, int], tuple[str, ...]]:
    found: dict[tuple[int, int], set[str]] = {}
    for finding in findings:
        if finding.severity is Severity.INFO or finding.table_no is None or finding.row_no is None:
            continue
        found.setdefault((finding.table_no, finding.row_no), set()).add(finding.code.value)
    return {row: tuple(sorted(codes)) for row, codes in found.items()}


def _with_unique_keys(cells: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    # Two columns may be printed with one header; readers of Parquet refuse a map with equal keys.
    seen: dict[str, int] = {}
    unique = []
    for header, text in cells:
        seen[header] = seen.get(header, 0) + 1
        unique.append((f"{header}（{seen[header]}）" if seen[header] > 1 else header, text))
    return tuple(unique)


def _box_value(box: BBox) -> BoxValue:
    return BoxValue(*(round(side, DECIMALS) for side in (box.x0, box.top, box.x1, box.bottom)))
