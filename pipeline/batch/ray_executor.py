"""Many machines: the same task on the nodes of a Ray cluster (the extra `gongwen-tables[ray]`).

    items ─► a few ahead ─► readers, one a core ─► a watched worker each ─► parts in the output

What travels is small: items out, information back; documents and parts are read and written on the
nodes, so inputs and output stand where every node reaches them. A node that would read otherwise,
or does not see them, is named and not used. A document whose reader is lost, or that failed by no
fault of its own, goes to another node, and is recorded as failed in the end.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.batch.crew import Limits
from pipeline.batch.inbox import Item
from pipeline.batch.parts import Failure, PartInfo
from pipeline.batch.ray_cluster import Node, RayCluster, ReaderLostError, connected
from pipeline.batch.ray_node import Unable, order_of
from pipeline.batch.task import Job, Reader, write_failure
from pipeline.errors import ExitCode, OutputError

_AHEAD = 2  # documents a reader has: the one it reads and the next
_TRIES = 3  # of a document
_STARTS = 2  # of readers that end before they are there; after these the node is not used
_COUNT_S = 5.0  # between looks for nodes
_NO_NODE_S = 300.0  # without any reader the run ends
_SILENT = 3  # times the limit of a document, after which a reader that says nothing is given up

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Seat:
    """A reader, its node, and the documents it has by ticket, in the order they were given."""

    node: str
    reader: Any
    starting: Any
    ready: bool = False
    tasks: dict[Any, Item] = field(default_factory=dict)
    heard: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class RayCrew:
    """Reads documents on a Ray cluster; `address` as `connected` takes it.

    There is a reader for each processor, `limits.workers` at most. `page_read` is told of the pages
    of a document when it is done.
    """

    job: Job
    limits: Limits
    address: str = ""
    page_read: Callable[[], None] = lambda: None
    _nodes: dict[str, Node] = field(default_factory=dict)
    _counted: float = float("-inf")
    _unfit: dict[str, str] = field(default_factory=dict)
    _stillborn: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)
    _seats: list[_Seat] = field(default_factory=list)
    _again: deque[Item] = field(default_factory=deque)
    _tried_on: dict[str, list[str]] = field(default_factory=dict)
    _last_ready: float = field(default_factory=time.monotonic)

    def read(self, items: Iterator[Item]) -> Generator[PartInfo]:
        """The information of each document's part, as they are done.

        Raises UsageError when Ray or the cluster is not there, OutputError when no node can be
        used. Whatever ends this ends the readers.
        """
        with connected(self.address, self.limits.workers) as cluster:
            try:
                while True:
                    self._fill_seats(cluster)
                    more = self._hand_out(cluster, items)
                    if not more and not self._again and not any(s.tasks for s in self._seats):
                        break
                    yield from self._listen(cluster)
                    yield from self._give_up_silent(cluster)
            finally:
                for seat in self._seats:
                    cluster.end(seat.reader)

    def _fill_seats(self, cluster: RayCluster) -> None:
        """Start readers where processors are without; nodes come and go while a run goes on."""
        now = time.monotonic()
        if now - self._counted >= _COUNT_S:
            self._nodes, self._counted = cluster.nodes(), now
        room = Counter({node: self._nodes[node].processors for node in self._fit()})
        room.subtract(seat.node for seat in self._seats)
        most = self.limits.workers or room.total() + len(self._seats)
        while len(self._seats) < most and room and max(room.values()) > 0:
            node = max(room, key=lambda node: room[node])
            reader = cluster.start(node, order_of(self.job, self.limits))
            self._seats.append(_Seat(node, reader, cluster.ask(reader)))
            room[node] -= 1
        self._require_nodes(now)

    def _fit(self) -> list[str]:
        return [node for node in self._nodes if node not in self._unfit]

    def _require_nodes(self, now: float) -> None:
        if self._nodes and not self._fit():
            told = "; ".join(f"{self._name(node)}: {self._unfit[node]}" for node in self._nodes)
            raise OutputError(
                f"No node of the Ray cluster can be used. {told}.",
                "Each needs this version of gongwen-tables, its models, and sight of inputs and"
                " output. What was read is kept.",
            )
        if any(seat.ready for seat in self._seats):
            self._last_ready = now
        elif now - self._last_ready > _NO_NODE_S:
            raise OutputError(
                f"The Ray cluster has had no room for {_NO_NODE_S:g} s.",
                "Look at `ray status`; what was read is kept, and the next run goes on.",
            )

    def _hand_out(self, cluster: RayCluster, items: Iterator[Item]) -> bool:
        """Give documents to readers that have few; False when there are no more."""
        more = True
        for few in range(_AHEAD):
            for seat in [s for s in self._seats if s.ready and len(s.tasks) == few]:
                item = self._returned_for(seat) or next(items, None)
                if item is None:
                    more = False  # here; what was returned may be for the next
                    continue
                if not seat.tasks:
                    seat.heard = time.monotonic()
                seat.tasks[cluster.give(seat.reader, item)] = item
        return more

    def _returned_for(self, seat: _Seat) -> Item | None:
        """A document that was tried elsewhere; where it was tried only if there is no other."""
        for item in self._again:
            if seat.node not in self._tried_on[item.key] or not self._elsewhere(item):
                self._again.remove(item)
                return item
        return None

    def _elsewhere(self, item: Item) -> bool:
        """Whether there is a node that has not tried the document."""
        tried = self._tried_on.get(item.key, ())
        return any(seat.ready and seat.node not in tried for seat in self._seats)

    def _listen(self, cluster: RayCluster) -> Iterator[PartInfo]:
        seats = {seat.starting: seat for seat in self._seats if not seat.ready}
        seats.update({ticket: seat for seat in self._seats for ticket in seat.tasks})
        if not seats:
            time.sleep(min(1.0, _COUNT_S))  # no node yet
            return
        for ticket in cluster.wait(list(seats)):
            seat = seats[ticket]
            if seat not in self._seats:
                continue  # lost with the one before
            try:
                answer = cluster.answer(ticket)
            except ReaderLostError as error:
                yield from self._lose(cluster, seat, str(error))
                continue
            except Exception as error:
                if ticket is not seat.starting:
                    raise
                answer = f"readers cannot be started: {error}"
            seat.heard = time.monotonic()
            if ticket is seat.starting:
                seat.ready = not answer
                if answer:
                    self._refuse(cluster, seat.node, answer)
            else:
                yield from self._hear(cluster, seat, seat.tasks.pop(ticket), answer)

    def _hear(
        self, cluster: RayCluster, seat: _Seat, item: Item, answer: PartInfo | Unable
    ) -> Iterator[PartInfo]:
        if isinstance(answer, Unable):
            if item.place or os.access(item.path, os.R_OK):
                self._again.append(item)
                self._tried_on.setdefault(item.key, [])
                self._refuse(cluster, seat.node, answer.why)
                return
            answer = Reader(self.job).read(item)  # it is gone: said as everywhere
        elif answer.doc_id and not self._sees(seat.node, answer):
            self._again.append(item)
            self._tried_on.setdefault(item.key, [])
            self._refuse(cluster, seat.node, f"what it writes is not in {self.job.out.name}")
            return
        if answer.retry:
            tried = self._tried_on.setdefault(item.key, [])
            tried.append(seat.node)
            if len(tried) < _TRIES and self._elsewhere(item):
                self._again.append(item)
                return
        for _ in range(answer.pages):
            self.page_read()
        yield answer

    def _sees(self, node: str, info: PartInfo) -> bool:
        """Whether the node writes where this machine reads, by the first part that it wrote."""
        if node not in self._seen and self.job.out.entry(info.path) is not None:
            self._seen.add(node)
        return node in self._seen

    def _refuse(self, cluster: RayCluster, node: str, why: str) -> None:
        """A node is not used any more; its other documents go elsewhere, none counts as tried."""
        log.warning("node %s is not used: %s", self._name(node), why)
        self._unfit[node] = why
        for seat in [seat for seat in self._seats if seat.node == node]:
            self._seats.remove(seat)
            cluster.end(seat.reader)
            for item in seat.tasks.values():
                self._tried_on.setdefault(item.key, [])
                self._again.append(item)

    def _lose(self, cluster: RayCluster, seat: _Seat, why: str) -> Iterator[PartInfo]:
        """A reader is gone: its documents go elsewhere, or are recorded after their tries."""
        log.warning("a reader on node %s is lost: %s", self._name(seat.node), why)
        self._seats.remove(seat)
        cluster.end(seat.reader)
        self._counted = float("-inf")  # its node may be gone too
        if not seat.ready:
            self._stillborn[seat.node] += 1
            if self._stillborn[seat.node] >= _STARTS:
                self._refuse(cluster, seat.node, f"readers cannot be started: {why}")
        # Only the first was being read; the others waited their turn.
        for number, item in enumerate(seat.tasks.values()):
            tried = self._tried_on.setdefault(item.key, [])
            if number == 0:
                tried.append(seat.node)
            if len(tried) < _TRIES:
                self._again.append(item)
                continue
            message = f"The nodes that read it were lost ({len(tried)} times)."
            failure = Failure(ExitCode.INTERNAL, message, retry=True)
            yield write_failure(self.job, item, failure, 0.0)

    def _give_up_silent(self, cluster: RayCluster) -> Iterator[PartInfo]:
        """Readers keep the limit of a document themselves; one that does not, hangs."""
        longest = _SILENT * self.limits.document_s + _NO_NODE_S
        now = time.monotonic()
        for seat in [seat for seat in self._seats if seat.tasks and now - seat.heard > longest]:
            yield from self._lose(cluster, seat, f"it has said nothing for {longest:g} s")

    def _name(self, node: str) -> str:
        known = self._nodes.get(node)
        return f"{known.name} ({node[:8]})" if known else node[:8]
