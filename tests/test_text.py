"""Wrapped lines, invisible characters, comparison keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.text import clean, fold, join_lines, pair_brackets

HAN = st.text(alphabet="县市发改局住建设农业农村，。、（）", min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["规划用地300", "0亩"], "规划用地3000亩"),
        (["加快5G、移动", "物联网建设"], "加快5G、移动物联网建设"),
        (["使用 Apache", "Parquet 格式"], "使用 Apache Parquet 格式"),
        (["the inter-", "national"], "the international"),
        (["（2023-", "2027年）"], "（2023-2027年）"),
        (["对标GB/T", "9704"], "对标GB/T9704"),
        (["one,", "two"], "one, two"),
        (["", " 县发改 ", "\u3000局"], "县发改局"),
        ([], ""),
    ],
)
def test_join_lines(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


@given(HAN, st.integers(1, 9))
def test_chinese_wrapped_anywhere_comes_back(text: str, width: int) -> None:
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    assert join_lines(lines) == text


def test_clean_keeps_the_characters_of_names() -> None:
    assert clean("\ufeff 王\u3000\u3000强\u200b （兼）\t \n\n 李明\u00a0") == "王 强 （兼）\n李明"
    assert clean("①２\r\nⅢ") == "①２\nⅢ"


def test_fold_compares_over_forms_and_blanks() -> None:
    assert fold("２０２３ 年\u3000(一)\n") == fold("2023年（一）")


@given(st.text(max_size=30))
def test_clean_and_fold_are_stable(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("县市场监管局（县消费者委员会)、县公安局", "县市场监管局（县消费者委员会）、县公安局"),
        ("市交通委(市道运局）", "市交通委（市道运局）"),
        ("局(办)", "局(办)"),
        ("局（办）", "局（办）"),
        ("局（办(科)）", "局（办(科)）"),
        ("1）县公安局 2)县财政局", "1）县公安局 2)县财政局"),
        ("（", "（"),
    ],
)
def test_brackets_of_one_pair_are_alike(read: str, meant: str) -> None:
    assert pair_brackets(read) == meant
