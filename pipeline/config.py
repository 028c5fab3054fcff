"""Settings from `configs/*.toml`, validated; an unknown key is an error.

Each section stands in a file of its name. A user's file has the same sections as tables
(`[ocr]`, `[headers.roles]` …) and is laid over the shipped values: tables are merged key by key,
values replaced, and the synonyms under `headers.roles` added to those that are there.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic import ValidationError as SchemaError

from pipeline.doubt_settings import Doubt
from pipeline.errors import ConfigError
from pipeline.toml_files import merge, read_toml
from pipeline.unit_settings import Bodies, Centre, Departments, Gazetteer

SECTIONS = (
    "limits",
    "route",
    "scan",
    "ocr",
    "tables",
    "headers",
    "names",
    "units",
    "departments",
    "bodies",
    "centre",
    "gazetteer",
    "letter",
    "checks",
    "doubt",
)

# The columns of `tasks.parquet` that a printed header can mean.
TEXT_ROLES = (
    "serial",
    "category",
    "name",
    "superior_measures",
    "local_measures",
    "deadline",
    "remark",
)
LIST_ROLES = ("leaders", "lead_units", "units")
ROLES = TEXT_ROLES + LIST_ROLES


class Section(BaseModel):
    """Base of the sections: frozen, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Section):
    """What an input may be at most, so that one file cannot take the machine."""

    pages: int = Field(5000, gt=0)
    page_side_points: float = Field(7200, gt=0, description="longest side of a page, in points")
    image_pixels: int = Field(120_000_000, gt=0)
    file_bytes: int = Field(1_073_741_824, gt=0)


class RouteRules(Section):
    """When the text layer of a PDF page is believed."""

    min_characters: int = Field(8, ge=0, description="fewer on a page with a full-page image: scan")
    image_cover: float = Field(
        0.6, gt=0, le=1, description="share of the page that makes it a scan"
    )
    odd_share: float = Field(0.05, ge=0, le=1, description="share of unmapped characters allowed")
    text_share: float = Field(
        0.02, ge=0, le=1, description="share of the page under text; less over a picture: scan"
    )
    latin_share: float = Field(
        0.3, ge=0, le=1, description="share of accented Latin letters from which text is garbled"
    )
    common_share: float = Field(
        0.75, ge=0, le=1, description="share of everyday characters among the Chinese ones"
    )


class Scan(Section):
    """Rendering and preparation of page pictures."""

    dpi: float = Field(200, gt=0, description="resolution at which a page without one is rendered")
    max_skew: float = Field(6.0, ge=0, description="degrees")
    max_side: int = Field(6000, gt=0, description="longest side of a page picture, in pixels")


class Ocr(Section):
    """The recognition engine."""

    detection: str = "PP-OCRv6_small_det"
    recognition: str = "PP-OCRv6_small_rec"
    quick: str = Field("PP-OCRv6_tiny_rec", description="reads all lines first")
    quick_sure: float = Field(
        0.95, ge=0, le=1, description="a line with a less certain character is read again"
    )
    threads: int = Field(2, gt=0)
    batch: int = Field(8, gt=0)
    detection_side: int = Field(
        1600, gt=0, description="longest side given to detection, in pixels"
    )


class Tables(Section):
    """Recovery of tables from rulings; lengths are in multiples of the median character height."""

    snap: float = Field(0.35, gt=0, description="rulings nearer than this are one")
    min_rows: int = Field(2, gt=0)
    min_columns: int = Field(2, gt=0)


class Headers(Section):
    """Which printed header means which column of the contract; see `configs/headers.toml`."""

    roles: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    what: tuple[str, ...] = Field((), description="a task table has one of these roles …")
    who: tuple[str, ...] = Field((), description="… and one of these")
    fallback: dict[str, str] = Field(
        default_factory=dict, description="role that a second column of the same role takes"
    )
    refused: tuple[str, ...] = Field((), description="headers that no task table has")

    @field_validator("what", "who", "fallback")
    @classmethod
    def _roles_exist(cls, names: Any) -> Any:
        for name in (*names, *(names.values() if isinstance(names, dict) else ())):
            check_role(name)
        return names

    @field_validator("roles")
    @classmethod
    def _patterns_compile(cls, roles: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for role, entries in roles.items():
            check_role(role)
            for entry in entries:
                check_pattern(entry, f"role '{role}'")
        return roles

    @field_validator("refused")
    @classmethod
    def _refusals_compile(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        for entry in entries:
            check_pattern(entry, "refused headers")
        return entries


def check_role(name: str) -> None:
    """ValueError when `name` is no column that a printed header can mean."""
    if name not in ROLES:
        raise ValueError(f"unknown role '{name}'; there are {', '.join(ROLES)}")


def check_pattern(entry: str, where: str) -> None:
    """ValueError when an entry between slashes is not a regular expression."""
    if len(entry) > 2 and entry.startswith("/") and entry.endswith("/"):
        try:
            re.compile(entry[1:-1])
        except re.error as error:
            raise ValueError(f"{where}: {entry} is no regular expression: {error}") from None


class Names(Section):
    """What a Chinese person's name may look like."""

    surnames: tuple[str, ...] = Field((), description="rows of characters, most frequent first")
    compound_surnames: tuple[str, ...] = ()
    given: tuple[str, ...] = Field((), description="rows of characters frequent in given names")
    parts_of_names: tuple[str, ...] = Field((), description="of two characters, of Tibetan names")
    posts: tuple[str, ...] = ()
    post_parts: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    roster: tuple[str, ...] = Field((), description="persons, each with a post or without")
    variants: tuple[str, ...] = Field((), description="a character, then its other forms")
    lookalikes: tuple[str, ...] = Field((), description="a character, then what looks like it")


class Units(Section):
    """How the names of organs and other bodies are made."""

    endings: tuple[str, ...] = ()
    collectives: tuple[str, ...] = ()


class Letter(Section):
    """Words by which the letter's elements are known (GB/T 9704-2012 clause 7)."""

    secrecy: tuple[str, ...] = ("绝密", "机密", "秘密")
    urgency: tuple[str, ...] = ("特急", "加急", "特提", "平急")
    genres: tuple[str, ...] = Field(("通知",), description="kinds of notice that end a title")
    organs: tuple[str, ...] = Field(("政府",), description="endings of the names of organs")


class Checks(Section):
    """Thresholds of the checks; see `configs/checks.toml`."""

    low_score: float = Field(0.8, ge=0, le=1, description="a lower score puts a cell in doubt")
    repeated_sentence: int = Field(
        2, gt=1, description="times a sentence stands in one cell when it is in doubt"
    )
    sentence_characters: int = Field(10, gt=0, description="shorter sentences may repeat")
    repeated_clause: int = Field(
        3, gt=1, description="times a clause between commas stands in one cell when in doubt"
    )
    clause_characters: int = Field(7, gt=0, description="shorter clauses may repeat")
    filled_share: float = Field(
        0.8, gt=0, le=1, description="share of rows with a value that makes a blank cell a doubt"
    )
    min_rows: int = Field(3, gt=0, description="rows from which shares mean something")
    ended_share: float = Field(
        0.85, gt=0, le=1, description="share of texts with a final stop that makes its lack a doubt"
    )
    name_characters: str = Field(
        "", description="outside GB/T 2312, yet usual in names of persons: no doubt on a scan"
    )


class Settings(Section):
    """All settings of a run."""

    limits: Limits = Limits()
    route: RouteRules = RouteRules()
    scan: Scan = Scan()
    ocr: Ocr = Ocr()
    tables: Tables = Tables()
    headers: Headers = Headers()
    names: Names = Names()
    units: Units = Units()
    departments: Departments = Departments()
    bodies: Bodies = Bodies()
    centre: Centre = Centre()
    gazetteer: Gazetteer = Gazetteer()
    letter: Letter = Letter()
    checks: Checks = Checks()
    doubt: Doubt = Doubt()

    def fingerprint(self) -> str:
        """SHA-256 over all values, hex; equal for equal settings whatever the files look like."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def config_dir() -> Path:
    """The folder of the shipped configuration: beside the package in a checkout, else inside it."""
    package = Path(__file__).resolve().parent
    for folder in (package.parent / "configs", package / "_configs"):
        if (folder / "headers.toml").is_file():
            return folder
    raise ConfigError("The shipped configuration is missing.", "Install the package again.")


def load_settings(user_file: Path | None = None, folder: Path | None = None) -> Settings:
    """Read the shipped sections, lay the user's file over them and validate.

    Raises ConfigError with the file, the key and what is wrong.
    """
    base = folder or config_dir()
    values: dict[str, Any] = {}
    for section in SECTIONS:
        path = base / f"{section}.toml"
        if path.is_file():
            values[section] = read_toml(path)
    origin = str(base)
    if user_file is not None:
        values = merge(values, read_toml(user_file), ())
        origin = str(user_file)
    try:
        return Settings.model_validate(values)
    except SchemaError as error:
        raise ConfigError(
            f"{origin}: {_first_fault(error)}", "See configs/ for what there is."
        ) from None


def _first_fault(error: SchemaError) -> str:
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"unknown key '{key}'."
    told = fault["msg"].removeprefix("Value error, ").replace("valid tuple", "list")
    return f"'{key}': {told}."
