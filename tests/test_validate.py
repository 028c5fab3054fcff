"""Checks: each doubt is found, and a clean notice raises none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.config import load_settings
from pipeline.geometry import BBox
from pipeline.model import (
    Cell,
    Code,
    Document,
    Finding,
    Fragment,
    Layout,
    Provenance,
    Severity,
    Table,
    Task,
)
from pipeline.validate import check
from pipeline.validate.serials import bare_numbers, check_serials, ranges, serial_value
from pipeline.validate.texts import (
    bare_rate,
    clashing_marks,
    hanging_mark,
    odd_characters,
    odd_item,
    parted_number,
    parted_word,
    repeated_part,
    unbalanced,
    uncommon_han,
)

SETTINGS = load_settings()
RULES = SETTINGS.checks
TEXT = "年内建成通车，总长四公里，同步敷设雨污分流管网，验收合格后移交管护单位。"


def tasks_of(count: int) -> list[Task]:
    return [
        Task(
            table_no=1,
            row_no=number,
            serial=str(number),
            name=f"第{number}项任务",
            local_measures=TEXT,
            leaders=("王强",),
            units=("县住建局",),
            remark="",
            cells=(("序号", str(number)), ("责任单位", "县住建局"), ("备注", "")),
            pages=(1,),
        )
        for number in range(1, count + 1)
    ]


def run(
    tasks: list[Task], document: Document | None = None, tables: tuple[Table, ...] = ()
) -> list[Finding]:
    layout = Layout(tables, ())
    return list(check(layout, tasks, document or Document(), SETTINGS))


def codes(findings: list[Finding]) -> list[tuple[Code, int | None]]:
    return [(finding.code, finding.row_no) for finding in findings]


def test_a_clean_notice_raises_nothing() -> None:
    assert run(tasks_of(12)) == []
    assert run([]) == []


def test_a_low_score_points_to_its_cell() -> None:
    boxes = [BBox(0, 0, 10, 10), BBox(10, 0, 20, 10)]
    cells = tuple(
        Cell(0, at, text="甲", score=score, fragments=(Fragment(3, boxes[at]),))
        for at, score in enumerate((0.99, 0.5))
    )
    places = (Provenance("name", 3, boxes[0]), Provenance("units", 3, boxes[1]))
    task = replace(tasks_of(1)[0], places=places, confidence=0.5)
    (finding,) = run([task], tables=(Table(1, 1, 2, cells),))
    assert (finding.code, finding.page, finding.box) == (Code.LOW_SCORE, 3, boxes[1])
    assert "units" in finding.message
    (finding,) = run([replace(task, places=())])
    assert finding.code is Code.LOW_SCORE


def test_a_blank_cell_among_filled_ones() -> None:
    tasks = tasks_of(6)
    tasks[2] = replace(tasks[2], units=(), cells=(("序号", "3"), ("责任单位", " "), ("备注", "")))
    (finding,) = run(tasks)
    assert (finding.code, finding.row_no) == (Code.EMPTY_CELL, 3)
    assert "责任单位" in finding.message


def test_a_column_that_is_often_blank_is_no_doubt() -> None:
    tasks = tasks_of(6)
    for at in (0, 2, 4):
        cells = (("序号", str(at + 1)), ("责任单位", ""), ("备注", ""))
        tasks[at] = replace(tasks[at], units=(), cells=cells)
    assert run(tasks) == []


def test_a_blank_remark_among_filled_ones_is_no_doubt() -> None:
    tasks = [replace(task, cells=(("备注", "有"),)) for task in tasks_of(9)]
    tasks[4] = replace(tasks[4], cells=(("备注", ""),))
    assert run(tasks) == []


def test_rows_that_say_nothing_or_name_nobody() -> None:
    first, second = tasks_of(2)
    first = replace(first, name="", local_measures="")
    second = replace(second, leaders=(), units=())
    assert codes(run([first, second])) == [(Code.EMPTY_CELL, 1), (Code.EMPTY_CELL, 2)]


def test_gaps_are_listed_as_ranges() -> None:
    tasks = [
        replace(t, serial=s) for t, s in zip(tasks_of(5), ["1", "2", "7", "8", "12"], strict=True)
    ]
    (finding,) = run(tasks)
    assert (finding.code, finding.row_no, finding.table_no) == (Code.SERIAL_GAP, None, 1)
    assert finding.message.endswith("3–6, 9–11")


def test_numbering_goes_on_in_the_next_table() -> None:
    second = [replace(t, table_no=2, serial=str(t.row_no + 3)) for t in tasks_of(3)]
    assert run([*tasks_of(3), *second]) == []
    assert run([*tasks_of(3), *(replace(t, table_no=2) for t in tasks_of(3))]) == []


def serial_report(serials: str, groups: str = "") -> tuple[tuple[int, ...], ...]:
    names = serials.split()
    report = check_serials(names, list(groups) or [""] * len(names), frozenset())
    return report.missing, report.repeated, report.odd


@pytest.mark.parametrize(
    ("serials", "groups", "expected"),
    [
        ("1 2 3", "", ((), (), ())),
        ("一 二 三", "", ((), (), ())),
        ("（一） （二） （四）", "", ((3,), (), ())),
        ("① ② ③", "", ((), (), ())),
        ("1.1 1.2 2.1", "", ((), (), ())),
        ("1 2 2 3", "", ((), (2,), ())),
        ("1 2 3 1 2 3", "aaabbb", ((), (), ())),
        ("1 2 3 1 2 3", "", ((), (), ())),
        ("5 6 1 8 9", "", ((2, 3, 4, 7), (), (2,))),  # a misread 7, not a new beginning
        ("1 2 I 4", "", ((3,), (), (2,))),
        ("1 2 2023 3", "", ((), (), (2,))),
        ("1 3 2 4", "", ((), (), (2,))),
    ],
)
def test_serials(serials: str, groups: str, expected: tuple[tuple[int, ...], ...]) -> None:
    assert serial_report(serials, groups) == expected


def test_a_serial_that_spans_rows_is_not_repeated() -> None:
    table = Table(1, 2, 1, (Cell(0, 0, 2, 1, "1"),))
    tasks = [replace(task, serial="1") for task in tasks_of(2)]
    assert run(tasks, tables=(table,)) == []
    assert codes(run(tasks)) == [(Code.SERIAL_REPEATED, 2)]


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("对新认定的企业给予奖励。对新认定的企业给予奖励。", True),
        ("1.对新认定的企业给予奖励。2.对新认定的企业给予奖励。", True),
        ("建专精特新工程，建专精特新工程，又建专精特新工程，建专精特新工程。", True),
        ("项目项目项目项目", True),
        ("一是修路。责任单位：县住建局县交通局。二是架桥。责任单位：县住建局县交通局。", False),
        ("加强领导，修路；加强领导，架桥；加强领导，办学。", False),
        ("2023.1.1、2023.1.1、2023.1.1、100000000", False),
        (TEXT, False),
    ],
)
def test_repeated_text(text: str, repeated: bool) -> None:
    assert (repeated_part(text, RULES) is not None) is repeated


def test_odd_characters() -> None:
    assert odd_characters("县\ufffd局\ue000⺠カ한") == "\ufffd\ue000⺠カ한"
    assert odd_characters("“五好”园区2—3家（№5）10%±1℃ μg Ⅱ ㎡ A级·…①") == ""
    assert uncommon_han("靜态管理喆") == "靜喆"
    assert unbalanced("推进“五好园区") == "“”"
    assert unbalanced("1）修路；2）架桥。（一）办学") is None
    findings = run([replace(tasks_of(1)[0], name="修\ufffd路")])
    assert codes(findings) == [(Code.CHARACTER_ODD, 1)]


def test_rare_characters_are_doubted_where_they_were_recognised() -> None:
    task = replace(tasks_of(1)[0], name="靜态管理", leaders=("李喆",))
    assert run([task]) == []
    found = run([replace(task, confidence=0.97)])
    assert {(f.code, f.severity) for f in found} == {
        (Code.CHARACTER_ODD, Severity.WARNING),
        (Code.CHARACTER_ODD, Severity.INFO),
    }


def test_traditional_forms_in_recognised_names_are_doubted() -> None:
    task = replace(tasks_of(1)[0], leaders=("周靜祥", "李喆"))
    assert run([task]) == []
    (finding,) = run([replace(task, confidence=0.97)])
    assert (finding.code, finding.severity) == (Code.CHARACTER_ODD, Severity.WARNING)


def test_a_text_without_its_end() -> None:
    tasks = [replace(task, confidence=0.97) for task in tasks_of(10)]
    tasks[3] = replace(tasks[3], local_measures=TEXT[:-3])
    (finding,) = run(tasks)
    assert (finding.code, finding.row_no, finding.severity) == (
        Code.TEXT_CUT,
        4,
        Severity.WARNING,
    )


@pytest.mark.parametrize(("text", "told"), [("开展排查，提升质效", 1), ("持续推进", 0)])
def test_a_short_sentence_without_its_stop_among_sentences(text: str, told: int) -> None:
    tasks = [replace(task, confidence=0.97) for task in tasks_of(10)]
    tasks[3] = replace(tasks[3], local_measures=text)
    assert [(f.code, f.row_no) for f in run(tasks)] == [(Code.TEXT_CUT, 4)] * told
    # Among phrases, one with a comma is none cut short.
    phrases = [replace(task, local_measures="持续推进") for task in tasks]
    phrases[3] = tasks[3]
    assert run(phrases) == []


def test_the_letter_must_agree_with_itself() -> None:
    good = Document(
        doc_number="甲政发〔2024〕1号", issued_on=date(2024, 3, 8), printed_on=date(2024, 3, 9)
    )
    assert run([], good) == []
    for bad in (
        replace(good, doc_number="甲政发〔2023〕1号"),
        replace(good, printed_on=date(2024, 3, 7)),
        replace(good, title="关于印发《方案的通知"),
    ):
        assert codes(run([], bad)) == [(Code.LETTER_DOUBTFUL, None)]


def test_ranges_and_values() -> None:
    assert ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"
    assert [serial_value(t) for t in ("12", "十二", "（三）", "④", "5.", "", "甲")] == [
        12, 12, 3, 4, 5, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("1.落实措施。2.组织培训。3.加强联动。", None),
        ("5.落实措施。6.组织培训。", None),
        ("11.落实措施。2.组织培训。3.加强联动。", "2"),
        ("1.落实措施。2组织培训。3.加强联动。", "2"),
        ("1.落实措施。2.组织培训。3加强联动。", "3"),
        ("1.落实措施，新增4.5公里。2.组织培训。5月底前完成。", None),
        ("1.落实措施。2组织培训。", "2"),
        ("1落实措施。2.组织培训。", "1"),
        ("2.落实措施。3.组织培训。", None),
        ("1.落实措施。3个月内完成。", None),
        ("落实措施。2025年完成。", None),
        ("1.落实措施。2025年完成。", None),
    ],
)
def test_items_count_upwards(text: str, item: str | None) -> None:
    assert odd_item(text) == item


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("城乡供水一体化：", "："),
        ("、责任分工", "、"),
        ("稳增长，", "，"),
        ("。稳增长", "。"),
        ("一、稳增长", None),
        ("完成率达到7%。", None),
        ("（一）实施方案；", None),
        ("", None),
        ("—每月调度1次。", "—"),
        ("——推进试点。", None),
        ("-5℃以下停工。", None),
    ],
)
def test_no_text_begins_or_ends_with_a_mark_that_joins(text: str, mark: str | None) -> None:
    assert hanging_mark(text) == mark


@pytest.mark.parametrize(
    ("categories", "bare"),
    [
        (("一、稳增长", "一、稳增长", "二抓产业", "三、优环境"), ["二抓产业"]),
        (("一稳增长", "二抓产业"), ["一稳增长", "二抓产业"]),
        (("一体化发展", "稳增长"), []),
        (("一、稳增长", "四好农村路"), []),
        (("", "稳增长"), []),
    ],
)
def test_the_number_of_a_category_has_a_mark(categories: tuple[str, ...], bare: list[str]) -> None:
    assert bare_numbers(categories) == bare


@pytest.mark.parametrize(
    ("text", "clash"),
    [
        ("对接平台，,引导", ",,"),
        ("挪用。，加强", "。,"),
        ("加强部！门联动", "!"),
        ("“首问负责、限时办结”，推行", None),
        ("抓好落实！", None),
        ("（一）夯实基础；2.加强", None),
    ],
)
def test_marks_that_stand_nowhere_side_by_side(text: str, clash: str | None) -> None:
    assert clashing_marks(text) == clash


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("实施安防工。程14公里", "施安防工。程"),
        ("开展拉网式排：查整治", "拉网式排:查"),
        ("完善县、乡、村三级物流体系", None),
        ("完善水、电、路等配套设施。推进项目建设，加快建成", None),
    ],
)
def test_a_mark_inside_a_word_is_a_speck(text: str, word: str | None) -> None:
    found = parted_word(text)
    assert (found or "")[:6] == (word or "")[:6]
    assert bool(found) == bool(word)


def test_a_mark_inside_a_word_is_told_of_what_was_recognised_alone() -> None:
    printed = replace(tasks_of(1)[0], name="实施安防工。程", confidence=1.0)
    assert not [f for f in run([printed]) if "inside a word" in f.message]
    read = replace(printed, confidence=0.99)
    told = [f for f in run([read]) if "inside a word" in f.message]
    assert [f.severity for f in told] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("隐患整改率达到100。", "率达到100"),
        ("收缴率不低于95，评估", "率不低于95"),
        ("隐患整改率达到100%。", None),
        ("容积率2.5，绿地率30%以上。", None),
        ("频率50Hz，效率提高", None),
        ("办结率，受理12件。", None),
    ],
)
def test_a_rate_without_its_sign_is_told(text: str, told: str | None) -> None:
    assert bare_rate(text) == told


def test_a_gap_in_a_number_is_a_lost_mark() -> None:
    assert parted_number("力争新认定4 53家") == "4 53"
    assert parted_number("培训 30 人次，共 2 期") is None


@pytest.mark.parametrize(
    ("deadlines", "told"),
    [
        ({3: "长期坚持。"}, [3]),
        ({}, []),
        (dict.fromkeys(range(1, 6), "长期坚持。"), []),  # so this place prints them
        ({3: "按月推进，年底完成。"}, []),  # a sentence
    ],
)
def test_a_phrase_with_a_stop_where_no_other_has_one_is_told(
    deadlines: dict[int, str], told: list[int]
) -> None:
    tasks = [
        replace(task, confidence=0.97, deadline=deadlines.get(task.row_no, "长期坚持"))
        for task in tasks_of(12)
    ]
    assert codes(run(tasks)) == [(Code.TEXT_IMPLAUSIBLE, row) for row in told]


@pytest.mark.parametrize(
    ("text", "told"), [("县工商联。县司法局", 1), ("县工商联、县司法局", 0), ("县工商联。", 0)]
)
def test_a_full_stop_between_names_is_told(text: str, told: int) -> None:
    tasks = [replace(task, confidence=0.97) for task in tasks_of(10)]
    cells = (("序号", "4"), ("责任单位", text), ("备注", ""))
    tasks[3] = replace(tasks[3], cells=cells)
    assert codes(run(tasks)) == [(Code.TEXT_IMPLAUSIBLE, 4)] * told
