"""Recognition checked against the ink: where more ink falls to a character than it can have."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from pipeline.characters import is_blank, is_han
from pipeline.scan.ink import Mask, PixelBox, filled_columns, has_eye, runs
from pipeline.scan.rooms import STOPS, WIDER, has_no_room, usual_step, usual_width
from pipeline.scan.spans import WIDEST_HAN, Span, limits, text_to_spans

# A mark apart from the character, in heights: no larger, and no smaller.
LARGEST, SMALLEST = 0.6, 0.06
RINGED = frozenset("%％”’)）》")
SENTENCE = frozenset("“”。，；：%％")
CLOSED = frozenset("）)》”’」』】")
QUOTED = frozenset("”’」』》")
RING = 0.36  # the height of a full stop, in heights of the line: the rings of % are higher
SMALL_RING, LEFT = 0.33, 0.6  # and where it stands before a character, what is left of that
WHOLE = 0.93  # of a step: hardly a character is as wide
JOINED = (0.1, 0.45)  # how far from the end of a character a mark that touches it may reach
PROSE = 8  # so many Chinese characters in a line are running text, in which no blanks stand
NAME = 4  # characters of a name, which blanks may part
VOID = 0.35  # so much wider than usual is the gap that a lost mark leaves
NEARLY = 0.25  # or so much where there is room for one
BEHIND = 1.1  # heights of the gap behind a closing quote in which a mark stood
MORE = 1.3  # steps from one character to the next in which there is room for a mark


@dataclass(frozen=True, slots=True)
class Crowd:
    """A character to which more ink falls than it can have: beside it, one was not read.

    Or a mark for which there is no room, so that its ink is part of a character. Or the first
    character behind a gap in running text: the mark before it touches it, or is gone.

    `cuts`: page x, in pixels, where the line may be cut to read the rest apart; `mark`: first and
    last column, page x, of what was left out, where that is known.
    """

    letter: str
    cuts: tuple[int, ...]
    mark: Span | None = None


def find_crowds(
    text: str, centres: Sequence[float] | None, box: PixelBox, mask: Mask, height: float
) -> list[Crowd]:
    """Where characters were lost: recognition drops marks and dashes at full score.

    `centres`: page x of each character of `text`, in pixels; `mask`: the page's ink without
    rulings; `height`: of a line of the cell.
    """
    letters = [character for character in text if not is_blank(character)]
    spans = text_to_spans(text, centres, box, mask, height)
    if not spans:
        return []
    line = _Line(letters, spans, limits(letters, spans, height), box.cut(mask), height)
    crowds = []
    for at, letter in enumerate(letters):
        if line.is_crowded(at):
            cuts = tuple(box.x0 + cut for cut in line.cuts(at))
            mark = line.mark_beside(at)
            beside = (box.x0 + mark[0], box.x0 + mark[1]) if mark else None
            crowds.append(Crowd(letter, cuts, beside))
    return crowds


class _Line:
    """A line as it was read, with what its ink says; columns count from its left."""

    def __init__(
        self,
        letters: Sequence[str],
        spans: Sequence[Span],
        widest: Sequence[float],
        ink: Mask,
        height: float,
    ) -> None:
        self.letters = letters
        self.spans = spans
        self.widest = widest
        self.ink = ink
        self.height = height
        self.filled = filled_columns(ink)
        # A line of digits alone is lower than its characters would be: its height says less.
        self.full_height = any(map(is_han, letters))
        self.step = usual_step(letters, spans)
        self.usual = usual_width(letters, spans)
        nearly = _voids(letters, spans, height, NEARLY)
        self.voids = _voids(letters, spans, height, VOID)
        self.voids |= {at for at in nearly if self._room(at)[0]}

    def is_crowded(self, at: int) -> bool:
        """Whether more ink falls to a character than it can have."""
        letter, (start, end) = self.letters[at], self.spans[at]
        if has_no_room(at, self.letters, self.spans, self.height) or at in self.voids:
            return True
        if letter.isdecimal() and self.full_height and self._point_after(at):
            return True
        if (letter in RINGED and self._ring_after(at)) or self._ring_before(at):
            return True
        if not is_han(letter) or end - start > WIDEST_HAN * self.height:
            return end - start > self.widest[at]
        rooms = [room for room in self._room(at) if room is not None]
        if rooms:  # a character is narrower than the step to the next one
            return any(rooms) and end - start > max(WHOLE * self.step, WIDER * self.usual)
        return end - start > self.widest[at] and self._has_small_part(at)

    def mark_beside(self, at: int) -> Span | None:
        """The columns of what was left out beside a crowded character: at one of its ends."""
        start, end = self.spans[at]
        if self.letters[at] in RINGED:
            return self._ring_after(at)
        if not self.letters[at].isalnum():
            return None
        if ring := self._ring_before(at):
            return ring
        if point := self._point_after(at):
            return point
        parts = runs(self.filled[start:end])
        if len(parts) > 1:
            first, last = parts[0], parts[-1]
            mark = first if first[1] - first[0] <= last[1] - last[0] else last
            return (start + mark[0], start + mark[1])
        if not is_han(self.letters[at]):
            return None
        before, after = self._joined(start, end)
        if at in self.voids:
            return before
        room = self._room(at)
        if room[0] or room[1] is False:
            return before
        return after if room[0] is False else min(before, after, key=self._tall)

    def _joined(self, start: int, end: int) -> tuple[Span, Span]:
        """A mark that touches the character, before and after it: cut where ink is least."""
        near, far = (round(share * self.height) for share in JOINED)
        ink = self.ink.astype(bool).sum(axis=0)
        before = start + near + int(ink[start + near : start + far].argmin())
        after = end - far + int(ink[end - far : end - near].argmin())
        return (start, before), (after, end)

    def _tall(self, part: Span) -> int:
        rows = np.flatnonzero(self.ink[:, part[0] : part[1]].any(axis=1))
        return int(rows[-1] - rows[0]) + 1 if rows.size else 0

    def cuts(self, at: int) -> list[int]:
        """The middle of the widest blank inside the character's span, then its ends."""
        start, end = self.spans[at]
        parts = runs(self.filled[start:end])
        blanks = [(b[0] - a[1], (a[1] + b[0]) // 2) for a, b in pairwise(parts)]
        inner = [start + max(blanks)[1]] if blanks else []
        return [cut for cut in (*inner, end, start) if 0 < cut < len(self.filled)]

    def _point_after(self, at: int) -> Span | None:
        """Ink right of a digit, apart from it and as small as a mark: digits are in one piece."""
        start, end = self.spans[at]
        parts = runs(self.filled[start:end])
        if not self.letters[at].isdecimal() or len(parts) < 2:
            return None
        if any(letter in STOPS for letter in self.letters[at + 1 : at + 2]):
            return None  # it was read, and only its place is not known well
        last = (start + parts[-1][0], start + parts[-1][1])
        return last if self._is_small(last) else None

    def _ring_after(self, at: int) -> Span | None:
        """The full stop right of % or a closing mark, apart from it: a ring, low and small."""
        start, end = self.spans[at]
        parts = runs(self.filled[start:end])
        if len(parts) < 2 or parts[-1][0] - parts[-2][1] < SMALLEST * self.height:
            return None
        last = (start + parts[-1][0], start + parts[-1][1])
        ink = self.ink[:, last[0] : last[1]] > 0
        low = not ink[: ink.shape[0] // 3].any()
        return last if low and self._tall(last) <= RING * self.height and has_eye(ink) else None

    def _ring_before(self, at: int) -> Span | None:
        """The full stop between % or a closing mark and a Chinese character, which it stands near.

        It is lower than the 口 at the side of one, and without it a character is left.
        """
        if not at or self.letters[at - 1] not in RINGED or not is_han(self.letters[at]):
            return None
        start, end = self.spans[at]
        parts = runs(self.filled[start:end])
        if len(parts) < 2 or end - start - parts[1][0] < LEFT * self.height:
            return None
        first = (start + parts[0][0], start + parts[0][1])
        ink = self.ink[:, first[0] : first[1]] > 0
        ring = max(self._tall(first), first[1] - first[0]) <= SMALL_RING * self.height
        return first if ring and has_eye(ink) else None

    def _is_small(self, part: Span) -> bool:
        longest = max(part[1] - part[0], self._tall(part))
        return SMALLEST * self.height <= longest <= LARGEST * self.height

    def _has_small_part(self, at: int) -> bool:
        """Whether a piece of ink as small as a mark stands at an end of the character's span.

        What is left without it must be no wider than a character.
        """
        start, end = self.spans[at]
        cut = np.ascontiguousarray(self.ink[:, start:end])
        _, _, stats, _ = cv2.connectedComponentsWithStats(cut, connectivity=8)
        for x, _, wide, tall, _ in stats[1:].tolist():
            if not SMALLEST * self.height <= max(wide, tall) <= LARGEST * self.height:
                continue
            if (x == 0 and end - start - wide < self.widest[at]) or (
                x + wide == end - start and x < self.widest[at]
            ):
                return True
        return False

    def _room(self, at: int) -> tuple[bool | None, bool | None]:
        """Whether there is room for a mark before a character, and after it.

        Told by the usual step between the line's Chinese characters; None where it does not tell.
        True behind closing brackets, where there may always be.
        """
        if not self.step:
            return None, None
        far = MORE * self.step
        start, end = self.spans[at]
        before = after = None
        if at > 0 and (is_han(self.letters[at - 1]) or self.letters[at - 1] in "%％"):
            before = end - self.spans[at - 1][1] > far
        elif at > 0 and self.letters[at - 1] in CLOSED:
            before = True  # behind a bracket marks are set close, and only the width tells
        if at + 1 < len(self.letters) and is_han(self.letters[at + 1]):
            after = self.spans[at + 1][0] - start > far
        return before, after


def _voids(
    letters: Sequence[str], spans: Sequence[Span], height: float, void: float
) -> frozenset[int]:
    """The characters of running text before which a gap is by `void` heights wider than usual.

    Names are parted by such gaps too: running text has more characters in a row than a name, or
    marks that names have not.
    """
    sentence = any(letter in SENTENCE or letter.isdecimal() for letter in letters)
    if sum(map(is_han, letters)) < (NAME if sentence else PROSE):
        return frozenset()
    gaps = {
        at: spans[at][0] - spans[at - 1][1]
        for at in range(1, len(letters))
        if is_han(letters[at - 1]) and is_han(letters[at])
    }
    lost = {
        at
        for at in range(1, len(letters))
        if letters[at - 1] in QUOTED
        and is_han(letters[at])
        and spans[at][0] - spans[at - 1][1] > BEHIND * height
    }
    if not gaps:
        return frozenset(lost)
    far = statistics.median(gaps.values()) + void * height
    wide = {at for at, gap in gaps.items() if gap > far}
    ends = sorted(
        {0, len(letters), *wide, *(at for at in range(1, len(letters)) if at not in gaps)}
    )
    longest = max(end - start for start, end in pairwise(ends))
    return frozenset(lost | wide if sentence or longest > NAME else lost)
