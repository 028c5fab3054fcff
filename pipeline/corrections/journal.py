"""The file of a document's corrections: lines are added, none is ever changed.

`OUT/corrections/<doc_id>.jsonl`. A line is on disk before anybody is told so; writers hold a
lock on the file, so two of them cannot add to the same state.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipeline.corrections.records import Correction, correction_to_line, line_to_correction
from pipeline.errors import InputError, OutputError

FOLDER = "corrections"
_DOC_ID = re.compile(r"[0-9a-f]{64}")

Maker = Callable[[tuple[Correction, ...]], Correction]
"""Makes the next correction from those there are; may raise to refuse."""


def journal_path(out: Path, doc_id: str) -> Path:
    """The file of a document. Raises ValueError when `doc_id` is no SHA-256 in hex."""
    if not _DOC_ID.fullmatch(doc_id):
        raise ValueError("no such document")
    return out / FOLDER / f"{doc_id}.jsonl"


class Journal:
    """The file of one document's corrections.

    Lines are never changed, so those that were parsed are not parsed again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: tuple[bytes, tuple[Correction, ...]] = (b"", ())

    def read(self) -> tuple[Correction, ...]:
        """All corrections of the document, in the order they were made; none without a file.

        A last line without its line feed was never confirmed to anybody and does not count. Raises
        InputError when the file cannot be read or a line is no correction.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be read: {error.strerror}.", "Check its rights."
            ) from None
        return self._parsed(data)

    def add(self, make: Maker) -> Correction:
        """Add the correction that `make` makes of those there are; it is on disk on return.

        Raises what `make` raises, InputError as `read` does, and OutputError when the line cannot
        be written; the file is then as it was.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            return self._add(handle, make)
        finally:
            os.close(handle)

    def _add(self, handle: int, make: Maker) -> Correction:
        data = _read_all(handle)
        made = make(self._parsed(data))
        whole = data.rfind(b"\n") + 1  # what a killed writer left of a line goes
        line = correction_to_line(made).encode()
        try:
            os.ftruncate(handle, whole)
            if os.pwrite(handle, line, whole) != len(line):
                raise OSError(28, "the line was written in part")
            os.fsync(handle)
            _flush(self.path.parent)
            _flush(self.path.parent.parent)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(handle, whole)
            raise _unwritable(self.path, error) from error
        return made

    def _parsed(self, data: bytes) -> tuple[Correction, ...]:
        known, there = self._known
        if not data.startswith(known):
            known, there = b"", ()  # another file, or somebody mended a line by hand
        whole = data[: data.rfind(b"\n") + 1]
        found = (*there, *parse_corrections(whole[len(known) :], str(self.path), len(there) + 1))
        self._known = (whole, found)
        return found


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """All corrections of a document; as `Journal.read`."""
    return Journal(path).read()


def add_correction(path: Path, make: Maker) -> Correction:
    """Add a correction; as `Journal.add`."""
    return Journal(path).add(make)


def _read_all(handle: int) -> bytes:
    chunks, at = [], 0
    while chunk := os.pread(handle, 1 << 20, at):
        chunks.append(chunk)
        at += len(chunk)
    return b"".join(chunks)


def parse_corrections(data: bytes, name: str, first: int = 1) -> tuple[Correction, ...]:
    """The corrections in lines of a journal called `name`, which begin with its line `first`.

    Raises InputError when one is no correction.
    """
    found = []
    for number, line in enumerate(data.split(b"\n")[:-1], first):
        try:
            found.append(line_to_correction(line.decode("utf-8")))
        except ValueError as error:
            raise InputError(
                f"{name}, line {number} is no correction: {error}.",
                "Mend or remove that line; the others are whole.",
            ) from None
    return tuple(found)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path} cannot be written: {error.strerror}.", "Free space, or check its rights."
    )
