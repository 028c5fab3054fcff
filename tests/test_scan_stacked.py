"""Names printed downwards side by side: drawn in blocks, recovered column by column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from pipeline.ocr.engine import LineReading
from pipeline.scan import raster_to_content
from pipeline.scan.ink import PixelBox, ink_mask
from pipeline.scan.lines import ink_to_lines
from pipeline.scan.stacked import lines_to_columns
from tests.scan_engine import DrawnEngine
from tests.scan_pages import SETTINGS, SIZE, Picture, character, grid, paper, raster, text

PITCH = round(1.6 * SIZE)

Name = tuple[bool, ...]
names = st.lists(st.sampled_from([(True, True, True), (True, False, True)]), min_size=2, max_size=4)


def draw_blocks(
    page: Picture, blocks: list[list[Name]], middle: int, top: int
) -> list[list[PixelBox]]:
    """Blocks one under another, each centred on `middle`; the boxes of each column."""
    columns = []
    for block in blocks:
        left = middle - ((len(block) - 1) * PITCH + SIZE) // 2
        for index, name in enumerate(block):
            columns.append(
                [
                    character(page, left + index * PITCH, top + row * PITCH)
                    for row, printed in enumerate(name)
                    if printed
                ]
            )
        top += round(3.6 * PITCH)
    return columns


def columns_of(page: Picture, height: float = SIZE, dirty: bool = False) -> list[list[PixelBox]]:
    mask = ink_mask(np.ascontiguousarray(page[:, :, 0]), 160)
    lines = ink_to_lines(mask, height)
    return [list(column.boxes) for column in lines_to_columns(lines, mask, height, dirty=dirty)]


@budget(deadline=None, max_examples=60)
@given(first=names, second=st.lists(st.just((True, True, True)), min_size=1, max_size=4))
def test_columns_come_back_block_by_block(first: list[Name], second: list[Name]) -> None:
    page = paper(600, 700)
    # Where a block's columns stand under those above, the names run on in the same column.
    shift = (len(first) - len(second)) % 2
    drawn = draw_blocks(page, [first, second], 300, 40)
    found = columns_of(page)
    assert {box for column in found for box in column} == {b for column in drawn for b in column}
    assert sum(map(len, found)) == sum(map(len, drawn))
    for column in found:
        assert len({box.x0 for box in column}) == 1
        assert [box.y0 for box in column] == sorted(box.y0 for box in column)
    if shift or len(second) > len(first):
        assert found == drawn


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_lone_name_is_one_column(count: int) -> None:
    page = paper(300, 400)
    drawn = [character(page, 100, 40 + row * PITCH) for row in range(count)]
    assert columns_of(page) == [drawn]


def test_running_text_is_no_stack() -> None:
    page = paper()
    for row in range(4):
        text(page, 40, 40 + row * PITCH, 5)
    assert columns_of(page) == []


def test_spread_lines_beside_running_text_are_no_stack() -> None:
    page = paper()
    text(page, 40, 40, 5)
    for index in range(3):
        character(page, 40 + index * PITCH, 40 + PITCH)
    assert columns_of(page) == []


def speck(page: Picture, x: int, y: int, size: int = 4) -> None:
    page[y : y + size, x : x + size] = 0


def test_dirt_between_and_beside_characters_makes_no_running_text() -> None:
    page = paper()
    columns = draw_blocks(page, [[(True, True, True), (True, True, True)]], 300, 50)
    first, second = (column[0] for column in columns)
    speck(page, (first.x1 + second.x0) // 2 - 2, first.y1 - 5)
    speck(page, second.x1 + 6, second.y0 + 12)
    speck(page, first.x0 - 40, columns[0][1].y0 + 10, 9)  # larger, but not where a mark stands
    speck(page, first.x0, columns[0][2].y1 + 12)  # a line of dirt alone
    speck(page, second.x1, columns[0][2].y1 + 12)
    assert columns_of(page, dirty=True) == columns


def test_a_mark_apart_shows_that_spread_text_is_no_stack() -> None:
    page = paper()
    columns = draw_blocks(page, [[(True, True, True), (True, True, True)]], 300, 50)
    box = columns[1][0]
    page[box.y1 - 9 : box.y1, box.x1 + 12 : box.x1 + 18] = 0  # 一、稳
    assert columns_of(page) == []
    page[box.y1 - 9 : box.y1, box.x1 + 12 : box.x1 + 18] = 255
    page[box.y0 + 10 : box.y0 + 15, box.x1 + 12 : box.x1 + 17] = 0  # in the middle of its square
    assert columns_of(page) == []


def test_a_mark_close_to_a_character_shows_it_too_but_not_where_dirt_lies() -> None:
    page = paper()
    columns = draw_blocks(page, [[(True, True, True), (True, True, True)]], 300, 50)
    box = columns[0][0]
    # The 、 of 一、, small on a coarse scan.
    page[box.y1 - 5 : box.y1, box.x1 + 5 : box.x1 + 9] = 0
    assert columns_of(page) == []
    assert columns_of(page, dirty=True)[0][0] == box


def test_points_of_numbers_stay_in_them() -> None:
    page = paper()
    for y in (50, 50 + PITCH):
        for x in (100, 115, 140):
            page[y : y + SIZE, x : x + 12] = 0
        speck(page, 132, y + SIZE - 4)
    assert columns_of(page) == []


def test_one_line_is_no_stack() -> None:
    page = paper()
    character(page, 40, 40)
    character(page, 40 + 2 * SIZE, 40)
    assert columns_of(page) == []


def stacked_page() -> tuple[Picture, list[list[PixelBox]]]:
    page = paper()
    xs, ys = (100, 800, 1100, 1500), (100, 200, 700)
    grid(page, xs, ys)
    for left in xs[:-1]:
        text(page, left + 60, 135, 4)
    for row in range(8):
        text(page, 130, 230 + row * 45, 18)
        text(page, 1130, 230 + row * 45, 9)
    three, two = (True, True, True), (True, False, True)
    return page, draw_blocks(page, [[three, three, two], [three, two]], 950, 230)


def test_each_stacked_character_is_a_word_at_its_printed_place() -> None:
    page, columns = stacked_page()
    engine = DrawnEngine()
    content = raster_to_content(raster(page), 1, engine, SETTINGS, "")
    cell = [w for w in content.words if 800 < w.box.x_mid * 200 / 72 < 1100 and w.box.top > 75]
    boxes = [box for column in columns for box in column]
    assert len(cell) == len(boxes) == 13
    for word, box in zip(cell, boxes, strict=True):
        assert len(word.glyphs) == 1
        assert word.glyphs[0].box == word.box
        assert word.box.x_mid == pytest.approx(box.x_mid * 0.36, abs=0.5)
        assert word.box.y_mid == pytest.approx(box.y_mid * 0.36, abs=0.5)
    # One line of thirteen would be long: twelve and one.
    assert sorted(len(word.text) for word in cell) == [1] * 13


def test_characters_are_read_alone_where_the_line_made_of_them_does_not_fit() -> None:
    page, columns = stacked_page()
    engine = DrawnEngine(merge_over=9)
    content = raster_to_content(raster(page), 1, engine, SETTINGS, "")
    cell = [w for w in content.words if 800 < w.box.x_mid * 200 / 72 < 1100 and w.box.top > 75]
    assert len(cell) == sum(len(column) for column in columns)
    assert all(len(word.glyphs) == 1 for word in cell)


def test_a_mark_alone_at_the_end_of_a_line_is_dirt_on_a_dirty_page() -> None:
    page = paper()
    columns = draw_blocks(page, [[(True, True, True), (True, True, True)]], 300, 50)
    box = columns[1][2]
    speck(page, box.x1 + 12, box.y1 - 8, 8)
    assert columns_of(page) == []
    assert columns_of(page, dirty=True) == columns
    above = columns[1][0]
    speck(page, above.x1 + 12, above.y1 - 8, 8)
    assert columns_of(page, dirty=True) == []


def test_columns_of_nearly_all_lines_part_one_in_which_they_are_near() -> None:
    page = paper()
    rows = [(40, 40 + PITCH), (40, 40 + PITCH), (45, 40 + PITCH - 6), (40, 40 + PITCH)]
    for row, xs in enumerate(rows):
        for x in xs:
            character(page, x, 40 + row * PITCH)
    gap = (40 + PITCH - 6) - (45 + SIZE)
    assert gap < 0.3 * SIZE
    assert [len(column) for column in columns_of(page)] == [4, 4]
    text(page, 40, 40 + 4 * PITCH, 5)
    assert columns_of(page) == []


def test_a_year_over_spread_characters_is_running_text() -> None:
    """2025 年 over 第 三 季, and 度 below."""
    page = paper()
    for at in range(4):
        page[44:66, 40 + at * 19 : 53 + at * 19] = 0
    character(page, 40 + 2 * PITCH, 40)
    for at in range(3):
        character(page, 40 + at * PITCH, 40 + PITCH)
    character(page, 40 + PITCH, 40 + 2 * PITCH)
    assert columns_of(page) == []


def test_marks_read_in_a_stack_are_specks() -> None:
    class Marked(DrawnEngine):
        """Reads a mark behind every line of characters laid side by side."""

        def recognise_lines(
            self, pictures: Sequence[Picture], careful: bool = False
        ) -> list[LineReading]:
            found = super().recognise_lines(pictures, careful)
            return [LineReading(f"{r.text}-", r.score) if careful else r for r in found]

    page, columns = stacked_page()
    content = raster_to_content(raster(page), 1, Marked(), SETTINGS, "")
    cell = [w for w in content.words if 800 < w.box.x_mid * 200 / 72 < 1100 and w.box.top > 75]
    assert len(cell) == sum(len(column) for column in columns)
    assert all(word.text.isalnum() for word in cell)


def test_specks_one_over_the_other_beside_a_character_are_none() -> None:
    page = paper()
    columns = [[character(page, x, 40 + row * PITCH) for row in range(4)] for x in (60, 140)]
    box = columns[0][1]
    for y in (box.y0 + 1, box.y1 - 8):  # together as high as a character
        speck(page, box.x1 + 7, y, 5)
    assert columns_of(page, dirty=True) == columns


@pytest.mark.parametrize("sign", ["9", "（"])
def test_what_no_name_has_is_running_text_that_is_spaced_out(sign: str) -> None:
    """年 9 月 over 30 日, 各乡镇（街 over 道）: several characters over fewer, and no names."""

    class Dates(DrawnEngine):
        """Reads the sign at the second place of what is laid side by side."""

        def recognise_lines(
            self, pictures: Sequence[Picture], careful: bool = False
        ) -> list[LineReading]:
            found = super().recognise_lines(pictures, careful)
            return [LineReading(r.text[:1] + sign + r.text[2:], r.score) for r in found]

    page, _ = stacked_page()
    content = raster_to_content(raster(page), 1, Dates(), SETTINGS, "")
    cell = [w for w in content.words if 800 < w.box.x_mid * 200 / 72 < 1100 and w.box.top > 75]
    # The lines of the twelve that are read together, and the last character.
    assert len(cell) == 7
    assert sum(word.box.width > 2 * word.box.height for word in cell) == 4
