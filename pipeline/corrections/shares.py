"""Assignments of corrected lists: who is still named keeps what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.corrections.bundle import DocumentRows, same
from pipeline.corrections.states import RowKey, RowState
from pipeline.party import PartyKind
from pipeline.row_types import AssignmentRow, TaskRow

ROLES = (("leader", "leaders"), ("lead_unit", "lead_units"), ("unit", "units"))
BY_A_PERSON = "review"


class Shares:
    """What the program knew of the parties of a document, by row and by name."""

    def __init__(self, rows: DocumentRows) -> None:
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
            if state.ref.split == 0 and same(names, getattr(state.read, column)):
                found: Sequence[AssignmentRow] = known
            else:
                mine = dict(self._named(state.read, role, column)) if known else {}
                found = [self._share(name, role, mine.get(name)) for name in names]
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

    def _share(self, name: str, role: str, mine: AssignmentRow | None) -> AssignmentRow:
        """What is known of a name that a person wrote or kept: from its row, else its document."""
        row = mine or self._by_name.get((role == "leader", name))
        if row is not None:
            evidence = ";".join(filter(None, (BY_A_PERSON, row.evidence)))
            return row._replace(certainty=1.0, evidence=evidence)
        leader = role == "leader"
        return AssignmentRow(
            doc_id="",
            table_no=1,
            row_no=1,
            serial=None,
            role=role,
            position=1,
            printed=name,
            canonical=name if leader else None,
            kind=(PartyKind.PERSON if leader else PartyKind.UNKNOWN).value,
            region=None,
            certainty=1.0,
            evidence=BY_A_PERSON,
        )
