"""Column edges that stand in the header alone: strokes of its text taken for rulings.

A heading may stand over several columns of rows, but no column is there for its heading alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.geometry import BBox
from pipeline.grid import find_grids
from pipeline.model import Code, Finding, PageContent, Severity
from pipeline.tables.fill import STAGE, FilledPage, Part, fill_page
from pipeline.tables.heads import KnownHeaders, find_header_rows
from pipeline.tables.lines import Print

LEAST = 2
"""Rows below a header that must show where its columns are."""


def with_whole_heads(
    page: PageContent, filled: FilledPage, look: Print, known: KnownHeaders, snap: float
) -> FilledPage:
    """The page without column edges that part nothing but headings; `snap` as in `find_grids`."""
    false = [edge for part in filled.parts for edge in _false_edges(part, known)]
    if not false:
        return filled
    kept = tuple(
        ruling
        for ruling in page.rulings
        if ruling.axis == "h"
        or not any(
            abs(ruling.position - edge.x0) <= snap * look.unit
            and ruling.start < edge.bottom
            and edge.top < ruling.end
            for edge in false
        )
    )
    whole = fill_page(replace(page, rulings=kept), find_grids(kept, look.unit, snap), look)
    findings = (_told(page.page, edge) for edge in false)
    return replace(whole, findings=(*whole.findings, *findings))


def _false_edges(part: Part, known: KnownHeaders) -> Iterator[BBox]:
    """The edges that end no cell below the header, as boxes without width from top to bottom."""
    head = find_header_rows(part.cells, part.rows, part.columns, known)
    if not head or part.rows - head < LEAST:
        return
    below = [cell for cell in part.cells if cell.row >= head]
    ends = {edge for cell in below for edge in (cell.column, cell.column + cell.column_span)}
    for edge, x in enumerate(part.xs):
        if edge not in ends:
            yield BBox(x, part.box.top, x, part.box.bottom)


def _told(page: int, edge: BBox) -> Finding:
    message = "A column edge in the header alone was taken for a stroke of its text."
    return Finding(STAGE, Code.RULING_INFERRED, Severity.INFO, message, page, edge)
