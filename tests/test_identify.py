"""Units to names to join on: gazetteer, places, carried prefixes, a notice's own names."""

from __future__ import annotations

import pytest

from pipeline.config import load_settings
from pipeline.model import Code, Document, Severity
from pipeline.normalise.directory import (
    Directory,
    blank_directory,
    learn_units,
    open_directory,
)
from pipeline.normalise.endings import is_other_body
from pipeline.normalise.identify import identify_all, identity_doubts
from pipeline.normalise.identity import SURE, Identity
from pipeline.normalise.likeness import likeness
from pipeline.party import PartyKind

SETTINGS = load_settings()
COUNTY = Document(issuer="岳阳县人民政府办公室")
CITYS = ("岳阳市人力资源和社会保障局", "岳阳市交通运输委员会")
CITY_ABOVE = "现将《岳阳市人民政府办公室关于印发〈方案〉的通知》转发给你们"


def learn(units: str, letter: Document = COUNTY, *texts: str) -> Directory:
    return learn_units(open_directory(letter, texts, SETTINGS), units.split(), letter, texts)


def identify(unit: str, letter: Document = COUNTY, *texts: str) -> Identity:
    return identify_all([unit], learn(unit, letter, *texts))[0]


@pytest.mark.parametrize(
    ("unit", "canonical", "kind"),
    [
        ("县发改局", "岳阳县发展和改革局", "organ"),
        ("县发展和改革局", "岳阳县发展和改革局", "organ"),
        ("岳阳县发展改革局", "岳阳县发展和改革局", "organ"),
        ("县发改", "岳阳县发展和改革局", "organ"),
        ("县卫健委", "岳阳县卫生健康委员会", "organ"),
        ("县政府办", "岳阳县人民政府办公室", "organ"),
        ("县政府金融办", "岳阳县金融工作办公室", "organ"),
        ("县委编办", "中共岳阳县委机构编制委员会办公室", "organ"),
        ("县编办", "中共岳阳县委机构编制委员会办公室", "organ"),
        ("县纪委监委", "中共岳阳县纪律检查委员会岳阳县监察委员会", "organ"),
        ("团县委", "共青团岳阳县委员会", "association"),
        ("县团县委", "共青团岳阳县委员会", "association"),
        ("共青团岳阳县委", "共青团岳阳县委员会", "association"),
        ("县税务局", "国家税务总局岳阳县税务局", "organ"),
        ("县人民银行", "中国人民银行岳阳县支行", "company"),
        ("中国人民银行岳阳县支行", "中国人民银行岳阳县支行", "company"),
        ("县供电公司", "国网岳阳县供电公司", "company"),
        ("县公安局交警大队", "岳阳县公安局交通警察大队", "organ"),
        ("县教育局办公室", "岳阳县教育局办公室", "organ"),
        ("市生态环境局岳阳县分局", "岳阳市生态环境局岳阳县分局", "organ"),
        ("市生态环境局岳阳分局", "岳阳市生态环境局岳阳县分局", "organ"),
        ("县市场监管局（县知识产权局）", "岳阳县市场监督管理局", "organ"),
        ("市人社局", "岳阳市人力资源和社会保障局", "organ"),
        ("市交通委（市道运局）", "岳阳市交通运输委员会", "organ"),
        ("白鹭镇", "岳阳县白鹭镇人民政府", "place"),
        ("县白鹭镇", "岳阳县白鹭镇人民政府", "place"),
        ("岳阳县白鹭镇人民政府", "岳阳县白鹭镇人民政府", "organ"),
        ("城关街道", "岳阳县城关街道办事处", "place"),
        ("各乡镇人民政府", "岳阳县各乡镇人民政府", "collective"),
    ],
)
def test_what_the_gazetteer_knows_in_a_notice_of_a_county(
    unit: str, canonical: str, kind: str
) -> None:
    found = identify(unit, COUNTY, CITY_ABOVE)
    assert (found.printed, found.canonical, found.kind) == (unit, canonical, PartyKind(kind))
    assert found.doubt is None
    assert found.certainty >= SURE
    assert found.region == ("岳阳市" if canonical in CITYS else "岳阳县")


@pytest.mark.parametrize(
    ("unit", "canonical"),
    [("海关总署", "海关总署"), ("国家发展改革委", "国家发展和改革委员会"), ("财政部", "财政部")],
)
def test_bodies_of_the_centre_in_a_notice_of_a_county(unit: str, canonical: str) -> None:
    found = identify(unit)
    assert (found.canonical, found.region) == (canonical, "中央")
    assert found.certainty >= SURE


def test_one_canonical_name_for_a_zone_however_it_is_printed() -> None:
    names = "岳阳高新区管委会 岳阳高新技术产业园区管委会 岳阳高新区 县岳阳高新区 县高新区管委会"
    found = identify_all(names.split(), learn(names))
    assert {one.canonical for one in found} == {"岳阳高新技术产业园区管理委员会"}
    assert {one.region for one in found} == {"岳阳县"}


def test_the_notice_tells_which_zone_is_meant() -> None:
    names = "望潮高新区管委会 望潮高新技术产业开发区管委会"
    letter = Document(issuer="望潮县人民政府")
    found = identify_all(names.split(), learn(names, letter))
    assert {one.canonical for one in found} == {"望潮高新技术产业开发区管理委员会"}
    alone = identify("望潮高新区管委会", letter)
    assert "form:shared" in alone.evidence
    assert alone.certainty < SURE


def test_a_name_in_full_tells_what_a_shared_short_form_means() -> None:
    names = "县文旅局 岳阳县文化旅游广电体育局"
    assert identify_all(names.split(), learn(names))[0].canonical == "岳阳县文化旅游广电体育局"
    text = "由岳阳县文化旅游广电体育局负总责"
    assert identify("县文旅局", COUNTY, text).canonical == "岳阳县文化旅游广电体育局"
    assert identify("县文旅局").canonical == "岳阳县文化和旅游局"


def test_a_letter_that_explains_a_short_name() -> None:
    text = "由岳阳县项目服务中心（以下简称“县促建办”）统筹"
    found = identify("县促建办", COUNTY, text)
    assert found.canonical == "岳阳县项目服务中心"
    assert found.printed == "县促建办"


def test_a_prefix_is_carried_on() -> None:
    found = identify_all(["县发改局", "财政局", "工信局"], learn("县发改局 财政局 工信局"))
    assert [one.canonical for one in found] == [
        "岳阳县发展和改革局",
        "岳阳县财政局",
        "岳阳县工业和信息化局",
    ]
    assert ["place:carried" in one.evidence for one in found] == [False, True, True]
    assert not any(one.doubt for one in found)


def test_a_carried_prefix_that_is_not_the_notices_own_is_doubted() -> None:
    found = identify_all(["市税务局", "财政局"], learn("市税务局 财政局", COUNTY, CITY_ABOVE))
    assert found[1].doubt is not None
    assert found[1].doubt[1] is Severity.WARNING
    assert found[1].certainty < SURE


@pytest.mark.parametrize(
    ("unit", "near"),
    [
        ("县财人", "县财政局"),
        ("县民银行", "县人民银行"),
        ("县商粮局", "县商务粮食局"),
        ("县委发改局", "县发改局"),
        ("县农业农林局", "县农业农村局"),
        ("县市场监督管埋局", "县市场监督管理局"),
        ("县气像局", "县气象局"),
        ("县人社屋", "县人社局"),
        ("具融媒体中心", "融媒体中心"),
        ("县综合行政执法队", "县综合行政执法大队"),
        ("县消防救援太队", "县消防救援大队"),
        ("县教育厅", "县教育局"),
        ("县教育局办室", "县教育局"),
    ],
)
def test_what_looks_misread_is_doubted_and_never_replaced(unit: str, near: str) -> None:
    found = identify(unit)
    assert found.canonical is None
    assert found.certainty < 0.5
    assert found.doubt is not None
    code, severity, message = found.doubt
    assert (code, severity) == (Code.UNIT_UNKNOWN, Severity.WARNING)
    assert near in message


@pytest.mark.parametrize(
    "unit",
    [
        "镇综合行政执法队",
        "白鹭镇综合行政执法队",
        "市文化市场综合行政执法支队",
        "县税务分局",
        "镇信访办",
        "法院开发区法庭",
    ],
)
def test_a_name_with_the_ending_of_another_level_is_no_misreading(unit: str) -> None:
    found = identify(unit)
    assert found.canonical is not None
    assert found.doubt is None or found.doubt[1] is Severity.INFO


def test_known_names_with_a_character_of_like_shape_are_told_at_each_level() -> None:
    directory = blank_directory(SETTINGS)
    for word, level in (("县", "county"), ("市", "city")):
        names = sorted(directory.known.names_at(level))[::5]
        read = [word + text for name in names for text in _with_one_alike(name)]
        assert len(read) > 1000
        assert not [text for text in read if _is_silent(text, directory)]


@pytest.mark.parametrize("place", ["县", "市", "镇"])
def test_no_character_that_is_misread_makes_a_name_of_another_level(place: str) -> None:
    directory = blank_directory(SETTINGS)
    nearest = directory.nearest(None)
    for name in sorted(directory.known.names_at("county"))[::7]:
        for text in (*_with_one_alike(name), *_one_longer(name)):
            for near in nearest.misread(text):
                assert not is_other_body(text, near, place, directory.is_field) or near != name


def test_a_character_that_is_lost_is_told_of_all_but_towns() -> None:
    directory = blank_directory(SETTINGS)
    for name in sorted(directory.known.names_at("county"))[::7]:
        for text in _one_shorter(name):
            assert not is_other_body(text, name, "县", directory.is_field), text


def _with_one_alike(name: str) -> list[str]:
    """`name` with each of its characters read as one of its two likest."""
    alike = likeness(SETTINGS.names).alike
    return [
        f"{name[:at]}{other}{name[at + 1 :]}"
        for at, character in enumerate(name)
        for other in sorted(alike.get(character, ()))[:2]
    ]


def _one_longer(name: str) -> list[str]:
    return [f"{name[:at]}一{name[at:]}" for at in range(len(name) + 1)]


def _one_shorter(name: str) -> list[str]:
    return [name[:at] + name[at + 1 :] for at in range(len(name))]


def _is_silent(text: str, directory: Directory) -> bool:
    found = identify_all([text], directory)[0]
    warned = found.doubt is not None and found.doubt[1] is Severity.WARNING
    return "form:unknown" in found.evidence and not warned


@pytest.mark.parametrize(
    ("unit", "canonical", "kind", "region"),
    [
        ("盛佳集团", "盛佳集团", "company", None),
        ("县霁云湖管护中心", "岳阳县霁云湖管护中心", "institution", "岳阳县"),
        ("县鹿角镇服务中心", "岳阳县鹿角镇服务中心", "institution", "岳阳县"),
        ("县茶叶商会", "岳阳县茶叶商会", "association", "岳阳县"),
    ],
)
def test_a_proper_name_that_no_list_holds_is_kept_and_is_no_warning(
    unit: str, canonical: str, kind: str, region: str | None
) -> None:
    found = identify(unit)
    assert (found.canonical, found.kind, found.region) == (canonical, PartyKind(kind), region)
    assert found.certainty < SURE
    assert found.doubt is not None
    assert found.doubt[1] is Severity.INFO


@pytest.mark.parametrize("unit", ["县直各有关单位", "有关部门", "各相关单位", "其他责任单位"])
def test_open_collectives_cannot_be_joined_on(unit: str) -> None:
    found = identify(unit)
    assert (found.canonical, found.kind) == (None, PartyKind.COLLECTIVE)
    assert found.doubt is None


def test_without_an_issuer_the_word_of_the_level_stays() -> None:
    found = identify("县发改局", Document())
    assert (found.canonical, found.region) == ("县发展和改革局", None)
    assert found.certainty < SURE


@pytest.mark.parametrize(
    ("issuer", "unit", "canonical"),
    [
        ("湖南省人民政府办公厅", "省教育厅", "湖南省教育厅"),
        ("湖南省人民政府办公厅", "省发改委", "湖南省发展和改革委员会"),
        ("岱宁市人民政府办公室", "市发展改革委", "岱宁市发展和改革委员会"),
        ("岱宁市人民政府", "市中院", "岱宁市中级人民法院"),
        ("岱宁市人民政府", "平昌县", "平昌县人民政府"),
        ("长沙市开福区人民政府", "区住建局", "开福区住房和城乡建设局"),
        ("长沙市开福区人民政府", "市教育局", "长沙市教育局"),
        ("湘西土家族苗族自治州人民政府", "州林业局", "湘西土家族苗族自治州林业局"),
        ("广西壮族自治区人民政府", "自治区教育厅", "广西壮族自治区教育厅"),
        ("国务院办公厅", "发展改革委", "国家发展和改革委员会"),
        ("国务院办公厅", "统计局", "国家统计局"),
        ("岳阳县鹿角镇人民政府", "县财政局", "岳阳县财政局"),
    ],
)
def test_the_issuer_tells_what_a_word_of_a_level_means(
    issuer: str, unit: str, canonical: str
) -> None:
    found = identify(unit, Document(issuer=issuer))
    assert found.canonical == canonical
    assert found.certainty >= SURE


def test_the_bodies_of_one_list_tell_that_it_is_the_centres() -> None:
    units = "发展改革委 海关总署 统计局"
    found = identify_all(units.split(), learn(units, Document()))
    names = ["国家发展和改革委员会", "海关总署", "国家统计局"]
    assert [one.canonical for one in found] == names
    assert {one.region for one in found} == {"中央"}


def test_words_that_wrap_in_cells_make_no_city() -> None:
    found = identify("市生态环境局澜坪分局", Document(issuer="澜坪县人民政府"), "澜\n坪城市发展")
    assert found.canonical == "市生态环境局澜坪县分局"


def test_two_names_of_one_body_in_a_cell_are_doubted() -> None:
    found = identify_all(["县发改局", "县发展和改革局"], learn("县发改局 县发展和改革局"))
    doubts = [doubt[:2] for doubt in identity_doubts(found)]
    assert doubts == [(Code.UNIT_REPEATED, Severity.WARNING)]
    other = identify_all(["县发改局", "县财政局"], learn("县发改局 县财政局"))
    assert not list(identity_doubts(other))
    alias = ["县市场监管局（县知识产权局）", "县市场监管局"]
    told = [doubt[:2] for doubt in identity_doubts(identify_all(alias, learn(" ".join(alias))))]
    assert told == [(Code.UNIT_REPEATED, Severity.INFO)]


def test_a_short_name_joins_the_one_long_name_of_the_notice() -> None:
    found = identify_all(["县霁云中心"], learn("县霁云中心 县霁云湖管护服务中心"))
    assert found[0].canonical == "岳阳县霁云湖管护服务中心"
    assert found[0].certainty < SURE
    several = learn("县霁云中心 县霁云湖管护服务中心 县霁云山景区中心")
    assert identify_all(["县霁云中心"], several)[0].canonical == "岳阳县霁云中心"
