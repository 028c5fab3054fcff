"""Writes the tables of a run: all files or none, and the same bytes for the same readings."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

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
from pipeline.together import together

# The tables that are written for spreadsheets too.
CSV_NAMES = {TASKS: "tasks.csv", ASSIGNMENTS: "assignments.csv"}
MANIFEST_NAME = "manifest.json"
LIST_MARK = "、"
_ROW_GROUP = 65_536

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


def contract_rows(
    reading: Reading, fingerprint: str
) -> tuple[tuple[Contract, Iterable[tuple[object, ...]]], ...]:
    """The rows of one reading in every table, in the order of `schema.CONTRACTS`."""
    return (
        (TASKS, task_rows(reading)),
        (DOCUMENTS, [document_row(reading, __version__, fingerprint)]),
        (CELLS, cell_rows(reading)),
        (FINDINGS, finding_rows(reading)),
        (ASSIGNMENTS, assignment_rows(reading)),
        (PLACES, place_rows(reading)),
    )


def contract_tables(readings: Sequence[Reading], fingerprint: str) -> tuple[pa.Table, ...]:
    """The Arrow tables of the contract, in the order of `schema.CONTRACTS`."""
    rows: dict[Contract, list[tuple[object, ...]]] = {contract: [] for contract in CONTRACTS}
    for reading in readings:
        for contract, some in contract_rows(reading, fingerprint):
            rows[contract] += some
    return tuple(contract.table(rows[contract]) for contract in CONTRACTS)


class TablesWriter:
    """Writes the tables of the contract into a folder, row group by row group.

    Rows may come in any portions; the same rows give the same bytes. At most one row group of each
    table is held in memory. Use it as a context: leaving it writes what is left.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[Contract, list[tuple[object, ...]]] = {c: [] for c in CONTRACTS}
        self._counts = dict.fromkeys(CONTRACTS, 0)
        self._open = ExitStack()
        self._parquet = {
            contract: self._open.enter_context(
                pq.ParquetWriter(
                    folder / f"{contract.name}.parquet", contract.schema(), compression="zstd"
                )
            )
            for contract in CONTRACTS
        }
        self._csv = {
            contract: self._open.enter_context(CsvWriter(folder / name, contract.names))
            for contract, name in CSV_NAMES.items()
        }

    def __enter__(self) -> TablesWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._open:
            if kind is None:
                for contract in CONTRACTS:
                    self._flush(contract)

    def add(self, contract: Contract, rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows whose values stand in the order of the contract's columns."""
        waiting = self._waiting[contract]  # once: a contract's hash is that of all its columns
        for row in rows:
            waiting.append(row)
            if len(waiting) == _ROW_GROUP:
                self._flush(contract)

    def written(self) -> tuple[Written, ...]:
        """The files and their rows, once the context has been left."""
        files = [(f"{contract.name}.parquet", contract) for contract in CONTRACTS]
        files += [(name, contract) for contract, name in CSV_NAMES.items()]
        return tuple(Written(name, self._counts[contract]) for name, contract in files)

    def _flush(self, contract: Contract) -> None:
        rows = self._waiting[contract]
        if not rows:
            return
        table = contract.table(rows)
        self._parquet[contract].write_table(table)
        if contract in self._csv:
            self._csv[contract].write(table)
        self._counts[contract] += len(rows)
        rows.clear()


def write_outputs(
    readings: Sequence[Reading], folder: Path, fingerprint: str, manifest: str
) -> tuple[Written, ...]:
    """Write the tables, some as CSV too, and the manifest (JSON text) into `folder`.

    Raises OutputError when the folder cannot be written; what earlier runs left is then as it
    was, else it is replaced.
    """
    with writing(f"output folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        with together(folder, last=MANIFEST_NAME) as aside:
            with TablesWriter(aside) as tables:
                for reading in readings:
                    for contract, rows in contract_rows(reading, fingerprint):
                        tables.add(contract, rows)
            _write_text(manifest, aside / MANIFEST_NAME)
    return tables.written()


def require_writable(folder: Path) -> None:
    """Raise OutputError unless files can be made in `folder`; makes the folder."""
    with writing(f"output folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def write_text(text: str, path: Path) -> None:
    """Write `text` as UTF-8 to `path`, whole or not at all; raises OutputError."""
    with writing(f"file {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with together(path.parent) as aside:
            _write_text(text, aside / path.name)


class CsvWriter:
    """Writes tables as CSV that a spreadsheet opens: UTF-8 with a byte-order mark, lists joined.

    A value that would run as a formula gets an apostrophe before it; plain numbers stay.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._stream = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\r\n")
        self._writer.writerow(names)

    def __enter__(self) -> CsvWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, table: pa.Table) -> None:
        """Add the rows of `table`."""
        for batch in table.to_batches(max_chunksize=1024):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                self._writer.writerow([harmless(_csv_text(value)) for value in row])


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


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def writing(target: str) -> Iterator[None]:
    """Turn what the system refuses within the block into OutputError about `target`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"The {target} cannot be written: {reason}.",
            "Name another with -o, or free space and permissions.",
        ) from error
