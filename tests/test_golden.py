"""The regression suite: every sample, on every route, reads exactly as recorded.

`pytest tests/test_golden.py --regenerate-golden` writes the records anew; read the difference
before you commit it. Scans go through the real engine, and their scores may differ a little from
processor to processor (see `comparator`); nothing else may.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.run import read_document
from pipeline.sources import find_documents
from pipeline.watch import OneEngine
from pipeline.write import contract_tables
from tests.comparator import Line, Row, differences, parse, render

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
SOURCES = [path.relative_to(ROOT) for path in find_documents([ROOT / "samples"])]
TABLES = ("tasks", "documents")
# What no two runs or releases share; test_schema and test_write hold these columns.
VOLATILE = ("elapsed_s", "pipeline_version", "config_fingerprint")


def golden_of(source: Path) -> Path:
    return GOLDEN / source.parent.name / f"{source.name}.jsonl"


def rows_of(source: Path, engine: OneEngine, settings: Settings) -> Iterator[Line]:
    tables = contract_tables([read_document(source, engine, settings)], "")
    for table, name in zip(tables, TABLES, strict=False):
        for row in table.to_pylist(maps_as_pydicts="strict"):
            yield name, {key: plain(value) for key, value in row.items() if key not in VOLATILE}


def plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return min(round(value, 3), 0.999) if value < 1 else value
    return value


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_a_sample_reads_as_recorded(
    source: Path,
    real_engine: OneEngine,
    settings: Settings,
    regenerate: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    got = list(rows_of(source, real_engine, settings))
    path = golden_of(source)
    if regenerate:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(got), encoding="utf-8")
    assert path.is_file(), f"{path} is missing: make it with --regenerate-golden"
    found = differences(parse(path.read_text(encoding="utf-8")), got)
    assert found == [], os.linesep.join(found)


def test_goldens_are_compared_and_not_written(regenerate: bool) -> None:
    assert not regenerate, (
        "golden files were written, so nothing was compared: run without the flag"
    )


def test_every_golden_has_its_source() -> None:
    kept = {golden_of(source) for source in SOURCES}
    assert set(GOLDEN.rglob("*.jsonl")) - kept == set()
    assert len(SOURCES) >= 8


# --- the comparator, with faults planted in real goldens and in small ones ---


@pytest.fixture
def golden() -> list[Line]:
    """Three tasks, the first two under one merged leader cell, and the document."""
    task: Row = {
        "doc_id": "ab",
        "serial": "0012",
        "category": None,
        "leaders": ["王建国", "李樱"],
        "remark": "",
        "row_no": 1,
        "confidence": 1.0,
        "cells": {"名称": "甲"},
    }
    second = {**task, "serial": "0013", "row_no": 2, "confidence": 0.985}
    third = {**task, "serial": "0014", "row_no": 3, "leaders": []}
    return [("tasks", task), ("tasks", second), ("tasks", third), ("documents", {"doc_id": "ab"})]


def test_the_same_rows_have_no_difference(golden: list[Line]) -> None:
    assert differences(golden, parse(render(golden))) == []


def test_a_score_may_differ_a_little(golden: list[Line]) -> None:
    other = deepcopy(golden)
    other[1][1]["confidence"] = 0.981
    assert differences(golden, other) == []


def drop_column(rows: list[Line]) -> None:
    for _, row in rows:
        row.pop("remark", None)


def drop_column_of_last_row(rows: list[Line]) -> None:
    rows[2][1].pop("category")


def move_merged_leader(rows: list[Line]) -> None:
    rows[2][1]["leaders"], rows[1][1]["leaders"] = rows[1][1]["leaders"], []


def rename_leader(rows: list[Line]) -> None:
    rows[0][1]["leaders"] = ["汪建国", "李樱"]


def swap_leaders(rows: list[Line]) -> None:
    rows[0][1]["leaders"] = ["李樱", "王建国"]


def strip_zeros(rows: list[Line]) -> None:
    rows[0][1]["serial"] = "12"


def number_for_text(rows: list[Line]) -> None:
    rows[0][1]["row_no"] = "1"


def integer_for_float(rows: list[Line]) -> None:
    rows[0][1]["confidence"] = 1


def true_for_one(rows: list[Line]) -> None:
    rows[0][1]["row_no"] = True


def blank_for_null(rows: list[Line]) -> None:
    rows[0][1]["category"] = ""


def null_for_blank(rows: list[Line]) -> None:
    rows[0][1]["remark"] = None


def null_for_empty_list(rows: list[Line]) -> None:
    rows[2][1]["leaders"] = None


def reorder_columns(rows: list[Line]) -> None:
    first = rows[0][1]
    first["doc_id"] = first.pop("doc_id")


def lose_row(rows: list[Line]) -> None:
    del rows[1]


def repeat_row(rows: list[Line]) -> None:
    rows.insert(1, deepcopy(rows[1]))


def swap_rows(rows: list[Line]) -> None:
    rows[0], rows[1] = rows[1], rows[0]


def change_printed_cell(rows: list[Line]) -> None:
    rows[0][1]["cells"] = {"名称": "甲 "}


def score_of_a_text_layer(rows: list[Line]) -> None:
    rows[1][1]["confidence"] = 1.0


def lower_score(rows: list[Line]) -> None:
    rows[1][1]["confidence"] = 0.9


def lose_document(rows: list[Line]) -> None:
    rows.pop()


FAULTS = (
    drop_column,
    drop_column_of_last_row,
    move_merged_leader,
    rename_leader,
    swap_leaders,
    strip_zeros,
    number_for_text,
    integer_for_float,
    true_for_one,
    blank_for_null,
    null_for_blank,
    null_for_empty_list,
    reorder_columns,
    lose_row,
    repeat_row,
    swap_rows,
    change_printed_cell,
    score_of_a_text_layer,
    lower_score,
    lose_document,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_both_ways(golden: list[Line], fault: object) -> None:
    faulty = deepcopy(golden)
    fault(faulty)  # type: ignore[operator]
    assert differences(golden, faulty)
    assert differences(faulty, golden)


def test_a_fault_in_a_real_golden_is_found() -> None:
    lines = parse(golden_of(Path("samples/yueyang/notice.pdf")).read_text(encoding="utf-8"))
    for number, (table, row) in enumerate(lines):
        for column, value in row.items():
            faulty = deepcopy(lines)
            faulty[number][1][column] = None if value is not None else ""
            (found,) = differences(lines, faulty)
            assert found.startswith(f"row {number + 1} ({table}): {column}")
