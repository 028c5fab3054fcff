"""PaddleOCR behind the engine's interface, on ONNX Runtime and with local models only.

What is called is PaddleOCR's own: its readers, its detector with its post-processing, its
cropping, its networks. Three things are set otherwise: short lines are padded to 160 pixels, not
320; lines of like width are read together; and the best path is decoded with the places and
probabilities of its characters (`ctc`).

Two models read what stands in tables: a quick one all lines, the main one those in which the quick
one doubts a character. On clean print the lines of which the quick model is sure are as often right
as the main one's, at a fifth of the time.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.config import Ocr
from pipeline.errors import GongwenError, ModelsError, OcrError
from pipeline.ocr import models
from pipeline.ocr.ctc import (
    LINE_HEIGHT,
    NARROWEST,
    CtcLine,
    batches,
    centres,
    cut_wide,
    decode,
    network_width,
)
from pipeline.ocr.engine import (
    LineReading,
    Orientation,
    PageLine,
    check_readings,
    to_angle,
)
from pipeline.ocr.quads import reading_order, runs_downwards, to_quad

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Picture, Quad

_PACKAGES = ("paddleocr", "paddlex", "onnxruntime", "numpy")


class PaddleEngine:
    """Reads with PaddleOCR. Models are checked and loaded when they are first needed.

    One engine reads for one thread at a time; others wait.
    """

    def __init__(self, settings: Ocr | None = None) -> None:
        """Raises `ConfigError` where the settings name a model that is not pinned."""
        self._settings = settings or Ocr()
        self._names = (
            self._settings.detection,
            self._settings.recognition,
            self._settings.quick,
            models.ORIENTATION,
        )
        self._files = models.files_of(self._names)
        self._loaded: dict[str, Any] = {}
        self._lock = threading.RLock()

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        main = self._settings.recognition
        if careful:
            return self._read_lines(pictures, main)
        readings = self._read_lines(pictures, self._settings.quick)
        doubted = [i for i, read in enumerate(readings) if read.lowest < self._settings.quick_sure]
        again = self._read_lines([pictures[i] for i in doubted], main)
        for index, reading in zip(doubted, again, strict=True):
            readings[index] = replace(reading, second=readings[index].text)
        return readings

    def _read_lines(self, pictures: Sequence[Picture], model: str) -> list[LineReading]:
        pieces: list[Picture] = []
        owners: list[int] = []
        for owner, picture in enumerate(pictures):
            if picture.shape[0] and picture.shape[1]:
                cut = cut_wide(picture)
                pieces += cut
                owners += [owner] * len(cut)
        parts: list[list[tuple[int, LineReading]]] = [[] for _ in pictures]
        readings = self._read_pieces(pieces, model)
        for piece, owner, reading in zip(pieces, owners, readings, strict=True):
            parts[owner].append((piece.shape[1], reading))
        return [join_readings(part) for part in parts]

    def read_page(self, picture: Picture) -> list[PageLine]:
        if not picture.shape[0] or not picture.shape[1]:
            return []
        quads = reading_order(self._find_lines(picture))
        # Few lines stand outside tables, and the letter's elements hang on single marks in them.
        readings = self.recognise_lines(self._cut_lines(picture, quads), careful=True)
        return [to_page_line(quad, read) for quad, read in zip(quads, readings, strict=True)]

    def orientation(self, picture: Picture) -> Orientation:
        if not picture.shape[0] or not picture.shape[1]:
            return Orientation(0, 0.0)
        with self._calling("telling a page's orientation"):
            (result,) = self._model(models.ORIENTATION).predict(to_bgr(picture))
            return Orientation(
                to_angle(int(result["label_names"][0])), unit(float(result["scores"][0]))
            )

    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        return (
            ("engine", "paddleocr on onnxruntime"),
            *((name, installed_version(name)) for name in _PACKAGES),
            *((file.path, file.sha256) for file in self._files),
        )

    def _read_pieces(self, pieces: Sequence[Picture], model: str) -> list[LineReading]:
        widths = [network_width(piece) for piece in pieces]
        readings: dict[int, LineReading] = {}
        for batch in batches(widths, self._settings.batch):
            padded = max(NARROWEST, *(widths[i] for i in batch))
            lines = self._recognise([pieces[i] for i in batch], model)
            for index, line in zip(batch, lines, strict=True):
                places = centres(line, widths[index], padded)
                readings[index] = LineReading(line.text, line.score, places, line.scores)
        return [readings[i] for i in range(len(pieces))]

    def _recognise(self, batch: list[Picture], model: str) -> list[CtcLine]:
        with self._calling("recognising lines"):
            pictures = [to_bgr(picture) for picture in batch]
            results = self._model(model).predict(pictures, batch_size=len(pictures))
            lines = [result["rec_text"] for result in results]
        check_readings(lines, len(batch))
        return lines

    def _find_lines(self, picture: Picture) -> list[Quad]:
        with self._calling("finding lines on a page"):
            (result,) = self._model(self._settings.detection).predict(to_bgr(picture))
            return [to_quad(polygon) for polygon in result["dt_polys"]]

    def _cut_lines(self, picture: Picture, quads: Sequence[Quad]) -> list[Picture]:
        if not quads:
            return []
        with self._calling("cutting lines out of a page"):
            from paddlex.inference.pipelines.components import CropByPolys

            # OpenCV would copy a picture of another layout once for every line.
            whole = np.ascontiguousarray(picture)
            corners = [np.array(quad, dtype=np.float32) for quad in quads]
            return list(CropByPolys(det_box_type="quad")(whole, corners))

    def _model(self, name: str) -> Any:
        with self._lock:
            if not self._loaded:
                models.verify(self._files)
            if name not in self._loaded:
                self._loaded[name] = self._load(name)
            return self._loaded[name]

    def _load(self, name: str) -> Any:
        paddleocr = import_paddleocr()
        common = {
            "model_name": name,
            "model_dir": str(models.folder() / name),
            "device": "cpu",
            "engine": "onnxruntime",
            "engine_config": {
                "intra_op_num_threads": self._settings.threads,
                # The arena keeps the largest page's memory for good.
                "enable_cpu_mem_arena": False,
                "log_severity_level": 3,
            },
        }
        if name in (self._settings.recognition, self._settings.quick):
            recogniser = paddleocr.TextRecognition(**common)
            _decode_with_places(recogniser.paddlex_predictor)
            return recogniser
        if name == self._settings.detection:
            return paddleocr.TextDetection(
                limit_side_len=self._settings.detection_side, limit_type="max", **common
            )
        return paddleocr.DocImgOrientationClassification(**common)

    @contextlib.contextmanager
    def _calling(self, doing: str) -> Iterator[None]:
        """Turn whatever the engine raises into an `OcrError`."""
        with self._lock:
            try:
                yield
            except GongwenError:
                raise
            except Exception as error:
                raise OcrError(
                    f"PaddleOCR failed at {doing}: {type(error).__name__}: {error}",
                    "Run `gongwen check`; if it passes, please report this with the document.",
                ) from error


def engine_factory(settings: Ocr) -> Callable[[], PaddleEngine]:
    """The factory that a run takes: makes the engine at the first page that needs one."""
    return lambda: PaddleEngine(settings)


def join_readings(parts: Sequence[tuple[int, LineReading]]) -> LineReading:
    """Join the readings of a line that was cut: (width in pixels, reading), left to right.

    The score is the lowest of the parts that hold text.
    """
    total = sum(width for width, _ in parts)
    text: list[str] = []
    places: list[float] = []
    scores: list[float] = []
    left = 0
    for width, reading in parts:
        text.append(reading.text)
        places += [(left + at * width) / total for at in reading.char_centres or ()]
        scores += reading.char_scores or ()
        left += width
    score = min((reading.score for _, reading in parts if reading.text), default=0.0)
    whole = "".join(text)
    return LineReading(
        whole, score, tuple(places), tuple(scores) if len(scores) == len(whole) else None
    )


def to_page_line(quad: Quad, reading: LineReading) -> PageLine:
    """Place a reading on the page. A line that runs downwards has no places along its top edge."""
    places = None if runs_downwards(quad) else reading.char_centres
    return PageLine(reading.text, reading.score, quad, places, reading.char_scores)


def to_bgr(picture: Picture) -> Picture:
    """PaddleOCR takes arrays for OpenCV's channel order."""
    return np.ascontiguousarray(picture[:, :, ::-1])


def unit(score: float) -> float:
    """Rounding in the network can push a probability a little out of 0–1."""
    return min(1.0, max(0.0, score))


def installed_version(package: str) -> str:
    """The installed version of a package, or "not installed"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def import_paddleocr() -> Any:
    """Import PaddleOCR quietly, with all network access off and its cache in a folder of ours.

    Whoever uses PaddleOCR or ONNX Runtime in this process imports them through here first.
    """
    # Official builds of ONNX Runtime (from 1.29) send usage data home unless told not to before
    # they are loaded. Nothing about a document leaves this machine.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    os.environ.setdefault("PADDLE_PDX_EAGER_INIT", "False")
    if "PADDLE_PDX_CACHE_HOME" not in os.environ:
        # PaddleX makes folders there when imported; a home folder may be read-only, or missing.
        cache = tempfile.mkdtemp(prefix="gongwen-paddlex-")
        os.environ["PADDLE_PDX_CACHE_HOME"] = cache
        atexit.register(shutil.rmtree, cache, ignore_errors=True)
    logging.getLogger("paddlex").addHandler(logging.NullHandler())
    try:
        import paddleocr
    except ImportError as error:
        raise ModelsError(
            f"PaddleOCR cannot be imported: {error}", "Set the project up again: `make setup`."
        ) from error
    logging.getLogger("paddlex").setLevel(logging.ERROR)
    return paddleocr


def _decode_with_places(predictor: Any) -> None:
    """Make a PaddleX recogniser return `CtcLine`s, and pad short lines to `NARROWEST`."""
    characters: Sequence[str] = predictor.post_op.character

    def decode_output(
        output: Sequence[NDArray[np.float32]], **_: object
    ) -> tuple[list[CtcLine], list[float]]:
        lines = decode(output[0], characters)
        return lines, [line.score for line in lines]

    predictor.post_op = decode_output
    predictor.pre_tfs["ReisizeNorm"].rec_image_shape = [3, LINE_HEIGHT, NARROWEST]
