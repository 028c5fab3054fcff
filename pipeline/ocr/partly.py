"""What of a line a quick reading doubts: cut out between characters, read anew, put back.

Where one character of a line is doubted, the main network need not read all of the line: it takes
five times as long as the quick one. At a cut stands a character that was sure. Read anew it must be
the same, in the same place, so that a cut through a character does no harm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pipeline.characters import in_gb2312, is_blank, is_han
from pipeline.lexicon import best_rival
from pipeline.ocr.ctc import fold_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import LineReading, Picture

T = TypeVar("T")

RIVALLED = -2.0
"""Log-odds that a character is another one from which the main model reads a line too."""
BESIDE = 3
"""Characters read again on each side of what is doubted."""
FARTHER = 2
"""And so many more where there is no gap to cut in."""
MOST = 0.6
"""The share of a line from which all of it is read again."""
EMPTY = 0.15
"""The share of the line's contrast that a column between characters has at most."""
OFF = 0.6
"""Characters' widths by which the two readings may place a character at a cut apart."""
MARGIN = 0.15
"""Paper put beside a cut, in heights of the picture."""


def is_doubted(reading: LineReading, sure: float) -> bool:
    """Whether a quick reading wants another; from `sure` on a character is certain."""
    return reading.lowest < sure or bool(places_doubted(reading, sure))


def places_doubted(reading: LineReading, sure: float) -> set[int]:
    """The places of characters that want another reading; none where no scores are told.

    Rare characters (設 for 设) always do, and one for which another would make a word (仟务 for
    任务).
    """
    scores = reading.char_scores or ()
    doubted = {
        at
        for at, (letter, score) in enumerate(zip(reading.text, scores, strict=False))
        if not is_blank(letter) and (score < sure or (is_han(letter) and not in_gb2312(letter)))
    }
    return doubted | places_rivalled(reading)


def places_rivalled(reading: LineReading, but: Collection[int] = ()) -> set[int]:
    """The place, of all `but` some, at which words want another character most; or none."""
    rivals = [() if at in but else own for at, own in enumerate(reading.char_rivals or ())]
    rival = best_rival(reading.text, reading.char_scores or (), rivals)
    return {rival.at} if rival is not None and rival.odds >= RIVALLED else set()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line's picture: characters `first` to `last` (not with it) of its reading.

    `picture` shows columns `left` to `right` of a line of `width` pixels, those at the cuts with
    paper put beside them.
    """

    picture: Picture
    first: int
    last: int
    left: int
    right: int
    width: int

    def put_back(self, line: LineReading, again: LineReading) -> LineReading | None:
        """The reading of the line with its part read again.

        None where another character is read at a cut, or elsewhere than before, or `again` does not
        tell about each of its characters.
        """
        blank = [at for at, letter in enumerate(again.text) if is_blank(letter)]
        told = (again.char_centres, again.char_scores, again.char_rivals)
        if len(blank) == len(again.text) or None in told:
            return None
        shown = [at for at in range(len(again.text)) if at not in blank]
        again = again.without((*range(shown[0]), *range(shown[-1] + 1, len(again.text))))
        wide = self.right - self.left
        places = [(self.left + share * wide) / self.width for share in again.char_centres or ()]
        ends = [(self.first, 0)] if self.first else []
        ends += [(self.last - 1, len(places) - 1)] if self.last < len(line.text) else []
        if len({own for _, own in ends}) < len(ends):
            return None
        off = OFF * wide / (self.last - self.first) / self.width
        for at, own in ends:
            apart = abs(places[own] - (line.char_centres or places)[at])
            if fold_width(line.text[at]) != fold_width(again.text[own]) or apart > off:
                return None
        centres = np.maximum.accumulate(np.clip(self._around(line.char_centres, places), 0, 1))
        kept = len(line.text) - (self.last - self.first)
        return replace(
            line,
            text="".join(self._around(line.text, again.text)),
            score=(line.score * kept + again.score * len(shown)) / (kept + len(shown)),
            char_centres=tuple(centres.tolist()),
            char_scores=self._around(line.char_scores, again.char_scores),
            char_rivals=self._around(line.char_rivals, again.char_rivals),
        )

    def places(self, line: LineReading, whole: LineReading) -> set[int]:
        """The places of the part in what `put_back` made of the line."""
        return set(range(self.first, len(whole.text) - (len(line.text) - self.last)))

    def _around(self, whole: Sequence[T] | None, part: Sequence[T] | None) -> tuple[T, ...]:
        """The values of a part between those before and behind it."""
        own = tuple(whole or ())
        return (*own[: self.first], *(part or ()), *own[self.last :])


def cut_part(picture: Picture, reading: LineReading, doubted: Collection[int]) -> Part | None:
    """The part of a line around the `doubted` characters of its reading.

    None where that is most of the line, where there is no gap to cut in, or where the reading does
    not tell where its characters are.
    """
    centres, width = reading.char_centres, picture.shape[1]
    if any(not is_han(reading.text[at]) or reading.text[at] == "一" for at in doubted):
        return None  # what tells marks, digits and dashes apart is their height in the line
    if not doubted or centres is None or None in (reading.char_scores, reading.char_rivals):
        return None
    filled = _inked_columns(picture)
    start, end = min(doubted) - BESIDE, max(doubted) + BESIDE + 1
    first = _cut(filled, reading, range(start, start - FARTHER - 1, -1))
    last = _cut(filled, reading, range(end, end + FARTHER + 1))
    if first is None or last is None or not 0 < last[1] - first[1] < MOST * width:
        return None
    (start, left), (end, right) = first, last
    margin = round(MARGIN * picture.shape[0])
    beside = (margin if left else 0, margin if right < width else 0)
    shown = np.pad(picture[:, left:right], ((0, 0), beside, (0, 0)), mode="edge")
    return Part(shown, start, end, left - beside[0], right + beside[1], width)


def _inked_columns(picture: Picture) -> NDArray[np.bool_]:
    """Which columns show more than paper."""
    contrast = np.ptp(picture.max(axis=2), axis=0)
    return np.asarray(contrast > EMPTY * contrast.max())


def _cut(
    filled: NDArray[np.bool_], reading: LineReading, places: Iterable[int]
) -> tuple[int, int] | None:
    """The first of some places before whose character there is a gap, and a column of it.

    The character before the gap is another one than that behind it, and neither is a blank: else
    nothing would tell that the cut went wrong. Beyond the text, the ends of the line.
    """
    text, centres, width = reading.text, reading.char_centres or (), len(filled)
    for at in places:
        if at <= 0:
            return 0, 0
        if at >= len(centres):
            return len(centres), width
        before, behind = text[at - 1], text[at]
        if before == behind or is_blank(before) or is_blank(behind):
            continue
        left, right = (int(share * (width - 1)) for share in centres[at - 1 : at + 1])
        empty = np.flatnonzero(~filled[left : right + 1])
        if empty.size:
            return at, left + int(empty[np.abs(empty - (right - left) / 2).argmin()])
    return None
