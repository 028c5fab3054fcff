"""The pure steps around the recognition network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ocr.ctc import (
    NARROWEST,
    WIDEST,
    CtcLine,
    batches,
    centres,
    cut_wide,
    decode,
    network_width,
)
from pipeline.ocr.engine import LineReading
from pipeline.ocr.paddle import join_readings

CHARACTERS = ["blank", "岳", "阳", "县", " "]


def one_hot(path: list[int], peak: float = 0.9) -> np.ndarray:
    output = np.full((1, len(path), len(CHARACTERS)), (1 - peak) / (len(CHARACTERS) - 1))
    output[0, np.arange(len(path)), path] = peak
    return output.astype(np.float32)


def white(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def test_repeats_merge_and_blanks_separate() -> None:
    (line,) = decode(one_hot([0, 1, 1, 0, 1, 2, 0, 0]), CHARACTERS)
    assert line.text == "岳岳阳"
    assert line.steps == (2.0, 4.5, 5.5)
    assert line.length == 8
    assert line.score == pytest.approx(0.9)


def test_a_line_of_blanks_is_empty_with_score_0() -> None:
    (line,) = decode(one_hot([0, 0, 0]), CHARACTERS)
    assert (line.text, line.score, line.steps) == ("", 0.0, ())


def test_the_score_is_the_mean_over_characters_not_over_steps() -> None:
    output = one_hot([1, 0, 0, 2], peak=0.9)
    output[0, 3] = [0.1, 0.1, 0.5, 0.2, 0.1]
    (line,) = decode(output, CHARACTERS)
    assert line.score == pytest.approx((0.9 + 0.5) / 2)


def test_what_else_a_character_may_be() -> None:
    output = one_hot([1, 0, 3], peak=0.9)
    output[0, 0] = [0.04, 0.9, 0.00005, 0.01, 0.04995]
    (line,) = decode(output, CHARACTERS)
    assert line.rivals[0] == (("县", pytest.approx(0.01)),)
    assert [letter for letter, _ in line.rivals[1]] == ["阳", "岳"]


def test_a_character_outside_gb2312_is_taken_where_no_usual_one_is_likely() -> None:
    characters = ["blank", "強", "强", "喆", "哲"]
    output = np.array([[[0.0, 0.87, 0.13, 0.0, 0.0], [0.0, 0.0, 0.0, 0.97, 0.03]]], np.float32)
    (line,) = decode(output, characters)
    assert line.text == "强喆"
    # A reading that goes against the network's own is no certain one.
    assert 0.5 < line.scores[0] < 0.9
    assert line.scores[1] == pytest.approx(0.97)


@given(st.lists(st.integers(0, len(CHARACTERS) - 1), min_size=1, max_size=40))
def test_decoding_agrees_with_the_definition(path: list[int]) -> None:
    merged = [c for i, c in enumerate(path) if i == 0 or path[i - 1] != c]
    (line,) = decode(one_hot(path), CHARACTERS)
    assert line.text == "".join(CHARACTERS[c] for c in merged if c)
    assert len(line.steps) == len(line.text)
    assert list(line.steps) == sorted(line.steps)


def test_centres_leave_out_the_padding() -> None:
    # 160 pixels and 20 steps: 8 pixels a step; the line itself is the first 80 pixels.
    line = CtcLine("岳阳", 1.0, (2.5, 7.5), 20)
    assert centres(line, width=80, padded=160) == (0.25, 0.75)


def test_centres_stay_on_the_picture() -> None:
    assert centres(CtcLine("县", 1.0, (19.5,), 20), width=80, padded=160) == (1.0,)


@given(st.lists(st.integers(1, WIDEST), max_size=60), st.integers(1, 16))
def test_batches_hold_every_line_once_within_their_bounds(widths: list[int], most: int) -> None:
    groups = batches(widths, most)
    assert sorted(i for group in groups for i in group) == list(range(len(widths)))
    for group in groups:
        padded = max(NARROWEST, *(widths[i] for i in group))
        assert len(group) <= most
        assert len(group) == 1 or len(group) * padded <= most * NARROWEST


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1000, 2), (2, 1000), (48, 320)])
def test_the_width_the_network_sees_is_in_its_range(height: int, width: int) -> None:
    assert 1 <= network_width(white(height, width)) <= WIDEST


def test_a_line_that_fits_is_not_cut() -> None:
    picture = white(48, WIDEST)
    assert cut_wide(picture) == [picture]


def test_a_wide_line_is_cut_between_its_words() -> None:
    picture = white(40, 3000)
    picture[8:32, ::7] = 0
    picture[:, 1330:1350] = 255
    pieces = cut_wide(picture)
    assert sum(piece.shape[1] for piece in pieces) == 3000
    assert pieces[0].shape[1] in range(1330, 1350)
    assert all(48 * piece.shape[1] <= WIDEST * piece.shape[0] for piece in pieces)


@pytest.mark.parametrize("colour", [0, 255])
def test_a_wide_line_without_ink_is_cut_all_the_same(colour: int) -> None:
    pieces = cut_wide(np.full((1, 9000, 3), colour, np.uint8))
    assert sum(piece.shape[1] for piece in pieces) == 9000
    assert all(48 * piece.shape[1] <= WIDEST for piece in pieces)


def test_a_cut_line_is_joined_with_its_places_and_its_lowest_score() -> None:
    whole = join_readings(
        [(300, LineReading("岳阳", 0.9, (0.2, 0.8))), (100, LineReading("县", 0.7, (0.5,)))]
    )
    assert whole.text == "岳阳县"
    assert whole.score == 0.7
    assert whole.char_centres == pytest.approx((0.15, 0.6, 0.875))


def test_an_empty_piece_does_not_lower_the_score() -> None:
    assert join_readings(
        [(10, LineReading("岳", 0.9, (0.5,))), (10, LineReading("", 0.0, ()))]
    ) == (LineReading("岳", 0.9, (0.25,)))


def test_no_piece_reads_as_nothing() -> None:
    assert join_readings([]) == LineReading("", 0.0, (), (), char_rivals=())
