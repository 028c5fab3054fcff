"""Engines that misbehave, each in one way, and one that reads what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.errors import OcrError
from pipeline.ocr.engine import LineReading, OcrEngine, Orientation, PageLine

Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


@dataclass
class FixedEngine:
    """Reads every line as `text`, finds `lines` on every page, and counts its calls."""

    text: str = "岳阳县"
    score: float = 0.99
    lines: tuple[PageLine, ...] = ()
    turned: Orientation = field(default_factory=lambda: Orientation(0, 0.99))
    calls: list[str] = field(default_factory=list)

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        self.calls.append("lines")
        return [LineReading(self.text, self.score) for _ in pictures]

    def read_page(self, picture: Picture) -> list[PageLine]:
        self.calls.append("page")
        return list(self.lines)

    def orientation(self, picture: Picture) -> Orientation:
        self.calls.append("orientation")
        return self.turned

    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        return (("engine", type(self).__name__),)


class RaisingEngine(FixedEngine):
    """Fails at every call as an engine is meant to: with `OcrError`."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        raise OcrError("The engine failed.")

    def read_page(self, picture: Picture) -> list[PageLine]:
        raise OcrError("The engine failed.")

    def orientation(self, picture: Picture) -> Orientation:
        raise OcrError("The engine failed.")


class CrashingEngine(FixedEngine):
    """Fails at every call with an exception that is nobody's contract."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        raise RuntimeError("segment 7 not found")

    def read_page(self, picture: Picture) -> list[PageLine]:
        raise RuntimeError("segment 7 not found")

    def orientation(self, picture: Picture) -> Orientation:
        raise RuntimeError("segment 7 not found")


class SilentEngine(FixedEngine):
    """Sees pictures and reads nothing in them."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        return [LineReading("", 0.0, ()) for _ in pictures]

    def read_page(self, picture: Picture) -> list[PageLine]:
        return []


class MiscountingEngine(FixedEngine):
    """Loses the last picture of every call."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        return super().recognise_lines(pictures, careful)[:-1]


class GarbageEngine(FixedEngine):
    """Returns far more text than a cell can hold, with control characters in it."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        return [LineReading("\x00\ufffd�※" * 5000, 0.31) for _ in pictures]


class DoubtfulEngine(FixedEngine):
    """Reads, and is not sure."""

    def __init__(self, text: str = "岳阳县") -> None:
        super().__init__(text=text, score=0.31)


class HangingEngine(FixedEngine):
    """Does not come back from reading lines before `release` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        self.release.wait()
        return super().recognise_lines(pictures, careful)


FAULTY: tuple[type[FixedEngine], ...] = (
    RaisingEngine,
    CrashingEngine,
    SilentEngine,
    MiscountingEngine,
    GarbageEngine,
    DoubtfulEngine,
)


def is_engine(candidate: object) -> bool:
    """Whether it has the methods of the interface."""
    return isinstance(candidate, OcrEngine)
