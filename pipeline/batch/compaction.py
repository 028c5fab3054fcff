"""From parts to the tables of the contract: streaming, in a fixed order, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.batch.parts import FOLDER, Part, PartInfo, arrow_rows, counted, decode
from pipeline.batch.places import Entry, Place
from pipeline.batch.state import State
from pipeline.corrections import FOLDER as CORRECTIONS
from pipeline.corrections import (
    GAZETTEER,
    ROSTER,
    apply_corrections,
    bundle_to_records,
    parse_corrections,
    records_to_bundle,
    with_taught,
)
from pipeline.errors import InputError, OutputError
from pipeline.manifest import RunFacts, input_record, manifest_text
from pipeline.model import Reading
from pipeline.rows import document_row
from pipeline.schema import CONTRACTS, DOCUMENTS, TASKS
from pipeline.together import together
from pipeline.write import MANIFEST_NAME, TablesWriter, Written, writing

if TYPE_CHECKING:
    from pipeline.config import Settings

_AHEAD = 32  # parts read before they are asked for
_READERS = 8  # threads
_SHOWN_INPUTS = 1_000  # the manifest of more documents leaves them to their parts


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of the tables: its part, and all names under which its bytes came, sorted.

    A file that could not be read at all has no part on disk: `info.doc_id` is empty. `journal` is
    the file of the corrections that persons made, `taught` are the lists that these have taught.
    """

    names: tuple[str, ...]
    info: PartInfo
    journal: Entry | None = None
    taught: tuple[Entry, ...] = ()


@dataclass(slots=True)
class _Totals:
    """What the manifest tells about all documents, gathered while they pass."""

    documents: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    inputs: list[dict[str, object]] = field(default_factory=list)
    engine: tuple[tuple[str, str], ...] = ()

    def add(self, item: Listed, part: Part | None) -> None:
        info = part.info if part else item.info
        self.documents[info.status] += 1
        self.findings.update(dict(info.findings))
        self.codes.update(dict(info.codes))
        self.sums.update(pages=info.pages, tables=info.tables, tasks=info.tasks)
        self.engine = self.engine or (part.engine if part else ())
        if len(self.inputs) <= _SHOWN_INPUTS:
            record = part.record if part else input_record(_unread(info))
            self.inputs.append({**record, "source": item.names[0]})

    def counts(self) -> dict[str, object]:
        return {
            "documents": dict(self.documents),
            **{name: self.sums[name] for name in ("pages", "tables", "tasks")},
            "findings": dict(self.findings),
            "findings_by_code": dict(sorted(self.codes.items())),
        }


def listing(state: State, recipe: str) -> list[Listed]:
    """What the tables are made of, in the order of the documents' first names.

    Of a document read under several recipes the part of `recipe` is taken, else the newest. A
    document whose only name now stands for other bytes has been replaced and is left out; one whose
    name was never kept (the run was killed) stands under the name that its part tells.
    """
    names: dict[str, list[str]] = {}
    for name in state.names.values():
        names.setdefault(name.doc_id, []).append(name.name)
    journals = {entry.path: entry for entry in state.place.entries(CORRECTIONS)}
    taught = _taught(state.place) if journals else ()
    listed = [Listed((info.source,), info) for info in state.unread.values()]
    for doc_id in state.parts:
        info = state.best_part(doc_id, recipe)
        if info is None:
            continue
        known = names.get(doc_id) or ([info.source] if info.key not in state.names else [])
        if known:
            journal = journals.get(f"{CORRECTIONS}/{doc_id}.jsonl")
            names_of = tuple(sorted(set(known), key=_order))
            listed.append(Listed(names_of, info, journal, taught if journal else ()))
    return sorted(listed, key=lambda item: (_order(item.names[0]), item.info.doc_id))


def _taught(place: Place) -> tuple[Entry, ...]:
    wanted = {ROSTER, GAZETTEER}
    entries = (entry for entry in place.entries(recursive=False) if entry.path in wanted)
    return tuple(sorted(entries, key=lambda entry: entry.path))


def listing_id(listed: Sequence[Listed]) -> str:
    """SHA-256 over all that the tables are made of; equal when they need not be made again."""
    total = hashlib.sha256()
    for item in listed:
        info = item.info
        line = [item.names, info.doc_id, info.recipe, info.size, info.mtime_ns, info.error]
        for entry in (item.journal, *item.taught) if item.journal else ():
            line += [entry.size, entry.mtime_ns]
        total.update(json.dumps(line).encode())
    return total.hexdigest()


def compacted_id(place: Place) -> str:
    """The listing that the tables at `place` were made of; "" when they are not whole."""
    try:
        manifest = json.loads(place.read(MANIFEST_NAME))
        written = {entry.path: entry.size for entry in place.entries(recursive=False)}
        whole = all(written.get(name) == size for name, size in manifest["files"].items())
        return str(manifest["listing"]) if whole else ""
    except (OSError, ValueError, KeyError, AttributeError):
        return ""


def compact(
    place: Place, listed: Sequence[Listed], facts: RunFacts, settings: Settings
) -> tuple[Written, ...]:
    """Make the tables, the CSV files and the manifest of `listed` at `place`.

    Names that persons wrote are looked up by the lists of `settings` and those taught at `place`.

    At most a row group of each table and a few parts are in memory at any time. On a disk all files
    are replaced together; an object store replaces one after the other, each whole, the manifest
    last, whose sizes tell whether the others belong to it. Raises OutputError.
    """
    totals = _Totals()
    if place.local and any(item.journal for item in listed):
        settings = with_taught(settings, place.folder / ROSTER, place.folder / GAZETTEER)
    with _folder_for(place) as folder:
        with TablesWriter(folder) as tables:
            for item, part in _read_ahead(place, listed, settings):
                totals.add(item, part)
                _add(tables, item, part, facts.fingerprint)
        sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
        text = _manifest(totals, listed, facts, sizes)
        (folder / MANIFEST_NAME).write_text(text, encoding="utf-8", newline="\n")
    return tables.written()


def _add(tables: TablesWriter, item: Listed, part: Part | None, fingerprint: str) -> None:
    if part is None:
        tables.add(DOCUMENTS, [document_row(_unread(item.info), __version__, fingerprint)])
        return
    for contract in CONTRACTS:
        rows = part.rows[contract.name]
        if contract is DOCUMENTS:
            rows = [{**row, "source": name} for row in rows for name in item.names]
        elif contract is TASKS:
            rows = [{**row, "source": item.names[0]} for row in rows]
        tables.add(contract, arrow_rows(contract, rows))


def _unread(info: PartInfo) -> Reading:
    return Reading("", info.source, elapsed_s=info.elapsed_s, error=info.error)


def _manifest(
    totals: _Totals, listed: Sequence[Listed], facts: RunFacts, sizes: dict[str, int]
) -> str:
    few = len(listed) <= _SHOWN_INPUTS
    repeats = [(name, item.names[0]) for item in listed for name in item.names[1:]] if few else []
    more: dict[str, object] = {"files": sizes, "listing": listing_id(listed)}
    if not few:
        more["inputs_stand_in"] = f"{FOLDER}/"
    whole = replace(facts, models=totals.engine, repeats=tuple(repeats))
    return manifest_text(whole, totals.counts(), totals.inputs if few else [], more)


@contextmanager
def _folder_for(place: Place) -> Iterator[Path]:
    """A local folder whose files stand at `place` when the block has ended."""
    if place.local:
        with writing(f"output folder {place.name}"), together(place.folder, MANIFEST_NAME) as aside:
            yield aside
        return
    with tempfile.TemporaryDirectory(prefix="gongwen-") as name:
        folder = Path(name)
        yield folder
        for path in sorted(folder.iterdir(), key=lambda path: (path.name == MANIFEST_NAME, path)):
            place.upload(path, path.name)


def _read_ahead(
    place: Place, listed: Iterable[Listed], settings: Settings
) -> Iterator[tuple[Listed, Part | None]]:
    """The documents with their parts, in order; a few threads read ahead."""
    waiting: deque[tuple[Listed, Future[Part] | None]] = deque()
    with ThreadPoolExecutor(_READERS, thread_name_prefix="parts") as pool:
        try:
            for item in listed:
                stored = bool(item.info.doc_id)
                future = pool.submit(_read, place, item, settings) if stored else None
                waiting.append((item, future))
                if len(waiting) >= _AHEAD:
                    yield _resolved(*waiting.popleft())
            while waiting:
                yield _resolved(*waiting.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _resolved(item: Listed, future: Future[Part] | None) -> tuple[Listed, Part | None]:
    return item, future.result() if future else None


def _read(place: Place, item: Listed, settings: Settings) -> Part:
    part = read_part(place, item.info)
    return corrected(part, place, item.journal, settings) if item.journal else part


def read_part(place: Place, info: PartInfo) -> Part:
    """The part that `info` is about, as it was read. Raises OutputError when it is damaged."""
    try:
        return decode(place.read(info.path))
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{place.name}/{info.path} cannot be read: {error}.",
            "Remove it and run again: its document is then read anew.",
        ) from None


def corrected(part: Part, place: Place, journal: Entry, settings: Settings) -> Part:
    """The part with the corrections of its document laid over its rows.

    Raises InputError when the journal cannot be read.
    """
    try:
        records = parse_corrections(place.read(journal.path), f"{place.name}/{journal.path}")
    except OSError as error:
        raise InputError(
            f"{place.name}/{journal.path} cannot be read: {error}.", "Check its rights."
        ) from None
    rows = apply_corrections(records_to_bundle(part.rows), records, settings).rows
    info = replace(
        part.info,
        tasks=len(rows.tasks),
        findings=counted(finding.severity for finding in rows.findings),
        codes=counted(finding.code for finding in rows.findings),
    )
    return replace(part, info=info, rows={**part.rows, **bundle_to_records(rows)})


def _order(name: str) -> tuple[str, ...]:
    return tuple(name.split("/"))
