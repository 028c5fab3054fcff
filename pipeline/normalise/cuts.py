"""Leader cells over several rows that a page end cut between two of them.

The rulings of such a cell look like those of two; only its names tell: 郝义 above, 斌 below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.config import Settings
from pipeline.model import Cell, Code, Severity
from pipeline.normalise.contest import MARGIN, Contest
from pipeline.normalise.names import NameReader
from pipeline.normalise.persons import Judge
from pipeline.normalise.posts import Sort
from pipeline.normalise.roster import Roster
from pipeline.normalise.spans import Row

UNSURE = (
    Code.NAME_UNRESOLVED,
    Severity.WARNING,
    "a page end may have cut the cell: beyond it stand no whole names",
)


@dataclass(frozen=True, slots=True)
class Cuts:
    """What page ends cut, by (row, column) of a part: whole cells, and parts that may be of one."""

    whole: Mapping[tuple[int, int], Cell]
    unsure: frozenset[tuple[int, int]]

    def whole_of(self, part: Cell) -> Cell | None:
        """The whole cell of a part; None for other cells."""
        return self.whole.get((part.row, part.column))

    def is_unsure(self, part: Cell) -> bool:
        """Whether a cell may be a part of one, and nothing tells of which names."""
        return (part.row, part.column) in self.unsure


def mend_cut_cells(
    rows: Sequence[Row],
    columns: Sequence[int],
    roster: Roster,
    settings: Settings,
    anywhere: bool = False,
) -> Cuts:
    """Cells of `columns` put together over a page end, under the places of both their parts.

    Only where a part names somebody whom no other row has, and the whole cell does not. Where a
    part reads as no names, both are unsure. Where no rule shows the cells (`anywhere`), one over
    two rows may have been cut between any two.
    """
    reader = NameReader(roster, settings)
    whole: dict[tuple[int, int], Cell] = {}
    unsure: set[tuple[int, int]] = set()
    for above, below in _pairs(rows, columns):
        over = _is_over_page_end(above, below)
        if not (over or anywhere):
            continue
        joined = Cell(
            above.row,
            above.column,
            above.row_span + below.row_span,
            above.column_span,
            f"{above.text}\n{below.text}",
            min(above.score, below.score),
            above.fragments + below.fragments,
        )
        if _was_cut(reader, above, below, joined):
            whole[above.row, above.column] = whole[below.row, below.column] = joined
        elif over and not all(_reads_as_names(reader, cell) for cell in (above, below)):
            unsure |= {(above.row, above.column), (below.row, below.column)}
    return Cuts(whole, frozenset(unsure))


def _pairs(rows: Sequence[Row], columns: Sequence[int]) -> Iterator[tuple[Cell, Cell]]:
    """Cells one under the other, neither blank."""
    for one, other in pairwise(rows):
        for column in columns:
            above, below = one.cells[column], other.cells[column]
            if above != below and above.text.strip() and below.text.strip():
                yield above, below


def _is_over_page_end(above: Cell, below: Cell) -> bool:
    """Whether the lower one of two cells is the first on the next page."""
    return bool(above.pages and below.pages) and above.pages[-1] < below.pages[0]


def _reads_as_names(reader: NameReader, cell: Cell) -> bool:
    """Whether all that a cell names may be persons or posts."""
    found, judge = reader.contest_of(cell)
    persons = [member.name for member in found.best if member.sort is Sort.PERSON]
    return bool(found.readings) and all(
        judge.knows(name) or judge.model.is_known_form(name) for name in persons
    )


def _was_cut(reader: NameReader, above: Cell, below: Cell, joined: Cell) -> bool:
    """Whether only the joined cell names persons of other rows, one of them over the page end."""
    parts = [reader.contest_of(cell) for cell in (above, below)]
    if all(_is_known(found, [judge]) for found, judge in parts):
        return False
    found, _ = reader.contest_of(joined)
    apart = [member.name for part, _ in parts for member in part.best]
    if [member.name for member in found.best] == apart:
        return False
    return _is_known(found, [judge for _, judge in parts])


def _is_known(found: Contest, judges: Sequence[Judge]) -> bool:
    """Whether a cell reads in one way only, as persons whom each of the judges knows."""
    if not found.readings or found.margin < MARGIN:
        return False
    return all(
        member.sort is Sort.PERSON and all(judge.knows(member.name) for judge in judges)
        for member in found.best
    )
