"""Output folders to review, and the room over them, for the tests of the review page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from pipeline.batch import compact_output
from pipeline.batch.parts import info_of
from pipeline.batch.places import Place
from pipeline.batch.recipe import recipe_of
from pipeline.batch.task import Job, write_part
from pipeline.config import Settings
from pipeline.geometry import BBox
from pipeline.model import (
    Cell,
    Code,
    Document,
    Finding,
    Fragment,
    PageRecord,
    Provenance,
    Reading,
    Severity,
    Table,
    Task,
)
from pipeline.party import Party, PartyKind
from pipeline.review import open_room
from pipeline.review.app import create_app
from pipeline.review.guard import Guard
from pipeline.review.room import Room
from pipeline.run import digest
from tests.pdfs import write_table

HEADER = ("序号", "名称", "具体措施", "牵头领导", "责任单位")
COLUMNS = ("serial", "name", "local_measures", "leaders", "units")
WIDTHS = (40.0, 90.0, 210.0, 70.0, 100.0)
ROWS_OF_A_PAGE = 10
TOKEN = "0123456789abcdef" * 2
PORT = 8417
HOST = f"127.0.0.1:{PORT}"
WHO = "李四"


def row_values(number: int) -> tuple[str, ...]:
    """The printed cells of one row."""
    return (str(number), f"第{number}项工作", "推进建设，按月报送进展情况", "王建国", "县交通局")


def page_boxes(row: int) -> list[BBox]:
    """The boxes of the cells of a row (0 is the header) as `write_table` draws them."""
    left, boxes = 40.0, []
    top = 841.89 - 780.0 + 20.0 * row
    for width in WIDTHS:
        boxes.append(BBox(left, top, left + width, top + 20.0))
        left += width
    return boxes


def make_reading(source: Path, tasks: int) -> Reading:
    """A reading of a file that `write_notice` made, without reading it."""
    cells, found = [], []
    for column, text in enumerate(HEADER):
        part = Fragment(1, page_boxes(0)[column])
        cells.append(Cell(0, column, text=text, fragments=(part,)))
    for number in range(1, tasks + 1):
        page, row = 1 + (number - 1) // ROWS_OF_A_PAGE, 1 + (number - 1) % ROWS_OF_A_PAGE
        boxes, values = page_boxes(row), row_values(number)
        score = 0.7 if number % 7 == 3 else 1.0
        for column, (box, text) in enumerate(zip(boxes, values, strict=True)):
            part = Fragment(page, box)
            cells.append(Cell(number, column, text=text, score=score, fragments=(part,)))
        found.append(_task(number, page, boxes, score))
    pages = tuple(
        PageRecord(page, "text", "text layer", 595.28, 841.89)
        for page in range(1, 1 + -(-tasks // ROWS_OF_A_PAGE))
    )
    return Reading(
        doc_id=digest(source),
        source=str(source),
        document=Document(title="关于分解重点任务的通知", doc_number="青政办发〔2024〕7号"),
        tasks=tuple(found),
        tables=(Table(1, tasks + 1, len(HEADER), tuple(cells), header_rows=1),),
        findings=tuple(_findings(tasks)),
        pages=pages,
        elapsed_s=1.0,
    )


def _task(number: int, page: int, boxes: list[BBox], score: float) -> Task:
    serial, name, measures, leader, unit = row_values(number)
    return Task(
        1,
        number,
        serial=serial,
        name=name,
        local_measures=measures,
        leaders=(leader,),
        units=(unit,),
        cells=tuple(zip(HEADER, row_values(number), strict=True)),
        pages=(page,),
        confidence=score,
        places=tuple(
            Provenance(column, page, box) for column, box in zip(COLUMNS, boxes, strict=True)
        ),
        parties=(
            Party("leader", 1, leader, leader, PartyKind.PERSON),
            Party("unit", 1, unit, f"青岚{unit}", PartyKind.ORGAN, "青岚县", 0.8, ("list",)),
        ),
    )


def _findings(tasks: int) -> Iterator[Finding]:
    for number in range(3, tasks + 1, 7):
        page, row = 1 + (number - 1) // ROWS_OF_A_PAGE, 1 + (number - 1) % ROWS_OF_A_PAGE
        yield Finding(
            "normalise",
            Code.NAME_AMBIGUOUS,
            Severity.WARNING,
            "two readings",
            page,
            page_boxes(row)[3],
            1,
            number,
        )
    yield Finding("validate", Code.SERIAL_GAP, Severity.ERROR, "missing serials: 99", 1, None, 1)


def write_notice(path: Path, tasks: int = 8) -> Path:
    """A PDF with a ruled table on every page; the pages beyond the first look like it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [HEADER, *(row_values(number) for number in range(1, min(tasks, ROWS_OF_A_PAGE) + 1))]
    return write_table(path, rows, WIDTHS, max(1, -(-tasks // ROWS_OF_A_PAGE)))


def write_output(out: Path, readings: list[Reading], settings: Settings) -> None:
    """Parts and tables of the readings at `out`, as a run leaves them."""
    place = Place(str(out))
    place.prepare()
    job = Job(settings, recipe_of(settings), place, 1)
    for reading in readings:
        write_part(job, reading, info_of(reading, reading.source, job.recipe, None))
    compact_output(str(out), settings)


def make_room(folder: Path, settings: Settings, count: int = 8, **changes: object) -> Room:
    """A room over one document of `count` rows; `changes` are made to its reading."""
    source = write_notice(folder / "in" / "notice.pdf", count)
    reading = replace(make_reading(source, count), **changes)  # type: ignore[arg-type]
    write_output(folder / "out", [reading], settings)
    return open_room(str(folder / "out"), settings, no_engine, WHO, (None, None))


def no_engine() -> object:
    """Born-digital pages need none."""
    raise AssertionError("no engine is needed")


def client_of(room: Room) -> TestClient:
    """A browser that has been let in."""
    guarded = Guard(create_app(room), TOKEN, frozenset({HOST}))
    client = TestClient(guarded, base_url=f"http://{HOST}", headers={"origin": f"http://{HOST}"})
    client.cookies.set(f"gongwen_{PORT}", TOKEN)
    return client


def only_id(room: Room) -> str:
    """The one document of the room."""
    (doc_id,) = room.library.entries()
    return doc_id
