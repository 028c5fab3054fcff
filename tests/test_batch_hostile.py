"""Hostile input: the batch ends, every document has a status, and the good ones are right."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psutil
import pytest

from pipeline.batch.crew import Limits
from pipeline.config import Settings
from tests import faulty_engines
from tests.batches import inbox, names, rows, run, task_name
from tests.hostile import DAMAGES, TRICKS, Hostile, corpus, some

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
SOURCES = sorted(
    path
    for ending in ("pdf", "png", "jpg", "tiff", "txt", "html")
    for path in SAMPLES.glob(f"*/notice*.{ending}")
)
COUNT = 320
GOOD = 5
LIMITS = Limits(workers=2, page_s=20.0, document_s=20.0, memory=3 << 29)


@pytest.fixture(scope="module")
def files() -> list[Hostile]:
    return corpus(SOURCES, COUNT)


def test_the_corpus_is_what_it_says(files: list[Hostile]) -> None:
    assert len(files) == COUNT
    assert {file.how for file in files} == {*TRICKS, *DAMAGES}
    few = [file for file in files if file.name.startswith("damaged")]
    made = [hashlib.sha256(file.data).digest() for file in few]
    assert len(set(made)) == len(few) > COUNT // 2
    assert made[:9] == [hashlib.sha256(file.data).digest() for file in few[:9]]
    originals = {hashlib.sha256(path.read_bytes()).digest() for path in SOURCES}
    assert not originals & set(made)


@pytest.mark.parametrize("count", [24, pytest.param(COUNT, marks=pytest.mark.slow)])
def test_whatever_comes_in_the_batch_ends(
    tmp_path: Path, settings: Settings, files: list[Hostile], count: int
) -> None:
    folder, out = inbox(tmp_path / "in", GOOD), tmp_path / "out"
    chosen = some(files, count)
    for file in chosen:
        (folder / file.name).write_bytes(file.data)
    record, heard = run(folder, out, settings, limits=LIMITS, engine=faulty_engines.fixed)
    documents = rows(out, "documents")
    assert len(documents) == len(chosen) + GOOD == record.found
    assert {row["status"] for row in documents} <= {"ok", "partial", "failed"}
    assert all(info.error for info in heard.infos if info.status == "failed")
    good = [task_name(number, row) for number in range(GOOD) for row in (1, 2)]
    assert [name for name in names(out) if name in good] == good
    assert max(info.elapsed_s for info in heard.infos) < 2 * LIMITS.document_s
    assert record.worker_memory < 2 * LIMITS.memory
    assert not [child for child in psutil.Process().children() if "spawn_main" in str(child)]
    # Nothing of what a document names has been made outside the output.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
    assert run(folder, out, settings, engine=faulty_engines.fixed)[1].infos == []
