"""What the pages of a table without column rules tell of its columns, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pipeline.geometry import union
from pipeline.grid import Columns
from pipeline.tables.fill import Part
from pipeline.tables.heads import KnownHeaders, count_repeated, find_header_rows

SNAP = 3.0
"""Characters; gutters move on other pages by what stands in them, columns do not."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A table as far as it has been read: its part on the page before, and its columns."""

    part: Part
    columns: Columns

    def fits(self, part: Part) -> bool:
        """Whether a part has the heading of this one, or stands in its columns."""
        if part.columns != self.part.columns:
            return False
        reach = SNAP * part.look.unit
        near = zip(part.xs, self.part.xs, strict=True)
        return self.heads(part) or all(abs(a - b) <= reach for a, b in near)

    def heads(self, part: Part) -> bool:
        """Whether a part has the heading of this one, read anew perhaps."""
        if part.columns != self.part.columns:
            return False
        return count_repeated(self.part.cells, part.cells, nearly=1) > 0


def part_to_columns(part: Part, known: KnownHeaders) -> Columns:
    """The columns that one part shows; where a column has no text, its middle."""
    texts = []
    for column, (left, right) in enumerate(pairwise(part.xs)):
        own = [c for c in part.cells if c.column == column and c.column_span == 1]
        boxes = [line.box for cell in own for line in cell.lines]
        middle = (left + right) / 2
        texts.append((union(boxes).x0, union(boxes).x1) if boxes else (middle, middle))
    return Columns((part.xs[0], part.xs[-1]), tuple(texts), _serial_column(part, known))


def join_columns(first: Columns, second: Columns) -> Columns:
    """What two pages tell of the same columns."""
    texts = tuple(
        (min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(first.texts, second.texts, strict=True)
    )
    return Columns(first.ends, texts, first.serial if second.serial is None else second.serial)


def _serial_column(part: Part, known: KnownHeaders) -> int | None:
    rows = find_header_rows(part.cells, part.rows, part.columns, known)
    heads = (cell for cell in part.cells if cell.row < rows and known.is_serial(cell.text))
    return next((cell.column for cell in heads), None)
