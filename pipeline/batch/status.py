"""What stands at an output: done, failed and why, in doubt, and where serials are missing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
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
    from pipeline.batch.compact import listing
    from pipeline.batch.state import load_state

    place = Place(out)
    run = last_record(place)
    if run is None:
        raise InputError(
            f"{place.name} holds no run.", "Name a path or URI that `gongwen run` has written to."
        )
    listed = listing(load_state(place), run["recipe"]["id"])
    infos = [item.info for item in listed]
    doubtful = sorted(
        ((item.names[0], item.info.flagged, item.info.tasks) for item in listed),
        key=lambda row: (-row[1], row[0]),
    )
    doubts, gaps = _doubts_and_gaps(place)
    return Status(
        out=place.name,
        documents=dict(Counter(info.status for info in infos)),
        pages=sum(info.pages for info in infos),
        tasks=sum(info.tasks for info in infos),
        flagged=sum(info.flagged for info in infos),
        doubts=doubts,
        flagged_documents=tuple(row for row in doubtful if row[1]),
        failed=tuple((item.names[0], item.info.error) for item in listed if item.info.error),
        gaps=gaps,
        last_run=run,
    )


def _doubts_and_gaps(place: Place) -> tuple[dict[str, int], tuple[Gap, ...]]:
    doubts: Counter[str] = Counter()
    gaps: list[Gap] = []
    before: dict[str, Any] | None = None
    for row in _tasks(place):
        doubts.update(row["flags"])
        if before and _table(before) == _table(row) and (gap := _gap(before, row)):
            gaps.append(gap)
        before = row
    largest = sorted(gaps, key=lambda gap: (-gap.missing, gap.source, gap.table_no))
    return dict(doubts.most_common()), tuple(largest)


def _tasks(place: Place) -> Iterator[dict[str, Any]]:
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
