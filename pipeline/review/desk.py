"""One document under review: as read, as corrected, as shown; and how it is corrected."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.corrections import (
    FOLDER,
    Corrected,
    CorrectedRow,
    Correction,
    Journal,
    Ledger,
    journal_path,
)
from pipeline.review.edits import RefusedError, StaleError, make_correction, touched
from pipeline.review.library import Library, Stored
from pipeline.review.names import KnownFiles
from pipeline.review.standing import Standing, to_standing
from pipeline.show import RowsView, Viewing

if TYPE_CHECKING:
    from pipeline.config import Settings

KEPT = 6  # documents held in memory


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as it stands: `version` counts its corrections."""

    stored: Stored
    corrections: tuple[Correction, ...]
    corrected: Corrected
    view: RowsView

    @property
    def version(self) -> int:
        return len(self.corrections)

    def state(self, key: str) -> CorrectedRow:
        """The row of that key. Raises KeyError when there is none."""
        for state in self.corrected.states:
            if state.ref.key == key:
                return state
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class _Open:
    """A document in memory: as it was read, its corrections laid over it, what is shown of it.

    `stamp` names the reading and the lists by which names are looked up.
    """

    stamp: tuple[object, ...]
    stored: Stored
    ledger: Ledger
    viewing: Viewing
    journal: Journal

    def shown(self, corrections: tuple[Correction, ...]) -> Shown:
        """The document with these corrections; costs what changed since the last time."""
        corrected = self.ledger.laid(corrections)
        return Shown(self.stored, corrections, corrected, self.viewing.view(corrected))


class Desk:
    """The documents under review; `who` is written into the corrections that are made here."""

    def __init__(self, library: Library, who: str, files: KnownFiles, settings: Settings) -> None:
        self.library = library
        self.who = who
        self._files = files
        self._settings = settings
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._shown: OrderedDict[str, tuple[object, Shown]] = OrderedDict()
        self._standings: dict[str, tuple[object, Standing]] = {}

    def open(self, doc_id: str) -> Shown:
        """The document as it stands on disk now. Raises KeyError when there is none."""
        with self._lock:
            mark = self._mark(doc_id)
            held = self._shown.get(doc_id)
            if held is None or held[0] != mark:
                with _no_collection():
                    there = self._loaded(doc_id)
                    held = (mark, there.shown(there.journal.read()))
                _keep(self._shown, doc_id, held)
                self._standings[doc_id] = (mark, to_standing(held[1].corrected, held[1].view))
            return held[1]

    def standings(self) -> dict[str, Standing]:
        """How the documents stand of which anything was said, after their corrections."""
        files = (self.library.out / FOLDER).glob("*.jsonl")
        spoken = {file.stem for file in files}
        return {
            doc_id: self._standing(doc_id) for doc_id in self.library.entries() if doc_id in spoken
        }

    def _standing(self, doc_id: str) -> Standing:
        held = self._standings.get(doc_id)
        if held is None or held[0] != self._mark(doc_id):
            self.open(doc_id)
        return self._standings[doc_id][1]

    def correct(self, doc_id: str, asked: dict[str, Any]) -> Shown:
        """Write down a correction, and give the document as it stands then.

        Raises KeyError (no such document or row), RefusedError (it makes no sense), StaleError
        (somebody else has changed the row since `asked["version"]`), OutputError (it is not on
        disk).
        """
        shown = self.open(doc_id)

        def make(there: tuple[Correction, ...]) -> Correction:
            now = shown if len(there) == shown.version else self._with(doc_id, there)
            require_fresh(now, asked)
            when = datetime.now(UTC).isoformat(timespec="seconds")
            said = (when, self.who)
            return make_correction(now.corrected, there, asked, said, now.stored.rows)

        with self._lock:
            journal = self._loaded(doc_id).journal
        journal.add(make)
        return self.open(doc_id)

    def _mark(self, doc_id: str) -> object:
        """Changes with every run and every correction: a line that is added makes a file longer."""
        stamp = self._stamp(doc_id)
        try:
            status = journal_path(self.library.out, doc_id).stat()
        except FileNotFoundError:
            return (stamp, 0, 0)
        return (stamp, status.st_size, status.st_mtime_ns)

    def _stamp(self, doc_id: str) -> tuple[object, ...]:
        return (self.library.reading(doc_id), self._files.stamp())

    def _loaded(self, doc_id: str) -> _Open:
        """The document as it was read last; the lock is held."""
        stamp = self._stamp(doc_id)
        held = self._open.get(doc_id)
        if held is None or held.stamp != stamp:
            stored = self.library.load(doc_id)
            journal = Journal(journal_path(self.library.out, doc_id))
            ledger = Ledger(stored.rows, self._files.known(self._settings))
            held = _Open(stamp, stored, ledger, Viewing(), journal)
            _keep(self._open, doc_id, held)
        return held

    def _with(self, doc_id: str, corrections: tuple[Correction, ...]) -> Shown:
        with self._lock:
            return self._loaded(doc_id).shown(corrections)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for garbage in the block: all that is made while a document is loaded stays.

    Searching it again and again would take a third of the time that a long one takes to open.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def require_fresh(now: Shown, asked: dict[str, Any]) -> None:
    """Raise StaleError when the row was changed by somebody who is not known to who asks.

    Raises RefusedError when the document was read anew since, so that its rows may be others.
    """
    if asked.get("reading") != now.stored.reading:
        raise RefusedError("此件已重新读取，行号可能变了：请刷新页面，草稿仍在。")
    version = asked.get("version")
    if not isinstance(version, int) or not 0 <= version <= now.version:
        raise RefusedError("页面与文件不是同一版，请刷新。")
    keys = {asked.get("row"), asked.get("other")} - {None, ""}
    news = [
        item
        for item in changes(now.corrections, version)
        if keys & touched(item, now.corrections, now.corrected)
    ]
    if news:
        raise StaleError(describe(news), now.version)


def changes(corrections: Sequence[Correction], version: int) -> tuple[Correction, ...]:
    """The corrections made after `version` of the document."""
    return tuple(corrections[version:])


def describe(news: Sequence[Correction]) -> str:
    """In words, what was changed: the last three."""
    said = [f"{item.who} {_WORDS[item.what]}" + _detail(item) for item in news[-3:]]
    return "；".join(said) + "。"


_WORDS = {
    "set": "更正了",
    "confirm": "核对了一行",
    "dismiss": "排除了一条疑点",
    "split": "拆分了一行",
    "join": "合并了两行",
    "undo": "撤销了一步",
}


def _detail(item: Correction) -> str:
    from pipeline.show.labels import COLUMN_LABELS, LETTER_LABELS

    if item.what != "set" or item.column is None:
        return ""
    label = {**LETTER_LABELS, **COLUMN_LABELS}[item.column]
    return f"{label}：「{_text(item.before)}」→「{_text(item.after)}」"


def _text(value: object) -> str:
    text = "、".join(map(str, value)) if isinstance(value, tuple) else str(value or "空白")
    return text if len(text) <= 40 else text[:39] + "…"


def _keep(held: OrderedDict[str, Any], key: str, value: Any) -> None:
    held[key] = value
    held.move_to_end(key)
    while len(held) > KEPT:
        held.popitem(last=False)
