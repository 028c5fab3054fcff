"""A run over an inbox: only what is new is read, nothing is lost, one run at a time.

    inputs → found → hashed → new ones → read by workers, a part each → parts → tables

A run may end at any moment, in any way: what has a part is never read again, and the tables are
those of a run before until those of this one stand in their place.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from pipeline.batch.alone import Alone
from pipeline.batch.compaction import compact, compacted_id, listing, listing_id
from pipeline.batch.crew import Crew, Limits, workers_for
from pipeline.batch.inbox import Item, find_items, hashed, roots_of
from pipeline.batch.lock import locked
from pipeline.batch.parts import PartInfo
from pipeline.batch.places import Place
from pipeline.batch.recipe import recipe_of
from pipeline.batch.record import RunRecord, write_record
from pipeline.batch.state import State, load_state
from pipeline.batch.task import Job
from pipeline.errors import OutputError
from pipeline.manifest import RunFacts

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.watch import EngineFactory

_SAVE_S = 60.0  # between writes of what is known while a run goes on


class Redo(StrEnum):
    """What is read although it is known: failed documents, all, or what changed unseen.

    `CHANGED` hashes every input again, whatever its size and time say.
    """

    NOTHING = "nothing"
    FAILED = "failed"
    CHANGED = "changed"
    ALL = "all"


class Executor(Protocol):
    """Reads documents and writes their parts, in any order."""

    def read(self, items: Iterator[Item]) -> Generator[PartInfo]:
        """The information of each document's part, as they are done."""


class BatchWatcher(Protocol):
    """Is told how far a run over an inbox has come."""

    def found(self, documents: int) -> None:
        """So many inputs are there."""

    def document_known(self) -> None:
        """An input need not be read."""

    def page_read(self) -> None:
        """A page more has been read."""

    def document_done(self, info: PartInfo) -> None:
        """A document has been read, or has failed."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; `inputs` and `out` are paths or URIs.

    Without `tables` only parts are written, for `compact_output` later. A file that changed less
    than `settled_s` seconds ago is left to the next run. `watching`: one of many runs, which leaves
    no record when it did nothing. `ray`: address of a Ray cluster whose nodes read ("" starts one).
    """

    inputs: tuple[str, ...]
    out: str
    limits: Limits = field(default_factory=Limits)
    redo: Redo = Redo.NOTHING
    tables: bool = True
    settled_s: float = 0.0
    watching: bool = False
    ray: str | None = None


def run_batch(
    request: Request,
    settings: Settings,
    watcher: BatchWatcher,
    engine: EngineFactory | None = None,
) -> RunRecord:
    """Read what is new among the inputs and bring the tables up to date.

    `engine`: a function of a module that makes another recognition engine than the real one.
    Raises InputError when no input exists, OutputError when the output cannot be written or
    another run holds it. What was read until then is kept, also when the run is interrupted.
    """
    out = Place(request.out)
    items = find_items(request.inputs)
    workers = workers_for(len(items), request.limits)
    # A worker has one thread; only a run that is left to itself with one document takes more.
    threads = settings.ocr.threads if workers < 2 and not request.limits.workers else 1
    job = Job(settings, recipe_of(settings), out, threads, engine)
    run = _Run(request, job, watcher, workers)
    with locked(out):
        out.prepare()
        state = load_state(out)
        try:
            run.read(items, state)
            run.make_tables(state)
        except BaseException as error:
            # Parts are whole already; without this the next run only has to look again.
            with suppress(OutputError):
                run.record.end(type(error).__name__)
                state.save()
                write_record(out, run.record)
            raise
        run.record.end()
        state.save()
        if run.record.did_something or not request.watching:
            write_record(out, run.record)
    return run.record


def compact_output(out: str, settings: Settings, naming: Settings | None = None) -> int:
    """Make the tables anew from the parts at `out`; the number of documents.

    `naming`: whose lists know the names that persons wrote; else `settings`.

    Of a document read under several recipes, that of `settings` is taken, else the newest. Raises
    OutputError when a part cannot be read, the output not be written, or another run holds it.
    """
    place, recipe = Place(out), recipe_of(settings)
    record = RunRecord((), recipe)
    with locked(place):
        place.prepare()
        state = load_state(place)
        listed = listing(state, recipe.id)
        facts = RunFacts(record.started, record.seconds(), recipe.config)
        compact(place, listed, facts, naming or settings)
        state.save()
    return len(listed)


@dataclass(slots=True)
class _Run:
    request: Request
    job: Job
    watcher: BatchWatcher
    workers: int
    record: RunRecord = field(init=False)
    saved: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.record = RunRecord(self.request.inputs, self.job.recipe)

    def read(self, items: Sequence[Item], state: State) -> None:
        """Read the new documents among the items."""
        whole = [item for item in items if self._settled(item)]
        self.record.found, self.record.unsettled = len(whole), len(items) - len(whole)
        self.watcher.found(len(whole))
        with closing(self._new(whole, state)) as new, closing(self._executor().read(new)) as infos:
            for info in infos:
                self._learn(info, state)
        # Only now all names are known under which bytes may have come again.
        state.forget_gone(roots_of(self.request.inputs), [item.key for item in items])

    def make_tables(self, state: State) -> None:
        """Bring the tables up to date, unless they are."""
        if not self.request.tables:
            return
        listed = listing(state, self.job.recipe.id)
        if listing_id(listed) == compacted_id(self.job.out):
            self.record.tables = "unchanged"
            return
        started, fingerprint = self.record.started, self.job.recipe.config
        facts = RunFacts(started, self.record.seconds(), fingerprint)
        self.record.rows = compact(self.job.out, listed, facts, self.job.settings)
        self.record.tables = "made"

    def _settled(self, item: Item) -> bool:
        return time.time() - item.mtime_ns / 1e9 >= self.request.settled_s

    def _executor(self) -> Executor:
        if self.request.ray is not None:
            from pipeline.batch.ray_executor import RayCrew

            return RayCrew(self.job, self.request.limits, self.request.ray, self._page_read)
        if self.workers == 0:
            return Alone(self.job, self._page_read)
        limits = replace(self.request.limits, workers=self.workers)
        return Crew(self.job, limits, self._page_read)

    def _new(self, items: Sequence[Item], state: State) -> Generator[Item]:
        """The items that have to be read, once each whatever their names."""
        trusting = self.request.redo is not Redo.CHANGED
        known = state.cached_hash if trusting else lambda _: ""
        seen: set[str] = set()
        for item in hashed(items, known):
            state.learn_name(item)
            info = state.part_of(item.doc_id, self.job.recipe.id)
            repeated = item.doc_id in seen
            if item.doc_id:
                seen.add(item.doc_id)
            if not repeated and (info is None or self._again(info)):
                yield item
                continue
            self.record.pass_by(None if repeated else info)
            self.watcher.document_known()

    def _again(self, info: PartInfo) -> bool:
        redo = self.request.redo
        failed = redo is Redo.FAILED and info.status != "ok"
        return info.retry or failed or redo is Redo.ALL

    def _learn(self, info: PartInfo, state: State) -> None:
        state.learn_part(info)
        name = state.names.get(info.key)
        if name and info.doc_id and name.doc_id != info.doc_id:
            # The file was changed between hashing and reading: it is hashed again next time.
            state.names[info.key] = replace(name, doc_id=info.doc_id, size=-1, mtime_ns=-1)
        self.record.add(info)
        self.watcher.document_done(info)
        if time.monotonic() - self.saved > _SAVE_S:
            state.save()
            self.saved = time.monotonic()

    def _page_read(self) -> None:
        self.record.pages += 1
        self.watcher.page_read()
