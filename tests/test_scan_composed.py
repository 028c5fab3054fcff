"""Marks of several parts, told by their ink: ； of a dot over a comma, ‰ of three rings, 一."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from pipeline.ocr.engine import LineReading
from pipeline.scan.composed import LIKELY, SEEN, with_composed
from pipeline.scan.crops import Piece
from pipeline.scan.ink import PixelBox
from pipeline.scan.reading import Look

SIZE, TOP, LEFT = 30, 15, 20
Rivals = tuple[tuple[str, float], ...]
DOT, COMMA = (8, 4, 4), (18, 4, 9)  # first row, width and height in a line
LOW_DOT = (18, 4, 4)


@dataclass(frozen=True)
class Drawn:
    """A line that is drawn letter by letter, and as what it is read."""

    mask: np.ndarray
    look: Look


def draw(
    parts: list[tuple[str, list[tuple[int, int, int]]]],
    rivals: dict[int, Rivals] | None = None,
    others: tuple[str, ...] = (),
) -> Drawn:
    """Letters side by side; each with rectangles (first row, width, height), or a full square."""
    mask = np.zeros((60, 400), np.uint8)
    centres, x = [], LEFT
    for letter, boxes in parts:
        rectangles = boxes or ([(0, 27, SIZE)] if letter.isalnum() else [])
        for row, wide, high in rectangles:
            mask[TOP + row : TOP + row + high, x : x + wide] = 255
        width = max((wide for _, wide, _ in rectangles), default=0)
        centres.append(x + width / 2)
        x += 31 if letter not in "%o0。-" else width + (12 if letter == "-" else 2)
    return finish("".join(letter for letter, _ in parts), mask, centres, rivals or {}, others)


def finish(
    text: str,
    mask: np.ndarray,
    centres: list[float],
    rivals: dict[int, Rivals],
    others: tuple[str, ...],
) -> Drawn:
    columns = np.flatnonzero(mask.any(axis=0))
    box = PixelBox(LEFT, TOP, int(columns[-1]) + 1, TOP + SIZE)
    reading = LineReading(
        text,
        0.99,
        tuple((place - box.x0) / box.width for place in centres),
        (0.99,) * len(text),
        char_rivals=tuple(rivals.get(at, ()) for at in range(len(text))),
    )
    piece = Piece(box, SIZE, (TOP - 5, TOP + SIZE + 5))
    return Drawn(mask, Look(piece, reading, box.x0, box.width, others))


def line(mark: str, boxes: list[tuple[int, int, int]], other: str, p: float) -> Drawn:
    parts = [("亩", []), (mark, boxes), ("恢", [])]
    return draw(parts, {1: ((other, p),)}, (f"亩{other}恢",))


@pytest.mark.parametrize(
    ("mark", "boxes", "other", "p", "meant"),
    [
        ("；", [DOT, COMMA], "，", 0.02, "；"),
        ("；", [COMMA], "，", 0.02, "，"),
        ("；", [(18, 4, 4), (23, 3, 3)], "，", 0.02, "，"),  # thin print broke the comma in two
        ("；", [COMMA], "，", 0.002, "；"),
        ("，", [DOT, COMMA], "；", 0.02, "，"),  # a speck, or what is left of a stamp
        ("；", [(0, 4, 4), COMMA], "，", 0.02, "，"),  # what hangs over the line is no dot of it
        ("：", [DOT, COMMA], "；", 0.001, "；"),
        ("：", [DOT, LOW_DOT], "；", 0.2, "："),
        ("：", [DOT, (18, 4, 5)], "；", 0.02, "；"),
        ("：", [DOT, (18, 4, 5)], "；", 0.001, "："),
    ],
)
def test_the_ink_tells_semicolons(
    mark: str, boxes: list[tuple[int, int, int]], other: str, p: float, meant: str
) -> None:
    drawn = line(mark, boxes, other, p)
    told = with_composed(drawn.look, drawn.mask)
    assert told.reading.text == f"亩{meant}恢"
    if meant == mark:
        assert told is drawn.look
    elif meant == "；":  # shown by the ink, so that the other reading is right as well
        assert told.reading.char_scores == (0.99, SEEN, 0.99)
        assert told.others == ("亩；恢",)
    else:  # told by recognition alone: it stays in doubt
        assert told.reading.lowest == p
        assert told.others == ("亩，恢", "亩；恢")


def test_on_dirty_pages_a_dot_that_the_mask_lost_is_seen_in_the_picture() -> None:
    drawn = line("；", [COMMA], "，", 0.002)
    grey = 255 - drawn.mask
    assert with_composed(drawn.look, drawn.mask, grey).reading.text == "亩，恢"
    grey[TOP + 8 : TOP + 12, LEFT + 31 : LEFT + 35] = 0
    assert with_composed(drawn.look, drawn.mask, grey).reading.text == "亩；恢"
    specked = line("，", [DOT, COMMA], "；", 0.02)
    same = with_composed(specked.look, specked.mask, 255 - specked.mask)
    assert same is specked.look  # a dot over a comma may be a speck there


PERCENT = [(3, 22, 22)]
RING, STOP = [(14, 8, 11)], [(19, 7, 7)]


@pytest.mark.parametrize(
    ("read", "boxes", "rivals", "others", "meant"),
    [
        ("%o", [PERCENT, RING], {}, ("在5%o以",), "‰"),
        ("%0", [PERCENT, RING], {}, ("在5%以",), "‰"),
        ("%。", [PERCENT, RING], {}, (), "‰"),
        ("%。", [PERCENT, STOP], {}, (), "%。"),
        ("%", [PERCENT], {}, (), "%"),
        ("%", [[(3, 29, 22)]], {2: (("‰", 0.0004),)}, (), "%"),  # wide, and no ring is seen
    ],
)
def test_the_ink_tells_per_mille(
    read: str,
    boxes: list[list[tuple[int, int, int]]],
    rivals: dict[int, Rivals],
    others: tuple[str, ...],
    meant: str,
) -> None:
    parts = [("在", []), ("5", [(0, 14, SIZE)])]
    parts += [*zip(read, boxes, strict=True), ("以", [])]
    drawn = draw(parts, rivals, others)
    told = with_composed(drawn.look, drawn.mask)
    assert told.reading.text == f"在5{meant}以"
    assert told.reading.char_scores is not None
    assert len(told.reading.char_scores) == len(told.reading.text)
    if meant == "‰" and others == ("在5%o以",) and len(read) == 2:
        assert told.others == ("在5‰以",)


@pytest.mark.parametrize(
    ("read", "stroke", "room", "meant"),
    [
        ("-", (9, 18), 36, "一"),  # thin print shows a part of it
        ("-", (2, 26), 30, "-"),  # a dash, as far as the ink tells
        ("-", (3, 12), 18, "-"),  # no room for a character
        ("--", (9, 22), 36, "一"),
    ],
)
def test_a_hyphen_with_the_room_of_a_character_is_a_one(
    read: str, stroke: tuple[int, int], room: int, meant: str
) -> None:
    mask = np.zeros((60, 400), np.uint8)
    mask[TOP : TOP + SIZE, LEFT : LEFT + 27] = 255
    start = LEFT + 27
    mask[TOP + 14, start + stroke[0] : start + stroke[1]] = 255
    if len(read) == 2:
        mask[TOP + 14, start + 14 : start + 17] = 0
    mask[TOP : TOP + SIZE, start + room : start + room + 27] = 255
    middle = start + sum(stroke) / 2
    places = [middle] if len(read) == 1 else [start + stroke[0] + 2, start + stroke[1] - 2]
    centres = [LEFT + 13, *places, start + room + 13]
    drawn = finish(f"单{read}目", mask, centres, {}, (f"单{read}目",))
    told = with_composed(drawn.look, mask)
    assert told.reading.text == f"单{meant}目"
    if meant == "一":
        assert told.reading.lowest == LIKELY
        assert told.others == ("单一目",)


def test_stacks_and_readings_without_places_stay() -> None:
    drawn = line("；", [COMMA], "，", 0.02)
    blind = replace(drawn.look, reading=replace(drawn.look.reading, char_centres=None))
    stack = replace(drawn.look, piece=replace(drawn.look.piece, stack=(drawn.look.piece.box,)))
    for look in (blind, stack):
        assert with_composed(look, drawn.mask) is look


def test_the_last_ring_of_per_mille_is_found_in_the_next_character_too() -> None:
    parts = [("在", []), ("5", [(0, 14, SIZE)]), ("%", PERCENT), ("以", [])]
    drawn = draw(parts)
    apart = np.insert(drawn.mask, [LEFT + 31 + 31 + 24] * 11, 0, axis=1)
    ringed = apart.copy()
    ringed[TOP + 14 : TOP + 25, LEFT + 86 : LEFT + 94] = 255
    for mask, meant in ((apart, "在5%以"), (ringed, "在5‰以")):
        box = replace(drawn.look.piece.box, x1=drawn.look.piece.box.x1 + 11)
        places = [LEFT + 13, LEFT + 38, LEFT + 73, LEFT + 105]
        reading = replace(
            drawn.look.reading, char_centres=tuple((x - LEFT) / box.width for x in places)
        )
        look = Look(replace(drawn.look.piece, box=box), reading, box.x0, box.width)
        assert with_composed(look, mask).reading.text == "在5%以"  # so may a 补 begin
        hinted = replace(look, others=("在5%o以",))
        assert with_composed(hinted, mask).reading.text == meant


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("时限|", "时限"),
        ("|时限", "时限"),
        ("时|限", "时|限"),
        ("达到5°", "达到5°"),
        ("办结°", "办结。"),
    ],
)
def test_bars_at_the_ends_are_of_rulings_and_words_have_no_degrees(read: str, meant: str) -> None:
    marks = {"|": [(0, 3, SIZE)], "°": [(18, 7, 7)], "5": [(0, 14, SIZE)]}
    drawn = draw([(letter, marks.get(letter, [])) for letter in read])
    told = with_composed(drawn.look, drawn.mask)
    assert told.reading.text == meant
    assert (told is drawn.look) is (read == meant)


@pytest.mark.parametrize(
    ("first", "high", "off", "meant"),
    [
        (14, 11, 22, "‰"),  # the third ring, apart
        (3, 22, 22, "%"),  # a stroke of the next character
        (14, 11, 16, "%"),  # the second ring of a wide %
    ],
)
def test_a_percent_sign_that_ends_in_a_third_ring_is_per_mille(
    first: int, high: int, off: int, meant: str
) -> None:
    mask = np.zeros((60, 400), np.uint8)
    mask[TOP : TOP + SIZE, LEFT : LEFT + 14] = 255
    sign = LEFT + 16
    mask[TOP + 3 : TOP + 25, sign : sign + off - 2] = 255
    mask[TOP + first : TOP + first + high, sign + off : sign + off + 8] = 255
    mask[TOP : TOP + SIZE, sign + 36 : sign + 63] = 255
    drawn = finish("5%以", mask, [LEFT + 7, sign + 15, sign + 49], {}, ())
    assert with_composed(drawn.look, mask).reading.text == f"5{meant}以"


def test_two_rings_side_by_side_at_the_foot_are_of_per_mille() -> None:
    mask = np.zeros((60, 400), np.uint8)
    mask[TOP : TOP + SIZE, LEFT : LEFT + 14] = 255
    sign = LEFT + 16
    mask[TOP + 3 : TOP + 25, sign : sign + 26] = 255
    mask[TOP + 16 : TOP + 22, sign + 12 : sign + 15] = 0
    mask[TOP : TOP + SIZE, sign + 36 : sign + 63] = 255
    places = [LEFT + 7, sign + 13, sign + 49]
    one = finish("5%以", mask.copy(), places, {}, ())
    mask[TOP + 16 : TOP + 22, sign + 20 : sign + 23] = 0
    two = finish("5%以", mask, places, {}, ())
    assert with_composed(one.look, one.mask).reading.text == "5%以"
    assert with_composed(two.look, two.mask).reading.text == "5‰以"
