"""The documents of a run: found in folders and buckets, told by the hash of their bytes."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline.batch.places import Entry, Place, is_uri
from pipeline.errors import GongwenError, InputError, NoInputError
from pipeline.run import digest, source_name
from pipeline.sources import find_documents, is_document_name

_HASHERS = 4  # threads: hashing waits for disk or network
_AHEAD = 64  # files hashed before they are asked for
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """An input: `key` is its identity (resolved path or URI), `name` what is written and shown.

    `place` is the address of its file system's folder, empty for a local path; `path` the file
    there. `size` in bytes and `mtime_ns` are -1 when there is no such file. `doc_id` is the SHA-256
    of the bytes, hex; empty until it is known, and when they cannot be read.
    """

    key: str
    name: str
    place: str
    path: str
    size: int = -1
    mtime_ns: int = -1
    doc_id: str = ""


def find_items(inputs: Sequence[str]) -> list[Item]:
    """The documents among the inputs, those of a folder in the order of their paths.

    Raises NoInputError when there are none, UsageError for an address that cannot be used.
    """
    paths = [Path(given) for given in inputs if not is_uri(given)]
    addresses = [given for given in inputs if is_uri(given)]
    remote = [item for address in addresses for item in _remote_items(address)]
    local: list[Item] = []
    if paths:
        try:
            local = [_local_item(path) for path in find_documents(paths)]
        except InputError as error:
            if not remote:
                raise NoInputError(error.message, error.hint) from None
    found = {item.key: item for item in reversed([*local, *remote])}
    if not found:
        raise NoInputError("No input was given.")
    return list(reversed(found.values()))


def roots_of(inputs: Sequence[str]) -> tuple[str, ...]:
    """The keys of the inputs themselves: what lies under one of them was looked for there."""
    return tuple(_remote_key(Place(g)) if is_uri(g) else _local_key(Path(g)) for g in inputs)


def hashed(items: Iterable[Item], known: Callable[[Item], str]) -> Iterator[Item]:
    """The items with their hashes, in order; `known` gives one that need not be computed, or "".

    Files are hashed by a few threads, a little ahead of whoever asks.
    """
    waiting: deque[tuple[Item, Future[str] | None]] = deque()
    with ThreadPoolExecutor(_HASHERS, thread_name_prefix="hash") as pool:
        try:
            for item in items:
                cached = known(item)
                waiting.append(
                    (replace(item, doc_id=cached), None)
                    if cached
                    else (item, pool.submit(_hash, item))
                )
                if len(waiting) >= _AHEAD:
                    yield _resolved(*waiting.popleft())
            while waiting:
                yield _resolved(*waiting.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _resolved(item: Item, future: Future[str] | None) -> Item:
    return item if future is None else replace(item, doc_id=future.result())


def _hash(item: Item) -> str:
    if not item.place:
        return digest(Path(item.path))
    total = hashlib.sha256()
    try:
        with Place(item.place).stream(item.path) as stream:
            while chunk := stream.read(_CHUNK):
                total.update(chunk)
    except (OSError, GongwenError):
        return ""
    return total.hexdigest()


def _local_item(path: Path) -> Item:
    name = source_name(path)
    try:
        status = path.stat()
    except OSError:
        return Item(_local_key(path), name, "", os.fspath(path))
    return Item(_local_key(path), name, "", os.fspath(path), status.st_size, status.st_mtime_ns)


def _local_key(path: Path) -> str:
    try:
        return source_name(path.resolve())
    except (OSError, RuntimeError):
        return source_name(path.absolute())


def _remote_key(place: Place) -> str:
    return place.name.rstrip("/")


def _remote_items(address: str) -> list[Item]:
    place = Place(address)
    root = _remote_key(place)
    alone = place.entry()
    if alone is not None:
        return [Item(root, root, address, "", alone.size, alone.mtime_ns)]
    inside = [entry for entry in place.entries() if is_document_name(PurePosixPath(entry.path))]
    if not inside:
        return [Item(root, root, address, "")]
    return [_item_in(address, root, entry) for entry in inside]


def _item_in(address: str, root: str, entry: Entry) -> Item:
    key = f"{root}/{entry.path}"
    return Item(key, key, address, entry.path, entry.size, entry.mtime_ns)
