"""Fits the weights of doubt (`configs/doubt.toml`) on scans with faults, of seeds of their own.

A line is right when it stands in its notice: in a text, a list or a header. Of names printed
downwards, only whether their characters stand in one cell is asked. Ridge logistic regression by
Newton's method (iteratively reweighted least squares).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from pipeline.characters import is_han
from pipeline.config import Settings
from pipeline.model import Raster
from pipeline.render import page_picture, read_pictures
from pipeline.scan import (
    find_structure,
    page_judge,
    pieces_to_looks,
    prepare,
    structure_to_pieces,
    without_rulings,
)
from pipeline.scan.doubt import Evidence, fold
from pipeline.scan.lost import Losses
from pipeline.scan.named import name_characters, renamed
from pipeline.scan.reading import look_to_word
from pipeline.scan.stack_reading import read_stacks
from pipeline.watch import EngineFactory
from tests.bench.documents import reach_scripts
from tests.bench.faults import conditions
from tests.scanlab.faults import parse_faults
from tests.scanlab.typeset import make_scan

FIRST_SEED = 30_000
"""Seeds of fitting begin here; those of measuring lie below (7000 …, 900 …, 1008 …)."""
PAGES = 3  # of a notice
RIDGE = 1.0
ACROSS = 6
"""Names that stand side by side."""
GEOMETRY = frozenset({"level", "unruled", "dotted", "broken", "borderless", "curl", "spread"})
"""Faults that spoil the structure: there a line is not wrong by its reading."""
NAMES = tuple(field.name for field in fields(Evidence))

Example = tuple[tuple[float, ...], bool]


def fitting_conditions() -> list[str]:
    """Every condition in which lines are misread by their ink, their light or their file."""
    return [
        name
        for name, _ in conditions()
        if not any(part.split(":")[0] in GEOMETRY for part in name.split("+"))
    ]


def seeds(count: int) -> dict[str, tuple[int, ...]]:
    """The seeds of each condition, `count` each, all different."""
    return {
        name: tuple(range(FIRST_SEED + at * count, FIRST_SEED + (at + 1) * count))
        for at, name in enumerate(fitting_conditions())
    }


def collect(engine: EngineFactory, settings: Settings, count: int, store: Path) -> None:
    """Read `count` notices a condition and append their lines to `store`, one JSON a line.

    Conditions that `store` holds already are left out.
    """
    done = {json.loads(line)["condition"] for line in _lines(store)}
    for name, chosen in seeds(count).items():
        if name in done:
            continue
        sys.stderr.write(f"{name}\n")
        for seed in chosen:
            with TemporaryDirectory() as scratch:
                made = make_scan(seed, parse_faults(name), Path(scratch) / "scan", None)
                pages = list(_pages(made.path, made.pages, settings))
            with store.open("a", encoding="utf-8") as stream:
                for raster in pages:
                    for text, evidence in raster_to_lines(raster, engine, settings):
                        record: dict[str, object] = {"condition": name, "seed": seed, "text": text}
                        record["values"] = list(asdict(evidence).values())
                        stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def raster_to_lines(
    raster: Raster, engine: EngineFactory, settings: Settings
) -> Iterator[tuple[str, Evidence]]:
    """The lines of a page: what was read, and the evidence about it."""
    prepared = prepare(raster, engine(), settings)
    structure = find_structure(prepared, settings)
    pieces = structure_to_pieces(structure, prepared)
    losses = Losses(structure.text)
    judge = page_judge(prepared, structure, losses, settings)
    looks = pieces_to_looks(pieces, prepared, structure, losses, engine())
    clean = without_rulings(prepared, structure)
    stacked, _ = read_stacks([piece for piece in pieces if piece.stack], clean, engine())
    names = name_characters(settings)
    looks, stacked = ([renamed(look, names) for look in own] for own in (looks, stacked))
    for look in looks:
        word = look_to_word(look, structure.text, 1.0)
        if word is not None:
            yield word.text, judge.evidence(look, word.text)
    for look in stacked:
        yield look.reading.text, judge.evidence(look)


@cache
def notice_texts(seed: int) -> tuple[str, ...]:
    """All texts of the notice of a seed, folded: cells, lists as they are joined, headers."""
    reach_scripts()
    from make.layouts import LAYOUTS, make_notice

    notice = make_notice(seed, LAYOUTS[seed % len(LAYOUTS)])
    found = list(texts_in(notice.truth()["tasks"]))
    for table in notice.tables:
        found += [fold(column.header) for column in table.columns]
        found += [fold(column.group) for column in table.columns if column.group]
    return tuple(dict.fromkeys(found))


def texts_in(value: object) -> Iterator[str]:
    """The texts of a truth, folded; lists joined with 、 and without."""
    if isinstance(value, str):
        yield fold(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, (list, tuple)):
        if all(isinstance(item, str) for item in value):
            yield from (fold("、".join(value)), fold("".join(value)))
        for item in value:
            yield from texts_in(item)


def is_right(text: str, texts: Sequence[str], *, stacked: bool) -> bool:
    """Whether a line as it was read stands in one of the texts."""
    folded = fold(text)
    # A line of names printed downwards side by side is read across.
    across = len(folded) <= ACROSS and all(map(is_han, folded))
    if not stacked and not across:
        return any(folded in known for known in texts)
    letters = Counter(folded)
    return any(not letters - Counter(known) for known in texts)


def fit(examples: Sequence[Example]) -> tuple[float, dict[str, float]]:
    """Bias and weights of the log-odds that a line is wrong."""
    values = np.array([[1.0, *value] for value, _ in examples])
    wrong = np.array([not right for _, right in examples], dtype=float)
    weights = np.zeros(values.shape[1])
    ridge = RIDGE * np.eye(len(weights))
    ridge[0, 0] = 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(values @ weights, -30, 30)))
        slope = values.T @ (chance - wrong) + ridge @ weights
        bend = (values * (chance * (1 - chance))[:, None]).T @ values + ridge
        step = np.linalg.solve(bend, slope)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return float(weights[0]), dict(zip(NAMES, weights[1:].tolist(), strict=True))


def chances(
    examples: Sequence[Example], bias: float, weights: dict[str, float]
) -> NDArray[np.float64]:
    """The chance that each line is wrong."""
    values = np.array([value for value, _ in examples])
    odds = bias + values @ np.array([weights[name] for name in NAMES])
    found: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return found


def show(examples: Sequence[Example], bias: float, weights: dict[str, float]) -> Iterator[str]:
    """How chances and what happened agree, and what each level would doubt."""
    chance = chances(examples, bias, weights)
    wrong = np.array([not right for _, right in examples])
    yield f"{len(examples)} lines, {int(wrong.sum())} wrong"
    for low, high in ((0, 0.002), (0.002, 0.01), (0.01, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1)):
        here = (chance >= low) & (chance < high)
        if here.any():
            said, was = float(chance[here].mean()), float(wrong[here].mean())
            yield f"  {low:g}–{high:g}: {int(here.sum())} lines, said {said:.3f}, were {was:.3f}"
    for level in (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2):
        silent = float((wrong & (chance < level)).sum()) / max(1, int(wrong.sum()))
        doubted = float((~wrong & (chance >= level)).sum()) / max(1, int((~wrong).sum()))
        shares = f"wrong lines silent {silent:.1%}, right doubted {doubted:.2%}"
        yield f"  doubted from {level:g}: {shares}"


def to_toml(bias: float, weights: dict[str, float], said: Iterable[str]) -> str:
    """The content of `configs/doubt.toml`."""
    head = [
        "# Weights of the evidence about a recognised line, in log-odds that it is misread.",
        "# What each value is, stands in pipeline/doubt_settings.py. Fitted by",
        "# `make fit` on scans of the seeds from 30000:",
        *(f"#   {line.strip()}" for line in said),
        "",
        f"bias = {bias:.3f}",
    ]
    return "\n".join([*head, *(f"{name} = {weights[name]:.3f}" for name in NAMES), ""])


def load(store: Path) -> list[Example]:
    """The examples that were collected."""
    stacked = NAMES.index("stacked")
    examples = []
    for record in map(json.loads, _lines(store)):
        values = tuple(record["values"])
        texts = notice_texts(record["seed"])
        right = is_right(record["text"], texts, stacked=bool(values[stacked]))
        examples.append((values, right))
    return examples


def _lines(store: Path) -> list[str]:
    return store.read_text(encoding="utf-8").splitlines() if store.is_file() else []


def _pages(path: Path, count: int, settings: Settings) -> Iterator[Raster]:
    if path.suffix == ".tif":
        yield from list(read_pictures(path, settings))[:PAGES]
        return
    for page in range(1, min(PAGES, count) + 1):
        yield page_picture(path, page, settings)


def main() -> None:
    import argparse

    from pipeline.config import load_settings
    from pipeline.ocr.paddle import engine_factory
    from pipeline.watch import OneEngine

    parser = argparse.ArgumentParser("python -m tests.bench.fit", description=__doc__)
    parser.add_argument("--count", type=int, default=1, help="notices for each condition")
    parser.add_argument("--store", type=Path, default=Path("build/bench/lines.jsonl"))
    parser.add_argument("--write", type=Path, help="write the weights here: configs/doubt.toml")
    options = parser.parse_args()
    settings = load_settings()
    options.store.parent.mkdir(parents=True, exist_ok=True)
    collect(OneEngine(engine_factory(settings.ocr)), settings, options.count, options.store)
    examples = load(options.store)
    bias, weights = fit(examples)
    said = list(show(examples, bias, weights))
    sys.stdout.write("\n".join(said) + "\n" + to_toml(bias, weights, said))
    if options.write:
        options.write.write_text(to_toml(bias, weights, said), encoding="utf-8")


if __name__ == "__main__":
    main()
