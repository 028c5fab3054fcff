from __future__ import annotations

import os
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from PIL import Image

from pipeline.characters import is_blank, map_radicals
from pipeline.config import Limits, Settings
from pipeline.errors import InputError
from pipeline.model import Code, PageContent, Severity
from pipeline.textlayer import TextLayer
from tests.pdfs import (
    A4,
    Page,
    bar,
    corner_picture,
    jpeg,
    line,
    place,
    png,
    show,
    write,
    write_table,
)

SENTENCE = "各乡镇人民政府县直及驻县各相关单位要高度重视认真组织落实"
BODY = "".join(show(SENTENCE, 60, 700 - 20 * row) for row in range(12))
SCAN = {"Im": jpeg(corner_picture())}
WHOLE_PAGE = place("Im", 0, 0, *A4)


def read(path: Path, page: int = 1, settings: Settings | None = None) -> PageContent:
    with TextLayer(path) as layer:
        return layer.page_to_content(page, settings or Settings())


def texts(content: PageContent) -> list[str]:
    return [word.text for word in content.words]


def codes(content: PageContent) -> Counter[Code]:
    return Counter(finding.code for finding in content.findings)


# --- words -----------------------------------------------------------------------------------


def test_a_line_is_a_word_with_a_glyph_for_each_character(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(show("岳阳县2023年", 100, 700, 10))])
    (word,) = read(path).words
    assert word.text == word.raw == "岳阳县2023年"
    assert "".join(glyph.text for glyph in word.glyphs) == word.text
    assert [round(glyph.box.x0) for glyph in word.glyphs] == [
        100,
        110,
        120,
        130,
        135,
        140,
        145,
        150,
    ]
    # Descent 140 of 1,000: the em box reaches from 1.4 below the base line to 8.6 above it.
    assert word.box.bottom == pytest.approx(842 - 700 + 1.4)
    assert word.box.height == pytest.approx(10)
    assert word.score == 1.0


def test_characters_drawn_in_any_order_make_the_same_words(tmp_path: Path) -> None:
    places = [
        (ch, 100 + 12 * column, 700 - 30 * row)
        for row, name in enumerate(["王建国", "李明", "欧阳文山"])
        for column, ch in enumerate(name)
    ]
    for seed in range(5):
        random.Random(seed).shuffle(places)
        page = Page("".join(show(ch, x, y) for ch, x, y in places))
        path = write(tmp_path / f"{seed}.pdf", [page])
        assert texts(read(path)) == ["王建国", "李明", "欧阳文山"]


def test_gaps_and_blanks_end_words(tmp_path: Path) -> None:
    content = (
        show("王　强", 100, 700)
        + show("张", 100, 660)
        + show("三", 100 + 12 + 10, 660)
        + show("Hello World", 100, 620)
        + show("AB", 100, 580)
        + show("CD", 100 + 12 + 3, 580)
    )
    path = write(tmp_path / "a.pdf", [Page(content)])
    assert texts(read(path)) == ["王", "强", "张", "三", "Hello", "World", "AB", "CD"]


def test_stacked_names_side_by_side_stay_apart(tmp_path: Path) -> None:
    names = ["王建国", "李小明", "赵大海"]
    content = "".join(
        show(ch, 100 + 18 * column, 700 - 14 * row)
        for column, name in enumerate(names)
        for row, ch in enumerate(name)
    )
    path = write(tmp_path / "a.pdf", [Page(content)])
    words = read(path).words
    assert [glyph.text for word in words for glyph in word.glyphs] == list("王李赵建小大国明海")


def test_a_vertical_ruling_parts_a_word(tmp_path: Path) -> None:
    page = Page(show("甲乙丙丁", 100, 700) + line(124, 690, 124, 720))
    path = write(tmp_path / "a.pdf", [page])
    assert texts(read(path)) == ["甲乙", "丙丁"]


@pytest.mark.parametrize("beside", [160.0, 159.9, 164.0])
def test_a_mark_that_hangs_over_a_ruling_stays_with_its_line(tmp_path: Path, beside: float) -> None:
    drawn = (
        show("严禁挪用。", 112, 700) + show("恢复撂荒地", beside, 700) + line(160, 650, 160, 750)
    )
    assert texts(read(write(tmp_path / "a.pdf", [Page(drawn)]))) == ["严禁挪用。", "恢复撂荒地"]


@pytest.mark.parametrize("text", ["，恢复撂荒地", "”。"])
def test_a_mark_that_begins_a_line_stays_in_its_cell(tmp_path: Path, text: str) -> None:
    drawn = show("体系建设", 112, 700) + show(text, 160, 700) + line(160, 650, 160, 750)
    assert texts(read(write(tmp_path / "a.pdf", [Page(drawn)]))) == ["体系建设", text]


def test_a_ruling_elsewhere_parts_nothing(tmp_path: Path) -> None:
    page = Page(show("甲乙丙丁", 100, 700) + line(124, 600, 124, 650))
    path = write(tmp_path / "a.pdf", [page])
    assert texts(read(path)) == ["甲乙丙丁"]


@pytest.mark.parametrize("offset", [0.0, 0.3, 1.0])
def test_fake_bold_is_read_once(tmp_path: Path, offset: float) -> None:
    page = Page(show("标题11人人", 100, 700) + show("标题11人人", 100 + offset, 700 - offset / 2))
    path = write(tmp_path / "a.pdf", [page])
    assert texts(read(path)) == ["标题11人人"]


def test_fake_bold_character_by_character(tmp_path: Path) -> None:
    twice = [(ch, 100 + 12 * at + shift) for at, ch in enumerate("重点任务") for shift in (0, 0.4)]
    path = write(tmp_path / "a.pdf", [Page("".join(show(ch, x, 700) for ch, x in twice))])
    assert texts(read(path)) == ["重点任务"]


def test_radicals_are_mapped_and_kept_raw(tmp_path: Path) -> None:
    given = {"民": "⺠", "长": "⻓", "风": "⻛", "户": "⼾"}
    page = Page(show("民用户防风险县长", 100, 700))
    path = write(tmp_path / "a.pdf", [page], lambda ch: given.get(ch, ch))
    content = read(path)
    (word,) = content.words
    assert word.text == "民用户防风险县长"
    assert word.raw == "⺠用⼾防⻛险县⻓"
    assert codes(content) == {Code.RADICALS_MAPPED: 1}
    assert content.findings[0].severity is Severity.INFO


def test_a_ligature_is_shared_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(show("甲", 100, 700))], lambda ch: "ffi")
    (word,) = read(path).words
    assert [(glyph.text, glyph.box.x0) for glyph in word.glyphs] == [
        ("f", 100),
        ("f", 104),
        ("i", 108),
    ]


def test_a_few_odd_characters_are_findings_at_their_words(tmp_path: Path) -> None:
    page = Page(BODY + show("靐县", 60, 300))
    path = write(tmp_path / "a.pdf", [page], lambda ch: "\ue123" if ch == "靐" else ch)
    content = read(path)
    assert content.route == "text"
    (finding,) = content.findings
    assert finding.code is Code.CHARACTER_ODD
    assert finding.box is not None
    assert finding.box.top == pytest.approx(842 - 300 - 0.86 * 12)
    assert "U+E123" in finding.message


# --- pages: boxes and turns ------------------------------------------------------------------


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_places_are_those_of_the_shown_page(tmp_path: Path, rotate: int) -> None:
    # A matrix that undoes /Rotate, as writers of landscape pages set it.
    undo = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 842"}
    high = 842 if rotate in (0, 180) else 595
    inner = show("任务分解表", 100, high - 100) + line(100, high - 110, 160, high - 110)
    path = write(tmp_path / "a.pdf", [Page(f"q {undo[rotate]} cm {inner} Q", rotate=rotate)])
    content = read(path)
    (word,), (ruling,) = content.words, content.rulings
    assert content.height == high
    assert content.rotation == 0
    assert word.text == "任务分解表"
    assert (word.box.x0, word.box.bottom) == pytest.approx((100, 101.68))
    assert (ruling.axis, ruling.position) == ("h", pytest.approx(110))
    assert (ruling.start, ruling.end) == pytest.approx((100, 160))


@pytest.mark.parametrize(("turn", "matrix"), [(90, "0 1 -1 0 595 0"), (270, "0 -1 1 0 0 842")])
def test_a_page_whose_text_lies_on_its_side_is_turned(
    tmp_path: Path, turn: int, matrix: str
) -> None:
    inner = show("任务分解表", 100, 495) + line(100, 485, 160, 485)
    path = write(tmp_path / "a.pdf", [Page(f"q {matrix} cm {inner} Q")])
    content = read(path)
    (word,), (ruling,) = content.words, content.rulings
    assert content.rotation == turn
    assert (content.width, content.height) == (842, 595)
    assert word.text == "任务分解表"
    assert (word.box.x0, word.box.bottom) == pytest.approx((100, 101.68))
    assert (ruling.axis, ruling.position) == ("h", pytest.approx(110))


def test_the_crop_box_is_the_page(tmp_path: Path) -> None:
    page = Page(show("可见", 100, 700) + show("页外", 10, 10), crop=(50, 60, 550, 800))
    path = write(tmp_path / "a.pdf", [page])
    content = read(path)
    assert (content.width, content.height) == (500, 740)
    (word,) = content.words
    assert word.text == "可见"
    assert (word.box.x0, word.box.bottom) == pytest.approx((50, 101.68))
    assert codes(content) == {Code.TEXT_OUTSIDE: 1}


def test_writing_downwards_gives_characters_at_their_places(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(show("重点工程", 300, 700))], vertical=True)
    words = read(path).words
    assert [word.text for word in words] == list("重点工程")
    tops = [word.box.top for word in words]
    assert [round(low - high, 3) for high, low in pairwise(tops)] == [12] * 3


def test_text_on_its_side_in_one_cell_is_read_along_its_line(tmp_path: Path) -> None:
    page = Page(BODY + "q 0 1 -1 0 40 300 cm " + show("工业经济", 0, 0) + "Q")
    content = read(write(tmp_path / "a.pdf", [page]))
    (turned,) = [word for word in content.words if not word.glyphs]
    assert turned.text == "工业经济"
    assert turned.box.height == pytest.approx(48)
    assert turned.box.bottom == pytest.approx(842 - 300)


# --- text that a reader does not see ---------------------------------------------------------


def test_a_slanting_watermark_is_no_text(tmp_path: Path) -> None:
    mark = "q .7 .7 -.7 .7 100 100 cm 0.8 g " + show("内部资料", 0, 0, 80) + "Q "
    content = read(write(tmp_path / "a.pdf", [Page(mark + BODY)]))
    assert set(texts(content)) == {SENTENCE}
    assert codes(content) == {Code.TEXT_OUTSIDE: 1}
    assert content.findings[0].severity is Severity.INFO


def test_a_large_upright_watermark_does_not_spill_into_the_table(tmp_path: Path) -> None:
    rules = "".join(line(50, 700 - 20 * row, 500, 700 - 20 * row) for row in range(12))
    content = read(write(tmp_path / "a.pdf", [Page(show("样稿", 100, 520, 120) + rules + BODY)]))
    assert set(texts(content)) == {SENTENCE}


def test_a_large_title_stays(tmp_path: Path) -> None:
    content = read(write(tmp_path / "a.pdf", [Page(show("县政府文件", 60, 760, 48) + BODY)]))
    assert "县政府文件" in texts(content)


def test_white_text_counts_only_on_a_ground(tmp_path: Path) -> None:
    white = show("看不见", 60, 300, extra="1 g") + bar(50, 190, 200, 30, "0 0 .5 rg")
    content = read(
        write(tmp_path / "a.pdf", [Page(BODY + white + show("表头", 60, 200, extra="1 g"))])
    )
    assert "表头" in texts(content)
    assert "看不见" not in texts(content)


def test_text_outside_its_clipping_path_is_reported(tmp_path: Path) -> None:
    clip = "q 60 290 40 30 re W n " + show("甲乙丙丁戊己", 60, 300) + "Q " + show("后面", 60, 250)
    content = read(write(tmp_path / "a.pdf", [Page(BODY + clip)]))
    assert "甲乙丙" in texts(content)
    assert "后面" in texts(content)
    (finding,) = content.findings
    assert (finding.code, finding.severity) == (Code.TEXT_CUT, Severity.WARNING)
    assert finding.box is not None
    assert finding.box.x0 == pytest.approx(96)


# --- rulings ---------------------------------------------------------------------------------


def rulings(tmp_path: Path, drawn: str) -> list[tuple[str, float, float, float]]:
    content = read(write(tmp_path / "r.pdf", [Page(BODY + drawn)]))
    return [
        (ruling.axis, round(ruling.position, 1), round(ruling.start, 1), round(ruling.end, 1))
        for ruling in content.rulings
    ]


H = [("h", 742.0, 100.0, 300.0)]
V = [("v", 100.0, 642.0, 742.0)]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (line(100, 100, 300, 100), H),
        (line(300, 100, 100, 100), H),
        (line(100, 100, 100, 200), V),
        (bar(100, 99.5, 200, 1), H),
        (bar(99.5, 100, 1, 100), V),
        ("100 100 m 200 100 l 300 100 l S", H),
        ("100 100 m 150 100 250 100 300 100 c S", H),
        # A quadrilateral with slanted ends, as LibreOffice fills borders.
        ("100 99.5 m 101 100.5 l 299 100.5 l 300 99.5 l h f", H),
        (
            "".join(line(x, 100, x + 2, 100) for x in range(100, 300, 4)),
            [("h", 742.0, 100.0, 298.0)],
        ),
        ("".join(bar(x, 99.5, 1, 1) for x in range(100, 300, 3)), [("h", 742.0, 100.0, 299.0)]),
        ("[3 2] 0 d " + line(100, 100, 300, 100), H),
        ("q 90 95 200 10 re W n " + line(100, 100, 400, 100) + "Q", [("h", 742.0, 100.0, 290.0)]),
        ("q 100 99.5 200 1 re W n 0 0 500 500 re f Q", H),
    ],
)
def test_however_a_line_is_drawn(
    tmp_path: Path, drawn: str, expected: list[tuple[str, float, float, float]]
) -> None:
    assert rulings(tmp_path, drawn) == expected


BOX = [
    ("h", 642.0, 100.0, 300.0),
    ("h", 742.0, 100.0, 300.0),
    ("v", 100.0, 642.0, 742.0),
    ("v", 300.0, 642.0, 742.0),
]


@pytest.mark.parametrize(
    "drawn",
    [
        "100 100 200 100 re S",
        "0.9 g 100 100 200 100 re B",
        "99.5 99.5 201 101 re 100.5 100.5 199 99 re f*",
        "100.5 100.5 199 99 re 99.5 99.5 201 101 re f*",
    ],
)
def test_the_sides_of_a_box_are_rulings(tmp_path: Path, drawn: str) -> None:
    found = rulings(tmp_path, drawn)
    assert len(found) == 4
    for one, other in zip(found, BOX, strict=True):
        assert one[0] == other[0]
        assert one[1:] == pytest.approx(other[1:], abs=0.6)


@pytest.mark.parametrize(
    "drawn",
    [
        bar(100, 100, 200, 100, "0.9 g"),
        line(100, 100, 300, 160),
        line(100, 100, 104, 100),
        "100 100 m 100 200 300 200 300 100 c S",
        "1 G " + line(100, 100, 300, 100),
        "q 100 300 50 50 re W n " + line(100, 100, 300, 100) + "Q",
        bar(100, 100, 1, 1),
    ],
)
def test_what_is_no_ruling(tmp_path: Path, drawn: str) -> None:
    assert rulings(tmp_path, drawn) == []


def test_white_lines_on_a_coloured_ground_are_rulings(tmp_path: Path) -> None:
    drawn = bar(90, 80, 300, 60, "0.2 0.4 0.8 rg") + "1 G " + line(100, 100, 300, 100)
    assert rulings(tmp_path, drawn) == H


def test_lines_of_two_cells_are_one_ruling_and_double_lines_stay_in_place(tmp_path: Path) -> None:
    drawn = line(100, 100, 200, 100) + line(200.5, 100.2, 300, 100.2)
    assert rulings(tmp_path, drawn) == [("h", 741.9, 100.0, 300.0)]
    double = rulings(tmp_path, line(100, 100, 300, 100) + line(100, 97, 300, 97))
    assert [ruling[1] for ruling in double] == [742.0, 745.0]


def test_a_table_by_reportlab(tmp_path: Path) -> None:
    rows = [["序号", "重点任务", "责任单位"], ["1", "推进项目建设", "县发改局、县财政局"]]
    content = read(write_table(tmp_path / "t.pdf", rows, [50, 150, 200]))
    assert texts(content) == [cell for row in rows for cell in row]
    assert Counter(ruling.axis for ruling in content.rulings) == {"h": 3, "v": 4}
    whole = {(r.start, r.end) for r in content.rulings if r.axis == "h"}
    assert whole == {(40.0, 440.0)}


# --- routes ----------------------------------------------------------------------------------


def route(tmp_path: Path, page: Page, **kinds: object) -> tuple[str, str, Counter[Code]]:
    content = read(write(tmp_path / "x.pdf", [page], **kinds))  # type: ignore[arg-type]
    if content.route == "scan":
        assert not content.words
        assert not content.rulings
    return content.route, content.reason, codes(content)


BROKEN = Counter({Code.ROUTE_BROKEN: 1})


def test_text_is_trusted(tmp_path: Path) -> None:
    assert route(tmp_path, Page(BODY)) == ("text", "text layer of 336 characters", Counter())


def test_a_blank_page_is_text(tmp_path: Path) -> None:
    assert route(tmp_path, Page()) == ("text", "blank page", Counter())


def test_a_scan(tmp_path: Path) -> None:
    found = route(tmp_path, Page(WHOLE_PAGE, images=SCAN))
    assert found == ("scan", "no text layer, picture of 100% of the page", Counter())


def test_a_scan_in_strips(tmp_path: Path) -> None:
    strips = "".join(place("Im", 0, 84.2 * at, 595, 84.2) for at in range(10))
    assert route(tmp_path, Page(strips, images=SCAN))[0] == "scan"


def test_a_scan_with_a_stamp(tmp_path: Path) -> None:
    stamp = show("第3页共20页 档案馆", 250, 20, 9)
    kind, reason, found = route(tmp_path, Page(WHOLE_PAGE + stamp, images=SCAN))
    assert (kind, found) == ("scan", BROKEN)
    assert "only 10 characters over a picture" in reason


def test_a_scan_with_a_hidden_text_layer(tmp_path: Path) -> None:
    hidden = BODY.replace("BT", "BT 3 Tr")
    kind, reason, found = route(tmp_path, Page(WHOLE_PAGE + hidden, images=SCAN))
    assert (kind, found) == ("scan", Counter())
    assert "336 hidden characters" in reason


def test_a_text_layer_under_the_scan(tmp_path: Path) -> None:
    assert route(tmp_path, Page(BODY + WHOLE_PAGE, images=SCAN))[0] == "scan"


def test_hidden_text_alone(tmp_path: Path) -> None:
    kind, _, found = route(tmp_path, Page(BODY.replace("BT", "BT 3 Tr")))
    assert (kind, found) == ("scan", BROKEN)


def test_a_background_picture_under_text(tmp_path: Path) -> None:
    assert route(tmp_path, Page(WHOLE_PAGE + BODY, images=SCAN))[0] == "text"


@pytest.mark.parametrize(
    ("unicode_of", "what"),
    [
        (None, "without a meaning"),
        (lambda ch: chr(0xE000 + ord(ch) % 4096), "without a meaning"),
        (lambda ch: "\ufffd", "without a meaning"),
        (lambda ch: chr(1 + ord(ch) % 8), "without a meaning"),
        (lambda ch: chr(0xC0 + ord(ch) % 64), "accented Latin"),
        (lambda ch: chr(ord(ch) + 0x0C35 if ord(ch) < 0x9000 else ord(ch) - 0x35), "common"),
    ],
)
def test_a_garbled_layer(tmp_path: Path, unicode_of: object, what: str) -> None:
    kind, reason, found = route(tmp_path, Page(BODY), unicode_of=unicode_of)
    assert (kind, found) == ("scan", BROKEN)
    assert what in reason


def test_text_turned_to_outlines(tmp_path: Path) -> None:
    curve = "{x} {y} m {x} {z} {x} {z} {w} {z} c {w} {y} l f "
    shapes = "".join(
        curve.format(x=50 + 10 * column, y=700 - 20 * row, w=58 + 10 * column, z=708 - 20 * row)
        for row in range(20)
        for column in range(40)
    )
    assert route(tmp_path, Page(shapes))[0] == "scan"
    assert route(tmp_path, Page(shapes + show("3", 300, 20)))[0] == "scan"


def test_traditional_characters_are_not_garbled(tmp_path: Path) -> None:
    page = Page(show("國務院關於進一步優化營商環境的實施意見與責任分工", 60, 700))
    assert route(tmp_path, page)[0] == "text"


# --- damage and limits -----------------------------------------------------------------------


def test_a_page_that_cannot_be_parsed_takes_the_other_route(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(BODY), Page(BODY)])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        damaged = pdf.make_stream(b"")
        damaged.write(b"no deflate data", filter=pikepdf.Name("/FlateDecode"))
        pdf.pages[0].obj["/Contents"] = damaged
        pdf.save(path)
    with TextLayer(path) as layer:
        content = layer.page_to_content(1, Settings())
        assert (content.route, codes(content)) == ("scan", BROKEN)
        assert layer.page_to_content(2, Settings()).route == "text"


def test_a_file_that_cannot_be_parsed_takes_the_other_route(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 4)
    content = read(path)
    assert (content.route, codes(content)) == ("scan", BROKEN)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        TextLayer(tmp_path / "none.pdf")


def test_a_page_that_is_too_large(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(BODY, size=(900, 900))])
    with pytest.raises(InputError, match="too long"):
        read(path, settings=Settings(limits=Limits(page_side_points=899)))


# --- against pdfplumber ----------------------------------------------------------------------


def same_characters(path: Path) -> None:
    """The characters of the words are those that pdfplumber finds, at the same places."""
    with pdfplumber.open(path) as pdf, TextLayer(path) as layer:
        for number, page in enumerate(pdf.pages, 1):
            content = layer.page_to_content(number, Settings())
            if codes(content)[Code.TEXT_CUT] or content.rotation:
                continue
            ours = Counter(
                (glyph.text, round(glyph.box.x0 / 2), round(glyph.box.bottom / 2))
                for word in content.words
                for glyph in word.glyphs
            )
            theirs = [char for char in page.chars if not is_blank(char["text"])]
            assert sum(ours.values()) <= len(theirs)
            places = {(map_radicals(char["text"])) for char in theirs}
            assert {key[0] for key in ours} == places
            assert abs(len(theirs) - sum(ours.values())) <= 0.02 * len(theirs)


def test_characters_are_those_of_pdfplumber(tmp_path: Path) -> None:
    same_characters(write_table(tmp_path / "t.pdf", [["甲乙", "丙1丁"]] * 9, [100, 90], pages=2))


@pytest.mark.real
def test_characters_of_real_documents_are_those_of_pdfplumber() -> None:
    folder = os.environ.get("GONGWEN_REAL")
    if not folder:
        pytest.skip("GONGWEN_REAL is not set")
    for path in sorted(Path(folder).glob("*.pdf")):
        same_characters(path)


def test_a_small_picture_is_no_scan(tmp_path: Path) -> None:
    image = {"Im": png(Image.new("RGB", (20, 20), "red"))}
    assert route(tmp_path, Page(BODY + place("Im", 10, 10, 40, 40), images=image))[0] == "text"
