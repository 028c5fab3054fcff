"""From an opened source to its layout: each page by the route that can be trusted."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import GongwenError, InputError, ModelsError
from pipeline.model import Code, Finding, Layout, PageContent, Route, Severity
from pipeline.sheets import number_pages

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.model import Raster
    from pipeline.ocr.engine import OcrEngine
    from pipeline.sources import Source
    from pipeline.textlayer import TextLayer
    from pipeline.watch import EngineFactory, Stopwatch, Watcher

T = TypeVar("T")
Contents = tuple[PageContent, ...]

A4 = (595.28, 841.89)  # points; stands in for the size of a page that could not be opened
AHEAD = 2
"""Pictures of pages that wait for their turn."""

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
        raise reader.failed[min(reader.failed)]
    with watch.stage("tables"):
        return tuple(contents), pages_to_layout(contents, settings)


def _text_to_layout(source: Source, settings: Settings, watch: Stopwatch) -> Layout:
    from pipeline.markup import text_to_layout
    from pipeline.sources import read_text

    with watch.stage("markup"):
        return text_to_layout(read_text(source.path), settings)


class PageReader:
    """Reads the sheets of one source in order; `failed` holds the error of each that failed."""

    def __init__(
        self, source: Source, engine: EngineFactory, settings: Settings, watch: Stopwatch
    ) -> None:
        self.source = source
        self.engine = engine
        self.settings = settings
        self.watch = watch
        self.failed: dict[int, Exception] = {}

    def sheets(self) -> Iterator[Contents]:
        """What is on each sheet: one page, or two of a scan, all with the sheet's number.

        The content of a failed page is empty and says so in a finding. One scan more is read at a
        time than the engine has threads, since a page waits while its lines are recognised; where
        it has one, a worker of many, one. Else the pictures of `AHEAD` more wait, so that a page
        that takes longer holds up none behind it. The file is opened by the calling thread alone:
        PDFium is not made for two.
        """
        threads = self.settings.ocr.threads
        most = threads + AHEAD if threads > 1 else threads
        pool = ThreadPoolExecutor(threads + 1 if threads > 1 else 1, "page")
        begun: deque[Future[Contents]] = deque()
        try:
            for sheet in self._pdf(pool) if self.source.kind == "pdf" else self._pictures(pool):
                begun.append(sheet)
                if len(begun) > most:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _pdf(self, pool: Executor) -> Iterator[Future[Contents]]:
        from pipeline.render import page_picture
        from pipeline.textlayer import TextLayer

        with TextLayer(self.source.path) as layer:
            for page in range(1, self.source.page_count + 1):
                text = self._guarded(page, "text", partial(self._text_page, layer, page))
                if text.route == "text":
                    yield _known((text,))
                else:
                    picture = partial(page_picture, self.source.path, page, self.settings)
                    yield self._begin_scan(pool, picture, text)

    def _text_page(self, layer: TextLayer, page: int) -> PageContent:
        with self.watch.stage("textlayer"):
            return layer.page_to_content(page, self.settings)

    def _pictures(self, pool: Executor) -> Iterator[Future[Contents]]:
        from pipeline.render import read_pictures

        pictures = read_pictures(self.source.path, self.settings)
        for page in range(1, self.source.page_count + 1):
            blank = PageContent(page, *A4, "scan", "the source is a picture")
            yield self._begin_scan(pool, partial(self._next, pictures, page), blank)

    def _next(self, pictures: Iterator[Raster], page: int) -> Raster:
        raster = next(pictures, None)
        if raster is None:
            raise InputError(f"{self.source.name}: picture {page} cannot be read.")
        return raster

    def _begin_scan(
        self, pool: Executor, picture: Callable[[], Raster], before: PageContent
    ) -> Future[Contents]:
        """Take the picture of a sheet now, and let the pool read it.

        `before` is what is known of the sheet: its number, why it is a scan, findings.
        """

        def take() -> Callable[[], Contents]:
            with self.watch.stage("render"):
                raster = picture()
            return partial(self._scan, raster, self.engine(), before)

        scan = self._guarded(before.page, "scan", take)
        return (
            _known(_after(before, (scan,))) if isinstance(scan, PageContent) else pool.submit(scan)
        )

    def _scan(self, raster: Raster, engine: OcrEngine, before: PageContent) -> Contents:
        from pipeline.scan import sheet_to_contents

        def read() -> Contents:
            with self.watch.stage("scan"):
                return sheet_to_contents(raster, before.page, engine, self.settings, before.reason)

        pages = self._guarded(before.page, "scan", read)
        return _after(before, (pages,) if isinstance(pages, PageContent) else pages)

    def _guarded(self, page: int, route: Route, read: Callable[[], T]) -> T | PageContent:
        """What `read` returns; where it fails, the content of a failed page."""
        try:
            return read()
        except ModelsError:
            raise
        except Exception as error:  # one page must not take the document with it
            log.warning("%s, page %d", self.source.name, page, exc_info=error)
            self.failed[page] = error
            return _failed_page(page, route, error)


def _after(before: PageContent, pages: Contents) -> Contents:
    """The pages of a sheet with what was found on it before."""
    first, *rest = pages
    return (replace(first, findings=before.findings + first.findings), *rest)


def _known(pages: Contents) -> Future[Contents]:
    future: Future[Contents] = Future()
    future.set_result(pages)
    return future


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
