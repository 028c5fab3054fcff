"""Accuracy: what the whole way, from file to Parquet, gives against the truth."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import load_settings
from pipeline.evaluate import Comparison, Score, compare, total
from pipeline.outputs import load_answers, load_goldens
from pipeline.run import read_batch
from pipeline.watch import EngineFactory
from pipeline.write import write_outputs
from tests.bench.documents import (
    SAMPLES,
    UnavailableError,
    notices_in,
    scan_notices,
    typeset_notices,
)
from tests.bench.report import Section, Target, all_of, at_least, at_most

DIGITAL, SCAN, TEXT = "born-digital", "scan", "text"
SCAN_DPI = (150, 200, 300)
SCAN_CER = 0.2  # per cent
SCAN_EXACT = 98.0  # per cent of rows
# Rows of notice.txt whose leaders are printed so that they need no outside help.
CERTAIN_SERIALS = frozenset({"18", "20", "21"})
COLUMNS = ("input", "rows", "text CER", "leaders exact", "units exact")
COLUMNS += ("silently wrong", "flagged right", "letter")
SHOWN = 8  # differences of a group
AROUND = 6  # characters shown on each side of what differs

Pairs = Sequence[tuple[Path, Path]]


@dataclass(frozen=True, slots=True)
class Group:
    """Documents of one kind, each with its truth."""

    name: str
    kind: str
    pairs: Pairs


def measure(
    engine: EngineFactory, notices: Path | None, seeds: range, fonts: Path | None
) -> Section:
    """The reach table over the samples, and over notices not among them where there are any.

    `notices` is a folder of X.pdf with X.json; without it they are typeset where fonts are found.
    """
    groups, remarks = list(sample_groups()), []
    with TemporaryDirectory() as scratch:
        try:
            folder = notices or typeset_notices(Path(scratch) / "typeset", seeds, fonts)
            groups += notice_groups(folder, Path(scratch))
        except UnavailableError as reason:
            remarks.append(f"no notices but the samples: {reason}")
        results = [(group, read_and_compare(group, engine)) for group in groups]
    return Section(
        "Accuracy",
        COLUMNS,
        tuple(to_row(group, total(found)) for group, found in results),
        tuple(target for group, found in results for target in targets(group, found)),
        (*remarks, *(line for group, found in results for line in differences(group, found))),
    )


def sample_groups() -> Iterator[Group]:
    """The committed samples by route; a file in part scanned counts as a scan."""
    by_kind: dict[str, list[tuple[Path, Path]]] = {DIGITAL: [], SCAN: [], TEXT: []}
    for path in sorted(SAMPLES.glob("*/notice*")):
        kind = TEXT if path.suffix == ".txt" else SCAN
        if path.name == "notice.pdf":
            kind = DIGITAL
        by_kind[kind].append((path, path.with_name("truth.json")))
    names = {SCAN: "samples, scan 200 dpi", TEXT: "samples, notice.txt"}
    for kind, pairs in by_kind.items():
        yield Group(names.get(kind, f"samples, {kind}"), kind, pairs)


def notice_groups(folder: Path, scratch: Path) -> Iterator[Group]:
    """The notices of a folder as they are, and scanned at three resolutions."""

    def pairs(place: Path) -> Pairs:
        return [(pdf, pdf.with_suffix(".json")) for pdf in notices_in(place)]

    yield Group("notices, born-digital", DIGITAL, pairs(folder))
    for dpi in SCAN_DPI:
        scanned = scan_notices(folder, dpi, scratch / f"scan-{dpi}")
        yield Group(f"notices, scan {dpi} dpi", SCAN, pairs(scanned))


def read_and_compare(group: Group, engine: EngineFactory) -> list[Comparison]:
    """Read a group, write its Parquet files, read them back and compare."""
    settings = load_settings()
    print(f"reading {group.name} ({len(group.pairs)} files)", file=sys.stderr)
    batch = read_batch([path for path, _ in group.pairs], engine, settings)
    with TemporaryDirectory() as out:
        write_outputs(batch.readings, Path(out), settings.fingerprint(), "{}")
        answers = {answer.source: answer for answer in load_answers(Path(out))}
    return [
        compare(answers[str(path)], load_goldens(truth)[0].truth) for path, truth in group.pairs
    ]


def to_row(group: Group, score: Score) -> tuple[str, ...]:
    surplus = f" + {score.surplus}" if score.surplus else ""
    return (
        group.name,
        f"{score.found}/{score.rows}{surplus}",
        f"{score.cer:.4%}",
        f"{score.leaders.exact}/{score.leaders.rows}",
        f"{score.units.exact}/{score.units.rows}",
        str(score.silently_wrong),
        str(score.flagged_right),
        f"{score.elements_right}/{score.elements}",
    )


def targets(group: Group, found: Sequence[Comparison]) -> Iterator[Target]:
    """What the group must reach."""
    score, name = total(found), group.name
    yield all_of(f"{name}: rows, none but these", score.found - score.surplus, score.rows)
    if group.kind == SCAN:
        yield at_most(f"{name}: text CER", SCAN_CER, 100 * score.cer, " %")
        yield at_least(f"{name}: leaders exact", SCAN_EXACT, 100 * share(score.leaders), " %")
        yield at_least(f"{name}: units exact", SCAN_EXACT, 100 * share(score.units), " %")
        return
    yield at_most(f"{name}: edits", 0, score.edits)
    yield all_of(f"{name}: units exact", score.units.exact, score.units.rows)
    if group.kind == DIGITAL:
        yield all_of(f"{name}: leaders exact", score.leaders.exact, score.leaders.rows)
    else:
        wrong = {d.serial for c in found for d in c.differences if d.column == "leaders"}
        right = len(CERTAIN_SERIALS - wrong)
        yield all_of(f"{name}: leaders of serials 18, 20, 21", right, len(CERTAIN_SERIALS))
        yield at_most(f"{name}: rows silently wrong", 0, score.silently_wrong)


def share(part: object) -> float:
    """Rows exact as a share of 1; all where there is none to be had."""
    rows, exact = getattr(part, "rows", 0), getattr(part, "exact", 0)
    return exact / rows if rows else 1.0


def differences(group: Group, found: Sequence[Comparison]) -> Iterator[str]:
    """The first values that differ, one a line, and how many more there are."""
    wrong = [item for comparison in found for item in comparison.differences]
    for item in wrong[:SHOWN]:
        place = f"{group.name}: {'/'.join(Path(item.source).parts[-2:])} {item.serial or 'letter'}"
        expected, got = excerpts(item.expected, item.got)
        flag = " (not flagged)" if item.serial and not item.flagged else ""
        yield f"{place} {item.column or 'row'}: {expected!r} read as {got!r}{flag}"
    if len(wrong) > SHOWN:
        yield f"{group.name}: and {len(wrong) - SHOWN} more"


def excerpts(expected: str, got: str) -> tuple[str, str]:
    """Both texts without what they share at the start and the end, save a few characters."""
    head = shared(expected, got)
    tail = shared(expected[head:][::-1], got[head:][::-1])
    start, cut = max(0, head - AROUND), max(0, tail - AROUND)
    return expected[start : len(expected) - cut], got[start : len(got) - cut]


def shared(one: str, other: str) -> int:
    """How many characters two texts have in common at the start."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
