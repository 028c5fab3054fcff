"""What state and tables cost at scale, by parts that are written without reading: a simulation.

Each document has the part of one real notice of the samples under a hash of its own, so that sizes
and rows are those of notices; only the reading is left out.
"""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from pipeline.batch import Request, compact_output, run_batch
from pipeline.batch.compaction import listing, listing_id
from pipeline.batch.crew import Limits
from pipeline.batch.inbox import Item
from pipeline.batch.parts import PartInfo, encode, info_of
from pipeline.batch.places import Place
from pipeline.batch.recipe import recipe_of
from pipeline.batch.state import State
from pipeline.config import load_settings
from pipeline.run import read_document
from tests.bench.batch import STORE
from tests.bench.documents import SAMPLES, no_engine
from tests.bench.report import Section

NOTICE = SAMPLES / "lanping" / "notice.pdf"


class Silence:
    """A watcher of batches that says nothing."""

    def found(self, documents: int) -> None: ...
    def document_known(self) -> None: ...
    def page_read(self) -> None: ...
    def document_done(self, info: PartInfo) -> None: ...


def measure_state(count: int = 200_000) -> Section:
    """Memory and seconds of what a run keeps in memory about documents that it knows."""
    process = psutil.Process()
    before = process.memory_info().rss
    with TemporaryDirectory() as scratch:
        state = State(Place(scratch))
        for number in range(count):
            know(state, number)
        taken = (process.memory_info().rss - before) / count
        listed = seconds(lambda: listing_id(listing(state, "")))
        saved = seconds(state.save)
        size = sum(path.stat().st_size for path in Path(scratch, "state").iterdir()) / count
    columns = ("documents", "memory of each, bytes", "on disk, bytes", "listed, s", "saved, s")
    row = (f"{count:,}", f"{taken:.0f}", f"{size:.0f}", f"{listed:.1f}", f"{saved:.1f}")
    return Section("State", columns, (row,))


def know(state: State, number: int) -> None:
    """A document as a run would remember it, with nothing shared between two of them."""
    doc_id = hashlib.sha256(str(number).encode()).hexdigest()
    key = f"/srv/gongwen/inbox/2026/11/{number:08d}.pdf"
    counts = (("info", number % 9), ("warning", number % 5))
    codes = (("row_joined", number % 9), ("unit_odd", number % 5))
    info = PartInfo(
        doc_id=doc_id,
        recipe=f"{number % 2:016d}",
        key=key,
        source=key[:],
        status="ok",
        pages=number % 30,
        tasks=number % 70,
        findings=counts,
        codes=codes,
        elapsed_s=number / 7,
        size=8_000 + number,
        mtime_ns=1_700_000_000_000_000_000 + number,
    )
    state.learn_part(info)
    state.learn_name(Item(key, key, "", key, 300_000 + number, info.mtime_ns - 1, doc_id))


def measure(counts: tuple[int, ...]) -> Section:
    """Seconds and memory of the steps that grow with the number of known documents."""
    rows = tuple(measure_one(count) for count in counts)
    columns = ("documents", "rebuild state, s", "tables, s", "nothing new, s", "peak so far, MiB")
    remark = "each document is a part of one notice of the samples; reading is left out"
    return Section("Known documents", columns, rows, (), (remark,))


def measure_one(count: int) -> tuple[str, ...]:
    """One line of the table."""
    settings = load_settings()
    STORE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=STORE) as scratch:
        inbox, out = Path(scratch) / "in", Path(scratch) / "out"
        make(count, inbox, out)
        request = Request((str(inbox),), str(out), Limits(workers=0), tables=False)
        rebuilt = seconds(lambda: run_batch(request, settings, Silence()))
        tables = seconds(lambda: compact_output(str(out), settings))
        again = replace(request, tables=True)
        idle = seconds(lambda: run_batch(again, settings, Silence()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (f"{count:,}", f"{rebuilt:.1f}", f"{tables:.1f}", f"{idle:.1f}", f"{peak:.0f}")


def make(count: int, inbox: Path, out: Path) -> None:
    """Files of a few bytes, and for each the part that it might have had."""
    settings = load_settings()
    recipe = recipe_of(settings)
    reading = read_document(NOTICE, no_engine, settings)  # type: ignore[arg-type]
    inbox.mkdir()
    for number in range(count):
        data = f"document {number}\n".encode()
        path = inbox / f"{number:08d}.txt"
        path.write_bytes(data)
        own = replace(reading, doc_id=hashlib.sha256(data).hexdigest(), source=str(path))
        info = info_of(own, str(path), recipe, None)
        target = out / info.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(encode(own, info, recipe))


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes by the clock."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
