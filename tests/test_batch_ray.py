"""The Ray executor: its parts without Ray, and a local cluster of two nodes with one killed."""

from __future__ import annotations

import builtins
import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.batch import Request, run_batch
from pipeline.batch.crew import GIB, Limits
from pipeline.batch.inbox import find_items, hashed
from pipeline.batch.places import Place
from pipeline.batch.ray_executor import Feed, NodeReader, RayCrew
from pipeline.batch.recipe import recipe_of
from pipeline.batch.task import Job
from pipeline.config import Settings
from pipeline.errors import ExitCode, OutputError, UsageError
from tests import faulty_engines
from tests.batches import Heard, inbox, names, rows, scan, task_name

HAS_RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed: `make test-ray`")


def expected(count: int) -> list[str]:
    return [task_name(number, row) for number in range(count) for row in (1, 2)]


def test_a_feed_goes_on_after_it_was_empty(tmp_path: Path) -> None:
    items = find_items([str(inbox(tmp_path, 2))])
    feed = Feed()
    assert list(feed) == []
    feed.put(items[0])
    assert next(feed) == items[0]
    assert list(feed) == []
    feed.put(items[1])
    assert list(feed) == [items[1]]


def test_a_node_reads_one_after_the_other_by_one_watched_worker(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 3), tmp_path / "out"
    scan(folder / "00001a.png")
    job = Job(settings, recipe_of(settings), Place(str(out)), engine=faulty_engines.hanging)
    reader = NodeReader(job, Limits(page_s=3.0, memory=GIB))
    infos = [reader.read(item) for item in hashed(find_items([str(folder)]), lambda _: "")]
    assert [info.status for info in infos] == ["ok", "ok", "failed", "ok"]
    assert "took longer than 3 s" in str(infos[2].error)
    assert all(Place(str(out)).entry(info.path) for info in infos)


def test_without_ray_it_is_said_what_to_install(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def none(name: str, *rest: Any) -> Any:
        if name == "ray":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "ray", raising=False)
    monkeypatch.setattr(builtins, "__import__", none)
    request = Request((str(inbox(tmp_path / "in", 1)),), str(tmp_path / "out"), ray="")
    with pytest.raises(UsageError, match="not installed") as caught:
        run_batch(request, settings, Heard())
    assert "gongwen-tables[ray]" in caught.value.hint


def test_parts_that_only_the_node_sees_end_the_run(tmp_path: Path, settings: Settings) -> None:
    job = Job(settings, recipe_of(settings), Place(str(tmp_path / "elsewhere")))
    here = Job(settings, recipe_of(settings), Place(str(tmp_path / "out")))
    (item,) = hashed(find_items([str(inbox(tmp_path / "in", 1))]), lambda _: "")
    info = NodeReader(job, Limits(memory=GIB)).read(item)
    RayCrew(job, Limits())._require_shared(info)
    with pytest.raises(OutputError, match="not to be seen"):
        RayCrew(here, Limits())._require_shared(info)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A head without processors, and two nodes with one each."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
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
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    done = threading.Event()

    class Killer(Heard):
        def document_done(self, info: Any) -> None:
            super().document_done(info)
            if len(self.infos) == 10:
                threading.Thread(target=kill).start()

    def kill() -> None:
        cluster.remove_node(nodes[0], allow_graceful=False)
        done.set()

    heard = Killer()
    request = Request((str(folder),), str(out), Limits(workers=2, memory=GIB), ray=cluster.address)
    record = run_batch(request, settings, heard)
    assert done.wait(60)
    assert record.exit_code is ExitCode.DONE
    assert len(heard.infos) == 60
    assert names(out) == expected(60)
    assert [row["status"] for row in rows(out, "documents")] == ["ok"] * 60
    time.sleep(1)
    assert len(list((out / "parts").rglob("*.zst"))) == 60


@needs_ray
@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_said_so(tmp_path: Path, settings: Settings) -> None:
    request = Request((str(inbox(tmp_path / "in", 1)),), str(tmp_path / "out"), ray="127.0.0.1:1")
    with pytest.raises(UsageError, match="cannot be reached"):
        run_batch(request, settings, Heard())
