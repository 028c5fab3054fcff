"""Parts of tables on pages → whole tables: repeated headers dropped, broken rows one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.geometry import union
from pipeline.model import Cell, Code, Finding, Severity, Table
from pipeline.tables.breaks import Seam, Verdict, serial_number, weigh
from pipeline.tables.columns import EDGE as COLUMN_EDGE
from pipeline.tables.columns import SCALE, Match, match_columns, move_columns, relative_edges
from pipeline.tables.fill import STAGE, Part
from pipeline.tables.heads import (
    MOST_LEVELS,
    KnownHeaders,
    count_repeated,
    find_header_rows,
    fold,
    has_known_header,
)
from pipeline.tables.sides import nearly
from pipeline.tables.spans import are_one, doubt_spans, merge_cells

MEMORY = 60
"""Rows before a page end that tell what the table's rows are like."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A table as far as it has been read; `edges` are its column edges from 0 to 1."""

    edges: tuple[float, ...]
    rows: int
    cells: tuple[Cell, ...]
    header_rows: int
    last: Part
    title: str | None = None
    joined: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    parts: int = 1
    titles: frozenset[str] = field(default_factory=frozenset)
    concluded: bool = False

    @property
    def columns(self) -> int:
        return len(self.edges) - 1

    def to_table(self, number: int) -> Table:
        cells = tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.column)))
        return Table(
            number,
            self.rows,
            self.columns,
            cells,
            min(self.header_rows, self.rows),
            self.title,
            self.joined,
            self.concluded,
        )


def part_to_draft(part: Part, title: str | None, known: KnownHeaders) -> Draft:
    """Begin a table."""
    header = find_header_rows(part.cells, part.rows, part.columns, known)
    titles = frozenset([fold(title)] if title else [])
    edges = relative_edges(part.xs)
    return Draft(
        edges, part.rows, part.cells, header, part, title, titles=titles, concluded=part.concluded
    )


def match_part(draft: Draft, part: Part, known: KnownHeaders) -> Match | None:
    """How the columns of a part fit those of a table; None when it is another table.

    Their widths must be nearly the same, their edges stand at the same shares of it, and a header
    on the part must be the table's own.
    """
    width, other = draft.last.box.width, part.box.width
    if abs(width - other) > SCALE * max(width, other):
        return None
    tolerance = COLUMN_EDGE * part.look.unit / min(width, other)
    match = match_columns(draft.edges, relative_edges(part.xs), tolerance)
    if match is None:
        return None
    cells = move_columns(part.cells, match.second)
    own = move_columns([c for c in draft.cells if c.row < MOST_LEVELS], match.first)
    repeated = count_repeated(own, cells, nearly(draft, part))
    if not repeated and has_known_header(part.cells, part.columns, known):
        return None
    return match


def extend(draft: Draft, part: Part, match: Match, short_by: float, known: KnownHeaders) -> Draft:
    """Put the next page's part under a table.

    `short_by` is what the table left free above the foot of its page, in characters.
    """
    cells = move_columns(draft.cells, match.first)
    concluded = draft.concluded and part.concluded
    draft = replace(
        draft, edges=match.edges, cells=cells, parts=draft.parts + 1, concluded=concluded
    )
    incoming = replace(part, cells=move_columns(part.cells, match.second))
    draft, incoming = _drop_header(draft, incoming)
    if not incoming.rows:
        return replace(draft, last=part)
    if draft.rows == draft.header_rows:
        return replace(_append(draft, incoming.cells, incoming.rows), last=part)
    seam = _seam(draft, incoming, short_by, known)
    verdict = weigh(seam)
    findings = draft.findings + tuple(_report(verdict, incoming, draft, seam))
    if verdict.join:
        draft = _join(draft, incoming, seam)
    else:
        findings += tuple(doubt_spans(seam, incoming.page))
        draft = _append(*_continue_spans(draft, incoming, seam))
    return replace(draft, last=part, findings=findings)


def _drop_header(draft: Draft, part: Part) -> tuple[Draft, Part]:
    """Take the header off a part that repeats it; what is repeated shows what the header is."""
    own = [cell for cell in draft.cells if cell.row < MOST_LEVELS]
    repeated = count_repeated(own, part.cells, nearly(draft, part))
    if not repeated:
        return draft, part
    if draft.parts == 2 and repeated < draft.rows:
        draft = replace(draft, header_rows=repeated)
    return draft, part.without_head(min(repeated, draft.header_rows) or repeated)


def _seam(draft: Draft, part: Part, short_by: float, known: KnownHeaders) -> Seam:
    first = max(draft.header_rows, draft.rows - MEMORY)
    body = tuple(cell for cell in draft.cells if cell.row + cell.row_span > first)
    return Seam(
        body,
        tuple(cell for cell in draft.cells if cell.row + cell.row_span == draft.rows),
        part.starting(0),
        _serial_column(draft, body, known),
        "bottom" in draft.last.open_sides or "top" in part.open_sides,
        short_by,
        part.look.unit,
    )


def _serial_column(draft: Draft, body: Sequence[Cell], known: KnownHeaders) -> int | None:
    """The first of the left columns in which most texts are numbers that rise."""
    for column in range(min(draft.columns, 3)):
        texts = [
            cell.text
            for cell in sorted(body, key=lambda cell: cell.row)
            if cell.column == column and cell.text
        ]
        numbers = [serial_number(text) for text in texts]
        printed = [number for number in numbers if number is not None]
        rising = all(b > a for a, b in pairwise(printed) if a and b)
        heads = [c.text for c in draft.cells if c.column == column and c.row < draft.header_rows]
        named = any(known.is_serial(head) for head in heads)
        # On a dirty page specks are read as serials as well: there the heading tells.
        least = 0.5 if named else 0.8
        enough = printed and len(printed) >= least * len(numbers)
        if enough and (named or (rising and len(printed) > 1)):
            return column
    return None


def _report(verdict: Verdict, part: Part, draft: Draft, seam: Seam) -> list[Finding]:
    """What is said of a page end; rows kept apart in doubt are both doubted."""
    if not (verdict.join or verdict.doubtful):
        return []
    box = union(cell.fragments[0].box for cell in part.starting(0))
    reasons = "; ".join(verdict.reasons)
    if verdict.doubtful:
        done = "was joined with" if verdict.join else "was kept apart from"
        message = (
            f"the page's first row {done} the last row of the page before, in doubt: {reasons}"
        )
        places = [(part.page, box)]
        foot = [f.box for cell in seam.bottom for f in cell.fragments if f.page == draft.last.page]
        if foot and not verdict.join:
            places.append((draft.last.page, union(foot)))
        return [
            Finding(STAGE, Code.ROW_JOIN_DOUBTFUL, Severity.WARNING, message, page, where)
            for page, where in places
        ]
    if not verdict.reasons:
        return []
    message = f"the page's first row goes on with the last row of the page before: {reasons}"
    return [Finding(STAGE, Code.ROW_JOINED, Severity.INFO, message, part.page, box)]


def _append(draft: Draft, cells: Sequence[Cell], rows: int) -> Draft:
    moved = tuple(replace(cell, row=cell.row + draft.rows) for cell in cells)
    return replace(draft, rows=draft.rows + rows, cells=draft.cells + moved)


def _join(draft: Draft, part: Part, seam: Seam) -> Draft:
    """Make the row at the foot and the row at the head one, cell by cell."""
    top = {cell.column: cell for cell in seam.top}
    row = draft.rows - 1
    cells = [
        merge_cells(cell, top[cell.column], cell.row_span + top[cell.column].row_span - 1)
        if cell.row + cell.row_span == draft.rows
        else cell
        for cell in draft.cells
    ]
    cells += [replace(cell, row=cell.row + row) for cell in part.cells if cell.row > 0]
    joined = draft.joined if row in draft.joined else (*draft.joined, row)
    return replace(draft, rows=row + part.rows, cells=tuple(cells), joined=joined)


def _continue_spans(draft: Draft, part: Part, seam: Seam) -> tuple[Draft, tuple[Cell, ...], int]:
    """Let cells over several rows go on over the page end: blank, repeated or cut, they are one."""
    top = {(cell.column, cell.column_span): cell for cell in seam.top}
    taken = set()
    cells = []
    for cell in draft.cells:
        after = top.get((cell.column, cell.column_span))
        at_foot = cell.row + cell.row_span == draft.rows
        if at_foot and after is not None and are_one(cell, after, seam):
            taken.add(after)
            cell = merge_cells(cell, after, cell.row_span + after.row_span)
        cells.append(cell)
    rest = tuple(cell for cell in part.cells if cell not in taken)
    return replace(draft, cells=tuple(cells)), rest, part.rows
