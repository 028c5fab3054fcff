"""Marks that no text has where a dirty page shows them."""

from __future__ import annotations

import pytest

from pipeline.ocr.engine import LineReading
from pipeline.scan.crops import Piece
from pipeline.scan.ink import PixelBox
from pipeline.scan.reading import Look
from pipeline.scan.strays import is_stray, without_strays


def look_at(text: str, before: str = "", after: str = "", width: int = 400) -> Look:
    shares = tuple((at + 0.5) / len(text) for at in range(len(text)))
    reading = LineReading(text, 0.9, shares, (0.99,) * len(text), char_rivals=((),) * len(text))
    piece = Piece(PixelBox(0, 0, width, 30), 30.0, (0, 30))
    return Look(piece, reading, 0, width, beside=(before, after))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("农田53:9万亩", "农田53.9万亩"),
        ("1：推动项目", "1.推动项目"),
        ("完成。3:加强", "完成。3.加强"),
        ("人次以上：2.严格落实", "人次以上。2.严格落实"),
        ("投入20.万元", "投入20万元"),
        ("道路26.6.公里", "道路26.6公里"),
        ("其中·5亿元", "其中5亿元"),
        ("新认定.1—35家", "新认定1—35家"),
        ("机制。：组织", "机制。组织"),
        ("体系：，建成", "体系，建成"),
        ("∴加强部门", "加强部门"),
        ("15°个", "15个"),
        ('消防救援大"队', "消防救援大队"),
        ("冷…链物流", "冷链物流"),
        ("。一、稳增长", "一、稳增长"),
        ("*深入推动", "深入推动"),
        ("结转项目*", "结转项目"),
        ("站点11个。#", "站点11个。"),
        ("次进展情况。、", "次进展情况。"),
        ("机制。“…", "机制。"),
        ("县交通运输局.", "县交通运输局"),
        # What may be printed stays.
        ("上午9:30前", "上午9:30前"),
        ("目标：1.推动", "目标：1.推动"),
        ("3.推动3个", "3.推动3个"),
        ("阿布都·买买提", "阿布都·买买提"),
        ("等等……", "等等……"),
        ('实行"一站式"服务', '实行"一站式"服务'),
        ("、稳增长", "、稳增长"),
        ("县发改局、", "县发改局、"),
        ("责任单位：", "责任单位："),
        ("力争2025年", "力争2025年"),
        ("3.", "3."),
        ("—", "—"),
    ],
)
def test_marks_that_no_text_has_are_taken_out_or_for_others(text: str, left: str) -> None:
    cleaned = without_strays(look_at(text))
    assert cleaned.reading.text == left
    for values in (cleaned.reading.char_centres, cleaned.reading.char_scores):
        assert values is not None
        assert len(values) == len(left)
    assert cleaned.others == (() if text == left else (text,))
    if len(text) == len(left) and text != left:  # a mark for another: in doubt
        assert cleaned.reading.lowest < 0.9


def test_lines_go_on_with_those_beside_them() -> None:
    assert without_strays(look_at(".6公里", before="道路26")).reading.text == ".6公里"
    assert without_strays(look_at("力争全年-", after="30日")).reading.text == "力争全年-"
    assert without_strays(look_at("5：9万", before="农田5")).reading.text == "5.9万"


@pytest.mark.parametrize(
    ("text", "width", "stray"),
    [("…", 20, True), (":", 4, True), (" “", 9, True), ("-", 4, True), ("-", 14, False),
     ("—", 30, False), ("一", 30, False), ("无", 30, False), ("", 30, False)],
)  # fmt: skip
def test_a_piece_of_marks_alone_is_dirt_and_a_hyphen_of_a_blank_cell_none(
    text: str, width: int, stray: bool
) -> None:
    assert is_stray(look_at(text or " ", width=width)) is stray
