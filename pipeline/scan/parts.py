"""Connected ink of a page: questions about it look at ink alone, a twentieth of the page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask, PixelBox, filled_columns, filled_rows


class Parts:
    """The connected parts (8 neighbours) of a mask that is 255 on ink; part 0 is the paper.

    `stats` and `middles` are those of OpenCV's `connectedComponentsWithStats`: (parts, 5) and
    (parts, 2), in pixels.
    """

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        _, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
        self.labels: NDArray[np.int32] = np.asarray(labels)
        self.stats: NDArray[np.int32] = np.asarray(stats)
        self.middles: NDArray[np.float64] = np.asarray(middles)

    def __len__(self) -> int:
        return len(self.stats)

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


def sparse_parts(mask: Mask) -> Iterator[tuple[PixelBox, NDArray[np.bool_]]]:
    """Box of each connected part of a mask, and where in the box it lies.

    For masks that are empty but for a few rows or columns, as those of rulings are: only these are
    looked at, so that it takes a fraction of the time.
    """
    rows, columns = _kept(filled_rows(mask)), _kept(filled_columns(mask))
    if not rows.size or not columns.size:
        return
    squeezed = np.ascontiguousarray(mask[rows][:, columns])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(squeezed, connectivity=8)
    for label, (x, y, wide, tall, _) in enumerate(stats.tolist()):
        if label:
            left, top = int(columns[x]), int(rows[y])
            box = PixelBox(left, top, left + wide, top + tall)
            yield box, labels[y : y + tall, x : x + wide] == label


def _kept(filled: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Indices of what is filled, and of one blank place behind each stretch to keep it apart."""
    kept = filled.copy()
    kept[1:] |= filled[:-1]
    return np.flatnonzero(kept)
