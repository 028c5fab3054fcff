"""Two pages on one sheet: told by the gutter between them, and cut apart before all else.

Pages that share a sheet stand side by side along its longer side (ISO 216: half an A3 is an A4).
The gutter is a blank strip over the whole sheet through its middle, wide as two margins. Where
lines of text run up to it from both sides it is no mere gap in a text; where they run along it, it
may be the space between two paragraphs or tables, and more must speak for two pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Raster, Step
from pipeline.scan.ink import Mask, runs, transposed, without
from pipeline.scan.parts import Parts
from pipeline.scan.prepare.lie import ink_to_lie
from pipeline.scan.prepare.sketch import Sketch, sketch
from pipeline.scan.rulings import ink_without_rulings

SHAPE = (1.2, 1.75)
"""Long side ÷ short side of a sheet that can hold two pages; of ISO 216 it is 1.41."""
STRIPS = 32
"""Strips along the sheet, shifted against each other to look along a leaning gutter."""
LEANS = np.arange(-6.0, 6.1, 0.5)  # degrees
BED = 0.06  # of a side: so much along the edges may be the scanner's bed
GUTTER = 4.0  # character heights: narrower gaps part columns of one page
WIDER = 1.2  # times the narrower outer margin: a gutter is two inner ones
CLEAR = 1.0  # character heights that the middle of the sheet keeps from either page
A4_LONG = 297.0  # millimetres; a sheet longer by a sixth is larger than one page
LARGER = 7 / 6
# The number of a page stands alone in its last line: in character heights.
NUMBER_HIGH, NUMBER_WIDE, NUMBER_ALONE = 1.7, 10.0, 1.0


@dataclass(frozen=True, slots=True)
class Gutter:
    """Where two pages of a sheet part, in pixels of the picture with its longer side across.

    It runs through x `middle` at half the height and leans by `degrees` clockwise; `wide` is in
    character heights; `witness`: what speaks for two pages (lines, size or numbers).
    """

    middle: float
    degrees: float
    wide: float
    witness: str


@dataclass(frozen=True, slots=True)
class Half:
    """One of the pages of a sheet: its picture, and the `side` of the sheet it was on.

    `sketch` is that of the picture, where it was made already.
    """

    raster: Raster
    side: str
    step: Step
    sketch: Sketch | None = None


def part_sheet(raster: Raster) -> tuple[Half, ...]:
    """The pages of a sheet, left or upper half first: one, the picture itself, or two."""
    seen = sketch(raster)
    gutter = find_gutter(raster, seen)
    if gutter is None:
        return (whole_sheet(raster, seen),)
    pixels = raster.pixels
    tall = pixels.shape[0] > pixels.shape[1]
    across = pixels.transpose(1, 0, 2) if tall else pixels
    sides = ("upper", "lower") if tall else ("left", "right")
    halves = []
    for side, page in zip(sides, _cut(across, gutter), strict=True):
        page = page.transpose(1, 0, 2) if tall else page
        facts = (
            ("pages", 2),
            ("side", side),
            ("gutter", round(gutter.wide, 1)),
            ("degrees", gutter.degrees),
            ("witness", gutter.witness),
        )
        half = Raster(np.ascontiguousarray(page), raster.dpi)
        halves.append(Half(half, side, Step("part", True, facts)))
    return tuple(halves)


def whole_sheet(raster: Raster, seen: Sketch | None = None) -> Half:
    """A sheet with one page; `seen` is its sketch, where it was made already."""
    return Half(raster, "whole", Step("part", False, (("pages", 1),)), seen)


def reading_order(sides: tuple[str, str], turns: tuple[int, int]) -> tuple[int, int]:
    """Which of two halves is read first: the order of their indices.

    `turns` are the degrees clockwise that make each upright. Turned upright together, the left or
    upper page comes first; a turn by 90 brings the lower half of a sheet to the left. Where the
    halves differ, one is a page with a table printed sideways, and the upright one tells.
    """
    level = [turn for turn in turns if turn % 180 == 0]
    turn = (level or list(turns))[0]
    last_first = turn == 180 or turn == (90 if sides[0] == "upper" else 270)
    return (1, 0) if last_first else (0, 1)


def find_gutter(raster: Raster, seen: Sketch | None = None) -> Gutter | None:
    """The gutter of a sheet with two pages, None on a sheet with one; `seen` is its sketch.

    A table whose rulings or rows cross the middle, a title or a page number over it: one page.
    """
    long, short = max(raster.pixels.shape[:2]), min(raster.pixels.shape[:2])
    if not SHAPE[0] <= long / short <= SHAPE[1]:
        return None
    seen = seen or sketch(raster)
    mask, unit = seen.mask, seen.unit
    level, upright = seen.dots  # a dotted rule runs over the middle as another does
    if mask.shape[0] > mask.shape[1]:
        mask, level = transposed(mask), transposed(upright)
    mask = np.asarray(cv2.bitwise_or(_without_fold(mask, unit), level), np.uint8)
    found = _widest_gap(mask, unit)
    if found is None:
        return None
    middle, wide, degrees = found
    larger = long / raster.dpi * 25.4 > LARGER * A4_LONG
    witness = _witness(mask, unit, middle, larger)
    if witness is None:
        return None
    scale = long / mask.shape[1]
    return Gutter(middle * scale, degrees, wide / unit, witness)


def _without_fold(mask: Mask, unit: float) -> Mask:
    """The ink without specks and the shadow of the fold: a thin line along most of the gutter."""
    parts = Parts(mask)
    wide, high, area = parts.wide, parts.tall, parts.stats[:, cv2.CC_STAT_AREA]
    thin = area <= 0.35 * unit * high
    fold = thin & (high >= 0.5 * mask.shape[0]) & (wide <= unit + 0.12 * high)
    speck = np.maximum(wide, high) < 0.3 * unit
    drop = fold | speck
    drop[0] = False
    return without(mask, parts.paint(drop))


def _widest_gap(mask: Mask, unit: float) -> tuple[float, float, float] | None:
    """Middle, width (pixels) and lean (degrees) of the widest blank strip over the middle."""
    height, width = mask.shape
    top, bottom = round(BED * height), round((1 - BED) * height)
    edges = np.linspace(top, bottom, STRIPS + 1).astype(int)
    inked = np.stack([mask[a:b].any(axis=0) for a, b in pairwise(edges)])
    bed = round(BED * height)
    # Where ink runs over all that any look sees of the middle in some strip, nothing is blank.
    lean = height / 2 * np.tan(np.radians(LEANS.max()))
    off = 0.03 * width + lean + 1
    seen = slice(max(0, int(width / 2 - off)), int(width / 2 + off) + 2)
    if inked[:, seen].all(axis=1).any():
        return None
    best: tuple[float, float, float] | None = None
    for degrees in sorted(LEANS, key=abs):
        gap = _gap(inked, (edges[:-1] + edges[1:]) / 2 - height / 2, float(degrees))
        if gap is None:
            continue
        (start, end), filled = gap
        wide = end - start
        # A straight look is taken unless a leaning one sees much more.
        if best is not None and wide <= best[1] + unit / 2:
            continue
        inside = filled[bed : width - bed]
        outer = bed + np.flatnonzero(inside)[[0, -1]] if inside.any() else np.array((0, width))
        margin = min(float(outer[0]), float(width - outer[1]))
        middle = min(max(width / 2, start + CLEAR * unit), end - CLEAR * unit)
        if wide >= max(GUTTER * unit, WIDER * margin) and abs(middle - width / 2) < 0.03 * width:
            best = (middle, float(wide), float(degrees))
    return best


def _gap(
    inked: NDArray[np.bool_], heights: NDArray[np.float64], degrees: float
) -> tuple[tuple[int, int], NDArray[np.bool_]] | None:
    """The blank stretch that holds the middle of a sheet whose strips lean, and what is filled."""
    shifts = np.round(np.tan(np.radians(degrees)) * heights).astype(int)
    filled = np.zeros(inked.shape[1], bool)
    for strip, shift in zip(inked, shifts, strict=True):
        # As `np.roll`, which takes most of its time for the general case.
        split = -shift % len(strip)
        filled[: len(strip) - split] |= strip[split:]
        filled[len(strip) - split :] |= strip[:split]
    middle = inked.shape[1] // 2
    near = round(0.03 * inked.shape[1])
    blank = [(a, b) for a, b in runs(~filled) if a <= middle + near and b >= middle - near]
    widest = max(blank, key=lambda stretch: stretch[1] - stretch[0], default=None)
    return None if widest is None else (widest, filled)


def _witness(mask: Mask, unit: float, middle: float, larger: bool) -> str | None:
    """What speaks for two pages beside the gutter; None where nothing does.

    A page that is blank counts only on a sheet larger than A4: text on half a page is common.
    """
    cut = round(middle)
    halves = [np.ascontiguousarray(mask[:, :cut]), np.ascontiguousarray(mask[:, cut:])]
    texts = [ink_without_rulings(half, unit) for half in halves]
    lies = [ink_to_lie(text, unit) for text in texts]
    known = [lie for lie in lies if lie.known]
    if not known or (len(known) < 2 and not larger):
        return None
    if all(lie.wide > lie.tall for lie in known):
        return "lines" if len(known) == 2 else "size"
    if larger:
        return "size"
    return "numbers" if _numbered_alike(texts, unit) else None


def _numbered_alike(halves: list[Mask], unit: float) -> bool:
    """Whether both halves end in a short line of its own at the same distance from their edge."""
    for flip in (False, True):
        ends = [_number_from_edge(half[:, ::-1] if flip else half, unit) for half in halves]
        if None not in ends and abs(float(ends[0] or 0) - float(ends[1] or 0)) < unit:
            return True
    return False


def _number_from_edge(half: Mask, unit: float) -> float | None:
    """How far from the right edge the last line, along the columns, stands; None if no number."""
    lines = runs(np.asarray(half.any(axis=0)), bridge=max(1, round(unit / 4)))
    lines = [(start, end) for start, end in lines if end - start > unit / 4]
    if len(lines) < 2:
        return None
    (_, before), (start, end) = lines[-2:]
    rows = np.flatnonzero(half[:, start:end].any(axis=1))
    alone = start - before >= NUMBER_ALONE * unit
    short = rows[-1] - rows[0] <= NUMBER_WIDE * unit and end - start <= NUMBER_HIGH * unit
    return float(half.shape[1] - end) if alone and short else None


def _cut(pixels: NDArray[np.uint8], gutter: Gutter) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The picture cut along the gutter; what lies beyond it is white."""
    height = pixels.shape[0]
    rows = np.arange(height) + 0.5 - height / 2
    line = gutter.middle - np.tan(np.radians(gutter.degrees)) * rows
    first, last = int(np.floor(line.min())), int(np.ceil(line.max()))
    left, right = pixels[:, :last].copy(), pixels[:, first:].copy()
    beyond = np.arange(first, last)[None, :] + 0.5 > line[:, None]
    left[:, first:last][beyond[:, : last - first]] = 255
    right[:, : last - first][~beyond] = 255
    return left, right
