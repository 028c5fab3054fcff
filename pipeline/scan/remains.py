"""What is left of broken rulings: short pieces of thin ink on the line of a ruling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import BBox
from pipeline.model import Ruling
from pipeline.scan.beside import Course
from pipeline.scan.ink import Mask, part_boxes, runs, transposed, without
from pipeline.scan.parts import Parts
from pipeline.scan.rulings import strokes_to_mask
from pipeline.scan.strokes import AXES, Axis, Stroke

# In character heights.
TRACK = 0.3  # strokes no further apart across are one track
PIECE = 0.3  # a piece that tells of a ruling is at least so long
CRUMB = 0.1  # and one that is taken out with it
HOLE = 0.25  # a shorter hole in it is none: a crossing, a character that touches
LEAST_CLEAR = 0.7  # paper lies beside a ruling along this share of a piece
LETTER = 0.4  # ink larger than this is of characters
MARK = 0.1  # a comma is larger than this
LOW = 0.6  # and its middle stands so far down beside a character, as a share of that
STROKE = 1.1  # no stroke of a character is longer, nor is one wider by more than a half


@dataclass(frozen=True, slots=True)
class _Track:
    """The line of a broken ruling: its middle across, pixel by pixel along the page."""

    axis: Axis
    middles: NDArray[np.float64]
    half: int
    strokes: tuple[Stroke, ...]


def find_remains(mask: Mask, strokes: Sequence[Stroke], unit: float) -> list[Stroke]:
    """Pieces too short for rulings of their own that lie on the line of one, between the others.

    `mask` is 255 where a ruling may be, `unit` the character height in pixels. A piece is thin and
    has paper on both sides, as most strokes of a character on that line have not. Crumbs are among
    them: see `telling`.
    """
    found: list[Stroke] = []
    for axis in AXES:
        own = [stroke for stroke in strokes if stroke.axis == axis]
        crossing = [stroke for stroke in strokes if stroke.axis != axis]
        across = [stroke.position for stroke in crossing]
        if not own:
            continue
        # A row that a page end cuts has no ruling there: its column rulings run past the last one.
        ends = [*across, *(end for stroke in own for end in (stroke.start, stroke.end))]
        # Beside the end of a short piece lies the ruling on which it ends: that is no text.
        beside = without(mask, strokes_to_mask(crossing, mask, unit))
        inks = (mask, beside) if axis == "h" else (transposed(mask), transposed(beside))
        reach, length = round(unit), inks[0].shape[1]
        limits = (max(0, int(min(ends)) - reach), min(length, int(max(ends)) + reach))
        pieces = [
            piece
            for track in _tracks(own, axis, length, unit)
            for piece in _track_to_pieces(track, inks, limits, unit)
        ]
        if any(piece.length <= STROKE * unit for piece in pieces):
            parts = Parts(np.asarray(inks[1], np.uint8))
            pieces = [piece for piece in pieces if not _is_stroke(piece, parts, unit)]
        found += pieces
    return found


def _is_stroke(piece: Stroke, parts: Parts, unit: float) -> bool:
    """Whether a piece is part of a character: its ink goes on across, and not along.

    `parts`: the connected ink without crossing rulings, rulings along x.
    """
    if piece.length > STROKE * unit:
        return False
    half = piece.thickness // 2
    low = max(0, round(piece.position) - half)
    under = parts.labels[low : round(piece.position) + half + 1, piece.start : piece.end]
    counts = np.bincount(under[under > 0]) if under.any() else np.zeros(1, int)
    most = int(counts.argmax())
    wide, tall = parts.wide[most], parts.tall[most]
    return bool(counts.any() and tall >= LETTER * unit and wide <= 1.5 * STROKE * unit)


def telling(remains: Sequence[Stroke], unit: float) -> list[Stroke]:
    """The remains that are long enough to be no specks."""
    return [piece for piece in remains if piece.length >= PIECE * unit]


def longer_than_strokes(remains: Sequence[Stroke], unit: float) -> list[Stroke]:
    """The remains that can be no strokes of characters."""
    return [piece for piece in remains if piece.length > STROKE * unit]


def letters(text: Mask, unit: float, points_per_pixel: float) -> list[BBox]:
    """Boxes, in points, of the pieces of ink that are large enough for characters.

    `text` is 255 on ink that is no ruling.
    """
    boxes = part_boxes(text)
    return _to_points(boxes[boxes[:, 2:].max(axis=1) >= LETTER * unit], points_per_pixel)


def low_marks(text: Mask, unit: float, points_per_pixel: float) -> list[BBox]:
    """Boxes, in points, of small ink low behind characters: commas and full stops. As `letters`."""
    boxes = part_boxes(text)
    sizes = boxes[:, 2:].max(axis=1)
    large, small = boxes[sizes >= LETTER * unit], boxes[sizes < LETTER * unit]
    small = small[small[:, 2:].min(axis=1) >= MARK * unit]
    x, y, _wide, high = (small[:, [at]] for at in range(4))
    left, top, width, height = (large[:, at] for at in range(4))
    behind = x - (left + width)
    middle = y + high / 2
    near = (behind > -MARK * unit) & (behind < LETTER * unit)
    low = (middle > top + LOW * height) & (middle < top + height + MARK * unit)
    return _to_points(small[(near & low).any(axis=1)], points_per_pixel)


def _to_points(boxes: NDArray[np.int64], points_per_pixel: float) -> list[BBox]:
    whole = boxes.tolist()
    return [BBox(x, y, x + w, y + h).scaled(points_per_pixel) for x, y, w, h in whole]


def remains_on(
    remains: Sequence[Stroke], rulings: Sequence[Ruling], points_per_pixel: float
) -> list[Stroke]:
    """The remains, in pixels, that lie on rulings, in points. Others may be strokes of text."""
    return [
        piece
        for piece in remains
        if any(_lies_on(piece, ruling, points_per_pixel) for ruling in rulings)
    ]


def _lies_on(piece: Stroke, ruling: Ruling, scale: float) -> bool:
    off = abs(piece.position * scale - ruling.position)
    middle = (piece.start + piece.end) / 2 * scale
    return (
        piece.axis == ruling.axis
        and ruling.start <= middle <= ruling.end
        and off <= max(2, 2 * piece.thickness) * scale
    )


def _tracks(strokes: Sequence[Stroke], axis: Axis, length: int, unit: float) -> Iterator[_Track]:
    """Strokes that continue each other; a gap of a page's width is bridged at their slope."""
    groups: list[list[Stroke]] = []
    for stroke in sorted(strokes, key=lambda stroke: -stroke.length):
        for group in groups:
            if abs(_middle(group[0], stroke) - stroke.position) <= TRACK * unit:
                group.append(stroke)
                break
        else:
            groups.append([stroke])
    at = np.arange(length, dtype=np.float64)
    for group in groups:
        group.sort(key=lambda stroke: stroke.start)
        places = [float(end) for s in group for end in (s.start, s.end)]
        values = [value for s in group for value in (s.first, s.last)]
        order = np.argsort(places, kind="stable")
        middles = np.interp(at, np.array(places)[order], np.array(values)[order])
        slope = max(group, key=lambda stroke: stroke.length).slope
        middles += slope * (np.minimum(0, at - min(places)) + np.maximum(0, at - max(places)))
        half = max(1, round(max(stroke.thickness for stroke in group) / 2))
        yield _Track(axis, middles, half, tuple(group))


def _middle(long: Stroke, stroke: Stroke) -> float:
    """Where the line of `long` lies across at the middle of `stroke`."""
    return long.first + long.slope * ((stroke.start + stroke.end) / 2 - long.start)


def _track_to_pieces(
    track: _Track, inks: tuple[Mask, Mask], limits: tuple[int, int], unit: float
) -> Iterator[Stroke]:
    """Pieces on a track; `inks`: all ink, and that which counts beside a piece."""
    at = np.arange(*limits)
    course = Course(inks[0], at, track.middles[at], track.half)
    beside = replace(course, ink=inks[1])
    free, own = beside.free(unit), beside.line()
    known = np.zeros(len(at), dtype=bool)
    for stroke in track.strokes:
        known[max(0, stroke.start - limits[0]) : max(0, stroke.end - limits[0])] = True
    found = runs(course.line() & ~known, bridge=round(HOLE * unit))
    cut = (part for run in found for part in _at_crossings(run, own, free, PIECE * unit))
    for start, end in cut:
        # Where the track only crosses rulings of the other way, the ink is theirs.
        if min(end - start, own[start:end].sum()) < CRUMB * unit:
            continue
        if free[start:end].mean() < LEAST_CLEAR:
            continue
        first, last = (float(course.middles[place]) for place in (start, end - 1))
        place = (limits[0] + start, limits[0] + end)
        yield Stroke(track.axis, first, last, *place, 2 * track.half, inferred=True)


def _at_crossings(
    run: tuple[int, int], own: NDArray[np.bool_], free: NDArray[np.bool_], least: float
) -> list[tuple[int, int]]:
    """A run of ink, or its parts between the rulings that cross it.

    These where it is not clear of text (a character of the cell above stands on the line as well),
    or where no part is `least` pixels long: specks on both sides of a ruling. `own`: where ink is
    that of no crossing ruling.
    """
    start, end = run
    parts = [(start + a, start + b) for a, b in runs(own[start:end])]
    is_long = any(b - a >= least for a, b in parts)
    return [run] if is_long and free[start:end].mean() >= LEAST_CLEAR else parts
