"""Memory: of `gongwen run` with one worker, on a long scan and over many scans."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pypdfium2

from tests.bench.documents import ROOT, SAMPLES, UnavailableError, join_pages, page_count
from tests.bench.report import Section, at_most

LIMIT_GIB = 1.5
PAGES = 50
POINTS = 10
SCANNED = SAMPLES / "yueyang" / "notice-scan.pdf"
MANY, EACH, PART = 500, 10, 100  # pages in all, of a document, and of what is compared
GROWTH = 1.05  # the last hundred ÷ the second; in the first, networks are loaded
STRIPS = 3  # of a page: the course of memory does not hang on how full a page is, the time does
_KIB_PER_GIB = 1024 * 1024
_INTERVAL = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident KiB of all processes of a run and of its largest, the worker.

    `done`: how many documents had been read by then.
    """

    done: int
    whole: int
    worker: int


@dataclass(frozen=True, slots=True)
class Course:
    """The memory of a run ten times a second; the sum of its processes' peaks (KiB); its time."""

    samples: tuple[Sample, ...]
    peak: int
    seconds: float


def measure() -> Section:
    """Peak memory on a 50-page scan, its worker included, and its course over the run."""
    title = f"Memory, {PAGES}-page scan"
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "long.pdf"
        whole = list(range(1, page_count(SCANNED) + 1))
        pages = (whole * -(-PAGES // len(whole)))[:PAGES]
        join_pages([(SCANNED, pages)], path)
        try:
            run = watch_run(path, Path(scratch) / "out")
        except UnavailableError as reason:
            return Section(title, remarks=(f"not measured: {reason}",))
    kib = [sample.whole for sample in run.samples]
    steps = [kib[len(kib) * at // POINTS] for at in range(POINTS)] + kib[-1:]
    return Section(
        title,
        ("share of the run", "resident, GiB"),
        tuple((f"{at / POINTS:.0%}", f"{kib / _KIB_PER_GIB:.2f}") for at, kib in enumerate(steps)),
        (at_most("peak", LIMIT_GIB, run.peak / _KIB_PER_GIB, " GiB"),),
        (f"{run.seconds / PAGES:.2f} s per page, start of the process included",),
    )


def measure_many() -> Section:
    """Memory of one worker over 500 pages: strips of scanned pages, ten to a document."""
    title = f"Memory, {MANY} scanned pages by one worker"
    with TemporaryDirectory() as scratch:
        inbox = Path(scratch) / "inbox"
        inbox.mkdir()
        write_strips(inbox, MANY // EACH)
        try:
            run = watch_run(inbox, Path(scratch) / "out")
        except UnavailableError as reason:
            return Section(title, remarks=(f"not measured: {reason}",))
    hundreds = to_hundreds(run.samples)
    return Section(
        title,
        ("pages", "resident, GiB", "most"),
        tuple(
            (
                f"{at * PART + 1}–{(at + 1) * PART}",
                f"{middle / _KIB_PER_GIB:.3f}",
                f"{most / _KIB_PER_GIB:.3f}",
            )
            for at, (middle, most) in enumerate(hundreds)
        ),
        (at_most("last hundred ÷ second hundred", GROWTH, hundreds[-1][0] / hundreds[1][0]),),
        (f"{run.seconds / MANY:.2f} s per page, each a third of a printed one",),
    )


def to_hundreds(samples: Sequence[Sample]) -> list[tuple[float, int]]:
    """Median and highest KiB of the worker while each hundred of pages was read."""
    hundreds: dict[int, list[int]] = {}
    for sample in samples:
        if sample.done < MANY // EACH:  # then the tables are made
            hundreds.setdefault(sample.done * EACH // PART, []).append(sample.worker)
    return [(statistics.median(kib), max(kib)) for _, kib in sorted(hundreds.items())]


def write_strips(folder: Path, documents: int) -> None:
    """Documents of ten strips of the sample's scan, each of other strips or in another order."""
    strips = [(page, strip) for page in range(page_count(SCANNED)) for strip in range(STRIPS)]
    for number in range(documents):
        target = folder / f"{number:03}.pdf"
        chosen = [strips[(number * 7 + at * (1 + number % 5)) % len(strips)] for at in range(EACH)]
        join_pages([(SCANNED, [page + 1 for page, _ in chosen])], target)
        whole = pypdfium2.PdfDocument(target.read_bytes())
        for page, (_, strip) in zip(whole, chosen, strict=True):
            left, bottom, right, top = page.get_mediabox()
            height = (top - bottom) / STRIPS
            page.set_mediabox(left, bottom + strip * height, right, bottom + (strip + 1) * height)
        whole.save(target)
        whole.close()


def watch_run(source: Path, out: Path) -> Course:
    """Run the command with one worker and watch the memory of all its processes.

    Raises UnavailableError where the system shows no process's memory under /proc. What wait()
    tells is no substitute: it counts the parent's memory from before the program was loaded.
    """
    if not Path("/proc/self/status").is_file():
        raise UnavailableError("this system has no /proc")
    command = [sys.executable, "-m", "pipeline", "run", str(source), "-o", str(out), "--quiet"]
    command += ["--workers", "1"]
    samples, peak, start = [], 0, time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT) as process:
        while process.poll() is None:
            sizes = _sizes(process.pid)
            done = sum(1 for _ in (out / "parts").glob("*/*.json.zst"))
            if whole := sum(now for now, _ in sizes):
                samples.append(Sample(done, whole, max(now for now, _ in sizes)))
            peak = max(peak, sum(highest for _, highest in sizes))
            time.sleep(_INTERVAL)
    if process.returncode:
        raise RuntimeError(f"gongwen run left with {process.returncode}")
    return Course(tuple(samples), peak, time.perf_counter() - start)


def _sizes(pid: int) -> list[tuple[int, int]]:
    """Memory and its peak so far, in KiB, of a process and of each that it started.

    A process that is ending counts as nothing.
    """
    try:
        pids = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return []
    return [_status(number) for number in pids]


def _status(pid: int) -> tuple[int, int]:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0, 0
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE))
    return int(found.get("VmRSS", 0)), int(found.get("VmHWM", 0))
