"""Dotted and dashed rulings: dots and dashes in a row are one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.chains import Boxes, alike_chain, may_chain, may_share_row, turned
from pipeline.scan.ink import Mask, PixelBox, filled_rows, opened, transposed
from pipeline.scan.parts import Parts

# In character heights. A dot or dash is no thicker than THIN and no longer than DASH; the next one
# follows within GAP, or within FAR where dashes follow each other alike; a row of them is at least
# ROW long, and MANY gaps: an ellipsis (……) is shorter. One of PIECE, longer than that, is enough in
# line with a longer one: the column of serials is narrow.
THIN = 0.2
DASH = 1.2
GAP = 0.45
FAR = 1.4
ROW = 3.0
MANY = 3.0
PIECE = 2.2
SPARE = 1.3
"""How much wider than the usual gap between dashes others may be."""
ARMS, LOOSE = 0.6, 0.05
"""Shares of a crossing's ink: so much lies in long runs, so much at most off its two dashes."""


def dots_to_rows(mask: Mask, unit: float) -> tuple[Mask, Mask]:
    """Rows of dots and dashes, the gaps between them filled: 255 on level ones, on upright ones.

    `mask` is 255 on ink, `unit` the character height in pixels. Text holds nothing so small that
    stands alone but marks, of which none follow each other on one level so long. Dashes that many
    follow alike may stand farther apart.
    """
    dots = _Dots(Parts(mask), unit)
    return _rows(dots, upright=False), _rows(dots, upright=True)


@dataclass(frozen=True)
class _Dots:
    """The ink of a page, and what of it is small enough for dots and dashes."""

    parts: Parts
    unit: float

    @cached_property
    def small(self) -> NDArray[np.bool_]:
        """Which parts may be dots or dashes."""
        return np.asarray(self.thin & (self.parts.size <= DASH * self.unit))

    @cached_property
    def thin(self) -> NDArray[np.bool_]:
        """Those, and longer ones: the last dash of a cell and the first of the next are one."""
        parts, unit = self.parts, self.unit
        thin = np.minimum(parts.wide, parts.tall) <= max(2.0, THIN * unit)
        thin &= parts.size <= 2 * DASH * unit
        thin[0] = False
        return np.asarray(thin)

    @cached_property
    def meeting(self) -> NDArray[np.bool_]:
        """Which parts are two dashes that meet."""
        return _crossings(self.parts, self.unit)


def _rows(dots: _Dots, *, upright: bool) -> Mask:
    """Level rows, or upright ones: 255 on dots and between them."""
    parts, unit = dots.parts, dots.unit

    def boxes(chosen: NDArray[np.bool_]) -> Boxes:
        found = parts.stats[chosen, :4]
        return turned(found) if upright else found

    def filled(chosen: NDArray[np.bool_], gap: float) -> Mask:
        ink = parts.paint(chosen | dots.meeting)
        return transposed(_fill(transposed(ink), gap, unit)) if upright else _fill(ink, gap, unit)

    rows = np.zeros_like(parts.mask)
    if _may_be_row(boxes, dots):
        rows = filled(dots.small, GAP * unit)
    ink = transposed(parts.mask) if upright else parts.mask
    gap, alike = alike_chain(boxes(dots.thin), FAR * unit, ink)
    if gap:
        dashes = np.zeros_like(dots.thin)
        dashes[np.flatnonzero(dots.thin)[alike]] = True
        rows = np.maximum(rows, filled(dashes, SPARE * gap))
    return rows


def _may_be_row(boxes: Callable[[NDArray[np.bool_]], Boxes], dots: _Dots) -> bool:
    """Whether dots may make a level row: told at a glance, then row by row."""
    link, least = GAP * dots.unit + 2, ROW * dots.unit
    if not may_chain(boxes(dots.small), link, least, DASH * dots.unit + 3):
        return False
    return may_share_row(boxes(dots.small | dots.meeting), link, least)


def _crossings(parts: Parts, unit: float) -> NDArray[np.bool_]:
    """Which parts are two dashes that meet, as where dashed rulings cross: ┼, ├, └.

    Left out, each would be a gap of a dash and two gaps in both rulings.
    """
    thin = max(2, round(THIN * unit))
    level, upright = (opened(parts.mask, shape) for shape in ((1, thin + 1), (thin + 1, 1)))
    counts = np.bincount(parts.labels[(level | upright) > 0], minlength=len(parts))
    found = (np.minimum(parts.wide, parts.tall) > thin) & (parts.size <= 2 * DASH * unit)
    area = parts.stats[:, cv2.CC_STAT_AREA]
    found &= counts >= ARMS * area
    # Two thin dashes have no more ink; a blot has, and there may be very many.
    found &= area <= (1 + LOOSE) * thin * (parts.wide + parts.tall - thin)
    found[0] = False
    for index in np.flatnonzero(found):
        x, y, wide, tall, _ = (int(value) for value in parts.stats[index])
        box = PixelBox(x, y, x + wide, y + tall)
        own = parts.labels[y : y + tall, x : x + wide] == index
        rows = np.flatnonzero((own & (box.cut(level) > 0)).any(axis=1))
        columns = np.flatnonzero((own & (box.cut(upright) > 0)).any(axis=0))
        found[index] = _are_arms(own, rows, columns, thin)
    return found


def _are_arms(
    own: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp], thin: int
) -> bool:
    """Whether ink is one level dash in `rows` and one upright dash in `columns`."""
    if not all(ends.size and np.ptp(ends) < thin for ends in (rows, columns)):
        return False
    rest = own.copy()
    rest[max(0, rows[0] - 1) : rows[-1] + 2] = False  # the edge of a dash is ragged
    rest[:, max(0, columns[0] - 1) : columns[-1] + 2] = False
    return bool(rest.sum() <= LOOSE * own.sum())


def _fill(dots: Mask, gap: float, unit: float) -> Mask:
    """Level rows among the dots, filled where they stand no farther than `gap` pixels apart."""
    between = np.ones((1, max(2, round(gap)) + 1), np.uint8)
    # A pixel more across: the dots of one row lie off by as much.
    thick = cv2.dilate(dots, np.ones((3, 1), np.uint8))
    closed = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_CLOSE, between), np.uint8)
    rows = opened(closed, (1, max(3, round(max(ROW * unit, MANY * gap)))))
    if not rows.any():
        return rows
    in_line = np.convolve(filled_rows(rows), np.ones(3), "same") > 0  # and a pixel off it
    pieces = Parts(opened(closed, (1, max(3, round(PIECE * unit)))))
    beside = np.zeros(len(pieces), np.bool_)
    beside[np.unique(pieces.labels[in_line])] = True
    beside[0] = False
    return np.maximum(rows, pieces.paint(beside))
