"""Tables without column rules: taken when their header is known, or when they go on with one.

A scan brings the rulings that its text makes; for a text layer they are concluded here. Columns of
prose, lists of addresses and of contents have gutters as well, so the text must prove the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.geometry import BBox, union
from pipeline.grid import Grid, align_text, align_to_columns, aligned_doubts, find_grids
from pipeline.model import Cell, Code, Finding, Fragment, PageContent, Ruling, Severity
from pipeline.tables.carry import Carried, join_columns, part_to_columns
from pipeline.tables.fill import STAGE, FilledPage, Part, fill_page
from pipeline.tables.head_ends import find_head_end, head_rulings
from pipeline.tables.heads import KnownHeaders, find_header_rows, has_known_header
from pipeline.tables.lines import Print, page_to_print, word_to_glyphs
from pipeline.tables.parted_heads import part_heads
from pipeline.tables.row_ends import proven, stands_in
from pipeline.tables.whole_heads import with_whole_heads

LEAST_HEADS = 2
"""Known headers that a page must hold before its text is looked at."""


def fill_pages(
    pages: Sequence[PageContent], known: KnownHeaders, snap: float
) -> Iterator[FilledPage]:
    """Find the grids of each page and fill them; `snap` as in `find_grids`."""
    before: Carried | None = None
    for page in pages:
        look = page_to_print(page)
        grids = find_grids(page.rulings, look.unit, snap)
        if any(not _is_unruled(grid, page.rulings) for grid in grids):
            before = None
            yield _fill_ruled(page, grids, look, known, snap)
            continue
        aligned, doubts = (page, ()) if grids else _align(page, look, known, before)
        grids = grids or find_grids(aligned.rulings, look.unit, snap)
        below, others = _below_heads(aligned, grids, look, known, snap)
        if below is not aligned:
            aligned, grids = below, find_grids(below.rulings, look.unit, snap)
        anew, doubts = others is not None, doubts if others is None else others
        filled = _fill_proven(aligned, grids, look, known, before)
        if before is not None and (filled is None or not before.fits(filled.parts[0])):
            carried = _fill_carried(page, look, before, snap)
            if carried is not None and (filled is None or before.heads(carried.parts[0])):
                filled, doubts, anew = carried, (), True
        if filled is not None:
            before = _carry(before, filled.parts[-1], known)
            said = _doubts_within(page, filled.parts)
            void = said if anew else proven(said, page, grids, known, look.unit)
            sure = proven(doubts, page, grids, known, look.unit)
            left = (doubt for doubt in doubts if doubt not in sure)
            yield replace(filled, findings=(*filled.findings, *left), superseded=void)
            continue
        filled = fill_page(_without_inferred(page), (), look)
        if before is not None:
            told = _what_was_left(page, grids, known, before)
            filled = replace(filled, findings=(*filled.findings, *told))
        if page.words:
            before = None
        yield filled


def _fill_ruled(
    page: PageContent, grids: Sequence[Grid], look: Print, known: KnownHeaders, snap: float
) -> FilledPage:
    """The page with the grids of its rulings filled, their headings put right."""
    filled = fill_page(page, grids, look)
    page, told = part_heads(page, filled, known)
    if told:
        filled = fill_page(page, find_grids(page.rulings, look.unit, snap), look)
        filled = replace(filled, findings=(*filled.findings, *told))
    return with_whole_heads(page, filled, look, known, snap)


def _without_inferred(page: PageContent) -> PageContent:
    return replace(page, rulings=tuple(r for r in page.rulings if _was_seen(r)))


def _was_seen(ruling: Ruling) -> bool:
    """Whether ink of a ruling was seen: one that was closed over gaps has a thickness."""
    return not ruling.inferred or ruling.thickness > 0


def _carry(before: Carried | None, part: Part, known: KnownHeaders) -> Carried:
    """The table after one more page."""
    columns = part_to_columns(part, known)
    if before is None or not before.fits(part):
        return Carried(part, columns)
    return Carried(part, join_columns(before.columns, columns))


def _fill_carried(
    page: PageContent, look: Print, before: Carried, snap: float
) -> FilledPage | None:
    """The page with what stands at its top in the columns of the page before; None if nothing."""
    plain = _without_inferred(page)
    table = align_to_columns(*_print_to_align(plain), before.columns, look.unit)
    if table is None:
        return None
    aligned = replace(plain, rulings=(*plain.rulings, *table.concluded))
    grids = [
        grid
        for grid in find_grids(aligned.rulings, look.unit, snap)
        if grid.columns == before.part.columns
    ]
    if len(grids) != 1:
        return None
    filled = fill_page(aligned, grids, look)
    moved = tuple(replace(_on_columns(part, before), concluded=True) for part in filled.parts)
    unsure = aligned_doubts([table], STAGE, page.page)
    findings = (*filled.findings, _told(grids[0], page.page), *unsure)
    return replace(filled, parts=moved, findings=findings)


def _is_unruled(grid: Grid, rulings: Sequence[Ruling]) -> bool:
    """Whether no upright ruling of the grid was seen."""
    return not any(
        ruling.axis == "v"
        and _was_seen(ruling)
        and grid.box.x0 - 1 <= ruling.position <= grid.box.x1 + 1
        and min(ruling.end, grid.box.bottom) > max(ruling.start, grid.box.top)
        for ruling in rulings
    )


def _align(
    page: PageContent, look: Print, known: KnownHeaders, before: Carried | None
) -> tuple[PageContent, tuple[Finding, ...]]:
    """The page with the rulings that its text makes, and where its rows are in doubt."""
    headed = _heads(page, known)
    if not headed and before is None:
        return page, ()
    return _conclude(page, look, (), headed=headed)


def _conclude(
    page: PageContent, look: Print, ends: Sequence[float], *, headed: bool
) -> tuple[PageContent, tuple[Finding, ...]]:
    """The page with the rulings that its text makes, and its doubts; arguments as `align_text`."""
    tables = align_text(*_print_to_align(page), look.unit, ends, headed=headed)
    concluded = [ruling for table in tables for ruling in table.concluded]
    doubts = aligned_doubts(tables, STAGE, page.page)
    return replace(page, rulings=(*page.rulings, *concluded)), doubts


def _print_to_align(page: PageContent) -> tuple[list[BBox], list[Ruling]]:
    """The boxes of the characters of a page, and its level rulings."""
    boxes = [glyph.box for word in page.words for glyph in word_to_glyphs(word)]
    return boxes, [ruling for ruling in page.rulings if ruling.axis == "h"]


def _below_heads(
    page: PageContent, grids: Sequence[Grid], look: Print, known: KnownHeaders, snap: float
) -> tuple[PageContent, tuple[Finding, ...] | None]:
    """The page with rulings concluded anew below headers that end elsewhere, by their words.

    With what is doubtful then; None where nothing was concluded anew. Where the whole cannot be, a
    header gets its end, and what was doubtful still is.
    """
    ends = {grid: find_head_end(page, grid, known, look.unit) for grid in grids}
    told = {grid: end for grid, end in ends.items() if end is not None}
    if not told:
        return page, None
    plain, headed = _without_inferred(page), _heads(page, known)
    anew, doubts = _conclude(plain, look, list(told.values()), headed=headed)
    columns = [grid.columns for grid in find_grids(anew.rulings, look.unit, snap)]
    if columns == [grid.columns for grid in grids]:
        return anew, doubts
    ended = [ruling for grid, end in told.items() for ruling in head_rulings(grid, end)]
    return replace(page, rulings=(*page.rulings, *ended)), None


def _doubts_within(page: PageContent, parts: Sequence[Part]) -> tuple[Finding, ...]:
    """What a page says of rows and columns that it parted by their text, in parts of tables."""
    return tuple(
        finding
        for finding in page.findings
        if finding.code in (Code.TABLE_UNRULED, Code.COLUMNS_DOUBTFUL)
        and finding.severity is Severity.WARNING
        and any(stands_in(finding, part.box) for part in parts)
    )


def _heads(page: PageContent, known: KnownHeaders) -> bool:
    """Whether a page has so many known headings that it may hold a table."""
    return len({word.text for word in page.words if known.knows(word.text)}) >= LEAST_HEADS


def _fill_proven(
    page: PageContent,
    grids: Sequence[Grid],
    look: Print,
    known: KnownHeaders,
    before: Carried | None,
) -> FilledPage | None:
    """The page with those grids filled that are tables; None when none is."""
    if not grids:
        return None
    parts = fill_page(page, grids, look).parts
    proven = [
        grid
        for grid, part in zip(grids, parts, strict=True)
        if _has_header(part, known) or (before is not None and before.fits(part))
    ]
    if not proven:
        return None
    filled = fill_page(page, proven, look)
    moved = (replace(_on_columns(part, before), concluded=True) for part in filled.parts)
    told = tuple(_told(grid, page.page) for grid in proven)
    return replace(filled, parts=tuple(moved), findings=(*filled.findings, *told))


def _told(grid: Grid, page: int) -> Finding:
    message = "A table without column rules: columns and rows follow from how its text is set."
    return Finding(STAGE, Code.TABLE_UNRULED, Severity.INFO, message, page, grid.box)


def _has_header(part: Part, known: KnownHeaders) -> bool:
    rows = find_header_rows(part.cells, part.rows, part.columns, known)
    below = part.without_head(1) if part.rows > 2 else part
    return rows > 0 and (
        has_known_header(part.cells, part.columns, known)
        or has_known_header(below.cells, part.columns, known)
    )


def _on_columns(part: Part, before: Carried | None) -> Part:
    """The part with the column edges of the page before, where it has its columns.

    Where cells of a column are blank, its edges on one page say little. Names printed downwards
    that a page end cuts are put together by how far they stand from the edge of their column.
    """
    if before is None or not before.fits(part):
        return part
    xs = before.part.xs
    cells = tuple(_on_edges(cell, xs) for cell in part.cells)
    return replace(part, xs=xs, box=replace(part.box, x0=xs[0], x1=xs[-1]), cells=cells)


def _on_edges(cell: Cell, xs: Sequence[float]) -> Cell:
    """The cell between the edges `xs` of its columns, and around its text."""

    def widened(part: Fragment) -> Fragment:
        x0 = min((xs[cell.column], *(line.box.x0 for line in part.lines)))
        x1 = max((xs[cell.column + cell.column_span], *(line.box.x1 for line in part.lines)))
        return replace(part, box=replace(part.box, x0=x0, x1=x1))

    return replace(cell, fragments=tuple(widened(part) for part in cell.fragments))


def _what_was_left(
    page: PageContent, grids: Sequence[Grid], known: KnownHeaders, before: Carried
) -> Iterator[Finding]:
    """What a page without a table leaves in doubt about the one before."""
    if _heads(page, known):
        yield _lost_end(before.part)
    elif grids:
        yield _refusal(page.page)


def _lost_end(part: Part) -> Finding:
    last = [cell for cell in part.cells if cell.row + cell.row_span == part.rows]
    box = union([fragment.box for cell in last for fragment in cell.fragments])
    message = (
        "headings stand on the next page too, but under them no table was found: "
        "the end of this row may be lost"
    )
    return Finding(STAGE, Code.ROW_JOIN_DOUBTFUL, Severity.WARNING, message, part.page, box)


def _refusal(page: int) -> Finding:
    message = (
        "Text stands in columns after a table without column rules, but in others, and under no "
        "known header: it was not taken for a table."
    )
    return Finding(STAGE, Code.TABLE_UNRULED, Severity.WARNING, message, page)
