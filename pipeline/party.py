"""Who has a part in a task: a person, an organ, a company …"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

PartyRole = Literal["leader", "lead_unit", "unit"]


class PartyKind(StrEnum):
    """What a party is: a closed list, as `assignments.kind` holds it."""

    PERSON = "person"
    POST = "post"  # 分管副县长, 县委书记: whoever holds it
    ORGAN = "organ"  # of party or state, at any level, with its offices and branches
    ASSOCIATION = "association"  # bodies of the people and of trades: 妇联, 总工会, 商会
    INSTITUTION = "institution"  # schools, hospitals, centres, media: 事业单位
    COMPANY = "company"  # banks and utilities too
    COLLECTIVE = "collective"  # 各乡镇人民政府, 县直有关单位: several bodies under one name
    PLACE = "place"  # a town or county for its government: 白鹭镇
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Party:
    """Who has a part in a task: a row of `assignments.parquet`.

    `position` counts from 1 in the task's list of that role. `printed` is the name as read,
    `canonical` the one to join on (None: not known), `region` the place a unit belongs to.
    `certainty` lies in 0-1; `evidence` are short codes of what it rests on, the weightiest first.
    """

    role: PartyRole
    position: int
    printed: str
    canonical: str | None = None
    kind: PartyKind = PartyKind.UNKNOWN
    region: str | None = None
    certainty: float = 1.0
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.position < 1:
            raise ValueError(f"parties count from 1, not {self.position}")
        if not 0.0 <= self.certainty <= 1.0:
            raise ValueError(f"a certainty lies in 0–1, not {self.certainty}")
