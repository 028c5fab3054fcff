"""Real budgets as scans: rows whose sums hold in the text layer, and what a scan makes of them.

Rows are told by their place on the page: text may be wrong on a scan, and rows may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import load_settings
from pipeline.model import Finding, Reading, Severity, Table
from pipeline.run import read_document
from pipeline.watch import EngineFactory
from tests.bench.documents import UnavailableError, join_pages, no_engine, real_folder
from tests.bench.report import Section, all_of, at_least
from tests.bench.tables import check_sums, sum_rows
from tests.scanlab import parse_faults, pdf_to_sheets, spoil, write_scan

TITLE = "Real budgets, scanned at 200 dpi, skewed by 1.5°"
DPI = 200
FAULTS = "skew:1.5"
STILL = 98.0  # per cent of the rows that hold in the text layer
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A row of amounts on a page: the ends of its band, in points from the page's middle."""

    page: int
    top: float
    bottom: float
    texts: tuple[str, ...]
    holds: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of the rows of one document: all, still holding, doubted of the others."""

    name: str
    rows: int
    holding: int
    same: int
    doubted: int
    silent: tuple[str, ...]


def measure(engine: EngineFactory) -> Section:
    """Every budget of the folder that GONGWEN_REAL names, only the pages with such rows."""
    try:
        paths = sorted(real_folder().glob("*.pdf"))
    except UnavailableError as reason:
        return Section(TITLE, remarks=(f"not measured: {reason}",))
    found = [kept for path in paths if (kept := read_scanned(path, engine)) is not None]
    rows, holding = sum(kept.rows for kept in found), sum(kept.holding for kept in found)
    doubted = sum(kept.doubted for kept in found)
    return Section(
        TITLE,
        ("document", "rows with the sum", "still hold", "same amounts", "others doubted"),
        tuple(
            (
                kept.name,
                str(kept.rows),
                str(kept.holding),
                str(kept.same),
                f"{kept.doubted}/{kept.rows - kept.holding}",
            )
            for kept in found
        ),
        (
            at_least("sums that still hold", STILL, 100 * holding / rows if rows else 0.0, " %"),
            all_of("rows that hold or carry a finding", holding + doubted, rows),
        ),
        tuple(f"{kept.name} {line}" for kept in found for line in kept.silent[:SHOWN]),
    )


def read_scanned(path: Path, engine: EngineFactory) -> Kept | None:
    """Print, scan and read the pages of a document with such rows; None where it has none."""
    settings = load_settings()
    born = read_document(path, no_engine, settings)
    pages = sorted({p for table in born.tables if check_sums(table).rows for p in table.pages})
    if not pages:
        return None
    with TemporaryDirectory() as scratch:
        part = Path(scratch) / "part.pdf"
        join_pages([(path, pages)], part)
        sheets = pdf_to_sheets(part, DPI, range(1, len(pages) + 1))
        scan = write_scan(spoil(sheets, parse_faults(FAULTS), 0, ""), Path(scratch) / "scan")
        born, read = read_document(part, no_engine, settings), read_document(scan, engine, settings)
    return compare(path.name, born, read)


def compare(name: str, born: Reading, read: Reading) -> Kept:
    """The rows that hold as born, and what became of them on the scan."""
    wanted = [line for line in reading_to_lines(born) if line.holds]
    found = list(reading_to_lines(read))
    pairs = [(line, nearest(line, found)) for line in wanted]
    lost = [(line, got) for line, got in pairs if got is None or not got.holds]
    silent = [(line, got) for line, got in lost if not doubted(line, read)]
    return Kept(
        name,
        len(wanted),
        len(wanted) - len(lost),
        sum(got is not None and got.texts == line.texts for line, got in pairs),
        len(lost) - len(silent),
        tuple(
            f"page {line.page}: {' '.join(line.texts)} read as "
            f"{' '.join(got.texts) if got else 'nothing'} (silent)"
            for line, got in silent
        ),
    )


def reading_to_lines(reading: Reading) -> Iterator[Line]:
    """The rows that have the three amounts, over all tables."""
    middles = {page.page: page.height / 2 for page in reading.pages}
    for table in reading.tables:
        for row, texts, holds in sum_rows(table):
            for page, top, bottom in _bands(table, row):
                yield Line(page, top - middles[page], bottom - middles[page], texts, holds)


def nearest(line: Line, found: Iterable[Line]) -> Line | None:
    """The row at the same place: its middle lies in the band of `line`."""
    same = [got for got in found if got.page == line.page and line.top < got.middle < line.bottom]
    return min(same, key=lambda got: abs(got.middle - line.middle), default=None)


def doubted(line: Line, reading: Reading) -> bool:
    """Whether a warning or an error points at the row's place."""
    heights = {page.page: page.height for page in reading.pages}
    return any(
        _points_at(finding, line, heights.get(line.page, 0.0) / 2) for finding in reading.findings
    )


def _points_at(finding: Finding, line: Line, middle: float) -> bool:
    box = finding.box
    if finding.severity is Severity.INFO or finding.page != line.page or box is None:
        return False
    return box.top - middle < line.bottom and box.bottom - middle > line.top


def _bands(table: Table, row: int) -> Sequence[tuple[int, float, float]]:
    """Page, top and bottom of a row, from its lowest cell on its first page."""
    parts = [
        part
        for cell in table.cells
        if cell.row == row and cell.row_span == 1
        for part in cell.fragments[:1]
    ]
    if not parts:
        return ()
    first = max(parts, key=lambda part: part.box.bottom - part.box.top)
    return ((first.page, first.box.top, first.box.bottom),)
