"""What is written: whole, harmless, the same for the same readings, or not at all."""

from __future__ import annotations

import csv
import fcntl
import json
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import together
from pipeline.errors import ExitCode, OutputError
from pipeline.manifest import RunFacts, manifest_json
from pipeline.party import Party, PartyKind
from pipeline.schema import CONTRACTS
from pipeline.write import harmless, require_writable, write_outputs, write_text
from tests.readings import a_reading, a_task

FILES = {f"{contract.name}.parquet" for contract in CONTRACTS}
FILES |= {"tasks.csv", "assignments.csv", "manifest.json"}
FACTS = RunFacts("2024-01-01T00:00:00+00:00", 1.0, "fp", (("model", "hash"),), (("b", "a"),))


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_stand_there_and_nothing_else(tmp_path: Path) -> None:
    done = write_outputs([a_reading()], tmp_path / "deep" / "out", "fp", "{}")
    assert set(written(tmp_path / "deep" / "out")) == FILES
    assert {item.name: item.rows for item in done}["cells.parquet"] == 8


def test_parquet_holds_the_schema_and_the_values(tmp_path: Path) -> None:
    write_outputs([a_reading()], tmp_path, "fp", "{}")
    for contract in CONTRACTS:
        table = pq.read_table(tmp_path / f"{contract.name}.parquet")
        assert table.schema.equals(contract.schema())
        for column in contract.columns:
            described = table.schema.field(column.name).metadata[b"description"].decode()
            assert described == column.description
    rows = pq.read_table(tmp_path / "tasks.parquet").to_pylist()
    assert rows[0]["leaders"] == ["王建国", "李樱"]
    assert rows[0]["lead_units"] == []
    assert rows[0]["deadline"] is None
    assert rows[0]["flags"] == []  # its only finding is an info
    assert rows[1]["flags"] == ["empty_cell", "serial_gap"]
    assert rows[1]["cells"] == [("名称", "=1+1")]
    places = pq.read_table(tmp_path / "places.parquet").to_pylist()
    assert [(place["row_no"], place["column"], place["part"]) for place in places[:3]] == [
        (1, "category", 1),
        (1, "name", 1),
        (1, "leaders", 1),
    ]
    assert (places[1]["page"], places[1]["x0"], places[1]["bottom"]) == (1, 150.0, 140.0)
    assert places[1]["score"] == pytest.approx(0.9)  # that of the cell that is printed there
    findings = pq.read_table(tmp_path / "findings.parquet").to_pylist()
    assert findings[2]["box"] == {"x0": 1.0, "top": 2.0, "x1": 3.33, "bottom": 4.0}
    cells = pq.read_table(tmp_path / "cells.parquet").to_pylist()
    assert [(cell["text"], cell["raw"]) for cell in cells if cell["row"] == 1][1] == (
        "加大招商力度",
        "加大招\n商力度",
    )
    assert sum(cell["row_span"] * cell["column_span"] for cell in cells) == 9


def test_assignments_stand_in_printed_order_with_their_evidence(tmp_path: Path) -> None:
    leader = Party(
        "leader", 1, "李缨", "李樱", PartyKind.PERSON, certainty=0.75, evidence=("a", "b")
    )
    unit = Party("unit", 1, "县财人")
    task = a_task(1, leaders=("李樱",), units=("县财人",), parties=(leader, unit))
    write_outputs([a_reading(tasks=(task,))], tmp_path, "fp", "{}")
    rows = pq.read_table(tmp_path / "assignments.parquet").to_pylist()
    assert [tuple(row.values())[1:] for row in rows] == [
        (1, 1, "1", "leader", 1, "李缨", "李樱", "person", None, 0.75, "a;b"),
        (1, 1, "1", "unit", 1, "县财人", None, "unknown", None, 1.0, ""),
    ]
    assert "李缨,李樱,person,,0.75" in (tmp_path / "assignments.csv").read_text("utf-8-sig")


def test_pandas_and_duckdb_read_it(tmp_path: Path) -> None:
    write_outputs([a_reading()], tmp_path, "fp", "{}")
    frame = pd.read_parquet(tmp_path / "tasks.parquet")
    assert list(frame["serial"]) == ["1", "2"]
    query = "select unnest(leaders) as leader from read_parquet(?)"
    found = duckdb.execute(query, [str(tmp_path / "tasks.parquet")]).fetchall()
    assert found == [("王建国",), ("李樱",)]


def test_headers_printed_twice_keep_both_texts(tmp_path: Path) -> None:
    reading = a_reading()
    twice = replace(reading.tasks[0], cells=(("名称", "甲"), ("名称", "乙")))
    write_outputs([replace(reading, tasks=(twice,))], tmp_path, "fp", "{}")
    cells = pq.read_table(tmp_path / "tasks.parquet").to_pylist()[0]["cells"]
    assert cells == [("名称", "甲"), ("名称（2）", "乙")]
    query = "select cells['名称（2）'] from read_parquet(?)"
    found = duckdb.execute(query, [str(tmp_path / "tasks.parquet")]).fetchall()
    assert found == [("乙",)]


def test_csv_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    write_outputs([a_reading()], tmp_path, "fp", "{}")
    path = tmp_path / "tasks.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == list(CONTRACTS[0].names)
    assert rows[0]["leaders"] == "王建国、李樱"
    assert rows[0]["issued_on"] == "2024-03-05"
    assert rows[0]["confidence"] == "0.9"
    assert rows[1]["name"] == "'=1+1"
    assert rows[1]["local_measures"] == "第一行\n第二行"
    assert json.loads(rows[1]["cells"]) == {"名称": "=1+1"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1a", " =1"]
)
def test_formulas_are_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+3.2%", "-1,200.5", "-", "", "县财政局", "1=1", "2—3家"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_no_text_starts_a_formula(text: str) -> None:
    safe = harmless(text)
    assert safe in (text, f"'{text}")
    if safe[:1] in ("=", "@", "\t", "\r", "＝", "＠"):
        pytest.fail(f"{safe!r} may run")
    if safe[:1] in ("+", "-", "＋", "－") and len(safe) > 1:
        assert set(safe[1:]) <= set("0123456789.,%％")


def test_the_same_readings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_outputs([a_reading()], tmp_path / name, "fp", manifest_json([a_reading()], FACTS))
    assert written(tmp_path / "one") == written(tmp_path / "two")


@pytest.mark.parametrize("when", range(7))
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    write_outputs([a_reading()], tmp_path, "fp", "{}")
    before = written(tmp_path)
    real, calls = os.replace, iter(range(100))

    def failing(source: Path, target: Path) -> None:
        if ".old" not in str(source) and next(calls) == when:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(together.os, "replace", failing)
    other = a_reading(source="other.pdf")
    if when < len(FILES):
        with pytest.raises(OutputError, match="No space left"):
            write_outputs([other], tmp_path, "fp", "{ }")
        assert written(tmp_path) == before
    else:
        write_outputs([other], tmp_path, "fp", "{ }")
        assert written(tmp_path) != before


def test_a_first_run_that_fails_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.replace, iter(range(100))

    def failing(source: Path, target: Path) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(together.os, "replace", failing)
    with pytest.raises(KeyboardInterrupt):
        write_outputs([a_reading()], tmp_path, "fp", "{}")
    assert written(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        require_writable(tmp_path / "file" / "out")
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.hint


def test_write_text_replaces_whole(tmp_path: Path) -> None:
    write_text("一", tmp_path / "a" / "b.json")
    write_text("二", tmp_path / "a" / "b.json")
    assert written(tmp_path / "a") == {"b.json": "二".encode()}


def test_the_manifest_says_what_happened() -> None:
    readings = [a_reading(), a_reading(source="x.pdf", error="not a PDF", pages=(), tasks=())]
    manifest = json.loads(manifest_json(readings, FACTS))
    assert manifest["counts"]["documents"] == {"ok": 1, "failed": 1}
    assert manifest["counts"]["findings"] == {"warning": 2, "info": 2, "error": 2}
    assert manifest["models"] == {"model": "hash"}
    assert manifest["repeated"] == [{"source": "b", "equals": "a"}]
    assert manifest["inputs"][0]["pages"][0]["reason"] == "text layer"
    assert manifest["inputs"][0]["stages_s"] == {"open": 0.25, "tables": 1.0}
    assert manifest["inputs"][1]["error"] == "not a PDF"
    assert manifest["versions"]["pyarrow"]


def test_what_a_killed_run_left_is_removed_and_what_is_being_written_stays(tmp_path: Path) -> None:
    stray, busy = tmp_path / ".gongwen-stray", tmp_path / ".gongwen-busy"
    for folder in (stray, busy):
        folder.mkdir()
        (folder / "tasks.parquet").write_bytes(b"half")
    handle = os.open(busy, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        write_text("whole", tmp_path / "a.txt")
    finally:
        os.close(handle)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gongwen-busy", "a.txt"]
