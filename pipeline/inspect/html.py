"""The inspection page: one HTML file, its style, script and pictures inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from html import escape
from pathlib import Path
from string import Template

from pipeline import __version__
from pipeline.inspect.draw import PageDrawing, drawing_to_svg, on_page, score_hue
from pipeline.inspect.pictures import PagePicture
from pipeline.model import Cell, Document, Finding, Layout, PageRecord, Reading, Table, Word
from pipeline.row_types import TaskRow
from pipeline.rows import task_rows

TASK_COLUMNS = (
    ("serial", "序号"),
    ("category", "类别"),
    ("name", "名称"),
    ("superior_measures", "上级政策措施"),
    ("local_measures", "本级政策措施"),
    ("leaders", "牵头领导"),
    ("lead_units", "牵头单位"),
    ("units", "责任单位"),
    ("deadline", "完成时限"),
    ("remark", "备注"),
    ("pages", "页"),
    ("confidence", "score"),
    ("flags", "flags"),
)
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows; `pictures` are by sheet and half."""

    reading: Reading
    layout: Layout
    pictures: dict[tuple[int, int], PagePicture]


def view_to_html(view: View) -> str:
    """The whole page as HTML text; every text from the document is escaped."""
    reading = view.reading
    style, script = _asset("style.css"), _asset("script.js")
    return Template(_asset("page.html")).substitute(
        title=escape(reading.document.title or Path(reading.source).name),
        source=escape(reading.source),
        version=escape(__version__),
        style=style,
        script=script,
        script_hash=_digest(script),
        summary=escape(_summary(reading)),
        letter="".join(_letter(reading.document)),
        tasks=_tasks(list(task_rows(reading))),
        findings="".join(_findings(reading.findings)),
        pages="".join(_pages(view)),
        tables="".join(_table(table) for table in reading.tables),
    )


def _summary(reading: Reading) -> str:
    counts = (
        (reading.sheets, "pages"),
        (len(reading.tables), "tables"),
        (len(reading.tasks), "tasks"),
        (len(reading.findings), "findings"),
    )
    shown = " · ".join(f"{count} {what}" for count, what in counts)
    return f"{reading.status} · {reading.route} · {shown} · {reading.elapsed_s:.1f} s"


def _letter(document: Document) -> Iterator[str]:
    for item in fields(Document):
        value = getattr(document, item.name)
        if value:
            shown = "、".join(value) if isinstance(value, tuple) else str(value)
            yield f"<dt>{item.name}</dt><dd>{escape(shown)}</dd>"


def _tasks(rows: Sequence[TaskRow]) -> str:
    if not rows:
        return "<p>No task was found.</p>"
    used = [
        (name, title)
        for name, title in TASK_COLUMNS
        if any(getattr(row, name) not in (None, ()) for row in rows)
    ]
    head = "".join(f"<th>{title}</th>" for _, title in used)
    body = "".join(_task(row, [name for name, _ in used]) for row in rows)
    return f'<table class="tasks"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _task(row: TaskRow, names: Sequence[str]) -> str:
    cells = "".join(f'<td class="{name}">{_shown(getattr(row, name))}</td>' for name in names)
    return f"<tr{' class=flagged' if row.flags else ''}>{cells}</tr>"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(escape(str(item)) for item in value)
    if isinstance(value, float):
        return f"{value:.2f}"
    return "" if value is None else escape(str(value))


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for number, finding in enumerate(findings):
        place = f"page {finding.page}" if finding.page else "document"
        if finding.table_no is not None:
            place += f", table {finding.table_no}"
        if finding.row_no is not None:
            place += f", row {finding.row_no}"
        target = f"f{number}" if finding.box and finding.page else f"p{finding.page or ''}"
        yield (
            f'<li class="{finding.severity.value}"><a href="#{target}">'
            f"<b>{finding.code.value}</b> {escape(finding.message)}</a> <small>{place}</small></li>"
        )


def _pages(view: View) -> Iterator[str]:
    numbered = list(enumerate(view.reading.findings))
    lines: dict[int, list[Word]] = {}
    for prose in view.layout.prose:
        lines.setdefault(prose.page, []).extend(prose.lines)
    for record in view.reading.pages:
        if record.route == "markup":
            continue
        drawing = PageDrawing(
            record,
            on_page(view.layout.tables, record.page),
            tuple(lines.get(record.page, ())),
            tuple((n, finding) for n, finding in numbered if finding.page == record.page),
        )
        picture = view.pictures.get((record.page, record.half), PagePicture(""))
        yield _page(record, drawing, picture)


def _page(record: PageRecord, drawing: PageDrawing, picture: PagePicture) -> str:
    image = f'<img src="{picture.page}" alt="">' if picture.page else ""
    half = ("", ", first half", ", second half")[record.half]
    place = f"p{record.page}-2" if record.half == 2 else f"p{record.page}"
    turned = f", turned {record.rotation}°" if record.rotation else ""
    skew = f", straightened {record.skew:+.2f}°" if record.skew else ""
    about = escape(f"{record.route}: {record.reason}{turned}{skew}")
    return (
        f'<section class="page" id="{place}"><h3>Page {record.page}{half} '
        f"<small>{about}</small></h3>{_preparation(record, picture)}"
        f'<div class="sheet" style="aspect-ratio:{record.width:.2f}/{record.height:.2f}">'
        f"{image}{drawing_to_svg(drawing)}</div></section>"
    )


def _preparation(record: PageRecord, picture: PagePicture) -> str:
    """The picture as it came in, beside the steps that made of it what is drawn below."""
    if not record.steps:
        return ""
    before = (
        f'<figure><img src="{picture.before}" alt="page {record.page} as it came in">'
        "<figcaption>as it came in</figcaption></figure>"
        if picture.before
        else ""
    )
    changed = sum(step.changed for step in record.steps)
    steps = "".join(
        f"<li{' class=changed' if step.changed else ''}><b>{escape(step.name)}</b> "
        + escape(", ".join(f"{name} {value}" for name, value in step.facts))
        + "</li>"
        for step in record.steps
    )
    return (
        f'<details class="preparation" open><summary>Preparation: {changed} of '
        f"{len(record.steps)} steps changed the picture</summary>"
        f"<div>{before}<ol>{steps}</ol></div></details>"
    )


def _table(table: Table) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            _cell(table, cell)
            for cell in sorted(table.cells, key=lambda c: c.column)
            if cell.row == row
        )
        + "</tr>"
        for row in range(table.rows)
    )
    title = escape(table.title or "")
    return (
        f"<details><summary>Table {table.number} <small>{title} {table.rows} × {table.columns}"
        f'</small></summary><div class="wide"><table class="grid">{rows}</table></div></details>'
    )


def _cell(table: Table, cell: Cell) -> str:
    tag = "th" if cell.row < table.header_rows else "td"
    text = escape(cell.text).replace("\n", "<br>")
    return (
        f'<{tag} rowspan="{cell.row_span}" colspan="{cell.column_span}" '
        f'style="--hue:{score_hue(cell.score)}">{text}</{tag}>'
    )


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
