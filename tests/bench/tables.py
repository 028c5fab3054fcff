"""Tables: how well they come back from real and typeset documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import load_settings
from pipeline.model import Layout, Table
from pipeline.normalise import layout_to_tasks
from pipeline.tables import pages_to_layout
from pipeline.tables.heads import fold
from pipeline.textlayer import TextLayer
from tests.bench.documents import UnavailableError, real_folder, typeset_html
from tests.bench.report import Section, Target, all_of, at_least

PARTS = ("合计", "基本支出", "项目支出")
SUMS_HOLD = 99.0  # per cent
SHOWN_FAULTS = 5
CellKey = tuple[int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows that have the three columns, and those of them in which the sum holds."""

    rows: int = 0
    holding: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.rows + other.rows, self.holding + other.holding)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from one real document."""

    name: str
    tables: int
    spans: int
    tasks: int
    sums: Sums


def measure_real() -> Section:
    """Tables per real document, none of them a task table, and rows whose amounts add up."""
    title = "Tables of real documents"
    try:
        paths = sorted(real_folder().glob("*.pdf"))
    except UnavailableError as reason:
        return Section(title, remarks=(f"not measured: {reason}",))
    found = [read_real(path) for path in paths]
    sums = sum((item.sums for item in found), Sums())
    tasks = sum(item.tasks for item in found)
    return Section(
        title,
        ("document", "tables", "cells that span", "tasks", "rows with the sum"),
        tuple(
            (f.name, str(f.tables), str(f.spans), str(f.tasks), f"{f.sums.holding}/{f.sums.rows}")
            for f in found
        ),
        (
            at_least("合计 = 基本支出 + 项目支出", SUMS_HOLD, percent(sums), " %"),
            Target("tables in cells, none a task table", "0 tasks", f"{tasks} tasks", not tasks),
        ),
    )


def measure_html(fonts: Path | None) -> Section:
    """HTML tables, typeset: how many cells come back with row, column, spans and text exact."""
    title = "HTML tables, typeset, cell by cell"
    with TemporaryDirectory() as scratch:
        try:
            folder = typeset_html(real_folder(), Path(scratch), fonts)
        except UnavailableError as reason:
            return Section(title, remarks=(f"not measured: {reason}",))
        results = [(pdf.stem, *compare_html(pdf)) for pdf in sorted(folder.glob("*.pdf"))]
    return Section(
        title,
        ("table", "cells", "exact"),
        tuple((name, str(cells), str(exact)) for name, cells, exact, _ in results),
        tuple(
            all_of(
                f"{name}: cells, none but these", exact, cells + sum(f[0] == "+" for f in faults)
            )
            for name, cells, exact, faults in results
        ),
        tuple(f"{name} {fault}" for name, *_, faults in results for fault in faults[:SHOWN_FAULTS]),
    )


def read_layout(path: Path) -> Layout:
    """The layout of a born-digital PDF."""
    settings = load_settings()
    with TextLayer(path) as layer:
        pages = [layer.page_to_content(n, settings) for n in range(1, layer.page_count + 1)]
    return pages_to_layout(pages, settings)


def read_real(path: Path) -> Found:
    """Count what a document gives."""
    layout = read_layout(path)
    tasks, _ = layout_to_tasks(layout, load_settings())
    spans = sum(c.row_span * c.column_span > 1 for t in layout.tables for c in t.cells)
    sums = sum((check_sums(table) for table in layout.tables), Sums())
    return Found(path.name, len(layout.tables), spans, len(tasks), sums)


def percent(sums: Sums) -> float:
    """Rows in which the sum holds, per cent; 0 where no row has it."""
    return 100 * sums.holding / sums.rows if sums.rows else 0.0


def check_sums(table: Table) -> Sums:
    """Check 合计 = 基本支出 + 项目支出 in the body rows where any of them is printed."""
    holding = [holds for _, _, holds in sum_rows(table)]
    return Sums(len(holding), sum(holding))


def sum_rows(table: Table) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """The body rows with any of 合计, 基本支出, 项目支出: row, the three, whether the sum holds."""
    columns = [_column(table, name) for name in PARTS]
    if None in columns:
        return
    for row in range(table.header_rows, table.rows):
        texts = tuple(fold(table.cell_at(row, column or 0).text) for column in columns)
        if any(texts):
            total, *addends = (_amount(text) for text in texts)
            yield row, texts, total is not None and None not in addends and total == sum(addends)


def _column(table: Table, name: str) -> int | None:
    """The column under the lowest heading of a name; one alone must bear it."""
    found = [
        cell.column
        for cell in table.cells
        if cell.row < table.header_rows and cell.column_span == 1 and fold(cell.text) == name
    ]
    return found[0] if len(found) == 1 else None


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "") or "0")
    except InvalidOperation:
        return None


def table_to_keys(table: Table) -> set[CellKey]:
    """Row, column, spans and folded text of every cell."""
    return {(c.row, c.column, c.row_span, c.column_span, fold(c.text)) for c in table.cells}


def compare_html(pdf: Path) -> tuple[int, int, list[str]]:
    """Cells of the truth, cells that come back exactly, and what differs (- missed, + surplus)."""
    truth = set(_truth_keys(pdf.with_suffix(".json")))
    tables = read_layout(pdf).tables
    read = table_to_keys(tables[0]) if len(tables) == 1 else set()
    faults = [f"- {key}" for key in sorted(truth - read)] + [f"+ {k}" for k in sorted(read - truth)]
    return len(truth), len(truth & read), faults


def _truth_keys(path: Path) -> Iterator[CellKey]:
    for cell in json.loads(path.read_text(encoding="utf-8")):
        spans = cell["row_span"], cell["column_span"]
        yield (cell["row"], cell["column"], *spans, fold(cell["text"]))
