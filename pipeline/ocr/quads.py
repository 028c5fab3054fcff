"""Corners of detected lines: put in order within a line, and lines in order on a page. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Quad

_UPRIGHT = 1.5
"""A line at least this many times as high as wide is taken to run downwards (as PaddleX does)."""


def to_quad(polygon: NDArray[np.float32] | NDArray[np.int16]) -> Quad:
    """Order the corners of a detected line clockwise from its top left.

    `polygon`: (4, 2), x and y in pixels. Raises `ValueError` for another shape.
    """
    points = np.asarray(polygon, dtype=float)
    if points.shape != (4, 2):
        raise ValueError(f"a line has four corners, not an array of shape {points.shape}")
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    corners = (left[0], right[0], right[1], left[1])
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d


def size(quad: Quad) -> tuple[float, float]:
    """Width and height in pixels: the longer of each pair of opposite sides."""
    corners = np.asarray(quad)
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))


def runs_downwards(quad: Quad) -> bool:
    """Tell whether the line is read as vertical text: its picture is turned before reading."""
    width, height = size(quad)
    return height >= _UPRIGHT * width


def reading_order(quads: Sequence[Quad]) -> list[Quad]:
    """Sort lines from the top down, those side by side from left to right.

    Lines are side by side where their middles differ by less than half the median line height.
    """
    if not quads:
        return []
    near = median(size(quad)[1] for quad in quads) / 2
    middles = [sum(y for _, y in quad) / 4 for quad in quads]
    rows: list[list[int]] = []
    first = 0.0
    for index in sorted(range(len(quads)), key=lambda i: middles[i]):
        if rows and middles[index] - first < near:
            rows[-1].append(index)
        else:
            rows.append([index])
            first = middles[index]
    return [quads[i] for row in rows for i in sorted(row, key=lambda i: min(quads[i])[0])]
