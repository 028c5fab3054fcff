"""Connected ink: what is asked of it quickly is what OpenCV says of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.scan import dots
from pipeline.scan.chains import may_share_row
from pipeline.scan.ink import Mask, grown, opened, part_boxes, shrunk
from pipeline.scan.parts import Parts, sparse_parts
from pipeline.scan.prepare import noise as noise_step

Density = pytest.mark.parametrize("density", [0.0, 0.02, 0.3, 0.9])


def noise(density: float, seed: int = 0) -> Mask:
    """A page on which each pixel is ink by chance."""
    chosen = np.random.default_rng(seed).random((83, 131)) < density
    return np.asarray(chosen * np.uint8(255), np.uint8)


def strewn(random: np.random.Generator, count: tuple[int, int], tall: int, wide: int) -> Mask:
    """A page with some specks, each lower than `tall` and narrower than `wide` pixels."""
    mask = np.zeros((120, 200), np.uint8)
    for _ in range(random.integers(*count)):
        y, x = random.integers(0, 116), random.integers(0, 195)
        mask[y : y + random.integers(1, tall), x : x + random.integers(1, wide)] = 255
    return mask


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


@Density
def test_parts_have_the_boxes_and_middles_that_opencv_gives(density: float) -> None:
    mask = noise(density)
    parts = Parts(mask)
    count, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert len(parts) == count
    assert (parts.labels == labels).all()
    assert (parts.stats[1:] == stats[1:]).all()
    assert parts.middles[1:] == pytest.approx(middles[1:])


def test_parts_smaller_than_asked_for_are_left_out() -> None:
    mask = noise(0.3)
    large = [box for box, _ in sparse_parts(mask, wide=3, tall=2)]
    assert sorted((b.x0, b.y0, b.width, b.height) for b in large) == [
        box for box in boxes_of(mask) if box[2] >= 3 and box[3] >= 2
    ]


@pytest.mark.parametrize("shape", [(50, 70), (53, 71), (2, 40)])
def test_a_picture_made_smaller_is_as_large_again(shape: tuple[int, int]) -> None:
    picture = np.full(shape, 200, np.uint8)
    picture[:, : shape[1] // 2] = 40
    small = shrunk(picture, 5)
    assert small.shape == (max(1, shape[0] // 5), shape[1] // 5)
    again = grown(small, 5, shape, cv2.INTER_NEAREST)
    assert again.shape == shape
    assert np.abs(again.astype(int) - picture).mean() < 8


@pytest.mark.parametrize("seed", range(60))
def test_no_row_of_dots_is_overlooked(seed: int) -> None:
    """What says that no row runs through dots is right: none is found among them."""
    parts, unit = Parts(strewn(np.random.default_rng(seed), (5, 90), tall=4, wide=5)), 12.0
    small = parts.size <= dots.DASH * unit
    small[0] = False
    link, least = dots.GAP * unit + 2, dots.ROW * unit
    rows = dots._fill(parts.paint(small), dots.GAP * unit, unit)
    assert may_share_row(parts.stats[small, :4], link, least) or not rows.any()


@pytest.mark.parametrize("seed", range(30))
def test_marks_over_each_other_are_found_as_by_joining_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    parts, unit = Parts(strewn(random, (2, 60), tall=5, wide=4)), 12.0
    marks = random.random(len(parts)) < 0.8
    marks[0] = False
    link = max(2, round(noise_step.PAIRED * unit)) | 1
    joined = cv2.morphologyEx(parts.paint(marks), cv2.MORPH_CLOSE, np.ones((link, 1), np.uint8))
    wanted = np.zeros(len(parts), bool)
    for box, own in sparse_parts(np.asarray(joined, np.uint8)):
        if box.width <= noise_step.LONE * unit and box.height <= unit:
            pair = parts.under(own & (box.cut(parts.paint(marks)) > 0), box)
            if len(pair) == 2:
                wanted[pair] = True
    assert (noise_step._paired(parts, marks, unit) == wanted).all()
