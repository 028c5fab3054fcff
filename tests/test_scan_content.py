"""A whole page through the stage, with an engine for drawn pages, bad engines and odd pictures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pipeline.config import Settings
from pipeline.errors import OcrError
from pipeline.grid import find_grids
from pipeline.model import Code, PageContent, Raster, Severity
from pipeline.ocr.engine import PageLine
from pipeline.scan import find_structure, prepare, raster_to_content, structure_to_pieces
from tests.engines import FixedEngine, GarbageEngine, MiscountingEngine, RaisingEngine, SilentEngine
from tests.scan_engine import DrawnEngine
from tests.scan_pages import (
    SETTINGS,
    SIZE,
    Picture,
    full_stop,
    grid,
    leaning,
    paper,
    prose,
    raster,
    text,
)

XS, YS = (100, 400, 1000, 1500), (200, 300, 500, 700)
PER_CELL = (3, 7, 5)


def page_with_table() -> Picture:
    """A title, a table of three columns and three rows, a page number; commas for what is up."""
    page = paper()
    text(page, 500, 80, 12)
    grid(page, XS, YS)
    for top, bottom in pairwise(YS):
        for left, count in zip(XS[:-1], PER_CELL, strict=True):
            if (left, top) == (100, 300):
                continue  # a blank cell
            for y in range(top + 25, bottom - 50, 60):
                box = text(page, left + 25, y, count)
                full_stop(page, box.x1 + 4, y)
    text(page, 760, 900, 3)
    return page


def read(page: Picture, engine: object, settings: Settings = SETTINGS) -> PageContent:
    return raster_to_content(raster(page), 3, engine, settings, "it is drawn")  # type: ignore[arg-type]


def test_cells_are_read_line_by_line_and_the_rest_as_a_page() -> None:
    engine = DrawnEngine()
    content = read(page_with_table(), engine)
    assert (content.page, content.route, content.reason) == (3, "scan", "it is drawn")
    assert (content.width, content.height) == pytest.approx((1654 * 0.36, 1170 * 0.36))
    assert content.findings == ()
    (table,) = find_grids(content.rulings, SIZE * 0.36)
    assert (table.rows, table.columns) == (3, 3)
    for cell in table.cells:
        inside = [w for w in content.words if cell.box.contains(w.box.x_mid, w.box.y_mid)]
        lines = {0: 1, 1: 3, 2: 3}[cell.row]
        if (cell.row, cell.column) == (1, 0):
            assert inside == []
            continue
        assert [len(w.text) for w in inside] == [PER_CELL[cell.column] + 1] * lines
        assert all(len(w.glyphs) == len(w.text) for w in inside)
    outside = [w for w in content.words if not 72 < w.box.y_mid < 252]
    assert [len(w.text) for w in outside] == [12, 3]
    # Two strips of paper, not the page.
    assert len(engine.pages) == 2
    assert all(picture.shape[0] < 5 * SIZE for picture in engine.pages)


def test_glyphs_lie_where_the_characters_are_drawn() -> None:
    content = read(page_with_table(), DrawnEngine())
    first = min(content.words, key=lambda w: (abs(w.box.top - 225 * 0.36), w.box.x0))
    lefts = [glyph.box.x0 / 0.36 for glyph in first.glyphs[:3]]
    assert lefts == pytest.approx([125 + index * 34 for index in range(3)], abs=2)


@pytest.mark.parametrize("lean", [-3.0, 1.3])
def test_a_leaning_page_reads_the_same(lean: float) -> None:
    content = read(leaning(page_with_table(), lean), DrawnEngine())
    straight = read(page_with_table(), DrawnEngine())
    assert [w.text for w in content.words] == [w.text for w in straight.words]
    (finding,) = content.findings
    assert (finding.code, finding.severity, finding.page) == (Code.PAGE_SKEWED, Severity.INFO, 3)
    assert content.skew == pytest.approx(-lean, abs=0.05)
    for word, other in zip(content.words, straight.words, strict=True):
        assert word.box.x_mid == pytest.approx(other.box.x_mid, abs=2)
        assert word.box.y_mid == pytest.approx(other.box.y_mid, abs=2)


def test_a_page_without_tables_is_read_as_a_page() -> None:
    page = paper()
    prose(page, 200, 200, lines=10)
    engine = DrawnEngine()
    content = read(page, engine)
    assert (content.rulings, len(content.words), len(engine.pages)) == ((), 10, 1)
    assert engine.seen == []


class DownwardsEngine(DrawnEngine):
    """Finds all ink of a picture as one line, printed downwards."""

    def read_page(self, picture: Picture) -> list[PageLine]:
        ink = picture.min(axis=2) < 160
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
        quad = ((left, top), (right, top), (right, bottom), (left, bottom))
        return [PageLine("张林冯栋", 0.99, quad, None)]


def test_a_line_printed_downwards_outside_tables_is_a_word_a_character() -> None:
    page = paper()
    places = [text(page, 800, 200 + at * 50, 1) for at in range(4)]
    words = [w for w in read(page, DownwardsEngine()).words if w.text in "张林冯栋"]
    assert [word.text for word in words] == ["张", "林", "冯", "栋"]
    for word, place in zip(words, places, strict=True):
        assert word.box.top == pytest.approx(place.y0 * 0.36, abs=1)
        assert [glyph.text for glyph in word.glyphs] == [word.text]


def test_red_is_read_outside_tables_and_not_inside() -> None:
    page = page_with_table()
    page[:150, :, 0] = 255  # the title is red
    seal = page[450:650, 600:900]
    seal[..., 1:] = np.where(seal[..., 1:] > 128, 40, seal[..., 1:])
    content = read(page, DrawnEngine())
    plain = read(page_with_table(), DrawnEngine())
    assert [w.text for w in content.words] == [w.text for w in plain.words]


def test_ink_that_is_not_read_is_told() -> None:
    content = read(page_with_table(), SilentEngine())
    told = [f for f in content.findings if f.code is Code.LOW_SCORE]
    assert content.words == ()
    assert len(told) == 18
    assert all(f.severity is Severity.WARNING and f.page == 3 and f.box for f in told)


def test_rulings_that_make_no_table_are_told() -> None:
    page = paper()
    page[300:303, 100:1500] = 0
    page[400:900, 700:703] = 0
    (finding,) = read(page, DrawnEngine()).findings
    assert finding.code is Code.GRID_BROKEN


def test_doubtful_lines_are_looked_at_once_more() -> None:
    engine = DrawnEngine(score=0.4)
    read(page_with_table(), engine)
    assert len(engine.seen) == 2 * 18
    assert engine.seen[18].shape[0] < engine.seen[0].shape[0]


def test_a_table_inside_a_cell_is_read_once() -> None:
    page = paper()
    grid(page, (100, 300, 1500), (100, 250, 1000))
    text(page, 130, 150, 4)
    grid(page, (500, 700, 1000), (500, 600, 800))
    text(page, 530, 530, 4)
    words = read(page, DrawnEngine()).words
    assert sorted((round(w.box.x0 / 0.36), len(w.text)) for w in words) == [(130, 4), (530, 4)]


@pytest.mark.parametrize("engine", [RaisingEngine(), MiscountingEngine()])
def test_an_engine_that_fails_is_an_error(engine: FixedEngine) -> None:
    with pytest.raises(OcrError):
        read(page_with_table(), engine)


def test_more_text_than_a_line_can_hold_is_not_taken_and_told() -> None:
    content = read(page_with_table(), GarbageEngine())
    assert content.words == ()
    told = [f for f in content.findings if f.code is Code.LOW_SCORE]
    assert told
    assert all(finding.severity is Severity.WARNING and finding.box for finding in told)


ODD = {
    "white": np.full((400, 300, 3), 255, np.uint8),
    "black": np.zeros((400, 300, 3), np.uint8),
    "grey": np.full((400, 300, 3), 128, np.uint8),
    "one pixel": np.zeros((1, 1, 3), np.uint8),
    "one row": np.zeros((1, 900, 3), np.uint8),
    "one column": np.full((900, 1, 3), 255, np.uint8),
    "noise": np.random.default_rng(1).integers(0, 256, (600, 500, 3)).astype(np.uint8),
    "specks": np.where(np.random.default_rng(2).random((600, 500, 1)) < 0.02, 0, 255)
    .repeat(3, axis=2)
    .astype(np.uint8),
    "slope": np.linspace(0, 255, 500)[None, :, None].repeat(400, 0).repeat(3, 2).astype(np.uint8),
    "squares": np.kron(np.indices((20, 20)).sum(axis=0) % 2, np.ones((30, 30)))[:, :, None]
    .repeat(3, axis=2)
    .astype(np.uint8)
    * 255,
    "stripes": np.tile(np.array([[[0]], [[255]]], np.uint8), (300, 500, 3)),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("dpi", [30.0, 200.0, 1200.0])
def test_odd_pictures_give_a_page(name: str, dpi: float) -> None:
    content = raster_to_content(Raster(ODD[name], dpi), 1, FixedEngine(), SETTINGS, "")
    assert content.width > 0
    assert content.route == "scan"


def test_steps_can_be_called_one_by_one() -> None:
    prepared = prepare(raster(page_with_table()), None, SETTINGS)
    structure = find_structure(prepared, SETTINGS)
    assert len(structure.grids) == len(structure.tables) == 1
    assert len(structure.rulings) == len(XS) + len(YS)
    assert len(structure_to_pieces(structure, prepared)) == 18
