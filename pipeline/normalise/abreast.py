"""Names printed from left to right: in rows, one a line, parted by signs or blanks, wrapped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, pairwise
from operator import itemgetter
from statistics import quantiles

from pipeline.normalise.persons import MIDDLE_DOT, Judge
from pipeline.normalise.placed import Row
from pipeline.normalise.readings import KEPT, Reading, best_readings

SEPARATORS = frozenset("、，,；;。．.|｜/／")
DOT_FORMS = dict.fromkeys("•・‧∙●⋅", MIDDLE_DOT)
# Signs that part names, and stand for the middle dot where a font or a keyboard lacks it.
STOPS = frozenset("．.")
LONGEST_NAME = 5
LONGEST_DOTTED = 20
_BLANK = 1.35  # a step wider than this, in usual steps, has a blank in it
_TOO_FAR_APART = 2.8  # characters between stacked columns, hardly ever more
_TWO_BLANKS = 3.2  # characters: wider than a padded two-character name is set
# Characters left on a line that is taken as full, beside the cell's padding, and with it at most.
_FULL_LINE, _FULL_LINE_PADDED = 1.1, 2.4
# Where no sign forbids a break, a line that is a whole character short was not full.
_FULL_HAN_LINE = 0.9

# Log-likelihoods of what lies between two characters, when both are of one name and when not.
_WITHIN_BLANK = -0.7
_WITHIN_SPREAD = -3.0
_AFTER_SURNAME = -1.5  # 王　建国, besides the blank
_WITHIN_TWO_BLANKS = -3.0
_WITHIN_FULL_LINE = -2.0
_WITHIN_SHORT_LINE = -5.0
_ODD_BLANK = -6.0
_NEVER = -1e6  # inside no name; a number, that sums go on beyond it
_BETWEEN_TIGHT, _BETWEEN_TIGHT_BESIDE_SIGNS = -6.0, -9.0
_BETWEEN_FORGOTTEN = -3.0


class Joint(Enum):
    """What lies between two neighbouring characters."""

    TIGHT = "tight"
    BLANK = "blank"
    TWO_BLANKS = "two blanks"
    SEPARATOR = "separator"
    FULL_LINE = "line end, line full"
    SHORT_LINE = "line end, room left"

    __hash__ = object.__hash__  # an enumeration's own is slow; there is one of each


_BLANKS = frozenset({Joint.BLANK, Joint.TWO_BLANKS})


@dataclass(frozen=True, slots=True)
class Chain:
    """Characters in reading order and the joint before each but the first."""

    characters: tuple[str, ...]
    joints: tuple[Joint, ...]

    def __post_init__(self) -> None:
        """Nothing parts a name at its dot, neither a blank nor a line end."""
        if MIDDLE_DOT in self.characters:
            tight = tuple(
                Joint.TIGHT if MIDDLE_DOT in pair and joint is not Joint.SEPARATOR else joint
                for pair, joint in zip(pairwise(self.characters), self.joints, strict=True)
            )
            object.__setattr__(self, "joints", tight)

    @property
    def has_separators(self) -> bool:
        return Joint.SEPARATOR in self.joints

    @property
    def printed(self) -> tuple[str, ...]:
        """The pieces as printed, cut wherever something parts them."""
        pieces = list(self.characters[:1])
        for character, joint in zip(self.characters[1:], self.joints, strict=True):
            if joint is Joint.TIGHT:
                pieces[-1] += character
            else:
                pieces.append(character)
        return tuple(pieces)


def rows_to_chain(rows: Sequence[Row]) -> Chain:
    """Characters of `rows` line by line, with joints by their distances."""
    usual = usual_step(rows)
    characters: list[str] = []
    joints: list[Joint] = []
    pending: Joint | None = None
    signs = any(mark.text in SEPARATORS for row in rows for mark in row.marks)
    full = min((row.room for row in rows), default=0.0) + (_FULL_LINE if signs else _FULL_HAN_LINE)
    for row in rows:
        steps = (None, *row.steps)
        for mark, step in zip(row.marks, steps, strict=True):
            if mark.text in SEPARATORS:
                pending = Joint.SEPARATOR
                continue
            if characters:
                joints.append(pending or _joint(step, usual))
            pending = None
            characters.append(DOT_FORMS.get(mark.text, mark.text))
        wrapped = row.room < min(full, _FULL_LINE_PADDED)
        pending = pending or (Joint.FULL_LINE if wrapped else Joint.SHORT_LINE)
    return Chain(tuple(characters), tuple(joints))


def usual_step(rows: Sequence[Row]) -> float:
    """The lower quartile of the steps inside lines, in characters; 1 when there are none."""
    steps = [step for row in rows for step in row.steps]
    if not steps:
        return 1.0
    return max(0.8, quantiles(steps, n=4)[0] if len(steps) > 1 else steps[0])


def _joint(step: float | None, usual: float) -> Joint:
    # A cell that holds only spaced characters has a blank as its usual step.
    if step is None or step < _BLANK * min(usual, 1.3):
        return Joint.TIGHT
    return Joint.BLANK if step < _TWO_BLANKS else Joint.TWO_BLANKS


def chain_readings(chain: Chain, judge: Judge) -> list[Reading]:
    """The best readings of `chain` as names one after the other."""
    if not chain.characters:
        return []
    found = [Reading((), 0.0)]
    start = 0
    for at, joint in enumerate((*chain.joints, Joint.SEPARATOR), 1):
        if joint is Joint.SEPARATOR:
            part = Chain(chain.characters[start:at], chain.joints[start : at - 1])
            found = _crossed(found, _part_readings(part, judge, signs=chain.has_separators))
            start = at
    return found


def _crossed(before: Sequence[Reading], after: Sequence[Reading]) -> list[Reading]:
    if len(before) == 1 and len(after) == 1:
        return [Reading(before[0].names + after[0].names, before[0].score + after[0].score)]
    return best_readings(
        Reading(one.names + other.names, one.score + other.score)
        for one in before
        for other in after
    )


def _part_readings(chain: Chain, judge: Judge, *, signs: bool) -> list[Reading]:
    """Readings of what stands between two signs."""
    count = len(chain.characters)
    if count <= 3 and all(joint is Joint.TIGHT for joint in chain.joints):
        # Two names have four characters at least.
        name = "".join(chain.characters)
        score = judge.score(name)
        return [Reading((name,), score)] if score > -math.inf else []
    return _best_cuts(chain, judge, signs=signs)


def _best_cuts(chain: Chain, judge: Judge, *, signs: bool) -> list[Reading]:
    """Dynamic programming as in `cut_into_pieces`, spelt out: most of the time is spent here."""
    characters = chain.characters
    text = "".join(characters)
    count = len(characters)
    distances = Distances(chain, judge, signs=signs)
    between = (0.0, *between_costs(chain, signs=signs))
    longest = LONGEST_DOTTED if MIDDLE_DOT in text else LONGEST_NAME
    plain = len(text) == count
    free, known = judge.model.memo, judge.roster.names
    ends: list[list[_Way]] = [[(0.0, None, "")]]
    for end in range(1, count + 1):
        found: list[_Way] = []
        for start in range(end - 2, max(-1, end - longest - 1), -1):
            before = ends[start]
            if not before:
                continue
            name = text[start:end] if plain else "".join(characters[start:end])
            if end - start > LONGEST_NAME and MIDDLE_DOT not in name:
                continue
            score = free.get(name)
            if score is None or name in known:
                score = judge.score(name)
            if score > -math.inf:
                score += distances.inside(name, start, end) + between[start]
                if score > -math.inf:
                    found += [(way[0] + score, way, name) for way in before]
        if len(found) > KEPT:
            found.sort(key=_LIKELIHOOD, reverse=True)
            del found[KEPT:]
        ends.append(found)
    return best_readings([_way_to_reading(way) for way in ends[count]])


# A way to cut the beginning of a chain: log-likelihood, the way before its last name, that name.
_Way = tuple[float, "_Way | None", str]
_LIKELIHOOD = itemgetter(0)


def _way_to_reading(way: _Way) -> Reading:
    names: list[str] = []
    at: _Way | None = way
    while at is not None and at[2]:
        names.append(at[2])
        at = at[1]
    return Reading(tuple(reversed(names)), way[0])


class Distances:
    """Log-likelihoods of the distances inside names of one chain."""

    def __init__(self, chain: Chain, judge: Judge, *, signs: bool) -> None:
        self._judge = judge
        self._odd = _ODD_BLANK if signs else -math.inf
        self._blanks = [joint in _BLANKS for joint in chain.joints]
        self._sums = list(accumulate(map(_WITHIN[signs].__getitem__, chain.joints), initial=0.0))
        self._counts = list(accumulate(self._blanks, initial=0))
        self._tight = list(accumulate([j is Joint.TIGHT for j in chain.joints], initial=0))

    def inside(self, name: str, start: int, end: int) -> float:
        """Of the name that begins at character `start` and ends before `end`.

        李　德　军 is one name when all its characters are spaced alike, and so is 王　建国 with
        one blank after the surname; 王强　李 is not, but 王强　李、 is: where signs part the names,
        a blank at an odd place is the recogniser's or the typesetter's.
        """
        own = self._sums[end - 1] - self._sums[start]
        blanks = self._counts[end - 1] - self._counts[start]
        if not blanks or end - start == 2:
            return own
        if self._tight[end - 1] == self._tight[start]:
            # A justified line may be spread so, and the rest of the name stand on the next.
            lines = end - start - 1 - blanks
            return _WITHIN_SPREAD + lines * _WITHIN_FULL_LINE
        after_surname = self._blanks[start + self._judge.model.surname_length(name) - 1]
        return own + (_AFTER_SURNAME if blanks == 1 and after_surname else self._odd)


def between_costs(chain: Chain, *, signs: bool | None = None) -> list[float]:
    """Log-likelihoods of the joints, each as lying between two names."""
    signs = chain.has_separators if signs is None else signs
    return [_BETWEEN[signs].get(joint, 0.0) for joint in chain.joints]


def _within_table(*, signs: bool) -> dict[Joint, float]:
    wrapped = 0.0 if signs else _WITHIN_FULL_LINE
    return {
        Joint.TIGHT: 0.0,
        Joint.BLANK: _WITHIN_BLANK,
        Joint.TWO_BLANKS: _WITHIN_TWO_BLANKS,
        Joint.SEPARATOR: _NEVER,
        Joint.FULL_LINE: wrapped,
        Joint.SHORT_LINE: _WITHIN_SHORT_LINE if signs else wrapped + _WITHIN_SPREAD,
    }


def _between_table(*, signs: bool) -> dict[Joint, float]:
    line_end = _BETWEEN_FORGOTTEN if signs else 0.0
    return {
        Joint.TIGHT: _BETWEEN_TIGHT_BESIDE_SIGNS if signs else _BETWEEN_TIGHT,
        Joint.FULL_LINE: line_end,
        Joint.SHORT_LINE: line_end / 2,
    }


_WITHIN = {signs: _within_table(signs=signs) for signs in (False, True)}
_BETWEEN = {signs: _between_table(signs=signs) for signs in (False, True)}


def setting_score(rows: Sequence[Row]) -> float:
    """How well the distances fit text set from left to right: 0 or less."""
    usual = usual_step(rows)
    if usual <= 1.2:
        return 0.0
    return -1.0 if usual <= 1.4 else -2.5


def stack_score(rows: Sequence[Row]) -> float:
    """How well the distances fit names set downwards: 0 or less."""
    usual = usual_step(rows)
    down = [below.y - above.y for above, below in pairwise(rows) if above.part == below.part]
    score = 0.0 if usual > 1.25 else -1.5 if usual > 1.12 else -3.0
    if down and usual < 0.8 * min(down):
        score -= 1.0
    if usual > _TOO_FAR_APART:
        score -= 2.0
    return score
