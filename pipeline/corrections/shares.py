"""Assignments of corrected lists: who stays keeps what is known of them, others are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.corrections.bundle import DocumentRows, same
from pipeline.corrections.naming import Naming
from pipeline.corrections.states import RowKey, RowState
from pipeline.normalise.parties import CELL_DOUBTED
from pipeline.party import Party, PartyKind, PartyRole
from pipeline.row_types import AssignmentRow, TaskRow

ROLES: tuple[tuple[PartyRole, str], ...] = (
    ("leader", "leaders"),
    ("lead_unit", "lead_units"),
    ("unit", "units"),
)
BY_A_PERSON = "review"


class Shares:
    """What is known of the parties of a document, by row and by name; `naming` looks up others."""

    def __init__(self, rows: DocumentRows, naming: Naming | None) -> None:
        self._naming = naming
        self._by_row: dict[tuple[RowKey, str], list[AssignmentRow]] = {}
        self._by_name: dict[tuple[bool, str], AssignmentRow] = {}
        for row in rows.assignments:
            key = (row.table_no, row.row_no)
            self._by_row.setdefault((key, row.role), []).append(row)
        for task in rows.tasks:
            for role, column in ROLES:
                for name, row in self._named(task, role, column):
                    self._by_name.setdefault((role == "leader", name), row)

    def of(self, state: RowState, task: TaskRow) -> Iterable[AssignmentRow]:
        """The assignments of a row in its corrected form, which is `task`."""
        for role, column in ROLES:
            names = getattr(task, column)
            known = self._known(state, role)
            whole = state.ref.split == 0 and len(state.members) == 1
            if whole and same(names, getattr(state.read, column)):
                found: Sequence[AssignmentRow] = known
            else:
                mine = dict(self._named(state.read, role, column)) if known else {}
                found = self._shares(names, role, mine)
            for position, row in enumerate(found, 1):
                yield row._replace(
                    doc_id=task.doc_id,
                    table_no=task.table_no,
                    row_no=task.row_no,
                    serial=task.serial,
                    role=role,
                    position=position,
                )

    def _known(self, state: RowState, role: str) -> list[AssignmentRow]:
        return [row for key in state.members for row in self._by_row.get((key, role), ())]

    def _named(self, task: TaskRow, role: str, column: str) -> list[tuple[str, AssignmentRow]]:
        """Names of a task's list with their assignments: the two run side by side."""
        rows = self._by_row.get(((task.table_no, task.row_no), role), [])
        names = getattr(task, column)
        return list(zip(names, rows, strict=True)) if len(names) == len(rows) else []

    def _shares(
        self, names: Sequence[str], role: PartyRole, mine: dict[str, AssignmentRow]
    ) -> list[AssignmentRow]:
        """What is known of names that a person wrote or kept: from the row, the document, lists."""
        known = [mine.get(name) or self._by_name.get((role == "leader", name)) for name in names]
        if role == "leader":
            return [
                _kept(row) if row else _looked_up(self._leader(name), role)
                for name, row in zip(names, known, strict=True)
            ]
        # Units are looked up together: 县 before the first one stands for those after it.
        parties = self._units(names, role)
        return [
            _kept(row, party) if row else _looked_up(party, role)
            for row, party in zip(known, parties, strict=True)
        ]

    def _leader(self, name: str) -> Party:
        if self._naming is None:
            return Party("leader", 1, name, name, PartyKind.PERSON)
        return self._naming.leader(name)

    def _units(self, names: Sequence[str], role: PartyRole) -> list[Party]:
        if self._naming is None:
            return [Party(role, 1, name) for name in names]
        return self._naming.units(names, role)


def _kept(row: AssignmentRow, party: Party | None = None) -> AssignmentRow:
    """What was known of a name that a person has left or put: that it stands there is sure now.

    `party`: what the lists know of a unit. How sure its canonical name is does not come from the
    person; only where the lists say the same, doubt about the cell that it was read in goes.
    """
    certainty = 1.0 if party is None else row.certainty
    codes = [code for code in row.evidence.split(";") if code and code != CELL_DOUBTED]
    if party is not None and party.canonical == row.canonical:
        certainty = max(row.certainty, party.certainty)
    return row._replace(certainty=certainty, evidence=";".join((BY_A_PERSON, *codes)))


def _looked_up(party: Party, role: str) -> AssignmentRow:
    return AssignmentRow(
        doc_id="",
        table_no=1,
        row_no=1,
        serial=None,
        role=role,
        position=1,
        printed=party.printed,
        canonical=party.canonical,
        kind=party.kind.value,
        region=party.region,
        certainty=party.certainty,
        evidence=";".join((BY_A_PERSON, *party.evidence)),
    )
