"""Pages → tables over all their pages, and the prose around them.

page → grids, by rulings or by how text is set → filled parts
     → chains of parts over page ends → tables → layout
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.config import Settings
from pipeline.grid import Grid, find_grids
from pipeline.model import Layout, PageContent
from pipeline.tables.chain import chain_parts, give_back, strip_titles
from pipeline.tables.heads import settings_to_headers
from pipeline.tables.leftover import doubt_leftovers
from pipeline.tables.lines import page_to_print
from pipeline.tables.stitch import Draft
from pipeline.tables.unruled import fill_pages

__all__ = ["page_to_grids", "pages_to_layout"]


def pages_to_layout(pages: Sequence[PageContent], settings: Settings) -> Layout:
    """Find the tables of a document, read them and join them over page ends.

    Pages come in order. What is in no table stands in `prose`. The findings are those of this
    stage; what the pages themselves brought stays with them.
    """
    known = settings_to_headers(settings)
    filled = fill_pages(pages, known, settings.tables.snap)
    stripped = [strip_titles(page, known) for page in filled]
    drafts = chain_parts(stripped, known)
    kept = [draft for draft in drafts if _is_table(draft, settings)]
    tables = tuple(draft.to_table(number) for number, draft in enumerate(kept, start=1))
    refused = [draft for draft in drafts if not _is_table(draft, settings)]
    prose = tuple(give_back(page, refused) for page in stripped)
    findings = [finding for page in stripped for finding in page.findings]
    findings += [finding for draft in kept for finding in draft.findings]
    findings += doubt_leftovers(kept, refused)
    superseded = (finding for page in stripped for finding in page.superseded)
    return Layout(tables, prose, tuple(findings), tuple(superseded))


def page_to_grids(page: PageContent, settings: Settings) -> list[Grid]:
    """The grids of one page; see `find_grids`."""
    return find_grids(page.rulings, page_to_print(page).unit, settings.tables.snap)


def _is_table(draft: Draft, settings: Settings) -> bool:
    """A box of one cell, or a single row that goes on nowhere, is none."""
    return draft.rows >= settings.tables.min_rows and draft.columns >= settings.tables.min_columns
