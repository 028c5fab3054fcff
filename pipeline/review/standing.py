"""How a document stands once persons have spoken: what the list and the overview count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from pipeline.corrections import Corrected
from pipeline.show import RowsView


@dataclass(frozen=True, slots=True)
class Standing:
    """Rows, those in doubt, open doubts, reviewed rows; open findings by code; tasks by party.

    `letter` are the elements of the letter. `score` is the mean of the rows' scores but for those
    that were reviewed; None: none is left.
    """

    tasks: int
    flagged: int
    doubts: int
    reviewed: int
    codes: Mapping[str, int]
    leaders: Mapping[str, int]
    units: Mapping[str, int]
    score: float | None
    letter: Mapping[str, Any]


def to_standing(corrected: Corrected, view: RowsView) -> Standing:
    """The counts of a document as it stands."""
    leaders, units = Counter[str](), Counter[str]()
    for row in corrected.rows.assignments:
        (leaders if row.role == "leader" else units)[row.canonical or row.printed] += 1
    scores = [row.confidence for row in view.rows if not row.reviewed]
    return Standing(
        len(view.rows),
        view.flagged,
        sum(1 for finding in view.findings if finding.is_doubt),
        view.reviewed,
        Counter(finding.code for finding in view.findings if finding.settled is None),
        leaders,
        units,
        fmean(scores) if scores else None,
        corrected.rows.document or {},
    )
