"""A printed unit → the known bodies that it may be, each with the place it is taken to be of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.normalise.gazetteer import BARE, Form, Known
from pipeline.normalise.regions import CENTRE, Region, Regions, leading_places, to_places, to_region
from pipeline.party import PartyKind

How = Literal["issuer", "notice", "carried", "printed", "name", "unknown", "none"]
_STRENGTH: tuple[How, ...] = get_args(How)

_NAME = re.compile("[\u3400-\u9fff]{2,8}")
_GOVERNMENT = re.compile("(?:人民)?政府$")
_MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
# What a word may mean, the most usual first.
_LEVELS_OF_WORD = {
    "市": ("city", "county", "province"),
    "区": ("county", "province"),
    "县": ("county",),
    "旗": ("county",),
    "州": ("city",),
    "盟": ("city",),
    "省": ("province",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What stands where a form has its place.

    `how` it is known: it is the issuer's place, or one that the notice names besides; it is carried
    on from the unit before; it is printed, yet named nowhere else; it is a name without its word
    (name), or a word that says nothing here (unknown); nothing is printed (none).
    """

    text: str
    region: Region | None
    how: How

    @property
    def name(self) -> str:
        """The place in a canonical name."""
        return self.region.name if self.region else self.text

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels it may be of, the most usual first; () when nothing tells."""
        if self.region is not None and self.region.name in _MUNICIPALITIES:
            return ("province", "city")
        word = self.region.word[-1:] if self.region else self.text[-1:]
        if self.region is not None and word not in _LEVELS_OF_WORD:
            return (self.region.level,)
        return _LEVELS_OF_WORD.get(word, ())


@dataclass(frozen=True, slots=True)
class Match:
    """A body that a unit may be."""

    form: Form
    place: Place
    by_government: bool = False

    @property
    def canonical(self) -> str:
        """The full name with its place. A zone is named by the place without its word."""
        if self.place.how == "name" and self.form.kind is PartyKind.COMPANY:
            return self.form.name.replace("{}", self.place.text)
        name = self.place.name
        if self.form.slot == "name" and self.place.region and self.place.region.bare:
            name = self.place.region.bare
        bare = self.place.region.bare if self.place.region else ""
        return self.form.name.replace("{}", name).replace(BARE, bare or name)

    @property
    def key(self) -> tuple[int, int, int]:
        """The better match has the smaller key: its form, its level, how its place is known."""
        levels, wanted = self.place.levels, self.form.levels
        level = 1  # a body of the very level of the place goes before one of any level
        if wanted and levels:
            level = 2 * min(levels.index(one) for one in wanted if one in levels)
        return self.form.rank, level, _STRENGTH.index(self.place.how)


def unit_to_matches(
    unit: str, known: Known, regions: Regions, carried: Place | None = None
) -> list[Match]:
    """All bodies that `unit` may be, the best first."""
    found: list[Match] = []
    for at in range(max(0, len(unit) - known.longest), len(unit)):
        forms = known.forms.get(unit[at:])
        if forms is None:
            continue
        # 高新区 is that zone and not 高 + 新区: the longest word counts.
        zoned = any(match.form.slot == "name" for match in found)
        for form in forms:
            if not (zoned and form.slot == "name"):
                found.extend(_of_form(form, unit, at, (regions, carried)))
    if len(found) < 2:
        return found
    return sorted(dict.fromkeys(found), key=lambda match: match.key)


def _of_form(
    form: Form, unit: str, at: int, around: tuple[Regions, Place | None]
) -> Iterator[Match]:
    """What `unit`, cut before its character `at`, is by this form."""
    regions, carried = around
    text = _without_head(form, unit[:at])
    if text is None:
        return
    if form.slot in ("", "own"):
        here = {region.name for region in (regions.own, *regions.above) if region is not None}
        if not text and (form.slot == "" or form.region in here):
            yield Match(form, Place("", None, "none"))
        return
    if form.slot == "name":
        if form.kind is PartyKind.PLACE and to_places(unit):
            return  # 浦东新区 is a district
        place = _zone_place(text, regions)
        if place is not None:
            yield Match(form, place)
        return
    place = to_place(text, regions, carried)
    if place is None and form.head and _NAME.fullmatch(text):
        place = Place(text, regions.of_bare(text), "name")
    by_government = False
    if place is None and form.department and (plain := _GOVERNMENT.sub("", text)) != text:
        place, by_government = to_place(plain, regions, carried), True
    if place is not None and _fits(form, place):
        yield Match(form, place, by_government)


def _without_head(form: Form, before: str) -> str | None:
    """What stands in the form's place; a word before the head may say it twice (县团县委)."""
    if not form.head:
        return before
    if before.startswith(form.head):
        return before[len(form.head) :]
    at = before.find(form.head)
    rest = before[at + len(form.head) :]
    if at > 0 and before[:at] in (rest, *(rest[-1:] if rest else _LEVELS_OF_WORD)):
        return rest or before[:at]
    return None


def to_place(text: str, regions: Regions, carried: Place | None) -> Place | None:
    """The place that `text` stands for; None when it is none."""
    if not text:
        if carried is not None:
            return Place(carried.text, carried.region, "carried")
        own = regions.own if regions.own and regions.own.level != "centre" else None
        return Place("", own, "issuer" if own else "none")
    if text in _LEVELS_OF_WORD or text in ("自治区", "自治州", "自治县", "镇", "乡", "街道"):
        region = regions.of_word(text)
        if region is None:
            return Place(text, None, "unknown")
        return Place(text, region, "issuer" if region is regions.own else "notice")
    if links := to_places(text):
        region = to_region(links[-1], _WORDS)
        if region == regions.own:
            return Place(text, region, "issuer")
        return Place(text, region, "notice" if region in regions.above else "printed")
    return _bare_place(text, regions)


def _bare_place(text: str, regions: Regions) -> Place | None:
    """A place without its word, alone or behind a larger one: 平昌, 巴中市平昌, 市平昌."""
    start = len("".join(leading_places(text))) or int(text[0] in _LEVELS_OF_WORD)
    region = regions.of_bare(text[start:])
    return Place(text, region, "name") if region else None


_WORDS = {
    "自治区": "province", "省": "province", "自治州": "city", "地区": "city", "市": "city",
    "州": "city", "盟": "city", "街道": "town", "苏木": "town", "镇": "town", "乡": "town",
    "林区": "county", "县": "county", "区": "county", "旗": "county",
}  # fmt: skip


def _fits(form: Form, place: Place) -> bool:
    if form.region is not None and (place.region is None or place.region.name != form.region):
        return False
    levels = place.levels
    return form.levels is None or not levels or any(one in levels for one in form.levels)


def _zone_place(text: str, regions: Regions) -> Place | None:
    """A zone's name: its place, a name of its own, or nothing; a word of a level before it goes."""
    own = regions.own
    if own is not None and text and text == own.bare:
        return Place(text, own, "name")  # a city above may bear the same name
    place = to_place(text, regions, None)
    if place is not None:
        return place
    if text[:1] in _LEVELS_OF_WORD and len(text) > 2:
        return _zone_place(text[1:], regions)
    return Place(text, None, "name") if _NAME.fullmatch(text) else None


def is_of_centre(match: Match) -> bool:
    """Whether a match is a body of the centre."""
    return match.form.region == CENTRE
