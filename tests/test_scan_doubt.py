"""Evidence about a line → the chance that it is read right."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from pipeline.config import load_settings
from pipeline.doubt_settings import Doubt
from pipeline.ocr.engine import LineReading
from pipeline.scan.crops import Piece
from pipeline.scan.doubt import Evidence, Judge, log_odds
from pipeline.scan.ink import PixelBox
from pipeline.scan.lost import Losses
from pipeline.scan.named import name_characters
from pipeline.scan.reading import Look

SIZE = 30
BOX = PixelBox(20, 20, 110, 50)


def a_look(text: str = "岳阳县", certain: float = 0.99, *others: str) -> Look:
    count = len(text)
    centres = tuple((at + 0.5) / count for at in range(count))
    reading = LineReading(text, certain, centres, (certain,) * count)
    return Look(Piece(BOX, SIZE, (10, 60)), reading, BOX.x0, BOX.width, others)


def a_judge(weights: Doubt | None = None) -> Judge:
    text = np.zeros((80, 160), np.uint8)
    for x in (20, 51, 83):
        text[20:50, x : x + 27] = 255
    return Judge(
        weights or load_settings().doubt, Losses(text), np.zeros_like(text), None, dirty=False
    )


def test_the_model_has_a_weight_for_each_piece_of_evidence() -> None:
    names = {field.name for field in fields(Evidence)}
    assert names == set(Doubt.model_fields) - {"bias"}


def test_a_certain_line_on_clean_paper_has_nothing_against_it() -> None:
    evidence = a_judge().evidence(a_look())
    against = {field.name for field in fields(Evidence) if getattr(evidence, field.name)}
    assert against == {"lowest"}


@pytest.mark.parametrize(
    ("look", "name", "value"),
    [
        (a_look("岳阳县", 0.5), "lowest", 0.0),
        (a_look("岳阳县", 0.5), "unsure", 3.0),
        (a_look("岳阳县", 0.99, "丘阳县"), "differs", 1.0),
        (a_look("岳阳县", 0.99, "岳阳县。"), "marks_differ", 1.0),
        (a_look("岳阳县", 0.99, "岳阳县。"), "differs", 0.0),
        (a_look("岳阳县", 0.99, "岳 阳县"), "agrees", 1.0),
        (a_look("岳阳县", 0.99, "岳阳县", "丘阳县"), "agrees", 0.0),
        (a_look("岳·县"), "stray", 1.0),
        (a_look("岳:5县"), "stray", 0.0),
        (a_look("5:5"), "stray", 1.0),
        (a_look("体化."), "stray", 1.0),
        (a_look("31日前-"), "stray", 1.0),
        (a_look("认定3-"), "stray", 1.0),
        (a_look("-23家"), "stray", 1.0),
        (a_look("3-23"), "stray", 0.0),
        (a_look("岳靜县"), "rare", 1.0),
        (a_look("岳阳"), "lost", 1.0),
    ],
)
def test_what_bears_on_a_line_is_seen(look: Look, name: str, value: float) -> None:
    assert getattr(a_judge().evidence(look), name) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("岳.县", True),
        ("一.县", False),
        ("1- -13", True),
        ("岳.5", True),
        ("0.5", False),
        ("5.年", True),
        ("化。", False),
        ("体化.", True),
        ("镇、（街", True),
        ("理2.严格", True),
        ("理。2.严格", False),
        ("理2.5万", False),
        ("—每月", True),
        ("」」", True),
        ("4300亩°4", True),
        ("25°以上", False),
        ("/", False),
        ("——", False),
        ("水平……", False),
        ("附件2.重点", False),
        ("—48家", False),
        ("缩70，%", True),
        ("岳。。", True),
        ("岳.，阳", True),
        ("7%，阳", False),
        ("通报i次", True),
        ("石i鼓岭", True),
        ("达到100.%", True),
        ("新认定1.—35家", True),
        ("WiFi个", False),
    ],
)
def test_marks_where_no_notice_prints_them_are_odd(text: str, odd: bool) -> None:
    judge = a_judge()
    assert judge.is_odd(a_look(text)) is odd
    assert (judge.chance_right(a_look(text, 0.9999)) <= 0.5) is odd


def test_a_full_stop_that_only_another_reading_has_is_doubted() -> None:
    judge = a_judge()
    assert judge.evidence(a_look("百分点", 0.99, "百分点。")).stray == 1
    assert judge.evidence(a_look("百分点", 0.99, "百分点")).stray == 0
    assert judge.evidence(a_look("百分点。", 0.99, "百分点")).stray == 0


def rivalled(text: str, *rivals: tuple[str, float]) -> Look:
    """A line whose last character may be another one."""
    look = a_look(text)
    none: tuple[tuple[str, float], ...] = ()
    every = (*(none for _ in text[1:]), rivals)
    return replace(look, reading=replace(look.reading, char_rivals=every))


def test_what_else_a_character_may_be_is_seen() -> None:
    judge = a_judge()
    assert judge.evidence(rivalled("万亩：", ("；", 0.005))).stray == 1.0
    assert judge.evidence(rivalled("万亩：", ("；", 0.0005))).stray == 0.0
    assert judge.evidence(rivalled("万亩：", ("。", 0.005))).stray == 0.0
    odd = judge.evidence(rivalled("第一李度", ("季", 0.001)))
    assert odd.words == 0.0  # 度 is asked about, and 季 is no part of it
    project = judge.evidence(rivalled("建设项日", ("目", 0.02)))
    assert project.words > 4
    assert project.stray == 1.0
    assert judge.evidence(rivalled("建设项目", ("日", 0.02))).stray == 0.0


def test_the_page_around_a_line_is_seen() -> None:
    judge = a_judge()
    lines, lifted = np.zeros_like(judge.losses.mask), np.zeros_like(judge.losses.mask)
    lines[50:52] = 255
    lifted[20:35, 20:110] = 255
    evidence = replace(judge, lines=lines, lifted=lifted, dirty=True).evidence(a_look())
    assert (evidence.touching, evidence.dirty) == (1.0, 1.0)
    assert evidence.lifted == pytest.approx(0.5)
    low = replace(a_look(), piece=Piece(BOX, SIZE / 2, (10, 60)))
    assert judge.evidence(low).small == pytest.approx(np.log(2))


def test_without_weights_the_recogniser_is_believed() -> None:
    judge = a_judge(Doubt())
    for certain in (0.3, 0.8, 0.99):
        assert judge.chance_right(a_look("岳阳县", certain)) == pytest.approx(certain, abs=1e-3)


def test_doubt_falls_on_the_doubtful_line() -> None:
    """With the shipped weights: certain alone is sure, unsure and contradicted is not."""
    judge, least = a_judge(), load_settings().checks.low_score
    assert judge.chance_right(a_look("岳阳县", 0.999)) > least
    assert judge.chance_right(a_look("岳阳县", 0.3, "丘阳县", "岳阴县")) < least
    lost = judge.chance_right(a_look("岳阳", 0.99))
    assert lost < judge.chance_right(a_look("岳阳县", 0.99))


def test_log_odds_are_bounded() -> None:
    assert log_odds(0.0) == -4.0
    assert log_odds(1.0) == 7.0
    assert log_odds(0.5) == pytest.approx(0.0)


def named(text: str, at: int, other: str, p: float, beside: tuple[str, str] = ("", "")) -> Look:
    look = a_look(text)
    rivals = tuple(((other, p),) if place == at else () for place in range(len(text)))
    return replace(look, reading=replace(look.reading, char_rivals=rivals), beside=beside)


@pytest.mark.parametrize(
    ("look", "value"),
    [
        (named("罗艮先", 1, "良", 0.006), 1.0),
        (named("罗艮先", 1, "良", 0.001), 0.0),  # recognition did not think of it
        (named("罗良先", 1, "艮", 0.006), 0.0),
        (named("罗艮先", 1, "垠", 0.006), 0.0),  # as few have the other one
        (named("、艮先", 1, "良", 0.006, ("张文毅、罗", "、李樱")), 1.0),
        (named("做艮强", 1, "良", 0.006, ("加快推动企业", "高质量发展规划")), 0.0),
    ],
)
def test_a_character_that_few_names_have_is_seen(look: Look, value: float) -> None:
    judge = replace(a_judge(), names=name_characters(load_settings()))
    assert judge.is_odd(look) is bool(value)


@pytest.mark.parametrize(("lower", "value"), [(3, 0.0), (4, 0.0), (5, 1.0)])
def test_a_colon_whose_lower_dot_is_the_higher_one_is_seen(lower: int, value: float) -> None:
    text = np.zeros((80, 160), np.uint8)
    for x in (20, 83):
        text[20:50, x : x + 27] = 255
    text[30:33, 64:67] = text[42 : 42 + lower, 64:67] = 255
    judge = replace(a_judge(), losses=Losses(text))
    assert judge.is_odd(a_look("县：乡")) is bool(value)
    assert replace(judge, dirty=True).evidence(a_look("县：乡")).stray == 1.0


@pytest.mark.parametrize(
    "text", ["罗艮先", "理2.严格", "—每月", "70.0人次", "4.7个", "2；3个", "1，4名"]
)
def test_what_is_odd_is_doubted_however_sure_recognition_is(text: str) -> None:
    settings = load_settings()
    judge = replace(a_judge(), names=name_characters(settings))
    look = named(text, 1, "良", 0.003) if text == "罗艮先" else a_look(text, 0.9999)
    assert judge.chance_right(look, text) < settings.checks.low_score


@pytest.mark.parametrize("text", ["提高2.5个百分点", "人均3.2人", "4.7万人次", "12,345,678元"])
def test_decimals_of_what_is_no_count_are_not_odd(text: str) -> None:
    assert not a_judge().is_odd(a_look(text, 0.9999), text)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("完善县 乡、村三级物流", 1.0),
        ("完善县、乡、村三级物流", 0.0),
        ("欧阳明雄 司马龙茂", 0.0),
        ("完 善 县 乡 村 三 级 物 流", 0.0),  # spaced out
        ("县发展和改革局 县财政局", 0.0),  # two bodies
        ("培训 28 期，每期不少于", 0.0),
    ],
)
def test_a_lone_blank_in_running_text_is_seen(printed: str, value: float) -> None:
    assert a_judge().is_odd(a_look(), printed) is bool(value)
