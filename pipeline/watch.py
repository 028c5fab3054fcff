"""What travels beside the stages: who makes the engine, who watches, what the time was."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import ModelsError

if TYPE_CHECKING:
    from pipeline.model import Reading
    from pipeline.ocr.engine import OcrEngine

EngineFactory = Callable[[], "OcrEngine"]
"""Makes the recognition engine; called at the first page that needs it, and once."""


class OneEngine:
    """An engine factory that makes the engine once, at the first call.

    Models that are missing then are missing for all: they are looked for once.
    """

    def __init__(self, factory: EngineFactory) -> None:
        self._factory = factory
        self._engine: OcrEngine | None = None
        self._missing: ModelsError | None = None

    def __call__(self) -> OcrEngine:
        if self._missing is not None:
            raise self._missing
        if self._engine is None:
            try:
                self._engine = self._factory()
            except ModelsError as error:
                self._missing = error
                raise
        return self._engine

    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        """Of the engine, or nothing where none was made."""
        return self._engine.fingerprint() if self._engine is not None else ()


class Watcher(Protocol):
    """Is told how far a run has come."""

    def document_started(self, source: str) -> None:
        """A document is about to be opened."""

    def pages_counted(self, count: int) -> None:
        """The document has been opened and has `count` pages."""

    def page_read(self, page: int) -> None:
        """A page has been read, or has failed."""

    def document_done(self, reading: Reading) -> None:
        """The document has been read, or has failed."""


class Silent:
    """A watcher that says nothing."""

    def document_started(self, source: str) -> None: ...
    def pages_counted(self, count: int) -> None: ...
    def page_read(self, page: int) -> None: ...
    def document_done(self, reading: Reading) -> None: ...


@dataclass(slots=True)
class Stopwatch:
    """Adds up the seconds of each stage over all threads, in the order in which stages began."""

    seconds: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time spent inside counts as that of stage `name` and not of a stage around it."""
        self._add(name, 0.0)
        lap, around, start = _Lap(self), _lap.get(), time.perf_counter()
        token = _lap.set(lap)
        try:
            yield
        finally:
            _lap.reset(token)
            spent = time.perf_counter() - start
            self._add(name, spent - lap.inside)
            if around is not None:
                around.inside += spent

    def timings(self) -> tuple[tuple[str, float], ...]:
        return tuple(self.seconds.items())

    def _add(self, name: str, seconds: float) -> None:
        with self._lock:
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds


@contextmanager
def stage(name: str) -> Iterator[None]:
    """As `Stopwatch.stage`, on the stopwatch of the stage around this one; without one, nothing.

    So that steps deep inside a stage are timed and need not be handed a stopwatch.
    """
    lap = _lap.get()
    if lap is None:
        yield
    else:
        with lap.watch.stage(name):
            yield


@dataclass(slots=True)
class _Lap:
    """A stage that runs: its stopwatch, and the seconds of stages inside it."""

    watch: Stopwatch
    inside: float = 0.0


_lap: ContextVar[_Lap | None] = ContextVar("lap", default=None)
