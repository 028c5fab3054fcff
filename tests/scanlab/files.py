"""Spoilt pages → the files that offices send."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from tests.scanlab.sheets import Sheet

DAY = time.gmtime(0)  # a fixed one, so that the same pixels give the same file


def write_scan(sheets: Sequence[Sheet], stem: Path) -> Path:
    """Write the pages as `stem`.pdf (of JPEG or group 4 pictures) or, for a fax, as group 4 TIFF.

    Returns the path written.
    """
    first = sheets[0]
    stem.parent.mkdir(parents=True, exist_ok=True)
    pages = [_image(sheet) for sheet in sheets]
    dots = (first.dpi, first.dpi)
    if first.coding == "fax":
        path = stem.with_name(stem.name + ".tif")
        pages[0].save(path, save_all=True, append_images=pages[1:], compression="group4", dpi=dots)
        return path
    path = stem.with_name(stem.name + ".pdf")
    # Pillow refuses a quality for pictures of two colours, which it writes as CCITT group 4.
    coding: dict[str, Any] = {} if first.coding == "bilevel" else {"quality": first.quality}
    coding |= {"creationDate": DAY, "modDate": DAY}
    pages[0].save(
        path, "PDF", save_all=True, append_images=pages[1:], resolution=first.dpi, **coding
    )
    return path


def _image(sheet: Sheet) -> Image.Image:
    image = Image.fromarray(sheet.pixels)
    if sheet.coding in ("fax", "bilevel"):
        return image.convert("L").point(lambda grey: 255 * (grey >= sheet.quality), "1")
    return image.convert("L") if sheet.coding == "grey" else image
