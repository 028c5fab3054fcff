"""The edge of the paper in a picture is no ruling; the border of a table at the edge is one."""

from __future__ import annotations

from pipeline.scan.edges import without_edges
from pipeline.scan.strokes import Stroke

SHAPE = (1600, 2300)
UNIT = 22.0


def level(y: float, start: int, end: int) -> Stroke:
    return Stroke("h", y, y, start, end, 3)


def upright(x: float, start: int, end: int) -> Stroke:
    return Stroke("v", x, x, start, end, 3)


TABLE = (
    level(200, 300, 2000),
    level(900, 300, 2000),
    upright(300, 200, 1500),
    upright(1100, 200, 1500),
    upright(2000, 200, 1500),
)


def test_the_edge_of_the_paper_is_left_out() -> None:
    edges = (level(1580, 40, 2290), upright(2290, 20, 1580))
    assert without_edges((*TABLE, *edges), SHAPE, UNIT) == TABLE


def test_a_border_on_which_rulings_end_stays() -> None:
    whole = (*TABLE, *(upright(x, 200, 1580) for x in (300, 1100, 2000)), level(1580, 300, 2000))
    assert without_edges(whole, SHAPE, UNIT) == whole


def test_a_short_stroke_at_the_side_stays() -> None:
    note = level(1590, 100, 400)
    assert without_edges((*TABLE, note), SHAPE, UNIT) == (*TABLE, note)
