"""The slant of a photographed page: the homography that makes its lines level and upright.

Only what lines tell is looked for: level lines tell their shear and how they run together to one
side, upright lines the same for theirs. Sizes and the shape of the sheet stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 6
"""Newton's steps; four reach a thousandth of a pixel from a slant of a tenth of the page."""
KEEP = 1e-3
"""Weight, per point, of leaving the page as it is: what no line tells stays so."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Points on lines that should be straight, in halves of the page's longer side from its middle.

    `points`: (n, 2) x and y; `line`: (n,) the number of the line each lies on, from 0; `level`:
    (n,) whether that line should be level (else upright); `weight`: (n,) how much it counts.
    """

    points: Floats
    line: NDArray[np.int64]
    level: NDArray[np.bool_]
    weight: Floats

    def across(self, points: Floats) -> Floats:
        """(n,) where each of these points stands across its line."""
        return np.where(self.level, points[:, 1], points[:, 0])

    def off_mean(self, values: Floats, weight: Floats) -> Floats:
        """`values`, (n,) or (n, k), less their weighted mean on each line."""
        total = np.maximum(np.bincount(self.line, weight), 1e-12)
        if values.ndim == 1:
            means = np.bincount(self.line, weight * values) / total
            return np.asarray(values - means[self.line], np.float64)
        columns = [self.off_mean(column, weight) for column in values.T]
        return np.stack(columns, axis=1)


def lines_to_slant(lines: Lines) -> Floats:
    """The homography (3, 3) under which the lines are as level and upright as can be.

    With x' = (x + s y) / (1 + a x + b y) and y' = (y + t x) / (1 + a x + b y), level lines tell t
    and a, upright ones s and b; found by least squares, each step on the points as moved so far.
    Lines that stay crooked count less and less (Huber 1964).
    """
    slant = np.eye(3)
    points, weight = lines.points, lines.weight
    for _ in range(ROUNDS):
        x, y = points.T
        none = np.zeros_like(x)
        level = np.stack((none, x, -x * y, -y * y), axis=1)
        upright = np.stack((y, none, -x * x, -x * y), axis=1)
        tell = np.where(lines.level[:, None], level, upright)
        design = lines.off_mean(tell, weight)
        off = lines.off_mean(lines.across(points), weight)
        heavy = design * weight[:, None]
        normal = design.T @ heavy + KEEP * weight.sum() * np.diag((1e-3, 1e-3, 1, 1))
        s, t, a, b = np.linalg.solve(normal, -heavy.T @ off)
        slant = np.array(((1, s, 0), (t, 1, 0), (a, b, 1))) @ slant
        points = apply_slant(slant, lines.points)
        off = np.abs(lines.off_mean(lines.across(points), weight))
        scale = 2 * float(np.median(off)) + 1e-6
        weight = lines.weight * np.minimum(1.0, scale / np.maximum(off, 1e-9))
    return np.asarray(slant / slant[2, 2], np.float64)


def apply_slant(slant: Floats, points: Floats) -> Floats:
    """(n, 2) points under the homography."""
    moved = points @ slant[:, :2].T + slant[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:])
