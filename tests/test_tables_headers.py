"""Which rows are the header, and what a table is called."""

from __future__ import annotations

import pytest
from ruled import Box, Sheet

from pipeline.config import Settings, load_settings
from pipeline.model import Cell, Table
from pipeline.tables import pages_to_layout
from pipeline.tables.heads import count_repeated, find_header_rows, settings_to_headers
from pipeline.tables.titles import is_note, is_page_number, join_title

SETTINGS = load_settings()
XS = (60.0, 100.0, 200.0, 300.0, 400.0, 500.0)


def cells(*rows: tuple[str, ...]) -> list[Cell]:
    return [Cell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]


def header(found: list[Cell], settings: Settings = SETTINGS) -> int:
    rows = max(cell.row + cell.row_span for cell in found)
    columns = max(cell.column + cell.column_span for cell in found)
    return find_header_rows(found, rows, columns, settings_to_headers(settings))


def one_table(sheet: Sheet) -> Table:
    (table,) = pages_to_layout([sheet.content()], SETTINGS).tables
    return table


def test_known_headers_make_a_header() -> None:
    assert (
        header(cells(("序号", "工作任务", "责任单位"), ("1", "甲", "乙"), ("2", "丙", "丁"))) == 1
    )
    assert header(cells(("序 号", "工作\n任务", "责任单位（部门）"), ("1", "甲", "乙"))) == 1


def test_body_rows_are_no_header() -> None:
    assert header(cells(("3", "新建水库一座。", "县水利局"), ("4", "修路十里。", "县交通局"))) == 0
    assert header(cells(("201", "03", "1,200.00"), ("201", "05", "300.00"))) == 0


def test_unknown_headers_are_told_by_what_stands_below() -> None:
    assert (
        header(cells(("经度", "纬度", "高程"), ("112.3", "28.5", "40"), ("112.4", "28.6", "41")))
        == 1
    )


def test_a_header_of_three_levels() -> None:
    found = [
        Cell(0, 0, column_span=4, text="项目"),
        Cell(0, 4, column_span=3, text="支出预算"),
        Cell(1, 0, column_span=3, text="功能分类科目编码"),
        Cell(1, 3, row_span=2, text="功能分类科目名称"),
        Cell(1, 4, row_span=2, text="合计"),
        Cell(1, 5, row_span=2, text="基本支出"),
        Cell(1, 6, row_span=2, text="项目支出"),
        *(Cell(2, c, text=t) for c, t in enumerate("类款项")),
        *(Cell(3, c, text=t) for c, t in enumerate(["201", "", "", "公共服务", "9", "4", "5"])),
        *(Cell(4, c, text=t) for c, t in enumerate(["201", "03", "", "政府办公", "9", "4", "5"])),
    ]
    assert header(found) == 3
    assert header(found, Settings()) == 3


def test_a_row_that_counts_the_columns_belongs_to_the_header() -> None:
    found = cells(("项目", "行次", "金额"), ("栏次", "1", "2"), ("收入", "", "8.00"))
    found += [Cell(3, c, text=t) for c, t in enumerate(("支出", "", "7.00"))]
    assert header(found, Settings()) == 1
    found = cells(
        ("项目", "预算", "决算", "差"), ("栏次", "1", "2", "3"), ("收入", "8.0", "8.1", "0.1")
    )
    assert header(found, Settings()) == 2


def test_body_under_a_wide_heading_is_no_level() -> None:
    found = [
        Cell(0, 0, text="序号"),
        Cell(0, 1, column_span=2, text="责任单位"),
        *(Cell(1, c, text=t) for c, t in enumerate(["1", "县教育局", "县财政局"])),
    ]
    assert header(found) == 1


def test_headers_read_twice_are_alike_and_rows_of_numbers_are_not() -> None:
    one = cells(("序号", "工作任务", "牵头领导", "责任单位"), ("1", "甲", "乙", "丙"))
    two = cells(("序号", "工作任务", "牵头领异", "责任单位"), ("5", "甲", "乙", "丙"))
    assert count_repeated(one, two, nearly=1) == 1
    assert count_repeated(one, two) == 0
    assert count_repeated(one, one[:4] + two[4:]) == 1
    assert (
        count_repeated(one, cells(("5", "丁", "戊", "己"), ("6", "庚", "辛", "壬")), nearly=1) == 0
    )
    assert (
        count_repeated(cells(("", "", ""), ("1", "", "")), cells(("", "", ""), ("2", "", ""))) == 0
    )
    assert count_repeated(cells(("201", "12,300.00")), cells(("201", "12,800.00")), nearly=1) == 0


ROWS = [
    ("序号", "工作任务", "具体措施", "牵头领导", "责任单位"),
    ("1", "甲", "乙", "丙", "丁"),
    ("2", "戊", "己", "庚", "辛"),
]


def test_the_title_is_the_centred_lines_above() -> None:
    sheet = Sheet()
    sheet.line("附件1", 60, 60)
    sheet.line("望潮县贯彻落实省政府打好经济增长主动仗", 90, size=18)
    sheet.line("任务分解表", 114, size=18)
    sheet.line("单位：万元", 140, 400, size=10)
    sheet.rows(ROWS, XS, 160)
    sheet.line("— 3 —", 790)
    assert one_table(sheet).title == "望潮县贯彻落实省政府打好经济增长主动仗任务分解表"


def test_a_paragraph_above_is_no_title() -> None:
    sheet = Sheet()
    sheet.line("各乡镇人民政府要认真落实，并将落实情况报县政府办公室，", 80, 66)
    sheet.line("任务分工如下：", 104, 60)
    sheet.rows(ROWS, XS, 130)
    assert one_table(sheet).title is None


def test_the_title_of_a_second_table_stands_between_them() -> None:
    sheet = Sheet()
    sheet.line("甲县任务分解表", 60)
    bottom = sheet.rows(ROWS, XS, 100)
    sheet.line("乙县任务分解表", bottom + 30)
    sheet.rows(ROWS, XS, bottom + 60)
    tables = pages_to_layout([sheet.content()], SETTINGS).tables
    assert [(t.number, t.title) for t in tables] == [(1, "甲县任务分解表"), (2, "乙县任务分解表")]


def test_a_title_in_the_first_row_is_title_and_not_header() -> None:
    sheet = Sheet()
    boxes = [Box(0, 0, "望潮县重点任务分解表", column_span=5)]
    boxes += [Box(r + 1, c, text) for r, row in enumerate(ROWS) for c, text in enumerate(row)]
    sheet.table(boxes, XS, (100, 140, 180, 220, 260))
    layout = pages_to_layout([sheet.content()], SETTINGS)
    (table,) = layout.tables
    assert (table.title, table.header_rows, table.rows) == ("望潮县重点任务分解表", 1, 3)
    assert [line.text for line in layout.prose[0].lines] == ["望潮县重点任务分解表"]


def test_a_category_over_all_columns_is_a_row() -> None:
    sheet = Sheet()
    boxes = [Box(0, c, text) for c, text in enumerate(ROWS[0])]
    boxes += [Box(1, 0, "一、稳增长促投资", column_span=5)]
    boxes += [Box(r + 1, c, text) for r, row in enumerate(ROWS) if r for c, text in enumerate(row)]
    sheet.table(boxes, XS, (100, 140, 180, 220, 260))
    table = one_table(sheet)
    assert (table.header_rows, table.rows) == (1, 4)
    assert table.cell_at(1, 3).text == "一、稳增长促投资"


@pytest.mark.parametrize("text", ["— 12 —", "-3-", "第 2 页 共 9 页", "7", "第3页", "—4—"])
def test_page_numbers(text: str) -> None:
    assert is_page_number(text)


def test_what_is_no_page_number_and_what_is_a_note() -> None:
    assert not is_page_number("2024年任务")
    assert is_note("单位：万元")
    assert is_note("填报单位：县教育局　　日期：")
    assert is_note("（续）")
    assert not is_note("各单位任务分解表")


def test_title_lines_are_joined_without_blanks() -> None:
    assert join_title(["望 潮 县", "任务表"]) == "望潮县任务表"
    assert join_title(["关于 GDP growth 的表"]) == "关于GDP growth的表"
    assert join_title([]) == ""


SPACED = "　　　　".join("工作任务")


@pytest.mark.parametrize(
    ("shared", "read"),
    [
        ("牵头部门　　　　　　责任部门", ["牵头部门", "责任部门"]),
        ("　　　　　　责任分工", ["　　　　　　责任分工"]),
        (SPACED, [SPACED]),  # spaced out over both columns
        ("　　　　　　　目标　任务", ["目标任务"]),  # the blank stands on the edge
    ],
)
def test_two_headings_in_one_cell_over_their_columns(shared: str, read: list[str]) -> None:
    """A column line that is lost in the header alone."""
    rows = [("1", "修路", "县交通局", "县住建局"), ("2", "办学", "县教育局", "县财政局")]
    boxes = [Box(0, 0, "序号"), Box(0, 1, "责任单位"), Box(0, 2, shared, 1, 2)]
    boxes += [Box(r, c, text) for r, row in enumerate(rows, 1) for c, text in enumerate(row)]
    sheet = Sheet()
    sheet.table(boxes, XS[:5], (120.0, 150.0, 180.0, 210.0))
    texts = [cell.text.strip() for cell in one_table(sheet).cells if cell.row == 0]
    assert ["".join(text.split()) for text in texts[2:]] == ["".join(t.split()) for t in read]
