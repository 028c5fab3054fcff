"""Units that no list holds: towns, places for their governments, collectives, and all others."""

from __future__ import annotations

import re

from pipeline.model import Code, Severity
from pipeline.normalise.directory import Directory
from pipeline.normalise.endings import is_other_body
from pipeline.normalise.identity import BY_PLACE, Identity
from pipeline.normalise.matches import Place, to_place
from pipeline.normalise.regions import leading_places, to_places
from pipeline.party import PartyKind

_LONGEST_TOWN = 7
_UNKNOWN, _SEEN_AGAIN, _MISREAD = 0.6, 0.1, 0.3
_TOWN = re.compile(
    "([\u3400-\u9fff]{1,14}(?:街道|[镇乡]|苏木))(人民政府|政府|办事处|党委|党工委|街道办|办)?"
)
_OFFICE_MISREAD = re.compile("(?:(?<!督)办[^公]?室|(?<!办)公室)$")
_MARKS = re.compile(r"[\s（）()〔〕、，,；;／/]")
_VAGUE = re.compile("有关|相关|其他|其它|所有|部门|单位|机构|成员|企业|业主")
_OWN_ENDS = ("局", "委", "办", "办公室", "委员会", "中心")


def town(unit: str, directory: Directory) -> Identity | None:
    """A town or its government: 白鹭镇, 县鹿角镇, 岳阳县白鹭镇人民政府."""
    found = _TOWN.fullmatch(unit)
    if found is None:
        return None
    county, name = _county_of(found[1], directory)
    if not 2 <= len(name) <= _LONGEST_TOWN or directory.organs.is_collective(name):
        return None
    end = "办事处" if name.endswith("街道") else "人民政府"
    if found[2] in ("党委", "党工委"):
        canonical = f"中共{county.name if county else ''}{name}委员会"
    else:
        canonical = f"{county.name if county else ''}{name}{end}"
    kind = PartyKind.ORGAN if found[2] else PartyKind.PLACE
    code = f"place:{county.how}" if county else "place:none"
    certainty = 0.97 * (BY_PLACE[county.how] if county else 0.7)
    region = county.region.name if county and county.region else None
    return Identity(unit, canonical, kind, region, round(certainty, 3), ("form:town", code))


def _county_of(text: str, directory: Directory) -> tuple[Place | None, str]:
    """What a town's name begins with: 县鹿角镇 → 县, 岳阳县鹿角镇 → 岳阳县; else the own place."""
    for head in dict.fromkeys(("".join(leading_places(text)), text[:1])):
        place = to_place(head, directory.regions, None) if head else None
        rest = text.removeprefix(head)
        named = len(head) > 1 or (head not in "镇乡市" and len(rest) > 2)
        if place is not None and len(rest) > 1 and named:
            return place, rest
    own = directory.regions.own
    if own is None or own.level in ("centre", "province", "city"):
        return None, text
    if own.level == "town":
        above = next((region for region in directory.regions.above), None)
        return (Place("", above, "notice") if above else None), text
    return Place("", own, "issuer"), text


def seat(unit: str, directory: Directory) -> Identity | None:
    """A county, a city … in place of its government: 平昌县 in a city's list."""
    places = to_places(unit)
    if not places or directory.known.levels.get(unit):
        return None
    return Identity(
        unit,
        f"{places[-1]}人民政府",
        PartyKind.PLACE,
        places[-1],
        0.9,
        ("form:place", "place:printed"),
        place=to_place(unit, directory.regions, None),
    )


def collective(unit: str, main: str, directory: Directory) -> Identity:
    """Several bodies under one name. 各乡镇人民政府 can be joined on, 有关单位 cannot."""
    own = directory.regions.own
    region = own.name if own else None
    if _VAGUE.search(main):
        return Identity(unit, None, PartyKind.COLLECTIVE, region, 0.95, ("collective:open",))
    text = _MARKS.sub("", unit)
    if own and text.removeprefix("全").startswith(own.word):  # 县直各…, 全县各…
        text = text.removeprefix("全").removeprefix(own.word)
    name = f"{region}{text}" if own and own.level != "centre" else text
    certainty = 0.95 if own else 0.75
    return Identity(unit, name, PartyKind.COLLECTIVE, region, certainty, ("collective:closed",))


def misread(unit: str, main: str, directory: Directory, carried: Place | None) -> Identity | None:
    """A name that looks like a known one misread, or like no organ: told, and never replaced.

    `main`: the unit without its brackets.
    """
    place, rest = _split_place(main, directory, carried)
    nearest = directory.nearest(place)
    proper = directory.organs.is_organ(unit) and not _OFFICE_MISREAD.search(main)
    head = place.text if place else ""
    if proper and all(
        is_other_body(rest, name, head, directory.is_field) for name in nearest.misread(rest)
    ):
        return None
    names = nearest.of(rest).names
    tried = "、".join(f"{head}{name}" for name in names)
    message = f"no list knows {unit}" + (f"; near to it: {tried}" if tried else "")
    return Identity(
        unit,
        None,
        directory.known.kind_of(main),
        place.region.name if place and place.region else None,
        _MISREAD,
        ("form:unknown", *(f"near:{name}" for name in names[:1])),
        (Code.UNIT_UNKNOWN, Severity.WARNING, message),
        place,
    )


def unlisted(unit: str, main: str, directory: Directory, carried: Place | None) -> Identity:
    """A proper name that no list holds: kept with its place. `main`: without its brackets."""
    place, rest = _split_place(main, directory, carried)
    return Identity(
        unit,
        f"{place.name if place else ''}{rest}",
        directory.known.kind_of(main),
        place.region.name if place and place.region else None,
        _UNKNOWN + _SEEN_AGAIN * (directory.counts.get(unit, 0) > 1),
        ("form:unknown", f"place:{place.how if place else 'none'}"),
        (Code.UNIT_UNKNOWN, Severity.INFO, f"no list knows {unit}"),
        place,
    )


def _split_place(
    unit: str, directory: Directory, carried: Place | None
) -> tuple[Place | None, str]:
    """What place an unknown name begins with, and the rest; organs without one take the own."""
    head = "".join(leading_places(unit))
    for text in (head, unit[:1]):
        if not text or text == unit:
            continue
        place = to_place(text, directory.regions, None)
        if place is not None and len(unit) - len(text) > 1:
            return place, unit[len(text) :]
    if unit.endswith(_OWN_ENDS):
        return to_place("", directory.regions, carried), unit
    return None, unit
