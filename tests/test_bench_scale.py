"""The sizing page says what its own figures say, and its simulation is of real parts."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.bench import known, scale
from tests.bench.batch import PAGE

SMALL = """
<!-- batch:begin -->
| measured | |
|---|---|
| documents, pages, tasks | 1,000, 3,000, 5,000 |
| bytes of a document, mean | 100,000 |
| bytes of a part, mean | 8,000 |
| a worker at most, MiB | 500 |
| processor seconds a page, all workers | 0.50 |
<!-- batch:end -->
<!-- state:begin -->
| documents | memory of each, bytes | in `state/`, bytes | listed, s | saved, s |
|---|---|---|---|---|
| 200,000 | 1000 | 100 | 2.2 | 8.5 |
<!-- state:end -->
<!-- known:begin -->
| COLUMNS |
|---|
| 1,000 | 9.0 | 9.0 | 9.0 | 9.0 | 900 | 9.0 | 900 | 9 |
| 10,000 | 0.1 | 0.1 | 10.0 | 2.0 | 200 | 11.0 | 300 | 10 |
| 100,000 | 1.0 | 1.0 | 100.0 | 11.0 | 400 | 101.0 | 300 | 100 |
<!-- known:end -->
<!-- driver:begin -->
| readers | documents | documents a second | processor ms of the driver, each |
|---|---|---|---|
| 2 | 1,000 | 100 | 1.00 |
| 16 | 8,000 | 400 | 0.50 |
<!-- driver:end -->
<!-- scale:begin -->
<!-- scale:end -->
""".replace("COLUMNS", " | ".join(known.COLUMNS))


def test_the_page_says_what_its_figures_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert scale.with_sizing(text) == text


def test_what_is_needed_grows_with_the_notices() -> None:
    rows = {row[0]: row[2] for row in scale.needs(scale.figures_of(SMALL), 7_200_000).rows}
    assert rows["pages"] == "21,600,000"
    assert rows["reading"] == "3,000 core hours"
    assert rows["the same on 500 cores"] == "6 hours"
    assert rows["input, read twice"] == "1.4 TB"
    assert rows["parts"] == "57.6 GB"
    assert rows["of these in each folder"] == "28,125"
    assert rows["memory of what is known"] == "7.2 GB"
    assert rows["making them, one output"] == "2 hours"  # 1 ms each, 1 s before any
    assert rows["memory for that"] == scale.size(300 << 20)  # flat


def test_the_first_step_to_end_comes_first() -> None:
    section = scale.ends(scale.figures_of(SMALL))
    at = {row[0]: row[2] for row in section.rows}
    each = (200 << 20) / 90_000
    reached = ((16 << 30) - (200 << 20) + 10_000 * each) / each
    assert at["memory of a run with nothing new"] == f"{reached:,.0f}"
    assert at["making the tables"] == f"{(8 * 3600 - 1) / 0.001:,.0f}"
    assert at["memory of making the tables"] == "never"
    assert section.rows[0][0] == "memory of a run with nothing new"
    assert "feeds 600 cores" in section.remarks[1]


def test_a_figure_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="processor seconds a page, all workers"):
        scale.figures_of(SMALL.replace("processor seconds a page, all", "nothing"))
    with pytest.raises(ValueError, match="known:begin"):
        scale.figures_of(SMALL.replace("known:begin", "other:begin"))


def test_the_parts_of_the_simulation_are_parts(tmp_path: Path) -> None:
    inbox, out = tmp_path / "in", tmp_path / "out"
    known.make(300, inbox, out)
    known.run_known(str(inbox), str(out), tables=True)  # reads nothing, or raises
    documents = pq.read_table(out / "documents.parquet")
    assert documents.num_rows == 300
    assert len(set(documents["doc_id"].to_pylist())) == 300
    assert pq.read_table(out / "tasks.parquet").num_rows == 300 * 12


def test_a_step_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    here = tmp_path / "pid"
    taken = known.alone(partial(write_pid, str(here)))
    assert taken.memory > 1 << 20
    assert int(here.read_text()) != os.getpid()


def write_pid(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
