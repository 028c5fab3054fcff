"""The engine's interface, its values, and the order of lines on a page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import OcrError
from pipeline.ocr.engine import LineReading, PageLine, Quad, check_readings, to_angle
from pipeline.ocr.quads import reading_order, runs_downwards, size, to_quad
from tests.engines import FAULTY, FixedEngine, MiscountingEngine, is_engine

LINE = np.full((20, 80, 3), 255, np.uint8)


def box(left: float, top: float, width: float, height: float) -> Quad:
    right, bottom = left + width, top + height
    return (left, top), (right, top), (right, bottom), (left, bottom)


def test_the_fault_engines_are_engines() -> None:
    assert all(is_engine(engine()) for engine in (FixedEngine, *FAULTY))
    assert not is_engine(object())


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_a_score_outside_0_to_1_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="0–1"):
        LineReading("县", score)
    with pytest.raises(ValueError, match="0–1"):
        PageLine("县", score, box(0, 0, 1, 1))


def test_places_that_do_not_match_the_text_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values for the 1 characters"):
        LineReading("县", 0.9, (0.1, 0.9))


def test_a_wrong_number_of_readings_is_an_error() -> None:
    readings = MiscountingEngine().recognise_lines([LINE, LINE])
    with pytest.raises(OcrError, match="1 readings for 2 pictures"):
        check_readings(readings, 2)


def test_an_orientation_that_is_no_quarter_turn_is_an_error() -> None:
    assert to_angle(270) == 270
    with pytest.raises(OcrError, match="45°"):
        to_angle(45)


def test_the_box_lies_around_the_quad() -> None:
    line = PageLine("县", 0.9, ((10, 12), (50, 8), (52, 28), (12, 32)))
    assert line.box == (10, 8, 52, 32)


@given(st.permutations([(10.0, 12.0), (50.0, 8.0), (52.0, 28.0), (12.0, 32.0)]))
def test_corners_in_any_order_become_clockwise_from_top_left(
    corners: list[tuple[float, float]],
) -> None:
    quad = to_quad(np.array(corners, np.float32))
    assert quad == ((10.0, 12.0), (50.0, 8.0), (52.0, 28.0), (12.0, 32.0))


def test_a_polygon_of_other_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="four corners"):
        to_quad(np.zeros((5, 2), np.float32))


def test_a_quad_has_the_size_of_its_sides() -> None:
    assert size(box(3, 4, 30, 10)) == (30, 10)
    assert not runs_downwards(box(0, 0, 10, 14))
    assert runs_downwards(box(0, 0, 10, 15))


def test_lines_are_read_from_the_top_and_side_by_side_from_the_left() -> None:
    right_higher = box(200, 98, 80, 20)
    left_lower = box(10, 104, 80, 20)
    title = box(100, 10, 80, 20)
    foot = box(10, 130, 80, 20)
    assert reading_order([foot, right_higher, title, left_lower]) == [
        title,
        left_lower,
        right_higher,
        foot,
    ]
    assert reading_order([]) == []


def test_characters_of_a_reading_are_taken_out_and_exchanged_with_all_that_is_known_of_them() -> (
    None
):
    rivals = ((), (("b", 0.1),), (), ())
    reading = LineReading("甲a乙c", 0.9, (0.1, 0.3, 0.5, 0.7), (0.9, 0.8, 0.7, 0.6), "甲", rivals)
    left = reading.without({0, 3})
    assert (left.text, left.char_centres, left.char_scores) == ("a乙", (0.3, 0.5), (0.8, 0.7))
    assert (left.char_rivals, left.second) == (((("b", 0.1),), ()), "甲")
    other = reading.with_letter(3, "丙", 0.25)
    assert (other.text, other.char_scores) == ("甲a乙丙", (0.9, 0.8, 0.7, 0.25))
    assert other.char_rivals is not None
    assert other.char_rivals[3] == (("c", 0.75),)
    assert LineReading("甲乙", 0.9).without({1}) == LineReading("甲", 0.9)
