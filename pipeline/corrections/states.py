"""The rows of a document while corrections are laid over them, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pipeline.corrections.anchor import find_row, is_same_row, rows_to_refs
from pipeline.corrections.bundle import DocumentRows, same, values_of
from pipeline.corrections.records import Correction, FindingRef, RowRef, Value, Values
from pipeline.row_types import TaskRow

RowKey = tuple[int, int]
"""`table_no` and `row_no` as the program read them."""

DoubtKey = tuple[str, int | None, str]
"""Code and page of a finding, and the key of its row or ""."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A correction that does not fit what is read now.

    `row` is the row it concerns, None when it was not found; `now` is what is read there now.
    """

    correction: Correction
    message: str
    row: RowRef | None = None
    column: str | None = None
    now: Value = None


@dataclass(slots=True)
class RowState:
    """One row: as it was read, and as corrected so far.

    `read` is the row as the program read it, `task` as it is now. `members` are the rows of the
    program that it is made of; a part that was split off has none, its findings stay with the
    first part. `said` is the last correction of each column; `by` the last that touched the row.
    """

    ref: RowRef
    read: TaskRow
    task: TaskRow
    members: list[RowKey]
    home: RowKey
    said: dict[str, Correction] = field(default_factory=dict)
    confirmed: bool = False
    reshaped: bool = False
    by: Correction | None = None

    @property
    def stand(self) -> tuple[object, ...]:
        """All that is written of the row hangs on; equal for rows that stand alike."""
        return (self.ref, self.task, self.read, tuple(self.members), self.reviewed, self.by)

    @property
    def reviewed(self) -> bool:
        """Whether a person has confirmed or corrected the row."""
        return self.confirmed or self.reshaped or bool(self.said)


@dataclass(slots=True)
class Folding:
    """All rows, the last correction of each element of the letter, dismissals, conflicts."""

    rows: list[RowState]
    refs: tuple[RowRef, ...]
    by_key: dict[str, RowState]
    letter: dict[str, Correction] = field(default_factory=dict)
    dismissed: dict[DoubtKey, list[Correction]] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    def find(self, wanted: RowRef) -> RowState | None:
        """The state of the row that `wanted` means, if it is there and still a row of its own."""
        there = self.by_key.get(replace(wanted, split=0).key)
        base = there.ref if there and is_same_row(wanted, there.ref) else None
        base = base or find_row(wanted, self.refs)
        return self.by_key.get(replace(base, split=wanted.split).key) if base else None


def bundle_to_folding(rows: DocumentRows, refs: tuple[RowRef, ...] | None = None) -> Folding:
    """The rows before any correction; `refs` are theirs where they are known already."""
    refs = rows_to_refs(rows) if refs is None else refs
    states = []
    for ref, task in zip(refs, rows.tasks, strict=True):
        key = (task.table_no, task.row_no)
        states.append(RowState(ref, task, task, [key], key))
    return Folding(states, refs, {state.ref.key: state for state in states})


def still_held(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """The corrections that were not undone."""
    every = tuple(corrections)
    undone = {item.of for item in every if item.what == "undo"}
    return tuple(item for item in every if item.what != "undo" and item.id not in undone)


def lay_over(folding: Folding, correction: Correction) -> None:
    """Lay one correction over the rows; what does not fit becomes a conflict."""
    state = folding.find(correction.row) if correction.row else None
    if correction.what == "dismiss":
        about = cast(FindingRef, correction.finding)
        key = (about.code, about.page, state.ref.key if state else "")
        folding.dismissed.setdefault(key, []).append(correction)
        return
    if correction.row is None:
        folding.letter[cast(str, correction.column)] = correction
        return
    if state is None:
        message = "the row that was corrected is not found in what is read now"
        folding.conflicts.append(Conflict(correction, message))
        return
    if correction.what == "set":
        _set(state, correction)
    elif correction.what == "confirm":
        _confirm(state, correction)
    elif correction.what == "split":
        _split(folding, state, correction)
    else:
        _join(folding, state, correction)


def disputed(state: RowState) -> list[Conflict]:
    """The columns that are read now in a way that the person had not seen."""
    found = []
    for column, correction in state.said.items():
        now = getattr(state.read, column)
        seen = (_of(correction.read, column), _of(correction.after, column))
        if not any(same(now, value) for value in seen):
            message = f"the {column} is read otherwise now than when it was corrected"
            found.append(Conflict(correction, message, state.ref, column, now))
    return found


def disputed_letter(folding: Folding, rows: DocumentRows) -> list[Conflict]:
    """The elements of the letter that are read now in a way that the person had not seen."""
    found = []
    for column, correction in folding.letter.items():
        now = rows.letter(column)
        seen = (cast(Value, correction.read), cast(Value, correction.after))
        if not any(same(now, value) for value in seen):
            message = f"the {column} is read otherwise now than when it was corrected"
            found.append(Conflict(correction, message, None, column, now))
    return found


def _set(state: RowState, correction: Correction) -> None:
    column = cast(str, correction.column)
    state.task = with_values(state.task, ((column, cast(Value, correction.after)),))
    state.said[column] = correction
    state.by = correction


def _confirm(state: RowState, correction: Correction) -> None:
    values = cast(Values, correction.after)
    state.task = with_values(state.task, values)
    state.said.update({column: correction for column, _ in values})
    state.confirmed = True
    state.by = correction


def _split(folding: Folding, state: RowState, correction: Correction) -> None:
    if not _as_read(state, cast(Values, correction.read)):
        folding.conflicts.append(_reshaped_since(correction, state))
        return
    first, second = correction.parts
    whole = state.task
    _reshape(state, first, correction)
    part = RowState(
        replace(state.ref, split=correction.id),
        with_values(whole, second),
        with_values(whole, second),
        [],
        state.home,
    )
    part.reshaped, part.by = True, correction
    folding.rows.insert(folding.rows.index(state) + 1, part)
    folding.by_key[part.ref.key] = part


def _join(folding: Folding, state: RowState, correction: Correction) -> None:
    other = folding.find(cast(RowRef, correction.other))
    fits = other is not None and other is not state and _as_read(other, correction.read_other)
    if other is None or not fits or not _as_read(state, cast(Values, correction.read)):
        folding.conflicts.append(_reshaped_since(correction, state))
        return
    one, two = state.task, other.task
    state.task = one._replace(
        pages=tuple(sorted({*one.pages, *two.pages})),
        confidence=min(one.confidence, two.confidence),
        cells=_joined_cells(one.cells, two.cells),
    )
    state.members += other.members
    _reshape(state, cast(Values, correction.after), correction)
    folding.rows.remove(other)
    del folding.by_key[other.ref.key]


def _reshape(state: RowState, values: Values, correction: Correction) -> None:
    """Give the row the values of a split or join; what was said of its columns is in them."""
    state.task = with_values(state.task, values)
    state.said.clear()
    state.reshaped, state.by = True, correction


def _as_read(state: RowState, read: Values) -> bool:
    """Whether the row is read as it was when the person reshaped it."""
    if state.ref.split:
        return True
    now = dict(values_of(state.read))
    return all(same(value, now[column]) for column, value in read)


def _reshaped_since(correction: Correction, state: RowState) -> Conflict:
    message = "the row was joined by a person, and is read otherwise now: it stays as read"
    if correction.what == "split":
        message = "the row was split by a person, and is read otherwise now: it stays as read"
    return Conflict(correction, message, state.ref)


def _joined_cells(
    one: Sequence[tuple[str, str]], two: Sequence[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    texts = {head: [text] for head, text in one}
    for head, text in two:
        held = texts.setdefault(head, [])
        if text not in held:
            held.append(text)
    return tuple((head, "\n".join(filter(None, parts))) for head, parts in texts.items())


def with_values(task: TaskRow, values: Values) -> TaskRow:
    """`task` with the values put into its columns."""
    changed: dict[str, Any] = dict(values)
    return task._replace(**changed)


def _of(values: Value | Values, column: str) -> Value:
    """A column's value: `values` itself, or among the values of the whole row."""
    if isinstance(values, tuple) and values and isinstance(values[0], tuple):
        return dict(values).get(column)
    return cast(Value, values)
