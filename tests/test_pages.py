"""Pages of one source: read side by side, returned in their order."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline import render, scan
from pipeline.config import Settings
from pipeline.errors import ModelsError, OcrError
from pipeline.model import PageContent, Raster
from pipeline.pages import AHEAD, PageReader
from pipeline.sources import open_source
from pipeline.watch import Stopwatch
from tests.engines import FixedEngine
from tests.pdfs import A4, Page, place, png, write

PAGES = 7


@pytest.fixture
def scanned_pdf(tmp_path: Path) -> Path:
    """Pages of nothing but a picture."""
    page = Page(place("I0", 0, 0, *A4), images={"I0": png(Image.new("L", (60, 80), 200))})
    return write(tmp_path / "scanned.pdf", [page] * PAGES)


@pytest.fixture
def reader(scanned_pdf: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> PageReader:
    picture = Raster(np.full((40, 30, 3), 255, np.uint8), 72.0)
    monkeypatch.setattr(render, "page_picture", lambda *_: picture)
    source = open_source(scanned_pdf, settings)
    return PageReader(source, FixedEngine, settings, Stopwatch())


def read(page: int, *_: object) -> tuple[PageContent, ...]:
    return (PageContent(page, 30.0, 40.0, "scan", "drawn"),)


def test_pages_come_in_order_whichever_is_read_first(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = threading.Event()

    def sheet_to_contents(_: Raster, page: int, *rest: object) -> tuple[PageContent, ...]:
        # The first page waits for the second: side by side, or never.
        if page == 1:
            assert second.wait(30)
        if page == 2:
            second.set()
        return read(page)

    monkeypatch.setattr(scan, "sheet_to_contents", sheet_to_contents)
    assert [content.page for (content,) in reader.sheets()] == list(range(1, PAGES + 1))
    assert reader.failed == {}


@pytest.mark.parametrize(("threads", "most"), [(1, 1), (2, 2 + AHEAD), (3, 3 + AHEAD)])
def test_no_more_pictures_are_taken_ahead_than_are_read_or_wait(
    threads: int, most: int, reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    ocr = reader.settings.ocr.model_copy(update={"threads": threads})
    reader.settings = reader.settings.model_copy(update={"ocr": ocr})
    taken: list[int] = []
    picture = render.page_picture

    def page_picture(path: Path, page: int, settings: Settings) -> Raster:
        taken.append(page)
        return picture(path, page, settings)

    monkeypatch.setattr(render, "page_picture", page_picture)
    monkeypatch.setattr(scan, "sheet_to_contents", lambda _, page, *rest: read(page))
    for (content,) in reader.sheets():
        assert len(taken) <= content.page + most
    assert taken == list(range(1, PAGES + 1))


def test_a_page_that_fails_in_its_thread_is_said(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sheet_to_contents(_: Raster, page: int, *rest: object) -> tuple[PageContent, ...]:
        if page in (5, 3):
            raise OcrError(f"page {page} is odd")
        return read(page)

    monkeypatch.setattr(scan, "sheet_to_contents", sheet_to_contents)
    contents = [content for sheet in reader.sheets() for content in sheet]
    assert [c.page for c in contents if c.reason.startswith("failed")] == [3, 5]
    assert {page: str(error) for page, error in reader.failed.items()} == {
        3: "page 3 is odd",
        5: "page 5 is odd",
    }


def test_missing_models_end_the_document(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    def sheet_to_contents(_: Raster, page: int, *rest: object) -> tuple[PageContent, ...]:
        begun.append(page)
        raise ModelsError("missing", "fetch them")

    monkeypatch.setattr(scan, "sheet_to_contents", sheet_to_contents)
    with pytest.raises(ModelsError):
        list(reader.sheets())
    assert len(begun) < PAGES


def test_whoever_stops_early_leaves_no_thread_behind(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "sheet_to_contents", lambda _, page, *rest: read(page))
    contents = reader.sheets()
    next(contents)
    contents.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("page_")]
