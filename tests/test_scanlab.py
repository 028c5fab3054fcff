"""The fault generator: each fault does what it says, and the same for the same seed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from pipeline.scan.ink import runs
from tests.bench.documents import UnavailableError, plain_table, reach_scripts
from tests.scanlab import FAULTS, Sheet, parse_faults, pdf_to_sheets, spoil, write_scan
from tests.scanlab.sheets import Pixels
from tests.scanlab.typeset import make_scan

DPI = 100  # coarse: these pages are measured, not read
SEED = 7
# Every fault that the bench must know, by the name it has here.
WANTED = (
    "skew",
    "sideways",
    "overturned",
    "seal",
    "chop",
    "stamp",
    "handwriting",
    "faint",
    "broken",
    "dotted",
    "borderless",
    "uneven",
    "border",
    "holes",
    "specks",
    "bleed",
    "jpeg",
    "resolution",
    "fine",
    "fax",
    "bilevel",
    "grey",
    "perspective",
    "curl",
    "touching",
    "watermark",
    "filled",
    "spread",
    "level",
    "unruled",
    "streaks",
)
Spoil = Callable[[str], Sheet]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Sheet:
    return pdf_to_sheets(plain_table(tmp_path_factory.mktemp("scanlab") / "t.pdf", 1), DPI)[0]


@pytest.fixture(scope="module")
def font() -> str:
    """Any font file: what a stamp says does not matter here."""
    reach_scripts()
    from make.fonts import SYSTEM_FOLDERS

    for folder in SYSTEM_FOLDERS:
        for ending in ("*.ttc", "*.otf", "*.ttf"):
            if found := next(iter(folder.rglob(ending)), None):
                return str(found)
    pytest.skip("no font file in the system's folders")


@pytest.fixture
def bad(clean: Sheet) -> Spoil:
    """`bad("skew:2")`: the clean page with these faults, for those that need no font."""
    return lambda faults: spoil([clean], parse_faults(faults), SEED, "")[0]


def grey(sheet: Sheet) -> Pixels:
    return np.asarray(sheet.pixels.mean(axis=2), np.uint8)


def white_runs(line: Pixels) -> list[int]:
    """The lengths of light runs between ink along one line of pixels."""
    light = np.flatnonzero(np.diff(np.concatenate(([0], line > 200, [0]))))
    return [int(end - start) for start, end in zip(light[::2], light[1::2], strict=True)]


def blobs(mask: Pixels) -> list[int]:
    """The pixels of every connected part."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return [int(area) for area in stats[1:, cv2.CC_STAT_AREA]]


def around(picture: Pixels, size: int) -> Pixels:
    """The lightest (for ink: the strongest) value within `size` pixels."""
    return np.asarray(cv2.dilate(picture, np.ones((size, size), np.uint8)), np.uint8)


def top_rule(sheet: Sheet) -> Pixels:
    """The darkest grey along the upper edge of the table, over its width."""
    left, top, right, _ = (round(side) for side in sheet.table)
    return grey(sheet)[top - 1 : top + 3, left + 2 : right - 2].min(axis=0)


def test_every_fault_wanted_is_known_at_two_levels() -> None:
    assert set(WANTED) == set(FAULTS)
    assert all(fault.unit and fault.cause for fault in FAULTS.values())


def test_faults_come_in_the_order_of_their_causes() -> None:
    found = parse_faults("jpeg:hard+skew+seal:0.5+broken")
    assert [fault.name for fault, _ in found] == ["broken", "seal", "skew", "jpeg"]
    assert [amount for _, amount in found] == [2, 0.5, 1.5, 40]
    assert parse_faults("clean") == []
    with pytest.raises(ValueError, match="smudge"):
        parse_faults("skew+smudge")


@pytest.mark.parametrize("name", [n for n, f in FAULTS.items() if f.make or n == "spread"])
def test_a_seed_gives_its_pixels_and_no_others(clean: Sheet, font: str, name: str) -> None:
    faults = parse_faults(f"{name}:hard")
    one, again, other = (spoil([clean, clean], faults, seed, font) for seed in (1, 1, 2))
    assert [sheet.pixels.tobytes() for sheet in one] == [s.pixels.tobytes() for s in again]
    assert any(
        a.pixels.shape != b.pixels.shape or (a.pixels != b.pixels).any()
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(
    "name", [n for n, f in FAULTS.items() if f.make and f.hard != f.ordinary and n != "level"]
)
def test_hard_is_further_from_clean_than_ordinary(clean: Sheet, font: str, name: str) -> None:
    def distance(faults: str) -> float:
        pixels = spoil([clean], parse_faults(faults), SEED, font)[0].pixels
        return float(np.abs(pixels.astype(int) - plain).mean())

    plain = spoil([clean], [], SEED, font)[0].pixels.astype(int)
    assert distance(f"{name}:hard") > distance(f"{name}:ordinary") > 0


@pytest.mark.parametrize("degrees", [1.5, 5.0])
def test_skew_turns_by_its_degrees(bad: Spoil, clean: Sheet, degrees: float) -> None:
    ink = grey(bad(f"skew:{degrees}")) < 128
    left, _, right, _ = clean.table
    first = ink[:, round(left + 90) : round(right - 90)].argmax(axis=0)  # the table's upper border
    half = len(first) // 2
    slope = np.median(first[half:].astype(int) - first[: len(first) - half]) / half
    assert abs(np.degrees(np.arctan(slope))) == pytest.approx(degrees, abs=0.2)


def test_turns_are_quarter_turns_page_by_page(clean: Sheet) -> None:
    faults = parse_faults("sideways")
    pages = spoil([clean] * 8, faults, SEED, "")
    plain = grey(spoil([clean], [], SEED, "")[0])

    def turn(sheet: Sheet) -> int:
        return min(
            (1, 3), key=lambda k: float(np.abs(np.rot90(plain, k) - 1.0 * grey(sheet)).sum())
        )

    assert {turn(page) for page in pages} == {1, 3}
    upside = grey(spoil([clean], parse_faults("overturned"), SEED, "")[0])
    assert np.abs(1.0 * upside - plain[::-1, ::-1]).mean() < 5


@pytest.mark.parametrize("gap", [2, 5])
def test_gaps_in_rulings_have_their_length(bad: Spoil, clean: Sheet, gap: float) -> None:
    runs = white_runs(top_rule(replace(bad(f"broken:{gap}"), cells=clean.cells)))
    assert len(runs) >= 2
    assert np.median(runs) / clean.mm == pytest.approx(gap, rel=0.5)


def test_dots_are_half_ink_half_paper(bad: Spoil, clean: Sheet) -> None:
    rule = top_rule(bad("dotted:0.7"))
    assert (rule < 200).mean() == pytest.approx(0.5, abs=0.15)
    assert len(white_runs(rule)) > len(rule) / clean.mm / 2


def test_the_border_goes_side_by_side(bad: Spoil, clean: Sheet) -> None:
    left, top, right, bottom = (round(side) for side in clean.table)

    def sides(faults: str) -> list[bool]:
        ink = grey(bad(faults)) < 160
        inner = slice(top + 9, bottom - 9), slice(left + 9, right - 9)
        columns = [ink[inner[0], x - 2 : x + 3].any(axis=1).mean() > 0.8 for x in (left, right)]
        return columns + [
            ink[y - 2 : y + 3, inner[1]].any(axis=0).mean() > 0.8 for y in (top, bottom)
        ]

    assert sides("clean") == [True] * 4
    assert sides("borderless:2") == [False, False, True, True]
    assert sides("borderless:4") == [False] * 4


def test_the_rule_above_a_row_that_a_page_end_cuts_is_no_border(clean: Sheet, font: str) -> None:
    left, _, right, bottom = (round(side) for side in clean.table)
    low = (left - 1.0, bottom - 4.0, left + 1.0, bottom + 20 * clean.mm)
    cut = replace(clean, edges=(*clean.edges, low))
    (spoilt,) = spoil([cut], parse_faults("borderless:4"), SEED, font)
    rule = grey(spoilt)[bottom - 2 : bottom + 3, left + 9 : right - 9] < 160
    assert rule.any(axis=0).mean() > 0.8


def test_level_rules_alone_are_unbroken(bad: Spoil, clean: Sheet) -> None:
    middle = round((clean.cells[0][1] + clean.cells[0][3]) / 2)
    upright = sorted({round(edge[0]) for edge in clean.edges if edge[3] - edge[1] > 5})
    ink = grey(bad("level:1")) < 160
    assert not any(ink[middle - 3 : middle + 3, x - 1 : x + 2].all() for x in upright)
    # No gap may tell where the upright rulings stood.
    assert white_runs(top_rule(bad("level:1"))) == []
    rows = [(grey(bad(f"level:{kept}")) < 160).mean(axis=1) > 0.5 for kept in (1, 0)]
    assert [len(blobs(row[:, None])) for row in rows] == [len(clean.cells) // 5 + 1, 3]


def test_without_rulings_only_text_is_left(bad: Spoil, clean: Sheet) -> None:
    assert (top_rule(bad("unruled")) > 200).all()
    assert (grey(bad("unruled")) < 128).sum() > 0


@pytest.mark.parametrize("contrast", [0.4, 0.25])
def test_faint_ink_has_its_share_of_black(bad: Spoil, contrast: float) -> None:
    ink = 255.0 - np.percentile(grey(bad(f"faint:{contrast}")), 0.5)
    assert ink / 255 == pytest.approx(contrast, rel=0.45)


def test_every_other_row_is_filled(bad: Spoil, clean: Sheet) -> None:
    pixels = bad("filled:2").pixels.astype(int)
    tops = sorted({round(cell[1]) for cell in clean.cells})
    tint = []
    for cell in clean.cells:
        x0, y0, x1, y1 = (round(side) for side in cell)
        paper = np.percentile(pixels[y0 + 3 : y1 - 3, x0 + 3 : x1 - 3], 80, axis=(0, 1))
        tint.append((tops.index(y0) % 2, bool(paper.min() < 235)))
    assert set(tint) == {(0, True), (1, False)}


@pytest.mark.parametrize(("name", "channel"), [("seal", 0), ("chop", 0), ("stamp", 2)])
def test_stamps_let_the_print_through(clean: Sheet, font: str, name: str, channel: int) -> None:
    before = spoil([clean], [], SEED, font)[0].pixels.astype(int)
    after = spoil([clean], parse_faults(f"{name}:hard"), SEED, font)[0].pixels.astype(int)
    others = [c for c in (0, 1, 2) if c != channel]
    inked = (after[:, :, channel] - after[:, :, others].min(axis=2)) > 60
    y, x = np.nonzero(inked)
    left, top, right, bottom = clean.table
    assert len(y) > 20 * clean.mm
    assert left - 5 < np.median(x) < right + 5
    assert top - 5 < np.median(y) < bottom + 5
    dark = before.max(axis=2) < 60
    assert after.max(axis=2)[dark].max() < 110


def test_handwriting_leaves_the_cells_alone(bad: Spoil, clean: Sheet) -> None:
    change = np.abs(grey(bad("handwriting:9")).astype(int) - grey(bad("clean"))) > 60
    left, top, right, bottom = (round(side) for side in clean.table)
    assert change.sum() > 50
    assert not change[top : bottom + 1, left:right].any()


def test_a_watermark_is_as_dark_as_it_says(clean: Sheet, font: str) -> None:
    marked = grey(spoil([clean], parse_faults("watermark:0.25"), SEED, font)[0])
    under = marked[(grey(clean) > 250) & (marked < 235)]
    assert len(under) > 0.01 * marked.size
    assert np.percentile(under, 10) / 255 == pytest.approx(0.75, abs=0.04)


def test_the_back_page_shows_mirrored(clean: Sheet) -> None:
    back = replace(clean, pixels=np.roll(clean.pixels, 40, axis=0))
    through = 255.0 - grey(spoil([clean, back], parse_faults("bleed:0.25"), SEED, "")[0])
    paper = around(255 - grey(clean), 5) < 20
    moved = np.roll(grey(back)[:, ::-1], (round(2.3 * clean.mm), round(1.7 * clean.mm)), (0, 1))
    ink = cv2.GaussianBlur(255.0 - moved, (0, 0), 0.5)
    assert np.corrcoef(through[paper], ink[paper])[0, 1] > 0.7
    assert through[paper].max() < 0.3 * 255


@pytest.mark.parametrize("density", [1.5, 6])
def test_specks_are_as_many_as_they_say(bad: Spoil, clean: Sheet, density: float) -> None:
    dirt = np.abs(grey(bad(f"specks:{density}")).astype(int) - grey(bad("clean"))) > 40
    area = dirt.size / (10 * clean.mm) ** 2
    assert len(blobs(dirt)) / area == pytest.approx(density, rel=0.35)


@pytest.mark.parametrize("count", [2, 4])
def test_holes_are_counted_and_round(bad: Spoil, clean: Sheet, count: int) -> None:
    dark = (grey(bad(f"holes:{count}")) < 60).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(2 * clean.mm) + 1,) * 2)
    assert (
        blobs(cv2.morphologyEx(dark, cv2.MORPH_OPEN, disc))
        == [pytest.approx(np.pi * (3 * clean.mm) ** 2, rel=0.2)] * count
    )


@pytest.mark.parametrize("count", [1, 3])
def test_streaks_run_from_edge_to_edge(bad: Spoil, clean: Sheet, count: int) -> None:
    darker = grey(clean).astype(int) - grey(bad(f"streaks:{count}")) > 25
    # Black print under a streak stays as it is.
    down, across = (darker.mean(axis=axis) > 0.7 for axis in (0, 1))
    lines, others = (down, darker[:, ~down]) if down.any() else (across, darker[~across])
    assert 1 <= len(runs(lines)) <= count
    assert lines.sum() <= count * max(1, 0.3 * clean.mm + 0.5)
    assert others.mean() < 0.01


def test_light_falls_to_its_share(bad: Spoil) -> None:
    paper = around(grey(bad("uneven:0.5")), 15)
    assert 0.25 < paper.min() / paper.max() < 0.6


def test_perspective_moves_no_corner_too_far(bad: Spoil) -> None:
    pixels = bad("perspective:0.03").pixels.astype(int)
    desk = pixels[:, :, 0] - pixels[:, :, 2] > 12  # brown: all else on this page is grey
    height, width = desk.shape
    inside = desk[round(0.04 * height) : round(0.96 * height)]
    assert desk.any()
    assert not inside[:, round(0.04 * width) : round(0.96 * width)].any()


@pytest.mark.parametrize("rise", [1.5, 4])
def test_a_curled_edge_bends_lines_by_its_rise(bad: Spoil, clean: Sheet, rise: float) -> None:
    striped = clean.pixels.copy()
    striped[:] = 255
    striped[400:403] = 0
    bent = spoil([replace(clean, pixels=striped)], parse_faults(f"curl:{rise}"), SEED, "")[0]
    ink = np.clip(150.0 - grey(bent), 0, None)  # darker than the edge in shadow
    place = (ink * np.arange(len(ink))[:, None]).sum(axis=0) / ink.sum(axis=0)
    assert np.ptp(place) / clean.mm == pytest.approx(rise, abs=0.3)


def test_two_pages_lie_on_one_sheet(clean: Sheet) -> None:
    plain = spoil([clean] * 3, [], SEED, "")
    sheets = spoil([clean] * 3, parse_faults("spread"), SEED, "")
    height, width = clean.pixels.shape[:2]
    assert [sheet.pixels.shape[:2] for sheet in sheets] == [(height, 2 * width)] * 2
    for half in (sheets[0].pixels[:, :width], sheets[0].pixels[:, width:]):
        assert np.abs(half.astype(int) - plain[0].pixels).mean() < 5
    assert (sheets[1].pixels[:, width:] > 200).all()


@pytest.mark.parametrize("wide", [5, 10])
def test_the_dark_bed_is_as_wide_as_it_says(bad: Spoil, clean: Sheet, wide: float) -> None:
    dark = grey(bad(f"border:{wide}")) < 80
    widths = dark[: dark.shape[0] // 2].sum(axis=1)  # above the foot's own bed and the text
    assert 0.3 * wide < np.median(widths) / clean.mm < wide


def test_files_are_what_they_say(clean: Sheet, tmp_path: Path) -> None:
    def written(faults: str) -> Path:
        spoilt = spoil([clean, clean], parse_faults(faults), SEED, "")
        return write_scan(spoilt, tmp_path / faults.replace(":", "-"))

    fax = Image.open(written("fax"))
    assert (fax.mode, fax.n_frames, fax.info["compression"]) == ("1", 2, "group4")
    assert round(fax.info["dpi"][0]) == DPI
    assert b"/CCITTFaxDecode" in written("bilevel").read_bytes()
    assert b"/DeviceGray" in written("grey").read_bytes()
    first = written("jpeg:40").read_bytes()
    time.sleep(1.1)  # a date in the file would show
    assert written("jpeg:40").read_bytes() == first
    sizes = [written(faults).stat().st_size for faults in ("jpeg:90", "jpeg:70", "jpeg:40")]
    assert sizes == sorted(sizes, reverse=True)
    document = pypdfium2.PdfDocument(written("jpeg:40"))
    points = [72 * side / DPI for side in clean.pixels.shape[1::-1]]
    assert document[0].get_size() == pytest.approx(points, abs=1)
    document.close()


def test_a_sheet_knows_its_resolution(tmp_path: Path) -> None:
    pdf = plain_table(tmp_path / "t.pdf", 1)
    small, large = (pdf_to_sheets(pdf, dpi)[0] for dpi in (60, 120))
    assert large.pixels.shape[0] == pytest.approx(2 * small.pixels.shape[0], abs=2)
    assert large.mm == 2 * small.mm


def test_a_typeset_notice_comes_with_its_truth(tmp_path: Path) -> None:
    faults = parse_faults("touching:hard+resolution:60")
    try:
        made = make_scan(2006, faults, tmp_path / "a", None)
        roomy = make_scan(2006, parse_faults("resolution:60"), tmp_path / "b", None)
    except UnavailableError as reason:
        pytest.skip(str(reason))
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    assert list(truth) == ["tasks"]
    assert truth["tasks"]
    assert truth == json.loads(roomy.truth.read_text(encoding="utf-8"))
    assert made.path.read_bytes() != roomy.path.read_bytes()
