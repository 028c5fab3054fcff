"""Marks told by their ink: ； has a tail."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.scan.marks import doubled_dashes, set_marks

HEIGHT = 30


@pytest.mark.parametrize(
    ("letter", "parts", "meant"),
    [
        ("：", [(4, 4), (8, 4)], "；"),  # (height, width) of the upper and the lower part
        ("；", [(4, 4), (8, 4)], "；"),
        ("；", [(3, 3), (4, 3)], "；"),  # small print
        ("：", [(5, 5), (4, 4)], "："),
        ("；", [(9, 6), (8, 5)], "；"),  # a neighbour's stroke is none of its dots
        ("：", [(2, 2), (5, 2)], "；"),
    ],
)
def test_what_has_a_tail_is_no_colon(letter: str, parts: list[tuple[int, int]], meant: str) -> None:
    ink = np.zeros((HEIGHT, 3 * HEIGHT), bool)
    for left in (0, 2 * HEIGHT):
        ink[2:-2, left + 2 : left + 28] = True
    for top, (high, wide) in zip((8, 19), parts, strict=True):
        ink[top : top + high, 34 : 34 + wide] = True
    right = 34 + max(wide for _, wide in parts)
    spans = [(2, 28), (34, right), (2 * HEIGHT + 2, 2 * HEIGHT + 28)]
    assert set_marks(["亩", letter, "恢"], spans, ink, HEIGHT)[1] == meant


def line_with_dash(parts: list[tuple[int, int]], after: int = 60) -> np.ndarray:
    """A digit, level strokes as (from, to), another digit that begins at `after`."""
    ink = np.zeros((HEIGHT, 2 * after), bool)
    ink[4:26, 10:22] = ink[4:26, after : after + 12] = True
    for start, end in parts:
        ink[15, start:end] = True
    return ink


@pytest.mark.parametrize(
    ("stroke", "after", "mark"),
    [
        ((26, 52), 56, "—"),  # as wide as a character
        ((34, 46), 56, "—"),  # its ends are too thin to be seen, its room is that of a dash
        ((25, 34), 36, "-"),  # 0512-234
    ],
)
def test_a_hyphen_with_the_room_of_a_dash_is_one(
    stroke: tuple[int, int], after: int, mark: str
) -> None:
    spans = [(10, 22), stroke, (after, after + 12)]
    assert set_marks(["4", "-", "2"], spans, line_with_dash([stroke], after), HEIGHT)[1] == mark


def test_one_stroke_read_as_two_dashes_is_one() -> None:
    ink = line_with_dash([(26, 38), (40, 52)])  # thin print breaks in it
    spans = [(10, 22), (26, 38), (40, 52), (60, 72)]
    assert doubled_dashes(["6", "-", "—", "3"], spans, ink, HEIGHT) == [1]
    apart = line_with_dash([(26, 36), (46, 56)])
    spans = [(10, 22), (26, 36), (46, 56), (60, 72)]
    assert doubled_dashes(["6", "-", "-", "3"], spans, apart, HEIGHT) == []


@pytest.mark.parametrize(("stroke", "mark"), [((26, 42), "—"), ((26, 35), "-")])
def test_a_wide_hyphen_at_the_end_of_a_line_is_a_dash(stroke: tuple[int, int], mark: str) -> None:
    ink = line_with_dash([stroke])[:, :44]
    assert set_marks(["3", "-"], [(10, 22), stroke], ink, HEIGHT)[1] == mark


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("深化“放管服’改革", "深化“放管服”改革"),
        ("“政银企“对接平台", "“政银企”对接平台"),
        ("“一件‘小’事”", "“一件‘小’事”"),
        ("一次办’。", "一次办’。"),  # what it closes begins on another line
        ("办”。“一事", "办”。“一事"),
        ("“甲”、“乙”", "“甲”、“乙”"),
        ("县信访局`县妇联", "县信访局、县妇联"),
    ],
)
def test_marks_are_those_that_the_others_of_their_line_want(line: str, meant: str) -> None:
    ink = np.zeros((HEIGHT, HEIGHT * len(line)), bool)
    spans = []
    for at, letter in enumerate(line):
        width = 26 if letter.isalnum() else 8
        start = at * HEIGHT + (HEIGHT - width) // 2
        ink[2:-2, start : start + width] = True
        spans.append((start, start + width))
    assert "".join(set_marks(list(line), spans, ink, HEIGHT)) == meant


@pytest.mark.parametrize(("read", "meant"), [("，", "。"), ("、", "。"), ("°", "。"), ("“", "“")])
def test_a_ring_is_no_comma(read: str, meant: str) -> None:
    """A 。 so near to the next character that a stroke of that is among its columns."""
    ink = np.zeros((HEIGHT, 3 * HEIGHT), bool)
    ink[2:-2, 2:28] = ink[2:-2, 62:88] = True
    ink[2:-2, 44:46] = ink[4:7, 40:44] = True  # of the next one, and a hook at it
    ink[19:27, 34:42] = True
    ink[21:25, 36:40] = False
    spans = [(2, 28), (34, 46), (44, 88)]
    assert set_marks(["元", read, "推"], spans, ink, HEIGHT)[1] == meant
    halved = [(2, 28), (34, 38), (38, 88)]  # the next one was given the other half
    assert set_marks(["元", read, "推"], halved, ink, HEIGHT)[1] == meant
    ink[21:25, 36:40] = True
    assert set_marks(["元", read, "推"], spans, ink, HEIGHT)[1] == read
