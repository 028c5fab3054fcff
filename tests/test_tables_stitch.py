"""A table over pages is one table: headers once, broken rows whole, spans over page ends."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruled import Box, Sheet

from pipeline.config import load_settings
from pipeline.model import Code, Layout, Severity, Table
from pipeline.tables import pages_to_layout

SETTINGS = load_settings()
HEAD = ("序号", "名称", "具体措施", "牵头领导", "责任单位")
XS = (60.0, 95.0, 175.0, 345.0, 415.0, 535.0)
FOOT = 780.0
Row = tuple[str, ...]


def row(serial: str, *, name: str = "招商引资", text: str = "", who: str = "王强") -> Row:
    return serial, name, text or f"落实第{serial}项任务要求。", who, "县发改局、\n县财政局"


def pages_of(
    *tables: Sequence[Row], shift: float = 0.0, open_sides: str = "", edges: Sequence[float] = XS
) -> Layout:
    """Each table on its own page, ending at the page's foot but for the last."""
    sheets = []
    for number, rows in enumerate(tables, start=1):
        sheet = Sheet(number)
        xs = [x + shift * (number % 2) for x in edges]
        height = sum(8 + 16 * max(t.count("\n") + 1 for t in cells) for cells in rows)
        sides = {"bottom"} if "bottom" in open_sides and number < len(tables) else set()
        sides |= {"top"} if "top" in open_sides and number > 1 else set()
        top = FOOT - height if number == 1 else 80.0
        sheet.rows(rows, xs, top, frozenset(sides))
        sheet.line(f"— {number} —", 800)
        sheets.append(sheet.content())
    return pages_to_layout(sheets, SETTINGS)


def texts(table: Table) -> list[Row]:
    return [
        tuple(table.cell_at(r, c).text for c in range(table.columns)) for r in range(table.rows)
    ]


def codes(layout: Layout) -> list[Code]:
    return [finding.code for finding in layout.findings]


def joined(*parts: Row) -> Row:
    columns = zip(*parts, strict=True)
    return tuple("\n".join(t for t in column if t).replace("\u3000", " ") for column in columns)


def test_repeated_headers_are_dropped() -> None:
    rows = [row(str(n)) for n in range(1, 7)]
    layout = pages_of([HEAD, *rows[:3]], [HEAD, *rows[3:5]], [HEAD, rows[5]])
    (table,) = layout.tables
    assert texts(table) == [HEAD, *rows]
    assert (table.header_rows, table.pages, table.joined_rows) == (1, (1, 2, 3), ())
    assert layout.findings == ()


def test_a_table_goes_on_without_header_and_with_shifted_margins() -> None:
    rows = [row(str(n)) for n in range(1, 6)]
    layout = pages_of([HEAD, *rows[:3]], rows[3:], shift=17.0)
    assert texts(layout.tables[0]) == [HEAD, *rows]
    assert layout.findings == ()


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("open_sides", ["", "bottom", "bottom top"])
def test_a_broken_row_is_one_row_cell_by_cell(header: bool, open_sides: str) -> None:
    first = (
        "2",
        "加大招商\n引资",
        "新引进投资二亿元以上项\n目一百个，",
        "王\u3000李\n建\u3000晓",
        "县商务局、\n县工信",
    )
    second = ("", "力度", "内联引资到位资金增长。", "国\u3000明", "局")
    top = [HEAD] if header else []
    layout = pages_of(
        [HEAD, row("1"), first], [*top, second, row("3"), row("4")], open_sides=open_sides
    )
    (table,) = layout.tables
    assert texts(table) == [HEAD, row("1"), joined(first, second), row("3"), row("4")]
    assert table.joined_rows == (2,)
    cell = table.cell_at(2, 3)
    assert [part.page for part in cell.fragments] == [1, 2]
    assert [line.text for line in cell.fragments[1].lines] == ["国 明"]
    assert codes(layout) == [Code.ROW_JOINED]
    finding = layout.findings[0]
    assert (finding.page, finding.severity) == (2, Severity.INFO)
    assert finding.box is not None
    assert finding.box.x0 == 60


def test_a_row_s_end_in_the_cells_of_the_repeated_header_is_found() -> None:
    first = [HEAD, row("1"), ("2", "招商引资", "落实第2项\n任务，", "王强", "县发改局、")]
    covered = ("序号", "名称", "具体措施\n并按月报送。", "牵头领导\n李明", "责任单位\n县财政局")
    layout = pages_of(first, [covered, row("3")])
    (table,) = layout.tables
    rest = ("", "", "并按月报送。", "李明", "县财政局")
    assert texts(table) == [HEAD, row("1"), joined(first[2], rest), row("3")]
    assert table.joined_rows == (2,)


def test_another_header_that_begins_alike_takes_in_no_row() -> None:
    other = ("序号", "名称\n及内容", "措施", "牵头领导", "责任单位")
    layout = pages_of([HEAD, row("1"), row("2")], [other, row("1"), row("2")])
    assert [table.rows for table in layout.tables] == [3, 3]


def test_only_the_tail_of_one_column_is_on_the_next_page() -> None:
    tail = ("", "", "", "", "县税务局")
    layout = pages_of([HEAD, row("1"), row("2")], [HEAD, tail, row("3")])
    assert texts(layout.tables[0]) == [HEAD, row("1"), joined(row("2"), tail), row("3")]
    assert codes(layout) == [Code.ROW_JOINED]


def test_a_row_over_three_pages_is_one_row() -> None:
    parts = [
        ("2", "招商", "一是抓好项目\n建设，推动", "王强", "县发改局、"),
        ("", "", "\n".join(["各项政策措施落地见效的工作"] * 30), "", ""),
        ("", "", "全面完成。", "", ""),
    ]
    layout = pages_of([HEAD, row("1"), parts[0]], [HEAD, parts[1]], [HEAD, parts[2], row("3")])
    (table,) = layout.tables
    assert texts(table) == [HEAD, row("1"), joined(*parts), row("3")]
    assert table.joined_rows == (2,)
    assert [part.page for part in table.cell_at(2, 2).fragments] == [1, 2, 3]
    assert codes(layout) == [Code.ROW_JOINED, Code.ROW_JOINED]


def test_a_serial_centred_on_the_second_part_joins_too() -> None:
    first = ("", "", "一是抓好项目建设，推动\n各项政策措施，", "", "县发改局、")
    second = ("3", "招商", "落地见效。", "王强", "县财政局")
    layout = pages_of([HEAD, row("1"), row("2"), first], [HEAD, second, row("4")])
    assert texts(layout.tables[0])[3] == joined(first, second)


def test_a_repeated_serial_stands_once() -> None:
    first = ("2", "招商", "一是抓好项目建设，推动\n各项政策措施，", "王强", "县发改局")
    layout = pages_of([HEAD, row("1"), first], [HEAD, ("2", "", "落地。", "", ""), row("3")])
    assert texts(layout.tables[0])[2][:3] == ("2", "招商", f"{first[2]}\n落地。")


def test_new_rows_stay_apart() -> None:
    long = row("2", text="新引进投资二亿元以上项目\n一百个以上并推动项目落地")
    layout = pages_of([HEAD, row("1"), long], [HEAD, row("3"), row("4")])
    assert texts(layout.tables[0]) == [HEAD, row("1"), long, row("3"), row("4")]


def test_without_serials_what_is_cut_joins_and_what_is_whole_does_not() -> None:
    head = ("工作任务", "具体措施", "牵头领导", "责任单位", "完成时限")
    body = [
        (f"任务{n}", f"落实第{n}项任务要求。", "王强", "县发改局", "6月底") for n in "一二三四五"
    ]
    cut = ("任务六", "新引进投资\n二亿元以上", "李娜", "县商务局", "年底")
    rest = ("", "的项目十个。", "", "", "")
    edges = (60.0, 120.0, 260.0, 330.0, 440.0, 535.0)
    layout = pages_of([head, *body[:3], cut], [head, rest, *body[3:]], edges=edges)
    assert texts(layout.tables[0])[4] == joined(cut, rest)
    layout = pages_of([head, *body[:3]], [head, *body[3:]], edges=edges)
    assert texts(layout.tables[0]) == [head, *body]
    assert layout.findings == ()


def test_evidence_that_contradicts_itself_is_reported() -> None:
    # The serial is blank, yet nothing is cut and all else is there.
    odd = ("", "乡村振兴", "落实另一项任务要求。", "李娜", "县农业农村局")
    layout = pages_of([HEAD, row("1"), row("2")], [HEAD, odd, row("3")])
    assert Code.ROW_JOIN_DOUBTFUL in codes(layout)
    assert layout.findings[0].severity is Severity.WARNING
    # Rows kept apart in doubt are both doubted: what was cut off one is in the other.
    doubts = [f for f in layout.findings if f.code is Code.ROW_JOIN_DOUBTFUL]
    assert len(layout.tables[0].joined_rows) + len(doubts) == 2
    printed = "".join(text for cells in texts(layout.tables[0]) for text in cells)
    assert "落实另一项任务要求。" in printed


def test_ruled_cells_that_go_into_no_table_are_told_where_they_stand() -> None:
    first, last = Sheet(1), Sheet(2)
    first.rows([HEAD, row("1"), row("2")], XS, 600.0)
    last.rows([("9", "考核巡查", "全年")], (60.0, 250.0, 400.0, 535.0), 80.0)
    layout = pages_to_layout([first.content(), last.content()], SETTINGS)
    (lost,) = (f for f in layout.findings if f.code is Code.TEXT_OUTSIDE)
    assert (lost.page, lost.severity) == (2, Severity.WARNING)
    assert lost.message.endswith(": 9考核巡查全年")
    blank = Sheet(2)
    blank.rows([("", "", "")], (60.0, 250.0, 400.0, 535.0), 80.0)
    layout = pages_to_layout([first.content(), blank.content()], SETTINGS)
    assert codes(layout) == []


def test_a_part_with_other_columns_is_another_table() -> None:
    first, second = Sheet(1), Sheet(2)
    first.rows([HEAD, row("1"), row("2")], XS, 600)
    other = [("序号", "项目名称", "责任单位"), ("1", "甲", "乙"), ("2", "丙", "丁")]
    second.rows(other, (60.0, 130.0, 300.0, 535.0), 80)
    tables = pages_to_layout([first.content(), second.content()], SETTINGS).tables
    assert [(t.number, t.rows, t.columns) for t in tables] == [(1, 3, 5), (2, 3, 3)]


@pytest.mark.parametrize(
    ("line", "count"),
    [("附件2", 2), ("乙县任务分解表", 2), ("甲县任务分解表", 1), ("（续表）", 1), ("甲县文件", 2)],
)
def test_a_new_label_or_title_begins_a_new_table(line: str, count: int) -> None:
    first, second = Sheet(1), Sheet(2)
    first.line("甲县任务分解表", 560)
    first.rows([HEAD, row("1"), row("2")], XS, 600)
    second.line(line, 60, 60 if line.startswith("附件") else None)
    second.rows([HEAD, row("1"), row("2")], XS, 100)
    layout = pages_to_layout([first.content(), second.content()], SETTINGS)
    assert len(layout.tables) == count


def test_text_below_ends_a_table() -> None:
    first, second = Sheet(1), Sheet(2)
    first.rows([HEAD, row("1")], XS, 100)
    for index in range(4):
        first.line("现将有关事项通知如下，请认真贯彻执行", 300 + 30 * index)
    second.rows([HEAD, row("1"), row("2")], XS, 100)
    assert len(pages_to_layout([first.content(), second.content()], SETTINGS).tables) == 2


def test_a_running_head_does_not_end_a_table() -> None:
    sheets = []
    for number in (1, 2, 3):
        sheet = Sheet(number)
        sheet.line(f"望潮县人民政府公报 2025年第{number}页", 40, size=10)
        sheet.rows([HEAD, row(str(number))], XS, 80)
        sheets.append(sheet.content())
    assert len(pages_to_layout(sheets, SETTINGS).tables) == 1


def test_a_row_alone_on_its_page_belongs_to_the_table_and_a_lone_box_to_none() -> None:
    layout = pages_of([HEAD, row("1"), row("2")], [row("3")])
    assert texts(layout.tables[0]) == [HEAD, row("1"), row("2"), row("3")]
    sheet = Sheet()
    sheet.rows([("姓名", "张三", "年龄")], (60, 100, 200, 300), 100)
    layout = pages_to_layout([sheet.content()], SETTINGS)
    assert layout.tables == ()
    assert [line.text for line in layout.prose[0].lines] == ["姓名 张三 年龄"]


def test_a_last_page_that_merges_columns_still_fits() -> None:
    first, second = Sheet(1), Sheet(2)
    first.rows([HEAD, *(row(str(n)) for n in range(1, 4))], XS, 600)
    second.rows([("合计", "三项", "三人", "两局")], (60, 175, 345, 415, 535), 80)
    (table,) = pages_to_layout([first.content(), second.content()], SETTINGS).tables
    last = table.cell_at(4, 0)
    assert (last.text, last.column_span, table.columns) == ("合计", 2, 5)


def spans(first_blank: str) -> Layout:
    """类别 over rows 1–3, of which the third stands on the second page."""
    first, second = Sheet(1), Sheet(2)
    xs = (60.0, 120.0, 160.0, 340.0, 440.0, 535.0)
    head = ("类别", "序号", "具体措施", "牵头领导", "责任单位")
    boxes = [Box(0, c, text) for c, text in enumerate(head)]
    boxes += [Box(1, 0, "一、稳增长", row_span=2)]
    boxes += [
        Box(r, c + 1, t) for r in (1, 2) for c, t in enumerate((str(r), "甲。", "王", "县局"))
    ]
    first.table(boxes, xs, (600, 660, 720, 780))
    boxes = [Box(0, c, text) for c, text in enumerate(head)]
    boxes += [Box(1, 0, first_blank), Box(2, 0, "二、促改革", row_span=2)]
    boxes += [
        Box(r, c + 1, t)
        for r in (1, 2, 3)
        for c, t in enumerate((str(r + 2), "乙。", "李", "县厅"))
    ]
    second.table(boxes, xs, (80, 140, 200, 260, 320))
    return pages_to_layout([first.content(), second.content()], SETTINGS)


@pytest.mark.parametrize("text", ["", "一、稳增长"])
def test_a_category_goes_on_over_the_page_end(text: str) -> None:
    layout = spans(text)
    (table,) = layout.tables
    cell = table.cell_at(3, 0)
    assert (cell.text, cell.row, cell.row_span, cell.pages) == ("一、稳增长", 1, 3, (1, 2))
    assert table.cell_at(4, 0).text == "二、促改革"
    assert [table.cell_at(r, 1).text for r in range(1, 6)] == ["1", "2", "3", "4", "5"]
    assert table.joined_rows == ()


@pytest.mark.parametrize("text", ["三、惠民生", "二惠民生"])
def test_another_category_begins_at_the_page_head(text: str) -> None:
    """Also where the mark behind the next number was lost."""
    cell = spans(text).tables[0].cell_at(3, 0)
    assert (cell.text, cell.row, cell.row_span) == (text, 3, 1)


def test_a_category_cut_by_the_page_end_is_whole_again() -> None:
    cell = spans("促投资").tables[0].cell_at(3, 0)
    assert (cell.text, cell.row, cell.row_span) == ("一、稳增长\n促投资", 1, 3)


def led(foot: str, head: str, who: str, due: tuple[str, str] = ("", "")) -> Layout:
    """Row 3 at the foot, led by `foot`; rows 4 and 5 on the next page, led by `head`.

    Leaders span rows elsewhere; `who` is responsible for row 3; `due` as on either page.
    """
    first, second = Sheet(1), Sheet(2)
    boxes = [Box(0, column, text) for column, text in enumerate((*HEAD, "时限"))]
    boxes += [Box(1, 5, "五月"), Box(2, 5, "五月"), Box(3, 5, due[0])]
    boxes += [Box(1, 3, "王强\n李明", row_span=2), Box(3, 3, foot)]
    for r in (1, 2, 3):
        cells = {0: str(r), 1: "招商引资", 2: f"落实第{r}项。", 4: who if r == 3 else "县局"}
        boxes += [Box(r, column, text) for column, text in cells.items()]
    xs = (*XS, 570.0)
    first.table(boxes, xs, (600, 624, 660, 700, 740))
    boxes = [Box(0, 3, head, row_span=2), Box(0, 5, due[1], row_span=2)]
    for r in (0, 1):
        cells = {0: str(r + 4), 1: "招商引资", 2: f"落实第{r + 4}项。", 4: "县局"}
        boxes += [Box(r, column, text) for column, text in cells.items()]
    second.table(boxes, xs, (80, 180, 280))
    return pages_to_layout([first.content(), second.content()], SETTINGS)


@pytest.mark.parametrize(
    ("foot", "head"),
    [
        ("程炎\n孔伟", "黎清\n黎栋"),
        (
            "程\u3000孔\n炎\u3000伟",
            "黎\n清\n栋",
        ),  # room for a line, and none for names printed downwards
    ],
)
def test_a_text_over_rows_that_go_on_beside_it_goes_on_too_in_doubt(foot: str, head: str) -> None:
    whole = led(foot, head, "县财政局、\n县发改局", ("年底前", ""))
    cell = whole.tables[0].cell_at(4, 3)
    assert (cell.text.split(), cell.row, cell.row_span) == ([*foot.split(), *head.split()], 3, 3)
    assert codes(whole) == [Code.ROW_JOIN_DOUBTFUL] * 2
    parted = led(foot, head, "县财政局、\n县发改局", ("年底前", "六月底"))
    assert parted.tables[0].cell_at(4, 3).text == head


def test_a_text_over_rows_that_the_page_end_may_have_cut_is_reported_on_both_sides() -> None:
    layout = led("程炎\n孔伟", "黎清\n黎栋", "县财政局、\n县发改局")
    doubts = [f for f in layout.findings if f.code is Code.ROW_JOIN_DOUBTFUL]
    assert [(f.page, f.severity) for f in doubts] == [(1, Severity.WARNING), (2, Severity.WARNING)]
    assert "程炎孔伟 / 黎清黎栋" in doubts[0].message
    table = layout.tables[0]
    places = [table.cell_at(row, 3).fragments[0].box for row in (3, 4)]
    assert [finding.box for finding in doubts] == places


@pytest.mark.parametrize(
    ("foot", "head", "who"),
    [
        ("程炎", "黎清\n黎栋", "县财政局、\n县发改局"),  # the foot has room for another line
        ("程炎\n孔伟", "黎清\n黎栋", "县财政局"),  # they make the row as high as it is
        ("程炎\n孔伟", "\n\n黎清\n黎栋", "县财政局、\n县发改局"),  # a text in the middle
    ],
)
def test_texts_over_rows_that_were_not_cut_raise_no_doubt(foot: str, head: str, who: str) -> None:
    layout = led(foot, head, who)
    assert codes(layout) == []
    table = layout.tables[0]
    assert (table.rows, table.cell_at(3, 3).text) == (6, foot)
    assert table.cell_at(5, 3).text == head.strip()


def test_a_list_over_rows_cut_at_its_mark_is_whole_again_with_a_doubt() -> None:
    layout = led("程炎、", "黎清、\n黎栋", "县财政局")
    cell = layout.tables[0].cell_at(5, 3)
    assert (cell.text, cell.row, cell.row_span) == ("程炎、\n黎清、\n黎栋", 3, 3)
    assert codes(layout) == [Code.ROW_JOIN_DOUBTFUL] * 2


def test_a_broken_row_under_a_category_keeps_both() -> None:
    first, second = Sheet(1), Sheet(2)
    xs = (60.0, 120.0, 160.0, 340.0, 440.0, 535.0)
    head = ("类别", "序号", "具体措施", "牵头领导", "责任单位")
    boxes = [Box(0, c, text) for c, text in enumerate(head)] + [Box(1, 0, "一、稳增长", row_span=2)]
    boxes += [Box(1, c + 1, t) for c, t in enumerate(("1", "甲。", "王", "县局"))]
    boxes += [Box(2, c + 1, t) for c, t in enumerate(("2", "推动各项政策，", "李", "县厅、"))]
    first.table(boxes, xs, (600, 660, 720, 780))
    boxes = [Box(0, c, text) for c, text in enumerate(head)] + [Box(1, 0, "", row_span=2)]
    boxes += [Box(1, c + 1, t) for c, t in enumerate(("", "落地见效。", "", "县院"))]
    boxes += [Box(2, c + 1, t) for c, t in enumerate(("3", "丙。", "赵", "县办"))]
    second.table(boxes, xs, (80, 140, 200, 260))
    (table,) = pages_to_layout([first.content(), second.content()], SETTINGS).tables
    cell = table.cell_at(1, 0)
    assert (cell.text, cell.row_span, table.rows, table.joined_rows) == ("一、稳增长", 3, 4, (2,))
    assert table.cell_at(2, 2).text == "推动各项政策，\n落地见效。"
    assert table.cell_at(2, 4).text == "县厅、\n县院"


def test_tables_side_by_side_go_on_each_for_itself() -> None:
    head = ("序号", "名称", "责任单位")
    left, right = (40.0, 80.0, 180.0, 280.0), (310.0, 350.0, 450.0, 550.0)
    sheets = []
    for number in (1, 2):
        sheet = Sheet(number)
        start = 2 * number - 1
        for xs, mark in ((left, "左"), (right, "右")):
            rows = [(str(n), f"{mark}任务", "县局") for n in (start, start + 1)]
            sheet.rows([head, *rows], xs, 100)
        sheets.append(sheet.content())
    tables = pages_to_layout(sheets, SETTINGS).tables
    assert [table.rows for table in tables] == [5, 5]
    assert {table.cell_at(4, 1).text for table in tables} == {"左任务", "右任务"}


WORDS = "推动政策措施落地见效项目建设资金保障责任落实"


def random_rows(rng: random.Random) -> list[list[list[str]]]:
    """Rows of cells of lines; each text ends with a full stop, each row has its serial."""
    rows = []
    for serial in range(1, rng.randint(4, 12)):
        cells = [[str(serial)]]
        for width in (4, 9, 3, 6):
            lines = ["".join(rng.choices(WORDS, k=width)) for _ in range(rng.randint(1, 9))]
            lines[-1] = lines[-1][:-1] + "。"
            cells.append(lines)
        rows.append(cells)
    return rows


def paginate(
    rows: list[list[list[str]]], capacity: int, repeat: bool, rng: random.Random
) -> list[Sheet]:
    """Break rows at page ends, line by line, as a typesetter does."""
    sheets: list[Sheet] = []
    queue = [[list(cell) for cell in cells] for cells in rows]
    while queue:
        page: list[Row] = [HEAD] if repeat or not sheets else []
        room = capacity
        while queue and room > 0:
            taken = [cell[:room] for cell in queue[0]]
            page.append(tuple("\n".join(cell) for cell in taken))
            left = [cell[room:] for cell in queue[0]]
            room -= max(map(len, taken))
            queue = [left, *queue[1:]] if any(left) else queue[1:]
        sheet = Sheet(len(sheets) + 1)
        shift = rng.uniform(-15, 15)
        sheet.rows(page, [x + shift for x in XS], 80)
        sheet.line(f"— {sheet.page} —", 800)
        sheets.append(sheet)
    return sheets


@given(seed=st.integers(0, 10**9), capacity=st.integers(8, 30), repeat=st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_the_pages_the_rows_come_back(seed: int, capacity: int, repeat: bool) -> None:
    rng = random.Random(seed)
    rows = random_rows(rng)
    sheets = paginate(rows, capacity, repeat, rng)
    layout = pages_to_layout([sheet.content() for sheet in sheets], SETTINGS)
    (table,) = layout.tables
    assert texts(table) == [HEAD, *(tuple("\n".join(cell) for cell in cells) for cells in rows)]
    assert len([c for c in codes(layout) if c is Code.ROW_JOINED]) >= len(table.joined_rows) - len(
        [c for c in codes(layout) if c is Code.ROW_JOIN_DOUBTFUL]
    )


def two_sheets(
    title: str, xs: Sequence[float], edges: Sequence[float], serial: str = "3"
) -> Layout:
    """A broken row over two scanned pages, the second with its heading and a line above it."""
    first, second = Sheet(1, route="scan"), Sheet(2, route="scan")
    first.rows([HEAD, row("1"), row("2", text="落实第2项任务要求，\n每月调度一次，")], xs, 600.0)
    second.rows([HEAD, ("", "", "每季度通报一次。", "", ""), row(serial)], edges, 120.0)
    if title:
        second.line(title, 95.0)
    return pages_to_layout([first.content(), second.content()], SETTINGS)


@pytest.mark.parametrize(
    ("title", "serial", "count"),
    [
        ("资料", "3", 1),
        ("清单", "3", 2),
        ("双资料注", "3", 1),
        ("重点工作任务", "1", 2),
        ("重点工作清单", "3", 2),
    ],
)
def test_a_word_of_a_watermark_is_no_title_of_a_new_table(
    title: str, serial: str, count: int
) -> None:
    assert len(two_sheets(title, XS, XS, serial).tables) == count


def test_a_speck_below_a_repeated_heading_is_the_end_of_no_row() -> None:
    first, second = Sheet(1, route="scan"), Sheet(2, route="scan")
    first.rows([HEAD, row("1"), row("2", text="落实第2项任务要求，\n每月调度一次，")], XS, 600.0)
    specked = (HEAD[0], HEAD[1] + "\n·", *HEAD[2:])
    second.rows([specked, ("", "", "每季度通报一次。", "", ""), row("3")], XS, 120.0)
    (table,) = pages_to_layout([first.content(), second.content()], SETTINGS).tables
    assert [t[0] for t in texts(table)] == ["序号", "1", "2", "3"]


@pytest.mark.parametrize("side", [0, -1])
def test_a_page_that_lost_a_side_goes_on_with_its_table(side: int) -> None:
    edges = list(XS)
    edges[side] += 25 if side == 0 else -25
    (table,) = two_sheets("", XS, edges).tables
    assert [t[0] for t in texts(table)] == ["序号", "1", "2", "3"]
    inner = list(XS)
    inner[2] += 12  # another column ends elsewhere: no border was lost
    inner[-1] -= 25
    assert len(two_sheets("", XS, inner).tables) == 2


def pages_with_rest(xs: Sequence[float], rest: Row) -> Layout:
    """A table whose last row goes on in the columns between `xs` alone, without rules above."""
    first = Sheet(1)
    rows = [HEAD, row("1"), row("2")]
    height = sum(8 + 16 * max(t.count("\n") + 1 for t in cells) for cells in rows)
    first.rows(rows, XS, FOOT - height, frozenset({"bottom"}))
    second = Sheet(2)
    second.rows([rest], xs, 80.0, frozenset({"top"}))
    return pages_to_layout([first.content(), second.content()], SETTINGS)


def test_a_page_that_shows_inner_columns_alone_goes_on_with_the_table() -> None:
    layout = pages_with_rest(XS[1:-1], ("", "并按月报送进展。", ""))
    (table,) = layout.tables
    assert table.rows == 3
    assert texts(table)[2][2].endswith("并按月报送进展。")
    assert [cell.pages for cell in table.cells if cell.row == 2] == [(1, 2)] * table.columns


def test_cells_in_other_columns_after_a_table_are_told_of() -> None:
    xs = [x + 37.0 * at for at, x in enumerate(XS[1:-1])]
    layout = pages_with_rest(xs, ("", "并按月报送进展。", ""))
    (table,) = layout.tables
    assert table.pages == (1,)
    told = [f for f in layout.findings if "other columns" in f.message]
    assert [(f.severity, f.page) for f in told] == [(Severity.WARNING, 1)]


def test_specks_beside_serials_do_not_join_rows_over_a_page_end() -> None:
    rows = [row("1"), row("+ 2"), row("。3"), row("4*", text="深化改革，网上可办率")]
    after = [row("· 5", text="压缩时限。"), row("6")]
    layout = pages_of([HEAD, *rows], [HEAD, *after])
    (table,) = layout.tables
    assert [cells[0] for cells in texts(table)[1:]] == ["1", "+ 2", "。3", "4*", "· 5", "6"]


@pytest.mark.parametrize(("read", "joined"), [("4", (2,)), ("7", (2,)), ("3", ())])
def test_a_speck_read_as_a_serial_does_not_part_a_broken_row(
    read: str, joined: tuple[int, ...]
) -> None:
    """Below row 2; only 3 would follow, however badly it was read."""
    first, second = Sheet(1), Sheet(2)
    first.rows(
        [HEAD, row("1"), row("2", text="落实第2项任务要求，按月调度并通报进展情况，严格考核")],
        XS,
        640,
    )
    second.rows([(read, "", "奖惩。", "", "县审计局"), row("3" if joined else "4")], XS, 80)
    second.words[0] = replace(second.words[0], score=0.4)
    (table,) = pages_to_layout([first.content(), second.content()], SETTINGS).tables
    assert table.joined_rows == joined


def test_a_page_on_which_every_ruling_is_broken_is_ruled_all_the_same() -> None:
    """Rulings closed over gaps have a thickness; those that only text makes have none."""
    first, second = Sheet(1), Sheet(2)
    first.rows([HEAD, row("1"), row("2")], XS, 640)
    second.rows([row("3"), row("4")], XS, 80)
    second.rulings = [replace(r, inferred=True, thickness=1.0) for r in second.rulings]
    (table,) = pages_to_layout([first.content(), second.content()], SETTINGS).tables
    assert [table.cell_at(r, 0).text for r in range(1, 5)] == ["1", "2", "3", "4"]
