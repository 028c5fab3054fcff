"""A file of units known beforehand: names in full with their other forms (`--gazetteer FILE`).

Text or TSV: `岳阳县商务粮食局 商粮局 县商粮局`, the name in full first; after # is a remark. CSV
(`.csv`): the name in the column 全称, 名称, 单位 or name, else the first; other forms in 简称, 别名
or short, else the second. TOML (`.toml`): `units = ["岳阳县商务粮食局 商粮局"]`, or a table
`[gazetteer]` with it. Forms are parted by blanks or 、，；=. A name that begins with a place
belongs to that place alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.roster_file import read_text
from pipeline.toml_files import read_toml

_NAME_HEADS = ("全称", "名称", "单位", "单位名称", "单位全称", "name", "full")
_SHORT_HEADS = ("简称", "别名", "单位简称", "short", "shorts", "aliases")
_PARTS = re.compile(r"[\s、，,；;=＝|]+")
_UNIT = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇（）()·“”0-9A-Za-z]{2,60}")


def with_gazetteer(settings: Settings, path: Path | None) -> Settings:
    """`settings` with the units of the file before those of `gazetteer.units`; else as they are.

    Raises ConfigError when the file cannot be read or an entry is no name.
    """
    if path is None:
        return settings
    own = settings.gazetteer
    units = tuple(dict.fromkeys((*read_gazetteer(path), *own.units)))
    return settings.model_copy(update={"gazetteer": own.model_copy(update={"units": units})})


def read_gazetteer(path: Path) -> tuple[str, ...]:
    """The entries of a file of units: names in full, each followed by its other forms."""
    suffix = path.suffix.lower()
    if suffix == ".toml":
        found = _from_toml(read_toml(path), path)
    elif suffix == ".csv":
        found = list(_from_csv(read_text(path)))
    else:
        lines = (line.partition("#")[0] for line in read_text(path).splitlines())
        found = [_PARTS.split(line.strip()) for line in lines if line.strip()]
    entries = [[form for form in forms if form] for forms in found]
    for form in (form for forms in entries for form in forms):
        if not _UNIT.fullmatch(form):
            raise ConfigError(
                f"{path}: '{form}' is no name of a unit.",
                "Write one unit a line: its name in full, then its other forms, by blanks.",
            )
    return tuple(" ".join(dict.fromkeys(forms)) for forms in entries if forms)


def _from_csv(text: str) -> Iterator[Sequence[str]]:
    rows = [[field.strip() for field in row] for row in csv.reader(io.StringIO(text))]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    head = [field.lower() for field in rows[0]]
    name = next((at for at, field in enumerate(head) if field in _NAME_HEADS), None)
    short = next((at for at, field in enumerate(head) if field in _SHORT_HEADS), None)
    body = rows if name is None else rows[1:]
    at, beside = (0, 1) if name is None else (name, short)
    for row in body:
        others = row[beside] if beside is not None and beside < len(row) else ""
        if at < len(row) and row[at]:
            yield [row[at], *_PARTS.split(others)]


def _from_toml(values: dict[str, Any], path: Path) -> list[Sequence[str]]:
    inner = values.get("gazetteer", values)
    units = inner.get("units") if isinstance(inner, dict) else None
    if not isinstance(units, list) or not all(isinstance(entry, str) for entry in units):
        raise ConfigError(
            f"{path} has no list 'units' of names.", 'Write units = ["岳阳县商务粮食局 商粮局"].'
        )
    return [_PARTS.split(entry.strip()) for entry in units]
