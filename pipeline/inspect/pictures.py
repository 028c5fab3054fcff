"""Pictures of the upright pages, small enough to travel inside an HTML file."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.model import PageContent, Raster

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.run import Trace
    from pipeline.watch import EngineFactory

TEXT_DPI = 110.0
LONGEST = 1700  # pixels; enough to read small print on a screen
QUALITY = 62

log = logging.getLogger(__name__)


def page_pictures(trace: Trace, engine: EngineFactory, settings: Settings) -> dict[int, str]:
    """Data URI (JPEG) of every page that has a picture, by page number.

    Scans are drawn as they were read: upright and straight. A page that cannot be drawn has none.
    """
    pictures: dict[int, str] = {}
    rasters = _scanned(trace, settings)
    for content in trace.contents:
        try:
            pictures[content.page] = raster_to_uri(
                _upright(content, next(rasters), engine, settings)
                if content.route == "scan"
                else _rendered(trace, content.page)
            )
        except Exception as error:  # what was read is worth showing without the picture
            log.warning("page %d has no picture", content.page, exc_info=error)
    return pictures


def raster_to_uri(raster: Raster) -> str:
    """`raster` as a JPEG data URI, its longest side at most LONGEST pixels."""
    from PIL import Image

    image = Image.fromarray(raster.pixels)
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, format="JPEG", quality=QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _rendered(trace: Trace, page: int) -> Raster:
    from pipeline.render import render_page

    return render_page(trace.source.path, page, TEXT_DPI)


def _upright(
    content: PageContent, raster: Raster, engine: EngineFactory, settings: Settings
) -> Raster:
    from pipeline.scan.prepare import prepare

    return prepare(raster, engine(), settings).raster


def _scanned(trace: Trace, settings: Settings) -> Iterator[Raster]:
    """The pictures of the pages that were read as scans, in order."""
    from pipeline.render import page_picture, read_pictures

    if trace.source.kind == "image":
        yield from read_pictures(trace.source.path, settings)
        return
    for content in trace.contents:
        if content.route == "scan":
            yield page_picture(trace.source.path, content.page, settings)
