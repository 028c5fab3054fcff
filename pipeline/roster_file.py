"""A file of persons known beforehand: one a line, with a post or without (`--roster FILE`).

Text: `王建国`, `王建国 副县长` or `王建国（副县长）`; after # is a remark. CSV (`.csv`):
the name in the column 姓名 or name, else the first; the post in 职务 or post, else the second.
TOML (`.toml`): `roster = ["王建国 副县长"]`, or a table `[names]` with it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.toml_files import read_toml

_NAME_HEADS, _POST_HEADS = ("姓名", "名字", "领导", "name"), ("职务", "职位", "post", "title")
_PERSON = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇·•・]{2,20}")
_ENDS_NAME = re.compile(r"[\s,，:：（(]")


def with_roster(settings: Settings, path: Path | None) -> Settings:
    """`settings` with the persons of the file added to `names.roster`; as they are without a file.

    Raises ConfigError when the file cannot be read or a line names nobody.
    """
    if path is None:
        return settings
    names = settings.names
    roster = tuple(dict.fromkeys((*names.roster, *read_roster(path))))
    return settings.model_copy(update={"names": names.model_copy(update={"roster": roster})})


def read_roster(path: Path) -> tuple[str, ...]:
    """The entries of a roster file: names, each followed by its post where it has one."""
    suffix = path.suffix.lower()
    if suffix == ".toml":
        found = _from_toml(read_toml(path), path)
    else:
        text = read_text(path)
        found = list(_from_csv(text) if suffix == ".csv" else _from_lines(text))
    for entry in found:
        if not _PERSON.fullmatch(_ENDS_NAME.split(entry, maxsplit=1)[0]):
            raise ConfigError(
                f"{path}: '{entry}' is no name of a person.", "Write one person a line."
            )
    return tuple(found)


def read_text(path: Path) -> str:
    """The text of a list that a user keeps, in UTF-8 or GB 18030. Raises ConfigError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"The list {path} cannot be read: {error.strerror}.", "Check the path."
        ) from None
    # Spreadsheets of Chinese Windows write CSV in GB 18030.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(f"{path} is no text file.", "Save it as UTF-8.")


def _from_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        entry = line.partition("#")[0].strip()
        if entry:
            yield entry


def _from_csv(text: str) -> Iterator[str]:
    rows = [[field.strip() for field in row] for row in csv.reader(io.StringIO(text))]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    head = [field.lower() for field in rows[0]]
    name = next((at for at, field in enumerate(head) if field in _NAME_HEADS), None)
    post = next((at for at, field in enumerate(head) if field in _POST_HEADS), None)
    body = rows if name is None else rows[1:]
    at, beside = (0, 1) if name is None else (name, post)
    for row in body:
        extra = row[beside] if beside is not None and beside < len(row) else ""
        if at < len(row) and row[at]:
            yield f"{row[at]} {extra}".strip()


def _from_toml(values: dict[str, Any], path: Path) -> list[str]:
    names = values.get("names", values)
    roster = names.get("roster") if isinstance(names, dict) else None
    if not isinstance(roster, list) or not all(isinstance(entry, str) for entry in roster):
        raise ConfigError(f"{path} has no list 'roster' of names.", 'Write roster = ["王建国"].')
    return [entry.strip() for entry in roster]
