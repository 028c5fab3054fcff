"""Leader cells that hold more than names: posts, roles, brackets, bodies, groups of persons.

The characters in reading order are cut into pieces, each of one kind, by dynamic programming over
likelihoods; a post belongs to the person beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from pipeline.normalise.abreast import (
    LONGEST_DOTTED,
    LONGEST_NAME,
    Chain,
    Joint,
    between_costs,
    spacing,
    within_costs,
)
from pipeline.normalise.persons import Judge
from pipeline.normalise.posts import LONGEST_POST, PostWords, Sort
from pipeline.normalise.readings import KEPT

_OPEN, _CLOSE = "（(【[〔《“", "）)】]〕》”"
_NOTE = -0.5
_TIGHT = -0.5  # a name directly beside a post
_BROKEN = -5.0  # two posts or bodies that nothing parts: rather one with a longer name
_MISPLACED = -12.0  # 牵头 as a part of nobody
_BESIDE = frozenset({Sort.PERSON, Sort.NOTE, Sort.TAIL})
# 县委 and 常委 side by side are one post, 分管 and 副县长 too.
_NEVER_TIGHT = frozenset({(Sort.ORGAN, Sort.POST), (Sort.TAIL, Sort.POST)})
# Log-likelihoods of what lies inside the name of a post; 0 where nothing does or a line was full.
_INSIDE = {Joint.BLANK: -1.5, Joint.TWO_BLANKS: -4.0, Joint.SHORT_LINE: -1.0}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters of one kind, as printed but without blanks.

    `inner`: what a bracket holds. `parted`: a sign stands before it.
    """

    text: str
    sort: Sort
    inner: tuple[Piece, ...] = ()
    parted: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to cut the beginning of the chain."""

    pieces: tuple[Piece, ...]
    score: float


def mixed_readings(
    chain: Chain, judge: Judge, words: PostWords
) -> list[tuple[tuple[Piece, ...], float]]:
    """The best cuts of `chain` into pieces, with their log-likelihoods, the best first."""
    cutter = _Cutter(chain, judge, words)
    length = len(chain.characters)
    ends: list[list[_Way]] = [[_Way((), 0.0)]] + [[] for _ in range(length)]
    for start in range(length):
        ways = _best(ends[start])
        for piece, end, score in cutter.pieces(start) if ways else ():
            for way in ways:
                joint = cutter.joint_score(way.pieces, piece, start)
                ends[end].append(_Way((*way.pieces, piece), way.score + score + joint))
    return [(_with_signs(way.pieces, chain), way.score) for way in _best(ends[length])]


def _with_signs(pieces: Sequence[Piece], chain: Chain) -> tuple[Piece, ...]:
    """`pieces`, which make up the chain, told which of them follow a sign."""
    signs = {at for at, joint in enumerate(chain.joints, 1) if joint is Joint.SEPARATOR}
    starts = accumulate((len(piece.text) for piece in pieces), initial=0)
    return tuple(
        replace(piece, parted=True) if start in signs else piece
        for piece, start in zip(pieces, starts, strict=False)
    )


def _best(ways: Sequence[_Way]) -> list[_Way]:
    """The best few. No two cut alike, for every piece has one kind and one place."""
    return sorted(ways, key=_by_score, reverse=True)[: KEPT + 2]


def _by_score(way: _Way) -> float:
    return way.score


class _Cutter:
    """The pieces that may begin at each place of one chain."""

    def __init__(self, chain: Chain, judge: Judge, words: PostWords) -> None:
        self._chain, self._judge, self._words = chain, judge, words
        self._within, self._between = within_costs(chain), between_costs(chain)

    def joint_score(self, before: Sequence[Piece], piece: Piece, start: int) -> float:
        if not start:
            return 0.0 if piece.sort is not Sort.TAIL else _MISPLACED
        if before[-1].sort is Sort.PERSON is piece.sort:
            return self._between[start - 1]
        if piece.sort is Sort.TAIL and before[-1].sort not in (Sort.PERSON, Sort.POST, Sort.NOTE):
            return _MISPLACED
        if self._chain.joints[start - 1] is not Joint.TIGHT:
            return 0.0
        if (before[-1].sort, piece.sort) in _NEVER_TIGHT:
            return _MISPLACED
        if {before[-1].sort, piece.sort} & _BESIDE or before[-1].text[-1] in "：:":
            return _TIGHT
        return _BROKEN

    def pieces(self, start: int) -> Iterator[tuple[Piece, int, float]]:
        """Pieces, the places where they end, their log-likelihoods."""
        characters = self._chain.characters
        if characters[start] in _OPEN:
            yield self._bracket(start)
            return
        end = start + 1
        limit = min(len(characters), start + LONGEST_POST)
        score = 0.0
        while True:
            text = "".join(characters[start:end])
            yield from self._named(text, start, end)
            if len(text) > 1 or (end - start == 1 and text not in "：:"):
                for sort, own in self._words.sorts(text):
                    yield Piece(text, sort), end, own + score
            if end >= limit or characters[end] in (*_OPEN, *_CLOSE):
                break
            joint = self._chain.joints[end - 1]
            if joint is Joint.SEPARATOR or text[-1] in "：:":
                break
            score += _INSIDE.get(joint, 0.0)
            end += 1
        # What is of no kind runs on to the next sign or blank.
        sort, own = self._words.other(text)
        yield Piece(text, sort), end, own

    def _named(self, text: str, start: int, end: int) -> Iterator[tuple[Piece, int, float]]:
        longest = LONGEST_DOTTED if "·" in text else LONGEST_NAME
        if not 2 <= len(text) <= longest:
            return
        own = self._judge.score(text)
        inner = self._chain.joints[start : end - 1]
        own += spacing(text, inner, self._within[start : end - 1], self._judge)
        if own > -math.inf:
            yield Piece(text, Sort.PERSON), end, own

    def _bracket(self, start: int) -> tuple[Piece, int, float]:
        characters = self._chain.characters
        end = start + 1
        while end < len(characters) and characters[end] not in _CLOSE:
            end += 1
        inside = Chain(characters[start + 1 : end], self._chain.joints[start + 1 : end - 1])
        found = mixed_readings(inside, self._judge, self._words) if end > start + 1 else []
        inner = found[0][0] if found else ()
        text = "".join(characters[start : end + 1])
        return Piece(text, Sort.NOTE, inner), min(end + 1, len(characters)), _NOTE
