"""What a measurement says: a table, the targets it must meet, and figures for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 140


@dataclass(frozen=True, slots=True)
class Target:
    """Something that must be reached, and what was."""

    name: str
    wanted: str
    got: str
    met: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement: a table as text, targets, and remarks (what was skipped, and why)."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    targets: tuple[Target, ...] = ()
    remarks: tuple[str, ...] = ()


def at_least(name: str, wanted: float, got: float, unit: str = "") -> Target:
    """A target that a figure must reach from below."""
    return Target(name, f"≥ {wanted:g}{unit}", f"{got:.2f}{unit}", got >= wanted)


def at_most(name: str, wanted: float, got: float, unit: str = "") -> Target:
    """A target that a figure must not go over."""
    return Target(name, f"≤ {wanted:g}{unit}", f"{got:.2f}{unit}", got <= wanted)


def all_of(name: str, got: int, of: int) -> Target:
    """A target of everything, and of something at all."""
    return Target(name, "all", f"{got} of {of}", got == of > 0)


def show(section: Section) -> None:
    """Print a section to stdout."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    console.print(f"\n[bold]{escape(section.title)}[/]")
    if section.rows:
        console.print(_table(section.columns, section.rows))
    for target in section.targets:
        mark = "[green]reached[/]" if target.met else "[bold red]MISSED[/] "
        line = f"{target.name}: {target.got} (wanted {target.wanted})"
        console.print(f"  {mark} {escape(line)}")
    for remark in section.remarks:
        console.print(f"  {escape(remark)}", soft_wrap=True)


def to_json(section: Section) -> dict[str, Any]:
    """A section as JSON values; rows are keyed by their columns."""
    return {
        "title": section.title,
        "rows": [dict(zip(section.columns, row, strict=True)) for row in section.rows],
        "targets": [asdict(target) for target in section.targets],
        "remarks": list(section.remarks),
    }


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
    for row in rows:
        table.add_row(*map(escape, row))
    return table
