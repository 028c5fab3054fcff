"""Unit cells of every kind, drawn with their truth, and how they are split and identified.

A cell is wrong when its units or who leads differ from the truth, or when a unit has a canonical
name that is sure and not the true one. It is silent when it has no warning besides.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.config import Settings, load_settings
from pipeline.model import Severity
from pipeline.normalise.directory import Directory, learn_units, open_directory
from pipeline.normalise.identify import identify_all, identity_doubts
from pipeline.normalise.identity import Identity
from pipeline.normalise.units import UnitReading, cell_to_units
from tests.bench.report import Section, Target, at_least, at_most
from tests.bench.unit_draws import KINDS, Drawn, Notice, draw_notice, draw_units, to_text

_BATCH = 12  # cells of one notice
_ROWS, _POOL = 40, 30  # of a notice whose units stand in many rows, as they do


@dataclass(slots=True)
class Tally:
    """How the cells of one kind were read; `known` counts units that a list may hold."""

    cells: int = 0
    exact: int = 0
    known: int = 0
    canonical: int = 0
    kinds: int = 0
    silent: int = 0
    clean: int = 0
    alarms: int = 0
    told: int = 0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        for name in Tally.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Outcome:
    """Tallies by kind, examples of what went wrong, and the processor time in seconds."""

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def total(self) -> Tally:
        """All kinds together."""
        whole = Tally()
        for tally in self.kinds.values():
            whole.add(tally)
        return whole


def read_cells(
    notice: Notice, cells: Sequence[Drawn], settings: Settings
) -> list[tuple[UnitReading, list[Identity]]]:
    """As the program reads the rows of a notice: a first pass over all units, then each cell."""
    start = open_directory(notice.letter, notice.texts, settings)
    first = [cell_to_units(drawn.cell, settings, start) for drawn in cells]
    units = [unit for reading in first for unit in (*reading.lead, *reading.units)]
    directory = learn_units(start, units, notice.letter, notice.texts)
    return [_read(drawn, settings, directory) for drawn in cells]


def _read(
    drawn: Drawn, settings: Settings, directory: Directory
) -> tuple[UnitReading, list[Identity]]:
    reading = cell_to_units(drawn.cell, settings, directory)
    return reading, identify_all((*reading.lead, *reading.units), directory)


def judge(drawn: Drawn, reading: UnitReading, found: Sequence[Identity]) -> tuple[Tally, list[str]]:
    """The tally of one cell, and what is wrong in it."""
    tally, faults = Tally(cells=1, clean=drawn.clean), []
    truth = (*drawn.lead, *drawn.units)
    lead, units = (tuple(unit.printed for unit in part) for part in (drawn.lead, drawn.units))
    doubts = (*reading.doubts, *identity_doubts(found))
    warned = any(severity is not Severity.INFO for _, severity, _ in doubts)
    tally.exact = (reading.lead, reading.units) == (lead, units)
    if not tally.exact:
        faults.append(f"split {drawn.cell.text!r}: {reading.lead} {reading.units}")
    wrong = not tally.exact
    for unit, identity in zip(truth, found, strict=False) if tally.exact else ():
        right = identity.canonical == unit.canonical
        tally.known += unit.known and drawn.clean
        tally.canonical += right and unit.known and drawn.clean
        kind = identity.kind.value == unit.kind
        tally.kinds += kind and unit.known and drawn.clean
        if not kind and unit.known and drawn.clean:
            faults.append(f"{unit.printed} is a {unit.kind}, not a {identity.kind.value}")
        if not right and identity.canonical is not None and identity.sure:
            wrong = True
        if not right and (unit.known or identity.sure) and drawn.clean:
            faults.append(f"{unit.printed} is {unit.canonical}, not {identity.canonical}")
    tally.silent = wrong and not warned
    tally.told = warned and not drawn.clean
    tally.alarms = drawn.clean and not wrong and warned
    if tally.alarms:
        faults.append(f"alarm {drawn.cell.text!r}: {[d[2] for d in doubts if d[1] != 'info']}")
    return tally, faults


def measure_cells(cells: int, seed: int) -> Outcome:
    """Draw notices, each of cells of all kinds, and read them."""
    rng = random.Random(seed)
    settings = load_settings()
    outcome = Outcome()
    kinds = list(KINDS)
    for number in range(-(-cells // _BATCH)):
        notice = draw_notice(rng)
        names = [kinds[(number * _BATCH + at) % len(kinds)] for at in range(_BATCH)]
        drawn = [KINDS[name](rng, notice) for name in names]
        start = time.process_time()
        readings = read_cells(notice, drawn, settings)
        if number:  # the first builds the gazetteer
            outcome.seconds += time.process_time() - start
        for name, cell, (reading, found) in zip(names, drawn, readings, strict=True):
            tally, faults = judge(cell, reading, found)
            outcome.kinds[name].add(tally)
            outcome.faults += [f"{name}: {fault}" for fault in faults]
    return outcome


def time_rows(notices: int, seed: int) -> float:
    """Processor time, in seconds for 100,000 cells, of notices whose units stand in many rows."""
    rng = random.Random(seed)
    settings = load_settings()
    spent = 0.0
    for _ in range(notices):
        notice = draw_notice(rng)
        pool = draw_units(rng, notice, _POOL, _POOL)
        rows = [
            to_text(rng.sample(pool, rng.randint(1, 7)), rng.choice("、，；")) for _ in range(_ROWS)
        ]
        start = time.process_time()
        read_cells(notice, rows, settings)
        spent += time.process_time() - start
    return 100_000 * spent / (notices * _ROWS)


def _share(count: int, of: int) -> float:
    return 100 * count / max(1, of)


def measure(cells: int = 2200, seed: int = 4) -> Section:
    """The table and the targets of unit cells."""
    outcome = measure_cells(cells, seed)
    rows = [
        (
            kind,
            str(tally.cells),
            f"{_share(tally.exact, tally.cells):.1f}",
            f"{_share(tally.canonical, tally.known):.1f}" if tally.known else "",
            f"{_share(tally.kinds, tally.known):.1f}" if tally.known else "",
            f"{_share(tally.silent, tally.cells):.2f}",
            f"{_share(tally.alarms, tally.cells):.1f}",
            "" if tally.clean else f"{_share(tally.told, tally.cells):.1f}",
        )
        for kind, tally in outcome.kinds.items()
    ]
    return Section(
        "Units in unit cells",
        (
            "cells",
            "count",
            "exact %",
            "canonical right %",
            "kind right %",
            "silently wrong %",
            "right, yet doubted %",
            "fault told %",
        ),
        tuple(rows),
        _targets(outcome),
        _remarks(outcome),
    )


def _targets(outcome: Outcome) -> tuple[Target, ...]:
    whole, clean = outcome.total(), Tally()
    for tally in outcome.kinds.values():
        if tally.clean:
            clean.add(tally)
    return (
        at_least("units exact, printed cleanly", 99.0, _share(clean.exact, clean.cells), " %"),
        at_least(
            "canonical right where a list knows the body",
            98.0,
            _share(whole.canonical, whole.known),
            " %",
        ),
        at_most("silently wrong", 0.2, _share(whole.silent, whole.cells), " %"),
        at_most("right, yet doubted", 10.0, _share(clean.alarms, clean.cells), " %"),
        at_most("processor seconds for 100,000 cells of notices", 20.0, time_rows(20, 5)),
    )


def _remarks(outcome: Outcome) -> tuple[str, ...]:
    cells = outcome.total().cells - _BATCH
    distinct = (
        f"{100_000 * outcome.seconds / max(1, cells):.1f} processor seconds for 100,000 cells of"
    )
    remarks = (f"{distinct} notices of {_BATCH} rows that share no unit",)
    if not outcome.faults:
        return remarks
    return (
        *remarks,
        f"{len(outcome.faults)} faults, of them: {'; '.join(outcome.faults[:6])}",
    )
