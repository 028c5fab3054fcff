"""Make the committed samples again: `python samples/make_samples.py [--fonts FOLDER]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from make.content import Notice, write_truth
from make.fonts import compile_pdf
from make.scanner import ScanLook, scan_pages, write_image_pdf
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


def _typeset(notice: Notice, path: Path, fonts: Path | None) -> None:
    compile_pdf(notice_to_typst(notice, fonts), path, fonts)
    write_truth(notice.truth(), path.parent / "truth.json")


def main() -> None:
    """Make every sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, help="folder with font files, besides the system's")
    fonts = parser.parse_args().fonts
    make_yueyang(fonts)


if __name__ == "__main__":
    main()
