"""A batch: throughput by workers, memory over the run, parts, tables, and a run with nothing new.

Documents are typeset from seeds, three pages each, every second one as a scan; they are kept in
`build/bench/batch`, so that a second measurement does not typeset them again. The figures go
between the marks in docs/scale.md.
"""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from tests.bench.documents import ROOT, join_pages, page_count, reach_scripts, typeset_notices
from tests.bench.report import Section, all_of, at_least, at_most

PAGES = 3
SCAN_DPI = 150
SPEEDUP = 1.7
GROWTH = 1.15  # of a worker's memory, from the second quarter of a run to the last
FEW = 24  # documents that tell the speed of one worker against all
FIRST_SEED = 20_000
STORE = ROOT / "build" / "bench" / "batch"
PAGE = ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- batch:begin -->", "<!-- batch:end -->"
_MIB = 1 << 20
_INTERVAL = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Done:
    """A run: its record, seconds by the clock, and resident bytes over time.

    `course` holds, for each look, the command's memory and that of its largest worker; `cpu` are
    the seconds of all its processes, which tell on a busy machine what the clock does not.
    """

    record: dict[str, Any]
    seconds: float
    cpu: float
    course: tuple[tuple[int, int], ...]

    @property
    def pages_per_second(self) -> float:
        return float(self.record["done"]["pages"]) / self.seconds

    @property
    def cpu_per_page(self) -> float:
        return self.cpu / float(self.record["done"]["pages"])


def measure(documents: int, workers: int, fonts: Path | None) -> Section:
    """Run `documents` through `workers`, then a few of them through one worker and through all.

    Raises UnavailableError when the notices cannot be typeset.
    """
    STORE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=STORE) as scratch:
        whole, few, out = (Path(scratch) / name for name in ("whole", "few", "out"))
        # The ratio of speeds first: what else runs on the machine is seen before the long run.
        link(make_inbox(min(FEW, documents), fonts), few)
        one, all_ = (run(few, Path(scratch) / f"by{count}", count) for count in (1, workers))
        inbox = make_inbox(documents, fonts)
        link(inbox, whole)
        first, again = (run(whole, out, workers) for _ in range(2))
        return section(inbox, out, (first, again, one, all_))


def make_inbox(documents: int, fonts: Path | None) -> list[Path]:
    """The first `documents` files, typeset where they are not there yet."""
    made = []
    for number in range(documents):
        path = STORE / "inbox" / f"{number:05d}.pdf"
        if not path.exists():
            make_document(path, FIRST_SEED + number, scan=number % 2 == 1, fonts=fonts)
        made.append(path)
    return made


def make_document(path: Path, seed: int, *, scan: bool, fonts: Path | None) -> None:
    """A notice of a seed cut to its last pages, where its table stands; as pictures with `scan`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=STORE) as scratch:
        typeset_notices(Path(scratch), range(seed, seed + 1), fonts)
        (whole,) = Path(scratch).glob("*.pdf")
        count = page_count(whole)
        cut = Path(scratch) / "cut"
        pages = range(max(1, count - PAGES + 1), count + 1)
        join_pages([(whole, [*pages, *pages, *pages][:PAGES])], cut)
        if scan:
            reach_scripts()
            from make.scanner import ScanLook, scan_pages, write_image_pdf

            look = ScanLook(dpi=SCAN_DPI)
            write_image_pdf(scan_pages(cut, look, seed), Path(scratch) / "scan", look)
            cut = Path(scratch) / "scan"
        cut.replace(path)


def link(documents: Sequence[Path], folder: Path) -> None:
    """Make a folder with links to the documents."""
    folder.mkdir()
    for path in documents:
        (folder / path.name).symlink_to(path)


def run(inbox: Path, out: Path, workers: int) -> Done:
    """Run the command and look at its memory until it has ended."""
    command = [sys.executable, "-m", "pipeline", "run", str(inbox), "-o", str(out)]
    command += ["--workers", str(workers), "--quiet"]
    course, start, before = [], time.perf_counter(), cpu_of_children()
    with subprocess.Popen(command, cwd=ROOT) as process:
        while process.poll() is None:
            course.append(resident(process.pid))
            time.sleep(_INTERVAL)
    if process.returncode not in (0, 7):
        raise RuntimeError(f"gongwen run left with {process.returncode}")
    seconds = time.perf_counter() - start
    newest = max((out / "runs").iterdir())
    record = json.loads(newest.read_text(encoding="utf-8"))
    return Done(record, seconds, cpu_of_children() - before, tuple(course))


def cpu_of_children() -> float:
    """Seconds of processor time of all ended processes below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(pid: int) -> tuple[int, int]:
    """Resident bytes of a process, and of the largest of those it has started."""
    try:
        process = psutil.Process(pid)
        workers = [child.memory_info().rss for child in process.children()]
        return process.memory_info().rss, max(workers, default=0)
    except psutil.Error:
        return 0, 0


def section(inbox: Sequence[Path], out: Path, runs: tuple[Done, Done, Done, Done]) -> Section:
    """What the runs tell."""
    first, again, one, all_ = runs
    parts = [path.stat().st_size for path in (out / "parts").rglob("*.zst")]
    tables = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    early, late = quarter(first.course, 1), quarter(first.course, 3)
    done = first.record["done"]
    rows = (
        ("documents, pages, tasks", f"{len(inbox)}, {done['pages']}, {done['tasks']}"),
        ("seconds, all of it", f"{first.seconds:.0f}"),
        ("pages per second", f"{first.pages_per_second:.2f}"),
        ("bytes of a document, mean", f"{mean(path.stat().st_size for path in inbox):,.0f}"),
        ("bytes of a part, mean", f"{mean(parts):,.0f}"),
        ("bytes of the tables", f"{tables:,}"),
        ("the command at most, MiB", f"{max(own for own, _ in first.course) / _MIB:.0f}"),
        ("a worker at most, MiB", f"{first.record['worker_memory'] / _MIB:.0f}"),
        ("largest worker, second quarter, MiB", f"{early / _MIB:.0f}"),
        ("largest worker, last quarter, MiB", f"{late / _MIB:.0f}"),
        ("a run with nothing new, seconds", f"{again.seconds:.1f}"),
        ("pages per second, one worker", f"{one.pages_per_second:.2f}"),
        ("pages per second, all workers", f"{all_.pages_per_second:.2f}"),
        ("processor seconds a page, one worker", f"{one.cpu_per_page:.2f}"),
        ("processor seconds a page, all workers", f"{all_.cpu_per_page:.2f}"),
    )
    targets = (
        all_of("documents done", first.record["status"].get("ok", 0), len(inbox)),
        all_of("known the second time", again.record["known"], len(inbox)),
        at_most("memory, last quarter ÷ second", GROWTH, late / early if early else 0.0),
        at_least("speed, all workers ÷ one", SPEEDUP, all_.pages_per_second / one.pages_per_second),
    )
    load, cores = os.getloadavg()[0], os.cpu_count()
    remark = f"{cores} processors, load average {load:.1f} at the end"
    return Section("Batch", ("what", "measured"), rows, targets, (remark,))


def quarter(course: Sequence[tuple[int, int]], number: int) -> float:
    """The median of the largest worker's memory in a quarter of the run, counted from 0."""
    step = max(1, len(course) // 4)
    return statistics.median(worker for _, worker in course[number * step : (number + 1) * step])


def mean(values: Any) -> float:
    """The mean of some numbers; 0 of none."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def write_page(section: Section, machine: str, page: Path = PAGE) -> None:
    """Put the figures between the marks of the page."""
    lines = ["| measured | |", "|---|---|", *(f"| {what} | {got} |" for what, got in section.rows)]
    lines += [
        f"| {target.name} (wanted {target.wanted}) | {target.got} |" for target in section.targets
    ]
    lines += ["", f"{machine}. {' '.join(section.remarks)}."]
    text = page.read_text(encoding="utf-8")
    block = "\n".join([BEGIN, *lines, END])
    new = re.sub(f"{BEGIN}.*?{END}", lambda _: block, text, flags=re.DOTALL)
    page.write_text(new, encoding="utf-8")
