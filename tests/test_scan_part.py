"""Two pages on one sheet: told, parted, put in order, and named by their sheet in the end."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.geometry import BBox
from pipeline.model import (
    Cell,
    Code,
    Finding,
    Fragment,
    Layout,
    PageContent,
    PageRecord,
    Prose,
    Provenance,
    Raster,
    Reading,
    Ruling,
    Severity,
    Spot,
    Table,
    Task,
    Word,
)
from pipeline.scan import sheet_to_contents
from pipeline.scan.halves import order_halves, page_number
from pipeline.scan.prepare.part import find_gutter, part_sheet
from pipeline.sheets import contents_to_sheets, number_pages
from tests.engines import FixedEngine
from tests.scan_pages import DPI, SETTINGS, Picture, grid, leaning, paper, prose, text

A4 = (1654, 2339)  # pixels at 200 dpi


def portrait(lines: int = 24, number: int = 0) -> Picture:
    """A page of prose, with as many characters at its foot as `number` says."""
    page = paper(*A4)
    prose(page, 220, 220, lines=lines, count=36)
    if number:
        text(page, 780, 2080, number)
    return page


def landscape(table: bool = True, number: int = 3) -> Picture:
    page = paper(A4[1], A4[0])
    if table:
        for row in range(6):
            for x in (240, 600, 1500):
                text(page, x, 320 + 150 * row, 8)
        grid(page, (200, 560, 1450, 2100), [250 + 150 * row for row in range(7)])
    text(page, 1100, 1480, number)
    return page


def beside(*pages: Picture) -> Picture:
    return np.ascontiguousarray(np.concatenate(pages, axis=1))


def below(*pages: Picture) -> Picture:
    return np.ascontiguousarray(np.concatenate(pages, axis=0))


def sides(page: Picture, dpi: float = DPI) -> list[str]:
    return [half.side for half in part_sheet(Raster(page, dpi))]


# A sheet reduced to A4, as copiers print two pages on one, says nothing by its size.
@pytest.mark.parametrize("dpi", [DPI, DPI * 2**0.5])
@pytest.mark.parametrize("lean", [0.0, 1.5, -4.0])
def test_pages_side_by_side_are_parted(lean: float, dpi: float) -> None:
    sheet = beside(portrait(), portrait(lines=9))
    assert sides(leaning(sheet, lean) if lean else sheet, dpi) == ["left", "right"]


def test_pages_below_each_other_are_parted_when_the_sheet_is_large_or_they_are_numbered() -> None:
    sheet = below(landscape(), landscape())
    assert sides(sheet) == ["upper", "lower"]
    assert sides(sheet, DPI * 2**0.5) == ["upper", "lower"]
    bare = sheet.copy()
    bare[1400:1654] = 255
    assert sides(bare, DPI * 2**0.5) == ["whole"]


@pytest.mark.parametrize("turned", [1, 2, 3])
def test_a_sheet_may_lie_any_way(turned: int) -> None:
    for sheet in (beside(portrait(), portrait()), below(landscape(), landscape())):
        assert len(sides(np.ascontiguousarray(np.rot90(sheet, turned)))) == 2


def test_the_shadow_of_the_fold_is_no_text() -> None:
    sheet = beside(portrait(), portrait())
    cv2.line(sheet, (1640, 0), (1668, 2339), (90, 90, 90), 3)
    assert sides(sheet) == ["left", "right"]


def test_a_last_page_may_stand_alone_on_its_sheet() -> None:
    assert sides(beside(portrait(), paper(*A4))) == ["left", "right"]
    assert sides(beside(portrait(), paper(*A4)), DPI * 2**0.5) == ["whole"]


def wide_table() -> Picture:
    page = landscape(table=False)
    for row in range(6):
        text(page, 240, 320 + 150 * row, 20)
        text(page, 1300, 320 + 150 * row, 20)
    return page


def titled_columns() -> Picture:
    """Two blocks of text with a broad gap, under a title over both."""
    page = paper(A4[1], A4[0])
    text(page, 900, 160, 16)
    for x in (200, 1400):
        prose(page, x, 300, lines=16, count=20)
    return page


def ruled_wide() -> Picture:
    page = wide_table()
    grid(page, (200, 2150), [280 + 150 * row for row in range(7)])
    return page


def dotted_wide() -> Picture:
    """The same with dotted rules; rows of the page before end in its outer columns."""
    page = paper(A4[1], A4[0])
    for row in range(6):
        text(page, 240, 320 + 150 * row, 20)
        text(page, 1500, 320 + 150 * row, 12)
        for x in range(200, 2150, 10):
            page[280 + 150 * row : 283 + 150 * row, x : x + 4] = 0
    return page


def two_tables() -> Picture:
    """A page on which one table stands above another."""
    page = paper(*A4)
    for top in (250, 1300):
        for row in range(5):
            text(page, 240, top + 50 + 150 * row, 30)
        grid(page, (200, 600, 1450), [top + 150 * row for row in range(6)])
    return page


@pytest.mark.parametrize(
    "draw",
    [landscape, portrait, titled_columns, ruled_wide, dotted_wide, two_tables, lambda: paper(*A4)],
)
@pytest.mark.parametrize("turned", [0, 1])
def test_one_page_stays_whole(draw: object, turned: int) -> None:
    page = np.ascontiguousarray(np.rot90(draw(), turned))  # type: ignore[operator]
    (half,) = part_sheet(Raster(page, DPI))
    assert half.raster.pixels is page
    assert (half.step.name, half.step.changed) == ("part", False)


def test_nothing_is_lost_by_the_cut() -> None:
    sheet = leaning(beside(portrait(), portrait()), 3.0)
    gutter = find_gutter(Raster(sheet, DPI))
    assert gutter is not None
    assert gutter.degrees == pytest.approx(3.0, abs=1.0)
    ink = [int((half.raster.pixels < 128).sum()) for half in part_sheet(Raster(sheet, DPI))]
    assert sum(ink) == int((sheet < 128).sum())
    assert min(ink) > 0.4 * sum(ink)


@pytest.mark.parametrize(
    ("turned", "first"), [(0, "left"), (90, "upper"), (180, "right"), (270, "lower")]
)
def test_pages_come_in_the_order_in_which_they_are_read(turned: int, first: str) -> None:
    sheet = beside(portrait(24), portrait(9))
    lying = np.ascontiguousarray(np.rot90(sheet, -turned // 90))
    contents = sheet_to_contents(Raster(lying, DPI), 5, FixedEngine(), SETTINGS, "")
    assert [content.page for content in contents] == [5, 5]
    assert [content.spot and content.spot.half for content in contents] == [1, 2]
    assert contents[0].rotation == (360 - turned) % 360
    steps = [dict(content.steps[0].facts) for content in contents]
    assert steps[0]["side"] == first
    assert contents[1].spot == Spot(5, 2, contents[0].width, 0.0)
    assert [f.code for f in contents[0].findings if f.code is Code.PAGE_PARTED]


def numbered(number: str, rotation: int = 0) -> PageContent:
    word = Word(number, BBox(280, 780, 320, 792))
    other = Word("3", BBox(280, 400, 290, 412))
    return PageContent(1, 595, 842, "scan", "", (word, other), rotation=rotation)


def test_printed_numbers_overrule_the_sides() -> None:
    assert page_number(numbered("— 12 —")) == 12
    assert page_number(numbered("第 7 页")) == 7
    assert page_number(numbered("抄送")) is None
    right = [("left", numbered("— 4 —")), ("right", numbered("— 3 —"))]
    pages = order_halves(right)
    assert [page_number(page) for page in pages] == [3, 4]
    assert [f.severity for f in pages[0].findings] == [Severity.INFO]
    booklet = [("left", numbered("— 8 —")), ("right", numbered("— 1 —"))]
    pages = order_halves(booklet)
    assert [page_number(page) for page in pages] == [8, 1]
    assert [f.severity for f in pages[0].findings] == [Severity.WARNING]


def test_what_is_written_names_the_sheet_and_a_place_on_it() -> None:
    """Pages 1, 2 (both on sheet 1) and 3 (sheet 2): a row from page 1 to 2, a finding on each."""
    box = BBox(50, 100, 150, 120)
    line = Word("一", box)
    first, second = (
        replace(numbered("1"), spot=Spot(1, 1)),
        replace(numbered("2"), spot=Spot(1, 2, 595.0, 0.0)),
    )
    contents = (
        *number_pages((first, second), 1),
        *number_pages((PageContent(2, 595, 842, "scan", ""),), 3),
    )
    assert [content.page for content in contents] == [1, 2, 3]
    sheets = contents_to_sheets(contents)
    assert sheets is not None
    parts = tuple(Fragment(page, box, (line,)) for page in (1, 2, 3))
    table = Table(1, 1, 1, (Cell(0, 0, text="一", fragments=parts),))
    places = tuple(Provenance("name", page, box) for page in (1, 2, 3))
    finding = Finding("scan", Code.LOW_SCORE, Severity.WARNING, "", page=2, box=box)
    reading = Reading(
        "",
        "",
        tasks=(Task(1, 1, pages=(1, 2, 3), places=places),),
        tables=(table,),
        findings=(finding, replace(finding, page=None, box=None)),
        pages=tuple(PageRecord(n, "scan", "", 595, 842) for n in (1, 2, 3)),
    )
    found = sheets.reading(reading)
    moved = BBox(645, 100, 745, 120)
    assert found.tasks[0].pages == (1, 2)
    assert [(p.page, p.box) for p in found.tasks[0].places] == [(1, box), (1, moved), (2, box)]
    assert found.tables[0].pages == (1, 2)
    assert [p.box for p in found.tables[0].cells[0].fragments] == [box, moved, box]
    assert [p.box for p in found.tables[0].cells[0].lines] == [box, moved, box]
    assert [(f.page, f.box) for f in found.findings] == [(1, moved), (None, None)]
    assert [(r.page, r.half) for r in found.pages] == [(1, 1), (1, 2), (2, 0)]
    assert found.sheets == 2
    prose = Prose(2, 595, 842, (line,), (Ruling("h", 10, 20, 30), Ruling("v", 10, 20, 30)))
    (laid,) = sheets.layout(Layout((), (prose,))).prose
    assert (laid.page, laid.lines[0].box) == (1, moved)
    assert laid.rules == (Ruling("h", 10, 615, 625), Ruling("v", 605, 20, 30))


def test_pages_that_are_sheets_keep_their_numbers() -> None:
    contents = number_pages((PageContent(1, 595, 842, "scan", ""),), 1)
    assert contents[0].spot is None
    assert contents_to_sheets(contents) is None
