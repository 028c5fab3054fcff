"""Faults: whatever ends a worker, a document or the run, the next run completes."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from pipeline.batch import lock, places
from pipeline.batch.crew import GIB, Limits
from pipeline.batch.places import ASIDE, Place
from pipeline.config import Settings
from pipeline.errors import BusyError, ExitCode, OutputError
from pipeline.watch import EngineFactory
from tests import faulty_engines
from tests.batches import TABLES, inbox, names, notice, rows, run, scan, task_name
from tests.engines import FixedEngine

ROOT = Path(__file__).resolve().parent.parent


def expected(count: int) -> list[str]:
    return [task_name(number, row) for number in range(count) for row in (1, 2)]


@pytest.mark.parametrize(
    ("engine", "limits", "said", "again"),
    [
        (faulty_engines.hanging, Limits(1, page_s=2.0), "Page 1 took longer than 2 s", False),
        (faulty_engines.hanging, Limits(1, document_s=6.0), "Reading took longer", False),
        (faulty_engines.eating, Limits(1, memory=GIB // 2), "more than 0.5 GiB of memory", False),
        (faulty_engines.gulping, Limits(1, memory=GIB), "MemoryError", False),
        (faulty_engines.dying, Limits(1), "SIGSEGV", False),
        (faulty_engines.killed, Limits(1), "SIGKILL", True),
    ],
    ids=["page hangs", "document hangs", "eats", "gulps", "dies", "is killed"],
)
def test_a_document_takes_none_with_it(
    tmp_path: Path,
    settings: Settings,
    engine: EngineFactory,
    limits: Limits,
    said: str,
    again: bool,
) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    scan(folder / "00000a.png")
    record, heard = run(folder, out, settings, limits=limits, engine=engine)
    assert record.exit_code is ExitCode.PARTIAL
    assert heard.read == ["00000.pdf", "00000a.png", "00001.pdf"]
    (failed,) = (info for info in heard.infos if info.status == "failed")
    assert said in str(failed.error)
    assert failed.retry is again
    assert names(out) == expected(2)
    assert [row["status"] for row in rows(out, "documents")] == ["ok", "failed", "ok"]
    assert no_workers()
    _, heard = run(folder, out, settings, engine=FixedEngine)
    assert heard.read == (["00000a.png"] if again else [])


def no_workers() -> bool:
    return not [child for child in psutil.Process().children() if "spawn_main" in _command(child)]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_full_disk_stops_the_run_and_the_next_completes(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    folder, out = inbox(tmp_path / "in", 3), tmp_path / "out"
    left = iter([True] * after)

    def fsync(handle: int) -> None:
        if not next(left, False):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(places.os, "fsync", fsync)
        with pytest.raises(OutputError, match="No space left"):
            run(folder, out, settings)
    assert list((out / ASIDE).iterdir()) == []
    run(folder, out, settings)
    assert names(out) == expected(3)


def test_a_lock_holds_where_there_is_no_room_to_sign_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(lock.os, "write", write)
    place = Place(str(tmp_path))
    with lock.locked(place), pytest.raises(BusyError), lock.locked(place):
        pass


def command(folder: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", "run", str(folder), "-o", str(out), *options]


def start(folder: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """A run, as a script's shell starts it in the background: with SIGINT ignored."""
    return subprocess.Popen(
        command(folder, out, *options),
        cwd=ROOT,
        text=True,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )


def finish(folder: Path, out: Path, *options: str) -> None:
    done = subprocess.run(
        command(folder, out, *options), cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_file_size_limit_in_real_workers(tmp_path: Path) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    done = subprocess.run(
        command(folder, out, "--workers", "1"),
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        # Python ignores SIGXFSZ, so that writing fails as on a full disk.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)),
    )
    assert done.returncode == ExitCode.USAGE
    assert "cannot be used: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    finish(folder, out)
    assert names(out) == expected(2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_at_once_and_loses_nothing(tmp_path: Path, number: int) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    notice(folder / "long.pdf", 1, pages=400)
    process = start(folder, out, "--workers", "2", "--log-json")
    assert process.stderr is not None
    for line in process.stderr:
        if json.loads(line)["event"] == "document":
            break
    workers = children(process.pid)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "what was read is kept" in said
    assert not [worker for worker in workers if alive(worker)]
    assert len(list((out / "parts").rglob("*.zst"))) == 1
    (record,) = (json.loads(path.read_text()) for path in (out / "runs").iterdir())
    assert (record["ended_by"], record["read"]) == ("KeyboardInterrupt", 1)


def children(pid: int) -> list[psutil.Process]:
    try:
        found = psutil.Process(pid).children(recursive=True)
        return [child for child in found if "spawn_main" in _command(child)]
    except psutil.Error:
        return []


def test_a_killed_worker_is_noted_and_its_document_read(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    notice(folder / "long.pdf", 1, pages=40)
    process = start(folder, out, "--workers", "1", "--log-json")
    while not children(process.pid):
        assert process.poll() is None
    children(process.pid)[0].kill()
    _, said = process.communicate(timeout=120)
    lines = [json.loads(line) for line in said.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("info", "found"),
        ("warning", "note"),
        ("info", "document"),
        ("info", "run"),
    ]
    assert "long.pdf: its worker died (SIGKILL); it is read again" in lines[1]["message"]
    assert process.returncode == 0


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    notice(folder / "long.pdf", 1, pages=400)
    process = start(folder, out, "--workers", "2", "--log-json")
    assert process.stderr is not None
    for line in process.stderr:
        if json.loads(line)["event"] == "document":
            break
    workers = children(process.pid)
    assert workers
    process.kill()
    process.wait()
    process.stderr.close()
    psutil.wait_procs(workers, timeout=30)
    assert not [worker for worker in workers if alive(worker)]
    # The kernel has let go of the lock.
    finish(folder / "00000.pdf", out)
    assert len(rows(out, "documents")) == 1


# --- kills at random moments ---


def kill_at_random(
    process: subprocess.Popen[str], chance: random.Random, longest: float
) -> Iterator[str]:
    """Kill a worker or the run itself at random moments until it has ended; says what it killed."""
    while process.poll() is None:
        try:
            process.wait(chance.uniform(0.05, longest))
            return
        except subprocess.TimeoutExpired:
            victims = children(process.pid)
            if victims and chance.random() < 0.6:
                chance.choice(victims).kill()
                yield "worker"
            else:
                process.kill()
                process.wait()
                yield "run"


def whole(out: Path) -> None:
    """A reader at this moment sees whole files."""
    for table in TABLES:
        if (out / f"{table}.parquet").exists():
            pq.read_table(out / f"{table}.parquet")


@pytest.mark.parametrize(
    "kills", [6, pytest.param(200, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_random_kills_lose_and_double_nothing(tmp_path: Path, kills: int) -> None:
    chance = random.Random(20261125)
    folder, out = inbox(tmp_path / "in", 12), tmp_path / "out"
    count, killed = 12, {"worker": 0, "run": 0}
    while sum(killed.values()) < kills or not all(killed.values()):
        inbox(folder, 2, start=count)
        count += 2
        redo = ("--redo", "all") if chance.random() < 0.3 else ()
        process = start(folder, out, "--workers", "2", "--quiet", *redo)
        for what in kill_at_random(process, chance, longest=4.0):
            killed[what] += 1
            whole(out)
        assert process.stderr is not None
        process.stderr.close()
    finish(folder, out)
    assert names(out) == expected(count)
    assert [row["status"] for row in rows(out, "documents")] == ["ok"] * count
    assert not list((out / ASIDE).iterdir())
    assert not [path for path in out.iterdir() if path.name.startswith(".gongwen-")]
    assert len(list((out / "parts").rglob("*.*.*"))) == count
