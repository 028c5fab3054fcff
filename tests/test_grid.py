"""The grid from rulings: recovered exactly from what was drawn, however it was drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.geometry import BBox
from pipeline.grid import Grid, GridCell, find_grids
from pipeline.model import Ruling

UNIT = 10.0
Span = tuple[int, int, int, int]  # row, column, row span, column span


def random_tiling(rows: int, columns: int, rng: random.Random) -> list[Span]:
    """Spans that tile a grid in which every row and column line is drawn somewhere."""
    while True:
        free = {(r, c) for r in range(rows) for c in range(columns)}
        spans: list[Span] = []
        for row in range(rows):
            for column in range(columns):
                if (row, column) not in free:
                    continue
                height = width = 1
                while rng.random() < 0.25 and row + height < rows:
                    height += 1
                while rng.random() < 0.25 and (row, column + width) in free:
                    width += 1
                places = {(row + i, column + j) for i in range(height) for j in range(width)}
                while not places <= free:
                    height -= 1
                    places = {(row + i, column + j) for i in range(height) for j in range(width)}
                free -= places
                spans.append((row, column, height, width))
        starts = {span[0] for span in spans}, {span[1] for span in spans}
        if starts == (set(range(rows)), set(range(columns))):
            return spans


def draw(
    spans: Sequence[Span], xs: Sequence[float], ys: Sequence[float], rng: random.Random
) -> list[Ruling]:
    """Each cell's sides as pieces that jitter, run over, fall short, or are drawn double."""

    def piece(axis: str, position: float, start: float, end: float) -> Ruling:
        start += rng.uniform(-0.35, 0.2) * UNIT
        end += rng.uniform(-0.2, 0.35) * UNIT
        return Ruling("h" if axis == "h" else "v", position + rng.uniform(-1, 1), start, end)

    rulings = []
    for row, column, height, width in spans:
        x0, x1, y0, y1 = xs[column], xs[column + width], ys[row], ys[row + height]
        sides = [("h", y0, x0, x1), ("v", x0, y0, y1)]
        if row + height == len(ys) - 1 or rng.random() < 0.3:
            sides.append(("h", y1, x0, x1))
        if column + width == len(xs) - 1 or rng.random() < 0.3:
            sides.append(("v", x1, y0, y1))
        for axis, position, start, end in sides:
            if end - start > 5 * UNIT and rng.random() < 0.3:
                middle = (start + end) / 2
                rulings += [
                    piece(axis, position, start, middle),
                    piece(axis, position, middle, end),
                ]
            else:
                rulings.append(piece(axis, position, start, end))
            if rng.random() < 0.2:
                rulings.append(piece(axis, position + 1.5, start, end))
    rng.shuffle(rulings)
    return rulings


def plain(spans: Sequence[Span], xs: Sequence[float], ys: Sequence[float]) -> list[Ruling]:
    rulings = []
    for row, column, height, width in spans:
        x0, x1, y0, y1 = xs[column], xs[column + width], ys[row], ys[row + height]
        rulings += [Ruling("h", y0, x0, x1), Ruling("h", y1, x0, x1)]
        rulings += [Ruling("v", x0, y0, y1), Ruling("v", x1, y0, y1)]
    return rulings


def spans_of(grid: Grid) -> list[Span]:
    return [(c.row, c.column, c.row_span, c.column_span) for c in grid.cells]


def steps(count: int, rng: random.Random, start: float) -> list[float]:
    places = [start]
    for _ in range(count):
        places.append(places[-1] + rng.uniform(1.5, 9) * UNIT)
    return places


@given(rows=st.integers(2, 7), columns=st.integers(2, 7), seed=st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_a_drawn_tiling_is_recovered(rows: int, columns: int, seed: int) -> None:
    rng = random.Random(seed)
    spans = random_tiling(rows, columns, rng)
    xs, ys = steps(columns, rng, 40), steps(rows, rng, 60)
    grids = find_grids(draw(spans, xs, ys, rng), UNIT)
    assert len(grids) == 1
    assert spans_of(grids[0]) == sorted(spans)
    assert not grids[0].irregular
    assert grids[0].xs == pytest.approx(xs, abs=0.3 * UNIT)
    assert grids[0].ys == pytest.approx(ys, abs=0.3 * UNIT)


coordinate = st.floats(0, 300, allow_nan=False)
ruling = st.builds(
    lambda axis, position, a, b: Ruling(axis, position, min(a, b), max(a, b)),
    st.sampled_from(["h", "v"]),
    coordinate,
    coordinate,
    coordinate,
)


@given(st.lists(ruling, max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_rulings_give_grids_whose_cells_tile(rulings: list[Ruling]) -> None:
    for grid in find_grids(rulings, UNIT):  # Grid refuses cells that overlap or leave a place
        assert sum(c.box.area for c in grid.cells) == pytest.approx(grid.box.area)
        assert all(b > a for a, b in zip(grid.xs, grid.xs[1:], strict=False))
        assert all(b > a for a, b in zip(grid.ys, grid.ys[1:], strict=False))


@given(
    rows=st.integers(2, 6),
    columns=st.integers(2, 6),
    seed=st.integers(0, 10**9),
    data=st.data(),
)
@settings(max_examples=100, deadline=None)
def test_a_lost_piece_never_loses_a_place(
    rows: int, columns: int, seed: int, data: st.DataObject
) -> None:
    rng = random.Random(seed)
    spans = random_tiling(rows, columns, rng)
    rulings = plain(spans, steps(columns, rng, 40), steps(rows, rng, 60))
    lost = data.draw(st.integers(0, len(rulings) - 1))
    for grid in find_grids(rulings[:lost] + rulings[lost + 1 :], UNIT):
        assert len(grid.owners) == grid.rows * grid.columns


FULL: list[Span] = [(r, c, 1, 1) for r in range(3) for c in range(3)]
XS, YS = [50.0, 150.0, 250.0, 350.0], [100.0, 140.0, 180.0, 220.0]


def test_tables_side_by_side_and_one_above_the_other_are_apart() -> None:
    right = [x + 320 for x in XS]
    below = [y + 140 for y in YS]
    rulings = plain(FULL, XS, YS) + plain(FULL, right, [y + 2 for y in YS]) + plain(FULL, XS, below)
    assert [grid.box for grid in find_grids(rulings, UNIT)] == [
        BBox(50, 100, 350, 220),
        BBox(370, 102, 670, 222),
        BBox(50, 240, 350, 360),
    ]


def test_a_frame_is_no_table_and_the_table_in_it_is_one() -> None:
    frame = plain([(0, 0, 1, 1)], [20, 400], [60, 700])
    grids = find_grids(frame + plain(FULL, XS, YS), UNIT)
    assert [grid.box for grid in grids] == [BBox(50, 100, 350, 220)]
    close = plain([(0, 0, 1, 1)], [47.5, 352.5], [97.5, 222.5])
    grids = find_grids(close + plain(FULL, XS, YS), UNIT)
    assert [spans_of(grid) for grid in grids] == [FULL]


def test_single_rules_are_no_table() -> None:
    rules = [Ruling("h", y, 80, 520) for y in (120.0, 700.0, 715.0, 730.0)]
    assert find_grids(rules, UNIT) == []
    assert find_grids([*rules, Ruling("v", 300, 100, 740)], UNIT) == []


def without(rulings: list[Ruling], axis: str, position: float) -> list[Ruling]:
    return [r for r in rulings if not (r.axis == axis and r.position == position)]


@pytest.mark.parametrize(
    ("axis", "position", "side"),
    [("h", 100.0, "top"), ("h", 220.0, "bottom"), ("v", 50.0, "left"), ("v", 350.0, "right")],
)
def test_a_side_without_border_is_found_by_what_runs_up_to_it(
    axis: str, position: float, side: str
) -> None:
    (grid,) = find_grids(without(plain(FULL, XS, YS), axis, position), UNIT)
    assert spans_of(grid) == FULL
    assert grid.open_sides == {side}
    assert grid.box == BBox(50, 100, 350, 220)


def test_a_missing_corner_leaves_the_grid_whole() -> None:
    rulings = without(without(plain(FULL, XS, YS), "h", 100.0), "v", 50.0)
    rulings += [Ruling("h", 100, 150, 350), Ruling("v", 50, 140, 220)]
    (grid,) = find_grids(rulings, UNIT)
    assert spans_of(grid) == FULL
    assert grid.open_sides == frozenset()


def test_column_lines_alone_are_a_row_open_above_and_below() -> None:
    (grid,) = find_grids([Ruling("v", x, 80, 700) for x in XS], UNIT)
    assert spans_of(grid) == [(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)]
    assert grid.open_sides == {"top", "bottom"}


def test_an_underline_in_a_cell_is_no_ruling() -> None:
    lines = [Ruling("h", 130, 54, 120), Ruling("h", 170, 170, 230), Ruling("h", 172, 260, 347)]
    (grid,) = find_grids(plain(FULL, XS, YS) + lines, UNIT)
    assert spans_of(grid) == FULL


def test_thick_and_dashed_borders_are_one_line() -> None:
    rulings = without(plain(FULL, XS, YS), "h", 140.0)
    rulings += [Ruling("h", 140, x, x + 6) for x in range(50, 350, 10)]
    rulings += [Ruling("v", 151.5, 100, 220, 3.0), Ruling("v", 148.5, 100, 220, 3.0)]
    (grid,) = find_grids(rulings, UNIT)
    assert spans_of(grid) == FULL
    assert grid.xs[1] == pytest.approx(150)


def test_a_line_that_drifts_over_the_page_is_one() -> None:
    rulings = without(plain(FULL, XS, YS), "h", 140.0)
    rulings += [Ruling("h", 137 + 0.02 * (x - 50), x, x + 50) for x in range(50, 350, 50)]
    (grid,) = find_grids(rulings, UNIT)
    assert spans_of(grid) == FULL


def test_a_region_that_is_no_rectangle_is_cut_along_its_longest_line() -> None:
    rulings = without(plain(FULL, XS, YS), "h", 140.0)
    rulings.append(Ruling("h", 140, 50, 250))
    rulings = without(rulings, "v", 250.0)
    rulings.append(Ruling("v", 250, 140, 220))
    (grid,) = find_grids(rulings, UNIT)
    # The place (0, 1) and the column on the right hang together in the shape of an L.
    odd = [c for c in grid.cells if c.irregular]
    assert [(c.row, c.column, c.row_span, c.column_span) for c in odd] in (
        [(0, 1, 1, 1), (0, 2, 2, 1)],
        [(0, 1, 1, 2), (1, 2, 1, 1)],
    )
    assert grid.irregular


def test_points_are_found_in_cells() -> None:
    (grid,) = find_grids(plain([(0, 0, 2, 1), *FULL[1:3], *FULL[4:]], XS, YS), UNIT)
    assert grid.find(60, 170) == 0
    assert grid.cells[grid.find(340, 210) or 0].box == BBox(250, 180, 350, 220)
    assert grid.find(40, 120) is None
    assert grid.find(60, 230) is None


def test_bad_values_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        find_grids([], 0.0)
    box = BBox(0, 0, 2, 1)
    with pytest.raises(ValueError, match="cover"):
        Grid(box, (0, 1, 2), (0, 1), (GridCell(0, 0, 1, 1, BBox(0, 0, 1, 1)),))
    with pytest.raises(ValueError, match="two cells"):
        Grid(box, (0, 1, 2), (0, 1), (GridCell(0, 0, 1, 2, box), GridCell(0, 1, 1, 1, box)))
