"""Tables without column rules, by how their text is set; and text in columns that is no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from ruled import LEADING, PAD, SIZE, Sheet, concluded

from pipeline.config import Settings, load_settings
from pipeline.geometry import BBox
from pipeline.grid import find_grids
from pipeline.model import Cell, Code, Finding, Layout, PageContent, Ruling, Severity
from pipeline.normalise import layout_to_tasks
from pipeline.tables import pages_to_layout
from pipeline.tables.head_ends import find_head_end
from pipeline.tables.heads import settings_to_headers

XS = (60.0, 100.0, 190.0, 370.0, 450.0, 540.0)
HEAD = ("序号", "工作任务", "具体措施", "牵头领导", "责任单位")
ROWS = (
    (
        "1",
        "防汛备汛",
        "排查小型水库二十八座，建立\n隐患清单，四月底前完成。",
        "童勋海",
        "县水利局\n县应急局",
    ),
    (
        "2",
        "稳住粮食\n生产",
        "落实双季稻面积十二万亩，建设\n高标准农田两万亩。",
        "张文毅",
        "县农业农村局",
    ),
    (
        "3",
        "办好学校",
        "新建改扩建学校三所，新增学位\n一千二百个，九月投入使用。",
        "李樱",
        "县教育局\n县财政局",
    ),
)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings()


def table_sheet(rules: bool, head: Sequence[str] = HEAD) -> PageContent:
    """The rows with a rule under each, or with gaps between them only; no rule stands upright."""
    sheet = Sheet()
    sheet.rows([head, *ROWS], XS, 120.0)
    places = {ruling.position for ruling in sheet.rulings if ruling.axis == "h"} if rules else set()
    sheet.rulings = [Ruling("h", y, XS[0], XS[-1]) for y in sorted(places)]
    return sheet.content()


def grid_texts(layout: Layout) -> list[list[str]]:
    (table,) = layout.tables
    return [
        [cell.text for cell in sorted(table.cells, key=lambda c: c.column) if cell.row == row]
        for row in range(table.rows)
    ]


def test_level_rules_make_rows_and_gutters_columns(settings: Settings) -> None:
    layout = pages_to_layout([table_sheet(rules=True)], settings)
    assert grid_texts(layout) == [list(HEAD), *map(list, ROWS)]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_column_edge_in_the_header_alone_is_none(settings: Settings, rows: int) -> None:
    """A stroke of 务 taken for a ruling; one row below a header is too few to tell."""
    sheet = Sheet()
    sheet.rows([HEAD, *ROWS[:rows]], XS, 120.0)
    sheet.rulings.append(Ruling("v", XS[1] + PAD + 25.0, 120.0, 120.0 + 2 * PAD + LEADING))
    layout = pages_to_layout([sheet.content()], settings)
    told = [finding for finding in layout.findings if finding.code is Code.RULING_INFERRED]
    if rows == 1:
        assert (layout.tables[0].columns, told) == (len(HEAD) + 1, [])
    else:
        assert grid_texts(layout) == [list(HEAD), *map(list, ROWS)]
        assert [finding.severity for finding in told] == [Severity.INFO]


def test_rows_without_any_rule_begin_with_their_serials(settings: Settings) -> None:
    layout = pages_to_layout([table_sheet(rules=False)], settings)
    texts = grid_texts(layout)
    assert [row[0] for row in texts] == ["序号", "1", "2", "3"]
    assert [row[3] for row in texts] == ["牵头领导", "童勋海", "张文毅", "李樱"]


@pytest.mark.parametrize("rules", [True, False])
def test_such_a_table_is_told(settings: Settings, rules: bool) -> None:
    layout = pages_to_layout([table_sheet(rules)], settings)
    told = [f for f in layout.findings if f.code is Code.TABLE_UNRULED]
    assert any(finding.box is not None and finding.page == 1 for finding in told)
    assert {Severity.INFO} <= {finding.severity for finding in told}


def test_columns_under_no_known_header_are_no_table(settings: Settings) -> None:
    head = ("甲", "乙乙", "丙丙", "丁丁", "戊戊")
    layout = pages_to_layout([table_sheet(rules=False, head=head)], settings)
    assert layout.tables == ()


def test_prose_in_two_columns_is_no_table(settings: Settings) -> None:
    sheet = Sheet()
    for at in range(20):
        for x in (60.0, 320.0):
            sheet.line(
                "各责任单位要按照工作任务抓好具体措施落实", 100 + at * (LEADING + PAD), x, 10.0
            )
    layout = pages_to_layout([sheet.content()], settings)
    assert layout.tables == ()
    assert not [f for f in layout.findings if f.code is Code.TABLE_UNRULED]


MORE = (
    ("4", "修路架桥", "新建农村公路三十公里，改造\n危桥两座。", "", "县交通局"),
    ("5", "保供稳价", "储备粮油三千吨，开设平价店\n十二家。", "", "县商务局"),
)


def two_pages(rules: bool) -> list[PageContent]:
    """The table over a page end: no heading on the second page, and nobody in its fourth column."""
    second = Sheet(page=2)
    second.rows(MORE, XS, 80.0)
    places = {ruling.position for ruling in second.rulings if ruling.axis == "h"} if rules else ()
    second.rulings = [Ruling("h", y, XS[0], XS[-1]) for y in sorted(places)]
    return [table_sheet(rules), second.content()]


@pytest.mark.parametrize("rules", [True, False])
def test_columns_are_carried_to_a_page_that_does_not_show_them(
    settings: Settings, rules: bool
) -> None:
    texts = grid_texts(pages_to_layout(two_pages(rules), settings))
    assert [row[0] for row in texts] == ["序号", "1", "2", "3", "4", "5"]
    assert [row[3] for row in texts] == ["牵头领导", "童勋海", "张文毅", "李樱", "", ""]
    assert [row[4] for row in texts[-2:]] == ["县交通局", "县商务局"]


REST = (("", "工程", "并于五月底前验收完毕。", "", "县农业局"),)


def last_row(layout: Layout) -> list[Cell]:
    (table,) = layout.tables
    return [cell for cell in table.cells if cell.row + cell.row_span == table.rows]


def rest_on_the_next_page(head: Sequence[str], rest: Sequence[Sequence[str]]) -> list[PageContent]:
    second = Sheet(page=2)
    second.rows([head, *rest], XS, 80.0)
    second.rulings = []
    return [table_sheet(rules=False), second.content()]


def test_the_rest_of_a_row_alone_below_the_headings_of_the_next_page_is_kept(
    settings: Settings,
) -> None:
    layout = pages_to_layout(rest_on_the_next_page(HEAD, REST), settings)
    texts = grid_texts(layout)
    assert [row[0] for row in texts] == ["序号", "1", "2", "3"]
    assert texts[-1][1:3] == ["办好学校\n工程", ROWS[-1][2] + "\n并于五月底前验收完毕。"]
    # Names printed downwards go on where they stood: each part of a cell has the same sides.
    parts = [[(part.box.x0, part.box.x1) for part in cell.fragments] for cell in last_row(layout)]
    assert [len(part) for part in parts] == [2] * len(HEAD)
    assert all(one == pytest.approx(other) for one, other in parts)


def test_headings_below_which_no_table_is_found_put_the_row_before_in_doubt(
    settings: Settings,
) -> None:
    second = Sheet(page=2)
    second.line("本表所列工作由各责任单位分头落实，每季度报送进展情况。", 60.0, XS[0])
    second.rows([("工作任务", "责任单位"), ("工程", "县农业局")], (60.0, 300.0, 540.0), 80.0)
    second.rulings = []
    layout = pages_to_layout([table_sheet(rules=False), second.content()], settings)
    assert [row[0] for row in grid_texts(layout)] == ["序号", "1", "2", "3"]
    (doubt,) = [f for f in layout.findings if f.severity is Severity.WARNING]
    assert (doubt.code, doubt.page) == (Code.ROW_JOIN_DOUBTFUL, 1)


def test_the_row_that_goes_over_the_page_end_is_kept_below_the_last_rule(
    settings: Settings,
) -> None:
    sheet = Sheet()
    bottom = sheet.rows([HEAD, *ROWS], XS, 120.0)
    places = sorted({ruling.position for ruling in sheet.rulings if ruling.axis == "h"})
    sheet.rulings = [Ruling("h", y, XS[0], XS[-1]) for y in places[:-1]]
    sheet.line("— 3 —", bottom + 40, size=10.0)  # no row, but the page's number
    texts = grid_texts(pages_to_layout([sheet.content()], settings))
    assert texts == [list(HEAD), *map(list, ROWS)]


def test_a_blank_leader_below_another_is_the_same_in_doubt(settings: Settings) -> None:
    """No ruling shows the merged cell; where rulings are printed, a blank cell is blank."""
    rows = [ROWS[0], (*ROWS[1][:3], "", *ROWS[1][4:]), ROWS[2]]
    sheet = Sheet()
    sheet.rows([HEAD, *rows], XS, 120.0)
    ruled = sheet.content()
    sheet.rulings = [r for r in sheet.rulings if r.axis == "h"]
    found = []
    for content in (ruled, sheet.content()):
        layout = pages_to_layout([content], settings)
        tasks, findings = layout_to_tasks(layout, settings)
        told = [f for f in findings if f.message.startswith("leaders is blank")]
        found.append(([task.leaders for task in tasks], len(told)))
    assert found[0] == ([("童勋海",), (), ("李樱",)], 0)
    assert found[1] == ([("童勋海",), ("童勋海",), ("李樱",)], 1)


def close_sheet(head: Sequence[str] = HEAD) -> tuple[Sheet, list[float]]:
    """Rows that begin close below their heading; and where each row begins, then the end."""
    sheet = Sheet()
    sheet.rows([head, *ROWS], XS, 120.0)
    return sheet, sorted({ruling.position for ruling in sheet.rulings if ruling.axis == "h"})


@pytest.mark.parametrize("lost", [1, 2])
def test_a_header_ends_where_its_known_headings_do(settings: Settings, lost: int) -> None:
    """A scan's gaps told otherwise, and the first row stood among the headings, or a part of it."""
    sheet, ys = close_sheet()
    wrong = [y for y in ys if y != ys[1]] if lost == 2 else [ys[0], ys[1] + LEADING + PAD, *ys[2:]]
    sheet.rulings = concluded(XS, wrong)
    layout = pages_to_layout([sheet.content()], settings)
    assert grid_texts(layout) == [list(HEAD), *map(list, ROWS)]


def test_unknown_headings_do_not_tell_where_a_header_ends(settings: Settings) -> None:
    sheet, ys = close_sheet(("甲甲", "乙乙", "丙丙", "丁丁", "戊戊"))
    sheet.rulings = concluded(XS, [ys[0], *ys[2:]])
    known = settings_to_headers(settings)
    page = sheet.content()
    (grid,) = find_grids(page.rulings, 10.5)
    assert find_head_end(page, grid, known, 10.5) is None


def test_where_a_ruling_ends_the_header_nothing_is_concluded(settings: Settings) -> None:
    sheet, ys = close_sheet()
    sheet.rulings = concluded(XS, ys)
    page = sheet.content()
    (grid,) = find_grids(page.rulings, 10.5)
    assert find_head_end(page, grid, settings_to_headers(settings), 10.5) is None


@pytest.mark.parametrize("carried", [True, False])
def test_what_a_page_said_of_rows_that_are_concluded_anew_holds_no_more(
    settings: Settings, carried: bool
) -> None:
    """The second page showed another column edge, or the first one's header another end."""
    box = BBox(XS[0], 100.0, XS[-1], 200.0)
    doubt = Finding("scan", Code.TABLE_UNRULED, Severity.WARNING, "No rule parts these.", 1, box)
    pages = two_pages(rules=True)
    if carried:
        level = pages[1].rulings
        wrong = concluded((*XS[:3], 300.0, *XS[3:]), [ruling.position for ruling in level])
        pages[1] = replace(pages[1], rulings=(*level, *wrong), findings=(doubt,))
    else:
        sheet, ys = close_sheet()
        sheet.rulings = concluded(XS, [ys[0], *ys[2:]])
        pages = [replace(sheet.content(), findings=(doubt,))]
    layout = pages_to_layout(pages, settings)
    assert layout.superseded == (doubt,)
    assert grid_texts(layout) == [list(HEAD), *map(list, (*ROWS, *MORE) if carried else ROWS)]


@pytest.mark.parametrize("mark", ["", "（盖章）"])
def test_what_stands_in_brackets_below_a_heading_belongs_to_it(
    settings: Settings, mark: str
) -> None:
    sheet, ys = close_sheet((*HEAD[:4], f"责任单位\n{mark}" if mark else HEAD[4]))
    page = replace(sheet.content(), rulings=tuple(concluded(XS, [ys[0], *ys[2:]])))
    (grid,) = find_grids(page.rulings, SIZE)
    end = find_head_end(page, grid, settings_to_headers(settings), SIZE)
    assert end is not None
    assert abs(end - ys[1]) < PAD


def test_where_only_a_header_gets_its_end_what_was_doubtful_still_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows concluded anew had other columns, and were not taken."""
    sheet, ys = close_sheet()
    sheet.rulings = concluded(XS, [ys[0], *ys[2:]])
    doubt = Finding("scan", Code.TABLE_UNRULED, Severity.WARNING, "No rule parts these rows.", 1)
    doubt = replace(doubt, box=BBox(XS[0], ys[2], XS[-1], ys[4]))
    page = replace(sheet.content(), findings=(doubt,))
    monkeypatch.setattr("pipeline.tables.unruled.align_text", lambda *_, **__: [])
    layout = pages_to_layout([page], settings)
    assert grid_texts(layout) == [list(HEAD), *map(list, ROWS)]
    assert layout.superseded == ()
