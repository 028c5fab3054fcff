"""Writes the tables of a run: all files or none, and the same bytes for the same readings."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.contract import Contract
from pipeline.errors import OutputError
from pipeline.model import Reading
from pipeline.rows import (
    assignment_rows,
    cell_rows,
    document_row,
    finding_rows,
    place_rows,
    task_rows,
)
from pipeline.schema import ASSIGNMENTS, CELLS, CONTRACTS, DOCUMENTS, FINDINGS, PLACES, TASKS

# The tables that are written for spreadsheets too.
CSV_NAMES = {TASKS: "tasks.csv", ASSIGNMENTS: "assignments.csv"}
MANIFEST_NAME = "manifest.json"
LIST_MARK = "、"
_ROW_GROUP = 65_536
_ASIDE = ".gongwen-"

# What a spreadsheet may take for the start of a formula, also in full width, and control
# characters that it skips before it looks.
_FORMULA = re.compile(r"[\s\x00\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n\x00]")
# A signed number or a lone dash is what it looks like, in any spreadsheet.
_HARMLESS = re.compile(r"[-+－＋]?[0-9][0-9,]*(\.[0-9]+)?[%％]?|[-－]")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, with its number of rows."""

    name: str
    rows: int


def contract_tables(readings: Sequence[Reading], fingerprint: str) -> tuple[pa.Table, ...]:
    """The Arrow tables of the contract, in the order of `schema.CONTRACTS`."""
    rows: dict[Contract, list[tuple[object, ...]]] = {
        TASKS: [row for reading in readings for row in task_rows(reading)],
        DOCUMENTS: [document_row(reading, __version__, fingerprint) for reading in readings],
        CELLS: [row for reading in readings for row in cell_rows(reading)],
        FINDINGS: [row for reading in readings for row in finding_rows(reading)],
        ASSIGNMENTS: [row for reading in readings for row in assignment_rows(reading)],
        PLACES: [row for reading in readings for row in place_rows(reading)],
    }
    return tuple(contract.table(rows[contract]) for contract in CONTRACTS)


def write_outputs(
    readings: Sequence[Reading], folder: Path, fingerprint: str, manifest: str
) -> tuple[Written, ...]:
    """Write the tables, some as CSV too, and the manifest (JSON text) into `folder`.

    Raises OutputError when the folder cannot be written; what earlier runs left is then as it
    was, else it is replaced.
    """
    tables = dict(zip(CONTRACTS, contract_tables(readings, fingerprint), strict=True))
    writers: dict[str, Callable[[Path], None]] = {
        f"{contract.name}.parquet": _parquet_writer(table) for contract, table in tables.items()
    }
    writers.update({name: _csv_writer(tables[contract]) for contract, name in CSV_NAMES.items()})
    writers[MANIFEST_NAME] = lambda path: _write_text(manifest, path)
    with _writing(f"output folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        _write_together(folder, writers)
    counts = {f"{contract.name}.parquet": table.num_rows for contract, table in tables.items()}
    counts.update({name: tables[contract].num_rows for contract, name in CSV_NAMES.items()})
    return tuple(Written(name, rows) for name, rows in counts.items())


def require_writable(folder: Path) -> None:
    """Raise OutputError unless files can be made in `folder`; makes the folder."""
    with _writing(f"output folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def write_text(text: str, path: Path) -> None:
    """Write `text` as UTF-8 to `path`, whole or not at all; raises OutputError."""
    with _writing(f"file {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_together(path.parent, {path.name: lambda part: _write_text(text, part)})


def write_csv(table: pa.Table, path: Path) -> None:
    """Write `table` as CSV that a spreadsheet opens: UTF-8 with a byte-order mark, lists joined.

    A value that would run as a formula gets an apostrophe before it; plain numbers stay.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(table.column_names)
        for batch in table.to_batches(max_chunksize=1024):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                writer.writerow([harmless(_csv_text(value)) for value in row])


def harmless(text: str) -> str:
    """`text` such that no spreadsheet runs it."""
    if _FORMULA.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def _csv_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        if value and isinstance(value[0], tuple):
            return json.dumps(dict(value), ensure_ascii=False)
        return LIST_MARK.join(str(item) for item in value)
    return str(value)


def _parquet_writer(table: pa.Table) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP)

    return write


def _csv_writer(table: pa.Table) -> Callable[[Path], None]:
    return lambda path: write_csv(table, path)


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_together(folder: Path, writers: dict[str, Callable[[Path], None]]) -> None:
    """Write every file aside, then put all in place; on any failure put the old ones back."""
    _remove_strays(folder)
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder))
    lock = os.open(aside, os.O_RDONLY)
    placed: list[str] = []
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name, write in writers.items():
            write(aside / name)
            _flush(aside / name)
        for name in writers:
            if (folder / name).exists():
                shutil.copy2(folder / name, aside / f"{name}.old")
        for name in writers:
            placed.append(name)
            os.replace(aside / name, folder / name)
        _flush(folder)
    except BaseException:
        _put_back(folder, aside, placed)
        raise
    finally:
        os.close(lock)
        shutil.rmtree(aside, ignore_errors=True)


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
        old = aside / f"{name}.old"
        if old.exists():
            os.replace(old, folder / name)
        elif not (aside / name).exists():  # it was moved into place and nothing stood there before
            (folder / name).unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _writing(target: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"The {target} cannot be written: {reason}.",
            "Name another with -o, or free space and permissions.",
        ) from error
