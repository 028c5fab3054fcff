"""Reads back what was written, and the truths to compare it with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import InputError
from pipeline.evaluate import Answer, AnswerRow, Truth, TruthRow
from pipeline.model import Document, Task

TRUTH_NAMES = ("truth.json", "golden.json")
_DATES = ("issued_on", "printed_on")
_TASK_FIELDS = frozenset(
    item.name for item in fields(Task) if item.name not in {"cells", "pages", "places", "parties"}
)
_LETTER_FIELDS = frozenset(item.name for item in fields(Document))


@dataclass(frozen=True, slots=True)
class Golden:
    """A truth and the file it comes from; `source` is set when the file names its source."""

    path: Path
    truth: Truth
    source: str | None = None


def load_answers(folder: Path) -> tuple[Answer, ...]:
    """The documents and tasks in an output folder; InputError when there are none."""
    rows: dict[str, list[AnswerRow]] = {}
    for record in _records(folder / "tasks.parquet"):
        values = {name: _frozen(record[name]) for name in _TASK_FIELDS if name in record}
        row = AnswerRow(Task(**values), tuple(record["flags"]))
        rows.setdefault(record["doc_id"], []).append(row)
    answers = []
    for record in _records(folder / "documents.parquet"):
        letter = Document(**{name: _frozen(record[name]) for name in _LETTER_FIELDS})
        answers.append(Answer(record["source"], letter, tuple(rows.get(record["doc_id"], ()))))
    return tuple(answers)


def load_letters(folder: Path) -> dict[str, dict[str, Any]]:
    """The rows of documents.parquet by `doc_id`; InputError when there are none to read."""
    return {record["doc_id"]: record for record in _records(folder / "documents.parquet")}


def load_scores(folder: Path, without: Collection[str] = ()) -> dict[str, float]:
    """The mean of the tasks' lowest scores by `doc_id`, but for the documents `without`.

    InputError when there are none to read.
    """
    tasks = _others(_table(folder / "tasks.parquet", ["doc_id", "confidence"]), without)
    means = tasks.group_by("doc_id").aggregate([("confidence", "mean")]).to_pylist()
    return {row["doc_id"]: row["confidence_mean"] for row in means}


def load_party_counts(
    folder: Path, without: Collection[str] = ()
) -> tuple[Counter[str], Counter[str]]:
    """Leaders, and units of both roles, each with its tasks, but for the documents `without`.

    Counted by their canonical names where these are known. InputError when there are none to read.
    """
    columns = ["doc_id", "role", "printed", "canonical"]
    table = _others(_table(folder / "assignments.parquet", columns), without)
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for row in table.to_pylist():
        counts[row["role"] != "leader"][row["canonical"] or row["printed"]] += 1
    return counts


def _others(table: pa.Table, without: Collection[str]) -> pa.Table:
    if not without:
        return table
    named = pc.is_in(table["doc_id"], value_set=pa.array(sorted(without)))
    return table.filter(pc.invert(named))


def load_goldens(path: Path) -> tuple[Golden, ...]:
    """The truths in a JSON file, a JSON Lines file, or all JSON files under a folder.

    Raises InputError when there are none or one is malformed; in a folder, JSON files of another
    shape are passed over.
    """
    if path.is_dir():
        files = sorted(path.rglob("*.json")) + sorted(path.rglob("*.jsonl"))
        goldens = tuple(golden for file in files for golden in _read_goldens(file, strict=False))
    else:
        goldens = tuple(_read_goldens(path, strict=True))
    if not goldens:
        raise InputError(f"{path} holds no truth.", "Name a truth.json, a JSONL, or a folder.")
    return goldens


def match(
    answers: Sequence[Answer], goldens: Sequence[Golden]
) -> tuple[tuple[tuple[Answer, Truth], ...], tuple[str, ...], tuple[str, ...]]:
    """Answers with their truths; sources with no truth; truths that no source asks for.

    A truth belongs to the source it names, to the one with its stem, or, when it is called
    `truth.json` (or `golden.json`), to all in its folder; a single truth belongs to what is left
    when no source stands beside it.
    """
    pairs, without, used = [], [], set[Path]()
    for answer in answers:
        golden = _golden_of(Path(answer.source), goldens)
        if golden is None:
            without.append(answer)
        else:
            pairs.append((answer, golden.truth))
            used.add(golden.path)
    if not pairs and len(goldens) == 1:
        return tuple((answer, goldens[0].truth) for answer in without), (), ()
    folders = {path.parent for path in used}
    idle = [
        str(golden.path)
        for golden in goldens
        if golden.path not in used
        and not (golden.path.name in TRUTH_NAMES and golden.path.parent in folders)
    ]
    return tuple(pairs), tuple(answer.source for answer in without), tuple(idle)


def parse_truth(data: Mapping[str, Any], name: str) -> Truth:
    """A truth from its JSON form; keys that are absent are not compared.

    Raises InputError when a value has not the type that its column has.
    """
    try:
        letter = {
            name: data["document"][name] for name in data.get("document", ()) if _is_letter(name)
        }
        known = frozenset(letter)
        document = Document(**{name: _value(name, value) for name, value in letter.items()})
        rows = tuple(
            _truth_row(record, number) for number, record in enumerate(data.get("tasks", ()), 1)
        )
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise InputError(f"{name} is not a truth: {error}.", "See samples/README.md.") from None
    return Truth(name, document, known, rows)


def _is_letter(name: str) -> bool:
    return name in _LETTER_FIELDS


def _truth_row(record: Mapping[str, Any], number: int) -> TruthRow:
    values = {name: _value(name, record[name]) for name in record if name in _TASK_FIELDS}
    known = frozenset(values)
    return TruthRow(Task(**{"table_no": 1, "row_no": number, **values}), known)


def _value(name: str, value: Any) -> Any:
    if name in _DATES and isinstance(value, str):
        return date.fromisoformat(value)
    return _frozen(value)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _records(path: Path) -> Iterator[dict[str, Any]]:
    yield from _table(path).to_pylist()


def _table(path: Path, columns: list[str] | None = None) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read: {_reason(error, path)}.",
            "Name a folder that `gongwen run` has written.",
        ) from None


def _read_goldens(path: Path, *, strict: bool) -> Iterator[Golden]:
    try:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines() if path.suffix == ".jsonl" else [text]
        records = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read: {_reason(error, path)}.", "Mend or remove it."
        ) from None
    for record in records:
        if isinstance(record, dict) and ("tasks" in record or "document" in record):
            yield Golden(path, parse_truth(record, str(path)), record.get("source"))
        elif strict:
            raise InputError(f"{path} holds no truth.", "It needs `document` and `tasks`.")


def _reason(error: Exception, path: Path) -> str:
    if not path.exists():
        return "there is no such file"
    return getattr(error, "strerror", None) or str(error)


def _golden_of(source: Path, goldens: Sequence[Golden]) -> Golden | None:
    named = [golden for golden in goldens if golden.source is not None]
    for golden in named:
        if golden.source == str(source) or Path(golden.source or "").name == source.name:
            return golden
    by_stem = [golden for golden in goldens if golden.path.stem == source.stem]
    by_folder = [golden for name in TRUTH_NAMES for golden in goldens if golden.path.name == name]
    home = source.resolve().parent
    for golden in by_stem + by_folder:
        if golden.path.resolve().parent == home:
            return golden
    # Truths may stand in a tree of their own: then the name of the folder, or the stem, decides.
    for golden in by_stem + by_folder:
        if golden.path.parent.name == source.parent.name:
            return golden
    return by_stem[0] if len(by_stem) == 1 else None
