"""What is bent on a page beyond skew and slant: a smooth shift along each axis.

A rising edge bends level lines by an amount that changes fast along them and slowly from line to
line: the shift down is a cubic spline along the lines times a low polynomial across them; the
shift sideways of upright lines likewise. Fitted by penalised least squares (Eilers & Marx 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.prepare.slant import Floats, Lines

PIECES = 14
"""Stretches of the spline over the page: an edge that rises over an eighth of it shows."""
DEGREE = 2
"""Of the polynomial across the lines."""
STIFF = 3e-5
"""Weight of the spline's curvature against the points."""
ROUNDS = 5
SURE = 4e-3
"""Points off by so much are not given up, though most be nearer: the end of a rising edge is."""
SPAN = 1.25
"""The spline reaches from minus to plus this, in halves of the page's longer side."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift across lines of one axis: `weights` (splines, powers); `least`, `most`: the places
    across that lines told about, beyond which it stays as there."""

    weights: Floats
    least: float
    most: float

    def at(self, along: Floats, across: Floats) -> Floats:
        """The shift (n,) at places along and across the axis."""
        powers = _powers(np.clip(across, self.least, self.most))
        return np.asarray((_splines(along) @ self.weights * powers).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Bend:
    """The shifts that straighten level lines (`down`) and upright ones (`right`)."""

    down: Shift | None
    right: Shift | None

    def shift(self, points: Floats) -> Floats:
        """(n, 2) by how much each of these points moves."""
        x, y = points.T
        none = np.zeros_like(x)
        right = self.right.at(y, x) if self.right else none
        return np.stack((right, self.down.at(x, y) if self.down else none), axis=1)


def lines_to_bend(lines: Lines) -> Bend:
    """The smooth shifts under which the lines are straight."""
    return Bend(_axis_to_shift(lines, lines.level), _axis_to_shift(lines, ~lines.level))


def _axis_to_shift(lines: Lines, chosen: NDArray[np.bool_]) -> Shift | None:
    """The shift told by the lines of one axis; None where there are none.

    Points that stay far off count less from round to round (Tukey's biweight, starting wide).
    """
    if not chosen.any():
        return None
    part = Lines(
        lines.points[chosen], lines.line[chosen], lines.level[chosen], lines.weight[chosen]
    )
    across = part.across(part.points)
    along = np.where(part.level, part.points[:, 0], part.points[:, 1])
    basis = np.einsum("ni,nj->nij", _splines(along), _powers(across)).reshape(len(along), -1)
    penalty = _penalty()
    weight, weights = part.weight, np.zeros(basis.shape[1])
    for _ in range(ROUNDS):
        design = part.off_mean(basis, weight)
        off = part.off_mean(across, weight)
        heavy = design * weight[:, None]
        normal = design.T @ heavy / weight.sum() + penalty
        weights = np.linalg.solve(normal, -heavy.T @ off / weight.sum())
        left = np.abs(part.off_mean(across + basis @ weights, weight))
        scale = 6 * float(np.median(left)) + SURE
        weight = part.weight * np.square(np.maximum(1e-3, 1 - np.square(left / scale)))
    table = weights.reshape(-1, DEGREE + 1)
    # Lines tell how they bend and not where they belong: on the whole they stay where they are.
    table = table - np.average(_splines(along) @ table, axis=0, weights=part.weight)
    return Shift(table, float(across.min()), float(across.max()))


def _powers(places: Floats) -> Floats:
    return np.stack([places**power for power in range(DEGREE + 1)], axis=1)


def _splines(places: Floats) -> Floats:
    """(n, PIECES + 3) uniform cubic B-splines at `places`."""
    at = np.clip((places + SPAN) / (2 * SPAN) * PIECES, 0, PIECES - 1e-9)
    piece = at.astype(int)
    t = at - piece
    values = np.stack(
        (
            (1 - t) ** 3 / 6,
            (3 * t**3 - 6 * t**2 + 4) / 6,
            (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
            t**3 / 6,
        ),
        axis=1,
    )
    table = np.zeros((len(places), PIECES + 3))
    rows = np.arange(len(places))[:, None]
    table[rows, piece[:, None] + np.arange(4)] = values
    return table


def _penalty() -> Floats:
    """Curvature along the axis, more of it for higher powers, and a trace of the shift itself."""
    second = np.diff(np.eye(PIECES + 3), n=2, axis=0)
    stiff = STIFF * second.T @ second
    powers = np.diag(10.0 ** np.arange(DEGREE + 1))
    return np.asarray(np.kron(stiff, powers) + 1e-7 * np.eye((PIECES + 3) * (DEGREE + 1)))
