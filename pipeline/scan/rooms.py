"""The room that marks take in a line: one that has none is a speck, or ink of a character."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise

from pipeline.characters import is_han
from pipeline.scan.spans import ENOUGH_HAN, Span, percentile

STOPS = frozenset("，,、。.；;：:·")
POINTS = frozenset(".．·•∙")
TIGHTEST = 2.15  # steps that two characters and a mark between them take at least
WIDER = 1.08  # of the usual width: with a mark beside it, a character is wider
POINTED = 0.2  # heights that stand at least between two digits with a point between them
AMPLE = 2.4  # and so many show that something stands between them
TOUCHING = 0.05  # heights; what is no farther away was cut off


def has_no_room(at: int, letters: Sequence[str], spans: Sequence[Span], height: float) -> bool:
    """Whether the mark at a place stands where none has room.

    Between two Chinese characters that stand side by side, or two digits; or at the end of a line,
    cut off a character that is no wider than others with it. `spans`: columns of the line's
    characters; `height`: of the line.
    """
    letter = letters[at]
    if letter.isalnum() or at == 0:
        return False
    before, end = letters[at - 1], spans[at - 1][1]
    if at == len(letters) - 1:
        tight = spans[at][0] - end <= TOUCHING * height
        whole = spans[at][1] - spans[at - 1][0]
        return tight and is_han(before) and whole < WIDER * usual_width(letters[: at - 1], spans)
    after = letters[at + 1]
    if letter in POINTS and before.isdecimal() and after.isdecimal():
        return spans[at + 1][0] - end < POINTED * height
    # Where too few characters tell their step, it is at least their height.
    step = usual_step(letters, spans) or height
    room = spans[at + 1][1] - spans[at - 1][0]
    return is_han(before) and is_han(after) and room < TIGHTEST * step


def has_ample_room(at: int, letters: Sequence[str], spans: Sequence[Span]) -> bool:
    """Whether two Chinese characters stand so far apart that the mark between them was printed.

    `spans`: columns of the line's characters, which show how far most of them stand apart.
    """
    if not 0 < at < len(letters) - 1 or letters[at] not in STOPS - POINTS:
        return False
    room, step = spans[at + 1][1] - spans[at - 1][0], usual_step(letters, spans)
    parted = is_han(letters[at - 1]) and is_han(letters[at + 1])
    return parted and step > 0 and room >= AMPLE * step


def usual_width(letters: Sequence[str], spans: Sequence[Span]) -> float:
    """How wide most Chinese characters of the line are at most, pixels; 0 where there is none.

    A few of them may have marks beside, so the widest third does not count.
    """
    pairs = zip(letters, spans, strict=False)
    widths = [b - a for letter, (a, b) in pairs if is_han(letter)]
    return percentile(widths, 67) if widths else 0.0


def usual_step(letters: Sequence[str], spans: Sequence[Span]) -> float:
    """How far Chinese characters stand from each other, pixels; 0 where too few show it."""
    pairs = zip(pairwise(letters), pairwise(spans), strict=True)
    steps = [b[1] - a[1] for pair, (a, b) in pairs if all(map(is_han, pair))]
    return statistics.median(steps) if len(steps) >= ENOUGH_HAN - 1 else 0.0
