"""Image files to page pictures: PNG, JPEG, TIFF with several pages, BMP, WebP."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import InputError
from pipeline.model import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from pipeline.config import Settings

# Long sides in inches: a stated resolution that gives a sheet outside A6 to A1 is not believed.
_SHEET = (5.5, 34.0)
_A4_LONG, _A3_LONG = 11.69, 16.54
_STATED_DPI = (50.0, 1200.0)
# Above this an A4 sheet is less likely than an A3 one: office scanners stop at 400.
_A4_DPI_LIMIT = 420.0


def picture_count(path: Path, settings: Settings) -> int:
    """Number of pages in an image file, judged by its headers alone.

    Raises InputError when it is damaged, has too many pages or a page has too many pixels.
    """
    limits = settings.limits
    with _opened(path) as image:
        count = _frames(image)
        if count > limits.pages:
            raise InputError(f"{path.name}: {count} pages are more than {limits.pages}.", _SPLIT)
        for frame in range(count):
            image.seek(frame)
            _require_size(path, image.size, limits.image_pixels)
    return count


def read_pictures(path: Path, settings: Settings) -> Iterator[Raster]:
    """The pages of an image file, one at a time, upright by their EXIF orientation, on white.

    `next` raises InputError for a damaged page; the one after it can still be asked for.
    """
    return _Pictures(path, settings)


class _Pictures(Iterator[Raster]):
    """A class and not a generator: a generator would end at the first damaged page."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.next_page = 0
        with _opened(path) as image:
            self.count = _frames(image)

    def __next__(self) -> Raster:
        if self.next_page >= self.count:
            raise StopIteration
        page, self.next_page = self.next_page, self.next_page + 1
        with _opened(self.path) as image:
            image.seek(page)
            _require_size(self.path, image.size, self.settings.limits.image_pixels)
            return _to_raster(image, self.settings.scan.max_side)


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # Our own limit is the one that counts, and it is checked before decoding.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except Image.DecompressionBombError as error:
        # Pillow refuses before our own limit is asked; its message holds the number of pixels.
        size = re.search(r"\d+", str(error))
        pixels = f" ({int(size[0]):,} pixels)" if size else ""
        raise InputError(f"{path.name}: the picture is too large{pixels}.", _SMALLER) from None
    except UnidentifiedImageError:
        raise InputError(f"{path.name}: the picture cannot be recognised.", _SAVE_AGAIN) from None
    except MemoryError:
        raise InputError(f"{path.name}: the picture is too large for memory.", _SMALLER) from None
    except (OSError, ValueError, EOFError, SyntaxError, TypeError, KeyError) as error:
        # What Pillow's readers raise on damaged files.
        raise InputError(f"{path.name}: the picture is damaged ({error}).", _SAVE_AGAIN) from error


_SPLIT = "Split the file."
_SMALLER = "Save it at a lower resolution, or raise limits.image_pixels in a configuration file."
_SAVE_AGAIN = "Open it in an image viewer and save it again as PNG, or scan the page again."


def _frames(image: Image) -> int:
    # Other formats use frames for animation or thumbnails.
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1


def _require_size(path: Path, size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise InputError(
            f"{path.name}: the picture of {width} × {height} pixels is too large "
            f"(at most {limit:,} pixels).",
            _SMALLER,
        )


def _to_raster(image: Image, max_side: int) -> Raster:
    from PIL import ImageOps

    stated = image.info.get("dpi")
    # Before the turn, which drops the orientation but not the resolutions.
    turned = image.getexif().get(0x0112, 1) >= 5
    upright = ImageOps.exif_transpose(image)
    picture = _on_white(upright)
    across, down = _plausible(stated, picture.size, turned)
    return fit_pixels(np.asarray(picture), across, down, max_side)


def fit_pixels(
    pixels: NDArray[np.uint8], dpi_across: float, dpi_down: float, max_side: int
) -> Raster:
    """A raster with square pixels whose longer side has at most `max_side` pixels.

    Unequal resolutions (faxes: 204 × 98 dpi) are brought to the higher one.
    """
    from PIL import Image

    height, width = pixels.shape[:2]
    dpi = max(dpi_across, dpi_down)
    goal_width, goal_height = width * dpi / dpi_across, height * dpi / dpi_down
    shrink = min(1.0, max_side / max(goal_width, goal_height))
    goal = (max(1, round(goal_width * shrink)), max(1, round(goal_height * shrink)))
    # A difference of a hundredth is a rounded header, not another shape of pixels.
    if abs(dpi_across / dpi_down - 1) > 0.01 or shrink < 1:
        method = Image.Resampling.BOX if shrink < 1 else Image.Resampling.BICUBIC
        pixels = np.asarray(Image.fromarray(pixels).resize(goal, method))
    return Raster(np.ascontiguousarray(pixels), dpi * shrink)


def _on_white(image: Image) -> Image:
    """The picture as RGB; what is transparent becomes white paper."""
    from PIL import Image as Pillow

    if image.mode.startswith("I") or image.mode == "F":
        return _deep_to_grey(image).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Pillow.new("RGBA", layered.size, "white")
        return Pillow.alpha_composite(paper, layered).convert("RGB")
    return image.convert("RGB")


def _deep_to_grey(image: Image) -> Image:
    from PIL import Image as Pillow

    values = np.asarray(image).astype(np.float64)
    top = float(values.max(initial=0.0))
    # Full scale is that of the depth in which the values fit: 8 bits, 16 bits or 0–1.
    scale = 1.0 if top <= 1 and image.mode == "F" else 255.0 if top <= 255 else max(65535.0, top)
    return Pillow.fromarray((np.clip(values / scale, 0, 1) * 255).astype(np.uint8))


def _plausible(stated: object, size: tuple[int, int], turned: bool) -> tuple[float, float]:
    """The stated resolution when it makes a sheet of paper, else that of A4 or A3."""
    if isinstance(stated, tuple) and len(stated) == 2:
        across, down = (float(value) for value in stated)
        if turned:
            across, down = down, across
        if all(
            math.isfinite(value) and _STATED_DPI[0] <= value <= _STATED_DPI[1]
            for value in (across, down)
        ):
            long_side = max(size[0] / across, size[1] / down)
            if _SHEET[0] <= long_side <= _SHEET[1]:
                return across, down
    guess = max(size) / _A4_LONG
    if guess > _A4_DPI_LIMIT:
        guess = max(size) / _A3_LONG
    return guess, guess
