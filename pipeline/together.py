"""Files of a local folder put in place together: all or none, and lasting through a power loss."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_ASIDE = ".gongwen-"
_OLD = ".old"


@contextmanager
def together(folder: Path, last: str = "") -> Iterator[Path]:
    """A folder to make files in; at the end of the block they replace those in `folder`.

    Each file appears whole; `last` names the one that is put in place after all others. On any
    failure the old ones are put back. What killed runs left is removed. Raises OSError.
    """
    _remove_strays(folder)
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder))
    lock = os.open(aside, os.O_RDONLY)
    placed: list[str] = []
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield aside
        names = sorted(
            (path.name for path in aside.iterdir()), key=lambda name: (name == last, name)
        )
        for name in names:
            flush(aside / name)
        for name in names:
            _keep_old(folder / name, aside / f"{name}{_OLD}")
        for name in names:
            placed.append(name)
            os.replace(aside / name, folder / name)
        flush(folder)
    except BaseException:
        _put_back(folder, aside, placed)
        raise
    finally:
        os.close(lock)
        shutil.rmtree(aside, ignore_errors=True)


def flush(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, last through a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_old(path: Path, old: Path) -> None:
    with suppress(FileNotFoundError):
        try:
            os.link(path, old)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without hard links
            shutil.copy2(path, old)


def _remove_strays(folder: Path) -> None:
    """Remove what killed runs left; a run that is still writing holds the lock on its own."""
    for stray in folder.glob(f"{_ASIDE}*"):
        with suppress(OSError):
            lock = os.open(stray, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(stray, ignore_errors=True)
            finally:
                os.close(lock)


def _put_back(folder: Path, aside: Path, placed: Sequence[str]) -> None:
    for name in placed:
        old = aside / f"{name}{_OLD}"
        if old.exists():
            os.replace(old, folder / name)
        elif not (aside / name).exists():  # it was moved into place and nothing stood there before
            (folder / name).unlink(missing_ok=True)
