"""What is drawn over the picture of a page: boxes in points, each with what it says when chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.row_types import CellRow
from pipeline.show.labels import COLUMN_LABELS
from pipeline.show.views import FindingView, PlaceView, RowsView, score_step


@dataclass(frozen=True, slots=True)
class Shape:
    """A box on a page. `rows` are the keys of the rows whose `column` is printed there."""

    place: PlaceView
    step: int
    about: str = ""
    rows: tuple[str, ...] = ()
    column: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    """One page: its size in points, how it was read, and what is drawn on it.

    `values` are cells that hold a task's value, `cells` all others; `lines` and `prose` are known
    only while the document is read. `picture` is where its picture comes from, "" where none is.
    `left` and `top` are its corner on its sheet, in points; `half`: 1 or 2 of two pages on one.
    """

    page: int
    width: float
    height: float
    about: str
    picture: str
    cells: tuple[Shape, ...] = ()
    values: tuple[Shape, ...] = ()
    lines: tuple[Shape, ...] = ()
    prose: tuple[Shape, ...] = ()
    findings: tuple[FindingView, ...] = ()
    left: float = 0.0
    top: float = 0.0
    half: int = 0


def value_shapes(view: RowsView, page: int) -> tuple[Shape, ...]:
    """The places of values on a page; a cell that spans rows is one shape for all of them."""
    found: dict[tuple[str, PlaceView], tuple[int, list[str]]] = {}
    for row in view.rows:
        for item in row.fields:
            for place in item.places:
                if place.page == page:
                    _, rows = found.setdefault((item.column, place), (item.step, []))
                    rows.append(row.key)
    return tuple(
        Shape(place, step, COLUMN_LABELS[column], tuple(rows), column)
        for (column, place), (step, rows) in found.items()
    )


def other_shapes(cells: Iterable[CellRow], page: int, taken: Sequence[Shape]) -> tuple[Shape, ...]:
    """The cells on a page that hold no value of a task: headers, notes, cells of other tables."""
    held = {_rounded(shape.place) for shape in taken}
    return tuple(shape for shape in _cells(cells, page) if _rounded(shape.place) not in held)


def findings_on(findings: Iterable[FindingView], page: int) -> tuple[FindingView, ...]:
    """The findings with a box on the page."""
    return tuple(f for f in findings if any(place.page == page for place in f.places))


def _cells(cells: Iterable[CellRow], page: int) -> Iterator[Shape]:
    for cell in cells:
        if cell.page != page or cell.x0 is None or cell.top is None:
            continue
        if cell.x1 is None or cell.bottom is None:
            continue
        spans = ""
        if cell.row_span > 1 or cell.column_span > 1:
            spans = f" · {cell.row_span} × {cell.column_span}"
        about = (
            f"表 {cell.table_no} · 第 {cell.row + 1} 行 · 第 {cell.column + 1} 列{spans}"
            f" · {cell.score:.2f}\n{cell.text}"
        )
        place = PlaceView(page, cell.x0, cell.top, cell.x1, cell.bottom)
        yield Shape(place, score_step(cell.score), about, kind="head" if cell.is_header else "body")


def _rounded(place: PlaceView) -> tuple[float, ...]:
    return tuple(round(side, 1) for side in (place.x0, place.top, place.x1, place.bottom))
