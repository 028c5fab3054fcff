"""What is shown of a document: rows → views → HTML, for the review page and the one-file page.

    rows of the contract → values, rows, findings (views) → boxes over the pages (sheets)
    → overview pictures (charts) → templates (pages)

Every text of a document goes through autoescape and `visible_text`; no template marks one as safe.
"""

from __future__ import annotations

from pipeline.show.pages import asset, render, warm
from pipeline.show.sheets import Shape, SheetView
from pipeline.show.views import FindingView, RowsView, RowView, Viewing, corrected_to_view

__all__ = [
    "FindingView",
    "RowView",
    "RowsView",
    "Shape",
    "SheetView",
    "Viewing",
    "asset",
    "corrected_to_view",
    "render",
    "warm",
]
