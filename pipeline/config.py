"""Settings from `configs/*.toml`, validated; an unknown key is an error.

Each section stands in a file of its name. A user's file has the same sections as tables
(`[ocr]`, `[headers.roles]` …) and is laid over the shipped values: tables are merged key by key,
values replaced, and the synonyms under `headers.roles` added to those that are there.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as SchemaError

from pipeline.errors import ConfigError

SECTIONS = (
    "limits",
    "route",
    "scan",
    "ocr",
    "tables",
    "headers",
    "names",
    "units",
    "letter",
    "checks",
)


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


class Scan(Section):
    """Rendering and preparation of page pictures."""

    dpi: float = Field(200, gt=0, description="resolution at which a page without one is rendered")
    max_skew: float = Field(5.0, ge=0, description="degrees")
    max_side: int = Field(6000, gt=0, description="longest side of a page picture, in pixels")


class Ocr(Section):
    """The recognition engine."""

    detection: str = "PP-OCRv6_small_det"
    recognition: str = "PP-OCRv6_small_rec"
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
    """Which printed header means which column of the contract."""

    roles: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


class Names(Section):
    """What a Chinese person's name may look like."""

    surnames: tuple[str, ...] = ()
    compound_surnames: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    roster: tuple[str, ...] = ()


class Units(Section):
    """How the names of organs and other bodies are made."""

    endings: tuple[str, ...] = ()
    collectives: tuple[str, ...] = ()


class Letter(Section):
    """Patterns of the letter's elements beyond those that GB/T 9704-2012 fixes."""

    secrecy: tuple[str, ...] = ("绝密", "机密", "秘密")
    urgency: tuple[str, ...] = ("特急", "加急", "特提", "平急")


class Checks(Section):
    """Thresholds of the checks."""

    low_score: float = Field(0.8, ge=0, le=1)
    repeated_sentence: int = Field(
        2, gt=0, description="times a sentence may stand in one cell, less one"
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
    letter: Letter = Letter()
    checks: Checks = Checks()

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
            values[section] = _read_toml(path)
    origin = str(base)
    if user_file is not None:
        values = _merge(values, _read_toml(user_file), ())
        origin = str(user_file)
    try:
        return Settings.model_validate(values)
    except SchemaError as error:
        raise ConfigError(
            f"{origin}: {_first_fault(error)}", "See configs/ for what there is."
        ) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The configuration {path} cannot be read: {error.strerror}.", "Check the path."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", "Mend that line.") from None


def _merge(base: dict[str, Any], over: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            merged[key] = _merge(old, value, (*path, key))
        elif path == ("headers", "roles") and isinstance(value, list) and isinstance(old, list):
            merged[key] = [*old, *(item for item in value if item not in old)]
        else:
            merged[key] = value
    return merged


def _first_fault(error: SchemaError) -> str:
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"unknown key '{key}'."
    return f"'{key}': {fault['msg']}."
