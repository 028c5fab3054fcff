"""What a notice and the lists together know of units: the gazetteer, places, names in full, counts.

A notice that prints 岳阳高新技术产业园区管委会 once tells what 高新区 means in all its rows; so
does (以下简称…) in its letter, and a long name of which a short one is drawn together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipeline.config import Names, Settings
from pipeline.model import Document
from pipeline.normalise.gazetteer import Known, Rank, gazetteer
from pipeline.normalise.likeness import likeness
from pipeline.normalise.matches import Match, Place, unit_to_matches
from pipeline.normalise.nearest import Nearest
from pipeline.normalise.organs import Organs, organs
from pipeline.normalise.regions import Regions, letter_to_regions
from pipeline.normalise.seams import Seams, to_seams
from pipeline.normalise.text import BRACKETS

_ALIAS = re.compile(
    '([\u3400-\u9fff]{4,30})[（(]以下(?:统称|简称|合称)[:：]?[“"「《]?([\u3400-\u9fff]{2,15})[”"」》]?[）)]'
)
_LEVELS = "省市县区州旗盟"
_GOVERNING = (
    "中共{}委员会",
    "{}人民政府",
    "{}人民代表大会常务委员会",
    "中国人民政治协商会议{}委员会",
)


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known of units in one notice.

    `found`, `matched`, `split` and `near` keep what was worked out already.
    """

    known: Known
    organs: Organs
    names: Names
    regions: Regions = field(default_factory=Regions)
    full: frozenset[str] = frozenset()
    aliases: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    longer: dict[str, str] = field(default_factory=dict)
    found: dict[tuple[str, Place | None], object] = field(default_factory=dict)
    matched: dict[str, list[Match]] = field(default_factory=dict)
    split: dict[tuple[str, bool, bool], object] = field(default_factory=dict)
    near: dict[str, Nearest] = field(default_factory=dict)

    def matches(self, unit: str, carried: Place | None = None) -> list[Match]:
        """The known bodies that `unit` may be, the best first; `carried`: the place before it."""
        if unit not in self.matched:
            self.matched[unit] = unit_to_matches(unit, self.known, self.regions)
        found = self.matched[unit]
        # Only a unit without a place of its own takes the one before it.
        if carried is None or unit[:1] in _LEVELS or all(match.place.text for match in found):
            return found
        return unit_to_matches(unit, self.known, self.regions, carried)

    def knows(self, unit: str) -> bool:
        """Whether `unit`, without what stands in brackets, is a known body."""
        return bool(self.matches(BRACKETS.sub("", unit)))

    def is_body(self, unit: str, *, governing: bool = False) -> bool:
        """Whether `unit` is a known body for sure; committees and governments only if asked.

        县委县政府督查室 is one body, and 县委 in it no party.
        """
        for match in self.matches(unit)[:1]:
            if match.form.rank <= Rank.SHORT:
                return governing or match.form.name not in _GOVERNING
        return False

    def is_field(self, text: str) -> bool:
        """Whether `text` is what a department is named by, without its ending: 信访 of 信访局."""
        forms = self.known.forms.get(text, ())
        return any(form.department and form.rank is Rank.ENDLESS for form in forms)

    def parted(self, unit: str) -> tuple[str, ...]:
        """The known bodies that run together in `unit`; `unit` alone when it is one or unknown."""
        ends_known = any(unit[at:] in self.known.forms for at in range(3, len(unit)))
        if not ends_known or self.matches(unit):
            return (unit,)
        return _seams(self.known).split(unit, self.is_body, self._follows)

    def _follows(self, unit: str) -> bool:
        """县住建局房产服务中心 is a part of its bureau; 县住建局县房产服务中心 are two bodies."""
        if not self.is_body(unit):
            return False
        return unit[0] in _LEVELS or self.matches(unit)[0].form.department

    def nearest(self, place: Place | None) -> Nearest:
        """Known names of the level of `place`, a county's where nothing is known."""
        levels = place.levels if place else ()
        level = levels[0] if levels else "county"
        if level not in self.near:
            self.near[level] = _nearest(self.known, level, self.names)
        return self.near[level]


def blank_directory(settings: Settings) -> Directory:
    """What the lists alone know, without a notice."""
    return Directory(gazetteer(settings), organs(settings.units), settings.names)


def open_directory(letter: Document, texts: Sequence[str], settings: Settings) -> Directory:
    """What the lists and the notice's places tell, before its units are read.

    `texts`: those of the letter and of the cells.
    """
    start = blank_directory(settings)
    return replace(start, regions=letter_to_regions(letter, texts, start.known.levels))


def learn_units(
    start: Directory, units: Sequence[str], letter: Document, texts: Sequence[str]
) -> Directory:
    """What the units of the notice, its letter and its texts teach besides."""
    text = "\n".join("".join(text.split()) for text in texts)
    counts = Counter(units)
    matches = {unit: start.matches(unit) for unit in (*counts, *letter.cc, *letter.addressees)}
    return replace(
        start,
        full=frozenset(_full_names(matches.values(), text)),
        aliases=dict(_aliases(text, start)),
        counts=dict(counts),
        longer=_longer([unit for unit in counts if not matches[unit]], start.organs),
    )


def _full_names(matches: Iterable[Sequence[Match]], text: str) -> Iterable[str]:
    """Canonical names that the notice prints in full: as units, or in its texts."""
    for found in matches:
        if found and found[0].form.rank <= Rank.FULL:
            yield found[0].canonical
        elif len({match.canonical for match in found}) > 1:
            for match in found:
                core = match.form.name.replace("{}", "").removesuffix("管理委员会")
                if core in text:
                    yield match.canonical


def _aliases(text: str, start: Directory) -> Iterable[tuple[str, str]]:
    """Short names that the letter itself explains: X（以下简称Y）."""
    for full, short in _ALIAS.findall(text):
        # What stands before the name is not parted from it: the place must be a known one.
        names = (full[at:] for at in range(len(full) - 3))
        name = next((name for name in names if _is_here(start.matches(name))), None)
        if name is not None and not start.matches(short):
            yield short, name


def _is_here(matches: Sequence[Match]) -> bool:
    return bool(matches) and matches[0].place.how in ("issuer", "notice", "none")


def _longer(unknown: Sequence[str], known: Organs) -> dict[str, str]:
    """Names that no list holds, each with the one longer name that it is drawn together from."""
    found: dict[str, list[str]] = {}
    for short in unknown:
        for full in unknown:
            alike = full[0] == short[0] and full[-1] == short[-1] and len(full) > len(short) + 1
            if alike and known.is_organ(short) and known.is_organ(full):
                rest = iter(full)
                if all(character in rest for character in short):
                    found.setdefault(short, []).append(full)
    return {short: names[0] for short, names in found.items() if len(names) == 1}


@lru_cache(maxsize=4)
def _seams(known: Known) -> Seams:
    return to_seams(sorted(known.words()))


@lru_cache(maxsize=12)
def _nearest(known: Known, level: str, names: Names) -> Nearest:
    return Nearest(known.names_at(level), likeness(names))
