"""How text is set tells columns, rows and cells where rules are missing: the geometry alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from pipeline.geometry import BBox
from pipeline.grid import Aligned, Columns, align_text, align_to_columns, find_grids
from pipeline.grid.bands import Band, band_to_rows, to_band
from pipeline.grid.frames import rule_groups
from pipeline.grid.heading import heading_rules
from pipeline.grid.merged import merged_rows
from pipeline.grid.spread import in_middle_of_both, parts_columns, stand_apart
from pipeline.model import Ruling

SIZE = 10.0
PITCH = 15.0  # of lines
XS = (60.0, 100.0, 190.0, 370.0, 450.0, 540.0)


def line(x: float, y: float, count: int, step: float = SIZE) -> list[BBox]:
    """Characters side by side, `step` from one to the next."""
    return [BBox(x + at * step, y, x + at * step + 9, y + SIZE) for at in range(count)]


def cell(x: float, top: float, counts: Sequence[int]) -> list[BBox]:
    return [box for at, count in enumerate(counts) for box in line(x, top + at * PITCH, count)]


def page(
    rows: Sequence[Sequence[Sequence[int]]], top: float, heights: Sequence[float], middle: bool
) -> list[BBox]:
    """Characters of a table: of each cell its lines, as their numbers of characters."""
    boxes = []
    for cells, height in zip(rows, heights, strict=True):
        for x, counts in zip(XS, cells, strict=False):
            room = height - (len(counts) - 1) * PITCH - SIZE
            boxes += cell(x + 4, top + (room / 2 if middle else 4), counts)
        top += height
    return boxes


def rule(y: float, start: float = XS[0], end: float = XS[-1]) -> Ruling:
    return Ruling("h", y, start, end, 1.0)


HEAD = ((2,), (4,), (4,), (4,), (4,))
ROW = ((1,), (4, 4), (16, 16, 12), (3,), (5, 5))


def spans(tables: Sequence[Aligned], rules: Sequence[Ruling]) -> list[tuple[int, int, int, int]]:
    (grid,) = find_grids([*rules, *(r for table in tables for r in table.concluded)], SIZE)
    return [(c.row, c.column, c.row_span, c.column_span) for c in grid.cells]


def test_rules_beside_a_merged_cell_go_on_to_the_page_end() -> None:
    """A category over all rows in the first column; its text stands beside rows 2 and 3."""
    heights = (30.0, 60.0, 60.0, 60.0)
    boxes = page([HEAD, *[((), *ROW[1:])] * 3], 100.0, heights, middle=True)
    boxes += cell(64, 205, (3, 3))
    rules = [rule(100), rule(130), rule(190, XS[1]), rule(250, XS[1])]
    found = spans(align_text(boxes, rules, SIZE), rules)
    assert (1, 0, 3, 1) in found
    assert [(row, 2, 1, 1) in found for row in range(4)] == [True] * 4


def test_rules_around_a_page_are_none_of_the_table_in_it() -> None:
    frame = [Ruling("h", y, 41.0, 559.0, 1.0) for y in (50.0, 53.0, 780.0, 783.0)]
    table = [rule(600), rule(630), rule(700)]
    groups = list(rule_groups([*frame, *table], 13.0))
    assert [[r.position for r in group] for group in groups] == [[600, 630, 700]]


def test_a_heading_over_two_columns_stands_over_theirs() -> None:
    head = line(104, 112, 4) + line(230, 112, 4)  # two headings in the middle of the height
    head += line(435, 103, 4)  # one over two columns, near their middle
    head += line(390, 121, 4) + line(475, 121, 4)
    rules = list(heading_rules(head, XS, 100.0, 135.0, SIZE))
    assert [(r.start, r.end) for r in rules] == [(XS[3], XS[5])]
    assert 113 < rules[0].position < 121


def test_headings_of_two_lines_are_no_headings_over_others() -> None:
    head = line(104, 103, 4) + line(104, 121, 4)
    head += line(230, 112, 4) + line(390, 103, 4) + line(390, 121, 2) + line(475, 112, 4)
    assert list(heading_rules(head, XS, 100.0, 135.0, SIZE)) == []


def test_headings_of_two_lines_side_by_side_are_no_heading_over_both() -> None:
    xs = (60.0, 100.0, 190.0, 350.0, 386.0, 420.0)
    head = line(66, 112, 3) + line(125, 112, 4) + line(240, 112, 4)
    head += line(353.5, 103, 3) + line(358.5, 121, 2) + line(388.5, 103, 3) + line(398.5, 121, 1)
    assert list(heading_rules(head, xs, 100.0, 135.0, SIZE)) == []


ROWS = ((0.0, 60.0), (60.0, 120.0), (120.0, 180.0), (180.0, 240.0))
MARKS = ((25.0, 35.0), (85.0, 95.0), (145.0, 155.0), (205.0, 215.0))


@pytest.mark.parametrize(
    ("filled", "ends"),
    [
        # One text in the middle of two rows, between those of single ones.
        (((25.0, 35.0), (115.0, 125.0), (205.0, 215.0)), [120.0]),
        # Over the end between two rows.
        (((45.0, 55.0), (65.0, 75.0), (165.0, 175.0), (185.0, 195.0)), [60.0, 180.0]),
        # The blank end of a cell of the page before, then one over two rows.
        (((175.0, 185.0),), [60.0, 180.0]),
        # Remarks in the middle of their rows, with blank ones between.
        (((25.0, 35.0), (205.0, 215.0)), []),
        # Text that fills every row from end to end.
        (((2.0, 58.0), (62.0, 118.0), (122.0, 178.0), (182.0, 238.0)), []),
    ],
)
def test_the_text_of_a_merged_cell_stands_in_the_middle_of_its_rows(
    filled: tuple[tuple[float, float], ...], ends: list[float]
) -> None:
    assert list(merged_rows(ROWS, [MARKS, filled], MARKS, SIZE)) == [(1, end) for end in ends]


def test_names_printed_downwards_are_one_text_in_the_middle_of_their_rows() -> None:
    rows = [(at * 60.0, at * 60.0 + 60) for at in range(5)]
    marks = [(top + 25, top + 35) for top, _ in rows]
    # 叶　诚 with a blank between, then 段鹏山: over four rows; then 史启 in the last row alone.
    stack = [(75.0, 85.0), (105.0, 115.0), (126.0, 136.0), (140.0, 150.0), (154.0, 164.0)]
    filled = [*stack, (263.0, 273.0), (277.0, 287.0)]
    assert list(merged_rows(rows, [marks, filled], marks, SIZE)) == [
        (1, 60.0), (1, 120.0), (1, 180.0),
    ]  # fmt: skip


def test_names_that_fill_their_rows_are_those_of_each() -> None:
    rows = [(at * 60.0, at * 60.0 + 60) for at in range(3)]
    marks = [(top + 25, top + 35) for top, _ in rows]
    filled = [(top + 5 + at * 14, top + 15 + at * 14) for top, _ in rows for at in range(4)]
    assert list(merged_rows(rows, [marks, filled], marks, SIZE)) == []


def test_text_level_with_the_serials_of_low_rows_is_that_of_each() -> None:
    ends = (0.0, 60.0, 90.0, 120.0, 156.0, 186.0, 216.0, 276.0)
    rows = list(pairwise(ends))
    middles = [(top + low) / 2 for top, low in rows]
    marks = [(y - 5, y + 5) for y in middles]
    # Two lines in each row, often as near to those of the next row as to each other.
    filled = [(y + off, y + off + 10) for y in middles for off in (-12.5, 2.5)]
    assert list(merged_rows(rows, [marks, filled], marks, SIZE)) == []


def test_a_wide_blank_below_a_heading_does_not_end_the_table() -> None:
    """The page begins with the last name of a row of the page before, printed downwards."""
    heights = (24.0, 58.0, 58.0)
    boxes = page([HEAD, ROW, ROW], 142.0, heights, middle=False)
    # Over the middle between two headings lies the text of the rows.
    head = page([((2,), (4,), (5,), (4,), (4,))], 60.0, (24.0,), middle=True)
    rest = line(384, 120, 1)
    rules = [rule(60), rule(84), rule(224), rule(282)]
    boxes = [*head, *rest, *[b for b in boxes if b.y_mid > 166]]
    (table,) = align_text(boxes, rules, SIZE)
    assert table.box.bottom == pytest.approx(282)
    inner = {round(r.position) for r in table.concluded if r.axis == "v"} - {60, 540}
    assert len(inner) == 4


def test_where_serials_stand_at_the_top_the_middle_tells_nothing() -> None:
    marks = tuple((top + 2, top + 12) for top, _ in ROWS)
    assert list(merged_rows(ROWS, [marks, ((85.0, 95.0),)], marks, SIZE)) == []


def band(boxes: Sequence[BBox], bottom: float) -> Band:
    columns = [[b for b in boxes if left <= b.x_mid < right] for left, right in pairwise(XS)]
    return to_band(columns, 0, (0.0, bottom), SIZE)


def test_rows_part_beside_two_cells_that_go_over_them() -> None:
    rows = [((1,), (4, 4), (16, 16, 16), (), ()), ((1,), (4,), (16,), (), ())]
    boxes = page(rows, 0.0, (52.0, 40.0), middle=True)
    # Leaders and units of both rows in their middle, where the rows meet.
    boxes += cell(374, 33, (3, 3)) + cell(454, 33, (5, 5))
    cuts, doubtful = band_to_rows(band(boxes, 92.0))
    assert cuts == [pytest.approx(52, abs=5)]
    assert doubtful


def test_rows_set_as_close_as_their_lines_part_above_serials_that_cells_begin_with() -> None:
    rows = [((1,), (4, 4), (16,) * 3, (3,), (5,)), ((1,), (4, 2), (16, 9), (3, 2), (5,) * 4)]
    rows += [((1,), (4,), (16, 9), (3, 2), (5,) * 2), ((1,), (4, 4), (16, 9), (3,), (5, 2))]
    boxes = page(rows, 30.0, (3 * PITCH, 4 * PITCH, 2 * PITCH, 2 * PITCH), middle=False)
    boxes += cell(XS[4] + 4, 4, (5, 5))  # the end of a row of the page before
    cuts, doubtful = band_to_rows(band(boxes, 200.0))
    assert cuts == [pytest.approx(end, abs=5) for end in (32, 77, 137, 167)]
    assert not doubtful


def test_rows_with_serials_at_their_top_part_beside_a_cell_that_goes_over_one_end() -> None:
    rows = [((1,), (4, 4), (16, 16), (3,), (5,)), *[((1,), (4,), (16, 16), (), (5,))] * 3]
    boxes = page(rows, 0.0, (40.0,) * 4, middle=False)
    boxes += line(374, 34, 3)  # the second line of a leader's cell, over the end of its row
    cuts, doubtful = band_to_rows(band(boxes, 160.0))
    assert cuts == [pytest.approx(end, abs=5) for end in (40, 80, 120)]
    assert len(doubtful) == 1


def test_lines_at_other_heights_on_both_sides_are_two_columns() -> None:
    spread = line(100, 0, 3, 16) + line(148, 0, 3, 16)
    assert not parts_columns((141.0, 148.0), spread, SIZE)
    beside = spread + line(100, 30, 3) + line(148, 37, 3) + line(100, 60, 3) + line(148, 54, 3)
    assert parts_columns((141.0, 148.0), beside, SIZE)


def test_last_lines_in_the_middle_of_both_sides_make_one_column_of_them() -> None:
    cells = [box for y in (0, 60, 120) for box in (*line(100, y, 2, 14), *line(128, y, 1))]
    last = [box for y in (15, 75, 135) for box in line(114, y, 1)]
    assert in_middle_of_both((123.0, 128.0), (96.0, 141.0), cells + last, SIZE)
    assert not in_middle_of_both((123.0, 128.0), (96.0, 141.0), cells, SIZE)
    aside = [box for y in (15, 75, 135) for box in line(106, y, 1)]
    assert not in_middle_of_both((123.0, 128.0), (96.0, 141.0), cells + aside, SIZE)


def test_headings_off_level_with_each_other_are_those_of_two_columns() -> None:
    two_lines = [*line(100, 0, 3), *line(110, PITCH, 1)]
    assert stand_apart((129.0, 135.0), [*two_lines, *line(135, PITCH / 2, 4)], SIZE)
    assert not stand_apart((129.0, 135.0), [*two_lines, *line(135, 0, 4)], SIZE)
    assert not stand_apart((129.0, 135.0), line(100, 0, 3), SIZE)


def test_the_white_half_of_a_comma_is_no_gutter() -> None:
    whole = line(100, 0, 4) + line(156, 0, 4)
    before = whole[3].x1
    assert parts_columns((before, 156.0), whole, SIZE)
    mark = BBox(before + 1, whole[0].bottom - 3, before + 3.5, whole[0].bottom)
    assert not parts_columns(
        (mark.x1, mark.x1 + 6), [*whole[:4], mark, *line(mark.x1 + 6, 0, 4)], SIZE
    )


def test_words_of_a_heading_far_apart_are_headings_of_two_columns() -> None:
    assert stand_apart((141.0, 175.0), line(100, 0, 4) + line(180, 0, 4), SIZE)
    assert not stand_apart((141.0, 148.0), line(100, 0, 6, 16), SIZE)


def test_rows_above_what_looks_like_a_heading_are_the_tables() -> None:
    """A page that goes on: the end of a row, then rows with text in every column."""
    rest = ((), (4,), (16, 10), (), (5,))
    rows = [rest, *[ROW] * 3]
    boxes = page(rows, 100.0, (40.0, 60.0, 60.0, 60.0), middle=False)
    (table,) = align_text(boxes, (), SIZE)
    assert table.box.top < 108


def test_a_table_below_prose_is_found() -> None:
    """Two lines of prose far above show stretches of white by chance."""
    prose = [b for y in (100.0, 118.0) for x in (60.0, 200.0, 330.0) for b in line(x, y, 12)]
    boxes = prose + page([HEAD, ROW, ROW], 300.0, (30.0, 60.0, 60.0), middle=True)
    tops = [table.box.top for table in align_text(boxes, (), SIZE)]
    assert any(295 < top < 312 for top in tops)


@pytest.mark.parametrize("middle", [True, False])
def test_the_end_of_a_row_of_the_page_before_stands_above_the_first_serial(middle: bool) -> None:
    """Between rules, each with one serial, as where the rule below that end was lost."""
    rest = ((), (), (16, 12), (), (5,))
    heights = (30.0, 44.0, 70.0, 70.0)
    boxes = page([HEAD, rest, ROW, ROW], 100.0, heights, middle)
    rules = [rule(100), rule(130), rule(244), rule(314)]
    found = spans(align_text(boxes, rules, SIZE), rules)
    assert max(row for row, *_ in found) == 3


def test_a_title_above_the_first_rule_is_none_of_the_table() -> None:
    """Of the other rules one stands beside a merged cell, so that none parts rows."""
    rows = [HEAD, *[ROW] * 5]
    boxes = page(rows, 160.0, (24.0, *(60.0,) * 5), middle=True)
    title = [*line(62, 60, 2), *line(230, 110, 9, 16)]
    rules = [rule(160), rule(364, XS[1])]
    (table,) = align_text([*title, *boxes], rules, SIZE)
    assert (table.box.top, table.box.x0, table.box.x1) == pytest.approx((160, 60, 540), abs=3)


def test_carried_columns_reach_down_to_the_last_rule_over_high_blanks() -> None:
    """A stack with a wide blank alone on its page, between the rules of the table."""
    texts = tuple((left + 5, right - 5) for left, right in pairwise(XS))
    columns = Columns((XS[0], XS[-1]), texts, 0)
    stack = [*line(400, 70, 1), *line(400, 84, 1), *line(400, 130, 1), *line(400, 144, 1)]
    table = align_to_columns([*stack, *line(280, 400, 3)], [rule(60), rule(160)], columns, SIZE)
    assert table is not None
    assert (table.box.top, table.box.bottom) == (60, 160)


def test_carried_columns_are_sure_however_narrow_the_white_between_them_is() -> None:
    columns = Columns((XS[0], XS[-1]), tuple((a + 5, b - 5) for a, b in pairwise(XS)), 0)
    rows = page((ROW, ROW), 60, (60, 60), middle=False)
    table = align_to_columns(rows, [rule(y) for y in (60, 120, 180)], columns, SIZE)
    assert table is not None
    assert table.doubtful == ()


def test_a_title_above_a_high_heading_of_two_levels_is_none_of_the_table() -> None:
    """Over its last two columns stands one heading more, level with lines of the first."""
    title = [*line(22, 45, 2), *line(190, 75, 18, 12.5)]
    head = [*cell(22, 110, (3, 2, 2)), *line(64, 125, 2)]
    head += [*line(104, 125, 4), *line(230, 125, 4)]
    head += [*line(420, 104, 4), *cell(380, 118, (3, 3, 1)), *line(470, 132, 4)]
    rows = page([ROW] * 4, 166.0, (60.0,) * 4, middle=True) + cell(22, 278, (3, 3))
    (table,) = align_text([*title, *head, *rows], (), SIZE)
    assert table.box.top > 95
    assert any(r.axis == "h" and 112 < r.position < 120 for r in table.concluded)


def test_lines_of_a_lone_row_have_narrow_white_by_chance_and_the_headings_tell() -> None:
    """Between the words of a long line is white enough for gutters, and no heading."""
    boxes = [b for x, n in zip(XS[:5], (2, 4, 2, 3, 4), strict=True) for b in line(x + 4, 110, n)]
    boxes += line(104, 150, 4) + line(374, 150, 3) + line(454, 150, 5) + line(454, 165, 5)
    boxes += [b for at in range(7) for b in line(194 + at * 23, 150, 2)]
    rules = [rule(100), rule(135), rule(185)]
    (table,) = align_text(boxes, rules, SIZE)
    (grid,) = find_grids([*rules, *table.concluded], SIZE)
    assert grid.columns == len(XS) - 1


def test_carried_columns_end_above_the_imprint() -> None:
    texts = tuple((left + 5, right - 5) for left, right in pairwise(XS))
    columns = Columns((XS[0], XS[-1]), texts, 0)
    rows = page([ROW, ROW], 60.0, (60.0, 60.0), middle=True)
    imprint = [*line(64, 405, 2), *line(108, 405, 6), *line(64, 435, 3), *line(460, 435, 7)]
    rules = [rule(y) for y in (60, 120, 180, 400, 430, 460)]
    table = align_to_columns([*rows, *imprint], rules, columns, SIZE)
    assert table is not None
    assert (table.box.top, table.box.bottom) == (60, 180)


def test_a_rule_far_below_the_top_closes_no_heading() -> None:
    """Rules part categories alone: in the first stand the heading and three rows."""
    heights = (30.0, 60.0, 60.0, 60.0, 60.0)
    boxes = page([HEAD, *[ROW] * 4], 100.0, heights, middle=True)
    rules = [rule(100), rule(310), rule(370)]
    found = spans(align_text(boxes, rules, SIZE), rules)
    assert max(row for row, *_ in found) == 4


def test_carried_columns_end_at_a_blank_higher_than_any_in_a_row() -> None:
    """Of the imprint far below only the last rule is left."""
    texts = tuple((left + 5, right - 5) for left, right in pairwise(XS))
    columns = Columns((XS[0], XS[-1]), texts, 0)
    rows = page([ROW, ROW], 60.0, (60.0, 60.0), middle=True)
    imprint = [*line(64, 405, 2), *line(108, 405, 6), *line(64, 435, 3), *line(460, 435, 7)]
    table = align_to_columns([*rows, *imprint], [rule(60), rule(460)], columns, SIZE)
    assert table is not None
    assert table.box.bottom < 200
