"""The review page in a real browser: keyboard, mouse, drafts, two windows, hostile text, axe.

Slow, and skipped where chromium or Playwright is missing: `make test-browser`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Settings
from pipeline.corrections import Correction, journal_path, read_corrections
from pipeline.errors import InputError
from pipeline.review.pictures import Pictures
from tests.browsers import (
    ARGUMENTS,
    Served,
    Watched,
    axe_script,
    chromium,
    serious_faults,
    serving,
    until,
)
from tests.review_rooms import make_reading, make_room, only_id, write_notice

pytestmark = [pytest.mark.slow, pytest.mark.browser]

EVIL = "<script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\">"
HIDDEN = "甲\u202e乙\u200b丙"
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def served(tmp_path: Path, settings: Settings) -> Iterator[Served]:
    with serving(make_room(tmp_path, settings)) as found:
        yield found


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def context(browser: Any, served: Served, watched: Watched) -> Iterator[Any]:
    """A browser that has been let in; at the end, nothing was asked of anybody else."""
    found = browser.new_context(viewport={"width": 1280, "height": 800})
    watched.listen(found)
    page = found.new_page()
    page.goto(served.way_in)
    page.close()
    yield found
    found.close()
    assert watched.requests
    assert watched.strangers(served.base) == []
    assert watched.complaints == []


@pytest.fixture
def page(context: Any, served: Served) -> Any:
    return opened(context, served)


def opened(context: Any, served: Served) -> Any:
    """A window on the document, its first rows and page there."""
    found = context.new_page()
    found.goto(served.document)
    found.wait_for_selector("article.row")
    found.wait_for_selector("figure.sheet image")
    return found


def value(row: str, column: str) -> str:
    return f'#r-{row} .value[data-column="{column}"]'


def written(served: Served) -> tuple[Correction, ...]:
    out = served.room.library.out
    return read_corrections(journal_path(out, only_id(served.room)))


def test_the_token_does_not_stay_in_the_address(context: Any, served: Served) -> None:
    page = context.new_page()
    page.goto(served.way_in)
    assert page.url == f"{served.base}/"
    assert page.locator("table.list tbody tr").count() == 1
    page.click("table.list a")
    page.wait_for_selector("article.row")
    assert page.locator("#counts").inner_text().split() == ["8", "行", "1", "存疑", "0", "已核"]


def test_without_the_token_nothing_is_shown(browser: Any, served: Served) -> None:
    page = browser.new_context().new_page()
    answer = page.goto(served.document)
    assert answer.status == 403
    assert "任务" not in page.inner_text("body")


def test_a_value_shows_its_cell_and_a_cell_its_value(page: Any) -> None:
    page.click(value("1-2-0", "leaders"))
    page.wait_for_selector(".chosen-box")
    page.wait_for_selector("#loupe svg image")
    assert page.locator("#loupe svg image").count() == 1
    assert "牵头领导" in page.inner_text("#loupe")
    box = page.locator(".chosen-box").bounding_box()
    cell = page.locator('rect[data-rows="1-2-0"][data-column="leaders"]').bounding_box()
    assert abs(box["x"] - cell["x"]) < 4
    assert abs(box["y"] - cell["y"]) < 4
    page.keyboard.press("Escape")
    assert page.locator("#loupe").is_hidden()
    page.locator('rect[data-rows="1-5-0"][data-column="units"]').click()
    page.wait_for_selector(f"{value('1-5-0', 'units')}.chosen")


def test_the_keyboard_goes_everywhere(page: Any) -> None:
    def chosen() -> str:
        return str(page.locator(".row.chosen").get_attribute("data-row"))

    page.keyboard.press("j")
    page.wait_for_selector(".row.chosen")
    assert chosen() == "1-1-0"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    until(page, "document.querySelector('.row.chosen').dataset.row === '1-2-0'")
    page.keyboard.press("ArrowRight")
    assert page.locator(".value.chosen").get_attribute("data-column") == "local_measures"
    page.keyboard.press("e")
    page.wait_for_selector(".editor textarea")
    page.keyboard.press("Escape")
    assert page.locator(".editor").count() == 0
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("f")
    until(page, "document.querySelectorAll('article.row').length === 1")
    page.keyboard.press("j")
    page.wait_for_selector(".row.chosen")
    assert chosen() == "1-3-0"


def test_findings_are_gone_through_and_lead_to_their_row(page: Any) -> None:
    page.click("[data-tab=findings]")
    page.wait_for_selector(".findings .finding")
    page.keyboard.press("j")
    assert "序号缺号" in page.inner_text(".finding.chosen")
    page.keyboard.press("j")
    assert "人名有歧义" in page.inner_text(".finding.chosen")
    page.wait_for_selector(".chosen-box")
    page.keyboard.press("Enter")
    page.wait_for_selector("#r-1-3-0.chosen")


def test_enter_confirms_a_row(page: Any, served: Served) -> None:
    page.keyboard.press("j")
    page.wait_for_selector(".row.chosen")
    page.keyboard.press("Enter")
    page.wait_for_selector("#r-1-1-0.reviewed")
    assert [item.what for item in written(served)] == ["confirm"]
    assert page.inner_text("#counts .done b") == "1"


def test_a_name_is_corrected_by_the_keyboard_alone(page: Any, served: Served) -> None:
    for _ in range(3):
        page.keyboard.press("j")
    page.wait_for_selector("#r-1-3-0.chosen")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    page.wait_for_selector(".editor .chip")
    page.keyboard.press("Backspace")
    page.keyboard.type("童勋海")
    page.keyboard.press("Enter")
    page.keyboard.type("王国")
    page.wait_for_selector(".suggestions li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator(".editor .chip").count() == 2
    page.keyboard.press("Enter")
    page.wait_for_selector(".editor", state="detached")
    (correction,) = written(served)
    assert correction.after == ("童勋海", "王建国")
    page.wait_for_selector("#r-1-3-0.reviewed:not(.doubtful)")
    assert page.locator(".value.chosen").get_attribute("data-column") == "leaders"


def test_chips_are_moved_and_removed(page: Any, served: Served) -> None:
    page.dblclick(value("1-1-0", "units"))
    page.wait_for_selector(".editor .chip")
    page.fill(".editor input", "县水利局")
    page.keyboard.press("Enter")
    page.click('[aria-label="前移 县水利局"]')
    page.click('[aria-label="去掉 县交通局"]')
    page.fill(".editor input", "县农业局")
    page.click(".editor button.main")
    page.wait_for_selector(".editor", state="detached")
    assert written(served)[0].after == ("县水利局", "县农业局")


def test_the_buttons_that_write_files_work(context: Any, page: Any, served: Served) -> None:
    """Forms of the page itself: browsers send their Origin only under some policies."""
    page.dblclick(value("1-1-0", "leaders"))
    page.fill(".editor input", "赵大年")
    page.keyboard.press("Enter")
    page.click(".editor button.main")
    page.wait_for_selector(".editor", state="detached")
    page.goto(f"{served.base}/teach")
    page.click("form button.main")
    page.wait_for_selector("text=已写入人名 1 个")
    assert (served.room.library.out / "roster.txt").read_text("utf-8") == "赵大年\n"
    page.goto(f"{served.base}/")
    page.click("form.note button")
    page.wait_for_selector("text=已写入表格（1 件）")
    assert not served.room.library.tables_are_stale()


def test_a_page_that_cannot_be_drawn_says_why(
    context: Any, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise InputError("notice.pdf, page 1: the page cannot be drawn (odd).", "Scan it again.")

    monkeypatch.setattr(Pictures, "_draw", fail)
    page = opened(context, served)
    page.wait_for_selector("#p1 .trouble")
    until(
        page, "document.querySelector('#p1 .trouble').textContent.includes('页面画不出来（odd）')"
    )
    page.keyboard.press("j")
    page.wait_for_selector("#p1 .choice rect")


def test_what_is_offered_is_in_sight(page: Any, served: Served) -> None:
    units = "".join(f"县{name}局\n" for name in ("水利", "民政", "财政", "审计", "司法", "统计"))
    (served.room.library.out / "gazetteer.txt").write_text(units, encoding="utf-8")
    page.set_viewport_size({"width": 1280, "height": 560})
    page.dblclick(value("1-2-0", "units"))
    page.wait_for_selector(".editor .chip")
    page.evaluate("document.querySelector('.editor').scrollIntoView({block: 'end'})")
    page.keyboard.type("县")
    page.wait_for_selector(".suggestions li")
    until(
        page,
        "document.querySelector('.suggestions').getBoundingClientRect().bottom <= innerHeight + 1",
    )


def test_an_element_of_the_letter_is_corrected(page: Any, served: Served) -> None:
    page.click("[data-tab=overview]")
    page.wait_for_selector("#r-letter")
    page.click('#r-letter .value[data-column="doc_number"]')
    page.keyboard.press("Enter")  # confirms rows only
    page.keyboard.press("e")
    page.wait_for_selector(".editor textarea")
    page.fill(".editor textarea", "青政办发〔2024〕17号")
    page.keyboard.press("Enter")
    page.wait_for_selector("#r-letter .read")
    assert [item.column for item in written(served)] == ["doc_number"]


def test_rows_are_split_and_joined(page: Any, served: Served) -> None:
    page.click("#r-1-1-0 [data-act=more]")
    page.click("#r-1-1-0 [data-act=split]")
    form = page.locator(".editor[data-kind=split]")
    form.locator('fieldset[data-column="name"] textarea').nth(0).fill("上半")
    form.locator('fieldset[data-column="name"] textarea').nth(1).fill("下半")
    form.locator("button.main").click()
    page.wait_for_selector("#r-1-1-1")
    assert page.inner_text(value("1-1-1", "name")) == "下半"
    page.click("#r-1-1-0 [data-act=more]")
    page.click("#r-1-1-0 [data-act=join]")
    page.locator(".editor[data-kind=join] button.main").click()
    page.wait_for_selector("#r-1-1-1", state="detached")
    page.wait_for_selector("#r-1-1-0")
    assert page.inner_text(value("1-1-0", "name")) == "上半下半"
    assert [item.what for item in written(served)] == ["split", "join"]


def test_a_doubt_is_dismissed_with_a_reason(page: Any, served: Served) -> None:
    page.click("#r-1-3-0 .finding [data-act=dismiss]")
    page.keyboard.type("看过原件")
    page.keyboard.press("Enter")
    page.wait_for_selector("#r-1-3-0:not(.doubtful)")
    assert written(served)[0].reason == "看过原件"


def test_nothing_is_lost_when_the_server_starts_again(
    context: Any, served: Served, watched: Watched
) -> None:
    page = opened(context, served)
    page.dblclick(value("1-2-0", "name"))
    page.fill(".editor textarea", "写到一半的名称")
    served.stop()
    page.click(".editor button.main")
    page.wait_for_selector("#lost")
    assert "草稿" in page.inner_text("#lost")
    assert page.input_value(".editor textarea") == "写到一半的名称"
    page.close()
    assert written(served) == ()
    served.token = "another0token0of0this0run"  # noqa: S105 - of a test
    served.start()
    again = context.new_page()
    again.goto(served.way_in)
    again.goto(served.document)
    again.click("#notes button")
    again.wait_for_selector(".editor textarea")
    assert again.input_value(".editor textarea") == "写到一半的名称"
    again.click(".editor button.main")
    again.wait_for_selector(".editor", state="detached")
    assert written(served)[0].after == "写到一半的名称"
    again.reload()
    again.wait_for_selector("article.row")
    assert again.locator("#notes button").count() == 0


def test_an_open_window_goes_on_when_the_new_address_was_opened(
    context: Any, served: Served
) -> None:
    page = opened(context, served)
    page.dblclick(value("1-2-0", "name"))
    page.fill(".editor textarea", "甲")
    served.stop()
    served.token = "another0token0of0this0run"  # noqa: S105 - of a test
    served.start()
    page.click(".editor button.main")
    page.wait_for_selector("#lost")
    other = context.new_page()
    other.goto(served.way_in)
    page.click(".editor button.main")
    page.wait_for_selector(".editor", state="detached")
    assert written(served)[0].after == "甲"


def test_the_second_window_is_told(context: Any, served: Served) -> None:
    one, two = opened(context, served), opened(context, served)
    two.dblclick(value("1-1-0", "name"))
    two.fill(".editor textarea", "乙")
    one.dblclick(value("1-1-0", "name"))
    one.fill(".editor textarea", "甲")
    one.keyboard.press("Enter")
    one.wait_for_selector(".editor", state="detached")
    until(two, "document.querySelector('.editor .state').textContent.includes('甲')")
    two.click(".editor button.main")
    two.wait_for_selector(".editor", state="detached")
    assert [item.after for item in written(served)] == ["甲", "乙"]
    assert written(served)[1].before == "甲"
    until(one, f"document.querySelector('{value('1-1-0', 'name')}').innerText === '乙'")


def test_a_stale_edit_is_refused_at_first(context: Any, served: Served) -> None:
    page = opened(context, served)
    page.evaluate("listen = () => {}")
    page.dblclick(value("1-1-0", "name"))
    served.room.desk.correct(
        only_id(served.room),
        {
            "what": "set",
            "row": "1-1-0",
            "column": "name",
            "after": "甲",
            "version": 0,
            "reading": served.room.desk.open(only_id(served.room)).stored.reading,
        },
    )
    page.evaluate("version = 0")
    page.fill(".editor textarea", "乙")
    page.click(".editor button.main")
    until(page, "/「甲」/.test(document.querySelector('.editor .state').textContent)")
    assert [item.after for item in written(served)] == ["甲"]
    assert page.input_value(".editor textarea") == "乙"


def test_hostile_text_is_text(
    browser: Any, watched: Watched, tmp_path: Path, settings: Settings
) -> None:
    source = write_notice(tmp_path / "in" / "notice.pdf")
    reading = make_reading(source, 8)
    tasks = tuple(
        replace(task, name=EVIL, remark=FORMULA, leaders=(EVIL,), units=(HIDDEN,))
        for task in reading.tasks
    )
    findings = tuple(replace(finding, message=EVIL) for finding in reading.findings)
    changes = {"tasks": tasks, "findings": findings}
    with serving(make_room(tmp_path, settings, **changes)) as served:
        context = browser.new_context()
        watched.listen(context)
        context.new_page().goto(served.way_in)
        page = opened(context, served)
        assert page.inner_text(value("1-1-0", "name")) == EVIL
        assert page.inner_text(value("1-1-0", "remark")) == FORMULA
        assert page.inner_text(value("1-1-0", "units")) == "甲U+202E乙U+200B丙"
        page.dblclick(value("1-1-0", "leaders"))
        page.wait_for_selector(".editor .chip")
        assert EVIL in page.inner_text(".editor .chip")
        page.fill(".editor input", "<")
        page.wait_for_timeout(300)
        for tab in ("findings", "overview", "rows"):
            page.click(f"[data-tab={tab}]")
            page.wait_for_timeout(300)
            page.mouse.move(300, 300)
        assert page.title() != "hit"
        assert page.locator("#panel img, #panel script").count() == 0
        context.close()
        assert watched.strangers(served.base) == []
        assert watched.complaints == []


def test_a_long_document_is_fetched_as_it_comes_near(
    browser: Any, watched: Watched, tmp_path: Path, settings: Settings
) -> None:
    with serving(make_room(tmp_path, settings, 2000)) as served:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        watched.listen(context)
        context.new_page().goto(served.way_in)
        page = opened(context, served)
        page.wait_for_timeout(500)
        assert page.locator("figure.sheet").count() == 200
        assert page.locator("article.row").count() <= 100
        assert page.locator("figure.sheet image").count() <= 8
        page.keyboard.press("k")  # from nowhere: the last row
        page.wait_for_selector("#r-1-2000-0.chosen")
        page.wait_for_selector('#p200 rect[data-rows="1-2000-0"]')
        page.wait_for_selector("#p200 .chosen-box")
        top = "(document.querySelector('#p200 .chosen-box')?.getBoundingClientRect().top ?? -1)"
        until(page, f"{top} > 0 && {top} < 800")
        assert page.locator("article.row").count() <= 300
        context.close()
        assert watched.strangers(served.base) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(
    browser: Any, served: Served, scheme: str, watched: Watched
) -> None:
    script = axe_script()
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    context.new_page().goto(served.way_in)
    page = opened(context, served)
    page.click(value("1-3-0", "name"))
    faults = {"rows": serious_faults(page, script)}
    page.dblclick(value("1-3-0", "leaders"))
    page.wait_for_selector(".editor .chip")
    page.keyboard.press("Backspace")
    page.keyboard.type("王")
    page.wait_for_selector(".suggestions li")
    faults["editor"] = serious_faults(page, script)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.click("#r-1-3-0 [data-act=more]")
    page.click("#r-1-3-0 [data-act=split]")
    page.wait_for_selector("fieldset")
    faults["split"] = serious_faults(page, script)
    for tab in ("findings", "overview"):
        page.click(f"[data-tab={tab}]")
        page.wait_for_selector("#panel .block")
        faults[tab] = serious_faults(page, script)
    page.keyboard.press("?")
    faults["help"] = serious_faults(page, script)
    for path in ("/", "/overview", "/teach"):
        page.goto(served.base + path)
        faults[path] = serious_faults(page, script)
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}, json.dumps(
        faults, ensure_ascii=False, indent=1
    )
