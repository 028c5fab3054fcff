"""What state and tables cost at scale, by parts that are written without reading: a simulation.

Each document has the part of one real notice of the samples under a hash of its own, so that sizes
and rows are those of notices; only the reading is left out. Each step is measured in a process of
its own, so that memory is that step's.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pyarrow as pa

from pipeline.batch import Request, compact_output, run_batch
from pipeline.batch.compaction import listing, listing_id
from pipeline.batch.crew import Limits
from pipeline.batch.inbox import Item
from pipeline.batch.parts import FOLDER, PartInfo, encode, info_of, part_path
from pipeline.batch.places import Place
from pipeline.batch.recipe import recipe_of
from pipeline.batch.state import State, load_state
from pipeline.config import load_settings
from pipeline.run import read_document
from tests.bench.batch import PAGE, STORE
from tests.bench.documents import SAMPLES, no_engine
from tests.bench.report import Section

NOTICE = SAMPLES / "lanping" / "notice.pdf"
STATE_BEGIN, STATE_END = "<!-- state:begin -->", "<!-- state:end -->"
KNOWN_BEGIN, KNOWN_END = "<!-- known:begin -->", "<!-- known:end -->"
COUNTS = (1_000, 10_000, 100_000)
COLUMNS = (
    "documents",
    "listed, s",
    "state read, s",
    "state lost: opened again, s",
    "nothing new, s",
    "its memory, MiB",
    "tables made, s",
    "their memory, MiB",
    "tables, MiB",
)
_MIB = 1 << 20
_DOC_ID, _SOURCE = "0" * 64, "/the/name/of/the/source"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step took: seconds by the clock, and resident bytes at most."""

    seconds: float
    memory: int


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
    columns = ("documents", "memory of each, bytes", "in `state/`, bytes", "listed, s", "saved, s")
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


def measure(counts: Sequence[int]) -> Section:
    """Seconds and memory of the steps that grow with the number of known documents."""
    rows = tuple(measure_one(count) for count in counts)
    remark = "each document is a part of one notice of the samples; reading is left out"
    return Section("Known documents", COLUMNS, rows, (), (remark,))


def measure_one(count: int) -> tuple[str, ...]:
    """One line of the table."""
    STORE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=STORE) as scratch:
        inbox, out = Path(scratch) / "in", Path(scratch) / "out"
        make(count, inbox, out)
        listed = alone(partial(list_parts, str(out)))
        rebuilt = alone(partial(run_known, str(inbox), str(out), tables=False))
        read = alone(partial(read_state, str(out)))
        tables = alone(partial(make_tables, str(out)))
        idle = alone(partial(run_known, str(inbox), str(out), tables=True))
        size = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    return (
        f"{count:,}",
        *(f"{taken.seconds:.1f}" for taken in (listed, read, rebuilt, idle)),
        f"{idle.memory / _MIB:.0f}",
        f"{tables.seconds:.1f}",
        f"{tables.memory / _MIB:.0f}",
        f"{size / _MIB:.0f}",
    )


def list_parts(out: str) -> object:
    """Find the parts that are there."""
    return Place(out).entries(FOLDER)


def read_state(out: str) -> object:
    """Know again what was known."""
    return load_state(Place(out))


def make_tables(out: str) -> object:
    """Make the tables from the parts."""
    return compact_output(out, load_settings())


def run_known(inbox: str, out: str, *, tables: bool) -> object:
    """A run over documents all of which have their parts; reading any would be an error."""
    request = Request((inbox,), out, Limits(workers=0), tables=tables)
    record = run_batch(request, load_settings(), Silence())
    if record.read:
        raise AssertionError(f"{record.read} documents were read that were known")
    return record


def alone(step: Callable[[], object]) -> Taken:
    """Do a step in a process of its own and say what it took."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(_taken, step).result()


def _taken(step: Callable[[], object]) -> Taken:
    taken = seconds(step)
    return Taken(taken, most_memory())


def most_memory() -> int:
    """The most resident bytes of this process since it was started."""
    # What getrusage says goes back to the process that started this one, where that was larger.
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) * 1024 if found else 0


def make(count: int, inbox: Path, out: Path) -> None:
    """Files of a few bytes, and for each the part that it might have had."""
    text = template()
    recipe = recipe_of(load_settings()).id
    inbox.mkdir()
    for number in range(count):
        data = f"document {number}\n".encode()
        path = inbox / f"{number:08d}.txt"
        path.write_bytes(data)
        doc_id = hashlib.sha256(data).hexdigest()
        target = out / part_path(doc_id, recipe)
        target.parent.mkdir(parents=True, exist_ok=True)
        own = text.replace(_DOC_ID.encode(), doc_id.encode())
        target.write_bytes(compress(own.replace(_SOURCE.encode(), str(path).encode())))


def template() -> bytes:
    """The JSON of the notice's part, under marks in place of hash and name."""
    settings = load_settings()
    reading = read_document(NOTICE, no_engine, settings)  # type: ignore[arg-type]
    own = replace(reading, doc_id=_DOC_ID, source=_SOURCE)
    recipe = recipe_of(settings)
    data = encode(own, info_of(own, _SOURCE, recipe, None), recipe)
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        return bytes(stream.read())


def compress(data: bytes) -> bytes:
    """As parts are compressed."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes by the clock."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def write_page(state: Section, known: Section, machine: str, page: Path = PAGE) -> None:
    """Put both tables between their marks of the page."""
    text = page.read_text(encoding="utf-8")
    text = between(text, STATE_BEGIN, STATE_END, table_lines(state))
    lines = [*table_lines(known), "", f"{machine}; {'; '.join(known.remarks)}."]
    page.write_text(between(text, KNOWN_BEGIN, KNOWN_END, lines), encoding="utf-8")


def table_lines(section: Section) -> Iterator[str]:
    """A section's table as Markdown."""
    for row in (section.columns, ("---",) * len(section.columns), *section.rows):
        yield f"| {' | '.join(row)} |"


def between(text: str, begin: str, end: str, lines: Iterator[str] | Sequence[str]) -> str:
    """The text with these lines between two marks."""
    block = "\n".join([begin, *lines, end])
    return re.sub(f"{begin}.*?{end}", lambda _: block, text, flags=re.DOTALL)
