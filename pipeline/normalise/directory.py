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
    """What is known of units in one notice. `found` keeps what was identified already."""

    known: Known
    organs: Organs
    names: Names
    regions: Regions = field(default_factory=Regions)
    full: frozenset[str] = frozenset()
    aliases: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    longer: dict[str, str] = field(default_factory=dict)
    found: dict[tuple[str, Place | None], object] = field(default_factory=dict)

    def matches(self, unit: str) -> list[Match]:
        """The known bodies that `unit` may be, the best first."""
        return unit_to_matches(unit, self.known, self.regions)

    def is_body(self, unit: str, *, governing: bool = False) -> bool:
        """Whether `unit` is a known body for sure; committees and governments only if asked.

        县委县政府督查室 is one body, and 县委 in it no party.
        """
        for match in self.matches(unit)[:1]:
            if match.form.rank <= Rank.SHORT:
                return governing or match.form.name not in _GOVERNING
        return False

    def parted(self, unit: str) -> tuple[str, ...]:
        """The known bodies that run together in `unit`; `unit` alone when it is one or unknown."""
        if self.matches(unit):
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
        return _nearest(self.known, levels[0] if levels else "county", self.names)


def blank_directory(settings: Settings) -> Directory:
    """What the lists alone know, without a notice."""
    return Directory(gazetteer(settings), organs(settings.units), settings.names)


def learn_directory(
    units: Sequence[str], letter: Document, texts: Sequence[str], settings: Settings
) -> Directory:
    """What the notice with these units teaches; `texts` are those of its letter and its cells."""
    start = blank_directory(settings)
    start = replace(start, regions=letter_to_regions(letter, texts, start.known.levels))
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
