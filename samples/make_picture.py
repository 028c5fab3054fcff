"""Draw the README's picture: `python -m samples.make_picture [--font FILE]`.

Left: a row that a page end breaks, as printed, its cells framed. Right: what is written of it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from pipeline.config import load_settings
from pipeline.geometry import union
from pipeline.model import Cell, Table, Task
from pipeline.run import trace_document

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "samples" / "yueyang" / "notice.pdf"
FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
SIMPLIFIED = 2  # the face of the collection
SERIAL = "18"
SCALE, GAP = 1.6, 18
INK, PAPER, DESK, FAINT, FRAME = "#1f2328", "#ffffff", "#e8eaed", "#6e7781", "#c2410c"


@dataclass(frozen=True)
class Shown:
    """The row of the table that is drawn, and the task made of it."""

    cells: tuple[Cell, ...]
    task: Task


def find_row() -> Shown:
    """Read the sample and pick the row by its serial."""
    trace = trace_document(SOURCE, _no_engine, load_settings())
    (table,) = trace.layout.tables
    (task,) = (task for task in trace.reading.tasks if task.serial == SERIAL)
    return Shown(_cells_of(table), task)


def _no_engine() -> None:
    raise RuntimeError("the sample is born-digital; no page needs recognition")


def _cells_of(table: Table) -> tuple[Cell, ...]:
    (row,) = (cell.row for cell in table.cells if cell.column == 0 and cell.text == SERIAL)
    return tuple(cell for cell in table.cells if cell.row == row)


def draw_page_parts(shown: Shown) -> Image.Image:
    """The printed parts of the row, one under the other."""
    document = pypdfium2.PdfDocument(SOURCE)
    strips = [_strip(document, page, shown.cells) for page in shown.task.pages]
    height = sum(strip.height for strip in strips) + GAP * (len(strips) - 1)
    picture = Image.new("RGB", (strips[0].width, height), DESK)
    top = 0
    for strip in strips:
        picture.paste(strip, (0, top))
        top += strip.height + GAP
    return picture


def _strip(document: pypdfium2.PdfDocument, page: int, cells: tuple[Cell, ...]) -> Image.Image:
    picture = document[page - 1].render(scale=SCALE).to_pil().convert("RGB")
    draw = ImageDraw.Draw(picture)
    boxes = [part.box for cell in cells for part in cell.fragments if part.page == page]
    for box in boxes:
        sides = [round(side * SCALE) for side in (box.x0, box.top, box.x1, box.bottom)]
        draw.rectangle(sides, outline=FRAME, width=2)
    whole = union(boxes).expand(2)
    return picture.crop(
        tuple(round(side * SCALE) for side in (whole.x0, whole.top, whole.x1, whole.bottom))
    )


def task_to_lines(task: Task) -> list[tuple[str, str]]:
    """Columns of `tasks.parquet` and their values, as a person would write them."""
    return [
        ("serial", f"“{task.serial}”"),
        ("name", f"“{task.name}”"),
        ("superior_measures", f"“{(task.superior_measures or '')[:17]}…”"),
        ("local_measures", f"“{(task.local_measures or '')[:17]}…”"),
        ("leaders", f"[{', '.join(task.leaders)}]"),
        ("units", f"[{', '.join(task.units)}]"),
        ("pages", str(list(task.pages))),
        ("confidence", f"{task.confidence:.2f}"),
        ("flags", "[]"),
    ]


def draw(shown: Shown, font: str) -> Image.Image:
    """Both halves side by side."""
    left = draw_page_parts(shown)
    text = ImageFont.truetype(font, 21, index=SIMPLIFIED)
    lines = task_to_lines(shown.task)
    width = 30 + 200 + max(round(text.getlength(value)) for _, value in lines) + 30
    height = max(left.height + 2 * GAP, 40 + 38 * len(lines))
    picture = Image.new("RGB", (left.width + width + 2 * GAP, height), DESK)
    picture.paste(left, (GAP, (height - left.height) // 2))
    panel = ImageDraw.Draw(picture)
    edge = left.width + 2 * GAP
    panel.rectangle((edge, 0, picture.width, height), fill=PAPER)
    top = (height - 38 * len(lines)) // 2
    for column, value in lines:
        panel.text((edge + 30, top), column, font=text, fill=FAINT)
        panel.text((edge + 230, top), value, font=text, fill=INK)
        top += 38
    return picture


def main() -> None:
    """Write docs/what-it-does.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--font", default=FONT, help="font collection with simplified Chinese")
    path = ROOT / "docs" / "what-it-does.png"
    path.parent.mkdir(exist_ok=True)
    draw(find_row(), parser.parse_args().font).quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()
