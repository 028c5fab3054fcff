"""Leader cells of which only the text is known, as other readers return it.

A reader that goes line by line turns names printed downwards into rows of one character per name:
童勋海 贺立 李樱 becomes `童贺李 勋 海立樱`, and a line with one lone character is often lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from pipeline.normalise.abreast import SEPARATORS, Chain, Joint
from pipeline.normalise.persons import Judge
from pipeline.normalise.readings import Reading, best_readings, cut_into_pieces
from pipeline.normalise.roster import SHARED, shared_in_order

_STACK = -1.0  # log-likelihood of a stack among texts that a blank parts
_LOST = -3.0  # … of a character that the reader lost
_NEW = -2.0  # … of a person who stands in no other cell, beside persons who do
_MOST_LINES = 4
_MOST_ABREAST = 6
_MOST_KNOWN = 10
_PIECE = re.compile(r"([^\S\n]+|\n)")


def text_to_chain(text: str) -> Chain:
    """Characters of `text` and what parts them: signs, blanks, line ends."""
    characters: list[str] = []
    joints: list[Joint] = []
    pending = Joint.TIGHT
    for piece in _PIECE.split(text.strip()):
        if not piece.strip():
            blank = Joint.FULL_LINE if "\n" in piece else _blank(piece)
            pending = pending if pending is Joint.SEPARATOR or not piece else blank
            continue
        for character in piece:
            if character in SEPARATORS:
                pending = Joint.SEPARATOR
                continue
            if characters:
                joints.append(pending)
            characters.append(character)
            pending = Joint.TIGHT
    return Chain(tuple(characters), tuple(joints))


def _blank(piece: str) -> Joint:
    wide = piece.count("\u3000") > 1 or len(piece) > 2
    return Joint.TWO_BLANKS if wide else Joint.BLANK


def stack_readings(lines: Sequence[str], judge: Judge) -> list[Reading]:
    """Readings of `lines` as printed lines of stacks, with no line lost."""

    def block(start: int, end: int) -> Iterable[Reading]:
        return _block(lines[start:end], judge)

    found = cut_into_pieces(len(lines), _MOST_LINES, block)
    return [Reading(reading.names, reading.score + _STACK) for reading in found]


def _block(lines: Sequence[str], judge: Judge) -> Iterable[Reading]:
    """Every name has a character in the first and in the last line; between, some have none."""
    first, *middle, last = lines if len(lines) > 1 else ("", "-")
    abreast = len(first)
    if len(last) != abreast or not 1 <= abreast <= _MOST_ABREAST:
        return
    if any(len(line) > abreast for line in middle):
        return
    ways = (combinations(range(abreast), len(line)) for line in middle)
    for places in product(*ways):
        names = list(first)
        for line, taken in zip(middle, places, strict=True):
            for character, at in zip(line, taken, strict=True):
                names[at] += character
        whole = tuple(name + end for name, end in zip(names, last, strict=True))
        score = sum(judge.score(name) for name in whole)
        if score > -math.inf:
            yield Reading(whole, score)


@dataclass(frozen=True, slots=True)
class _Match:
    """Where in the text the characters of a name stand; None: lost."""

    name: str
    places: tuple[int | None, ...]

    @property
    def lost(self) -> int:
        return self.places.count(None)

    @property
    def found(self) -> tuple[int, ...]:
        return tuple(place for place in self.places if place is not None)


def known_readings(text: str, known: Sequence[str], judge: Judge) -> list[Reading]:
    """Readings of `text` as persons of the notice, of whom characters may have been lost.

    Every character must belong to somebody. One person may be new, and one may be told from a
    single character, when no other person of the notice has it.
    """
    able = [name for name in known if shared_in_order(name, text) >= SHARED]
    able.sort(key=lambda name: len(name) - shared_in_order(name, text))
    found: list[Reading] = []
    for count in range(1, min(len(able), _MOST_KNOWN) + 1):
        for chosen in combinations(able[:_MOST_KNOWN], count):
            matches = _match_all(text, chosen)
            if matches:
                found += _completed(text, matches, known, judge)
        if found:
            found = best_readings(found)
    return found


def _match_all(text: str, names: Sequence[str]) -> list[_Match]:
    """Places for all `names` at once; empty when one of them finds fewer than two characters."""
    taken: set[int] = set()
    matches = []
    for name in names:
        match = _match(text, name, taken)
        if len(match.found) < SHARED:
            return []
        taken |= set(match.found)
        matches.append(match)
    return matches


def _match(text: str, name: str, taken: set[int]) -> _Match:
    """The closest standing places of as many characters of `name` as possible, in order."""
    options = [
        [None, *(at for at, c in enumerate(text) if c == character and at not in taken)]
        for character in name
    ]
    best, best_key = _Match(name, (None,) * len(name)), (0, 0)
    for places in product(*options):
        found = [place for place in places if place is not None]
        if found and all(a < b for a, b in pairwise(found)):
            key = (len(found), found[0] - found[-1])
            if key > best_key or not best.found:
                best, best_key = _Match(name, places), key
    return best


def _completed(
    text: str, matches: Sequence[_Match], known: Sequence[str], judge: Judge
) -> Iterable[Reading]:
    taken = {place for match in matches for place in match.found}
    left = [at for at in range(len(text)) if at not in taken]
    score = sum(judge.score(match.name) + match.lost * _LOST for match in matches)
    if not left:
        yield Reading(_in_order(matches), score)
    elif len(left) == 1:
        present = {match.name for match in matches}
        owners = [name for name in known if text[left[0]] in name and name not in present]
        if len(owners) == 1:
            lone = _match(text, owners[0], taken)
            cost = judge.score(lone.name) + lone.lost * _LOST
            yield Reading(_in_order([*matches, lone]), score + cost)
    else:
        name = "".join(text[at] for at in left)
        if judge.is_plausible(name):
            fresh = _Match(name, tuple(left))
            yield Reading(_in_order([*matches, fresh]), score + judge.score(name) + _NEW)


def _in_order(matches: Sequence[_Match]) -> tuple[str, ...]:
    """As printed: by the surnames' places; who lost the surname, by the last character's."""
    headed = sorted(
        (m for m in matches if m.places[0] is not None), key=lambda match: match.found[0]
    )
    for match in matches:
        if match.places[0] is None:
            later = (at for at, m in enumerate(headed) if m.found[-1] > match.found[-1])
            headed.insert(next(later, len(headed)), match)
    return tuple(match.name for match in headed)
