"""Doubts about a table without rules that its text settles, and those that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from ruled import SIZE, Sheet, concluded

from pipeline.config import load_settings
from pipeline.geometry import BBox
from pipeline.grid import find_grids
from pipeline.model import Code, Finding, Severity
from pipeline.tables.heads import settings_to_headers
from pipeline.tables.row_ends import proven

XS = (60.0, 100.0, 190.0, 370.0, 450.0, 540.0)
HEAD = ("序号", "工作任务", "具体措施", "牵头领导", "责任单位")
KNOWN = settings_to_headers(load_settings())
TOP = 120.0


def settled(
    rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD, code: Code = Code.TABLE_UNRULED
) -> bool:
    """Whether a doubt is settled: about where the first row ends, or about the columns."""
    sheet = Sheet()
    sheet.rows([head, *rows], XS, TOP)
    ys = sorted({ruling.position for ruling in sheet.rulings if ruling.axis == "h"})
    sheet.rulings = concluded(XS, ys)
    page = sheet.content()
    grids = find_grids(page.rulings, SIZE)
    inner = BBox(XS[0], ys[1] + SIZE, XS[-1], ys[3] - SIZE)
    box = grids[0].box if code is Code.COLUMNS_DOUBTFUL else inner
    doubt = Finding("scan", code, Severity.WARNING, "No rule parts these.", 1, box)
    elsewhere = replace(doubt, box=box.moved(0, 500))
    return proven([doubt, elsewhere], page, grids, KNOWN, SIZE) == (doubt,)


def rows_with(above: str, below: str, units: str = "县水利局") -> list[tuple[str, ...]]:
    """Two rows; what their measures end and begin with."""
    return [
        ("1", "防汛备汛", f"1.排查小型水库二十八座，建立\n{above}", "童勋海", units),
        ("2", "稳住粮食", f"{below}\n高标准农田两万亩。", "张文毅", "县农业局"),
    ]


@pytest.mark.parametrize(
    ("above", "below", "told"),
    [
        ("清单，四月底前完成。", "1.落实双季稻面积十二万亩，建", True),
        ("清单，四月底前完成。", "1.2落实双季稻面积十二万亩建", False),
        ("清单，四月底前完成。", "2.落实双季稻面积十二万亩，建", False),
        ("清单，四月底前完成", "1.落实双季稻面积十二万亩，建", False),
        ("清单，四月底前完成。", "落实双季稻面积十二万亩，建设", False),
    ],
)
def test_a_row_ends_where_items_begin_anew(above: str, below: str, told: bool) -> None:
    assert settled(rows_with(above, below)) is told


def test_items_of_a_lower_level_begin_anew_inside_a_cell() -> None:
    rows = [
        ("1", "防汛备汛", "一、抓好防汛备汛。\n二、排查隐患，建立清单。", "童勋海", "县水利局"),
        ("2", "稳住粮食", "1.落实双季稻面积十二万亩。", "张文毅", "县农业局"),
    ]
    assert not settled(rows)


def test_doubt_about_rows_of_a_whole_table_is_not_settled_by_its_headings() -> None:
    """Without serials all its rows are one: the doubt is as high as the table."""
    sheet = Sheet()
    sheet.rows([HEAD, rows_with("清单。", "1.落实")[0]], XS, TOP)
    ys = sorted({ruling.position for ruling in sheet.rulings if ruling.axis == "h"})
    sheet.rulings = concluded(XS, ys)
    page = sheet.content()
    (grid,) = find_grids(page.rulings, SIZE)
    doubt = Finding("scan", Code.TABLE_UNRULED, Severity.WARNING, "…", 1, grid.box)
    assert proven([doubt], page, [grid], KNOWN, SIZE) == ()


def test_a_row_ends_where_paragraphs_end_in_two_columns() -> None:
    rows = [
        ("1", "防汛备汛", "排查小型水库二十八座，建立\n清单。", "童勋海", "由水利局负\n责。"),
        (
            "2",
            "稳住粮食",
            "落实双季稻面积十二万亩，建\n设高标准农田。",
            "张文毅",
            "由农业局负\n责。",
        ),
    ]
    assert settled(rows)


def test_where_a_row_may_end_elsewhere_too_nothing_is_settled() -> None:
    """The last line of the units stands alone in the white between the measures."""
    rows = rows_with("清单，四月底前完成。", "1.落实双季稻面积十二万亩，建")
    spread = [(*rows[0][:4], "县水利局\n\n\n\n县应急局"), rows[1]]
    assert settled(rows)
    assert not settled(spread)


@pytest.mark.parametrize(("heading", "told"), [("责任单位", True), ("戊戊", False)])
def test_columns_are_sure_where_each_has_a_known_heading(heading: str, told: bool) -> None:
    rows = rows_with("清单，四月底前完成。", "1.落实双季稻面积十二万亩，建")
    assert settled(rows, (*HEAD[:4], heading), Code.COLUMNS_DOUBTFUL) is told
