"""How likely a string is the name of a person.

The figures are rounded from public counts: the Ministry of Public Security's name reports for the
shares of surnames and lengths, and the usual steep fall of shares by rank. They only have to tell
a name from a wrong cut, where likelihoods differ by orders of magnitude.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.config import Names
from pipeline.normalise.roster import Roster

_LONGEST = 4
MIDDLE_DOT = "·"
# Shares as natural logarithms.
_TOP_SURNAME = math.log(0.07)
_SURNAME_FALL = 0.385  # per square root of the rank: rank 100 has 0.15 %, rank 400 0.003 %
_UNLISTED_SURNAME = -13.5
_TOP_GIVEN = math.log(0.006)
_GIVEN_FALL = 0.1
_OTHER_GIVEN = math.log(1.2e-4)
_SURNAME_AS_GIVEN = math.log(3e-5)  # 李, 张, 刘 …: hardly ever inside a given name
_FREQUENT_SURNAMES = 60
_SINGLE_LENGTHS = {2: math.log(0.15), 3: math.log(0.83), 4: math.log(0.002)}
_COMPOUND_LENGTHS = {3: math.log(0.4), 4: math.log(0.55), 5: math.log(0.001)}
_FREQUENT_COMPOUND, _RARE_COMPOUND = math.log(2.5e-4), math.log(2e-5)
# A character of a dotted name: as much as one of other names, or two names would pass for one;
# the fifth of a part and later, for the name before would pass for its beginning.
_DOTTED_CHARACTER, _DOTTED_LATER, _USUAL_PART = -5.0, -10.0, 4
# Tibetan names of one part or two, 扎西 or 扎西多吉, or of one and a syllable more (扎西措).
_PART_ENDINGS = frozenset("措吉加杰草太本姆错甲")
_OF_PARTS, _PART, _PART_ENDING = math.log(0.02), math.log(1 / 80), math.log(0.1)
_ROSTER_SHARE = math.log(0.5)

_MEMO = 200_000  # names kept with their likelihoods

_HAN_NAME = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇]+")
_DOTTED_NAME = re.compile("[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8}){1,3}")


@dataclass(frozen=True, slots=True)
class NameModel:
    """Log-likelihoods of names from ranks of surnames and characters of given names."""

    surnames: dict[str, float]
    compounds: dict[str, float]
    given: dict[str, float]
    parts: frozenset[str] = frozenset()
    memo: dict[str, float] = field(default_factory=dict, repr=False)

    def log_name(self, name: str) -> float:
        """Natural logarithm of the likelihood; minus infinity when it cannot be a name."""
        score = self.memo.get(name)
        if score is None:
            if len(self.memo) > _MEMO:
                self.memo.clear()
            score = self.memo[name] = self._log_name(name)
        return score

    def _log_name(self, name: str) -> float:
        if MIDDLE_DOT in name:
            return self._dotted(name) if _DOTTED_NAME.fullmatch(name) else -math.inf
        length, given = len(name), self.given
        if not 2 <= length <= _LONGEST + 1 or not _HAN_NAME.fullmatch(name):
            return -math.inf
        score, rest = -math.inf, 0.0
        for character in name[2:]:
            rest += given.get(character, _OTHER_GIVEN)
        if length in _SINGLE_LENGTHS:
            surname = self.surnames.get(name[0], _UNLISTED_SURNAME)
            second = given.get(name[1], _OTHER_GIVEN)
            score = _SINGLE_LENGTHS[length] + surname + second + rest
        compound = self.compounds.get(name[:2])
        if compound is not None and length in _COMPOUND_LENGTHS:
            score = max(score, _COMPOUND_LENGTHS[length] + compound + rest)
        return max(score, self._of_parts(name)) if name[:2] in self.parts else score

    def _dotted(self, name: str) -> float:
        later = sum(max(0, len(part) - _USUAL_PART) for part in name.split(MIDDLE_DOT))
        return _DOTTED_CHARACTER * (len(name) - later) + _DOTTED_LATER * later

    def _of_parts(self, name: str) -> float:
        """As a Tibetan name whose first part is known."""
        rest = name[2:]
        if len(rest) < 2:
            known = not rest or rest in _PART_ENDINGS
            return _OF_PARTS + _PART + (_PART_ENDING if rest else 0.0) if known else -math.inf
        return _OF_PARTS + 2 * _PART if rest in self.parts else -math.inf

    def is_known_form(self, name: str) -> bool:
        """Whether the name begins with a listed surname, or is a dotted name."""
        if MIDDLE_DOT in name:
            return _DOTTED_NAME.fullmatch(name) is not None
        if name[:2] in self.parts and self._of_parts(name) > -math.inf:
            return True
        return (name[:1] in self.surnames and 2 <= len(name) <= _LONGEST) or (
            name[:2] in self.compounds and 3 <= len(name) <= _LONGEST + 1
        )

    def surname_length(self, name: str) -> int:
        """Characters of the surname: 2 for a listed compound one, else 1."""
        return 2 if len(name) > 2 and name[:2] in self.compounds else 1


def name_model(names: Names) -> NameModel:
    """The model for these settings; built once, whatever the roster."""
    return _name_model(names.surnames, names.compound_surnames, names.given, names.parts_of_names)


@lru_cache(maxsize=8)
def _name_model(
    surname_rows: tuple[str, ...],
    compound: tuple[str, ...],
    given_rows: tuple[str, ...],
    parts: tuple[str, ...],
) -> NameModel:
    surnames = list(dict.fromkeys("".join(surname_rows)))
    given = list(dict.fromkeys("".join(given_rows)))
    shares = dict.fromkeys(surnames[:_FREQUENT_SURNAMES], _SURNAME_AS_GIVEN)
    shares |= {c: _TOP_GIVEN - _GIVEN_FALL * math.sqrt(at) for at, c in enumerate(given)}
    compounds = enumerate(compound)
    return NameModel(
        {c: _TOP_SURNAME - _SURNAME_FALL * math.sqrt(at) for at, c in enumerate(surnames)},
        {name: _FREQUENT_COMPOUND if at < 10 else _RARE_COMPOUND for at, name in compounds},
        shares,
        frozenset(part for row in parts for part in row.split()),
    )


@dataclass(frozen=True, slots=True)
class Judge:
    """Names weighed by the model and by the notice's roster: leaders stand in many rows.

    `cell` tells the cell that is judged: what the roster has from it alone does not count, for no
    cell bears itself out.
    """

    model: NameModel
    roster: Roster
    cell: Hashable = None
    _share: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        share = _ROSTER_SHARE - math.log(len(self.roster.names) + 3)
        object.__setattr__(self, "_share", share)

    def score(self, name: str) -> float:
        """Log-likelihood of `name` as one of the leaders of this notice."""
        model, roster = self.model, self.roster
        free = model.memo.get(name)
        if free is None:
            free = model.log_name(name)
        if name not in roster.names or not self.knows(name):
            return free
        return max(free, self._share)

    def knows(self, name: str) -> bool:
        """Whether the roster has `name` from elsewhere than this cell."""
        roster = self.roster
        if name not in roster.names:
            return False
        return self.cell is None or roster.lone.get(name) != self.cell

    @property
    def known(self) -> tuple[str, ...]:
        """The names of the roster that other cells bear out."""
        return tuple(name for name in self.roster.order if self.knows(name))

    def is_plausible(self, name: str) -> bool:
        return name in self.roster.names or self.model.is_known_form(name)
