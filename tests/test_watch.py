"""The stopwatch: whose time is whose."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from pipeline import watch
from pipeline.watch import Stopwatch, stage


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that only the test moves: `clock[0]` in seconds."""
    now = [100.0]
    monkeypatch.setattr(watch.time, "perf_counter", lambda: now[0])
    return now


def test_a_stage_inside_another_is_not_counted_twice(clock: list[float]) -> None:
    stopwatch = Stopwatch()
    with stopwatch.stage("scan"):
        clock[0] += 1
        with stage("cells"):
            clock[0] += 2
            with stage("recognise"):
                clock[0] += 4
        with stage("recognise"):
            clock[0] += 8
        clock[0] += 16
    assert stopwatch.timings() == (("scan", 17.0), ("cells", 2.0), ("recognise", 12.0))


def test_a_stage_that_fails_is_counted_and_closed(clock: list[float]) -> None:
    stopwatch = Stopwatch()

    def cells() -> None:
        with stage("cells"):
            clock[0] += 2
            raise ValueError("odd")

    with stopwatch.stage("scan"):
        with pytest.raises(ValueError, match="odd"):
            cells()
        with stage("outside"):
            clock[0] += 4
    assert stopwatch.timings() == (("scan", 0.0), ("cells", 2.0), ("outside", 4.0))


def test_outside_of_any_stopwatch_nothing_is_measured(clock: list[float]) -> None:
    stopwatch = Stopwatch()
    with stopwatch.stage("scan"):
        pass
    with stage("cells"):
        clock[0] += 2
    assert stopwatch.timings() == (("scan", 0.0),)


def test_threads_add_to_one_stopwatch_and_do_not_pause_each_other() -> None:
    stopwatch = Stopwatch()

    def page() -> None:
        with stopwatch.stage("scan"), stage("recognise"):
            time.sleep(0.05)

    threads = [Thread(target=page) for _ in range(4)]
    with stopwatch.stage("open"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    seconds = dict(stopwatch.timings())
    assert list(seconds) == ["open", "scan", "recognise"]
    assert seconds["recognise"] >= 4 * 0.05
    assert seconds["open"] >= 0.05
