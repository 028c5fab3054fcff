"""The edge of the paper on a photograph or a scan: a long dark line that is no ruling."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.scan.strokes import OTHER, Stroke

# In character heights.
NEAR = 3.0  # the edge of the paper lies so near to that of the picture
MEET = 0.5  # rulings that end on another come so near to it
LONG = 0.5
"""Share of the picture's side that the edge of the paper runs along."""


def without_edges(
    strokes: Sequence[Stroke], shape: tuple[int, int], unit: float
) -> tuple[Stroke, ...]:
    """The strokes that may be rulings of a table.

    Left out are those along the sides of the picture on which no other ruling ends. `shape`: height
    and width of the picture, `unit` the character height, all in pixels.
    """
    edges = {stroke for stroke in strokes if _lies_at_side(stroke, shape, unit)}
    inner = [stroke for stroke in strokes if stroke not in edges]
    return tuple(
        stroke
        for stroke in strokes
        if stroke not in edges or any(_ends_on(other, stroke, unit) for other in inner)
    )


def _lies_at_side(stroke: Stroke, shape: tuple[int, int], unit: float) -> bool:
    across, along = shape if stroke.axis == "h" else shape[::-1]
    far = min(stroke.position, across - stroke.position) > NEAR * unit
    return not far and stroke.length > LONG * along


def _ends_on(other: Stroke, edge: Stroke, unit: float) -> bool:
    if other.axis != OTHER[edge.axis]:
        return False
    reach = MEET * unit
    meets = min(abs(other.start - edge.position), abs(other.end - edge.position)) <= reach
    return meets and edge.start - reach <= other.position <= edge.end + reach
