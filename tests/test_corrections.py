"""Corrections: on disk before they count, laid over the rows, and found again after a new run."""

from __future__ import annotations

import json
import multiprocessing
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections import (
    COLUMNS,
    LIST_COLUMNS,
    Correction,
    DocumentRows,
    FindingRef,
    RowRef,
    add_correction,
    apply_corrections,
    bundle_to_records,
    journal_path,
    read_corrections,
    reading_to_bundle,
    records_to_bundle,
    values_of,
)
from pipeline.corrections.anchor import find_row, rows_to_refs
from pipeline.corrections.records import correction_to_line, line_to_correction
from pipeline.errors import InputError, OutputError
from pipeline.geometry import BBox
from pipeline.model import Code, Finding, Provenance, Severity, Task
from pipeline.party import Party, PartyKind
from tests.readings import a_reading

WHEN, WHO = "2026-01-02T03:04:05+00:00", "李四"
DOC = "ab" * 32


def boxed_task(row_no: int, **values: Any) -> Any:
    """A task whose values stand side by side in a strip of 20 points, as the table is ruled."""
    top = 100.0 + 20 * row_no
    places = tuple(
        Provenance(name, 1, BBox(50 + 100 * at, top, 150 + 100 * at, top + 20))
        for at, name in enumerate(("serial", "name", "leaders", "units"))
    )
    return Task(1, row_no, serial=str(row_no), category="经济", pages=(1,), places=places, **values)


def parties(role: Any, *names: str) -> tuple[Party, ...]:
    return tuple(
        Party(role, at, name, f"岳阳县{name}", PartyKind.ORGAN, "岳阳县", 0.8, ("list",))
        for at, name in enumerate(names, 1)
    )


def a_bundle(*tasks: Any, findings: tuple[Finding, ...] = ()) -> DocumentRows:
    return reading_to_bundle(a_reading(tasks=tasks, findings=findings))


def three_tasks() -> tuple[Any, ...]:
    units = parties("unit", "财政局", "教育局")
    return (
        boxed_task(1, name="甲", leaders=("王建国",), units=("财政局", "教育局"), parties=units),
        boxed_task(2, name="乙", leaders=("李樱",), units=("财政局",), parties=units[:1]),
        boxed_task(3, name="丙", leaders=("张文",), units=()),
    )


def refs_of(rows: DocumentRows) -> tuple[RowRef, ...]:
    return rows_to_refs(rows)


def set_value(number: int, ref: RowRef, column: str, after: Any, read: Any = None) -> Correction:
    return Correction(number, WHEN, WHO, "set", ref, column, read, after, read)


def confirm(number: int, rows: DocumentRows, at: int) -> Correction:
    values = values_of(rows.tasks[at])
    return Correction(number, WHEN, WHO, "confirm", refs_of(rows)[at], after=values, read=values)


# --- laid over ---


def test_without_corrections_nothing_changes() -> None:
    rows = a_bundle(*three_tasks())
    assert apply_corrections(rows, ()).rows is rows


def test_a_corrected_value_is_written_and_the_row_is_reviewed() -> None:
    rows = a_bundle(*three_tasks())
    edit = set_value(1, refs_of(rows)[1], "name", "乙乙", "乙")
    done = apply_corrections(rows, [edit])
    assert [task.name for task in done.rows.tasks] == ["甲", "乙乙", "丙"]
    assert [task.reviewed for task in done.rows.tasks] == [False, True, False]
    assert done.conflicts == ()
    assert done.states[1].read.name == "乙"


def test_who_stays_in_a_list_keeps_what_is_known_of_them() -> None:
    rows = a_bundle(*three_tasks())
    edit = set_value(1, refs_of(rows)[0], "units", ("教育局", "新局"), ("财政局", "教育局"))
    done = apply_corrections(rows, [edit]).rows
    shares = [row for row in done.assignments if row.row_no == 1 and row.role == "unit"]
    assert [(row.position, row.printed, row.canonical) for row in shares] == [
        (1, "教育局", "岳阳县教育局"),
        (2, "新局", None),
    ]
    assert all(row.evidence.startswith("review") for row in shares)
    # Row 2 was not touched: its assignment is what it was.
    assert [row for row in done.assignments if row.row_no == 2] == [
        row for row in rows.assignments if row.row_no == 2
    ]


def test_a_name_known_elsewhere_in_the_document_is_known_here() -> None:
    rows = a_bundle(*three_tasks())
    edit = set_value(1, refs_of(rows)[2], "units", ("教育局",), ())
    (share,) = [row for row in apply_corrections(rows, [edit]).rows.assignments if row.row_no == 3]
    assert (share.canonical, share.kind, share.region) == ("岳阳县教育局", "organ", "岳阳县")


def doubts() -> tuple[Finding, ...]:
    in_leaders = BBox(255, 122, 340, 138)  # row 1, third column
    in_units = BBox(355, 122, 440, 138)
    return (
        Finding("normalise", Code.NAME_AMBIGUOUS, Severity.WARNING, "names", 1, in_leaders, 1, 1),
        Finding("scan", Code.LOW_SCORE, Severity.WARNING, "score", 1, in_units, 1, 1),
        Finding("validate", Code.EMPTY_CELL, Severity.WARNING, "blank", 1, None, 1, 1),
        Finding("tables", Code.ROW_JOINED, Severity.INFO, "joined", 1, None, 1, 1),
        Finding("validate", Code.SERIAL_GAP, Severity.ERROR, "gap", 1, None, 1, None),
    )


def test_correcting_a_value_settles_the_doubts_about_it_and_no_others() -> None:
    rows = a_bundle(*three_tasks(), findings=doubts())
    assert rows.tasks[0].flags == ("empty_cell", "low_score", "name_ambiguous")
    edit = set_value(1, refs_of(rows)[0], "leaders", ("王建", "国"), ("王建国",))
    done = apply_corrections(rows, [edit]).rows
    assert done.tasks[0].flags == ("empty_cell", "low_score")
    assert [finding.settled for finding in done.findings] == ["corrected", None, None, None, None]


def test_confirming_a_row_settles_all_its_doubts_and_no_others() -> None:
    rows = a_bundle(*three_tasks(), findings=doubts())
    done = apply_corrections(rows, [confirm(1, rows, 0)]).rows
    assert done.tasks[0].flags == ()
    assert done.tasks[0].reviewed
    assert [finding.settled for finding in done.findings] == [*["confirmed"] * 4, None]


def test_a_dismissed_doubt_is_kept_with_its_reason_and_the_row_is_not_reviewed() -> None:
    rows = a_bundle(*three_tasks(), findings=doubts())
    about = FindingRef("low_score", "score", 1, BBox(355, 122, 440, 138))
    dismissal = Correction(
        1, WHEN, WHO, "dismiss", refs_of(rows)[0], finding=about, reason="印章遮住"
    )
    done = apply_corrections(rows, [dismissal]).rows
    assert done.findings[1].settled == "dismissed: 印章遮住"
    assert done.tasks[0].flags == ("empty_cell", "name_ambiguous")
    assert not done.tasks[0].reviewed


def test_a_doubt_about_the_document_is_dismissed_without_a_row() -> None:
    rows = a_bundle(*three_tasks(), findings=doubts())
    dismissal = Correction(1, WHEN, WHO, "dismiss", finding=FindingRef("serial_gap", "gap", 1))
    done = apply_corrections(rows, [dismissal]).rows
    assert [finding.settled for finding in done.findings] == [*[None] * 4, "dismissed"]


def test_a_split_row_is_two_and_the_rows_below_are_counted_anew() -> None:
    last = Finding("validate", Code.EMPTY_CELL, Severity.WARNING, "blank", 1, None, 1, 3)
    rows = a_bundle(*three_tasks(), findings=(last,))
    values = dict(values_of(rows.tasks[0]))
    parts = (
        tuple({**values, "units": ("财政局",)}.items()),
        tuple({**values, "name": "甲二", "units": ("教育局",)}.items()),
    )
    ref = refs_of(rows)[0]
    cut = Correction(1, WHEN, WHO, "split", ref, read=values_of(rows.tasks[0]), parts=parts)
    done = apply_corrections(rows, [cut])
    assert [(task.row_no, task.name) for task in done.rows.tasks] == [
        (1, "甲"),
        (2, "甲二"),
        (3, "乙"),
        (4, "丙"),
    ]
    assert [finding.row_no for finding in done.rows.findings] == [4]
    assert done.rows.tasks[3].flags == ("empty_cell",)
    units = [(row.row_no, row.printed) for row in done.rows.assignments if row.role == "unit"]
    assert units == [(1, "财政局"), (2, "教育局"), (3, "财政局")]
    assert {place.row_no for place in done.rows.places} == {1, 2, 3, 4}
    # The second part can be corrected in its turn.
    part = set_value(2, done.states[1].ref, "name", "甲之二", "甲二")
    again = apply_corrections(rows, [cut, part])
    assert [task.name for task in again.rows.tasks] == ["甲", "甲之二", "乙", "丙"]
    assert again.conflicts == ()


def a_join(number: int, rows: DocumentRows) -> Correction:
    one, two = values_of(rows.tasks[0]), values_of(rows.tasks[1])
    after = tuple({**dict(one), "name": "甲乙", "leaders": ("王建国", "李樱")}.items())
    return Correction(
        number,
        WHEN,
        WHO,
        "join",
        refs_of(rows)[0],
        after=after,
        read=one,
        other=refs_of(rows)[1],
        read_other=two,
    )


def test_joined_rows_are_one_with_the_doubts_and_places_of_both() -> None:
    doubt = Finding("validate", Code.EMPTY_CELL, Severity.WARNING, "blank", 1, None, 1, 2)
    rows = a_bundle(*three_tasks(), findings=(doubt,))
    done = apply_corrections(rows, [a_join(1, rows)]).rows
    assert [(task.row_no, task.name) for task in done.tasks] == [(1, "甲乙"), (2, "丙")]
    assert done.tasks[0].leaders == ("王建国", "李樱")
    assert done.tasks[0].flags == ("empty_cell",)
    parts = [place.part for place in done.places if (place.row_no, place.column) == (1, "name")]
    assert parts == [1, 2]
    assert len(done.places) == len(rows.places)
    # The units were left as the first row has them, and are there once.
    shares = [row for row in done.assignments if (row.row_no, row.role) == (1, "unit")]
    assert [(row.position, row.printed) for row in shares] == [(1, "财政局"), (2, "教育局")]


def test_what_was_undone_does_not_count() -> None:
    rows = a_bundle(*three_tasks())
    undo = Correction(2, WHEN, WHO, "undo", of=1)
    assert apply_corrections(rows, [a_join(1, rows), undo]).rows == rows


# --- a newer reading of the same bytes ---


def moved(rows: DocumentRows, by: float) -> DocumentRows:
    places = tuple(
        place._replace(top=place.top + by, bottom=place.bottom + by) for place in rows.places
    )
    return replace(rows, places=places)


def renumbered() -> DocumentRows:
    """The same table, where a newer program found a row above the others."""
    first = replace(boxed_task(1, name="新"), serial="0")
    top = tuple(
        replace(place, box=BBox(place.box.x0, 80, place.box.x1, 100)) for place in first.places
    )
    below = [replace(task, row_no=task.row_no + 1) for task in three_tasks()]
    return a_bundle(replace(first, places=top), *below)


def test_corrections_follow_their_row_when_rows_are_counted_otherwise() -> None:
    old = a_bundle(*three_tasks())
    edit = set_value(1, refs_of(old)[1], "name", "乙乙", "乙")
    done = apply_corrections(renumbered(), [edit])
    assert [task.name for task in done.rows.tasks] == ["新", "甲", "乙乙", "丙"]
    assert done.conflicts == ()


def test_a_page_that_is_straightened_a_little_more_loses_no_correction() -> None:
    old = a_bundle(*three_tasks())
    edits = [set_value(1, refs_of(old)[1], "name", "乙乙", "乙"), confirm(2, old, 2)]
    done = apply_corrections(moved(old, 3.0), edits)
    assert [task.reviewed for task in done.rows.tasks] == [False, True, True]


def test_a_value_read_otherwise_now_is_shown_and_the_person_is_not_overruled() -> None:
    old = a_bundle(*three_tasks())
    edit = set_value(1, refs_of(old)[1], "name", "乙乙", "乙")
    tasks = list(three_tasks())
    tasks[1] = replace(tasks[1], name="己")
    done = apply_corrections(a_bundle(*tasks), [edit])
    assert done.rows.tasks[1].name == "乙乙"
    assert done.rows.tasks[1].flags == ("correction_conflict",)
    (conflict,) = done.conflicts
    assert (conflict.column, conflict.now) == ("name", "己")
    # Seen and decided once more, it is none.
    again = set_value(2, refs_of(old)[1], "name", "乙乙", "己")
    assert apply_corrections(a_bundle(*tasks), [edit, again]).conflicts == ()


def test_a_newer_reading_that_agrees_with_the_person_is_no_conflict() -> None:
    old = a_bundle(*three_tasks())
    edit = set_value(1, refs_of(old)[1], "name", "乙乙", "乙")
    tasks = list(three_tasks())
    tasks[1] = replace(tasks[1], name="乙 乙")
    assert apply_corrections(a_bundle(*tasks), [edit]).conflicts == ()


def test_a_confirmed_row_that_is_read_otherwise_now_is_in_doubt() -> None:
    old = a_bundle(*three_tasks())
    tasks = list(three_tasks())
    tasks[1] = replace(tasks[1], units=("财政局", "税务局"))
    done = apply_corrections(a_bundle(*tasks), [confirm(1, old, 1)])
    assert done.rows.tasks[1].units == ("财政局",)
    assert done.rows.tasks[1].flags == ("correction_conflict",)


def test_a_row_that_is_gone_is_told_and_its_correction_is_kept() -> None:
    old = a_bundle(*three_tasks())
    edit = set_value(1, refs_of(old)[2], "name", "丙丙", "丙")
    done = apply_corrections(a_bundle(*three_tasks()[:2]), [edit])
    assert [task.name for task in done.rows.tasks] == ["甲", "乙"]
    assert [finding.code for finding in done.rows.findings] == ["correction_conflict"]
    assert done.rows.findings[0].row_no is None


def test_rows_are_not_joined_again_when_the_program_does_so_now() -> None:
    old = a_bundle(*three_tasks())
    tasks = list(three_tasks())
    tasks[0] = replace(tasks[0], name="甲乙")
    done = apply_corrections(a_bundle(*tasks), [a_join(1, old)])
    assert [task.name for task in done.rows.tasks] == ["甲乙", "乙", "丙"]
    assert done.rows.tasks[0].flags == ("correction_conflict",)


def test_place_and_serial_that_disagree_decide_nothing() -> None:
    rows = a_bundle(*three_tasks())
    wanted = replace(refs_of(rows)[0], serial="3")
    assert find_row(wanted, refs_of(rows)) is None


def test_a_serial_read_otherwise_does_not_lose_the_row() -> None:
    rows = a_bundle(*three_tasks())
    wanted = replace(refs_of(rows)[0], serial="l")
    found = find_row(wanted, refs_of(rows))
    assert found is not None
    assert found.row_no == 1


def test_machine_read_text_is_found_by_its_serial() -> None:
    tasks = [replace(task, places=(), pages=()) for task in three_tasks()]
    wanted = RowRef(1, 7, "2")
    found = find_row(wanted, refs_of(a_bundle(*tasks)))
    assert found is not None
    assert found.row_no == 2


# --- on disk ---


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.integers(1, 99), texts, st.sampled_from(COLUMNS), st.lists(texts, max_size=3).map(tuple))
def test_a_correction_is_read_back_as_it_was(
    number: int, text: str, column: str, names: tuple[str, ...]
) -> None:
    ref = RowRef(1, 2, text, 3, BBox(1.5, 2, 3, 4), 5)
    value: Any = names if column in LIST_COLUMNS else text
    for made in (
        Correction(number, WHEN, text, "set", ref, column, value, value, None),
        Correction(number, WHEN, text, "confirm", ref, after=((column, value),), read=()),
        Correction(number, WHEN, text, "dismiss", finding=FindingRef("x", text), reason=text),
        Correction(number, WHEN, text, "split", ref, parts=(((column, value),), ((column, None),))),
        Correction(number, WHEN, text, "undo", of=1),
    ):
        line = correction_to_line(made)
        assert line.count("\n") == 1
        assert line_to_correction(line) == made


@pytest.mark.parametrize("what", ["set", "confirm", "dismiss", "split", "join", "undo", "other"])
def test_a_correction_says_what_it_is_about(what: Any) -> None:
    with pytest.raises(ValueError, match="correction"):
        Correction(1, WHEN, WHO, what)


def an_undo(there: tuple[Correction, ...]) -> Correction:
    return Correction(len(there) + 1, WHEN, WHO, "undo", of=1)


def test_lines_are_added_and_none_is_changed(tmp_path: Path) -> None:
    path = journal_path(tmp_path, DOC)
    assert read_corrections(path) == ()
    first = add_correction(path, an_undo)
    before = path.read_bytes()
    second = add_correction(path, an_undo)
    assert path.read_bytes().startswith(before)
    assert read_corrections(path) == (first, second)
    assert json.loads(before)["who"] == WHO


def test_the_line_is_flushed_before_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append(os.fstat(handle).st_ino))
    path = journal_path(tmp_path, DOC)
    add_correction(path, an_undo)
    assert path.stat().st_ino in flushed
    assert path.parent.stat().st_ino in flushed


def test_half_a_line_of_a_killed_writer_does_not_count(tmp_path: Path) -> None:
    path = journal_path(tmp_path, DOC)
    add_correction(path, an_undo)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    assert len(read_corrections(path)) == 1
    add_correction(path, an_undo)
    assert [item.id for item in read_corrections(path)] == [1, 2]


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = journal_path(tmp_path, DOC)
    add_correction(path, an_undo)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        add_correction(path, an_undo)
    assert path.read_bytes() == before


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = journal_path(tmp_path, DOC)
    add_correction(path, an_undo)
    path.write_bytes(path.read_bytes() + b'{"id": 2}\n')
    with pytest.raises(InputError, match="line 2"):
        read_corrections(path)


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "AB" * 32, "ab" * 31, "ab" * 33])
def test_only_a_hash_names_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="document"):
        journal_path(tmp_path, name)


def add_many(path: Path) -> None:
    for _ in range(20):
        add_correction(path, an_undo)


def test_two_writers_do_not_lose_each_others_lines(tmp_path: Path) -> None:
    path = journal_path(tmp_path, DOC)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_many, args=(path,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [item.id for item in read_corrections(path)] == list(range(1, 41))


def test_rows_survive_as_records() -> None:
    rows = a_bundle(*three_tasks(), findings=doubts())
    again = records_to_bundle(
        json.loads(json.dumps(bundle_to_records(rows), default=lambda day: day.isoformat()))
    )
    assert [task._replace(issued_on=None) for task in again.tasks] == [
        task._replace(issued_on=None) for task in rows.tasks
    ]
    assert (again.findings, again.assignments, again.places) == (
        rows.findings,
        rows.assignments,
        rows.places,
    )
