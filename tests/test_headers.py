"""Printed headers → roles: by the shipped rules, and by rules that a user adds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.errors import ConfigError
from pipeline.model import Cell, Code, Layout, Severity, Table
from pipeline.normalise import layout_to_tasks
from pipeline.normalise.headers import Header, path_to_role, table_to_header

SETTINGS = load_settings()
RULES = SETTINGS.headers


def table_of(*rows: str, header_rows: int = 1) -> Table:
    """A table without spans; fields are parted by |."""
    fields = [row.split("|") for row in rows]
    cells = tuple(
        Cell(at, column, text=text)
        for at, row in enumerate(fields)
        for column, text in enumerate(row)
    )
    return Table(1, len(fields), len(fields[0]), cells, header_rows)


def roles(header: Header) -> list[str | None]:
    return [column.role for column in header.columns]


@pytest.mark.parametrize(
    ("printed", "role"),
    [
        ("序\n号", "serial"),
        ("序　号", "serial"),
        ("名 称", "name"),
        ("2024年重点工作任务", "name"),
        ("市里政策措施、目标任务", "superior_measures"),
        ("省委省政府部署要求", "superior_measures"),
        ("我县政策措施、目标任务", "local_measures"),
        ("我市政策措施", "local_measures"),
        ("县级目标任务", "local_measures"),
        ("具体措施", "local_measures"),
        ("牵头领导", "leaders"),
        ("包保县级领导", "leaders"),
        ("责任人", "leaders"),
        ("牵头单位", "lead_units"),
        ("市级牵头单位", "lead_units"),
        ("责任单位（排名第一的为牵头单位）", "units"),
        ("配合单位", "units"),
        ("责任股室", "units"),
        ("完成时限", "deadline"),
        ("完成时限\n(月底前)", "deadline"),
        ("时间节点", "deadline"),
        ("备注", "remark"),
        ("类别", "category"),
        # A speck of a scan at the side or inside is no part of a header.
        ("：省市目标任务", "superior_measures"),
        ("省市目标任务.", "superior_measures"),
        ("牵头.领导", "leaders"),
        ("工作措施“..", "local_measures"),
    ],
)
def test_known_headers(printed: str, role: str) -> None:
    found, doubts = path_to_role((printed,), RULES)
    assert (found, doubts) == (role, ())


@pytest.mark.parametrize("printed", ["单位", "金额（万元）", "姓名", "联系电话", "职务", "面积"])
def test_unknown_headers_are_reported(printed: str) -> None:
    role, doubts = path_to_role((printed,), RULES)
    assert role is None
    assert [doubt[0] for doubt in doubts] == [Code.HEADER_UNKNOWN]
    assert printed in doubts[0][2]


def test_one_misread_character_is_taken_with_a_doubt() -> None:
    role, doubts = path_to_role(("亨头领导责任",), RULES)
    assert role is None
    role, doubts = path_to_role(("目标仼务",), RULES)
    assert role == "local_measures"
    assert [(doubt[0], doubt[1]) for doubt in doubts] == [(Code.HEADER_AMBIGUOUS, Severity.WARNING)]


@pytest.mark.parametrize(
    ("printed", "role"),
    [
        ("县级责任领号", "leaders"),
        ("市直主管牵头単位", "lead_units"),
        ("责任部", "units"),  # its last character lost to a ruling
        ("投资总额万元", None),
    ],
)
def test_what_nearly_fits_a_pattern_is_taken_where_it_may_be_misread(
    printed: str, role: str | None
) -> None:
    assert path_to_role((printed,), RULES)[0] is None
    found, doubts = path_to_role((printed,), RULES, unsure=True)
    assert found == role
    assert [doubt[1] for doubt in doubts] == [Severity.WARNING if role else Severity.INFO]


def test_cells_below_an_unknown_header_that_may_be_misread_are_told_of() -> None:
    table = table_of("序号|工作任务|丨亻亻|责任单位", "1|推进项目建设|张文|县发改局")
    misread = tuple(replace(c, score=0.9) if c.row == 0 else c for c in table.cells)
    for cells, told in ((table.cells, 0), (misread, 1)):
        _, findings = layout_to_tasks(Layout((replace(table, cells=cells),), ()), SETTINGS)
        found = [f for f in findings if f.code is Code.HEADER_UNKNOWN and f.row_no]
        assert [f.severity for f in found] == [Severity.WARNING] * told


def test_cells_below_a_header_that_holds_text_of_a_row_are_told_of() -> None:
    head = "序号|工作任务|牵头领导良敏|责任单位"
    table = table_of(head, "1|推进项目建设|张文|县发改局")
    scanned = tuple(replace(c, score=0.99) if c.row == 0 else c for c in table.cells)
    for cells, told in ((table.cells, 0), (scanned, 1)):
        _, findings = layout_to_tasks(Layout((replace(table, cells=cells),), ()), SETTINGS)
        found = [f for f in findings if f.code is Code.HEADER_UNKNOWN and f.row_no]
        assert [f.severity for f in found] == [Severity.WARNING] * told


def test_a_header_near_to_two_roles_is_not_guessed() -> None:
    rules = RULES.model_copy(update={"roles": {"units": ("责任单位",), "leaders": ("责任单人",)}})
    role, doubts = path_to_role(("责任单亻",), rules)
    assert role is None
    assert doubts[0][0] is Code.HEADER_AMBIGUOUS


def test_levels_the_lowest_decides() -> None:
    cells = (
        Cell(0, 0, 2, 1, "序号"),
        Cell(0, 1, 2, 1, "工作任务"),
        Cell(0, 2, 1, 2, "责任分工"),
        Cell(1, 2, text="责任领导"),
        Cell(1, 3, text="单位"),
        Cell(2, 0, text="1"),
        Cell(2, 1, text="修路"),
        Cell(2, 2, text="张三"),
        Cell(2, 3, text="县住建局"),
    )
    header = table_to_header(Table(1, 3, 4, cells, header_rows=1), RULES)
    assert header.rows == 2
    assert roles(header) == ["serial", "name", "leaders", "units"]
    assert [column.key for column in header.columns] == [
        "序号",
        "工作任务",
        "责任分工/责任领导",
        "责任分工/单位",
    ]


def test_a_title_inside_the_grid_is_no_header() -> None:
    cells = (
        Cell(0, 0, 1, 3, "某县重点任务分解表"),
        Cell(1, 0, text="序号"),
        Cell(1, 1, text="工作任务"),
        Cell(1, 2, text="责任单位"),
        Cell(2, 0, text="1"),
        Cell(2, 1, text="修路"),
        Cell(2, 2, text="县住建局"),
    )
    header = table_to_header(Table(1, 3, 3, cells, header_rows=1), RULES)
    assert (header.rows, header.title, header.is_task) == (2, "某县重点任务分解表", True)
    assert [column.key for column in header.columns] == ["序号", "工作任务", "责任单位"]


def test_repeated_and_blank_headers_get_unique_keys() -> None:
    header = table_to_header(table_of("序号|工作任务|责任单位|备注|备注|", "1|a|b|c|d|e"), RULES)
    keys = [column.key for column in header.columns]
    assert keys == ["序号", "工作任务", "责任单位", "备注", "备注 (2)", "第6列"]
    assert any(doubt[0] is Code.HEADER_AMBIGUOUS for doubt in header.doubts)


def test_the_second_of_two_columns_of_tasks_says_what_is_done() -> None:
    header = table_to_header(table_of("序号|重点任务|工作内容|牵头单位", "1|a|b|c"), RULES)
    assert roles(header) == ["serial", "name", "local_measures", "lead_units"]
    assert [doubt[1] for doubt in header.doubts] == [Severity.INFO]


def test_the_lower_of_two_levels_is_the_local_one() -> None:
    header = table_to_header(table_of("序号|省里政策措施|市级政策措施|责任单位", "1|a|b|c"), RULES)
    assert roles(header) == ["serial", "superior_measures", "local_measures", "units"]


def test_a_task_column_that_spans_others_is_their_category() -> None:
    cells = (
        *(Cell(0, at, text=text) for at, text in enumerate(("重点任务", "具体任务", "责任单位"))),
        Cell(1, 0, 2, 1, "环保"),
        *(Cell(row, column, text=f"{row}{column}") for row in (1, 2) for column in (1, 2)),
    )
    header = table_to_header(Table(1, 3, 3, cells, header_rows=1), RULES)
    assert roles(header) == ["category", "name", "units"]


@pytest.mark.parametrize(
    "header",
    [
        "科目编码|项目|责任单位",
        "项目|本年收入合计|财政拨款收入|其他收入",
        "序号|姓名|单位|职务|联系电话",
        "序号|项目名称|金额（万元）|单位",
        "经济分类科目编码|科目名称|决算数",
        "公路技术等级|车道数|用地指标基准值|编制条件",
        "坐标编号|X坐标|Y坐标|说明",
        "一级指标|二级指标|三级指标|指标性质|指标说明",
    ],
)
def test_tables_that_are_no_task_tables(header: str) -> None:
    body = "|".join("1" for _ in header.split("|"))
    assert not table_to_header(table_of(header, body), RULES).is_task


def test_a_user_adds_a_county_s_header_without_code(tmp_path: Path) -> None:
    user = tmp_path / "mine.toml"
    user.write_text('[headers.roles]\nunits = ["兜底机关", "/.{2}抓落实/"]\n', encoding="utf-8")
    rules = load_settings(user).headers
    assert path_to_role(("兜底机关",), rules)[0] == "units"
    assert path_to_role(("共同抓落实",), rules)[0] == "units"
    assert path_to_role(("责任单位",), rules)[0] == "units"


def test_a_broken_pattern_is_a_configuration_error(tmp_path: Path) -> None:
    user = tmp_path / "mine.toml"
    user.write_text('[headers.roles]\nunits = ["/(/"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="regular expression"):
        load_settings(user)
