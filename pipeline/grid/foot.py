"""The end of a table that no rule closes: what goes on below it, and the page number; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.geometry import BBox, union
from pipeline.grid.intervals import gaps, joined

# In characters.
REST = 1.2  # text below the last rule of a table stands so near
BLANK = 2.5  # a higher blank ends a table
LOW = 1.6  # one line is no higher
FOOT = 6.0  # a page number stands so near below the text
NUMBER = 8.0  # a page number with its dashes is no wider
THIN = 1.3  # a column of single characters is no wider


def keeps_on(
    boxes: Sequence[BBox], end: float, unit: float, first: float = REST, blank: float = BLANK
) -> Iterator[list[BBox]]:
    """The lines below `end` that may belong to what stands above, from top to bottom.

    The tallest cell of a row begins just below the row's rule, no farther than `first` characters;
    blanks inside a row may be higher, up to `blank`.
    """
    before: list[BBox] = []
    lines = joined((b.top, b.bottom) for b in boxes)
    for top, bottom in lines:
        line = [b for b in boxes if top <= b.y_mid <= bottom]
        last = (top, bottom) == lines[-1] and top - end > REST * unit
        if top - end > (blank if before else first) * unit:
            return
        if last and _is_number(line, unit) and not _is_below(line, before, unit):
            return
        yield line
        before += line
        end = bottom


def goes_over(boxes: Sequence[BBox], end: float, unit: float) -> bool:
    """Whether what ends there may go on over the page end: no more than a page number is below."""
    lines = joined((b.top, b.bottom) for b in boxes if b.y_mid > end)
    return not lines or (len(lines) == 1 and lines[0][0] - end <= FOOT * unit)


def without_foot(boxes: Sequence[BBox], unit: float) -> list[BBox]:
    """The characters without a page number: a short line farther below than any other."""
    lines = joined((b.top, b.bottom) for b in boxes)
    apart = [gap[1] - gap[0] for gap in gaps(lines, 0.0)]
    last = [box for box in boxes if box.bottom >= lines[-1][0]]
    if len(apart) > 1 and apart[-1] > max(apart[:-1]) and _is_number(last, unit):
        return [box for box in boxes if box.bottom < lines[-1][0]]
    return list(boxes)


def _is_number(line: Sequence[BBox], unit: float) -> bool:
    """Whether a line is as short as a page number."""
    box = union(line)
    return box.height <= LOW * unit and box.width <= NUMBER * unit


def _is_below(line: Sequence[BBox], before: Sequence[BBox], unit: float) -> bool:
    """Whether a line is one character right below others, as in a name set downwards."""
    box = union(line)
    return box.width <= THIN * unit and any(
        b.width <= THIN * unit and abs(b.x_mid - box.x_mid) < unit / 2 for b in before
    )
