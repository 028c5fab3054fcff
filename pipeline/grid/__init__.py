"""Rulings → grids of cells with row and column spans. Pure geometry, in points.

    rulings → lines (collinear pieces joined) → components (lines that touch)
            → positions of rows and columns → walls between elementary cells → cells

All tolerances are multiples of `unit`, the median character height of the page: no row or column
that holds text is narrower than a good part of a character, so what is nearer is one ruling.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.geometry import BBox
from pipeline.grid.aligned import Aligned, align_text, align_to_columns
from pipeline.grid.carried import Columns
from pipeline.grid.doubts import aligned_doubts
from pipeline.grid.lines import (
    OPEN_COLUMN,
    OPEN_ROW,
    REACH,
    SNAP,
    Line,
    Scale,
    cluster,
    find_components,
    join_pieces,
    line_to_edges,
    lines_to_positions,
)
from pipeline.grid.mend import Mend, mend_rulings
from pipeline.grid.regions import Walls, find_regions, split_region
from pipeline.model import Ruling

__all__ = [
    "Aligned",
    "Columns",
    "Grid",
    "GridCell",
    "Mend",
    "align_text",
    "align_to_columns",
    "aligned_doubts",
    "find_grids",
    "mend_rulings",
    "to_scale",
]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell, from row and column 0. `irregular`: cut out of a region that was no rectangle."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: BBox
    irregular: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled grid: `len(ys) - 1` rows by `len(xs) - 1` columns, tiled by `cells` in row order.

    `open_sides` ("left", "top", "right", "bottom") have no border of their own: the grid ends
    where the crossing rulings do, as at a page end.
    """

    box: BBox
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    open_sides: frozenset[str] = frozenset()
    owners: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        owners = [-1] * (self.rows * self.columns)
        for index, cell in enumerate(self.cells):
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    place = row * self.columns + column
                    if owners[place] != -1:
                        raise ValueError(f"two cells at row {row}, column {column}")
                    owners[place] = index
        if -1 in owners:
            raise ValueError("the cells do not cover the grid")
        object.__setattr__(self, "owners", tuple(owners))

    @property
    def rows(self) -> int:
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    @property
    def irregular(self) -> bool:
        return any(cell.irregular for cell in self.cells)

    def find(self, x: float, y: float) -> int | None:
        """The index in `cells` of the cell around a point, None outside the grid."""
        column = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, y) - 1
        if 0 <= row < self.rows and 0 <= column < self.columns:
            return self.owners[row * self.columns + column]
        return None


def find_grids(rulings: Sequence[Ruling], unit: float, snap: float = SNAP) -> list[Grid]:
    """All grids of a page with two columns or more, from top to bottom, then left to right.

    `unit` is the median character height in points, `snap` the distance in characters below
    which rulings are one. A grid may have a single row: whether that is part of a table only the
    pages around it can tell. Raises ValueError when `unit` is not positive.
    """
    scale = to_scale(unit, snap)
    horizontal = list(join_pieces((r for r in rulings if r.axis == "h"), scale))
    vertical = list(join_pieces((r for r in rulings if r.axis == "v"), scale))
    grids = []
    lone: list[Line] = []
    for rows, columns in find_components(horizontal, vertical, scale):
        if not rows:
            lone += columns
        elif columns and (grid := _lines_to_grid(rows, columns, scale)) is not None:
            grids.append(grid)
    grids += _columns_to_grids(lone, scale)
    return sorted(grids, key=lambda grid: (grid.box.top, grid.box.x0))


def to_scale(unit: float, snap: float = SNAP) -> Scale:
    """The tolerances of a page by its character height in points; ValueError unless positive."""
    if not unit > 0:
        raise ValueError(f"the median character height is positive, not {unit}")
    return Scale(unit, unit * snap, unit * REACH)


def _lines_to_grid(rows: list[Line], columns: list[Line], scale: Scale) -> Grid | None:
    """The grid of one component; None when it has fewer than two columns or no row."""
    while True:
        xs, left, right = lines_to_positions(columns, rows, OPEN_COLUMN, scale)
        ys, top, bottom = lines_to_positions(rows, columns, OPEN_ROW, scale)
        if len(xs) < 3 or len(ys) < 2 or (left and right and len(xs) == 3):
            return None  # one column line across single rules is no table either
        row_walls = [line_to_edges(line, ys, xs, scale) for line in rows]
        column_walls = [line_to_edges(line, xs, ys, scale) for line in columns]
        # What separates no two cells, as an underline that begins at a border, is no ruling.
        kept_rows = [line for line, walls in zip(rows, row_walls, strict=True) if walls]
        kept_columns = [line for line, walls in zip(columns, column_walls, strict=True) if walls]
        if len(kept_rows) == len(rows) and len(kept_columns) == len(columns):
            break
        rows, columns = kept_rows, kept_columns
    sides = {"left": left, "right": right, "top": top, "bottom": bottom}
    below = {(line - 1, place) for walls in row_walls for line, place in walls}
    beside = {(place, line - 1) for walls in column_walls for line, place in walls}
    return _walls_to_grid(xs, ys, Walls(below, beside), frozenset(k for k, v in sides.items() if v))


def _columns_to_grids(lines: list[Line], scale: Scale) -> Iterator[Grid]:
    """Column lines alone, of equal extent: a row that goes on before and after its page."""
    lines = sorted(lines, key=lambda line: (line.start, line.end))
    while lines:
        first = lines[0]
        group = [
            line
            for line in lines
            if abs(line.start - first.start) <= scale.unit
            and abs(line.end - first.end) <= scale.unit
        ]
        lines = [line for line in lines if line not in group]
        xs = cluster(sorted((line.position, line.length) for line in group), scale.snap)
        if len(xs) >= 3 and first.length >= 3 * scale.unit:
            ys = (min(line.start for line in group), max(line.end for line in group))
            beside = {(0, column) for column in range(len(xs) - 2)}
            walls = Walls(set(), beside)
            yield _walls_to_grid(tuple(xs), ys, walls, frozenset({"top", "bottom"}))


def _walls_to_grid(
    xs: tuple[float, ...], ys: tuple[float, ...], walls: Walls, open_sides: frozenset[str]
) -> Grid:
    cells = []
    for region in find_regions(len(ys) - 1, len(xs) - 1, walls):
        parts = split_region(region, walls)
        for top, left, bottom, right in parts:
            box = BBox(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
            irregular = len(parts) > 1
            cells.append(GridCell(top, left, bottom - top + 1, right - left + 1, box, irregular))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(BBox(xs[0], ys[0], xs[-1], ys[-1]), xs, ys, tuple(cells), open_sides)
