"""Lines that a pen drew into a cell, below words or beside them: no rulings.

A ruling ends on others. What hangs free between two of them, with nothing in line behind either,
parts no cells, however long it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.scan.strokes import OTHER, Stroke

# In character heights.
FREE = 1.0  # so far from the next ruling at both ends a line hangs free; see `rulings.BRIDGE`
IN_LINE = 0.4  # pieces of one ruling lie off it by no more
REACH = 0.5  # a ruling that is a little too short still stands beside the line


def find_underlines(strokes: Sequence[Stroke], unit: float) -> frozenset[Stroke]:
    """Those of the strokes that hang free inside a cell; `unit` is the character height, pixels."""
    return frozenset(stroke for stroke in strokes if _hangs_free(stroke, strokes, unit))


def _hangs_free(stroke: Stroke, strokes: Sequence[Stroke], unit: float) -> bool:
    if stroke.dotted:
        return False
    crossing = [
        other.position
        for other in strokes
        if other.axis == OTHER[stroke.axis]
        and other.start - REACH * unit <= stroke.position <= other.end + REACH * unit
    ]
    middle = (stroke.start + stroke.end) / 2
    before = max((at for at in crossing if at <= middle), default=None)
    behind = min((at for at in crossing if at > middle), default=None)
    if before is None or behind is None:
        return False
    line = [
        other
        for other in strokes
        if other.axis == stroke.axis and abs(other.position - stroke.position) <= IN_LINE * unit
    ]
    start, end = min(other.start for other in line), max(other.end for other in line)
    return start >= before + FREE * unit and end <= behind - FREE * unit
