"""Grey page pictures → ink: an even background, a mask of dark pixels, the character height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]

# The body text of notices is 10.5 to 16 points high (五号 to 三号): what to believe when a page
# has no characters to measure.
DEFAULT_CHARACTER_POINTS = 12.0


@dataclass(frozen=True, slots=True)
class PixelBox:
    """A box in pixels of the upright page: left and top inside, right and bottom outside."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def x_mid(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y_mid(self) -> float:
        return (self.y0 + self.y1) / 2

    def holds(self, other: PixelBox) -> bool:
        """Whether `other` lies inside."""
        return (
            self.x0 <= other.x0
            and self.y0 <= other.y0
            and other.x1 <= self.x1
            and other.y1 <= self.y1
        )

    def cut(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of `pixels` (height, width, …) inside the box."""
        return pixels[self.y0 : self.y1, self.x0 : self.x1]


def around(boxes: Sequence[PixelBox]) -> PixelBox:
    """The box that holds all of some."""
    return PixelBox(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def even_background(grey: Grey) -> Grey:
    """Divide by the paper's own brightness, so that paper is white: uint8 (height, width).

    The paper is what a closing larger than any stroke leaves, taken on a small picture.
    """
    step = max(1, round(max(grey.shape) / 500))
    small = shrunk(grey, step)
    reach = max(3, min(small.shape) // 12) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    # As `GaussianBlur`, whose own way with bytes takes four times as long.
    bell = cv2.getGaussianKernel(round(3 * reach) + 1 | 1, reach / 2)
    even = np.rint(cv2.sepFilter2D(paper, cv2.CV_32F, bell, bell)).astype(np.uint8)
    if int(even.min()) >= 250:
        return grey
    whole = grown(even, step, grey.shape, cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(whole, 1), scale=255), dtype=np.uint8)


def shrunk(pixels: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """The picture (height, width, …) made smaller by a whole factor: means of `step` × `step`.

    Rows and columns left over at the far edges do not count: to fit them in, OpenCV needs four
    times as long. `grown` undoes it.
    """
    rows, columns = (max(1, side // step) for side in pixels.shape[:2])
    whole = pixels[: rows * step, : columns * step]
    small = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def grown(small: Grey, step: int, shape: tuple[int, ...], interpolation: int) -> Grey:
    """The picture that `shrunk` made, as large again; `shape` is that of the whole one."""
    rows, columns = (
        min(whole, side * step) for whole, side in zip(shape, small.shape, strict=True)
    )
    whole = cv2.resize(small, (columns, rows), interpolation=interpolation)
    far = (0, shape[0] - rows, 0, shape[1] - columns)
    return np.asarray(cv2.copyMakeBorder(whole, *far, cv2.BORDER_REPLICATE), np.uint8)


def ink_level(grey: Grey) -> int:
    """The grey below which a pixel is ink (Otsu 1979), kept off both ends.

    On a page with little or no ink Otsu's threshold falls into the noise of the paper; no higher
    than 200 keeps paper out, no lower than 90 keeps faint print in.
    """
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return int(min(max(level, 90), 200))


def ink_mask(grey: Grey, level: int) -> Mask:
    """255 where there is ink, 0 elsewhere."""
    return np.asarray(cv2.threshold(grey, level, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)


def character_height(mask: Mask, dpi: float) -> float:
    """The usual height of a character on the page, in pixels.

    Chinese characters fall into parts; joined over a sixth of their height most become one
    component about as wide as high, or one as long as their line. The median of the shorter sides
    of those, which are the same on a page that lies sideways, is the page's unit of length.
    """
    guess = DEFAULT_CHARACTER_POINTS * dpi / 72
    joined_over, sides = 0, np.zeros((0, 2))
    for _ in range(2):
        reach = max(1, round(guess / 6))
        if reach != joined_over:
            joined_over, sides = reach, _joined_sides(mask, reach)
        short, long = sides.min(axis=1), sides.max(axis=1)
        square = (long < 1.4 * short) & (short > guess / 3)
        line = (long > 2.5 * short) & (short > guess / 3)
        short = short[(square | line) & (short < 5 * guess)]
        if short.size < 4:
            return guess
        guess = float(np.median(short))
    return guess


def _joined_sides(mask: Mask, reach: int) -> NDArray[np.float64]:
    """Width and height of the parts of ink joined over `reach` pixels: (parts, 2)."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    return part_boxes(np.asarray(joined, np.uint8))[:, 2:].astype(np.float64)


def part_boxes(mask: Mask) -> NDArray[np.int64]:
    """x, y, width and height of each connected part (8 neighbours) of the ink: (parts, 4)."""
    # By their outlines: it takes a third of the time of labelling every pixel.
    outlines, above = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    tree = [] if above is None else above[0].tolist()
    boxes = [
        cv2.boundingRect(outline)
        for outline, (_, _, _, parent) in zip(outlines, tree, strict=True)
        if parent < 0
    ]
    return np.array(boxes, np.int64).reshape(-1, 4)


def opened(mask: Mask, shape: tuple[int, int]) -> Mask:
    """The mask opened (MORPH_OPEN) by a box of `shape` (rows, columns)."""
    # Along columns OpenCV takes half of the time that it takes along rows.
    if shape[1] > shape[0]:
        return transposed(opened(transposed(mask), (shape[1], shape[0])))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), np.uint8)


def transposed(mask: Mask) -> Mask:
    """Rows as columns, the other way round."""
    return np.asarray(cv2.transpose(mask), np.uint8)


def runs(filled: NDArray[np.bool_], bridge: int = 0) -> list[tuple[int, int]]:
    """Stretches of True as (start, end); holes of at most `bridge` places are passed over."""
    edges = np.diff(np.concatenate(([False], filled, [False])).astype(np.int8))
    found: list[tuple[int, int]] = []
    for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        if found and start - found[-1][1] <= bridge:
            found[-1] = (found[-1][0], int(end))
        else:
            found.append((int(start), int(end)))
    return found


def filled_columns(mask: NDArray[np.uint8] | NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which columns hold ink."""
    return np.asarray(mask.any(axis=0))


def filled_rows(mask: NDArray[np.uint8] | NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows hold ink."""
    return np.asarray(mask.any(axis=1))


def without(mask: Mask, other: Mask) -> Mask:
    """The ink of `mask` that is not in `other`."""
    return np.asarray(cv2.bitwise_and(mask, cv2.bitwise_not(other)), dtype=np.uint8)


def has_eye(ink: NDArray[np.bool_]) -> bool:
    """Whether the ink closes a ring around paper, as that of 。 does."""
    return bool(eyes(ink))


def eyes(ink: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Paper that ink closes in: left, top, width and height of each, in pixels."""
    around = np.pad(~ink, 1, constant_values=True).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(around, connectivity=4)
    inside = [part for part in range(1, len(stats)) if part != labels[0, 0]]
    return [(int(x) - 1, int(y) - 1, int(w), int(h)) for x, y, w, h, _ in stats[inside].tolist()]
