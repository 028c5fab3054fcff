"""Doubt: whether flags fall on the rows that are wrong, and what another threshold would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.evaluate import Answer, Truth, align, row_differences

SILENT = 0.05  # of the wrong rows
FLAGGED = 0.10  # of the right rows
LEVELS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read: its score, its flags, whether anything in it is wrong.

    A row that was not found is wrong. It is doubted where the document carries a warning that
    belongs to no row; else it is silent at every threshold, so its score is 1.
    """

    confidence: float
    flags: tuple[str, ...]
    wrong: bool


@dataclass(frozen=True, slots=True)
class Doubts:
    """Wrong rows, those of them without a flag, right rows, those of them with one."""

    wrong: int
    silent: int
    right: int
    flagged: int

    @property
    def silent_share(self) -> float:
        return self.silent / max(1, self.wrong)

    @property
    def flagged_share(self) -> float:
        return self.flagged / max(1, self.right)


def answer_to_rows(answer: Answer, truth: Truth, loose: Sequence[str]) -> Iterator[Row]:
    """The rows of a document against its truth; `loose` are the warnings that name no row."""
    pairs, surplus = align(answer.rows, truth.rows)
    for expected, got in pairs:
        if got is None:
            yield Row(0.0 if loose else 1.0, tuple(loose), True)
        else:
            wrong = any(row_differences("", expected, got))
            yield Row(got.task.confidence, got.flags, wrong)
    for got in surplus:
        yield Row(got.task.confidence, got.flags, True)


def loose_warnings(folder: Path) -> dict[str, tuple[str, ...]]:
    """The codes of the warnings and errors of every source that belong to no row."""
    documents = pq.read_table(folder / "documents.parquet").to_pylist()
    findings = pq.read_table(folder / "findings.parquet").to_pylist()
    return {
        document["source"]: tuple(
            finding["code"]
            for finding in findings
            if finding["doc_id"] == document["doc_id"]
            and finding["severity"] != "info"
            and finding["row_no"] is None
        )
        for document in documents
    }


def doubts(rows: Iterable[Row]) -> Doubts:
    """Count the rows by what they are and what was said of them."""
    rows = list(rows)
    wrong = [row for row in rows if row.wrong]
    right = [row for row in rows if not row.wrong]
    return Doubts(
        len(wrong),
        sum(not row.flags for row in wrong),
        len(right),
        sum(bool(row.flags) for row in right),
    )


def doubt_curve(rows: Sequence[Row]) -> Iterator[tuple[float, float, float]]:
    """Level of confidence, share of wrong rows at or over it, share of right rows under it."""
    wrong = [row.confidence for row in rows if row.wrong]
    right = [row.confidence for row in rows if not row.wrong]
    for level in LEVELS:
        silent = sum(score >= level for score in wrong) / max(1, len(wrong))
        yield level, silent, sum(score < level for score in right) / max(1, len(right))


def show_curve(rows: Sequence[Row]) -> Iterator[str]:
    """The curve as lines of text, the working point (flags) last, and where flags come from."""
    yield "score under which a row is doubted: wrong rows silent, right rows doubted"
    for level, silent, flagged in doubt_curve(rows):
        yield f"  {level:.3f}: {silent:6.1%} {flagged:6.1%}"
    found = doubts(rows)
    yield f"  flags: {found.silent_share:6.1%} {found.flagged_share:6.1%}  (the working point)"
    for wrong, name in ((False, "right"), (True, "wrong")):
        codes = Counter(code for row in rows if row.wrong is wrong for code in set(row.flags))
        said = ", ".join(f"{code} {count}" for code, count in codes.most_common(SHOWN))
        yield f"flags of {name} rows: {said or 'none'}"
