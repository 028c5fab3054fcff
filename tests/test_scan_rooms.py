"""Marks that take no room are specks or cut off a character; pale dashes are ink."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.ocr.engine import LineReading
from pipeline.scan.crops import Piece
from pipeline.scan.dashes import pale_dashes, with_dashes
from pipeline.scan.ink import PixelBox
from pipeline.scan.reading import Look
from pipeline.scan.rooms import has_no_room
from pipeline.scan.spans import Span

SIZE = 30


def spans_of(text: str, gaps: dict[int, int], widths: dict[int, int]) -> list[Span]:
    """Columns of characters: 28 wide, digits 14, marks 5; a gap of 4 unless told otherwise."""
    spans, x = [], 0
    for at, letter in enumerate(text):
        wide = 14 if letter.isdecimal() else 28 if letter.isalnum() else 5
        x += gaps.get(at, 4)
        spans.append((x, x + widths.get(at, wide)))
        x = spans[-1][1]
    return spans


@pytest.mark.parametrize(
    ("text", "at", "gaps", "widths", "none"),
    [
        ("达到7.6%", 3, {3: 1, 4: 1}, {3: 2}, True),  # no more than between any two digits
        ("达到7.6%", 3, {}, {}, False),
        ("实施安防工.", 5, {5: 0}, {4: 22, 5: 6}, True),  # the end of a stroke of 工
        ("实施安防工。", 5, {}, {}, False),
        ("实施安防工。", 5, {5: 0}, {}, False),  # it touches, but 工 is whole without it
        ("实施安。防工程", 3, {3: 0, 4: 0}, {3: 3}, True),
        ("实施安。防工程", 3, {4: 22}, {}, False),
        ("。实施", 0, {}, {}, False),
    ],
)
def test_marks_without_room(
    text: str, at: int, gaps: dict[int, int], widths: dict[int, int], none: bool
) -> None:
    assert has_no_room(at, text, spans_of(text, gaps, widths), SIZE) is none


def page_with_dash(dash: int, beside: int = 255) -> tuple[np.ndarray, np.ndarray]:
    """A digit of dark ink and a level stroke behind it: what may be ink, and what is."""
    pale = np.zeros((100, 160), np.uint8)
    pale[30:60, 40:52] = beside
    ink = pale.copy()
    pale[44:47, 56 : 56 + dash] = 255
    return pale, ink


@pytest.mark.parametrize(("length", "found"), [(30, True), (6, False), (70, False)])
def test_a_pale_dash_behind_a_digit_is_ink(length: int, found: bool) -> None:
    pale, ink = page_with_dash(length)
    dashes = pale_dashes(pale, ink, SIZE)
    assert bool(dashes.any()) is found
    assert not (dashes[:, :54].any())
    assert not ((dashes > pale).any())


def test_a_pale_dash_with_dark_crumbs_is_found_whole() -> None:
    pale, ink = page_with_dash(30)
    ink[45:46, 60:62] = ink[45:46, 74:75] = 255
    dashes = pale_dashes(pale, ink, SIZE)
    assert np.flatnonzero(dashes.any(axis=0)).tolist() == list(range(56, 86))


def test_a_pale_stroke_of_a_character_or_far_from_all_ink_is_no_dash() -> None:
    pale, ink = page_with_dash(30)
    pale[50:53, 60:80] = 255  # another stroke just below
    assert not pale_dashes(pale, ink, SIZE).any()
    pale, ink = page_with_dash(30, beside=0)
    assert not pale_dashes(pale, ink, SIZE).any()


def test_a_dash_that_recognition_left_out_between_digits_is_put_back() -> None:
    mask = np.zeros((60, 200), np.uint8)
    for x in (20, 90, 112):
        mask[16:44, x : x + 14] = 255
    for x in (40, 52, 66):  # thin print, with breaks
        mask[29:31, x : x + 10] = 255
    box = PixelBox(20, 16, 126, 44)
    shares = tuple((x + 7 - box.x0) / box.width for x in (20, 90, 112))
    reading = LineReading("954", 0.9, shares, (0.9,) * 3, None, ((),) * 3)
    look = Look(Piece(box, SIZE, (10, 50)), reading, box.x0, box.width)
    told = with_dashes(look, mask)
    assert told.reading.text == "9—54"
    assert told.others == ("954",)
    assert told.centres is not None
    assert told.centres[1] == pytest.approx(58, abs=2)
    mask[16:44, 40:80] = 0
    assert with_dashes(look, mask) is look


def test_level_strokes_at_two_heights_are_no_dash() -> None:
    """As the bars of two digits, of which neither stands at the middle of both."""
    mask = np.zeros((60, 200), np.uint8)
    mask[16:44, 20:34] = mask[16:44, 90:104] = 255
    mask[18:20, 40:46] = mask[40:42, 60:66] = 255
    box = PixelBox(20, 16, 104, 44)
    shares = tuple((x + 7 - box.x0) / box.width for x in (20, 90))
    reading = LineReading("95", 0.9, shares, (0.9,) * 2, None, ((),) * 2)
    look = Look(Piece(box, SIZE, (10, 50)), reading, box.x0, box.width)
    assert with_dashes(look, mask) is look
