"""Leader cells → names of persons, with what is doubtful about them.

Evidence, best first: the places of the characters, the notice's own roster, surnames and lengths.
Every way in which the cell may have been printed gives readings with likelihoods; the best is
taken, and is certain when no other comes near and nothing in the notice contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.config import Settings
from pipeline.model import Cell, Code, Severity
from pipeline.normalise.abreast import (
    Chain,
    chain_readings,
    rows_to_chain,
    setting_score,
    stack_score,
)
from pipeline.normalise.persons import Judge, name_model
from pipeline.normalise.placed import Row, cell_to_rows
from pipeline.normalise.readings import Reading, best_readings
from pipeline.normalise.roster import (
    SHARED,
    Roster,
    Sighting,
    make_roster,
    shared_in_order,
)
from pipeline.normalise.stacked import stacked_readings
from pipeline.normalise.text import clean, join_lines
from pipeline.normalise.unplaced import known_readings, stack_readings, text_to_chain

__all__ = ["NameReading", "Roster", "cell_to_names", "learn_roster"]

Doubt = tuple[Code, Severity, str]

_MARGIN = 3.0  # natural logarithm: the best reading is twenty times as likely as the next
_NOTHING = re.compile(r"[\s/／—–―-]*|无")
_NOT_NAMES = re.compile(r"[()（）\[\]【】〔〕：:《》“”\"0-9A-Za-z]")
# How far sightings of names are trusted against each other.
_PARTED_BY_SIGNS, _PARTED_BY_BLANKS, _FROM_STACK = 4, 2, 1


@dataclass(frozen=True, slots=True)
class NameReading:
    """Names in printed order. `certain`: nothing speaks against them; else `doubts` says what."""

    names: tuple[str, ...]
    certain: bool
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class _Contest:
    """Readings of one cell, the best first, and the sort of the best."""

    readings: tuple[Reading, ...]
    printed: tuple[str, ...]
    stacked: bool = False
    restored: bool = False

    @property
    def margin(self) -> float:
        best, *others = self.readings
        return best.score - others[0].score if others else _MARGIN


def cell_to_names(cell: Cell, roster: Roster, settings: Settings) -> NameReading:
    """The persons a leader cell names, in printed order: columns from left to right inside a
    block, blocks from top to bottom, lines from left to right.

    What is no name (posts, 各分管副县长, brackets) is kept as printed, with a doubt.
    """
    printed = _printed_text(cell)
    if _NOTHING.fullmatch(printed):
        return NameReading((), True)
    if _is_remark(printed, settings):
        return _unresolved((join_lines(printed.split("\n")),), "a post or a remark, not only names")
    judge = Judge(name_model(settings.names), roster)
    rows = cell_to_rows(cell)
    if rows:
        return _judged(_placed(rows, judge), judge)
    return _judged_unplaced(cell.text, judge)


def learn_roster(cells: Iterable[Cell], settings: Settings) -> Roster:
    """Names from the cells of a notice that read only one way, and from `names.roster`."""
    given = settings.names.roster
    roster = make_roster((), given)
    placed: list[Cell] = []
    unplaced: list[Cell] = []
    for cell in cells:
        (placed if cell_to_rows(cell) else unplaced).append(cell)
    readings = [cell_to_names(cell, roster, settings) for cell in placed]
    sure = (*given, *(name for reading in readings if reading.certain for name in reading.names))
    roster = make_roster((), sure)
    # What the first round finds lets the second read stacks that alone leave a doubt.
    for _ in range(2 if unplaced else 0):
        judge = Judge(name_model(settings.names), roster)
        sightings = [_sighting(cell, judge, settings) for cell in unplaced]
        roster = make_roster([seen for seen in sightings if seen], sure)
    return roster


def _printed_text(cell: Cell) -> str:
    return clean(cell.text or "\n".join(line.text for line in cell.lines))


def _is_remark(printed: str, settings: Settings) -> bool:
    joined = "".join(printed.split())
    return _NOT_NAMES.search(joined) is not None or any(
        post in joined for post in settings.names.posts
    )


def _unresolved(names: tuple[str, ...], why: str) -> NameReading:
    message = f"kept as printed, {why}: {'、'.join(names)}"
    return NameReading(names, False, ((Code.NAME_UNRESOLVED, Severity.WARNING, message),))


def _placed(rows: Sequence[Row], judge: Judge) -> _Contest:
    chain = rows_to_chain(rows)
    across = _shifted(chain_readings(chain, judge), setting_score(rows))
    down: list[Reading] = []
    if len(rows) > 1 and not chain.has_separators:
        down = _shifted(stacked_readings(rows, judge), stack_score(rows))
    return _Contest(tuple(best_readings([*across, *down])), chain.printed)


def _shifted(readings: Iterable[Reading], score: float) -> list[Reading]:
    return [Reading(reading.names, reading.score + score) for reading in readings]


def _judged(contest: _Contest, judge: Judge) -> NameReading:
    """The best reading with the doubts that come from the readings themselves."""
    if not contest.readings:
        return _unresolved(contest.printed, "no way to read names fits")
    names = contest.readings[0].names
    strange = [name for name in names if not judge.is_plausible(name)]
    if strange:
        message = f"no known surname: {'、'.join(strange)}, read in {'、'.join(names)}"
        return NameReading(names, False, ((Code.NAME_UNRESOLVED, Severity.WARNING, message),))
    if contest.margin < _MARGIN:
        return NameReading(names, False, (_ambiguous(contest),))
    return NameReading(names, True)


def _ambiguous(contest: _Contest) -> Doubt:
    ways = " or ".join("、".join(reading.names) for reading in contest.readings[:2])
    return (Code.NAME_AMBIGUOUS, Severity.WARNING, f"may be read as {ways}")


def _unplaced(text: str, judge: Judge) -> tuple[_Contest, Chain]:
    """Readings of a cell without places. Signs between names leave no room for a stack."""
    chain = text_to_chain(text)
    lines = text.split()
    if chain.has_separators or len(lines) < 2:
        return _Contest(tuple(chain_readings(chain, judge)), chain.printed), chain
    others = _without_own(chain, judge)
    across = chain_readings(chain, others)
    plain = [*across, *stack_readings(lines, others)]
    # The same persons in another order are no restoration: the lines give the order.
    persons = {tuple(sorted(reading.names)) for reading in plain}
    restored = [
        reading
        for reading in known_readings("".join(lines), others.roster.order, others)
        if tuple(sorted(reading.names)) not in persons
    ]
    best = best_readings([*plain, *restored])
    return _Contest(
        tuple(best),
        chain.printed,
        stacked=bool(best) and all(best[0].names != reading.names for reading in across),
        restored=bool(best) and all(best[0].names != reading.names for reading in plain),
    ), chain


def _without_own(chain: Chain, judge: Judge) -> Judge:
    """The judge without what the roster has from this cell alone: no cell bears itself out."""
    roster = judge.roster
    bare = chain_readings(chain, Judge(judge.model, Roster()))
    own = set(bare[0].names) - roster.confirmed if bare else set()
    if roster.names.isdisjoint(own):
        return judge
    order = tuple(name for name in roster.order if name not in own)
    return Judge(judge.model, Roster(order, frozenset(order), roster.confirmed))


def _judged_unplaced(text: str, judge: Judge) -> NameReading:
    contest, chain = _unplaced(text, judge)
    reading = _judged(contest, judge)
    if not contest.readings or chain.has_separators:
        return reading
    if contest.restored:
        message = f"{'、'.join(reading.names)} restored by the notice's other rows from “{text}”"
        return NameReading(reading.names, False, ((Code.NAME_RESTORED, Severity.WARNING, message),))
    rivals = _rivals(reading.names, judge.roster)
    if not rivals and (not contest.stacked or judge.roster.confirmed.issuperset(reading.names)):
        return reading
    why = f"near to {'、'.join(rivals)}" if rivals else "a stack read line by line"
    message = f"“{text}” read as {'、'.join(reading.names)}: {why}"
    return NameReading(reading.names, False, ((Code.NAME_AMBIGUOUS, Severity.WARNING, message),))


def _rivals(names: Sequence[str], roster: Roster) -> list[str]:
    """Persons of the notice who are not read here, though doubtful names hold their characters."""
    doubtful = "".join(name for name in names if name not in roster.confirmed)
    absent = (name for name in roster.order if name not in names)
    return [name for name in absent if shared_in_order(name, doubtful) >= SHARED]


def _sighting(cell: Cell, judge: Judge, settings: Settings) -> Sighting | None:
    printed = _printed_text(cell)
    if _NOTHING.fullmatch(printed) or _is_remark(printed, settings):
        return None
    contest, chain = _unplaced(cell.text, judge)
    if contest.restored or not _judged(contest, judge).certain:
        return None
    names = contest.readings[0].names
    if contest.stacked:
        return Sighting(_whole(names, cell.text.split(), judge), _FROM_STACK)
    return Sighting(names, _PARTED_BY_SIGNS if chain.has_separators else _PARTED_BY_BLANKS)


def _whole(names: tuple[str, ...], lines: Sequence[str], judge: Judge) -> tuple[str, ...]:
    """Names of a stack that can have lost no character.

    A line that held one lone character is often lost. So two characters may be the rest of three,
    unless the block has its middle line, and 司马丽 the rest of four.
    """
    complete = len(lines) == 3 and len(names) == len(lines[0])
    return tuple(
        name
        for name in names
        if (complete or len(name) > 2)
        and not (len(name) == 3 and name[:2] in judge.model.compounds)
    )
