"""Marks read where a dirty page has specks are taken out; points of numbers stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.ocr.engine import LineReading
from pipeline.scan.crops import Piece
from pipeline.scan.dirt import without_dirt, without_parting
from pipeline.scan.ink import PixelBox
from pipeline.scan.prepare.noise import DIRTY, DIRTY_EVERYWHERE, drop_specks_alone
from pipeline.scan.reading import Look

SIZE = 30


def look_at(text: str, erased: str = "") -> tuple[Look, np.ndarray]:
    """A line with a square for each character and a dot for each mark, `erased` ones in no mask."""
    mask = np.zeros((60, 40 * (len(text) + 1)), np.uint8)
    centres = []
    for at, letter in enumerate(text):
        x = 20 + 34 * at
        if letter.isalnum():
            mask[15:45, x : x + 27] = 255
        elif letter not in erased:
            mask[40:44, x + 12 : x + 16] = 255
        centres.append(x + 14)
    columns = np.flatnonzero(mask.any(axis=0))
    box = PixelBox(int(columns[0]), 15, int(columns[-1]) + 1, 45)
    shares = tuple((x - box.x0) / box.width for x in centres)
    reading = LineReading(
        text, 0.9, tuple(min(1.0, max(0.0, s)) for s in shares), (0.9,) * len(text)
    )
    return Look(Piece(box, SIZE, (10, 50)), reading, box.x0, box.width), mask


@pytest.mark.parametrize(
    ("text", "erased", "left"),
    [
        ("县农业·农村局", "·", "县农业农村局"),
        ("县农业.农村局", "", "县农业农村局"),
        ("达52%.以上", "%", "达52以上"),
        ("路4.5公里", "", "路4.5公里"),
        ("3.推动", "", "3.推动"),
        ("13.个", "", "13.个"),
        ("点13.个", "", "点13个"),
        ("体“政银企”对", "", "体“政银企”对"),
        ("2025.年", "", "2025年"),
        ("6.月", "", "6月"),
        ("9月3.0日", "", "9月30日"),
        ("8.5天", "", "8.5天"),
        ("6.30日前", "", "6.30日前"),
        ("·", "", "·"),
        ("3.", "", "3"),
    ],
)
def test_what_is_dirt_is_taken_out(text: str, erased: str, left: str) -> None:
    look, mask = look_at(text, erased)
    cleaned = without_dirt(look, mask).reading
    assert cleaned.text == left
    assert cleaned.char_centres is not None
    assert cleaned.char_scores is not None
    assert len(cleaned.char_centres) == len(cleaned.char_scores) == len(left)


def test_a_mark_read_between_characters_side_by_side_is_taken_out() -> None:
    text = "市场监、管局、县行政"
    mask = np.zeros((60, 400), np.uint8)
    centres, x = [], 20.0
    for at, letter in enumerate(text):
        if letter.isalnum():
            mask[15:45, round(x) : round(x) + 27] = 255
            x += 31
        elif at > 4:  # the second mark is printed, with its room
            mask[36:45, round(x) + 2 : round(x) + 10] = 255
            x += 31
        centres.append(x - 18)
    box = PixelBox(20, 15, round(x) - 4, 45)
    shares = tuple((place - box.x0) / box.width for place in centres)
    reading = LineReading(text, 0.9, shares, (0.9,) * len(text))
    look = Look(Piece(box, SIZE, (10, 50)), reading, box.x0, box.width)
    assert without_dirt(look, mask).reading.text == "市场监管局、县行政"


@pytest.mark.parametrize(
    ("text", "beside", "left"),
    [
        ("县农业农村局、县司、", ("", "法局、县商务局"), "县农业农村局、县司"),
        ("：查整治", ("开展拉网式排", ""), "查整治"),
        ("县农业农村局、", ("", "县司法局"), "县农业农村局、"),
        ("完善县、乡、", ("", "村三级物流体系"), "完善县、乡、"),
        ("县农业农村局、县司、", ("", ""), "县农业农村局、县司、"),
    ],
)
def test_a_mark_at_the_end_of_a_line_and_inside_a_word_is_taken_out(
    text: str, beside: tuple[str, str], left: str
) -> None:
    look = replace(look_at(text)[0], beside=beside)
    cleaned = without_parting(look)
    assert cleaned.reading.text == left
    assert cleaned.others == (() if left == text else (text,))


def test_a_reading_without_places_stays() -> None:
    look, mask = look_at("县·局")
    blind = Look(look.piece, LineReading("县·局", 0.9), look.left, look.width)
    assert without_dirt(blind, mask) is blind


def page_with_marks() -> np.ndarray:
    """Two rows of print of 20 pixels; a ； and a ： a character away from it."""
    grey = np.full((200, 400), 255, np.uint8)
    for top in (40, 120):
        grey[top : top + 20, 20:200] = 0
        grey[top : top + 20, 240:380] = 0
    grey[47:50, 219:222] = grey[55:61, 219:222] = 0  # ；: a dot over a comma
    grey[127:130, 219:222] = grey[136:139, 219:222] = 0  # ：: two dots
    return grey


@pytest.mark.parametrize("broken", [False, True])
def test_the_dots_of_colons_and_semicolons_stay(broken: bool) -> None:
    grey = page_with_marks()
    if broken:  # thin print breaks the tail of the ；
        grey[58, 219:222] = 255
    cleaned, step = drop_specks_alone(grey, 20.0)
    assert np.array_equal(cleaned, grey)
    assert not step.changed


@pytest.mark.parametrize("place", [(48, 208), (95, 100), (180, 300)])
def test_specks_alone_go(place: tuple[int, int]) -> None:
    grey = page_with_marks()
    if place[0] == 48:  # beside the place of ；, and nothing under it
        grey[40:70, 216:224] = 255
        place = (48, 219)
    grey[place[0] : place[0] + 3, place[1] : place[1] + 3] = 0
    cleaned, step = drop_specks_alone(grey, 20.0)
    assert cleaned[place] == 255
    assert step.changed


def test_a_dark_place_of_a_thin_pale_dash_is_no_speck() -> None:
    grey = page_with_marks()
    grey[90:92, 260:290] = 170
    grey[90:92, 288:290] = 0  # a character away from all other ink
    cleaned, _ = drop_specks_alone(grey, 20.0)
    assert np.array_equal(cleaned, grey)
    grey[80:102, 260:288] = 170  # in a pale patch it is dirt
    cleaned, step = drop_specks_alone(grey, 20.0)
    assert step.changed
    assert cleaned[90, 288] == 255


def test_a_mark_of_a_spaced_out_line_stays_where_no_dirt_lies() -> None:
    grey = np.full((400, 600), 255, np.uint8)
    grey[50:53, 20:40] = 0  # 一
    grey[48:54, 80:86] = 0  # 、: two characters behind it, in the middle of its square
    cleaned, step = drop_specks_alone(grey, 20.0)
    assert np.array_equal(cleaned, grey)
    assert not step.changed
    grey[200:206, 300:306] = 0  # the same with nothing beside it
    cleaned, _ = drop_specks_alone(grey, 20.0)
    assert (cleaned[200:206, 300:306] == 255).all()
    assert (cleaned[48:54, 80:86] == 0).all()
    for x in range(300, 600, 40):
        for y in (110, 150, 250, 290, 330, 370):
            grey[y : y + 3, x : x + 3] = 0
    cleaned, _ = drop_specks_alone(grey, 20.0)
    assert (cleaned[48:54, 80:86] == 255).all()


def test_a_full_stop_behind_a_closing_quote_is_no_dirt() -> None:
    grey = page_with_marks()
    grey[40:44, 204:208] = grey[40:44, 210:214] = 0  # ”
    grey[54:60, 228:234] = 0  # 。: farther from the characters than a mark stands
    grey[56:58, 230:232] = 255
    grey[40:70, 236:380] = 255
    cleaned, _ = drop_specks_alone(grey, 20.0)
    assert (cleaned[54:56, 228:234] == 0).all()


def spaced_line(gap: int) -> tuple[Look, np.ndarray]:
    """专项债券、衔接资金, whose 、 counts as dirt; `gap` pixels from 券 to 衔."""
    before, after = "专项债券", "衔接资金"
    mask = np.zeros((60, 500), np.uint8)
    starts = [20 + 34 * at for at in range(4)]
    starts += [starts[-1] + 27 + gap + 34 * at for at in range(4)]
    for x in starts:
        mask[15:45, x : x + 27] = 255
    box = PixelBox(20, 15, starts[-1] + 27, 45)
    middles = [x + 13.5 for x in starts]
    middles.insert(4, starts[3] + 27 + gap / 2)
    shares = tuple((x - box.x0) / box.width for x in middles)
    reading = LineReading(f"{before}、{after}", 0.9, shares, (0.9,) * 9)
    return Look(Piece(box, SIZE, (10, 50)), reading, box.x0, box.width), mask


@pytest.mark.parametrize(("gap", "left"), [(34, "专项债券、衔接资金"), (7, "专项债券衔接资金")])
def test_a_mark_with_the_room_of_one_is_no_dirt(gap: int, left: str) -> None:
    look, mask = spaced_line(gap)
    assert without_dirt(look, mask).reading.text == left


@pytest.mark.parametrize(
    ("top", "right", "stays"), [(57, 220, True), (48, 220, False), (57, 380, False)]
)
def test_a_small_comma_between_two_words_stays(top: int, right: int, stays: bool) -> None:
    grey = np.full((400, 600), 255, np.uint8)
    grey[40:60, 20:180] = grey[40:60, right:580] = 0
    grey[top : top + 3, 199:202] = 0  # at the foot of its line, as far from both as a mark stands
    cleaned, _ = drop_specks_alone(grey, 20.0)
    assert bool((cleaned[top : top + 3, 199:202] == 0).all()) is stays


@pytest.mark.parametrize(("spread", "dirty"), [(True, True), (False, False)])
def test_a_page_is_dirty_where_specks_lie_everywhere(spread: bool, dirty: bool) -> None:
    grey = np.full((1000, 1000), 255, np.uint8)
    for at in range(36):
        row, column = divmod(at, 6)
        step, start = (160, 60) if spread else (30, 780)  # crumbs of a note in the margin
        y, x = start + step * row, start + step * column
        grey[y : y + 3, x : x + 3] = 0
    _, step_ = drop_specks_alone(grey, 20.0)
    facts = dict(step_.facts)
    assert facts["specks"] == 36
    assert facts["per_100_characters"] < DIRTY
    assert (facts["everywhere"] > DIRTY_EVERYWHERE) is dirty
