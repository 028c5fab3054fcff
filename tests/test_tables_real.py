"""Tables of real documents, in the folder that GONGWEN_REAL names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.model import Code, Severity
from tests.bench.tables import check_sums, read_layout

REAL = Path(os.environ.get("GONGWEN_REAL", ""))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("GONGWEN_REAL"), reason="GONGWEN_REAL is not set"),
]

# Titles of tables on the pages, and rows with the three amounts as `pdfplumber` counts them.
PRINTED = {
    "accounts-social-work-2024.pdf": (10, 18),
    "budget-commerce-2025.pdf": (9, 62),
    "budget-office-2025.pdf": (9, 42),
    "budget-wanli-2024.pdf": (9, 134),
}


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_every_table_is_there_and_its_rows_add_up(name: str) -> None:
    layout = read_layout(REAL / name)
    tables, rows = PRINTED[name]
    sums = [check_sums(table) for table in layout.tables]
    assert len(layout.tables) == tables
    assert sum(s.rows for s in sums) == rows
    assert sum(s.holding for s in sums) == rows
    assert not [f for f in layout.findings if f.severity is not Severity.INFO]


def test_a_budget_has_its_titles_and_its_header_of_three_levels() -> None:
    table = read_layout(REAL / "budget-wanli-2024.pdf").tables[1]
    assert table.title == "2024年部门收入预算总表"
    assert (table.header_rows, table.pages) == (3, (11, 12, 13, 14, 15))
    assert [table.cell_at(2, column).text for column in range(3)] == ["类", "款", "项"]
    assert table.cell_at(table.rows - 1, 0).text == "合计"
    assert table.cell_at(table.rows - 1, 0).column_span == 4


def test_merged_cells_of_a_standard() -> None:
    layout = read_layout(REAL / "land-standard-anhui.pdf")
    first, second, third = layout.tables
    assert [(t.rows, t.columns, t.header_rows) for t in layout.tables] == [
        (8, 5, 2),
        (11, 8, 2),
        (2, 3, 1),
    ]
    assert first.title == "表7.5停车区用地指标基准值（公顷/处）"
    wide = second.cell_at(2, 0)
    assert (wide.text, wide.row_span) == ("高速\n公路", 6)
    assert first.cell_at(0, 3).column_span == 2
    assert third.cell_at(1, 2).text == "0.5333"
    assert all(finding.code is not Code.GRID_BROKEN for finding in layout.findings)
