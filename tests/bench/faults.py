"""Scans as offices make them: what is read from them, and whether doubt falls on what is wrong.

Every condition (a fault at a level, two faults together, a clean scan) is read from notices of its
own, so that all layouts, faces and sizes take part. `confidence` of a row is the score of which the
curve is drawn; flags are the working point on it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import Settings, load_settings
from pipeline.evaluate import Difference, Score, compare
from pipeline.ocr.paddle import engine_factory
from pipeline.outputs import load_answers, load_goldens
from pipeline.run import read_batch
from pipeline.watch import OneEngine
from pipeline.write import write_outputs
from tests.bench.accuracy import excerpts
from tests.bench.doubt import (
    FLAGGED,
    SILENT,
    Row,
    answer_to_rows,
    doubt_curve,
    doubts,
    loose_warnings,
    show_curve,
)
from tests.bench.report import Section, Target, at_least, at_most
from tests.scanlab.faults import FAULTS, parse_faults
from tests.scanlab.typeset import Look, make_scan

CLEAN = ("clean", "resolution:150", "fine:300")
PAIRS = (
    "skew+seal",
    "faint+broken",
    "sideways+specks",
    "uneven+skew",
    "fax+skew",
    "seal+jpeg:hard",
    "border+holes",
    "watermark+bleed",
    "resolution:hard+grey",
    "filled+stamp",
    "perspective+uneven",
    "chop+handwriting",
)
LATEST = ("streaks",)
"""Faults that came last: the conditions before them keep their notices."""
COLUMNS = ("condition", "pages", "rows", "text CER", "leaders F1", "units F1")
COLUMNS += ("wrong", "silent", "right", "flagged")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a class of conditions must reach: shares of 1."""

    rows: float
    cer: float
    f1: float


LIMITS = {
    "clean": Limits(1.0, 0.001, 0.995),
    "ordinary": Limits(1.0, 0.005, 0.98),
    "hard": Limits(0.98, 0.02, 0.95),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one condition gave."""

    condition: str
    kind: str
    pages: int
    score: Score
    rows: tuple[Row, ...]
    differences: tuple[str, ...]
    looks: frozenset[Look]


@dataclass(frozen=True, slots=True)
class Plan:
    """A condition and the seeds of the notices that are read with it."""

    condition: str
    kind: str
    seeds: tuple[int, ...]
    fonts: Path | None


def conditions() -> Iterator[tuple[str, str]]:
    """Every condition with its class."""
    for name in CLEAN:
        yield name, "clean"
    yield from _levels(name for name in FAULTS if name not in LATEST)
    for pair in PAIRS:
        yield pair, "hard"
    yield from _levels(LATEST)


def _levels(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for fault in map(FAULTS.__getitem__, names):
        yield f"{fault.name}:ordinary", "ordinary"
        if fault.hard != fault.ordinary:
            yield f"{fault.name}:hard", "hard"


def plan(first: int, notices: int, wanted: Sequence[str], fonts: Path | None) -> list[Plan]:
    """Plans for the wanted conditions (all where none is named), `notices` each.

    Seeds go up by one from notice to notice, so that the layouts take turns.
    """
    chosen = [
        (name, kind)
        for name, kind in conditions()
        if not wanted or name in wanted or name.split(":")[0] in wanted
    ]
    return [
        Plan(name, kind, tuple(range(first + at * notices, first + (at + 1) * notices)), fonts)
        for at, (name, kind) in enumerate(chosen)
    ]


def measure(plans: Sequence[Plan], store: Path | None, workers: int) -> Section:
    """Read all plans and hold them to the targets; figures go to `store` as JSON."""
    outcomes: list[Outcome] = []
    # A fork would share the models' threads.
    with get_context("spawn").Pool(workers, maxtasksperchild=8) as pool:
        for outcome in pool.imap(run_plan, plans):
            sys.stderr.write("  ".join(to_row(outcome)) + "\n")
            outcomes.append(outcome)
            if store is not None:  # after each, so that a run cut short leaves its figures
                store.parent.mkdir(parents=True, exist_ok=True)
                store.write_text(to_json(outcomes), encoding="utf-8")
    return Section(
        "Scans with faults",
        COLUMNS,
        tuple(to_row(outcome) for outcome in (*outcomes, *totals(outcomes))),
        tuple(targets(outcomes)),
        (
            coverage(outcomes),
            *show_curve([row for outcome in outcomes for row in outcome.rows]),
            *(line for outcome in outcomes for line in outcome.differences[:3]),
        ),
    )


def run_plan(task: Plan) -> Outcome:
    """Make the scans of one condition, read them as a user would, and compare."""
    settings = _one_thread(load_settings())
    with TemporaryDirectory() as scratch:
        faults = parse_faults(task.condition)
        stem = task.condition.replace(":", "-").replace("+", "_")
        made = [
            make_scan(seed, faults, Path(scratch) / f"{stem}-{seed}", task.fonts)
            for seed in task.seeds
        ]
        engine = OneEngine(engine_factory(settings.ocr))
        batch = read_batch([scan.path for scan in made], engine, settings)
        out = Path(scratch) / "out"
        write_outputs(batch.readings, out, settings.fingerprint(), "{}")
        answers = {answer.source: answer for answer in load_answers(out)}
        loose = loose_warnings(out)
        score, rows, differences = Score(), [], []
        for scan in made:
            answer, truth = answers[str(scan.path)], load_goldens(scan.truth)[0].truth
            comparison = compare(answer, truth)
            score += comparison.score
            told = loose[answer.source]
            differences += [
                show_difference(scan.path.stem, item, told) for item in comparison.differences
            ]
            rows += answer_to_rows(answer, truth, told)
        pages = sum(scan.pages for scan in made)
        looks = frozenset(look for scan in made for look in scan.looks)
    return Outcome(task.condition, task.kind, pages, score, tuple(rows), tuple(differences), looks)


def show_difference(name: str, item: Difference, loose: Sequence[str]) -> str:
    """One value that differs, cut to what differs, and whether nothing told of it."""
    expected, got = excerpts(item.expected, item.got)
    told = item.flagged or (not item.column and loose)
    place = f"{name} {item.serial} {item.column or 'row'}"
    return f"{place}: {expected!r} read as {got!r}{'' if told else ' (silent)'}"


def _one_thread(settings: Settings) -> Settings:
    return settings.model_copy(update={"ocr": settings.ocr.model_copy(update={"threads": 1})})


def totals(outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """The conditions of each class as one, then all."""
    kinds = list(dict.fromkeys(outcome.kind for outcome in outcomes))
    for kind in (*kinds, "all"):
        parts = [outcome for outcome in outcomes if kind in (outcome.kind, "all")]
        yield Outcome(
            f"= {kind}",
            kind,
            sum(part.pages for part in parts),
            sum((part.score for part in parts), Score()),
            tuple(row for part in parts for row in part.rows),
            (),
            frozenset(look for part in parts for look in part.looks),
        )


def coverage(outcomes: Sequence[Outcome]) -> str:
    """How much was seen: pages, conditions, layouts, faces, sizes of body text."""
    looks = {look for outcome in outcomes for look in outcome.looks}
    sizes = [look.size for look in looks] or [0.0]
    return (
        f"{sum(outcome.pages for outcome in outcomes)} pages under {len(outcomes)} conditions, "
        f"{len({look.layout for look in looks})} layouts, "
        f"faces {', '.join(sorted({look.face for look in looks}))}, "
        f"{min(sizes):g} to {max(sizes):g} points"
    )


def to_row(outcome: Outcome) -> tuple[str, ...]:
    score, found = outcome.score, doubts(outcome.rows)
    surplus = f" + {score.surplus}" if score.surplus else ""
    return (
        outcome.condition,
        str(outcome.pages),
        f"{score.found}/{score.rows}{surplus}",
        f"{score.cer:.3%}",
        f"{score.leaders.f1:.4f}",
        f"{score.units.f1:.4f}",
        str(found.wrong),
        str(found.silent),
        str(found.right),
        str(found.flagged),
    )


def targets(outcomes: Sequence[Outcome]) -> Iterator[Target]:
    """The classes, then each condition, held to the limits of its class; then the doubt."""
    classes = [outcome for outcome in totals(outcomes) if outcome.kind in LIMITS]
    for outcome in (*classes, *outcomes):
        limits, score, name = LIMITS[outcome.kind], outcome.score, outcome.condition
        if score.rows:
            yield at_least(f"{name}: rows", 100 * limits.rows, 100 * score.found / score.rows, " %")
        yield at_most(f"{name}: text CER", 100 * limits.cer, 100 * score.cer, " %")
        yield at_least(f"{name}: leaders F1", limits.f1, score.leaders.f1)
        yield at_least(f"{name}: units F1", limits.f1, score.units.f1)
    found = doubts(row for outcome in outcomes for row in outcome.rows)
    yield at_most("wrong rows silent", 100 * SILENT, 100 * found.silent_share, " %")
    yield at_most("right rows flagged", 100 * FLAGGED, 100 * found.flagged_share, " %")


def to_json(outcomes: Sequence[Outcome]) -> str:
    """All figures, one object a condition, and the rows of which the curve is drawn."""
    rows = [row for outcome in outcomes for row in outcome.rows]
    content = {
        "coverage": coverage(outcomes),
        "conditions": [
            {**dict(zip(COLUMNS, to_row(outcome), strict=True)), "class": outcome.kind}
            for outcome in (*outcomes, *totals(outcomes))
        ],
        "curve": [
            {"confidence": level, "wrong_silent": silent, "right_doubted": flagged}
            for level, silent, flagged in doubt_curve(rows)
        ],
        "working_point": asdict(doubts(rows)),
        "rows": [
            {"condition": outcome.condition, **asdict(row)}
            for outcome in outcomes
            for row in outcome.rows
        ],
        "differences": [line for outcome in outcomes for line in outcome.differences],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
