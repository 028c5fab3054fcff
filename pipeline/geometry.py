"""Boxes in PDF points (1/72 inch), origin at the top left, y growing downwards."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BBox:
    """An axis-aligned box in points: left, top, right, bottom.

    Raises ValueError when a side is not finite or the box is turned inside out.
    """

    x0: float
    top: float
    x1: float
    bottom: float

    def __post_init__(self) -> None:
        # One chained comparison is false for NaN as well as for an inverted box.
        if not (
            -math.inf < self.x0 <= self.x1 < math.inf
            and -math.inf < self.top <= self.bottom < math.inf
        ):
            raise ValueError(f"not a box: {self.x0}, {self.top}, {self.x1}, {self.bottom}")

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def x_mid(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y_mid(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        return self.width * self.height

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside or on the left or top side."""
        return self.x0 <= x < self.x1 and self.top <= y < self.bottom

    def overlap(self, other: BBox) -> float:
        """Area shared with `other`, in square points."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0

    def expand(self, margin: float) -> BBox:
        """The box grown by `margin` points on each side."""
        return BBox(self.x0 - margin, self.top - margin, self.x1 + margin, self.bottom + margin)

    def moved(self, right: float, down: float) -> BBox:
        """The box moved by so many points."""
        return BBox(self.x0 + right, self.top + down, self.x1 + right, self.bottom + down)

    def scaled(self, factor: float) -> BBox:
        """The box with every coordinate multiplied by `factor`."""
        return BBox(self.x0 * factor, self.top * factor, self.x1 * factor, self.bottom * factor)


def union(boxes: Iterable[BBox]) -> BBox:
    """The smallest box around all `boxes`; ValueError when there are none."""
    every = list(boxes)
    if not every:
        raise ValueError("the union of no boxes is undefined")
    return BBox(
        min(box.x0 for box in every),
        min(box.top for box in every),
        max(box.x1 for box in every),
        max(box.bottom for box in every),
    )
