"""The scan stage with the real engine: a printed line set into the cells of a drawn table."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from pipeline.config import Settings
from pipeline.errors import ModelsError
from pipeline.model import PageContent, Raster
from pipeline.ocr.check import PRINTED, printed_line
from pipeline.ocr.engine import OcrEngine
from pipeline.scan import raster_to_content, sheet_to_contents
from tests.scan_pages import DPI, Picture, grid, leaning, paper, raster
from tests.scanlab.lens import curl, perspective
from tests.scanlab.sheets import Sheet

LINE = 32  # pixels a character, from x = 8


def printed(count: int, start: int = 0) -> Picture:
    line = printed_line()
    return line[:, 8 + LINE * start : 8 + LINE * (start + count)]


def page_of_print() -> Picture:
    """Two cells with lines, one with two names stacked side by side."""
    page = paper(1200, 800)
    grid(page, (100, 400, 800, 1000), (200, 500))
    for row in range(4):
        put(page, printed(7), 430, 230 + row * 60)
    put(page, printed(3), 130, 300)
    for index in range(6):
        put(page, printed(1, index), 840 + index // 3 * 60, 250 + index % 3 * 60)
    return page


def put(page: Picture, picture: Picture, x: int, y: int) -> None:
    height, width = picture.shape[:2]
    page[y : y + height, x : x + width] = np.minimum(page[y : y + height, x : x + width], picture)


@pytest.fixture(scope="module")
def engine(real_engine: Callable[[], OcrEngine]) -> OcrEngine:
    try:
        engine = real_engine()
        engine.recognise_lines([printed_line()])
    except ModelsError as error:
        pytest.skip(str(error))
    return engine


@pytest.mark.parametrize("lean", [0.0, 2.0])
@pytest.mark.parametrize("scale", [0.75, 1.5])
def test_cells_and_stacks_are_read(
    engine: OcrEngine, settings: Settings, lean: float, scale: float
) -> None:
    page = leaning(page_of_print(), lean) if lean else page_of_print()
    page = np.asarray(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    content = raster_to_content(raster(page), 1, engine, settings, "")
    point = 0.36 * scale
    words = sorted(content.words, key=lambda w: w.box.top)
    lines = [w.text for w in words if 400 * point < w.box.x_mid < 800 * point]
    assert lines == [PRINTED] * 4
    assert [w.text for w in words if w.box.x_mid < 400 * point] == [PRINTED[:3]]
    names = [w for w in words if w.box.x_mid > 800 * point]
    left = [w.text for w in names if w.box.x_mid < 890 * point]
    right = [w.text for w in names if w.box.x_mid >= 890 * point]
    assert ("".join(left), "".join(right)) == (PRINTED[:3], PRINTED[3:6])
    assert min(w.score for w in words) > 0.8


def printed_lines(content: PageContent) -> list[str]:
    """What was read in the middle column, by the share of the table's width."""
    left = min(ruling.start for ruling in content.rulings if ruling.axis == "h")
    right = max(ruling.end for ruling in content.rulings if ruling.axis == "h")
    words = sorted(content.words, key=lambda word: word.box.top)
    return [w.text for w in words if 0.3 < (w.box.x_mid - left) / (right - left) < 0.75]


@pytest.mark.parametrize("fault", [perspective, curl])
def test_a_photographed_page_is_read(
    engine: OcrEngine, settings: Settings, fault: Callable[..., Sheet]
) -> None:
    amount = 0.03 if fault is perspective else 4.0
    photo = fault(Sheet(page_of_print(), DPI), amount, np.random.default_rng(5))
    content = raster_to_content(raster(photo.pixels), 1, engine, settings, "")
    assert next(step for step in content.steps if step.name == "flat").changed
    assert printed_lines(content) == [PRINTED] * 4


def test_two_pages_on_a_sheet_are_read_in_order(engine: OcrEngine, settings: Settings) -> None:
    first, second = page_of_print(), page_of_print()
    second[200:500, 402:798] = 255
    put(second, printed(5), 430, 300)
    sheet = Raster(np.concatenate((first, second), axis=0), 100)
    for lying in (sheet.pixels, np.rot90(sheet.pixels, 2)):
        pages = Raster(np.ascontiguousarray(lying), sheet.dpi)
        contents = sheet_to_contents(pages, 1, engine, settings, "")
        assert [printed_lines(content) for content in contents] == [[PRINTED] * 4, [PRINTED[:5]]]
