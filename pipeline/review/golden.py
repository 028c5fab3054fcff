"""A reviewed document as a truth to measure other readings against (`gongwen eval`)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pipeline.corrections import values_of
from pipeline.errors import ExitCode, GongwenError
from pipeline.review.desk import Shown
from pipeline.show.labels import LETTER_LABELS


class NotReviewedError(GongwenError):
    """Rows that nobody has confirmed or corrected are no truth."""

    exit_code = ExitCode.VALIDATION


def shown_to_golden(shown: Shown, *, unreviewed: bool = False) -> str:
    """The document as JSON text in the form that `gongwen eval` takes as truth.

    Raises NotReviewedError when a row was not reviewed, or a correction does not fit what is read
    now, unless `unreviewed` rows are asked for.
    """
    open_rows = [row for row in shown.view.rows if not row.reviewed]
    if not unreviewed:
        if open_rows:
            raise NotReviewedError(
                f"{len(open_rows)} of {len(shown.view.rows)} rows were not reviewed "
                f"(the first: table {open_rows[0].table_no}, row {open_rows[0].row_no}).",
                "Review them, or take them as they were read with --unreviewed.",
            )
        if shown.corrected.conflicts:
            raise NotReviewedError(
                f"{len(shown.corrected.conflicts)} corrections do not fit what is read now.",
                "Decide them on the review page first.",
            )
    content = {
        "source": shown.stored.source,
        "document": {name: _plain(shown.corrected.rows.letter(name)) for name in LETTER_LABELS},
        "tasks": [
            {
                "table_no": row.task.table_no,
                "row_no": row.task.row_no,
                **{column: _plain(value) for column, value in values_of(row.task)},
            }
            for row in shown.corrected.states
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
