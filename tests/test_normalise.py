"""From layouts to tasks: the notice as machine-read text, and tables made by hand."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_settings
from pipeline.geometry import BBox
from pipeline.markup import text_to_layout
from pipeline.model import Cell, Code, Finding, Fragment, Layout, Severity, Table, Task, Word
from pipeline.normalise import layout_to_document, layout_to_tasks
from pipeline.normalise.serials import serial_without_specks
from pipeline.validate import check

SETTINGS = load_settings()
SAMPLE = Path(__file__).parent.parent / "samples" / "yueyang"


@pytest.fixture(scope="module")
def notice() -> tuple[Layout, tuple[Task, ...], tuple[Finding, ...]]:
    layout = text_to_layout((SAMPLE / "notice.txt").read_text(encoding="utf-8"), SETTINGS)
    tasks, findings = layout_to_tasks(layout, SETTINGS)
    return layout, tasks, findings


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLE / "golden.json").read_text(encoding="utf-8"))
    return data


def key(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def test_the_letter_of_the_notice(notice: Any, golden: dict[str, Any]) -> None:
    document, findings = layout_to_document(notice[0], SETTINGS)
    read = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(document).items()
        if value
    }
    assert {n: list(v) if isinstance(v, tuple) else v for n, v in read.items()} == golden[
        "document"
    ]
    assert findings == ()


def test_the_tasks_of_the_notice(notice: Any, golden: dict[str, Any]) -> None:
    _, tasks, findings = notice
    assert [task.serial for task in tasks] == [row["serial"] for row in golden["tasks"]]
    doubted = {finding.row_no for finding in findings if finding.severity is not Severity.INFO}
    for task, row in zip(tasks, golden["tasks"], strict=True):
        for column in ("name", "superior_measures", "local_measures"):
            assert key(getattr(task, column)) == key(row[column]), (task.serial, column)
        assert list(task.units) == row["units"]
        if row["leaders_certain"]:
            assert list(task.leaders) == row["leaders"]
        elif list(task.leaders) != row["leaders"]:
            assert task.row_no in doubted
    assert 1 in doubted  # the name of serial 5, put right


def test_every_cell_of_the_notice_is_kept_as_read(notice: Any, golden: dict[str, Any]) -> None:
    for task, row in zip(notice[1], golden["tasks"], strict=True):
        assert dict(task.cells)["牵头领导"] == row["leader_cell"]
        assert key(dict(task.cells)["责任单位"]) == key(row["unit_cell"])
        assert list(dict(task.cells)) == [
            "序号",
            "名称",
            "市里政策措施、目标任务",
            "我县政策措施、目标任务",
            "牵头领导",
            "责任单位",
        ]
    assert dict(notice[1][0].cells)["名称"] == "大商资度 加招引力"


def test_the_checks_of_the_notice(notice: Any) -> None:
    layout, tasks, _ = notice
    document, _ = layout_to_document(layout, SETTINGS)
    findings = check(layout, tasks, document, SETTINGS)
    assert {(f.code, f.row_no) for f in findings} == {
        (Code.TEXT_REPEATED, 8),
        (Code.SERIAL_GAP, None),
    }
    (gap,) = (f for f in findings if f.code is Code.SERIAL_GAP)
    assert gap.message.endswith("1–4, 7–10, 13–14, 17")


def cell(row: int, column: int, text: str, rows: int = 1, columns: int = 1, **kw: Any) -> Cell:
    box = BBox(100.0 * column, 50.0 * row, 100.0 * (column + columns), 50.0 * (row + rows))
    lines = tuple(Word(line, box) for line in text.split("\n") if line)
    fragments = (Fragment(kw.get("page", 1), box, lines),)
    return Cell(row, column, rows, columns, text, kw.get("score", 1.0), fragments)


def rows(first: int, *texts: tuple[str, ...]) -> list[Cell]:
    return [
        cell(first + at, column, text)
        for at, row in enumerate(texts)
        for column, text in enumerate(row)
    ]


def read(table: Table) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    return layout_to_tasks(Layout((table,), ()), SETTINGS)


HEADER = ("类别", "序号", "工作任务", "牵头单位", "责任单位", "备注")


def test_spanning_cells_stand_in_every_row() -> None:
    cells = [
        *rows(0, HEADER),
        cell(1, 0, "一、\n产业", rows=2),
        *(cell(1, at + 1, text) for at, text in enumerate(("1", "修\n路", "县住建局", "", ""))),
        *(cell(2, at + 1, text) for at, text in enumerate(("2", "架桥", "县交通局"))),
        cell(2, 4, "县水利局", columns=2),
    ]
    tasks, findings = read(Table(2, 3, 6, tuple(cells), 1, title="分解表"))
    assert [(t.category, t.serial, t.name) for t in tasks] == [
        ("一、产业", "1", "修路"),
        ("一、产业", "2", "架桥"),
    ]
    first, second = tasks
    assert (first.lead_units, first.units) == (("县住建局",), ())
    assert (second.lead_units, second.units) == (("县交通局",), ("县水利局",))
    assert first.remark == ""  # the column is printed, the cell is blank
    assert first.deadline is None  # no such column
    assert (first.table_no, first.row_no, first.table_title) == (2, 1, "分解表")
    assert dict(first.cells)["类别"] == dict(second.cells)["类别"] == "一、\n产业"
    assert {place.column for place in first.places} >= {"category", "serial", "name"}
    assert not [f for f in findings if f.severity is not Severity.INFO]


def test_headings_totals_and_notes_are_no_tasks_and_are_reported() -> None:
    head = ("序号", "工作任务", "责任单位")
    cells = [
        *rows(0, head),
        cell(1, 0, "一、产业发展", columns=3),
        *rows(2, ("1", "修路", "县住建局")),
        cell(3, 0, "二、民生保障", columns=3),
        *rows(4, ("2", "办学", "县教育局"), ("合计", "2项", "")),
        cell(6, 0, "注：责任单位第一个为牵头单位。", columns=3),
    ]
    tasks, findings = read(Table(1, 7, 3, tuple(cells), 1))
    assert [(t.row_no, t.category, t.name) for t in tasks] == [
        (1, "一、产业发展", "修路"),
        (2, "二、民生保障", "办学"),
    ]
    assert [(f.code, f.severity, f.row_no) for f in findings] == [
        (Code.TEXT_OUTSIDE, Severity.INFO, None)
    ] * 4
    assert "注：" in findings[-1].message


def leader_table(*rows_of: tuple[str, int]) -> Table:
    """Tasks with a leader cell and its page each."""
    head = ("序号", "工作任务", "牵头领导")
    cells = rows(0, head)
    for at, (leaders, page) in enumerate(rows_of, 1):
        cells += [cell(at, 0, str(at), page=page), cell(at, 1, "修路", page=page)]
        cells.append(cell(at, 2, leaders, page=page))
    return Table(1, len(rows_of) + 1, 3, tuple(cells), 1)


def test_a_leader_cell_that_a_page_end_cut_between_two_rows_is_put_together() -> None:
    known = ("夏山、郝义斌", 1), ("宋坚、夏山", 1)
    tasks, findings = read(leader_table(*known, ("宋坚、郝义", 1), ("斌", 2)))
    assert [task.leaders for task in tasks[2:]] == [("宋坚", "郝义斌")] * 2
    restored = [f.row_no for f in findings if f.code is Code.NAME_RESTORED]
    assert restored == [3, 4]


def test_where_no_rule_shows_cells_one_may_have_been_cut_between_any_rows() -> None:
    known = ("夏山、郝义斌", 1), ("宋坚、夏山", 1)
    ruled = leader_table(*known, ("宋坚、郝义", 1), ("斌", 1))
    tasks, _ = read(replace(ruled, concluded=True))
    assert [task.leaders for task in tasks[2:]] == [("宋坚", "郝义斌")] * 2
    tasks, _ = read(ruled)
    assert tasks[3].leaders != ("宋坚", "郝义斌")


def test_leader_cells_on_both_sides_of_a_page_end_stay_two() -> None:
    known = ("夏山、郝义斌", 1), ("宋坚、夏山", 1)
    tasks, findings = read(leader_table(*known, ("宋坚、郝义斌", 1), ("张祥善、文腾", 2)))
    assert [task.leaders for task in tasks[2:]] == [("宋坚", "郝义斌"), ("张祥善", "文腾")]
    assert not findings


def test_names_that_no_other_row_has_are_doubted_on_both_sides_of_what_a_page_end_cut() -> None:
    tasks, findings = read(leader_table(("宋坚、夏山", 1), ("邓有、苏炎", 1), ("轮光", 2)))
    assert [task.leaders for task in tasks] == [("宋坚", "夏山"), ("邓有", "苏炎"), ("轮光",)]
    told = [f.row_no for f in findings if "page end may have cut" in f.message]
    assert told == [2, 3]


def test_confidence_pages_and_a_long_wide_cell() -> None:
    head = ("序号", "工作任务", "责任单位")
    cells = [
        *rows(0, head),
        *rows(1, ("1", "修路")),
        cell(1, 2, "县住建局", score=0.7, page=2),
        cell(2, 0, "各单位要高度重视，按时完成。", columns=3),
    ]
    tasks, findings = read(Table(1, 3, 3, tuple(cells), 1))
    assert [(t.confidence, t.pages) for t in tasks] == [(0.7, (1, 2))]
    assert [f.severity for f in findings] == [Severity.WARNING]


def test_a_table_without_header_goes_on_the_one_before() -> None:
    head = ("序号", "工作任务", "责任单位")
    first = Table(1, 2, 3, tuple(rows(0, head, ("1", "修路", "县住建局"))), 1)
    second = Table(2, 1, 3, tuple(rows(0, ("2", "办学", "县教育局"))), 0)
    other = Table(3, 1, 3, tuple(rows(0, ("9", "甲", "乙"))), 0)
    tasks, findings = layout_to_tasks(Layout((first, second, other), ()), SETTINGS)
    assert [(t.table_no, t.row_no, t.name) for t in tasks] == [(1, 1, "修路"), (2, 1, "办学")]
    assert Code.HEADER_MISSING in {f.code for f in findings if f.table_no == 2}
    assert Code.ROW_JOIN_DOUBTFUL not in {f.code for f in findings}


def test_the_end_of_a_row_may_stand_above_the_rows_of_a_table_without_header() -> None:
    head = ("序号", "工作任务", "责任单位")
    first = Table(1, 2, 3, tuple(rows(0, head, ("1", "修路", "县住建局"))), 1)
    second = Table(2, 2, 3, tuple(rows(0, ("", "", "县财政局"), ("2", "办学", "县教育局"))), 0)
    tasks, findings = layout_to_tasks(Layout((first, second), ()), SETTINGS)
    assert [task.serial for task in tasks] == ["1", "", "2"]
    doubts = [f for f in findings if f.code is Code.ROW_JOIN_DOUBTFUL]
    assert [(f.severity, f.table_no) for f in doubts] == [(Severity.WARNING, 1)]


def test_the_rest_of_a_row_in_a_table_that_was_not_taken_puts_the_row_in_doubt() -> None:
    head = ("序号", "工作任务", "具体措施", "责任单位")
    first = Table(1, 2, 4, tuple(rows(0, head, ("1", "修路", "五月动工。", "县司"))), 1)
    for serial, told in (("", True), ("1", False)):
        wide = "工作任务 具体措施 牵头县领导"
        lost = (("序号", wide, "责任单位"), (serial, "", "法局"))
        second = Table(2, 2, 3, tuple(rows(0, *lost)), 1)
        _, findings = layout_to_tasks(Layout((first, second), ()), SETTINGS)
        codes = [f.code for f in findings if f.severity is Severity.WARNING and f.table_no == 1]
        assert (Code.ROW_JOIN_DOUBTFUL in codes) is told


def test_text_under_a_blank_header_puts_the_row_in_doubt() -> None:
    text = "序号\t工作任务\t责任单位\n1\t修路\t县住建局\n2\t办学\t县教育局\t县财政局\n"
    tasks, findings = layout_to_tasks(text_to_layout(text, SETTINGS), SETTINGS)
    assert dict(tasks[1].cells)["第4列"] == "县财政局"
    assert [(f.code, f.row_no) for f in findings] == [(Code.HEADER_MISSING, 2)]


def test_a_county_directory_gives_no_tasks() -> None:
    text = "序号\t姓名\t单位\t职务\t电话\n1\t张三\t县住建局\t局长\t123\n"
    assert layout_to_tasks(text_to_layout(text, SETTINGS), SETTINGS) == ((), ())


def test_parties_without_a_known_task_column_are_reported() -> None:
    text = "序号\t奇怪栏\t责任单位\n1\t修路\t县住建局\n"
    tasks, findings = layout_to_tasks(text_to_layout(text, SETTINGS), SETTINGS)
    assert tasks == ()
    assert [f.code for f in findings] == [Code.HEADER_MISSING]


def test_rows_counted_under_a_header_that_was_not_read_are_reported() -> None:
    for head, told in (("\t\t", [Code.HEADER_MISSING]), ("序号\t姓名\t电话", [])):
        text = f"{head}\n1\t修路\t甲\n2\t架桥\t乙\n3\t办学\t丙\n"
        cells = [line.split("\t") for line in text.splitlines()]
        table = Table(1, 4, 3, tuple(rows(0, *(tuple(line) for line in cells))), 1)
        tasks, findings = read(table)
        assert tasks == ()
        assert [f.code for f in findings] == told


def test_tasks_without_a_known_party_are_reported_where_there_is_no_task_table() -> None:
    head = ("序号", "工作任务", "具体措施", "奇怪栏")
    lone = Table(1, 2, 4, tuple(rows(0, head, ("1", "修路", "开工", "县住建局"))), 1)
    tasks, findings = layout_to_tasks(Layout((lone,), ()), SETTINGS)
    assert tasks == ()
    assert [(f.code, f.severity) for f in findings] == [(Code.HEADER_MISSING, Severity.WARNING)]
    known = ("序号", "工作任务", "责任单位")
    other = Table(2, 2, 3, tuple(rows(0, known, ("1", "办学", "县教育局"))), 1)
    tasks, findings = layout_to_tasks(Layout((lone, other), ()), SETTINGS)
    assert [task.name for task in tasks] == ["办学"]
    assert [f for f in findings if f.code is Code.HEADER_MISSING] == []


def test_a_part_of_a_task_table_whose_parties_are_not_known_is_reported() -> None:
    head = ("序号", "工作任务", "具体措施", "责任单位")
    stray = ("序号", "工作任务", "具体措施", "责任单位 县发改局")
    first = Table(1, 2, 4, tuple(rows(0, head, ("1", "修路", "开工", "县住建局"))), 1)
    second = Table(2, 2, 4, tuple(rows(0, stray, ("2", "办学", "招生", "县教育局"))), 1)
    tasks, findings = layout_to_tasks(Layout((first, second), ()), SETTINGS)
    assert [task.name for task in tasks] == ["修路"]
    assert [(f.code, f.table_no) for f in findings] == [(Code.HEADER_MISSING, 2)]


def test_rows_that_went_astray_are_told_by_their_serials() -> None:
    head = ("序号", "工作任务", "责任单位")
    first = Table(1, 3, 3, tuple(rows(0, head, ("1", "修路", "县住建局"), ("2", "架桥", ""))), 1)
    for serial, count in (("3", 1), ("1", 0), ("三千", 0)):
        second = Table(2, 2, 2, tuple(rows(0, (serial, "办学"), ("4", "招生"))), 0)
        _, findings = layout_to_tasks(Layout((first, second), ()), SETTINGS)
        assert sum(f.table_no == 2 for f in findings) == count


@pytest.mark.parametrize(
    ("printed", "score", "serial"),
    [
        ("“3", 0.9, "3"),
        ("3+", 0.9, "3"),
        ("3_", 0.9, "3"),
        ("3.", 0.9, "3."),
        ("（3）", 0.9, "（3）"),
        ("3+", 1.0, "3+"),
        ("2A", 0.9, "2A"),
    ],
)
def test_specks_beside_a_serial_are_no_part_of_it(printed: str, score: float, serial: str) -> None:
    cells = rows(0, ("序号", "工作任务", "责任单位"), (printed, "修路", "县住建局"))
    cells = [replace(one, score=score) if one.row else one for one in cells]
    tasks, findings = read(Table(1, 2, 3, tuple(cells), 1))
    assert [task.serial for task in tasks] == [serial]
    told = [f for f in findings if f.code is Code.SERIAL_ODD and "taken as" in f.message]
    assert len(told) == (printed != serial)


@pytest.mark.parametrize(
    ("serial", "column", "settled"),
    [
        ("2.", ("1", "2.", "3", "4"), "2"),
        (". 2 .", ("1", ". 2 .", "3", "4"), "2"),
        ("2.", ("1.", "2.", "3.", "4."), "2."),
        ("2.", ("1", "2."), "2."),
        ("2 :", ("1", "2 :"), "2"),
        ("5 .", ("1", "2 :", "3", "4下", "5 .", "6 ."), "5"),
        ("′。1", ("′。1", "2", "3"), "1"),
        ("1", ("1", "2.", "3."), "1"),
        ("3.", ("1", "2.", "3."), "3."),
        ("2.", ("1", "2.", "3.", "4"), "2."),
        ("5•", ("4", "5•"), "5"),
        ("（2）", ("1", "（2）", "3", "4"), "（2）"),
    ],
)
def test_a_point_is_a_speck_where_other_serials_have_none(
    serial: str, column: tuple[str, ...], settled: str
) -> None:
    assert serial_without_specks(serial, column) == settled


BOTH = ("县住建局、县交通局", "县教育局")
LEADERS = ("县住建局", "县教育局")


@pytest.mark.parametrize(
    ("before", "head", "cells", "lead"),
    [
        ("", "责任单位（第一位为牵头单位）", BOTH, LEADERS),
        ("责任单位中列第一位的为牵头单位，要认真落实。\n\n", "责任单位", BOTH, LEADERS),
        ("县长为第一责任人，县委办牵头。\n\n", "责任单位", BOTH, (None, None)),
        ("", "责任单位", ("县住建局、县交通局（列第一位者为牵头单位，下同）", BOTH[1]), LEADERS),
        (
            "",
            "责任单位",
            ("县住建局、县交通局（列第一位者为牵头单位）", BOTH[1]),
            ("县住建局", None),
        ),
        ("", "责任单位", (BOTH[0], "县教育局牵头，县财政局配合"), (None, "县教育局")),
    ],
)
def test_what_says_that_the_first_unit_leads(
    before: str, head: str, cells: tuple[str, str], lead: tuple[str | None, str | None]
) -> None:
    text = f"{before}序号\t工作任务\t{head}\n1\t修路\t{cells[0]}\n2\t办学\t{cells[1]}\n"
    tasks, _ = layout_to_tasks(text_to_layout(text, SETTINGS), SETTINGS)
    assert [next(iter(task.lead_units), None) for task in tasks] == list(lead)
    parties = [
        party.printed for task in tasks for party in task.parties if party.role == "lead_unit"
    ]
    assert parties == [name for name in lead if name]


@pytest.mark.parametrize(("parted", "told"), [(1, [4]), (3, [])])
def test_a_line_that_cuts_a_column_in_few_rows_is_told_there(parted: int, told: list[int]) -> None:
    cells = [cell(0, 0, "序号"), cell(0, 1, "工作任务", columns=2), cell(0, 3, "责任单位")]
    for row in range(1, 5):
        cells += [cell(row, 0, str(row)), cell(row, 3, "县住建局")]
        if row > 4 - parted:
            cells += [cell(row, 1, "清理"), cell(row, 2, "规范")]
        else:
            cells.append(cell(row, 1, "整治违法建筑", columns=2))
    scanned = tuple(replace(one, score=0.99) for one in cells)
    _, findings = read(Table(1, 5, 4, scanned, 1))
    found = [f.row_no for f in findings if f.code is Code.GRID_BROKEN]
    assert found == told
    _, findings = read(Table(1, 5, 4, tuple(cells), 1))  # of a text layer rulings are known
    assert not [f for f in findings if f.code is Code.GRID_BROKEN]
