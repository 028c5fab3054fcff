"""Names: what becomes of leader cells and unit cells that are drawn with their truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench import leader_cells, unit_cells
from tests.bench.report import Section

# One report: each measurement of drawn cells is a section of it, in this order.
MEASUREMENTS: tuple[Callable[[], Section], ...] = (leader_cells.measure, unit_cells.measure)


def measure() -> Iterator[Section]:
    """The sections, one by one."""
    for measurement in MEASUREMENTS:
        yield measurement()
