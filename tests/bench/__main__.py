"""`python -m tests.bench [PART|all]`: measure, and say what is missed.

Tables go to stdout. Leaves with 1 when a target is missed, unless `--no-targets` is given.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.config import load_settings
from pipeline.ocr.paddle import engine_factory
from pipeline.watch import OneEngine
from tests.bench import (
    accuracy,
    batch,
    budgets,
    driver,
    faults,
    known,
    memory,
    names,
    readers,
    review,
    scale,
    sessions,
    speed,
    tables,
    upright,
)
from tests.bench.report import Section, show, to_json

PARTS = ("accuracy", "speed", "memory", "tables", "names")
HELD_OUT = "900:908"  # one notice of each layout
QUIET = 0.5  # load per processor, before anything is measured, up to which figures count


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__.split(":")[1])
    parser.add_argument(
        "part",
        nargs="?",
        choices=(
            *PARTS,
            "faults",
            "budgets",
            "batch",
            "known",
            "driver",
            "scale",
            "upright",
            "review",
            "readers",
            "sessions",
            "all",
        ),
        default="all",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--no-targets", action="store_true", help="leave with 0 whatever is missed")
    parser.add_argument(
        "--notices", type=Path, metavar="FOLDER", help="X.pdf with X.json, else they are typeset"
    )
    parser.add_argument("--seeds", default=HELD_OUT, help="of the notices: FIRST:END")
    parser.add_argument("--fonts", type=Path, help="folder with font files, besides the system's")
    parser.add_argument("--turns", type=int, default=3, help="of each contender of a speed ratio")
    group = parser.add_argument_group(
        "faults, budgets, upright and readers (no parts of `all`: they take half an hour)"
    )
    group.add_argument("--faults", default="", help="conditions or faults, with commas; else all")
    group.add_argument("--first", type=int, default=7000, help="seed of the first notice")
    group.add_argument("--count", type=int, default=2, help="notices for each condition")
    group.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    group.add_argument("--store", type=Path, help="JSON file for the figures and the curve")
    parser.add_argument("--documents", type=int, default=1000, help="of the batch")
    return parser.parse_args()


def measure(options: argparse.Namespace) -> Iterator[Section]:
    """The measurements asked for, one by one."""
    parts = PARTS if options.part == "all" else (options.part,)
    if options.part == "faults":
        wanted = [name for name in options.faults.split(",") if name]
        plans = faults.plan(options.first, options.count, wanted, options.fonts)
        yield faults.measure(plans, options.store, options.workers)
        if not wanted:
            yield budgets.measure(OneEngine(engine_factory(load_settings().ocr)))
        return
    if options.part in ("known", "driver", "batch", "scale"):
        yield from measure_scale(options)
        return
    if options.part == "readers":
        yield readers.measure(options.first, options.count, options.fonts)
        return
    if options.part == "review":
        yield review.measure()
        return
    engine = OneEngine(engine_factory(load_settings().ocr))
    if "sessions" in parts:
        yield sessions.measure(engine)
    if "upright" in parts:
        first, end = map(int, options.seeds.split(":"))
        yield upright.measure(engine, range(first, end), options.fonts)
    if "budgets" in parts:
        yield budgets.measure(engine)
    if "memory" in parts:  # first, while this process is small
        yield memory.measure()
        yield memory.measure_many()
    if "speed" in parts:
        yield speed.measure_digital(options.turns)
        yield speed.measure_scanned(engine, options.turns)
    if "tables" in parts:
        yield tables.measure_real()
        yield tables.measure_html(options.fonts)
    if "accuracy" in parts:
        first, end = map(int, options.seeds.split(":"))
        yield accuracy.measure(engine, options.notices, range(first, end), options.fonts)
    if "names" in parts:
        yield from names.measure()


def measure_scale(options: argparse.Namespace) -> Iterator[Section]:
    """The figures of docs/scale.md, and what follows from them."""
    place = machine()
    if options.part == "known":
        found = known.measure_state(), known.measure(known.COUNTS)
        known.write_page(*found, place)
        yield from found
    if options.part == "driver":
        handed = driver.measure()
        driver.write_page(handed, place)
        yield handed
    if options.part == "batch":
        figures = batch.measure(options.documents, options.workers, options.fonts)
        batch.write_page(figures, place)
        yield figures
    yield from scale.measure()


def machine() -> str:
    """Where the figures come from, and whether the machine was free for them."""
    processors, load = os.cpu_count() or 1, os.getloadavg()[0]
    busy = ": busy, so seconds and ratios are worth little" if load > QUIET * processors else ""
    version = platform.python_version()
    return f"Python {version}, {processors} processors, load average {load:.2f}{busy}"


def main() -> int:
    options = parse_arguments()
    place = machine()
    print(place)
    sections = []
    for section in measure(options):
        show(section)
        sections.append(section)
    if options.json:
        content = {"machine": place, "sections": [to_json(section) for section in sections]}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    missed = [target for section in sections for target in section.targets if not target.met]
    print(f"\n{len(missed)} targets missed" if missed else "\nall targets reached")
    return 1 if missed and not options.no_targets else 0


if __name__ == "__main__":
    sys.exit(main())
