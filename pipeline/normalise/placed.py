"""The characters of a cell at their places, in units of the character size.

The reading order of a file says nothing sure about where characters stand; their boxes do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from pipeline.geometry import BBox
from pipeline.model import Cell, Glyph, Word
from pipeline.normalise.text import clean

_SAME_ROW = 0.5  # of a character: centres nearer than this in y stand on one line
# Centres nearer than this in both directions: no two characters are printed one over the other.
_COINCIDENT = 0.35


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed character; `x`, `y`: its centre, in characters, from its fragment's corner."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Row:
    """Marks on one printed line, from left to right. `part`: the fragment, i.e. the page."""

    marks: tuple[Mark, ...]
    part: int
    room: float  # characters that would still have fitted on the line
    y: float = field(init=False)
    steps: tuple[float, ...] = field(init=False)  # between neighbouring centres, in characters

    def __post_init__(self) -> None:
        marks = self.marks
        object.__setattr__(self, "y", sum(mark.y for mark in marks) / len(marks))
        object.__setattr__(self, "steps", tuple(b.x - a.x for a, b in pairwise(marks)))

    @property
    def text(self) -> str:
        return "".join(mark.text for mark in self.marks)


def cell_to_rows(cell: Cell) -> tuple[Row, ...]:
    """The printed lines of the cell from top to bottom, pages in order.

    None without places, or with places that cannot be: characters one over the other.
    """
    if not cell.fragments:
        return ()
    parts = [[g for line in part.lines for g in _glyphs(line)] for part in cell.fragments]
    size = _size([glyph for part in parts for glyph in part])
    if size <= 0:
        return ()
    rows: list[Row] = []
    for number, (fragment, glyphs) in enumerate(zip(cell.fragments, parts, strict=True)):
        left, top = fragment.box.x0, fragment.box.top
        marks = [
            Mark(
                g.text,
                ((g.box.x0 + g.box.x1) / 2 - left) / size,
                ((g.box.top + g.box.bottom) / 2 - top) / size,
            )
            for g in glyphs
        ]
        width = fragment.box.width / size
        for line in _lines(marks):
            if any(b.x - a.x < _COINCIDENT > abs(b.y - a.y) for a, b in pairwise(line)):
                return ()
            used = line[-1].x - line[0].x + 1
            rows.append(Row(tuple(line), number, width - used))
    return tuple(rows)


def with_characters(rows: Sequence[Row], forms: Mapping[str, str]) -> tuple[Row, ...]:
    """`rows` with characters in other forms, at the same places."""
    return tuple(
        replace(row, marks=tuple(replace(m, text=forms.get(m.text, m.text)) for m in row.marks))
        for row in rows
    )


def rows_key(rows: Sequence[Row]) -> tuple[object, ...]:
    """What two cells share when they are set alike: characters and places, to a tenth."""
    if not rows:
        return ()
    left = min(row.marks[0].x for row in rows)
    return tuple(
        (
            row.part,
            round(10 * (row.y - rows[0].y)),
            round(5 * row.room),
            *((mark.text, round(10 * (mark.x - left))) for mark in row.marks),
        )
        for row in rows
    )


def _glyphs(line: Word) -> Iterator[Glyph]:
    """The line's glyphs; where they are not known, its text spread evenly over its box."""
    if line.glyphs:
        yield from (glyph for glyph in line.glyphs if glyph.text.strip())
        return
    text = clean(line.text).replace("\n", " ")
    step = line.box.width / len(text) if text else 0.0
    for at, character in enumerate(text):
        if character != " ":
            left = line.box.x0 + at * step
            yield Glyph(character, BBox(left, line.box.top, left + step, line.box.bottom))


def _size(glyphs: Sequence[Glyph]) -> float:
    return median(max(g.box.width, g.box.height) for g in glyphs) if glyphs else 0.0


def _lines(marks: Sequence[Mark]) -> list[list[Mark]]:
    lines: list[list[Mark]] = []
    total = 0.0
    for mark in sorted(marks, key=lambda mark: mark.y):
        if lines and mark.y - total / len(lines[-1]) < _SAME_ROW:
            lines[-1].append(mark)
            total += mark.y
        else:
            lines.append([mark])
            total = mark.y
    return [sorted(line, key=lambda mark: mark.x) for line in lines]
