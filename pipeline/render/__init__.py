"""PDF pages to pictures through pdfium: the scanned picture itself where the page is one.

pdfium is not thread-safe; every call here holds one lock, and no pdfium object leaves the module.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import InputError
from pipeline.model import Raster
from pipeline.render.files import fit_pixels, picture_count, read_pictures
from pipeline.render.placed import Placed, on_page, only_picture, placed_pictures, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.config import Settings

__all__ = ["page_picture", "page_sizes", "picture_count", "read_pictures", "render_page"]

_LOCK = threading.RLock()
# Pictures are compared with the rendered page at this many pixels along the longer side.
_PROOF_SIDE = 96
# Mean difference (0–255) up to which both show the same; a negative differs by 100 and more.
_PROOF_LIMIT = 24.0


def page_sizes(path: Path) -> tuple[tuple[float, float], ...]:
    """Width and height in points of each page, as shown (crop box, turned); 0 of a damaged page.

    Raises InputError when the file is no PDF, needs a password or has no page that is whole.
    """
    with _opened(path) as pdf:
        sizes = tuple(_size(pdf, index) for index in range(len(pdf)))
    if not any(map(any, sizes)):
        raise InputError(f"{path.name}: the PDF's pages are damaged.", "Save or download it again.")
    return sizes


def _size(pdf: Any, index: int) -> tuple[float, float]:
    import pypdfium2

    try:
        width, height = pdf.get_page_size(index)
        return width, height
    except pypdfium2.PdfiumError:
        return 0.0, 0.0


def render_page(path: Path, page: int, dpi: float) -> Raster:
    """Draw page `page` (from 1) at `dpi`. Raises InputError when it cannot be drawn."""
    with _opened(path) as pdf, _loaded(pdf, path, page) as sheet:
        return _render(sheet, dpi)


def page_picture(path: Path, page: int, settings: Settings) -> Raster:
    """The picture of page `page` (from 1).

    Where the page shows nothing but one picture, that picture as it is, turned and placed as on
    the page, with its own resolution; else the page drawn at the resolution of its pictures, or
    at `scan.dpi`. Raises InputError when the page or its picture is damaged or too large.
    """
    with _opened(path) as pdf, _loaded(pdf, path, page) as sheet:
        name = f"{path.name}, page {page}"
        width, height = sheet.get_size()
        if max(width, height) > settings.limits.page_side_points:
            raise InputError(
                f"{name}: {width:.0f} × {height:.0f} points are too large for a page.",
                "Save the page at its true size, or raise limits.page_side_points.",
            )
        placed = placed_pictures(sheet)
        _require_pixels(placed, settings.limits.image_pixels, name)
        alone = only_picture(sheet, placed, settings.route.image_cover)
        if alone is not None:
            raster = _taken(sheet, alone, name, settings.scan.max_side)
            if raster is not None:
                return raster
        return _render(sheet, _render_dpi(placed, (width, height), settings))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pypdfium2

    with _LOCK:
        try:
            pdf = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:
            raise _open_error(path) from None
        try:
            yield pdf
        finally:
            pdf.close()


def _open_error(path: Path) -> InputError:
    """Why pdfium refused a file: opened once more, since its last error may be an older one."""
    from pypdfium2 import raw

    handle = raw.FPDF_LoadDocument(os.fsencode(path), None)
    if handle:
        raw.FPDF_CloseDocument(handle)
        return InputError(f"{path.name}: the PDF has no pages.", "Save or download it again.")
    if raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return InputError(
            f"{path.name}: the PDF is encrypted and needs a password.",
            "Save a copy without the password (print it to PDF).",
        )
    return InputError(f"{path.name}: the PDF is damaged or cut off.", "Save or download it again.")


@contextmanager
def _loaded(pdf: Any, path: Path, page: int) -> Iterator[Any]:
    import pypdfium2

    if not 1 <= page <= len(pdf):
        raise IndexError(f"{path.name} has no page {page}")
    try:
        sheet = pdf[page - 1]
        try:
            yield sheet
        finally:
            sheet.close()
    except (pypdfium2.PdfiumError, MemoryError) as error:
        raise InputError(
            f"{path.name}, page {page}: the page cannot be drawn ({error}).",
            "Save or scan the page again.",
        ) from error


def _render(sheet: Any, dpi: float) -> Raster:
    bitmap = sheet.render(scale=dpi / 72, rev_byteorder=True)
    try:
        return Raster(_to_rgb(bitmap.to_numpy(), rgb_order=True), dpi)
    finally:
        bitmap.close()


def _to_rgb(pixels: NDArray[np.uint8], rgb_order: bool) -> NDArray[np.uint8]:
    """A copy as height × width × 3 in RGB; pdfium gives grey, BGR, BGRx or BGRA."""
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    import cv2

    if pixels.shape[2] == 1:
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_GRAY2RGB), np.uint8)
    if rgb_order:
        return np.array(pixels[:, :, :3], order="C")
    return np.asarray(cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_BGR2RGB), np.uint8)


def _require_pixels(placed: Sequence[Placed], limit: int, name: str) -> None:
    for picture in placed:
        width, height = picture.pixels
        if width * height > limit:
            raise InputError(
                f"{name}: a picture of {width} × {height} pixels is too large "
                f"(at most {limit:,} pixels).",
                "Scan at a lower resolution, or raise limits.image_pixels.",
            )


def _taken(sheet: Any, placed: Placed, name: str, max_side: int) -> Raster | None:
    """The placed picture on the page's white, or None when it does not look like the page."""
    import pypdfium2

    try:
        bitmap = placed.image.get_bitmap(render=False)
    except pypdfium2.PdfiumError as error:
        raise InputError(
            f"{name}: the picture of the page is damaged.", "Scan the page again."
        ) from error
    pixels = turned(_to_rgb(bitmap.to_numpy(), rgb_order=False), placed)
    across, down = placed.dpi
    if abs(placed.right[0]) < abs(placed.right[1]):
        across, down = down, across
    raster = fit_pixels(on_page(pixels, placed, sheet.get_size()), across, down, max_side)
    return raster if _looks_like(raster, sheet) else None


def _looks_like(raster: Raster, sheet: Any) -> bool:
    """Whether a small proof of the raster equals the page drawn small.

    Masks, inverted colours, clipping and blending change how a picture is shown; rather than
    follow each rule, what came out is compared with what pdfium draws.
    """
    from PIL import Image

    proof_dpi = 72 * _PROOF_SIDE / max(sheet.get_size())
    drawn = Image.fromarray(_render(sheet, proof_dpi * 2).pixels).convert("L")
    size = (max(1, drawn.width // 2), max(1, drawn.height // 2))
    goal = np.asarray(drawn.resize(size, Image.Resampling.BOX), np.int16)
    own = Image.fromarray(raster.pixels).convert("L").resize(size, Image.Resampling.BOX)
    difference = np.abs(np.asarray(own, np.int16) - goal)
    return float(difference.mean()) <= _PROOF_LIMIT


def _render_dpi(placed: Sequence[Placed], size: tuple[float, float], settings: Settings) -> float:
    """The resolution of the largest picture if it is fine enough, within the longest side."""
    dpi = settings.scan.dpi
    largest = max(placed, key=lambda picture: picture.area, default=None)
    if largest is not None and largest.area > 0.01 * size[0] * size[1]:
        own = max(largest.dpi)
        dpi = own if 0.75 * dpi <= own <= 3 * dpi else dpi
    return min(dpi, 72 * settings.scan.max_side / max(size))
