"""From an opened source to its layout: each page by the route that can be trusted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import GongwenError, InputError, ModelsError
from pipeline.model import Code, Finding, Layout, PageContent, Route, Severity
from pipeline.sheets import number_pages

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.model import Raster
    from pipeline.sources import Source
    from pipeline.textlayer import TextLayer
    from pipeline.watch import EngineFactory, Stopwatch, Watcher

A4 = (595.28, 841.89)  # points; stands in for the size of a page that could not be opened

log = logging.getLogger(__name__)


def layout_of(
    source: Source, engine: EngineFactory, settings: Settings, watch: Stopwatch, watcher: Watcher
) -> tuple[tuple[PageContent, ...], Layout]:
    """The pages as they were read (none for machine-read text), and their layout.

    Raises InputError when no page could be read, ModelsError when a page needs recognition and
    the models are not there.
    """
    if source.kind == "markup":
        watcher.pages_counted(0)
        return (), _text_to_layout(source, settings, watch)
    from pipeline.tables import pages_to_layout

    watcher.pages_counted(source.page_count)
    reader = PageReader(source, engine, settings, watch)
    contents: list[PageContent] = []
    for sheet, pages in enumerate(reader.sheets(), start=1):
        contents += number_pages(pages, len(contents) + 1)
        watcher.page_read(sheet)
    if contents and len(reader.failed) == len(contents):
        raise reader.failed[0]
    with watch.stage("tables"):
        return tuple(contents), pages_to_layout(contents, settings)


def _text_to_layout(source: Source, settings: Settings, watch: Stopwatch) -> Layout:
    from pipeline.markup import text_to_layout
    from pipeline.sources import read_text

    with watch.stage("markup"):
        return text_to_layout(read_text(source.path), settings)


class PageReader:
    """Reads the sheets of one source in order; `failed` holds the errors of those that failed."""

    def __init__(
        self, source: Source, engine: EngineFactory, settings: Settings, watch: Stopwatch
    ) -> None:
        self.source = source
        self.engine = engine
        self.settings = settings
        self.watch = watch
        self.failed: list[Exception] = []

    def sheets(self) -> Iterator[tuple[PageContent, ...]]:
        """What is on each sheet: one page, or two of a scan, all with the sheet's number.

        The content of a failed page is empty and says so in a finding.
        """
        if self.source.kind == "pdf":
            yield from self._pdf()
        else:
            yield from self._pictures()

    def _pdf(self) -> Iterator[tuple[PageContent, ...]]:
        from pipeline.textlayer import TextLayer

        with TextLayer(self.source.path) as layer:
            for page in range(1, self.source.page_count + 1):
                yield self._guarded(page, "text", partial(self._pdf_page, layer, page))

    def _pdf_page(self, layer: TextLayer, page: int) -> tuple[PageContent, ...]:
        with self.watch.stage("textlayer"):
            content = layer.page_to_content(page, self.settings)
        if content.route == "text":
            return (content,)
        first, *rest = self._guarded(
            page, "scan", partial(self._scanned_page, page, content.reason)
        )
        return (replace(first, findings=content.findings + first.findings), *rest)

    def _scanned_page(self, page: int, reason: str) -> tuple[PageContent, ...]:
        from pipeline.render import page_picture

        with self.watch.stage("render"):
            raster = page_picture(self.source.path, page, self.settings)
        return self._scan(raster, page, reason)

    def _pictures(self) -> Iterator[tuple[PageContent, ...]]:
        from pipeline.render import read_pictures

        pictures = read_pictures(self.source.path, self.settings)
        for page in range(1, self.source.page_count + 1):
            yield self._guarded(page, "scan", partial(self._picture, pictures, page))

    def _picture(self, pictures: Iterator[Raster], page: int) -> tuple[PageContent, ...]:
        with self.watch.stage("render"):
            raster = next(pictures, None)
        if raster is None:
            raise InputError(f"{self.source.name}: picture {page} cannot be read.")
        return self._scan(raster, page, "the source is a picture")

    def _scan(self, raster: Raster, page: int, reason: str) -> tuple[PageContent, ...]:
        from pipeline.scan import sheet_to_contents

        engine = self.engine()
        with self.watch.stage("scan"):
            return sheet_to_contents(raster, page, engine, self.settings, reason)

    def _guarded(
        self, page: int, route: Route, read: Callable[[], tuple[PageContent, ...]]
    ) -> tuple[PageContent, ...]:
        try:
            return read()
        except ModelsError:
            raise
        except Exception as error:  # one page must not take the document with it
            log.warning("%s, page %d", self.source.name, page, exc_info=error)
            self.failed.append(error)
            return (_failed_page(page, route, error),)


def _failed_page(page: int, route: Route, error: Exception) -> PageContent:
    known = isinstance(error, GongwenError)
    what = str(error) if known else f"{type(error).__name__}: {error}"
    finding = Finding(
        stage="pages",
        code=Code.PAGE_FAILED,
        severity=Severity.ERROR,
        message=f"Page {page} could not be read: {what}",
        page=page,
    )
    return PageContent(page, *A4, route, f"failed: {what}", findings=(finding,))
