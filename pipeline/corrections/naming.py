"""Whom a name that a person wrote means: looked up by the lists and by what the document knows.

The same look-up as for names that were read: units by the gazetteer, the user's list and the places
and full names of this document; leaders by the roster, else by what the name itself looks like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import cached_property

from pipeline.config import Settings
from pipeline.corrections.bundle import DocumentRows
from pipeline.model import Cell, Document
from pipeline.normalise.directory import Directory, learn_units, open_directory
from pipeline.normalise.identify import identify_all
from pipeline.normalise.names import cell_to_names, learn_roster
from pipeline.normalise.parties import leader_parties, unit_parties
from pipeline.normalise.roster import Roster
from pipeline.party import Party, PartyKind, PartyRole

_DATES = ("issued_on", "printed_on")


class Naming:
    """Looks up names for one document; what the document teaches is gathered at the first name."""

    def __init__(self, rows: DocumentRows, settings: Settings) -> None:
        self._rows, self._settings = rows, settings

    def units(self, names: Sequence[str], role: PartyRole) -> list[Party]:
        """The units of one corrected list; a place stands for the units after it too."""
        return unit_parties(identify_all(names, self._directory), role, doubted=False)

    def leader(self, name: str) -> Party:
        """One name of a corrected list of leaders: a person whom somebody has named is one."""
        reading = cell_to_names(Cell(0, 0, text=name), self._roster, self._settings)
        found = leader_parties(reading)
        if len(found) != 1 or found[0].kind is PartyKind.UNKNOWN:
            return Party("leader", 1, name, name, PartyKind.PERSON)
        party = found[0]
        # As the person wrote it, also where the roster has one that looks alike.
        canonical = party.printed if party.kind is PartyKind.PERSON else party.canonical
        return replace(party, printed=name, canonical=canonical, certainty=1.0)

    @cached_property
    def _roster(self) -> Roster:
        return learn_roster((), self._settings)

    @cached_property
    def _directory(self) -> Directory:
        tasks = self._rows.tasks
        texts = [text for task in tasks for _, text in task.cells if text]
        letter = record_to_letter(self._rows.document or {})
        prose = [letter.title or "", *letter.attachments]
        start = open_directory(letter, (*texts, *prose), self._settings)
        units = [unit for task in tasks for unit in (*task.lead_units, *task.units)]
        return learn_units(start, units, letter, (*texts, *prose))


def record_to_letter(record: Mapping[str, object]) -> Document:
    """The elements of the letter from the document's record."""
    values = {}
    for item in fields(Document):
        value = record.get(item.name)
        if item.name in _DATES and isinstance(value, str):
            value = date.fromisoformat(value)
        if value is not None:
            values[item.name] = tuple(value) if isinstance(value, list) else value
    return Document(**values)  # type: ignore[arg-type]
