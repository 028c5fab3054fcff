"""Dotted and dashed rulings: dots and dashes in a row are one line."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.chains import Boxes, may_chain, turned
from pipeline.scan.ink import Mask, PixelBox, filled_rows, opened, transposed
from pipeline.scan.parts import Parts

# In character heights. A dot or dash is no thicker than THIN and no longer than DASH; the next one
# follows within GAP; a row of them is at least ROW long: an ellipsis (……) is shorter. One of PIECE,
# longer than that, is enough in line with a longer one: the column of serials is narrow.
THIN = 0.2
DASH = 1.2
GAP = 0.45
ROW = 3.0
PIECE = 2.2
ARMS, LOOSE = 0.6, 0.05
"""Shares of a crossing's ink: so much lies in long runs, so much at most off its two dashes."""


def dots_to_rows(mask: Mask, unit: float) -> tuple[Mask, Mask]:
    """Rows of dots and dashes, the gaps between them filled: 255 on level ones, on upright ones.

    `mask` is 255 on ink, `unit` the character height in pixels. Text holds nothing so small that
    stands alone but marks, of which none follow each other on one level so long.
    """
    parts = Parts(mask)
    # Small enough for a dot or a dash.
    small = (np.minimum(parts.wide, parts.tall) <= max(2.0, THIN * unit)) & (
        parts.size <= DASH * unit
    )
    small[0] = False
    boxes = parts.stats[small, :4]
    level, upright = (_may_be_row(own, unit) for own in (boxes, turned(boxes)))
    dots = parts.paint(small | _crossings(parts, unit)) if level or upright else np.zeros_like(mask)
    return (
        _fill(dots, unit) if level else np.zeros_like(mask),
        transposed(_fill(transposed(dots), unit)) if upright else np.zeros_like(mask),
    )


def _may_be_row(boxes: Boxes, unit: float) -> bool:
    """Whether dots may make a level row: one row of pixels runs through all of them."""
    return may_chain(boxes, GAP * unit + 2, ROW * unit, DASH * unit + 3)


def _crossings(parts: Parts, unit: float) -> NDArray[np.bool_]:
    """Which parts are two dashes that meet, as where dashed rulings cross: ┼, ├, └.

    Left out, each would be a gap of a dash and two gaps in both rulings.
    """
    thin = max(2, round(THIN * unit))
    level, upright = (opened(parts.mask, shape) for shape in ((1, thin + 1), (thin + 1, 1)))
    counts = np.bincount(parts.labels[(level | upright) > 0], minlength=len(parts))
    found = (np.minimum(parts.wide, parts.tall) > thin) & (parts.size <= 2 * DASH * unit)
    found &= counts >= ARMS * parts.stats[:, cv2.CC_STAT_AREA]
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


def _fill(dots: Mask, unit: float) -> Mask:
    """Level rows among the dots, filled."""
    gap = np.ones((1, max(2, round(GAP * unit)) + 1), np.uint8)
    # A pixel more across: the dots of one row lie off by as much.
    thick = cv2.dilate(dots, np.ones((3, 1), np.uint8))
    closed = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_CLOSE, gap), np.uint8)
    rows = opened(closed, (1, max(3, round(ROW * unit))))
    if not rows.any():
        return rows
    in_line = np.convolve(filled_rows(rows), np.ones(3), "same") > 0  # and a pixel off it
    pieces = Parts(opened(closed, (1, max(3, round(PIECE * unit)))))
    beside = np.zeros(len(pieces), np.bool_)
    beside[np.unique(pieces.labels[in_line])] = True
    beside[0] = False
    return np.maximum(rows, pieces.paint(beside))
