"""A printed unit → the name to join on, its kind and place, and how sure that is.

In this order: what the user's list or the gazetteer knows; an office or a branch of such a body; a
town or another place for its government; several bodies under one name; and a name that no list
holds, which is kept with its place. What looks like a misreading of a known name is never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from pipeline.model import Code, Severity
from pipeline.normalise.directory import Directory
from pipeline.normalise.identity import SURE, Doubt, Identity
from pipeline.normalise.listed import listed, part_of_listed
from pipeline.normalise.matches import Place, is_of_centre
from pipeline.normalise.regions import CENTRE
from pipeline.normalise.text import BRACKETS
from pipeline.normalise.unlisted import collective, misread, seat, town, unlisted

_BY_LONGER = 0.7
_SEVERAL = re.compile("各|有关|相关|其他|其它|所有|全体")
_MANY = re.compile("各|单位|部门|机关|企业|机构|学校")
_GROUP = re.compile(
    "(?:有关|相关|各).{0,6}(?:部门|单位|机构|企业|机关|银行|公司)$|^.{0,4}(?:单位|部门|业主)$"
)


def identify(unit: str, directory: Directory, carried: Place | None = None) -> Identity:
    """The identity of one printed unit; `carried`: the place of the unit before, in its list."""
    key = (unit, carried)
    if key not in directory.found:
        directory.found[key] = _identified(unit, directory, carried)
    return cast("Identity", directory.found[key])


def _identified(unit: str, directory: Directory, carried: Place | None) -> Identity:
    text = directory.aliases.get(unit, unit)
    whole = BRACKETS.sub(r"\1", text)
    main = BRACKETS.sub("", text)
    if _SEVERAL.match(main) or _GROUP.search(main):
        return collective(unit, main, directory)
    if (found := town(main, directory)) is not None:
        return replace(found, printed=unit)
    names = tuple(dict.fromkeys((main, whole)))
    for name in names:
        if (found := listed(name, directory, carried)) is not None:
            return _with_twin(found, unit, text, name)
    several = directory.organs.is_collective(main) and _MANY.search(main) is not None
    odd = None if several else misread(unit, main, directory, carried)
    for name in names if odd is None else ():
        if (found := part_of_listed(name, directory, carried)) is not None:
            return _with_twin(found, unit, text, name)
    if several:
        return collective(unit, main, directory)
    if (found := odd or seat(main, directory)) is not None:
        return replace(found, printed=unit)
    return _by_longer(unit, directory, carried) or unlisted(unit, main, directory, carried)


def _by_longer(unit: str, directory: Directory, carried: Place | None) -> Identity | None:
    """A short name by the one longer name of the notice that it is drawn together from."""
    full = directory.longer.get(unit)
    if full is None:
        return None
    found = identify(full, directory, carried)
    if found.canonical is None:
        return None
    evidence = ("notice:longer", *found.evidence)
    return replace(found, printed=unit, certainty=_BY_LONGER, evidence=evidence)


def _with_twin(found: Identity, unit: str, text: str, name: str) -> Identity:
    """Brackets name a twin or a part (市交通委（市道运局）); the body before them is the party."""
    codes = found.evidence
    if text != unit:
        codes = (*codes, f"alias:{text}")
    inside = BRACKETS.findall(text)
    if inside and name == BRACKETS.sub("", text):
        codes = (*codes, *(f"twin:{twin}" for twin in inside if twin))
    return replace(found, printed=unit, evidence=codes)


def identify_all(units: Sequence[str], directory: Directory) -> list[Identity]:
    """The identities of the units of one cell; a prefix is carried on (县发改局、财政局)."""
    found: list[Identity] = []
    carried = _centre_of(units, directory)
    for unit in units:
        identity = identify(unit, directory, carried)
        found.append(identity)
        place = identity.place
        if identity.region == CENTRE:
            carried = carried or Place(CENTRE, None, "carried")
        elif (
            place is not None
            and place.text
            and place.how in ("issuer", "notice", "unknown", "printed")
        ):
            carried = Place(place.text, place.region, "carried")
    return found


def _centre_of(units: Sequence[str], directory: Directory) -> Place | None:
    """The centre, where one unit can be of nothing else and the notice has no place of its own."""
    if directory.regions.own is not None:
        return None
    for unit in units:
        matches = directory.matches(unit)
        if matches and all(is_of_centre(match) for match in matches):
            return Place(CENTRE, None, "carried")
    return None


def identity_doubts(identities: Sequence[Identity]) -> Iterator[Doubt]:
    """What is doubtful about the units of one cell, two names of one body among it."""
    names: dict[str, str] = {}
    for identity in identities:
        if identity.doubt is not None:
            yield identity.doubt
        if identity.canonical is None or identity.certainty < SURE:
            continue
        other = names.setdefault(identity.canonical, identity.printed)
        if other != identity.printed:
            message = f"{other} and {identity.printed} are both {identity.canonical}"
            # With its other name in brackets and without: printed so, and read so.
            alike = BRACKETS.sub("", other) == BRACKETS.sub("", identity.printed)
            severity = Severity.INFO if alike else Severity.WARNING
            yield (Code.UNIT_REPEATED, severity, message)
