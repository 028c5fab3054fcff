"""The persons of a notice, learned from the cells that can be read only one way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

PARTED = 4  # weight of a sighting whose names are parted by signs
SHARED = 2  # characters in order that make two names contradict each other in unplaced text
_POST = re.compile(r"^([^\s,，:：（(]+)[\s,，:：（(]+(.+?)[）)]?$")


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Names known in this notice, and those of them that are beyond doubt.

    `order` holds all as first printed; `confirmed` those that were given beforehand, stand in two
    cells, or were read from the places of their characters. `given` are the user's. `counts` says
    in how many cells a name stands; `lone`, for names of one cell only, which one it is.
    `ragged`: stacks of this notice have lost blanks. `garbled`: the reader lost characters in
    several cells. `across`: log-odds of lines of text being names and not parts of stacks. `posts`
    are those that the user gave. `memo` keeps what was worked out with this roster.
    """

    order: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    lone: Mapping[str, Hashable] = field(default_factory=dict)
    ragged: bool = False
    garbled: bool = False
    across: float = 0.0
    posts: Mapping[str, str] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def basis(self) -> tuple[object, ...]:
        """All that readings of a cell depend on; rosters of one basis read alike."""
        lone = tuple(self.lone.items())
        return self.order, lone, self.ragged, self.garbled, self.across

    def near(self, name: str) -> tuple[str, ...]:
        """Known names of the same length that differ from `name` in one character."""
        index = self.memo.get("near")
        if index is None:
            index = self.memo["near"] = {}
            for known in self.order:
                for gap in _gaps(known):
                    index.setdefault(gap, []).append(known)
        found = (known for gap in _gaps(name) for known in index.get(gap, ()))
        return tuple(dict.fromkeys(known for known in found if known != name))

    def longer(self, name: str) -> tuple[str, ...]:
        """Known names that are `name` with one character more."""
        index = self.memo.get("longer")
        if index is None:
            index = self.memo["longer"] = {}
            for known in self.order:
                for at in range(len(known)):
                    index.setdefault(known[:at] + known[at + 1 :], []).append(known)
        return tuple(dict.fromkeys(index.get(name, ())))

    def sharing(self, text: str) -> list[str]:
        """Known names of which two characters stand in `text`, in order; as first printed."""
        index = self.memo.get("pairs")
        if index is None:
            index = self.memo["pairs"] = {}
            for at, known in enumerate(self.order):
                for pair in _pairs(known):
                    index.setdefault(pair, []).append(at)
        found = {at for pair in _pairs(text) for at in index.get(pair, ())}
        return [self.order[at] for at in sorted(found)]


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in combinations(text, 2)}


def _gaps(name: str) -> list[str]:
    return [f"{name[:at]}?{name[at + 1 :]}" for at in range(len(name))]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Names read from one cell. `weight`: how far the reading is trusted, against others.

    `key` tells the cell; `cells` is the number of cells that read alike. `strange` names, with
    surnames of no list, stand only when different cells have them.
    """

    names: tuple[str, ...]
    weight: int
    key: Hashable = None
    cells: int = 1
    strange: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a notice besides names; see `Roster`."""

    ragged: bool = False
    garbled: bool = False
    across: float = 0.0
    posts: Mapping[str, str] = field(default_factory=dict)


def make_roster(
    sightings: Sequence[Sighting],
    given: Iterable[str] = (),
    placed: Sequence[Sighting] = (),
    signs: Signs | None = None,
) -> Roster:
    """The roster that `sightings` bear out. `given` and `placed` names need no bearing out."""
    signs = signs or Signs()
    sightings = _borne_out(sightings)
    placed = _without_lone_strangers(placed)
    beforehand = tuple(dict.fromkeys(given))
    seen_placed = [name for seen in placed for name in seen.names]
    certain = tuple(dict.fromkeys((*beforehand, *seen_placed)))
    standing = settle(sightings, certain)
    first = (name for seen in sightings for name in seen.names if name in standing)
    order = tuple(dict.fromkeys((*certain, *first)))
    counts: Counter[str] = Counter()
    where: dict[str, set[Hashable]] = {}
    for seen in (*placed, *sightings):
        for name in dict.fromkeys(seen.names):
            counts[name] += seen.cells
            where.setdefault(name, set()).add(seen.key)
    twice = {name for name in standing if counts[name] > 1 and len(where[name]) > 1}
    return Roster(
        order,
        frozenset(order),
        confirmed=frozenset({*certain, *twice}),
        given=frozenset(beforehand),
        counts=counts,
        lone={
            name: next(iter(keys))
            for name, keys in where.items()
            if len(keys) == 1 and name not in beforehand
        },
        ragged=signs.ragged,
        garbled=signs.garbled,
        across=signs.across,
        posts=signs.posts,
    )


def _strangers(sightings: Sequence[Sighting]) -> dict[str, set[Hashable]]:
    """Strange names, and the cells that have them."""
    cells: dict[str, set[Hashable]] = {}
    for seen in sightings:
        for name in seen.strange:
            cells.setdefault(name, set()).add(seen.key)
    return cells


def _without_lone_strangers(placed: Sequence[Sighting]) -> list[Sighting]:
    """Sightings without strange names of one cell: a scan may have misread the surname."""
    cells = _strangers(placed)
    lone = {name for name, keys in cells.items() if len(keys) < 2}
    return [
        replace(seen, names=tuple(name for name in seen.names if name not in lone))
        if lone.intersection(seen.strange)
        else seen
        for seen in placed
    ]


def _borne_out(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Sightings without those cells that have a strange name which no other cell has.

    Such a cell is rather cut wrongly as a whole, unless signs part its names.
    """
    cells = _strangers(sightings)
    return [
        seen
        for seen in sightings
        if seen.weight >= PARTED or all(len(cells[name]) > 1 for name in seen.strange)
    ]


def split_entry(entry: str) -> tuple[str, str]:
    """A line of a roster file → name and post, which may be "": 王建国 副县长, 王建国（副县长）."""
    match = _POST.match(entry.strip())
    return (match[1], match[2].strip()) if match else (entry.strip(), "")


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
    of equals that contradict each other, none stands. Names that signs part on both sides do not
    contradict each other: 王建国 and 王建军 are two persons.
    """
    support: Counter[str] = Counter()
    where: dict[str, set[Hashable]] = {}
    for seen in sightings:
        for name in dict.fromkeys(seen.names):
            support[name] += seen.weight
            where.setdefault(name, set()).add(seen.key)
    for name in sure:
        support[name] += len(sightings) * PARTED + 1
    parted = {name for seen in sightings if seen.weight >= PARTED for name in seen.names}
    parted.update(sure)

    strange = {name for seen in sightings for name in seen.strange}
    sharing: dict[str, list[str]] = {}
    for name in support:
        for pair in _pairs(name):
            sharing.setdefault(pair, []).append(name)

    def stands(name: str) -> bool:
        # A misreading comes from one print; what several cells have yields only to far more.
        several = len(where[name]) > 1
        if name in strange and not several:
            return False
        needed = support[name] * (2 if several else 1)
        others = (other for pair in _pairs(name) for other in sharing[pair])
        return not any(support[other] >= needed and other != name for other in others)

    return frozenset(
        name for name in support if (name in parted and name not in strange) or stands(name)
    )
