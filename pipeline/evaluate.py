"""How far what was read agrees with the truth: the measures of `gongwen eval`.

Text is compared after NFKC with white space removed. The character error rate (CER) is the edit
distance (Levenshtein) over the characters of the truth; a missing row counts as wholly wrong.
Persons and units are exact strings, compared as sets per row. Pure: nothing here reads a file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from rapidfuzz.distance import Indel, Levenshtein

from pipeline.model import Document, Task

TEXT_COLUMNS = (
    "serial",
    "category",
    "name",
    "superior_measures",
    "local_measures",
    "deadline",
    "remark",
)
LIST_COLUMNS = ("leaders", "lead_units", "units")
MIN_SIMILARITY = 0.5  # of names, for rows whose serials differ
_BODY = 200  # characters of the measures that help to tell rows with one serial apart


@dataclass(frozen=True, slots=True)
class TruthRow:
    """A task as it should be; only the columns in `known` are compared."""

    task: Task
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a notice says; only the elements in `known` are compared."""

    name: str
    document: Document
    known: frozenset[str]
    rows: tuple[TruthRow, ...]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A task as it was read, with the flags of its row."""

    task: Task
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read from one source."""

    source: str
    document: Document
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class SetScore:
    """Agreement of sets: rows that have any, rows exact, items right, wrong and missed."""

    rows: int = 0
    exact: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: SetScore) -> SetScore:
        return SetScore(
            *(getattr(self, item.name) + getattr(other, item.name) for item in fields(self))
        )

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Score:
    """The measures as counts, so that those of several sources add up."""

    rows: int = 0
    found: int = 0
    surplus: int = 0
    characters: int = 0
    edits: int = 0
    leaders: SetScore = SetScore()
    units: SetScore = SetScore()
    silently_wrong: int = 0
    flagged_right: int = 0
    elements: int = 0
    elements_right: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            *(getattr(self, item.name) + getattr(other, item.name) for item in fields(self))
        )

    @property
    def cer(self) -> float:
        """Edits per character of the truth, as a share of 1."""
        if self.characters:
            return self.edits / self.characters
        return 1.0 if self.edits else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs; `serial` is empty for an element of the letter."""

    source: str
    serial: str
    column: str
    expected: str
    got: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """One source against its truth."""

    source: str
    score: Score
    differences: tuple[Difference, ...]


def compare(answer: Answer, truth: Truth) -> Comparison:
    """All measures for one source."""
    pairs, surplus = align(answer.rows, truth.rows)
    differences: list[Difference] = []
    score = Score(surplus=len(surplus), silently_wrong=sum(not row.flags for row in surplus))
    for expected, got in pairs:
        wrong = list(row_differences(answer.source, expected, got))
        differences += wrong
        score += _row_score(expected, got, bool(wrong))
    for row in surplus:
        score += Score(leaders=_sets(row.task, None, "leaders"), units=_unit_sets(row.task, None))
        differences.append(_difference(answer.source, row, "", "", row.task.name or ""))
    elements = list(_element_differences(answer, truth))
    score += Score(elements=len(truth.known), elements_right=len(truth.known) - len(elements))
    return Comparison(answer.source, score, (*differences, *elements))


def total(comparisons: Sequence[Comparison]) -> Score:
    """The measures over all sources."""
    return sum((comparison.score for comparison in comparisons), Score())


def align(
    answers: Sequence[AnswerRow], truths: Sequence[TruthRow]
) -> tuple[list[tuple[TruthRow, AnswerRow | None]], list[AnswerRow]]:
    """Each row of the truth with the row read for it, and the rows that nothing asks for.

    Rows go together by serial (the most alike where a serial repeats), then by name.
    """
    free = list(range(len(answers)))
    chosen: dict[int, int] = {}
    for index, truth in enumerate(truths):
        serial = key(truth.task.serial)
        same = [i for i in free if serial and key(answers[i].task.serial) == serial]
        if same:
            chosen[index] = max(same, key=lambda i: _alike(truth.task, answers[i].task))
            free.remove(chosen[index])
    rest = [index for index in range(len(truths)) if index not in chosen]
    offers = [(_alike(truths[t].task, answers[a].task), t, a) for t in rest for a in free]
    for likeness, index, answer in sorted(offers, key=lambda offer: (-offer[0], *offer[1:])):
        if likeness >= MIN_SIMILARITY and index not in chosen and answer in free:
            chosen[index] = answer
            free.remove(answer)
    pairs = [
        (truth, answers[chosen[index]] if index in chosen else None)
        for index, truth in enumerate(truths)
    ]
    return pairs, [answers[i] for i in free]


def key(text: str | None) -> str:
    """The form in which text is compared: NFKC, without white space; null is empty."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def _alike(truth: Task, answer: Task) -> float:
    return Indel.normalized_similarity(_gist(truth), _gist(answer))


def _gist(task: Task) -> str:
    body = f"{task.superior_measures or ''}{task.local_measures or ''}"
    return key(f"{task.name or ''}{body[:_BODY]}")


def _row_score(truth: TruthRow, answer: AnswerRow | None, wrong: bool) -> Score:
    read = answer.task if answer else None
    columns = [column for column in TEXT_COLUMNS if column in truth.known]
    texts = [key(getattr(truth.task, column)) for column in columns]
    return Score(
        rows=1,
        found=int(answer is not None),
        characters=sum(map(len, texts)),
        edits=sum(
            Levenshtein.distance(text, key(getattr(read, column))) if read else len(text)
            for text, column in zip(texts, columns, strict=True)
        ),
        leaders=_sets(read, truth, "leaders"),
        units=_unit_sets(read, truth),
        silently_wrong=int(answer is not None and wrong and not answer.flags),
        flagged_right=int(answer is not None and not wrong and bool(answer.flags)),
    )


def _unit_sets(answer: Task | None, truth: TruthRow | None) -> SetScore:
    """Leading and other units of a row together: it is exact when both are."""
    both = _sets(answer, truth, "lead_units"), _sets(answer, truth, "units")
    parts = [part for part in both if part.rows]
    whole = both[0] + both[1]
    exact = bool(parts) and all(part.exact for part in parts)
    return SetScore(int(bool(parts)), int(exact), whole.right, whole.wrong, whole.missed)


def _sets(answer: Task | None, truth: TruthRow | None, column: str) -> SetScore:
    if truth is not None and column not in truth.known:
        return SetScore()
    expected = set(getattr(truth.task, column)) if truth else set()
    got = set(getattr(answer, column)) if answer else set()
    if not expected and not got:
        return SetScore()
    return SetScore(
        rows=int(truth is not None),
        exact=int(truth is not None and expected == got),
        right=len(expected & got),
        wrong=len(got - expected),
        missed=len(expected - got),
    )


def row_differences(source: str, truth: TruthRow, answer: AnswerRow | None) -> Iterator[Difference]:
    """The known values of a row that differ; one without a column where the row is missing."""
    serial = truth.task.serial or truth.task.name or "?"
    if answer is None:
        yield Difference(source, serial, "", truth.task.name or serial, "", False)
        return
    for column in TEXT_COLUMNS + LIST_COLUMNS:
        if column not in truth.known:
            continue
        expected, got = getattr(truth.task, column), getattr(answer.task, column)
        if not _equal(expected, got):
            yield _difference(source, answer, column, _shown(expected), _shown(got))


def _element_differences(answer: Answer, truth: Truth) -> Iterator[Difference]:
    for item in fields(Document):
        if item.name in truth.known:
            expected = getattr(truth.document, item.name)
            got = getattr(answer.document, item.name)
            if not _equal(expected, got):
                shown = _shown(expected), _shown(got)
                yield Difference(answer.source, "", item.name, *shown, flagged=False)


def _difference(source: str, row: AnswerRow, column: str, expected: str, got: str) -> Difference:
    serial = row.task.serial or row.task.name or "?"
    return Difference(source, serial, column, expected, got, bool(row.flags))


def _equal(expected: object, got: object) -> bool:
    if isinstance(expected, tuple) and isinstance(got, tuple):
        return set(expected) == set(got)
    if isinstance(expected, str | None) and isinstance(got, str | None):
        return key(expected) == key(got)
    return expected == got


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(str(item) for item in value)
    return "" if value is None else str(value)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
