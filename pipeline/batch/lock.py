"""One run at a time on one output: a lock that does not outlive its run.

On a disk the kernel holds it (`flock`) and lets go of it however the process ends. On an object
store it is a lease: an object that names its holder and the time it runs out, renewed while the run
goes on; a run that died leaves one that nobody renews. A store without conditional writes cannot
rule out that two runs started in the same second both win; since parts are written whole and equal
for equal documents, the worst is then work done twice.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from pipeline.batch.places import Place
from pipeline.errors import BusyError, GongwenError, OutputError

NAME = ".lock"
_LEASE_S = 120.0
_RENEWALS = 4  # in the time of a lease
_SETTLE_S = 1.0  # after which a lease written at the same time as ours is seen


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Hold the lock of an output for the block. Raises BusyError when another run holds it."""
    if place.local:
        with _flock(place):
            yield
    else:
        with _lease(place):
            yield


@contextmanager
def _flock(place: Place) -> Iterator[None]:
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(place.folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OutputError(
            f"The output folder {place.name} cannot be written: {error.strerror or error}.",
            "Name another with -o, or free space and permissions.",
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(place, os.read(handle, 4096)) from None
        with suppress(OSError):  # the lock holds also where a full disk cannot say whose it is
            os.truncate(handle, 0)
            os.write(handle, json.dumps(_holder()).encode())
        yield
    finally:
        os.close(handle)


@contextmanager
def _lease(place: Place) -> Iterator[None]:
    ours = _holder() | {"token": uuid.uuid4().hex}
    lease = _read_lease(place)
    if lease and lease.get("until", 0.0) > time.time():
        raise _held(place, json.dumps(lease).encode())
    _write_lease(place, ours)
    time.sleep(_SETTLE_S)
    lease = _read_lease(place)
    if not lease or lease.get("token") != ours["token"]:
        raise _held(place, json.dumps(lease).encode())
    over = threading.Event()
    renewing = threading.Thread(target=_renew, args=(place, ours, over), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
        with suppress(GongwenError):
            place.remove(NAME)


def _renew(place: Place, ours: dict[str, Any], over: threading.Event) -> None:
    while not over.wait(_LEASE_S / _RENEWALS):
        # A store that does not answer now may do so before the lease runs out.
        with suppress(GongwenError):
            _write_lease(place, ours)


def _write_lease(place: Place, ours: dict[str, Any]) -> None:
    place.write(NAME, json.dumps(ours | {"until": time.time() + _LEASE_S}).encode())


def _read_lease(place: Place) -> dict[str, Any]:
    try:
        lease = json.loads(place.read(NAME))
        return lease if isinstance(lease, dict) else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {}


def _holder() -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"host": socket.gethostname(), "process": os.getpid(), "since": now}


def _held(place: Place, said: bytes) -> BusyError:
    try:
        holder = json.loads(said)
        who = f" (process {holder['process']} on {holder['host']}, since {holder['since']})"
    except (ValueError, KeyError, TypeError):
        who = ""
    return BusyError(
        f"Another run is writing to {place.name}{who}.",
        "Wait until it has ended, or name another output with -o.",
    )
