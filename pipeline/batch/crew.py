"""Workers and who watches over them: limits of time and memory, deaths, replacement.

`concurrent.futures` cannot end a worker that hangs, and loses the whole pool when one dies; so each
worker here has a pipe of its own, is killed when it goes over a limit, and is replaced.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import psutil

from pipeline.batch.inbox import Item
from pipeline.batch.parts import Failure, PartInfo
from pipeline.batch.task import Job, write_failure
from pipeline.batch.worker import CannotWrite, Done, Message, Opened, PageRead, Ready, serve
from pipeline.errors import ExitCode

GIB = 1 << 30
_USUAL_MEMORY = 3 * GIB // 2  # of a worker that reads scans
_LOOK_S = 0.2  # between looks at time and memory
_MORE_AFTER_S = 0.7  # a worker takes about as long to start: few small documents need but one
_START_S = 60.0  # for a worker to start, on a machine that is busy; it is no document's time
_LEAVE_S = 2.0  # for a worker to end when it is told so
_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)  # signals that come from outside
_TRIES, _TRIES_OUTSIDE = 2, 3
# One thread a worker: two workers on two cores would else fight over them.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What workers may take. `workers`: how many; None: one a core, 0: the run's own process.

    `recycle`: pages after which a worker is replaced, since libraries keep what they once took.

    `page_s` holds for opening a document and for each page, `document_s` for the whole of it, in
    seconds; `memory` is in bytes, for each worker.
    """

    workers: int | None = None
    recycle: int = 1000
    page_s: float = 120.0
    document_s: float = 3600.0
    memory: int = 4 * GIB


def workers_for(documents: int, limits: Limits) -> int:
    """How many workers to have at most for so many documents."""
    if limits.workers is not None:
        return min(limits.workers, documents)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    by_memory = int(psutil.virtual_memory().available // _USUAL_MEMORY)
    return max(1, min(cores or 1, by_memory, documents))


@dataclass(slots=True)
class _Hand:
    """A worker with what it is doing; times are of the monotonic clock, `most` is its memory."""

    process: BaseProcess
    connection: Connection
    item: Item | None = None
    began: float = 0.0
    page_began: float | None = None
    opened: int | None = None
    seen: int = 0
    pages: int = 0
    most: int = 0
    ready: bool = False

    def give(self, item: Item) -> None:
        self.item, self.opened, self.seen = item, None, 0
        self.began = self.page_began = time.monotonic() + (0 if self.ready else _START_S)
        with suppress(BrokenPipeError, ConnectionResetError):  # its death is noticed soon
            self.connection.send(item)

    def hear_ready(self) -> None:
        self.ready, self.began = True, time.monotonic()
        self.page_began = self.began

    def hear_opened(self, pages: int) -> None:
        self.opened, self.page_began = pages, time.monotonic() if pages else None

    def hear_page(self) -> None:
        self.seen += 1
        self.page_began = time.monotonic() if self.seen < (self.opened or 0) else None

    def over(self, limits: Limits) -> Failure | None:
        """The limit that the worker has gone over."""
        now = time.monotonic()
        hint = "Mend or split the document, or raise the limit ({}) and use --redo failed."
        if self.page_began is not None and now - self.page_began > limits.page_s:
            what = "Opening" if self.opened is None else f"Page {self.seen + 1}"
            message = f"{what} took longer than {limits.page_s:g} s."
            return Failure(ExitCode.INPUT, f"{message} {hint.format('--page-seconds')}")
        if now - self.began > limits.document_s:
            message = f"Reading took longer than {limits.document_s:g} s."
            return Failure(ExitCode.INPUT, f"{message} {hint.format('--document-seconds')}")
        memory = self.memory()
        self.most = max(self.most, memory)
        if memory > limits.memory:
            message = f"Reading took more than {limits.memory / GIB:g} GiB of memory."
            return Failure(ExitCode.INPUT, f"{message} {hint.format('--memory')}")
        return None

    def memory(self) -> int:
        """Resident memory in bytes; 0 when the process is gone."""
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


@dataclass(slots=True)
class Crew:
    """Reads documents by workers in processes of their own; `page_read` is told of each page."""

    job: Job
    limits: Limits
    page_read: Callable[[], None] = lambda: None
    _hands: list[_Hand] = field(default_factory=list)
    _again: deque[Item] = field(default_factory=deque)
    _deaths: Counter[str] = field(default_factory=Counter)
    _last_start: float = 0.0
    _last_look: float = 0.0

    def read(self, items: Iterator[Item]) -> Generator[PartInfo]:
        """The information of each document's part, as they are done.

        A document that takes its worker with it is tried again, then recorded as failed. Raises
        OutputError when results cannot be written. Whatever ends this ends the workers.
        """
        for name in _ONE_THREAD:
            os.environ.setdefault(name, "1")
        try:
            while True:
                more = self._hand_out(items)
                busy = [hand for hand in self._hands if hand.item is not None]
                if not busy and not more:
                    break
                yield from self._listen(busy)
                yield from self._look_after()
            self._dismiss()
        finally:
            for hand in self._hands:
                hand.end()

    def _hand_out(self, items: Iterator[Item]) -> bool:
        """Give documents to workers that have none; False when there are no more documents."""
        while self._has_room():
            item = self._again.popleft() if self._again else next(items, None)
            if item is None:
                return False
            free = next((hand for hand in self._hands if hand.item is None), None)
            (free or self._start()).give(item)
        return True

    def _has_room(self) -> bool:
        if any(hand.item is None for hand in self._hands):
            return True
        waited = time.monotonic() - self._last_start >= _MORE_AFTER_S
        return not self._hands or (waited and len(self._hands) < (self.limits.workers or 1))

    def _start(self) -> _Hand:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        level = logging.getLogger("pipeline").getEffectiveLevel()
        process = context.Process(
            target=serve, args=(theirs, self.limits.memory, level), daemon=True
        )
        self._last_start = time.monotonic()
        # Ctrl-C in a terminal reaches every process of the group; workers leave it to us.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        # Not with `args`: what the pipe that starts a process cannot hold (64 KiB) is written for
        # ever when the process is killed before it reads, since both ends are open on this side.
        with suppress(OSError):
            ours.send(self.job)
        hand = _Hand(process, ours)
        self._hands.append(hand)
        return hand

    def _listen(self, busy: list[_Hand]) -> Iterator[PartInfo]:
        by_pipe = {hand.connection: hand for hand in busy}
        for connection in wait(list(by_pipe), timeout=_LOOK_S):
            hand = by_pipe[connection]  # type: ignore[index]
            try:
                info = self._hear(hand, hand.connection.recv())
            except (EOFError, OSError):
                info = self._buried(hand)
            if info is not None:
                yield info

    def _hear(self, hand: _Hand, message: Message) -> PartInfo | None:
        match message:
            case Ready():
                hand.hear_ready()
            case Opened(pages):
                hand.hear_opened(pages)
            case PageRead():
                hand.hear_page()
                self.page_read()
            case CannotWrite(error):
                raise error
            case Done(info):
                hand.item = None
                hand.pages += max(info.pages, 1)
                if hand.pages >= self.limits.recycle:
                    self._let_go(hand)
                return info
        return None

    def _buried(self, hand: _Hand) -> PartInfo | None:
        """A worker has died: its document goes back, or is recorded when it has had its tries."""
        item = hand.item
        self._hands.remove(hand)
        hand.end()
        if item is None:
            return None
        code = hand.process.exitcode or 0
        outside = -code in _OUTSIDE
        self._deaths[item.key] += 1
        if self._deaths[item.key] < (_TRIES_OUTSIDE if outside else _TRIES):
            log.warning("%s: its worker died (%s); it is read again", item.name, _death(code))
            self._again.append(item)
            return None
        message = f"The worker that read it died again and again ({_death(code)})."
        # A signal of its own is the document's doing, an exit the program's.
        failure = Failure(ExitCode.INTERNAL, message, retry=outside or code >= 0)
        return self._recorded(hand, item, failure)

    def _look_after(self) -> Iterator[PartInfo]:
        now = time.monotonic()
        if now - self._last_look < _LOOK_S:
            return
        self._last_look = now
        for hand in [hand for hand in self._hands if hand.item is not None]:
            failure = hand.over(self.limits)
            # What has been said but not heard yet may be that the document is done.
            if failure is None or hand.item is None or hand.connection.poll():
                continue
            log.info("%s: %s", hand.item.name, failure.message)
            self._hands.remove(hand)
            hand.end()
            yield self._recorded(hand, hand.item, failure)

    def _recorded(self, hand: _Hand, item: Item, failure: Failure) -> PartInfo:
        spent = max(0.0, time.monotonic() - hand.began)
        return replace(write_failure(self.job, item, failure, spent), peak=hand.most)

    def _let_go(self, hand: _Hand) -> None:
        self._hands.remove(hand)
        with suppress(OSError):
            hand.connection.send(None)
        hand.process.join(_LEAVE_S)
        hand.end()

    def _dismiss(self) -> None:
        for hand in self._hands:
            with suppress(OSError):
                hand.connection.send(None)
        until = time.monotonic() + _LEAVE_S
        for hand in self._hands:
            hand.process.join(max(0.0, until - time.monotonic()))


def _death(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
