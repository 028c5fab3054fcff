"""Which way up a page picture is: what its own ink says."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask, PixelBox, filled_columns, part_boxes, runs

# How many times as much must speak for one side as for the other: to lean to it, to be sure of it.
LEANS = 1.5
SURE = 3.0
# Of what can be counted, that much is enough to be sure: marks, and characters in lines.
SURE_MARKS = 8
SURE_LENGTH = 30.0
ENOUGH_LENGTH = 8.0


@dataclass(frozen=True, slots=True)
class Lie:
    """What speaks for lines along the rows and for lines along the columns, and which end is up.

    `wide` and `tall` are the lengths of lines along the rows and the columns, in character
    heights. `foot` and `head` count the marks (，。、) standing free at the foot and at the head of
    lines along the rows: where most are at the head, the page is upside down. `blank`: no ink.
    """

    wide: float = 0.0
    tall: float = 0.0
    foot: int = 0
    head: int = 0
    blank: bool = False

    @property
    def known(self) -> bool:
        """Whether there is enough text to tell anything."""
        return max(self.wide, self.tall) >= ENOUGH_LENGTH

    @property
    def sideways(self) -> bool:
        return self.known and self.tall > LEANS * self.wide

    @property
    def sure_of_axis(self) -> bool:
        low, high = sorted((self.wide, self.tall))
        return high >= SURE_LENGTH and high > SURE * low

    @property
    def overturned(self) -> bool | None:
        """Whether lines along the rows stand upside down; None when the marks do not say."""
        low, high = sorted((self.foot, self.head))
        return None if high <= max(2, LEANS * low) else self.head > self.foot

    @property
    def sure_of_end(self) -> bool:
        low, high = sorted((self.foot, self.head))
        return high >= SURE_MARKS and high > SURE * low


def ink_to_lie(mask: Mask, unit: float) -> Lie:
    """How the text lies, from `mask` without rulings and the character height `unit` in pixels.

    Characters stand nearer to each other inside a line than between lines: joined over a quarter
    of a character they make long strips that run as the text does.
    """
    strips = text_strips(mask, unit)
    wide = sum(box.width for box in strips if box.width > 1.8 * box.height)
    tall = sum(box.height for box in strips if box.height > 1.8 * box.width)
    foot, head = _free_marks(mask, unit)
    return Lie(wide / unit, tall / unit, foot, head, blank=not strips)


def text_strips(mask: Mask, unit: float) -> list[PixelBox]:
    """Boxes of ink joined over a quarter of a character, one to three characters thick."""
    reach = max(2, round(unit / 4))
    boxes = joined_boxes(mask, (reach, reach))
    return [box for box in boxes if 0.5 * unit < min(box.width, box.height) < 2.5 * unit]


def joined_boxes(mask: Mask, reach: tuple[int, int]) -> list[PixelBox]:
    """Boxes of the components of ink joined over `reach` (rows, columns)."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones(reach, np.uint8))
    boxes = part_boxes(np.asarray(joined, np.uint8)).tolist()
    return [PixelBox(x, y, x + width, y + height) for x, y, width, height in boxes]


def _free_marks(mask: Mask, unit: float) -> tuple[int, int]:
    """How many small marks standing free in their line are at its foot, and at its head."""
    foot = head = 0
    reach = round(0.9 * unit)
    for box in joined_boxes(mask, (1, reach)):
        if box.width < 3 * box.height or not 0.6 * unit < box.height < 1.6 * unit:
            continue
        ink: NDArray[np.bool_] = box.cut(mask) > 0
        stretches = runs(filled_columns(ink))
        # A strip ends where the blank is wider than what joins it.
        edges = [-reach, *(place for stretch in stretches for place in stretch), box.width + reach]
        small = [_small_rows(ink[:, start:end]) for start, end in stretches]
        for index, rows in enumerate(small):
            # The blank half of the mark's square: after it, or before it when overturned.
            before, after = (edges[at + 1] - edges[at] for at in (2 * index, 2 * index + 2))
            if rows is None or max(before, after) < 0.25 * box.height:
                continue
            # The strokes of a quotation mark stand at the head, side by side.
            beside = [
                small[at]
                for at, gap in ((index - 1, before), (index + 1, after))
                if 0 <= at < len(small) and gap < 0.25 * box.height
            ]
            if any(other is not None and _level(rows, other) for other in beside):
                continue
            middle = sum(rows) / 2 / box.height
            foot += int(middle > 0.6)
            head += int(middle < 0.4)
    return foot, head


def _small_rows(ink: NDArray[np.bool_]) -> tuple[int, int] | None:
    """First and last row (not with it) of a stretch of a line that is as small as a mark."""
    height, width = ink.shape
    rows = np.flatnonzero(ink.any(axis=1))
    if width > 0.4 * height or rows[-1] - rows[0] > 0.45 * height:
        return None
    return int(rows[0]), int(rows[-1]) + 1


def _level(rows: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two marks stand on one level."""
    return max(rows[0], other[0]) < min(rows[1], other[1])
