"""Column edges that are lost in the header alone: two headings in one cell over their columns.

A heading over several columns stands across the edges between them; where each column has a known
heading of its own, an edge was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from pipeline.geometry import BBox
from pipeline.model import Cell, Code, Finding, PageContent, Ruling, Severity
from pipeline.tables.fill import STAGE, FilledPage, Part
from pipeline.tables.heads import KnownHeaders, find_header_rows, fold
from pipeline.tables.lines import word_to_glyphs

ASIDE = 0.25
"""Share of a character that may reach over the edge of its column."""
APART = 0.3
"""Characters by which the gap between two headings is wider than those inside them."""


def part_heads(
    page: PageContent, filled: FilledPage, known: KnownHeaders
) -> tuple[PageContent, tuple[Finding, ...]]:
    """The page with the column edges that headings want, and a finding for each."""
    edges = tuple(edge for part in filled.parts for edge in _lost_edges(part, known))
    told = tuple(_told(page.page, edge) for edge in edges)
    return (replace(page, rulings=(*page.rulings, *edges)) if edges else page), told


def _lost_edges(part: Part, known: KnownHeaders) -> Iterator[Ruling]:
    head = find_header_rows(part.cells, part.rows, part.columns, known)
    for cell in part.cells:
        # Above headings of single columns stands one of several.
        lowest = cell.row + cell.row_span == head
        if lowest and cell.column_span > 1 and _holds_headings(cell, part, known):
            box = cell.fragments[0].box
            for x in part.xs[cell.column + 1 : cell.column + cell.column_span]:
                yield Ruling("v", x, box.top, box.bottom, 0.0, True)


def _holds_headings(cell: Cell, part: Part, known: KnownHeaders) -> bool:
    """Whether a cell has a known heading over each of its columns.

    One over all of them may be spaced out so that it stands beside the edges (工作　任务).
    """
    if fold(cell.text) in known.exact:
        return False
    edges = part.xs[cell.column : cell.column + cell.column_span + 1]
    lines = [word_to_glyphs(line) for line in cell.lines]
    glyphs = [glyph for line in lines for glyph in line]
    if any(_stands_across(glyph.box, x) for glyph in glyphs for x in edges[1:-1]):
        return False
    inner, outer = [0.0], list[float]()
    for left, right in (pair for line in lines for pair in pairwise(line)):
        parted = any(left.box.x_mid < x < right.box.x_mid for x in edges[1:-1])
        (outer if parted else inner).append(right.box.x0 - left.box.x1)
    if min(outer, default=0.0) < max(inner) + APART * part.look.unit:
        return False
    texts = (
        "".join(glyph.text for glyph in glyphs if left <= glyph.box.x_mid < right)
        for left, right in pairwise(edges)
    )
    return all(text and known.knows(text) for text in texts)


def _stands_across(box: BBox, x: float) -> bool:
    """Whether a character stands across an edge: what is left of a ruling may hang on its box."""
    return box.x0 + ASIDE * box.width < x < box.x1 - ASIDE * box.width


def _told(page: int, edge: Ruling) -> Finding:
    message = "Two known headings stand in one cell over their columns: it was parted between them."
    box = BBox(edge.position, edge.start, edge.position, edge.end)
    return Finding(STAGE, Code.RULING_INFERRED, Severity.WARNING, message, page, box)
