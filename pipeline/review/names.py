"""Names to pick from while a list is corrected: those of the files, then the document's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.corrections import with_taught
from pipeline.review.teach import Kind, kind_of, known_names
from pipeline.show import RowsView

if TYPE_CHECKING:
    from pipeline.config import Settings

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name and where it is known from."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class KnownFiles:
    """The files of names: those that are read, and written when a person teaches."""

    roster: Path
    gazetteer: Path

    def path(self, kind: Kind) -> Path:
        return self.roster if kind == "roster" else self.gazetteer

    def known(self, settings: Settings) -> Settings:
        """`settings` with what the files hold. Raises ConfigError when one holds no names."""
        return with_taught(settings, self.roster, self.gazetteer)

    def stamp(self) -> tuple[int, ...]:
        """Changes whenever one of the files does."""
        return tuple(
            path.stat().st_mtime_ns if path.exists() else 0
            for path in (self.roster, self.gazetteer)
        )


def suggest(
    query: str, column: str, view: RowsView, files: KnownFiles, settings: Settings
) -> tuple[Suggestion, ...]:
    """Names that hold the query's characters in their order; those that begin with it first."""
    kind = kind_of(column)
    found: dict[str, str] = {}
    for name, origin in _sources(kind, view, files, settings):
        if _holds(name, query):
            found.setdefault(name, origin)
    ranked = sorted(found, key=lambda name: (not name.startswith(query), query not in name))
    return tuple(Suggestion(name, found[name]) for name in ranked[:SHOWN])


def _sources(
    kind: Kind, view: RowsView, files: KnownFiles, settings: Settings
) -> Iterator[tuple[str, str]]:
    label = "名册" if kind == "roster" else "单位库"
    yield from ((name, label) for name in known_names(files.path(kind), kind))
    yield from ((name, label) for name in _configured(kind, settings))
    counts: Counter[str] = Counter()
    for row in view.rows:
        for item in row.fields:
            if item.is_list and kind_of(item.column) == kind:
                counts.update(item.items)
    yield from ((name, f"本件 {count} 处") for name, count in counts.most_common())


def _configured(kind: Kind, settings: Settings) -> Iterable[str]:
    if kind == "roster":
        return (entry.split()[0] for entry in settings.names.roster)
    return (entry.split()[0] for entry in settings.gazetteer.units)


def _holds(name: str, query: str) -> bool:
    """Whether the query's characters stand in the name in that order (发改局: 发展和改革局)."""
    rest = iter(name)
    return all(character in rest for character in query)
