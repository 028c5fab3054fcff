"""Speed, as ratios of runs that take turns in one process, after imports and a warm-up.

Seconds depend on the machine, ratios much less. Each contender opens the file anew every time;
medians are compared. Where the ratio of medians and that of the best turns lie far apart, something
else was running: measure again.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pdfplumber

from pipeline.config import Settings, load_settings
from pipeline.lexicon import likelihood
from pipeline.manifest import RunFacts, manifest_json
from pipeline.ocr import models
from pipeline.ocr.predictors import import_paddleocr
from pipeline.render import page_picture
from pipeline.run import read_document
from pipeline.watch import EngineFactory, OneEngine
from pipeline.write import write_outputs
from tests.bench.documents import (
    SAMPLES,
    UnavailableError,
    join_pages,
    no_engine,
    page_count,
    plain_table,
    real_folder,
    table_pages,
)
from tests.bench.report import Section, at_most

DIGITAL_RATIO = 1.0
SCAN_RATIO = 0.35
PAGES = 50
SCANNED = ("yueyang", "lanping")
MODEL_STAGES = ("recognise", "detect", "orient")
COLUMNS = (
    "file",
    "pages",
    "ours, s/page",
    "theirs, s/page",
    "ratio",
    "spread",
    "of best",
    "of CPU",
)

Timings = dict[str, float]


@dataclass(frozen=True, slots=True)
class Turn:
    """One call: seconds by the clock and of all processors, and what the call returned."""

    seconds: float
    cpu: float
    result: Any


@dataclass(frozen=True, slots=True)
class Duel:
    """The turns of two contenders; those of ours return the seconds of each stage."""

    name: str
    pages: int
    ours: tuple[Turn, ...]
    theirs: tuple[Turn, ...]

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.theirs)


def measure_digital(turns: int) -> Section:
    """The whole pipeline against pdfplumber's bare `extract_tables`, on ≥ 50 table pages."""
    with TemporaryDirectory() as scratch:
        files, remarks = _digital_files(Path(scratch))
        duels = [_digital_duel(name, path, turns) for name, path in files]
    return _section("Speed, born-digital, against pdfplumber", duels, DIGITAL_RATIO, remarks)


def measure_scanned(engine: EngineFactory, turns: int) -> Section:
    """The whole pipeline against PaddleOCR's whole-page `predict`, on scanned table pages.

    Both have their models loaded before the first turn, as any batch has after its first page.
    """
    settings, engine = load_settings(), OneEngine(engine)
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "pages.pdf"
        files = [SAMPLES / name / "notice-scan.pdf" for name in SCANNED]
        count = join_pages([(file, table_pages(file, engine)) for file in files], path)
        pictures = [
            page_picture(path, page, settings).pixels[:, :, ::-1].copy()
            for page in range(1, count + 1)
        ]
        reader = _whole_page_reader(settings)
        with processors(settings.ocr.threads) as allowed:
            duel = take_turns(
                ("the samples' scans", count),
                lambda: whole_pipeline(path, engine),
                lambda: [reader.predict(picture) for picture in pictures],
                turns,
            )
    return _section("Speed, scanned, against PaddleOCR", [duel], SCAN_RATIO, [allowed])


@contextmanager
def processors(threads: int) -> Iterator[str]:
    """Keep this process to as many processors as the settings ask for threads; says whether.

    Both contenders then have the same, however many threads each of them makes.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield "this system does not keep a process to some processors"
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:threads])
    try:
        yield f"both on the same {min(threads, len(before))} processors"
    finally:
        os.sched_setaffinity(0, before)


def whole_pipeline(path: Path, engine: EngineFactory) -> Timings:
    """From a file to all files of the contract; returns the seconds of each stage."""
    settings = load_settings()
    likelihood.cache_clear()  # else the words of the same pages would be known from the turn before
    reading = read_document(path, engine, settings)
    if reading.status != "ok":
        raise RuntimeError(f"{path.name} was read only in part: {reading.error}")
    start = time.perf_counter()
    with TemporaryDirectory() as out:
        facts = RunFacts("", reading.elapsed_s, settings.fingerprint())
        manifest = manifest_json([reading], facts)
        write_outputs([reading], Path(out), settings.fingerprint(), manifest)
    return {**dict(reading.timings), "write": time.perf_counter() - start}


def bare_pdfplumber(path: Path) -> int:
    """What a user of pdfplumber alone would run; returns the number of tables."""
    with pdfplumber.open(path) as pdf:
        return sum(len(page.extract_tables()) for page in pdf.pages)


def take_turns(
    what: tuple[str, int], ours: Callable[[], Timings], theirs: Callable[[], Any], turns: int
) -> Duel:
    """Run both once unmeasured, then by turns: A B A B …; `what` is a name and its pages."""
    ours(), theirs()
    pairs = [(timed(ours), timed(theirs)) for _ in range(turns)]
    return Duel(*what, *zip(*pairs, strict=True))


def timed(call: Callable[[], Any]) -> Turn:
    """Time a call; rubbish of earlier calls is not on its bill."""
    gc.collect()
    start, cpu = time.perf_counter(), time.process_time()
    result = call()
    return Turn(time.perf_counter() - start, time.process_time() - cpu, result)


def median(turns: Sequence[Turn]) -> float:
    """Median seconds by the clock."""
    return statistics.median(turn.seconds for turn in turns)


def best(turns: Sequence[Turn]) -> float:
    """Least seconds by the clock: the turn that other processes disturbed least."""
    return min(turn.seconds for turn in turns)


def _digital_duel(name: str, path: Path, turns: int) -> Duel:
    return take_turns(
        (name, page_count(path)),
        lambda: whole_pipeline(path, no_engine),
        lambda: bare_pdfplumber(path),
        turns,
    )


def _digital_files(scratch: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """Files of at least 50 table pages: of the samples, set plainly, of real budgets."""
    samples = sorted(SAMPLES.glob("*/notice.pdf"))
    files = [
        ("samples' table pages", _repeat(samples, scratch / "samples.pdf")),
        ("plain table by reportlab", plain_table(scratch / "plain.pdf", PAGES)),
    ]
    try:
        budgets = sorted(real_folder().glob("budget-*.pdf"))
        files.append(("real budgets' table pages", _repeat(budgets, scratch / "budgets.pdf")))
    except UnavailableError as reason:
        return files, [f"no real documents: {reason}"]
    return files, []


def _repeat(sources: list[Path], target: Path) -> Path:
    """The table pages of all sources, as often as makes at least 50 pages."""
    parts = [(path, table_pages(path, no_engine)) for path in sources]
    once = sum(len(pages) for _, pages in parts)
    join_pages([(path, pages * -(-PAGES // once)) for path, pages in parts], target)
    return target


def _whole_page_reader(settings: Settings) -> Any:
    """PaddleOCR as it comes, with our models and threads and without its page preparation."""
    ocr = settings.ocr
    return import_paddleocr().PaddleOCR(
        text_detection_model_name=ocr.detection,
        text_detection_model_dir=str(models.folder() / ocr.detection),
        text_recognition_model_name=ocr.recognition,
        text_recognition_model_dir=str(models.folder() / ocr.recognition),
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        device="cpu",
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": ocr.threads, "log_severity_level": 3},
    )


def _section(title: str, duels: list[Duel], limit: float, remarks: list[str]) -> Section:
    stages = tuple(line for duel in duels for line in _stage_lines(duel))
    return Section(
        title,
        COLUMNS,
        tuple(_row(duel) for duel in duels),
        tuple(at_most(f"{duel.name}: ratio", limit, duel.ratio) for duel in duels),
        (*stages, *remarks),
    )


def _row(duel: Duel) -> tuple[str, ...]:
    ratios = [a.seconds / b.seconds for a, b in zip(duel.ours, duel.theirs, strict=True)]
    ours, theirs = (statistics.median(t.cpu for t in turns) for turns in (duel.ours, duel.theirs))
    return (
        duel.name,
        str(duel.pages),
        f"{median(duel.ours) / duel.pages:.4f}",
        f"{median(duel.theirs) / duel.pages:.4f}",
        f"{duel.ratio:.3f}",
        f"{min(ratios):.3f}–{max(ratios):.3f}",
        f"{best(duel.ours) / best(duel.theirs):.3f}",
        f"{ours / theirs:.3f}",
    )


def _stage_lines(duel: Duel) -> Iterator[str]:
    """Seconds of each stage in the median turn, and the share that models take of them.

    Pages are read side by side, so that the stages add up to more than the turn.
    """
    middle = sorted(duel.ours, key=lambda turn: turn.seconds)[len(duel.ours) // 2]
    parts = ", ".join(
        f"{name} {1000 * seconds / duel.pages:.1f}" for name, seconds in middle.result.items()
    )
    yield f"{duel.name}, ms per page: {parts}"
    whole = sum(middle.result.values())
    spent = {name: middle.result[name] for name in MODEL_STAGES if name in middle.result}
    if spent:
        shares = ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in spent.items())
        yield f"{duel.name}, share of the models: {sum(spent.values()) / whole:.0%} ({shares})"
