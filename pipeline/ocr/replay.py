"""Recorded recognition: what an engine read, by picture, so that tests need neither it nor models.

A recording is a file of JSON lines: the engine's fingerprint first, then one entry per picture,
sorted, so that recording again shows as few differences as there are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pipeline.errors import OcrError
from pipeline.ocr.engine import (
    LineReading,
    OcrEngine,
    Orientation,
    PageLine,
    Quad,
    check_readings,
    to_angle,
)

if TYPE_CHECKING:
    from pipeline.ocr.engine import Picture, Rivals

T = TypeVar("T")

_DIGITS = 4
_KEY_BYTES = 12


def picture_key(picture: Picture) -> str:
    """A short hash of a picture's shape and pixels, hex; another pixel, another key."""
    digest = hashlib.blake2b(repr(picture.shape).encode("ascii"), digest_size=_KEY_BYTES)
    digest.update(np.ascontiguousarray(picture).tobytes())
    return digest.hexdigest()


class RecordingEngine:
    """Passes everything on to another engine and remembers what it read.

    What it returns is rounded as in the recording, so that a replay gives exactly the same.
    """

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self._entries: dict[tuple[str, str], Any] = {}

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        readings = check_readings(self._engine.recognise_lines(pictures, careful), len(pictures))
        entries = [_line_to_json(reading) for reading in readings]
        for picture, entry in zip(pictures, entries, strict=True):
            self._entries[_line_kind(careful), picture_key(picture)] = entry
        return [_json_to_line(entry) for entry in entries]

    def read_page(self, picture: Picture) -> list[PageLine]:
        entry = [_page_line_to_json(line) for line in self._engine.read_page(picture)]
        self._entries["page", picture_key(picture)] = entry
        return [_json_to_page_line(line) for line in entry]

    def orientation(self, picture: Picture) -> Orientation:
        found = self._engine.orientation(picture)
        entry = [found.angle, _round(found.score)]
        self._entries["orientation", picture_key(picture)] = entry
        return _json_to_orientation(entry)

    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        return self._engine.fingerprint()

    def save(self, path: Path) -> None:
        """Write the recording; what was in the file is replaced."""
        rows: list[object] = [["engine", self.fingerprint()]]
        rows += [[kind, key, entry] for (kind, key), entry in sorted(self._entries.items())]
        lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class ReplayEngine:
    """Gives back what was recorded. Raises `OcrError` for a picture that was not."""

    def __init__(self, path: Path) -> None:
        """Raises `OcrError` where there is no recording or it is damaged."""
        self._path = path
        self._entries: dict[tuple[str, str], Any] = {}
        try:
            first, *rest = path.read_text(encoding="utf-8").splitlines()
            _, fingerprint = json.loads(first)
            self._fingerprint = tuple((str(name), str(value)) for name, value in fingerprint)
            for line in rest:
                kind, key, entry = json.loads(line)
                self._entries[kind, key] = entry
        except (OSError, ValueError) as error:
            raise OcrError(f"The recording {path} cannot be read: {error}.") from error

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        kind = _line_kind(careful)
        return [self._recall(kind, picture, _json_to_line) for picture in pictures]

    def read_page(self, picture: Picture) -> list[PageLine]:
        return self._recall("page", picture, lambda entry: [_json_to_page_line(e) for e in entry])

    def orientation(self, picture: Picture) -> Orientation:
        return self._recall("orientation", picture, _json_to_orientation)

    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        return self._fingerprint

    def _recall(self, kind: str, picture: Picture, make: Callable[[Any], T]) -> T:
        try:
            entry = self._entries[kind, picture_key(picture)]
        except KeyError:
            raise OcrError(
                f"The recording {self._path} holds no {kind} picture of shape {picture.shape} with "
                "these pixels: what is cut out of the page has changed since it was made.",
                "Record again with the real engine, and look at what has changed.",
            ) from None
        return make(entry)


def _round(value: float) -> float:
    return round(float(value), _DIGITS)


def _centres_to_json(places: tuple[float, ...] | None) -> list[float] | None:
    return None if places is None else [_round(place) for place in places]


def _json_to_centres(entry: Sequence[float] | None) -> tuple[float, ...] | None:
    return None if entry is None else tuple(entry)


def _line_kind(careful: bool) -> str:
    return "careful" if careful else "line"


def _line_to_json(line: LineReading) -> list[Any]:
    places, scores = _centres_to_json(line.char_centres), _centres_to_json(line.char_scores)
    return [line.text, _round(line.score), places, scores, line.second, _rivals_to_json(line)]


def _rivals_to_json(line: LineReading) -> dict[str, list[list[Any]]]:
    """What else characters may be, by their places, of those that may be something else."""
    pairs = enumerate(line.char_rivals or ())
    return {str(at): [[a, _round(p)] for a, p in rivals] for at, rivals in pairs if rivals}


def _json_to_rivals(text: str, entry: Mapping[str, Sequence[Sequence[Any]]]) -> tuple[Rivals, ...]:
    return tuple(
        tuple((letter, score) for letter, score in entry.get(str(at), ()))
        for at in range(len(text))
    )


def _json_to_line(entry: Sequence[Any]) -> LineReading:
    text, score, places, scores, second, rivals = entry
    centres, certain = _json_to_centres(places), _json_to_centres(scores)
    return LineReading(text, score, centres, certain, second, _json_to_rivals(text, rivals))


def _page_line_to_json(line: PageLine) -> dict[str, Any]:
    return {
        "text": line.text,
        "score": _round(line.score),
        "quad": [[_round(x), _round(y)] for x, y in line.quad],
        "centres": _centres_to_json(line.char_centres),
        "scores": _centres_to_json(line.char_scores),
    }


def _json_to_page_line(entry: Mapping[str, Any]) -> PageLine:
    a, b, c, d = ((float(x), float(y)) for x, y in entry["quad"])
    quad: Quad = (a, b, c, d)
    places, scores = _json_to_centres(entry["centres"]), _json_to_centres(entry["scores"])
    return PageLine(entry["text"], entry["score"], quad, places, scores)


def _json_to_orientation(entry: Sequence[Any]) -> Orientation:
    return Orientation(to_angle(int(entry[0])), float(entry[1]))
