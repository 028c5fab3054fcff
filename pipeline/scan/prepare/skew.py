"""The skew of a page: found from its rulings, else from its text, and taken out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Raster, Step
from pipeline.scan.ink import Mask
from pipeline.scan.prepare.sheet import shrink
from pipeline.scan.rulings import ink_to_strokes, residual_skew

WHITE = (255, 255, 255)


def take_out_skew(raster: Raster, mask: Mask, unit: float, most: float) -> tuple[Raster, Step]:
    """The picture turned straight; `mask` is its ink, `unit` its character height in pixels.

    `most`: the largest skew, in degrees, that is looked for.
    """
    degrees = find_skew(mask, unit, most)
    if not _shows(degrees, mask):
        return raster, Step("skew", False, (("degrees", 0.0),))
    straight = Raster(straighten(raster.pixels, degrees, mask), raster.dpi)
    return straight, Step("skew", True, (("degrees", round(degrees, 3)),))


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
