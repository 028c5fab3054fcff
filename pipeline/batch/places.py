"""Where documents come from and results go to: a local path, `s3://…`, `hdfs://…`.

One small interface over pyarrow's file systems. What is written to a place appears whole or not at
all: on a disk it is written aside, flushed, renamed, and the folder flushed; an object store shows
an object only when its upload is complete; HDFS renames.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from pipeline.errors import OutputError, UsageError

ASIDE = ".aside"
"""Folder of a local place in which files are made; what stands there between runs is waste."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or object: its path below the place, bytes, time of change in ns since 1970."""

    path: str
    size: int
    mtime_ns: int


def is_uri(text: str) -> bool:
    """Whether `text` names a place on another file system, such as `s3://bucket/folder`."""
    scheme = urlsplit(text).scheme
    return "://" in text and len(scheme) > 1


class Place:
    """A folder on any file system, by its path or URI; pickled by that alone.

    Endpoint, region and credentials of an object store come from the usual environment variables
    (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID` …) or from the URI
    (`s3://bucket/folder?endpoint_override=localhost:9000&scheme=http`). Raises UsageError when the
    URI cannot be used.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.local = not is_uri(address)
        if not self.local and urlsplit(address).scheme not in ("s3", "hdfs", "viewfs", "file"):
            raise UsageError(
                f"{self.name}: this kind of address is not known.",
                "Give a path, s3://BUCKET/FOLDER or hdfs://HOST:PORT/FOLDER.",
            )

    def __reduce__(self) -> tuple[type[Place], tuple[str]]:
        return type(self), (self.address,)

    @property
    def name(self) -> str:
        """The address as it is shown: without parameters and credentials."""
        if self.local:
            return self.address
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def scheme(self) -> str:
        """`s3`, `hdfs` …; empty for a local path."""
        return "" if self.local else urlsplit(self.address).scheme

    @property
    def folder(self) -> Path:
        """The local folder; only where `local`."""
        return Path(self.address)

    @cached_property
    def _system(self) -> tuple[fs.FileSystem, str]:
        if self.local:
            return fs.LocalFileSystem(), str(Path(self.address).absolute())
        try:
            system, path = fs.FileSystem.from_uri(self.address)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise UsageError(
                f"{self.name} cannot be used: {_first_line(error)}", "Check the address."
            ) from None
        return system, path.rstrip("/")

    def entries(self, below: str = "", *, recursive: bool = True) -> list[Entry]:
        """The files below a folder of the place, sorted by path; none where there is none."""
        system, base = self._system
        start = _join(base, below)
        with _failing(self.name):
            found = system.get_file_info(
                fs.FileSelector(start, allow_not_found=True, recursive=recursive)
            )
        skip = len(base) + 1
        files = (info for info in found if info.type == fs.FileType.File)
        return sorted(
            (Entry(info.path[skip:], info.size, info.mtime_ns or 0) for info in files),
            key=lambda entry: entry.path,
        )

    def entry(self, path: str = "") -> Entry | None:
        """The file at `path`, or None where there is none (or a folder)."""
        system, base = self._system
        with _failing(self.name):
            info = system.get_file_info(_join(base, path))
        if info.type != fs.FileType.File:
            return None
        return Entry(path, info.size, info.mtime_ns or 0)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError (FileNotFoundError where there is none)."""
        if self.local:
            return (self.folder / path).read_bytes()
        with self.stream(path) as stream:
            return bytes(stream.read())

    def stream(self, path: str = "") -> pa.NativeFile:
        """A file opened for reading from its start. Raises OSError."""
        system, base = self._system
        return system.open_input_stream(_join(base, path))

    def open(self, path: str) -> pa.NativeFile:
        """A file opened for reading anywhere in it. Raises OSError."""
        system, base = self._system
        return system.open_input_file(_join(base, path))

    def write(self, path: str, data: bytes) -> Entry:
        """Write a file whole or not at all. Raises OutputError when it cannot be."""
        with _failing(f"{self.name}/{path}"):
            if self.local:
                return self._write_local(path, data)
            self._write_remote(path, data)
        return self.entry(path) or Entry(path, len(data), 0)

    def upload(self, file: Path, path: str) -> None:
        """Put a local file in place, whole or not at all. Raises OutputError when it cannot be."""
        system, base = self._system
        target = _join(base, path)
        with _failing(f"{self.name}/{path}"):
            shown = target if self.scheme == "s3" else f"{target}.{ASIDE}"
            fs.copy_files(
                str(file.absolute()),
                shown,
                source_filesystem=fs.LocalFileSystem(),
                destination_filesystem=system,
            )
            if shown != target:
                system.move(shown, target)

    def remove(self, path: str) -> None:
        """Remove a file if it is there."""
        system, base = self._system
        with _failing(self.name), suppress(FileNotFoundError):
            system.delete_file(_join(base, path))

    def prepare(self) -> None:
        """Make the folder, prove that it can be written, clear what dead runs left aside.

        Raises OutputError when it cannot be written. Call it under the lock of the place.
        """
        if self.local:
            with _failing(self.name):
                (self.folder / ASIDE).mkdir(parents=True, exist_ok=True)
                for stray in (self.folder / ASIDE).iterdir():
                    stray.unlink(missing_ok=True)
                with tempfile.TemporaryFile(dir=self.folder):
                    pass
        else:
            self.write(".probe", b"")
            self.remove(".probe")

    def _write_local(self, path: str, data: bytes) -> Entry:
        target = self.folder / path
        # Workers on many machines share the folder, and may share the number of their process.
        aside = self.folder / ASIDE / uuid.uuid4().hex
        aside.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            flush_folder(target.parent.parent)
        try:
            with aside.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
                status = os.fstat(stream.fileno())
            os.replace(aside, target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        flush_folder(target.parent)
        return Entry(path, status.st_size, status.st_mtime_ns)

    def _write_remote(self, path: str, data: bytes) -> None:
        system, base = self._system
        target = _join(base, path)
        if self.scheme == "s3":
            # The data go in one piece: nothing can stop between the first byte and the last but
            # the end of this process, and then the upload is never completed.
            with system.open_output_stream(target) as stream:
                stream.write(data)
            return
        aside = f"{target}.{uuid.uuid4().hex}{ASIDE}"
        system.create_dir(target.rpartition("/")[0], recursive=True)
        with system.open_output_stream(aside) as stream:
            stream.write(data)
        system.move(aside, target)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _failing(target: str) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or _first_line(error)
        raise OutputError(
            f"{target} cannot be used: {reason}.", "Free space, or check address and permissions."
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _join(base: str, path: str) -> str:
    return f"{base}/{path}" if path else base
