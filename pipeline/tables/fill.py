"""Words → cells of the grids of one page, and the lines that stand outside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.characters import hangs
from pipeline.geometry import BBox, union
from pipeline.grid import Grid
from pipeline.model import (
    Cell,
    Code,
    Finding,
    Fragment,
    Glyph,
    PageContent,
    Prose,
    Ruling,
    Severity,
    Word,
)
from pipeline.tables.lines import Print, page_to_print, word_to_glyphs, words_to_lines
from pipeline.tables.overflow import Overflow, find_overflow
from pipeline.tables.slivers import drop_slivers

STAGE = "tables"
EDGE = 0.15
"""Share of a glyph's width that must lie beyond a ruling before the glyph lies across it."""
BESIDE = 0.5
"""Characters; text nearer to a table's side than this seems to belong to it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a table that stands on one page; each of its cells has one fragment.

    `xs` are its column edges in points; `open_sides` as in `Grid`. `title`: one that stood in the
    grid's first row, over all columns. `concluded` as in `Table`.
    """

    page: int
    box: BBox
    xs: tuple[float, ...]
    rows: int
    cells: tuple[Cell, ...]
    look: Print
    open_sides: frozenset[str] = frozenset()
    title: str | None = None
    concluded: bool = False

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    def starting(self, row: int) -> tuple[Cell, ...]:
        """The cells that begin in a row."""
        return tuple(cell for cell in self.cells if cell.row == row)

    def without_head(self, rows: int) -> Part:
        """The part below its first `rows` rows, which no cell may cross."""
        cells = tuple(replace(c, row=c.row - rows) for c in self.cells if c.row >= rows)
        tops = [part.box.top for c in cells for part in c.fragments if c.row == 0]
        box = replace(self.box, top=min(tops, default=self.box.bottom))
        return replace(self, box=box, rows=self.rows - rows, cells=cells)


@dataclass(frozen=True, slots=True)
class FilledPage:
    """A page as parts of tables, from top to bottom, and the prose around them.

    `superseded` as in `Layout`.
    """

    parts: tuple[Part, ...]
    prose: Prose
    findings: tuple[Finding, ...]
    superseded: tuple[Finding, ...] = ()


def fill_page(page: PageContent, grids: Sequence[Grid], look: Print | None = None) -> FilledPage:
    """Put each word into the cell around its glyphs' centres.

    A word that lies across a ruling is cut there. Words in no cell become prose; those that
    stick to a table are reported.
    """
    look = look or page_to_print(page)
    inner_first = sorted(range(len(grids)), key=lambda index: grids[index].box.area)
    cells: list[list[list[Word]]] = [[[] for _ in grid.cells] for grid in grids]
    outside: list[Word] = []
    for word in page.words:
        for place, piece in _cut(word, grids, inner_first):
            if place is None:
                outside.append(piece)
            else:
                cells[place[0]][place[1]].append(piece)
    below = tuple(find_overflow(outside, grids, cells, look.unit))
    for item in below:
        if item.aligned:
            cells[item.grid][item.cell].append(item.word)
            outside.remove(item.word)
    parts = tuple(
        _grid_to_part(page.page, grid, words, look)
        for grid, words in zip(grids, cells, strict=True)
    )
    rules = tuple(_rules(page.rulings, grids, look.unit))
    lines = words_to_lines(outside, look)
    prose = Prose(page.page, page.width, page.height, lines, rules)
    findings = [
        *_irregular(page.page, grids),
        *_sticking(page.page, outside, grids, look.unit),
        *_overflowing(page.page, below, grids),
    ]
    return FilledPage(parts, prose, tuple(findings))


def _grid_to_part(page: int, grid: Grid, words: Sequence[Sequence[Word]], look: Print) -> Part:
    filled = tuple(_fill_cells(page, grid, words, look))
    cells, rows = drop_slivers(filled, grid.ys, look.unit)
    return Part(page, grid.box, grid.xs, rows, cells, look, grid.open_sides)


_Place = tuple[int, int]


def _find(grids: Sequence[Grid], order: Sequence[int], x: float, y: float) -> _Place | None:
    for index in order:
        cell = grids[index].find(x, y)
        if cell is not None:
            return index, cell
    return None


def _cut(
    word: Word, grids: Sequence[Grid], order: Sequence[int]
) -> Iterator[tuple[_Place | None, Word]]:
    """The pieces of a word with the (grid, cell) that each lies in."""
    box = word.box
    if not grids:
        yield None, word
        return
    inset = min(EDGE * box.height, box.width / 2)
    first = _find(grids, order, box.x0 + inset, box.y_mid)
    if first == _find(grids, order, box.x1 - inset, box.y_mid):
        yield first, word
        return
    glyphs = word_to_glyphs(word)
    if not glyphs:
        yield _find(grids, order, box.x_mid, box.y_mid), word
        return
    places = _glyph_places(glyphs, grids, order)
    raws = word.raw if len(word.raw) == len(glyphs) else "".join(g.text for g in glyphs)
    start = 0
    for end in range(1, len(glyphs) + 1):
        if end == len(glyphs) or places[end] != places[start]:
            piece = glyphs[start:end]
            text = "".join(glyph.text for glyph in piece)
            around = union(glyph.box for glyph in piece)
            known = piece if word.glyphs else ()
            yield places[start], Word(text, around, word.score, known, raws[start:end])
            start = end


def _glyph_places(
    glyphs: Sequence[Glyph], grids: Sequence[Grid], order: Sequence[int]
) -> list[_Place | None]:
    """Where each glyph belongs; one that lies across a ruling goes with its nearer neighbour."""
    places = [_find(grids, order, g.box.x_mid, g.box.y_mid) for g in glyphs]
    settled = list(places)
    for index, glyph in enumerate(glyphs):
        begins = index + 1 < len(glyphs) and _touch(glyph, glyphs[index + 1])
        if index and hangs(glyph.text) and _touch(glyphs[index - 1], glyph) and not begins:
            settled[index] = settled[index - 1]
            continue
        inset = EDGE * glyph.box.width
        ends = (
            _find(grids, order, glyph.box.x0 + inset, glyph.box.y_mid),
            _find(grids, order, glyph.box.x1 - inset, glyph.box.y_mid),
        )
        if ends[0] == ends[1]:
            continue
        left = glyph.box.x0 - glyphs[index - 1].box.x1 if index else float("inf")
        right = glyphs[index + 1].box.x0 - glyph.box.x1 if index + 1 < len(glyphs) else float("inf")
        if abs(left - right) > 0.1 * glyph.box.height:
            near = settled[index - 1] if left < right else places[index + 1]
            settled[index] = near if near in ends else places[index]
    return settled


def _touch(left: Glyph, right: Glyph) -> bool:
    return abs(right.box.x0 - left.box.x1) <= EDGE * right.box.height


def _fill_cells(
    page: int, grid: Grid, words: Sequence[Sequence[Word]], look: Print
) -> Iterator[Cell]:
    for cell, members in zip(grid.cells, words, strict=True):
        lines = words_to_lines(members, look)
        yield Cell(
            cell.row,
            cell.column,
            cell.row_span,
            cell.column_span,
            "\n".join(line.text for line in lines),
            min((line.score for line in lines), default=1.0),
            (Fragment(page, cell.box, lines),),
        )


def _rules(rulings: Sequence[Ruling], grids: Sequence[Grid], unit: float) -> Iterator[Ruling]:
    """Horizontal rulings that belong to no grid."""
    areas = [grid.box.expand(unit / 2) for grid in grids]
    for ruling in rulings:
        middle = (ruling.start + ruling.end) / 2
        if ruling.axis == "h" and not any(area.contains(middle, ruling.position) for area in areas):
            yield ruling


def _irregular(page: int, grids: Sequence[Grid]) -> Iterator[Finding]:
    for grid in grids:
        odd = [cell.box for cell in grid.cells if cell.irregular]
        if odd:
            yield Finding(
                STAGE,
                Code.GRID_BROKEN,
                Severity.WARNING,
                f"{len(odd)} cells were cut out of areas that are no rectangles: "
                "a ruling seems to be missing",
                page,
                union(odd),
            )


def _sticking(
    page: int, words: Sequence[Word], grids: Sequence[Grid], unit: float
) -> Iterator[Finding]:
    """Report text that touches a table from outside or stands at its sides."""
    for word in words:
        for grid in grids:
            if _sticks(word.box, grid.box, unit):
                yield Finding(
                    STAGE,
                    Code.TEXT_OUTSIDE,
                    Severity.WARNING,
                    f"text beside a table, in none of its cells: {word.text}",
                    page,
                    word.box,
                )
                break


def _overflowing(page: int, below: Sequence[Overflow], grids: Sequence[Grid]) -> Iterator[Finding]:
    """Report text below a table's foot, with the cell that it seems to go on with."""
    for item in below:
        done = "taken into" if item.aligned else "not taken into"
        message = f"text below the table's foot, {done} the cell above it: {item.word.text}"
        box = grids[item.grid].cells[item.cell].box
        yield Finding(STAGE, Code.TEXT_OUTSIDE, Severity.WARNING, message, page, box)


def _sticks(text: BBox, table: BBox, unit: float) -> bool:
    if table.top <= text.y_mid < table.bottom:
        return table.x0 - BESIDE * unit < text.x1 and text.x0 < table.x1 + BESIDE * unit
    return text.overlap(table) > 0.25 * text.area > 0
