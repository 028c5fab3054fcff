"""A Ray cluster: reached or started, its nodes, and readers on them. All that knows Ray.

What Ray would do besides is switched off: usage statistics, a dashboard, copying logs.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pipeline.batch.inbox import Item
from pipeline.batch.ray_node import NodeReader, Order
from pipeline.errors import OutputError, UsageError

_WAIT_S = 1.0
_ANSWER_S = 30.0  # for a head to say that it is one; Ray itself would wait without end
_STORE = 80 << 20  # bytes, about the least that Ray takes: nothing but a few kilobytes travels


class ReaderLostError(Exception):
    """A reader is gone, or its node is."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is alive: its name as shown, and how many processors Ray has there."""

    name: str
    processors: int


class RayCluster:
    """The nodes of a cluster and the readers on them, over the module `ray`."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray

    def nodes(self) -> dict[str, Node]:
        """The nodes that are alive and have processors, by their id."""
        found = {}
        for node in self._ray.nodes():
            processors = int(node["Resources"].get("CPU", 0))
            if node["Alive"] and processors:
                found[node["NodeID"]] = Node(str(node["NodeManagerHostname"]), processors)
        return found

    def start(self, node: str, order: Order) -> Any:
        """A reader on a node; it comes up by and by."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        there = NodeAffinitySchedulingStrategy(node, soft=False)
        maker = self._ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy=there)(NodeReader)
        return maker.remote(order)

    def ask(self, reader: Any) -> Any:
        """Ask whether the reader is fit: a ticket for `answer`."""
        return reader.problem.remote()

    def give(self, reader: Any, item: Item) -> Any:
        """Give a document to a reader, behind those that it has: a ticket for `answer`."""
        return reader.read.remote(item)

    def wait(self, tickets: Sequence[Any]) -> list[Any]:
        """All tickets that have an answer, in order, when the first has one or a second is over."""
        done, rest = self._ray.wait(list(tickets), num_returns=1, timeout=_WAIT_S)
        if done and rest:  # one at a time would cost a look at all for each document
            more, _ = self._ray.wait(rest, num_returns=len(rest), timeout=0)
            done = [*done, *more]
        answered = set(done)
        return [ticket for ticket in tickets if ticket in answered]

    def answer(self, ticket: Any) -> Any:
        """What a reader has answered. Raises ReaderLostError, or the error that it met."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(ticket)
        except errors.RayTaskError as error:
            raise _cause(error) from error
        except errors.RayError as error:
            raise ReaderLostError((str(error).splitlines() or [type(error).__name__])[0]) from error

    def end(self, reader: Any) -> None:
        """End a reader with all that it has begun."""
        with suppress(Exception):
            self._ray.kill(reader)


@contextmanager
def connected(address: str, workers: int | None) -> Iterator[RayCluster]:
    """The cluster at `address` ("auto", HOST:PORT) for the block; one on this machine for "".

    Raises UsageError when Ray is not installed or no cluster answers.
    """
    ray = imported()
    address = address or os.environ.get("RAY_ADDRESS", "")
    if address:
        _require_answer(address)
    here = {"num_cpus": workers, "include_dashboard": False, "object_store_memory": _STORE}
    try:
        with _own_signals():
            ray.init(
                address=address or "local",
                log_to_driver=False,
                logging_level=logging.ERROR,
                configure_logging=False,
                **({} if address else here),
            )
    except (OSError, ValueError, RuntimeError) as error:
        raise _unreachable(address, error) from None
    try:
        yield RayCluster(ray)
    finally:
        ray.shutdown()


def imported() -> Any:
    """The module `ray`, told to send nothing home. Raises UsageError where it is not installed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError:
        raise UsageError(
            "Ray is not installed.", "Run `pip install 'gongwen-tables[ray]'` on every node."
        ) from None
    return ray


def _require_answer(address: str) -> None:
    """Ask from a process of its own: what is no Ray head keeps the asking one for ever."""
    if "://" in address:
        raise UsageError(
            f"{address} is no address of a Ray cluster that readers can be started on.",
            "Give HOST:PORT of its head (6379 where nothing else was said), or auto.",
        )
    command = [sys.executable, "-m", "ray.scripts.scripts", "status"]
    command += [] if address == "auto" else ["--address", address]
    try:
        asked = subprocess.run(
            command, capture_output=True, text=True, timeout=_ANSWER_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise _unreachable(address, f"no answer within {_ANSWER_S:g} s") from None
    if asked.returncode:
        said = [line for line in asked.stderr.splitlines() if line.strip()]
        raise _unreachable(address, said[-1] if said else f"exit code {asked.returncode}")


def _unreachable(address: str, why: object) -> UsageError:
    return UsageError(
        f"The Ray cluster {address or 'here'} cannot be reached: {why}.",
        "Start it with `ray start --head`, and give its address with --address, or auto.",
    )


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep what a signal means to this program: Ray puts a handler of its own for SIGTERM."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _cause(error: Any) -> Exception:
    cause = getattr(error, "cause", None)
    return cause if isinstance(cause, Exception) else OutputError(f"A node failed: {error}")
