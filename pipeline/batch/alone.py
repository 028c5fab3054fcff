"""Reading in the run's own process: for tests, and where processes of their own cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from pipeline.batch.inbox import Item
from pipeline.batch.parts import PartInfo
from pipeline.batch.task import Job, Reader
from pipeline.watch import Silent


@dataclass(slots=True)
class Alone:
    """Reads documents in this very process: no limits hold, and a crash is the end."""

    job: Job
    page_read: Callable[[], None] = lambda: None

    def read(self, items: Iterator[Item]) -> Generator[PartInfo]:
        """The information of each document's part. Raises OutputError as `Crew.read` does."""
        reader = Reader(self.job)
        watcher = _Pages(self.page_read)
        for item in items:
            info = reader.read(item, watcher)
            yield info


class _Pages(Silent):
    def __init__(self, tell: Callable[[], None]) -> None:
        self.tell = tell

    def page_read(self, page: int) -> None:
        self.tell()
