"""What a printed unit is: the name to join on, its kind and place, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Code, Severity
from pipeline.normalise.matches import Place
from pipeline.party import PartyKind

Doubt = tuple[Code, Severity, str]

SURE = 0.8
"""A canonical name of less certainty is doubtful."""

BY_PLACE = {
    "issuer": 1.0,
    "notice": 0.92,
    "carried": 0.95,
    "printed": 0.98,
    "name": 0.85,
    "unknown": 0.7,
    "none": 0.7,
}
"""What the way in which a place is known leaves of a certainty."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a printed unit is. `canonical` is None where no name to join on is known."""

    printed: str
    canonical: str | None
    kind: PartyKind
    region: str | None
    certainty: float
    evidence: tuple[str, ...]
    doubt: Doubt | None = None
    place: Place | None = None

    @property
    def sure(self) -> bool:
        return self.canonical is None or self.certainty >= SURE
