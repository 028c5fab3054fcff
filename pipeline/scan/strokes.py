"""Straight runs of ink, and what tells those of rulings from those of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.scan.beside import Course
from pipeline.scan.ink import Mask

Axis = Literal["h", "v"]
AXES: tuple[Axis, Axis] = ("h", "v")
OTHER: dict[Axis, Axis] = {"h": "v", "v": "h"}

OVER = 0.2
"""Character heights; where a ruling crosses another one, the ink of that is no farther off."""
LINE = 0.12
"""Character heights by which pieces of one ruling lie off its line."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight run of ink in pixels, along its axis from `start` to `end`.

    Across, its middle lies at `first` where it starts and at `last` where it ends: what skew is
    left on the page shows here. `dotted`: made of dots or dashes.
    """

    axis: Axis
    first: float
    last: float
    start: int
    end: int
    thickness: int
    inferred: bool = False
    dotted: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def position(self) -> float:
        return (self.first + self.last) / 2

    @property
    def slope(self) -> float:
        """Change across per pixel along."""
        return (self.last - self.first) / max(1, self.length)


def off_line(unit: float) -> float:
    """Pixels by which pieces of one ruling may lie off its line."""
    return max(2.0, LINE * unit)


def in_line(strokes: Sequence[Stroke], unit: float, least: float) -> set[Stroke]:
    """The strokes on whose line lie others: pieces of a broken ruling, `least` pixels together."""
    found: set[Stroke] = set()
    for stroke in strokes:
        own = [
            other
            for other in strokes
            if other.axis == stroke.axis and abs(other.position - stroke.position) <= off_line(unit)
        ]
        if len(own) > 1 and sum(other.length for other in own) >= least:
            found.update(own)
    return found


def free_share(stroke: Stroke, mask: Mask, unit: float) -> float:
    """The share of a stroke's length that has paper on both sides."""
    return float(_course(stroke, mask).free(unit).mean())


def is_crossed(stroke: Stroke, strokes: Sequence[Stroke], mask: Mask, unit: float) -> bool:
    """Whether a stroke of text runs through a short one, as through the upright one of 市.

    Text beside a ruling may touch it, seldom on both sides at one height. `strokes`: all long ones,
    which are no text's.
    """
    places = stroke.start + np.flatnonzero(_course(stroke, mask).crossed(unit))
    if not places.size:
        return False
    near = max(3.0, OVER * unit)
    rules = [
        other.position
        for other in strokes
        if other.axis != stroke.axis and other.start - near <= stroke.position <= other.end + near
    ]
    return any(all(abs(place - rule) > near for rule in rules) for place in places)


def _course(stroke: Stroke, mask: Mask) -> Course:
    at = np.arange(stroke.start, stroke.end)
    middles = np.linspace(stroke.first, stroke.last, len(at))
    return Course(mask if stroke.axis == "h" else mask.T, at, middles, stroke.thickness // 2)
