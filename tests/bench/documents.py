"""The documents that are measured: samples, what is put together from them, what is typeset."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pypdfium2

from pipeline.config import load_settings
from pipeline.run import read_document
from pipeline.watch import EngineFactory
from tests.pdfs import write_table

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "samples"
BODY_ROWS = 36
HEADER = ("序号", "工作任务", "具体措施", "责任单位", "完成时限")
WIDTHS = (36.0, 110.0, 180.0, 110.0, 76.0)


class UnavailableError(Exception):
    """Something that a measurement needs is not on this machine."""


def real_folder() -> Path:
    """The folder of real documents; raises UnavailableError when GONGWEN_REAL does not name it."""
    folder = os.environ.get("GONGWEN_REAL")
    if not folder:
        raise UnavailableError("GONGWEN_REAL does not name the folder of real documents")
    return Path(folder)


def no_engine() -> object:
    """The engine factory of documents that need no recognition."""
    raise RuntimeError("a born-digital document asked for recognition")


def table_pages(path: Path, engine: EngineFactory) -> list[int]:
    """The pages (from 1) of a document on which tables stand."""
    reading = read_document(path, engine, load_settings())
    return sorted({page for table in reading.tables for page in table.pages})


def join_pages(parts: Iterable[tuple[Path, Sequence[int]]], target: Path) -> int:
    """Write one PDF of the pages (from 1) of several; returns their number."""
    whole = pypdfium2.PdfDocument.new()
    for path, pages in parts:
        source = pypdfium2.PdfDocument(path)
        whole.import_pages(source, [page - 1 for page in pages])
        source.close()
    count = len(whole)
    whole.save(target)
    whole.close()
    return count


def page_count(path: Path) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def plain_table(target: Path, pages: int) -> Path:
    """A task table of one-line cells on every page, with a repeated header; needs no font."""
    body = [
        (
            str(row),
            f"重点工作任务第{row}项",
            f"制定实施方案并按月调度{row}次",
            "县发展改革局",
            "年底前",
        )
        for row in range(1, BODY_ROWS + 1)
    ]
    return write_table(target, [HEADER, *body], WIDTHS, pages)


def typeset_notices(folder: Path, seeds: range, fonts: Path | None) -> Path:
    """Typeset an invented notice for each seed, layouts in turn: X.pdf with its truth X.json.

    Raises UnavailableError when a font is missing.
    """
    reach_scripts()
    from make.content import write_truth
    from make.fonts import FontError, compile_pdf
    from make.layouts import LAYOUTS, make_notice
    from make.typeset import notice_to_typst

    for seed in seeds:
        layout = list(LAYOUTS)[seed % len(LAYOUTS)]
        notice = make_notice(seed, layout)
        pdf = folder / f"{layout}-{seed}.pdf"
        try:
            compile_pdf(notice_to_typst(notice, fonts), pdf, fonts)
        except FontError as error:
            raise UnavailableError(str(error)) from None
        write_truth(notice.truth(), pdf.with_suffix(".json"))
    return folder


def scan_notices(folder: Path, dpi: int, target: Path) -> Path:
    """Image-only PDFs of the notices in a folder, under the same names, with their truths."""
    reach_scripts()
    from make.scanner import ScanLook, scan_pages, write_image_pdf

    look = ScanLook(dpi=dpi)
    for seed, pdf in enumerate(notices_in(folder)):
        write_image_pdf(scan_pages(pdf, look, seed), target / pdf.name, look)
        shutil.copy(pdf.with_suffix(".json"), target)
    return target


def notices_in(folder: Path) -> list[Path]:
    """The PDFs of a folder that have a truth beside them."""
    return [pdf for pdf in sorted(folder.glob("*.pdf")) if pdf.with_suffix(".json").is_file()]


def typeset_html(source: Path, folder: Path, fonts: Path | None) -> Path:
    """Typeset the first table of each `table_*.html`: NAME.pdf with its cells in NAME.json.

    Raises UnavailableError when there is none, or a font is missing.
    """
    reach_scripts()
    from dataclasses import asdict

    import typeset_html as script
    from make.content import write_truth
    from make.fonts import FontError, compile_pdf

    files = sorted(source.glob("table_*.html"))
    if not files:
        raise UnavailableError(f"{source} holds no table_*.html")
    for file in files:
        cells = script.html_to_cells(file.read_text(encoding="utf-8"))
        pdf = folder / f"{file.stem}.pdf"
        try:
            compile_pdf(script.cells_to_typst(cells, fonts, 10.5), pdf, fonts)
        except FontError as error:
            raise UnavailableError(str(error)) from None
        write_truth([asdict(cell) for cell in cells], pdf.with_suffix(".json"))
    return folder


def reach_scripts() -> None:
    """Make the typesetting scripts importable: they import one another as `make`."""
    if str(SAMPLES) not in sys.path:
        sys.path.insert(0, str(SAMPLES))
