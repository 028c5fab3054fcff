"""Lines that a pen drew into a cell, below words or beside them: no rulings.

A ruling ends on others. What hangs free between two of them, with nothing in line behind either,
parts no cells, however long it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.strokes import AXES, OTHER, Axis, Stroke

# In character heights.
FREE = 1.0  # so far from the next ruling at both ends a line hangs free; see `rulings.BRIDGE`
IN_LINE = 0.4  # pieces of one ruling lie off it by no more
REACH = 0.5  # a ruling that is a little too short still stands beside the line

Extents = NDArray[np.float64]
"""Start, end and position of strokes along one axis: (3, strokes)."""


def find_underlines(strokes: Sequence[Stroke], unit: float) -> frozenset[Stroke]:
    """Those of the strokes that hang free inside a cell; `unit` is the character height, pixels."""
    extents = {axis: _extents(strokes, axis) for axis in AXES}
    return frozenset(
        stroke
        for stroke in strokes
        if not stroke.dotted
        and _hangs_free(stroke, extents[stroke.axis], extents[OTHER[stroke.axis]], unit)
    )


def _extents(strokes: Sequence[Stroke], axis: Axis) -> Extents:
    own = [(s.start, s.end, s.position) for s in strokes if s.axis == axis]
    return np.array(own, np.float64).reshape(-1, 3).T


def _hangs_free(stroke: Stroke, along: Extents, crossing: Extents, unit: float) -> bool:
    start, end, position = crossing
    at, reach = stroke.position, REACH * unit
    beside = position[(start - reach <= at) & (at <= end + reach)]
    before = beside[beside <= (stroke.start + stroke.end) / 2]
    behind = beside[beside > (stroke.start + stroke.end) / 2]
    if not before.size or not behind.size:
        return False
    start, end, position = along
    line = np.abs(position - at) <= IN_LINE * unit
    free = FREE * unit
    return bool(start[line].min() >= before.max() + free and end[line].max() <= behind.min() - free)
