"""Text that lies on rulings is kept when these are taken out, and nothing of bare rulings is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.scan.ink import ink_level, ink_mask
from pipeline.scan.overprint import overprint
from pipeline.scan.rulings import ink_to_strokes, ruling_mask, strokes_to_mask
from pipeline.scan.strokes import Stroke
from tests.scan_pages import SIZE, Picture, character, grid, leaning, paper

XS, YS = (100, 500, 900), (100, 300, 500, 700)
COMMA = (slice(210, 218), slice(494, 502))  # more than half before the middle of a ruling


def kept(page: Picture) -> Picture:
    """What of the text on the rulings of a page is kept."""
    grey = np.ascontiguousarray(page[:, :, 0])
    level = ink_level(grey)
    ink, strokes = ink_mask(grey, level), ink_to_strokes(ruling_mask(grey, level), SIZE)
    assert {stroke.axis for stroke in strokes} == {"h", "v"}
    return overprint(grey, ink, strokes_to_mask(strokes, ink, SIZE), strokes, SIZE)


def ruled(thickness: int = 2) -> Picture:
    page = paper(1000, 800)
    grid(page, XS, YS, thickness)
    for y in YS[:-1]:
        character(page, 150, y + 60)
    return page


@pytest.mark.parametrize("grey", [0, 90])
def test_a_comma_on_a_ruling_is_kept_whether_that_is_as_black_or_not(grey: int) -> None:
    page = ruled()
    page[page[:, :, 0] == 0] = grey
    page[COMMA] = 0
    found = kept(page)
    # Up to column 496 nothing is taken out; from 500 on the cell beyond begins.
    assert found[COMMA[0], 497:500].all()
    assert not found[COMMA[0], 500:].any()
    assert int((found > 0).sum()) == 3 * 8


def test_the_end_of_a_stroke_that_touches_a_ruling_is_kept() -> None:
    page = ruled()
    page[230:233, 470:500] = 0
    mask = ink_mask(np.ascontiguousarray(page[:, :, 0]), 160)
    gone = strokes_to_mask(ink_to_strokes(mask, SIZE), mask, SIZE)
    lost = int((gone[231, 470:499] > 0).sum())
    assert lost
    assert int((kept(page)[231, 470:499] > 0).sum()) == lost


@pytest.mark.parametrize("thickness", [1, 2, 3, 5])
@pytest.mark.parametrize("degrees", [0.0, 0.15, -0.3])
def test_nothing_of_bare_rulings_is_kept_however_they_step(thickness: int, degrees: float) -> None:
    page = leaning(ruled(thickness), degrees)
    assert not kept(page).any()


def test_a_thicker_stretch_of_a_ruling_is_no_text() -> None:
    page = ruled()
    page[300:500, 498:504] = 0
    assert not kept(page).any()


def test_a_hair_beside_a_ruling_and_crumbs_are_no_text() -> None:
    page = ruled()
    page[520 : 520 + 2 * SIZE, 502] = 0
    page[620:622, 502] = 0
    assert not kept(page).any()


def test_noise_on_a_ruling_is_no_text() -> None:
    page = ruled()
    noise = np.random.default_rng(7).normal(0, 12, page.shape[:2])[:, :, None]
    rough = np.clip(page.astype(float) + 30 + noise - 25, 0, 255).astype(np.uint8)
    assert not kept(cv2.GaussianBlur(rough, (3, 3), 0)).any()


def test_of_a_dotted_ruling_nothing_is_kept() -> None:
    page = ruled()
    for y in range(YS[0] + 4, YS[-1], 12):
        page[y : y + 5, XS[1] - 3 : XS[1] + 4] = 255
    grey = np.ascontiguousarray(page[:, :, 0])
    ink = ink_mask(grey, 160)
    strokes = ink_to_strokes(ink, SIZE)
    dotted = [stroke for stroke in strokes if stroke.dotted]
    assert dotted
    found = overprint(grey, ink, strokes_to_mask(strokes, ink, SIZE), strokes, SIZE)
    for stroke in dotted:
        assert not found[stroke.start : stroke.end, XS[1] - 5 : XS[1] + 6].any()


def test_a_page_without_rulings_gives_nothing() -> None:
    page = paper(400, 300)[:, :, 0].copy()
    empty = np.zeros_like(page)
    assert not overprint(page, empty, empty, [], SIZE).any()


def test_a_ruling_beyond_the_page_gives_nothing() -> None:
    page = paper(600, 300)[:, :, 0].copy()
    ink = np.full_like(page, 255)
    strokes = [Stroke("h", 5, 5, 700, 900, 2), Stroke("v", 900, 900, 10, 290, 2)]
    assert not overprint(page, ink, np.zeros_like(page), strokes, SIZE).any()
