"""The characters of a cell at their places, in units of the character size.

The reading order of a file says nothing sure about where characters stand; their boxes do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from pipeline.geometry import BBox
from pipeline.model import Cell, Glyph, Word
from pipeline.normalise.text import clean

_SAME_ROW = 0.5  # of a character: centres nearer than this in y stand on one line


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

    @property
    def y(self) -> float:
        return mean(mark.y for mark in self.marks)

    @property
    def text(self) -> str:
        return "".join(mark.text for mark in self.marks)

    @property
    def steps(self) -> tuple[float, ...]:
        """Distances between neighbouring centres, in characters."""
        return tuple(after.x - before.x for before, after in pairwise(self.marks))


def cell_to_rows(cell: Cell) -> tuple[Row, ...]:
    """The printed lines of the cell from top to bottom, pages in order; none without places."""
    parts = [[g for line in part.lines for g in _glyphs(line)] for part in cell.fragments]
    size = _size([glyph for part in parts for glyph in part])
    if size <= 0:
        return ()
    rows: list[Row] = []
    for number, (fragment, glyphs) in enumerate(zip(cell.fragments, parts, strict=True)):
        box = fragment.box
        marks = [
            Mark(g.text, (g.box.x_mid - box.x0) / size, (g.box.y_mid - box.top) / size)
            for g in glyphs
        ]
        for line in _lines(marks):
            used = line[-1].x - line[0].x + 1
            rows.append(Row(tuple(line), number, box.width / size - used))
    return tuple(rows)


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
    for mark in sorted(marks, key=lambda mark: mark.y):
        if lines and mark.y - mean(other.y for other in lines[-1]) < _SAME_ROW:
            lines[-1].append(mark)
        else:
            lines.append([mark])
    return [sorted(line, key=lambda mark: mark.x) for line in lines]
