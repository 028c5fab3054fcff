"""Rulings out of ink: all of them, whole, and no strokes of text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from pipeline.scan.ink import ink_mask, without
from pipeline.scan.remains import find_remains, longer_than_strokes, low_marks, telling
from pipeline.scan.rulings import ink_to_strokes, residual_skew, strokes_to_mask
from pipeline.scan.strokes import Stroke
from tests.scan_pages import SIZE, Picture, character, grid, leaning, paper, prose, text


def mask_of(page: Picture) -> Picture:
    return ink_mask(np.ascontiguousarray(page[:, :, 0]), 160)


def positions(page: Picture, axis: str) -> list[float]:
    strokes = ink_to_strokes(mask_of(page), SIZE)
    return sorted(stroke.position for stroke in strokes if stroke.axis == axis)


@budget(deadline=None, max_examples=20)
@given(
    columns=st.lists(st.integers(50, 250), min_size=3, max_size=6),
    rows=st.lists(st.integers(50, 150), min_size=3, max_size=6),
    thickness=st.integers(1, 4),
)
def test_every_ruling_of_a_drawn_grid_is_found(
    columns: list[int], rows: list[int], thickness: int
) -> None:
    xs = np.cumsum([60, *columns]).tolist()
    ys = np.cumsum([60, *rows]).tolist()
    page = paper()
    grid(page, xs, ys, thickness)
    for x in xs[:-1]:
        for y in ys[:-1]:
            character(page, x + 10, y + 10)
    assert positions(page, "v") == pytest.approx(xs, abs=1.5)
    assert positions(page, "h") == pytest.approx(ys, abs=1.5)


def test_text_holds_no_rulings() -> None:
    page = paper()
    prose(page, 100, 100, lines=10, count=30)
    text(page, 100, 700, 8, size=3 * SIZE)
    cv2.line(page, (100, 850), (100 + 3 * SIZE, 850), (0, 0, 0), 3)  # a long dash
    assert ink_to_strokes(mask_of(page), SIZE) == []


def test_a_gap_narrower_than_any_cell_is_closed_and_told() -> None:
    page = paper()
    grid(page, (100, 600, 1200), (100, 400))
    page[95:106, 800 : 800 + round(0.8 * SIZE)] = 255
    strokes = [s for s in ink_to_strokes(mask_of(page), SIZE) if s.axis == "h"]
    assert [(s.start <= 101, s.end >= 1200) for s in strokes] == [(True, True)] * 2
    assert [s.inferred for s in strokes] == [True, False]


def test_a_gap_as_wide_as_a_cell_is_left_to_the_grid() -> None:
    page = paper()
    grid(page, (100, 600, 1200), (100, 400))
    page[95:106, 800 : 800 + 2 * SIZE] = 255
    strokes = [s for s in ink_to_strokes(mask_of(page), SIZE) if s.axis == "h"]
    assert len(strokes) == 3
    assert not any(s.inferred for s in strokes)


@pytest.mark.parametrize("dot", [2, 6])
def test_dotted_rulings_are_rulings(dot: int) -> None:
    page = paper()
    xs, ys = (100, 500, 1500), (100, 400, 900)
    for y in ys:
        for x in range(xs[0], xs[-1], 2 * dot):
            page[y : y + 2, x : x + dot] = 0
    for x in xs:
        for y in range(ys[0], ys[-1], 2 * dot):
            page[y : y + dot, x : x + 2] = 0
    text(page, 150, 200, 8)
    assert positions(page, "v") == pytest.approx([x + 1 for x in xs], abs=1.5)
    assert positions(page, "h") == pytest.approx([y + 1 for y in ys], abs=1.5)


@pytest.mark.parametrize(("wide", "found"), [(0, 1), (2.6, 2), (1.8, 1)])
def test_a_dotted_ruling_goes_on_in_a_narrow_column_beside_a_merged_one(
    wide: float, found: int
) -> None:
    """The cell beside the column of serials spans rows: its ruling is a piece of 2.6 characters."""
    page = paper()
    dot, level, start = 6, 400, 100
    merged = start + round(2.6 * SIZE)
    for y in (100, 900):
        cv2.line(page, (start, y), (1500, y), (0, 0, 0), 2)
    for x in (start, merged, 300, 1500):
        cv2.line(page, (x, 100), (x, 900), (0, 0, 0), 2)
    pieces = (range(310, 1500, 2 * dot), range(start + 8, start + round(wide * SIZE), 2 * dot))
    for x in (x for piece in pieces for x in piece):
        page[level : level + 2, x : x + dot] = 0
    strokes = [s for s in ink_to_strokes(mask_of(page), SIZE) if s.axis == "h"]
    assert sum(abs(stroke.position - level) < 2 for stroke in strokes) == found


def dashed(
    page: Picture, xs: Sequence[int], ys: Sequence[int], dash: int, gap: int, thickness: int = 3
) -> None:
    """Dashed rulings that begin anew in each cell: at its corners dashes meet."""
    for y in ys:
        for start, end in pairwise(xs):
            for x in range(start, end, dash + gap):
                page[y : y + thickness, x : min(end, x + dash)] = 0
    for x in xs:
        for start, end in pairwise(ys):
            for y in range(start, end, dash + gap):
                page[y : min(end, y + dash), x : x + thickness] = 0


def test_where_dashes_meet_their_rulings_go_on() -> None:
    page = paper()
    xs, ys = (100, 176, 348, 500, 800, 1500), (100, 197, 338, 480, 620, 900)
    dashed(page, xs, ys, 9, 8)
    for x in xs[1:-1]:
        text(page, x + 12, 240, 3)
    strokes = ink_to_strokes(mask_of(page), SIZE)
    for axis, places in (("v", xs), ("h", ys)):
        own = sorted(stroke.position for stroke in strokes if stroke.axis == axis)
        assert own == pytest.approx([place + 1.5 for place in places], abs=1.5)


@pytest.mark.parametrize(("dash", "gap"), [(8, 16), (8, 24), (12, 24), (16, 16), (24, 24)])
def test_dashes_that_follow_each_other_alike_may_stand_far_apart(dash: int, gap: int) -> None:
    """One to three millimetres, and as far apart; each ruling may end in a gap."""
    page, size = paper(), 22
    xs, ys = (100, 176, 348, 500, 800, 1500), (100, 197, 338, 480, 620, 900)
    dashed(page, xs, ys, dash, gap)
    for x in xs[1:-1]:
        text(page, x + 12, 240, 3, size)
    strokes = ink_to_strokes(mask_of(page), size)
    for axis, places, length in (("v", xs, 800), ("h", ys, 1400)):
        own = [stroke for stroke in strokes if stroke.axis == axis]
        for place in places:
            found = [s for s in own if abs(s.position - place - 1.5) < 2.5]
            assert sum(s.length for s in found) > 0.9 * length
            own = [stroke for stroke in own if stroke not in found]
        assert own == []


def test_dashes_that_stand_for_blank_cells_are_no_ruling() -> None:
    page = paper()
    xs, ys = range(100, 1500, 56), range(100, 500, 50)
    grid(page, xs, ys)
    for y in ys[:-1]:
        for x in xs[:-1]:
            page[y + 24 : y + 27, x + 14 : x + 44] = 0
    assert positions(page, "h") == pytest.approx(list(ys), abs=1.5)
    assert positions(page, "v") == pytest.approx(list(xs), abs=1.5)


def test_dashes_far_apart_that_meet_nothing_are_no_ruling() -> None:
    """As fillers of blank cells are, and strokes of text in line with each other."""
    page = paper()
    for y in (200, 300, 400):
        for x in range(340, 1200, 40):
            page[y : y + 3, x : x + 16] = 0
    prose(page, 100, 600, lines=6, count=30)
    assert ink_to_strokes(mask_of(page), SIZE) == []


def test_dots_that_lead_the_eye_are_no_ruling() -> None:
    page = paper()
    text(page, 100, 200, 6)
    for x in range(340, 1200, 12):
        page[224:228, x : x + 4] = 0
    assert ink_to_strokes(mask_of(page), SIZE) == []


def test_short_remains_of_a_ruling_are_found_on_its_line_and_no_text() -> None:
    page = paper()
    grid(page, (100, 500, 1500), (100, 400, 900))
    page[395:406, 600:900] = 255
    page[395:406, 940:1500] = 255
    text(page, 1000, 400 - SIZE // 3, 10)
    mask = mask_of(page)
    strokes = ink_to_strokes(mask, SIZE)
    (piece,) = find_remains(mask, strokes, SIZE)
    assert (piece.axis, piece.start, piece.end) == ("h", 900, 940)
    assert piece.position == pytest.approx(400, abs=1.5)


def test_the_stroke_of_a_character_on_the_line_of_a_ruling_is_no_piece_of_it() -> None:
    """The head of 开 in a merged cell, beside which rulings end on its border."""
    page = paper()
    grid(page, (100, 500, 1500), (100, 400, 900))
    page[395:406, 100:499] = 255
    page[399:401, 300 : 300 + SIZE] = 0
    mask = mask_of(page)
    assert len(find_remains(mask, ink_to_strokes(mask, SIZE), SIZE)) == 1
    for x in (307, 321):
        page[401 : 400 + SIZE, x : x + 2] = 0
    mask = mask_of(page)
    assert find_remains(mask, ink_to_strokes(mask, SIZE), SIZE) == []


def test_a_piece_below_a_character_that_stands_on_its_line_is_found() -> None:
    """A column ruling ends on the rule below a heading over two columns, and is torn there."""
    page = paper()
    grid(page, (100, 900, 1500), (100, 160, 400, 900))
    page[100:160, 895:906] = 255
    text(page, 900 - SIZE // 2, 158 - SIZE, 1)
    page[158 - SIZE : 158, 900 - SIZE // 2 : 900 + SIZE // 2] = 0
    page[160 + SIZE : 396, 895:906] = 255
    mask = mask_of(page)
    pieces = [p for p in find_remains(mask, ink_to_strokes(mask, SIZE), SIZE) if p.axis == "v"]
    assert [p.end for p in pieces if p.start > 158] == [160 + SIZE]


def test_a_short_piece_at_a_thick_border_is_found() -> None:
    page = paper()
    grid(page, (100, 500, 1500), (100, 400, 900))
    page[100:900, 1496:1504] = 0
    page[395:406, 1440:1486] = 255
    mask = mask_of(page)
    (piece,) = find_remains(mask, ink_to_strokes(mask, SIZE), SIZE)
    assert (piece.axis, piece.start) == ("h", 1486)


def test_pieces_below_the_last_row_ruling_are_found() -> None:
    page = paper()
    grid(page, (100, 500, 900, 1500), (100, 400))
    for x in (100, 500, 900, 1500):
        page[400:560, x : x + 2] = 0
    page[440:520, 895:910] = 255
    mask = mask_of(page)
    (piece,) = find_remains(mask, ink_to_strokes(mask, SIZE), SIZE)
    assert (piece.axis, piece.start, piece.end) == ("v", 520, 560)


def test_what_only_crosses_another_ruling_is_no_piece() -> None:
    """A double rule at the foot of a page, below a table whose columns a page end cuts."""
    page = paper()
    grid(page, (100, 500, 900, 1500), (100, 400))
    for x in (100, 500, 900, 1500):
        page[400:560, x : x + 2] = 0
    for y in (640, 647):
        page[y : y + 3, 60:1560] = 0
    page[640:650, 800:1000] = 0
    mask = mask_of(page)
    assert find_remains(mask, ink_to_strokes(mask, SIZE), SIZE) == []


def low_row() -> tuple[Picture, int]:
    """A grid whose first row, with a column ruling at 1001, is as low as text; its lower end."""
    page = paper()
    low = 100 + round(1.4 * SIZE)
    grid(page, (100, 1500), (100, low, 600))
    page[100:low, 1000:1003] = 0
    return page, low


def test_a_stroke_of_text_that_reaches_from_ruling_to_ruling_is_none() -> None:
    """Bold 工 in a row no higher than its text; a real column ruling there has paper beside it."""
    page, low = low_row()
    page[100:low, 700:704] = 0
    for y in (108, low - 12):
        page[y : y + 5, 700 - SIZE // 2 : 704 + SIZE // 2] = 0
    page[112 : low - 12, 690:696] = 0
    found = positions(page, "v")
    assert found == pytest.approx([101, 1001, 1501], abs=2)


def test_a_stroke_that_text_crosses_is_no_ruling() -> None:
    """市 in a row as low as itself: two strokes cross the upright one, paper is beside the rest."""
    page, low = low_row()
    page[100:low, 700:703] = 0
    page[110:113, 701 - SIZE // 2 : 702 + SIZE // 2] = 0
    page[105:115, 1006:1020] = 0  # text beside a ruling is on one side of it
    assert positions(page, "v") == pytest.approx([101, 1001, 1501], abs=2)


def test_pieces_of_a_broken_ruling_on_one_line_are_rulings() -> None:
    """Each is too short to be sure of, two cross a row's ruling, and none ends on another."""
    page = paper()
    grid(page, (100, 800, 1500), (100, 400, 900))
    for top, bottom in ((140, 260), (330, 460), (520, 640)):
        page[top:bottom, 500:503] = 0
    assert positions(page, "v").count(501.5) == 3
    page = paper()
    grid(page, (100, 800, 1500), (100, 400, 900))
    page[520:640, 500:503] = 0  # alone it may be anything
    assert 501.5 not in positions(page, "v")


def test_a_single_long_rule_is_kept() -> None:
    page = paper()
    cv2.line(page, (200, 500), (1400, 500), (0, 0, 0), 2)
    (stroke,) = ink_to_strokes(mask_of(page), SIZE)
    assert (stroke.axis, stroke.start) == ("h", pytest.approx(200, abs=2))
    assert stroke.end == pytest.approx(1400, abs=2)


@pytest.mark.parametrize("lean", [-0.15, 0.1])
def test_what_leans_a_little_is_found_taken_out_and_measured(lean: float) -> None:
    page = paper()
    xs, ys = (100, 500, 1500), (100, 400, 900)
    grid(page, xs, ys)
    mask = mask_of(leaning(page, lean))
    strokes = ink_to_strokes(mask, SIZE)
    assert len(strokes) == 6
    assert residual_skew(strokes) == pytest.approx(lean, abs=0.03)
    assert not without(mask, strokes_to_mask(strokes, mask, SIZE)).any()


def test_text_that_touches_a_ruling_keeps_its_ink() -> None:
    page = paper()
    grid(page, (100, 500, 1500), (100, 400))
    box = character(page, 300, 400 - SIZE)
    mask = mask_of(page)
    left = without(mask, strokes_to_mask(ink_to_strokes(mask, SIZE), mask, SIZE))
    kept = box.cut(left)
    assert (kept > 0).sum() > 0.75 * (box.cut(mask) > 0).sum()


def test_a_bold_stroke_above_a_ruling_does_not_lengthen_it() -> None:
    page = paper()
    grid(page, (100, 600, 1200), (200, 500), thickness=1)
    cv2.line(page, (600, 120), (600, 120 + 2 * SIZE), (0, 0, 0), 7)
    strokes = [s for s in ink_to_strokes(mask_of(page), SIZE) if s.axis == "v"]
    assert [s.start for s in strokes] == pytest.approx([200] * 3, abs=2)
    assert not any(s.inferred for s in strokes)


def test_a_short_ruling_from_border_to_border_stays_where_text_touches_it_all_along() -> None:
    page = paper()
    grid(page, (100, 400, 700), (100, 100 + 4 * SIZE))
    touching = page.copy()
    for y in range(104, 100 + 4 * SIZE - 4, 3):
        touching[y : y + 2, 401 : 401 + SIZE] = 0
    assert positions(touching, "v") == pytest.approx([100, 400, 700], abs=2)
    torn = touching.copy()
    torn[96 : 100 + SIZE // 2, 395:405] = 255  # it ends in the open
    assert positions(torn, "v") == pytest.approx([100, 700], abs=2)


def test_pieces_of_torn_borders_are_no_strokes_of_characters() -> None:
    long, short = (Stroke("v", 10.0, 10.0, 0, length, 2) for length in (2 * SIZE, SIZE // 2))
    assert longer_than_strokes([long, short], SIZE) == [long]


def test_commas_behind_characters_are_low_marks_and_dots_elsewhere_are_none() -> None:
    page = paper()
    box = text(page, 100, 100, 3)
    page[box.y1 - 8 : box.y1 - 2, box.x1 + 4 : box.x1 + 9] = 0  # a comma
    page[box.y0 : box.y0 + 6, box.x1 + 4 : box.x1 + 9] = 0  # at the height of a quote
    page[400:406, 400:406] = 0
    (mark,) = low_marks(mask_of(page), SIZE, 1.0)
    assert (mark.x0, mark.top) == pytest.approx((box.x1 + 4, box.y1 - 8), abs=1)


def test_specks_on_both_sides_of_a_border_are_no_piece() -> None:
    """Beside a merged cell a row line ends, and a speck on its line is no sign that it goes on."""
    page = paper()
    grid(page, (100, 500, 1500), (100, 400, 900))
    page[100:900, 1496:1504] = 0
    page[395:406, 505:1494] = 255
    for x in (1489, 1507):
        page[399:402, x : x + 4] = 0
    mask = mask_of(page)
    found = find_remains(mask, ink_to_strokes(mask, SIZE), SIZE)
    assert telling(found, SIZE) == []
    page[399:402, 1484:1496] = 0
    mask = mask_of(page)
    assert len(telling(find_remains(mask, ink_to_strokes(mask, SIZE), SIZE), SIZE)) == 1


@pytest.mark.parametrize(("down", "across"), [(1, 6), (2, 4), (3, 3), (1, 3)])
@pytest.mark.parametrize(("arm", "gap", "dash", "unit"), [(10, 8, 20, 40.0), (6, 5, 14, 32.0)])
def test_dashed_rulings_that_cross_after_each_dash_are_found(
    down: int, across: int, arm: int, gap: int, dash: int, unit: float
) -> None:
    """Five rows of four cells; so many dashes stand between two crossings, down and across."""
    thick, edge, rows, columns = 3, 100, 5, 4
    wide, high = (2 * arm + thick + n * dash + (n + 1) * gap for n in (across, down))
    mask = np.zeros((rows * high + 2 * edge, columns * wide + 2 * edge), np.uint8)
    for row in range(rows + 1):
        for column in range(columns + 1):
            y, x = edge + row * high, edge + column * wide
            level, upright = slice(y - 1, y + 2), slice(x - 1, x + 2)
            mask[level, x - arm : x + arm + 1] = mask[y - arm : y + arm + 1, upright] = 255
            for step in range(across if column < columns else 0):
                start = x + arm + gap + step * (dash + gap)
                mask[level, start : start + dash] = 255
            for step in range(down if row < rows else 0):
                start = y + arm + gap + step * (dash + gap)
                mask[start : start + dash, upright] = 255
    strokes = ink_to_strokes(mask, unit)
    assert [sum(s.axis == axis for s in strokes) for axis in "hv"] == [rows + 1, columns + 1]
