"""A worker: a process of its own that reads documents which its supervisor sends it."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from pipeline.batch.parts import PartInfo
from pipeline.batch.task import Job, Reader
from pipeline.errors import OutputError
from pipeline.watch import Silent

if TYPE_CHECKING:
    from pipeline.batch.inbox import Item

_PR_SET_PDEATHSIG = 1
_BACKSTOP = 2  # times the limit of memory, at which the system itself refuses


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started: from now on time is that of documents."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document has been opened and has `pages` pages."""

    pages: int


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page has been read, or has failed."""

    page: int


@dataclass(frozen=True, slots=True)
class Done:
    """A document's part has been written."""

    info: PartInfo


@dataclass(frozen=True, slots=True)
class CannotWrite:
    """Results cannot be written: the run has to stop."""

    error: OutputError


Message = Ready | Opened | PageRead | Done | CannotWrite


class _Telling(Silent):
    """Tells the supervisor how far a document has come."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def pages_counted(self, count: int) -> None:
        self.connection.send(Opened(count))

    def page_read(self, page: int) -> None:
        self.connection.send(PageRead(page))


def serve(connection: Connection, memory: int, level: int) -> None:
    """Read documents of the job that comes first, until None comes or the other end is gone.

    `memory`: bytes the process should not take; `level`: of the log.
    """
    _settle(memory, level)
    parent = parent_process()
    if parent is None or os.getppid() != parent.pid:
        return  # it ended before this process could ask to end with it
    watcher = _Telling(connection)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        job: Job = connection.recv()
        reader = Reader(job)
        connection.send(Ready())
        while (item := connection.recv()) is not None:
            connection.send(_answer(reader, item, watcher))


def peak_memory() -> int:
    """The most memory this process has taken, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _answer(reader: Reader, item: Item, watcher: _Telling) -> Message:
    try:
        return Done(replace(reader.read(item, watcher), peak=peak_memory()))
    except OutputError as error:
        return CannotWrite(error)


def _settle(memory: int, level: int) -> None:
    """Set up the process: it ends with its supervisor, which alone hears of Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        with suppress(OSError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # The supervisor looks at the memory in use now and then; what grows faster stops here.
        with suppress(ValueError, OSError):
            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (_BACKSTOP * memory, hard))
    logging.basicConfig(
        level=logging.CRITICAL, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    # What a worker would warn of stands in the part; the log is for who asked for all of it.
    asked = level <= logging.DEBUG
    logging.getLogger("pipeline").setLevel(level if asked else logging.CRITICAL)
