"""Characters that are taken for each other, and names corrected by the roster.

A recogniser returns 靜 for 静 and 缨 for 樱. Such a name is corrected only when the notice has
exactly one person near, far better supported; 王建国 and 王建军 stay two persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.config import Names
from pipeline.normalise.roster import Roster

_PERSONS_OF_TWO = 3  # cells that a two-character name needs to correct another


@dataclass(frozen=True, slots=True)
class Likeness:
    """Forms of one character, and characters of one shape."""

    forms: dict[str, str]
    alike: dict[str, frozenset[str]]

    def plain(self, character: str) -> str:
        """The simplified form of a character."""
        return self.forms.get(character, character)

    def are_forms(self, one: str, other: str) -> bool:
        """Whether two characters are one in two forms: 靜 and 静."""
        return self.plain(one) == self.plain(other)

    def are_alike(self, one: str, other: str) -> bool:
        """Whether two characters are forms of one, or look alike: 缨 and 樱."""
        a, b = self.plain(one), self.plain(other)
        return a == b or b in self.alike.get(a, ()) or a in self.alike.get(b, ())


def likeness(names: Names) -> Likeness:
    """The tables of these settings; built once, whatever the roster."""
    return _likeness(names.variants, names.lookalikes)


@lru_cache(maxsize=8)
def _likeness(variants: tuple[str, ...], lookalikes: tuple[str, ...]) -> Likeness:
    forms = {other: group[0] for row in variants for group in row.split() for other in group[1:]}
    groups = [group for row in lookalikes for group in row.split()]
    return Likeness(forms, {group[0]: frozenset(group[1:]) for group in groups})


@dataclass(frozen=True, slots=True)
class Correction:
    """A name and the person it stands for; `others`: persons near, when there is no one choice."""

    read: str
    name: str
    others: tuple[str, ...] = ()


def correct(read: Sequence[str], roster: Roster, shapes: Likeness) -> list[Correction]:
    """The names of one cell, each with what it is corrected to, or with what is near."""
    return [_corrected(name, read, roster, shapes) for name in read]


def _corrected(name: str, read: Sequence[str], roster: Roster, shapes: Likeness) -> Correction:
    if name in roster.given:
        return Correction(name, name)
    # Who stands in the same cell is another person.
    near = [person for person in roster.near(name) if person not in read]
    fit = [person for person in near if _may_be(name, person, roster, shapes)]
    if len(fit) == 1:
        return Correction(name, fit[0])
    if fit:
        return Correction(name, name, tuple(fit))
    doubtful = (person for person in near if _is_doubtful(name, person, roster, shapes))
    return Correction(name, name, tuple(doubtful))


def _may_be(name: str, person: str, roster: Roster, shapes: Likeness) -> bool:
    """Whether `name` is a misreading of `person`: a like character, and far fewer cells."""
    one, other = next((a, b) for a, b in zip(name, person, strict=True) if a != b)
    if not shapes.are_alike(one, other):
        return False
    if person in roster.given:
        return True
    cells, own = roster.counts.get(person, 0), max(1, roster.counts.get(name, 0))
    if shapes.are_forms(one, other):
        return shapes.plain(one) == other or cells >= 3 * own
    return cells >= max(_PERSONS_OF_TWO if len(name) == 2 else 2, 3 * own - 1)


def _is_doubtful(name: str, person: str, roster: Roster, shapes: Likeness) -> bool:
    """Whether `person` is too near to `name` to be passed over, yet not known well enough.

    Against a list that says who there is, another name of three characters is worth a look.
    """
    one, other = next((a, b) for a, b in zip(name, person, strict=True) if a != b)
    own = roster.counts.get(name, 0)
    if shapes.are_alike(one, other):
        return roster.counts.get(person, 0) > own
    return len(name) > 2 and person in roster.given and own <= 1


def lost_from(name: str, roster: Roster) -> tuple[str, ...]:
    """Persons of many cells of whom `name` has all characters but one: 童海 of 童勋海."""
    if name in roster.given or roster.counts.get(name, 0) > 1:
        return ()
    return tuple(
        person
        for person in roster.longer(name)
        if person in roster.given or roster.counts.get(person, 0) >= _PERSONS_OF_TWO
    )
