"""What a run has written, document by document, as the review page needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batch.compaction import Listed, compacted_id, listing, listing_id, read_part
from pipeline.batch.places import Place
from pipeline.batch.recipe import recipe_of
from pipeline.batch.state import load_state
from pipeline.corrections import DocumentRows, records_to_bundle
from pipeline.errors import InputError, UsageError
from pipeline.outputs import load_letters
from pipeline.row_types import CellRow
from pipeline.show.paper import PageInfo, record_to_pages
from pipeline.write import MANIFEST_NAME

if TYPE_CHECKING:
    from pipeline.config import Settings

_SHORTEST = 6  # digits that name a document


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of documents, as they were read. `letter` are its elements by name.

    `doubts` are findings that are warnings or worse, `flagged` the tasks they put in doubt.
    """

    listed: Listed
    letter: Mapping[str, Any]

    @property
    def doc_id(self) -> str:
        return self.listed.info.doc_id

    @property
    def name(self) -> str:
        return self.listed.names[0]

    @property
    def doubts(self) -> int:
        return sum(n for severity, n in self.listed.info.findings if severity != "info")


@dataclass(frozen=True, slots=True)
class Stored:
    """One document as it was read, before any correction.

    `source` is its path as given, `files` are all paths at which its bytes may lie. `cells` are
    the records of its cells as they were written. `reading` changes when it was read anew: then a
    row's key may mean another row.
    """

    doc_id: str
    reading: str
    source: str
    files: tuple[str, ...]
    letter: Mapping[str, Any]
    rows: DocumentRows
    cells: Sequence[Mapping[str, Any]]
    pages: tuple[PageInfo, ...]

    def cells_on(self, page: int) -> list[CellRow]:
        """The cells whose first part stands on a page."""
        return [
            CellRow(**{**record, "pages": tuple(record["pages"])})
            for record in self.cells
            if record["page"] == page
        ]


class Library:
    """The documents of an output folder on this machine.

    Raises UsageError for an address elsewhere, InputError when no run has written there.
    """

    def __init__(self, out: str, settings: Settings) -> None:
        self.place = Place(out)
        if not self.place.local:
            raise UsageError("Only a folder on this machine can be reviewed.", "Copy it here.")
        self.out: Path = self.place.folder
        self._recipe = recipe_of(settings).id
        self._entries: dict[str, Entry] = {}
        self._unread: tuple[Entry, ...] = ()
        self._read_at: int | None = None
        self.entries()

    def entries(self) -> dict[str, Entry]:
        """The documents by doc_id, in the order of their names; anew when tables were made anew."""
        stamp = self.stamp()
        if stamp != self._read_at:
            letters = load_letters(self.out)
            listed = self._listed()
            self._entries = {
                item.info.doc_id: Entry(item, letters.get(item.info.doc_id, {}))
                for item in listed
                if item.info.doc_id
            }
            self._unread = tuple(Entry(item, {}) for item in listed if not item.info.doc_id)
            self._read_at = stamp
        return self._entries

    def unread(self) -> tuple[Entry, ...]:
        """The files that could not be opened at all: nothing is known of them but why."""
        self.entries()
        return self._unread

    def stamp(self) -> int:
        """Changes whenever a run has made the tables anew."""
        try:
            return (self.out / MANIFEST_NAME).stat().st_mtime_ns
        except OSError:
            raise InputError(
                f"{self.out} holds no tables.", "Name a folder that `gongwen run` has written."
            ) from None

    def load(self, doc_id: str) -> Stored:
        """All rows of one document. Raises KeyError when there is none."""
        entry = self.entries()[doc_id]
        part = read_part(self.place, entry.listed.info)
        letter = part.rows["documents"][0] if part.rows["documents"] else {}
        return Stored(
            doc_id,
            self.reading(doc_id),
            entry.name,
            (entry.listed.info.key, *entry.listed.names),
            letter,
            records_to_bundle(part.rows),
            part.rows["cells"],
            record_to_pages(part.record),
        )

    def reading(self, doc_id: str) -> str:
        """Names the reading of a document that is there now. Raises KeyError, InputError."""
        info = self.entries()[doc_id].listed.info
        try:
            return f"{info.recipe}-{(self.out / info.path).stat().st_mtime_ns}"
        except OSError as error:
            raise InputError(
                f"{self.out / info.path} cannot be read: {error.strerror}.", "Run it again."
            ) from None

    def find(self, wanted: str) -> str:
        """The `doc_id` that `wanted` means: its first digits, or the document's path or name.

        Raises UsageError when it means none or several.
        """
        entries = self.entries()
        found = [
            doc_id
            for doc_id, entry in entries.items()
            if any(wanted in (name, Path(name).name) for name in entry.listed.names)
        ] or [
            doc_id for doc_id in entries if len(wanted) >= _SHORTEST and doc_id.startswith(wanted)
        ]
        if len(found) != 1:
            names = ", ".join(entries[doc_id].name for doc_id in found[:5])
            what = f"means several documents: {names}" if found else "is no document here"
            raise UsageError(f"'{wanted}' {what}.", "Give its path, or more digits of its doc_id.")
        return found[0]

    def tables_are_stale(self) -> bool:
        """Whether corrections were made since the tables were."""
        return listing_id(self._listed()) != compacted_id(self.place)

    def _listed(self) -> list[Listed]:
        return listing(load_state(self.place), self._recipe)
