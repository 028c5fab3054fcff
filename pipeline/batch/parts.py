"""A part: all that one document gave under one recipe, in one file.

`parts/<first two hex digits>/<doc_id>.<recipe>.json.zst`: one JSON object, compressed by Zstandard.
First what is to be known about the part itself (`PartInfo`), then the rows of every table, by name
of column. A document that could not be read has a part as well, with status and reason. DuckDB:

    SELECT unnest(tasks, recursive := true) FROM read_json('OUT/parts/*/*.json.zst')

JSON, since Parquet spends 40 kB on the names of our columns where a notice has 7 kB of rows; one
file a document, since a rename or an upload is atomic for one file only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import pyarrow as pa

from pipeline.batch.recipe import Recipe
from pipeline.contract import Contract
from pipeline.errors import ExitCode
from pipeline.manifest import input_record
from pipeline.model import Code, Reading
from pipeline.rows import (
    assignment_rows,
    cell_rows,
    document_row,
    finding_rows,
    place_rows,
    task_rows,
)
from pipeline.schema import ASSIGNMENTS, CELLS, CONTRACTS, DOCUMENTS, FINDINGS, PLACES, TASKS

FOLDER = "parts"
FORMAT = 1
_ENDING = ".json.zst"
_CODEC = "zstd"
_CHARACTERS = {"doc_id": 64, "recipe": 16}


@dataclass(frozen=True, slots=True)
class PartInfo:
    """What a run needs to know of a part without its rows.

    `key` is the source's identity, `source` its name as given. `code` is the exit code of a
    document that failed, else 0; `retry`: the failure may not be the document's, so that the next
    run tries again. `pages` counts as the manifest does. `flagged`: tasks in doubt. `findings` and
    `codes` count findings by severity and by code. `peak` is the memory of the process that read,
    in bytes; `size` that of the file.
    """

    doc_id: str
    recipe: str
    key: str
    source: str
    status: str
    error: str | None = None
    code: int = 0
    retry: bool = False
    route: str | None = None
    pages: int = 0
    tables: int = 0
    tasks: int = 0
    flagged: int = 0
    findings: tuple[tuple[str, int], ...] = ()
    codes: tuple[tuple[str, int], ...] = ()
    failed_pages: tuple[str, ...] = ()
    elapsed_s: float = 0.0
    peak: int = 0
    size: int = 0
    mtime_ns: int = 0

    @property
    def path(self) -> str:
        return part_path(self.doc_id, self.recipe)


@dataclass(frozen=True, slots=True)
class Part:
    """A part read back. `rows`: by table, each row a mapping by column, as JSON has them."""

    info: PartInfo
    record: dict[str, Any]
    engine: tuple[tuple[str, str], ...]
    rows: Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document has no result: the exit code, in words, and whether to try again."""

    code: ExitCode
    message: str
    retry: bool = False


def part_path(doc_id: str, recipe: str) -> str:
    """Where a part stands, below the output folder."""
    return f"{FOLDER}/{doc_id[:2]}/{doc_id}.{recipe}{_ENDING}"


def ids_of(path: str) -> tuple[str, str] | None:
    """Document and recipe by a part's path; None when the file is no part."""
    name = path.rpartition("/")[2]
    doc_id, _, rest = name.partition(".")
    recipe = rest.removesuffix(_ENDING)
    whole = (len(doc_id), len(recipe)) == tuple(_CHARACTERS.values())
    return (doc_id, recipe) if whole and name == f"{doc_id}.{recipe}{_ENDING}" else None


def info_of(reading: Reading, key: str, recipe: Recipe, failure: Failure | None) -> PartInfo:
    """The information about the part of a reading."""
    flags = [row.flags for row in task_rows(reading)]
    return PartInfo(
        doc_id=reading.doc_id,
        recipe=recipe.id,
        key=key,
        source=reading.source,
        status=reading.status,
        error=reading.error,
        code=int(failure.code) if failure else 0,
        retry=failure.retry if failure else False,
        route=reading.route,
        pages=reading.sheets,
        tables=len(reading.tables),
        tasks=len(reading.tasks),
        flagged=sum(1 for flag in flags if flag),
        findings=counted(finding.severity.value for finding in reading.findings),
        codes=counted(finding.code.value for finding in reading.findings),
        failed_pages=tuple(
            finding.message for finding in reading.findings if finding.code is Code.PAGE_FAILED
        ),
        elapsed_s=round(reading.elapsed_s, 3),
    )


def encode(
    reading: Reading, info: PartInfo, recipe: Recipe, engine: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """The bytes of a part; `engine`: fingerprint of the recognition engine where one was used."""
    content = {
        "format": FORMAT,
        "info": {name: value for name, value in asdict(info).items() if name not in _OF_THE_FILE},
        "version": recipe.version,
        "config_fingerprint": recipe.config,
        "engine": engine,
        "record": input_record(reading),
        **{contract.name: list(rows) for contract, rows in _rows_of(reading, recipe)},
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return _compress(text.encode())


def decode(data: bytes) -> Part:
    """The part in `data`. Raises ValueError when it is damaged or of another format."""
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), _CODEC) as stream:
            content = json.loads(stream.read())
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']}")
        info = info_from(content["info"])
        engine = tuple((name, value) for name, value in content["engine"])
        rows = {contract.name: content[contract.name] for contract in CONTRACTS}
        return Part(info, content["record"], engine, rows)
    except (OSError, KeyError, TypeError, pa.ArrowException) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def info_from(values: Mapping[str, Any]) -> PartInfo:
    """Information from its JSON or Arrow form. Raises TypeError when fields are missing."""
    known = {item.name for item in fields(PartInfo)}
    return PartInfo(**{name: _frozen(value) for name, value in values.items() if name in known})


def arrow_rows(
    contract: Contract, rows: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[object, ...]]:
    """Rows as the contract's table takes them: values in the order of the columns."""
    columns = [(column.name, _arrow_value(column.type)) for column in contract.columns]
    for row in rows:
        yield tuple(typed(row.get(name)) if typed else row.get(name) for name, typed in columns)


_OF_THE_FILE = frozenset({"peak", "size", "mtime_ns"})


def _rows_of(reading: Reading, recipe: Recipe) -> Iterator[tuple[Contract, Iterator[Any]]]:
    yield DOCUMENTS, iter([document_row(reading, recipe.version, recipe.config)._asdict()])
    tasks = (row._asdict() for row in task_rows(reading))
    yield TASKS, ({**row, "cells": dict(row["cells"])} for row in tasks)
    yield CELLS, (row._asdict() for row in cell_rows(reading))
    boxed = (row._asdict() for row in finding_rows(reading))
    yield FINDINGS, ({**row, "box": row["box"] and row["box"]._asdict()} for row in boxed)
    yield ASSIGNMENTS, (row._asdict() for row in assignment_rows(reading))
    yield PLACES, (row._asdict() for row in place_rows(reading))


def _arrow_value(kind: pa.DataType) -> Callable[[Any], object] | None:
    """What makes Arrow's value of JSON's; None for columns where both are the same."""
    if pa.types.is_list(kind):
        return lambda value: [] if value is None else value
    if pa.types.is_date(kind):
        return lambda value: None if value is None else date.fromisoformat(value)
    if pa.types.is_map(kind):
        return lambda value: None if value is None else list(value.items())
    return None


def _compress(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, _CODEC) as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How often each name comes, by name."""
    return tuple(sorted(Counter(names).items()))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written to parts")


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
