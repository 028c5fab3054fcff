"""What ten million notices need, computed from the figures in docs/scale.md and from nothing else.

`make bench-batch` and `python -m tests.bench known` and `driver` put measured figures on the page;
this reads them there and writes the sizing under them. A test computes it again, so that the page
cannot say what its own figures do not. What lies beyond the largest measured size goes on as a
straight line through the two largest: each figure says by how much it goes beyond.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.batch import BEGIN, END, PAGE
from tests.bench.driver import BEGIN as DRIVER_BEGIN
from tests.bench.driver import END as DRIVER_END
from tests.bench.known import KNOWN_BEGIN, KNOWN_END, STATE_BEGIN, STATE_END, between
from tests.bench.report import Section

NOTICES = 10_000_000
CORES = 500
FOLDERS = 256  # parts/<two hex digits>
PER_REQUEST = 1_000  # keys that an object store lists at once
NIGHT_S = 8 * 3600.0
MACHINE = 16 << 30  # bytes of memory of the machine that makes the tables
SCALE_BEGIN, SCALE_END = "<!-- scale:begin -->", "<!-- scale:end -->"
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """Cost over documents: a straight line through the two largest measured sizes."""

    fixed: float
    each: float
    measured: float  # documents

    def at(self, documents: float) -> float:
        return max(0.0, self.fixed + self.each * documents)

    def reaches(self, limit: float) -> float:
        """The documents at which the line reaches a limit."""
        return (limit - self.fixed) / self.each if self.each > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page says was measured. Seconds, bytes, documents; lines are over documents."""

    pages_each: float
    tasks_each: float
    document: float
    part: float
    cpu_a_page: float
    worker: float
    memory_each: float
    state_each: float
    seconds: Mapping[str, Line]
    memory: Mapping[str, Line]
    tables: Line
    driver: float  # documents a second


@dataclass(frozen=True, slots=True)
class Step:
    """Something that one process does, with what it may take at most."""

    name: str
    line: Line
    limit: float
    shown: Callable[[float], str]

    @property
    def ends_at(self) -> float:
        """Documents at which it takes all that it may."""
        return self.line.reaches(self.limit)


def measure(page: Path = PAGE) -> tuple[Section, Section]:
    """Write the sizing on the page; what all of it needs, and where it ends first."""
    text = page.read_text(encoding="utf-8")
    page.write_text(with_sizing(text), encoding="utf-8")
    found = figures_of(text)
    return needs(found), ends(found)


def with_sizing(text: str) -> str:
    """The page with the sizing that follows from its figures."""
    return between(text, SCALE_BEGIN, SCALE_END, tuple(lines(figures_of(text))))


def figures_of(text: str) -> Figures:
    """Read the figures off the page. Raises ValueError where one is missing."""
    batch = {row[0]: row[1] for row in rows_of(text, BEGIN, END)}
    documents, pages, tasks = numbers(named(batch, "documents, pages, tasks"))
    (state,) = rows_of(text, STATE_BEGIN, STATE_END)[1:]
    head, *known = rows_of(text, KNOWN_BEGIN, KNOWN_END)
    driver = rows_of(text, DRIVER_BEGIN, DRIVER_END)[1:]

    def line(column: str, unit: float = 1.0) -> Line:
        place = head.index(column)
        return straight([(number(row[0]), unit * number(row[place])) for row in known])

    seconds = ("listed, s", "state read, s", "state lost: opened again, s")
    seconds += ("nothing new, s", "tables made, s")
    return Figures(
        pages / documents,
        tasks / documents,
        number(named(batch, "bytes of a document, mean")),
        number(named(batch, "bytes of a part, mean")),
        number(named(batch, "processor seconds a page, all workers")),
        _MIB * number(named(batch, "a worker at most, MiB")),
        number(state[1]),
        number(state[2]),
        {name: line(name) for name in seconds},
        {name: line(name, _MIB) for name in ("its memory, MiB", "their memory, MiB")},
        line("tables, MiB", _MIB),
        max(number(row[2]) for row in driver),
    )


def needs(found: Figures, notices: int = NOTICES) -> Section:
    """What so many notices take, all in all."""
    pages = notices * found.pages_each
    work = pages * found.cpu_a_page
    tables = found.seconds["tables made, s"]
    memory = found.memory["their memory, MiB"]
    beyond = f"{notices / tables.measured:,.0f} times the measured size"
    rows = (
        ("pages", f"{found.pages_each:.1f} a notice", f"{pages:,.0f}"),
        ("reading", f"{found.cpu_a_page:.2f} processor s a page", f"{work / 3600:,.0f} core hours"),
        (f"the same on {CORES} cores", "", duration(work / CORES)),
        (f"memory of {CORES} workers", size(found.worker), size(CORES * found.worker)),
        ("input, read twice", size(found.document), size(2 * notices * found.document)),
        ("parts", size(found.part), size(notices * found.part)),
        ("files or objects of parts", "1 a notice", f"{notices:,}"),
        ("of these in each folder", f"{FOLDERS} folders", f"{notices / FOLDERS:,.0f}"),
        ("requests to list them", f"{PER_REQUEST:,} a request", f"{notices / PER_REQUEST:,.0f}"),
        ("tables", f"{size(found.tables.each)} a notice", size(found.tables.at(notices))),
        ("making them, one output", per_notice(tables), duration(tables.at(notices))),
        ("memory for that", per_notice(memory, size), size(memory.at(notices))),
        ("`state/`", f"{found.state_each:.0f} bytes", size(notices * found.state_each)),
        ("memory of what is known", size(found.memory_each), size(notices * found.memory_each)),
    )
    remark = f"tables, their time and memory: extrapolated to {beyond}"
    return Section("Sizing", ("", "each", f"{notices:,} notices"), rows, (), (remark,))


def ends(found: Figures, notices: int = NOTICES) -> Section:
    """At how many documents in one output each step reaches what it may take, first the first."""
    steps = sorted(steps_of(found), key=lambda step: step.ends_at)
    rows = tuple(
        (
            step.name,
            step.shown(step.limit),
            "never" if step.ends_at == float("inf") else f"{step.ends_at:,.0f}",
            f"{step.ends_at / step.line.measured:.1f}",
            step.shown(step.line.at(notices)),
        )
        for step in steps
    )
    feeds = found.driver * found.pages_each * found.cpu_a_page
    first = f"The first to end is: {steps[0].name}"
    driver = (
        f"A driver that hands out {found.driver:.0f} documents a second feeds {feeds:,.0f} cores"
    )
    columns = ("in one output", "may take", "at documents", "× measured", f"at {notices:,}")
    return Section("Where it ends", columns, rows, (), (first, driver))


def steps_of(found: Figures) -> tuple[Step, ...]:
    """What one process does for a whole output, with limits: a night, a machine."""
    timed = (
        ("listing the parts", "listed, s"),
        ("a run with nothing new", "nothing new, s"),
        ("opening all parts again, `state/` lost", "state lost: opened again, s"),
        ("making the tables", "tables made, s"),
    )
    held = (
        ("memory of a run with nothing new", "its memory, MiB"),
        ("memory of making the tables", "their memory, MiB"),
    )
    return (
        *(Step(name, found.seconds[column], NIGHT_S, duration) for name, column in timed),
        *(Step(name, found.memory[column], float(MACHINE), size) for name, column in held),
    )


def lines(found: Figures) -> Iterator[str]:
    """The sizing as Markdown."""
    for section in (needs(found), ends(found)):
        for row in (section.columns, ("---",) * len(section.columns), *section.rows):
            yield f"| {' | '.join(row)} |".replace("|  |", "| |")
        yield ""
        for remark in section.remarks:
            yield f"{remark[0].upper()}{remark[1:]}."
            yield ""
    most = first_end(found)
    outputs = -(-NOTICES // most)
    yield f"So {NOTICES:,} notices are kept in {outputs:,.0f} outputs of at most {most:,.0f}."


def first_end(found: Figures) -> float:
    """The documents at which the first step of one output ends, to two digits below it."""
    least = min(step.ends_at for step in steps_of(found))
    digits = 10.0 ** (len(f"{least:.0f}") - 2)
    return least // digits * digits


def straight(points: list[tuple[float, float]]) -> Line:
    """The line through the two largest of some measured sizes."""
    (few, low), (many, high) = sorted(points)[-2:]
    each = (high - low) / (many - few)
    return Line(low - each * few, each, many)


def rows_of(text: str, begin: str, end: str) -> list[list[str]]:
    """The rows of the table between two marks, with its head, without its rule."""
    found = re.search(f"{begin}\n(.*?){end}", text, re.DOTALL)
    if not found:
        raise ValueError(f"the page lacks {begin}")
    rows = [line for line in found[1].splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for row in rows if "---" not in row
    ]


def named(batch: Mapping[str, str], what: str) -> str:
    """A figure of the batch. Raises ValueError where it is missing."""
    if what not in batch:
        raise ValueError(f"the page does not say: {what}")
    return batch[what]


def number(text: str) -> float:
    """A number as the tables print it."""
    return float(text.replace(",", ""))


def numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas and blanks between them."""
    return tuple(number(part) for part in text.split(", "))


def per_notice(line: Line, shown: Callable[[float], str] | None = None) -> str:
    """What one more notice takes."""
    return f"{shown(line.each) if shown else f'{1000 * line.each:.1f} ms'} a notice"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:,.0f} hours"


def size(count: float) -> str:
    """Bytes as people say them."""
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            return f"{count / unit:,.1f} {name}"
    return f"{count:.0f} bytes"
