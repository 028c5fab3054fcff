"""The findings of a document once persons have spoken: what is settled, conflicts, flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.corrections.bundle import DocumentRows
from pipeline.corrections.settle import settled_by_dismissal, settled_by_row
from pipeline.corrections.states import Conflict, Folding, RowKey
from pipeline.model import Code, Severity
from pipeline.row_types import BoxValue, FindingRow, PlaceRow

STAGE = "review"


def settled_findings(
    findings: Sequence[FindingRow],
    folding: Folding,
    numbers: Mapping[str, RowKey],
    places: Mapping[RowKey, Sequence[PlaceRow]],
) -> Iterator[FindingRow]:
    """The findings with how persons settled them, at the rows as they are numbered now."""
    owners = {key: state for state in folding.rows for key in state.members}
    for finding in findings:
        key = (finding.table_no or 0, finding.row_no or 0)
        state = owners.get(key) if finding.row_no is not None else None
        settled = settled_by_dismissal(finding, folding.dismissed, state.ref.key if state else "")
        if state is not None:
            settled = settled or settled_by_row(finding, state, places.get(key, ()))
            table_no, row_no = numbers[state.ref.key]
            finding = finding._replace(table_no=table_no, row_no=row_no)
        yield finding._replace(settled=settled)


def conflict_finding(
    conflict: Conflict, numbers: Mapping[str, RowKey], rows: DocumentRows
) -> FindingRow:
    """The finding that a correction does not fit what is read now."""
    correction, row = conflict.correction, conflict.row or conflict.correction.row
    number = numbers.get(conflict.row.key) if conflict.row else None
    box = row.box if row else None
    serial = f" (serial {row.serial})" if row and row.serial else ""
    return FindingRow(
        doc_id=rows.tasks[0].doc_id if rows.tasks else "",
        page=row.page if row else None,
        box=BoxValue(box.x0, box.top, box.x1, box.bottom) if box else None,
        stage=STAGE,
        code=Code.CORRECTION_CONFLICT.value,
        severity=Severity.WARNING.value,
        message=f"correction {correction.id}{serial}: {conflict.message}",
        table_no=number[0] if number else None,
        row_no=number[1] if number else None,
    )


def findings_to_flags(findings: Sequence[FindingRow]) -> dict[RowKey, tuple[str, ...]]:
    """The codes of the open doubts of each row, in alphabetical order."""
    found: dict[RowKey, set[str]] = {}
    for finding in findings:
        if finding.severity == Severity.INFO.value or finding.settled is not None:
            continue
        if finding.table_no is not None and finding.row_no is not None:
            found.setdefault((finding.table_no, finding.row_no), set()).add(finding.code)
    return {row: tuple(sorted(codes)) for row, codes in found.items()}
