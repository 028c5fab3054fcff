"""How many documents the driver of a Ray cluster can hand out: readers that answer at once.

Needs Ray (`make test-ray` installs it). The processor time that the driver takes for a document is
what bounds how many processors one run can keep busy; on this machine the readers take processor
time beside it, so that documents by the clock are fewer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from pipeline.batch import ray_cluster, ray_executor
from pipeline.batch.crew import Limits
from pipeline.batch.inbox import Item
from pipeline.batch.parts import PartInfo
from pipeline.batch.places import Place
from pipeline.batch.ray_cluster import Node, RayCluster
from pipeline.batch.recipe import recipe_of
from pipeline.batch.task import Job
from pipeline.config import load_settings
from tests.bench.batch import PAGE
from tests.bench.known import between, table_lines
from tests.bench.report import Section

BEGIN, END = "<!-- driver:begin -->", "<!-- driver:end -->"
COLUMNS = ("readers", "documents", "documents a second", "processor ms of the driver, each")


class Instant:
    """A reader that has nothing to read."""

    def problem(self) -> str:
        return ""

    def read(self, item: Item) -> PartInfo:
        counts = (("info", 3), ("warning", 2))
        return PartInfo("", "0" * 16, item.key, item.name, "ok", findings=counts, codes=counts)


class InstantCluster(RayCluster):
    """One node with as many processors as readers are wanted."""

    def __init__(self, ray: Any, readers: int) -> None:
        super().__init__(ray)
        self.readers = readers

    def nodes(self) -> dict[str, Node]:
        return {"here": Node("here", self.readers)}

    def start(self, node: str, order: Any) -> Any:
        return self._ray.remote(num_cpus=0)(Instant).remote()


def measure(readers: tuple[int, ...] = (2, 16), each: int = 500) -> Section:
    """Hand out `each` documents a reader. Raises UsageError without Ray."""
    return Section("Driver", COLUMNS, tuple(measure_one(count, count * each) for count in readers))


def measure_one(readers: int, documents: int) -> tuple[str, ...]:
    """One line of the table; what comes before all readers are up does not count."""
    settings = load_settings()
    warm = 4 * readers

    @contextmanager
    def connected(address: str, workers: int | None) -> Iterator[RayCluster]:
        with ray_cluster.connected(address, 2):
            yield InstantCluster(ray_cluster.imported(), readers)

    with (
        TemporaryDirectory() as scratch,
        mock.patch.object(ray_executor, "connected", connected),
    ):
        job = Job(settings, recipe_of(settings), Place(scratch))
        crew = ray_executor.RayCrew(job, Limits(readers))
        infos = crew.read(items(warm + documents))
        for _ in range(warm):
            next(infos)
        while not all(seat.ready for seat in crew._seats):
            next(infos)
        start, used, count = time.perf_counter(), time.process_time(), sum(1 for _ in infos)
        seconds, used = time.perf_counter() - start, time.process_time() - used
    return (
        f"{readers}",
        f"{count:,}",
        f"{count / seconds:.0f}",
        f"{1000 * used / count:.2f}",
    )


def items(count: int) -> Iterator[Item]:
    """Documents as a run would find them."""
    for number in range(count):
        key = f"/srv/gongwen/inbox/2026/11/{number:08d}.pdf"
        yield Item(key, key, "", key, 300_000, 1, f"{number:064x}")


def write_page(handed: Section, machine: str, page: Path = PAGE) -> None:
    """Put the figures between their marks of the page."""
    lines = (*table_lines(handed), "", f"{machine}.")
    text = between(page.read_text(encoding="utf-8"), BEGIN, END, lines)
    page.write_text(text, encoding="utf-8")
