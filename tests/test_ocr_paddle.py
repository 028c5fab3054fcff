"""PaddleOCR itself, on the pinned models: one load for the whole module."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import Ocr
from pipeline.errors import ConfigError, ModelsError, OcrError
from pipeline.ocr import models
from pipeline.ocr.check import PRINTED, check_engine, printed_line, versions
from pipeline.ocr.engine import LineReading
from pipeline.ocr.paddle import PaddleEngine
from tests.bench import sessions
from tests.engines import FixedEngine, Picture, SilentEngine, is_engine


@pytest.fixture(scope="module")
def engine() -> PaddleEngine:
    return PaddleEngine()


@pytest.fixture(scope="module")
def line() -> Picture:
    return printed_line()


def page_with(line: Picture, *places: tuple[int, int], shape: tuple[int, int]) -> Picture:
    page = np.full((*shape, 3), 255, np.uint8)
    for left, top in places:
        page[top : top + line.shape[0], left : left + line.shape[1]] = line
    return page


def test_a_printed_line_is_read_with_its_places(engine: PaddleEngine, line: Picture) -> None:
    (reading,) = engine.recognise_lines([line])
    assert reading.text == PRINTED
    assert reading.score > 0.98
    # 32 pixels a character from x = 8.
    printed = [(8 + 32 * (i + 0.5)) / line.shape[1] for i in range(len(PRINTED))]
    assert reading.char_centres == pytest.approx(printed, abs=0.5 / len(PRINTED))


@pytest.mark.parametrize(
    ("quick", "sure", "again"),
    [("城市建设", 0.99, False), ("城市建设", 0.9, True), ("城市建設", 0.99, True)],
)
def test_what_the_quick_model_doubts_or_seldom_stands_in_notices_is_read_again(
    quick: str, sure: float, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(pictures: list[Picture], model: str) -> list[LineReading]:
        text = quick if model == Ocr().quick else "城市建设"
        return [LineReading(text, sure, None, (sure,) * len(text)) for _ in pictures]

    engine = PaddleEngine()
    monkeypatch.setattr(engine, "_read_lines", read)
    (reading,) = engine.recognise_lines([np.zeros((48, 200, 3), np.uint8)])
    assert (reading.text, reading.second) == ("城市建设", quick if again else None)


def test_readings_come_in_the_order_of_the_pictures(engine: PaddleEngine, line: Picture) -> None:
    cut = [line[:, : 8 + 32 * n] for n in (7, 2, 5, 3, 7, 1, 4, 6, 2, 7)]
    texts = [reading.text for reading in engine.recognise_lines(cut)]
    assert texts == [PRINTED[:n] for n in (7, 2, 5, 3, 7, 1, 4, 6, 2, 7)]


def test_padding_to_160_reads_as_padding_to_320_does(engine: PaddleEngine, line: Picture) -> None:
    narrow = line[:, : 8 + 32 * 2]
    wide = page_with(narrow, (0, 0), shape=(line.shape[0], 320))
    assert [r.text for r in engine.recognise_lines([narrow, wide])] == [PRINTED[:2]] * 2


def test_nothing_in_nothing_out(engine: PaddleEngine) -> None:
    assert engine.recognise_lines([]) == []
    empty = [np.zeros(shape, np.uint8) for shape in ((0, 9, 3), (9, 0, 3))]
    assert [(r.text, r.score) for r in engine.recognise_lines(empty)] == [("", 0.0)] * 2
    assert engine.read_page(np.zeros((0, 0, 3), np.uint8)) == []
    assert engine.orientation(np.zeros((0, 0, 3), np.uint8)) == (0, 0.0)


@pytest.mark.parametrize("shape", [(1, 1), (300, 2), (3, 7)])
def test_pictures_of_no_line_are_read_as_little(
    engine: PaddleEngine, shape: tuple[int, int]
) -> None:
    (reading,) = engine.recognise_lines([np.full((*shape, 3), 255, np.uint8)])
    assert reading.text == ""


def test_a_line_wider_than_the_network_is_read_whole(engine: PaddleEngine, line: Picture) -> None:
    times = 16
    wide = np.concatenate([line] * times, axis=1)
    assert wide.shape[1] * 48 / wide.shape[0] > 3200
    (reading,) = engine.recognise_lines([wide])
    assert "".join(reading.text.split()) == PRINTED * times
    assert reading.char_centres is not None
    assert list(reading.char_centres) == sorted(reading.char_centres)


def test_threads_that_share_an_engine_read_what_one_reads(
    engine: PaddleEngine, line: Picture
) -> None:
    cuts = [[line[:, : 8 + 32 * n] for n in range(first, 8)] for first in (1, 2, 3, 4)]
    alone = [engine.recognise_lines(cut, careful=True) for cut in cuts]
    with ThreadPoolExecutor(len(cuts)) as pool:
        together = list(pool.map(partial(engine.recognise_lines, careful=True), cuts * 3))
    assert together == alone * 3


def test_a_page_is_read_line_by_line(engine: PaddleEngine, line: Picture) -> None:
    places = ((60, 40), (400, 44), (60, 120))
    page = page_with(line, *places, shape=(240, 760))
    lines = engine.read_page(page)
    assert [found.text for found in lines] == [PRINTED] * 3
    for found, (left, top) in zip(lines, places, strict=True):
        x0, y0, x1, y1 = found.box
        assert left - 8 <= x0 <= left + 16
        assert top - 8 <= y0 <= top + 20
        assert abs((x1 - x0) - 32 * len(PRINTED)) < 32
        assert y1 <= top + line.shape[0] + 8


def test_a_blank_page_has_no_lines(engine: PaddleEngine) -> None:
    assert engine.read_page(np.full((200, 300, 3), 255, np.uint8)) == []


@pytest.mark.parametrize("turns", range(4))
def test_a_turned_page_is_told_and_turned_back(
    engine: PaddleEngine, line: Picture, turns: int
) -> None:
    places = tuple((40 + 260 * (i % 2), 30 + 60 * i) for i in range(11))
    page = page_with(line, *places, shape=(760, 560))
    turned = np.rot90(page, turns)
    found = engine.orientation(turned)
    assert np.array_equal(np.rot90(turned, found.angle // 90), page)
    assert found.score > 0.5


def test_the_channels_are_red_green_blue(engine: PaddleEngine, line: Picture) -> None:
    # Blue ink is nearly black in the red channel alone; what counts is that colour is not garbled.
    blue = line.copy()
    blue[:, :, 2] = 255
    assert engine.recognise_lines([blue])[0].text == PRINTED


@pytest.mark.parametrize("name", [Ocr().quick, Ocr().recognition])
def test_the_best_class_inside_the_graph_is_the_one_outside(name: str, line: Picture) -> None:
    model = (models.folder() / name / "inference.onnx").read_bytes()
    outside, inside = (session for _, session in sessions.onnx_sessions(model))
    batch = sessions.to_batch([line, line[:, :72]])
    assert np.array_equal(outside(batch), inside(batch))
    assert len(np.unique(outside(batch)[0])) == 1 + len(PRINTED)  # and the blank


def test_the_fingerprint_names_versions_and_models(engine: PaddleEngine) -> None:
    facts = dict(engine.fingerprint())
    assert facts["paddleocr"] == "3.7.0"
    pinned = {file.path: file.sha256 for file in models.files_of([models.RECOGNITION])}
    assert pinned.items() <= facts.items()


def test_an_unknown_model_is_refused_before_anything_is_loaded() -> None:
    with pytest.raises(ConfigError, match="no pinned model"):
        PaddleEngine(Ocr(recognition="PP-OCRv9_rec"))


def test_missing_models_are_an_error_when_they_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: Picture
) -> None:
    monkeypatch.setenv(models.ENVIRONMENT, str(tmp_path))
    fresh = PaddleEngine()
    with pytest.raises(ModelsError, match="missing"):
        fresh.recognise_lines([line])


def test_what_the_engine_raises_becomes_an_ocr_error(engine: PaddleEngine) -> None:
    with pytest.raises(OcrError, match="PaddleOCR failed at finding lines"):
        engine.read_page(np.zeros((40, 40, 7), np.uint8))


def test_it_is_an_engine(engine: PaddleEngine) -> None:
    assert is_engine(engine)


def test_check_reads_the_printed_line(engine: PaddleEngine) -> None:
    facts = dict(check_engine(lambda: engine))
    assert PRINTED in facts["one line read"]
    assert "not installed" not in facts.values()


@pytest.mark.parametrize("broken", [SilentEngine, FixedEngine])
def test_check_fails_when_the_line_is_not_read_as_printed(broken: type[FixedEngine]) -> None:
    with pytest.raises(OcrError, match=PRINTED):
        check_engine(broken)


def test_exactly_one_opencv_is_installed() -> None:
    facts = dict(versions())
    assert facts["opencv-contrib-python-headless"] == "4.10.0.84"
    import cv2

    assert "GTK" not in cv2.getBuildInformation().split("GUI:")[1].split("\n")[0]


def test_reading_stays_quiet_offline_and_out_of_the_home_folder(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "def refuse(event, _):\n"
        "    if event in {'socket.connect', 'socket.getaddrinfo', 'socket.sendto'}:\n"
        "        raise SystemExit(event)\n"
        "sys.addaudithook(refuse)\n"
        "from pipeline.ocr.check import printed_line\n"
        "from pipeline.ocr.paddle import PaddleEngine\n"
        "PaddleEngine().recognise_lines([printed_line()])\n"
    )
    # ONNX Runtime keeps its telemetry quiet by itself where it sees a test or CI.
    hidden = ("PADDLE", "ORT_", "CI", "GITHUB", "XDG_", "PYTEST")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    environment |= {"HOME": str(tmp_path), models.ENVIRONMENT: str(models.folder())}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=Path(models.__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
