"""Compares tables exactly: columns and their order, rows and their order, values, types, nulls.

Only a score of recognition may differ by SCORE: its last bits depend on the processor.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

Row = dict[str, object]
Line = tuple[str, Row]  # the table's name, a row of it
SCORE = 0.02


def parse(text: str) -> list[Line]:
    """Golden text → its rows; the order of keys is that of the columns."""
    records = [json.loads(line) for line in text.splitlines()]
    return [(record["table"], record["row"]) for record in records]


def render(lines: Sequence[Line]) -> str:
    """Rows → golden text, one JSON object a line."""
    return "".join(
        json.dumps({"table": table, "row": row}, ensure_ascii=False) + "\n" for table, row in lines
    )


def differences(expected: Sequence[Line], got: Sequence[Line]) -> list[str]:
    """Everything that differs, in words; empty when the two are the same."""
    found = []
    if len(expected) != len(got):
        found.append(f"{len(expected)} rows expected, {len(got)} got")
    for number, (one, other) in enumerate(zip(expected, got, strict=False), 1):
        found += [f"row {number} ({one[0]}): {what}" for what in _row_differences(one, other)]
    return found


def _row_differences(expected: Line, got: Line) -> list[str]:
    if expected[0] != got[0]:
        return [f"belongs to {got[0]}"]
    if list(expected[1]) != list(got[1]):
        return [f"columns {list(got[1])} in place of {list(expected[1])}"]
    return [
        f"{column}: expected {_exact(value)}, got {_exact(got[1][column])}"
        for column, value in expected[1].items()
        if _exact(value) != _exact(got[1][column])
        and not (column == "confidence" and _near(value, got[1][column]))
    ]


def _near(one: object, other: object) -> bool:
    # 1.0 is the score of a text layer and nothing else.
    if not isinstance(one, float) or not isinstance(other, float) or 1.0 in (one, other):
        return False
    return abs(one - other) <= SCORE


def _exact(value: object) -> str:
    # As JSON text 1, 1.0, true and "1" differ, and so do null and "".
    return json.dumps(value, ensure_ascii=False)
