"""What is doubtful about a table without column rules, for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.grid.aligned import Aligned
from pipeline.model import Code, Finding, Severity


def aligned_doubts(
    tables: Sequence[Aligned], stage: str, page: int | None = None
) -> tuple[Finding, ...]:
    """Where rows of the tables may end elsewhere, then which tables may have fewer columns."""
    rows = "No rule parts these rows, and the gaps between their lines do not tell where they end."
    few = "The white between two columns is narrower than half a character: they may be one."
    doubts = [(Code.TABLE_UNRULED, rows, box) for table in tables for box in table.doubtful]
    doubts += [(Code.COLUMNS_DOUBTFUL, few, table.box) for table in tables if table.narrow]
    return tuple(
        Finding(stage, code, Severity.WARNING, message, page, box) for code, message, box in doubts
    )
