"""Leader cells that hold more than names: posts, roles, brackets, bodies, groups of persons.

The characters in reading order are cut into pieces, each of one kind, by dynamic programming over
likelihoods; a post belongs to the person beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import attrgetter

from pipeline.normalise.abreast import (
    LONGEST_DOTTED,
    LONGEST_NAME,
    Chain,
    Distances,
    Joint,
    between_costs,
)
from pipeline.normalise.persons import MIDDLE_DOT, Judge
from pipeline.normalise.posts import LONGEST_POST, POST_OF_PLACE, PostWords, Sort
from pipeline.normalise.readings import KEPT

_OPEN, _CLOSE = "（(【[〔《“", "）)】]〕》”"
_BRACKETS = frozenset(_OPEN + _CLOSE)
_BY_SCORE = attrgetter("score")
_HOPELESS = 40.0  # a way to cut this much less likely than another to the same place
_NOTE = -0.5
_TIGHT = -0.5  # a name directly beside a post
_BROKEN = -5.0  # two posts or bodies that nothing parts: rather one with a longer name
_BROKEN_PLACE = -6.0
_MISPLACED = -12.0  # 牵头 as a part of nobody
_BESIDE = frozenset({Sort.PERSON, Sort.NOTE, Sort.TAIL})
_LED = frozenset({Sort.PERSON, Sort.POST, Sort.NOTE})  # whom 牵头 may follow
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
    """A way to cut the beginning of the chain: its last piece, and the way before that."""

    last: Piece
    before: _Way | None
    score: float

    @property
    def pieces(self) -> tuple[Piece, ...]:
        found, way = [self.last], self.before
        while way is not None:
            found.append(way.last)
            way = way.before
        return tuple(reversed(found))


def mixed_readings(
    chain: Chain, judge: Judge, words: PostWords
) -> list[tuple[tuple[Piece, ...], float]]:
    """The best cuts of `chain` into pieces, with their log-likelihoods, the best first."""
    cutter = _Cutter(chain, judge, words)
    length = len(chain.characters)
    if not length:
        return []
    ends: list[list[_Way]] = [[] for _ in range(length + 1)]
    for start in range(length):
        ways = _best(ends[start])
        if start and not ways:
            continue
        for piece, end, score in cutter.pieces(start):
            if not start:
                joint = 0.0 if piece.sort is not Sort.TAIL else _MISPLACED
                ends[end].append(_Way(piece, None, score + joint))
            for way in ways:
                joint = cutter.joint_score(way.last, piece, start)
                ends[end].append(_Way(piece, way, way.score + score + joint))
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
    if len(ways) < 2:
        return list(ways)
    best = sorted(ways, key=_BY_SCORE, reverse=True)[: KEPT + 2]
    return [way for way in best if way.score > best[0].score - _HOPELESS]


class _Cutter:
    """The pieces that may begin at each place of one chain."""

    def __init__(self, chain: Chain, judge: Judge, words: PostWords) -> None:
        self._chain, self._judge, self._words = chain, judge, words
        self._text = "".join(chain.characters)
        self._is_plain = len(self._text) == len(chain.characters)
        self._longest = LONGEST_DOTTED if MIDDLE_DOT in self._text else LONGEST_NAME
        self._between = between_costs(chain)
        self._distances = Distances(chain, judge, signs=chain.has_separators)

    def joint_score(self, before: Piece, piece: Piece, start: int) -> float:
        """Log-likelihood of `piece` beginning at `start` after the piece `before`."""
        if before.sort is Sort.PERSON is piece.sort:
            return self._between[start - 1]
        if piece.sort is Sort.TAIL and before.sort not in _LED:
            return _MISPLACED
        if self._chain.joints[start - 1] is not Joint.TIGHT:
            return 0.0
        if (before.sort, piece.sort) in _NEVER_TIGHT:
            return _MISPLACED
        if before.sort in _BESIDE or piece.sort in _BESIDE or before.text[-1] in "：:":
            return _TIGHT
        return _BROKEN

    def pieces(self, start: int) -> Iterator[tuple[Piece, int, float]]:
        """Pieces, the places where they end, their log-likelihoods."""
        characters, joints, words = self._chain.characters, self._chain.joints, self._words
        if characters[start] in _OPEN:
            yield self._bracket(start)
            return
        end = start + 1
        limit = min(len(characters), start + LONGEST_POST)
        score = 0.0
        while True:
            last = characters[end - 1]
            if 2 <= end - start <= self._longest:
                yield from self._named(start, end)
            if last in words.ends and (end - start > 1 or last not in "：:"):
                text = self._slice(start, end)
                for sort, own in words.sorts(text):
                    own += self._broken(sort, own, start, end)
                    yield Piece(text, sort), end, own + score
            if end >= limit or characters[end] in _BRACKETS:
                break
            joint = joints[end - 1]
            if joint is Joint.SEPARATOR or last in "：:":
                break
            score += _INSIDE.get(joint, 0.0)
            end += 1
        # What is of no kind runs on to the next sign or blank.
        text = self._slice(start, end)
        sort, own = words.other(text)
        yield Piece(text, sort), end, own

    def _broken(self, sort: Sort, own: float, start: int, end: int) -> float:
        """What blanks and line ends cost inside a place or a body that no level begins.

        A name above 县委书记 is rather a person's than a place's; and the end of many names, 司马,
        is not the end of a body.
        """
        if own > POST_OF_PLACE or sort not in (Sort.POST, Sort.ORGAN):
            return 0.0
        last = end - 1 if sort is Sort.ORGAN else min(end - 1, start + 3)
        joints = self._chain.joints[start:last]
        return _BROKEN_PLACE * sum(joint is not Joint.TIGHT for joint in joints)

    def _slice(self, start: int, end: int) -> str:
        if self._is_plain:
            return self._text[start:end]
        return "".join(self._chain.characters[start:end])

    def _named(self, start: int, end: int) -> Iterator[tuple[Piece, int, float]]:
        text = self._slice(start, end)
        if len(text) > LONGEST_NAME and MIDDLE_DOT not in text:
            return
        own = self._judge.score(text)
        if own > -math.inf:
            own += self._distances.inside(text, start, end)
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
