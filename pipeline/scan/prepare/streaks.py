"""Streaks: dark lines that dirt on the scanner's glass or drum draws over the whole sheet.

A ruling ends with its table; a streak runs straight along a side of the sheet from edge to edge,
through the margins. Taken for a ruling it would cut every cell that it crosses in two.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Raster, Step
from pipeline.scan.ink import Grey, runs

# In millimetres.
BAND = 2.0  # a sheet is looked at in bands across the line, each so high
WIDEST = 0.6
AROUND = 12.0  # the paper beside a line is told from so much
SIDE = 4.0  # nearer to a side of the picture, a line is the edge of the paper
RUN = 8.0  # a ruling is seen over so much beside the line; no stroke of text is as long
EDGE = 16.0  # the line is seen in the margins as well, which are wider than this (GB/T 9704, 5.2)

CONTRAST = 10
"""Greys by which a streak is darker than what is beside it, on average over a band."""
SHADE = 24
"""Greys by which blank paper varies in the surroundings."""
BED = 110
"""The grey under which what is blank is no paper, but the scanner's bed."""
SEEN, AT_EDGE = 0.85, 0.7
"""Shares of the blank bands in which a streak is seen, over the sheet and in each margin."""
BLANK = 0.12
"""Share of the bands that must be blank beside it."""
MOST = 6
"""More lines from edge to edge are a pattern, or rulings of a table that fills the picture."""
DARKER = 30
"""Greys by which print that lies in a streak is darker than the streak."""

OUTER = 2
"""So many rulings from edge to edge are the outer ones of a table."""
ENDS = 2
"""So many rulings that end on a line tell that it is one."""
CLEAR = 40
"""Greys by which a ruling is darker than what is about it."""
ALL, NONE = 0.9, 0.4
"""Shares of a way that a ruling runs along, and that may be dark where none does."""
FRINGE = 4
"""Greys by which the columns beside it are darker that belong to a streak as well."""

Place = tuple[int, int]  # first column, and the one after the last


@dataclass(frozen=True, slots=True)
class Cleared:
    """The picture without its streaks; `trail` is as large, black where they were (None: none)."""

    raster: Raster
    trail: Raster | None
    step: Step


def clear_streaks(raster: Raster) -> Cleared:
    """The picture with its streaks painted over by what is on both sides of them."""
    grey = np.asarray(cv2.cvtColor(raster.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    down = find_streaks(grey, raster.dpi)
    across = find_streaks(grey.T, raster.dpi)
    # A scanner streaks along one axis; lines both ways are those of a table cut to its edges.
    if down and across:
        down, across = [], []
    step = Step("streaks", bool(down or across), (("down", len(down)), ("across", len(across))))
    if not step.changed:
        return Cleared(raster, None, step)
    pixels, trail = raster.pixels.copy(), np.full_like(raster.pixels, 255)
    for places, axes in ((down, (0, 1, 2)), (across, (1, 0, 2))):
        own, marked = pixels.transpose(axes), trail.transpose(axes)
        for left, right in places:
            _blend(own, left, right)
            marked[:, left:right] = 0
    return Cleared(Raster(pixels, raster.dpi), Raster(trail, raster.dpi), step)


def find_streaks(grey: Grey, dpi: float) -> list[Place]:
    """The columns that a line fills from the upper edge of the picture to the lower one."""
    mm = dpi / 25.4
    height, width = grey.shape
    edge, wide = round(EDGE * mm), max(2, round(WIDEST * mm))
    if height < 4 * edge or width < 4 * edge:
        return []
    lines, depth = np.ones(width, np.bool_), np.zeros(width)
    for part, least in ((grey[:edge], AT_EDGE), (grey[-edge:], AT_EDGE), (grey, SEEN)):
        deep, blank = _see_lines(part, mm, wide)
        # A line that stands between two columns of pixels wavers.
        seen = cv2.dilate((deep >= CONTRAST).astype(np.uint8), np.ones((1, 3), np.uint8)) > 0
        total = np.maximum(blank.sum(axis=0), 1)
        lines &= ((seen & blank).sum(axis=0) / total >= least) & (blank.mean(axis=0) >= BLANK)
        if not lines.any():
            return []
        depth = np.where(blank, deep, 0).sum(axis=0) / total
    side = round(SIDE * mm)
    found = [
        (left, right)
        for left, right in runs(lines & (depth >= FRINGE))
        if right - left <= wide + 1 and side < left and right < width - side
    ]
    if len(found) > MOST:
        return []
    dirt = [place for place in found if not _is_ruling(grey, place, mm)]
    # Where two are rulings, the outer ones, all are of a table that the sides of the picture cut.
    return dirt if len(found) - len(dirt) < OUTER else []


def _is_ruling(grey: Grey, place: Place, mm: float) -> bool:
    """Whether most rulings that meet a line end on it: dirt is crossed, if it is met at all."""
    away, run = max(2, round(WIDEST * mm)), round(RUN * mm)
    left = _inked(grey[:, max(0, place[0] - away - run) : place[0] - away])
    right = _inked(grey[:, place[1] + away : place[1] + away + run])
    met = [
        (max(0, a - away), b + away)
        for a, b in runs(np.maximum(left, right) > ALL)
        if b - a <= away + 2
    ]
    ends = sum(min(left[a:b].max(), right[a:b].max()) < NONE for a, b in met)
    return bool(ends >= ENDS and 2 * ends > len(met))


def _inked(strip: Grey) -> NDArray[np.float64]:
    """The share of each row of the strip that is dark, or is in the row above or below it."""
    dark = (strip < np.median(strip) - CLEAR).astype(np.uint8)
    thick = np.asarray(cv2.dilate(dark, np.ones((3, 1), np.uint8)), np.uint8)
    return np.asarray(thick.mean(axis=1), np.float64)


def _see_lines(grey: Grey, mm: float, wide: int) -> tuple[Grey, NDArray[np.bool_]]:
    """For each band and each column: by how much a thin line there is darker; is paper beside it.

    `mm`: pixels per millimetre; `wide`: the widest that a line is, in pixels.
    """
    height, width = grey.shape
    count = max(1, round(height / (BAND * mm)))
    bands = cv2.resize(grey, (width, count), interpolation=cv2.INTER_AREA)
    beside = cv2.morphologyEx(bands, cv2.MORPH_CLOSE, np.ones((1, (wide + 1) | 1), np.uint8))
    around = cv2.dilate(beside, np.ones((1, round(AROUND * mm) | 1), np.uint8))
    blank = (cv2.subtract(around, beside) <= SHADE) & (beside >= BED)
    return np.asarray(cv2.subtract(beside, bands), np.uint8), blank


def _blend(pixels: NDArray[np.uint8], left: int, right: int) -> None:
    """Blend the columns of a streak from those beside it, in place, but for darker print."""
    first, last = max(0, left - 1), min(pixels.shape[1] - 1, right)
    own = pixels[:, left:right].astype(np.float32)
    share = ((np.arange(left, right) - first) / max(1, last - first))[None, :, None]
    blend = pixels[:, [first]] * (1 - share) + pixels[:, [last]] * share
    level = np.median(own.min(axis=(1, 2)))
    darker = own.max(axis=2, keepdims=True) < level - DARKER
    pixels[:, left:right] = np.where(darker, own, np.maximum(own, blend)).astype(np.uint8)
