"""Cells over several rows at a page end between two whole rows: does one go on on the next page?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from pipeline.characters import NUMERALS
from pipeline.model import Cell, Code, Finding, Fragment, Severity, Word
from pipeline.tables.breaks import Seam
from pipeline.tables.fill import STAGE
from pipeline.tables.heads import fold

_NUMBERED = re.compile(rf"[(第]?[\d{NUMERALS}]+[).、．章节]")
# Marks that begin no text, and marks that end none.
_BEGINS = "，。、；：！？）》〉」』】”’,;:!?)"
_ENDS = "，、,（(《〈“‘"
SLACK = 0.6
"""Lines; cells of one row that leave so much alike free are equally full."""
LINE = 1.25
"""Times the step from line to line; less is no room for one more, of which only the ink is seen."""
SPACED = 1.5
"""Times the least pitch of its lines; characters of a stack stand nearer."""


def are_one(before: Cell, after: Cell, seam: Seam) -> bool:
    """Whether the cell at the foot and the one at the head are one cell over several rows."""
    return _goes_on(before, after, seam) or _goes_on_likely(before, after, seam)


def doubt_spans(seam: Seam, page: int) -> Iterator[Finding]:
    """Doubts about texts in spanning cells that may have been cut; on either side one.

    A writer that breaks no rows still cuts the text of a cell over several rows: the first part
    fills its cell and the rest begins at the head of the next. `page` is that of the head.
    """
    for before, after in _facing(seam):
        if not _may_be_cut(before, after, seam):
            continue
        message = (
            "a cell over several rows may have been cut by the page end: "
            f"{fold(before.text)[-12:]} / {fold(after.text)[:12]}"
        )
        foot, head = before.fragments[-1], after.fragments[0]
        for place, box in ((foot.page, foot.box), (page, head.box)):
            yield Finding(STAGE, Code.ROW_JOIN_DOUBTFUL, Severity.WARNING, message, place, box)


def merge_cells(first: Cell, second: Cell, row_span: int) -> Cell:
    """One cell of two parts; a text that the second page only repeats stands once."""
    if second.text and fold(second.text) == fold(first.text) and len(fold(first.text)) < 20:
        parts = tuple(Fragment(part.page, part.box) for part in second.fragments)
        return replace(first, row_span=row_span, fragments=first.fragments + parts)
    return replace(
        first,
        row_span=row_span,
        text="\n".join(text for text in (first.text, second.text) if text),
        score=min(first.score, second.score),
        fragments=first.fragments + second.fragments,
    )


def _facing(seam: Seam) -> Iterator[tuple[Cell, Cell]]:
    """The cells at the foot, each with the one at the head that stands in the same columns."""
    top = {(cell.column, cell.column_span): cell for cell in seam.top}
    for before in seam.bottom:
        after = top.get((before.column, before.column_span))
        if after is not None:
            yield before, after


def _goes_on(before: Cell, after: Cell, seam: Seam) -> bool:
    """Whether the texts of two cells say that they are one over several rows."""
    column = [cell for cell in seam.above if cell.column == before.column]
    if not _may_span(before, after, seam) or not before.text:
        return False
    if after.text:
        if _is_cut_at_mark(before, after):
            return True
        # Where categories are numbered, one without a number is the rest of the one before.
        texts = [cell.text for cell in column if cell.text and cell is not before]
        numbered = all(_NUMBERED.match(fold(text)) for text in (before.text, *texts))
        rest = numbered and not _begins_next(before, after)
        return rest or fold(after.text) == fold(before.text)
    # A blank cell goes on with the one above, unless this column has blank cells of its own.
    own_blank = any(not cell.text for cell in column)
    return before.row_span > 1 or after.row_span > 1 or not own_blank


def _goes_on_likely(before: Cell, after: Cell, seam: Seam) -> bool:
    """Whether two texts that may be one are so: beside them another cell goes on over like rows.

    Cells over several rows go together: those that name the same leaders often share a deadline.
    """
    if not _may_be_cut(before, after, seam):
        return False
    return any(
        not other.text and other.row_span == after.row_span and _goes_on(cell, other, seam)
        for cell, other in _facing(seam)
    )


def _may_span(before: Cell, after: Cell, seam: Seam) -> bool:
    above = any(c.row_span > 1 for c in seam.above if c.column == before.column)
    return above or after.row_span > 1


def _begins_next(before: Cell, after: Cell) -> bool:
    """Whether a text begins with a number, or at least with the next one: its 、 may be lost."""
    first, second = fold(before.text)[:1], fold(after.text)[:1]
    follows = first in NUMERALS and second == NUMERALS[NUMERALS.index(first) + 1 :][:1]
    return bool(_NUMBERED.match(fold(after.text))) or (follows and second != "")


def _is_cut_at_mark(before: Cell, after: Cell) -> bool:
    above, below = fold(before.text), fold(after.text)
    return below[0] in _BEGINS or (above[-1] in _ENDS and not _NUMBERED.match(below))


def _may_be_cut(before: Cell, after: Cell, seam: Seam) -> bool:
    lines, rest = before.fragments[-1].lines, after.fragments[0].lines
    if not (lines and rest and _may_span(before, after, seam)):
        return False
    if fold(before.text) == fold(after.text):
        return False
    if _is_cut_at_mark(before, after):
        return True
    if _goes_on(before, after, seam):
        return False
    line = lines[-1].box.height
    if rest[0].box.top - after.fragments[0].box.top >= line:
        return False
    others = [cell for cell in seam.bottom if cell is not before and cell.row_span == 1]
    usual = min((room for room in map(_room, others) if room is not None), default=None)
    room = _room(before)
    if usual is None or room is None:
        return False
    # A text that alone makes its row so high is the row's own, and has room for all of it.
    makes_row = before.row_span == 1 and room < usual - SLACK * line
    # Where rows go together, what comes next has no room: a line, or names printed downwards.
    several = max(before.row_span, after.row_span) > 1
    next_high = max(LINE * _pitch(lines), _stack_height(rest)) if several else 0.0
    return room < usual + max(SLACK * line, next_high) and not makes_row


def _pitch(lines: Sequence[Word]) -> float:
    """From one line to the next, in points; 0 where there is one."""
    return min(_steps(lines), default=0.0)


def _steps(lines: Sequence[Word]) -> list[float]:
    """From the top of each line to the top of the next, in points."""
    return [low.box.top - high.box.top for high, low in pairwise(lines)]


def _stack_height(lines: Sequence[Word]) -> float:
    """How high the names printed downwards are with which lines begin, in points; 0 where none."""
    stacked = list(takewhile(lambda line: max(map(len, line.text.split())) == 1, lines))
    if len(stacked) < 2:
        return 0.0
    steps = _steps(stacked)
    count = 1 + sum(1 for _ in takewhile(lambda step: step < SPACED * min(steps), steps))
    return stacked[count - 1].box.bottom - stacked[0].box.top


def _room(cell: Cell) -> float | None:
    """What the lines of a cell leave free of its height at the foot, in points."""
    part = cell.fragments[-1]
    if not part.lines:
        return None
    return part.box.height - (part.lines[-1].box.bottom - part.lines[0].box.top)
