"""Connected ink of a page: questions about it look at ink alone, a twentieth of the page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask, PixelBox, filled_columns, filled_rows

TILES = 5
"""Parts of a page along each side, of which the usual one is taken."""


class Parts:
    """The connected parts (8 neighbours) of a mask that is 255 on ink; part 0 is the paper.

    `labels` is the number of the part at each pixel; `stats` and `middles` are (parts, 5) and
    (parts, 2), in pixels. The box of the paper is the picture; its middle is not told (0, 0).
    """

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        # With their sides and middles it takes twice as long, for it goes over all of the paper.
        self.count, labels = cv2.connectedComponents(mask, connectivity=8)
        self.labels: NDArray[np.int32] = np.asarray(labels)

    def __len__(self) -> int:
        return self.count

    @cached_property
    def stats(self) -> NDArray[np.int32]:
        """Left, top, width, height and pixels of each part, in the order of OpenCV's."""
        height, width = self.mask.shape
        (rows, columns), owners = self._places, self._owners
        left, right = np.full(self.count, width, np.int32), np.zeros(self.count, np.int32)
        np.minimum.at(left, owners, columns)
        np.maximum.at(right, owners, columns)
        # Rows come in order: what is written last stays.
        top, foot = np.zeros((2, self.count), np.int32)
        top[owners[::-1]], foot[owners] = rows[::-1], rows
        area = np.bincount(owners, minlength=self.count)
        stats = np.stack((left, top, right - left + 1, foot - top + 1, area), axis=1)
        stats[0] = (0, 0, width, height, self.mask.size - len(owners))
        return stats.astype(np.int32)

    @cached_property
    def middles(self) -> NDArray[np.float64]:
        """Mean x and y of the pixels of each part."""
        area = np.maximum(1, self.stats[:, cv2.CC_STAT_AREA])
        rows, columns = self._places
        sums = [np.bincount(self._owners, own, self.count) for own in (columns, rows)]
        return np.asarray(np.stack(sums, axis=1) / area[:, None])

    @cached_property
    def wide(self) -> NDArray[np.int32]:
        """Columns that each part takes."""
        return self.stats[:, cv2.CC_STAT_WIDTH]

    @cached_property
    def tall(self) -> NDArray[np.int32]:
        """Rows that each part takes."""
        return self.stats[:, cv2.CC_STAT_HEIGHT]

    @cached_property
    def size(self) -> NDArray[np.int32]:
        """The longer side of each part."""
        return np.maximum(self.wide, self.tall)

    @cached_property
    def _ink(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.mask.view(np.bool_))

    @cached_property
    def _places(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Rows and columns of the ink."""
        height, width = self.mask.shape
        counts = np.count_nonzero(self.mask, axis=1)
        rows = np.repeat(np.arange(height, dtype=np.int32), counts)
        return rows, (self._ink - rows.astype(np.intp) * width).astype(np.int32)

    @cached_property
    def _owners(self) -> NDArray[np.int32]:
        return self.labels.ravel()[self._ink]

    def under(self, ink: NDArray[np.bool_], box: PixelBox) -> NDArray[np.int32]:
        """The parts, each once, that have ink where `ink` is True; it covers `box`."""
        labels = self.labels[box.y0 : box.y1, box.x0 : box.x1][ink]
        return np.unique(labels[labels > 0])

    def paint(self, chosen: NDArray[np.bool_]) -> Mask:
        """255 on the ink of the chosen parts: uint8 (height, width)."""
        painted = np.zeros(self.mask.size, np.uint8)
        if chosen.any():
            painted[self._ink[chosen[self._owners]]] = 255
        return painted.reshape(self.mask.shape)


def sparse_parts(
    mask: Mask, wide: float = 0, tall: float = 0
) -> Iterator[tuple[PixelBox, NDArray[np.bool_]]]:
    """Box of each connected part of a mask, and where in the box it lies.

    For masks that are empty but for a few rows or columns, as those of rulings are: only these are
    looked at, so that it takes a fraction of the time. `wide` and `tall`: the least sides of parts.
    """
    rows, columns = _kept(filled_rows(mask)), _kept(filled_columns(mask))
    if not rows.size or not columns.size:
        return
    squeezed = np.ascontiguousarray(mask[rows][:, columns])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(squeezed, connectivity=8)
    for label, (x, y, across, down, _) in enumerate(stats.tolist()):
        if label and across >= wide and down >= tall:
            left, top = int(columns[x]), int(rows[y])
            box = PixelBox(left, top, left + across, top + down)
            yield box, labels[y : y + down, x : x + across] == label


def _kept(filled: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Indices of what is filled, and of one blank place behind each stretch to keep it apart."""
    kept = filled.copy()
    kept[1:] |= filled[:-1]
    return np.flatnonzero(kept)


def usual_density(middles: NDArray[np.float64], shape: tuple[int, ...], unit: float) -> float:
    """Specks per hundred square characters in the usual part of the page, of `TILES` ** 2."""
    columns, rows = np.clip(middles / (shape[1], shape[0]) * TILES, 0, TILES - 1).astype(int).T
    counts = np.bincount(rows * TILES + columns, minlength=TILES**2)
    return float(np.median(counts)) * TILES**2 * 100 * unit**2 / (shape[0] * shape[1])
