"""The list and the overview tell how things stand now, and not how they were read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.review.room import Room
from tests.review_rooms import client_of, make_room
from tests.test_review import Window


@pytest.fixture
def room(tmp_path: Path, settings: Settings) -> Room:
    return make_room(tmp_path, settings)


@pytest.fixture
def window(room: Room) -> Window:
    return Window(room)


def bars(text: str, title: str) -> dict[str, str]:
    """The bars of one picture: label and number."""
    figure = re.search(f"<h2>{title}</h2>(.*?)</figure>", text, re.DOTALL)
    pairs = re.findall(r"<title>(.*?)：(.*?)</title>", figure[1]) if figure else []
    return dict(pairs)


@pytest.mark.parametrize("written", [False, True])
def test_the_overview_counts_what_stands_after_corrections(
    room: Room, window: Window, written: bool
) -> None:
    before = client_of(room).get("/overview").text
    assert bars(before, "各领导的任务") == {"王建国": "8"}
    assert bars(before, "疑点种类") == {"人名有歧义": "1", "序号缺号": "1"}
    assert list(bars(before, "存疑行最多的文件").values()) == ["1"]
    assert list(bars(before, "未核各行平均识别分最低的文件").values()) == ["0.962"]
    window.set("1-3-0", "leaders", ["赵大年", "王建国"])
    window.set("1-4-0", "units", ["青岚县县交通局", "县审计局"])
    window.set("letter", "title", "关于更正的通知")
    window.say(what="join", row="1-5-0", other="1-6-0", parts=[{"name": "并作一项"}])
    if written:  # the tables then hold it too: nothing is counted twice
        room.write_tables()
    text = client_of(room).get("/overview").text
    assert bars(text, "各领导的任务") == {"王建国": "7", "赵大年": "1"}
    assert sum(map(int, bars(text, "各单位的任务").values())) == 8
    assert bars(text, "疑点种类") == {"序号缺号": "1"}
    assert bars(text, "存疑行最多的文件") == {}
    # Row 3, read with 0.7, was reviewed; the others were read surely.
    assert bars(text, "未核各行平均识别分最低的文件") == {"关于更正的通知": "1.000"}


def test_the_list_counts_what_stands_after_corrections(room: Room, window: Window) -> None:
    assert "0 / 8" in client_of(room).get("/").text
    window.set("letter", "title", "关于更正的通知")
    window.say(what="confirm", row="1-3-0")
    window.say(what="join", row="1-5-0", other="1-6-0", parts=[{"name": "并作一项"}])
    text = client_of(room).get("/").text
    assert "关于更正的通知" in text
    assert "2 / 7" in text
    assert client_of(room).get("/", params={"q": "更正的"}).text.count('<a href="/d/') == 1
    assert client_of(room).get("/", params={"q": "分解重点"}).text.count('<a href="/d/') == 0


def test_scores_of_a_document_are_those_of_the_rows_left(window: Window) -> None:
    assert bars(window.get("/overview"), "识别分") == {"0.60 – 0.80": "1", "1.00": "7"}
    window.say(what="confirm", row="1-3-0")
    assert bars(window.get("/overview"), "未核各行的识别分") == {"1.00": "7"}
