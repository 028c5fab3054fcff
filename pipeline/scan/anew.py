"""A line with a lost mark set anew: the mark where print has it, with the room it has there.

Recognisers have seen marks at the foot of their square, with the rest of it empty. Some faces set
them in its middle or close to the next character, and there they are dropped at full score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.crops import MARGIN, PAPER, Piece
from pipeline.scan.ink import Grey, Mask

# In heights of the line.
BEFORE, AFTER = 0.1, 0.55  # blank beside the mark
FOOT = 0.68  # the top of a mark that stands at the foot
HIGH = 0.35  # what ends above this is a quote, and stays there
DOT = 0.2  # what is smaller is a dot
BROAD = 0.5  # what is wider is a dash, and stays in the middle


@dataclass(frozen=True, slots=True)
class Anew:
    """A picture of a line set anew: `places` are the page x of its columns, in pixels."""

    picture: NDArray[np.uint8]
    places: tuple[float, ...]

    def to_page(self, shares: Sequence[float]) -> list[float]:
        """Page x of places given as shares of the picture's width."""
        last = len(self.places) - 1
        return [self.places[min(last, int(share * len(self.places)))] for share in shares]


def set_anew(piece: Piece, marks: Sequence[tuple[int, int]], grey: Grey, mask: Mask) -> Anew:
    """The line of `piece` with room around its `marks` (first and last columns, page x).

    A mark is brought to the foot of the line as well. `grey`: the page without rulings; `mask`: its
    ink.
    """
    box, height = piece.box, piece.height
    line = box.cut(grey)
    tall = line.shape[0]
    columns: list[NDArray[np.uint8]] = []
    places: list[float] = []

    def add(pixels: NDArray[np.uint8], first: float, last: float) -> None:
        columns.append(pixels)
        places.extend(np.linspace(first, last, pixels.shape[1], endpoint=False).tolist())

    def add_blank(share: float, at: float) -> None:
        add(np.full((tall, max(1, round(share * height))), PAPER, np.uint8), at, at)

    at = box.x0
    add_blank(MARGIN, at)
    for start, end in sorted(marks):
        add(line[:, at - box.x0 : start - box.x0], at, start)
        add_blank(BEFORE, start)
        mark = line[:, start - box.x0 : end - box.x0]
        ink = mask[box.y0 : box.y1, start:end]
        add(_at_foot(mark, ink, height), start, end)
        add_blank(AFTER, end)
        at = end
    add(line[:, at - box.x0 :], at, box.x1)
    add_blank(MARGIN, box.x1)
    picture = np.concatenate(columns, axis=1)
    margin = round(MARGIN * height)
    whole = np.pad(picture, ((margin, margin), (0, 0)), constant_values=PAPER)
    return Anew(np.repeat(whole[:, :, None], 3, axis=2), tuple(places))


def _at_foot(mark: Grey, ink: Mask, height: float) -> Grey:
    """A mark moved down to where 、 and 。 stand; quotes, dashes and dots (·) as they are."""
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return mark
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    wide = mark.shape[1]
    dot = max(wide, bottom - top) < DOT * height
    if dot or bottom <= HIGH * height or wide > BROAD * height:
        return mark
    down = max(0, min(mark.shape[0] - bottom, round(FOOT * height) - top))
    moved = np.full_like(mark, PAPER)
    moved[down:] = mark[: mark.shape[0] - down]
    return moved
