"""The best reading of a leader cell → names with a certainty, its reasons, and what is doubtful."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.model import Code, Severity
from pipeline.normalise.contest import MARGIN, Aids, Contest, Scene
from pipeline.normalise.likeness import Correction, correct, lost_from
from pipeline.normalise.members import Member
from pipeline.normalise.persons import MIDDLE_DOT, Judge
from pipeline.normalise.posts import Sort

Doubt = tuple[Code, Severity, str]

# What is left of the certainty under each doubt; measured by tests/bench/leader_cells.py.
_MOST = 0.99
_STRANGE, _STRANGE_YET_CLEAR = 0.5, 0.95
_RESTORED, _STACK_ALONE, _CORRECTED, _NEAR = 0.8, 0.8, 0.9, 0.7
_RIVALLED = 0.5
_UNRESOLVED = 0.3


@dataclass(frozen=True, slots=True)
class NameReading:
    """Names in printed order, and kept posts and bodies where they stand instead of names.

    `certain`: nothing speaks against them; else `doubts` says what. `members` are the same parties
    with their kinds, `certainty` (0–1) that of the whole cell: the share of such readings that are
    right; `evidence` gives its reasons as short codes, the strongest first.
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
        draft.certainty,
        tuple(dict.fromkeys(draft.evidence)),
    )


def _persons(members: Sequence[Member]) -> list[str]:
    return [member.name for member in members if member.sort is Sort.PERSON]


def _unresolved(found: Contest, why: str) -> NameReading:
    names = found.printed
    message = f"kept as printed, {why}: {'、'.join(names)}"
    doubt = (Code.NAME_UNRESOLVED, Severity.WARNING, message)
    sources = ("unresolved",)
    members = tuple(
        Member(name, name, Sort.OTHER, "", "", _UNRESOLVED, sources, settled=False)
        for name in names
    )
    return NameReading(names, False, (doubt,), members, _UNRESOLVED, sources)


class _Verdict:
    """Doubts gathered one after the other; each lowers the certainty of the names it is about."""

    def __init__(self, found: Contest, scene: Scene, judge: Judge) -> None:
        self._found, self._scene, self._judge = found, scene, judge
        self._names = _persons(found.best)
        self._own: dict[str, list[str]] = {}
        self._share: dict[str, float] = {}
        self.doubts: list[Doubt] = []
        self.certainty = self._base()
        self.evidence = self._sources()

    def check(self, corrections: Sequence[Correction]) -> tuple[Member, ...]:
        """All doubts; the parties of the best reading, corrected."""
        self._check_kinds()
        self._check_surnames([one.name for one in corrections])
        self._check_dots([one.name for one in corrections])
        if self._found.margin < MARGIN and not self._found.restored:
            self._doubt(Code.NAME_AMBIGUOUS, f"may be read as {self._ways()}", (), 1.0)
        if not (self._found.parted or self._scene.rows):
            self._check_unplaced(self._names)
        elif not self._scene.exact:
            self._check_lost(self._names)
        self._check_corrections(corrections)
        names = {one.read: one.name for one in corrections}
        open_names = {one.read for one in corrections if one.others}
        return tuple(self._member(member, names, open_names) for member in self._found.best)

    def _member(self, member: Member, names: dict[str, str], unsettled: set[str]) -> Member:
        name = names[member.name] if member.sort is Sort.PERSON else member.name
        base = _MOST if self._is_common(member.name) else self._base()
        own = self._own.get(member.name, [])
        post = member.post or self._judge.roster.posts.get(name, "")
        beside = [f"post:{post}"] if post else []
        return replace(
            member,
            name=name,
            certainty=round(base * self._share.get(member.name, 1.0), 3),
            evidence=tuple(dict.fromkeys((*own, *self._sources(), *beside))),
            settled=self._is_settled(member) and member.name not in unsettled,
        )

    def _is_settled(self, member: Member) -> bool:
        """Whether it is known whom a name means: nothing speaks against it, or the notice does."""
        if member.sort is Sort.OTHER:
            return False
        own = self._own.get(member.name, ())
        if {"unresolved", "ambiguous"} & set(own):
            known = member.name in self._judge.roster.confirmed
            return known and self._is_common(member.name)
        return self._found.margin >= MARGIN or self._is_common(member.name)

    def _base(self) -> float:
        return min(_MOST, 1 / (1 + math.exp(-self._found.margin)))

    def _is_common(self, name: str) -> bool:
        """Whether all readings that come near have the name."""
        best = self._found.readings[0].score
        near = [one for one in self._found.readings if best - one.score < 2 * MARGIN]
        return all(name in one.names for one in near)

    def _sources(self) -> list[str]:
        found, roster = self._found, self._judge.roster
        sources = []
        if self._scene.rows:
            sources.append("places")
        if found.parted:
            sources.append("signs")
        if any(name in roster.given for name in self._names):
            sources.append("given")
        if any(roster.counts.get(name, 0) > 1 for name in self._names):
            sources.append("roster")
        return [*sources, "surnames"]

    def _doubt(self, code: Code, message: str, names: Iterable[str], left: float) -> None:
        """A warning about `names`, or about all names when there are none."""
        self.doubts.append((code, Severity.WARNING, message))
        self.evidence.append(code.removeprefix("name_"))
        self.certainty = round(self.certainty * left, 3)
        for name in tuple(names) or self._names:
            self._own.setdefault(name, []).append(code.removeprefix("name_"))
            self._share[name] = self._share.get(name, 1.0) * left

    def _check_kinds(self) -> None:
        odd = [member.name for member in self._found.best if member.sort is Sort.OTHER]
        if odd:
            message = f"kept as printed, neither names nor posts: {'、'.join(odd)}"
            self._doubt(Code.NAME_UNRESOLVED, message, odd, _UNRESOLVED)

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
            self.certainty = round(self.certainty * _STRANGE_YET_CLEAR, 3)
        else:
            self._doubt(Code.NAME_UNRESOLVED, message, strange, _STRANGE)

    def _check_dots(self, names: Sequence[str]) -> None:
        """Dotted names of which each part is a whole one: a ， or 、 may have been read as ·."""
        for name in () if self._scene.exact else names:
            parts = name.split(MIDDLE_DOT)
            whole = all(len(part) > 1 and self._judge.model.is_known_form(part) for part in parts)
            if len(parts) > 1 and whole:
                message = f"may be read as {'、'.join(parts)}"
                self._doubt(Code.NAME_AMBIGUOUS, message, (name,), _NEAR)

    def _ways(self) -> str:
        return " or ".join("、".join(reading.names) for reading in self._found.readings[:2])

    def _check_unplaced(self, names: Sequence[str]) -> None:
        text, roster = self._scene.text, self._judge.roster
        if self._found.restored:
            ways = self._ways() if self._found.margin < MARGIN else "、".join(names)
            message = f"{ways} restored by the notice's other rows from “{text}”"
            self._doubt(Code.NAME_RESTORED, message, (), _RESTORED)
            return
        unsure = [name for name in names if name not in roster.confirmed]
        rivals = _rivals(names, self._judge)
        if rivals:
            message = f"“{text}” read as {'、'.join(names)}: near to {'、'.join(rivals)}"
            self._doubt(Code.NAME_AMBIGUOUS, message, unsure, _RIVALLED)
        elif unsure and (self._found.stacked or any(map(self._may_be_odd, unsure))):
            why = "a stack read line by line" if self._found.stacked else "in no other row"
            message = f"“{text}” read as {'、'.join(names)}: {why}"
            self._doubt(Code.NAME_AMBIGUOUS, message, unsure, _STACK_ALONE)
        if self._found.stacked or roster.garbled:
            self._check_lost([name for name in names if name not in unsure], often=True)

    def _may_be_odd(self, name: str) -> bool:
        """Whether a name that no other row has may be the rest of one, or of pieces of two.

        Pieces of a stack look like 王　建国; and who loses characters makes 王国 of 王建国.
        """
        roster = self._judge.roster
        if MIDDLE_DOT in name or not (roster.garbled or roster.across < 0):
            return False
        if len(name) - self._judge.model.surname_length(name) == 1:
            return roster.garbled
        return name not in self._scene.text.replace("\n", "")

    def _check_lost(self, names: Sequence[str], *, often: bool = False) -> None:
        """Names that may have lost a character on the way; `often`: this reader loses some."""
        roster = self._judge.roster
        for name in names:
            longer = roster.longer(name) if often else lost_from(name, roster)
            cells = roster.counts.get(name, 0) if often else 0
            whole = [
                one
                for one in longer
                if one not in self._names
                and (one in roster.given or roster.counts.get(one, 0) >= cells)
            ]
            if whole:
                message = f"{name} may be the rest of {'、'.join(whole)}"
                self._doubt(Code.NAME_AMBIGUOUS, message, (name,), _NEAR)

    def _check_corrections(self, corrections: Sequence[Correction]) -> None:
        for one in corrections:
            if one.name != one.read:
                message = f"“{one.read}” taken for {one.name}, who stands in other rows"
                self._doubt(Code.NAME_RESTORED, message, (one.read,), _CORRECTED)
            elif one.others:
                message = f"{one.read} is near to {'、'.join(one.others)}"
                self._doubt(Code.NAME_AMBIGUOUS, message, (one.read,), _NEAR)


def _rivals(names: Sequence[str], judge: Judge) -> list[str]:
    """Persons of the notice who are not read here, though doubtful names hold their characters."""
    roster = judge.roster
    doubtful = "".join(name for name in names if name not in roster.confirmed)
    return [name for name in roster.sharing(doubtful) if name not in names]
