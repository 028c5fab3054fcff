"""A cluster without Ray: nodes within this process, whose readers are lost when a test wants it.

It has the methods of `RayCluster`, and its readers are those that Ray would start but for their
worker: documents are read here and now.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pipeline.batch.alone import Alone
from pipeline.batch.inbox import Item
from pipeline.batch.ray_cluster import Node, ReaderLostError
from pipeline.batch.ray_node import NodeReader, Order


class HereReader(NodeReader):
    """A reader without a worker of its own."""

    def read(self, item: Item) -> Any:
        job, _ = self._ordered()
        self._infos = Alone(job).read(self._feed)
        return super().read(item)


@dataclass
class Reader:
    """A reader on a node, with the tickets that it has not answered, the oldest first."""

    node: str
    reads: NodeReader
    tickets: list[int] = field(default_factory=list)
    lost: bool = False


@dataclass
class FakeCluster:
    """`alive`: processors by node. `loses`: whether this node loses a reader at this answer."""

    alive: dict[str, int]
    make: Callable[[str, Order], NodeReader] = lambda _, order: HereReader(order)
    loses: Callable[[str, int], bool] = lambda _node, _answers: False
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    calls: list[tuple[Reader, Callable[[], Any]]] = field(default_factory=list)
    given: list[tuple[str, str]] = field(default_factory=list)
    running: list[Reader] = field(default_factory=list)
    most_running: int = 0
    most_ahead: int = 0
    answers: int = 0

    def nodes(self) -> dict[str, Node]:
        return {name: Node(name, count) for name, count in self.alive.items()}

    def start(self, node: str, order: Order) -> Reader:
        reader = Reader(node, self.make(node, order))
        self.running.append(reader)
        self.most_running = max(self.most_running, len(self.running))
        return reader

    def ask(self, reader: Reader) -> int:
        return self._ticket(reader, reader.reads.problem)

    def give(self, reader: Reader, item: Item) -> int:
        self.given.append((reader.node, item.name.rpartition("/")[2]))
        ticket = self._ticket(reader, lambda: reader.reads.read(item))
        self.most_ahead = max(self.most_ahead, len(reader.tickets))
        return ticket

    def wait(self, tickets: Sequence[int]) -> list[int]:
        lost = [ticket for ticket in tickets if self.calls[ticket][0].lost]
        first = [ticket for ticket in tickets if self.calls[ticket][0].tickets[0] == ticket]
        some = self.chance.sample(first, min(2, len(first)))
        return [ticket for ticket in tickets if ticket in {*lost, *some}]

    def answer(self, ticket: int) -> Any:
        reader, call = self.calls[ticket]
        self.answers += 1
        if reader.lost or reader.node not in self.alive or self.loses(reader.node, self.answers):
            reader.lost = True
            raise ReaderLostError("its process has ended")
        reader.tickets.remove(ticket)
        return call()

    def end(self, reader: Reader) -> None:
        self.running.remove(reader)

    @contextmanager
    def connected(self, _address: str, _workers: int | None) -> Iterator[FakeCluster]:
        yield self

    def nodes_of(self, name: str) -> list[str]:
        """The nodes to which a document was given, in order."""
        return [node for node, given in self.given if given == name]

    def _ticket(self, reader: Reader, call: Callable[[], Any]) -> int:
        self.calls.append((reader, call))
        reader.tickets.append(len(self.calls) - 1)
        return len(self.calls) - 1
