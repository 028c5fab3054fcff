"""Lines that a pen drew into a cell part no cells."""

from __future__ import annotations

import cv2
import pytest

from pipeline.model import Code, Severity
from pipeline.scan import find_structure, prepare, raster_to_content
from tests.engines import FixedEngine
from tests.scan_pages import SETTINGS, Picture, grid, paper, prose, raster

XS, YS = (200, 400, 1000, 1400), (250, 450, 700, 850)


def table() -> Picture:
    page = paper()
    grid(page, XS, YS)
    for x in XS[:-1]:
        for y in YS[:-1]:
            prose(page, x + 20, y + 30, lines=2, count=5)
    return page


def count_cells(page: Picture) -> int:
    (found,) = find_structure(prepare(raster(page), None, SETTINGS), SETTINGS).grids
    return len(found.cells)


@pytest.mark.parametrize(
    ("start", "end"), [((480, 580), (900, 580)), ((700, 490), (700, 660)), ((450, 650), (900, 642))]
)
def test_a_line_that_hangs_free_in_a_cell_parts_nothing_and_is_told(
    start: tuple[int, int], end: tuple[int, int]
) -> None:
    page = table()
    assert count_cells(page) == 9
    cv2.line(page, start, end, (0, 0, 0), 3)
    assert count_cells(page) == 9
    content = raster_to_content(raster(page), 1, FixedEngine(), SETTINGS, "")
    (told,) = [f for f in content.findings if "pen" in f.message]
    assert (told.code, told.severity) == (Code.GRID_BROKEN, Severity.WARNING)
    scale = 72 / 200
    assert told.box is not None
    assert told.box.x0 == pytest.approx(start[0] * scale, abs=2)
    assert told.box.x1 == pytest.approx(end[0] * scale, abs=2)


def test_a_ruling_that_parts_one_cell_alone_ends_on_its_sides() -> None:
    page = table()
    cv2.line(page, (400, 600), (1000, 600), (0, 0, 0), 2)
    assert count_cells(page) == 10


def test_a_broken_ruling_goes_on_in_the_next_column_and_is_none_that_a_pen_drew() -> None:
    page = paper()
    grid(page, XS, YS)
    for x in XS[1:-1]:
        page[440:460, x - 60 : x - 5] = 255
        page[440:460, x + 5 : x + 60] = 255
    page[440:460, XS[0] + 3 : XS[0] + 60] = page[440:460, XS[-1] - 60 : XS[-1] - 3] = 255
    for x in XS[:-1]:
        for y in YS[:-1]:
            prose(page, x + 20, y + 30, lines=2, count=5)
    assert count_cells(page) == 9
    structure = find_structure(prepare(raster(page), None, SETTINGS), SETTINGS)
    assert structure.underlines == ()


def test_the_edges_of_the_paper_make_no_underlines_of_rulings() -> None:
    page = paper()
    for y in YS:
        page[y : y + 2, 200:1400] = 0
    page[:, 12:14] = page[:, -14:-12] = 40
    for x in XS[:-1]:
        for y in YS[:-1]:
            prose(page, x + 20, y + 30, lines=2, count=5)
    structure = find_structure(prepare(raster(page), None, SETTINGS), SETTINGS)
    assert structure.underlines == ()
    assert len(structure.grids) == 1
