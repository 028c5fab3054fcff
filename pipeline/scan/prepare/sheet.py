"""The size of the sheet: what is larger than can be read is made smaller."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Raster, Step


def fit_size(raster: Raster, longest: int) -> tuple[Raster, Step]:
    """The picture with no side over `longest` pixels."""
    small = limit_size(raster, longest)
    facts = (("dpi", round(small.dpi, 1)),)
    return small, Step("size", small is not raster, facts)


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
