"""Scans as offices make them: what is read from them, and whether doubt falls on what is wrong.

Every condition (a fault at a level, two faults together, a clean scan) is read from notices of its
own, so that all layouts, faces and sizes take part. `confidence` of a row is the score of which the
curve is drawn; flags are the working point on it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import Settings, load_settings
from pipeline.evaluate import Score, align, compare, row_differences
from pipeline.ocr.paddle import engine_factory
from pipeline.outputs import load_answers, load_goldens
from pipeline.run import read_batch
from pipeline.watch import OneEngine
from pipeline.write import write_outputs
from tests.bench.report import Section, Target, at_least, at_most
from tests.scanlab.faults import FAULTS, parse_faults
from tests.scanlab.typeset import make_scan

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
)
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
SILENT = 0.05  # of the wrong rows
FLAGGED = 0.10  # of the right rows


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read: its score, whether it is flagged, whether anything in it is wrong."""

    confidence: float
    flagged: bool
    wrong: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one condition gave."""

    condition: str
    kind: str
    pages: int
    score: Score
    rows: tuple[Row, ...]
    differences: tuple[str, ...]


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
    for fault in FAULTS.values():
        yield f"{fault.name}:ordinary", "ordinary"
        if fault.hard != fault.ordinary:
            yield f"{fault.name}:hard", "hard"
    for pair in PAIRS:
        yield pair, "hard"


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
    outcomes = []
    # A fork would share the models' threads.
    with get_context("spawn").Pool(workers, maxtasksperchild=8) as pool:
        for outcome in pool.imap(run_plan, plans):
            sys.stderr.write("  ".join(to_row(outcome)) + "\n")
            outcomes.append(outcome)
    curve = list(doubt_curve([row for outcome in outcomes for row in outcome.rows]))
    if store is not None:
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(to_json(outcomes, curve), encoding="utf-8")
    return Section(
        "Scans with faults",
        COLUMNS,
        tuple(to_row(outcome) for outcome in (*outcomes, *totals(outcomes))),
        tuple(targets(outcomes)),
        (
            "score under which a row is doubted: wrong rows silent, right rows doubted",
            *(f"  {level:.3f}: {silent:6.1%} {flagged:6.1%}" for level, silent, flagged in curve),
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
        score, rows, differences = Score(), [], []
        for scan in made:
            answer, truth = answers[str(scan.path)], load_goldens(scan.truth)[0].truth
            comparison = compare(answer, truth)
            score += comparison.score
            differences += [
                f"{scan.path.stem} {item.serial} {item.column or 'row'}: "
                f"{item.expected!r} read as {item.got!r}{'' if item.flagged else ' (silent)'}"
                for item in comparison.differences
            ]
            pairs, surplus = align(answer.rows, truth.rows)
            rows += [
                Row(got.task.confidence, bool(got.flags), any(row_differences("", expected, got)))
                for expected, got in pairs
                if got is not None
            ]
            rows += [Row(got.task.confidence, bool(got.flags), True) for got in surplus]
        pages = sum(scan.pages for scan in made)
    return Outcome(task.condition, task.kind, pages, score, tuple(rows), tuple(differences))


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
        )


def doubts(rows: Iterable[Row]) -> tuple[int, int, int, int]:
    """Wrong rows, those of them without a flag, right rows, those of them with one."""
    rows = list(rows)
    wrong = [row for row in rows if row.wrong]
    right = [row for row in rows if not row.wrong]
    return (
        len(wrong),
        sum(not row.flagged for row in wrong),
        len(right),
        sum(row.flagged for row in right),
    )


def doubt_curve(rows: Sequence[Row]) -> Iterator[tuple[float, float, float]]:
    """Level of confidence, share of wrong rows at or over it, share of right rows under it."""
    wrong = sorted(row.confidence for row in rows if row.wrong)
    right = sorted(row.confidence for row in rows if not row.wrong)
    for level in (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995):
        silent = sum(score >= level for score in wrong) / max(1, len(wrong))
        yield level, silent, sum(score < level for score in right) / max(1, len(right))


def to_row(outcome: Outcome) -> tuple[str, ...]:
    score = outcome.score
    surplus = f" + {score.surplus}" if score.surplus else ""
    return (
        outcome.condition,
        str(outcome.pages),
        f"{score.found}/{score.rows}{surplus}",
        f"{score.cer:.3%}",
        f"{score.leaders.f1:.4f}",
        f"{score.units.f1:.4f}",
        *map(str, doubts(outcome.rows)),
    )


def targets(outcomes: Sequence[Outcome]) -> Iterator[Target]:
    """Each condition held to its class, worst first by name; then the doubt over all rows."""
    for outcome in outcomes:
        limits, score, name = LIMITS[outcome.kind], outcome.score, outcome.condition
        if score.rows:
            yield at_least(f"{name}: rows", 100 * limits.rows, 100 * score.found / score.rows, " %")
        yield at_most(f"{name}: text CER", 100 * limits.cer, 100 * score.cer, " %")
        yield at_least(f"{name}: leaders F1", limits.f1, score.leaders.f1)
        yield at_least(f"{name}: units F1", limits.f1, score.units.f1)
    wrong, silent, right, flagged = doubts(row for outcome in outcomes for row in outcome.rows)
    yield at_most("wrong rows silent", 100 * SILENT, 100 * silent / max(1, wrong), " %")
    yield at_most("right rows flagged", 100 * FLAGGED, 100 * flagged / max(1, right), " %")


def to_json(outcomes: Sequence[Outcome], curve: Sequence[tuple[float, float, float]]) -> str:
    """All figures, one object a condition."""
    content = {
        "conditions": [
            {**dict(zip(COLUMNS, to_row(outcome), strict=True)), "class": outcome.kind}
            for outcome in (*outcomes, *totals(outcomes))
        ],
        "curve": [
            {"confidence": level, "wrong_silent": silent, "right_doubted": flagged}
            for level, silent, flagged in curve
        ],
        "differences": [line for outcome in outcomes for line in outcome.differences],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
