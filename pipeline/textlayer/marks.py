"""What a PDF page draws: characters, strokes, filled boxes and pictures, with their places.

All places are points with the origin at the top left of the visible page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipeline.textlayer.paths import Box

Paint = Literal["ink", "white", "hidden"]


class Mark(NamedTuple):
    """One character as drawn. `turn`: quarters clockwise that its line of text is turned, 0–3,
    or -1 when it stands askew; `base`: y of the base line (x for text turned by 1 or 3)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    turn: int
    paint: Paint


class Stroke(NamedTuple):
    """A straight piece of a line along one axis."""

    axis: Literal["h", "v"]
    position: float
    start: float
    end: float
    thickness: float
    white: bool


class Fill(NamedTuple):
    """The box around a filled area."""

    box: Box
    white: bool


class Picture(NamedTuple):
    """A placed picture; `opaque` when it has no mask, `marks_below`: characters drawn before it."""

    box: Box
    opaque: bool
    marks_below: int


@dataclass(slots=True)
class PageMarks:
    """All marks of one page, in the order in which they are drawn."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    outlines: int = 0
    """Filled areas with curved sides: many of them and no characters is text turned to outlines."""
    clipped: list[Box] = field(default_factory=list)
    """Characters drawn outside the clipping path, which nobody can see."""
