"""How far a run has come: lines and a bar for people, or lines of JSON, on stderr."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from pipeline.batch.parts import PartInfo
from pipeline.batch.record import RunRecord
from pipeline.console import count_of, one_line, to_stderr, warn, without_name

LEVELS = {"ok": "info", "partial": "warning", "failed": "error"}
LOGGED = ("source", "doc_id", "status", "error", "route", "pages", "tables", "tasks", "flagged")
SUMMED = ("found", "known", "repeated", "read", "pages", "tasks", "flagged", "status", "tables")
PEAKS = ("memory", "worker_memory")


class ProgressWatcher:
    """Shows how far a run has come, and one line for each document read."""

    def __init__(self, out: str, *, quiet: bool) -> None:
        self.out = out
        self.console = to_stderr()
        self.quiet = quiet
        self.said: set[str] = set()
        self.failed = self.pages = 0
        self.begun = time.monotonic()
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("documents{task.fields[more]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self.console,
            disable=quiet or not self.console.is_terminal,
            transient=True,
        )
        self.documents = self.progress.add_task("", total=None, more="")

    def __enter__(self) -> ProgressWatcher:
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.progress.stop()

    def found(self, documents: int) -> None:
        self.failed = self.pages = 0
        self.begun = time.monotonic()
        self.progress.reset(self.documents, total=documents, more="")

    def document_known(self) -> None:
        self.progress.advance(self.documents)

    def page_read(self) -> None:
        self.pages += 1
        rate = self.pages / max(time.monotonic() - self.begun, 1e-9)
        failed = f", {self.failed} failed" if self.failed else ""
        more = f", {count_of(self.pages, 'page')}, {rate:.1f} pages/s{failed}"
        self.progress.update(self.documents, more=more)

    def document_done(self, info: PartInfo) -> None:
        self.progress.advance(self.documents)
        if info.error is not None:
            self.failed += 1
            self._failed(info.source, info.error)
        elif not self.quiet:
            self.console.print(escape(document_line(info)))
        for message in info.failed_pages:
            self._failed(info.source, message)

    def summary(self, record: RunRecord) -> None:
        """The line at the end of a run."""
        if not self.quiet:
            self.console.print(summary_line(record, self.out), markup=False)

    def note(self, message: str) -> None:
        """Something the user should know that is no error."""
        if not self.quiet:
            warn(message)

    def _failed(self, source: str, why: str) -> None:
        why = without_name(why, source)
        # One cause may fail a hundred documents, missing models above all: it is said once.
        said = "as above" if "\n" in why and why in self.said else why
        self.said.add(why)
        self.console.print(f"[bold red]failed[/] {escape(one_line(source))}: {escape(said)}")


class LogWatcher:
    """Writes lines of JSON to stderr: time, level and what came of each document, and notes."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def __enter__(self) -> LogWatcher:
        return self

    def __exit__(self, *_: object) -> None: ...

    def found(self, documents: int) -> None:
        self.log("info", "found", documents=documents)

    def document_known(self) -> None: ...

    def page_read(self) -> None: ...

    def document_done(self, info: PartInfo) -> None:
        self.log(
            LEVELS[info.status],
            "document",
            **{name: getattr(info, name) for name in LOGGED},
            findings=dict(info.findings),
            failed_pages=list(info.failed_pages),
        )

    def summary(self, record: RunRecord) -> None:
        """The line at the end of a run."""
        level = "info" if record.exit_code == 0 else "warning"
        facts = {name: getattr(record, name) for name in (*SUMMED, *PEAKS)}
        seconds, code = record.seconds(), int(record.exit_code)
        rate = round(record.pages / seconds, 3)
        self.log(level, "run", **facts, seconds=round(seconds, 3), pages_per_s=rate, exit_code=code)

    def note(self, message: str) -> None:
        """Something the user should know that is no error."""
        self.log("warning", "note", message=message)

    def log(self, level: str, event: str, **values: object) -> None:
        """One line; `level` is info, warning or error."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now, "level": level, "event": event, **values}
        self.stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.stream.flush()


def document_line(info: PartInfo) -> str:
    """One document in one line."""
    counts = [
        *([count_of(info.pages, "page")] if info.route != "markup" else []),
        count_of(info.tables, "table"),
        count_of(info.tasks, "task"),
    ]
    found = f"{', '.join(counts)}, {findings_line(dict(info.findings))}"
    return f"{one_line(info.source)}: {found} ({info.elapsed_s:.1f} s)"


def findings_line(counts: Mapping[str, int]) -> str:
    """How many findings of each severity."""
    found = ((counts.get(name, 0), name) for name in ("error", "warning", "info"))
    shown = [f"{count} {name}" for count, name in found if count]
    return f"findings: {', '.join(shown)}" if shown else "no findings"


def summary_line(record: RunRecord, out: str) -> str:
    """The whole run in one line."""
    total = sum(record.status.values())
    faults = [
        f"{record.status[name]} {name}" for name in ("partial", "failed") if record.status[name]
    ]
    documents = count_of(total, "document") + (f" ({', '.join(faults)})" if faults else "")
    if record.repeated:
        documents += f" and {count_of(record.repeated, 'more name')} of the same bytes"
    tables = "" if record.tables == "made" else f", tables {record.tables}"
    if not record.read:
        return f"{documents}, nothing new{tables} → {out} ({record.seconds():.1f} s)"
    old = f"{record.read} read, " if record.read < total else ""
    found = f"{count_of(record.tasks, 'task')}, {findings_line(record.findings)}"
    return f"{documents}, {old}{found}{tables} → {out} ({_effort(record)})"


def _effort(record: RunRecord) -> str:
    seconds = record.seconds()
    parts = [f"{seconds:.1f} s"]
    if record.pages:
        parts.append(f"{record.pages / seconds:.1f} pages/s")
    peaks = [(record.memory, "memory"), (record.worker_memory, "a worker at most")]
    parts += [f"{what} {peak / (1 << 20):.0f} MiB" for peak, what in peaks if peak]
    return ", ".join(parts)
