"""Corrections laid over what was read: rows as a person says they are, and what does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.corrections.anchor import rows_to_refs
from pipeline.corrections.bundle import DocumentRows
from pipeline.corrections.doubts import conflict_finding, findings_to_flags, settled_findings
from pipeline.corrections.naming import Naming
from pipeline.corrections.records import Correction, RowRef
from pipeline.corrections.shares import Shares
from pipeline.corrections.states import (
    Conflict,
    Folding,
    RowKey,
    RowState,
    bundle_to_folding,
    disputed,
    disputed_letter,
    lay_over,
    still_held,
)
from pipeline.row_types import AssignmentRow, PlaceRow, TaskRow

if TYPE_CHECKING:
    from pipeline.config import Settings

_Said = tuple[tuple[str, Correction], ...]
_HEADS = ("doc_number", "title", "issuer", "issued_on")  # of the letter, in every task too


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """A row as it is written, how the program had read it, where, and the last word on it."""

    ref: RowRef
    task: TaskRow
    read: TaskRow
    places: tuple[PlaceRow, ...] = ()
    last: Correction | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The rows of a document with the corrections applied; `states` are in the rows' order."""

    rows: DocumentRows
    states: tuple[CorrectedRow, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a row, and of what: it need not be made again while that is the same."""

    basis: tuple[object, ...]
    row: CorrectedRow
    assignments: tuple[AssignmentRow, ...]


def apply_corrections(
    rows: DocumentRows, corrections: Sequence[Correction], settings: Settings | None = None
) -> Corrected:
    """Lay `corrections` (in the order they were made) over the rows of one document.

    A correction over a value that is read otherwise now keeps the person's value and puts the row
    in doubt; one whose row is not found, and a split or join of rows that are read otherwise now,
    is not applied. Each is a conflict and a finding `correction_conflict`. Names that a person
    wrote are looked up by the lists of `settings`.
    """
    return Ledger(rows, settings).laid(corrections)


class Ledger:
    """The corrections of one document laid over its rows, again and again while they are added.

    What was laid stays, and of a row that stands as it stood nothing is made again, so that one
    more correction costs little however many there are.
    """

    def __init__(self, rows: DocumentRows, settings: Settings | None = None) -> None:
        self.rows = rows
        self._refs = rows_to_refs(rows)
        self._places = _by_row(rows.places)
        self._naming = Naming(rows, settings) if settings else None
        self._shares: Shares | None = None
        self._laid: tuple[Correction, ...] = ()
        self._folding = bundle_to_folding(rows, self._refs)
        self._made: dict[str, _Made] = {}
        self._disputed: dict[str, tuple[_Said, list[Conflict]]] = {}

    def laid(self, corrections: Sequence[Correction]) -> Corrected:
        """The rows with all of `corrections`, those before among them or not."""
        there = tuple(corrections)
        held = still_held(there)
        if held[: len(self._laid)] != self._laid:
            self._folding, self._laid = bundle_to_folding(self.rows, self._refs), ()
        for correction in held[len(self._laid) :]:
            lay_over(self._folding, correction)
        self._laid = held
        if not held:
            return Corrected(
                self.rows, tuple(self._read_row(state) for state in self._folding.rows)
            )
        return self._corrected(self._folding, tuple(self._conflicts()))

    def _read_row(self, state: RowState) -> CorrectedRow:
        return CorrectedRow(state.ref, state.task, state.read, self._places.get(state.home, ()))

    def _conflicts(self) -> Iterator[Conflict]:
        yield from self._folding.conflicts
        for state in self._folding.rows:
            if not state.said:
                continue
            said = tuple(state.said.items())
            known = self._disputed.get(state.ref.key)
            if known is None or known[0] != said:
                known = self._disputed[state.ref.key] = (said, disputed(state))
            yield from known[1]
        yield from disputed_letter(self._folding, self.rows)

    def _corrected(self, folding: Folding, conflicts: tuple[Conflict, ...]) -> Corrected:
        numbers = _numbers(folding.rows)
        findings = (
            *settled_findings(self.rows.findings, folding, numbers, self._places),
            *(conflict_finding(item, numbers, self.rows) for item in conflicts),
        )
        flags = findings_to_flags(findings)
        letter = {column: item.after for column, item in folding.letter.items()}
        heads = {name: letter[name] for name in _HEADS if name in letter}
        made = [self._row(state, numbers, flags, heads) for state in folding.rows]
        rows = DocumentRows(
            tuple(item.row.task for item in made),
            findings,
            tuple(share for item in made for share in item.assignments),
            tuple(place for item in made for place in item.row.places),
            {**self.rows.document, **letter} if self.rows.document else None,
        )
        return Corrected(rows, tuple(item.row for item in made), conflicts)

    def _row(
        self,
        state: RowState,
        numbers: Mapping[str, RowKey],
        flags: Mapping[RowKey, tuple[str, ...]],
        heads: dict[str, Any],
    ) -> _Made:
        number = numbers[state.ref.key]
        flag = flags.get(number, ())
        basis = (state.stand, number, flag, heads)
        known = self._made.get(state.ref.key)
        if known is not None and known.basis == basis:
            return known
        task = state.task._replace(row_no=number[1], flags=flag, reviewed=state.reviewed, **heads)
        places = tuple(self._moved_places(state, number))
        self._shares = self._shares or Shares(self.rows, self._naming)
        assignments = tuple(self._shares.of(state, task))
        row = CorrectedRow(state.ref, task, state.read, places, state.by)
        made = self._made[state.ref.key] = _Made(basis, row, assignments)
        return made

    def _moved_places(self, state: RowState, number: RowKey) -> Iterator[PlaceRow]:
        """The places of a row: of all rows it was joined from, or of the row it was split off."""
        parts: Counter[str] = Counter()
        for key in state.members or [state.home]:
            for place in self._places.get(key, ()):
                parts[place.column] += 1
                yield place._replace(table_no=number[0], row_no=number[1], part=parts[place.column])


def _numbers(states: Sequence[RowState]) -> dict[str, RowKey]:
    """Table and number of every row, counted anew in each table, by the key of its reference."""
    seen: Counter[int] = Counter()
    numbers = {}
    for state in states:
        seen[state.task.table_no] += 1
        numbers[state.ref.key] = (state.task.table_no, seen[state.task.table_no])
    return numbers


def _by_row(places: Sequence[PlaceRow]) -> dict[RowKey, tuple[PlaceRow, ...]]:
    found: dict[RowKey, list[PlaceRow]] = {}
    for place in places:
        found.setdefault((place.table_no, place.row_no), []).append(place)
    return {row: tuple(group) for row, group in found.items()}
