"""Pictures of the pages before and after preparation, small enough to travel inside an HTML."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from pipeline.model import PageContent, Raster

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.run import Trace
    from pipeline.scan import Prepared
    from pipeline.watch import EngineFactory

TEXT_DPI = 110.0
LONGEST = 1700  # pixels; enough to read small print on a screen
BEFORE_LONGEST = 800  # enough to see how the page lay
QUALITY = 62
BEFORE_QUALITY = 50
GHOST = 0.35
"""How much of the colour that was taken out is still shown."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it was read and, of a scan, its sheet as it came in; data URIs (JPEG), or ""."""

    page: str
    before: str = ""


def page_pictures(
    trace: Trace, engine: EngineFactory, settings: Settings
) -> dict[tuple[int, int], PagePicture]:
    """The pictures by sheet and half (0: the whole sheet). A page that cannot be drawn has none.

    Scans are drawn as they were read: upright, flat, without what is no print. The second page of a
    sheet has no picture from before: it is that of the first.
    """
    pictures: dict[tuple[int, int], PagePicture] = {}
    rasters = _scanned(trace, settings)
    for sheet, pages in groupby(trace.contents, _sheet):
        contents = list(pages)
        try:
            if contents[0].route == "scan":
                prepared = _prepared(contents, next(rasters), engine, settings)
            else:
                prepared = [PagePicture(raster_to_uri(_rendered(trace, sheet)))]
            for content, picture in zip(contents, prepared, strict=True):
                pictures[sheet, content.spot.half if content.spot else 0] = picture
        except Exception as error:  # what was read is worth showing without the picture
            log.warning("page %d has no picture", sheet, exc_info=error)
    return pictures


def raster_to_uri(raster: Raster, longest: int = LONGEST, quality: int = QUALITY) -> str:
    """`raster` as a JPEG data URI, its longest side at most `longest` pixels."""
    from PIL import Image

    image = Image.fromarray(raster.pixels)
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, format="JPEG", quality=quality, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _sheet(content: PageContent) -> int:
    return content.spot.sheet if content.spot else content.page


def _rendered(trace: Trace, page: int) -> Raster:
    from pipeline.render import render_page

    return render_page(trace.source.path, page, TEXT_DPI)


def _prepared(
    contents: Sequence[PageContent], raster: Raster, engine: EngineFactory, settings: Settings
) -> list[PagePicture]:
    """The pictures of the pages on a sheet, in reading order, prepared as for reading."""
    from pipeline.scan import part_sheet, prepare

    halves = {half.side: half for half in part_sheet(raster)}
    before = raster_to_uri(raster, BEFORE_LONGEST, BEFORE_QUALITY)
    pictures = []
    for content in contents:
        part = next((step for step in content.steps if step.name == "part"), None)
        half = halves[str(dict(part.facts).get("side", "whole") if part else "whole")]
        page = _shown(prepare(half.raster, engine(), settings, half.sketch))
        pictures.append(PagePicture(raster_to_uri(page), before))
        before = ""
    return pictures


def _shown(prepared: Prepared) -> Raster:
    """The print as it is read, with a ghost of the seals and stamps that were taken out."""
    pixels = np.repeat(prepared.grey[:, :, None], 3, axis=2)
    lifted = prepared.lifted
    if lifted is not None and lifted.any():
        taken = lifted > 0
        ghost = 255 - GHOST * (255 - prepared.raster.pixels[taken].astype(np.float32))
        pixels[taken] = np.minimum(pixels[taken], ghost.astype(np.uint8))
    return Raster(pixels, prepared.raster.dpi)


def _scanned(trace: Trace, settings: Settings) -> Iterator[Raster]:
    """The pictures of the sheets that were read as scans, in order."""
    from pipeline.render import page_picture, read_pictures

    if trace.source.kind == "image":
        yield from read_pictures(trace.source.path, settings)
        return
    for sheet in dict.fromkeys(_sheet(c) for c in trace.contents if c.route == "scan"):
        yield page_picture(trace.source.path, sheet, settings)
