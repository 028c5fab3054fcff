"""Marks as they are printed: recognition tells their widths badly, the print shows them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.characters import NUMERALS, is_han
from pipeline.scan.ink import eyes, has_eye, runs
from pipeline.scan.spans import CLOSING, OPENING, Span

HYPHENS = frozenset("-–－")
DASHES = HYPHENS | {"—"}
# Half-width marks, and what they are where the print leaves them the room of a whole character.
FULL_WIDTH = dict(zip("(),;:!?", "（），；：！？", strict=True))
# In heights of the line.
WIDE_DASH = 0.7
ALONE = 0.8  # between two digits a hyphen has less room
FLAT = 0.3  # no dash is so thick
HALF_DASH = 0.45  # no hyphen is so wide
BREAK = 0.15  # thin print breaks in a dash by so much
ROOM = 0.3
SQUARE = 0.58
TIGHT = 0.1  # the gap between two characters, where the line shows none
RING = 0.21  # a 。 is as wide; the dot of a ， is smaller
LARGEST_EYE, RING_END = 0.25, 0.35  # the paper in a ring, and how far in a mark it may reach
ASIDE = 0.2  # a quote stands so much nearer to what it encloses
TAIL = 1.4
"""How much higher the lower part of a ； is than its upper one."""

COLONS = {":": ";", "：": "；"}
DOTS = frozenset("·•∙")
COMMAS = frozenset(",，、°")
ACCENTS = frozenset("`ˋ")
POINTS = frozenset(".．") | DOTS
BEFORE_STOP = frozenset("）)》”’」』】〕]%％")
PARTING = frozenset("，、。；：,;:") | POINTS
LONGEST_NAME = 4  # characters of a part of a name


def set_marks(
    letters: Sequence[str], spans: Sequence[Span], ink: NDArray[np.bool_], height: float
) -> list[str]:
    """The characters of a line with its marks as the print shows them.

    `spans`: columns of each character in `ink`, the line's; `height`: of the line, in pixels.
    """
    strokes = [
        stroke_of(span, ink, height) if letter in HYPHENS else span
        for letter, span in zip(letters, spans, strict=True)
    ]
    marks = [_dash(at, letters, span, height) for at, span in enumerate(strokes)]
    marks = [
        "—" if mark in HYPHENS and _stands_alone(at, marks, spans, height) else mark
        for at, mark in enumerate(marks)
    ]
    marks = [
        _stop(at, marks, ink[:, slice(*spans[at])], height)
        if mark in POINTS and _has_room(at, spans, height)
        else mark
        for at, mark in enumerate(marks)
    ]
    marks = [
        "。" if mark in COMMAS and _is_ring(span, ink, height) else mark
        for mark, span in zip(marks, spans, strict=True)
    ]
    marks = [
        _colon(mark, ink[:, slice(*span)]) if mark in COLONS else mark
        for mark, span in zip(marks, spans, strict=True)
    ]
    marks = ["、" if _is_torn(at, marks) else mark for at, mark in enumerate(marks)]
    marks = [_quote(at, marks, spans, height) for at in range(len(marks))]
    marks = _closed_quotes(marks)
    return _full_width(marks, spans, height)


def _dash(at: int, letters: Sequence[str], span: Span, height: float) -> str:
    """A hyphen as wide as a character is a dash (GB/T 9704-2012, 7.5: — 1 —).

    And so is 一 beside digits, as in 5—7家, also where the line ends in it: numbers do not mix.
    """
    letter = letters[at]
    if letter == "一":
        beside = [*letters[max(0, at - 1) : at], *letters[at + 1 : at + 2]]
        return "—" if beside and all(other.isdecimal() for other in beside) else letter
    return "—" if letter in HYPHENS and span[1] - span[0] > WIDE_DASH * height else letter


def _stands_alone(at: int, letters: Sequence[str], spans: Sequence[Span], height: float) -> bool:
    """Whether a mark between digits has the room of a dash, of which thin print shows a part."""
    beside = [*letters[max(0, at - 1) : at], *letters[at + 1 : at + 2]]
    if not beside or not all(letter.isdecimal() for letter in beside):
        return False
    if len(beside) < 2:  # at an end of the line
        return spans[at][1] - spans[at][0] > HALF_DASH * height
    return spans[at + 1][0] - spans[at - 1][1] > ALONE * height


def stroke_of(span: Span, ink: NDArray[np.bool_], height: float) -> Span:
    """The columns of the level stroke of which a character's span holds a part.

    Where a dash touches a digit, or was read as two marks, its span is a part of it alone. Thin
    print breaks in it. `height`: of the line, in pixels.
    """
    rows = np.flatnonzero(ink[:, slice(*span)].any(axis=1))
    if not rows.size:
        return span
    middle = int(np.median(rows))
    flat = ink.sum(axis=0) <= FLAT * height  # of characters beside it, no column is
    level = np.asarray(ink[max(0, middle - 1) : middle + 2].any(axis=0) & flat)
    over_all = runs(level, bridge=max(1, round(BREAK * height)))
    over = [run for run in over_all if run[0] < span[1] and span[0] < run[1]]
    return max(over, key=lambda run: run[1] - run[0], default=span)


def doubled_dashes(
    letters: Sequence[str], spans: Sequence[Span], ink: NDArray[np.bool_], height: float
) -> list[int]:
    """The places of dashes that are the same stroke as the dash behind them: -— for one —."""
    return [
        at
        for at, pair in enumerate(pairwise(letters))
        if all(letter in DASHES for letter in pair)
        and stroke_of(spans[at], ink, height) == stroke_of(spans[at + 1], ink, height)
    ]


def _stop(at: int, letters: Sequence[str], ink: NDArray[np.bool_], height: float) -> str:
    """A point in Chinese text is a comma that lost its tail, or a full stop that lost its eye.

    GB/T 15834-2011 knows no point after a Chinese word but the one after a numeral that heads a
    line (一．); recognition reads one on faxes, where thin strokes are gone. What it parts must be
    longer than names: 买买提．吐尔逊. A dot at half height (·) stands in names as well; one that is
    larger or has an eye is 、 or 。 in the middle of its square.
    """
    letter, before, after = letters[at], letters[at - 1 : at], letters[at + 1 : at + 2]
    heads = all(numeral in NUMERALS for numeral in letters[:at])
    ends_word = bool(before) and ((is_han(before[0]) and not heads) or before[0] in BEFORE_STOP)
    goes_on = not after or is_han(after[0]) or after[0] in OPENING
    if not ends_word or not goes_on:
        return letter
    if has_eye(ink):
        return "。"
    if max(_stretch(letters[at - 1 :: -1]), _stretch(letters[at + 1 :])) <= LONGEST_NAME:
        return letter
    large = int(ink.any(axis=0).sum()) >= RING * height
    if letter in DOTS:
        return "、" if large else letter
    return "。" if large else "，"


def _is_ring(span: Span, ink: NDArray[np.bool_], height: float) -> bool:
    """Whether a mark is a ring, as no comma is: recognition reads one for 。 in coarse scans.

    The next character may stand so near that a part of either is among the other's columns.
    """
    start = max(0, span[0] - round(ASIDE * height))
    for x, y, wide, high in eyes(ink[:, start : span[1] + round(ASIDE * height)]):
        left, right = start + x, start + x + wide
        near = left < span[1] and span[0] < right <= span[0] + RING_END * height
        if near and max(wide, high) <= LARGEST_EYE * height and y > height / 4:
            return True
    return False


def _colon(letter: str, ink: NDArray[np.bool_]) -> str:
    """： is ；where its lower part is higher than the upper one, and than both are wide: a tail.

    Small print leaves a tail of one pixel, so that two parts alike say nothing against ；.
    """
    dots = _two_dots(ink)
    if dots is None:
        return letter
    (upper, _), (lower, wide) = dots
    return COLONS[letter] if lower >= TAIL * max(upper, wide) and lower > upper + 1 else letter


def may_have_tail(ink: NDArray[np.bool_], more: float) -> bool:
    """Whether the lower of two dots is higher than the upper one by `more` pixels."""
    dots = _two_dots(ink)
    return dots is not None and dots[1][0] - dots[0][0] > more


def _two_dots(ink: NDArray[np.bool_]) -> list[tuple[int, int]] | None:
    """Height and width of two parts of ink one over the other; None where there are not two."""
    parts = runs(np.asarray(ink.any(axis=1)))
    if len(parts) != 2:
        return None
    return [(end - start, int(ink[start:end].any(axis=0).sum())) for start, end in parts]


def _has_room(at: int, spans: Sequence[Span], height: float) -> bool:
    """Whether a mark has the room of one; a stroke taken from a character has not."""
    if at + 1 == len(spans):
        return True
    before = spans[at][0] - spans[at - 1][1] if at else 0
    return before + spans[at + 1][0] - spans[at][1] > ROOM * height


def _stretch(letters: Sequence[str]) -> int:
    """How many characters stand before the next mark that parts."""
    return next((at for at, letter in enumerate(letters) if letter in PARTING), len(letters))


def _is_torn(at: int, letters: Sequence[str]) -> bool:
    """Whether a mark is a 、 whose foot a ruling took: an accent between Chinese characters."""
    beside = (*letters[max(0, at - 1) : at], *letters[at + 1 : at + 2])
    return letters[at] in ACCENTS and len(beside) == 2 and all(map(is_han, beside))


def _quote(at: int, letters: Sequence[str], spans: Sequence[Span], height: float) -> str:
    """“ or ” by the side on which it stands in its square, between characters without own room."""
    letter = letters[at]
    if letter not in "“”" or not 0 < at < len(letters) - 1:
        return letter
    beside = (letters[at - 1], letters[at + 1])
    if any(other in OPENING | CLOSING for other in beside):
        return letter
    before, after = spans[at][0] - spans[at - 1][1], spans[at + 1][0] - spans[at][1]
    if abs(before - after) < ASIDE * height:
        return letter
    return "“" if before > after else "”"


def _closed_quotes(letters: Sequence[str]) -> list[str]:
    """What closes a “ is ”: not the ’ of an inner quotation that none began, and no other “."""
    closed, inside, inner = list(letters), False, False
    for at, letter in enumerate(letters):
        wrong = (letter == "’" and not inner) or letter == "“"
        if inside and wrong:
            closed[at] = "”"
        inside = (inside or letter == "“") and closed[at] != "”"
        inner = (inner or letter == "‘") and letter != "’"
    return closed


def _full_width(letters: Sequence[str], spans: Sequence[Span], height: float) -> list[str]:
    """Marks printed with the room of a whole character, in their full-width form.

    Where the print does not show it (at the ends of a line, beside other marks), a bracket follows
    its partner, and without one it is full-width around Chinese characters (GB/T 15834-2011).
    """
    if not FULL_WIDTH.keys() & set(letters):
        return list(letters)
    wide = _printed_wide(letters, spans, height)
    for start, end in _pairs(letters):
        known = wide[start] if wide[start] is not None else wide[end]
        wide[start] = wide[end] = known
    for at, letter in enumerate(letters):
        if letter in "()" and wide[at] is None:
            inside = at + 1 if letter == "(" else at - 1
            wide[at] = 0 <= inside < len(letters) and is_han(letters[inside])
    return [
        FULL_WIDTH.get(letter, letter) if wide[at] else letter for at, letter in enumerate(letters)
    ]


def _printed_wide(
    letters: Sequence[str], spans: Sequence[Span], height: float
) -> list[bool | None]:
    """Whether each mark has the room of a whole character; None where the print does not show it.

    The empty half of a full-width mark lies before an opening bracket and after all others.
    """
    gaps = [right[0] - left[1] for left, right in pairwise(spans)]
    plain = [
        gap for gap, pair in zip(gaps, pairwise(letters), strict=True) if all(map(is_han, pair))
    ]
    usual = float(np.median(plain)) if plain else TIGHT * height
    wide: list[bool | None] = [None] * len(letters)
    for at, letter in enumerate(letters):
        beside = at - 1 if letter in "(（" else at + 1
        shown = 0 <= beside < len(letters) and letters[beside] not in CLOSING | OPENING
        if not shown or (letter not in FULL_WIDTH and letter not in "（）"):
            continue
        room = gaps[min(at, beside)] - usual
        # Some faces set marks in the middle of their square: then both sides count.
        whole = gaps[at - 1] + gaps[at] - usual if 0 < at < len(gaps) else 0.0
        ink = spans[at][1] - spans[at][0]
        wide[at] = room > ROOM * height or whole + ink > SQUARE * height
    return wide


def _pairs(letters: Sequence[str]) -> list[tuple[int, int]]:
    """Places of round brackets that belong together, of either width."""
    opened: list[int] = []
    pairs = []
    for at, letter in enumerate(letters):
        if letter in "(（":
            opened.append(at)
        elif letter in ")）" and opened:
            pairs.append((opened.pop(), at))
    return pairs
