"""The ink of a cell: what is text, and what is left of the rulings beside it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.scan.cells import Print, cell_to_pieces
from pipeline.scan.ink import Mask, PixelBox

UNIT = 30
CELL = PixelBox(20, 10, 220, 130)


def page_with(*inked: tuple[int, int, int, int]) -> Mask:
    """A page with two characters in the cell and more ink: left, top, right and bottom, pixels."""
    mask = np.zeros((140, 240), np.uint8)
    for left, top, right, bottom in ((60, 50, 88, 78), (92, 50, 120, 78), *inked):
        mask[top:bottom, left:right] = 255
    return mask


@pytest.mark.parametrize(
    ("name", "inked", "pieces"),
    [
        ("nothing else", (60, 50, 61, 51), 1),
        ("left of the ruling below", (150, 128, 162, 129), 1),
        ("left of the ruling above", (150, 12, 170, 13), 1),
        ("left of the ruling to the right", (217, 12, 218, 25), 1),
        ("a splinter beside the ruling to the right", (212, 100, 214, 112), 1),
        ("a 1 beside it", (212, 96, 214, 120), 2),
        ("a splinter away from the rulings", (150, 100, 152, 112), 2),
        ("a dash away from the rulings", (150, 100, 162, 101), 2),
        ("as thick as a stroke of print", (150, 124, 170, 128), 2),
        ("along the ruling below it, but across", (150, 105, 151, 128), 2),
    ],
)
def test_what_is_left_of_rulings_is_no_text(
    name: str, inked: tuple[int, int, int, int], pieces: int
) -> None:
    found = cell_to_pieces(CELL, Print(page_with(inked), UNIT))
    assert len(found) == pieces, name
    assert found[0].box.holds(PixelBox(60, 50, 120, 78)) or pieces == 2
