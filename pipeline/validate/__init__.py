"""What is doubtful about the result. Checks never repair; each doubt becomes a finding.

Doubts of earlier stages (names, units, joined rows, text outside cells) are findings of those
stages already and are not said again here. Warnings put a row under doubt, so a check warns only
where a person would want to look; what is merely notable is `info`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.config import LIST_ROLES, TEXT_ROLES, Settings
from pipeline.geometry import BBox
from pipeline.model import Cell, Code, Document, Finding, Layout, Severity, Table, Task
from pipeline.normalise.headers import path_to_role
from pipeline.normalise.text import clean, fold
from pipeline.validate.columns import check_columns
from pipeline.validate.doubts import STAGE, finding, odd
from pipeline.validate.serials import check_serials, ranges
from pipeline.validate.texts import (
    bare_rate,
    clashing_marks,
    hanging_mark,
    odd_characters,
    odd_item,
    parted_number,
    parted_word,
    repeated_part,
    unbalanced,
    uncommon_han,
)

_LONG_TEXTS = ("name", "superior_measures", "local_measures", "remark")


@dataclass(frozen=True, slots=True)
class _Rows:
    """The tasks of one table, the table itself, and its cells by page and box."""

    table: Table | None
    tasks: tuple[Task, ...]
    cells: dict[tuple[int, BBox], Cell]


def check(
    layout: Layout, tasks: Sequence[Task], document: Document, settings: Settings
) -> tuple[Finding, ...]:
    """All checks over one document: rows, columns, serials, and the letter's own consistency."""
    findings: list[Finding] = []
    last: int | None = None
    for rows in _by_table(layout, tasks):
        findings.extend(_low_scores(rows, settings))
        findings.extend(_blank_cells(rows, settings))
        findings.extend(_odd_texts(rows, settings))
        findings.extend(check_columns(rows.tasks, settings))
        serials, last = _serials(rows, last)
        findings.extend(serials)
    findings.extend(_letter(document))
    return tuple(findings)


def _by_table(layout: Layout, tasks: Sequence[Task]) -> list[_Rows]:
    tables = {table.number: table for table in layout.tables}
    grouped: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        grouped[task.table_no].append(task)
    return [
        _Rows(tables.get(number), tuple(rows), _cells_by_place(tables.get(number)))
        for number, rows in grouped.items()
    ]


def _cells_by_place(table: Table | None) -> dict[tuple[int, BBox], Cell]:
    cells = table.cells if table else ()
    return {(part.page, part.box): cell for cell in cells for part in cell.fragments}


def _low_scores(rows: _Rows, settings: Settings) -> Iterator[Finding]:
    low = settings.checks.low_score
    for task in rows.tasks:
        if task.confidence >= low:
            continue
        named: set[Cell] = set()
        for place in task.places:
            cell = rows.cells.get((place.page, place.box))
            if cell and cell not in named and cell.text.strip() and cell.score < low:
                named.add(cell)
                message = f"{place.column} is read right with a chance of {cell.score:.2f}"
                yield finding(task, Code.LOW_SCORE, Severity.WARNING, message, place.column)
        if not named:
            message = f"a cell of the row is read right with a chance of {task.confidence:.2f}"
            yield finding(task, Code.LOW_SCORE, Severity.WARNING, message, "")


def _blank_cells(rows: _Rows, settings: Settings) -> Iterator[Finding]:
    """Blank cells in columns that are otherwise filled; rows that say nothing or name nobody."""
    expected = _filled_headers(rows.tasks, settings)
    for task in rows.tasks:
        blank = [header for header, text in task.cells if header in expected and not text.strip()]
        if blank:
            message = f"blank where other rows are filled: {'、'.join(blank)}"
            yield finding(task, Code.EMPTY_CELL, Severity.WARNING, message, _column(task))
        elif not (task.name or task.superior_measures or task.local_measures):
            message = "the row says no task"
            yield finding(task, Code.EMPTY_CELL, Severity.WARNING, message, "name")
        elif not (task.leaders or task.lead_units or task.units):
            message = "the row names nobody responsible"
            yield finding(task, Code.EMPTY_CELL, Severity.WARNING, message, _column(task))


def _column(task: Task) -> str:
    """The column at whose place a blank is reported: the first that is printed and empty."""
    columns = (place.column for place in task.places if not getattr(task, place.column, None))
    return next(columns, "")


def _filled_headers(tasks: Sequence[Task], settings: Settings) -> set[str]:
    if len(tasks) < settings.checks.min_rows:
        return set()
    filled: dict[str, int] = defaultdict(int)
    for task in tasks:
        for header, text in task.cells:
            filled[header] += bool(text.strip())
    least = settings.checks.filled_share * len(tasks)
    return {
        header
        for header, count in filled.items()
        if count >= least and not _may_be_blank(header, settings)
    }


def _may_be_blank(header: str, settings: Settings) -> bool:
    role, _ = path_to_role(tuple(header.split("/")), settings.headers)
    return role == "remark"


def _odd_texts(rows: _Rows, settings: Settings) -> Iterator[Finding]:
    for task in rows.tasks:
        for column in _LONG_TEXTS:
            text = getattr(task, column) or ""
            part = repeated_part(text, settings.checks)
            if part:
                message = f"{column} says again and again: {part[:40]}"
                yield finding(task, Code.TEXT_REPEATED, Severity.WARNING, message, column)
            if pair := unbalanced(text):
                yield odd(task, f"{column} has only one half of a pair {pair}", column)
            if item := odd_item(text):
                yield odd(task, f"{column} counts its items badly at {item}", column)
            if clash := clashing_marks(text):
                message = f"{column} has marks that stand nowhere side by side: {clash}"
                yield odd(task, message, column)
            if parted := parted_number(text):
                yield odd(task, f"{column} has a number with a gap in it: {parted}", column)
            if rate := bare_rate(text):
                yield odd(task, f"{column} has a rate without its sign: {rate}", column)
        for column in TEXT_ROLES:
            text = getattr(task, column) or ""
            if mark := hanging_mark(text):
                yield odd(task, f"{column} begins or ends with {mark}, as no text does", column)
            # Words are read from a dictionary that text layers have no need of.
            if task.confidence < 1.0 and (word := parted_word(text)):
                yield odd(task, f"{column} has a mark inside a word: {word}", column)
        yield from _odd_lists(task, settings)
        yield from _odd_characters(task, settings)


def _odd_lists(task: Task, settings: Settings) -> Iterator[Finding]:
    """Lists with a full stop between names, which parts none: a misread 、, or a speck."""
    for header, text in task.cells:
        role, _ = path_to_role(tuple(header.split("/")), settings.headers)
        if role in LIST_ROLES and "。" in text.rstrip()[:-1]:
            yield odd(task, f"{role} has a full stop between names", role)


def _odd_characters(task: Task, settings: Settings) -> Iterator[Finding]:
    usual = set(settings.checks.name_characters)
    for column in (*TEXT_ROLES, *LIST_ROLES):
        value = getattr(task, column) or ""
        text = value if isinstance(value, str) else "、".join(value)
        odd = odd_characters(text)
        if odd:
            codes = " ".join(f"U+{ord(ch):04X}" for ch in odd)
            message = f"{column} has characters that no notice prints: {codes}"
            yield finding(task, Code.CHARACTER_ODD, Severity.WARNING, message, column)
        rare = uncommon_han(text) if task.confidence < 1.0 else ""
        if rare:
            message = f"{column} has characters outside GB/T 2312, perhaps misread: {rare}"
            # People bear some rare characters in their names; traditional forms they do not.
            borne = column == "leaders" and usual.issuperset(rare)
            severity = Severity.INFO if borne else Severity.WARNING
            yield finding(task, Code.CHARACTER_ODD, severity, message, column)


def _serials(rows: _Rows, last: int | None) -> tuple[list[Finding], int | None]:
    """Doubts about the serials of a table; numbering may go on from the table before."""
    tasks = rows.tasks
    serials = [task.serial or "" for task in tasks]
    if not any(serials):
        return [], last
    start = last + 1 if last and fold(serials[0]) == str(last + 1) else 1
    groups = [task.category or "" for task in tasks]
    report = check_serials(serials, groups, _merged(rows), start)
    found = [
        finding(tasks[at], code, Severity.WARNING, message(serials[at]), "serial")
        for places, code, message in _serial_messages(report.repeated, report.odd)
        for at in places
    ]
    if report.missing:
        message = f"missing serials: {ranges(report.missing)}"
        gap = finding(tasks[0], Code.SERIAL_GAP, Severity.WARNING, message, "serial")
        # It is about the table and about no row, so it has no box: a box would give it to rows.
        found.append(replace(gap, box=None, row_no=None))
    return found, report.last


def _serial_messages(
    repeated: tuple[int, ...], odd: tuple[int, ...]
) -> tuple[tuple[tuple[int, ...], Code, Callable[[str], str]], ...]:
    return (
        (repeated, Code.SERIAL_REPEATED, lambda text: f"serial {text} stands in another row too"),
        (odd, Code.SERIAL_ODD, lambda text: f"serial {clean(text)} does not fit the others"),
    )


def _merged(rows: _Rows) -> frozenset[int]:
    """Rows whose serial is the printed cell of the row above, which spans both."""
    cells = rows.table.cells if rows.table else ()
    spanning = {fold(cell.text) for cell in cells if cell.row_span > 1}
    keys = [fold(task.serial or "") for task in rows.tasks]
    return frozenset(
        at for at in range(1, len(keys)) if keys[at] == keys[at - 1] and keys[at] in spanning
    )


def _letter(document: Document) -> Iterator[Finding]:
    """What the letter says about itself twice must agree."""
    number, issued, printed = document.doc_number, document.issued_on, document.printed_on
    if number and issued and f"〔{issued.year}〕" not in number:
        message = f"{number} is of another year than its date {issued.isoformat()}"
        yield _letter_doubt(message)
    if issued and printed and printed < issued:
        message = f"printed on {printed.isoformat()}, before its date {issued.isoformat()}"
        yield _letter_doubt(message)
    if document.title and (pair := unbalanced(document.title)):
        yield _letter_doubt(f"the title has only one half of a pair {pair}")


def _letter_doubt(message: str) -> Finding:
    return Finding(STAGE, Code.LETTER_DOUBTFUL, Severity.WARNING, message)
