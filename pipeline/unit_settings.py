"""Settings of what is known of units: departments, other bodies, bodies of the centre, levels.

The tables of `configs/departments.toml`, `bodies.toml`, `centre.toml` and `gazetteer.toml`. They
are large, so each keeps its hash: what is built from them is built once.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.party import PartyKind

Level = Literal["province", "city", "county"]
BodyKind = Literal["organ", "association", "institution", "company"]


def _pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, dict) else value


def _no_blanks(pairs: Pairs) -> Pairs:
    for name, forms in pairs:
        if any(not form or form != "".join(form.split()) for form in (name, *forms)):
            raise ValueError(f"a blank in '{name}' or one of its forms")
    return pairs


Pairs = tuple[tuple[str, tuple[str, ...]], ...]
Table = Annotated[Pairs, BeforeValidator(_pairs), AfterValidator(_no_blanks)]
"""A TOML table of lists, kept as pairs in their order."""


class _Kept(BaseModel):
    """Frozen, strict about unknown keys, hashed once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, name) for name in type(self).model_fields))

    def __hash__(self) -> int:
        return self._hash


class Family(_Kept):
    """Endings of departments by level, the most usual first."""

    county: tuple[str, ...]
    city: tuple[str, ...]
    province: tuple[str, ...]


def _families(value: object) -> object:
    return tuple(value.items()) if isinstance(value, dict) else value


class Departments(_Kept):
    """Departments of governments: stems with their short stems, and endings by family and level."""

    endings: Table = Field((), description="endings in full, each with its short forms")
    families: Annotated[tuple[tuple[str, Family], ...], BeforeValidator(_families)] = ()
    stems: Annotated[
        tuple[tuple[str, Table], ...], BeforeValidator(_families), Field(description="by family")
    ] = ()


class Bodies(_Kept):
    """Bodies that are no departments: full forms with {} for the place, each with other forms."""

    party: Table = ()
    organ: Table = ()
    association: Table = ()
    institution: Table = ()
    company: Table = ()
    zones: Table = ()


class Centre(_Kept):
    """Bodies of the centre: names in full, each with other forms."""

    organ: Table = ()
    association: Table = ()
    institution: Table = ()
    company: Table = ()


class Levels(_Kept):
    """Words that end the names of places, by level."""

    province: tuple[str, ...] = ("省",)
    city: tuple[str, ...] = ("市",)
    county: tuple[str, ...] = ("县", "区")
    town: tuple[str, ...] = ("镇", "乡")


class Gazetteer(_Kept):
    """Units known beforehand, words of levels, and kinds by ending."""

    units: tuple[str, ...] = Field((), description="name in full, then its other forms, by blanks")
    levels: Levels = Levels()
    kinds: Annotated[
        tuple[tuple[PartyKind, tuple[str, ...]], ...],
        BeforeValidator(_pairs),
        Field(description="endings of names by kind"),
    ] = ()
