"""Make the committed samples again: `python samples/make_samples.py [--fonts FOLDER]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from make.content import Notice, write_truth
from make.counties import lanping, qinglan, wangchao
from make.fonts import compile_pdf
from make.scanner import ScanLook, scan_pages, write_image_pdf, write_mixed_pdf, write_tiff
from make.typeset import notice_to_typst
from make.yueyang import yueyang

HERE = Path(__file__).resolve().parent


def make_yueyang(fonts: Path | None) -> None:
    """The notice the project starts from: text, born-digital PDF, scan."""
    folder = HERE / "yueyang"
    notice = yueyang(folder / "golden.json", folder / "notice.txt")
    _typeset(notice, folder / "notice.pdf", fonts)
    look = ScanLook(coding="grey16", noise=1.0)
    write_image_pdf(scan_pages(folder / "notice.pdf", look), folder / "notice-scan.pdf", look)


def make_qinglan(fonts: Path | None) -> None:
    """Born-digital PDF, multi-page TIFF, and a PDF whose letter is text and whose table a scan."""
    folder = HERE / "qinglan"
    _typeset(qinglan(), folder / "notice.pdf", fonts)
    look = ScanLook(coding="grey16", noise=1.0)
    images = scan_pages(folder / "notice.pdf", look)
    write_tiff(images, folder / "notice-scan.tiff", look)
    with TemporaryDirectory() as scratch:
        scanned = Path(scratch) / "scan.pdf"
        write_image_pdf(images, scanned, look)
        write_mixed_pdf(folder / "notice.pdf", scanned, 2, folder / "notice-mixed.pdf")


def make_lanping(fonts: Path | None) -> None:
    """Born-digital PDF and a colour scan."""
    folder = HERE / "lanping"
    _typeset(lanping(), folder / "notice.pdf", fonts)
    look = ScanLook(colour=True, noise=1.5, quality=55)
    write_image_pdf(scan_pages(folder / "notice.pdf", look), folder / "notice-scan.pdf", look)


def make_wangchao(fonts: Path | None) -> None:
    """One page: born-digital PDF, PNG and JPEG."""
    folder = HERE / "wangchao"
    _typeset(wangchao(), folder / "notice.pdf", fonts)
    look = ScanLook(colour=True, noise=1.5, skew=0.4)
    (page,) = scan_pages(folder / "notice.pdf", look)
    page.save(folder / "notice-scan.jpg", quality=70, dpi=(look.dpi, look.dpi))
    (page,) = scan_pages(folder / "notice.pdf", ScanLook(noise=0))
    page.quantize(16).save(folder / "notice-scan.png", dpi=(look.dpi, look.dpi), optimize=True)


def _typeset(notice: Notice, path: Path, fonts: Path | None) -> None:
    compile_pdf(notice_to_typst(notice, fonts), path, fonts)
    write_truth(notice.truth(), path.parent / "truth.json")


def main() -> None:
    """Make every sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, help="folder with font files, besides the system's")
    fonts = parser.parse_args().fonts
    for make in (make_yueyang, make_qinglan, make_lanping, make_wangchao):
        make(fonts)


if __name__ == "__main__":
    main()
