"""What the command shows: progress, messages and summaries on stderr, tables on stdout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.evaluate import Comparison, Score, SetScore, total
from pipeline.model import Code, Reading

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
    """Shows documents and pages as they are read, and one line for each document done."""

    def __init__(self, documents: int, *, quiet: bool) -> None:
        self.console = to_stderr()
        self.quiet = quiet
        self.said: set[str] = set()
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            TimeElapsedColumn(),
            console=self.console,
            disable=quiet or not self.console.is_terminal,
            transient=True,
        )
        self.documents = self.progress.add_task("all", total=documents, unit="documents")
        self.pages = self.progress.add_task("", total=None, unit="pages", visible=False)

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

    def document_started(self, source: str) -> None:
        name = escape(one_line(Path(source).name))
        self.progress.reset(self.pages, description=name, total=None, visible=True)

    def pages_counted(self, count: int) -> None:
        self.progress.update(self.pages, total=count)

    def page_read(self, page: int) -> None:
        self.progress.update(self.pages, completed=page)

    def document_done(self, reading: Reading) -> None:
        self.progress.advance(self.documents)
        if reading.error is not None:
            self._failed(reading.source, reading.error)
        elif not self.quiet:
            self.console.print(escape(document_line(reading)))
        for finding in reading.findings:
            if finding.code is Code.PAGE_FAILED:
                self._failed(reading.source, finding.message)

    def _failed(self, source: str, why: str) -> None:
        for name in (source, Path(source).name):
            why = why.removeprefix(f"{name}: ")
        # One cause may fail a hundred documents, missing models above all: it is said once.
        said = "as above" if "\n" in why and why in self.said else why
        self.said.add(why)
        self.console.print(f"[bold red]failed[/] {escape(one_line(source))}: {escape(said)}")


def one_line(name: str) -> str:
    """A file's name without what would break the line or command the terminal."""
    return "".join(
        character if ord(character) >= 32 else repr(character)[1:-1] for character in name
    )


def document_line(reading: Reading) -> str:
    """One document in one line."""
    counts = [
        *([_count(len(reading.pages), "page")] if reading.route != "markup" else []),
        _count(len(reading.tables), "table"),
        _count(len(reading.tasks), "task"),
    ]
    found = f"{', '.join(counts)}, {findings_line([reading])}"
    return f"{one_line(reading.source)}: {reading.route}, {found} ({reading.elapsed_s:.1f} s)"


def findings_line(readings: Sequence[Reading]) -> str:
    """How many findings of which severity."""
    counts = Counter(finding.severity.value for reading in readings for finding in reading.findings)
    shown = [f"{counts[name]} {name}" for name in ("error", "warning", "info") if counts[name]]
    return f"findings: {', '.join(shown)}" if shown else "no findings"


def summary_line(readings: Sequence[Reading], folder: Path, elapsed_s: float) -> str:
    """The whole run in one line."""
    status = Counter(reading.status for reading in readings)
    faults = [f"{status[name]} {name}" for name in ("partial", "failed") if status[name]]
    documents = _count(len(readings), "document") + (f" ({', '.join(faults)})" if faults else "")
    tasks = sum(len(reading.tasks) for reading in readings)
    found = f"{_count(tasks, 'task')}, {findings_line(readings)}"
    return f"{documents}, {found} → {folder} ({elapsed_s:.1f} s)"


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
