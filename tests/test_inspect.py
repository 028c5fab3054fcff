"""The inspection page: whole in itself, and safe with hostile text."""

from __future__ import annotations

import ast
import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.geometry import BBox
from pipeline.inspect.html import View, view_to_html
from pipeline.inspect.pictures import LONGEST, PagePicture, page_pictures, raster_to_uri
from pipeline.inspect.view import reading_to_leaves, reading_to_view
from pipeline.model import (
    Document,
    Layout,
    PageContent,
    Prose,
    Raster,
    Reading,
    Spot,
    Step,
    Word,
)
from pipeline.run import Trace
from pipeline.show.labels import FACT_LABELS
from pipeline.sources import find_documents, open_source
from tests.engines import FixedEngine
from tests.readings import a_reading
from tests.scan_pages import DPI, SETTINGS, grid, leaning, paper, prose

EVIL = """</script><script>alert(1)</script><img src=x onerror="alert(1)"> ' " & ${x} $title"""


class Elements(HTMLParser):
    """Collects tags with attributes, and fails on none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


VOID = {"meta", "br", "img", "input", "link"}


class Balance(HTMLParser):
    """Fails where a closing tag does not close the tag that was opened last."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None: ...

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(reading: Reading, picture: str = "data:image/jpeg;base64,AA==") -> str:
    prose = Prose(1, 595, 842, (Word("页脚", BBox(1, 2, 3, 4)),))
    return view_to_html(
        View(reading, Layout(reading.tables, (prose,)), {(1, 0): PagePicture(picture)})
    )


def test_cells_lines_findings_and_tasks_are_there() -> None:
    reading = a_reading()
    text = page_of(reading)
    found = Elements(text).found
    about = [attributes["data-about"] for _, attributes in found if "data-about" in attributes]
    values = [attributes for _, attributes in found if "data-rows" in attributes]
    others = [item for item in about if "表 1 · 第" in (item or "")]
    assert len(values) + len(others) == len(reading.tables[0].cells)
    spanning = [item["data-rows"] for item in values if item["data-column"] == "category"]
    assert spanning == ["1-1-0 1-2-0"]  # one cell, the value of two rows
    assert any("页脚" in (item or "") for item in about)
    shown = {attributes.get("data-finding") for _, attributes in found} - {None}
    assert shown == {str(number) for number in range(len(reading.findings))}
    ids = {attributes.get("id") for _, attributes in found}
    targets = [item["href"] for tag, item in found if tag == "a"]
    assert all(target and target[1:] in ids for target in targets)
    assert "关于印发《任务分解表》的通知" in text
    assert text.count('<article class="row wrong"') == 1
    assert text.count("<article") == len(reading.tasks)


def test_it_asks_for_nothing_outside_itself() -> None:
    text = page_of(a_reading())
    for _, attributes in Elements(text).found:
        for name in ("src", "href", "xlink:href", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:", "#"))
    # The name of the SVG namespace is asked of nobody.
    assert not re.search(r"https?:(?!//www.w3.org/2000/svg)|@import|url\(", text)
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert not re.search(r"\sstyle=|data-act=\"(confirm|split|dismiss)", text)


def test_hostile_text_stays_text() -> None:
    reading = a_reading()
    task = replace(reading.tasks[0], name=EVIL, remark=EVIL)
    finding = replace(reading.findings[2], message=EVIL)
    cell = replace(reading.tables[0].cells[1], text=EVIL)
    cells = tuple(
        cell if item.column == 1 and item.row == 0 else item for item in reading.tables[0].cells
    )
    hostile = replace(
        reading,
        source=EVIL,
        document=Document(title=EVIL, issuer=EVIL),
        tasks=(task,),
        findings=(finding,),
        tables=(replace(reading.tables[0], cells=cells, title=EVIL),),
    )
    honest, evil = Elements(page_of(reading)).found, Elements(page_of(hostile)).found
    assert sum(tag == "script" for tag, _ in evil) == sum(tag == "script" for tag, _ in honest) == 1
    assert not any(name.startswith("on") for _, attributes in evil for name in attributes)
    assert not any(tag == "img" for tag, _ in evil)
    assert sum(tag == "image" for tag, _ in evil) == 1


def test_every_tag_is_closed() -> None:
    assert Balance(page_of(a_reading())).open == []


def test_a_page_without_a_picture_is_still_drawn() -> None:
    reading = a_reading()
    text = view_to_html(View(reading, Layout(reading.tables, ()), {}))
    assert "<image" not in text
    assert "data-about" in text


def test_machine_read_text_has_tables_and_no_pages() -> None:
    record = replace(a_reading().pages[0], route="markup")
    text = page_of(a_reading(pages=(record,)))
    assert 'class="sheet"' not in text
    assert 'rowspan="2"' in text


def test_a_scan_shows_its_picture_before_and_the_steps_between() -> None:
    steps = (Step("skew", True, (("degrees", 1.5),)), Step("light", False))
    record = replace(a_reading().pages[0], route="scan", steps=steps)
    reading = a_reading(pages=(record,))
    pictures = {(1, 0): PagePicture("data:image/jpeg;base64,AA==", "data:image/jpeg;base64,BB==")}
    text = view_to_html(View(reading, Layout(reading.tables, ()), pictures))
    found = Elements(text).found
    images = [item.get("src") or item["href"] for tag, item in found if tag in ("img", "image")]
    assert [str(image)[-4:] for image in images] == ["BB==", "AA=="]
    assert "2 步中 1 步改动了图像" in text
    assert '<li class="changed"><b>扶正</b> 转角（度） 1.5</li>' in text
    assert Balance(text).open == []


def test_every_fact_of_a_preparation_step_has_a_name_in_chinese() -> None:
    names: set[str] = set()
    for path in Path("pipeline/scan/prepare").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                first = node.elts[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names.add(first.value)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_step":
                names |= {word.arg for word in node.keywords if word.arg}
    assert {"degrees", "specks", "bent"} <= names
    # Others are the sides of a sheet, and the axes of lines.
    assert names - {"left", "right", "upper", "lower", "h", "v"} <= FACT_LABELS.keys()


def test_two_pages_of_a_sheet_are_drawn_each_with_what_stands_on_it() -> None:
    first = replace(a_reading().pages[0], width=200.0, spot=Spot(1, 1))
    second = replace(first, width=400.0, spot=Spot(1, 2, 200.0, 0.0))
    reading = a_reading(pages=(first, second))
    text = view_to_html(View(reading, Layout(reading.tables, ()), {}))
    ids = [item["id"] for _, item in Elements(text).found if item.get("class") == "sheet"]
    assert ids == ["p1", "p1-2"]
    # Every cell of the page is on one of them: columns of 100 points, from 50.
    parts = [part for cell in reading.tables[0].cells for part in cell.fragments if part.page == 1]
    leaves = reading_to_leaves(reading, Layout(reading.tables, ()), {}, reading_to_view(reading))
    drawn = [len(leaf.sheet.cells) + len(leaf.sheet.values) for leaf in leaves]
    assert sum(drawn) == len(parts)
    assert drawn[0] == sum(part.box.x_mid < 200 for part in parts)
    assert 'viewBox="200.00 0.00 400.00' in text


def test_the_pictures_of_a_scan_are_the_sheet_and_its_prepared_pages(tmp_path: Path) -> None:
    page = paper(1654, 2339)
    prose(page, 200, 200, lines=12, count=36)
    grid(page, (180, 900, 1450), (800, 1000, 1400))
    path = tmp_path / "scan.png"
    sheet = np.concatenate((leaning(page, 1.5), page), axis=1)
    Image.fromarray(sheet).save(path, dpi=(DPI, DPI))
    steps = [(Step("part", True, (("side", side),)),) for side in ("left", "right")]
    contents = tuple(
        PageContent(number, 595, 842, "scan", "", steps=step, spot=Spot(1, number))
        for number, step in enumerate(steps, start=1)
    )
    trace = Trace(a_reading(), open_source(path, SETTINGS), contents, Layout((), ()))
    pictures = page_pictures(trace, FixedEngine, SETTINGS)
    assert set(pictures) == {(1, 1), (1, 2)}
    assert pictures[1, 1].before
    assert not pictures[1, 2].before
    first = Image.open(io.BytesIO(base64.b64decode(pictures[1, 1].page.split(",")[1])))
    ink = np.asarray(first.convert("L")) < 128
    # The ruling over the table is level again: one row of pixels holds nearly all of it.
    assert ink.mean(axis=1).max() > 0.7


def test_boxes_are_in_points_of_the_page() -> None:
    text = page_of(a_reading())
    assert 'viewBox="0.00 0.00 595.00 842.00"' in text
    assert 'x="50.00" y="100.00" width="100.00" height="20.00"' in text


def test_pictures_are_small_and_inside() -> None:
    pixels = np.full((4000, 3000, 3), 255, np.uint8)
    uri = raster_to_uri(Raster(pixels, 300))
    assert uri.startswith("data:image/jpeg;base64,")
    assert len(uri) < 100_000
    assert LONGEST < 4000


def test_the_page_is_no_document_of_its_folder(tmp_path: Path) -> None:
    """It may lie beside the document that it shows."""
    (tmp_path / "a.pdf.html").write_text(page_of(a_reading()), encoding="utf-8")
    (tmp_path / "b.pdf.html").write_text("<table><tr><td>序号</td></tr></table>", encoding="utf-8")
    assert find_documents([tmp_path]) == [tmp_path / "b.pdf.html"]
