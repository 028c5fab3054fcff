"""Names restored from text that lost characters and their order, by the persons of the notice.

A reader that returns 「李德文 李军毅 李樱」 has mixed lines and columns of three names; which names
can only be told by who else stands in the notice. So the characters are taken as a bag, in loose
order, and shared out among persons; what each fault costs is a log-likelihood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from operator import itemgetter

from pipeline.normalise.likeness import Likeness
from pipeline.normalise.persons import Judge
from pipeline.normalise.readings import Reading, best_readings
from pipeline.normalise.roster import SHARED, shared_in_order

# Log-likelihoods: of a cell with mixed order, when other cells of the notice have it and when not;
# of a character lost, read as another, as one that looks like it, as one of another name of the
# cell; of one that belongs to nobody, and of such a one that stands in the cell twice; of a person
# who stands in no other cell, beside persons who do.
_MIXED, _MIXED_ALONE = -1.0, -6.0
_LOST = -3.0
_TAKEN_FOR, _TAKEN_FOR_ALIKE, _TAKEN_FOR_BESIDE = -9.0, -2.0, -5.0
_OUT_OF_ORDER = -1.0
_STRAY, _STRAY_BESIDE = -15.0, -9.0
_NEW = -2.0
_MOST_NEW = -7.0  # what a new person's name scores at most
_MOST_KNOWN = 10
_MOST_STRAY = 3  # characters
_MOST_LEFT, _MOST_SHARED = 5, 2  # characters that the persons chosen leave over, or share
_LONGEST_TEXT = 30
_FAR = 8.0  # what is less likely by this is no rival
# What a character costs at least that is lost, and one or several left over.
_LEAST = max(_LOST, _TAKEN_FOR_ALIKE)
_LEAST_MORE = (0.0, -6.0, -9.0)


@dataclass(frozen=True, slots=True)
class _Match:
    """Where in the text the characters of a name stand; None: lost."""

    name: str
    places: tuple[int | None, ...]
    found: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = tuple([place for place in self.places if place is not None])
        object.__setattr__(self, "found", found)

    @property
    def lost(self) -> int:
        return len(self.places) - len(self.found)


def known_readings(text: str, judge: Judge, shapes: Likeness, rival: float) -> list[Reading]:
    """Readings of `text` as persons of the notice, of whom characters may have been lost.

    Only what comes near to `rival`, the log-likelihood of the best other reading, is sought. One
    person may be new, and one may be told from a single character, when no other person of the
    notice has it. A character may stand for another, and a few may belong to nobody.
    """
    known = judge.known
    if len(text) > _LONGEST_TEXT:
        return []
    able = [name for name in judge.roster.sharing(text) if judge.knows(name)]
    shared = {name: shared_in_order(name, text) for name in able}
    able.sort(key=lambda name: len(name) - shared[name])
    mixed = _MIXED if judge.roster.garbled else _MIXED_ALONE
    found: list[Reading] = []
    floor = rival - mixed - _FAR
    for chosen, most in _choices(able[:_MOST_KNOWN], text, shared, judge):
        if found:
            floor = max(floor, found[0].score - _FAR)
        if most < floor:
            break  # however the characters are shared out, another reading is far likelier
        matches = _match_all(text, chosen)
        if matches:
            sharing = _Sharing(text, tuple(matches), judge, shapes, floor)
            found = best_readings([*found, *sharing.readings(known)])
    return [Reading(reading.names, reading.score + mixed) for reading in found]


def _choices(
    able: Sequence[str], text: str, shared: Mapping[str, int], judge: Judge
) -> list[tuple[tuple[str, ...], float]]:
    """Persons who may make up the text, and what they score at most; the likeliest first."""
    scores = {name: judge.score(name) for name in able}
    choices = []
    for count in range(1, len(able) + 1):
        for chosen in combinations(able, count):
            there = sum([shared[name] for name in chosen])
            left = len(text) - there
            # More than are there, or more left than one new person and a few strays.
            if -_MOST_SHARED <= left <= _MOST_LEFT:
                lost = sum(map(len, chosen)) - min(there, len(text))
                # A character left may stand for one that is lost; more are a person more.
                more = _LEAST_MORE[min(2, max(0, left - lost))]
                score = sum([scores[name] for name in chosen]) + lost * _LEAST + more
                choices.append((chosen, score))
    return sorted(choices, key=itemgetter(1), reverse=True)


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
    # Ways to place the first characters of the name: how many, how near, where.
    ways: list[tuple[int, int, tuple[int | None, ...]]] = [(0, 0, ())]
    for character in name:
        places = [at for at, c in enumerate(text) if c == character and at not in taken]
        longer = [
            (count + 1, spread - (place - last if last >= 0 else 0), (*done, place))
            for count, spread, done in ways
            for last in [_last(done)]
            for place in places
            if place > last
        ]
        ways = longer + [(count, spread, (*done, None)) for count, spread, done in ways]
    return _Match(name, max(ways, key=_by_count)[2])


def _last(places: Sequence[int | None]) -> int:
    return next((place for place in reversed(places) if place is not None), -1)


def _by_count(way: tuple[int, int, tuple[int | None, ...]]) -> tuple[int, int]:
    return way[0], way[1]


@dataclass(frozen=True, slots=True)
class _Sharing:
    """Persons whose characters stand in the text, and what to do with the characters left."""

    text: str
    matches: tuple[_Match, ...]
    judge: Judge
    shapes: Likeness
    floor: float  # what scores less is no rival

    def readings(self, known: Sequence[str]) -> Iterable[Reading]:
        """Ways to account for every character."""
        taken = {place for match in self.matches for place in match.found}
        left = tuple(at for at in range(len(self.text)) if at not in taken)
        if not left:
            yield from self._reading(self.matches, 0.0)
            return
        if len(left) == 1:
            yield from self._lone(left[0], known)
        yield from self._with_new(self.matches, left, 0.0)
        for matches, rest, cost in self._replaced(left):
            if not rest:
                yield from self._reading(matches, cost)
            else:
                yield from self._with_new(matches, rest, cost)

    def _reading(self, matches: Sequence[_Match], cost: float) -> Iterable[Reading]:
        score = cost + self._known_score(matches)
        if score >= self.floor:
            yield Reading(_in_order(matches), score)

    def _known_score(self, matches: Sequence[_Match]) -> float:
        score = self.judge.score
        return sum([score(match.name) + match.lost * _LOST for match in matches])

    def _taken_for(self, place: int) -> float:
        return _TAKEN_FOR_BESIDE if self._is_beside(place) else _TAKEN_FOR

    def _stray(self, place: int) -> float:
        return _STRAY_BESIDE if self._is_beside(place) else _STRAY

    def _is_beside(self, place: int) -> bool:
        """Whether the character stands elsewhere in the cell too: readers see one twice."""
        return self.text.count(self.text[place]) > 1

    def _lone(self, place: int, known: Sequence[str]) -> Iterable[Reading]:
        """A person told from one character that nobody else of the notice has."""
        present = {match.name for match in self.matches}
        owners = [name for name in known if self.text[place] in name and name not in present]
        if len(owners) == 1:
            taken = {place for match in self.matches for place in match.found}
            lone = _match(self.text, owners[0], taken)
            yield from self._reading([*self.matches, lone], 0.0)

    def _with_new(
        self, matches: Sequence[_Match], left: Sequence[int], cost: float
    ) -> Iterable[Reading]:
        """A person of the characters left, or of all but one; or a few that belong to nobody."""
        if len(left) <= _MOST_STRAY:
            yield from self._reading(matches, cost + sum(map(self._stray, left)))
        if cost + self._known_score(matches) + _NEW + _MOST_NEW < self.floor:
            return
        for stray in (None, *left):
            own = tuple([at for at in left if at != stray])
            name = "".join([self.text[at] for at in own])
            if self.judge.model.is_known_form(name):
                fresh = _Match(name, own)
                more = _NEW + (self._stray(stray) if stray is not None else 0.0)
                yield from self._reading([*matches, fresh], cost + more)

    def _replaced(
        self, left: Sequence[int]
    ) -> Iterable[tuple[tuple[_Match, ...], tuple[int, ...], float]]:
        """One character left taken as a misreading of one that a person lacks."""
        for number, match in enumerate(self.matches):
            for at, place in enumerate(match.places):
                if place is not None:
                    continue
                before = [p for p in match.places[:at] if p is not None]
                after = [p for p in match.places[at + 1 :] if p is not None]
                for stray in left:
                    disorder = (before and stray < before[-1]) or (after and stray > after[0])
                    alike = self.shapes.are_alike(self.text[stray], match.name[at])
                    cost = _TAKEN_FOR_ALIKE if alike else self._taken_for(stray)
                    places = (*match.places[:at], stray, *match.places[at + 1 :])
                    whole = _Match(match.name, places)
                    matches = (*self.matches[:number], whole, *self.matches[number + 1 :])
                    rest = tuple(other for other in left if other != stray)
                    yield matches, rest, cost + (_OUT_OF_ORDER if disorder else 0.0)


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
