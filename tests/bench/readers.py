"""Readers: is what is read quickly as good as what is read slowly?

The same scans are read three ways, which differ in the networks alone: as shipped (the tiny one
reads all lines in tables, the small one those in which it doubts a character), slowly (the small
one reads all) and by the tiny one without that doubt. Time is that of processors: it hardly hangs
on what else runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import Ocr, load_settings
from pipeline.evaluate import Score, total
from pipeline.ocr.paddle import engine_factory
from pipeline.watch import OneEngine
from tests.bench.accuracy import SCAN, Group, read_and_compare
from tests.bench.documents import UnavailableError
from tests.bench.report import Section, Target, at_least, at_most
from tests.scanlab import parse_faults
from tests.scanlab.typeset import make_scan

CONDITIONS = ("clean", "resolution:150", "faint", "seal", "fax", "jpeg:hard+grey")
SHIPPED, SLOW, TINY = "as shipped", "small reads all", "tiny, undoubted"
COLUMNS = ("way", "rows", "text CER", "leaders F1", "units F1", "silently wrong", "flagged right")
COLUMNS += ("CPU, s",)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of reading gave, and the seconds of all processors that it took."""

    score: Score
    cpu: float


def measure(first: int, notices: int, fonts: Path | None) -> Section:
    """Read notices under each condition all three ways; seeds go up from `first`."""
    title = "Reading as shipped and slowly"
    with TemporaryDirectory() as scratch:
        try:
            pairs = list(make_pairs(first, notices, fonts, Path(scratch)))
        except UnavailableError as reason:
            return Section(title, remarks=(f"not measured: {reason}",))
        outcomes = {way: read(Group(way, SCAN, pairs), ocr) for way, ocr in ways().items()}
    return Section(
        title,
        COLUMNS,
        tuple(to_row(way, outcome) for way, outcome in outcomes.items()),
        tuple(targets(outcomes[SHIPPED], outcomes[SLOW])),
        (f"{len(pairs)} scans: {', '.join(CONDITIONS)}",),
    )


def ways() -> dict[str, Ocr]:
    """The settings of each way: no character is less certain than 0, so that none is doubted."""
    ocr = load_settings().ocr
    return {
        SHIPPED: ocr,
        SLOW: ocr.model_copy(update={"quick": ocr.recognition, "quick_sure": 0.0}),
        TINY: ocr.model_copy(update={"quick_sure": 0.0}),
    }


def make_pairs(
    first: int, notices: int, fonts: Path | None, folder: Path
) -> Iterator[tuple[Path, Path]]:
    """Scans with their truths. Raises UnavailableError when a font is missing."""
    seed = first
    for number, condition in enumerate(CONDITIONS):
        for _ in range(notices):
            scan = make_scan(seed, parse_faults(condition), folder / f"{number}-{seed}", fonts)
            yield scan.path, scan.truth
            seed += 1


def read(group: Group, ocr: Ocr) -> Outcome:
    """Read and compare with an engine of these settings, loaded and warm before time is taken."""
    engine = OneEngine(engine_factory(ocr))
    read_and_compare(Group(group.name, group.kind, group.pairs[:1]), engine)
    start = time.process_time()
    found = read_and_compare(group, engine)
    return Outcome(total(found), time.process_time() - start)


def to_row(way: str, outcome: Outcome) -> tuple[str, ...]:
    score = outcome.score
    return (
        way,
        f"{score.found}/{score.rows}",
        f"{score.cer:.4%}",
        f"{score.leaders.f1:.4f}",
        f"{score.units.f1:.4f}",
        str(score.silently_wrong),
        str(score.flagged_right),
        f"{outcome.cpu:.0f}",
    )


def targets(shipped: Outcome, slow: Outcome) -> Iterator[Target]:
    """As shipped no worse than slowly, in everything that is measured."""
    fast, best = shipped.score, slow.score
    yield at_least("as shipped: rows found", best.found, fast.found)
    yield at_most("as shipped: edits", best.edits, fast.edits)
    for name in ("leaders", "units"):
        wanted, got = getattr(best, name).exact, getattr(fast, name).exact
        yield at_least(f"as shipped: rows with {name} exact", wanted, got)
    yield at_most("as shipped: rows silently wrong", best.silently_wrong, fast.silently_wrong)
