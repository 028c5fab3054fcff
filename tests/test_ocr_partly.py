"""Part of a line read again: where it is cut, and what is put back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.config import Ocr
from pipeline.ocr.engine import LineReading
from pipeline.ocr.paddle import PaddleEngine
from pipeline.ocr.partly import Part, cut_part
from tests.engines import Picture

WIDE, GAP, TALL = 30, 6, 40
TEXT = "加快推进城市建设和乡村发展工作"


def line_of(count: int, gap: int = GAP) -> Picture:
    """Blocks for characters, `gap` pixels of paper between them."""
    picture = np.full((TALL, count * (WIDE + GAP), 3), 255, np.uint8)
    for at in range(count):
        left = at * (WIDE + GAP)
        picture[5:-5, left : left + WIDE + GAP - gap] = 0
    return picture


def reading_of(text: str, scores: dict[int, float] | None = None) -> LineReading:
    count = len(text)
    places = tuple((at + 0.5) / count for at in range(count))
    certain = tuple((scores or {}).get(at, 0.99) for at in range(count))
    return LineReading(text, 0.9, places, certain, char_rivals=((),) * count)


def middle_part(doubted: set[int]) -> Part:
    part = cut_part(line_of(len(TEXT)), reading_of(TEXT), doubted)
    assert part is not None
    return part


@pytest.mark.parametrize(
    ("doubted", "first", "last"), [({7}, 4, 11), ({6, 7}, 3, 11), ({0}, 0, 4), ({14}, 11, 15)]
)
def test_a_part_is_cut_between_characters(doubted: set[int], first: int, last: int) -> None:
    part = middle_part(doubted)
    assert (part.first, part.last) == (first, last)
    # With the paper that is put beside a cut, it begins and ends with a character or the line.
    paper = part.picture[:, :, 0].min(axis=0) == 255
    assert paper[0] == (first > 0)
    assert paper[-1]
    blocks = np.count_nonzero(np.diff(np.concatenate(([True], paper)).astype(int)) == -1)
    assert blocks == last - first
    assert part.picture.shape[1] == part.right - part.left


def test_most_of_a_line_is_no_part() -> None:
    assert cut_part(line_of(8), reading_of(TEXT[:8]), {4}) is None
    assert cut_part(line_of(15), reading_of(TEXT), {2, 12}) is None


def test_no_part_is_cut_where_characters_touch() -> None:
    assert cut_part(line_of(15, gap=0), reading_of(TEXT), {7}) is None


def test_a_cut_goes_farther_to_the_next_gap() -> None:
    picture = line_of(15)
    picture[5:-5, 3 * (WIDE + GAP) : 5 * (WIDE + GAP)] = 0
    part = cut_part(picture, reading_of(TEXT), {7})
    assert part is not None
    assert (part.first, part.last) == (3, 11)


@pytest.mark.parametrize("letter", "，9%一A")
def test_of_marks_digits_and_dashes_the_whole_line_tells(letter: str) -> None:
    text = TEXT[:7] + letter + TEXT[8:]
    assert cut_part(line_of(len(text)), reading_of(text), {7}) is None


@pytest.mark.parametrize(("letters", "first"), [("城市", 5), ("市市", 4), ("城 ", 3)])
def test_no_cut_is_made_between_like_characters_or_at_a_blank(letters: str, first: int) -> None:
    text = TEXT[:4] + letters + TEXT[6:] + TEXT
    if letters[1] == " ":
        text = TEXT[:3] + letters + TEXT[5:] + TEXT
    part = cut_part(line_of(len(text)), reading_of(text), {8})
    assert part is not None
    assert part.first == first


def test_nothing_is_cut_where_no_places_are_told() -> None:
    untold = LineReading(TEXT, 0.9, None, (0.99,) * len(TEXT))
    assert cut_part(line_of(15), untold, {7}) is None
    assert cut_part(line_of(15), reading_of(TEXT), set()) is None


def read_again(text: str) -> LineReading:
    """A reading of a part, with a blank at either end; each character less sure than the line."""
    count = len(text) + 2
    places = tuple((at + 0.5) / count for at in range(count))
    return LineReading(
        f" {text} ", 0.6, places, (0.6,) * count, char_rivals=((("x", 0.1),),) * count
    )


@pytest.mark.parametrize(
    "read", ["市建没和乡村", "市建设和乡村", "市建设，和乡村", "市建设和乡乡村"]
)
def test_what_is_read_again_is_put_back_in_its_place(read: str) -> None:
    part, line = middle_part({7}), reading_of(TEXT, {7: 0.5})
    assert TEXT[part.first : part.last] == "城市建设和乡村"
    whole = part.put_back(line, read_again("城" + read))
    assert whole is not None
    assert whole.text == TEXT[:4] + "城" + read + TEXT[11:]
    inside = range(4, 5 + len(read))
    assert part.places(line, whole) == set(inside)
    assert whole.char_scores == tuple(
        0.6 if at in inside else 0.99 for at in range(len(whole.text))
    )
    assert [at for at, found in enumerate(whole.char_rivals or ()) if found] == list(inside)
    assert whole.char_centres is not None
    assert list(whole.char_centres) == sorted(whole.char_centres)
    if len(read) == 6:
        assert whole.char_centres == pytest.approx(line.char_centres, abs=0.6 / len(TEXT))
    assert 0.6 < whole.score < 0.9


@pytest.mark.parametrize("read", ["", "坡市建设和乡村", "城市建设和乡材", "市建设和乡村"])
def test_nothing_is_put_back_where_a_cut_went_through_a_character(read: str) -> None:
    part, line = middle_part({7}), reading_of(TEXT, {7: 0.5})
    assert part.put_back(line, read_again(read)) is None


def test_a_character_read_elsewhere_than_before_is_another_one() -> None:
    """Of 000 each may be any; a cut one place off would put one too many back."""
    text = TEXT[:4] + "000" + TEXT[7:]
    part = cut_part(line_of(len(text)), reading_of(text), {10})
    assert part is not None
    shifted = replace(
        reading_of(text[part.first : part.last]),
        char_centres=tuple(np.linspace(0.2, 1.0, part.last - part.first).tolist()),
    )
    line = reading_of(text, {10: 0.5})
    assert part.put_back(line, reading_of(text[part.first : part.last])) is not None
    assert part.put_back(line, shifted) is None


def test_one_character_is_not_both_ends() -> None:
    text = TEXT[:4] + "的" + TEXT[5:10] + "的" + TEXT[11:]
    part = cut_part(line_of(len(text)), reading_of(text), {7})
    assert part is not None
    assert part.put_back(reading_of(text), read_again("的")) is None


def test_the_end_of_a_line_may_be_read_otherwise() -> None:
    part, line = middle_part({14}), reading_of(TEXT, {14: 0.5})
    whole = part.put_back(line, read_again("发展工昨"))
    assert whole is not None
    assert whole.text == TEXT[:-1] + "昨"


def test_brackets_of_another_width_are_the_same() -> None:
    text = TEXT[:4] + "（" + TEXT[5:]
    part = cut_part(line_of(len(text)), reading_of(text), {7})
    assert part is not None
    assert part.put_back(reading_of(text), read_again("(市建设和乡村")) is not None


@pytest.mark.parametrize(("part", "asked"), [("城市建投和乡村", 1), ("坡市建投和乡村", 2)])
def test_the_main_model_reads_the_part_alone_where_that_will_do(
    part: str, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, widths = read_by_both(
        reading_of(TEXT, {7: 0.5}), part, TEXT.replace("设", "投"), monkeypatch
    )
    assert (reading.text, reading.second) == (TEXT.replace("设", "投"), TEXT)
    assert len(widths) == asked
    assert widths[0] < 0.6 * line_of(len(TEXT)).shape[1]


def test_where_many_lines_are_doubted_all_of_each_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    right = TEXT.replace("设", "投")
    reading, widths = read_by_both(reading_of(TEXT, {7: 0.5}), "", right, monkeypatch, of=4)
    assert reading.text == right
    assert widths == [line_of(len(TEXT)).shape[1]]


def test_a_word_elsewhere_that_wants_another_character_has_the_whole_line_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "仟务" + TEXT[2:-1] + "昨"
    rivals = ((("任", 0.002),), *((),) * (len(text) - 2), (("作", 0.49),))
    quick = replace(reading_of(text, {0: 0.96, 14: 0.5}), char_rivals=rivals)
    right = "任务" + TEXT[2:]
    reading, widths = read_by_both(quick, "发展工作", right, monkeypatch)
    assert reading.text == right
    assert len(widths) == 2


def read_by_both(
    quick: LineReading, part: str, whole: str, monkeypatch: pytest.MonkeyPatch, of: int = 6
) -> tuple[LineReading, list[int]]:
    """What comes of a line that the main model reads so, and the widths of what it was shown.

    It is the first `of` so many, and the only one of which the quick model is in doubt.
    """
    line, widths = line_of(len(TEXT)), list[int]()

    def read(pictures: list[Picture], model: str) -> list[LineReading]:
        if model == Ocr().quick:
            return [quick, *(reading_of(TEXT) for _ in pictures[1:])]
        widths.extend(picture.shape[1] for picture in pictures)
        return [reading_of(whole if shown.shape == line.shape else part) for shown in pictures]

    engine = PaddleEngine()
    monkeypatch.setattr(engine, "_read_lines", read)
    reading, *others = engine.recognise_lines([line] * of)
    assert all(other.second is None for other in others)
    return reading, widths
