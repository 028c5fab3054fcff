"""A reading and its layout as what the templates show: rows, sheets with boxes, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from pipeline.corrections import apply_corrections, reading_to_bundle
from pipeline.geometry import BBox
from pipeline.inspect.pictures import PagePicture
from pipeline.model import Cell, Document, Layout, PageRecord, Reading, Step, Table, Word
from pipeline.show import RowsView, Shape, SheetView, corrected_to_view
from pipeline.show.messages import reason_in_chinese
from pipeline.show.sheets import findings_on, value_shapes
from pipeline.show.views import PlaceView, score_step


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as it was read, with how it came in and the steps between.

    `before` is the picture of the sheet as it came in, as a data URI, or "".
    """

    sheet: SheetView
    before: str
    steps: tuple[Step, ...]

    @property
    def changed(self) -> int:
        """How many steps changed the picture."""
        return sum(step.changed for step in self.steps)


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table as recovered, for an HTML table."""

    lines: tuple[str, ...]
    row_span: int
    column_span: int
    is_head: bool
    step: int


@dataclass(frozen=True, slots=True)
class GridTable:
    """A table as recovered, row by row."""

    number: int
    title: str
    size: str
    rows: tuple[tuple[GridCell, ...], ...]


def reading_to_view(reading: Reading) -> RowsView:
    """The tasks and findings of a reading, as nobody has corrected them."""
    return corrected_to_view(apply_corrections(reading_to_bundle(reading), ()))


def letter_values(document: Document) -> list[tuple[str, str]]:
    """The elements of the letter that are there, by name."""
    values = ((item.name, getattr(document, item.name)) for item in fields(Document))
    return [(n, "、".join(v) if isinstance(v, tuple) else str(v)) for n, v in values if v]


def reading_to_leaves(
    reading: Reading,
    layout: Layout,
    pictures: Mapping[tuple[int, int], PagePicture],
    view: RowsView,
) -> tuple[Leaf, ...]:
    """The pages in reading order, each with all that was read on it; none for machine-read text."""
    prose: dict[int, list[Word]] = {}
    for part in layout.prose:
        prose.setdefault(part.page, []).extend(part.lines)
    leaves = []
    for record in reading.pages:
        if record.route == "markup":
            continue
        picture = pictures.get((record.page, record.half), PagePicture(""))
        sheet = _sheet(record, layout.tables, prose.get(record.page, ()), picture, view)
        leaves.append(Leaf(sheet, picture.before, record.steps))
    return tuple(leaves)


def table_to_grid(table: Table) -> GridTable:
    """A table for an HTML table, its spans kept."""
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in sorted(table.cells, key=lambda cell: cell.column):
        rows[cell.row].append(cell)
    return GridTable(
        table.number,
        table.title or "",
        f"{table.rows} × {table.columns}",
        tuple(
            tuple(
                GridCell(
                    tuple(cell.text.split("\n")),
                    cell.row_span,
                    cell.column_span,
                    cell.row < table.header_rows,
                    score_step(cell.score),
                )
                for cell in row
            )
            for row in rows
        ),
    )


def page_frame(record: PageRecord) -> BBox:
    """The page on its sheet, in points: boxes of two pages on one sheet lie beside each other."""
    left, top = (record.spot.left, record.spot.top) if record.spot else (0.0, 0.0)
    return BBox(left, top, left + record.width, top + record.height)


def _sheet(
    record: PageRecord,
    tables: Sequence[Table],
    prose: Sequence[Word],
    picture: PagePicture,
    view: RowsView,
) -> SheetView:
    frame, page = page_frame(record), record.page
    values = tuple(shape for shape in value_shapes(view, page) if _stands_in(frame, shape.place))
    held = {shape.place for shape in values}
    cells = (shape for table in tables for shape in _cells(table, page))
    return SheetView(
        page,
        record.width,
        record.height,
        _about(record),
        picture.page,
        cells=tuple(s for s in cells if _stands_in(frame, s.place) and s.place not in held),
        values=values,
        lines=tuple(
            _line(page, line)
            for table in tables
            for line in _lines(table, page)
            if frame.contains(line.box.x_mid, line.box.y_mid)
        ),
        prose=tuple(
            _line(page, line) for line in prose if frame.contains(line.box.x_mid, line.box.y_mid)
        ),
        findings=tuple(
            f for f in findings_on(view.findings, page) if _stands_in(frame, f.places[0])
        ),
        left=frame.x0,
        top=frame.top,
        half=record.half,
    )


def _about(record: PageRecord) -> str:
    turned = f" · 转 {record.rotation}°" if record.rotation else ""
    skew = f" · 扶正 {record.skew:+.2f}°" if record.skew else ""
    return f"{reason_in_chinese(record.reason)}{turned}{skew}"


def _cells(table: Table, page: int) -> Iterator[Shape]:
    for cell in table.cells:
        spans = ""
        if cell.row_span > 1 or cell.column_span > 1:
            spans = f" · {cell.row_span} × {cell.column_span}"
        about = (
            f"表 {table.number} · 第 {cell.row + 1} 行 · 第 {cell.column + 1} 列{spans}"
            f" · {cell.score:.2f}\n{cell.text}"
        )
        kind = "head" if cell.row < table.header_rows else "body"
        for part in cell.fragments:
            if part.page == page:
                yield Shape(_place(page, part.box), score_step(cell.score), about, kind=kind)


def _lines(table: Table, page: int) -> Iterator[Word]:
    for cell in table.cells:
        for part in cell.fragments:
            if part.page == page:
                yield from part.lines


def _line(page: int, line: Word) -> Shape:
    about = f"{line.score:.3f}\n{line.text}"
    if line.raw != line.text:
        about += f"\n{line.raw}"
    return Shape(_place(page, line.box), score_step(line.score), about)


def _place(page: int, box: BBox) -> PlaceView:
    return PlaceView(page, *(round(s, 2) for s in (box.x0, box.top, box.x1, box.bottom)))


def _stands_in(frame: BBox, place: PlaceView) -> bool:
    return frame.contains((place.x0 + place.x1) / 2, (place.top + place.bottom) / 2)
