"""The ink along a line of the page and beside it, place by place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask

Flags = NDArray[np.bool_]

CLEAR = 0.2
"""Character heights of paper that lie beside a ruling, on either side."""

OFF = 0.15
"""Character heights that text which crosses a line reaches beyond it, on either side."""


@dataclass(frozen=True, slots=True)
class Course:
    """A line along the rows of `ink`: at column `at[n]` its middle lies in row `middles[n]`.

    `half`: half of its thickness; all in pixels. For an upright line `ink` is the mask turned over.
    """

    ink: Mask
    at: NDArray[np.int_]
    middles: NDArray[np.float64]
    half: int

    def line(self) -> Flags:
        """Whether ink lies on the line, place by place."""
        return self._any(range(-self.half - 1, self.half + 2))

    def free(self, unit: float) -> Flags:
        """Whether there is paper on both sides of the line; `unit`: the character height."""
        beside = self.half + 1 + max(2, round(CLEAR * unit))
        before = self._any(range(-beside, -self.half - 1))
        return ~(before | self._any(range(self.half + 2, beside + 1)))

    def crossed(self, unit: float) -> Flags:
        """Whether ink runs through the line, off its ends, where other rulings may."""
        off = max(2, round(OFF * unit))
        reach = range(self.half + 1, self.half + 1 + off)
        through = np.ones(len(self.at), dtype=bool)
        for offset in reach:
            through &= self._any(range(-offset, -offset + 1)) & self._any(range(offset, offset + 1))
        through[:off] = through[max(0, len(through) - off) :] = False
        return through

    def _any(self, offsets: range) -> Flags:
        middle, last = np.floor(self.middles).astype(int), self.ink.shape[0] - 1
        found = np.zeros(len(self.at), np.uint8)
        for offset in offsets:
            rows = np.minimum(np.maximum(middle + offset, 0), last)  # `clip` takes twice the time
            found |= self.ink[rows, self.at]
        return found > 0
