"""Cells over several rows where no rule shows them, by where their text stands; pure, in points.

Where serials stand in the middle of their rows, other text does so too, and that of a merged cell
stands in the middle of its rows: the cells of a column then part the rows among them. That leaves
alone a column of remarks, whose text stands in the middle of single rows, blank as others may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.grid.bands import to_blocks
from pipeline.grid.intervals import Interval

# In characters.
OFF = 0.45  # text so far from the middle of its row belongs to others too
FIT = 0.4  # the text of a merged cell is no farther from the middle of its rows
NEAR = 0.75  # and a serial from that of its row
LEAD = 0.5  # what speaks against a cell that goes on from the page before
STACK = 3.4  # names printed downwards, and characters of short ones, have no wider gaps
END = 0.2  # what speaks against text of several blocks in several rows
LEVEL = 0.3  # the text of a row has its middle so near to that of the serial
FREE = 0.75  # so much is free above and below the text of a merged cell
MOST = 0.75
"""Share of the serials that must stand in the middle of their rows."""

Path = tuple[float, list[tuple[int, int]], float]
"""What speaks against a way to part the rows, its cells, and what of that is for a blank start."""


def merged_rows(
    rows: Sequence[Interval],
    columns: Sequence[Sequence[Interval]],
    marks: Sequence[Interval],
    unit: float,
) -> Iterator[tuple[int, float]]:
    """The places at which rows meet inside a merged cell, as (column, height).

    `columns` are the stretches with text of each column below the heading, `marks` those of the
    serials; `unit` is the character height.
    """
    if len(rows) < 2 or not _are_in_middle(marks, rows, unit):
        return
    for number, filled in enumerate(columns):
        blocks = list(_parted(to_blocks(filled, unit), filled, rows, marks, unit))
        room = 0.0 if list(filled) == list(marks) else _room(blocks, rows, unit)
        if not room:
            continue
        ranges = _to_ranges(blocks, rows, unit, room)
        for first, last in ranges or _to_ranges(blocks, rows, unit, room, together=True):
            yield from ((number, rows[row][1]) for row in range(first, last))


def _parted(
    blocks: Sequence[Interval],
    filled: Sequence[Interval],
    rows: Sequence[Interval],
    marks: Sequence[Interval],
    unit: float,
) -> Iterator[Interval]:
    """The blocks cut between rows whose own lines stand level with their serials.

    Where rows are as low as their text, those of one stand as close to the next as lines of one.
    """
    level = [_is_level(row, filled, marks, unit) for row in rows]
    cuts = [rows[at][1] for at in range(len(rows) - 1) if level[at] and level[at + 1]]
    for top, bottom in blocks:
        for cut in (cut for cut in cuts if top < cut < bottom):
            above = [end for _, end in filled if top < end <= cut]
            below = [start for start, _ in filled if cut <= start < bottom]
            if above and below:
                yield top, max(above)
                top = min(below)
        yield top, bottom


def _is_level(
    row: Interval, filled: Sequence[Interval], marks: Sequence[Interval], unit: float
) -> bool:
    """Whether the text of a row has its middle where its serial has, and keeps to the row."""
    own = [line for line in filled if row[0] < _middle(line) < row[1]]
    mark = [one for one in marks if row[0] < _middle(one) < row[1]]
    if not own or len(mark) != 1:
        return False
    text = (min(start for start, _ in own), max(end for _, end in own))
    inside = row[0] - unit / 8 <= text[0] and text[1] <= row[1] + unit / 8
    return inside and abs(_middle(text) - _middle(mark[0])) <= LEVEL * unit


def _are_in_middle(marks: Sequence[Interval], rows: Sequence[Interval], unit: float) -> bool:
    off = [abs(_middle(mark) - _middle(_row_of(mark, rows))) <= NEAR * unit for mark in marks]
    return bool(off) and sum(off) >= MOST * len(off)


def _room(blocks: Sequence[Interval], rows: Sequence[Interval], unit: float) -> float:
    """How far, in characters, text may be from the middle of merged rows; 0 where none are merged.

    Text that runs over the end of a row is that of several. Where rows are blank, one far from the
    middle of its own is too, if it is much nearer to that of several.
    """
    ends = [above[1] for above, _ in pairwise(rows)]
    if any(top + unit / 8 < end < bottom - unit / 8 for top, bottom in blocks for end in ends):
        return FIT
    own = [_row_of(block, rows) for block in blocks]
    off = [abs(_middle(b) - _middle(row)) / unit for b, row in zip(blocks, own, strict=True)]
    if all(row in own for row in rows) or max(off, default=0.0) <= OFF:
        return 0.0
    return min(FIT, sum(off) / len(off) / 2)


def _to_ranges(
    blocks: Sequence[Interval],
    rows: Sequence[Interval],
    unit: float,
    room: float,
    *,
    together: bool = False,
) -> list[tuple[int, int]]:
    """The first and last row of each cell, so that its text is in its middle; [] if none are.

    All rows are parted among the blocks, at the least distance from the middles over all of them;
    the first cell may be the blank end of one that began on the page before. `together`: blocks
    that stand near may be the text of one cell, as names printed downwards are.
    """
    # Cells that end with a block and a row: what speaks against the best of them, and their rows.
    paths: dict[tuple[int, int], Path] = {(-1, -1): (0.0, [], 0.0)}
    paths |= {(-1, last): (LEAD, [(0, last)], LEAD) for last in range(len(rows))}
    for at in range(len(blocks)):
        for (block, before), (cost, ranges, lead) in list(paths.items()):
            if block != at - 1:
                continue
            for end in _ends(blocks, at, unit) if together else (at,):
                text = (blocks[at][0], blocks[end][1])
                for last in range(before + 1, len(rows)):
                    cell = (rows[before + 1][0], rows[last][1])
                    if last > before + 1 and _length(cell) - _length(text) < 2 * FREE * unit:
                        continue  # text that fills its rows is that of each of them
                    off = abs(_middle(text) - _middle(cell)) / unit
                    total = cost + off + (END if last > before + 1 and end > at else 0.0)
                    if (end, last) not in paths or total < paths[end, last][0]:
                        paths[end, last] = (total, [*ranges, (before + 1, last)], lead)
    cost, ranges, lead = paths.get((len(blocks) - 1, len(rows) - 1), (float("inf"), [], 0.0))
    return ranges if cost - lead <= room * (len(ranges) - bool(lead)) else []


def _ends(blocks: Sequence[Interval], at: int, unit: float) -> Iterator[int]:
    """The last blocks of texts that begin with a block and have no wide gap."""
    yield at
    for end in range(at + 1, len(blocks)):
        if blocks[end][0] - blocks[end - 1][1] > STACK * unit:
            return
        yield end


def _length(span: Interval) -> float:
    return span[1] - span[0]


def _row_of(span: Interval, rows: Sequence[Interval]) -> Interval:
    return min(rows, key=lambda row: max(row[0] - _middle(span), _middle(span) - row[1]))


def _middle(span: Interval) -> float:
    return (span[0] + span[1]) / 2
