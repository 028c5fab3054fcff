"""The review page on a long document, in chromium: how soon it is there, how evenly it scrolls."""

from __future__ import annotations

import shutil
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.config import load_settings
from tests.bench.documents import UnavailableError
from tests.bench.report import Section, at_most
from tests.browsers import ARGUMENTS, Served, serving
from tests.review_rooms import ROWS_OF_A_PAGE, make_room

ROWS = 2000
OPENINGS = 5
OPEN_S = 1.0
FRAME_MS = 50.0
"""A frame that took longer is seen as a stutter: three frames of a screen of 60 Hz."""
_STEP = 120  # pixels scrolled in a frame
_FRAMES = 180

_OPEN = """() => new Promise((done) => {
  const look = () => document.querySelector("article.row") && document.querySelector("#p1 image")
    ? done(performance.now()) : requestAnimationFrame(look);
  look();
})"""
_SCROLL = """([id, step, frames]) => new Promise((done) => {
  const pane = document.getElementById(id), times = [];
  let last = performance.now();
  const next = (now) => {
    times.push(now - last);
    last = now;
    pane.scrollTop += step;
    if (times.length < frames) requestAnimationFrame(next); else done(times.slice(1));
  };
  requestAnimationFrame(next);
})"""


def measure() -> Section:
    """Opening and scrolling of a document of 2,000 rows on 200 pages."""
    title = f"Review page, {ROWS // ROWS_OF_A_PAGE} pages, {ROWS:,} rows"
    try:
        with TemporaryDirectory() as scratch:
            room = make_room(Path(scratch), load_settings(), ROWS)
            with serving(room) as served:
                return _measured(title, served)
    except UnavailableError as reason:
        return Section(title, remarks=(f"not measured: {reason}",))


def _measured(title: str, served: Served) -> Section:
    path = shutil.which("chromium")
    if path is None:
        raise UnavailableError("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.new_page().goto(served.way_in)
        cold = _open(context, served)
        warm = [_open(context, served) for _ in range(OPENINGS)]
        page = context.pages[-1]
        frames = {
            pane: page.evaluate(_SCROLL, [pane, _STEP, _FRAMES]) for pane in ("panel", "pages")
        }
        browser.close()
    rows = [("opened first", f"{cold:.2f} s"), ("opened again", f"{statistics.median(warm):.2f} s")]
    for pane, times in frames.items():
        late = sum(each > FRAME_MS for each in times)
        middle = statistics.median(times)
        what = "rows" if pane == "panel" else "pages"
        rows.append((f"{what} scrolled", f"{middle:.0f} ms a frame, {late} of {len(times)} late"))
    worst = max(sum(each > FRAME_MS for each in times) for times in frames.values())
    return Section(
        title,
        ("", ""),
        tuple(rows),
        (
            at_most("opened first", OPEN_S, cold, " s"),
            at_most("late frames", _FRAMES / 20, worst, ""),
        ),
        (f"from the address to the first row and the first page; {_STEP} pixels a frame",),
    )


def _open(context: Any, served: Served) -> float:
    """Seconds from the address to the first row and the first page's picture."""
    page = context.new_page()
    start = time.perf_counter()
    page.goto(served.document, wait_until="commit")
    page.evaluate(_OPEN)
    return time.perf_counter() - start
