"""Small readings for tests of what comes after reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipeline.geometry import BBox
from pipeline.model import (
    Cell,
    Code,
    Document,
    Finding,
    Fragment,
    PageRecord,
    Provenance,
    Reading,
    Severity,
    Table,
    Task,
    Word,
)

LETTER = Document(
    issuer="青岚县人民政府办公室",
    doc_number="青政办发〔2024〕7号",
    title="关于印发《任务分解表》的通知",
    addressees=("各乡镇人民政府", "县直各单位"),
    issued_on=date(2024, 3, 5),
    printed_on=date(2024, 3, 6),
)


def a_cell(row: int, column: int, text: str, page: int = 1, row_span: int = 1) -> Cell:
    """A cell 100 × 20 points on a grid that starts at (50, 100)."""
    left, top = 50.0 + 100 * column, 100.0 + 20 * row
    box = BBox(left, top, left + 100, top + 20 * row_span)
    lines = tuple(Word(part, box, 0.9) for part in text.split("\n") if part)
    part = Fragment(page, box, lines)
    return Cell(row, column, row_span, text=text, score=0.9, fragments=(part,))


def a_table() -> Table:
    """A header and two rows of three columns; the first column of the body is one cell."""
    cells = (
        a_cell(0, 0, "类别"),
        a_cell(0, 1, "名称"),
        a_cell(0, 2, "牵头领导"),
        a_cell(1, 0, "经济", row_span=2),
        a_cell(1, 1, "加大招\n商力度"),
        a_cell(1, 2, "王建国"),
        a_cell(2, 1, "=1+1"),
        a_cell(2, 2, ""),
    )
    return Table(1, 3, 3, cells, header_rows=1, title="任务分解表")


def a_task(row_no: int, **values: object) -> Task:
    """The task of body row `row_no` of `a_table`."""
    table = a_table()
    places = tuple(
        Provenance(name, 1, table.cell_at(row_no, column).fragments[0].box)
        for column, name in enumerate(("category", "name", "leaders"))
    )
    task = Task(
        table_no=1,
        row_no=row_no,
        table_title="任务分解表",
        serial=str(row_no),
        category="经济",
        pages=(1,),
        confidence=0.9,
        places=places,
    )
    return replace(task, **values)  # type: ignore[arg-type]


def a_reading(**values: object) -> Reading:
    """One page with `a_table`, two tasks and a finding of each severity."""
    tasks = (
        a_task(1, name="加大招商力度", leaders=("王建国", "李樱"), units=("县财政局",)),
        a_task(2, name="=1+1", local_measures="第一行\n第二行", cells=(("名称", "=1+1"),)),
    )
    findings = (
        Finding("validate", Code.EMPTY_CELL, Severity.WARNING, "no leader", 1, None, 1, 2),
        Finding("tables", Code.ROW_JOINED, Severity.INFO, "joined", 1, None, 1, 1),
        Finding("validate", Code.SERIAL_GAP, Severity.ERROR, "gap", 1, BBox(1, 2, 3.333, 4), 1, 2),
    )
    reading = Reading(
        doc_id="ab" * 32,
        source="in/通知.pdf",
        document=LETTER,
        tasks=tasks,
        tables=(a_table(),),
        findings=findings,
        pages=(PageRecord(1, "text", "text layer", 595.0, 842.0),),
        elapsed_s=1.25,
        timings=(("open", 0.25), ("tables", 1.0)),
    )
    return replace(reading, **values)  # type: ignore[arg-type]
