"""The inspection page: the review page's templates in one HTML file, everything inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.inspect.pictures import PagePicture
from pipeline.inspect.view import (
    letter_values,
    reading_to_leaves,
    reading_to_view,
    table_to_grid,
)
from pipeline.model import Layout, Reading
from pipeline.show import asset, render
from pipeline.show.charts import findings_by_kind, scores_by_row, serial_maps, tasks_by
from pipeline.show.labels import SEVERITY_LABELS
from pipeline.show.pages import digest
from pipeline.show.views import by_weight


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `pictures` are by sheet and half."""

    reading: Reading
    layout: Layout
    pictures: dict[tuple[int, int], PagePicture]


def view_to_html(view: View) -> str:
    """The whole page as HTML text; every text from the document is escaped."""
    reading, rows = view.reading, reading_to_view(view.reading)
    style, script = asset("style.css"), asset("page.js")
    findings = by_weight(rows.findings)
    return render(
        "inspect.html",
        title=reading.document.title or Path(reading.source).name,
        source=reading.source,
        reading=reading,
        style=style,
        script=script,
        style_hash=digest(style),
        script_hash=digest(script),
        view=rows,
        rows=rows.rows,
        leaves=reading_to_leaves(reading, view.layout, view.pictures, rows),
        letter=letter_values(reading.document),
        groups=[
            {"label": label, "findings": [f for f in findings if f.severity == severity]}
            for severity, label in SEVERITY_LABELS.items()
            if any(f.severity == severity for f in findings)
        ],
        maps=serial_maps(rows),
        pictures=(
            findings_by_kind(rows.findings),
            scores_by_row(rows),
            tasks_by(rows, ("leaders",), "各领导的任务"),
            tasks_by(rows, ("lead_units", "units"), "各单位的任务"),
        ),
        tables=[table_to_grid(table) for table in reading.tables],
        can_edit=False,
    )
