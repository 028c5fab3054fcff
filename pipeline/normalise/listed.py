"""Units that the lists know, and offices and branches of such: → what they are."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.model import Code, Severity
from pipeline.normalise.directory import Directory
from pipeline.normalise.gazetteer import Rank
from pipeline.normalise.identity import BY_PLACE, Doubt, Identity
from pipeline.normalise.matches import Match, Place, is_of_centre, to_place
from pipeline.normalise.regions import CENTRE

_BY_RANK = {
    Rank.USER: (1.0, "form:user"),
    Rank.FULL: (1.0, "form:full"),
    Rank.SHORT: (0.97, "form:short"),
    Rank.ENDLESS: (0.9, "form:endless"),
    Rank.LOOSE: (0.7, "form:loose"),
}
# What is left of a certainty where a form is shared by several bodies, where it is one's own and
# the loose form of another, and where the notice tells which; and for a part of a body.
_SHARED, _MOSTLY, _OWN, _BY_NOTICE = 0.75, 0.85, 0.95, 0.92
_PART, _STRANGE_PART = 0.95, 0.75
_PLAIN_PARTS = ("办公室", "党委", "党组", "分局", "执法大队", "综合执法大队")
_WITH_PARTS = ("局", "厅", "委", "院", "部", "会", "社", "公司", "银行", "政府", "中心", "联")
_BY_CENTRE, _MAY_BE_CENTRE = 0.95, 0.78
_PART_NAME = re.compile(
    "([\u3400-\u9fff]{0,8}?)(办公室|大队|支队|中队|总队|分局|分中心|科|股|室|所|站|中心|窗口|支行|"
    "分公司|分院|党组|党委|领导小组|服务队|指挥部|专班)"
)


def listed(unit: str, directory: Directory, carried: Place | None) -> Identity | None:
    """What the lists know `unit` to be; None when they do not."""
    every = directory.matches(unit, carried)
    matches = _of_scope(every, directory, carried)
    if not matches:
        return None
    best, codes, factor = _chosen(matches, directory)
    form_certainty, form_code = _BY_RANK[best.form.rank]
    certainty = max(factor, form_certainty) if factor == _BY_NOTICE else factor * form_certainty
    place = best.place
    alone = best.form.slot in ("", "own")
    if alone and best.form.region:
        region: str | None = best.form.region
        certainty *= _centre_certainty(every, directory, carried) if is_of_centre(best) else 1.0
        codes += ("place:centre",) if is_of_centre(best) else ("place:user",)
    elif alone:
        region = None
    else:
        region = place.region.name if place.region else None
        certainty *= BY_PLACE[place.how]
        codes += (f"place:{place.how}",)
    if best.by_government:
        codes += ("government:dropped",)
    doubt = _conflict(unit, place, directory)
    return Identity(
        unit,
        best.canonical,
        best.form.kind,
        region,
        round(min(certainty, 0.6) if doubt else certainty, 3),
        (form_code, *codes),
        doubt,
        place,
    )


def _of_scope(matches: list[Match], directory: Directory, carried: Place | None) -> list[Match]:
    """統计局 alone is the county's in a county's notice, the centre's in one of the centre."""
    own = directory.regions.own
    local = carried.text != CENTRE if carried else own is not None and own.level != "centre"
    centre = [match for match in matches if is_of_centre(match)]
    others = [match for match in matches if not is_of_centre(match)]
    if not centre or not others:
        return matches
    return others if local else centre


def _centre_certainty(matches: list[Match], directory: Directory, carried: Place | None) -> float:
    own = directory.regions.own
    if (own and own.level == "centre") or all(is_of_centre(match) for match in matches):
        return 1.0
    return _BY_CENTRE if carried and carried.text == CENTRE else _MAY_BE_CENTRE


def _chosen(matches: list[Match], directory: Directory) -> tuple[Match, tuple[str, ...], float]:
    """The body meant: where several may be, the one that the notice names in full elsewhere."""
    best = matches[0]
    names = dict.fromkeys(m.canonical for m in matches)
    if len(names) == 1 or best.form.rank is Rank.USER:
        return best, (), 1.0
    for match in matches:
        if match.form.rank in (Rank.SHORT, Rank.LOOSE) and match.canonical in directory.full:
            return match, ("notice:full",), _BY_NOTICE
    rivals = [m for m in matches[1:] if m.key == best.key and m.canonical != best.canonical]
    if rivals and best.form.rank > Rank.FULL:
        return best, ("form:shared",), _SHARED
    if any(match.form.rank is Rank.LOOSE for match in matches[1:]):
        return best, ("form:shared",), _MOSTLY if best.form.rank > Rank.FULL else _OWN
    return best, (), 1.0


def _conflict(unit: str, place: Place, directory: Directory) -> Doubt | None:
    """A prefix carried on that is not the notice's own: 市税务局、财政局 in a county's notice."""
    own = directory.regions.own
    if place.how != "carried" or own is None or place.region == own:
        return None
    message = (
        f"{unit} may be of {own.name} or of {place.region.name if place.region else place.text}"
    )
    return (Code.UNIT_ODD, Severity.WARNING, message)


def part_of_listed(unit: str, directory: Directory, carried: Place | None) -> Identity | None:
    """An office or a branch of a known body: 县教育局办公室, 市生态环境局岳阳县分局."""
    for at in range(len(unit) - 1, 2, -1):
        part = _PART_NAME.fullmatch(unit[at:])
        if part is None or not _has_parts(unit[:at], directory):
            continue
        body = listed(unit[:at], directory, carried)
        if body is None or body.canonical is None:
            continue
        place = _branch_place(part[1], directory)
        here = place.region if place else None
        plain = here is not None or unit[at:] in _PLAIN_PARTS
        return replace(
            body,
            canonical=f"{body.canonical}{here.name if here else part[1]}{part[2]}",
            region=here.name if here else body.region,
            certainty=round(body.certainty * (_PART if plain else _STRANGE_PART), 3),
            evidence=(*body.evidence, f"part:{unit[at:]}"),
            place=place if here else body.place,
        )
    return None


def _has_parts(body: str, directory: Directory) -> bool:
    """Whether `body` is known for sure, and by a name to which parts are added: 县教育局."""
    return body.endswith(_WITH_PARTS) and directory.is_body(body, governing=True)


def _branch_place(text: str, directory: Directory) -> Place | None:
    """The place of a branch; its name without its word is the notice's own before another's."""
    own = directory.regions.own
    if own is not None and text and text == own.bare:
        return Place(text, own, "name")
    return to_place(text, directory.regions, None) if text else None
