"""The bench's verdicts: a bench that cannot say "missed" measures nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from pipeline.evaluate import Comparison, Difference, Score, SetScore
from tests.bench import accuracy, speed
from tests.bench.documents import (
    UnavailableError,
    join_pages,
    no_engine,
    plain_table,
    real_folder,
    table_pages,
)
from tests.bench.report import Section, all_of, at_least, at_most, to_json

RIGHT = Score(rows=10, found=10, characters=1000, leaders=SetScore(10, 10), units=SetScore(10, 10))


def missed(kind: str, score: Score, *differences: Difference) -> set[str]:
    group = accuracy.Group("g", kind, ())
    found = [Comparison("s", score, differences)]
    return {t.name.removeprefix("g: ") for t in accuracy.targets(group, found) if not t.met}


def test_limits_belong_to_what_is_reached() -> None:
    assert at_least("x", 98, 98).met
    assert not at_least("x", 98, 97.9).met
    assert at_most("x", 0.6, 0.6).met
    assert not at_most("x", 0.6, 0.601).met


def test_all_of_nothing_is_missed() -> None:
    assert all_of("x", 3, 3).met
    assert not all_of("x", 2, 3).met
    assert not all_of("x", 4, 3).met
    assert not all_of("x", 0, 0).met


@pytest.mark.parametrize("kind", [accuracy.DIGITAL, accuracy.SCAN, accuracy.TEXT])
def test_a_right_group_reaches_everything(kind: str) -> None:
    assert missed(kind, RIGHT) == set()


@pytest.mark.parametrize(
    ("kind", "fault", "name"),
    [
        (accuracy.DIGITAL, Score(edits=1), "edits"),
        (accuracy.DIGITAL, Score(surplus=1), "rows, none but these"),
        (accuracy.DIGITAL, Score(leaders=SetScore(rows=1)), "leaders exact"),
        (accuracy.DIGITAL, Score(units=SetScore(rows=1)), "units exact"),
        (accuracy.SCAN, Score(edits=3), "text CER"),
        (accuracy.SCAN, Score(leaders=SetScore(rows=1)), "leaders exact"),
        (accuracy.SCAN, Score(units=SetScore(rows=1)), "units exact"),
        (accuracy.SCAN, Score(rows=1), "rows, none but these"),
        (accuracy.TEXT, Score(edits=1), "edits"),
        (accuracy.TEXT, Score(silently_wrong=1), "rows silently wrong"),
    ],
)
def test_a_fault_misses_its_target_and_no_other(kind: str, fault: Score, name: str) -> None:
    assert missed(kind, RIGHT + fault) == {name}


def test_the_text_must_give_the_leaders_that_need_no_help() -> None:
    wrong = Difference("s", "20", "leaders", "王建国", "汪建国", flagged=True)
    assert missed(accuracy.TEXT, RIGHT, wrong) == {"leaders of serials 18, 20, 21"}
    other = Difference("s", "5", "leaders", "王建国", "汪建国", flagged=True)
    assert missed(accuracy.TEXT, RIGHT, other) == set()


def test_a_scan_may_err_in_one_character_of_five_hundred() -> None:
    assert missed(accuracy.SCAN, RIGHT + Score(edits=2)) == set()


def test_every_sample_is_in_one_group() -> None:
    groups = list(accuracy.sample_groups())
    paths = [path for group in groups for path, _ in group.pairs]
    assert len(paths) == len(set(paths)) >= 8
    assert {group.kind for group in groups} == {accuracy.DIGITAL, accuracy.SCAN, accuracy.TEXT}
    assert all(truth.is_file() for group in groups for _, truth in group.pairs)


def test_joined_pages_are_table_pages_again(tmp_path: Path) -> None:
    plain = plain_table(tmp_path / "plain.pdf", 2)
    assert table_pages(plain, no_engine) == [1, 2]
    assert join_pages([(plain, [1, 2, 1]), (plain, [2])], tmp_path / "joined.pdf") == 4
    assert len(pypdfium2.PdfDocument(tmp_path / "joined.pdf")) == 4
    assert table_pages(tmp_path / "joined.pdf", no_engine) == [1, 2, 3, 4]


def test_contenders_take_turns_after_a_warm_up() -> None:
    called: list[str] = []
    duel = speed.take_turns(("x", 1), lambda: called.append("a"), lambda: called.append("b"), 2)
    assert called == ["a", "b"] * 3
    assert len(duel.ours) == len(duel.theirs) == 2


def test_a_ratio_is_of_medians() -> None:
    ours = tuple(speed.Turn(seconds, 0, None) for seconds in (1.0, 2.0, 90.0))
    theirs = tuple(speed.Turn(seconds, 0, None) for seconds in (0.1, 4.0, 5.0))
    assert speed.Duel("x", 1, ours, theirs).ratio == 0.5


def test_without_real_documents_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGWEN_REAL", raising=False)
    with pytest.raises(UnavailableError, match="GONGWEN_REAL"):
        real_folder()


def test_a_section_as_json_has_its_columns_as_keys() -> None:
    section = Section("t", ("a", "b"), (("1", "2"),), (at_most("x", 1, 2),), ("skipped",))
    data = json.loads(json.dumps(to_json(section)))
    assert data["rows"] == [{"a": "1", "b": "2"}]
    assert [target["met"] for target in data["targets"]] == [False]


def test_a_difference_is_shown_with_its_neighbours_only() -> None:
    same = "县自然资源局、县妇联、"
    expected, got = accuracy.excerpts(f"{same}甲（乙）{same}", f"{same}甲(乙){same}")
    assert (expected, got) == ("、县妇联、甲（乙）县自然资源局", "、县妇联、甲(乙)县自然资源局")
    assert accuracy.excerpts("", "甲") == ("", "甲")
    assert accuracy.excerpts("甲甲", "甲") == ("甲甲", "甲")
