"""The persons of a notice, learned from the cells that can be read only one way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHARED = 2  # characters in order that make two names contradict each other in unplaced text


@dataclass(frozen=True, slots=True)
class Roster:
    """Names known in this notice, and those of them that are beyond doubt.

    `order` holds all as first printed; `confirmed` those that were given beforehand, stand in two
    cells, or were read from the places of their characters.
    """

    order: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sighting:
    """Names read from one cell. `weight`: how far the reading is trusted, against others."""

    names: tuple[str, ...]
    weight: int


def make_roster(sightings: Sequence[Sighting], sure: Iterable[str] = ()) -> Roster:
    """The roster that `sightings` bear out; `sure` names need no bearing out."""
    certain = tuple(dict.fromkeys(sure))
    cells = Counter(name for seen in sightings for name in dict.fromkeys(seen.names))
    standing = settle(sightings, certain)
    first = (name for seen in sightings for name in seen.names if name in standing)
    order = tuple(dict.fromkeys((*certain, *first)))
    twice = {name for name in standing if cells[name] > 1}
    return Roster(order, frozenset(order), frozenset({*certain, *twice}))


def shared_in_order(one: str, other: str) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for character in one:
        diagonal = 0
        for at, against in enumerate(other, 1):
            above = row[at]
            row[at] = diagonal + 1 if character == against else max(above, row[at - 1])
            diagonal = above
    return row[-1]


def settle(sightings: Sequence[Sighting], sure: Sequence[str] = ()) -> frozenset[str]:
    """Names that stand, of sightings that may be wrong.

    A name that shares two characters in order with a better supported one (李平樱 with 李樱,
    童勋平 with 童勋海) is more likely a misreading of it than another person, so it is left out;
    of equals that contradict each other, none stands.
    """
    support: Counter[str] = Counter()
    for seen in sightings:
        for name in dict.fromkeys(seen.names):
            support[name] += seen.weight
    for name in sure:
        support[name] += len(sightings) * 2 + 1
    return frozenset(
        name
        for name, weight in support.items()
        if name in sure
        or not any(
            against >= weight and other != name and shared_in_order(name, other) >= SHARED
            for other, against in support.items()
        )
    )
