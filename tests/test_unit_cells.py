"""Drawn unit cells: read as they should be, and the measure itself tells right from wrong."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.config import load_settings
from tests.bench.unit_cells import judge, measure_cells, read_cells
from tests.bench.unit_draws import KINDS, Drawn, Notice, draw_notice

SETTINGS = load_settings()


def test_drawn_cells_are_read_as_their_truth_says() -> None:
    outcome = measure_cells(330, 77)
    whole = outcome.total()
    assert whole.cells >= 330
    assert set(outcome.kinds) == set(KINDS)
    assert whole.exact >= 0.99 * whole.cells, outcome.faults
    assert whole.canonical >= 0.98 * whole.known, outcome.faults
    assert whole.silent == 0, outcome.faults
    assert whole.alarms <= 0.02 * whole.clean, outcome.faults


def test_a_third_of_the_units_has_names_that_no_list_holds() -> None:
    rng = random.Random(3)
    notice = draw_notice(rng)
    units = [unit for _ in range(200) for unit in KINDS["signs"](rng, notice).units]
    assert sum(not unit.known for unit in units) >= 0.3 * len(units)


def a_drawn_cell() -> tuple[Notice, Drawn]:
    rng = random.Random(8)
    notice = draw_notice(rng)
    return notice, KINDS["carried prefix"](rng, notice)


def test_a_wrong_split_is_counted() -> None:
    notice, drawn = a_drawn_cell()
    (reading, found), = read_cells(notice, [drawn], SETTINGS)  # fmt: skip
    assert judge(drawn, reading, found)[0].silent == 0
    tally, faults = judge(replace(drawn, units=drawn.units[1:]), reading, found)
    assert (tally.exact, tally.silent) == (0, 1)
    assert faults


def test_a_wrong_name_that_is_sure_is_silently_wrong() -> None:
    notice, drawn = a_drawn_cell()
    (reading, found), = read_cells(notice, [drawn], SETTINGS)  # fmt: skip
    other = replace(drawn.units[0], canonical="岱县地震局")
    tally, faults = judge(replace(drawn, units=(other, *drawn.units[1:])), reading, found)
    assert (tally.exact, tally.silent) == (1, 1)
    assert tally.canonical == tally.known - 1
    assert "岱县地震局" in faults[0]
    unsure = [replace(found[0], certainty=0.5), *found[1:]]
    assert not judge(replace(drawn, units=(other, *drawn.units[1:])), reading, unsure)[0].silent
