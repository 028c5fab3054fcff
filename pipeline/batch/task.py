"""The unit of work: one document in, its part written. Any executor can call it, anywhere.

What it takes and gives can be pickled; what it needs besides (models, file systems) it makes where
it runs and keeps for the next document.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.batch.parts import Failure, PartInfo, encode, info_of
from pipeline.batch.places import Place
from pipeline.batch.recipe import Recipe
from pipeline.errors import ExitCode, GongwenError, InputError, ModelsError, OutputError
from pipeline.model import Reading
from pipeline.run import trace_document
from pipeline.watch import EngineFactory, OneEngine, Silent, Watcher
from pipeline.write import contract_tables

if TYPE_CHECKING:
    from pipeline.batch.inbox import Item
    from pipeline.config import Settings
    from pipeline.ocr.engine import OcrEngine

_CHUNK = 1 << 20
_NAME_BYTES = 200  # what a file's name may have on any disk, with room for what goes before

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """What all tasks of a run share: settings, recipe, and the place whose parts they write.

    `threads` is how many one worker reads scans with; it changes nothing that is read and so
    stands outside the settings' fingerprint. `engine`: a function of a module that makes another
    recognition engine than the real one.
    """

    settings: Settings
    recipe: Recipe
    out: Place
    threads: int = 1
    engine: EngineFactory | None = None


class Reader:
    """Reads documents of one job, one after the other; the engine is made at the first scan."""

    def __init__(self, job: Job) -> None:
        self.job = job
        ocr = job.settings.ocr.model_copy(update={"threads": job.threads})
        self.settings = job.settings.model_copy(update={"ocr": ocr})
        self.engine = OneEngine(job.engine or _engine_of(self.settings))
        self.used = False

    def read(self, item: Item, watcher: Watcher | None = None) -> PartInfo:
        """Read a document and write its part; one that cannot be read has one that says so.

        A file that is missing or may not be read has no hash and so no part: only the information
        is returned. Raises OutputError when the part cannot be written.
        """
        start = time.perf_counter()
        failure = None
        self.used = False
        try:
            with local_copy(item) as path:
                trace = trace_document(path, self._engine, self.settings, watcher or Silent())
            reading = replace(trace.reading, source=item.name)
            # What Arrow refuses must fail here, and not the tables of all documents later.
            contract_tables([reading], self.job.recipe.config)
        except Exception as error:  # the others go on, whatever it was
            failure = failure_of(item.name, error)
            spent = time.perf_counter() - start
            reading = Reading(item.doc_id, item.name, elapsed_s=spent, error=failure.message)
        return self._write(reading, item, failure)

    def _engine(self) -> OcrEngine:
        self.used = True
        return self.engine()

    def _write(self, reading: Reading, item: Item, failure: Failure | None) -> PartInfo:
        info = info_of(reading, item.key, self.job.recipe, failure)
        engine = self.engine.fingerprint() if self.used else ()
        return write_part(self.job, reading, info, engine)


def write_part(
    job: Job, reading: Reading, info: PartInfo, engine: tuple[tuple[str, str], ...] = ()
) -> PartInfo:
    """Write a part and return its information with size and time of the file."""
    if not info.doc_id:
        return info
    entry = job.out.write(info.path, encode(reading, info, job.recipe, engine))
    return replace(info, size=entry.size, mtime_ns=entry.mtime_ns)


def write_failure(job: Job, item: Item, failure: Failure, elapsed_s: float) -> PartInfo:
    """Write the part of a document whose reader is no more."""
    reading = Reading(item.doc_id, item.name, elapsed_s=elapsed_s, error=failure.message)
    return write_part(job, reading, info_of(reading, item.key, job.recipe, failure))


def failure_of(name: str, error: Exception) -> Failure:
    """What an error means for its document."""
    if isinstance(error, GongwenError):
        log.debug("%s was refused", name, exc_info=error)
        return Failure(error.exit_code, str(error), isinstance(error, ModelsError | OutputError))
    log.error("%s failed", name, exc_info=error)
    message = f"Internal error: {type(error).__name__}: {error}"
    return Failure(ExitCode.INTERNAL, message, isinstance(error, OSError))


@contextmanager
def local_copy(item: Item) -> Iterator[Path]:
    """The document as a local file, for as long as the block lasts.

    Raises InputError when it cannot be had.
    """
    if not item.place:
        yield Path(item.path)
        return
    name = PurePosixPath(item.name).name.encode()[-_NAME_BYTES:].decode("utf-8", "ignore")
    with tempfile.TemporaryDirectory(prefix="gongwen-") as folder:
        path = Path(folder, name or "document")
        try:
            with Place(item.place).stream(item.path) as source, path.open("wb") as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
        except FileNotFoundError:
            raise InputError(f"{item.name}: there is no such file.", "Check the address.") from None
        yield path


def _engine_of(settings: Settings) -> EngineFactory:
    def make() -> OcrEngine:
        from pipeline.ocr.paddle import engine_factory

        return engine_factory(settings.ocr)()

    return make
