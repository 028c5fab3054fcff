"""All ways in which a leader cell may have been printed, and the best readings of them."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.model import Cell
from pipeline.normalise.abreast import (
    STOPS,
    Chain,
    chain_readings,
    rows_to_chain,
    setting_score,
    stack_score,
)
from pipeline.normalise.bags import known_readings
from pipeline.normalise.likeness import Likeness
from pipeline.normalise.members import Member, pieces_to_members
from pipeline.normalise.offices import mixed_readings
from pipeline.normalise.persons import MIDDLE_DOT, Judge
from pipeline.normalise.placed import Row, cell_to_rows, rows_key, with_characters
from pipeline.normalise.posts import PostWords, Sort
from pipeline.normalise.readings import Reading, best_readings
from pipeline.normalise.stacked import stacked_readings
from pipeline.normalise.text import clean
from pipeline.normalise.unplaced import stack_readings, text_to_chain

MARGIN = 3.0  # natural logarithm: the best reading is twenty times as likely as the next
_NOTHING = re.compile(r"[\s/／—–―-]*|无")
_SIGNS = re.compile('[()（）\\[\\]【】〔〕：:《》“”"0-9A-Za-z]')
# A full stop that may be the dot of a name: 买买提．吐尔逊.
_STOP = re.compile("[\u3400-\u9fff]\\s*[．.]\\s*[\u3400-\u9fff]")
_AS_DOTS = str.maketrans(dict.fromkeys(STOPS, MIDDLE_DOT))
_SHORTEST_GLUED = 5  # characters that may be several persons read without a blank


@dataclass(frozen=True, slots=True)
class Scene:
    """A leader cell: its printed text, its lines where they are known, and a key for its content.

    `exact`: the characters come from a text layer, so none was misread.
    """

    text: str
    rows: tuple[Row, ...]
    key: Hashable
    exact: bool

    @property
    def is_nothing(self) -> bool:
        return _NOTHING.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Aids:
    """What is made once for the settings: words of posts, shapes of characters."""

    words: PostWords
    shapes: Likeness


@dataclass(frozen=True, slots=True)
class Contest:
    """Readings of one cell, the best first, and where the best comes from.

    `parted`: signs stand between the names. `stacked`: only lines read downwards give the best.
    `restored`: only the roster gives it. `members` holds the parties of readings with more than
    names.
    """

    readings: tuple[Reading, ...]
    printed: tuple[str, ...]
    parted: bool = False
    stacked: bool = False
    restored: bool = False
    members: dict[tuple[str, ...], tuple[Member, ...]] = field(default_factory=dict)
    best: tuple[Member, ...] = field(init=False)  # the parties of the best reading, if there is one

    def __post_init__(self) -> None:
        names = self.readings[0].names if self.readings else ()
        best = self.members.get(names) or tuple([Member(name, name, Sort.PERSON) for name in names])
        object.__setattr__(self, "best", best)

    @property
    def margin(self) -> float:
        """By how much the best reading is more likely than the next."""
        best, *others = self.readings
        return best.score - others[0].score if others else 2 * MARGIN


def cell_to_scene(cell: Cell) -> Scene:
    """The cell as the readers of names see it."""
    text = clean(cell.text or "\n".join(line.text for line in cell.lines))
    rows = cell_to_rows(cell)
    exact = bool(rows) and cell.score >= 1.0
    return Scene(text, rows, (rows_key(rows) if rows else cell.text, exact), exact)


def contest(scene: Scene, cell: Cell, judge: Judge, aids: Aids) -> Contest:
    """The readings of a cell that is not blank."""
    found = _contest(scene, cell.text, judge, aids)
    if not _STOP.search(scene.text):
        return found
    dotted = replace(
        scene,
        text=scene.text.translate(_AS_DOTS),
        rows=with_characters(scene.rows, dict.fromkeys(STOPS, MIDDLE_DOT)),
    )
    return _best_of(found, _contest(dotted, cell.text.translate(_AS_DOTS), judge, aids))


def _best_of(one: Contest, other: Contest) -> Contest:
    """The contest with the better reading, and the readings of both."""
    first, second = sorted((one, other), key=_best_score, reverse=True)
    readings = best_readings([*first.readings, *second.readings])
    return replace(first, readings=tuple(readings), members=second.members | first.members)


def _best_score(found: Contest) -> float:
    return found.readings[0].score if found.readings else -math.inf


def _contest(scene: Scene, text: str, judge: Judge, aids: Aids) -> Contest:
    chain = rows_to_chain(scene.rows) if scene.rows else text_to_chain(text)
    if _SIGNS.search(scene.text):
        return _mixed(chain, judge, aids)
    names = _placed(scene.rows, chain, judge) if scene.rows else _unplaced(text, chain, judge, aids)
    solid = "".join(scene.text.split())
    if _are_names(names, judge) and not aids.words.any_sign.search(solid):
        return names
    if names.readings and not aids.words.are_in(solid):
        return names
    return _better(names, _mixed(chain, judge, aids), judge)


def _are_names(found: Contest, judge: Judge) -> bool:
    return bool(found.readings) and all(map(judge.is_plausible, found.readings[0].names))


def _better(names: Contest, mixed: Contest, judge: Judge) -> Contest:
    """Names only where that is the likelier, or where nothing else is told."""
    if not names.readings or not mixed.readings:
        return names if names.readings else mixed
    if any(member.sort is Sort.OTHER for member in mixed.best):
        return names
    if names.readings[0].score >= mixed.readings[0].score:
        return names
    rival = Reading(names.readings[0].names, names.readings[0].score)
    readings = best_readings([*mixed.readings, rival])
    return Contest(tuple(readings), mixed.printed, mixed.parted, members=mixed.members)


def _mixed(chain: Chain, judge: Judge, aids: Aids) -> Contest:
    members: dict[tuple[str, ...], tuple[Member, ...]] = {}
    readings = []
    for pieces, score in mixed_readings(chain, judge, aids.words):
        found = pieces_to_members(pieces)
        names = tuple(member.name for member in found)
        members.setdefault(names, found)
        readings.append(Reading(names, score))
    return Contest(
        tuple(best_readings(readings)), chain.printed, chain.has_separators, members=members
    )


def _placed(rows: Sequence[Row], chain: Chain, judge: Judge) -> Contest:
    readings = chain_readings(chain, judge)
    if len(rows) > 1 and not chain.has_separators:
        across = _shifted(readings, setting_score(rows))
        down = _shifted(stacked_readings(rows, judge), stack_score(rows))
        readings = best_readings([*across, *down])
    return Contest(tuple(readings), chain.printed, chain.has_separators)


def _shifted(readings: Iterable[Reading], score: float) -> list[Reading]:
    return [Reading(one.names, one.score + score, one.ragged) for one in readings]


def _unplaced(text: str, chain: Chain, judge: Judge, aids: Aids) -> Contest:
    """Readings of a cell without places. Signs between names leave no room for a stack."""
    across = chain_readings(chain, judge)
    lines = text.split()
    glued = len(lines) == 1 and len(chain.characters) >= _SHORTEST_GLUED
    if chain.has_separators or (len(lines) < 2 and not glued):
        return Contest(tuple(across), chain.printed, chain.has_separators)
    across = _shifted(across, judge.roster.across if len(lines) > 1 else 0.0)
    plain = [*across, *(stack_readings(lines, judge) if len(lines) > 1 else ())]
    restored = [] if _is_settled(plain, judge) else _restored(lines, plain, judge, aids)
    best = best_readings([*plain, *restored])
    return Contest(
        tuple(best),
        chain.printed,
        stacked=bool(best) and all(best[0].names != reading.names for reading in across),
        restored=bool(best) and all(best[0].names != reading.names for reading in plain),
    )


def _is_settled(plain: Sequence[Reading], judge: Judge) -> bool:
    """Whether one reading of the lines stands out, and other cells know all of its persons."""
    if not plain:
        return False
    best, *others = best_readings(plain)
    clear = not others or best.score - others[0].score >= MARGIN
    return clear and all(map(judge.knows, best.names))


def _restored(
    lines: Sequence[str], plain: Sequence[Reading], judge: Judge, aids: Aids
) -> list[Reading]:
    """Readings by the roster. The same persons in another order are none: the lines give it."""
    persons = {tuple(sorted(reading.names)) for reading in plain}
    rival = max((reading.score for reading in plain), default=-math.inf)
    return [
        reading
        for reading in known_readings("".join(lines), judge, aids.shapes, rival)
        if tuple(sorted(reading.names)) not in persons
    ]
