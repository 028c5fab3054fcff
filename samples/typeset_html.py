"""Typeset the first table of HTML files and state its cells.

`python samples/typeset_html.py FILE.html… --out DIR [--fonts FOLDER] [--scan --dpi 200]`
writes DIR/NAME.pdf and DIR/NAME.json: a list of {row, column, row_span, column_span, text},
rows and columns from 0, in reading order. Lines of a cell are joined by "\\n".
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lxml import html
from make.content import write_truth
from make.fonts import check_text, compile_pdf, style
from make.page import PRELUDE, quote
from make.scanner import ScanLook, scan_pages, write_image_pdf

FACE = "noto-serif"
BREAK = "\ue000"


@dataclass(frozen=True, slots=True)
class HtmlCell:
    """A cell of the grid, its position from 0."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


def html_to_cells(source: str) -> list[HtmlCell]:
    """Lay the first table's cells out on its grid (HTML Standard, 4.9.12 Forming a table)."""
    table = html.fromstring(source)
    if table.tag != "table":
        table = table.find(".//table")
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    taken: set[tuple[int, int]] = set()
    cells: list[HtmlCell] = []
    for at, row in enumerate(rows):
        column = 0
        for element in row.iterchildren("td", "th"):
            while (at, column) in taken:
                column += 1
            height = min(int(element.get("rowspan") or 1) or len(rows), len(rows) - at)
            width = int(element.get("colspan") or 1)
            taken |= {(at + dy, column + dx) for dy in range(height) for dx in range(width)}
            cells.append(HtmlCell(at, column, height, width, _text(element)))
            column += width
    return _filled(cells, taken, len(rows))


def _filled(cells: list[HtmlCell], taken: set[tuple[int, int]], rows: int) -> list[HtmlCell]:
    """Add blank cells where rows are short, so that the cells tile the grid."""
    columns = 1 + max(column for _, column in taken)
    short = [(y, x) for y in range(rows) for x in range(columns) if (y, x) not in taken]
    blank = [HtmlCell(row, column, 1, 1, "") for row, column in short]
    return sorted(cells + blank, key=lambda cell: (cell.row, cell.column))


def _text(element: html.HtmlElement) -> str:
    lines = "".join(_pieces(element)).split(BREAK)
    # HTML collapses these five; U+00A0 and U+3000 are printed.
    cleaned = (re.sub(r"[ \t\r\n\f]+", " ", line).replace("\xa0", " ").strip() for line in lines)
    return "\n".join(line for line in cleaned if line)


def _pieces(element: html.HtmlElement) -> Iterator[str]:
    block = element.tag in ("p", "div", "br")
    yield BREAK if block else ""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child)
        yield child.tail or ""
    yield BREAK if block else ""


def _widths(cells: list[HtmlCell]) -> str:
    columns = max(cell.column + cell.column_span for cell in cells)
    longest = [4] * columns
    for cell in cells:
        if cell.column_span == 1:
            longest[cell.column] = max(longest[cell.column], len(cell.text))
    return ", ".join(f"{min(max(length, 5), 60) ** 0.6:.2f}fr" for length in longest)


def cells_to_typst(cells: list[HtmlCell], fonts: Path | None, size: float) -> str:
    """Source of the ruled table, A4 portrait; rows break over pages."""
    parts = []
    for cell in cells:
        check_text(cell.text, FACE, fonts)
        lines = " + linebreak() + ".join(quote(line) for line in cell.text.split("\n"))
        place = f"x: {cell.column}, y: {cell.row}, rowspan: {cell.row_span}, "
        parts.append(f"table.cell({place}colspan: {cell.column_span}, {lines})")
    body = ",\n".join(parts)
    return (
        f'{PRELUDE}#set page(paper: "a4", margin: 22mm)\n'
        f"#set text({style(FACE)}, size: {size}pt)\n#set par(leading: 4pt)\n"
        f"#table(columns: ({_widths(cells)},), stroke: 0.5pt, align: center + horizon, "
        f"inset: 4pt,\n{body})\n"
    )


def main() -> None:
    """Typeset every file named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fonts", type=Path)
    parser.add_argument("--size", type=float, default=10.5, help="points")
    parser.add_argument("--scan", action="store_true", help="also write NAME-scan.pdf")
    parser.add_argument("--dpi", type=int, default=200)
    options = parser.parse_args()
    for file in options.files:
        cells = html_to_cells(file.read_text(encoding="utf-8"))
        pdf = options.out / f"{file.stem}.pdf"
        compile_pdf(cells_to_typst(cells, options.fonts, options.size), pdf, options.fonts)
        write_truth([asdict(cell) for cell in cells], pdf.with_suffix(".json"))
        if options.scan:
            look = ScanLook(dpi=options.dpi)
            write_image_pdf(scan_pages(pdf, look), pdf.with_name(f"{file.stem}-scan.pdf"), look)


if __name__ == "__main__":
    main()
