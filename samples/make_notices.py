"""Write invented notices with their truth.

`python samples/make_notices.py --seeds 0:20 --out DIR [--layouts stacked,narrow]
[--office] [--scan --dpi 200 --skew 0.5] [--fonts FOLDER]` writes DIR/LAYOUT-SEED.pdf
and .json, and with `--scan` DIR/LAYOUT-SEED-scan.pdf beside them. The layouts take turns over the
seeds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from make.content import write_truth
from make.fonts import compile_pdf
from make.layouts import LAYOUTS, make_notice
from make.office import lines_to_bars
from make.scanner import ScanLook, scan_pages, write_image_pdf
from make.typeset import notice_to_typst


def main() -> None:
    """Write one notice for every seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="0:8", help="FIRST:END, the end not included")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layouts", default=",".join(LAYOUTS), help="comma-separated")
    parser.add_argument("--fonts", type=Path, help="folder with font files, besides the system's")
    parser.add_argument("--scan", action="store_true", help="also write image-only PDFs")
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--skew", type=float, default=0.0, help="degrees, clockwise")
    parser.add_argument("--noise", type=float, default=2.0, help="standard deviation, grey levels")
    parser.add_argument("--office", action="store_true", help="borders as filled bars")
    options = parser.parse_args()
    first, end = (int(part) for part in options.seeds.split(":"))
    layouts = options.layouts.split(",")
    for seed in range(first, end):
        layout = layouts[seed % len(layouts)]
        notice = make_notice(seed, layout)
        pdf = options.out / f"{layout}-{seed}.pdf"
        compile_pdf(notice_to_typst(notice, options.fonts), pdf, options.fonts)
        if options.office:
            lines_to_bars(pdf, pdf)
        write_truth(notice.truth(), pdf.with_suffix(".json"))
        if options.scan:
            look = ScanLook(dpi=options.dpi, skew=options.skew, noise=options.noise)
            images = scan_pages(pdf, look, seed)
            write_image_pdf(images, pdf.with_name(f"{pdf.stem}-scan.pdf"), look)


if __name__ == "__main__":
    main()
