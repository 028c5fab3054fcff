"""White that parts no columns: between characters spread over a line, and behind marks; pure.

Spread characters stand singly on both sides at one height, and one more at the same pitch beyond.
A comma fills the left half of its square, and few lines have their white halves in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.geometry import BBox, union
from pipeline.grid.heading import heading_words
from pipeline.grid.intervals import Interval, joined

# In characters.
NEAR = 4.0  # characters so near to a stretch are looked at
CLOSE = 0.25  # characters of a line stand nearer
SINGLE = 1.3  # one character is no wider
WORD = 1.7  # and two are wider than this
APART, FAR = 0.9, 4.0  # headings of two columns stand farther apart, words and single characters
MARK = 0.45  # a mark is no larger
LOW = 0.15  # and so far below the middle of its line
HALF = 0.85  # and the next character so near
LEAST, MOST = 0.1, 0.5  # shares of their height that two lines off level have in common
NARROW = 0.6  # white between characters spread over a line is seldom wider
EXACT = 0.25  # text set in the middle of a column is off it by no more
LEVEL = 0.7  # and a line on one level with another at least so much
LIKE = 0.15
"""Share by which the pitch of characters differs in one line."""


def parts_columns(gutter: Interval, boxes: Sequence[BBox], unit: float) -> bool:
    """Whether most lines beside a white stretch are neither spread over it nor white by a mark."""
    reach = NEAR * unit
    left = [b for b in boxes if gutter[0] - reach < b.x0 and b.x1 <= gutter[0] + unit / 8]
    right = [b for b in boxes if gutter[1] - unit / 8 <= b.x0 and b.x1 < gutter[1] + reach]
    lines = _lines(left), _lines(right)
    whole = [_is_spread(*pair, unit) or _has_mark(*pair, unit) for pair in _pairs(*lines)]
    return 2 * sum(whole) <= len(whole) + _off_level(*lines)


def stand_apart(gutter: Interval, head: Sequence[BBox], unit: float) -> bool:
    """Whether the headings of two columns stand on both sides of a white stretch.

    They are words of several close characters, or so far apart as no characters of one are, or
    off level with each other.
    """
    for line in _lines(head):
        left = [b for b in line if b.x_mid < gutter[0]]
        right = [b for b in line if b.x_mid > gutter[1]]
        if not left or not right:
            continue
        sides = [_close_up(side, CLOSE * unit)[0] for side in _away(left, right)]
        apart = sides[0][0] + sides[1][0]
        words = all(end - start > WORD * unit for start, end in sides)
        if apart > FAR * unit or (apart > APART * unit and words):
            return True
    return _off_head(gutter, head, unit)


def in_middle_of_both(gutter: Interval, ends: Interval, boxes: Sequence[BBox], unit: float) -> bool:
    """Whether lines on one side of a narrow white stretch stand in the middle of both sides.

    The last line of a cell, a character or two, is set in the middle of its column. `ends`: those
    of both sides together.
    """
    if gutter[1] - gutter[0] >= NARROW * unit:
        return False
    middle, whole = sum(gutter) / 2, sum(ends) / 2
    both = own = 0
    for line in _lines([b for b in boxes if ends[0] < b.x_mid < ends[1]]):
        left, right = min(b.x0 for b in line), max(b.x1 for b in line)
        if left < middle < right:
            continue
        side = (ends[0] + middle) / 2 if right <= middle else (middle + ends[1]) / 2
        off_both, off_own = abs((left + right) / 2 - whole), abs((left + right) / 2 - side)
        both += off_both <= EXACT * unit and off_own > 2 * EXACT * unit
        own += off_own <= EXACT * unit and off_both > 2 * EXACT * unit
    return both > 1 and not own


def _off_head(gutter: Interval, head: Sequence[BBox], unit: float) -> bool:
    """Whether headings beside a white stretch stand at other heights, and none at the same one.

    One has more lines than the other, and each is set in the middle of its cell.
    """
    words = heading_words(head, unit)
    left = [w for w in words if gutter[0] - unit < w.x1 <= gutter[0] + unit / 8]
    right = [w for w in words if gutter[1] - unit / 8 <= w.x0 < gutter[1] + unit]
    common = [
        (min(one.bottom, other.bottom) - max(one.top, other.top)) / min(one.height, other.height)
        for one in left
        for other in right
    ]
    level = any(share >= LEVEL for share in common)
    return not level and any(share > LEAST for share in common)


def _lines(boxes: Sequence[BBox]) -> list[list[BBox]]:
    spans = joined((b.top, b.bottom) for b in boxes)
    return [[b for b in boxes if top <= b.y_mid <= bottom] for top, bottom in spans]


def _pairs(
    left: Sequence[list[BBox]], right: Sequence[list[BBox]]
) -> Iterator[tuple[list[BBox], list[BBox]]]:
    """What stands on both sides at one height."""
    for one in left:
        top, bottom = min(b.top for b in one), max(b.bottom for b in one)
        for other in right:
            low, high = min(b.top for b in other), max(b.bottom for b in other)
            common = min(bottom, high) - max(top, low)
            if 2 * common > max(bottom - top, high - low):
                yield one, other


def _off_level(left: Sequence[list[BBox]], right: Sequence[list[BBox]]) -> int:
    """How often a line on one side stands beside one on the other and not at its height.

    Those of two columns do, where the text of each is set in the middle of its cell.
    """
    spans = [[(min(b.top for b in o), max(b.bottom for b in o)) for o in s] for s in (left, right)]
    common = [
        (min(bottom, low) - max(top, high)) / min(bottom - top, low - high)
        for top, bottom in spans[0]
        for high, low in spans[1]
    ]
    return sum(LEAST < share < MOST for share in common)


def _is_spread(left: Sequence[BBox], right: Sequence[BBox], unit: float) -> bool:
    """Whether single characters stand on both sides, and one more as far beyond one of them."""
    sides = [_close_up(side, CLOSE * unit) for side in _away(left, right)]
    if any(side[0][1] - side[0][0] > SINGLE * unit for side in sides):
        return False
    pitch = sum(_middle(side[0]) for side in sides)
    beyond = [_middle(side[1]) - _middle(side[0]) for side in sides if len(side) > 1]
    return any(abs(other - pitch) <= LIKE * pitch for other in beyond)


def _away(left: Sequence[BBox], right: Sequence[BBox]) -> tuple[list[Interval], list[Interval]]:
    """Both sides along the line away from the middle."""
    return [(-b.x1, -b.x0) for b in left], [(b.x0, b.x1) for b in right]


def _has_mark(left: Sequence[BBox], right: Sequence[BBox], unit: float) -> bool:
    """Whether the white is the empty half of a comma or full stop that text follows."""
    mark, line = max(left, key=lambda b: b.x1), union([*left, *right])
    low = mark.y_mid > line.y_mid + LOW * unit
    after = min(b.x0 for b in right) - mark.x1
    return low and max(mark.width, mark.height) <= MARK * unit and after <= HALF * unit


def _middle(span: Interval) -> float:
    return (span[0] + span[1]) / 2


def _close_up(side: Sequence[Interval], close: float) -> list[Interval]:
    """Characters that stand close taken together."""
    return [(a, b - close) for a, b in joined((a, b + close) for a, b in side)]
