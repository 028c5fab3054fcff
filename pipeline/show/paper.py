"""The pages of a source as upright pictures, prepared as they were when they were read.

What was written names the sheets of the source as pages. A sheet of a scan that holds two pages is
shown as they were read: each upright, side by side or one above the other, so that boxes fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.model import Raster

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.watch import EngineFactory

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Part:
    """A page on its sheet: the side it stood on, its corner and size in points, upright.

    `rotation`: degrees clockwise that made it upright.
    """

    side: str
    left: float
    top: float
    width: float
    height: float
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class PageInfo:
    """How one page of the source was read, and the parts that it was read in."""

    page: int
    route: str
    reason: str
    parts: tuple[Part, ...]

    @property
    def width(self) -> float:
        """In points."""
        return max(part.left + part.width for part in self.parts)

    @property
    def height(self) -> float:
        """In points."""
        return max(part.top + part.height for part in self.parts)


def record_to_pages(record: Mapping[str, Any]) -> tuple[PageInfo, ...]:
    """The pages of a document from its record in the manifest; none for machine-read text."""
    pages: Iterable[Mapping[str, Any]] = (
        page for page in record.get("pages", ()) if page["route"] != "markup"
    )
    found = []
    for number, group in groupby(pages, key=lambda page: page["page"]):
        parts = list(group)
        first = parts[0]
        found.append(PageInfo(number, first["route"], first["reason"], tuple(map(_part, parts))))
    return tuple(found)


def page_raster(
    path: Path, info: PageInfo, dpi: float, engine: EngineFactory, settings: Settings
) -> Raster:
    """The upright picture of a page; `dpi` counts for born-digital pages, a scan has its own.

    `engine` is asked only where the ink alone does not tell the turn that was found. Raises
    InputError when the page cannot be drawn.
    """
    from pipeline.render import render_page

    if info.route == "text":
        return render_page(path, info.page, dpi)
    from pipeline.scan import part_sheet, prepare

    halves = {half.side: half for half in part_sheet(_picture(path, info.page, settings))}
    rasters = []
    for part in info.parts:
        half = halves[part.side if part.side in halves else next(iter(halves))]
        prepared = prepare(half.raster, None, settings, half.sketch)
        if prepared.rotation != part.rotation:
            prepared = prepare(half.raster, engine(), settings, half.sketch)
        rasters.append(prepared.raster)
    return rasters[0] if len(rasters) == 1 else _laid_out(info.parts, rasters)


def _part(page: Mapping[str, Any]) -> Part:
    sides = (step.get("side") for step in page["steps"] if step["name"] == "part")
    return Part(
        next((str(side) for side in sides if side), WHOLE),
        page.get("left", 0.0),
        page.get("top", 0.0),
        page["width"],
        page["height"],
        page["rotation"],
    )


def _picture(path: Path, page: int, settings: Settings) -> Raster:
    from pipeline.render import page_picture, read_pictures

    with path.open("rb") as stream:
        is_pdf = b"%PDF-" in stream.read(1024)
    if is_pdf:
        return page_picture(path, page, settings)
    return next(islice(read_pictures(path, settings), page - 1, None))


def _laid_out(parts: Sequence[Part], rasters: Sequence[Raster]) -> Raster:
    """The parts at their places on one white sheet, at the resolution of the finest."""
    from PIL import Image

    scale = max(raster.dpi for raster in rasters) / 72
    width = round(max(part.left + part.width for part in parts) * scale)
    height = round(max(part.top + part.height for part in parts) * scale)
    sheet = np.full((height, width, 3), 255, np.uint8)
    for part, raster in zip(parts, rasters, strict=True):
        left, top = round(part.left * scale), round(part.top * scale)
        size = (min(round(part.width * scale), width - left), round(part.height * scale))
        size = (size[0], min(size[1], height - top))
        picture = Image.fromarray(raster.pixels).resize(size, Image.Resampling.LANCZOS)
        sheet[top : top + size[1], left : left + size[0]] = np.asarray(picture)
    return Raster(sheet, scale * 72)
