"""What the cells of a row name → the parties of its task, each role numbered from 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.normalise.names import NameReading
from pipeline.party import Party, PartyKind, PartyRole

_UNSURE = 0.5


def leader_parties(reading: NameReading) -> list[Party]:
    """The persons and posts of one leader cell, in the order of `reading.names`."""
    certainty = 1.0 if reading.certain else _UNSURE
    kind = PartyKind.PERSON if reading.certain else PartyKind.UNKNOWN
    return [
        Party("leader", 1, name, name if reading.certain else None, kind, certainty=certainty)
        for name in reading.names
    ]


def unit_parties(names: Sequence[str], role: PartyRole, *, doubted: bool) -> list[Party]:
    """Units as printed, not yet known by their canonical names."""
    certainty = _UNSURE if doubted else 1.0
    return [Party(role, 1, name, kind=PartyKind.ORGAN, certainty=certainty) for name in names]


def numbered(parties: Iterable[Party]) -> tuple[Party, ...]:
    """`parties` with their positions counted from 1 in each role."""
    seen: Counter[str] = Counter()
    found = []
    for party in parties:
        seen[party.role] += 1
        found.append(replace(party, position=seen[party.role]))
    return tuple(found)
