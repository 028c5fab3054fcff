"""Many machines: the same task in actors of a Ray cluster (the extra `gongwen-tables[ray]`).

    items ─► a few ahead ─► actors, one a core ─► a watched worker each ─► parts in the output

Each actor has one worker of its own under the same watch as on one machine (`crew`), so that the
limits of time and memory hold and models are loaded once. An actor that is lost with its node is
replaced, its documents go to actors on other nodes, and are recorded as failed in the end. What
travels is small: items out, information back; documents and parts are read and written by the
actors, so inputs and output stand where every node reaches them.
"""

from __future__ import annotations

import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.batch.crew import Crew, Limits
from pipeline.batch.inbox import Item
from pipeline.batch.parts import Failure, PartInfo
from pipeline.batch.task import Job, write_failure
from pipeline.errors import ExitCode, OutputError, UsageError

_AHEAD = 2  # documents an actor has: the one it reads and the next
_TRIES = 3
_WAIT_S = 1.0
_WAIT_OPEN_S = 10.0
_NO_ACTOR_S = 300.0  # without any actor the run ends
_STILLBORN = 8  # actors one after the other that ended before they were there: the run ends

log = logging.getLogger(__name__)


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

    def __init__(self, job: Job, limits: Limits) -> None:
        self._feed = Feed()
        self._infos = Crew(job, replace(limits, workers=1)).read(self._feed)

    def ready(self) -> str:
        """The node on which this is, once it is there."""
        return str(_ray().get_runtime_context().get_node_id())

    def read(self, item: Item) -> PartInfo:
        """Read a document and write its part."""
        self._feed.put(item)
        return next(self._infos)


@dataclass(slots=True)
class _Seat:
    """An actor, the node it is on (empty until it is there), and the documents it has."""

    actor: Any
    starting: Any
    node: str = ""
    tasks: dict[Any, Item] = field(default_factory=dict)


@dataclass(slots=True)
class RayCrew:
    """Reads documents by actors of a Ray cluster; `address` as `ray.init` takes it, "" starts one.

    Without `limits.workers` there is an actor for each processor of the cluster.
    """

    job: Job
    limits: Limits
    address: str = ""
    page_read: Callable[[], None] = lambda: None
    _seats: list[_Seat] = field(default_factory=list)
    _again: deque[Item] = field(default_factory=deque)
    _lost_on: dict[str, list[str]] = field(default_factory=dict)
    _last_seat: float = 0.0
    _shared: bool = False
    _stillborn: int = 0

    def read(self, items: Iterator[Item]) -> Generator[PartInfo]:
        """The information of each document's part, as they are done.

        Raises UsageError when Ray or the cluster is not there, OutputError when results cannot be
        written or no node can be had.
        """
        ray = _ray()
        _connect(ray, self.address)
        try:
            while True:
                self._fill_seats(ray)
                more = self._hand_out(items)
                if not more and not self._again and not any(seat.tasks for seat in self._seats):
                    break
                yield from self._listen(ray)
        finally:
            for seat in self._seats:
                with suppress(Exception):
                    ray.kill(seat.actor)
            ray.shutdown()

    def _fill_seats(self, ray: Any) -> None:
        wanted = self.limits.workers or int(ray.cluster_resources().get("CPU", 1))
        maker = ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")(NodeReader)
        while len(self._seats) < max(1, wanted):
            actor = maker.remote(self.job, self.limits)
            self._seats.append(_Seat(actor, actor.ready.remote()))

    def _hand_out(self, items: Iterator[Item]) -> bool:
        """Give documents to actors that are there and have few; False when there are no more."""
        free = [seat for seat in self._seats if seat.node and len(seat.tasks) < _AHEAD]
        for seat in sorted(free, key=lambda seat: len(seat.tasks)):
            item = self._returned_for(seat) or next(items, None)
            if item is None:
                return False
            seat.tasks[seat.actor.read.remote(item)] = item
        return True

    def _returned_for(self, seat: _Seat) -> Item | None:
        """A document that was lost elsewhere; where it was lost only if there is no other node."""
        nodes = {other.node for other in self._seats if other.node}
        for item in self._again:
            if seat.node not in self._lost_on[item.key] or nodes <= {*self._lost_on[item.key]}:
                self._again.remove(item)
                return item
        return None

    def _listen(self, ray: Any) -> Iterator[PartInfo]:
        starting = {seat.starting: seat for seat in self._seats if not seat.node}
        running = {task: seat for seat in self._seats for task in seat.tasks}
        self._require_seats()
        done, _ = ray.wait([*starting, *running], num_returns=1, timeout=_WAIT_S)
        for task in done:
            seat = starting.get(task) or running[task]
            if seat not in self._seats:
                continue  # lost with the one before
            try:
                answer = ray.get(task)
            except ray.exceptions.RayActorError as error:
                yield from self._lose(seat, error)
            except ray.exceptions.RayTaskError as error:
                raise _cause(error) from error
            else:
                if task in starting:
                    seat.node, self._stillborn = answer, 0
                    continue
                del seat.tasks[task]
                self._require_shared(answer)
                for _ in range(answer.pages):
                    self.page_read()
                yield answer

    def _require_shared(self, info: PartInfo) -> None:
        if self._shared or not info.doc_id:
            return
        if self.job.out.entry(info.path) is None:
            raise OutputError(
                f"A node wrote {info.path}, but it is not to be seen in {self.job.out.name}.",
                "Name an output that every node and this machine reach: s3://…, or a shared disk.",
            )
        self._shared = True

    def _require_seats(self) -> None:
        if any(seat.node for seat in self._seats) or not self._last_seat:
            self._last_seat = time.monotonic()
        elif time.monotonic() - self._last_seat > _NO_ACTOR_S:
            raise OutputError(
                f"The Ray cluster has had no room for {_NO_ACTOR_S:g} s.",
                "Look at `ray status`; what was read is kept, and the next run goes on.",
            )

    def _lose(self, seat: _Seat, error: Exception) -> Iterator[PartInfo]:
        """An actor is gone: its documents go elsewhere, or are recorded after their tries."""
        self._seats.remove(seat)
        self._stillborn += not seat.node
        if self._stillborn == _STILLBORN:
            raise OutputError(
                f"Readers cannot be started on the nodes of the Ray cluster: {error}",
                "Install the same version of gongwen-tables on every node.",
            )
        log.warning("an actor on node %s is lost: %s", seat.node or "?", error)
        # Only the first was being read; the others waited their turn, but none can tell.
        for item in seat.tasks.values():
            lost = self._lost_on.setdefault(item.key, [])
            lost.append(seat.node)
            if len(lost) < _TRIES:
                self._again.append(item)
                continue
            message = f"The nodes that read it were lost ({len(lost)} times)."
            failure = Failure(ExitCode.INTERNAL, message, retry=True)
            yield write_failure(self.job, item, failure, 0.0)


def _ray() -> Any:
    try:
        import ray
    except ImportError:
        raise UsageError(
            "Ray is not installed.", "Run `pip install 'gongwen-tables[ray]'` on every node."
        ) from None
    return ray


def _connect(ray: Any, address: str) -> None:
    try:
        _require_open(address)
        ray.init(
            address=address or None,
            log_to_driver=False,
            logging_level=logging.ERROR,
            configure_logging=False,
            include_dashboard=False if not address else None,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(
            f"The Ray cluster {address or 'here'} cannot be reached: {error}",
            "Start it with `ray start --head`, and give its address, or auto.",
        ) from None


def _require_open(address: str) -> None:
    """Raise OSError when nobody answers at HOST:PORT: Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal() and "//" not in host:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_WAIT_OPEN_S).close()


def _cause(error: Any) -> Exception:
    cause = getattr(error, "cause", None)
    return cause if isinstance(cause, Exception) else OutputError(f"A node failed: {error}")
