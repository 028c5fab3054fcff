"""The record of a run: `OUT/runs/<time>.json`, and what the command says at the end."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipeline.batch.parts import PartInfo
from pipeline.batch.places import Place
from pipeline.batch.recipe import Recipe
from pipeline.batch.worker import peak_memory
from pipeline.errors import ExitCode
from pipeline.write import Written

FOLDER = "runs"
_SHOWN_FAILURES = 1_000
_DONE = ("pages", "tasks", "flagged")
_NOT_WRITTEN = frozenset({"begun", "codes", *_DONE})


@dataclass(slots=True)
class RunRecord:
    """What a run did. `status` and `codes` count all its inputs, also those known before.

    `unsettled`: files left to the next run since they were being written. `known`: inputs that were
    not read; `repeated`: those of them with the bytes of another.
    `tables`: made, unchanged or left. Memory is in bytes, at its peak. `ended_by` names the error
    that ended the run early.
    """

    inputs: tuple[str, ...]
    recipe: Recipe
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    ended: str = ""
    ended_by: str = ""
    found: int = 0
    unsettled: int = 0
    known: int = 0
    repeated: int = 0
    read: int = 0
    pages: int = 0
    tasks: int = 0
    flagged: int = 0
    status: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    tables: str = "left"
    rows: tuple[Written, ...] = ()
    worker_memory: int = 0
    memory: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def exit_code(self) -> ExitCode:
        """DONE; when all inputs failed alike, their code; PARTIAL when anything else failed."""
        total = sum(self.status.values())
        if len(self.codes) == 1 and self.codes.total() == total:
            return ExitCode(next(iter(self.codes)))
        return ExitCode.DONE if self.status["ok"] == total else ExitCode.PARTIAL

    @property
    def did_something(self) -> bool:
        """Whether anything was read or written."""
        return bool(self.read or self.tables == "made" or self.ended_by)

    def seconds(self) -> float:
        """How long the run has taken so far."""
        return time.monotonic() - self.begun

    def pass_by(self, info: PartInfo | None) -> None:
        """An input was known already; None: its bytes came under another name in this run."""
        self.known += 1
        if info is None:
            self.repeated += 1
        else:
            self._count(info)

    def add(self, info: PartInfo) -> None:
        """A document was read, or failed."""
        self.read += 1
        self.tasks += info.tasks
        self.flagged += info.flagged
        self.findings.update(dict(info.findings))
        self.worker_memory = max(self.worker_memory, info.peak)
        self._count(info)
        if info.error is not None and len(self.failures) < _SHOWN_FAILURES:
            self.failures.append((info.source, info.error))

    def _count(self, info: PartInfo) -> None:
        self.status[info.status] += 1
        if info.status == "failed":
            self.codes[info.code or int(ExitCode.INTERNAL)] += 1

    def end(self, by: str = "") -> None:
        """The run is over; `by` names the error that ended it early."""
        self.ended = datetime.now(UTC).isoformat()
        self.ended_by = by
        self.memory = peak_memory()

    def to_json(self) -> str:
        """The record as JSON text."""
        seconds = self.seconds()
        plain = (name for name in self.__slots__ if name not in _NOT_WRITTEN)
        content: dict[str, Any] = {
            **{name: getattr(self, name) for name in plain},
            "done": {name: getattr(self, name) for name in _DONE},
            "elapsed_s": round(seconds, 3),
            "pages_per_s": round(self.pages / seconds, 3) if seconds else 0.0,
            "exit_code": int(self.exit_code),
            "recipe": asdict(self.recipe) | {"id": self.recipe.id},
            "rows": {written.name: written.rows for written in self.rows},
            "failures": [{"source": source, "error": why} for source, why in self.failures],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def write_record(place: Place, record: RunRecord) -> None:
    """Write the record of a run. Raises OutputError."""
    stamp = datetime.fromisoformat(record.started).strftime("%Y-%m-%dT%H-%M-%S.%fZ")
    place.write(f"{FOLDER}/{stamp}.json", record.to_json().encode())


def last_record(place: Place) -> dict[str, Any] | None:
    """The record of the newest run, None where there is none."""
    entries = [entry for entry in place.entries(FOLDER) if entry.path.endswith(".json")]
    if not entries:
        return None
    found = json.loads(place.read(entries[-1].path))
    return found if isinstance(found, dict) else None
