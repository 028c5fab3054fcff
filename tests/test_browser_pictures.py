"""The main views of the review page as pictures: those in the README are made here.

`make screenshots` writes them to docs/; the tests alone write to a folder of their own.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.batch import Redo
from pipeline.config import Settings
from pipeline.review import open_room
from pipeline.review.room import Room
from pipeline.watch import OneEngine
from tests.batches import HERE, run
from tests.browsers import ARGUMENTS, Served, chromium, serving
from tests.review_rooms import no_engine

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("yueyang/notice.pdf", "qinglan/notice.pdf", "wangchao/notice-scan.png")
LARGEST = 300_000  # bytes of a picture in the README


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, real_engine: OneEngine
) -> Iterator[Room]:
    """A run over three samples, named as a user would name them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("desk"))
        for source in SOURCES:
            target = Path("inbox") / source.replace("/notice-scan", "").replace("/notice", "")
            target.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / "samples" / source, target)
        run("inbox", "outputs", settings, Redo.NOTHING, HERE, real_engine)
        found = open_room("outputs", settings, no_engine, "李四", (None, None))
        for number in range(1, 6):
            doc_id = found.library.find("qinglan.pdf")
            reading = found.desk.open(doc_id).stored.reading
            asked = {"what": "confirm", "row": f"1-{number}-0", "version": number - 1}
            found.desk.correct(doc_id, {**asked, "reading": reading})
        yield found


@pytest.fixture(scope="module")
def served(room: Room) -> Iterator[Served]:
    with serving(room) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    asked = request.config.getoption("--screenshots")
    return ROOT / asked if asked else tmp_path


def window(browser: Any, served: Served, size: tuple[int, int], scheme: str = "light") -> Any:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(served.way_in)
    return page


def open_document(page: Any, served: Served, name: str) -> None:
    page.goto(f"{served.base}/d/{served.room.library.find(name)}")
    page.wait_for_selector("article.row")


def shoot(page: Any, path: Path) -> None:
    """The window as a small PNG; fails when it shows next to nothing."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)  # pictures are drawn after they are there
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert len(picture.getcolors(1 << 24) or ()) > 200
    small = picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    assert path.stat().st_size < LARGEST


def test_the_list(browser: Any, served: Served, folder: Path) -> None:
    page = window(browser, served, (1280, 560))
    shoot(page, folder / "review-list.png")


def test_a_document_while_a_name_is_corrected(browser: Any, served: Served, folder: Path) -> None:
    page = window(browser, served, (1280, 800))
    open_document(page, served, "yueyang.pdf")
    page.click('#r-1-1-0 .value[data-column="leaders"]')
    page.wait_for_selector(".chosen-box")
    page.keyboard.press("e")
    page.wait_for_selector(".editor .chip")
    page.keyboard.type("李")
    page.wait_for_selector(".suggestions li")
    shoot(page, folder / "review-document.png")


def test_findings_in_the_dark(browser: Any, served: Served, folder: Path) -> None:
    page = window(browser, served, (1280, 800), "dark")
    open_document(page, served, "yueyang.pdf")
    page.click("[data-tab=findings]")
    page.wait_for_selector(".findings .finding")
    page.keyboard.press("j")
    page.wait_for_selector(".chosen-box")
    shoot(page, folder / "review-findings.png")


def test_the_overview(browser: Any, served: Served, folder: Path) -> None:
    page = window(browser, served, (1280, 800))
    open_document(page, served, "yueyang.pdf")
    page.click("[data-tab=overview]")
    page.wait_for_selector(".chart svg")
    page.locator(".charts").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.charts').scrollIntoView()")
    shoot(page, folder / "review-overview.png")


def test_a_scan_on_a_large_screen(browser: Any, served: Served, folder: Path) -> None:
    page = window(browser, served, (1920, 1080))
    open_document(page, served, "wangchao.png")
    page.click('#r-1-2-0 .value[data-column="units"]')
    page.wait_for_selector(".chosen-box")
    page.wait_for_selector("#loupe svg")
    shoot(page, folder / "review-scan.png")
