"""Where on a page text stands in three columns or more; pure, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.geometry import BBox, union
from pipeline.grid.foot import BLANK, without_foot
from pipeline.grid.gutters import GUTTER, SLAB, STEP, Flags, runs, to_slabs

# In characters.
MARGIN = 0.4  # the outline stands so far off the text
LEAST = 4.0  # the least height of a table without rules
FULL = 0.7  # share of the width: what is so full without gutters has no columns


def worth(columns: int, height: float) -> float:
    """Few lines have many gutters by chance; so height counts for more than their number."""
    return height * float(np.sqrt(columns - 1))


def parts_in_columns(boxes: Sequence[BBox], unit: float) -> Iterator[tuple[BBox, int]]:
    """Parts of the page in three columns or more, as high as may be, with the columns' number."""
    page = union(boxes)
    filled = to_slabs(boxes, page, unit)
    used: Flags = np.asarray(filled.any(axis=1))
    for start in range(len(filled)):
        if not used[start] or (start and used[start - 1]):
            continue
        ends = list(_grow(filled, used, start))
        if not ends:
            continue
        end, columns = max(ends, key=lambda found: worth(found[1], found[0] - start))
        top, bottom = (page.top + place * SLAB * unit for place in (start, end))
        own = [b for b in boxes if top - unit / 2 <= b.y_mid <= bottom + unit / 2]
        yield union(without_foot(own, unit)).expand(MARGIN * unit), columns


def _grow(filled: Flags, used: Flags, start: int) -> Iterator[tuple[int, int]]:
    """The ends that a table beginning at a slab may have, with its columns; three at least."""
    covered, blank = filled[start].copy(), 0
    least = max(1, round(GUTTER / STEP))
    for end in range(start + 1, len(filled) + 1):
        columns = 1 + sum(b - a >= least for a, b in runs(~covered) if a > 0 and b < len(covered))
        whole = (end - start) * SLAB >= LEAST
        if whole and columns < 3 and covered.mean() > FULL:
            return
        if whole and columns > 2 and (end == len(filled) or not used[end]):
            yield end, columns
        if end < len(filled):
            blank = 0 if used[end] else blank + 1
            if blank * SLAB >= BLANK:
                return
            covered |= filled[end]
