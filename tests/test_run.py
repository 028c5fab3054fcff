"""The run: what one page or one document cannot do to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import tables
from pipeline.attach import attach_findings
from pipeline.config import Settings
from pipeline.errors import ExitCode, InputError, ModelsError
from pipeline.geometry import BBox
from pipeline.model import Code, Finding, PageContent, Provenance, Reading, Severity
from pipeline.ocr.engine import OcrEngine
from pipeline.run import Batch, read_batch, read_document
from pipeline.textlayer import TextLayer
from pipeline.watch import OneEngine, Silent
from tests.engines import CrashingEngine, FixedEngine, RaisingEngine, SilentEngine
from tests.pdfs import Page, png, write, write_table
from tests.readings import a_reading, a_table, a_task

HEADER = ("序号", "工作任务", "责任单位")
ROWS = (HEADER, ("1", "修路架桥", "县交通局"), ("2", "植树造林", "县林业局"))


def no_engine() -> OcrEngine:
    raise pytest.fail("a text page asked for recognition")


@pytest.fixture
def table_pdf(tmp_path: Path) -> Path:
    return write_table(tmp_path / "table.pdf", ROWS, (60, 200, 150), pages=3)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (600, 400), "white")
    draw = ImageDraw.Draw(image)
    for x in (50, 250, 550):
        draw.line((x, 50, x, 350), fill="black", width=3)
    for y in (50, 150, 250, 350):
        draw.line((50, y, 550, y), fill="black", width=3)
        draw.rectangle((90, y + 40, 200, y + 60), fill="black")
    path = tmp_path / "scan.png"
    path.write_bytes(png(image))
    return path


def test_a_document_goes_from_file_to_tasks(table_pdf: Path, settings: Settings) -> None:
    reading = read_document(table_pdf, no_engine, settings)
    assert reading.status == "ok"
    assert [task.name for task in reading.tasks][:2] == ["修路架桥", "植树造林"]
    assert reading.tasks[0].units == ("县交通局",)
    assert [page.route for page in reading.pages] == ["text"] * 3
    assert all(page.reason for page in reading.pages)
    assert [name for name, _ in reading.timings] == [
        "open",
        "textlayer",
        "tables",
        "normalise",
        "validate",
    ]


def failing_page(number: int, error: Exception) -> Callable[..., PageContent]:
    real = TextLayer.page_to_content

    def page_to_content(layer: TextLayer, page: int, settings: Settings) -> PageContent:
        if page == number:
            raise error
        return real(layer, page, settings)

    return page_to_content


@pytest.mark.parametrize("error", [InputError("damaged"), RuntimeError("odd"), MemoryError()])
def test_a_page_that_fails_is_said_and_the_others_go_on(
    table_pdf: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(TextLayer, "page_to_content", failing_page(2, error))
    batch = read_batch([table_pdf], no_engine, settings)
    (reading,) = batch.readings
    assert reading.status == "partial"
    assert batch.exit_code is ExitCode.PARTIAL
    failed = [item for item in reading.findings if item.code is Code.PAGE_FAILED]
    assert [(item.page, item.severity) for item in failed] == [(2, Severity.ERROR)]
    assert len(reading.pages) == 3
    assert reading.pages[1].reason.startswith("failed")
    assert {page for task in reading.tasks for page in task.pages} == {1, 3}


def test_a_document_of_which_no_page_can_be_read_fails(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = write_table(tmp_path / "one.pdf", ROWS, (60, 200, 150))
    monkeypatch.setattr(TextLayer, "page_to_content", failing_page(1, InputError("damaged")))
    with pytest.raises(InputError, match="damaged"):
        read_document(one, no_engine, settings)


def test_a_stage_that_fails_takes_only_its_document(
    tmp_path: Path, table_pdf: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_table(tmp_path / "other.pdf", ROWS[:2], (60, 200, 150))
    real = tables.pages_to_layout

    def pages_to_layout(pages: Sequence[PageContent], settings: Settings) -> object:
        if len(pages) == 3:
            raise ZeroDivisionError("a fault of the program")
        return real(pages, settings)

    monkeypatch.setattr(tables, "pages_to_layout", pages_to_layout)
    batch = read_batch([table_pdf, other], no_engine, settings)
    assert [reading.status for reading in batch.readings] == ["failed", "ok"]
    assert "ZeroDivisionError" in (batch.readings[0].error or "")
    assert batch.codes == (ExitCode.INTERNAL,)
    assert batch.exit_code is ExitCode.PARTIAL


def test_missing_models_fail_scans_and_leave_the_rest(
    table_pdf: Path, picture: Path, settings: Settings
) -> None:
    def factory() -> OcrEngine:
        raise ModelsError("missing", "fetch them")

    both = read_batch([picture, table_pdf], factory, settings)
    assert [reading.status for reading in both.readings] == ["failed", "ok"]
    assert both.exit_code is ExitCode.PARTIAL
    alone = read_batch([picture], factory, settings)
    assert alone.exit_code is ExitCode.MODELS


@pytest.mark.parametrize("engine", [RaisingEngine(), CrashingEngine()])
def test_an_engine_that_fails_fails_the_picture(
    picture: Path, settings: Settings, engine: FixedEngine
) -> None:
    (reading,) = read_batch([picture], lambda: engine, settings).readings
    assert reading.status == "failed"
    assert reading.error


def test_an_engine_that_reads_nothing_leaves_findings(picture: Path, settings: Settings) -> None:
    (reading,) = read_batch([picture], SilentEngine, settings).readings
    assert reading.status == "ok"
    assert any(finding.severity is not Severity.INFO for finding in reading.findings)


def test_the_engine_is_made_once_and_only_when_needed(
    tmp_path: Path, table_pdf: Path, picture: Path, settings: Settings
) -> None:
    made: list[FixedEngine] = []

    def factory() -> OcrEngine:
        made.append(FixedEngine())
        return made[-1]

    batch = read_batch([table_pdf], factory, settings)
    assert (made, batch.engine) == ([], ())
    second = tmp_path / "second.png"
    second.write_bytes(picture.read_bytes() + b"\0")
    batch = read_batch([picture, second], factory, settings)
    assert len(made) == 1
    assert batch.engine == made[0].fingerprint()
    assert [reading.status for reading in batch.readings] == ["ok", "ok"]


def test_a_document_asks_for_one_engine_however_many_pages_it_has(
    tmp_path: Path, picture: Path, settings: Settings
) -> None:
    from PIL import Image

    made: list[FixedEngine] = []

    def factory() -> OcrEngine:
        made.append(FixedEngine())
        return made[-1]

    page = Image.open(picture)
    page.save(tmp_path / "three.tiff", save_all=True, append_images=[page, page])
    assert len(read_document(tmp_path / "three.tiff", factory, settings).pages) == 3
    assert len(made) == 1


def test_equal_bytes_are_read_once(tmp_path: Path, table_pdf: Path, settings: Settings) -> None:
    again = tmp_path / "again.pdf"
    again.write_bytes(table_pdf.read_bytes())
    batch = read_batch([table_pdf, again], no_engine, settings)
    assert [reading.source for reading in batch.readings] == [str(table_pdf)]
    assert batch.repeats == ((str(again), str(table_pdf)),)
    assert batch.exit_code is ExitCode.DONE


def test_an_interrupt_goes_through(
    table_pdf: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> PageContent:
        raise KeyboardInterrupt

    monkeypatch.setattr(TextLayer, "page_to_content", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_batch([table_pdf], no_engine, settings)


def test_the_watcher_hears_of_every_page_and_document(table_pdf: Path, settings: Settings) -> None:
    heard: list[object] = []

    class Watcher(Silent):
        def document_started(self, source: str) -> None:
            heard.append(Path(source).name)

        def pages_counted(self, count: int) -> None:
            heard.append(f"of {count}")

        def page_read(self, page: int) -> None:
            heard.append(page)

        def document_done(self, reading: Reading) -> None:
            heard.append(reading.status)

    missing = table_pdf.with_name("missing.pdf")
    read_batch([table_pdf, missing], no_engine, settings, Watcher())
    assert heard == ["table.pdf", "of 3", 1, 2, 3, "ok", "missing.pdf", "failed"]


def test_a_page_of_one_pdf_may_be_scan_and_another_text(tmp_path: Path, settings: Settings) -> None:
    path = write(tmp_path / "empty.pdf", [Page(), Page()])
    (reading,) = read_batch([path], FixedEngine, settings).readings
    assert reading.status == "ok"
    assert len(reading.pages) == 2


@pytest.mark.parametrize(
    ("statuses", "codes", "expected"),
    [
        (["ok", "ok"], [], ExitCode.DONE),
        (["failed"], [ExitCode.INPUT], ExitCode.INPUT),
        (["failed", "failed"], [ExitCode.INPUT, ExitCode.INPUT], ExitCode.INPUT),
        (["failed", "failed"], [ExitCode.INPUT, ExitCode.MODELS], ExitCode.PARTIAL),
        (["failed", "ok"], [ExitCode.INPUT], ExitCode.PARTIAL),
        ([], [], ExitCode.DONE),
    ],
)
def test_exit_codes(statuses: list[str], codes: list[ExitCode], expected: ExitCode) -> None:
    readings = tuple(a_reading(error=None if s == "ok" else "x") for s in statuses)
    assert Batch(readings, tuple(codes)).exit_code is expected


# --- findings that know only their place ---


def finding(box: BBox | None, page: int | None = 1, **values: object) -> Finding:
    return Finding("scan", Code.LOW_SCORE, Severity.WARNING, "", page, box, **values)  # type: ignore[arg-type]


def rows_of(item: Finding) -> list[int | None]:
    tasks = [a_task(1), a_task(2)]
    return [found.row_no for found in attach_findings([item], [a_table()], tasks)]


def test_a_finding_in_a_value_belongs_to_its_row() -> None:
    assert rows_of(finding(BBox(160, 122, 240, 138))) == [1]
    assert rows_of(finding(BBox(260, 142, 340, 158))) == [2]


def test_a_finding_in_a_cell_that_spans_rows_belongs_to_all_of_them() -> None:
    assert rows_of(finding(BBox(60, 125, 140, 155))) == [1, 2]


def test_a_finding_on_a_ruling_belongs_to_the_row_it_lies_in() -> None:
    assert rows_of(finding(BBox(140, 145, 300, 145))) == [2]


def test_a_finding_over_both_rows_belongs_to_both() -> None:
    assert rows_of(finding(BBox(40, 115, 360, 165))) == [1, 2]


def test_a_row_joined_over_a_page_is_not_the_row_whose_category_goes_on_there() -> None:
    strip = BBox(40, 40, 360, 80)
    own = Provenance("name", 2, BBox(140, 40, 190, 80))
    category = Provenance("category", 2, BBox(40, 40, 140, 80))
    earlier, broken = (
        replace(a_task(1), pages=(1,), places=(*a_task(1).places, category)),
        replace(a_task(2), pages=(1, 2), places=(*a_task(2).places, category, own)),
    )
    joined = finding(strip, page=2)
    found = attach_findings([joined], [a_table()], [earlier, broken])
    assert [one.row_no for one in found] == [2]


@pytest.mark.parametrize(
    "item",
    [
        finding(BBox(60, 300, 140, 320)),
        finding(BBox(400, 125, 500, 135)),
        finding(BBox(160, 122, 240, 138), page=2),
        finding(None),
        finding(BBox(160, 122, 240, 138), page=None),
        finding(BBox(160, 122, 240, 138), table_no=2),
        finding(BBox(160, 102, 240, 118)),
    ],
)
def test_a_finding_elsewhere_belongs_to_no_row(item: Finding) -> None:
    assert rows_of(item) == [None]


def test_a_finding_that_knows_its_row_keeps_it() -> None:
    item = finding(BBox(160, 122, 240, 138), table_no=1, row_no=2)
    assert attach_findings([item], [a_table()], [a_task(1), a_task(2)]) == (item,)


def test_one_engine_calls_its_factory_once() -> None:
    calls: list[int] = []

    def factory() -> OcrEngine:
        calls.append(1)
        return FixedEngine()

    one = OneEngine(factory)
    assert one.fingerprint() == ()
    assert one() is one()
    assert calls == [1]
