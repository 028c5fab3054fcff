"""Recording what an engine reads, and giving it back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import OcrError
from pipeline.ocr.engine import LineReading, Orientation, PageLine
from pipeline.ocr.replay import RecordingEngine, ReplayEngine, picture_key
from tests.engines import FixedEngine, MiscountingEngine, Picture, is_engine


class NumberingEngine(FixedEngine):
    """Reads a line as the value of its first pixel, with long decimals."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        rivals = ((("弓", 2 / 9),), (), (("1", 1 / 7), ("l", 1 / 9)))
        return [
            LineReading(f"号{int(p[0, 0, 0])}", 2 / 3, (1 / 3, 0.5, 0.7), char_rivals=rivals)
            for p in pictures
        ]


def picture(value: int) -> Picture:
    return np.full((4, 9, 3), value, np.uint8)


PAGE_LINE = PageLine("岳阳县", 8 / 9, ((1, 2), (31, 2), (31, 12), (1, 12 + 1 / 3)), None)


@pytest.fixture
def recording(tmp_path: Path) -> tuple[RecordingEngine, Path]:
    engine = NumberingEngine(lines=(PAGE_LINE,), turned=Orientation(90, 0.987654321))
    return RecordingEngine(engine), tmp_path / "engine.jsonl"


def test_a_replay_gives_exactly_what_the_recorder_gave(
    recording: tuple[RecordingEngine, Path],
) -> None:
    recorder, path = recording
    pictures = [picture(10), picture(11)]
    lines = recorder.recognise_lines(pictures)
    page = recorder.read_page(picture(20))
    turned = recorder.orientation(picture(20))
    recorder.save(path)
    replay = ReplayEngine(path)
    assert is_engine(recorder)
    assert is_engine(replay)
    assert [line.text for line in lines] == ["号10", "号11"]
    assert lines[0].char_rivals == ((("弓", 0.2222),), (), (("1", 0.1429), ("l", 0.1111)))
    assert replay.recognise_lines(pictures[::-1]) == lines[::-1]
    assert replay.recognise_lines([]) == []
    assert replay.read_page(picture(20)) == page
    assert page[0].text == "岳阳县"
    assert replay.orientation(picture(20)) == turned == Orientation(90, 0.9877)
    assert replay.fingerprint() == recorder.fingerprint()


def test_an_unseen_picture_is_an_error_and_not_an_empty_reading(
    recording: tuple[RecordingEngine, Path],
) -> None:
    recorder, path = recording
    recorder.recognise_lines([picture(10)])
    recorder.save(path)
    replay = ReplayEngine(path)
    with pytest.raises(OcrError, match=r"no line picture of shape \(4, 9, 3\)"):
        replay.recognise_lines([picture(10), picture(12)])
    with pytest.raises(OcrError, match="no page picture"):
        replay.read_page(picture(10))
    with pytest.raises(OcrError, match="no orientation picture"):
        replay.orientation(picture(10))


def test_recording_again_writes_the_same_bytes(recording: tuple[RecordingEngine, Path]) -> None:
    recorder, path = recording
    recorder.recognise_lines([picture(10), picture(11)])
    recorder.save(path)
    first = path.read_bytes()
    again = RecordingEngine(NumberingEngine())
    again.recognise_lines([picture(11), picture(10), picture(11)])
    again.save(path)
    assert path.read_bytes() == first


def test_a_recorder_does_not_record_a_wrong_count(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="readings for"):
        RecordingEngine(MiscountingEngine()).recognise_lines([picture(1), picture(2)])


@pytest.mark.parametrize("content", ["", "nonsense\n", '["engine",[]]\n["line"]\n'])
def test_a_damaged_recording_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "damaged.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(OcrError, match=r"damaged\.jsonl cannot be read"):
        ReplayEngine(path)


def test_a_missing_recording_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="cannot be read"):
        ReplayEngine(tmp_path / "none.jsonl")


def test_the_key_is_of_shape_and_pixels_not_of_memory_layout() -> None:
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    assert picture_key(pixels[:, ::-1][:, ::-1]) == picture_key(pixels)
    assert picture_key(pixels.reshape(6, 4, 3)) != picture_key(pixels)
    changed = pixels.copy()
    changed[0, 0, 0] += 1
    assert picture_key(changed) != picture_key(pixels)
