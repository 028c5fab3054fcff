"""A page as a picture, what was done to it, and where on its sheet it stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Raster:
    """A page picture. `pixels`: uint8 of shape (height, width, 3), RGB; `dpi`: pixels per inch."""

    pixels: NDArray[np.uint8]
    dpi: float

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError(f"a raster is height × width × 3, not {self.pixels.shape}")
        if not self.dpi > 0:
            raise ValueError(f"a raster has a positive resolution, not {self.dpi}")

    @property
    def points_per_pixel(self) -> float:
        return 72.0 / self.dpi


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a picture's preparation: what it found, and whether it changed the picture.

    `facts` are measures by name, the unit in the name where it is not plain (degrees, dpi).
    """

    name: str
    changed: bool
    facts: tuple[tuple[str, float | str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on its sheet a page stands: the number of the `sheet` in the source, from 1.

    `half` is 0 where the page is the whole sheet, else 1 or 2 in reading order; `left` and `top`
    are the place, in points, of the page's corner on the sheet with its pages laid upright.
    """

    sheet: int
    half: int = 0
    left: float = 0.0
    top: float = 0.0
