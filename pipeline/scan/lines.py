"""Ink of a cell → its printed lines, by projection; heights come from the cell itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Mask, PixelBox, filled_columns, filled_rows, has_eye, runs

Run = tuple[int, int]

# In heights of a line of the cell.
WHOLE = 1.2  # two pieces of one line are together no higher
NEAR, NEARLY = 0.12, 1.4  # nearer than lines are set, they are up to so high: the dot of 广
TALL = 1.6  # anything higher is more than one line
PART = 0.8  # the lines of a cell are at least so high
LOW = 0.75  # of the page's characters: a usual line is no lower
SMALL = 0.6  # anything lower may be a piece of a line
SMALLEST = 1 / 12  # of a character: no printed dot is smaller
DOT = 0.24  # anything as small both ways is a dot
PIECE_GAP = 2.5  # a wider gap parts a line into pieces of their own
SPACED = 5.0  # behind a wider gap stands no mark of a line
LONGEST = 40  # a longer piece is cut at a gap near its middle
AWAY, FARTHER = 0.7, 1.5  # no mark stands so far off, and so many times as far as characters


def drop_specks(mask: Mask, unit: float, smallest: float = SMALLEST) -> Mask:
    """The ink without pieces smaller than `smallest`, in characters of `unit` pixels."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    least = unit * smallest
    small = (stats[:, cv2.CC_STAT_WIDTH] < least) & (stats[:, cv2.CC_STAT_HEIGHT] < least)
    if not small[1:].any():
        return mask
    return np.where(small[labels], 0, mask).astype(np.uint8)


def ink_to_lines(mask: Mask, unit: float) -> list[PixelBox]:
    """Boxes of the printed lines in `mask` (of one cell), top to bottom; none in a blank cell."""
    ink = mask > 0
    found = runs(filled_rows(ink))
    if not found:
        return []
    height = unit if _are_low_parts(found, ink, unit) else line_height(found, unit)
    profile = ink.sum(axis=1)
    parts = [part for run in found for part in _split_tall(run, profile, height)]
    # Most characters are lower than their square: the tallest is about as high.
    tallest = max((b - a for a, b in parts if b - a <= WHOLE * unit), default=0)
    sizes = (height, max(height, tallest))
    bands = _merge_small(_merge_small(parts, sizes, both=True), sizes, both=False)
    boxes = []
    for top, bottom in bands:
        if only_dots(mask[top:bottom], height):
            continue
        columns = np.flatnonzero(ink[top:bottom].any(axis=0))
        boxes.append(PixelBox(int(columns[0]), top, int(columns[-1]) + 1, bottom))
    return boxes


def only_dots(mask: Mask, height: float) -> bool:
    """Whether ink is nothing but dots: dirt. The ring of 。 is none, and … stands on a level."""
    _, _, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    if not len(sides) or not (sides <= DOT * height).all():
        return False
    level = float(np.ptp(middles[1:, 1])) < DOT / 2 * height
    return not has_eye(mask > 0) and not (len(sides) > 2 and level)


def line_height(found: list[Run], unit: float) -> float:
    """The usual height of a line in the cell, in pixels, by its stretches of rows with ink.

    The page's `unit` where the cell tells nothing: a lone 霞 falls into two low parts, 三 into
    three, and many lines that touch make one tall part.
    """
    heights = [end - start for start, end in found]
    usual = [height for height in heights if LOW * unit <= height <= 1.7 * unit]
    if usual:
        return float(np.median(usual))
    tallest, whole = max(heights), found[-1][1] - found[0][0]
    if tallest > 1.7 * unit:
        return float(tallest) if tallest <= 2.2 * unit else unit
    one_line = len(found) > 1 and whole <= WHOLE * unit
    return unit if one_line or tallest < 0.4 * unit else float(tallest)


def _are_low_parts(found: list[Run], ink: NDArray[np.bool_], unit: float) -> bool:
    """Whether low stretches are parts of characters one under the other: 善 over 志.

    They are as wide as characters of the page, and lower than those are wide.
    """
    columns = [np.flatnonzero(ink[top:bottom].any(axis=0)) for top, bottom in found]
    widest = max(int(np.ptp(own)) + 1 for own in columns)
    tallest = max(bottom - top for top, bottom in found)
    low = tallest < LOW * unit and len(found) > 1
    return low and PART * unit <= widest <= WHOLE * unit and tallest < PART * widest


def _split_tall(run: Run, profile: NDArray[np.int64], height: float) -> list[Run]:
    """Lines that touch are parted where there is least ink."""
    start, end = run
    low, high = start + round(0.6 * height), end - round(0.6 * height)
    if end - start < TALL * height or low >= high:
        return [run]
    middle = profile[low:high]
    least = int(middle.min())
    if least > 0.5 * float(np.median(profile[start:end])):
        return [run]
    # Of several places with least ink the one nearest to a whole number of lines.
    candidates = low + np.flatnonzero(middle == least)
    lines = max(2, round((end - start) / (1.25 * height)))
    pitch = (end - start) / lines
    off = np.abs(
        (candidates - start) / pitch - np.maximum(1, np.round((candidates - start) / pitch))
    )
    cut = int(candidates[int(off.argmin())])
    return [
        *_split_tall((start, cut), profile, height),
        *_split_tall((cut, end), profile, height),
    ]


def _merge_small(parts: list[Run], sizes: tuple[float, float], *, both: bool) -> list[Run]:
    """Join pieces of one line (the strokes of 三); with `both`, only where both are small.

    `sizes`: the usual height of a line of the cell, and the greatest.
    """
    height, tallest = sizes
    merged = list(parts)
    while True:
        best: tuple[int, int] | None = None
        for index in range(len(merged) - 1):
            (start, first_end), (second_start, end) = merged[index], merged[index + 1]
            small = [first_end - start < SMALL * height, end - second_start < SMALL * height]
            gap = second_start - first_end
            whole = NEARLY * height if gap <= NEAR * height else WHOLE * tallest
            if not (all(small) if both else any(small)) or end - start > whole:
                continue
            if _belong_outside(merged, index, height):
                continue
            if best is None or gap < best[0]:
                best = (gap, index)
        if best is None:
            return merged
        index = best[1]
        merged[index : index + 2] = [(merged[index][0], merged[index + 1][1])]


def _belong_outside(parts: list[Run], index: int, height: float) -> bool:
    """Whether two low parts are the foot of the line above and the head of that below.

    As of 兰 over 元: what stands beside each is too low for a line, and with it as high as one.
    """
    around = parts[max(0, index - 1) : index + 3]
    if index == 0 or len(around) < 4:
        return False
    (top, above), (_, foot), (head, _), (below, bottom) = around
    part = all(end - start < PART * height for start, end in ((top, above), (below, bottom)))
    whole = all(
        PART * height <= end - start <= WHOLE * height
        for start, end in ((top, foot), (head, bottom))
    )
    return part and whole


def line_to_pieces(
    line: PixelBox, mask: Mask, height: float, *, dirty: bool = False
) -> list[PixelBox]:
    """Pieces of a line that are read on their own: parted at very wide gaps, and where too long.

    Dots of their own are dirt where the page is `dirty`; else they are marks of a line that is
    spaced out (二　　、), if they stand behind text.
    """
    stretches = runs(filled_columns(line.cut(mask)), bridge=round(PIECE_GAP * height))
    pieces: list[PixelBox] = []
    for start, end in stretches:
        piece = PixelBox(line.x0 + start, line.y0, line.x0 + end, line.y1)
        if len(stretches) == 1 or not only_dots(piece.cut(mask), height):
            pieces.append(piece)
        elif pieces and not dirty and piece.x0 - pieces[-1].x1 <= SPACED * height:
            pieces[-1] = replace(pieces[-1], x1=piece.x1)
    if dirty:
        pieces = [_without_far_dots(piece, mask, height) for piece in pieces]
    return [part for piece in pieces for part in _cut_long(piece, mask, height)]


def _without_far_dots(piece: PixelBox, mask: Mask, height: float) -> PixelBox:
    """The piece without dots at its ends that stand farther off than any mark."""
    while True:
        parts = runs(filled_columns(piece.cut(mask)))
        gaps = [b[0] - a[1] for a, b in pairwise(parts)]
        if len(gaps) < 2:
            return piece
        last = gaps[-1] >= gaps[0]
        apart, rest = (gaps[-1], gaps[:-1]) if last else (gaps[0], gaps[1:])
        at = slice(*(parts[-1] if last else parts[0]))
        far = apart >= max(AWAY * height, FARTHER * max(rest))
        if not far or not only_dots(np.ascontiguousarray(piece.cut(mask)[:, at]), height):
            return piece
        x0, x1 = piece.x0, piece.x1
        if last:
            x1 = piece.x0 + parts[-2][1]
        else:
            x0 = piece.x0 + parts[1][0]
        piece = replace(piece, x0=x0, x1=x1)


def _cut_long(piece: PixelBox, mask: Mask, height: float) -> list[PixelBox]:
    if piece.width <= LONGEST * height:
        return [piece]
    stretches = runs(filled_columns(piece.cut(mask)))
    gaps = [
        (b[0] - a[1], (a[1] + b[0]) // 2)
        for a, b in pairwise(stretches)
        if 0.3 * piece.width < b[0] < 0.7 * piece.width
    ]
    if not gaps:
        return [piece]
    cut = piece.x0 + max(gaps)[1]
    return [
        *_cut_long(PixelBox(piece.x0, piece.y0, cut, piece.y1), mask, height),
        *_cut_long(PixelBox(cut, piece.y0, piece.x1, piece.y1), mask, height),
    ]
