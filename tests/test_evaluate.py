"""The measures, against counts worked out by hand, and in both directions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.evaluate import Answer, AnswerRow, Score, Truth, TruthRow, compare, key, total
from pipeline.model import Document, Task
from pipeline.outputs import load_answers, load_goldens, match, parse_truth
from pipeline.report import comparisons_json
from pipeline.write import write_outputs
from tests.readings import a_reading

KNOWN = frozenset({"serial", "name", "local_measures", "leaders", "lead_units", "units"})


def a_row(serial: str, **values: object) -> Task:
    task = Task(1, 1, serial=serial, name=f"任务{serial}", leaders=("王建国", "李樱"))
    return replace(task, units=("县财政局",), **values)  # type: ignore[arg-type]


def the_truth(*tasks: Task, known: frozenset[str] = KNOWN) -> Truth:
    return Truth("t", Document(), frozenset(), tuple(TruthRow(task, known) for task in tasks))


def an_answer(*rows: Task | tuple[Task, tuple[str, ...]]) -> Answer:
    pairs = [row if isinstance(row, tuple) else (row, ()) for row in rows]
    return Answer("s.pdf", Document(), tuple(AnswerRow(*pair) for pair in pairs))


def score_of(answer: Answer, truth: Truth) -> Score:
    return compare(answer, truth).score


def test_what_agrees_has_no_fault() -> None:
    result = compare(an_answer(a_row("1"), a_row("2")), the_truth(a_row("1"), a_row("2")))
    assert result.differences == ()
    score = result.score
    assert (score.rows, score.found, score.surplus, score.cer) == (2, 2, 0, 0.0)
    assert (score.leaders.rows, score.leaders.exact, score.leaders.f1) == (2, 2, 1.0)
    assert (score.units.rows, score.units.exact) == (2, 2)
    assert (score.silently_wrong, score.flagged_right) == (0, 0)


def test_width_and_white_space_do_not_count_in_text() -> None:
    answer = an_answer(a_row("1", local_measures="增长 10%\n（含）"))
    assert score_of(answer, the_truth(a_row("1", local_measures="增长10％(含)"))).edits == 0


def test_edits_are_counted_over_the_characters_of_the_truth() -> None:
    score = score_of(an_answer(a_row("1", name="任務1x")), the_truth(a_row("1")))
    assert (score.edits, score.characters) == (2, 1 + 3)
    assert score.cer == 0.5


def test_a_missing_row_is_wholly_wrong() -> None:
    score = score_of(an_answer(a_row("1")), the_truth(a_row("1"), a_row("2")))
    assert (score.rows, score.found, score.edits, score.characters) == (2, 1, 4, 8)
    assert (score.leaders.exact, score.leaders.missed, score.leaders.recall) == (1, 2, 0.5)
    assert score.silently_wrong == 0


def test_a_row_that_nothing_asks_for_counts_against_precision() -> None:
    extra = a_row("9", name="多出来的一行", leaders=("陈强",))
    score = score_of(an_answer(a_row("1"), extra), the_truth(a_row("1")))
    assert (score.surplus, score.silently_wrong) == (1, 1)
    assert (score.leaders.rows, score.leaders.wrong) == (1, 1)
    assert score.leaders.precision == pytest.approx(2 / 3)


def test_one_wrong_person_spoils_the_row_and_is_silent_without_a_flag() -> None:
    wrong = a_row("1", leaders=("汪建国", "李樱"))
    silent = score_of(an_answer(wrong), the_truth(a_row("1")))
    assert (silent.leaders.exact, silent.leaders.right, silent.leaders.wrong) == (0, 1, 1)
    assert (silent.leaders.precision, silent.leaders.recall) == (0.5, 0.5)
    assert silent.silently_wrong == 1
    flagged = score_of(an_answer((wrong, ("name_unresolved",))), the_truth(a_row("1")))
    assert (flagged.silently_wrong, flagged.flagged_right) == (0, 0)


def test_a_flag_on_a_right_row_is_counted() -> None:
    assert (
        score_of(an_answer((a_row("1"), ("low_score",))), the_truth(a_row("1"))).flagged_right == 1
    )


def test_persons_are_exact_strings_and_their_order_is_free() -> None:
    other_order = an_answer(a_row("1", leaders=("李樱", "王建国")))
    assert score_of(other_order, the_truth(a_row("1"))).leaders.exact == 1
    spaced = an_answer(a_row("1", leaders=("王 建国", "李樱")))
    assert score_of(spaced, the_truth(a_row("1"))).leaders.exact == 0


def test_a_unit_under_the_wrong_role_is_wrong() -> None:
    moved = replace(a_row("1"), lead_units=("县财政局",), units=())
    score = score_of(an_answer(moved), the_truth(a_row("1")))
    assert (score.units.rows, score.units.exact, score.units.wrong, score.units.missed) == (
        1,
        0,
        1,
        1,
    )


def test_columns_that_the_truth_lacks_are_not_compared() -> None:
    known = frozenset({"serial", "name"})
    answer = an_answer(a_row("1", leaders=(), remark="x"))
    result = compare(answer, the_truth(a_row("1"), known=known))
    assert result.differences == ()
    assert result.score.leaders.rows == 0


def test_rows_go_by_serial_then_by_name_also_where_serials_repeat() -> None:
    first = a_row("1", name="加大招商引资力度")
    again = a_row("1", name="促进跨境电商发展")
    lost = a_row("7", name="支持房地产业融资需求")
    read = replace(lost, serial="1?")
    result = compare(an_answer(read, again, first), the_truth(first, again, lost))
    assert result.score.found == 3
    assert [item.column for item in result.differences] == ["serial"]


def test_a_row_of_another_name_is_not_taken_for_a_missing_one() -> None:
    score = score_of(an_answer(a_row("8", name="修路")), the_truth(a_row("1", name="招商引资")))
    assert (score.found, score.surplus) == (0, 1)


def test_elements_of_the_letter() -> None:
    letter = Document(issuer="甲 县", issued_on=date(2024, 1, 2), cc=("县委",))
    truth = Truth("t", letter, frozenset({"issuer", "issued_on", "cc", "signer"}), ())
    read = Answer("s", Document(issuer="甲县", issued_on=date(2024, 1, 3), cc=("县委",)), ())
    result = compare(read, truth)
    assert (result.score.elements, result.score.elements_right) == (4, 3)
    assert [item.column for item in result.differences] == ["issued_on"]


def test_scores_add_up() -> None:
    good = compare(an_answer(a_row("1")), the_truth(a_row("1")))
    bad = compare(an_answer(), the_truth(a_row("1"), a_row("2")))
    both = total([good, bad])
    assert (both.rows, both.found, both.leaders.rows, both.leaders.exact) == (3, 1, 3, 1)
    assert both.cer == pytest.approx(8 / 12)
    assert total([]) == Score()


@given(st.text("县财政局Aa1（）", max_size=8), st.text("县财政局Aa1（）", max_size=8))
def test_the_key_is_blind_to_white_space_and_width(one: str, two: str) -> None:
    assert key(f" {one}\u3000\n{two}\t") == key(one + two)
    assert key(one.replace("（", "(").replace("A", "Ａ")) == key(one)


# --- what is read from files ---


def test_outputs_come_back_as_they_were_written(tmp_path: Path) -> None:
    reading = a_reading()
    write_outputs([reading], tmp_path, "fp", "{}")
    (answer,) = load_answers(tmp_path)
    assert answer.document == reading.document
    assert [row.flags for row in answer.rows] == [(), ("empty_cell", "serial_gap")]
    assert answer.rows[0].task.leaders == ("王建国", "李樱")


def test_a_folder_without_outputs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tasks\.parquet"):
        load_answers(tmp_path)


def truth_file(path: Path, serial: str = "1") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"document": {"issued_on": "2024-03-05"}, "tasks": [{"serial": serial}]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_truths_find_their_sources(tmp_path: Path) -> None:
    truth_file(tmp_path / "甲" / "truth.json", "a")
    truth_file(tmp_path / "甲" / "golden.json", "old")
    truth_file(tmp_path / "乙" / "001.json", "b")
    truth_file(tmp_path / "乙" / "009.json", "c")
    (tmp_path / "乙" / "other.json").write_text("[1, 2]")
    places = ("甲/n.pdf", "甲/n-scan.pdf", "乙/001.pdf", "丙/x.pdf")
    answers = [Answer(str(tmp_path / place), Document(), ()) for place in places]
    pairs, without, idle = match(answers, load_goldens(tmp_path))
    assert [truth.rows[0].task.serial for _, truth in pairs] == ["a", "a", "b"]
    assert without == (str(tmp_path / "丙/x.pdf"),)
    assert idle == (str(tmp_path / "乙/009.json"),)


def test_one_truth_elsewhere_belongs_to_the_one_source(tmp_path: Path) -> None:
    goldens = load_goldens(truth_file(tmp_path / "somewhere" / "known.json"))
    pairs, _, _ = match([Answer("in/n.pdf", Document(), ())], goldens)
    assert len(pairs) == 1


def test_truths_as_json_lines_name_their_sources(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    lines = [{"source": f"in/{name}.pdf", "tasks": [{"serial": name}]} for name in "ab"]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    pairs, _, _ = match([Answer("out/b.pdf", Document(), ())], load_goldens(path))
    assert [truth.rows[0].task.serial for _, truth in pairs] == ["b"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"tasks": [3]}', '{"tasks": 5}'])
def test_what_is_no_truth_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "truth.json"
    path.write_text(content)
    with pytest.raises(InputError):
        load_goldens(path)


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="is not a truth"):
        parse_truth({"document": {"issued_on": "2024-13-45"}}, "t")


def test_the_json_holds_every_measure() -> None:
    result = compare(an_answer(a_row("1", leaders=())), the_truth(a_row("1")))
    data = json.loads(comparisons_json([result]))
    assert data["total"]["leaders"]["recall"] == 0
    assert data["total"]["silently_wrong"] == 1
    assert data["sources"][0]["differences"][0]["expected"] == "王建国、李樱"
