"""The columns of each character of a line: from where recognition saw it, and from its ink."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.characters import is_blank, is_han
from pipeline.scan.ink import Mask, PixelBox, runs

Span = tuple[int, int]

OPENING = frozenset("（(《〈“‘「『【〔[")
CLOSING = frozenset("，,、。.；;：:！!？?）)》〉”’」』】〕]")

# The widest that the ink of one character may be, in heights of the line.
WIDEST, WIDEST_ASCII, WIDEST_DIGIT, WIDEST_HAN, WIDEST_DASH = 1.0, 0.8, 0.65, 1.3, 2.4
BROAD_ASCII = frozenset("%&@mwMW")
# A line of so many Chinese characters shows how wide they are; what is wider by SURPLUS than most
# (the 85th percentile) holds a mark besides: 县 with the 、 before it is wider by a fifth.
ENOUGH_HAN, SURPLUS = 4, 1.13
NARROW = 0.75  # of the widest: a character that touches the next is at least so wide


def text_to_spans(
    text: str, centres: Sequence[float] | None, box: PixelBox, mask: Mask, height: float
) -> list[Span]:
    """First and last ink column of each character that is no blank, counted from the left of `box`.

    Empty where `centres` (page x, in pixels) are not known and the ink does not fall into as many
    parts.
    """
    kept = [index for index, character in enumerate(text) if not is_blank(character)]
    if not kept:
        return []
    line = box.cut(mask)
    if not line.size:
        return []
    # numpy's own count takes ten times as long.
    counts = cv2.reduce(line & 1, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    ink = np.asarray(counts, np.int32).ravel()
    if centres is not None:
        spans = centres_to_boxes([centres[index] - box.x0 for index in kept], ink)
        return settle([text[index] for index in kept], spans, ink, height)
    stretches = runs(ink > 0, bridge=max(1, round(0.15 * height)))
    return stretches if len(stretches) == len(kept) else []


def centres_to_boxes(centres: Sequence[float], ink: NDArray[np.int32]) -> list[Span]:
    """Columns of each character: parted, between two centres, where there is least ink.

    `ink`: how many pixels of it each column of the line holds.
    """
    # Windows are a few columns wide: plain numbers take a third of numpy's time there.
    profile: list[int] = ink.tolist()
    width = len(profile)
    cuts = [0]
    for left, right in pairwise(centres):
        low = min(max(cuts[-1] + 1, round(left)), width - 1)
        high = min(max(low + 1, round(right) + 1), width)
        cuts.append(low + _least_near(profile[low:high], (left + right) / 2 - low))
    cuts.append(width)
    return [_inked(profile, start, end) for start, end in pairwise(cuts)]


def _least_near(window: Sequence[int], middle: float) -> int:
    """The place of the least value that is nearest to `middle`, the first of two as near."""
    least, half = min(window), min(max(0, int(middle) + 1), len(window))
    before = window[:half][::-1]
    near = [half - 1 - before.index(least)] if least in before else []
    near += [window.index(least, half)] if least in window[half:] else []
    return min(near, key=lambda at: abs(at - middle))


def _inked(profile: Sequence[int], start: int, end: int) -> Span:
    """The columns from the first to the last that hold ink; all where none does."""
    first, last = start, end
    while first < last and not profile[first]:
        first += 1
    while last > first and not profile[last - 1]:
        last -= 1
    return (first, last) if first < last else (start, max(end, start + 1))


def settle(
    letters: Sequence[str], spans: Sequence[Span], ink: NDArray[np.int32], height: float
) -> list[Span]:
    """Ink given to a neighbour where a character has too much of it and the neighbour has room.

    The places that recognition gives are good to half a character: the dots of 情 fall to the 展
    before it. `ink` is as in `centres_to_boxes`.
    """
    settled = list(spans)
    widest = limits(letters, spans, height)
    for at in range(len(settled) - 1):
        (start, middle), (second, end) = settled[at], settled[at + 1]
        touch = is_han(letters[at]) and is_han(letters[at + 1])
        if middle - start > widest[at]:
            cut = _cut_before(ink, (start, middle), round(widest[at]), touch)
            if cut is not None and end - cut[1] <= widest[at + 1]:
                settled[at], settled[at + 1] = (start, cut[0]), (cut[1], end)
        elif end - second > widest[at + 1]:
            cut = _cut_before(
                ink[::-1], (len(ink) - end, len(ink) - second), round(widest[at + 1]), touch
            )
            if cut is not None and len(ink) - cut[1] - start <= widest[at]:
                settled[at] = (start, len(ink) - cut[1])
                settled[at + 1] = (len(ink) - cut[0], end)
    return settled


def _cut_before(ink: NDArray[np.int32], span: Span, widest: int, touch: bool) -> Span | None:
    """Where to end what begins with `span`, and where what follows begins; None: nowhere.

    At a blank; for two characters that may `touch`, else where there is least ink, no farther than
    `widest` columns from the start.
    """
    start, end = span
    last = runs(ink[start:end] > 0)[-2:]
    if len(last) == 2 and last[0][1] <= widest:
        return start + last[0][1], start + last[1][0]
    if not touch:
        return None
    low = start + round(NARROW * widest)
    window = ink[low : min(end, start + widest + 1)]
    if not window.size:
        return None
    at = low + int(window.argmin())
    return at, at


def limits(letters: Sequence[str], spans: Sequence[Span], height: float) -> list[float]:
    """The widest, in pixels, that each character of the line may be."""
    usual = usual_han(letters, spans)
    # A line of digits alone is lower than its characters would be: its height says less.
    full_height = any(map(is_han, letters))
    return [
        min(_widest(letter, full_height) * height, SURPLUS * usual)
        if usual and is_han(letter)
        else _widest(letter, full_height) * height
        for letter in letters
    ]


def usual_han(letters: Sequence[str], spans: Sequence[Span]) -> float:
    """The width of the line's wider Chinese characters, pixels; 0 where too few show it."""
    widths = [b - a for letter, (a, b) in zip(letters, spans, strict=True) if is_han(letter)]
    return percentile(widths, 85) if len(widths) >= ENOUGH_HAN else 0.0


def percentile(values: Sequence[int], rank: float) -> float:
    """The percentile `rank` (0 to 100) of a few values, between the two nearest of them.

    numpy's own takes a tenth of a millisecond each, which adds up over the lines of a page.
    """
    ordered = sorted(values)
    place = (len(ordered) - 1) * rank / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _widest(letter: str, full_height: bool) -> float:
    if is_han(letter):
        return WIDEST_HAN
    if letter in "—…":
        return WIDEST_DASH
    if full_height and (letter.isdecimal() or letter in OPENING | CLOSING):
        return WIDEST_DIGIT
    return WIDEST_ASCII if letter.isascii() and letter not in BROAD_ASCII else WIDEST
