"""Inboxes of small notices, and runs over them, for the tests of batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.batch import Redo, Request, run_batch
from pipeline.batch.crew import Limits
from pipeline.batch.parts import PartInfo
from pipeline.batch.record import RunRecord
from pipeline.config import Settings
from pipeline.watch import EngineFactory
from tests.pdfs import png, write_table

HEADER = ("序号", "工作任务", "责任单位")
WIDTHS = (60, 200, 150)
HERE = Limits(workers=0)
TABLES = ("tasks", "documents", "cells", "findings", "assignments", "places")


@dataclass
class Heard:
    """A watcher that remembers what it was told."""

    documents: int = 0
    known: int = 0
    pages: int = 0
    infos: list[PartInfo] = field(default_factory=list)

    def found(self, documents: int) -> None:
        self.documents = documents

    def document_known(self) -> None:
        self.known += 1

    def page_read(self) -> None:
        self.pages += 1

    def document_done(self, info: PartInfo) -> None:
        self.infos.append(info)

    @property
    def read(self) -> list[str]:
        return sorted(Path(info.source).name for info in self.infos)


def notice(path: Path, number: int, rows: int = 2, pages: int = 1) -> Path:
    """A notice whose tasks bear its number, so that each can be found again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = [(str(row), task_name(number, row), "县交通局") for row in range(1, rows + 1)]
    return write_table(path, [HEADER, *body], WIDTHS, pages)


def task_name(number: int, row: int) -> str:
    return f"第{number}号通知的第{row}项工作"


def inbox(folder: Path, count: int, start: int = 0) -> Path:
    for number in range(start, start + count):
        notice(folder / f"{number:05d}.pdf", number)
    return folder


def scan(path: Path) -> Path:
    """A picture with a ruled table: reading it needs an engine."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (600, 400), "white")
    draw = ImageDraw.Draw(image)
    for x in (50, 250, 550):
        draw.line((x, 50, x, 350), fill="black", width=3)
    for y in (50, 150, 250, 350):
        draw.line((50, y, 550, y), fill="black", width=3)
        draw.rectangle((90, y + 40, 200, y + 60), fill="black")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(image))
    return path


def run(
    inputs: Path | str | tuple[Path | str, ...],
    out: Path | str,
    settings: Settings,
    redo: Redo = Redo.NOTHING,
    limits: Limits = HERE,
    engine: EngineFactory | None = None,
    tables: bool = True,
) -> tuple[RunRecord, Heard]:
    """A run in this process, unless `limits` ask for workers."""
    given = inputs if isinstance(inputs, tuple) else (inputs,)
    request = Request(tuple(str(one) for one in given), str(out), limits, redo, tables)
    heard = Heard()
    return run_batch(request, settings, heard, engine), heard


def rows(out: Path, table: str = "tasks") -> list[dict[str, object]]:
    found = pq.read_table(out / f"{table}.parquet").to_pylist()
    return list(found)


def names(out: Path) -> list[object]:
    return [row["name"] for row in rows(out)]


def written(out: Path) -> dict[str, bytes]:
    """The tables, by name; what differs from run to run is left out."""
    return {
        path.name: path.read_bytes()
        for path in out.iterdir()
        if path.suffix in (".parquet", ".csv") and path.stem != "documents"
    }
