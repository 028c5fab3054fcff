"""The skew of a page: found from its rulings, else from its text, and taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Step
from pipeline.scan.ink import Mask
from pipeline.scan.prepare.trace import LONG, LOOK, Trace

WHITE = (255, 255, 255)
DARK = 110
"""A ground darker than this is no paper."""
GROUND = 0.3
"""A side of the picture that is dark for more than this share of it lies on such a ground."""
NEAR = 0.25
"""Rulings within so many degrees of each other lean alike."""
ENOUGH = 30.0
"""So much ruling, in character heights, tells the skew; less may be a letterhead and a stamp."""

PEAK = 2.0
"""Lines of text stand out by more at their own angle than at the middling one; noise does not."""


@dataclass(frozen=True, slots=True)
class Strips:
    """The sums of ink along the rows of upright strips, as waves: (frequencies, strips).

    `length` is that of a sum and `wide` the width of a strip, in pixels of the small picture.
    """

    waves: NDArray[np.complex128]
    length: int
    wide: int


def tell_skew(mask: Mask, unit: float, most: float, rulings: Sequence[Trace]) -> tuple[float, Step]:
    """Degrees clockwise to apply, 0 where it would not show; the page is moved later, and once.

    `mask` is the picture's ink, `unit` its character height in pixels; `most`: the largest skew,
    in degrees, that is looked for; `rulings` are traced on the mask.
    """
    degrees = find_skew(mask, unit, most, rulings)
    if not _shows(degrees, mask):
        return 0.0, Step("skew", False, (("degrees", 0.0),))
    return degrees, Step("skew", True, (("degrees", round(degrees, 3)),))


def find_skew(mask: Mask, unit: float, most: float, rulings: Sequence[Trace]) -> float:
    """Degrees clockwise to apply, at most `most` either way: from rulings, else from text."""
    angle = _ruling_angle(rulings, unit, most)
    if angle is None:
        angle = _text_angle(mask, unit, most)
    return -angle


def _shows(degrees: float, mask: Mask) -> bool:
    """Whether a turn moves the ends of a page-long line by more than two pixels."""
    return bool(abs(np.radians(degrees)) * max(mask.shape) > 2)


def _ruling_angle(traces: Sequence[Trace], unit: float, most: float) -> float | None:
    """The angle that most of the length of rulings shares; None without enough of them.

    A median over all would follow the dark edge of a scanner or a line drawn by hand where there
    are few rulings: it is taken over the densest half degree alone.
    """
    if not traces:
        return None
    slopes = np.array([t.slope if t.axis == "h" else -t.slope for t in traces])
    angles = np.degrees(np.arctan(slopes))
    lengths = np.array([t.length for t in traces])
    near = np.abs(angles[:, None] - angles[None, :]) <= NEAR
    shared = near @ lengths
    shared[np.abs(angles) > most] = 0
    best = near[int(np.argmax(shared))]
    if surely_ruled(traces, unit)[best].sum() < ENOUGH * unit:
        return None
    order = np.argsort(angles[best])
    weights = lengths[best][order].cumsum()
    return float(angles[best][order][np.searchsorted(weights, weights[-1] / 2)])


def surely_ruled(traces: Sequence[Trace], unit: float) -> NDArray[np.float64]:
    """What each trace counts for as a ruling: its length beyond the least of a trace, in pixels.

    The strokes of characters that touch (一一, large print that ran) make short traces as well.
    """
    return np.array([max(0.0, trace.length - LONG * unit) for trace in traces])


def _text_angle(mask: Mask, unit: float, most: float) -> float:
    """The angle at which the sums of ink along the rows differ most (Postl 1986).

    Found roughly on wide strips of the page, then finely on narrow ones: the strips' own sums are
    shifted against each other instead of turning the picture.
    """
    best = 0.0
    for wide, reach, step in ((2.0, most, 0.2), (0.7, 0.3, 0.06), (0.7, 0.06, 0.015)):
        strips = _mask_to_strips(mask, unit, wide)
        angles = np.arange(best - reach, best + reach + step / 2, step)
        angles = angles[np.abs(angles) <= most]
        scores = np.array([_sharpness(strips, angle) for angle in angles])
        if reach == most and scores.max() <= PEAK * float(np.median(scores)):
            return 0.0
        best = float(angles[int(np.argmax(scores))])
    return best


def _mask_to_strips(mask: Mask, unit: float, wide: float) -> Strips:
    """Ink per row in upright strips about `wide` characters wide.

    In waves a shift by part of a row loses nothing; sums between rows would favour whole ones.
    Each is weighted by its frequency, for the sums' steepness, and those shorter than a sixth of
    a character are left out. Blots larger than characters (dark edges, holes) are no text, but
    their edges are straight too: they are taken out.
    """
    factor = LOOK / unit
    rows = max(1, round(mask.shape[0] * factor))
    columns = max(1, round(mask.shape[1] * factor))
    small = cv2.resize(mask, (columns, rows), interpolation=cv2.INTER_AREA)
    blots = cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones((round(LOOK),) * 2, np.uint8))
    small = cv2.subtract(small, cv2.dilate(blots, np.ones((3, 3), np.uint8)))
    strips = max(1, columns // round(wide * LOOK))
    edges = np.arange(strips) * round(wide * LOOK)
    sums = np.add.reduceat(small.astype(float), edges, axis=1)
    # Blank rows at the end keep what is shifted out from coming in again on the other side.
    length = cv2.getOptimalDFTSize(rows + columns // 5)
    waves = np.fft.rfft(sums, n=length, axis=0)[: int(length * 6 / LOOK / 2)]
    steepness = np.arange(len(waves))[:, None] / length
    return Strips(waves * steepness, length, round(wide * LOOK))


def _sharpness(strips: Strips, angle: float) -> float:
    """How steep the rows' sums are when the strips are shifted as for a turn by `angle`."""
    frequencies, count = strips.waves.shape
    shifts = np.tan(np.radians(angle)) * strips.wide * (np.arange(count) - (count - 1) / 2)
    turns = np.exp(2j * np.pi / strips.length * np.outer(np.arange(frequencies), shifts))
    return float(np.square(np.abs((strips.waves * turns).sum(axis=1))).sum())


def straighten(pixels: NDArray[np.uint8], skew: float, mask: Mask) -> NDArray[np.uint8]:
    """The picture turned clockwise by `skew` about its middle.

    It grows where ink would be cut off.
    """
    height, width = pixels.shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1), dtype=float)
    points = cv2.findNonZero(mask)
    margin_x = margin_y = 0
    if points is not None:
        moved = cv2.transform(cv2.convexHull(points), matrix).reshape(-1, 2)
        margin_x = max(0, int(np.ceil(max(-moved[:, 0].min(), moved[:, 0].max() - width + 1))))
        margin_y = max(0, int(np.ceil(max(-moved[:, 1].min(), moved[:, 1].max() - height + 1))))
    matrix[:, 2] += (margin_x, margin_y)
    turned = cv2.warpAffine(
        pixels,
        matrix,
        (width + 2 * margin_x, height + 2 * margin_y),
        flags=cv2.INTER_CUBIC,
        borderMode=beyond(pixels),
        borderValue=WHITE,
    )
    return np.asarray(turned, dtype=np.uint8)


def beyond(pixels: NDArray[np.uint8]) -> int:
    """How OpenCV is to go on beyond the picture: as paper, or where it lies on a dark ground (the
    bed of a scanner, a desk) as that ground, so that it still reaches the edge."""
    edges = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    dark = [float((edge.max(axis=-1) < DARK).mean()) for edge in edges]
    return cv2.BORDER_REPLICATE if max(dark) > GROUND else cv2.BORDER_CONSTANT
