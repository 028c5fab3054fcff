"""The bench's verdicts: a bench that cannot say "missed" measures nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from pipeline.evaluate import Answer, Comparison, Difference, Score, SetScore, Truth, TruthRow
from pipeline.geometry import BBox
from pipeline.model import (
    Cell,
    Code,
    Document,
    Finding,
    Fragment,
    PageRecord,
    Reading,
    Severity,
    Table,
    Task,
)
from tests.bench import accuracy, budgets, doubt, faults, memory, names, readers, speed
from tests.bench.documents import (
    UnavailableError,
    join_pages,
    no_engine,
    plain_table,
    real_folder,
    table_pages,
)
from tests.bench.report import Section, all_of, at_least, at_most, to_json
from tests.scanlab import FAULTS

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


def test_doubt_counts_what_is_silent_and_what_is_flagged() -> None:
    row = doubt.Row
    rows = [row(0.9, (), True), row(0.5, ("low_score",), True), row(0.99, (), False)]
    rows += [row(0.7, ("low_score",), False), row(0.99, (), False), row(0.98, (), False)]
    found = doubt.doubts(rows)
    assert found == doubt.Doubts(wrong=2, silent=1, right=4, flagged=1)
    assert (found.silent_share, found.flagged_share) == (0.5, 0.25)
    curve = {level: (silent, flagged) for level, silent, flagged in doubt.doubt_curve(rows)}
    assert curve[0.3] == (1.0, 0.0)
    assert curve[0.8] == (0.5, 0.25)
    assert curve[0.995] == (0.0, 1.0)
    text = "\n".join(doubt.show_curve(rows))
    assert "flags:  50.0%  25.0%" in text
    assert "flags of right rows: low_score 1" in text


def test_a_lost_row_is_silent_unless_the_document_says_so() -> None:
    answer = Answer("a", Document(), ())
    truth = Truth("t", Document(), frozenset(), (TruthRow(Task(1, 1, serial="1"), frozenset()),))
    silent = list(doubt.answer_to_rows(answer, truth, ()))
    told = list(doubt.answer_to_rows(answer, truth, ("serial_gap",)))
    assert doubt.doubts(silent) == doubt.Doubts(1, 1, 0, 0)
    assert doubt.doubts(told) == doubt.Doubts(1, 0, 0, 0)
    assert [silent for _, silent, _ in doubt.doubt_curve(silent)] == [1.0] * len(doubt.LEVELS)
    assert [silent for _, silent, _ in doubt.doubt_curve(told)] == [0.0] * len(doubt.LEVELS)


def test_the_whole_bench_of_faults_is_as_large_as_wanted() -> None:
    plans = faults.plan(2000, 2, (), None)
    seeds = [seed for task in plans for seed in task.seeds]
    assert len({seed % 8 for seed in seeds}) == 8
    assert len(seeds) == len(set(seeds)) >= 100  # of two pages or more each
    names = {task.condition.split(":")[0] for task in plans if task.kind == "ordinary"}
    assert names == set(FAULTS)
    assert {task.kind for task in plans} == set(faults.LIMITS)
    assert [task.condition for task in faults.plan(0, 1, ["skew"], None)] == [
        "skew:ordinary",
        "skew:hard",
    ]


def outcome(kind: str, score: Score, *rows: doubt.Row) -> faults.Outcome:
    return faults.Outcome("skew", kind, 1, score, rows, (), frozenset())


@pytest.mark.parametrize(
    ("kind", "score", "missed"),
    [
        ("clean", RIGHT, set()),
        ("clean", RIGHT + Score(edits=2), {"text CER"}),
        ("ordinary", RIGHT + Score(edits=2), set()),
        ("ordinary", RIGHT + Score(rows=1), {"rows"}),
        ("hard", RIGHT + Score(edits=11), set()),
        ("hard", RIGHT + Score(edits=21), {"text CER"}),
        ("hard", RIGHT + Score(leaders=SetScore(right=90, missed=10)), {"leaders F1"}),
    ],
)
def test_a_fault_is_held_to_its_class(kind: str, score: Score, missed: set[str]) -> None:
    found = [target for target in faults.targets([outcome(kind, score)]) if not target.met]
    assert {target.name.split(": ")[1] for target in found} == missed


def test_doubt_has_two_limits() -> None:
    wrong, right = doubt.Row(0.9, (), True), doubt.Row(0.9, ("low_score",), False)
    found = list(faults.targets([outcome("hard", RIGHT, wrong, right)]))
    missed = {target.name for target in found if not target.met}
    assert missed == {"wrong rows silent", "right rows flagged"}
    data = json.loads(faults.to_json([outcome("hard", RIGHT, wrong, right)]))
    assert data["working_point"] == {"wrong": 1, "silent": 1, "right": 1, "flagged": 1}
    assert len(data["curve"]) == len(doubt.LEVELS)


def budget(amounts: Sequence[str], *findings: Finding) -> Reading:
    """A reading of one page of 200 points with a header and a row of 20 points each."""
    texts = [*budgets_header(), *amounts]
    cells = tuple(
        Cell(
            at // 3,
            at % 3,
            text=text,
            fragments=(Fragment(1, BBox(50 * (at % 3), top, 50 * (at % 3) + 50, top + 20)),),
        )
        for at, text in enumerate(texts)
        for top in (100 + 20 * (at // 3),)
    )
    page = PageRecord(1, "scan", "", 200.0, 200.0)
    table = Table(1, 2, 3, cells, header_rows=1)
    return Reading("d", "s", tables=(table,), findings=findings, pages=(page,))


def budgets_header() -> tuple[str, str, str]:
    return ("合计", "基本支出", "项目支出")


def test_a_sum_that_broke_must_carry_a_finding() -> None:
    born = budget(("3.00", "1.00", "2.00"))
    same = budgets.compare("b", born, born)
    assert (same.rows, same.holding, same.same, same.doubted) == (1, 1, 1, 0)
    broken = budget(("3.00", "7.00", "2.00"))
    kept = budgets.compare("b", born, broken)
    assert (kept.rows, kept.holding, kept.doubted, len(kept.silent)) == (1, 0, 0, 1)
    warning = Finding(
        "validate", Code.LOW_SCORE, Severity.WARNING, "", page=1, box=BBox(50, 122, 90, 138)
    )
    kept = budgets.compare("b", born, budget(("3.00", "7.00", "2.00"), warning))
    assert (kept.doubted, kept.silent) == (1, ())
    elsewhere = replace(warning, box=BBox(50, 20, 90, 38))
    kept = budgets.compare("b", born, budget(("3.00", "7.00", "2.00"), elsewhere))
    assert (kept.doubted, len(kept.silent)) == (0, 1)
    info = replace(warning, severity=Severity.INFO)
    assert budgets.compare("b", born, budget(("3", "7", "2"), info)).doubted == 0


def test_a_sum_on_a_lost_row_does_not_hold() -> None:
    born = budget(("3.00", "1.00", "2.00"))
    kept = budgets.compare("b", born, replace(born, tables=()))
    assert (kept.rows, kept.holding, kept.silent) == (
        1,
        0,
        ("page 1: 3.00 1.00 2.00 read as nothing (silent)",),
    )


def test_names_are_measured_in_one_report(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = (lambda: Section("leaders"), lambda: Section("units"))
    monkeypatch.setattr(names, "MEASUREMENTS", measured)
    assert [section.title for section in names.measure()] == ["leaders", "units"]


def test_the_share_of_the_models_is_told_of_all_stages() -> None:
    turn = speed.Turn(1.0, 1.0, {"scan": 0.5, "recognise": 1.2, "detect": 0.3})
    stages, share = speed._stage_lines(speed.Duel("x", 2, (turn,), (turn,)))
    assert stages == "x, ms per page: scan 250.0, recognise 600.0, detect 150.0"
    assert share == "x, share of the models: 75% (recognise 60%, detect 15%)"


def test_a_document_without_recognition_tells_no_share() -> None:
    turn = speed.Turn(1.0, 1.0, {"textlayer": 0.5})
    assert len(list(speed._stage_lines(speed.Duel("x", 2, (turn,), (turn,))))) == 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="not on this system")
def test_the_contenders_get_no_more_processors_than_threads() -> None:
    before = os.sched_getaffinity(0)
    with speed.processors(1):
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


def test_memory_is_told_by_hundreds_of_pages_and_not_of_the_tables_made_last() -> None:
    per_hundred = memory.PART // memory.EACH
    samples = [
        memory.Sample(done, 9999, 100 + 10 * (done // per_hundred))
        for done in range(memory.MANY // memory.EACH)
    ]
    samples += [memory.Sample(3, 9999, 500), memory.Sample(memory.MANY // memory.EACH, 9999, 9999)]
    assert memory.to_hundreds(samples) == [
        (100, 500),
        (110, 110),
        (120, 120),
        (130, 130),
        (140, 140),
    ]


def test_strips_are_scans_and_no_two_documents_are_alike(tmp_path: Path) -> None:
    memory.write_strips(tmp_path, 12)
    files = sorted(tmp_path.glob("*.pdf"))
    assert len({file.read_bytes() for file in files}) == len(files) == 12
    pages = pypdfium2.PdfDocument(files[0])
    assert len(pages) == memory.EACH
    assert {round(page.get_size()[1]) for page in pages} <= {198, 281}
    pages.close()


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"edits": 1}, "edits"),
        ({"found": 9}, "rows found"),
        ({"leaders": SetScore(10, 9)}, "rows with leaders exact"),
        ({"units": SetScore(10, 9)}, "rows with units exact"),
        ({"silently_wrong": 1}, "rows silently wrong"),
    ],
)
def test_reading_worse_than_slowly_is_missed(fault: dict[str, object], name: str) -> None:
    slow, worse = readers.Outcome(RIGHT, 2.0), readers.Outcome(replace(RIGHT, **fault), 1.0)  # type: ignore[arg-type]
    assert all(target.met for target in readers.targets(slow, slow))
    assert [t.name for t in readers.targets(worse, slow) if not t.met] == [f"as shipped: {name}"]
