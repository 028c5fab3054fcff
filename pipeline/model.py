"""The values that travel between stages: frozen, and checked when they are made.

Coordinates are PDF points with the origin at the top left of the *upright* page: on a scan, the
page after its turn and skew have been undone (`PageContent.rotation`, `PageContent.skew`), and the
slant and bend of a photograph where it had any (step `flat`). Pages count from 1. Pixels live only
in `Raster` and in what an OCR engine returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.codes import Code as Code
from pipeline.codes import Severity as Severity
from pipeline.geometry import BBox
from pipeline.party import Party
from pipeline.picture import Raster as Raster
from pipeline.picture import Spot as Spot
from pipeline.picture import Step as Step

Route = Literal["text", "scan", "markup"]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character and its box."""

    text: str
    box: BBox


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text on one line.

    `text` has radicals mapped to characters, `raw` is what the source gave. `glyphs` are the
    characters with their boxes from left to right, without white space; empty where positions are
    not known. `score` is the recognition score in 0–1, 1.0 from a text layer.
    """

    text: str
    box: BBox
    score: float = 1.0
    glyphs: tuple[Glyph, ...] = ()
    raw: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a score lies in 0–1, not {self.score}")
        if not self.raw:
            object.__setattr__(self, "raw", self.text)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A drawn straight line, in points.

    `position` is the y of a horizontal ruling and the x of a vertical one, at its middle; it runs
    from `start` to `end` along the other axis. `inferred`: not seen, concluded from the others.
    """

    axis: Literal["h", "v"]
    position: float
    start: float
    end: float
    thickness: float = 0.0
    inferred: bool = False

    def __post_init__(self) -> None:
        if not self.start <= self.end:
            raise ValueError(f"a ruling runs forwards, not from {self.start} to {self.end}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt, for a person to look at. `row_no` is the task's row number in its table, from 1."""

    stage: str
    code: Code
    severity: Severity
    message: str
    page: int | None = None
    box: BBox | None = None
    table_no: int | None = None
    row_no: int | None = None


@dataclass(frozen=True, slots=True)
class PageContent:
    """What is on one page, whichever way it was read.

    `rotation` (degrees clockwise, a multiple of 90) and `skew` (degrees clockwise) were applied to
    the picture to make it upright; `width` and `height` are those of the upright page in points.
    `steps` are those of the picture's preparation, `reason` says why the page took its route.
    `spot` is set where pages and sheets count apart: from a sheet with two pages on.
    """

    page: int
    width: float
    height: float
    route: Route
    reason: str
    words: tuple[Word, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    rotation: int = 0
    skew: float = 0.0
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    spot: Spot | None = None

    def __post_init__(self) -> None:
        if self.page < 1:
            raise ValueError(f"pages count from 1, not {self.page}")
        if self.rotation % 90:
            raise ValueError(f"a page is turned by quarters, not by {self.rotation} degrees")


@dataclass(frozen=True, slots=True)
class Fragment:
    """The part of a cell that stands on one page: its box and its lines from top to bottom."""

    page: int
    box: BBox
    lines: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid, from row and column 0, with its spans.

    `text` is as read, printed lines joined with a line feed; "" when blank. `fragments` has more
    than one part when the row runs over a page end, and none in machine-read text.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    text: str = ""
    score: float = 1.0
    fragments: tuple[Fragment, ...] = ()

    def __post_init__(self) -> None:
        if min(self.row, self.column) < 0 or min(self.row_span, self.column_span) < 1:
            raise ValueError(
                f"no such cell: row {self.row}, column {self.column}, "
                f"spans {self.row_span} × {self.column_span}"
            )

    @property
    def lines(self) -> tuple[Word, ...]:
        """Printed lines over all fragments, from top to bottom."""
        return tuple(line for part in self.fragments for line in part.lines)

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(part.page for part in self.fragments))


@dataclass(frozen=True, slots=True)
class Table:
    """A table over all its pages. Its cells tile `rows` × `columns` exactly.

    `number` counts from 1 through the document. The first `header_rows` rows are the header (only
    once, however often it is printed). `joined_rows` are rows put together over a page end.
    `concluded`: no column rulings were printed, so its cells follow from how its text is set.
    """

    number: int
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    header_rows: int = 0
    title: str | None = None
    joined_rows: tuple[int, ...] = ()
    concluded: bool = False

    def __post_init__(self) -> None:
        taken = [0] * (self.rows * self.columns)
        for cell in self.cells:
            if (
                cell.row + cell.row_span > self.rows
                or cell.column + cell.column_span > self.columns
            ):
                raise ValueError(f"cell ({cell.row}, {cell.column}) reaches out of its table")
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    taken[row * self.columns + column] += 1
        if any(count != 1 for count in taken):
            raise ValueError(f"the cells of table {self.number} do not tile its grid")

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(sorted({page for cell in self.cells for page in cell.pages}))

    def cell_at(self, row: int, column: int) -> Cell:
        """The cell that covers the place; IndexError outside the grid."""
        for cell in self.cells:
            if (
                cell.row <= row < cell.row + cell.row_span
                and cell.column <= column < cell.column + cell.column_span
            ):
                return cell
        raise IndexError(f"table {self.number} has no place ({row}, {column})")


@dataclass(frozen=True, slots=True)
class Prose:
    """What stands outside the tables of one page: lines in reading order, and single rules."""

    page: int
    width: float
    height: float
    lines: tuple[Word, ...] = ()
    rules: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A document as tables and the prose around them.

    `superseded` are findings of pages about rulings that were concluded anew.
    """

    tables: tuple[Table, ...]
    prose: tuple[Prose, ...]
    findings: tuple[Finding, ...] = ()
    superseded: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the value of a task's column was printed; a value may have several places."""

    column: str
    page: int
    box: BBox


@dataclass(frozen=True, slots=True)
class Task:
    """One row of who must do what; the columns are those of `tasks.parquet`."""

    table_no: int
    row_no: int
    table_title: str | None = None
    serial: str | None = None
    category: str | None = None
    name: str | None = None
    superior_measures: str | None = None
    local_measures: str | None = None
    leaders: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    deadline: str | None = None
    remark: str | None = None
    cells: tuple[tuple[str, str], ...] = ()
    pages: tuple[int, ...] = ()
    confidence: float = 1.0
    places: tuple[Provenance, ...] = ()
    parties: tuple[Party, ...] = ()

    def __post_init__(self) -> None:
        if self.table_no < 1 or self.row_no < 1:
            raise ValueError("tables and rows of tasks count from 1")


@dataclass(frozen=True, slots=True)
class Document:
    """The elements of the notice itself (GB/T 9704-2012 clause 7, GB/T 33480-2016)."""

    issuer: str | None = None
    doc_number: str | None = None
    title: str | None = None
    addressees: tuple[str, ...] = ()
    signed_by: str | None = None
    issued_on: date | None = None
    disclosure: str | None = None
    attachments: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    printed_by: str | None = None
    printed_on: date | None = None
    secrecy: str | None = None
    urgency: str | None = None
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class PageRecord:
    """How one page was read, for the manifest and the inspection page.

    `page` is the source's sheet; `spot` says where on it the page stands, where that is not plain.
    """

    page: int
    route: Route
    reason: str
    width: float
    height: float
    rotation: int = 0
    skew: float = 0.0
    steps: tuple[Step, ...] = ()
    spot: Spot | None = None

    @property
    def half(self) -> int:
        """1 or 2, in reading order, of two pages on one sheet; else 0."""
        return self.spot.half if self.spot else 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one source; `error` is set when the source could not be read.

    `timings` are the seconds that each stage took, in the order of the stages.
    """

    doc_id: str
    source: str
    document: Document = Document()
    tasks: tuple[Task, ...] = ()
    tables: tuple[Table, ...] = ()
    findings: tuple[Finding, ...] = ()
    pages: tuple[PageRecord, ...] = ()
    elapsed_s: float = 0.0
    error: str | None = None
    timings: tuple[tuple[str, float], ...] = ()

    @property
    def route(self) -> str | None:
        """The one route of all pages, "mixed" when they differ, None when nothing was read."""
        routes = {page.route for page in self.pages}
        if len(routes) > 1:
            return "mixed"
        return next(iter(routes), None)

    @property
    def sheets(self) -> int:
        """How many pages the source has; 0 for machine-read text."""
        return len({page.page for page in self.pages if page.route != "markup"})

    @property
    def status(self) -> Literal["ok", "partial", "failed"]:
        """Whether all of the source was read, all but some pages, or nothing."""
        if self.error is not None:
            return "failed"
        failed = any(finding.code is Code.PAGE_FAILED for finding in self.findings)
        return "partial" if failed else "ok"
