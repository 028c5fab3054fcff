"""Memory: the peak of `gongwen run`, its worker included, on a long scan."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.bench.documents import ROOT, SAMPLES, UnavailableError, join_pages, page_count
from tests.bench.report import Section, at_most

LIMIT_GIB = 1.5
PAGES = 50
POINTS = 10
SCANNED = SAMPLES / "yueyang" / "notice-scan.pdf"
_KIB_PER_GIB = 1024 * 1024
_INTERVAL = 0.1  # seconds


def measure() -> Section:
    """Peak memory on a 50-page scan, and its course over the run."""
    title = f"Memory, {PAGES}-page scan"
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "long.pdf"
        whole = list(range(1, page_count(SCANNED) + 1))
        pages = (whole * -(-PAGES // len(whole)))[:PAGES]
        join_pages([(SCANNED, pages)], path)
        try:
            course, peak, seconds = watch_run(path, Path(scratch) / "out")
        except UnavailableError as reason:
            return Section(title, remarks=(f"not measured: {reason}",))
    steps = [course[len(course) * at // POINTS] for at in range(POINTS)] + course[-1:]
    return Section(
        title,
        ("share of the run", "resident, GiB"),
        tuple((f"{at / POINTS:.0%}", f"{kib / _KIB_PER_GIB:.2f}") for at, kib in enumerate(steps)),
        (at_most("peak", LIMIT_GIB, peak / _KIB_PER_GIB, " GiB"),),
        (f"{seconds / PAGES:.2f} s per page, start of the process included",),
    )


def watch_run(path: Path, out: Path) -> tuple[list[int], int, float]:
    """Run the command: resident KiB of all its processes, their peak, and the seconds it took.

    Raises UnavailableError where the system shows no process's memory under /proc. What wait()
    tells is no substitute: it counts the parent's memory from before the program was loaded.
    """
    if not Path("/proc/self/status").is_file():
        raise UnavailableError("this system has no /proc")
    command = [sys.executable, "-m", "pipeline", "run", str(path), "-o", str(out), "--quiet"]
    course, peak, start = [], 0, time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT) as process:
        while process.poll() is None:
            now, highest = _resident(process.pid)
            if now:
                course.append(now)
            peak = max(peak, highest)
            time.sleep(_INTERVAL)
    if process.returncode:
        raise RuntimeError(f"gongwen run left with {process.returncode}")
    return course, peak, time.perf_counter() - start


def _resident(pid: int) -> tuple[int, int]:
    """Memory of a process and of those it started, and the sum of their peaks so far, in KiB.

    A process that is ending counts as nothing.
    """
    try:
        pids = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return 0, 0
    sizes = [_status(number) for number in pids]
    return sum(now for now, _ in sizes), sum(highest for _, highest in sizes)


def _status(pid: int) -> tuple[int, int]:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0, 0
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE))
    return int(found.get("VmRSS", 0)), int(found.get("VmHWM", 0))
