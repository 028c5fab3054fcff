"""Names: what becomes of leader cells and unit cells that are drawn with their truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench import leader_cells, unit_cells
from tests.bench.report import Section, at_most

_SECONDS = 30.0  # for 100,000 cells, on one core


def measure_speed() -> Section:
    """How long it takes to split 100,000 cells, as many of leaders as of units."""
    leaders, units = leader_cells.time_cells(1440, 5), unit_cells.time_rows(20, 5)
    return Section(
        "Splitting 100,000 cells",
        ("cells", "processor seconds"),
        (
            ("leaders, every kind in turn", f"{leaders:.1f}"),
            ("units of notices", f"{units:.1f}"),
        ),
        (at_most("half of leaders, half of units", _SECONDS, (leaders + units) / 2, " s"),),
    )


# One report: each measurement of drawn cells is a section of it, in this order.
MEASUREMENTS: tuple[Callable[[], Section], ...] = (
    leader_cells.measure,
    unit_cells.measure,
    measure_speed,
)


def measure() -> Iterator[Section]:
    """The sections, one by one."""
    for measurement in MEASUREMENTS:
        yield measurement()
