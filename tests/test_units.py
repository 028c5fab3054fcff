"""Unit cells: wrapped, bracketed, labelled, with roles; and texts read column by column."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.config import load_settings
from pipeline.geometry import BBox, union
from pipeline.model import Cell, Code, Fragment, Glyph, Severity, Word
from pipeline.normalise.directory import blank_directory
from pipeline.normalise.regions import Region, Regions
from pipeline.normalise.units import UnitReading, cell_to_units
from pipeline.normalise.words import looks_columnwise
from pipeline.normalise.wraps import cell_to_text

SETTINGS = load_settings()
UNITS = (
    "县发改局", "县住房和城乡建设局", "县农业农村局", "县委宣传部",
    "县政府金融办", "县市场监督管理局", "县住房公积金中心", "经开区管委会",
    "华能新能源有限公司", "白鹭镇人民政府", "各乡镇（街道）", "县交通局（县港航中心）",
    "县自然资源和规划局", "团县委", "县妇联", "县总工会",
    "国网青溪县供电公司", "县实验小学", "县人民法院", "县人民医院",
    "人民银行青溪县支行", "有关单位",
)  # fmt: skip

# As another reader returned them, and what they mean.
READ = {
    "县科技局、 县发改局、 县工信局": "县科技局 县发改局 县工信局",
    "县工信局、 岳阳高新区管委 会、县税务局": "县工信局 岳阳高新区管委会 县税务局",
    "岳阳高新 技术产业 园区管委 会、县委 发改局、县 财政局": (
        "岳阳高新技术产业园区管委会 县委发改局 县财政局"
    ),
    "县财政局、 县政府金 融办、县 民银行": "县财政局 县政府金融办 县民银行",
    "县水利局、县鹿角镇服务中心、盛佳集团、县水利局": "县水利局 县鹿角镇服务中心 盛佳集团 县水利局",
    "县政府金融办、县住建局、县民政局、县财人": "县政府金融办 县住建局 县民政局 县财人",
}


def read(text: str) -> UnitReading:
    return cell_to_units(Cell(0, 0, text=text), SETTINGS)


@pytest.mark.parametrize("text", list(READ))
def test_cells_as_another_reader_returned_them(text: str) -> None:
    assert read(text).units == tuple(READ[text].split())


@pytest.mark.parametrize(
    ("text", "lead", "units"),
    [
        ("县发改局牵头，县财政局、县工信局配合", "县发改局", "县财政局 县工信局"),
        ("县发改局、县财政局牵头，县工信局参与。", "县发改局 县财政局", "县工信局"),
        ("牵头单位：县发改局 配合单位：县财政局", "县发改局", "县财政局"),
        ("牵头单位：县发改局\n责任单位：县财政局、\n县水利局", "县发改局", "县财政局 县水利局"),
        ("县发改局（牵头）、县财政局", "县发改局", "县财政局"),
        ("县发改局（牵头单位）县财政局、县水利局", "县发改局", "县财政局 县水利局"),
        ("责任单位：市委组织部、市科技局。", "", "市委组织部 市科技局"),
        ("（责任单位：市高院、市公安局等；各区政府）", "", "市高院 市公安局 各区政府"),
        (
            "市交通委（市道\n运局、市港航局）、市公\n安局",
            "",
            "市交通委（市道运局、市港航局） 市公安局",
        ),
        ("县发改局\n县财政局\n县工信局", "", "县发改局 县财政局 县工信局"),
        ("县农业\n农村局", "", "县农业农村局"),
        ("县人民政府\n办公室", "", "县人民政府办公室"),
        ("县财政局\n县住房和\n城乡建设局、团县委", "", "县财政局 县住房和城乡建设局 团县委"),
        ("商务部、海关总署等有关部门负责", "", "商务部 海关总署 有关部门"),
        ("财政部等和各省级人民政府负责", "", "财政部 各省级人民政府"),
        ("教育部会同有关部门负责", "", "教育部 有关部门"),
        ("财政部、税务总局，各省级人民政府按职责分工负责", "", "财政部 税务总局 各省级人民政府"),
        ("县人大办、县政协办、县委办", "", "县人大办 县政协办 县委办"),
        ("县政协办牵头，县人大办协办", "县政协办", "县人大办"),
        ("", "", ""),
        ("／", "", ""),
    ],
)
def test_forms(text: str, lead: str, units: str) -> None:
    reading = read(text)
    assert (reading.lead, reading.units) == (tuple(lead.split()), tuple(units.split()))
    assert not reading.doubts


@given(st.lists(st.sampled_from(UNITS), min_size=1, max_size=8, unique=True), st.data())
@hypothesis_settings(max_examples=200, deadline=None)
def test_wrapped_anywhere_gives_the_same_units(units: list[str], data: st.DataObject) -> None:
    # Alone in its cell and wrapped behind 县政府, it reads as two bodies, one a line.
    assume(units != ["县政府金融办"])
    text = data.draw(st.sampled_from("、，；")).join(units)
    places = data.draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=10))
    gap = data.draw(st.sampled_from(["\n", " ", "\u3000"]))
    broken = "".join(gap + c if at in places else c for at, c in enumerate(text))
    reading = read(broken + data.draw(st.sampled_from(["", "。", "；"])))
    assert reading.units == tuple(units)
    # One name that wraps between two that are whole (县委 / 宣传部) is rightly doubted.
    assert not reading.doubts or len(units) == 1


def test_brackets_are_wide_where_they_were_recognised() -> None:
    text = "各乡镇(街道)、县市场监管局(县知识产权局)"
    scanned = cell_to_units(Cell(0, 0, text=text, score=0.97), SETTINGS)
    assert scanned.units == ("各乡镇（街道）", "县市场监管局（县知识产权局）")
    assert read(text).units == ("各乡镇(街道)", "县市场监管局(县知识产权局)")


def test_blanks_of_a_line_that_is_spaced_out_part_nothing() -> None:
    text = "县政府办、\n县 消 防 救\n援大队、县\n交 通 运输\n局、县住建局 县教育局"
    whole = ("县政府办", "县消防救援大队", "县交通运输局", "县住建局", "县教育局")
    assert read(text).units == whole


def test_a_line_end_inside_brackets_parts_nothing() -> None:
    units = ("县公安局", "各乡镇（街道）", "县自然资源局")
    reading = read("县公\n安局、各乡镇（街\n道）县自然资源\n局")
    assert reading.units == units
    assert Code.UNIT_ODD in {code for code, _, _ in reading.doubts}
    assert Code.UNIT_ODD in {code for code, _, _ in read("县公安局、各乡镇（街、县水利局").doubts}


def test_one_unit_a_line_needs_no_separator() -> None:
    rng = random.Random(4)
    able = [unit for unit in UNITS if unit.startswith("县")]
    for _ in range(200):
        units = rng.sample(able, rng.randint(2, 5))
        assert read("\n".join(units)).units == tuple(units)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("县水利局、县财政局、县水利局", Code.UNIT_REPEATED),
        ("县住建局、县财人", Code.UNIT_ODD),
        ("县财政局、县民银行", Code.UNIT_ODD),
        ("县财政局（资金、县水利局", Code.UNIT_ODD),
        ("县政府\n金融办", Code.UNIT_ODD),
    ],
)
def test_doubts(text: str, code: Code) -> None:
    doubts = read(text).doubts
    assert {found for found, _, _ in doubts} == {code}
    assert {severity for _, severity, _ in doubts} == {Severity.WARNING}


def test_a_remark_on_the_first_unit_is_noted() -> None:
    reading = read("市经信局、市财政局(列第一位者为工作牵头单位，下同)")
    assert (reading.lead, reading.units) == (("市经信局",), ("市财政局",))
    assert [severity for _, severity, _ in reading.doubts] == [Severity.INFO]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("大商资度 加招引力", "加大招商引资力度"),
        ("加招引力 大商资度", "加大招商引资力度"),
        ("优营环 化商境", "优化营商环境"),
    ],
)
def test_text_read_by_columns_is_restored(text: str, meant: str) -> None:
    reading = looks_columnwise(text)
    assert reading is not None
    assert reading.restored == meant
    assert reading.doubt[0] is Code.TEXT_IMPLAUSIBLE


@pytest.mark.parametrize(
    "text",
    [
        "技术 创新",
        "优化营 商环境",
        "县发改局 县财政局",
        "推进乡 村振兴",
        "加强领导",
        "支持 产业发展",
    ],
)
def test_text_in_order_is_left_alone(text: str) -> None:
    assert looks_columnwise(text) is None


@pytest.mark.parametrize(
    "branch", ["望潮县支行", "市分行", "青岚县支队", "县大队", "武陵源区分公司"]
)
def test_a_branch_named_by_its_place_goes_on_from_the_line_before(branch: str) -> None:
    reading = read(f"县应急局、中国人民银行\n{branch}、县财政局")
    assert reading.units == ("县应急局", f"中国人民银行{branch}", "县财政局")


@pytest.mark.real
def test_published_lists() -> None:
    folder = os.environ.get("GONGWEN_REAL")
    if not folder:
        pytest.skip("GONGWEN_REAL is unset")
    phrases = (Path(folder) / "responsible-phrases.txt").read_text(encoding="utf-8").splitlines()
    readings = [read(phrase) for phrase in phrases if phrase.strip()]
    assert sum(not reading.doubts for reading in readings) >= 0.98 * len(readings)
    organs = (Path(folder) / "organs-county.txt").read_text(encoding="utf-8").split()
    organs += (Path(folder) / "organs-full-short.tsv").read_text(encoding="utf-8").split()
    for organ in organs:
        assert read(organ) == UnitReading((), (organ,))


def placed(lines: str, width: float, size: float = 10.0) -> Cell:
    """A cell `width` characters wide, its lines centred; a blank in a line is a printed gap."""
    words = []
    for at, line in enumerate(lines.split("\n")):
        left, glyphs = (width - len(line)) * size / 2, []
        for place, character in enumerate(line):
            box = BBox(left + place * size, at * size, left + (place + 1) * size, (at + 1) * size)
            if character != " ":
                glyphs.append(Glyph(character, box))
        words.append(Word(line, union(g.box for g in glyphs), 1.0, tuple(glyphs)))
    box = BBox(0, 0, width * size, len(words) * size)
    return Cell(0, 0, text=lines, fragments=(Fragment(1, box, tuple(words)),))


@pytest.mark.parametrize(
    ("lines", "width", "units"),
    [
        # Ended with room left: names part however they begin, and wrap where the line is full.
        ("县数据局\n石鼓岭经济技术\n开发区管委会\n县残联", 7.5,
         "县数据局 石鼓岭经济技术开发区管委会 县残联"),
        ("县市场监管局（县\n知识产权局）\n墨岭高新技术产业\n园区管委会", 9,
         "县市场监管局（县知识产权局） 墨岭高新技术产业园区管委会"),
        # Printed gaps part names, a full line does not.
        ("县残联 国网墨岭县\n供电公司 县发改局", 9, "县残联 国网墨岭县供电公司 县发改局"),
        # Towns, which might be the head of a longer name where nothing is known of the lines.
        ("城关镇\n白鹭镇\n青石乡", 6, "城关镇 白鹭镇 青石乡"),
        ("城关镇 白鹭镇", 9, "城关镇 白鹭镇"),
        ("县残联 各乡\n镇（街道）\n县气象局", 6.2, "县残联 各乡镇（街道） 县气象局"),
        ("平昌县\n通江县\n南江县", 6, "平昌县 通江县 南江县"),
        # Levels that go down are the head of a name, also where a line is set wide.
        ("县残联、县乡 村振\n兴局、县气象局", 8, "县残联 县乡村振兴局 县气象局"),
        ("县残联、县乡 县气\n象局", 8, "县残联 县乡 县气象局"),
        ("平昌县\n镇龙镇人\n民政府", 4.4, "平昌县镇龙镇人民政府"),
        # A mark that hangs over makes no line longer than the others.
        ("妇联、县市场\n监管局、县税\n务局（知识产）\n、县残联", 6,
         "妇联 县市场监管局 县税务局（知识产） 县残联"),
    ],
)  # fmt: skip
def test_lines_ended_before_they_were_full_part_names(lines: str, width: float, units: str) -> None:
    reading = cell_to_units(placed(lines, width), SETTINGS)
    assert reading.units == tuple(units.split())


def test_a_full_line_that_may_end_a_name_is_doubted() -> None:
    reading = cell_to_units(placed("县住房公积金中心\n白鹭洲经济技术开\n发区管委会", 9), SETTINGS)
    assert [code for code, _, _ in reading.doubts] == [Code.UNIT_ODD]
    parted = cell_to_units(placed("县住房公积金中心\n县残联", 12), SETTINGS)
    assert parted.units == ("县住房公积金中心", "县残联")
    assert not parted.doubts


def test_a_line_that_could_not_hold_the_next_word_was_not_ended() -> None:
    assert cell_to_text(placed("县公安局\n（交警）", 8)) == ("县公安局 （交警）", True)
    assert cell_to_text(placed("县公安局\n（交警）", 7)) == ("县公安局\n（交警）", True)
    assert cell_to_text(Cell(0, 0, text="县公安 分局\n县残联")) == ("县公安\n分局\n县残联", False)


@pytest.mark.parametrize(
    ("text", "columns", "units"),
    [
        ("县乡村\n振兴局", 3, ("县乡村振兴局",)),
        ("中国人\n民银行\n霁川县\n支行", 3, ("中国人民银行霁川县支行",)),
        ("县乡村\n振兴局\n县残联", 3, ("县乡村振兴局", "县残联")),
        ("县乡村\n振兴局", 12, ("县乡村", "振兴局")),
    ],
)
def test_full_lines_wrap_and_lines_ended_early_part(
    text: str, columns: int, units: tuple[str, ...]
) -> None:
    assert cell_to_units(placed(text, columns), SETTINGS).units == units


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("县医疗保障局县团县委", "县医疗保障局 县团县委"),
        ("县住建局县总工会", "县住建局 县总工会"),
        ("县税务局县城管局、县残联", "县税务局 县城管局 县残联"),
        ("县发改局财政局县水利局", "县发改局 财政局 县水利局"),
        ("市财政局\n市审计局市统计局", "市财政局 市审计局 市统计局"),
        # Behind the brackets of a body another begins, even one that no list knows.
        (
            "县市场监管局（县知识产权局）霁云经济技术开发区管委会、县残联",
            "县市场监管局（县知识产权局） 霁云经济技术开发区管委会 县残联",
        ),
        (
            "县交通局（县港航中心）县住建局（县人防办）县霁云局",
            "县交通局（县港航中心） 县住建局（县人防办） 县霁云局",
        ),
        ("县政府办（金融）国网霁川县供电公司", "县政府办（金融） 国网霁川县供电公司"),
        ("各乡镇（街道）县城管局", "各乡镇（街道） 县城管局"),
        # A place begins another name behind a known body.
        ("县公安局霁川县城市建设投资集团有限公司", "县公安局 霁川县城市建设投资集团有限公司"),
        ("县乡村振兴局中国人民银行霁川县支行", "县乡村振兴局 中国人民银行霁川县支行"),
        # Behind a company a body begins with its level.
        ("国网霁川县供电公司县发改局", "国网霁川县供电公司 县发改局"),
        ("霁川县城投集团有限公司县住建局", "霁川县城投集团有限公司 县住建局"),
        # All towns stand below no body.
        ("县消防救援大队各乡镇（街道）", "县消防救援大队 各乡镇（街道）"),
        ("县住建局各乡镇人民政府", "县住建局 各乡镇人民政府"),
    ],
)
def test_known_names_without_anything_between_them_are_parted(text: str, units: str) -> None:
    reading = read(text)
    assert reading.units == tuple(units.split())
    assert [(code, severity) for code, severity, _ in reading.doubts] == [
        (Code.UNIT_ODD, Severity.WARNING)
    ]


def test_a_zone_of_the_own_place_begins_behind_a_known_body() -> None:
    text = "县委组织部青溪高新技术产业园区管委会"
    home = replace(blank_directory(SETTINGS), regions=Regions(Region("青溪县", "county")))
    assert cell_to_units(Cell(0, 0, text=text), SETTINGS, home).units == (
        "县委组织部",
        "青溪高新技术产业园区管委会",
    )


@pytest.mark.parametrize(
    "text",
    [
        "县委县政府督查室",
        "县人大常委会办公室",
        "县交通运输局（县道路运输服务中心）",
        "县政府金融办",
        "市生态环境局青溪县分局",
        "县住建局房产服务中心",
        "县公安局交警大队",
        "县公安局（交警）大队",
        "国网四川省电力公司青溪县供电公司",
        "中国人民银行青溪县支行",
        "市公安局青溪区分局",
        "市生态环境局（青溪县）分局",
        "四川投资集团（控股）有限责任公司",
        "自贸试验区（青溪片区）管委会",
        "各乡镇（街道）人民政府",
        "各乡镇（街道）综合执法队",
        "各县（市、区）教育局",
        "各县（市、区）区委办",
    ],
)
def test_one_name_made_of_two_known_ones_stays_whole(text: str) -> None:
    assert read(text) == UnitReading((), (text,))


@pytest.mark.parametrize("text", ["县税务局县霁云局", "国网四川省电力公司（青溪）供电分公司"])
def test_two_names_of_which_one_is_unknown_are_doubted(text: str) -> None:
    reading = read(text)
    assert reading.units == (text,)
    assert any("two bodies" in message for _, _, message in reading.doubts)


@pytest.mark.parametrize(
    ("text", "score", "units"),
    [
        ("县财政局、县市场监、管局", 0.9, ("县财政局", "县市场监管局")),
        ("县财政局、县市场监、管局", 1.0, ("县财政局", "县市场监", "管局")),
        ("县乡、村振兴局、县水利局", 0.9, ("县乡村振兴局", "县水利局")),
        ("县司、法局县商务局", 0.9, ("县司法局", "县商务局")),
        ("岱县市场监、管局", 0.9, ("岱县市场监管局",)),
        ("县人力资源和社、会保障局", 0.9, ("县人力资源和社会保障局",)),
        ("县教育、体育局", 0.9, ("县教育", "体育局")),
        ("县委、办公室", 0.9, ("县委", "办公室")),
    ],
)
def test_a_sign_in_the_name_of_one_body_is_dirt_on_a_scan(
    text: str, score: float, units: tuple[str, ...]
) -> None:
    reading = cell_to_units(Cell(0, 0, text=text, score=score), SETTINGS)
    assert reading.units == units
    told = [message for _, _, message in reading.doubts if message.startswith("a sign stands in")]
    assert len(told) == ("、".join(units) != text)


@pytest.mark.parametrize(
    "text",
    [
        "平原海关、新区交通运输局",
        "平原海关、新区交\n通运输局",
        "各街道办事处、新区应急管理局",
        "联通、新区应急管理局",
        "平原管理站、县城关镇财政所",
        "平原海关、县交通运输局",
    ],
)
def test_no_place_that_only_the_join_makes_overrules_a_printed_sign(text: str) -> None:
    reading = cell_to_units(Cell(0, 0, text=text, score=0.9), SETTINGS)
    assert "、".join(reading.units) == text.replace("\n", "")
    assert not reading.doubts


@pytest.mark.parametrize(
    ("text", "score", "units"),
    [
        ("县财政局：县审计局、县科技局", 0.9, ("县财政局", "县审计局", "县科技局")),
        ("县财政局：县审计局、县科技局", 1.0, ("县财政局：县审计局", "县科技局")),
        ("县财政局·县审计局、县科技局。", 0.9, ("县财政局", "县审计局", "县科技局")),
        ("县财政局：", 0.9, ("县财政局",)),
        ("县财政局：县审计局县科技局", 0.9, ("县财政局", "县审计局", "县科技局")),
        ("市级：市教育局", 0.9, ("市级：市教育局",)),
    ],
)
def test_another_mark_between_two_known_bodies_is_a_sign_on_a_scan(
    text: str, score: float, units: tuple[str, ...]
) -> None:
    reading = cell_to_units(Cell(0, 0, text=text, score=score), SETTINGS)
    assert reading.units == units
    told = [severity for _, severity, message in reading.doubts if "several bodies" in message]
    assert told == [Severity.WARNING] * (len(units) == 3)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [("县水利局各乡镇人民政府", True), ("县政府各部门", False), ("全县各乡镇人民政府", False)],
)
def test_every_town_behind_a_body_is_another_party(text: str, doubted: bool) -> None:
    reading = cell_to_units(Cell(0, 0, text=text), SETTINGS)
    assert [code for code, _, _ in reading.doubts] == [Code.UNIT_ODD] * doubted


@pytest.mark.parametrize(
    "unit",
    [
        "中铁二局集团有限公司霁川县项目部",
        "中国石油天然气股份有限公司霁川县经营部",
        "中国联合网络通信有限公司霁川县委员会",
        "水务集团有限公司市政中心",
    ],
)
def test_what_belongs_to_a_company_is_no_body_behind_it(unit: str) -> None:
    assert read(unit).units == (unit,)
