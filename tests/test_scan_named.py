"""Characters that few names have, where recognition thought of one that many have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.config import load_settings
from pipeline.ocr.engine import LineReading
from pipeline.scan.crops import Piece
from pipeline.scan.ink import PixelBox
from pipeline.scan.named import name_characters, odd_in_name, renamed
from pipeline.scan.reading import Look

NAMES = name_characters(load_settings())
BOX = PixelBox(20, 20, 110, 50)


def a_look(text: str, rivals: dict[int, tuple[str, float]], beside: tuple[str, str]) -> Look:
    scores = tuple(1 - rivals[at][1] if at in rivals else 0.999 for at in range(len(text)))
    others = tuple((rivals[at],) if at in rivals else () for at in range(len(text)))
    reading = LineReading(text, min(scores), None, scores, None, others)
    return replace(Look(Piece(BOX, 30, (10, 60)), reading, 20, 90), beside=beside)


@pytest.mark.parametrize(
    ("text", "rivals", "beside", "read"),
    [
        ("罗艮先", {1: ("良", 0.05)}, ("", ""), "罗良先"),
        ("罗艮先", {1: ("良", 0.01)}, ("", ""), "罗艮先"),  # doubted, and no more
        ("罗艮先", {1: ("垠", 0.05)}, ("", ""), "罗艮先"),
        ("罗良先", {1: ("艮", 0.05)}, ("", ""), "罗良先"),
        ("艮先、曾艮", {0: ("良", 0.05), 4: ("良", 0.1)}, ("张文毅、罗", "磊"), "良先、曾良"),
        ("县艮役", {1: ("良", 0.05)}, ("", ""), "县艮役"),  # 县 stands in no name
        ("做艮强", {1: ("良", 0.05)}, ("加快推动企业", "高质量发展规划"), "做艮强"),
        ("推动企业加快做艮强", {7: ("良", 0.05)}, ("", ""), "推动企业加快做艮强"),
    ],
)
def test_the_likelier_character_of_names_is_taken(
    text: str, rivals: dict[int, tuple[str, float]], beside: tuple[str, str], read: str
) -> None:
    look = a_look(text, rivals, beside)
    told = renamed(look, NAMES)
    assert told.reading.text == read
    if read != text:
        assert told.others[0] == text
        assert told.reading.lowest <= max(p for _, p in rivals.values())


def test_what_is_odd_is_the_likeliest_of_several() -> None:
    look = a_look("罗艮先、曾艮磊", {1: ("良", 0.01), 5: ("良", 0.02)}, ("", ""))
    assert odd_in_name(look, NAMES) == (5, "良", 0.02)
    assert odd_in_name(look, frozenset()) is None
