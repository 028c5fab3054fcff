"""Which way up, how straight, without red: the page before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from pipeline.ocr.engine import LineReading, Orientation
from pipeline.scan import find_structure, prepare
from pipeline.scan.ink import character_height, ink_level, ink_mask, runs
from pipeline.scan.prepare.lie import ink_to_lie
from pipeline.scan.prepare.orientation import turn, turn_upright
from pipeline.scan.prepare.sheet import limit_size
from pipeline.scan.rulings import ink_to_strokes, ruling_mask
from tests.engines import FixedEngine
from tests.scan_pages import SETTINGS, Picture, character, grid, leaning, paper, prose, raster, text


def letter() -> Picture:
    page = paper()
    prose(page, 200, 200, lines=14, count=36)
    return page


def table() -> Picture:
    page = letter()
    grid(page, (150, 900, 1500), (150, 700, 1000))
    return page


@pytest.mark.parametrize("size", [16, 24, 40, 60])
def test_the_character_height_is_that_of_the_characters(size: int) -> None:
    page = paper()
    prose(page, 100, 100, lines=5, count=18, size=size)
    assert character_height(ink_mask(page[:, :, 0], 128), 200) == pytest.approx(size, rel=0.1)


def test_an_upright_page_is_left_as_it_is_and_the_engine_not_asked() -> None:
    engine = FixedEngine()
    page = table()
    prepared = prepare(raster(page), engine, SETTINGS)
    assert (prepared.rotation, prepared.skew) == (0, 0.0)
    assert prepared.raster.pixels is page
    assert engine.calls == []


@pytest.mark.parametrize("turned", [90, 180, 270])
@pytest.mark.parametrize("draw", [letter, table])
def test_a_turned_page_is_turned_back(turned: int, draw: object) -> None:
    page = draw()  # type: ignore[operator]
    scanned = turn(raster(page), turned)
    prepared = prepare(scanned, None, SETTINGS)
    assert prepared.rotation == 360 - turned
    assert np.array_equal(prepared.raster.pixels, page)


def test_the_engine_is_believed_where_the_ink_cannot_tell_head_from_foot() -> None:
    page = paper()
    for line in range(14):
        text(page, 200, 200 + 51 * line, 36)
    for lies in (90, 270):
        engine = FixedEngine(turned=Orientation(lies, 0.97))
        prepared = prepare(turn(raster(page), 90), engine, SETTINGS)
        assert prepared.rotation == 360 - lies
        assert engine.calls == ["orientation"]


def test_on_little_text_the_engine_is_not_believed_alone() -> None:
    page = paper()
    text(page, 200, 200, 7)
    prepared = prepare(raster(page), FixedEngine(turned=Orientation(180, 0.9)), SETTINGS)
    # What reads the same both ways tells nothing.
    assert prepared.turn_is_doubtful


def heavy_feet() -> Picture:
    """Lines without commas, their characters black at the foot."""
    page = paper()
    for y in (200, 260):
        for x in range(200, 700, 33):
            character(page, x, y)
            page[y + 18 : y + 30, x : x + 30] = 0
    return page


class UprightReader(FixedEngine):
    """Reads lines of `heavy_feet` well where they stand upright."""

    def recognise_lines(self, pictures: Sequence[Picture]) -> list[LineReading]:
        self.calls.append("lines")
        ink = [255 - picture[:, :, 0].astype(float) for picture in pictures]
        halves = [(line[: len(line) // 2].sum(), line[len(line) // 2 :].sum()) for line in ink]
        feet = [below > 1.2 * above for above, below in halves]  # lying ones are alike
        return [LineReading("读" * 8, 0.95 if foot else 0.55) for foot in feet]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_where_ink_and_model_differ_a_sample_of_lines_is_read_both_ways(turned: int) -> None:
    page = heavy_feet()
    engine = UprightReader(turned=Orientation(0, 0.5))
    raster_, step = turn_upright(turn(raster(page), turned), engine)
    assert np.array_equal(raster_.pixels, page)
    assert "lines" in engine.calls
    assert dict(step.facts)["witness"] == "reading"
    assert "doubtful" not in dict(step.facts)


class StackReader(FixedEngine):
    """Reads what `heavy_feet` draws where it stands upright, and lines lying anticlockwise."""

    def recognise_lines(self, pictures: Sequence[Picture]) -> list[LineReading]:
        self.calls.append("lines")
        return [LineReading("读" * 8, 0.95 if self._reads(p) else 0.55) for p in pictures]

    def _reads(self, picture: Picture) -> bool:
        ink = 255 - picture[:, :, 0].astype(float)
        below = ink[len(ink) // 2 :].sum() > 1.2 * ink[: len(ink) // 2].sum()
        # Of characters that lie so, the feet are at the right.
        found = [ink[:, a:b] for a, b in runs(ink.any(axis=0))]
        right = [one[:, one.shape[1] // 2 :].sum() > 1.2 * one.sum() / 2 for one in found]
        return bool(below or 2 * sum(right) > len(found))


def test_a_stack_that_reads_well_lying_is_set_upright_where_its_characters_read_alone() -> None:
    page = paper()
    for y in range(150, 850, 40):
        character(page, 800, y)
        page[y + 18 : y + 30, 800:830] = 0
    engine = StackReader(turned=Orientation(0, 0.5))
    _, step = turn_upright(raster(page), engine)
    assert dict(step.facts)["degrees"] == 0


def test_an_orientation_that_no_witness_can_tell_is_recorded_as_doubtful() -> None:
    page = paper()
    prose(page, 200, 200, lines=2, count=12)
    engine = FixedEngine(turned=Orientation(180, 0.4))
    _, step = turn_upright(raster(page), engine)
    assert dict(step.facts)["doubtful"] == 1


# Of characters drawn on pixels the text of a page tells less than print does.
@pytest.mark.parametrize(("draw", "left"), [(letter, 0.06), (table, 0.02)])
@budget(deadline=None, max_examples=6)
@given(lean=st.floats(-4.9, 4.9))
@example(lean=0.25)
@example(lean=-0.4)
@example(lean=1.5)
@example(lean=5.0)
@example(lean=-5.0)
def test_skew_is_taken_out(draw: Callable[[], Picture], left: float, lean: float) -> None:
    prepared = prepare(raster(leaning(draw(), lean)), None, SETTINGS)
    # Less than two pixels over the page are left alone.
    assert prepared.skew == pytest.approx(-lean, abs=left if prepared.skew else 0.07 + left)
    assert prepared.rotation == 0


def test_ink_in_the_corners_is_kept_when_a_page_is_made_straight() -> None:
    page = table()
    page[:20, :20] = 0
    dark = int((page[:, :, 0] < 128).sum())
    prepared = prepare(raster(leaning(page, 0.0)), None, SETTINGS)
    assert int((prepared.raster.pixels[:, :, 0] < 128).sum()) == dark
    leant = leaning(table(), 3.0)
    leant[:20, :20] = 0
    turned = prepare(raster(leant), None, SETTINGS).raster.pixels
    assert turned.size > leant.size
    assert (turned[:, :, 0] < 128).sum() == pytest.approx((leant[:, :, 0] < 128).sum(), rel=0.03)


def test_red_ink_vanishes_and_black_under_it_stays() -> None:
    page = table()
    before = prepare(raster(page.copy()), None, SETTINGS).grey
    seal = page[400:800, 400:800]
    seal[..., 1:] = np.where(seal[..., 1:] > 128, 30, seal[..., 1:])
    prepared = prepare(raster(page), None, SETTINGS)
    assert np.array_equal(prepared.grey, before)
    assert (prepared.raster.pixels[450, 450] == page[450, 450]).all()


def test_a_shadowed_page_is_evened() -> None:
    page = table()
    shadow = np.linspace(1.0, 0.6, page.shape[1])[None, :, None]
    grey = prepare(raster((page * shadow).astype(np.uint8)), None, SETTINGS).grey
    clean = page[:, :, 0]
    assert grey[clean == 255].mean() > 245
    assert grey[clean == 0].mean() < 20


def test_a_picture_too_large_is_made_smaller_and_keeps_its_size_in_points() -> None:
    big = raster(paper(900, 600))
    small = limit_size(big, 300)
    assert small.pixels.shape == (200, 300, 3)
    assert small.pixels.shape[1] * small.points_per_pixel == pytest.approx(
        900 * big.points_per_pixel
    )


def test_an_engine_that_contradicts_the_ink_is_not_believed() -> None:
    page = letter()
    for lies, score in ((90, 0.99), (0, 0.4)):
        engine = FixedEngine(turned=Orientation(lies, score))
        assert prepare(turn(raster(page), 180), engine, SETTINGS).rotation == 180


def test_nobody_is_asked_about_a_blank_page() -> None:
    engine = FixedEngine(turned=Orientation(180, 1.0))
    assert prepare(raster(paper()), engine, SETTINGS).rotation == 0
    assert engine.calls == []


def dirty_page() -> Picture:
    """Two lines of text between rulings, and specks: alone, on a ruling, and beside print."""
    page = paper(900, 700)
    for y in (100, 400):
        page[y : y + 2, 50:850] = 0
    text(page, 100, 200, 6)
    text(page, 100, 250, 6)
    for at, x in enumerate(range(420, 840, 27)):
        for y in range(130 + 7 * (at % 3), 390, 27):
            cv2.circle(page, (x, y), 2, (0, 0, 0), -1)
    return page


def test_specks_go_and_marks_stay() -> None:
    page = dirty_page()
    cv2.circle(page, (300, 103), 3, (0, 0, 0), -1)  # on the ruling
    page[224:230, 296:300] = 0  # a point at the foot of the line
    prepared = prepare(raster(page), None, SETTINGS)
    assert prepared.is_dirty
    structure = find_structure(prepared, SETTINGS)
    assert not structure.text[:, 420:].any()
    assert not structure.text[90:115].any()
    assert structure.text[224:230, 296:300].any()


def test_dots_in_a_row_are_no_dirt() -> None:
    page = paper(900, 700)
    text(page, 100, 200, 6)
    for x in range(420, 600, 12):
        page[300:304, x : x + 4] = 0
        page[x - 100 : x - 96, 700:704] = 0
    prepared = prepare(raster(page), None, SETTINGS)
    assert (prepared.grey[300:304, 420:424] < 128).all()
    assert (prepared.grey[320:324, 700:704] < 128).all()


@pytest.mark.parametrize("grey", [190, 215])
def test_large_grey_letters_are_no_print(grey: int) -> None:
    """A watermark holds more ink than the print of many a page."""
    page = paper(900, 700)
    for x in range(100, 800, 180):
        page[100:600, x : x + 40] = grey
        page[300:340, x : x + 150] = grey
    text(page, 120, 200, 12)
    prepared = prepare(raster(page), None, SETTINGS)
    mask = prepared.grey < 128
    assert mask[195:240].any()
    assert not mask[320:600].any()


def test_a_few_lines_of_black_print_show_that_the_back_page_is_none() -> None:
    page = paper(900, 700)
    for y in range(200, 600, 50):
        text(page, 100, y, 20)
    page[:] = 255 - (255 - page) // 4
    text(page, 100, 100, 10)
    prepared = prepare(raster(page), None, SETTINGS)
    assert (prepared.grey < 128)[90:140].any()
    assert not (prepared.grey < 128)[190:].any()


def test_print_that_is_faint_all_over_is_darkened() -> None:
    page = paper(900, 700)
    for y in range(200, 600, 50):
        text(page, 100, y, 20)
    page[:] = 255 - (255 - page) // 4
    prepared = prepare(raster(page), None, SETTINGS)
    assert (prepared.grey < 128)[190:600].any()


def test_stacks_that_read_well_lying_do_not_turn_the_page() -> None:
    """Names printed downwards read well turned anticlockwise, and lines across upright."""
    page = paper(1000, 1400)
    for row in range(4):
        text(page, 150, 200 + 60 * row, 5)
    for column in range(3):
        for row in range(9):
            character(page, 400 + 60 * column, 200 + 36 * row)

    class Lying(FixedEngine):
        def recognise_lines(
            self, pictures: Sequence[Picture], careful: bool = False
        ) -> list[LineReading]:
            # Sideways the stacks are its longest lines, of nine characters.
            longest = max(picture.shape[1] / picture.shape[0] for picture in pictures)
            self.calls.append("lying" if longest > 7 else "upright")
            score = {1: 0.62, 2: 0.5, 3: 0.5, 4: 0.97}[len(self.calls) - 1]
            return [LineReading("读" * 6, score) for _ in pictures]

    engine = Lying(turned=Orientation(0, 0.5))
    _, step = turn_upright(raster(page), engine)
    assert engine.calls[1:] == ["upright", "lying", "upright", "lying"]
    assert dict(step.facts)["degrees"] == 0
    assert dict(step.facts)["witness"] == "reading"


def stamped(worn: bool) -> Picture:
    """A blue frame with small words in its middle, over two lines of black text."""
    page = paper(900, 700)
    text(page, 100, 250, 20)
    text(page, 100, 300, 20)
    blue = np.array((40, 70, 200), np.uint8)
    ink = np.zeros(page.shape[:2], bool)
    frame = np.zeros(page.shape[:2], np.uint8)
    cv2.rectangle(frame, (200, 200), (600, 400), 255, 4)
    cv2.rectangle(frame, (300, 345), (320, 365), 255, 4)
    cv2.rectangle(frame, (340, 345), (360, 365), 255, 4)
    ink |= frame > 0
    page[ink] = np.minimum(page[ink], blue)
    if worn:  # places where half of the ink is gone
        for x in range(190, 620, 20):
            strip = ink[:, x : x + 10]
            part = page[:, x : x + 10]
            part[strip & (part[:, :, 2] > 100)] = (155, 170, 228)
        for y in range(190, 420, 20):
            strip = ink[y : y + 10]
            part = page[y : y + 10]
            part[strip & (part[:, :, 2] > 100)] = (155, 170, 228)
    return page


@pytest.mark.parametrize("worn", [False, True])
def test_a_stamp_goes_with_its_words_also_where_it_is_worn(worn: bool) -> None:
    prepared = prepare(raster(stamped(worn)), None, SETTINGS)
    dark = prepared.grey < 128
    assert dark[255:275].any()
    assert not dark[340:420].any()
    assert not dark[190:240].any()


@pytest.mark.parametrize("fill", [(244, 207, 205), (182, 217, 160)])
def test_a_pale_stamp_goes_from_filled_cells_as_from_paper(fill: tuple[int, int, int]) -> None:
    page = paper(900, 700)
    text(page, 100, 250, 20)
    cv2.rectangle(page, (200, 200), (600, 400), (155, 170, 228), 4)
    page[180:320, 80:] = (page[180:320, 80:].astype(float) * np.array(fill) / 255).astype(np.uint8)
    prepared = prepare(raster(page), None, SETTINGS)
    assert (prepared.grey[250:280] < 60).any()
    assert not (prepared.grey[170:245] < 235).any()
    assert not (prepared.grey[300:420] < 235).any()


def test_print_on_a_deep_fill_keeps_its_blackness_when_jpeg_spreads_the_colour() -> None:
    page = paper(900, 700)
    for y in (250, 290, 330):
        text(page, 100, y, 20)
    page = cv2.GaussianBlur(page, (0, 0), 0.6)
    plain = prepare(raster(page), None, SETTINGS).grey
    filled = (page * (np.array((255, 222, 127)) / 255)).astype(np.uint8)
    code = cv2.imencode(".jpg", filled[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
    coded = cv2.imdecode(code, cv2.IMREAD_COLOR)[:, :, ::-1].copy()
    prepared = prepare(raster(coded), None, SETTINGS)
    off = np.abs(prepared.grey.astype(int) - plain)
    assert np.percentile(off[plain < 60], 99) < 60


def test_thin_dashes_are_no_ghosts() -> None:
    page = paper(900, 700)
    text(page, 100, 200, 20)
    for x in range(100, 800, 60):
        cv2.circle(page, (x, 500), 25, (215, 215, 215), 6)
    page[315:317, 400:428] = 160
    prepared = prepare(raster(page), None, SETTINGS)
    assert (prepared.grey[315:317, 405:423] < 200).all()
    assert not (prepared.grey[460:540] < 200).any()


def test_print_that_fades_over_the_page_is_no_ghost() -> None:
    page = paper(900, 700)
    for y in range(100, 650, 40):
        text(page, 60, y, 24)
    fade = np.linspace(1.0, 0.25, 900)[None, :, None]
    page[:] = (255 - (255 - page) * fade).astype(np.uint8)
    prepared = prepare(raster(page), None, SETTINGS)
    ink = (prepared.grey < 128)[90:660]
    assert ink[:, 60:300].any()
    assert ink[:, 600:780].any()


def test_print_that_is_paler_in_one_place_is_brought_to_the_rest() -> None:
    """As pale as a fifth of the page's print, and print all the same."""
    page = paper(1200, 900)
    for y in range(150, 800, 50):
        text(page, 100, y, 26)
    fade = 1.0 - 0.78 * np.exp(-(((np.arange(1200) - 300) / 250.0) ** 2))
    page[:] = (255 - (255 - page) * fade[None, :, None]).astype(np.uint8)
    prepared = prepare(raster(page), None, SETTINGS)
    (contrast,) = (step for step in prepared.steps if step.name == "contrast")
    assert dict(contrast.facts).keys() == {"fades"}
    ink = prepared.grey < ink_level(prepared.grey)
    assert ink[:, 270:330].sum() > 0.6 * ink[:, 870:930].sum()


@pytest.mark.parametrize("fill", [160, 195, 220])
def test_a_grey_fill_across_rulings_on_a_page_of_uneven_print_becomes_paper(fill: int) -> None:
    """Marked text of a grey scan: as faint print it would be blackened, rulings and all."""
    page = paper(1200, 900)
    grid(page, (90, 500, 1100), (140, 340, 540, 840))
    for y in range(150, 800, 50):
        text(page, 100, y, 10)
        text(page, 520, y, 15)
    fade = 1.0 - 0.78 * np.exp(-(((np.arange(1200) - 300) / 250.0) ** 2))
    page[:] = (255 - (255 - page) * fade[None, :, None]).astype(np.uint8)
    page[320:385, 700:1150] = page[320:385, 700:1150].astype(np.uint16) * fill // 255
    prepared = prepare(raster(page), None, SETTINGS)
    (contrast,) = (step for step in prepared.steps if step.name == "contrast")
    assert {"filled", "fades"} == dict(contrast.facts).keys()
    assert (prepared.grey[322:383, 1110:1148] > 230).all()
    assert (prepared.grey[340:342, 720:1090] < 100).all()
    mask = ruling_mask(prepared.grey, ink_level(prepared.grey))
    strokes = ink_to_strokes(mask, prepared.unit)
    assert sum(stroke.axis == "h" for stroke in strokes) == 4


def test_a_deep_shadow_at_the_edge_is_no_bed() -> None:
    """Darker than the bed may be, and without an edge: the text in it stays."""
    page = paper(1200, 900)
    for y in range(40, 860, 50):
        text(page, 100, y, 30)
    shade = 1.0 - 0.66 * np.exp(-((np.arange(900) / 320.0) ** 2))
    page[:] = (page * shade[:, None, None]).astype(np.uint8)
    assert page[5, 5, 0] < 100
    prepared = prepare(raster(page), None, SETTINGS)
    (solids,) = (step for step in prepared.steps if step.name == "solids")
    assert not solids.changed
    ink = prepared.grey < ink_level(prepared.grey)
    assert ink[35:75].sum() > 0.8 * ink[785:825].sum()


def quoted_page() -> Picture:
    """Lines of characters with two pairs of “ ” each and one small ， behind the second."""
    page = paper()
    for y in range(150, 850, 60):
        x = 150
        for sign in "字字“字字”字字“字字”，字字字":
            if sign in "“”":
                left = x + (16 if sign == "“" else 2)
                page[y : y + 8, left : left + 4] = page[y : y + 8, left + 7 : left + 11] = 0
            elif sign == "，":
                page[y + 24 : y + 32, x + 2 : x + 7] = 0
            else:
                page[y : y + 30, x : x + 28] = 0
            x += 32
    return page


@pytest.mark.parametrize("overturned", [False, True])
def test_the_strokes_of_quotes_are_no_commas(overturned: bool) -> None:
    page = quoted_page()
    mask = 255 - page[:, :, 0]
    lie = ink_to_lie(np.ascontiguousarray(np.rot90(mask, 2) if overturned else mask), 30.0)
    assert lie.overturned is overturned
    assert lie.sure_of_end
