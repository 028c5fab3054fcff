"""What an output folder knows: the parts that are there, and the names under which bytes came.

Two small tables under `OUT/state/` keep it, so that a run neither opens its parts nor hashes its
inputs again. They are a convenience: what they lack is found again in the parts and the inputs, so
a run that was killed before it wrote them has lost nothing.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.batch.inbox import Item
from pipeline.batch.parts import FOLDER, PartInfo, decode, ids_of, info_from
from pipeline.batch.places import Entry, Place

_NAMES = "state/names.parquet"
_PARTS = "state/parts.parquet"
_READERS = 16  # threads that open parts of which nothing is known

_PAIRS = pa.list_(pa.struct([("name", pa.string()), ("count", pa.int64())]))
_NAME_SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("name", pa.string()),
        ("size", pa.int64()),
        ("mtime_ns", pa.int64()),
        ("doc_id", pa.string()),
    ]
)
_PART_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("doc_id", "recipe", "key", "source", "status")),
        ("error", pa.string()),
        ("code", pa.int32()),
        ("retry", pa.bool_()),
        ("route", pa.string()),
        *((name, pa.int64()) for name in ("pages", "tables", "tasks", "flagged")),
        ("findings", _PAIRS),
        ("codes", _PAIRS),
        ("failed_pages", pa.list_(pa.string())),
        ("elapsed_s", pa.float64()),
        *((name, pa.int64()) for name in ("peak", "size", "mtime_ns")),
    ]
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Name:
    """A name under which a document came; size and time are those its hash was taken at."""

    key: str
    name: str
    size: int
    mtime_ns: int
    doc_id: str


@dataclass(slots=True)
class State:
    """Parts by document and recipe; names and unreadable inputs by key; damaged parts' paths."""

    place: Place
    parts: dict[str, dict[str, PartInfo]] = field(default_factory=dict)
    names: dict[str, Name] = field(default_factory=dict)
    unread: dict[str, PartInfo] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    changed: bool = False

    def cached_hash(self, item: Item) -> str:
        """The hash of an input whose size and time are as they were, else ""."""
        name = self.names.get(item.key)
        same = name and item.size >= 0 and (name.size, name.mtime_ns) == (item.size, item.mtime_ns)
        return name.doc_id if name and same else ""

    def part_of(self, doc_id: str, recipe: str) -> PartInfo | None:
        """The part made under `recipe`."""
        return self.parts.get(doc_id, {}).get(recipe)

    def best_part(self, doc_id: str, recipe: str) -> PartInfo | None:
        """The part made under `recipe`, else the newest."""
        made = self.parts.get(doc_id, {})
        if recipe in made:
            return made[recipe]
        return max(made.values(), key=lambda info: (info.mtime_ns, info.recipe), default=None)

    def learn_name(self, item: Item) -> None:
        """Remember that the document came under this name."""
        if not item.doc_id and item.key in self.names:
            return  # what cannot be read now has not for that become another document
        name = Name(item.key, item.name, item.size, item.mtime_ns, item.doc_id)
        if self.names.get(item.key) != name:
            self.names[item.key] = name
            self.changed = True
        if item.doc_id:
            self.changed |= self.unread.pop(item.key, None) is not None

    def learn_part(self, info: PartInfo) -> None:
        """Remember a part; one without a hash is an input that cannot be read."""
        self.changed = True
        if info.doc_id:
            self.parts.setdefault(info.doc_id, {})[info.recipe] = info
        else:
            self.unread[info.key] = info

    def forget_gone(self, roots: Sequence[str], listed: Iterable[str]) -> None:
        """Forget names under the roots that are no more, if the bytes have another name.

        The only name of a document is kept: a notice may leave the inbox when it has been read.
        """
        there = set(listed)
        below = tuple(f"{root.rstrip('/')}/" for root in roots)
        gone = [
            name
            for name in self.names.values()
            if name.key not in there and (name.key in roots or name.key.startswith(below))
        ]
        kept = self._alive(gone)
        for name in gone:
            self.changed |= self.unread.pop(name.key, None) is not None
            if name.doc_id in kept or not name.doc_id:
                del self.names[name.key]
                self.changed = True
            kept.add(name.doc_id)

    def _alive(self, gone: Sequence[Name]) -> set[str]:
        keys = {name.key for name in gone}
        return {name.doc_id for name in self.names.values() if name.key not in keys}

    def save(self) -> None:
        """Write both tables, if anything changed. Raises OutputError."""
        if not self.changed:
            return
        names = [asdict(name) for name in sorted(self.names.values(), key=lambda name: name.key)]
        infos = [info for made in self.parts.values() for info in made.values()]
        rows = [_row(info) for info in [*infos, *self.unread.values()]]
        self.place.write(_PARTS, _to_parquet(rows, _PART_SCHEMA))
        self.place.write(_NAMES, _to_parquet(names, _NAME_SCHEMA))
        self.changed = False


def load_state(place: Place) -> State:
    """What is known at `place`; parts that the tables do not know as they are now are opened."""
    state = State(place)
    for values in _from_parquet(place, _NAMES):
        state.names[values["key"]] = Name(**values)
    cached: dict[str, PartInfo] = {}
    for values in _from_parquet(place, _PARTS):
        info = _info(values)
        if info.doc_id:
            cached[info.path] = info
        else:
            state.unread[info.key] = info
    entries = [entry for entry in place.entries(FOLDER) if ids_of(entry.path)]
    strange = [entry for entry in entries if not _is_same(cached.get(entry.path), entry)]
    opened = _opened(place, strange)
    for entry in entries:
        part = opened[entry.path] if entry.path in opened else cached[entry.path]
        if part is None:
            state.damaged.append(entry.path)
        else:
            state.parts.setdefault(part.doc_id, {})[part.recipe] = part
    state.changed = bool(strange) or len(cached) != len(entries)
    return state


def _is_same(info: PartInfo | None, entry: Entry) -> bool:
    return info is not None and (info.size, info.mtime_ns) == (entry.size, entry.mtime_ns)


def _opened(place: Place, entries: Sequence[Entry]) -> dict[str, PartInfo | None]:
    if not entries:
        return {}
    with ThreadPoolExecutor(_READERS, thread_name_prefix="parts") as pool:
        infos = pool.map(lambda entry: _open(place, entry), entries)
        return {entry.path: info for entry, info in zip(entries, infos, strict=True)}


def _open(place: Place, entry: Entry) -> PartInfo | None:
    try:
        info = decode(place.read(entry.path)).info
    except ValueError as error:
        log.warning("%s is damaged and counts as missing: %s", entry.path, error)
        return None
    if info.path != entry.path:
        log.warning("%s holds another document's part and counts as missing", entry.path)
        return None
    return replace(info, size=entry.size, mtime_ns=entry.mtime_ns)


def _row(info: PartInfo) -> dict[str, object]:
    row = asdict(info)
    for name in ("findings", "codes"):
        row[name] = [{"name": what, "count": count} for what, count in row[name]]
    return row


def _info(values: dict[str, Any]) -> PartInfo:
    for name in ("findings", "codes"):
        values[name] = [[pair["name"], pair["count"]] for pair in values[name]]
    return info_from(values)


def _to_parquet(rows: Sequence[dict[str, object]], schema: pa.Schema) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink, compression="zstd")
    return sink.getvalue()


def _from_parquet(place: Place, path: str) -> list[dict[str, Any]]:
    try:
        # In this thread alone: one of Arrow's that lets go of Python's bytes while the process ends
        # would abort it.
        source = io.BytesIO(place.read(path))
        table = pq.read_table(source, use_threads=False, pre_buffer=False)
        return list(table.to_pylist())
    except FileNotFoundError:
        return []
    except (OSError, ValueError, pa.ArrowException) as error:
        log.warning("%s cannot be read and is made anew: %s", path, error)
        return []
