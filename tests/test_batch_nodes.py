"""Reading on many nodes, without Ray: which documents go where, and what becomes of lost ones."""

from __future__ import annotations

import logging
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.batch import Request, run_batch
from pipeline.batch.crew import GIB, Limits
from pipeline.batch.inbox import Item, find_items, hashed
from pipeline.batch.lock import NAME as LOCK
from pipeline.batch.parts import PartInfo
from pipeline.batch.places import Place
from pipeline.batch.ray_cluster import ReaderLostError
from pipeline.batch.ray_node import Feed, NodeReader, Order, Unable, order_of
from pipeline.batch.recipe import recipe_of
from pipeline.batch.record import RunRecord
from pipeline.batch.task import Job
from pipeline.config import Settings
from pipeline.errors import ExitCode, ModelsError, OutputError
from pipeline.ocr.models import verify
from tests import faulty_engines
from tests.batches import Heard, inbox, names, rows, scan, task_name
from tests.fake_cluster import FakeCluster, HereReader


def expected(count: int) -> list[str]:
    return [task_name(number, row) for number in range(count) for row in (1, 2)]


class Room:
    """Runs over a small inbox on a fake cluster."""

    def __init__(self, folder: Path, settings: Settings, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.out = folder / "in", folder / "out"
        self.settings, self.patch = settings, patch
        self.heard = Heard()

    def run(self, cluster: FakeCluster, limits: Limits | None = None) -> RunRecord:
        """One run; no reader is left when it has ended."""
        self.patch.setattr("pipeline.batch.ray_executor.connected", cluster.connected)
        request = Request((str(self.folder),), str(self.out), limits or Limits(), ray="fake")
        try:
            return run_batch(request, self.settings, self.heard, faulty_engines.fixed)
        finally:
            assert cluster.running == []


@pytest.fixture
def room(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, settings, monkeypatch)


def test_documents_are_handed_out_to_all_processors_two_ahead_and_no_more(room: Room) -> None:
    inbox(room.folder, 12)
    cluster = FakeCluster({"a": 2, "b": 1})
    assert room.run(cluster).exit_code is ExitCode.DONE
    assert {node for node, _ in cluster.given} == {"a", "b"}
    assert (cluster.most_running, cluster.most_ahead) == (3, 2)
    assert names(room.out) == expected(12)
    assert room.heard.pages == 12


def test_no_more_readers_than_workers(room: Room) -> None:
    inbox(room.folder, 3)
    cluster = FakeCluster({"a": 4, "b": 4})
    room.run(cluster, Limits(3))
    assert cluster.most_running == 3


@pytest.mark.parametrize("seed", range(5))
def test_readers_lost_at_random_lose_and_double_nothing(room: Room, seed: int) -> None:
    inbox(room.folder, 15)
    chance = random.Random(seed)
    kept = {"a": 40, "b": 40, "c": 40}
    cluster = FakeCluster(kept, loses=lambda node, _: node != "c" and chance.random() < 0.3)
    record = room.run(cluster)
    assert len(room.heard.infos) == record.read == 15
    assert names(room.out) == expected(15)
    assert record.status == {"ok": 15}


def test_a_node_that_is_gone_is_not_asked_again_and_one_that_comes_is(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.batch.ray_executor._COUNT_S", 0.0)
    inbox(room.folder, 12)
    alive = {"a": 1, "b": 1}

    def leaves(node: str, answers: int) -> bool:
        if answers == 6:
            alive.pop("b", None)
            alive["c"] = 1
        return node not in alive

    cluster = FakeCluster(alive, loses=leaves)
    assert room.run(cluster).status == {"ok": 12}
    assert {node for node, _ in cluster.given} == {"a", "b", "c"}
    assert names(room.out) == expected(12)


def test_what_ends_every_reader_is_tried_on_three_nodes_then_recorded(room: Room) -> None:
    inbox(room.folder, 5)

    class Dying(HereReader):
        def read(self, item: Item) -> Any:
            if "00002" in item.name:
                raise ReaderLostError("killed")
            return super().read(item)

    cluster = FakeCluster({"a": 1, "b": 1, "c": 1, "d": 1}, make=lambda _, o: Dying(o))
    record = room.run(cluster)
    assert record.status == {"ok": 4, "failed": 1}
    assert len(set(cluster.nodes_of("00002.pdf"))) == 3
    (failure,) = record.failures
    assert "lost (3 times)" in failure[1]
    (info,) = [info for info in room.heard.infos if info.status == "failed"]
    assert info.retry


def test_what_fails_for_no_fault_of_its_own_goes_to_another_node(room: Room) -> None:
    inbox(room.folder, 4)

    class Poor(HereReader):
        """On this node models cannot be loaded."""

        def read(self, item: Item) -> Any:
            info = super().read(item)
            assert isinstance(info, PartInfo)
            return replace(info, status="failed", retry=True, error="no models")

    make = {"a": Poor, "b": HereReader}
    cluster = FakeCluster({"a": 1, "b": 1}, make=lambda node, order: make[node](order))
    record = room.run(cluster)
    assert record.status == {"ok": 4}
    assert names(room.out) == expected(4)
    assert any(cluster.nodes_of(f"{n:05d}.pdf") == ["a", "b"] for n in range(4))


def another(order: Order) -> Order:
    version, _, rest = order
    return version, "0" * 64, rest


def test_a_node_with_another_program_is_named_and_not_used(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    # The command, called by a test before, leaves the level that users want.
    caplog.set_level(logging.WARNING, "pipeline")
    inbox(room.folder, 4)

    def make(node: str, order: Order) -> NodeReader:
        return HereReader(another(order) if node == "old" else order)

    cluster = FakeCluster({"old": 1, "good": 1}, make=make)
    assert room.run(cluster).status == {"ok": 4}
    assert {node for node, _ in cluster.given} == {"good"}
    assert "node old" in caplog.text
    assert "is not used: it has gongwen-tables" in caplog.text


def test_when_no_node_can_be_used_it_is_said_why_of_each(room: Room) -> None:
    inbox(room.folder, 1)
    cluster = FakeCluster({"old": 1, "older": 1}, make=lambda _, o: HereReader(another(o)))
    with pytest.raises(OutputError, match="No node of the Ray cluster can be used") as caught:
        room.run(cluster)
    assert "old (old): it has" in caught.value.message
    assert "older (older): it has" in caught.value.message


def test_readers_that_never_come_up_are_not_started_for_ever(room: Room) -> None:
    inbox(room.folder, 3)
    cluster = FakeCluster({"bad": 1, "good": 1}, loses=lambda node, _: node == "bad")
    assert room.run(cluster).status == {"ok": 3}
    assert sum(reader.node == "bad" for reader, _ in cluster.calls) == 2


def test_a_node_that_does_not_see_the_inputs_is_not_used(room: Room) -> None:
    inbox(room.folder, 4)

    class Blind(HereReader):
        def read(self, item: Item) -> Any:
            return super().read(replace(item, path="/not/here.pdf"))

    make = {"a": Blind, "b": HereReader}
    cluster = FakeCluster({"a": 1, "b": 1}, make=lambda node, order: make[node](order))
    assert room.run(cluster).status == {"ok": 4}
    assert sum(node == "a" for node, _ in cluster.given) <= 2
    assert names(room.out) == expected(4)


def test_a_node_whose_parts_are_not_seen_here_is_not_used(room: Room, tmp_path: Path) -> None:
    inbox(room.folder, 4)
    elsewhere = Place(str(tmp_path / "elsewhere"))
    elsewhere.write(LOCK, b"")

    class Apart(HereReader):
        def _ordered(self) -> tuple[Job, Limits]:
            job, limits = super()._ordered()
            return replace(job, out=elsewhere), limits

    make = {"a": Apart, "b": HereReader}
    cluster = FakeCluster({"a": 1, "b": 1}, make=lambda node, order: make[node](order))
    assert room.run(cluster).status == {"ok": 4}
    assert names(room.out) == expected(4)
    assert len(rows(room.out, "documents")) == 4


def test_a_document_that_is_gone_meanwhile_fails_alone(room: Room) -> None:
    inbox(room.folder, 4)

    class Late(HereReader):
        def read(self, item: Item) -> Any:
            if "00001" in item.name:
                (room.folder / "00001.pdf").unlink()
            return super().read(item)

    cluster = FakeCluster({"a": 1, "b": 1}, make=lambda _, order: Late(order))
    assert room.run(cluster).status == {"ok": 3, "failed": 1}


# --- what runs on a node ---


def test_a_feed_goes_on_after_it_was_empty(tmp_path: Path) -> None:
    items = find_items([str(inbox(tmp_path, 2))])
    feed = Feed()
    assert list(feed) == []
    feed.put(items[0])
    assert next(feed) == items[0]
    assert list(feed) == []
    feed.put(items[1])
    assert list(feed) == [items[1]]


def job_at(out: Path, settings: Settings, engine: Any = faulty_engines.fixed) -> Job:
    Place(str(out)).write(LOCK, b"")
    return Job(settings, recipe_of(settings), Place(str(out)), engine=engine)


def test_a_node_reads_one_after_the_other_by_one_watched_worker(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 3), tmp_path / "out"
    scan(folder / "00001a.png")
    limits = Limits(page_s=3.0, memory=GIB)
    reader = NodeReader(order_of(job_at(out, settings, faulty_engines.hanging), limits))
    assert reader.problem() == ""
    infos = [reader.read(item) for item in hashed(find_items([str(folder)]), lambda _: "")]
    assert all(isinstance(info, PartInfo) for info in infos)
    assert [info.status for info in infos if isinstance(info, PartInfo)] == [
        *("ok", "ok", "failed", "ok")
    ]
    assert "took longer than 3 s" in str(infos[2])
    assert len(list((out / "parts").rglob("*.zst"))) == 4


def test_a_node_without_the_models_says_so(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_at(tmp_path / "out", settings, None)
    monkeypatch.setenv("GONGWEN_MODELS", str(tmp_path / "none"))
    problem = NodeReader(order_of(job, Limits())).problem()
    with pytest.raises(ModelsError) as caught:
        verify()
    assert problem.splitlines()[0] == str(caught.value).splitlines()[0]


def test_a_node_without_the_output_says_so(tmp_path: Path, settings: Settings) -> None:
    job = job_at(tmp_path / "out", settings)
    (tmp_path / "out" / LOCK).unlink()
    assert "does not see the output" in NodeReader(order_of(job, Limits())).problem()


def test_a_node_that_cannot_write_says_so(tmp_path: Path, settings: Settings) -> None:
    job = job_at(tmp_path / "out", settings)
    (tmp_path / "out" / "parts").write_bytes(b"")
    (item,) = hashed(find_items([str(inbox(tmp_path / "in", 1))]), lambda _: "")
    answer = NodeReader(order_of(job, Limits(memory=GIB))).read(item)
    assert isinstance(answer, Unable)
    assert "cannot be used" in answer.why
