"""Characters at their places, and blanks where the print has them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scan.crowds import find_crowds
from pipeline.scan.ink import Mask, PixelBox, ink_mask
from pipeline.scan.spans import _least_near, text_to_spans
from pipeline.scan.words import spell, to_word
from tests.scan_pages import SIZE, Picture, character, full_stop, paper


def line(gaps: list[float], marks: tuple[int, ...] = ()) -> tuple[Picture, list[PixelBox]]:
    """Characters with these gaps (in character heights) before each; `marks` are full stops."""
    page = paper(1600, 100)
    boxes, x = [], 20
    for index, gap in enumerate(gaps):
        x += round(gap * SIZE)
        if index in marks:
            full_stop(page, x, 30)
            boxes.append(PixelBox(x, 30, x + SIZE, 30 + SIZE))
        else:
            boxes.append(character(page, x, 30))
        x += SIZE
    return ink_mask(np.ascontiguousarray(page[:, :, 0]), 160), boxes


def spelled(text: str, gaps: list[float], marks: tuple[int, ...] = (), told: bool = True) -> str:
    mask, boxes = line(gaps, marks)
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1, 30 + SIZE)
    centres = [box.x_mid for box in boxes] if told else None
    return spell(text, centres, whole, mask, SIZE).text


@pytest.mark.parametrize("told", [True, False])
def test_names_in_a_row_are_parted_by_a_blank(told: bool) -> None:
    assert spelled("童勋海胡海平", [0, 0.2, 0.2, 1.0, 0.2, 0.2], told=told) == "童勋海 胡海平"
    assert spelled("王强", [0, 1.0], told=told) == "王 强"
    assert spelled("王建国", [0, 0.2, 0.2], told=told) == "王建国"


def test_the_blank_half_of_punctuation_is_no_blank() -> None:
    assert spelled("局。县", [0, 0.1, 0.1], marks=(1,)) == "局。县"


def test_a_stroke_touching_its_neighbour_does_not_move_the_boxes() -> None:
    mask, boxes = line([0, 0.1, 0.1, 0.1])
    mask[45, boxes[1].x1 : boxes[2].x0] = 255
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1, 30 + SIZE)
    # Places are good to about half a character.
    shifts = (0.3, -0.3, 0.2, -0.4)
    centres = [b.x_mid + shift * SIZE for b, shift in zip(boxes, shifts, strict=True)]
    found = spell("一二三四", centres, whole, mask, SIZE).boxes
    assert found is not None
    for got, drawn in zip(found, boxes, strict=True):
        assert got.x0 == pytest.approx(drawn.x0, abs=3)
        assert got.x1 == pytest.approx(drawn.x1, abs=3)


def test_without_places_and_counts_that_differ_no_boxes_are_made_up() -> None:
    mask, boxes = line([0, 0.3, 0.3])
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1, 30 + SIZE)
    spelling = spell(" 县工信局 ", None, whole, mask, SIZE)
    assert (spelling.text, spelling.boxes) == ("县工信局", None)
    word = to_word(spelling, whole, 0.9, " 县工信局 ", 0.36)
    assert (word.text, word.raw, word.glyphs, word.score) == ("县工信局", " 县工信局 ", (), 0.9)


def test_blanks_between_latin_words_are_kept_and_others_dropped() -> None:
    mask, boxes = line([0.2] * 6)
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1, 30 + SIZE)
    middles = [box.x_mid for box in boxes]
    centres = [
        *middles[:2],
        (middles[1] + middles[2]) / 2,
        *middles[2:4],
        middles[3] + 5,
        *middles[4:],
    ]
    assert spell("AB CD 三四", centres, whole, mask, SIZE).text == "AB CD三四"


@pytest.mark.parametrize(
    ("text", "meant"),
    [("39. 7%", "39.7%"), ("2, 302", "2,302"), ("A. 7", "A. 7"), ("3. A", "3. A")],
)
def test_numbers_hold_no_blanks(text: str, meant: str) -> None:
    letters = text.replace(" ", "")
    mask, box, centres = printed([(0.1, 0.4)] * len(letters))
    centres = [*centres[:2], (centres[1] + centres[2]) / 2, *centres[2:]]
    assert spell(text, centres, box, mask, SIZE).text == meant


def test_a_hyphen_as_wide_as_a_character_is_a_dash() -> None:
    mask = np.zeros((100, 300), np.uint8)
    mask[44:47, 20:50] = 255
    mask[30:60, 60:75] = 255
    mask[44:47, 85:95] = 255
    whole = PixelBox(20, 30, 95, 60)
    assert spell("-1-", [35.0, 67.0, 90.0], whole, mask, SIZE).text == "—1-"


def test_nothing_read_is_an_empty_word() -> None:
    mask, boxes = line([0])
    assert spell("  ", [10, 20], boxes[0], mask, SIZE).text == ""


def test_radicals_are_mapped_and_raw_kept() -> None:
    mask, boxes = line([0, 0.1])
    whole = PixelBox(boxes[0].x0, 30, boxes[1].x1, 30 + SIZE)
    centres = [box.x_mid for box in boxes]
    word = to_word(spell("⺠⻓", centres, whole, mask, SIZE), whole, 1.0, "⺠⻓", 0.36)
    assert (word.text, word.raw, [glyph.text for glyph in word.glyphs]) == (
        "民长",
        "⺠⻓",
        ["民", "长"],
    )


def printed(parts: list[tuple[float, float]]) -> tuple[Mask, PixelBox, list[float]]:
    """A line of inked columns: (gap before, width) of each, in character heights."""
    page = paper(1600, 100)
    x, centres = 20.0, []
    for gap, width in parts:
        x += gap * SIZE
        page[32 : 28 + SIZE, round(x) : round(x + width * SIZE)] = 0
        centres.append(x + width * SIZE / 2)
        x += width * SIZE
    mask = ink_mask(np.ascontiguousarray(page[:, :, 0]), 160)
    return mask, PixelBox(20, 30, round(x), 30 + SIZE), centres


HAN = (0.1, 0.9)


@pytest.mark.parametrize(
    ("text", "parts", "meant"),
    [
        ("局(办)科", [HAN, (0.6, 0.25), HAN, (0.1, 0.25), (0.6, 0.9)], "局（办）科"),
        ("局(办)科", [HAN, (0.1, 0.25), HAN, (0.1, 0.25), HAN], "局(办)科"),
        ("局（办）科", [HAN, (0.1, 0.25), HAN, (0.1, 0.25), HAN], "局（办）科"),
        # In the middle of its square.
        ("局(办)科", [HAN, (0.3, 0.25), (0.3, 0.9), (0.3, 0.25), (0.3, 0.9)], "局（办）科"),
        # At the line's ends the print does not tell.
        ("(办)", [(0.0, 0.25), HAN, (0.1, 0.25)], "（办）"),
        ("(A)", [(0.0, 0.25), (0.1, 0.5), (0.1, 0.25)], "(A)"),
        # Before another mark, a bracket follows its partner.
        ("局(办)、", [HAN, (0.6, 0.25), HAN, (0.1, 0.25), (0.1, 0.2)], "局（办）、"),
        ("局(办)、", [HAN, (0.1, 0.25), HAN, (0.1, 0.25), (0.1, 0.2)], "局(办)、"),
        ("亩;恢", [HAN, (0.1, 0.15), (0.7, 0.9)], "亩；恢"),
        ("亩;恢", [HAN, (0.1, 0.15), HAN], "亩;恢"),
        # A fax takes the tail of a comma and the eye of a full stop.
        ("亩.恢复撂荒地", [HAN, (0.1, 0.15), (0.7, 0.9), *[HAN] * 4], "亩，恢复撂荒地"),
        ("亩．恢复撂荒地", [HAN, (0.1, 0.25), (0.6, 0.9), *[HAN] * 4], "亩。恢复撂荒地"),
        ("%.恢复撂荒地", [HAN, (0.1, 0.15), (0.7, 0.9), *[HAN] * 4], "%，恢复撂荒地"),
        ("一.恢复撂荒地", [HAN, (0.1, 0.15), (0.7, 0.9), *[HAN] * 4], "一.恢复撂荒地"),
        ("3.恢复撂荒地", [(0.0, 0.4), (0.1, 0.15), *[HAN] * 5], "3.恢复撂荒地"),
        ("买买提.吐尔逊", [*[HAN] * 3, (0.1, 0.15), (0.7, 0.9), *[HAN] * 2], "买买提.吐尔逊"),
        # Numbers do not mix.
        ("5一7家", [(0.0, 0.4), HAN, (0.1, 0.4), HAN], "5—7家"),
        ("一7家", [(0.0, 0.9), (0.1, 0.4), HAN], "—7家"),
        ("一家", [(0.0, 0.9), HAN], "一家"),
        ("第一1", [HAN, HAN, (0.1, 0.4)], "第一1"),
        # A quote stands at what it encloses.
        ("推”放管“改", [HAN, (0.6, 0.3), HAN, HAN, (0.1, 0.3), (0.6, 0.9)], "推“放管”改"),
        ("推“放", [HAN, (0.3, 0.3), (0.3, 0.9)], "推“放"),
    ],
)
def test_marks_have_the_width_they_are_printed_with(
    text: str, parts: list[tuple[float, float]], meant: str
) -> None:
    mask, box, centres = printed(parts)
    assert spell(text, centres, box, mask, SIZE).text == meant


@pytest.mark.parametrize(
    ("text", "parts", "lost"),
    [
        # 9—37 read as 937, 支行、 as 支行, 98%。5 as 98%5: what was left out is ink beside another.
        ("937", [(0.1, 0.5), (0.1, 1.5), (0.1, 0.5)], "3"),
        ("支行", [HAN, (0.1, 1.6)], "行"),
        ("亩%5", [HAN, (0.1, 1.4), (0.3, 0.5)], "%"),
        ("亿元3.", [HAN, HAN, (0.4, 0.75), (0.1, 0.15)], "3"),
        ("支行、", [HAN, HAN, (0.1, 0.3)], ""),
        ("9—37", [(0.1, 0.5), (0.1, 1.0), (0.1, 0.5), (0.1, 0.5)], ""),
        ("——亩", [(0.1, 1.0), (0.0, 1.0), HAN], ""),
        ("", [HAN], ""),
        # A line shows how wide its characters are, and how far they stand apart.
        ("县农业局县", [HAN, HAN, HAN, HAN, (0.5, 1.15)], "县"),
        ("县农业局县", [HAN, HAN, HAN, HAN, (0.1, 1.15)], ""),
        ("县农业局县", [HAN, HAN, HAN, HAN, (0.5, 0.9)], ""),
        # Names with a blank between them, of which no ink is left over.
        ("任裕敏蒋彪兴", [*[HAN] * 2, (0.1, 0.92), (1.1, 0.9), *[HAN] * 2], ""),
        # Behind a bracket, a mark that touches the next character shows by its width alone.
        ("心）县城管局县", [HAN, (0.1, 0.25), (0.5, 1.05), *[HAN] * 4], "县"),
        ("心）县城管局县", [HAN, (0.1, 0.25), (0.6, 0.9), *[HAN] * 4], ""),
        # A gap in running text, where a mark is gone, and names that gaps part.
        ("挥排查整治隐患整改率", [*[HAN] * 5, (0.6, 0.92), *[HAN] * 4], "隐"),
        ("挥排查整治隐患整改率", [*[HAN] * 5, (0.3, 0.92), *[HAN] * 4], ""),
        (
            "任裕敏蒋彪兴林江海尹时",
            [*[HAN] * 3, *[(0.6, 0.92), HAN, HAN] * 2, (0.6, 0.92), HAN],
            "",
        ),
        # A stroke of a character read as a mark in a short line, and a mark.
        ("务中，心）", [*[HAN] * 2, (0.1, 0.1), (0.05, 0.75), (0.1, 0.25)], "，"),
        ("务中，心）", [*[HAN] * 2, (0.1, 0.2), (0.3, 0.9), (0.1, 0.25)], ""),
        # The same where the line tells its steps.
        ("县农业局县，以", [*[HAN] * 5, (0.1, 0.1), (0.05, 0.75)], "，"),
        ("县农业局县，以", [*[HAN] * 5, (0.1, 0.1), (0.3, 0.9)], ""),
    ],
)
def test_ink_that_no_character_can_have_was_lost(
    text: str, parts: list[tuple[float, float]], lost: str
) -> None:
    mask, box, centres = printed(parts)
    found = find_crowds(text, centres[: len(text)], box, mask, SIZE)
    assert "".join(crowd.letter for crowd in found) == lost


def test_a_point_after_a_digit_was_lost() -> None:
    mask, box, centres = printed([*[HAN] * 4, (0.1, 0.4), (0.07, 0.1), (0.2, 0.9)])
    mask[:54, round(centres[5]) - 2 : round(centres[5]) + 2] = 0
    del centres[5]
    (crowd,) = find_crowds("进展情况4开", centres, box, mask, SIZE)
    assert crowd.letter == "4"
    assert crowd.mark is not None
    assert 0.05 * SIZE < crowd.mark[1] - crowd.mark[0] < 0.2 * SIZE


def test_ink_is_given_to_the_neighbour_that_has_room_for_it() -> None:
    """The places that recognition gives are good to half a character: 忄 fell to 展."""
    mask, box, centres = printed([*[HAN] * 4, (0.1, 0.2), (0.05, 0.65), HAN])
    centres = [*centres[:4], centres[5] + 12, centres[6]]
    spans = text_to_spans("每季进展情况", centres, box, mask, SIZE)
    assert [end - start for start, end in spans] == [27] * 6


def test_names_set_apart_hold_no_blanks() -> None:
    mask, box, centres = printed([HAN, (0.55, 0.9), (0.65, 0.9), (0.6, 0.2)])
    assert spell("薛伯兰、", centres, box, mask, SIZE).text == "薛伯兰、"
    mask, box, centres = printed([HAN, (0.2, 0.9), (0.65, 0.9), (0.2, 0.9)])
    assert spell("薛兰郝斌", centres, box, mask, SIZE).text == "薛兰 郝斌"


def test_characters_that_touch_are_cut_where_there_is_least_ink() -> None:
    """Recognition saw 结 too far right: there is a blank inside it, and none before it."""
    mask, box, centres = printed([*[HAN] * 4, (0.1, 0.9), (0.0, 0.3), (0.1, 0.5), HAN])
    mask[40:55, round(centres[5] - 5) - 1] = 255  # it touches
    centres = [*centres[:5], centres[6] + 3, centres[7]]
    spans = text_to_spans("责限时问办结制", centres, box, mask, SIZE)
    assert spans[5][0] - spans[4][0] == pytest.approx(0.9 * SIZE, abs=3)
    assert find_crowds("责限时问办结制", centres, box, mask, SIZE) == []


@pytest.mark.parametrize(("ring", "found"), [(True, "%"), (False, "")])
def test_a_full_stop_after_a_mark_was_lost(ring: bool, found: str) -> None:
    mask, box, centres = printed([*[HAN] * 2, (0.1, 0.6), (0.1, 0.25)])
    left, right = round(centres[3] - 3.75), round(centres[3] + 3.75)
    mask[:, left:right] = 0
    mask[47:55, left:right] = 255
    if ring:
        mask[49:53, left + 2 : right - 2] = 0
    del centres[3]
    crowds = find_crowds("达到%", centres, box, mask, SIZE)
    assert "".join(crowd.letter for crowd in crowds) == found


def test_a_character_read_twice_in_the_room_of_one_is_one() -> None:
    mask, boxes = line([0, 0.2, 0.2])
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1, 30 + SIZE)
    first = boxes[0]
    centres = [first.x0 + 6.0, first.x1 - 6.0, boxes[1].x_mid, boxes[2].x_mid]
    assert spell("引引导金", centres, whole, mask, SIZE).text == "引导金"
    # 天天 has the room of two.
    assert spelled("天天向上", [0, 0.2, 0.2, 0.2]) == "天天向上"


def lost_before(text: str, gaps: list[float]) -> list[str]:
    """The characters before which a gap tells of a lost mark."""
    mask, boxes = line(gaps)
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1, 30 + SIZE)
    found = find_crowds(text, [box.x_mid for box in boxes], whole, mask, SIZE)
    return [crowd.letter for crowd in found]


def test_a_gap_in_a_short_line_tells_of_a_lost_mark_where_it_is_a_sentence() -> None:
    gaps = [0, 0.2, 0.2, 0.9, 0.2, 0.2]
    assert lost_before("月分析季评估", gaps) == []  # 童勋海　张文毅
    assert "季" in lost_before("月分析季评估5", [*gaps, 0.2])


def test_a_percent_sign_read_twice_stands_once() -> None:
    text = "压缩94%%，网上"
    mask = np.zeros((60, 30 * len(text) + 40), np.uint8)
    centres = []
    for at in range(len(text)):
        mask[15:45, 20 + 30 * at : 20 + 30 * at + 24] = 255
        centres.append(20 + 30 * at + 12.0)
    spelling = spell(text, centres, PixelBox(20, 15, 20 + 30 * len(text) - 6, 45), mask, 30.0)
    assert spelling.text.replace(" ", "") == "压缩94%，网上"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.floats(-4, 14))
def test_the_least_ink_nearest_to_the_middle_is_found(window: list[int], middle: float) -> None:
    least = [at for at, count in enumerate(window) if count == min(window)]
    assert _least_near(window, middle) == min(least, key=lambda at: abs(at - middle))


def test_a_gap_behind_a_closing_quote_tells_of_a_lost_mark() -> None:
    text = "化”确保粮食"
    mask, boxes = line([0, *[0.2] * 5])
    quote, behind = boxes[1], boxes[2]
    mask[:, quote.x0 : quote.x1] = 0
    for x in (quote.x0 + 2, quote.x0 + 7):
        mask[30:38, x : x + 4] = 255
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1, 30 + SIZE)
    centres = [boxes[0].x_mid, quote.x0 + 6.0, *(box.x_mid for box in boxes[2:])]
    assert find_crowds(text, centres, whole, mask, SIZE) == []
    off = 2 * SIZE // 3
    apart = np.insert(mask, [behind.x0] * off, 0, axis=1)
    whole = PixelBox(boxes[0].x0, 30, boxes[-1].x1 + off, 30 + SIZE)
    centres = [*centres[:2], *(centre + off for centre in centres[2:])]
    assert [crowd.letter for crowd in find_crowds(text, centres, whole, apart, SIZE)] == ["确"]
