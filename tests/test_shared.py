"""Blank cells of tables without rules share what stands above them, with a doubt or without."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.config import load_settings
from pipeline.geometry import BBox
from pipeline.model import Cell, Fragment, Severity, Table, Word
from pipeline.normalise.headers import table_to_header
from pipeline.normalise.shared import share_blanks

SETTINGS = load_settings()
HEAD = ("类别", "序号", "具体措施", "牵头领导")
MEASURES = "制定方案，\n每月调度，\n年底验收。"
HIGH, LINE = 60.0, 16.0


def cell(row: int, column: int, text: str, top: bool) -> Cell:
    """A cell with a box for each line, at the top of its row or in the middle."""
    x, y = 60.0 + 100 * column, 100.0 + HIGH * row
    texts = text.split("\n") if text else []
    y0 = y + 2 if top else y + (HIGH - LINE * len(texts)) / 2
    lines = tuple(
        Word(line, BBox(x, y0 + at * LINE, x + 10 * len(line), y0 + at * LINE + 10), 1.0)
        for at, line in enumerate(texts)
    )
    return Cell(
        row, column, text=text, fragments=(Fragment(1, BBox(x, y, x + 100, y + HIGH), lines),)
    )


def table(categories: Sequence[str], top: bool) -> Table:
    rows = [HEAD, *((c, str(n), MEASURES, "王强") for n, c in enumerate(categories, 1))]
    cells = [
        cell(row, column, text, top)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    return Table(1, len(rows), len(HEAD), tuple(cells), 1, concluded=True)


@pytest.mark.parametrize("top", [True, False])
def test_a_blank_category_is_that_above_for_sure_where_serials_stand_at_the_top(top: bool) -> None:
    made = table(["一、稳增长", "", "二、促改革", ""], top)
    shared, doubts = share_blanks(made, table_to_header(made, SETTINGS.headers))
    assert [shared.cell_at(row, 0).text for row in range(1, 5)] == [
        *["一、稳增长"] * 2,
        *["二、促改革"] * 2,
    ]
    severity = Severity.INFO if top else Severity.WARNING
    assert [doubt.severity for doubt in doubts] == [severity] * 2


def test_a_category_without_a_number_is_the_rest_of_the_one_above_in_doubt() -> None:
    made = table(["一、稳增长", "二、促", "改革", ""], top=True)
    shared, doubts = share_blanks(made, table_to_header(made, SETTINGS.headers))
    assert [shared.cell_at(row, 0).text for row in range(1, 5)] == [
        "一、稳增长",
        *["二、促\n改革"] * 3,
    ]
    assert [doubt.severity for doubt in doubts] == [Severity.WARNING, Severity.INFO]


def test_categories_that_bear_no_numbers_are_each_its_own() -> None:
    made = table(["稳增长", "", "促改革", "惠民生"], top=True)
    shared, doubts = share_blanks(made, table_to_header(made, SETTINGS.headers))
    assert [shared.cell_at(row, 0).text for row in range(1, 5)] == [
        *["稳增长"] * 2,
        "促改革",
        "惠民生",
    ]
    assert [doubt.severity for doubt in doubts] == [Severity.WARNING]
