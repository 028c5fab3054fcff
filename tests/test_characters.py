from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.characters import (
    common_han,
    is_blank,
    is_cjk_punctuation,
    is_han,
    is_odd,
    map_radicals,
)

# Without an equivalent in the Unicode Character Database: a stroke, and an unassigned place.
WITHOUT_EQUIVALENT = {"\u2e80", "\u2e9a"}


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("⺠⽣", "民生"),
        ("⻓沙", "长沙"),
        ("⻛险", "风险"),
        ("⻋⻔⻚⻅⻉⻢⻥⻦⻨⻩", "车门页见贝马鱼鸟麦黄"),
        ("⻬⻮⻰⻳⻘⻝⻤", "齐齿龙龟青食鬼"),
        ("⽤⼾", "用户"),
        ("⽉⽇⼯⼈⼤⼩⼥⼦⼭⽔", "月日工人大小女子山水"),
        ("\uf90a\ufa12", "金晴"),
        ("\U0002f800", "丽"),
    ],
)
def test_radicals_become_the_characters_meant(printed: str, meant: str) -> None:
    assert map_radicals(printed) == meant


def test_every_radical_has_its_character() -> None:
    blocks = [*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)]
    left = {chr(code) for code in blocks if not is_han(map_radicals(chr(code)))}
    assert left == WITHOUT_EQUIVALENT


def test_kangxi_radicals_follow_unicode_but_for_the_mainland_form() -> None:
    kangxi = [chr(code) for code in range(0x2F00, 0x2FD6)]
    other = {ch for ch in kangxi if map_radicals(ch) != unicodedata.normalize("NFKC", ch)}
    assert other == {"⼾"}


def test_the_horizontal_bar_is_the_chinese_dash() -> None:
    assert map_radicals("力争6\u20158家\u2015\u2015") == "力争6—8家——"


def test_unified_ideographs_in_the_compatibility_block_stay() -> None:
    unified = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
    assert map_radicals(unified) == unified


@pytest.mark.parametrize(
    "text", ["１２％（一）", "①②㎡", "ﬁ", "ｱ", "À", "王　强", "〔2023〕", "々〇"]
)
def test_nothing_else_changes(text: str) -> None:
    assert map_radicals(text) == text


@given(st.text())
def test_mapping_keeps_length_and_is_done_once(text: str) -> None:
    mapped = map_radicals(text)
    assert len(mapped) == len(text)
    assert map_radicals(mapped) == mapped


def test_han() -> None:
    assert all(map(is_han, "一龥㐀𠀀𰀀〇々金"))
    assert not any(map(is_han, "aＡ1，、あア⺠ \ue000"))


def test_odd() -> None:
    assert all(map(is_odd, "\ue000\ufffd\x00\x07\x7f\U000f0000\U0010ffff\u0378\ud800"))
    assert not any(map(is_odd, "民a，\n\t\u3000\u200b①㎡𠀀"))


def test_blank() -> None:
    assert all(map(is_blank, " \t\n\u3000\xa0\u2003\u200b\ufeff\u200d"))
    assert not any(map(is_blank, "民a1-\u00ad·"))


def test_punctuation() -> None:
    assert all(map(is_cjk_punctuation, "，。、；：？！（）《》〔〕【】“”‘’…—·～％"))
    assert not any(map(is_cjk_punctuation, "民ａ１a,.1 \u3000〇"))


def test_common_characters_are_those_of_the_two_standards() -> None:
    common = common_han()
    assert all(ch in common for ch in "的县政府岳阳國務院")
    assert not any(ch in common for ch in "齉龘靐齾")
    # 3,755 and 5,401, of which the shared ones count once.
    assert 5401 < len(common) < 3755 + 5401
