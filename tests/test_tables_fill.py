"""Words go to the cells that they stand in, as printed lines with blanks where the gaps are."""

from __future__ import annotations

import pytest
from ruled import Box, Sheet, write

from pipeline.geometry import BBox
from pipeline.grid import find_grids
from pipeline.model import Code, Glyph, PageContent, Ruling, Severity, Word
from pipeline.tables.fill import FilledPage, fill_page
from pipeline.tables.lines import Print, glyphs_to_text, words_to_lines

XS, YS = (50.0, 150.0, 250.0), (100.0, 140.0, 180.0)
PLAIN = [Box(0, 0), Box(0, 1), Box(1, 0), Box(1, 1)]
LOOK = Print(10.0)
INK = Print(10.0, ink=True)


def fill(words: list[Word]) -> FilledPage:
    sheet = Sheet()
    sheet.table(PLAIN, XS, YS)
    sheet.words += words
    return fill_page(sheet.content(), find_grids(sheet.rulings, 10.0), LOOK)


def texts(page: FilledPage) -> list[str]:
    return [cell.text for cell in page.parts[0].cells]


def test_words_stand_in_the_cell_around_them() -> None:
    page = fill([*write("责任单位", 60, 110), *write("县教育局", 160, 150)])
    assert texts(page) == ["责任单位", "", "", "县教育局"]
    assert page.prose.lines == ()


def test_a_word_across_a_ruling_is_cut_by_its_glyphs() -> None:
    page = fill(write("县教育局县财政局", 110, 110))
    assert texts(page)[:2] == ["县教育局", "县财政局"]
    assert page.parts[0].cells[1].lines[0].box.x0 == 150


def test_a_word_of_unknown_glyphs_is_cut_evenly() -> None:
    page = fill([Word("县教育局县财政局", BBox(110, 110, 190, 120), 0.9)])
    assert texts(page)[:2] == ["县教育局", "县财政局"]
    assert page.parts[0].cells[0].score == 0.9


def test_a_cut_word_keeps_what_the_source_gave() -> None:
    (word,) = write("县人民县财政", 120, 110)
    page = fill([Word(word.text, word.box, 1.0, word.glyphs, "县人⺠县财政")])
    assert [cell.lines[0].raw for cell in page.parts[0].cells[:2]] == ["县人⺠", "县财政"]


def test_a_number_that_runs_over_its_border_stays_whole() -> None:
    page = fill(write("91,016,775.35", 88, 110))  # its last figure stands beyond x = 150
    assert texts(page)[:2] == ["91,016,775.35", ""]


def test_a_character_on_the_border_goes_with_its_neighbours() -> None:
    glyphs = [
        Glyph("甲", BBox(120, 110, 130, 120)),
        Glyph("乙", BBox(146, 110, 156, 120)),
        Glyph("丙", BBox(157, 110, 167, 120)),
    ]
    page = fill([Word("甲乙丙", BBox(120, 110, 167, 120), 1.0, tuple(glyphs))])
    assert texts(page)[:2] == ["甲", "乙丙"]


def test_a_mark_over_the_border_ends_its_line() -> None:
    page = fill(write("挪用。", 130, 110))
    assert texts(page)[:2] == ["挪用。", ""]


@pytest.mark.parametrize("low", [144.0, 152.0])
def test_a_strip_between_borders_is_no_row(low: float) -> None:
    # The right cell ends some points lower than the left ones, as cells with own borders do.
    sheet = Sheet()
    boxes = [Box(0, 0), Box(0, 1, row_span=2), Box(1, 0)]
    sheet.table(boxes, XS, (100, 140, low))
    sheet.words += [*write("县教育局", 60, 110), *write("王强", 160, 110)]
    part = fill_page(sheet.content(), find_grids(sheet.rulings, 10.0), LOOK).parts[0]
    assert part.rows == 1
    assert [(c.row, c.row_span, c.text) for c in part.cells] == [
        (0, 1, "县教育局"),
        (0, 1, "王强"),
    ]


@pytest.mark.parametrize(
    "boxes",
    [
        [Box(0, 0), Box(0, 1), Box(1, 0), Box(1, 1)],  # a blank row of one line
        [Box(0, 0), Box(0, 1, row_span=2), Box(1, 0, "王")],
    ],
)
def test_a_low_row_is_one_where_cells_begin_or_text_stands(boxes: list[Box]) -> None:
    sheet = Sheet()
    sheet.table(boxes, XS, (100, 140, 152))
    sheet.words += write("县教育局", 60, 110)
    part = fill_page(sheet.content(), find_grids(sheet.rulings, 10.0), LOOK).parts[0]
    assert part.rows == 2


def test_the_score_of_a_cell_is_its_lowest() -> None:
    page = fill([*write("县", 60, 104, score=0.97), *write("局", 60, 120, score=0.4)])
    assert page.parts[0].cells[0].score == 0.4
    assert page.parts[0].cells[1].score == 1.0


def test_text_outside_is_prose_in_printed_lines_and_rules_go_with_it() -> None:
    sheet = Sheet()
    sheet.table(PLAIN, XS, YS)
    sheet.line("此件主动公开", 300, 80)
    sheet.line("关于印发的通知", 40)
    sheet.rulings.append(Ruling("h", 320, 60, 520))
    page = fill_page(sheet.content(), find_grids(sheet.rulings, 10.0), LOOK)
    assert [line.text for line in page.prose.lines] == ["关于印发的通知", "此件主动公开"]
    assert [rule.position for rule in page.prose.rules] == [320]
    assert page.findings == ()


@pytest.mark.parametrize("x", [252.0, 240.0 + 6])
def test_text_that_sticks_to_a_table_is_reported(x: float) -> None:
    page = fill(write("漏", x, 110))
    found = [(finding.code, finding.severity) for finding in page.findings]
    assert found == [(Code.TEXT_OUTSIDE, Severity.WARNING)]
    assert page.findings[0].page == 1
    assert page.findings[0].box == BBox(x, 110, x + 10, 120)


def test_text_away_from_a_table_is_not_reported() -> None:
    assert fill([*write("3", 270, 110), *write("附件", 60, 80)]).findings == ()


@pytest.mark.parametrize(("x", "done"), [(110.0, "taken into"), (124.0, "not taken into")])
def test_text_below_its_cell_s_border_is_never_lost_in_silence(x: float, done: str) -> None:
    sheet = Sheet()
    sheet.table([Box(0, 0, ""), Box(0, 1, "")], (100, 150, 200), (100, 118))
    sheet.words += [*write("司", 110, 106), *write("马", x, 120)]
    page = fill_page(sheet.content(), find_grids(sheet.rulings, 10.0))
    (finding,) = page.findings
    assert finding.code is Code.TEXT_OUTSIDE
    assert finding.severity is Severity.WARNING
    assert f", {done} the cell" in finding.message
    assert finding.box == BBox(100, 100, 150, 118)
    assert texts(page)[0] == ("司\n马" if done == "taken into" else "司")
    assert len(page.prose.lines) == (0 if done == "taken into" else 1)


@pytest.mark.parametrize(
    ("text", "x", "top", "size"),
    [
        ("注：本表由办公室解释", 110.0, 120.0, 10.0),  # wider than the column
        ("马", 110.0, 132.0, 10.0),  # a paragraph's distance below
        ("马", 110.0, 120.0, 16.0),  # other print
        ("马", 170.0, 120.0, 10.0),  # under a blank cell
    ],
)
def test_a_line_of_its_own_below_a_table_is_prose(
    text: str, x: float, top: float, size: float
) -> None:
    sheet = Sheet()
    sheet.table([Box(0, 0, ""), Box(0, 1, "")], (100, 150, 200), (100, 118))
    sheet.words += [*write("司", 110, 106), *write(text, x, top, size)]
    page = fill_page(sheet.content(), find_grids(sheet.rulings, 10.0))
    assert page.findings == ()
    assert [line.text for line in page.prose.lines] == [text]
    assert texts(page) == ["司", ""]


def test_an_odd_area_is_reported() -> None:
    sheet = Sheet()
    sheet.table(PLAIN, XS, YS)
    rulings = [r for r in sheet.rulings if not (r.axis == "h" and r.position == 140)]
    rulings.append(Ruling("h", 140, 50, 150))
    content = PageContent(1, 595, 842, "text", "", (), tuple(rulings))
    page = fill_page(content, find_grids(rulings, 10.0), LOOK)
    assert len(page.parts[0].cells) >= 3
    for finding in page.findings:
        assert finding.code is Code.GRID_BROKEN


def test_a_table_in_a_cell_of_another_takes_its_own_words() -> None:
    sheet = Sheet()
    sheet.table([Box(0, 0), Box(0, 1), Box(1, 0, column_span=2)], (50, 300, 500), (100, 300, 400))
    sheet.table(PLAIN, (70, 130, 190), (120, 150, 180))
    sheet.words += [*write("内", 80, 130), *write("外", 320, 130)]
    page = fill_page(sheet.content(), find_grids(sheet.rulings, 10.0), LOOK)
    assert [[cell.text for cell in part.cells if cell.text] for part in page.parts] == [
        ["外"],
        ["内"],
    ]


@pytest.mark.parametrize(
    ("gap", "text"), [(0.0, "王强"), (5.0, "王强"), (7.0, "王 强"), (10.0, "王 强")]
)
def test_a_wide_gap_between_characters_is_a_blank(gap: float, text: str) -> None:
    glyphs = [Glyph("王", BBox(0, 0, 10, 10)), Glyph("强", BBox(10 + gap, 0, 20 + gap, 10))]
    assert glyphs_to_text(glyphs, LOOK) == text


@pytest.mark.parametrize(
    ("gaps", "text"),
    [
        ((0, 0, 2.2, 0, 0), "县妇联 县残联"),  # a Western font's blank
        ((0, 0, 1.5, 0, 0), "县妇联县残联"),
        ((2.2, 2.2, 2.4, 2.2, 2.2), "县妇联县残联"),  # justified
        ((0, 2.2, 0, 2.2, 2.2), "县妇联县残联"),
    ],
)
def test_a_narrow_gap_is_a_blank_where_the_others_touch(gaps: tuple[float, ...], text: str) -> None:
    glyphs, x = [], 0.0
    for character, gap in zip("县妇联县残联", (*gaps, 0.0), strict=True):
        glyphs.append(Glyph(character, BBox(x, 0, x + 10, 10)))
        x += 10 + gap
    assert glyphs_to_text(glyphs, LOOK) == text


def test_latin_words_have_narrower_blanks() -> None:
    (line,) = words_to_lines(write("GDP growth 5.5%", 0, 0), LOOK)
    assert line.text == "GDP growth 5.5%"
    (line,) = words_to_lines(write("GDP 增长", 0, 0), LOOK)
    assert line.text == "GDP增长"


def test_the_room_beside_a_mark_in_a_scan_is_no_blank() -> None:
    glyphs = [
        Glyph("局", BBox(0, 0, 9.5, 10)),
        Glyph("、", BBox(10.5, 7, 13, 10)),
        Glyph("县", BBox(20.3, 0, 29.5, 10)),
        Glyph("1", BBox(31, 1, 33, 10)),
        Glyph("1", BBox(36, 1, 38, 10)),
    ]
    assert glyphs_to_text(glyphs, INK) == "局、县11"


@pytest.mark.parametrize(
    ("left", "right", "gap"),
    [("：", "门", 9.0), (":", "门", 9.0), (":", "(", 13.0), ("年", "1", 8.0), (")", "▲", 9.0)],
)
def test_full_width_marks_are_known_however_they_were_recognised(
    left: str, right: str, gap: float
) -> None:
    glyphs = [
        Glyph("额", BBox(0, 0, 9.5, 10)),
        Glyph(left, BBox(10, 2, 12, 10)),
        Glyph(right, BBox(12 + gap, 0, 21 + gap, 10)),
    ]
    assert glyphs_to_text(glyphs, INK) == f"额{left}{right}"


@pytest.mark.parametrize(
    ("mark", "right", "text"), [(".", "7", "9.7"), (",", "7", "9,7"), (".", "A", "9. A")]
)
def test_a_point_in_an_even_spaced_number_is_no_blank(mark: str, right: str, text: str) -> None:
    glyphs = [
        Glyph("9", BBox(0, 0, 4.5, 10)),
        Glyph(mark, BBox(5, 8, 6, 10)),
        Glyph(right, BBox(10.5, 0, 15, 10)),
    ]
    assert glyphs_to_text(glyphs, INK) == text


def test_flat_characters_do_not_shrink_a_line() -> None:
    glyphs = [
        Glyph("一", BBox(0, 4, 9, 6)),
        Glyph("、", BBox(10.5, 7, 13, 10)),
        Glyph("稳", BBox(20.5, 0, 30, 10)),
    ]
    assert glyphs_to_text(glyphs, INK) == "一、稳"


def test_small_print_stays_in_its_line() -> None:
    words = [*write("面积", 0, 100), *write("2", 20.5, 98, size=5), *write("注", 24, 101, size=7)]
    words += write("下一行", 0, 116)
    assert [line.text for line in words_to_lines(words, LOOK)] == ["面积2注", "下一行"]


def test_stacked_blocks_are_read_as_printed_lines() -> None:
    # A block of three columns, and under it one of two columns, centred.
    block = [
        ("王", 0, 0),
        ("李", 20, 0),
        ("赵", 40, 0),
        ("建", 0, 14),
        ("晓", 20, 14),
        ("敏", 40, 14),
    ]
    under = [("陈", 10, 40), ("周", 30, 40), ("波", 10, 54), ("涛", 30, 54)]
    words = [w for text, x, top in [*under, *block] for w in write(text, x, top)]
    lines = words_to_lines(words, LOOK)
    assert [line.text for line in lines] == ["王 李 赵", "建 晓 敏", "陈 周", "波 涛"]
    assert all(len(line.glyphs) == len(line.text.split()) for line in lines)


def test_columns_at_other_heights_do_not_fall_together() -> None:
    left = [("王", 0, 0), ("建", 0, 14), ("国", 0, 28)]
    right = [("李", 20, 7), ("娜", 20, 21)]
    words = [w for text, x, top in [*left, *right] for w in write(text, x, top)]
    assert [line.text for line in words_to_lines(words, LOOK)] == ["王", "李", "建", "娜", "国"]
