"""Lines that dirt on the scanner's glass draws over the sheet are no rulings."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.model import Code
from pipeline.scan import find_structure, prepare, raster_to_content
from pipeline.scan.prepare.orientation import turn
from pipeline.scan.prepare.streaks import clear_streaks, find_streaks
from tests.engines import FixedEngine
from tests.scan_pages import DPI, SETTINGS, Picture, grid, leaning, paper, prose, raster, text

XS, YS = (200, 500, 1000, 1400), (250, 400, 600, 800)


def table() -> Picture:
    page = paper()
    text(page, 400, 170, 20)
    grid(page, XS, YS)
    for x in XS[:-1]:
        for y in YS[:-1]:
            prose(page, x + 15, y + 20, lines=2, count=7)
    return page


def facts(page: Picture) -> tuple[int, int]:
    found = dict(clear_streaks(raster(page)).step.facts)
    return int(found["down"]), int(found["across"])


def cells(page: Picture) -> list[list[float]]:
    (found,) = find_structure(prepare(raster(page), None, SETTINGS), SETTINGS).grids
    boxes = [(cell.box.x0, cell.box.top, cell.box.x1, cell.box.bottom) for cell in found.cells]
    return [[round(side * DPI / 72, -1) for side in box] for box in boxes]


@pytest.mark.parametrize("grey", [0, 110, 200])
@pytest.mark.parametrize("wide", [1, 3])
def test_a_line_from_edge_to_edge_is_no_ruling(grey: int, wide: int) -> None:
    page = table()
    plain = cells(page)
    streaked = page.copy()
    streaked[:, 720 : 720 + wide] = np.minimum(page[:, 720 : 720 + wide], grey)
    assert facts(streaked) == (1, 0)
    assert cells(streaked) == plain
    across = page.copy()
    across[480 : 480 + wide] = np.minimum(page[480 : 480 + wide], grey)
    assert facts(across) == (0, 1)
    assert cells(across) == plain


def test_print_beside_a_streak_stays_and_print_in_a_pale_one_as_well() -> None:
    page = table()
    pale = page.copy()
    pale[:, 720:723] = np.minimum(page[:, 720:723], 170)
    cleared = clear_streaks(raster(pale)).raster.pixels
    assert np.array_equal(cleared < 128, page < 128)
    assert not np.shares_memory(cleared, pale)


def test_a_leaning_page_under_a_straight_streak_reads_as_without_it() -> None:
    page = leaning(table(), 2.0)
    page[:, 800:802] = 30
    prepared = prepare(raster(page), None, SETTINGS)
    assert prepared.streaks == 1
    assert prepared.skew == pytest.approx(-2.0, abs=0.15)
    assert prepared.streaked is not None
    assert prepared.streaked.shape == prepared.grey.shape
    # The streak leans where the page stands straight.
    rows = [np.flatnonzero(prepared.streaked[y]).mean() for y in (100, 1000)]
    assert abs(rows[0] - rows[1]) == pytest.approx(900 * np.tan(np.radians(2)), rel=0.1)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_the_place_of_a_streak_turns_with_the_page(turned: int) -> None:
    page = table()
    page[:, 720:722] = 0
    upright = prepare(raster(page), None, SETTINGS)
    lying = prepare(turn(raster(page), turned), None, SETTINGS)
    assert lying.rotation == 360 - turned
    assert upright.streaked is not None
    assert lying.streaked is not None
    assert np.array_equal(lying.streaked, upright.streaked)


def test_rulings_and_dark_areas_are_no_streaks() -> None:
    page = table()
    assert facts(page) == (0, 0)
    assert clear_streaks(raster(page)).raster.pixels is page
    tall = page.copy()
    tall[60:-60, 720:722] = 0  # as long as the sheet but for its margins
    assert facts(tall) == (0, 0)
    bed = page.copy()
    bed[:, :40] = 20
    bed[:, 700:760] = 60
    assert facts(bed) == (0, 0)


def test_a_table_cut_at_its_edges_keeps_its_rulings() -> None:
    page = paper()
    grid(page, (0, 400, 900, 1400, 1652), (0, 300, 600, 900, 1168))
    for x in (20, 420, 920):
        prose(page, x, 60, lines=3, count=8)
    assert facts(page) == (0, 0)


def test_a_pattern_of_many_lines_is_left_alone() -> None:
    page = table()
    page[:, 150:1500:40] = 120
    assert facts(page) == (0, 0)


def test_a_small_picture_has_none() -> None:
    grey = np.full((60, 60), 255, np.uint8)
    grey[:, 30] = 0
    assert find_streaks(grey, DPI) == []


def test_the_page_tells_of_its_streaks() -> None:
    page = table()
    page[:, 720:722] = 0
    content = raster_to_content(raster(page), 1, FixedEngine(), SETTINGS, "")
    assert Code.PAGE_STREAKED in {finding.code for finding in content.findings}
    assert "streaks" in {step.name for step in content.steps if step.changed}


def test_rulings_of_a_table_that_two_sides_cut_are_no_streaks() -> None:
    page = paper()
    text(page, 400, 100, 20)
    for y in (250, 420, 590, 760, 930):
        page[y : y + 2] = 0
    for x in (300, 700, 1250):
        page[250:930, x : x + 2] = 0
    assert facts(page) == (0, 0)
    assert facts(np.ascontiguousarray(page.transpose(1, 0, 2))) == (0, 0)
    # A table on both sides of a streak, of which one part has no ruling there.
    page = table()
    page[:, 1200:1202] = 0
    assert facts(page) == (1, 0)


def test_the_edge_of_the_paper_hides_no_streak() -> None:
    page = table()
    page[:, 720:722] = 0
    page[:2] = page[:, :2] = 60
    assert facts(page) == (1, 0)
