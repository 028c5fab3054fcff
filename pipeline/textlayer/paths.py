"""Paths and boxes in page space: the plane geometry that the device needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Point = tuple[float, float]


class Subpath(NamedTuple):
    """A polygon; `bends` are the indices of the points that a true curve leads to."""

    points: list[Point]
    bends: list[int]


def subpaths(path: Sequence[Any], ctm: Matrix) -> list[Subpath]:
    """The pieces of a path as polygons on the page."""
    a, b, c, d, e, f = ctm
    parts: list[Subpath] = []
    points: list[Point] = []
    bends: list[int] = []
    for operation in path:
        kind = operation[0]
        if kind == "h":
            if points:
                points.append(points[0])
            continue
        if kind == "m":
            if len(points) > 1:
                parts.append(Subpath(points, bends))
            points, bends = [], []
        elif kind != "l" and points and _bends(operation, ctm, points[-1]):
            bends.append(len(points))
        x, y = operation[-2], operation[-1]
        points.append((a * x + c * y + e, b * x + d * y + f))
    if len(points) > 1:
        parts.append(Subpath(points, bends))
    return parts


def _bends(operation: Sequence[Any], ctm: Matrix, start: Point) -> bool:
    """Whether a Bézier curve is anything but a straight line along an axis."""
    places = zip(operation[1::2], operation[2::2], strict=True)
    points = [start, *(apply(ctm, x, y) for x, y in places)]
    left, top, right, bottom = bounds(points)
    (x0, y0), (x1, y1) = points[0], points[-1]
    wide, high = right - left, bottom - top
    slack = 0.02 * max(wide, high)
    overshoot = max(wide - abs(x1 - x0), high - abs(y1 - y0))
    return min(wide, high) > slack or overshoot > slack


def apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def bounds(points: Sequence[Point]) -> Box:
    xs = [point[0] for point in points]
    ys = [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def sorted_box(box: Sequence[float]) -> Box:
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def intersection(one: Box, other: Box) -> Box:
    x0, y0 = max(one[0], other[0]), max(one[1], other[1])
    return x0, y0, max(x0, min(one[2], other[2])), max(y0, min(one[3], other[3]))


def inside(inner: Box, outer: Box) -> bool:
    """Whether `inner` has an area, lies within `outer` and is not the same."""
    return (
        outer[0] <= inner[0] < inner[2] <= outer[2]
        and outer[1] <= inner[1] < inner[3] <= outer[3]
        and inner != outer
    )


def frame(outer: Box, inner: Box) -> tuple[Box, Box, Box, Box]:
    """What of `outer` lies around `inner`: above, below, left, right."""
    return (
        (outer[0], outer[1], outer[2], inner[1]),
        (outer[0], inner[3], outer[2], outer[3]),
        (outer[0], outer[1], inner[0], outer[3]),
        (inner[2], outer[1], outer[2], outer[3]),
    )
