"""The server on this machine: its address, its token, its end."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from pipeline.errors import UsageError
from pipeline.review.guard import Guard

if TYPE_CHECKING:
    from fastapi import FastAPI

PORT = 8417
TOKEN = "GONGWEN_REVIEW_TOKEN"  # noqa: S105 - the name of a variable
_SHORTEST = 16
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and the token that lets in."""

    host: str
    port: int
    token: str

    @property
    def url(self) -> str:
        return f"http://{_bracketed(self.host)}:{self.port}/?token={self.token}"

    @property
    def hosts(self) -> frozenset[str]:
        """The values of Host that mean this server."""
        names = _LOOPBACK if self.host in _LOOPBACK else (self.host,)
        return frozenset(f"{_bracketed(name)}:{self.port}" for name in names)


def choose_address(host: str, port: int) -> Address:
    """The address to serve at; the token is new each time unless the user has chosen one.

    Raises UsageError for a host other than loopback without a token of the user's own, and for
    one that means every address of the machine.
    """
    own = os.environ.get(TOKEN, "")
    if own and (len(own) < _SHORTEST or not own.isascii() or not own.isalnum()):
        raise UsageError(
            f"{TOKEN} must have {_SHORTEST} letters and digits at least.",
            "Take one such as `openssl rand -hex 16` gives.",
        )
    if host not in _LOOPBACK and not own:
        raise UsageError(
            f"--host {host} lets others in: choose a token of your own first.",
            f"Put it into {TOKEN}; what passes over the network is not encrypted.",
        )
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - refused here
        raise UsageError(f"--host {host} names no address.", "Name one address of this machine.")
    return Address(host, port, own or secrets.token_urlsafe(24))


def serve(app: FastAPI, address: Address, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` is told the address when it answers.

    Raises UsageError when the port is taken.
    """
    listener = _listen(address)
    with listener:
        ready(address.url)
        with suppress(KeyboardInterrupt):  # before the server itself listens to signals
            make_server(app, address).run(sockets=[listener])


class Server(uvicorn.Server):
    """A server that an interrupt ends in peace: it is the way to end it, and no failure."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the server while the block runs, in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def make_server(app: FastAPI, address: Address) -> Server:
    """The server, behind its guard; it listens on the sockets that it is run with."""
    config = uvicorn.Config(
        Guard(app, address.token, address.hosts),
        log_level="critical",
        access_log=False,  # its lines would hold the token
        server_header=False,
        lifespan="off",
        ws="none",
        loop="asyncio",
        http="h11",
        timeout_graceful_shutdown=2,
    )
    return Server(config)


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"{address.host}:{address.port} cannot be used: {error.strerror}.",
            "Is another review open? Name another port with --port.",
        ) from None
    return listener


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
