"""What the cells of a row name → the parties of its task, each role numbered from 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.normalise.identity import Identity
from pipeline.normalise.names import NameReading
from pipeline.normalise.posts import Sort
from pipeline.party import Party, PartyKind, PartyRole

CELL_DOUBTED = "cell:doubted"
_PARTED_UNSURELY = 0.6
_LEADING = ("牵头", "主办", "组长", "总指挥", "指挥长", "召集", "第一", "挂帅", "负责", "责任")
_LEADER_KINDS = {
    Sort.PERSON: PartyKind.PERSON,
    Sort.POST: PartyKind.POST,
    Sort.GROUP: PartyKind.POST,
    Sort.COLLECTIVE: PartyKind.COLLECTIVE,
    Sort.ORGAN: PartyKind.ORGAN,
    Sort.OTHER: PartyKind.UNKNOWN,
}


def leader_parties(reading: NameReading) -> list[Party]:
    """The persons, posts and bodies of one leader cell, in the order of `reading.names`."""
    return [
        Party(
            "leader",
            1,
            member.printed,
            member.name if member.settled else None,
            _LEADER_KINDS[member.sort],
            certainty=member.certainty,
            evidence=(*member.evidence, *_part_code(member.part)),
        )
        for member in reading.members
    ]


def _part_code(part: str) -> tuple[str, ...]:
    """A leader's part in the task: 牵头 leads, 配合 helps, others as printed."""
    if not part:
        return ()
    if any(word in part for word in ("配合", "协助", "协同", "参与", "协办", "协管", "副", "成员")):
        return ("role:help",)
    return ("role:lead",) if any(word in part for word in _LEADING) else (f"role:{part}",)


def unit_parties(identities: Sequence[Identity], role: PartyRole, *, doubted: bool) -> list[Party]:
    """The units of one cell with what they are; `doubted`: it is unsure where its names part."""
    return [
        Party(
            role,
            1,
            identity.printed,
            identity.canonical,
            identity.kind,
            identity.region,
            min(identity.certainty, _PARTED_UNSURELY) if doubted else identity.certainty,
            (*identity.evidence, CELL_DOUBTED) if doubted else identity.evidence,
        )
        for identity in identities
    ]


def numbered(parties: Iterable[Party]) -> tuple[Party, ...]:
    """`parties` with their positions counted from 1 in each role."""
    seen: Counter[str] = Counter()
    found = []
    for party in parties:
        seen[party.role] += 1
        found.append(replace(party, position=seen[party.role]))
    return tuple(found)
