"""Watching a folder: what comes in is read once it is whole."""

from __future__ import annotations

import logging
import os
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.batch import Request, watching
from pipeline.batch.lock import locked
from pipeline.batch.places import Place
from pipeline.batch.record import RunRecord
from pipeline.batch.watching import wait_for_change, watch_inbox
from pipeline.config import Settings
from pipeline.corrections import journal_path
from pipeline.errors import InputError
from tests.batches import HERE, Heard, inbox, names, notice, rows, run, task_name


class EnoughError(Exception):
    """Ends the watching."""


def long_ago(path: Path) -> Path:
    os.utime(path, (time.time() - 60, time.time() - 60))
    return path


def test_what_comes_in_is_read(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    made = iter(range(3))
    waited: list[float] = []

    def arrive(request: Request, seconds: float) -> None:
        waited.append(seconds)
        number = next(made, None)
        if number is None:
            raise EnoughError
        long_ago(notice(folder / f"{number}.pdf", number))

    monkeypatch.setattr(watching, "wait_for_change", arrive)
    records: list[RunRecord] = []
    request = Request((str(folder),), str(out), HERE)
    with pytest.raises(EnoughError):
        watch_inbox(request, settings, Heard(), records.append, every_s=5.0)
    assert [record.read for record in records] == [1, 1, 1]
    assert waited == [5.0] * 4
    assert names(out) == [task_name(number, row) for number in range(3) for row in (1, 2)]
    assert len(list((out / "runs").iterdir())) == 3


def test_a_file_that_is_being_written_is_left_to_the_next_run(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    long_ago(folder / "00000.pdf")
    records: list[RunRecord] = []
    waited: list[float] = []

    def settle(request: Request, seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            raise EnoughError
        long_ago(folder / "00001.pdf")

    monkeypatch.setattr(watching, "wait_for_change", settle)
    with pytest.raises(EnoughError):
        watch_inbox(
            Request((str(folder),), str(out), HERE), settings, Heard(), records.append, 60.0
        )
    assert [(record.read, record.unsettled) for record in records] == [(1, 1), (1, 0)]
    assert waited == [watching.SETTLED_S, 60.0]


def test_another_run_is_waited_for_and_what_is_damaged_is_not(
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "pipeline")
    folder, out = tmp_path / "in", tmp_path / "out"
    request = Request((str(folder),), str(out), HERE)
    records: list[RunRecord] = []
    other = ExitStack()
    said: list[str] = []

    def next_thing(request: Request, seconds: float) -> None:
        said.append(caplog.text)
        if len(said) == 1:  # no inbox yet, and nothing is said of it
            long_ago(inbox(folder, 1) / "00000.pdf")
            other.enter_context(locked(Place(str(out))))
        elif len(said) == 2:
            other.close()
        else:
            doc_id = str(rows(out, "documents")[0]["doc_id"])
            journal_path(out, doc_id).parent.mkdir()
            journal_path(out, doc_id).write_text("no correction\n")

    monkeypatch.setattr(watching, "wait_for_change", next_thing)
    with pytest.raises(InputError, match="line 1 is no correction"):
        watch_inbox(request, settings, Heard(), records.append)
    assert said[0] == ""
    assert "Another run is writing" in said[1]
    assert [record.read for record in records] == [1]


def test_a_change_is_noticed_and_those_of_the_run_are_not(
    tmp_path: Path, settings: Settings
) -> None:
    folder = inbox(tmp_path / "in", 1)
    out = folder / "results"
    run(folder, out, settings)
    request = Request((str(folder),), str(out), HERE)
    import threading

    def write(target: Path) -> None:
        time.sleep(0.6)
        shutil.copy(folder / "00000.pdf", target)

    threading.Thread(target=write, args=(folder / "new.pdf",)).start()
    wait_for_change(request, seconds=3600)  # hangs here unless it is noticed
    threading.Thread(target=write, args=(out / "own.pdf",)).start()
    begun = time.monotonic()
    wait_for_change(request, seconds=3.0)
    assert time.monotonic() - begun >= 3.0


def test_nothing_to_watch_waits(tmp_path: Path) -> None:
    begun = time.monotonic()
    wait_for_change(Request((str(tmp_path / "none"),), str(tmp_path / "out"), HERE), 0.2)
    assert time.monotonic() - begun >= 0.2
