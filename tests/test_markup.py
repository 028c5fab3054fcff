"""Machine-read text → layout: rows parted by tabs, HTML and Markdown tables, the prose around."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Settings
from pipeline.markup import text_to_layout
from pipeline.model import Code, Layout, Table

SETTINGS = Settings()
HEAD = "序号\t名称\t责任单位"


def read(text: str) -> Layout:
    return text_to_layout(text, SETTINGS)


def grid(table: Table) -> list[list[str]]:
    return [
        [table.cell_at(row, column).text for column in range(table.columns)]
        for row in range(table.rows)
    ]


def test_rows_under_repeated_headers_are_one_table() -> None:
    layout = read(f"{HEAD}\n1\t甲\t县财政局\n\n{HEAD}\n2\t<p>乙</p>\t县教育局\n")
    assert len(layout.tables) == 1
    assert grid(layout.tables[0]) == [
        ["序号", "名称", "责任单位"],
        ["1", "甲", "县财政局"],
        ["2", "乙", "县教育局"],
    ]
    assert layout.tables[0].header_rows == 1
    assert layout.findings == ()
    assert all(cell.fragments == () for cell in layout.tables[0].cells)


def test_a_block_without_header_goes_on_where_its_serials_do() -> None:
    layout = read(f"{HEAD}\n1\t甲\t县财政局\n\n2\t乙\t县教育局\n")
    assert [table.rows for table in layout.tables] == [3]


def test_another_header_is_another_table() -> None:
    layout = read(f"{HEAD}\n1\t甲\t县财政局\n\n类别\t金额\t备注\n甲\t1\t无\n")
    assert [table.number for table in layout.tables] == [1, 2]


def test_no_row_is_dropped_for_its_number_of_fields() -> None:
    layout = read(f"{HEAD}\n1\t甲\n2\t乙\t县教育局\t多\n3\t丙\t县民政局\t\n")
    assert grid(layout.tables[0]) == [
        ["序号", "名称", "责任单位", ""],
        ["1", "甲", "", ""],
        ["2", "乙", "县教育局", "多"],
        ["3", "丙", "县民政局", ""],
    ]
    assert [finding.code for finding in layout.findings] == [Code.GRID_BROKEN] * 2
    assert "line 2" in layout.findings[0].message
    assert "line 3" in layout.findings[1].message
    assert {finding.table_no for finding in layout.findings} == {1}


def test_a_row_with_a_blank_serial_after_a_repeated_header_goes_on_the_last() -> None:
    layout = read(f"{HEAD}\n1\t甲\t县财\n\n{HEAD}\n\t\t政局\n2\t乙\t县教育局\n")
    table = layout.tables[0]
    assert grid(table)[1] == ["1", "甲", "县财\n政局"]
    assert table.joined_rows == (1,)
    assert grid(table)[2] == ["2", "乙", "县教育局"]


def test_html_spans_entities_and_breaks() -> None:
    layout = read(
        "<table><thead><tr><th rowspan=2>序号</th><th colspan='2'>分工</th></tr>"
        "<tr><th>领导</th><th>单位</th></tr></thead>"
        "<tr><td>1</td><td>张三<br>李四</td><td><p>县&nbsp;局</p><p>A&amp;B</p></td></tr>"
        "<tr><td>2</td><td rowspan=0><b>王五</b></td><td>县<i>教育</i>局</td></tr></table>"
    )
    (table,) = layout.tables
    assert (table.rows, table.columns, table.header_rows) == (4, 3, 2)
    assert grid(table)[0] == ["序号", "分工", "分工"]
    assert grid(table)[1] == ["序号", "领导", "单位"]
    assert grid(table)[2] == ["1", "张三\n李四", "县 局\nA&B"]
    assert grid(table)[3] == ["2", "王五", "县教育局"]
    assert layout.findings == ()


def test_html_with_holes_overlaps_and_nesting_still_tiles() -> None:
    layout = read(
        "<table><tr><td>a</td><td rowspan=9>b</td></tr><tr><td colspan=3>c</td></tr>"
        "<tr><td>d<table><tr><td>e</td><td>f</td></tr></table></td></tr></table>"
    )
    (table,) = layout.tables  # making it proves that the cells tile
    assert table.cell_at(2, 0).text.split() == ["d", "e", "f"]
    assert {finding.code for finding in layout.findings} == {Code.GRID_BROKEN}


def test_an_unclosed_table_is_read_and_reported() -> None:
    layout = read("前文\n<table><tr><td>a</td><td>b</td></tr><tr><td>c</td>")
    assert grid(layout.tables[0]) == [["a", "b"], ["c", ""]]
    assert any("not closed" in finding.message for finding in layout.findings)


def test_html_tables_page_by_page_are_one() -> None:
    page = "<table><tr><td>序号</td><td>名称</td></tr><tr><td>{}</td><td>{}</td></tr></table>\n"
    layout = read(page.format(1, "甲") + "\n" + page.format(2, "乙"))
    assert grid(layout.tables[0]) == [["序号", "名称"], ["1", "甲"], ["2", "乙"]]


def test_markdown_pipes() -> None:
    layout = read("| 序号 | 名称 |\n|:--|---:|\n| 1 | a\\|b |\n| 2 | **乙** |\n\n尾\n")
    assert grid(layout.tables[0]) == [["序号", "名称"], ["1", "a|b"], ["2", "乙"]]
    assert [word.text for word in layout.prose[0].lines] == ["尾"]


def test_prose_loses_markup_and_keeps_order() -> None:
    layout = read(
        "# 甲县人民政府文件\n\n**一、加强领导。**各单位  \n> 引文\n---\n"
        "![图](images/1.jpg)\n<div align='center'>2023年4月29日</div>\n```\n⼈⺠\n"
    )
    prose = layout.prose[0]
    assert [word.text for word in prose.lines] == [
        "甲县人民政府文件",
        "一、加强领导。各单位",
        "引文",
        "2023年4月29日",
        "人民",
    ]
    assert prose.lines[-1].raw == "⼈⺠"
    tops = [word.box.top for word in prose.lines]
    assert tops == sorted(set(tops))
    assert tops[2] < prose.rules[0].position < tops[3]


def test_the_line_above_may_be_the_title() -> None:
    assert read(f"附件\n某县任务分解表\n\n{HEAD}\n1\t甲\t乙\n").tables[0].title == "某县任务分解表"
    assert read(f"请各单位落实。\n{HEAD}\n1\t甲\t乙\n").tables[0].title is None
    caption = read("<table><caption>清单</caption><tr><td>a</td><td>b</td></tr></table>")
    assert caption.tables[0].title == "清单"


def test_nothing_is_a_layout_of_nothing() -> None:
    layout = read("\n \n")
    assert layout.tables == ()
    assert layout.prose[0].lines == ()


WORDS = st.text("甲乙丙丁，。1a", min_size=1, max_size=6)


@given(st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_rows_come_back(rows: list[list[str]]) -> None:
    head = ["序号", "名称", "责任单位"]
    text = "\n".join("\t".join(row) for row in (head, *rows))
    assert grid(read(text).tables[0]) == [head, *rows]


@given(st.text("<>/tabledr ht123|\t\n-甲&;='\"rowspancol", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    layout = read("<table>" + text)
    assert all(table.rows >= 1 for table in layout.tables)
    read(text)
