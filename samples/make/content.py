"""What a notice says: the values that are typeset and that the truth file states."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Task:
    """One row of a task table; `None` and empty lists mean: not printed."""

    serial: str | None = None
    category: str | None = None
    name: str | None = None
    superior_measures: str | None = None
    local_measures: str | None = None
    leaders: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    deadline: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """The elements of GB/T 9704-2012 that the notice prints; dates are ISO 8601."""

    issuer: str
    doc_number: str | None
    title: str
    addressees: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    signed_by: str | None = None
    issued_on: str | None = None
    printed_on: str | None = None
    printed_by: str | None = None
    disclosure: str | None = None
    cc: tuple[str, ...] = ()
    secrecy: str | None = None
    urgency: str | None = None
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A printed column.

    `role` is a field of `Task`; `width` a Typst track size; `group` the header printed over it.
    `how` says how lists are printed: `row` (joined with 、), `lines` (one a line), `blanks` (rows
    of two, two-character names padded), `stack-grid`, `stack-columns`, `stack-lines` (names printed
    downwards, side by side; the three differ in the order in which the file holds the characters).
    `merge` prints equal values of consecutive rows as one spanning cell.
    """

    header: str
    role: str
    width: str
    group: str | None = None
    how: str = "row"
    abreast: int = 3
    merge: bool = False
    align: str = "center"


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How a table looks. Sizes in points; faces are keys of `fonts.FACES`.

    `block_gap` stands, besides the leading, between two blocks of stacked names. With `open_foot`
    no line closes the table where a page ends.
    """

    face: str = "song"
    header_face: str = "hei"
    size: float = 12
    leading: float = 4
    line: float = 0.5
    border: float = 0.5
    inset: float = 4
    valign: str = "horizon"
    justify: bool = True
    repeat_header: bool = True
    landscape: bool = False
    block_gap: float = 2
    open_foot: bool = False


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table with its printed title; `label` is 附件, 附件1 …, or `None` inside the letter."""

    title: str | None
    label: str | None
    columns: tuple[Column, ...]
    tasks: tuple[Task, ...]
    style: TableStyle = field(default_factory=TableStyle)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LetterStyle:
    """`form` is `document` (with 文件), `letter` (信函格式) or `plain` (no red head).

    `paragraphs` are (lead, text): the lead is set in a heavier face. `title_lines` are the lines
    as printed, the issuer's own line included where there is one.
    """

    form: str
    title_lines: tuple[str, ...]
    paragraphs: tuple[tuple[str, str], ...]
    face: str = "fang"
    size: float = 16
    copy_number: str | None = None
    cc_lines: tuple[str, ...] = ()
    imprint_landscape: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A whole notice: its elements, its letter as printed, its tables."""

    letter: Letter
    style: LetterStyle
    tables: tuple[TaskTable, ...]

    def truth(self) -> dict[str, object]:
        """The truth as plain data: `document` and `tasks`, tasks in printed order."""
        tasks = [
            asdict(task) | {"table_no": number, "row_no": row, "table_title": table.title}
            for number, table in enumerate(self.tables, start=1)
            for row, task in enumerate(table.tasks, start=1)
        ]
        return {"document": asdict(self.letter), "tasks": tasks}


def write_truth(truth: object, path: Path) -> None:
    """Write truth as UTF-8 JSON, one value a line."""
    path.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
