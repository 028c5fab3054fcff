"""Leader cells → names of persons, with what is doubtful about them.

Evidence, best first: the places of the characters, the notice's own roster, surnames and lengths.
Every way in which the cell may have been printed gives readings with likelihoods; the best is
taken, and is certain when no other comes near and nothing in the notice contradicts it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from pipeline.config import Settings
from pipeline.model import Cell
from pipeline.normalise.contest import MARGIN, Aids, Contest, Scene, cell_to_scene, contest
from pipeline.normalise.likeness import likeness
from pipeline.normalise.persons import Judge, name_model
from pipeline.normalise.posts import Sort, post_words
from pipeline.normalise.roster import PARTED, Roster, Sighting, Signs, make_roster, split_entry
from pipeline.normalise.verdict import NameReading, to_verdict

__all__ = ["NameReader", "NameReading", "Roster", "cell_to_names", "learn_roster"]

# How far sightings of names are trusted against each other.
_PARTED_BY_BLANKS, _FROM_STACK = 2, 1
_LONE = 2  # cells with a lone character on a line that show a reader which keeps them
_ROUNDS = 2  # what the first round finds lets the second read stacks that alone leave a doubt
_MOST_ODDS = 4.0  # natural logarithm: how far a notice's other cells say how one was printed
_GARBLED = 2  # cells restored by the roster that show a reader which loses characters


def cell_to_names(cell: Cell, roster: Roster, settings: Settings) -> NameReading:
    """The persons a leader cell names, in printed order: columns from left to right inside a
    block, blocks from top to bottom, lines from left to right.

    What names nobody (各分管副县长, a post, a body) is kept as printed; so is what is of no kind,
    with a doubt.
    """
    reader = roster.memo.get("reader")
    if reader is None or reader.settings is not settings:
        reader = roster.memo["reader"] = NameReader(roster, settings)
    return reader.read(cell)


# Cells by their keys: their contests, and the basis of the roster that these rest on.
_Contests = dict[Hashable, tuple[Contest, tuple[object, ...]]]


class NameReader:
    """Reads leader cells by one roster; cells that are set alike are read once."""

    def __init__(self, roster: Roster, settings: Settings) -> None:
        self.settings = settings
        self._roster = roster
        self._model = name_model(settings.names)
        self._aids = Aids(post_words(settings), likeness(settings.names))
        self._known: dict[Hashable, NameReading] = {}
        # What was found with what was known before, and what is found now.
        self._basis = roster.basis
        self._before: _Contests = roster.memo.get("contests", {})
        self.contests: _Contests = {}

    def read(self, cell: Cell) -> NameReading:
        """The parties of one cell."""
        scene = self._scene(cell)
        reading = self._known.get(scene.key)
        if reading is None:
            reading = self._known[scene.key] = self._fresh(scene, cell)
        return reading

    def _scene(self, cell: Cell) -> Scene:
        """The scene that learning made of the same cell, or a new one."""
        known = self._roster.memo.get("scenes", {}).get(id(cell))
        return known[1] if known and known[0] is cell else cell_to_scene(cell)

    def contest_of(self, cell: Cell) -> tuple[Contest, Judge]:
        """The readings of a cell, and the judge who weighed them."""
        return self.contest(self._scene(cell), cell)

    def contest(self, scene: Scene, cell: Cell) -> tuple[Contest, Judge]:
        """The readings of a cell that is not blank, and the judge who weighed them."""
        judge = Judge(self._model, self._roster, scene.key)
        found, basis = self._before.get(scene.key, (None, None))
        if found is None or not (basis == self._basis or _stays(found, judge)):
            found = contest(scene, cell, judge, self._aids)
        self.contests[scene.key] = found, self._basis
        return found, judge

    def _fresh(self, scene: Scene, cell: Cell) -> NameReading:
        if scene.is_nothing:
            return NameReading((), True)
        found, judge = self.contest(scene, cell)
        return to_verdict(found, scene, judge, self._aids)


def _stays(found: Contest, judge: Judge) -> bool:
    """Whether what was clear without the roster is borne out by it, person by person."""
    if not found.readings or found.restored or found.margin < 2 * MARGIN:
        return False
    return all(judge.knows(member.name) for member in found.best if member.sort is Sort.PERSON)


class _Habits(TypedDict):
    """Fields of `Signs`."""

    garbled: bool
    across: float


@dataclass(frozen=True, slots=True)
class _Sort:
    """A cell's scene, and how many cells are set like it."""

    scene: Scene
    cell: Cell
    cells: int


def learn_roster(cells: Iterable[Cell], settings: Settings) -> Roster:
    """Names from the cells of a notice that read only one way, and from `names.roster`."""
    posts = dict(map(split_entry, settings.names.roster))
    given = tuple(posts)
    scenes = {id(cell): (cell, cell_to_scene(cell)) for cell in cells}
    placed, unplaced = _distinct(scenes.values())
    reader = NameReader(make_roster((), given), settings)
    found = [_placed_sighting(one, reader) for one in placed]
    seen = [sighting for sighting, _ in found if sighting]
    signs = Signs(ragged=any(ragged for _, ragged in found), posts=posts)
    roster = make_roster((), given, seen, signs)
    roster.memo["contests"] = reader.contests
    lossless = _keeps_lone_characters(unplaced)
    for _ in range(_ROUNDS if unplaced else 0):
        reader = NameReader(roster, settings)
        sightings = [_sighting(one, reader, lossless=lossless) for one in unplaced]
        signs = replace(signs, **_habits(unplaced, sightings))
        contests = roster.memo["contests"] | reader.contests
        roster = make_roster([one for one in sightings if one], given, seen, signs)
        roster.memo["contests"] = contests
    roster.memo["scenes"] = scenes
    return roster


def _habits(cells: Sequence[_Sort], seen: Sequence[Sighting | None]) -> _Habits:
    """Whether the reader of these cells loses characters, and whether it read stacks."""
    lost = sum(one.cells for one, sight in zip(cells, seen, strict=True) if sight is None)
    weights = [
        sight.weight
        for one, sight in zip(cells, seen, strict=True)
        if sight is not None and sight.weight < PARTED and len(one.cell.text.split()) > 1
    ]
    stacks = weights.count(_FROM_STACK)
    odds = round(math.log((len(weights) - stacks + 1) / (stacks + 1)), 1)
    return {"garbled": lost >= _GARBLED, "across": max(-_MOST_ODDS, min(_MOST_ODDS, odds))}


def _distinct(cells: Iterable[tuple[Cell, Scene]]) -> tuple[list[_Sort], list[_Sort]]:
    """Cells with places and cells without, those set alike once."""
    kinds: dict[Hashable, list[Cell]] = {}
    scenes: dict[Hashable, Scene] = {}
    for cell, scene in cells:
        if not scene.is_nothing:
            scenes.setdefault(scene.key, scene)
            kinds.setdefault(scene.key, []).append(cell)
    sorts = [_Sort(scene, kinds[key][0], len(kinds[key])) for key, scene in scenes.items()]
    return [one for one in sorts if one.scene.rows], [one for one in sorts if not one.scene.rows]


def _placed_sighting(one: _Sort, reader: NameReader) -> tuple[Sighting | None, bool]:
    found, judge = reader.contest(one.scene, one.cell)
    names = _clear_names(found)
    strange: tuple[str, ...] = ()
    if not (one.scene.exact or found.parted):
        strange = tuple(name for name in names if not judge.model.is_known_form(name))
    ragged = bool(found.readings) and found.readings[0].ragged
    seen = Sighting(names, PARTED, one.scene.key, one.cells, strange) if names else None
    return seen, ragged


def _clear_names(found: Contest) -> tuple[str, ...]:
    """The persons of a cell that reads only one way."""
    if not found.readings or found.margin < MARGIN:
        return ()
    return tuple(member.name for member in found.best if member.sort is Sort.PERSON)


def _sighting(one: _Sort, reader: NameReader, *, lossless: bool) -> Sighting | None:
    found, judge = reader.contest(one.scene, one.cell)
    names = _clear_names(found)
    if found.restored or not names:
        return None
    if found.stacked and not lossless:
        if not all(map(judge.model.is_known_form, names)):
            return None
        names = _whole(names, one.cell.text.split(), judge)
    weight = PARTED if found.parted else _FROM_STACK if found.stacked else _PARTED_BY_BLANKS
    strange = tuple(name for name in names if not judge.model.is_known_form(name))
    return Sighting(names, weight, one.scene.key, one.cells, strange)


def _keeps_lone_characters(cells: Sequence[_Sort]) -> bool:
    """Whether lines of one character stand between longer ones, in several cells."""
    sizes = [list(map(len, one.cell.text.split())) for one in cells]
    kept = (
        any(line == 1 and min(above, below) > 1 for above, line, below in _triples(lines))
        for lines in sizes
    )
    return sum(kept) >= _LONE


def _triples(sizes: Sequence[int]) -> Iterable[tuple[int, int, int]]:
    return zip(sizes, sizes[1:], sizes[2:], strict=False)


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
