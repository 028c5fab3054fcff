"""What is known of units: every form in which a body may be printed, by what follows its place.

A form is cut at the place of its body: 团县委 is 团, a place, 委. Departments are made of stems and
endings; other bodies, zones, bodies of the centre and the user's units stand as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.normalise.regions import CENTRE, leading_places
from pipeline.party import PartyKind

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.unit_settings import Bodies, Centre, Departments, Family, Gazetteer, Levels, Pairs

_SLOTS = {"{县}": "county", "{市}": "city", "{省}": "province"}
BARE = "{名}"
_MANAGED = ("管理委员会", "管委会", "党工委管委会", "党工委", "")
_NEED_COMMITTEE = ("办公室", "督查室")  # of the party only where 委 is printed
_KINDS = ("organ", "association", "institution", "company")


class Rank(IntEnum):
    """How well a printed form tells its body, the best first."""

    USER = 0
    FULL = 1
    SHORT = 2
    ENDLESS = 3  # 县发改: the ending is the usual one of the level
    LOOSE = 4  # may be the short form of another body as well


@dataclass(frozen=True, slots=True)
class Form:
    """One way to print a body: `head`, a place, then the text under which the form is kept.

    `name` is the full name with {} for the place. `levels` are those at which the body exists;
    `slot` says what may stand in the place: a place, any name (zones), or nothing; own: nothing,
    and only in a notice of its region. `region`: the one place that a form of the user's or of the
    centre belongs to. `usual`: the levels at which a department mostly has this ending.
    """

    name: str
    kind: PartyKind
    rank: Rank
    head: str = ""
    levels: frozenset[str] | None = None
    slot: str = "place"
    region: str | None = None
    department: bool = False
    usual: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Forms by what stands behind the place; words of levels, and kinds by ending, longest first.

    Compared by identity: what is built from it is built once.
    """

    forms: dict[str, tuple[Form, ...]]
    levels: dict[str, str]
    kinds: tuple[tuple[str, PartyKind], ...]
    longest: int

    def names_at(self, level: str) -> frozenset[str]:
        """What may be printed behind a place of this level: 发改局, 人民银行; shared ones too."""
        return frozenset(
            tail
            for tail, forms in self.forms.items()
            for form in forms
            if not form.head
            and form.region != CENTRE
            and len(tail) > 1
            and (form.levels is None or level in form.levels)
            and (not form.department or level in form.usual)
            and not tail.startswith(("中国", "国家"))
        )

    def words(self) -> frozenset[str]:
        """All words of printed names; a word of a level in the place where one stands inside."""
        return frozenset(
            f"{form.head}{word}{tail}" if form.head else tail
            for tail, forms in self.forms.items()
            for form in forms
            for word in ("县市区" if form.head else "_")
            if len(tail) + len(form.head) > 1
        )

    def kind_of(self, name: str) -> PartyKind:
        """The kind by how the name ends; UNKNOWN when no ending fits."""
        for ending, kind in self.kinds:
            if name.endswith(ending) and name != ending:
                return kind
        return PartyKind.UNKNOWN


def gazetteer(settings: Settings) -> Known:
    """All forms of these settings; built once for equal settings."""
    return _built(settings.departments, settings.bodies, settings.centre, settings.gazetteer)


@lru_cache(maxsize=8)
def _built(departments: Departments, bodies: Bodies, centre: Centre, own: Gazetteer) -> Known:
    forms: dict[str, dict[Form, None]] = {}
    sources = (
        _user_forms(own),
        _department_forms(departments),
        _party_forms(bodies.party),
        _body_forms(bodies),
        _zone_forms(bodies.zones),
        _centre_forms(centre),
    )
    for source in sources:
        for tail, form in source:
            forms.setdefault(tail, {}).setdefault(form)
    kept = {tail: tuple(sorted(found, key=_order)) for tail, found in forms.items()}
    return Known(kept, _level_words(own.levels), _kinds(own), max(map(len, kept)))


def _order(form: Form) -> int:
    return form.rank


def _level_words(levels: Levels) -> dict[str, str]:
    pairs = [
        (word, level) for level in type(levels).model_fields for word in getattr(levels, level)
    ]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def _kinds(own: Gazetteer) -> tuple[tuple[str, PartyKind], ...]:
    pairs = [(ending, kind) for kind, endings in own.kinds for ending in endings]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


# --- departments: stem + ending ---


def _department_forms(departments: Departments) -> Iterator[tuple[str, Form]]:
    shorts = {full: (full, *short) for full, short in departments.endings}
    families = dict(departments.families)
    for family, stems in departments.stems:
        for stem, others in stems:
            yield from _stem_forms(stem, others, families[family], shorts)


def _stem_forms(
    stem: str, others: Iterable[str], family: Family, shorts: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, Form]]:
    for text, rank in _stems(stem, others):
        for ending in dict.fromkeys((*family.county, *family.city, *family.province)):
            levels = frozenset(
                level for level in _SLOTS.values() if ending in getattr(family, level)
            )
            usual = frozenset(
                level for level in _SLOTS.values() if ending == getattr(family, level)[0]
            )
            for form, at in zip(shorts[ending], (rank, max(rank, Rank.SHORT)), strict=False):
                if len(text) == 1 < len(form):
                    continue  # 外办, yet no 外办公室
                yield text + form, _department(stem + ending, at, levels, usual)
    for text, rank in _stems(stem, others):
        # Without an ending only short stems stand: 县发改, 县财政, yet hardly 县发展和改革.
        if len(text) > 1 and (rank is Rank.SHORT or (rank is Rank.FULL and len(text) == 2)):
            for level in _SLOTS.values():
                name = stem + getattr(family, level)[0]
                yield text, _department(name, Rank.ENDLESS, frozenset((level,)))


def _department(
    name: str, rank: Rank, levels: frozenset[str], usual: frozenset[str] = frozenset()
) -> Form:
    kind = PartyKind.INSTITUTION if name.endswith("中心") else PartyKind.ORGAN
    return Form("{}" + name, kind, rank, levels=levels, department=True, usual=usual)


def _stems(stem: str, others: Iterable[str]) -> Iterator[tuple[str, Rank]]:
    yield stem, Rank.FULL
    if "和" in stem:
        yield stem.replace("和", ""), Rank.FULL
    for other in others:
        yield other.rstrip("?"), Rank.LOOSE if other.endswith("?") else Rank.SHORT


# --- other bodies ---


def _party_forms(party: Pairs) -> Iterator[tuple[str, Form]]:
    for name, others in party:
        for text, rank in _named(name, others):
            form = Form("中共{}委" + name, PartyKind.ORGAN, rank)
            yield "委" + text, form
            yield from (_cut(f"中共{{}}委{text}", form), _cut(f"中共{{}}委员会{text}", form))
            if len(text) > 1 and text not in _NEED_COMMITTEE:
                yield text, _replaced(form, rank=max(rank, Rank.SHORT))


def _body_forms(bodies: Bodies) -> Iterator[tuple[str, Form]]:
    for kind in _KINDS:
        for name, others in getattr(bodies, kind):
            plain, levels = name, None
            for slot, level in _SLOTS.items():
                if slot in name:
                    plain, levels = name.replace(slot, "{}"), frozenset((level,))
            for text, rank in _named(plain.replace(BARE, "{}"), others):
                slot = "place" if "{}" in text else ""
                form = Form(plain, PartyKind(kind), rank, levels=levels, slot=slot)
                yield _cut(text, form)


def _zone_forms(zones: Pairs) -> Iterator[tuple[str, Form]]:
    for name, others in zones:
        for text, rank in _named(name, others):
            for end in _MANAGED:
                kind = PartyKind.ORGAN if end else PartyKind.PLACE
                yield text + end, Form(f"{{}}{name}管理委员会", kind, rank, slot="name")


def _centre_forms(centre: Centre) -> Iterator[tuple[str, Form]]:
    for kind in _KINDS:
        for name, others in getattr(centre, kind):
            for text, rank in _named(name, others):
                yield text, Form(name, PartyKind(kind), rank, slot="", region=CENTRE)


def _user_forms(own: Gazetteer) -> Iterator[tuple[str, Form]]:
    kinds = _kinds(own)
    for entry in own.units:
        name, *others = entry.split()
        kind = next((kind for end, kind in kinds if name.endswith(end)), PartyKind.UNKNOWN)
        places = leading_places(name)
        region = places[-1] if places else None
        for text in (name, *others):
            # 统计局 alone is that of its place only in a notice of that place.
            slot = "own" if region and region not in text else ""
            yield text, Form(name, kind, Rank.USER, slot=slot, region=region)
            if region:
                rest = text.removeprefix("".join(leading_places(text)))
                rest = rest[1:] if rest == text and region.endswith(text[:1]) else rest
                if len(rest) > 1:
                    yield rest, Form(name, kind, Rank.USER, region=region)


def _named(name: str, others: Iterable[str]) -> Iterator[tuple[str, Rank]]:
    yield name, Rank.FULL
    for other in others:
        yield other.rstrip("?"), Rank.LOOSE if other.endswith("?") else Rank.SHORT


def _cut(text: str, form: Form) -> tuple[str, Form]:
    head, _, tail = text.rpartition("{}")
    # 中共{}纪律检查委员会{}监察委员会 is one form of two places; the first is read.
    return tail, _replaced(form, head=head)


def _replaced(form: Form, *, rank: Rank | None = None, head: str | None = None) -> Form:
    return Form(
        form.name,
        form.kind,
        form.rank if rank is None else rank,
        form.head if head is None else head,
        form.levels,
        form.slot,
        form.region,
        form.department,
        form.usual,
    )
