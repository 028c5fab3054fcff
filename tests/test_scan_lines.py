"""Lines of a cell: each one whole, none cut, none joined."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from pipeline.scan.cells import Print, cell_to_pieces
from pipeline.scan.ink import PixelBox, ink_mask
from pipeline.scan.lines import drop_specks, ink_to_lines, line_to_pieces
from tests.scan_pages import SIZE, Picture, character, paper, text


def mask_of(page: Picture) -> Picture:
    return ink_mask(np.ascontiguousarray(page[:, :, 0]), 160)


def spans(page: Picture) -> list[tuple[int, int]]:
    return [(line.y0, line.y1) for line in ink_to_lines(mask_of(page), SIZE)]


@budget(deadline=None, max_examples=30)
@given(
    counts=st.lists(st.integers(1, 20), min_size=1, max_size=12),
    leading=st.floats(1.06, 2.5),
    size=st.integers(20, 44),
)
def test_lines_come_back_as_drawn(counts: list[int], leading: float, size: int) -> None:
    pitch = max(size + 2, round(size * leading))
    page = paper(height=40 + len(counts) * pitch + size)
    drawn = [text(page, 20, 20 + index * pitch, n, size) for index, n in enumerate(counts)]
    assert ink_to_lines(mask_of(page), SIZE) == drawn


def test_lines_that_touch_are_parted() -> None:
    page = paper()
    for index in range(4):
        text(page, 20, 20 + index * (SIZE + 3), 10)
    # Brackets and commas that reach into the next line.
    for index in range(3):
        y = 20 + index * (SIZE + 3)
        cv2.line(page, (60, y + SIZE - 3), (60, y + SIZE + 6), (0, 0, 0), 2)
    found = spans(page)
    assert len(found) == 4
    for index, (top, bottom) in enumerate(found):
        assert top == pytest.approx(20 + index * (SIZE + 3), abs=8)
        assert bottom == pytest.approx(20 + index * (SIZE + 3) + SIZE, abs=8)


def test_a_dot_close_over_its_character_belongs_to_it_where_its_neighbours_are_lower() -> None:
    page = paper()
    text(page, 20, 40, 1, SIZE - 6)
    cv2.line(page, (30, 120), (36, 124), (0, 0, 0), 2)  # 广
    text(page, 20, 128, 1, SIZE - 6)
    assert spans(page) == [(40, 40 + SIZE - 6), (119, 128 + SIZE - 6)]


def test_strokes_of_one_character_are_one_line() -> None:
    page = paper()
    for y in (100, 112, 126):  # 三
        cv2.line(page, (50, y), (50 + SIZE, y), (0, 0, 0), 3)
    text(page, 20, 150, 6)
    text(page, 20, 200, 6)
    assert len(spans(page)) == 3


def test_the_foot_of_a_character_and_the_head_of_the_next_are_two_lines() -> None:
    page = paper()
    text(page, 20, 40, 1)
    for y in (100, 131, 143, 157):  # 兰: a high part and its last stroke; 元: a stroke, a high part
        high = 20 if y in (100, 157) else 3
        cv2.rectangle(page, (20, y), (20 + SIZE, y + high - 1), (0, 0, 0), -1)
    text(page, 20, 210, 1)
    assert spans(page)[1:3] == [(100, 134), (143, 177)]


@pytest.mark.parametrize("parts", [(0.36, 0.58), (0.1, 0.1, 0.1), (0.2, 0.5)])
def test_a_lone_character_in_parts_is_one_line(parts: tuple[float, ...]) -> None:
    page = paper()
    rest = (SIZE - sum(round(part * SIZE) for part in parts)) / max(1, len(parts) - 1)
    y = 50.0
    for part in parts:
        height = round(part * SIZE)
        cv2.rectangle(page, (50, round(y)), (50 + SIZE, round(y) + height - 1), (0, 0, 0), -1)
        y += height + rest
    assert spans(page) == [(50, 50 + SIZE)]


def test_two_lines_of_small_print_stay_two() -> None:
    page = paper()
    text(page, 20, 20, 8, size=18)
    text(page, 20, 48, 8, size=18)
    assert spans(page) == [(20, 38), (48, 66)]


def test_a_line_of_one_flat_stroke_is_a_line() -> None:
    page = paper()
    text(page, 20, 20, 6)
    cv2.line(page, (50, 85), (50 + SIZE, 85), (0, 0, 0), 3)  # 一
    text(page, 20, 120, 6)
    assert len(spans(page)) == 3


def test_specks_make_no_line_and_rows_of_dots_do() -> None:
    page = paper()
    page[300:302, 300:302] = 0
    assert ink_to_lines(drop_specks(mask_of(page), SIZE), SIZE) == []
    page[300:304, 300:304] = 0
    assert ink_to_lines(drop_specks(mask_of(page), SIZE), SIZE) == []
    for x in (310, 320, 330):
        page[300:304, x : x + 4] = 0
    assert len(ink_to_lines(drop_specks(mask_of(page), SIZE), SIZE)) == 1


def test_pieces_are_parted_at_wide_gaps_and_where_too_long() -> None:
    page = paper(4000, 200)
    left, right = text(page, 20, 50, 3), text(page, 400, 50, 4)
    mask = mask_of(page)
    (line,) = ink_to_lines(mask, SIZE)
    assert line_to_pieces(line, mask, SIZE) == [left, right]
    page = paper(4000, 200)
    whole = text(page, 20, 50, 100)
    mask = mask_of(page)
    pieces = line_to_pieces(whole, mask, SIZE)
    assert len(pieces) == 4
    assert all(piece.width <= 40 * SIZE for piece in pieces)
    ink = sum(int((piece.cut(mask) > 0).sum()) for piece in pieces)
    assert ink == int((mask > 0).sum())


def test_a_mark_far_behind_its_character_is_one_of_the_line() -> None:
    page = paper()
    box = character(page, 100, 50)
    page[box.y1 - 6 : box.y1, box.x1 + 3 * SIZE : box.x1 + 3 * SIZE + 6] = 0  # 二　　、
    mask = mask_of(page)
    (line,) = ink_to_lines(mask, SIZE)
    (whole,) = line_to_pieces(line, mask, SIZE)
    assert whole.x1 == box.x1 + 3 * SIZE + 6
    assert line_to_pieces(line, mask, SIZE, dirty=True) == [box]


def test_a_blank_cell_has_nothing_to_read() -> None:
    mask = mask_of(paper())
    assert cell_to_pieces(PixelBox(10, 10, 300, 200), Print(mask, SIZE)) == []
    assert cell_to_pieces(PixelBox(10, 10, 10, 200), Print(mask, SIZE)) == []


def test_pieces_take_no_ink_from_the_lines_beside_them() -> None:
    page = paper()
    boxes = [text(page, 20, 20 + index * 33, 5) for index in range(5)]
    pieces = cell_to_pieces(PixelBox(0, 0, 400, 300), Print(mask_of(page), SIZE))
    assert [piece.box for piece in pieces] == boxes
    for above, below in pairwise(pieces):
        assert above.box.y1 <= above.limits[1] == below.limits[0] <= below.box.y0


def test_a_lone_character_is_a_line_of_its_own() -> None:
    page = paper()
    box = character(page, 50, 60)
    (piece,) = cell_to_pieces(PixelBox(10, 10, 300, 200), Print(mask_of(page), SIZE))
    assert (piece.box, piece.stack) == (box, ())


def test_dirt_around_stacked_characters_is_no_text() -> None:
    page = paper()
    boxes = [character(page, 100, 60 + row * 48) for row in range(3)]
    for x, y in ((60, 75), (70, 82), (150, 100), (155, 112), (60, 120), (90, 128), (95, 150)):
        page[y : y + 5, x : x + 5] = 0
    cell = PixelBox(20, 20, 260, 260)
    (piece,) = cell_to_pieces(cell, Print(mask_of(page), SIZE, dirty=True))
    assert list(piece.stack) == boxes


def test_low_parts_of_characters_one_over_another_are_two_lines() -> None:
    """善 over 志: four parts, none as high as a line, all as wide as characters."""
    page = paper()
    for y, high in ((40, 15), (57, 13), (82, 12), (97, 15)):
        cv2.rectangle(page, (50, y), (50 + SIZE, y + high - 1), (0, 0, 0), -1)
    assert spans(page) == [(40, 70), (82, 112)]


def test_a_dot_farther_off_than_any_mark_is_dirt() -> None:
    page = paper()
    whole = text(page, 100, 50, 3)
    page[60:65, whole.x1 + SIZE : whole.x1 + SIZE + 5] = 0
    mask = mask_of(page)
    (line,) = ink_to_lines(mask, SIZE)
    assert line_to_pieces(line, mask, SIZE, dirty=True) == [whole]
    assert line_to_pieces(line, mask, SIZE) != [whole]
    page[60:65, whole.x1 + SIZE : whole.x1 + SIZE + 5] = 255
    page[60:65, whole.x1 + 8 : whole.x1 + 13] = 0  # as near as a mark
    mask = mask_of(page)
    (near,) = line_to_pieces(line, mask, SIZE, dirty=True)
    assert near.x1 == whole.x1 + 13


def test_a_dot_over_a_character_is_its_own_where_one_in_the_cell_is_as_high_with_it() -> None:
    """The dot of 永, printed some way off, in a narrow column of 侯兴永."""
    page = paper()
    for y, high in ((20, 32), (76, 28), (124, 5), (133, 26)):
        wide = 6 if high == 5 else SIZE
        cv2.rectangle(page, (50, y), (50 + wide, y + high - 1), (0, 0, 0), -1)
    assert spans(page) == [(20, 52), (76, 104), (124, 159)]
