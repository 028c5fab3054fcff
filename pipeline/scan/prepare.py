"""A page picture → the upright, straight page, its red ink lifted and its unit of length known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.config import Settings
from pipeline.model import Raster
from pipeline.scan.ink import (
    Grey,
    Mask,
    character_height,
    even_background,
    ink_level,
    ink_mask,
    without,
)
from pipeline.scan.orient import Lie, ink_to_lie
from pipeline.scan.rulings import ink_to_strokes, residual_skew, strokes_to_mask

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

LOOK_SIDE = 1200
"""Longest side, in pixels, of the picture on which the orientation is found."""
SURE = 0.8
"""What an engine says of the orientation counts from this score."""
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The upright page. `rotation` and `skew`: degrees clockwise that were applied to it.

    `raster` keeps its colours; `grey` is uint8 (height, width) without red ink and with an even,
    white background; `unit` is the usual character height in pixels.
    """

    raster: Raster
    grey: Grey
    unit: float
    rotation: int = 0
    skew: float = 0.0

    @property
    def points_per_pixel(self) -> float:
        return self.raster.points_per_pixel


def prepare(raster: Raster, engine: OcrEngine | None, settings: Settings) -> Prepared:
    """Turn the page upright, take out its skew, lift red ink.

    `engine` is asked for the orientation only where the ink speaks against an upright page; with
    None the ink alone decides.
    """
    raster = limit_size(raster, settings.scan.max_side)
    rotation = find_rotation(raster, engine)
    raster = turn(raster, rotation)
    grey = lift_red(raster.pixels)
    mask = ink_mask(grey, ink_level(grey))
    unit = character_height(mask, raster.dpi)
    skew = find_skew(mask, unit, settings.scan.max_skew)
    if not _shows(skew, mask):
        return Prepared(raster, grey, unit, rotation)
    raster = Raster(straighten(raster.pixels, skew, mask), raster.dpi)
    grey = lift_red(raster.pixels)
    return Prepared(raster, grey, unit, rotation, skew)


def limit_size(raster: Raster, longest: int) -> Raster:
    """The picture, made smaller when a side is over `longest` pixels."""
    factor = longest / max(raster.pixels.shape[:2])
    if factor >= 1:
        return raster
    return Raster(shrink(raster.pixels, factor), raster.dpi * factor)


def shrink(pixels: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    """The picture with its sides multiplied by `factor`, but at least one pixel long."""
    height, width = pixels.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def lift_red(pixels: NDArray[np.uint8]) -> Grey:
    """The red channel, where red seals and lines are as bright as paper, its background evened."""
    return even_background(np.ascontiguousarray(pixels[:, :, 0]))


def find_rotation(raster: Raster, engine: OcrEngine | None) -> int:
    """Degrees clockwise, a multiple of 90, by which the picture must be turned to be upright."""
    # How lines lie shows on a small picture too.
    small = limit_size(raster, LOOK_SIDE)
    lie = _lie(small)
    if lie in (Lie.UPRIGHT, Lie.BLANK):
        return 0
    if engine is not None:
        told, score = engine.orientation(small.pixels)
        likely = {Lie.SIDEWAYS: (90, 270), Lie.UNKNOWN: (0, 90, 180, 270)}.get(lie, (0, 180))
        if told in likely and score >= SURE:
            return (360 - told) % 360
    if lie is Lie.SIDEWAYS:
        return 270 if _lie(turn(small, 90)) is Lie.OVERTURNED else 90
    return 180 if lie is Lie.OVERTURNED else 0


def _lie(raster: Raster) -> Lie:
    grey = lift_red(raster.pixels)
    mask = ink_mask(grey, ink_level(grey))
    unit = character_height(mask, raster.dpi)
    rulings = strokes_to_mask(ink_to_strokes(mask, unit), mask, unit)
    return ink_to_lie(without(mask, rulings), unit)


def turn(raster: Raster, degrees: int) -> Raster:
    """The picture turned clockwise by a multiple of 90 degrees."""
    if degrees % 360 == 0:
        return raster
    turned = np.rot90(raster.pixels, k=-(degrees // 90) % 4)
    return Raster(np.ascontiguousarray(turned), raster.dpi)


def find_skew(mask: Mask, unit: float, most: float) -> float:
    """Degrees clockwise to apply, at most `most` either way: from rulings, else from text."""
    angle = _ruling_angle(mask, unit, most)
    if angle is None:
        return -_text_angle(mask, unit, most)
    if _shows(angle, mask):
        straight = straighten(mask, -angle, mask)
        angle += residual_skew(ink_to_strokes(straight, unit))
    return -angle


def _shows(degrees: float, mask: Mask) -> bool:
    """Whether a turn moves the ends of a page-long line by more than two pixels."""
    return bool(abs(np.radians(degrees)) * max(mask.shape) > 2)


def _ruling_angle(mask: Mask, unit: float, most: float) -> float | None:
    """Median angle of the long straight lines, weighted by length; None without enough of them."""
    step = max(1, int(unit // 10))
    small = shrink(255 - mask, 1 / step)
    found = cv2.createLineSegmentDetector().detect(small)[0]
    if found is None:
        return None
    ends = found.reshape(-1, 4).astype(float)
    dx, dy = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    lengths = np.hypot(dx, dy)
    # The same angle for lines along and across, in -45 to 45 degrees.
    angles = (np.degrees(np.arctan2(dy, dx)) + 45) % 90 - 45
    useful = (lengths * step > 6 * unit) & (np.abs(angles) <= most)
    if lengths[useful].sum() * step < 30 * unit:
        return None
    order = np.argsort(angles[useful])
    weights = lengths[useful][order].cumsum()
    return float(angles[useful][order][np.searchsorted(weights, weights[-1] / 2)])


def _text_angle(mask: Mask, unit: float, most: float) -> float:
    """The angle at which the sums of ink along the rows differ most (Postl 1986)."""
    factor = min(1.0, 6 / unit, 4000 / max(mask.shape))
    small = shrink(mask, factor)
    if not small.any():
        return 0.0
    best = 0.0
    for reach, step in ((most, 0.5), (0.5, 0.1)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        angles = angles[np.abs(angles) <= most]
        best = float(max(angles, key=lambda angle: (_sharpness(small, angle), -abs(angle))))
    return best if _sharpness(small, best) > 1.05 * _sharpness(small, 0.0) else 0.0


def _sharpness(small: Mask, angle: float) -> float:
    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    profile = cv2.warpAffine(small, matrix, (width, height)).sum(axis=1, dtype=float)
    return float(np.square(np.diff(profile)).sum())


def straighten(pixels: NDArray[np.uint8], skew: float, mask: Mask) -> NDArray[np.uint8]:
    """The picture, or the mask itself, turned clockwise by `skew` about its middle.

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
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=WHITE if pixels.ndim == 3 else (0,),
    )
    return np.asarray(turned, dtype=np.uint8)
