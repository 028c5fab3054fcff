"""Makers of engines for workers, which find functions of a module; most no worker survives."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

import numpy as np

from pipeline.ocr.engine import LineReading, OcrEngine
from tests.engines import FixedEngine, Picture


class HangingEngine(FixedEngine):
    """Never answers."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        time.sleep(3600)
        return []


class EatingEngine(FixedEngine):
    """Takes memory until it is stopped, 64 MiB at a time."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        eaten = []
        while True:
            eaten.append(np.ones(1 << 23))
            time.sleep(0.02)


class GulpingEngine(FixedEngine):
    """Asks for more memory at once than there may be."""

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        return [LineReading(str(np.ones(1 << 34)), 1.0)]


class DyingEngine(FixedEngine):
    """Takes its process with it."""

    number = signal.SIGSEGV

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        os.kill(os.getpid(), self.number)
        time.sleep(60)
        return []


class KilledEngine(DyingEngine):
    """Is killed from outside, as by a system that is out of memory."""

    number = signal.SIGKILL


def fixed() -> OcrEngine:
    """One that answers, always the same."""
    return FixedEngine()


def hanging() -> OcrEngine:
    return HangingEngine()


def eating() -> OcrEngine:
    return EatingEngine()


def gulping() -> OcrEngine:
    return GulpingEngine()


def dying() -> OcrEngine:
    return DyingEngine()


def killed() -> OcrEngine:
    return KilledEngine()
