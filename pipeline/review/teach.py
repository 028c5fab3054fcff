"""What persons' corrections teach: names of people for a roster file, units for a gazetteer file.

Both are text, one name a line, and lines are only added; `gongwen run --roster FILE` reads them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.corrections import LIST_COLUMNS, Correction, still_held
from pipeline.corrections.records import Value
from pipeline.errors import OutputError, UsageError
from pipeline.roster_file import read_roster
from pipeline.write import write_text

Kind = Literal["roster", "gazetteer"]
KINDS: tuple[Kind, ...] = ("roster", "gazetteer")
_NAMES: dict[Kind, re.Pattern[str]] = {
    "roster": re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇·•・]{2,20}"),
    "gazetteer": re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇（）()·“”0-9A-Za-z]{2,60}"),
}
_ENDS_NAME = re.compile(r"[\s,，:：（(]")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A name that a person wrote: how often, and what had been read in its place."""

    name: str
    count: int
    read: str


def kind_of(column: str) -> Kind:
    """Whether a column of lists names people or units."""
    return "roster" if column == "leaders" else "gazetteer"


def lessons(corrections: Iterable[Correction], kind: Kind, known: set[str]) -> tuple[Lesson, ...]:
    """Names that persons wrote into lists, that were not read there and are not known yet."""
    counts: Counter[str] = Counter()
    reads: dict[str, str] = {}
    for column, after, read in _lists(still_held(corrections)):
        if kind_of(column) != kind:
            continue
        for name in after:
            if name not in read and name not in known and _NAMES[kind].fullmatch(name):
                counts[name] += 1
                reads.setdefault(name, "、".join(read) or "空白")
    return tuple(Lesson(name, count, reads[name]) for name, count in counts.most_common())


def known_names(path: Path, kind: Kind) -> tuple[str, ...]:
    """The names in a file, without posts and other forms; none without a file.

    Raises ConfigError when the roster cannot be read.
    """
    if not path.exists():
        return ()
    if kind == "roster":
        return tuple(_ENDS_NAME.split(entry, maxsplit=1)[0] for entry in read_roster(path))
    lines = (line.partition("#")[0].split() for line in path.read_text("utf-8-sig").splitlines())
    return tuple(words[0] for words in lines if words)


def learn(path: Path, names: Sequence[str], kind: Kind) -> int:
    """Add names to a text file, whole or not at all; the number of those that were new.

    Raises UsageError when the file is no text file, OutputError when it cannot be written.
    """
    if path.suffix.lower() in (".csv", ".toml"):
        raise UsageError(f"Names are added to text files only, not to {path.name}.")
    held = set(known_names(path, kind))
    fresh = [n for n in dict.fromkeys(names) if n not in held and _NAMES[kind].fullmatch(n)]
    if not fresh:
        return 0
    try:
        text = path.read_text("utf-8-sig") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{path} cannot be read: {error}.", "Save it as UTF-8.") from None
    if text and not text.endswith("\n"):
        text += "\n"
    write_text(text + "".join(f"{name}\n" for name in fresh), path)
    return len(fresh)


def _lists(
    corrections: Iterable[Correction],
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Column, what a person wrote and what had been read, of every corrected list."""
    for item in corrections:
        if item.what == "set":
            pairs = [(item.column or "", item.after, item.read)]
        else:
            read = {**_by_column(item.read), **_added(item)}
            written = [item.after] if item.what in ("confirm", "join") else list(item.parts)
            pairs = [
                (column, value, read.get(column))
                for values in written
                for column, value in _by_column(values).items()
            ]
        for column, after, before in pairs:
            if column in LIST_COLUMNS and isinstance(after, tuple):
                yield column, _names(after), _names(before)


def _added(item: Correction) -> dict[str, Value]:
    """What was read in both rows that were joined, for their lists."""
    one, two = _by_column(item.read), _by_column(item.read_other)
    return {
        column: (*_names(one.get(column)), *_names(value))
        for column, value in two.items()
        if column in LIST_COLUMNS
    }


def _by_column(values: object) -> dict[str, Value]:
    if isinstance(values, tuple) and values and isinstance(values[0], tuple):
        return dict(values)
    return {}


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()
