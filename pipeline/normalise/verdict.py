"""The best reading of a leader cell → names with a certainty, its reasons, and what is doubtful."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.model import Code, Severity
from pipeline.normalise.contest import MARGIN, Aids, Contest, Scene
from pipeline.normalise.likeness import Correction, correct, lost_from
from pipeline.normalise.members import Member
from pipeline.normalise.persons import Judge
from pipeline.normalise.posts import Sort
from pipeline.normalise.roster import SHARED, shared_in_order

Doubt = tuple[Code, Severity, str]

# What is left of the certainty under each doubt; measured by tests/bench/leader_cells.py.
_MOST = 0.99
_STRANGE, _STRANGE_YET_CLEAR = 0.5, 0.95
_RESTORED, _STACK_ALONE, _CORRECTED, _NEAR = 0.8, 0.8, 0.9, 0.7
_UNRESOLVED = 0.3


@dataclass(frozen=True, slots=True)
class NameReading:
    """Names in printed order, and kept posts and bodies where they stand instead of names.

    `certain`: nothing speaks against them; else `doubts` says what. `certainty` (0–1) is the share
    of such readings that are right; `evidence` gives its reasons, the strongest first.
    """

    names: tuple[str, ...]
    certain: bool
    doubts: tuple[Doubt, ...] = ()
    members: tuple[Member, ...] = ()
    certainty: float = _MOST
    evidence: tuple[str, ...] = ()


def to_verdict(found: Contest, scene: Scene, judge: Judge, aids: Aids) -> NameReading:
    """The reading to hand on."""
    if not found.readings:
        return _unresolved(found, "no way to read names fits")
    draft = _Verdict(found, scene, judge)
    members = draft.check(correct(_persons(found.best), judge.roster, aids.shapes))
    certain = all(severity is Severity.INFO for _, severity, _ in draft.doubts)
    return NameReading(
        tuple(member.name for member in members),
        certain,
        tuple(draft.doubts),
        members,
        round(draft.certainty, 3),
        tuple(draft.evidence),
    )


def _persons(members: Sequence[Member]) -> list[str]:
    return [member.name for member in members if member.sort is Sort.PERSON]


def _unresolved(found: Contest, why: str) -> NameReading:
    names = found.printed
    message = f"kept as printed, {why}: {'、'.join(names)}"
    members = tuple(Member(name, name, Sort.OTHER) for name in names)
    doubt = (Code.NAME_UNRESOLVED, Severity.WARNING, message)
    return NameReading(names, False, (doubt,), members, _UNRESOLVED)


class _Verdict:
    """Doubts gathered one after the other, each lowering the certainty."""

    def __init__(self, found: Contest, scene: Scene, judge: Judge) -> None:
        self._found, self._scene, self._judge = found, scene, judge
        self.doubts: list[Doubt] = []
        self.certainty = min(_MOST, 1 / (1 + math.exp(-found.margin)))
        self.evidence = self._sources()

    def check(self, corrections: Sequence[Correction]) -> tuple[Member, ...]:
        """All doubts; the parties of the best reading, corrected."""
        names = _persons(self._found.best)
        self._check_kinds()
        self._check_surnames([one.name for one in corrections])
        if self._found.margin < MARGIN and not self._found.restored:
            self._doubt(Code.NAME_AMBIGUOUS, f"may be read as {self._ways()}", 1.0)
        if not (self._found.parted or self._scene.rows):
            self._check_unplaced(names)
        elif not self._scene.exact:
            self._check_lost(names)
        return self._corrected(corrections)

    def _sources(self) -> list[str]:
        found, roster = self._found, self._judge.roster
        sources = []
        if self._scene.rows:
            sources.append("places of the characters")
        if found.parted:
            sources.append("parted by signs")
        if found.restored:
            sources.append("restored by the roster")
        elif any(name in roster.names for name in _persons(found.best)):
            sources.append("roster")
        return [*sources, "surnames and lengths"]

    def _doubt(self, code: Code, message: str, left: float) -> None:
        self.doubts.append((code, Severity.WARNING, message))
        self.evidence.append(message)
        self.certainty *= left

    def _check_kinds(self) -> None:
        odd = [member.name for member in self._found.best if member.sort is Sort.OTHER]
        if odd:
            message = f"kept as printed, neither names nor posts: {'、'.join(odd)}"
            self._doubt(Code.NAME_UNRESOLVED, message, _UNRESOLVED)

    def _check_surnames(self, names: Sequence[str]) -> None:
        judge, scene = self._judge, self._scene
        strange = [
            name
            for name in names
            if not judge.model.is_known_form(name)
            and judge.roster.counts.get(name, 0) < 2
            and name not in judge.roster.given
        ]
        if not strange:
            return
        message = f"no known surname: {'、'.join(strange)}, read in {'、'.join(names)}"
        if scene.exact and self._found.margin >= MARGIN:
            # The characters are those of the file, and their places part them.
            self.doubts.append((Code.NAME_UNRESOLVED, Severity.INFO, message))
            self.certainty *= _STRANGE_YET_CLEAR
        else:
            self._doubt(Code.NAME_UNRESOLVED, message, _STRANGE)

    def _ways(self) -> str:
        return " or ".join("、".join(reading.names) for reading in self._found.readings[:2])

    def _check_unplaced(self, names: Sequence[str]) -> None:
        text, roster = self._scene.text, self._judge.roster
        if self._found.restored:
            ways = self._ways() if self._found.margin < MARGIN else "、".join(names)
            message = f"{ways} restored by the notice's other rows from “{text}”"
            self._doubt(Code.NAME_RESTORED, message, _RESTORED)
            return
        rivals = _rivals(names, self._judge)
        unsure = self._found.stacked and not roster.confirmed.issuperset(names)
        if rivals or unsure:
            why = f"near to {'、'.join(rivals)}" if rivals else "a stack read line by line"
            message = f"“{text}” read as {'、'.join(names)}: {why}"
            self._doubt(Code.NAME_AMBIGUOUS, message, _STACK_ALONE)

    def _check_lost(self, names: Sequence[str]) -> None:
        """Names that may have lost a character on the way."""
        for name in names:
            whole = [
                person for person in lost_from(name, self._judge.roster) if person not in names
            ]
            if whole:
                message = f"{name} may be the rest of {'、'.join(whole)}"
                self._doubt(Code.NAME_AMBIGUOUS, message, _NEAR)

    def _corrected(self, corrections: Sequence[Correction]) -> tuple[Member, ...]:
        by_name = {one.read: one for one in corrections}
        for one in corrections:
            if one.name != one.read:
                message = f"“{one.read}” taken for {one.name}, who stands in other rows"
                self._doubt(Code.NAME_RESTORED, message, _CORRECTED)
            elif one.others:
                message = f"{one.read} is near to {'、'.join(one.others)}"
                self._doubt(Code.NAME_AMBIGUOUS, message, _NEAR)
        return tuple(
            replace(member, name=by_name[member.name].name)
            if member.sort is Sort.PERSON
            else member
            for member in self._found.best
        )


def _rivals(names: Sequence[str], judge: Judge) -> list[str]:
    """Persons of the notice who are not read here, though doubtful names hold their characters."""
    roster = judge.roster
    doubtful = "".join(name for name in names if name not in roster.confirmed)
    absent = (name for name in roster.order if name not in names)
    return [name for name in absent if shared_in_order(name, doubtful) >= SHARED]
