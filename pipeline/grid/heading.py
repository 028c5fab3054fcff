"""A heading over several columns above theirs, where no rule parts them; pure, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.geometry import BBox, union
from pipeline.model import Ruling

# In characters.
WORD = 0.8  # characters of one heading stand nearer
LOW = 0.3  # a heading of one column under another stands so far below the middle
MIDDLE = 1.0  # a heading stands so near to the middle of its columns
OWN = 0.5  # and the first line of one column's heading to that of its own
LINE = 0.9  # the next line begins so far below, and parts of one character do not
TALL = 0.5  # text is at least so high


def heading_rules(
    head: Sequence[BBox], edges: Sequence[float], top: float, bottom: float, unit: float
) -> Iterator[Ruling]:
    """The rules under headings that stand over those of several columns.

    `head` are the characters of the heading between `top` and `bottom`, `edges` those of the
    columns from left to right; `unit` is the character height.
    """
    columns = [[b for b in head if left <= b.x_mid < right] for left, right in pairwise(edges)]
    taken = 0
    for word in sorted(heading_words(head, unit), key=lambda word: word.x0):
        under = [[b for b in own if b.top >= word.top + LINE * unit] for own in columns]
        places = [
            (first, last)
            for first in range(taken, len(columns))
            for last in range(first + 1, len(columns))
            if _is_over(word, columns[first : last + 1], under[first : last + 1])
            and abs((edges[first] + edges[last + 1]) / 2 - word.x_mid) <= MIDDLE * unit
            and not _are_beside(word, columns[first : last + 1], edges[first : last + 2], unit)
        ]
        if not places:
            continue
        first, last = max(places, key=lambda place: place[1] - place[0])
        below = [b for own in under[first : last + 1] for b in own]
        y = (word.bottom + min(b.top for b in below)) / 2
        middle = (top + bottom) / 2
        names = [union(own) for own in under[first : last + 1]]
        if all(b.y_mid > middle + LOW * unit and b.height > TALL * unit for b in names):
            yield Ruling("h", y, edges[first], edges[last + 1], 0.0, True)
            taken = last + 1


def heading_words(boxes: Sequence[BBox], unit: float) -> list[BBox]:
    """Tall characters at one height that stand near each other as one box."""
    words: list[BBox] = []
    for box in sorted(boxes, key=lambda box: box.x0):
        if box.height <= TALL * unit:
            continue
        near = [word for word in words if _is_beside(word, box, unit)]
        words = [word for word in words if word not in near]
        words.append(union([box, *near]))
    # The parts of a character over one another, as of 责, are none of them tall.
    parts = [box for box in boxes if box.height <= TALL * unit]
    return [_with_parts(word, parts, unit) for word in words]


def _with_parts(word: BBox, parts: Sequence[BBox], unit: float) -> BBox:
    """A word with the low parts of characters beside it, at its height."""
    top, bottom = word.top - unit / 8, word.bottom + unit / 8
    for part in sorted(parts, key=lambda part: abs(part.x_mid - word.x_mid)):
        apart = max(word.x0, part.x0) - min(word.x1, part.x1)
        if top <= part.top and part.bottom <= bottom and apart < WORD * unit:
            word = union([word, part])
    return word


def _is_beside(one: BBox, other: BBox, unit: float) -> bool:
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    apart = max(one.x0, other.x0) - min(one.x1, other.x1)
    return 2 * common > max(one.height, other.height) and apart < WORD * unit


def _is_over(
    word: BBox, columns: Sequence[Sequence[BBox]], under: Sequence[Sequence[BBox]]
) -> bool:
    """Whether nothing but a word stands over what is under it in columns, and each holds some."""
    others = [b for own in columns for b in own if b.y_mid < word.bottom and not _holds(word, b)]
    return not others and all(under)


def _are_beside(
    word: BBox, columns: Sequence[Sequence[BBox]], edges: Sequence[float], unit: float
) -> bool:
    """Whether a word is the first lines of narrow headings, each in the middle of its column."""
    parts = [[b for b in own if _holds(word, b)] for own in columns]
    if not all(parts):
        return False
    off = [
        abs(union(own).x_mid - (left + right) / 2)
        for own, (left, right) in zip(parts, pairwise(edges), strict=True)
    ]
    return max(off) <= OWN * unit


def _holds(word: BBox, box: BBox) -> bool:
    return word.x0 <= box.x_mid <= word.x1 and word.top <= box.y_mid <= word.bottom
