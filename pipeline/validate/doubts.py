"""Findings of the checks: where they stand and how severe they are."""

from __future__ import annotations

from pipeline.model import Code, Finding, Severity, Task

STAGE = "validate"


def finding(task: Task, code: Code, severity: Severity, message: str, column: str) -> Finding:
    """A finding about one column of a task, where that is printed first, else at its row."""
    own = (place for place in task.places if place.column == column)
    place = next(own, None) or next(iter(task.places), None)
    return Finding(
        STAGE,
        code,
        severity,
        message,
        page=place.page if place else (task.pages[0] if task.pages else None),
        box=place.box if place else None,
        table_no=task.table_no,
        row_no=task.row_no,
    )


def odd(task: Task, message: str, column: str) -> Finding:
    """A text that makes no sense as it was read."""
    return finding(task, Code.TEXT_IMPLAUSIBLE, if_recognised(task), message, column)


def if_recognised(task: Task) -> Severity:
    """What a text layer says is printed so; what was recognised may be misread."""
    return Severity.INFO if task.confidence >= 1.0 else Severity.WARNING
