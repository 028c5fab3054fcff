"""An engine for drawn pages: it reads one character for every drawn box that it sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.ocr.engine import LineReading, Orientation, PageLine
from pipeline.scan.ink import filled_columns, filled_rows, runs
from tests.engines import Picture


@dataclass
class DrawnEngine:
    """Reads 中 for each stretch of ink in a line, with its place.

    In lines of more than `merge_over` it loses one, as an engine may. With `places` False it
    does not tell where the characters stand.
    """

    merge_over: int = 10_000
    places: bool = True
    score: float = 0.99
    seen: list[Picture] = field(default_factory=list)
    pages: list[Picture] = field(default_factory=list)

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        self.seen += pictures
        return [self._read(picture) for picture in pictures]

    def read_page(self, picture: Picture) -> list[PageLine]:
        self.pages.append(picture)
        lines = []
        ink = picture.min(axis=2) < 160
        for top, bottom in runs(filled_rows(ink), bridge=3):
            columns = np.flatnonzero(filled_columns(ink[top:bottom]))
            left, right = int(columns[0]), int(columns[-1]) + 1
            reading = self._read(picture[top:bottom, left:right])
            quad = ((left, top), (right, top), (right, bottom), (left, bottom))
            lines.append(PageLine(reading.text, reading.score, quad, reading.char_centres))
        return lines

    def orientation(self, picture: Picture) -> Orientation:
        return Orientation(0, 0.99)

    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        return (("engine", "drawn"),)

    def _read(self, picture: Picture) -> LineReading:
        found = runs(filled_columns(picture.min(axis=2) < 160))
        width = picture.shape[1]
        centres = tuple((start + end) / 2 / width for start, end in found)
        if len(centres) > self.merge_over:
            centres = centres[:-1]
        text = "中" * len(centres)
        return LineReading(text, self.score, centres if self.places else None)
