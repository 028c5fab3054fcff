"""How leader cells of every kind are read.

Cells with places are read by what the notice itself teaches; cells without, once so and once with
a roster given.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.config import Settings, load_settings
from pipeline.model import Cell
from pipeline.normalise.names import NameReading, cell_to_names, learn_roster
from pipeline.normalise.parties import leader_parties
from pipeline.party import PartyKind
from tests.bench.leader_draws import (
    NOBODY,
    PLACED,
    UNPLACED,
    Drawn,
    draw_misread,
    draw_misread_stack,
    draw_mixed,
    draw_team,
)
from tests.bench.report import Section, Target, at_least, at_most
from tests.name_cells import draw_names

_BATCH = 20  # rows of a notice


@dataclass(frozen=True, slots=True)
class Tally:
    """How cells were read: how often exactly, wrongly without a doubt, rightly with one."""

    cells: int = 0
    exact: int = 0
    silent: int = 0
    alarms: int = 0

    def with_one(self, *, right: bool, certain: bool) -> Tally:
        """This tally and one more cell."""
        return Tally(
            self.cells + 1,
            self.exact + right,
            self.silent + (certain and not right),
            self.alarms + (right and not certain),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.cells + other.cells,
            self.exact + other.exact,
            self.silent + other.silent,
            self.alarms + other.alarms,
        )

    def share(self, count: int) -> float:
        """`count` in percent of the cells."""
        return 100 * count / max(1, self.cells)


@dataclass(slots=True)
class Outcome:
    """Tallies by kind, what the certainty was worth, and the processor time, in seconds."""

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    bins: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0

    def add(self, kind: str, reading: NameReading, truth: tuple[str, ...]) -> None:
        """Count one reading."""
        kinds = [party.kind for party in leader_parties(reading)]
        meant = [NOBODY.get(name, PartyKind.PERSON) for name in truth]
        right = reading.names == truth and kinds == meant
        self.kinds[kind] = self.kinds[kind].with_one(right=right, certain=reading.certain)
        self.bins[min(9, int(reading.certainty * 10))].append(right)

    def total(self, prefix: str) -> Tally:
        """All kinds whose name begins with `prefix`."""
        return sum((t for kind, t in self.kinds.items() if kind.startswith(prefix)), Tally())


# --- measuring ---


def draw_notices(
    cells: int, seed: int, settings: Settings
) -> Iterator[tuple[str, list[Drawn], Settings]]:
    """Notices of one kind each, by name, until there are `cells` cells or a few more."""
    rng = random.Random(seed)
    kinds = [
        *(("placed", kind) for kind in (*PLACED, "misread", "mixed")),
        *((how, kind) for kind in (*UNPLACED, "misread", "mixed") for how in ("learned", "given")),
    ]
    for number in range(-(-cells // _BATCH)):
        how, kind = kinds[number % len(kinds)]
        team = draw_team(rng, settings)
        own = with_list(settings, team, rng) if how == "given" else settings
        draw = _draw(kind, settings, placed=how == "placed")
        yield f"{how}: {kind}", [draw(rng, team, row) for row in range(_BATCH)], own


def with_list(settings: Settings, team: Sequence[str], rng: random.Random) -> Settings:
    """Settings with a roster: the leaders of the notice among as many others."""
    roster = [*team, *draw_names(rng, len(team))]
    names = settings.names.model_copy(update={"roster": tuple(dict.fromkeys(roster))})
    return settings.model_copy(update={"names": names})


def _draw(
    kind: str, settings: Settings, *, placed: bool
) -> Callable[[random.Random, Sequence[str], int], Drawn]:
    """What draws the rows of a notice of this kind."""
    if kind == "mixed":
        return lambda rng, team, row: draw_mixed(rng, team, placed=placed)
    if kind == "misread":
        # Most rows of a notice are read well; the persons are known from them.
        well = PLACED["scanned stack"] if placed else UNPLACED["signs"]
        badly = draw_misread_stack if placed else draw_misread
        return lambda rng, team, row: well(rng, team) if row % 5 else badly(rng, team, settings)
    draw = (PLACED if placed else UNPLACED)[kind]
    return lambda rng, team, row: draw(rng, team)


def read_notices(cells: int, seed: int) -> Outcome:
    """Draw notices and read them."""
    outcome = Outcome()
    learn_roster([Cell(0, 0, text="王强（副县长）")], load_settings())  # builds the tables
    for kind, drawn, settings in draw_notices(cells, seed, load_settings()):
        start = time.process_time()
        roster = learn_roster([cell for cell, _ in drawn], settings)
        readings = [cell_to_names(cell, roster, settings) for cell, _ in drawn]
        outcome.seconds += time.process_time() - start
        for reading, (_, truth) in zip(readings, drawn, strict=True):
            outcome.add(kind, reading, truth)
    return outcome


def time_cells(cells: int, seed: int) -> float:
    """Processor time, in seconds for 100,000 cells, of notices of every kind in turn."""
    outcome = read_notices(cells, seed)
    return 100_000 * outcome.seconds / outcome.total("").cells


def measure(cells: int = 2200, seed: int = 4) -> Section:
    """The table and the targets of leader cells."""
    outcome = read_notices(cells, seed)
    rows = [
        (
            kind,
            str(tally.cells),
            f"{tally.share(tally.exact):.1f}",
            f"{tally.share(tally.silent):.2f}",
            f"{tally.share(tally.alarms):.1f}",
        )
        for kind, tally in sorted(outcome.kinds.items())
    ]
    return Section(
        "Names in leader cells",
        ("cells", "count", "exact %", "silently wrong %", "right, yet doubted %"),
        tuple(rows),
        _targets(outcome),
        _calibration(outcome),
    )


def _targets(outcome: Outcome) -> tuple[Target, ...]:
    placed, given, every = outcome.total("placed"), outcome.total("given"), outcome.total("")
    return (
        at_least("names exact with positions", 99.0, placed.share(placed.exact), " %"),
        at_least(
            "names exact without positions, with a roster", 95.0, given.share(given.exact), " %"
        ),
        at_most("silently wrong", 0.2, every.share(every.silent), " %"),
        at_most("right, yet doubted, with positions", 10.0, placed.share(placed.alarms), " %"),
    )


def _calibration(outcome: Outcome) -> tuple[str, ...]:
    parts = [
        f"{at / 10:.1f}–{(at + 1) / 10:.1f}: {100 * sum(right) / len(right):.1f} % of {len(right)}"
        for at, right in sorted(outcome.bins.items())
    ]
    return (f"Exact by certainty: {'; '.join(parts)}",)
