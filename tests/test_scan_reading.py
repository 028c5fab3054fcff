"""Lines are looked at again where a character was lost, and said to be doubtful if it stays so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from pipeline.model import Code, Severity
from pipeline.ocr.engine import LineReading
from pipeline.scan.crops import Piece, picture_left, piece_to_picture
from pipeline.scan.ink import Grey, Mask, PixelBox, filled_columns, ink_mask, runs
from pipeline.scan.lost import Losses
from pipeline.scan.reading import (
    _adds_marks,
    look_to_word,
    read_lines,
    unread,
)
from pipeline.scan.stack_reading import read_stacks, stack_to_words
from tests.engines import FixedEngine, GarbageEngine, Picture
from tests.scan_engine import DrawnEngine
from tests.scan_pages import SIZE, paper, text


@dataclass
class LosingEngine(DrawnEngine):
    """Loses the last character of pictures that are `tall` or taller."""

    tall: int = 0
    heights: list[int] = field(default_factory=list)

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        self.heights += [picture.shape[0] for picture in pictures]
        whole = super().recognise_lines(pictures, careful)
        return [
            self._cut(reading) if picture.shape[0] >= self.tall else reading
            for picture, reading in zip(pictures, whole, strict=True)
        ]

    def _cut(self, reading: LineReading) -> LineReading:
        assert reading.char_centres is not None
        return LineReading(reading.text[:-1], reading.score, reading.char_centres[:-1])


def a_line(count: int = 5) -> tuple[Piece, Grey, Mask]:
    page = paper(600, 120)
    box = text(page, 40, 40, count)
    grey = np.ascontiguousarray(page[:, :, 0])
    return Piece(box, SIZE, (30, 90)), grey, ink_mask(grey, 160)


def test_a_lost_character_is_found_with_another_margin() -> None:
    piece, grey, mask = a_line()
    first = DrawnEngine()
    read_lines([piece], grey, Losses(mask), first)
    engine = LosingEngine(tall=first.seen[0].shape[0])
    (look,) = read_lines([piece], grey, Losses(mask), engine)
    assert look.reading.text == "中" * 5
    assert len(engine.heights) == 4  # as it is, set anew, with another margin, with a third
    assert unread([look], Losses(mask), 1.0) == []


def test_ink_that_stays_unread_is_doubted() -> None:
    piece, grey, mask = a_line()
    (look,) = read_lines([piece], grey, Losses(mask), LosingEngine(tall=0))
    assert look.reading.text == "中" * 4
    (finding,) = unread([look], Losses(mask), 1.0)
    assert (finding.code, finding.severity) == (Code.LOW_SCORE, Severity.WARNING)
    assert "中中中中" in finding.message


def test_a_line_read_whole_is_read_once() -> None:
    piece, grey, mask = a_line()
    engine = DrawnEngine()
    read_lines([piece], grey, Losses(mask), engine)
    assert len(engine.seen) == 1


@pytest.mark.parametrize(
    ("before", "after", "most", "adds"),
    [
        ("达到98%5.完", "达到98%。5.完", 1, True),
        ("亩3.每", "亩。。3.每", 1, False),
        ("亩3.每", "亩3.每", 1, False),
        ("万亩；恢复", "万亩；；恢复", 1, False),
        ("责任—落实", "责任——落实", 1, True),
        ("55%2.推", "55%22.推", 1, False),
        ("新认定937", "新认定9—37", 1, True),
        ("新认定937", "新认定9—3", 1, False),
        ("亩3，每5", "亩。3，每。5", 2, True),
    ],
)
def test_only_marks_are_taken_from_parts(before: str, after: str, most: int, adds: bool) -> None:
    assert _adds_marks(before, after, most) is adds


def test_half_of_a_pair_of_brackets_was_not_lost() -> None:
    assert not _adds_marks("月底前", "月）底前", 2)
    assert _adds_marks("县道路局", "县（道路）局", 2)


@dataclass
class MarkDroppingEngine(DrawnEngine):
    """Reads 局 for each wide stretch of ink, and 、 for a narrow one that has room after it."""

    def _read(self, picture: Picture) -> LineReading:
        found = runs(filled_columns(picture.min(axis=2) < 160))
        text, centres = "", []
        for at, (start, end) in enumerate(found):
            following = found[at + 1][0] if at + 1 < len(found) else picture.shape[1]
            narrow = end - start < SIZE / 2
            if not narrow or following - end > SIZE / 2:
                text += "、" if narrow else "局"
                centres.append((start + end) / 2 / picture.shape[1])
        return LineReading(text, 0.99, tuple(centres))


def test_a_mark_close_to_the_next_character_is_set_anew_and_read() -> None:
    page = paper(600, 120)
    for at, wide in ((40, 28), (72, 28), (104, 28), (136, 28), (180, 8), (190, 28), (222, 28)):
        page[40:70, at : at + wide] = 0
    grey = np.ascontiguousarray(page[:, :, 0])
    mask = ink_mask(grey, 160)
    piece = Piece(PixelBox(40, 40, 250, 70), SIZE, (30, 90))
    engine = MarkDroppingEngine()
    (look,) = read_lines([piece], grey, Losses(mask), engine)
    assert look.reading.text == "局局局局、局局"
    assert unread([look], Losses(mask), 1.0) == []
    assert len(engine.seen) == 2
    word = look_to_word(look, mask, 1.0)
    assert word is not None
    assert [round(glyph.box.x0) for glyph in word.glyphs] == [40, 72, 104, 136, 180, 190, 222]


@pytest.mark.parametrize("engine", [GarbageEngine(), FixedEngine("县农业农村局" * 20)])
def test_no_more_is_taken_than_a_line_can_hold(engine: FixedEngine) -> None:
    """A reader that invents says the same again and again."""
    piece, grey, mask = a_line()
    (look,) = read_lines([piece], grey, Losses(mask), engine)
    assert look.reading.text == ""
    (finding,) = unread([look], Losses(mask), 1.0)
    assert finding.severity == Severity.WARNING
    stack = Piece(piece.box, SIZE, piece.limits, (piece.box, piece.box))
    assert [stack_to_words(look, 1.0, 1.0) for look in read_stacks([stack], grey, engine)[0]] == [
        [],
        [],
    ]


def test_what_has_room_is_taken_whole() -> None:
    piece, grey, mask = a_line()
    (look,) = read_lines([piece], grey, Losses(mask), FixedEngine("岳阳县人民"))
    assert look.reading.text == "岳阳县人民"


@dataclass
class WaveringEngine(FixedEngine):
    """Reads one text at first and another in closer pictures, and is surer of the second."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        text, score = ("蔡河士", 0.8) if careful else ("蔡河十", 0.6)
        return [LineReading(text, score) for _ in pictures]


def test_both_readings_of_a_doubtful_line_are_kept() -> None:
    piece, grey, mask = a_line(3)
    (look,) = read_lines([piece], grey, Losses(mask), WaveringEngine())
    assert (look.reading.text, look.others) == ("蔡河士", ("蔡河十",))


def test_the_picture_of_a_line_ends_with_its_cell() -> None:
    """The figures of the next cell stand as near as a character of the same line would."""
    page = paper(400, 120)
    box = text(page, 40, 40, 5)
    text(page, box.x1 + 4, 40, 2)
    grey = np.ascontiguousarray(page[:, :, 0])
    open_piece = Piece(box, SIZE, (30, 90))
    closed = replace(open_piece, sides=(20, box.x1 + 2))
    pictures = [piece_to_picture(piece, grey) for piece in (open_piece, closed)]
    ends = [int(np.flatnonzero((picture[:, :, 0] < 160).any(axis=0))[-1]) for picture in pictures]
    assert ends[0] > ends[1] == box.x1 - 1 - picture_left(closed)
