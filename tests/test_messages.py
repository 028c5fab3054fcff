"""Findings in Chinese: no message of the stages lacks its sentence, and its values stay."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.codes import Code
from pipeline.show import messages
from pipeline.show.messages import error_in_chinese, message_in_chinese, reason_in_chinese

ROOT = Path(messages.__file__).parent.parent
STAGES = (
    "textlayer",
    "pages.py",
    "grid",
    "tables",
    "normalise",
    "markup",
    "validate",
    "scan",
    "corrections",
)
TABLE = tomllib.loads((Path(messages.__file__).parent / "sentences.toml").read_text("utf-8"))
WORDS = re.compile(r"[A-Za-z]{2,}[,:;]? (?:\{\} )?[a-z]{2,}")
HOLE = re.compile(r"\{\w*\}")
# Text that is no message: file patterns, log lines, kinds of gaps between names.
ELSE = re.compile(r"Free space|line end|two blanks|cannot be written|https\?|<\(script")


def test_every_code_has_its_sentences() -> None:
    assert set(TABLE) == {code.value for code in Code} | {"reasons", "errors"}


def test_no_value_of_a_message_is_lost() -> None:
    for pairs in TABLE.values():
        for english, chinese in pairs.items():
            assert sorted(HOLE.findall(english)) == sorted(HOLE.findall(chinese)), english


def test_no_sentence_hides_behind_one_before_it() -> None:
    """A message is told by its own sentence, whatever its values."""
    for code in TABLE:
        for sentence, (english, chinese) in zip(
            messages.sentences(code), TABLE[code].items(), strict=True
        ):
            example = HOLE.sub("某", english)
            first = next(s for s in messages.sentences(code) if s.told(example) is not None)
            assert first is sentence, f"{english} is told as {first.chinese}, not {chinese}"


@pytest.mark.parametrize("module", STAGES)
def test_every_message_of_the_stages_has_a_sentence(module: str) -> None:
    known = [HOLE.sub("{}", english) for pairs in TABLE.values() for english in pairs]
    place = ROOT / module
    paths = [place] if place.is_file() else sorted(place.rglob("*.py"))
    said = [text for path in paths for text in _said(path)]
    assert said, "the search finds messages at all"
    assert [text for text in said if not any(text.strip() in whole for whole in known)] == []


@pytest.mark.parametrize(
    ("code", "message", "chinese"),
    [
        (
            Code.LOW_SCORE,
            "lead_units is read right with a chance of 0.41",
            "「牵头单位」读对的把握只有 0.41",
        ),
        (
            Code.ROW_JOIN_DOUBTFUL,
            "the page's first row was joined with the last row of the page before, in doubt: "
            "the serial is blank; a text is cut in the middle",
            "本页首行已并入上页末行，但没有把握：序号空白；有一段文字在半中间断开",
        ),
        (
            Code.NAME_AMBIGUOUS,
            "“王　建国\n李明” read as 王建国、李明: a stack read line by line",
            "「王　建国\n李明」读作 王建国、李明：竖排的名字被逐行读出",
        ),
        (
            Code.UNIT_UNKNOWN,
            "no list knows 县发政局; near to it: 县发改局、县财政局",
            "单位库里没有 县发政局，相近的有：县发改局、县财政局",
        ),
        (
            Code.PAGE_FAILED,
            "Page 3 could not be read: a.pdf, page 3: the picture of the page is damaged. "
            "Scan the page again.",
            "第 3 页没有读出：a.pdf, page 3：这一页的图片已损坏",
        ),
        (Code.PAGE_FAILED, "Page 2 could not be read: KeyError: 7", "第 2 页没有读出：KeyError: 7"),
        (
            Code.CORRECTION_CONFLICT,
            "correction 4 (serial 12): the leaders is read otherwise now than when it was "
            "corrected",
            "第 4 条更正（序号 12）：「牵头领导」现在读得与更正时不同",
        ),
        (
            Code.TEXT_OUTSIDE,
            "row 3 of the grid is a heading, taken as the category of the rows below: 一、总体",
            "表格第 3 行是小标题，作以下各行的类别：一、总体",
        ),
    ],
)
def test_a_message_is_told_with_its_values(code: Code, message: str, chinese: str) -> None:
    assert message_in_chinese(code, message) == chinese


def test_what_a_document_says_is_never_taken_for_a_sentence() -> None:
    hostile = "text beside a table, in none of its cells: the serial is blank {column} <script>"
    assert message_in_chinese(Code.TEXT_OUTSIDE, hostile).endswith(
        "the serial is blank {column} <script>"
    )


def test_an_unknown_message_stays_as_it_is() -> None:
    assert message_in_chinese("code_of_a_newer_version", "words") == "words"
    assert error_in_chinese("x.pdf: something else.") == "x.pdf: something else."


def test_reasons_and_errors_of_the_lists() -> None:
    assert reason_in_chinese("text layer of 312 characters") == "文本层有 312 个字符"
    damaged = "in/x.pdf: the PDF is damaged or cut off. Save or download it again."
    assert error_in_chinese(damaged) == "in/x.pdf：PDF 已损坏或不完整"


def _said(path: Path) -> Iterator[str]:
    """The English texts of a module that are neither documentation, errors nor names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise | ast.Assert):
            skipped.update(map(id, ast.walk(node)))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            skipped.update(map(id, node.values))
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        text = _text(node)
        if WORDS.search(text) and not ELSE.search(text):
            yield text


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
