"""The one interface that the pipeline has to text recognition.

Pictures are uint8 arrays of shape (height, width, 3) in RGB, as in `Raster`. Lengths are pixels of
the picture given, origin top left; turning them into points is the caller's business.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeVar, cast, runtime_checkable

from pipeline.errors import OcrError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
Angle = Literal[0, 90, 180, 270]
Rivals = tuple[tuple[str, float], ...]
"""What else a character may be, each with its probability."""
T = TypeVar("T")


def _check_reading(text: str, score: float, per_char: tuple[object, ...] | None) -> None:
    if not 0.0 <= score <= 1.0:
        raise ValueError(f"a score lies in 0–1, not {score}")
    if per_char is not None and len(per_char) != len(text):
        raise ValueError(f"{len(per_char)} values for the {len(text)} characters of a line")


@dataclass(frozen=True, slots=True)
class LineReading:
    """What was read in the picture of one line.

    `text` is as the engine gave it, blanks included; "" with score 0 where nothing was read.
    `score` is the mean probability of the characters, 0–1. `char_centres` holds, per character of
    `text`, the horizontal place of its peak as a fraction of the picture's width (0 left, 1
    right), not falling; good to about half a character; `char_scores` their probabilities, 0–1.
    `char_rivals` is what else each may be, with a probability. None where the engine does not tell.
    `second` is what another model read in the same picture, None where only one was asked.
    """

    text: str
    score: float
    char_centres: tuple[float, ...] | None = None
    char_scores: tuple[float, ...] | None = None
    second: str | None = None
    char_rivals: tuple[Rivals, ...] | None = None

    def __post_init__(self) -> None:
        for per_char in (self.char_centres, self.char_scores, self.char_rivals):
            _check_reading(self.text, self.score, per_char)

    @property
    def lowest(self) -> float:
        """The probability of the least certain character that is no blank; 0 where none was read.

        The line's `score` where the engine does not tell.
        """
        if self.char_scores is None:
            return self.score
        shown = [p for c, p in zip(self.text, self.char_scores, strict=True) if not c.isspace()]
        return min(shown, default=0.0)

    def without(self, places: Collection[int]) -> LineReading:
        """The reading without the characters at some places of its text."""
        left = [at for at in range(len(self.text)) if at not in places]
        return replace(
            self,
            text="".join(self.text[at] for at in left),
            char_centres=_chosen(self.char_centres, left),
            char_scores=_chosen(self.char_scores, left),
            char_rivals=_chosen(self.char_rivals, left),
        )

    def with_letter(self, at: int, letter: str, probability: float) -> LineReading:
        """The reading with another character at a place; what was read there is its rival."""
        rival = ((self.text[at], 1 - probability),)
        return replace(
            self,
            text=self.text[:at] + letter + self.text[at + 1 :],
            char_scores=_put(self.char_scores, at, 1, probability),
            char_rivals=_put(self.char_rivals, at, 1, rival),
        )

    def with_more(self, at: int, letter: str, centre: float, probability: float) -> LineReading:
        """The reading with one character more before a place; `centre` as in `char_centres`."""
        return replace(
            self,
            text=self.text[:at] + letter + self.text[at:],
            char_centres=_put(self.char_centres, at, 0, min(1.0, max(0.0, centre))),
            char_scores=_put(self.char_scores, at, 0, probability),
            char_rivals=_put(self.char_rivals, at, 0, ()),
        )


def _chosen(values: tuple[T, ...] | None, places: Sequence[int]) -> tuple[T, ...] | None:
    return None if values is None else tuple(values[at] for at in places)


def _put(values: tuple[T, ...] | None, at: int, over: int, value: T) -> tuple[T, ...] | None:
    """The values with one more at a place, which takes the place of so many."""
    return None if values is None else (*values[:at], value, *values[at + over :])


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of text found on a page.

    `quad` are the corners in pixels, clockwise from the text's top left; `char_centres` are
    fractions along the quad's top edge; all else is as in `LineReading`.
    """

    text: str
    score: float
    quad: Quad
    char_centres: tuple[float, ...] | None = None
    char_scores: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        _check_reading(self.text, self.score, self.char_centres)
        _check_reading(self.text, self.score, self.char_scores)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright box around the quad in pixels: left, top, right, bottom."""
        xs = [x for x, _ in self.quad]
        ys = [y for _, y in self.quad]
        return min(xs), min(ys), max(xs), max(ys)


class Orientation(NamedTuple):
    """How a page picture lies: turned clockwise by `angle` degrees, with a probability.

    `numpy.rot90(picture, angle // 90)` turns it upright.
    """

    angle: Angle
    score: float


def to_angle(degrees: int) -> Angle:
    """Check that an angle is a quarter turn. Raises `OcrError` where it is not."""
    if degrees not in (0, 90, 180, 270):
        raise OcrError(f"The engine gave {degrees}° as the orientation of a page.")
    return cast("Angle", degrees)


@runtime_checkable
class OcrEngine(Protocol):
    """Reads text in pictures. Every method raises `OcrError` where the engine fails.

    Several pages are read at a time, so several threads may call one engine.
    """

    def recognise_lines(
        self, pictures: Sequence[Picture], careful: bool = False
    ) -> list[LineReading]:
        """Read pictures of single upright lines: one reading per picture, in the given order.

        With `careful` the best model reads all of them; else it need only read what a quicker one
        is not sure of. A picture without height or width reads as "" with score 0.
        """
        ...

    def read_page(self, picture: Picture) -> list[PageLine]:
        """Find and read the lines of a page picture, from the top down."""
        ...

    def orientation(self, picture: Picture) -> Orientation:
        """Tell which way up a page picture lies."""
        ...

    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        """Name and value of everything that decides what is read: versions, model hashes."""
        ...


def check_readings(readings: list[T], pictures: int) -> list[T]:
    """Return `readings` if there is one per picture. Raises `OcrError` otherwise."""
    if len(readings) != pictures:
        raise OcrError(
            f"The engine returned {len(readings)} readings for {pictures} pictures of lines.",
            "Run `gongwen check`; if it passes, please report this.",
        )
    return readings
