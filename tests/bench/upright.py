"""Upright: how often a page is turned wrongly, over generated pages lying every way.

Every page of every notice (letters too), and of each a piece with little text and the leaders'
columns alone (stacks of names printed downwards), is laid in all four ways; no page is drawn twice.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from pipeline.model import Raster
from pipeline.scan.prepare.orientation import QUARTERS, find_turn, turn
from pipeline.watch import EngineFactory
from tests.bench.documents import UnavailableError, notices_in, page_count, typeset_notices
from tests.bench.report import Section, at_most
from tests.scanlab import Sheet, parse_faults, pdf_to_sheets, spoil

CONDITIONS = (
    "clean",
    "specks:hard+skew:hard",
    "faint:hard+uneven:hard",
    "fax:hard+skew",
    "handwriting:hard+bleed:hard",
    "perspective:hard+jpeg:hard",
    "resolution:hard",
)
PIECES = ("whole", "little text", "leaders alone")
WRONG, SILENT, DOUBTED = 0.01, 0.002, 0.05
"""Shares of pages that may be turned wrongly, of those so without a finding, of right ones with."""
COLUMNS = ("condition", "pages", "wrong", "silent", "right, doubted", "by model", "by reading")


@dataclass(slots=True)
class Tally:
    """What became of the pages of one condition."""

    pages: int = 0
    wrong: int = 0
    silent: int = 0
    doubted: int = 0
    witnesses: Counter[str] | None = None

    def add(self, right: bool, certain: bool, witness: str) -> None:
        self.pages += 1
        self.wrong += not right
        self.silent += certain and not right
        self.doubted += right and not certain
        self.witnesses = (self.witnesses or Counter()) + Counter([witness])


def measure(engine: EngineFactory, seeds: range, fonts: Path | None) -> Section:
    """The turns found over the notices of `seeds`, held to the limits."""
    tallies = {(name, piece): Tally() for name in CONDITIONS for piece in PIECES}
    remarks = []
    with TemporaryDirectory() as scratch:
        try:
            typeset_notices(Path(scratch), seeds, fonts)
        except UnavailableError as reason:
            return Section("Upright", remarks=(f"not measured: {reason}",))
        for name, piece, sheet, place in _sheets(Path(scratch)):
            picture = Raster(sheet.pixels, sheet.dpi)
            for degrees in QUARTERS:
                found = find_turn(turn(picture, degrees), engine())
                right = (found.degrees + degrees) % 360 == 0
                tallies[name, piece].add(right, found.certain, found.witness)
                if not right:
                    doubt = "" if found.certain else ", doubted"
                    remarks.append(
                        f"{place} {piece} {name}: lies {degrees}, turned {found.degrees} "
                        f"by {found.witness}{doubt}"
                    )
    return _section(tallies, remarks)


def _sheets(folder: Path) -> Iterator[tuple[str, str, Sheet, str]]:
    """Every page under the condition whose turn it is, whole and in pieces."""
    at = 0
    for pdf in notices_in(folder):
        for page in range(1, page_count(pdf) + 1):
            name = CONDITIONS[at % len(CONDITIONS)]
            at += 1
            faults = parse_faults(name)
            dpi = next((amount for fault, amount in faults if fault.cause == "set"), 200.0)
            sys.stderr.write(f"{pdf.stem} page {page}: {name}\n")
            (clean,) = pdf_to_sheets(pdf, dpi, [page])
            for piece in PIECES:
                part = _piece(clean, piece)
                if part is not None:
                    spoilt = _coded(spoil([part], faults, at, "")[0])
                    yield name, piece, spoilt, f"{pdf.stem} page {page}"


def _coded(sheet: Sheet) -> Sheet:
    """The sheet as its file's coding leaves it; of JPEG that is left out."""
    if sheet.coding not in ("fax", "bilevel"):
        return sheet
    dark = sheet.pixels.mean(axis=2, keepdims=True) < sheet.quality
    black_and_white = np.where(dark, 0, 255).astype(np.uint8)
    return replace(sheet, pixels=np.repeat(black_and_white, 3, axis=2))


def _piece(sheet: Sheet, piece: str) -> Sheet | None:
    """The page, or a piece of it on paper as large; None where it has no table to take it from."""
    if piece == "whole":
        return sheet
    if not sheet.cells:
        return None
    left, top, right, bottom = sheet.table
    kept = np.full_like(sheet.pixels, 255)
    if piece == "little text":  # a last page: the table's first quarter
        box = (round(top), round(top + (bottom - top) / 4), round(left), round(right))
    else:  # the two last narrow columns, where leaders and units stand
        box = (round(top), round(bottom), round(right - (right - left) / 4), round(right))
    y0, y1, x0, x1 = box
    kept[y0:y1, x0:x1] = sheet.pixels[y0:y1, x0:x1]
    return replace(sheet, pixels=kept, edges=(), cells=())


def _section(tallies: dict[tuple[str, str], Tally], remarks: list[str]) -> Section:
    rows = [
        (
            f"{name}, {piece}",
            str(tally.pages),
            str(tally.wrong),
            str(tally.silent),
            str(tally.doubted),
            *(str((tally.witnesses or {}).get(witness, 0)) for witness in ("model", "reading")),
        )
        for (name, piece), tally in tallies.items()
        if tally.pages
    ]
    whole = max(1, sum(tally.pages for tally in tallies.values()))
    wrong, silent, doubted = (
        100 * sum(getattr(tally, what) for tally in tallies.values()) / whole
        for what in ("wrong", "silent", "doubted")
    )
    return Section(
        f"Upright: {whole} pages as they may lie",
        COLUMNS,
        tuple(rows),
        (
            at_most("pages turned wrongly", 100 * WRONG, wrong, " %"),
            at_most("of all, wrongly and without a finding", 100 * SILENT, silent, " %"),
            at_most("of all, rightly but doubted", 100 * DOUBTED, doubted, " %"),
        ),
        tuple(remarks),
    )
