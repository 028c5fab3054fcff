"""What the command shows: progress, messages and summaries on stderr, tables on stdout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from unicodedata import category

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.batch.status import Status
from pipeline.evaluate import Comparison, Score, SetScore, total

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
    lines = "\n".join(map(one_line, message.splitlines()))
    to_stderr().print(f"[yellow]note:[/] {escape(lines)}")


def one_line(name: str) -> str:
    """A file's name without what would break the line, turn it round or command the terminal."""
    return "".join(
        character if character.isprintable() or category(character) == "Zs" else escaped(character)
        for character in name
    )


def without_name(message: str, source: str) -> str:
    """What an error says of a document, where its name is shown already."""
    for name in (source, Path(source).name):
        message = message.removeprefix(f"{name}: ")
    return message


def escaped(character: str) -> str:
    """A character as Python writes it: `\\n`, `\\u202e`."""
    return character.encode("unicode_escape").decode("ascii")


def count_of(number: int, what: str) -> str:
    """`1 page`, `2 pages`."""
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
    console.print(f"{status.out}: {count_of(total, 'document')} ({counts or 'none'})", markup=False)
    tasks = f"{count_of(status.pages, 'page')}, {count_of(status.tasks, 'task')}"
    console.print(f"{tasks}, {status.flagged} of them in doubt", markup=False)
    doubts = [f"{code}: {count_of(count, 'task')}" for code, count in status.doubts.items()]
    gaps = [
        f"{count_of(gap.missing, 'serial')} between {gap.before} and {gap.after}: "
        f"{one_line(gap.source)}, table {gap.table_no}, pages {', '.join(map(str, gap.pages))}"
        for gap in status.gaps
    ]
    flagged = [
        f"{one_line(source)}: {some} of {count_of(tasks, 'task')}"
        for source, some, tasks in status.flagged_documents
    ]
    failed = [f"{one_line(source)}: {without_name(why, source)}" for source, why in status.failed]
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
