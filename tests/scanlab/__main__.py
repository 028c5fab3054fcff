"""`python -m tests.scanlab --seeds 0:4 --fault seal:hard+skew --out DIR`: make bad scans."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.scanlab.faults import FAULTS, parse_faults
from tests.scanlab.typeset import make_scan


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.scanlab", description=__doc__.split(":")[1])
    parser.add_argument("--seeds", default="0:1", help="FIRST:END, the end not included")
    parser.add_argument(
        "--fault", default="clean", help="NAME[:ordinary|hard|AMOUNT], several joined with +"
    )
    parser.add_argument("--out", type=Path, help="folder for the files and their truths")
    parser.add_argument("--fonts", type=Path, help="folder with font files, besides the system's")
    parser.add_argument("--list", action="store_true", help="list the faults and leave")
    options = parser.parse_args()
    if options.list:
        for fault in FAULTS.values():
            levels = f"ordinary {fault.ordinary:g}, hard {fault.hard:g}"
            sys.stdout.write(f"{fault.name:12} {fault.cause:6} {levels} ({fault.unit})\n")
        return
    if options.out is None:
        parser.error("--out names the folder to write to")
    first, end = map(int, options.seeds.split(":"))
    faults = parse_faults(options.fault)
    for seed in range(first, end):
        name = options.fault.replace(":", "-").replace("+", "_")
        made = make_scan(seed, faults, options.out / f"{name}-{seed}", options.fonts)
        sys.stdout.write(f"{made.path} ({made.pages} pages)\n")


if __name__ == "__main__":
    main()
