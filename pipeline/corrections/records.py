"""A correction: one thing that a person said about a document, as one line of JSON.

Nothing here reads or writes a file; `journal` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from pipeline.geometry import BBox

What = Literal["set", "confirm", "dismiss", "split", "join", "undo"]
TEXT_COLUMNS = (
    "serial",
    "category",
    "name",
    "superior_measures",
    "local_measures",
    "deadline",
    "remark",
)
LIST_COLUMNS = ("leaders", "lead_units", "units")
COLUMNS = (*TEXT_COLUMNS[:5], *LIST_COLUMNS, *TEXT_COLUMNS[5:])
"""The columns of a task that a person can correct, in the order of `tasks.parquet`."""

LETTER_DATES = ("issued_on", "printed_on")
LETTER_LISTS = ("addressees", "attachments", "cc")
LETTER_COLUMNS = (
    *("issuer", "doc_number", "title", "addressees", "signed_by", "issued_on", "disclosure"),
    *("attachments", "cc", "printed_by", "printed_on", "secrecy", "urgency", "signer"),
)
"""The elements of the letter that a person can correct; dates are ISO 8601 text."""

Value = str | tuple[str, ...] | None
Values = tuple[tuple[str, Value], ...]
"""The values of a row by column: pairs, so that they are frozen."""


@dataclass(frozen=True, slots=True)
class RowRef:
    """The row that a correction is about, by what a newer reading can be searched for.

    `table_no`, `row_no` and `serial` are those that the program had read, not the corrected ones;
    `page` and `box` (points) are where the row stands. `split` is the id of the correction that
    split this part off the row, 0 for the row itself.
    """

    table_no: int
    row_no: int
    serial: str | None = None
    page: int | None = None
    box: BBox | None = None
    split: int = 0

    @property
    def key(self) -> str:
        """Short name, unique in one reading of the document."""
        return f"{self.table_no}-{self.row_no}-{self.split}"


@dataclass(frozen=True, slots=True)
class FindingRef:
    """The finding that was dismissed."""

    code: str
    message: str
    page: int | None = None
    box: BBox | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that a person said; `id` counts from 1 in the document's file.

    `when`: ISO 8601, UTC. What stands in the others depends on `what`:

    - set: `column` of `row` (None: of the letter) is `after`; `before` was shown, and `read` is
      what the program read
    - confirm: all values of `row` are right as they stand in `after`; `read` as above
    - dismiss: `finding` (of `row`, or of the document) is none, by `reason`
    - split: `row` is two rows, `parts` their values; `read` as above
    - join: `row` and `other` are one row, its values in `after`; `read` and `read_other` as above
    - undo: the correction with the id `of` no longer holds
    """

    id: int
    when: str
    who: str
    what: What
    row: RowRef | None = None
    column: str | None = None
    before: Value = None
    after: Value | Values = None
    read: Value | Values = None
    parts: tuple[Values, ...] = ()
    other: RowRef | None = None
    read_other: Values = ()
    finding: FindingRef | None = None
    reason: str | None = None
    of: int | None = None

    def __post_init__(self) -> None:
        if self.id < 1 or self.what not in get_args(What):
            raise ValueError(f"no such correction: {self.what} {self.id}")
        needs = {
            "set": self.column in (COLUMNS if self.row else LETTER_COLUMNS),
            "confirm": self.row,
            "dismiss": self.finding,
            "split": self.row and len(self.parts) == 2,
            "join": self.row and self.other,
            "undo": self.of,
        }
        if not needs[self.what]:
            raise ValueError(f"correction {self.id} ({self.what}) does not say what it is about")


def correction_to_line(correction: Correction) -> str:
    """One line of JSON, with its line feed; what is empty is left out."""
    values = {
        name: _plain(value)
        for name, value in asdict(correction).items()
        if value not in ((), None) or name in _ALWAYS.get(correction.what, ())
    }
    return json.dumps(values, ensure_ascii=False, default=str) + "\n"


def line_to_correction(line: str) -> Correction:
    """The correction in a line. Raises ValueError when it is none."""
    try:
        values: dict[str, Any] = json.loads(line)
        known = {item.name for item in fields(Correction)}
        made: dict[str, Any] = {
            name: _MAKERS.get(name, _frozen)(value)
            for name, value in values.items()
            if name in known
        }
        return Correction(**made)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


_ALWAYS: dict[str, tuple[str, ...]] = {
    "set": ("before", "after", "read"),
    "confirm": ("after", "read"),
    "join": ("after", "read"),
}


def _plain(value: object) -> object:
    """Pairs as objects, tuples as lists."""
    if isinstance(value, tuple):
        if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
            return {name: _plain(item) for name, item in value}
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    return value


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return tuple((name, _frozen(item)) for name, item in value.items())
    return value


def _row(values: Mapping[str, Any]) -> RowRef:
    return RowRef(**{**values, "box": _box(values.get("box"))})


def _finding(values: Mapping[str, Any]) -> FindingRef:
    return FindingRef(**{**values, "box": _box(values.get("box"))})


def _box(values: Mapping[str, float] | None) -> BBox | None:
    return BBox(**values) if values else None


_MAKERS: dict[str, Callable[[Any], Any]] = {"row": _row, "other": _row, "finding": _finding}
