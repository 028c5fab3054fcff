"""What the page asks for → a correction; what makes no sense is refused in words.

Pure. What comes from the page is JSON of anybody's making: every value is checked here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.corrections import (
    COLUMNS,
    LETTER_COLUMNS,
    LIST_COLUMNS,
    Corrected,
    CorrectedRow,
    Correction,
    DocumentRows,
    FindingRef,
    still_held,
    values_of,
)
from pipeline.corrections.records import LETTER_DATES, LETTER_LISTS, Value, Values
from pipeline.geometry import BBox
from pipeline.row_types import FindingRow

LONGEST = 20_000  # characters of a value
MOST = 500  # members of a list
LETTER = "letter"  # in place of a row's key
Said = tuple[str, str]
"""When and by whom."""


class RefusedError(Exception):
    """The correction makes no sense; the message is for the person."""


class StaleError(Exception):
    """Somebody else has changed the row; `version` is the one there is now."""

    def __init__(self, message: str, version: int) -> None:
        super().__init__(message)
        self.message = message
        self.version = version


def make_correction(
    corrected: Corrected,
    there: Sequence[Correction],
    asked: Mapping[str, Any],
    said: Said,
    read: DocumentRows,
) -> Correction:
    """The correction that `asked` means on the rows as they stand; `read`: as they were read.

    Raises RefusedError when it makes no sense.
    """
    makers = {
        "set": _set,
        "confirm": _confirm,
        "dismiss": _dismiss,
        "split": _split,
        "join": _join,
    }
    number, what = len(there) + 1, asked.get("what")
    if what == "undo":
        return _undo(corrected, there, asked, (number, *said))
    if what == "set" and asked.get("row") == LETTER:
        return _set_letter(corrected, asked, (number, *said), read)
    if what not in makers:
        raise RefusedError("不知道要做什么。")
    return makers[what](corrected, asked, (number, *said))


def touched(item: Correction, there: Sequence[Correction], corrected: Corrected) -> set[str | None]:
    """The keys of the rows that a correction has changed."""
    if item.what == "undo":
        undone = next((other for other in there if other.id == item.of), None)
        return touched(undone, there, corrected) if undone else set()
    if item.what == "set" and item.row is None:
        return {LETTER}
    keys: set[str | None] = {ref.key for ref in (item.row, item.other) if ref is not None}
    if item.what == "split" and item.row is not None:
        keys |= {s.ref.key for s in corrected.states if s.ref.split == item.id}
    return keys


def next_row(corrected: Corrected, state: CorrectedRow) -> CorrectedRow | None:
    """The row below in the same table."""
    at = corrected.states.index(state) + 1
    below = corrected.states[at] if at < len(corrected.states) else None
    return below if below and below.task.table_no == state.task.table_no else None


def joined_values(one: CorrectedRow, two: CorrectedRow) -> Values:
    """What a row joined from two holds if nobody says otherwise: texts joined, lists together.

    Its serial is that of the first.
    """
    below = dict(values_of(two.task))
    return tuple(
        (column, value or below[column])
        if column == "serial"
        else (column, _together(value, below[column]))
        for column, value in values_of(one.task)
    )


def _together(one: Value, two: Value) -> Value:
    if isinstance(one, tuple) and isinstance(two, tuple):
        return tuple(dict.fromkeys((*one, *two)))
    if not one or not two or one == two:
        return one or two or (one if one is not None else two)
    return f"{one}{two}"


def _set_letter(
    corrected: Corrected, asked: Mapping[str, Any], said: tuple[int, str, str], read: DocumentRows
) -> Correction:
    column = asked.get("column")
    if column not in LETTER_COLUMNS:
        raise RefusedError("没有这一项。")
    after: Value = _value(column, asked.get("after"))
    if column in LETTER_DATES:
        after = _date(str(after))
    before = corrected.rows.letter(column)
    return Correction(*said, "set", None, column, before, after or None, read.letter(column))


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise RefusedError("日期写作 2024-03-05 这样。") from None


def _set(corrected: Corrected, asked: Mapping[str, Any], said: tuple[int, str, str]) -> Correction:
    state = _row(corrected, asked.get("row"))
    column = asked.get("column")
    if column not in COLUMNS:
        raise RefusedError("没有这一栏。")
    before, read = getattr(state.task, column), getattr(state.read, column)
    after = _value(column, asked.get("after"))
    return Correction(*said, "set", state.ref, column, before, after, read)


def _confirm(
    corrected: Corrected, asked: Mapping[str, Any], said: tuple[int, str, str]
) -> Correction:
    state = _row(corrected, asked.get("row"))
    values = values_of(state.task)
    return Correction(*said, "confirm", state.ref, after=values, read=values_of(state.read))


def _dismiss(
    corrected: Corrected, asked: Mapping[str, Any], said: tuple[int, str, str]
) -> Correction:
    number, reason = asked.get("finding"), asked.get("reason")
    findings = corrected.rows.findings
    if not isinstance(number, int) or not 0 <= number < len(findings):
        raise RefusedError("没有这条疑点。")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > LONGEST:
        raise RefusedError("请写明排除的理由。")
    finding = findings[number]
    if finding.code == "correction_conflict":
        raise RefusedError("冲突不能排除：请再次保存或核对那一项。")
    rows = {(s.task.table_no, s.task.row_no): s.ref for s in corrected.states}
    ref = rows.get((finding.table_no or 0, finding.row_no or 0))
    return Correction(*said, "dismiss", ref, finding=_about(finding), reason=reason.strip())


def _split(
    corrected: Corrected, asked: Mapping[str, Any], said: tuple[int, str, str]
) -> Correction:
    state = _row(corrected, asked.get("row"))
    parts = asked.get("parts")
    if not isinstance(parts, list) or len(parts) != 2:
        raise RefusedError("要拆成两行。")
    values = tuple(_values(state, part) for part in parts)
    if any(not any(value for column, value in part if column != "serial") for part in values):
        raise RefusedError("有一行是空的。")
    return Correction(*said, "split", state.ref, read=values_of(state.read), parts=values)


def _join(corrected: Corrected, asked: Mapping[str, Any], said: tuple[int, str, str]) -> Correction:
    state = _row(corrected, asked.get("row"))
    other = next_row(corrected, state)
    if other is None or other.ref.key != asked.get("other"):
        raise RefusedError("下面没有可以合并的行。")
    parts = asked.get("parts")
    if not isinstance(parts, list) or len(parts) != 1:
        raise RefusedError("要合成一行。")
    return Correction(
        *said,
        "join",
        state.ref,
        after=_values(state, parts[0]),
        read=values_of(state.read),
        other=other.ref,
        read_other=values_of(other.read),
    )


def _undo(
    corrected: Corrected,
    there: Sequence[Correction],
    asked: Mapping[str, Any],
    said: tuple[int, str, str],
) -> Correction:
    of = asked.get("of")
    held = still_held(there)
    wanted = next((item for item in held if item.id == of), None)
    if wanted is None:
        raise RefusedError("这一步已经撤销了。")
    keys = touched(wanted, there, corrected)
    later = [item for item in held if item.id > wanted.id]
    if wanted.what == "set" and wanted.row is None:  # elements of the letter stand by themselves
        later = [item for item in later if item.column == wanted.column]
    if any(keys & touched(item, there, corrected) for item in later):
        raise RefusedError("之后还有更正：请先撤销后面的。")
    return Correction(*said, "undo", of=wanted.id)


def _row(corrected: Corrected, key: object) -> CorrectedRow:
    for state in corrected.states:
        if state.ref.key == key:
            return state
    raise RefusedError("这一行已经没有了，请刷新。")


def _values(state: CorrectedRow, part: object) -> Values:
    """All values of a row: those asked for, the others as they are."""
    if not isinstance(part, dict):
        raise RefusedError("各项的值不对。")
    return tuple(
        (column, _value(column, part[column]) if column in part else value)
        for column, value in values_of(state.task)
    )


def _value(column: str, value: object) -> Value:
    if column in (*LIST_COLUMNS, *LETTER_LISTS):
        if not isinstance(value, list) or len(value) > MOST:
            raise RefusedError("名单的值不对。")
        return tuple(_text(item).strip() for item in value if _text(item).strip())
    return _text(value).strip()


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise RefusedError("值太长，或不是文字。")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise RefusedError("值里有不成字的字符。") from None
    return value.replace("\r\n", "\n")


def _about(finding: FindingRow) -> FindingRef:
    box = BBox(*finding.box) if finding.box else None
    return FindingRef(finding.code, finding.message, finding.page, box)
