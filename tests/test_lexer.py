"""The quick lexer against pdfminer's parser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import PSKeyword

from pipeline.textlayer import TextLayer, interpreter
from pipeline.textlayer.interpreter import page_to_marks
from pipeline.textlayer.lexer import Operator, lex
from tests.pdfs import Page, line, show, write


def by_pdfminer(data: bytes) -> list[Any]:
    stream = PDFStream({}, data)
    parser = PDFContentParser([stream])
    found: list[Any] = []
    while True:
        try:
            _, token = parser.nextobject()
        except PSEOF:
            return found
        found.append(Operator(token.name) if isinstance(token, PSKeyword) else token)


NUMBERS = st.one_of(
    st.integers(-9999, 9999).map(str),
    st.decimals(-999, 999, places=3).map(lambda value: f"{value:f}"),
    st.sampled_from([".5", "-.25", "+3", "4.", "0.0"]),
)
STRINGS = st.one_of(
    st.binary(max_size=6).map(lambda data: f"<{data.hex()}>"),
    st.sampled_from(["()", "(abc)", r"(a\)b)", r"(\101\n\\)", "(a(b)c)", "(a % b)", "< 4 1 >"]),
)
NAMES = st.sampled_from(["/F1", "/GS0", "/A-b.c", "/Cs+1"])
SIMPLE = st.one_of(NUMBERS, STRINGS, NAMES, st.sampled_from(["true", "false"]))
ARRAYS = st.lists(SIMPLE, max_size=4).map(lambda items: "[" + " ".join(items) + "]")
DICTS = st.lists(st.tuples(NAMES, SIMPLE), max_size=2).map(
    lambda pairs: "<<" + " ".join(f"{key} {value}" for key, value in pairs) + ">>"
)
OPERATORS = st.sampled_from(["Tj", "TJ", "'", "T*", "f*", "re", "q", "Q", "cm", "BDC", "d0"])
SPACES = st.sampled_from([" ", "\n", "\r\n", "  \t", " % remark\n"])


@given(st.lists(st.tuples(st.one_of(SIMPLE, ARRAYS, DICTS, OPERATORS), SPACES), max_size=12))
def test_tokens_are_those_of_pdfminer(parts: list[tuple[str, str]]) -> None:
    # pdfminer drops what no operator follows.
    data = "".join(token + space for token, space in [*parts, ("Q", "\n")]).encode()
    assert lex(data) == by_pdfminer(data)


@pytest.mark.parametrize("data", [b"", b" \n", b"% only a remark", b"q", b"1 0 0 1 0 0 cm"])
def test_short_streams(data: bytes) -> None:
    assert lex(data) == by_pdfminer(data + b" ")


@pytest.mark.parametrize(
    "data",
    [
        b"BI /W 1 /H 1 ID x EI",
        b"1 0 --5 re",
        b"1.2.3 w",
        b"0-5 w",
        b"(open",
        b"[1 2",
        b"1 ]",
        b"{ 1 }",
        b"/A#20b gs",
        b"\xff\xfe",
        b"[ q ]",
    ],
)
def test_what_it_does_not_know_is_left_to_the_full_parser(data: bytes) -> None:
    assert lex(data) is None


def same_marks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    for lexer in (lex, lambda data: None):
        monkeypatch.setattr(interpreter, "lex", lexer)
        with TextLayer(path) as layer:
            assert layer._interpreter is not None
            read.append([page_to_marks(page, layer._interpreter) for page in layer._pages])
    assert read[0] == read[1]
    assert any(page.marks for page in read[0])


def test_pages_are_the_same_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = show("任务（分解）表", 60, 700) + line(1, 2, 300, 2) + "0.5 g 1 1 9 9 re f* Q Q 7 w "
    same_marks(write(tmp_path / "a.pdf", [Page(content)]), monkeypatch)


@pytest.mark.real
def test_real_pages_are_the_same_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.environ.get("GONGWEN_REAL")
    if not folder:
        pytest.skip("GONGWEN_REAL is not set")
    for path in sorted(Path(folder).glob("*.pdf")):
        same_marks(path, monkeypatch)


def test_an_inline_picture_is_seen(tmp_path: Path) -> None:
    picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID a EI Q "
    with TextLayer(write(tmp_path / "a.pdf", [Page(picture)])) as layer:
        assert layer._interpreter is not None
        (seen,) = page_to_marks(layer._pages[0], layer._interpreter).pictures
    assert seen.box == (0, 0, 595, 842)
