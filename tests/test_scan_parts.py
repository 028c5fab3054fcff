"""Connected ink: what is asked of it quickly is what OpenCV says of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.scan.ink import Mask, opened, part_boxes
from pipeline.scan.parts import Parts, sparse_parts

Density = pytest.mark.parametrize("density", [0.0, 0.02, 0.3, 0.9])


def noise(density: float, seed: int = 0) -> Mask:
    """A page on which each pixel is ink by chance."""
    chosen = np.random.default_rng(seed).random((83, 131)) < density
    return np.asarray(chosen * np.uint8(255), np.uint8)


def boxes_of(mask: Mask) -> list[tuple[int, ...]]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return sorted(tuple(row) for row in stats[1:, :4].tolist())


@Density
def test_boxes_are_those_of_connected_ink(density: float) -> None:
    mask = noise(density)
    assert sorted(tuple(row) for row in part_boxes(mask).tolist()) == boxes_of(mask)


@Density
def test_sparse_parts_cover_the_ink_each_once(density: float) -> None:
    mask, painted = noise(density), np.zeros((83, 131), int)
    boxes = []
    for box, own in sparse_parts(mask):
        painted[box.y0 : box.y1, box.x0 : box.x1] += own
        boxes.append((box.x0, box.y0, box.width, box.height))
    assert (painted == (mask > 0)).all()
    assert sorted(boxes) == boxes_of(mask)


@Density
def test_chosen_parts_are_painted_whole(density: float) -> None:
    parts = Parts(noise(density))
    chosen = np.arange(len(parts)) % 3 == 1
    assert (parts.paint(chosen) == 255 * chosen[parts.labels].astype(np.uint8)).all()


@pytest.mark.parametrize("shape", [(1, 7), (9, 1), (1, 8), (6, 1), (2, 9), (3, 3)])
def test_a_mask_is_opened_as_by_opencv(shape: tuple[int, int]) -> None:
    mask = noise(0.9)
    wanted = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
    assert (opened(mask, shape) == wanted).all()
