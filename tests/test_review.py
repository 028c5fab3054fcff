"""The review page: what it shows, what it writes down, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.batch.parts import info_of
from pipeline.batch.places import Place
from pipeline.batch.recipe import recipe_of
from pipeline.batch.state import load_state
from pipeline.config import Settings
from pipeline.corrections import journal_path, read_corrections
from pipeline.errors import ExitCode, InputError, UsageError
from pipeline.evaluate import compare
from pipeline.model import Reading
from pipeline.outputs import load_answers, load_goldens, match
from pipeline.review import open_room
from pipeline.review.golden import NotReviewedError, shown_to_golden
from pipeline.review.library import Library
from pipeline.review.room import CHUNK, Room
from tests.review_rooms import (
    client_of,
    make_reading,
    make_room,
    no_engine,
    only_id,
    write_notice,
    write_output,
)

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"' \u202e反\u200b{{7*7}}"


class Window:
    """A window on the one document: it knows the version that it has seen."""

    def __init__(self, room: Room) -> None:
        self.client = client_of(room)
        self.doc = only_id(room)
        self.version = 0
        self.reading = room.desk.open(self.doc).stored.reading

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(f"/d/{self.doc}{path}")
        assert answer.status_code == status, answer.text
        return answer.text

    def say(self, status: int = 200, **what: Any) -> dict[str, Any]:
        answer = self.client.post(
            f"/d/{self.doc}/correct",
            json={"version": self.version, "reading": self.reading, **what},
        )
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        if status == 200:
            self.version = told["version"]
        return told

    def set(self, row: str, column: str, after: Any, status: int = 200) -> dict[str, Any]:
        return self.say(status, what="set", row=row, column=column, after=after)


@pytest.fixture
def room(tmp_path: Path, settings: Settings) -> Room:
    return make_room(tmp_path, settings)


@pytest.fixture
def window(room: Room) -> Window:
    return Window(room)


def tables(room: Room) -> list[dict[str, Any]]:
    room.write_tables()
    return list(pq.read_table(room.library.out / "tasks.parquet").to_pylist())


# --- what is shown ---


def test_the_list_tells_status_rows_and_doubts(room: Room) -> None:
    text = client_of(room).get("/").text
    assert "关于分解重点任务的通知" in text
    assert "青政办发〔2024〕7号" in text
    assert "0 / 8" in text
    assert client_of(room).get("/", params={"q": "没有这样的"}).text.count("<tr") == 1


def test_a_long_list_comes_in_parts(tmp_path: Path, settings: Settings) -> None:
    reading = make_reading(write_notice(tmp_path / "a.pdf"), 1)
    many = [replace(reading, doc_id=f"{n:064x}", source=f"{n:03d}.pdf") for n in range(130)]
    write_output(tmp_path / "out", many, settings)
    room = make_room(tmp_path / "other", settings)
    client = client_of(replace(room, library=Library(str(tmp_path / "out"), settings)))
    first = client.get("/").text
    assert first.count('<a href="/d/') == 100
    assert 'hx-get="/more/100?q="' in first
    assert client.get("/more/100?q=").text.count('<a href="/d/') == 30


def test_the_document_comes_without_rows_and_pictures(window: Window) -> None:
    text = window.get("")
    assert "article" not in text
    assert "<image" not in text
    assert f'data-version="{window.version}"' in text


def test_rows_come_in_chunks_and_only_those_in_doubt_when_asked(
    tmp_path: Path, settings: Settings
) -> None:
    window = Window(make_room(tmp_path, settings, 60))
    assert window.get("/rows").count('class="chunk"') == 3
    assert window.get("/rows/0").count("<article") == CHUNK
    assert window.get("/rows/2").count("<article") == 10
    assert window.get("/rows/9").count("<article") == 0
    doubtful = window.get("/rows/0?doubtful=1")
    assert doubtful.count("<article") == 9
    assert "人名有歧义" in doubtful


def test_a_page_shows_each_value_where_it_is_printed(window: Window) -> None:
    sheet = window.get("/page/1")
    assert sheet.count('data-column="leaders"') == 8
    assert 'data-rows="1-3-0"' in sheet
    assert 'class="s2 "' in sheet  # the row of score 0.7
    assert "序号" in sheet  # a header cell
    assert 'class="warning"' in sheet  # a finding
    assert window.client.get(f"/d/{window.doc}/picture/1").content.startswith(b"\xff\xd8")
    window.get("/page/9", 404)


def test_findings_stand_by_severity(window: Window) -> None:
    text = window.get("/findings")
    assert text.index("序号缺号") < text.index("人名有歧义")
    assert "序号 3 · 第 1 页" in text


def test_the_overview_draws_serials_leaders_and_units(window: Window) -> None:
    text = window.get("/overview")
    assert text.count('class="there"') + text.count('class="doubt"') == 8
    assert "县交通局" in text
    # Few serials are drawn as large as many, and not over the whole width.
    assert '<svg class="map" viewBox="0 0 482 28"' in text
    assert window.client.get("/overview").text.count("<svg") >= 4


@pytest.mark.parametrize("path", ["/d/" + "0" * 64, "/d/..%2f..%2fetc%2fpasswd", "/d/ab", "/nope"])
def test_what_is_not_there_is_said_so(window: Window, path: str) -> None:
    assert window.client.get(path).status_code in (404, 422)


def test_a_notice_that_was_not_read_says_why(tmp_path: Path, settings: Settings) -> None:
    failed = Reading("ab" * 32, "in/x.pdf", error="x.pdf: the PDF is damaged or cut off. Save it.")
    unread = Reading("", "in/y.pdf", error="in/y.pdf: the file may not be read. Change it.")
    write_output(tmp_path / "out", [failed], settings)
    state = load_state(Place(str(tmp_path / "out")))
    state.learn_part(info_of(unread, "in/y.pdf", recipe_of(settings), None))
    state.save()
    room = open_room(str(tmp_path / "out"), settings, no_engine, "李四", (None, None))
    text = client_of(room).get("/").text
    assert "x.pdf：PDF 已损坏或不完整" in text
    assert "in/y.pdf：没有读取权限" in text
    text = client_of(room).get("/d/" + "ab" * 32).text
    assert "此件没有读出。x.pdf：PDF 已损坏或不完整" in text
    assert "机读文本" not in text


def test_a_list_that_holds_no_names_is_said_in_words(room: Room, window: Window) -> None:
    (room.library.out / "gazetteer.txt").write_text("<script>\n", encoding="utf-8")
    text = window.get("", 500)
    assert "出错了" in text
    assert "gazetteer.txt" in text


def test_a_source_that_moved_or_changed_is_said_and_the_rows_stay(
    tmp_path: Path, window: Window
) -> None:
    source = tmp_path / "in" / "notice.pdf"
    source.write_bytes(source.read_bytes() + b"\n%changed")
    assert "原件已不是读取时的那个文件" in window.get("")
    assert window.client.get(f"/d/{window.doc}/picture/1").status_code == 404
    source.unlink()
    assert "找不到原件" in window.get("")
    assert "<image" not in window.get("/page/1")
    assert window.get("/rows/0").count("<article") == 8


def test_hostile_text_is_shown_as_text(tmp_path: Path, settings: Settings) -> None:
    source = write_notice(tmp_path / "in" / "notice.pdf")
    reading = make_reading(source, 8)
    tasks = tuple(
        replace(task, name=EVIL, leaders=(EVIL,), units=(EVIL,), serial=EVIL)
        for task in reading.tasks
    )
    findings = tuple(replace(finding, message=EVIL) for finding in reading.findings)
    letter = replace(reading.document, title=EVIL, issuer=EVIL)
    changes = {"tasks": tasks, "findings": findings, "document": letter}
    window = Window(make_room(tmp_path, settings, **changes))
    paths = ["", "/rows", "/rows/0", "/findings", "/overview", "/page/1", "/row/1-1-0/edit/name"]
    paths += ["/row/1-1-0/edit/units", "/row/1-1-0/split", "/names/units?q=<"]
    for text in [*(window.get(path) for path in paths), window.client.get("/").text]:
        assert "<script>alert" not in text
        assert "<img" not in text
        assert EVIL[-7:] in text or "7*7" not in text
    shown = window.get("/rows/0")
    assert "\u202e" not in shown
    assert "\u200b" not in shown
    assert '<span class="unseen" title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>' in shown


# --- what is written down ---


def test_a_correction_is_on_disk_before_the_page_says_so(room: Room, window: Window) -> None:
    told = window.set("1-3-0", "leaders", ["王建", "国强"])
    (written,) = read_corrections(journal_path(room.library.out, window.doc))
    assert (written.who, written.before, written.after) == ("李四", ("王建国",), ("王建", "国强"))
    assert told["version"] == 1
    assert "王建" in told["rows"]["1-3-0"]
    assert "已核" in told["rows"]["1-3-0"]


def test_a_disk_that_is_full_is_said_and_nothing_is_shown_as_written(
    room: Room, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.corrections.journal.os.fsync", full)
    told = window.set("1-3-0", "name", "甲", status=500)
    assert "No space left" in told["message"]
    assert room.desk.open(window.doc).version == 0


def test_the_tables_hold_what_was_corrected(room: Room, window: Window) -> None:
    window.set("1-3-0", "leaders", ["王建"])
    window.say(what="confirm", row="1-1-0")
    assert "更正尚未写入表格" in window.client.get("/").text
    assert window.client.post("/tables", follow_redirects=False).status_code == 303
    rows = pq.read_table(room.library.out / "tasks.parquet").to_pylist()
    assert rows[2]["leaders"] == ["王建"]
    assert [row["reviewed"] for row in rows] == [True, False, True, *[False] * 5]
    assert rows[2]["flags"] == []
    assert "更正尚未写入表格" not in window.client.get("/").text


def test_rows_are_split_joined_and_put_back(room: Room, window: Window) -> None:
    parts = [{"name": "甲", "units": ["一局"]}, {"name": "乙", "units": ["二局"]}]
    told = window.say(what="split", row="1-2-0", parts=parts)
    assert told["reload"]
    assert [row["name"] for row in tables(room)][1:3] == ["甲", "乙"]
    form = window.get("/row/1-2-0/join")
    assert "甲乙" in form
    window.say(what="join", row="1-2-0", other="1-2-1", parts=[{"name": "甲和乙"}])
    assert [row["name"] for row in tables(room)][1:3] == ["甲和乙", "第3项工作"]
    assert [row["units"] for row in tables(room)][1] == ["一局"]
    window.say(what="undo", row="1-2-0", of=2)
    window.say(what="undo", row="1-2-0", of=1)
    assert [row["name"] for row in tables(room)] == [f"第{n}项工作" for n in range(1, 9)]


def test_the_form_to_join_rows_takes_the_first_serial(window: Window) -> None:
    form = window.get("/row/1-1-0/join")
    assert '<textarea aria-label="序号" rows="1" spellcheck="false">\n1</textarea>' in form
    assert "第1项工作第2项工作" in form


def test_what_later_corrections_rest_on_is_not_undone(window: Window) -> None:
    window.set("1-1-0", "name", "甲")
    window.set("1-1-0", "name", "乙")
    told = window.say(422, what="undo", row="1-1-0", of=1)
    assert "先撤销后面" in told["message"]


def test_a_doubt_is_dismissed_with_a_reason(room: Room, window: Window) -> None:
    number = next(
        f.number for f in room.desk.open(window.doc).view.findings if f.code == "name_ambiguous"
    )
    window.say(422, what="dismiss", row="1-3-0", finding=number, reason=" ")
    told = window.say(what="dismiss", row="1-3-0", finding=number, reason="看过原件")
    assert "看过原件" in told["rows"]["1-3-0"]
    assert tables(room)[2]["flags"] == []
    assert tables(room)[2]["reviewed"] is False


@pytest.mark.parametrize(
    "asked",
    [
        {"what": "drop"},
        {"what": "set", "row": "1-1-0", "column": "flags", "after": []},
        {"what": "set", "row": "1-1-0", "column": "doc_id", "after": "x"},
        {"what": "set", "row": "1-99-0", "column": "name", "after": "x"},
        {"what": "set", "row": "1-1-0", "column": "name", "after": 7},
        {"what": "set", "row": "1-1-0", "column": "name", "after": "x" * 30_000},
        {"what": "set", "row": "1-1-0", "column": "name", "after": "\ud800"},
        {"what": "set", "row": "1-1-0", "column": "units", "after": "x"},
        {"what": "set", "row": "1-1-0", "column": "units", "after": [["x"]]},
        {"what": "set", "row": "1-1-0", "column": "units", "after": ["x"] * 501},
        {"what": "split", "row": "1-1-0", "parts": [{}]},
        {"what": "split", "row": "1-1-0", "parts": [7, 8]},
        {"what": "join", "row": "1-1-0", "other": "1-3-0", "parts": [{}]},
        {"what": "join", "row": "1-8-0", "other": "", "parts": [{}]},
        {"what": "undo", "row": "1-1-0", "of": 5},
        {"what": "dismiss", "row": "1-1-0", "finding": 99, "reason": "x"},
        {"what": "set", "row": "1-1-0", "column": "name", "after": "x", "version": 5},
        {"what": "set", "row": "1-1-0", "column": "name", "after": "x", "version": -1},
        {"what": "set", "row": "1-1-0", "column": "name", "after": "x", "version": None},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    room: Room, window: Window, asked: dict[str, Any]
) -> None:
    answer = window.client.post(
        f"/d/{window.doc}/correct",
        content=json.dumps({"version": 0, "reading": window.reading, **asked}),
    )
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not read_corrections(journal_path(room.library.out, window.doc))


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"7", b'{"what"'])
def test_what_is_no_request_is_refused(window: Window, body: bytes) -> None:
    answer = window.client.post(f"/d/{window.doc}/correct", content=body)
    assert answer.status_code == 422


def test_the_letter_is_corrected_and_its_tasks_with_it(room: Room, window: Window) -> None:
    told = window.set("letter", "title", "关于分解任务的通知")
    assert "原读：<del>关于分解重点任务的通知</del>" in told["rows"]["letter"]
    window.set("letter", "issued_on", "2024-03-05")
    window.set("letter", "addressees", ["各乡镇", "县直各单位"])
    told = window.set("letter", "issued_on", "三月五日", status=422)
    assert "2024-03-05" in told["message"]
    window.set("letter", "doc_id", "x", status=422)
    assert [str(row["issued_on"]) for row in tables(room)] == ["2024-03-05"] * 8
    assert {row["title"] for row in tables(room)} == {"关于分解任务的通知"}
    assert {row["reviewed"] for row in tables(room)} == {False}
    (letter,) = pq.read_table(room.library.out / "documents.parquet").to_pylist()
    assert letter["addressees"] == ["各乡镇", "县直各单位"]
    assert "关于分解任务的通知" in window.get("")
    assert "<textarea" in window.get("/row/letter/edit/doc_number")
    window.get("/row/letter/edit/name", 404)
    window.say(what="undo", row="letter", of=1)
    assert {row["title"] for row in tables(room)} == {"关于分解重点任务的通知"}


def test_a_letter_read_otherwise_now_is_a_conflict(
    tmp_path: Path, room: Room, window: Window, settings: Settings
) -> None:
    window.set("letter", "doc_number", "青政办发〔2024〕17号")
    reading = make_reading(tmp_path / "in" / "notice.pdf", 8)
    letter = replace(reading.document, doc_number="青政办发〔2024〕9号")
    write_output(room.library.out, [replace(reading, document=letter)], settings)
    assert "发文字号现在读作「青政办发〔2024〕9号」" in window.get("")
    assert {row["doc_number"] for row in tables(room)} == {"青政办发〔2024〕17号"}
    codes = [
        row["code"] for row in pq.read_table(room.library.out / "findings.parquet").to_pylist()
    ]
    assert codes.count("correction_conflict") == 1


# --- two windows ---


def test_the_second_window_is_told_and_does_not_overwrite(room: Room, window: Window) -> None:
    other = Window(room)
    window.set("1-1-0", "name", "甲")
    told = other.set("1-1-0", "name", "乙", status=409)
    assert "「第1项工作」→「甲」" in told["message"]
    assert "甲" in told["rows"]["1-1-0"]
    assert room.desk.open(window.doc).version == 1
    other.version = told["version"]  # it has seen it now, and decides
    other.set("1-1-0", "name", "乙")
    assert tables(room)[0]["name"] == "乙"


def test_windows_on_different_rows_do_not_hinder_each_other(room: Room, window: Window) -> None:
    other = Window(room)
    window.set("1-1-0", "name", "甲")
    other.set("1-2-0", "name", "乙")
    assert [row["name"] for row in tables(room)][:2] == ["甲", "乙"]


def test_a_window_hears_what_others_did(room: Room, window: Window) -> None:
    other = Window(room)
    window.set("1-4-0", "name", "甲")
    news = json.loads(other.get("/since/0"))
    assert news["changed"] == ["1-4-0"]
    assert "甲" in news["rows"]["1-4-0"]
    assert json.loads(other.get("/since/1"))["changed"] == []


def test_a_server_that_starts_again_shows_what_was_written(
    room: Room, window: Window, settings: Settings
) -> None:
    window.set("1-4-0", "name", "甲")
    again = open_room(str(room.library.out), settings, no_engine, "王五", (None, None))
    assert "甲" in Window(again).get("/row/1-4-0")


# --- a newer run ---


def test_a_conflict_is_shown_and_decided(
    tmp_path: Path, room: Room, window: Window, settings: Settings
) -> None:
    window.set("1-1-0", "name", "甲")
    reading = make_reading(tmp_path / "in" / "notice.pdf", 8)
    first = replace(reading.tasks[0], name="己")
    write_output(room.library.out, [replace(reading, tasks=(first, *reading.tasks[1:]))], settings)
    assert "现在读作「己」" in window.get("")
    assert "现在读作「己」" in window.get("/row/1-1-0/edit/name")
    assert tables(room)[0]["flags"] == ["correction_conflict"]
    window.reading = room.desk.open(window.doc).stored.reading  # the page was loaded anew
    window.set("1-1-0", "name", "甲")
    assert tables(room)[0]["flags"] == []
    assert tables(room)[0]["name"] == "甲"


def test_a_window_on_an_older_reading_corrects_nothing(
    tmp_path: Path, room: Room, window: Window, settings: Settings
) -> None:
    reading = make_reading(tmp_path / "in" / "notice.pdf", 8)
    fewer = tuple(replace(task, row_no=n) for n, task in enumerate(reading.tasks[1:], 1))
    write_output(room.library.out, [replace(reading, tasks=fewer)], settings)
    told = window.set("1-1-0", "name", "甲", status=422)
    assert "重新读取" in told["message"]
    assert json.loads(window.get("/since/0"))["reading"] != window.reading
    assert not read_corrections(journal_path(room.library.out, window.doc))


# --- names ---


def test_names_to_pick_from_are_those_of_the_files_and_the_document(
    room: Room, window: Window
) -> None:
    room.files.roster.write_text("李樱 副县长\n", encoding="utf-8")
    room.files.gazetteer.write_text("青岚县发展和改革局 发改局\n", encoding="utf-8")
    assert "李樱" in window.get("/names/leaders?q=李")
    assert "本件 8 处" in window.get("/names/leaders?q=王国")
    assert "青岚县发展和改革局" in window.get("/names/units?q=发改局")
    assert "李樱" not in window.get("/names/units?q=李")
    window.get("/names/name?q=x", 404)


def test_corrections_teach_on_confirmation_only(room: Room, window: Window) -> None:
    window.set("1-1-0", "leaders", ["王建国", "童勋海"])
    window.set("1-2-0", "units", ["青岚县交通运输局"])
    page = window.client.get("/teach").text
    assert "童勋海" in page
    assert "青岚县交通运输局" in page
    assert 'value="王建国"' not in page  # it had been read there
    assert not room.files.roster.exists()
    form = {"roster": ["童勋海"], "gazetteer": ["青岚县交通运输局", "../../x"]}
    said = window.client.post("/teach", data=form).text
    assert "已写入人名 1 个、单位 1 个" in said
    assert room.files.roster.read_text(encoding="utf-8") == "童勋海\n"
    assert room.files.gazetteer.read_text(encoding="utf-8") == "青岚县交通运输局\n"
    assert 'value="童勋海"' not in window.client.get("/teach").text


def test_lines_of_the_files_are_kept(room: Room, window: Window) -> None:
    room.files.roster.write_text("# 县领导\n李樱 副县长", encoding="utf-8")
    window.set("1-1-0", "leaders", ["童勋海", "李樱"])
    window.client.post("/teach", data={"roster": ["童勋海", "李樱"]})
    assert room.files.roster.read_text(encoding="utf-8") == "# 县领导\n李樱 副县长\n童勋海\n"


# --- a golden table ---


def test_a_reviewed_document_is_a_truth_for_eval(
    room: Room, window: Window, tmp_path: Path
) -> None:
    with pytest.raises(NotReviewedError, match="8 of 8") as refused:
        shown_to_golden(room.desk.open(window.doc))
    assert refused.value.exit_code is ExitCode.VALIDATION
    for number in range(1, 9):
        window.say(what="confirm", row=f"1-{number}-0")
    window.set("1-1-0", "name", "甲")
    truth = tmp_path / "truth.json"
    truth.write_text(shown_to_golden(room.desk.open(window.doc)), encoding="utf-8")
    pairs, _, _ = match(load_answers(room.library.out), load_goldens(truth))
    (found,) = [compare(*pair).differences for pair in pairs]
    assert [(item.column, item.expected) for item in found] == [("name", "甲")]
    room.write_tables()
    pairs, _, _ = match(load_answers(room.library.out), load_goldens(truth))
    assert [compare(*pair).differences for pair in pairs] == [()]


def test_a_document_is_named_by_path_name_or_digits(room: Room) -> None:
    doc_id = only_id(room)
    assert room.library.find("notice.pdf") == doc_id
    assert room.library.find(doc_id[:8]) == doc_id
    for wrong in ("other.pdf", doc_id[:3], ""):
        with pytest.raises(UsageError):
            room.library.find(wrong)


def test_a_folder_that_no_run_wrote_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="no tables"):
        Library(str(tmp_path), settings)
    with pytest.raises(UsageError, match="on this machine"):
        Library("s3://bucket/out", settings)
