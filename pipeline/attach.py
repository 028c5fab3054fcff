"""Findings that know only where they are on the page, given to the rows of tasks they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.geometry import BBox, union
from pipeline.model import Finding, Table, Task


@dataclass(frozen=True, slots=True)
class _Band:
    """What one task covers on one page: the boxes of its values, and the strip of its row.

    A page that only a spanning value of the task reaches has no strip of its row.
    """

    task: Task
    page: int
    boxes: tuple[BBox, ...]
    strip: BBox | None


def attach_findings(
    findings: Sequence[Finding], tables: Sequence[Table], tasks: Sequence[Task]
) -> tuple[Finding, ...]:
    """Each finding with a box and no row, once for every task it concerns; others unchanged.

    A finding in a cell that spans rows concerns all of them, as the value is theirs.
    """
    bands: dict[int, list[_Band]] = {}
    for band in _tasks_to_bands(tables, tasks):
        bands.setdefault(band.page, []).append(band)
    attached: list[Finding] = []
    for finding in findings:
        if finding.row_no is not None or finding.page is None or finding.box is None:
            attached.append(finding)
            continue
        rows = _rows_of(finding, finding.box, bands.get(finding.page, ()))
        attached.extend(
            replace(finding, table_no=task.table_no, row_no=task.row_no) for task in rows
        )
        if not rows:
            attached.append(finding)
    return tuple(dict.fromkeys(attached))


def _tasks_to_bands(tables: Sequence[Table], tasks: Sequence[Task]) -> list[_Band]:
    widths = _table_widths(tables)
    bands = []
    for task in tasks:
        boxes: dict[int, list[BBox]] = {}
        for place in task.places:
            boxes.setdefault(place.page, []).append(place.box)
        for page, values in boxes.items():
            # The lowest box is the row's own height: a category that spans rows is higher.
            low = min(values, key=lambda box: box.height)
            left, right = widths.get((task.table_no, page), (low.x0, low.x1))
            strip = BBox(left, low.top, max(left, right), low.bottom)
            bands.append(_Band(task, page, tuple(values), strip if page in task.pages else None))
    return bands


def _table_widths(tables: Sequence[Table]) -> dict[tuple[int, int], tuple[float, float]]:
    boxes: dict[tuple[int, int], list[BBox]] = {}
    for table in tables:
        for cell in table.cells:
            for part in cell.fragments:
                boxes.setdefault((table.number, part.page), []).append(part.box)
    whole = {place: union(parts) for place, parts in boxes.items()}
    return {place: (box.x0, box.x1) for place, box in whole.items()}


def _rows_of(finding: Finding, box: BBox, bands: Sequence[_Band]) -> list[Task]:
    if finding.table_no is not None:
        bands = [band for band in bands if band.task.table_no == finding.table_no]
    inside = [
        band.task
        for band in bands
        if any(value.contains(box.x_mid, box.y_mid) and _fits(box, value) for value in band.boxes)
    ]
    return inside or [band.task for band in bands if band.strip and _shares_height(box, band.strip)]


def _fits(box: BBox, value: BBox) -> bool:
    return box.height <= 1.5 * value.height and box.width <= 1.5 * value.width


def _shares_height(box: BBox, strip: BBox) -> bool:
    if not (box.x0 <= strip.x1 and strip.x0 <= box.x1):
        return False
    shared = min(box.bottom, strip.bottom) - max(box.top, strip.top)
    lower = min(box.height, strip.height)
    # A horizontal ruling has no height; where it lies inside the strip, it is the row's.
    return shared >= lower / 2 if lower > 0 else shared >= 0
