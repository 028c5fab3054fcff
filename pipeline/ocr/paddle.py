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

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.config import Ocr
from pipeline.errors import GongwenError, OcrError
from pipeline.ocr import models
from pipeline.ocr.ctc import NARROWEST, CtcLine, batches, centres, cut_wide, network_width
from pipeline.ocr.engine import (
    LineReading,
    Orientation,
    PageLine,
    check_readings,
    to_angle,
)
from pipeline.ocr.partly import cut_part, is_doubted, places_doubted, places_rivalled
from pipeline.ocr.predictors import load_predictor
from pipeline.ocr.quads import reading_order, runs_downwards, to_quad
from pipeline.watch import stage

if TYPE_CHECKING:
    from pipeline.ocr.engine import Picture, Quad, Rivals

POOR = 0.2
"""Where more of the lines than this share are doubted, print is poor: all of each is read again."""
_PACKAGES = ("paddleocr", "paddlex", "onnxruntime", "numpy")


class PaddleEngine:
    """Reads with PaddleOCR. Models are checked and loaded when they are first needed.

    Several threads may call one engine; all their lines together are read by as many threads of
    its own as the settings say.
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
        self._loading = threading.Lock()
        self._readers = ThreadPoolExecutor(self._settings.threads, "reader")

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        main = self._settings.recognition
        if careful:
            return self._read_lines(pictures, main)
        readings = self._read_lines(pictures, self._settings.quick)
        sure = self._settings.quick_sure
        again = [i for i, reading in enumerate(readings) if is_doubted(reading, sure)]
        doubted = [pictures[i] for i in again]
        if len(again) <= POOR * len(readings):
            found = self._read_parts(doubted, [readings[i] for i in again])
        else:
            found = self._read_lines(doubted, main)
        for index, reading in zip(again, found, strict=True):
            readings[index] = replace(reading, second=readings[index].text)
        return readings

    def _read_parts(
        self, pictures: Sequence[Picture], readings: Sequence[LineReading]
    ) -> list[LineReading]:
        """Lines that the quick model doubts, by the main one: in part, where that will do.

        It will not where a cut went through a character, or words want another one elsewhere.
        """
        main = self._settings.recognition
        cuts = [
            cut_part(*line, places_doubted(line[1], self._settings.quick_sure))
            for line in zip(pictures, readings, strict=True)
        ]
        parts = {index: part for index, part in enumerate(cuts) if part is not None}
        found: dict[int, LineReading] = {}
        pieces = self._read_lines([part.picture for part in parts.values()], main)
        for (index, part), piece in zip(parts.items(), pieces, strict=True):
            whole = part.put_back(readings[index], piece)
            if whole is not None and not places_rivalled(
                whole, part.places(readings[index], whole)
            ):
                found[index] = whole
        rest = [index for index in range(len(pictures)) if index not in found]
        wholes = self._read_lines([pictures[index] for index in rest], main)
        found |= dict(zip(rest, wholes, strict=True))
        return [found[index] for index in range(len(pictures))]

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
        with self._calling("telling a page's orientation"), stage("orient"):
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
        groups = batches(widths, self._settings.batch)
        readings: dict[int, LineReading] = {}
        for group, lines in zip(groups, self._recognise(pieces, groups, model), strict=True):
            padded = max(NARROWEST, *(widths[i] for i in group))
            for index, line in zip(group, lines, strict=True):
                places = centres(line, widths[index], padded)
                readings[index] = LineReading(
                    line.text, line.score, places, line.scores, char_rivals=line.rivals
                )
        return [readings[i] for i in range(len(pieces))]

    def _recognise(
        self, pieces: Sequence[Picture], groups: Sequence[Sequence[int]], model: str
    ) -> list[list[CtcLine]]:
        """The lines of each group of pieces; groups are shared out among the readers."""

        def read(group: Sequence[int]) -> list[CtcLine]:
            results = predictor.predict([to_bgr(pieces[i]) for i in group])
            return check_readings([result["rec_text"] for result in results], len(group))

        if not groups:
            return []
        with self._calling("recognising lines"), stage("recognise"):
            predictor = self._model(model)
            return list(self._readers.map(read, groups))

    def _find_lines(self, picture: Picture) -> list[Quad]:
        with self._calling("finding lines on a page"), stage("detect"):
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
        with self._loading:
            if not self._loaded:
                models.verify(self._files)
            if name not in self._loaded:
                self._loaded[name] = load_predictor(name, self._settings)
            return self._loaded[name]

    @contextlib.contextmanager
    def _calling(self, doing: str) -> Iterator[None]:
        """Turn whatever the engine raises into an `OcrError`."""
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
    rivals: list[Rivals] = []
    left = 0
    for width, reading in parts:
        text.append(reading.text)
        places += [(left + at * width) / total for at in reading.char_centres or ()]
        scores += reading.char_scores or ()
        rivals += reading.char_rivals or ()
        left += width
    score = min((reading.score for _, reading in parts if reading.text), default=0.0)
    whole = "".join(text)
    return LineReading(
        whole,
        score,
        tuple(places),
        tuple(scores) if len(scores) == len(whole) else None,
        char_rivals=tuple(rivals) if len(rivals) == len(whole) else None,
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
