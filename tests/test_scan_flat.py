"""Slant and bend: found from a page's own lines, taken out, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from pipeline.scan import find_structure, prepare
from pipeline.scan.ink import Mask, character_height, ink_mask
from pipeline.scan.prepare import Prepared
from pipeline.scan.prepare.bend import lines_to_bend
from pipeline.scan.prepare.flat import find_flat
from pipeline.scan.prepare.slant import Floats, Lines, apply_slant, lines_to_slant
from pipeline.scan.prepare.trace import trace_rulings
from tests.scan_pages import DPI, SETTINGS, Picture, grid, leaning, paper, prose, raster, text
from tests.scanlab.lens import curl, perspective
from tests.scanlab.sheets import Sheet

COLUMNS = (150, 330, 900, 1260, 1500)
ROWS = (150, 330, 560, 700, 1000)


def table() -> Picture:
    page = paper()
    for row in ROWS[:-1]:
        for left, right in pairwise(COLUMNS):
            text(page, left + 30, row + 60, (right - left - 60) // 34)
    grid(page, COLUMNS, ROWS)
    return page


def letter() -> Picture:
    page = paper()
    prose(page, 200, 200, lines=14, count=36)
    return page


def photographed(page: Picture, fault: str, seed: int) -> Picture:
    random = np.random.default_rng(seed)
    sheet = Sheet(page, DPI)
    if "slant" in fault:
        sheet = perspective(sheet, 0.03, random)
    if "curl" in fault:
        sheet = curl(sheet, 4.0, random)
    return sheet.pixels


def flat_facts(prepared: Prepared) -> dict[str, float | str]:
    return next(dict(step.facts) for step in prepared.steps if step.name == "flat")


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("fault", ["slant", "curl", "slant and curl"])
def test_a_photographed_table_becomes_a_straight_grid(fault: str, seed: int) -> None:
    prepared = prepare(raster(photographed(table(), fault, seed)), None, SETTINGS)
    assert prepared.was_flattened
    facts = flat_facts(prepared)
    assert float(facts["left"]) < 0.03 < float(facts["bent"])
    (found,) = find_structure(prepared, SETTINGS).grids
    assert (len(found.cells), found.irregular) == ((len(ROWS) - 1) * (len(COLUMNS) - 1), False)
    edges = sorted({cell.box.x0 for cell in found.cells} | {found.box.x1})
    assert len(edges) == len(COLUMNS)
    shares = [(x - edges[0]) / (edges[-1] - edges[0]) for x in edges]
    drawn = [(x - COLUMNS[0]) / (COLUMNS[-1] - COLUMNS[0]) for x in COLUMNS]
    assert shares == pytest.approx(drawn, abs=0.005)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_edge_of_the_photographed_sheet_is_no_ruling(seed: int) -> None:
    page = photographed(table(), "slant", seed)
    structure = find_structure(prepare(raster(page), None, SETTINGS), SETTINGS)
    (found,) = structure.grids
    around = found.box.expand(5)
    assert all(
        around.contains(ruling.start, ruling.position)
        if ruling.axis == "h"
        else around.contains(ruling.position, ruling.start)
        for ruling in structure.rulings
    )


def test_lines_of_text_alone_tell_a_bend() -> None:
    prepared = prepare(raster(photographed(letter(), "curl", 1)), None, SETTINGS)
    assert prepared.was_flattened
    assert float(flat_facts(prepared)["left"]) < 0.2


@pytest.mark.parametrize("lean", [0.0, 0.1, -1.5, 4.0])
@pytest.mark.parametrize("draw", [table, letter])
def test_a_page_that_lies_flat_is_not_touched(draw: object, lean: float) -> None:
    page = leaning(draw(), lean)  # type: ignore[operator]
    prepared = prepare(raster(page), None, SETTINGS)
    assert not prepared.was_flattened
    assert not prepared.stays_bent
    if not prepared.skew:
        assert prepared.raster.pixels is page


def test_what_no_smooth_sheet_explains_is_left_and_said() -> None:
    page = paper()
    for row in range(8):
        # Rulings that wave each in its own way.
        x = np.arange(150, 1500)
        y = 150 + 100 * row + 8 * np.sin(x / 60 + 2.1 * row * row)
        points = np.stack((x, y), axis=1).round().astype(np.int32)
        cv2.polylines(page, [points], False, (0, 0, 0), 2)
    prepared = prepare(raster(page), None, SETTINGS)
    assert prepared.stays_bent
    assert prepared.raster.pixels is page


def test_a_dark_ground_still_reaches_the_edge_of_the_straightened_page() -> None:
    page = table()
    page[:, :60] = 70
    prepared = prepare(raster(leaning(page, 2.0)), None, SETTINGS)
    solids = next(step for step in prepared.steps if step.name == "solids")
    assert solids.changed
    assert prepared.grey[100:-100, :30].min() > 200


def crossed(slant: Floats) -> Lines:
    """Seven level and seven upright lines as the inverse of `slant` shows them."""
    places, along = np.linspace(-0.6, 0.7, 7), np.linspace(-0.6, 0.7, 60)
    level = [np.stack((along, np.full(60, place)), axis=1) for place in places]
    upright = [line[:, ::-1] for line in level]
    points = apply_slant(np.linalg.inv(slant), np.concatenate((*level, *upright)))
    line = np.repeat(np.arange(14), 60)
    return Lines(points, line, line < 7, np.ones(len(points)))


@pytest.mark.parametrize("strength", [1.0, 5.0])
def test_the_slant_is_that_of_the_lines(strength: float) -> None:
    slant = np.eye(3) + strength * np.array(((0, 0.004, 0), (-0.003, 0, 0), (0.012, -0.008, 0)))
    assert lines_to_slant(crossed(slant)) == pytest.approx(slant, abs=2e-4 * strength)


def test_one_crooked_line_among_many_bends_nothing() -> None:
    lines = crossed(np.eye(3))
    lines.points[3 * 60 : 4 * 60, 1] += 0.05 * np.square(lines.points[3 * 60 : 4 * 60, 0])
    assert lines_to_slant(lines) == pytest.approx(np.eye(3), abs=5e-3)
    shift = lines_to_bend(lines).shift(lines.points[: 2 * 60])
    assert np.abs(shift).max() < 2e-3


def test_a_bend_is_found_and_moves_no_line_as_a_whole() -> None:
    lines = crossed(np.eye(3))
    bent = lines.points.copy()
    bent[:, 1] += 0.03 * np.exp(-np.square((lines.points[:, 0] - 0.7) / 0.3))
    found = Lines(bent, lines.line, lines.level, lines.weight)
    moved = bent + lines_to_bend(found).shift(bent)
    assert np.abs(lines.off_mean(lines.across(moved), lines.weight)).max() < 1e-3
    middles = np.bincount(lines.line, lines.across(moved))
    assert middles / 60 == pytest.approx(np.bincount(lines.line, lines.across(bent)) / 60, abs=2e-3)


def test_the_way_back_is_the_way_there() -> None:
    mask: Mask = ink_mask(photographed(table(), "slant and curl", 3)[:, :, 0], 100)
    unit = character_height(mask, DPI)
    flat, _ = find_flat(mask, unit, 0.3, trace_rulings(mask, unit))
    assert flat is not None
    height, width = mask.shape
    pixels = np.random.default_rng(0).uniform((0, 0), (width, height), (200, 2))
    assert flat.backward(flat.forward(pixels)) == pytest.approx(pixels, abs=0.02)


@pytest.mark.parametrize("unit", [20.0, 33.0, 50.0, 62.0])
@pytest.mark.parametrize("slope", [0.0, 0.005, 0.02])
def test_thin_rulings_are_traced_at_each_size(unit: float, slope: float) -> None:
    mask = np.zeros((400, 1500), np.uint8)
    for row in (60, 121, 182, 243):
        cv2.line(mask, (50, row), (1450, round(row + 1400 * slope)), (255,), 2)
    traces = [trace for trace in trace_rulings(mask, unit) if trace.axis == "h"]
    assert sum(trace.length for trace in traces) >= 0.9 * 4 * 1400
    assert np.median([trace.slope for trace in traces]) == pytest.approx(slope, abs=0.001)
