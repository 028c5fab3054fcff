"""Bench: how well tables come back from real and typeset documents.

`python -m bench.tables [--real FOLDER] [--html FOLDER]` prints, for the PDF files of the
first folder (default: $GONGWEN_REAL), the tables of each document and how many of their rows
satisfy 合计 = 基本支出 + 项目支出; for NAME.pdf with NAME.json of the second (see
samples/typeset_html.py), how many cells come back with row, column, spans and text exact.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipeline.config import load_settings
from pipeline.model import Layout, Table
from pipeline.tables import pages_to_layout
from pipeline.tables.heads import fold
from pipeline.textlayer import TextLayer

PARTS = ("合计", "基本支出", "项目支出")
CellKey = tuple[int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows that have the three columns, and those of them in which the sum holds."""

    rows: int
    holding: int


def read_layout(path: Path) -> Layout:
    """The layout of a born-digital PDF."""
    settings = load_settings()
    with TextLayer(path) as layer:
        pages = [layer.page_to_content(n, settings) for n in range(1, layer.page_count + 1)]
    return pages_to_layout(pages, settings)


def check_sums(table: Table) -> Sums:
    """Check 合计 = 基本支出 + 项目支出 in the body rows where any of them is printed."""
    columns = [_column(table, name) for name in PARTS]
    if None in columns:
        return Sums(0, 0)
    rows = holding = 0
    for row in range(table.header_rows, table.rows):
        texts = [fold(table.cell_at(row, column or 0).text) for column in columns]
        if any(texts):
            total, *addends = (_amount(text) for text in texts)
            rows += 1
            holding += total is not None and None not in addends and total == sum(addends)
    return Sums(rows, holding)


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
    return {(c.row, c.column, c.row_span, c.column_span, fold(c.text)) for c in table.cells}


def compare_html(pdf: Path) -> tuple[int, int, list[str]]:
    """Cells of the truth, cells that come back exactly, and what differs."""
    truth = {
        (c["row"], c["column"], c["row_span"], c["column_span"], fold(c["text"]))
        for c in json.loads(pdf.with_name(pdf.stem + ".json").read_text(encoding="utf-8"))
    }
    tables = read_layout(pdf).tables
    read = table_to_keys(tables[0]) if len(tables) == 1 else set()
    faults = [f"- {key}" for key in sorted(truth - read)] + [f"+ {k}" for k in sorted(read - truth)]
    return len(truth), len(truth & read), faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, default=os.environ.get("GONGWEN_REAL"))
    parser.add_argument("--html", type=Path)
    parser.add_argument("--faults", type=int, default=3, help="differences to print per file")
    options = parser.parse_args()
    rows = holding = 0
    for path in sorted(Path(options.real).glob("*.pdf")) if options.real else []:
        tables = read_layout(path).tables
        sums = [check_sums(table) for table in tables]
        rows += sum(s.rows for s in sums)
        holding += sum(s.holding for s in sums)
        found = f"{sum(s.holding for s in sums)} of {sum(s.rows for s in sums)}"
        print(f"{path.name}: {len(tables)} tables, {found} rows with the sum")
    if rows:
        print(f"合计 = 基本支出 + 项目支出 holds in {holding} of {rows} rows, {holding / rows:.1%}")
    for path in sorted(options.html.glob("*.json")) if options.html else []:
        cells, exact, faults = compare_html(path.with_suffix(".pdf"))
        print(f"{path.stem}: {exact} of {cells} cells exact")
        print("".join(f"    {fault}\n" for fault in faults[: options.faults]), end="")


if __name__ == "__main__":
    main()
