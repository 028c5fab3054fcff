"""Lines beside each other in a cell, and the words that they make."""

from __future__ import annotations

import pytest

from pipeline.ocr.engine import LineReading
from pipeline.scan.crops import Piece
from pipeline.scan.ink import PixelBox
from pipeline.scan.neighbours import reworded, with_neighbours
from pipeline.scan.reading import Look

Rivals = tuple[tuple[str, float], ...]


def a_look(
    text: str, y: int, limits: tuple[int, int], x: int = 20, rivals: tuple[Rivals, ...] = ()
) -> Look:
    scores = tuple(1 - sum(p for _, p in rival) for rival in rivals) or (1.0,) * len(text)
    reading = LineReading(text, 0.9, None, scores, char_rivals=rivals or ((),) * len(text))
    return Look(Piece(PixelBox(x, y, x + 90, y + 30), 30, limits), reading, x, 90)


def test_lines_of_one_cell_stand_beside_each_other() -> None:
    looks = with_neighbours(
        [
            a_look("县委员", 10, (0, 45)),
            a_look("公", 50, (45, 90)),
            a_look("县人社局", 10, (0, 90), x=200),
            a_look("下一行", 100, (90, 140)),
        ]
    )
    assert [look.beside for look in looks] == [("", "公"), ("县委员", ""), ("", ""), ("", "")]


@pytest.mark.parametrize(("probability", "lowest"), [(1e-5, 1e-5), (0.1, 0.99)])
def test_a_character_that_words_want_is_taken_and_stays_in_doubt_unless_they_leave_none(
    probability: float, lowest: float
) -> None:
    line = a_look("仟务名称", 10, (0, 90), rivals=((("任", probability),), (), (), ()))
    told = reworded(line)
    assert told.reading.text == "任务名称"
    assert told.others == ("仟务名称",)
    assert told.reading.lowest == lowest
    assert reworded(told) == told


def test_a_word_over_the_end_of_a_line_is_taken() -> None:
    looks = [
        a_look("县委员", 10, (0, 45)),
        a_look("公", 50, (45, 90), rivals=((("会", 0.03),),)),
    ]
    assert [reworded(look).reading.text for look in with_neighbours(looks)] == ["县委员", "会"]


def test_names_and_sure_characters_stay() -> None:
    name = a_look("吕朗善", 10, (0, 90), rivals=((("只", 0.006),), (), ()))
    sure = a_look("李度", 10, (0, 90), rivals=((("季", 0.0002),), ()))
    for look in (name, sure):
        assert reworded(look) == look
