"""What stands at an output: done, failed and why, in doubt, and where serials are missing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.batch.places import Place
from pipeline.batch.record import last_record
from pipeline.errors import InputError
from pipeline.validate.serials import serial_value

_BATCH = 4096  # rows read at a time


@dataclass(frozen=True, slots=True)
class Gap:
    """`missing` serials between two tasks that follow each other in a table."""

    missing: int
    source: str
    table_no: int
    before: str
    after: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """`failed`: source and reason. `doubts`: rows in doubt by code. `gaps`: the largest first.

    `flagged_documents`: source, tasks in doubt and all its tasks, the most doubtful first.
    """

    out: str
    documents: dict[str, int]
    pages: int
    tasks: int
    flagged: int
    doubts: dict[str, int]
    flagged_documents: tuple[tuple[str, int, int], ...]
    failed: tuple[tuple[str, str], ...]
    gaps: tuple[Gap, ...]
    last_run: dict[str, Any] | None

    def to_json(self) -> str:
        """All of it as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def status_of(out: str) -> Status:
    """The status of an output. Raises InputError when no run has written there."""
    from pipeline.batch.compaction import listing
    from pipeline.batch.state import load_state

    place = Place(out)
    run = last_record(place)
    if run is None:
        raise InputError(
            f"{place.name} holds no run.", "Name a path or URI that `gongwen run` has written to."
        )
    listed = listing(load_state(place), run["recipe"]["id"])
    tasks = _Tasks()
    for row in _rows(place):
        tasks.add(row)
    return Status(
        out=place.name,
        documents=dict(Counter(item.info.status for item in listed)),
        pages=sum(item.info.pages for item in listed),
        tasks=sum(tasks.by_source.values()),
        flagged=sum(tasks.flagged.values()),
        doubts=dict(tasks.doubts.most_common()),
        flagged_documents=tuple(
            (source, count, tasks.by_source[source])
            for source, count in sorted(tasks.flagged.items(), key=lambda item: (-item[1], item[0]))
            if count
        ),
        failed=tuple((item.names[0], item.info.error) for item in listed if item.info.error),
        gaps=tuple(sorted(tasks.gaps, key=lambda gap: (-gap.missing, gap.source, gap.table_no))),
        last_run=run,
    )


@dataclass(slots=True)
class _Tasks:
    """What the tasks say, as they pass in the order of the table."""

    by_source: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    gaps: list[Gap] = field(default_factory=list)
    before: dict[str, Any] | None = None

    def add(self, row: dict[str, Any]) -> None:
        self.by_source[row["source"]] += 1
        self.flagged[row["source"]] += bool(row["flags"])
        self.doubts.update(row["flags"])
        if self.before and _table(self.before) == _table(row):
            self.gaps += filter(None, [_gap(self.before, row)])
        self.before = row


def _rows(place: Place) -> Iterator[dict[str, Any]]:
    columns = ["doc_id", "source", "table_no", "serial", "pages", "flags"]
    try:
        file = place.open("tasks.parquet")
    except (OSError, pa.ArrowException):
        return  # a run that made no tables yet
    with file, pq.ParquetFile(file) as tasks:
        for batch in tasks.iter_batches(_BATCH, columns=columns):
            yield from batch.to_pylist()


def _table(row: dict[str, Any]) -> tuple[str, int]:
    return row["doc_id"], row["table_no"]


def _gap(before: dict[str, Any], row: dict[str, Any]) -> Gap | None:
    first, second = before["serial"] or "", row["serial"] or ""
    start, end = serial_value(first), serial_value(second)
    if start is None or end is None or end - start < 2:
        return None
    missing = end - start - 1
    pages = tuple(dict.fromkeys((*before["pages"], *row["pages"])))
    return Gap(missing, row["source"], row["table_no"], first, second, pages)
