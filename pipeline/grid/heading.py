"""A heading over several columns above theirs, where no rule parts them; pure, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.geometry import BBox, union
from pipeline.grid.intervals import joined
from pipeline.model import Ruling

# In characters.
WORD = 1.5  # characters of one heading stand nearer
LOW = 0.3  # a heading of one column under another stands so far below the middle
MIDDLE = 1.0  # a heading stands so near to the middle of its columns


def heading_rules(
    head: Sequence[BBox], edges: Sequence[float], top: float, bottom: float, unit: float
) -> Iterator[Ruling]:
    """The rules under headings that stand over those of several columns.

    `head` are the characters of the heading between `top` and `bottom`, `edges` those of the
    columns from left to right; `unit` is the character height.
    """
    columns = [[b for b in head if left <= b.x_mid < right] for left, right in pairwise(edges)]
    taken = 0
    for word in sorted(_words(head, unit), key=lambda word: word.x0):
        under = [[b for b in own if b.top >= word.y_mid] for own in columns]
        places = [
            (first, last)
            for first in range(taken, len(columns))
            for last in range(first + 1, len(columns))
            if _is_over(word, columns[first : last + 1], under[first : last + 1])
            and abs((edges[first] + edges[last + 1]) / 2 - word.x_mid) <= MIDDLE * unit
        ]
        if not places:
            continue
        first, last = max(places, key=lambda place: place[1] - place[0])
        below = [b for own in under[first : last + 1] for b in own]
        y = (word.bottom + min(b.top for b in below)) / 2
        middle = (top + bottom) / 2
        if all(union(own).y_mid > middle + LOW * unit for own in under[first : last + 1]):
            yield Ruling("h", y, edges[first], edges[last + 1], 0.0, True)
            taken = last + 1


def _words(boxes: Sequence[BBox], unit: float) -> Iterator[BBox]:
    """Characters of one line that stand near each other as one box."""
    for top, bottom in joined((b.top, b.bottom) for b in boxes):
        # Headings over and beside each other overlap: lines are told by the middle of each.
        band = sorted((b for b in boxes if top <= b.y_mid <= bottom), key=lambda b: b.y_mid)
        lines: list[list[BBox]] = []
        for box in band:
            if not lines or box.y_mid - lines[-1][-1].y_mid > unit / 4:
                lines.append([])
            lines[-1].append(box)
        for line in lines:
            spans = joined((b.x0, b.x1 + WORD * unit) for b in line)
            for left, right in spans:
                yield union(b for b in line if left <= b.x_mid <= right)


def _is_over(
    word: BBox, columns: Sequence[Sequence[BBox]], under: Sequence[Sequence[BBox]]
) -> bool:
    """Whether nothing but a word stands over what is under it in columns, and each holds some."""
    others = [b for own in columns for b in own if b.y_mid < word.bottom and not _holds(word, b)]
    return not others and all(under)


def _holds(word: BBox, box: BBox) -> bool:
    return word.x0 <= box.x_mid <= word.x1 and word.top <= box.y_mid <= word.bottom
