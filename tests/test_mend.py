"""Broken rulings: what is missing is concluded, and spans stay spans."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import BBox
from pipeline.grid import Grid, find_grids, mend_rulings, to_scale
from pipeline.grid.mend import Mend
from pipeline.model import Ruling

UNIT = 10.0
XS = (0.0, 30.0, 130.0, 330.0, 430.0)
YS = (0.0, 25.0, 105.0, 165.0, 255.0)


def h(y: float, *ends: float) -> list[Ruling]:
    return [Ruling("h", y, a, b) for a, b in zip(ends[::2], ends[1::2], strict=True)]


def v(x: float, *ends: float) -> list[Ruling]:
    return [Ruling("v", x, a, b) for a, b in zip(ends[::2], ends[1::2], strict=True)]


def whole(skip_h: Sequence[float] = (), skip_v: Sequence[float] = ()) -> list[Ruling]:
    lines = [ruling for y in YS if y not in skip_h for ruling in h(y, XS[0], XS[-1])]
    return lines + [ruling for x in XS if x not in skip_v for ruling in v(x, YS[0], YS[-1])]


def mend(
    rulings: Sequence[Ruling], remains: Sequence[Ruling] = (), text: Sequence[BBox] = ()
) -> tuple[Grid, list[Mend]]:
    mends = mend_rulings(rulings, remains, text, to_scale(UNIT))
    (grid,) = find_grids([*rulings, *(mend.ruling for mend in mends)], UNIT)
    return grid, mends


def test_a_whole_grid_needs_nothing() -> None:
    assert mend(whole())[1] == []


def test_a_ruling_that_ends_in_the_open_goes_on() -> None:
    grid, mends = mend(whole((105.0,)) + h(105, 0, 200, 245, 430))
    assert [(m.ruling.start, m.ruling.end, m.doubtful) for m in mends] == [(130, 330, False)]
    assert all(m.ruling.inferred for m in mends)
    assert len(grid.cells) == 16


def test_a_merged_cell_stays_merged() -> None:
    # Two rows share a cell: their ruling ends on its column lines.
    grid, mends = mend(whole((105.0,)) + h(105, 0, 130, 330, 430))
    assert mends == []
    assert max(cell.row_span for cell in grid.cells) == 2


def test_a_merged_cell_stays_merged_between_broken_rulings() -> None:
    rulings = whole((105.0, 165.0)) + h(105, 0, 130, 330, 430) + h(165, 0, 300, 318, 430)
    grid, mends = mend(rulings)
    assert [m.ruling.position for m in mends] == [165]
    assert [c.row for c in grid.cells if c.row_span == 2] == [1]


def test_short_remains_show_that_a_ruling_was_drawn() -> None:
    rulings = whole((105.0,)) + h(105, 0, 130, 330, 430)
    grid, mends = mend(rulings, remains=h(105, 180, 200))
    assert [(m.ruling.start, m.ruling.end) for m in mends] == [(130, 330)]
    assert len(grid.cells) == 16


def test_text_that_runs_through_speaks_against_a_ruling() -> None:
    rulings = whole((105.0,)) + h(105, 0, 130, 330, 430)
    grid, mends = mend(rulings, h(105, 180, 200), [BBox(220, 100, 230, 110)])
    assert mends == []
    assert len(grid.cells) == 15


def test_the_upper_stroke_of_a_character_on_the_line_of_a_ruling_is_no_remains() -> None:
    rulings = whole((105.0,)) + h(105, 0, 130, 330, 430)
    grid, mends = mend(rulings, h(105, 180, 188), [BBox(178, 109, 190, 110)])
    assert mends == []
    assert len(grid.cells) == 15
    assert len(mend(rulings, h(105, 180, 188), [BBox(178, 115, 190, 125)])[0].cells) == 16


def test_the_lower_stroke_of_a_character_and_its_mark_are_no_remains() -> None:
    """The 二、 of a category in a merged cell, its lower stroke where the ruling beside ends."""
    rulings = whole((105.0,)) + h(105, 0, 130, 330, 430)
    upper = BBox(181, 97, 189, 98)
    assert mend(rulings, h(105, 180, 194), [upper])[1] == []
    # A piece longer than both, and one below a whole character, are of the ruling.
    assert mend(rulings, h(105, 180, 198), [upper])[1] != []
    assert mend(rulings, h(105, 180, 194), [BBox(181, 89, 189, 98)])[1] != []


def test_text_that_touches_a_ruling_does_not_speak_against_it() -> None:
    rulings = whole((105.0,)) + h(105, 0, 200, 245, 430)
    assert len(mend(rulings, text=[BBox(220, 94.5, 230, 104.8)])[0].cells) == 16


def test_a_segment_shorter_than_the_gaps_is_taken_for_one_and_doubted() -> None:
    # The gap of 75 in the row line shows that the segment of 60 may be one as well.
    rulings = whole((105.0,), (330.0,)) + h(105, 0, 200, 275, 430) + v(330, 0, 105, 165, 255)
    grid, mends = mend(rulings)
    assert [(m.ruling.axis, m.doubtful) for m in mends] == [("h", False), ("v", True)]
    assert len(grid.cells) == 16


def test_one_hole_far_longer_than_the_gaps_makes_no_gaps_of_merged_cells() -> None:
    torn = h(25, 0, 60, 68, 180, 186, 430) + h(255, 0, 50, 57, 430) + h(105, 0, 140, 325, 430)
    merged = h(165, 0, 30, 130, 350, 356, 430)
    grid, mends = mend([*h(0, 0, 430), *torn, *merged, *(r for x in XS for r in v(x, 0, 255))])
    assert not any(m.doubtful for m in mends)
    assert [(c.row, c.column) for c in grid.cells if c.row_span == 2] == [(2, 1)]


def test_a_torn_grid_is_one_grid() -> None:
    rulings = [ruling for y in YS for ruling in h(y, 0, 210, 250, 430)]
    rulings += [ruling for x in XS for ruling in v(x, 0, 60, 85, 255)]
    grid, _ = mend(rulings)
    assert (grid.rows, grid.columns, len(grid.cells)) == (4, 4, 16)


def test_tables_one_above_the_other_stay_two() -> None:
    below = [
        Ruling(r.axis, r.position + 275, r.start, r.end)
        if r.axis == "h"
        else Ruling(r.axis, r.position, r.start + 275, r.end + 275)
        for r in whole()
    ]
    rulings = whole() + below
    assert mend_rulings(rulings, (), (), to_scale(UNIT)) == []
    assert len(find_grids(rulings, UNIT)) == 2


@pytest.mark.parametrize("remains", [(), ((280.0, 300.0),)])
def test_a_row_that_a_page_end_cuts_keeps_its_columns(
    remains: Sequence[tuple[float, float]],
) -> None:
    # Of one column line only the head and a piece at the foot are left in the open row.
    rulings = whole((), XS) + [r for x in XS if x != 330 for r in v(x, 0, 300)]
    foot = v(330, *(end for piece in remains for end in piece))
    grid, mends = mend([*rulings, *v(330, 0, 270)], foot)
    assert [(m.ruling.start, m.ruling.end, m.doubtful) for m in mends] == [(255, 300, False)]
    assert (grid.rows, len(grid.cells)) == (5, 20)


def test_missing_side_borders_follow_from_the_ends_of_row_lines() -> None:
    grid, mends = mend(whole((), (0.0, 430.0)))
    assert {m.ruling.position for m in mends} == {0.0, 430.0}
    assert (grid.columns, len(grid.cells)) == (4, 16)
    assert grid.open_sides == frozenset()


def test_one_row_line_shows_a_border_where_text_stands_beside() -> None:
    rulings = h(25, 0, 430) + [r for x in XS[1:-1] for r in v(x, 0, 105)]
    text = [BBox(10, 5, 20, 15), BBox(350, 40, 400, 50)]
    grid, _ = mend(rulings, text=text)
    assert (grid.rows, grid.columns) == (2, 4)


def test_an_underline_is_no_broken_ruling() -> None:
    grid, mends = mend(whole() + h(140, 150, 260))
    assert mends == []
    assert len(grid.cells) == 16


@given(
    line=st.sampled_from(YS[1:-1]),
    start=st.floats(2, 380),
    width=st.floats(12, 36),
)
def test_a_gap_anywhere_in_a_row_line_is_closed(line: float, start: float, width: float) -> None:
    rulings = whole((line,)) + h(line, XS[0], start, start + width, XS[-1])
    free = [e for e in (start, start + width) if all(abs(e - x) > 5 for x in XS)]
    if free:
        assert len(mend(rulings)[0].cells) == 16


def test_the_column_line_of_a_lone_row_that_hangs_free_goes_on() -> None:
    """The end of a row of the page before, alone on its page; strokes of text are shorter."""
    frame = [*h(0, 0, 430), *h(45, 0, 430), *v(0, 0, 45), *v(30, 0, 45), *v(430, 0, 45)]
    grid, mends = mend([*frame, *v(130, 0, 36)])
    assert [(m.ruling.position, m.ruling.end) for m in mends] == [(130, 45)]
    assert (grid.rows, grid.columns) == (1, 3)
    assert mend([*frame, *v(130, 0, 16)])[1] == []
