"""What the command shows: progress, messages and summaries on stderr, tables on stdout."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pipeline.batch.parts import PartInfo
from pipeline.batch.record import RunRecord
from pipeline.batch.status import Status
from pipeline.evaluate import Comparison, Score, SetScore, total

LEVELS = {"ok": "info", "partial": "warning", "failed": "error"}
LOGGED = ("source", "doc_id", "status", "error", "route", "pages", "tables", "tasks", "flagged")
SUMMED = ("found", "known", "repeated", "read", "pages", "tasks", "flagged", "status", "tables")
SHOWN = 20  # lines of a list; the rest stands in the JSON
TABLE_WIDTH = 200  # columns: on a narrower terminal lines wrap, and no figure is cut


def to_stderr() -> Console:
    """A console for messages."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say_error(message: str, hint: str) -> None:
    """An error and what to do about it."""
    console = to_stderr()
    console.print(f"[bold red]error:[/] {escape(message.strip())}")
    if hint:
        console.print(f"[dim]{escape(hint)}[/]")


def warn(message: str) -> None:
    """Something the user should know that is no error."""
    to_stderr().print(f"[yellow]note:[/] {escape(message)}")


class ProgressWatcher:
    """Shows how far a run has come, and one line for each document read."""

    def __init__(self, *, quiet: bool) -> None:
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
        self.progress.update(self.documents, total=documents)

    def document_known(self) -> None:
        self.progress.advance(self.documents)

    def page_read(self) -> None:
        self.pages += 1
        rate = self.pages / max(time.monotonic() - self.begun, 1e-9)
        failed = f", {self.failed} failed" if self.failed else ""
        more = f", {_count(self.pages, 'page')}, {rate:.1f} pages/s{failed}"
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

    def _failed(self, source: str, why: str) -> None:
        for name in (source, Path(source).name):
            why = why.removeprefix(f"{name}: ")
        # One cause may fail a hundred documents, missing models above all: it is said once.
        said = "as above" if "\n" in why and why in self.said else why
        self.said.add(why)
        self.console.print(f"[bold red]failed[/] {escape(one_line(source))}: {escape(said)}")


class LogWatcher:
    """Writes a line of JSON to stderr for each document read: time, level, what came of it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

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
        counts = {name: getattr(record, name) for name in SUMMED}
        self.log(level, "run", **counts, seconds=round(record.seconds(), 3))

    def log(self, level: str, event: str, **values: object) -> None:
        """One line; `level` is info, warning or error."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now, "level": level, "event": event, **values}
        self.stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.stream.flush()


def one_line(name: str) -> str:
    """A file's name without what would break the line or command the terminal."""
    return "".join(
        character if ord(character) >= 32 else repr(character)[1:-1] for character in name
    )


def document_line(info: PartInfo) -> str:
    """One document in one line."""
    counts = [
        *([_count(info.pages, "page")] if info.route != "markup" else []),
        _count(info.tables, "table"),
        _count(info.tasks, "task"),
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
    documents = _count(total, "document") + (f" ({', '.join(faults)})" if faults else "")
    tables = "" if record.tables == "made" else f", tables {record.tables}"
    if not record.read:
        return f"{documents}, nothing new{tables} → {out} ({record.seconds():.1f} s)"
    old = f"{record.read} read, " if record.read < total else ""
    found = f"{_count(record.tasks, 'task')}, {findings_line(record.findings)}"
    return f"{documents}, {old}{found}{tables} → {out} ({_effort(record)})"


def _effort(record: RunRecord) -> str:
    seconds = record.seconds()
    parts = [f"{seconds:.1f} s"]
    if record.pages:
        parts.append(f"{record.pages / seconds:.1f} pages/s")
    peaks = [(record.memory, "memory"), (record.worker_memory, "a worker at most")]
    parts += [f"{what} {peak / (1 << 20):.0f} MiB" for peak, what in peaks if peak]
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def print_comparisons(comparisons: Sequence[Comparison], *, differences: bool) -> None:
    """The measures as a table on stdout, and each difference if asked for."""
    console = Console(highlight=False, width=TABLE_WIDTH)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", overflow="fold")
    columns = ("rows", "surplus", "CER %", "leaders", "F1", "units", "F1", "letter")
    for name in (*columns, "silently wrong", "flagged, right"):
        table.add_column(name, justify="right")
    for comparison in comparisons:
        table.add_row(escape(comparison.source), *_cells(comparison.score))
    if len(comparisons) > 1:
        table.add_row("total", *_cells(total(comparisons)), style="bold")
    console.print(table)
    if differences:
        for comparison in comparisons:
            _print_differences(console, comparison)


def print_status(status: Status) -> None:
    """What stands at an output, on stdout."""
    console = Console(highlight=False, soft_wrap=True)
    counts = ", ".join(f"{count} {name}" for name, count in sorted(status.documents.items()))
    total = sum(status.documents.values())
    console.print(f"{status.out}: {_count(total, 'document')} ({counts or 'none'})", markup=False)
    tasks = f"{_count(status.pages, 'page')}, {_count(status.tasks, 'task')}"
    console.print(f"{tasks}, {status.flagged} of them in doubt", markup=False)
    doubts = [f"{code}: {_count(count, 'task')}" for code, count in status.doubts.items()]
    gaps = [
        f"{_count(gap.missing, 'serial')} between {gap.before} and {gap.after}: "
        f"{one_line(gap.source)}, table {gap.table_no}, pages {', '.join(map(str, gap.pages))}"
        for gap in status.gaps
    ]
    flagged = [
        f"{one_line(source)}: {some} of {_count(tasks, 'task')}"
        for source, some, tasks in status.flagged_documents
    ]
    failed = [f"{one_line(source)}: {why}" for source, why in status.failed]
    titles = ("failed", "doubts", "documents most in doubt", "largest serial gaps")
    for title, lines in zip(titles, (failed, doubts, flagged, gaps), strict=True):
        _print_some(console, title, lines)
    run = status.last_run
    if run is not None:
        ended = f"ended by {run['ended_by']}" if run["ended_by"] else f"tables {run['tables']}"
        console.print(f"last run: {run['started']}, {run['read']} read, {ended}", markup=False)


def _print_some(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print(f"{title} ({len(lines)}):", style="bold", markup=False)
    for line in lines[:SHOWN]:
        console.print(f"  {line}", markup=False)
    if len(lines) > SHOWN:
        console.print(f"  and {len(lines) - SHOWN} more: see --json")


def _cells(score: Score) -> tuple[str, ...]:
    return (
        f"{score.found}/{score.rows}",
        str(score.surplus),
        f"{100 * score.cer:.3f}",
        *_set_cells(score.leaders),
        *_set_cells(score.units),
        f"{score.elements_right}/{score.elements}",
        str(score.silently_wrong),
        str(score.flagged_right),
    )


def _set_cells(score: SetScore) -> tuple[str, str]:
    return f"{score.exact}/{score.rows}", f"{score.f1:.3f}"


def _print_differences(console: Console, comparison: Comparison) -> None:
    for item in comparison.differences:
        place = f"{item.serial or 'letter'} {item.column or 'row'}"
        mark = "flagged" if item.flagged else "not flagged"
        console.print(f"\n{escape(item.source)}: {escape(place)} ({mark})", style="bold")
        console.print(f"  expected {escape(item.expected)}", soft_wrap=True)
        console.print(f"  got      {escape(item.got)}", soft_wrap=True)
