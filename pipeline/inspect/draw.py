"""What was read on a page as SVG in points, to lie over the page's picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pipeline.geometry import BBox
from pipeline.model import Cell, Finding, Fragment, PageRecord, Table, Word

GOOD, BAD = 0.98, 0.6  # scores drawn wholly green and wholly red


@dataclass(frozen=True, slots=True)
class PageDrawing:
    """What is drawn on one page; findings come with their number in the document, from 0."""

    record: PageRecord
    tables: tuple[Table, ...]
    lines: tuple[Word, ...]
    findings: tuple[tuple[int, Finding], ...]


def drawing_to_svg(drawing: PageDrawing) -> str:
    """SVG with the groups `cells`, `lines`, `prose` and `findings`."""
    record = drawing.record
    frame = page_frame(record)
    parts = [
        f'<svg viewBox="{frame.x0:.2f} {frame.top:.2f} {record.width:.2f} {record.height:.2f}" '
        f'role="img" aria-label="page {record.page}">',
        '<g class="cells">',
        *(_cell(table, cell, part) for table, cell, part in _parts(drawing)),
        '</g><g class="lines">',
        *(_line(line) for _, _, part in _parts(drawing) for line in part.lines),
        '</g><g class="prose">',
        *(_line(line) for line in drawing.lines if _stands_on(record, line.box)),
        '</g><g class="findings">',
        *(
            _finding(number, finding)
            for number, finding in drawing.findings
            if finding.box and _stands_on(record, finding.box)
        ),
        "</g></svg>",
    ]
    return "".join(parts)


def score_hue(score: float) -> int:
    """Hue in degrees: 0 (red) for a bad score to 130 (green) for a good one."""
    share = (score - BAD) / (GOOD - BAD)
    return round(130 * min(1.0, max(0.0, share)))


def on_page(tables: Sequence[Table], page: int) -> tuple[Table, ...]:
    """The tables that have a part on `page`."""
    return tuple(table for table in tables if page in table.pages)


def page_frame(record: PageRecord) -> BBox:
    """The page on its sheet, in points: boxes of two pages on one sheet lie beside each other."""
    left, top = (record.spot.left, record.spot.top) if record.spot else (0.0, 0.0)
    return BBox(left, top, left + record.width, top + record.height)


def _stands_on(record: PageRecord, box: BBox) -> bool:
    """Whether a box of the sheet is of this page."""
    return record.spot is None or page_frame(record).contains(box.x_mid, box.y_mid)


def _parts(drawing: PageDrawing) -> Iterator[tuple[Table, Cell, Fragment]]:
    for table in drawing.tables:
        for cell in table.cells:
            for part in cell.fragments:
                if part.page == drawing.record.page and _stands_on(drawing.record, part.box):
                    yield table, cell, part


def _cell(table: Table, cell: Cell, part: Fragment) -> str:
    spans = ""
    if cell.row_span > 1 or cell.column_span > 1:
        spans = f", spans {cell.row_span} × {cell.column_span}"
    head = "head" if cell.row < table.header_rows else "body"
    about = (
        f"table {table.number}, row {cell.row}, column {cell.column}{spans}, "
        f"score {cell.score:.2f}\n{cell.text}"
    )
    return (
        f'<rect class="{head}" {_place(part.box)} style="--hue:{score_hue(cell.score)}" '
        f'data-about="{escape(about)}"/>'
    )


def _line(line: Word) -> str:
    about = f"score {line.score:.3f}\n{line.text}"
    if line.raw != line.text:
        about += f"\nraw: {line.raw}"
    return (
        f'<rect {_place(line.box)} style="--hue:{score_hue(line.score)}" '
        f'data-about="{escape(about)}"/>'
    )


def _finding(number: int, finding: Finding) -> str:
    if finding.box is None:
        return ""
    about = f"{finding.severity.value}: {finding.code.value}\n{finding.message}"
    return (
        f'<rect id="f{number}" class="{finding.severity.value}" {_place(finding.box.expand(1))} '
        f'data-about="{escape(about)}"/>'
    )


def _place(box: BBox) -> str:
    return f'x="{box.x0:.2f}" y="{box.top:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
