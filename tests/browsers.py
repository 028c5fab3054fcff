"""Debian's chromium under Playwright, and a review server beside it, for the tests in a browser."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.review.app import create_app
from pipeline.review.room import Room
from pipeline.review.serve import Address, make_server
from tests.review_rooms import TOKEN, only_id

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).resolve().parent.parent / "build" / "axe-core" / "axe.min.js"
_SERIOUS = ("serious", "critical")


def chromium() -> str:
    """The browser's path; skips where it or Playwright is missing."""
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make setup")
    path = os.environ.get("GONGWEN_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    return path


def axe_script() -> str:
    """axe-core's script; skips where it was not fetched."""
    if not AXE.is_file():
        pytest.skip("axe-core was not fetched: make test-browser does it (needs npm)")
    return AXE.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass
class Served:
    """A room that is served; `stop` ends it, `start` begins again at the same port."""

    room: Room
    port: int = field(default_factory=free_port)
    token: str = TOKEN
    _server: Any = None
    _thread: threading.Thread | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def way_in(self) -> str:
        return f"{self.base}/?token={self.token}"

    @property
    def document(self) -> str:
        return f"{self.base}/d/{only_id(self.room)}"

    def start(self) -> None:
        address = Address("127.0.0.1", self.port, self.token)
        self._server = make_server(create_app(self.room), address)
        listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=20)
            assert not self._thread.is_alive()
            self._thread = None


@contextmanager
def serving(room: Room) -> Iterator[Served]:
    """The room, served until the end of the block."""
    served = Served(room)
    served.start()
    try:
        yield served
    finally:
        served.stop()


@dataclass
class Watched:
    """What a browser asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self, context: Any) -> None:
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._console)

    def _console(self, message: Any) -> None:
        # Answers of 403 and 409, and a server that was stopped, are what some tests are about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def strangers(self, base: str) -> list[str]:
        """Requests that were not to the server."""
        return [url for url in self.requests if not url.startswith((f"{base}/", "data:"))]


def until(page: Any, expression: str) -> None:
    """Wait until the expression holds; the page's policy forbids Playwright's own waiting."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def serious_faults(page: Any, script: str) -> list[str]:
    """What axe finds on the page that is serious or worse, with where."""
    page.evaluate(script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{item['id']}: {node['target']} {node['failureSummary']}"
        for item in found["violations"]
        if item["impact"] in _SERIOUS
        for node in item["nodes"]
    ]
