"""Whether pieces of ink may follow each other in a row: told by their boxes, before any pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask

FLAT = 2.0
"""A dash is so many times as long as it is thick."""
ALIKE = 0.25
"""Share of the usual gap by which gaps of one chain differ."""
CUT, TWO = 0.5, 2.2
"""A dash that is cut, and two in one, as shares of the usual dash."""
ENOUGH = 20
"""So many gaps alike are no chance: strokes of text stand alone, and each otherwise."""
MANY = 1500
"""More pieces than so many are not gone through one by one."""
MOST = 0.5
"""The share of all gaps between dashes in line that are alike."""

Boxes = NDArray[np.int32]
"""x, y, width and height of each piece, in pixels: (pieces, 4)."""


def may_chain(boxes: Boxes, link: float, least: float, off: float) -> bool:
    """Whether some pieces may make a level row at least `least` long.

    Each begins no farther than `link` behind those before it, and the middles of all lie within
    `off` of each other; all in pixels. What this says no to holds no such row; of most pages it
    does, which saves the looking for one.
    """
    if not len(boxes):
        return False
    x, y, wide, high = boxes.astype(np.int64).T
    band = 2 * max(1.0, off)
    # Bands that overlap by half: pieces so near to each other lie in one of them together.
    return any(
        _chained(x, x + wide, (y + high / 2 + shift) // band, link, least)
        for shift in (0.0, band / 2)
    )


def may_share_row(boxes: Boxes, link: float, least: float) -> bool:
    """Whether a row of pixels runs through, or beside, pieces that chain as in `may_chain`.

    Many pieces, as of a page with noise, are not gone through: there may be one.
    """
    x, y, wide, high = boxes.astype(np.int64).T
    if len(boxes) > MANY:
        return True
    order = np.argsort(x, kind="stable")
    begin, end, top, foot = x[order], (x + wide)[order], y[order] - 1, (y + high)[order]
    # What pieces have in common is the row that the last of them begins with.
    rows = np.unique(top)[:, None]
    own = (top <= rows) & (rows <= foot)
    long = own @ (end - begin + link) >= least
    return any(_longest(begin[through], end[through], link) >= least for through in own[long])


def alike_chain(boxes: Boxes, link: float, ink: Mask) -> tuple[float, NDArray[np.bool_]]:
    """The usual gap between level dashes that follow each other alike, and which boxes are such.

    `link`: no gap is wider, in pixels; `ink` is 255 on all ink, and a gap holds none: dashes that
    stand for blank cells have rulings between them. 0 and none where too few follow each other so.
    """
    none, members = np.zeros((2, len(boxes)), np.bool_)
    dashes = np.flatnonzero(boxes[:, 2] >= FLAT * boxes[:, 3])
    if len(dashes) <= ENOUGH:
        return 0.0, none
    x, y, wide, high = boxes[dashes].astype(np.int64).T
    middle, band = y + high // 2, 2 * int(np.median(high)) + 1
    order = np.lexsort((x, middle // band))
    x, wide, middle, end = x[order], wide[order], middle[order], (x + wide)[order]
    gaps = x[1:] - end[:-1]
    near = (middle[1:] // band == middle[:-1] // band) & (gaps > 0) & (gaps <= link)
    for at in np.flatnonzero(near):
        near[at] = not ink[middle[at], end[at] : x[at + 1]].any()
    gaps = gaps[near]
    if not gaps.size:
        return 0.0, none
    usual, length = float(np.median(gaps)), float(np.median(wide))
    alike = np.abs(gaps - usual) <= max(2.0, ALIKE * usual)
    if alike.sum() < ENOUGH or alike.mean() < MOST:
        return 0.0, none
    members[dashes[order]] = (wide >= CUT * length) & (wide <= TWO * length)
    return usual, members


def turned(boxes: Boxes) -> Boxes:
    """The boxes with x and y for each other."""
    return boxes[:, [1, 0, 3, 2]]


def _chained(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    bands: NDArray[np.float64],
    link: float,
    least: float,
) -> bool:
    apart = int(end.max()) + int(link) + 1  # puts each band behind the one before
    move = bands.astype(np.int64) * apart
    order = np.argsort(start + move, kind="stable")
    return _longest((start + move)[order], (end + move)[order], link) >= least


def _longest(begins: NDArray[np.int64], ends: NDArray[np.int64], link: float) -> int:
    """The length of the longest chain of pieces, which are sorted by where they begin."""
    ends = np.maximum.accumulate(ends)
    breaks = np.flatnonzero(begins[1:] - ends[:-1] > link) + 1
    firsts, lasts = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(begins)])) - 1
    return int((ends[lasts] - begins[firsts]).max())
