"""Spans expanded, and rows that are no tasks told from those that are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Cell, Table
from pipeline.normalise.spans import Headings, Row, RowKind, row_kind, table_to_rows


def row_of(*texts: str) -> Row:
    return Row(0, tuple(Cell(0, at, text=text) for at, text in enumerate(texts)))


def wide(text: str, columns: int = 5) -> Row:
    return Row(0, (Cell(0, 0, 1, columns, text),) * columns)


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.lists(st.integers(1, 3), min_size=1, max_size=4),
)
def test_every_row_has_the_cells_that_cover_it(heights: list[int], widths: list[int]) -> None:
    cells = []
    top = 0
    for height in heights:
        left = 0
        for width in widths:
            cells.append(Cell(top, left, height, width, f"{top},{left}"))
            left += width
        top += height
    table = Table(1, sum(heights), sum(widths), tuple(cells))
    rows = table_to_rows(table)
    assert len(rows) == table.rows
    for row in rows:
        for column, cell in enumerate(row.cells):
            assert cell is table.cell_at(row.index, column)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (row_of("1", "修路", "县住建局"), RowKind.TASK),
        (row_of("", "修路", "县住建局"), RowKind.TASK),
        (row_of("", "", ""), RowKind.BLANK),
        (row_of("合 计", "12", ""), RowKind.TOTAL),
        (row_of("小计", "", "3"), RowKind.TOTAL),
        (wide("一、产业发展"), RowKind.HEADING),
        (wide("产业发展（12项）"), RowKind.HEADING),
        (wide("注：责任单位中第一个为牵头单位。"), RowKind.NOTE),
        (wide("一" * 61), RowKind.TEXT),
        (row_of("一、产业发展", "", "", ""), RowKind.HEADING),
        (row_of("1", "", "", ""), RowKind.TASK),
        (row_of("合计任务统筹", "修路", "县住建局"), RowKind.TASK),
        (row_of("抄送：县委各部", "门，县政协办公室。"), RowKind.NOTE),
        (row_of("岳阳县人民", "政府办公室", "2025年7月18日印发"), RowKind.NOTE),
        (row_of("1", "文件抄送：各单位", "县政府办"), RowKind.TASK),
    ],
)
def test_kinds_of_rows(row: Row, kind: RowKind) -> None:
    assert row_kind(row, serial=0) is kind


def test_a_numbered_heading_beside_its_number() -> None:
    heading = Cell(0, 1, 1, 4, "产业发展")
    row = Row(0, (Cell(0, 0, text="一"), *(heading,) * 4))
    assert row_kind(row, serial=0) is RowKind.HEADING
    assert Headings().below(row).category == "一、产业发展"


def test_a_spanning_category_beside_a_task_is_no_heading() -> None:
    spanning = Cell(0, 0, 3, 1, "产业")
    row = Row(1, (spanning, Cell(1, 1, text="修路"), Cell(1, 2, text="")))
    assert row_kind(row) is RowKind.TASK


def test_headings_of_two_levels() -> None:
    headings = Headings()
    for text, category in (
        ("一、产业", "一、产业"),
        ("（一）工业", "一、产业/（一）工业"),
        ("（二）农业", "一、产业/（二）农业"),
        ("二、民生", "二、民生"),
    ):
        headings = headings.below(wide(text))
        assert headings.category == category
    assert Headings().category is None
