"""Colour separation: print on the one side, seals and stamps on the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.ink import Grey, even_background


def lift_red(pixels: NDArray[np.uint8]) -> Grey:
    """The red channel, where red seals and lines are as bright as paper, its background evened."""
    return even_background(np.ascontiguousarray(pixels[:, :, 0]))
