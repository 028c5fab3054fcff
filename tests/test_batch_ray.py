"""The Ray executor on a local cluster: a node killed, one with another program, interruption."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import pipeline
from pipeline.batch import Request, run_batch
from pipeline.batch.crew import GIB, Limits
from pipeline.config import Settings
from pipeline.errors import ExitCode, UsageError
from tests import faulty_engines
from tests.batches import Heard, inbox, names, rows, scan, task_name
from tests.test_batch_places import bucket, put, server, table  # noqa: F401 - fixtures

ROOT = Path(__file__).parent.parent
HAS_RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed: `make test-ray`")
SMALL = {"object_store_memory": 80 << 20, "include_dashboard": False}


def expected(count: int) -> list[str]:
    return [task_name(number, row) for number in range(count) for row in (1, 2)]


def request(folder: Path, out: Path, address: str) -> Request:
    return Request((str(folder),), str(out), Limits(memory=GIB), ray=address)


def test_without_ray_it_is_said_what_to_install(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not there
    with pytest.raises(UsageError, match="not installed") as caught:
        run_batch(request(inbox(tmp_path / "in", 1), tmp_path / "out", ""), settings, Heard())
    assert "gongwen-tables[ray]" in caught.value.hint


@pytest.fixture
def listener() -> Iterator[str]:
    """Takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"127.0.0.1:{silent.getsockname()[1]}"


@needs_ray
@pytest.mark.slow
@pytest.mark.parametrize("address", ["127.0.0.1:1", "silent", "auto", "nonsense", "ray://h:1"])
def test_a_cluster_that_is_not_there_is_said_so(
    tmp_path: Path,
    settings: Settings,
    listener: str,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.batch.ray_cluster._ANSWER_S", 8.0)
    address = listener if address == "silent" else address
    with pytest.raises(UsageError, match=r"cannot be reached|no address") as caught:
        run_batch(request(inbox(tmp_path / "in", 1), tmp_path / "out", address), settings, Heard())
    assert "HOST:PORT" in caught.value.hint or "ray start --head" in caught.value.hint


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A head without processors; nodes are added by tests, with one each."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **SMALL})
    try:
        yield cluster
    finally:
        cluster.shutdown()


@needs_ray
@pytest.mark.slow
def test_a_node_killed_in_mid_run_loses_and_doubles_nothing(
    cluster: Any, tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 60), tmp_path / "out"
    nodes = [cluster.add_node(num_cpus=1, **SMALL) for _ in range(2)]
    killed = threading.Event()

    def kill() -> None:
        cluster.remove_node(nodes[0], allow_graceful=False)
        killed.set()

    class Killer(Heard):
        def document_done(self, info: Any) -> None:
            super().document_done(info)
            if len(self.infos) == 10:
                threading.Thread(target=kill).start()

    heard = Killer()
    record = run_batch(request(folder, out, cluster.address), settings, heard, faulty_engines.fixed)
    assert killed.wait(60)
    assert record.exit_code is ExitCode.DONE
    assert len(heard.infos) == 60
    assert names(out) == expected(60)
    assert [row["status"] for row in rows(out, "documents")] == ["ok"] * 60
    time.sleep(1)
    assert len(list((out / "parts").rglob("*.zst"))) == 60
    again = run_batch(request(folder, out, cluster.address), settings, Heard())
    assert (again.read, again.known) == (0, 60)


@needs_ray
@pytest.mark.slow
def test_a_node_with_another_program_is_named_and_not_used(
    cluster: Any,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cluster.add_node(num_cpus=1, **SMALL)
    changed = tmp_path / "changed"
    shutil.copytree(ROOT / "pipeline", changed / "pipeline")
    with (changed / "pipeline" / "rows.py").open("a") as stream:
        stream.write("# changed\n")
    # Python runs this file before all else; the node's processes take their package from there.
    (changed / "sitecustomize.py").write_text(
        f"import sys\nsys.path.insert(0, {str(changed)!r})\nimport pipeline\n"
    )
    with monkeypatch.context() as other:
        other.setenv("PYTHONPATH", str(changed))
        cluster.add_node(num_cpus=1, **SMALL)
    out = tmp_path / "out"
    record = run_batch(
        request(inbox(tmp_path / "in", 8), out, cluster.address),
        settings,
        Heard(),
        faulty_engines.fixed,
    )
    assert record.status == {"ok": 8}
    assert names(out) == expected(8)
    assert f"is not used: it has gongwen-tables {pipeline.__version__} (code" in caplog.text


@needs_ray
@pytest.mark.slow
def test_nodes_read_from_a_bucket_and_write_to_it(
    bucket: str,  # noqa: F811
    cluster: Any,
    tmp_path: Path,
    settings: Settings,
) -> None:
    for _ in range(2):
        cluster.add_node(num_cpus=1, **SMALL)
    put(inbox(tmp_path / "in", 6), f"{bucket}/in")
    source, out = f"{bucket}/in", f"{bucket}/out"
    wanted = Request((source,), out, Limits(memory=GIB), ray=cluster.address)
    record = run_batch(wanted, settings, Heard(), faulty_engines.fixed)
    assert record.status == {"ok": 6}
    assert [row["name"] for row in table(out, "tasks")] == expected(6)


@needs_ray
@pytest.mark.slow
def test_limits_hold_on_a_node(cluster: Any, tmp_path: Path, settings: Settings) -> None:
    cluster.add_node(num_cpus=1, **SMALL)
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    scan(folder / "00000a.png")
    hurried = Request((str(folder),), str(out), Limits(page_s=3.0, memory=GIB), ray=cluster.address)
    record = run_batch(hurried, settings, Heard(), faulty_engines.hanging)
    assert record.status == {"ok": 2, "failed": 1}
    assert "took longer than 3 s" in record.failures[0][1]


@needs_ray
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "term"])
def test_an_interrupted_run_ends_its_readers_and_the_next_completes(
    cluster: Any, tmp_path: Path, settings: Settings, number: signal.Signals
) -> None:
    cluster.add_node(num_cpus=1, **SMALL)
    folder, out = inbox(tmp_path / "in", 200), tmp_path / "out"
    command = [sys.executable, "-m", "pipeline", "run", str(folder), "-o", str(out), "--quiet"]
    command += ["--executor", "ray", "--address", cluster.address]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, env=dict(os.environ))
    while len(list((out / "parts").rglob("*.zst"))) < 5:
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, number)
    assert process.wait(30) == ExitCode.INTERRUPTED
    done = len(list((out / "parts").rglob("*.zst")))
    assert 5 <= done < 200
    time.sleep(2)
    assert not [p for p in psutil.process_iter(["cmdline"]) if is_worker(p, cluster)]
    assert len(list((out / "parts").rglob("*.zst"))) <= done + 1
    record = run_batch(
        request(folder, out, cluster.address), settings, Heard(), faulty_engines.fixed
    )
    assert record.known >= done
    assert names(out) == expected(200)


def is_worker(process: psutil.Process, cluster: Any) -> bool:
    """Whether a process is a reader's worker on a node of the cluster."""
    try:
        if "spawn_main" not in " ".join(process.info["cmdline"] or ()):
            return False
        raylets = {
            info.process.pid
            for node in cluster.list_all_nodes()
            for info in node.all_processes.get("raylet", ())
        }
        return any(parent.pid in raylets for parent in process.parents())
    except psutil.Error:
        return False
