"""What runs on a node of a Ray cluster: a reader with one watched worker, which knows no Ray.

A reader is the `crew` of one machine with one worker, so that limits of time, memory and pages hold
there as here. Before it reads it is asked whether its node would read as the run does.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, replace

import pipeline
from pipeline.batch.crew import Crew, Limits
from pipeline.batch.inbox import Item
from pipeline.batch.lock import NAME as LOCK
from pipeline.batch.parts import PartInfo
from pipeline.batch.recipe import code_fingerprint
from pipeline.batch.task import Job
from pipeline.errors import GongwenError, OutputError

Order = tuple[str, str, bytes]
"""Version and code of the program that ordered; job and limits, which another could not unpickle"""


@dataclass(frozen=True, slots=True)
class Unable:
    """The node cannot do what others may: why."""

    why: str


def order_of(job: Job, limits: Limits) -> Order:
    """What a reader needs to know, of types that every program has."""
    alone = replace(job, threads=1), replace(limits, workers=1)
    return pipeline.__version__, code_fingerprint(), pickle.dumps(alone)


class Feed:
    """An iterator that has nothing more to give until something is put in again."""

    def __init__(self) -> None:
        self._waiting: deque[Item] = deque()

    def put(self, item: Item) -> None:
        """Give this one next."""
        self._waiting.append(item)

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> Item:
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft()


class NodeReader:
    """Reads one document after the other on a node, by one worker that outlives its documents."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._feed = Feed()
        self._infos: Generator[PartInfo] | None = None

    def problem(self) -> str:
        """Why this node must not read; "" when it reads as the one that ordered does."""
        version, code, _ = self._order
        own = code_fingerprint()
        if (pipeline.__version__, own) != (version, code):
            return (
                f"it has gongwen-tables {pipeline.__version__} (code {own[:8]}), the run is of"
                f" {version} (code {code[:8]})"
            )
        job, _ = self._ordered()
        try:
            _require_models(job)
            if job.out.entry(LOCK) is None:
                return f"it does not see the output {job.out.name}"
        except GongwenError as error:
            return str(error)
        return ""

    def read(self, item: Item) -> PartInfo | Unable:
        """Read a document and write its part."""
        if item.doc_id and not item.place and not os.access(item.path, os.R_OK):
            return Unable(f"it does not see {item.name}")
        if self._infos is None:
            self._infos = Crew(*self._ordered()).read(self._feed)
        self._feed.put(item)
        try:
            return next(self._infos)
        except OutputError as error:
            return Unable(str(error))

    def _ordered(self) -> tuple[Job, Limits]:
        # Made by this program's run, and by the same version, as `problem` has seen.
        job, limits = pickle.loads(self._order[2])  # noqa: S301 - of one's own run
        return job, limits


def _require_models(job: Job) -> None:
    """Raise ModelsError when what reads scans is not there as pinned."""
    if job.engine is not None:
        return
    from pipeline.ocr import models

    wanted = {path for path, _ in job.recipe.models}
    models.verify([file for file in models.FILES if file.path in wanted])
