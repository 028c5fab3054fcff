"""Notices for spoiling: typeset by the samples' generator, only their table pages kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.documents import UnavailableError, reach_scripts
from tests.scanlab.faults import DPI, Fault, spoil
from tests.scanlab.files import write_scan
from tests.scanlab.sheets import pdf_to_sheets


@dataclass(frozen=True, slots=True)
class Look:
    """How a table was set: layout, face and size (points) of its text."""

    layout: str
    face: str
    size: float


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A file made, the truth beside it, the number of its pages, the looks of its tables."""

    path: Path
    truth: Path
    pages: int
    looks: tuple[Look, ...]


def make_scan(
    seed: int, faults: Sequence[tuple[Fault, float]], stem: Path, fonts: Path | None
) -> Spoilt:
    """Typeset the notice of a seed and write its table pages with faults, and its truth.

    The truth holds the tasks alone: the letter's pages are left out. Raises UnavailableError when
    a font is missing.
    """
    reach_scripts()
    from make.fonts import FACES, FontError, compile_pdf, font_file
    from make.layouts import LAYOUTS, make_notice
    from make.typeset import notice_to_typst

    layout = LAYOUTS[seed % len(LAYOUTS)]
    notice = make_notice(seed, layout)
    amounts = {fault.name: amount for fault, amount in faults}
    if "touching" in amounts:
        tables = tuple(
            replace(table, style=replace(table.style, inset=amounts["touching"]))
            for table in notice.tables
        )
        notice = replace(notice, tables=tables)
    stem.parent.mkdir(parents=True, exist_ok=True)
    plain = stem.with_name(stem.name + "-plain.pdf")
    try:
        compile_pdf(notice_to_typst(notice, fonts), plain, fonts)
        font = str(font_file(FACES["wqy"].file, fonts))
    except FontError as error:
        raise UnavailableError(str(error)) from None
    dpi = amounts.get("resolution", amounts.get("fine", DPI))
    sheets = spoil(pdf_to_sheets(plain, dpi), faults, seed, font)
    plain.unlink()
    truth = stem.with_name(stem.name + ".json")
    tasks = {"tasks": notice.truth()["tasks"]}
    truth.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    looks = tuple(Look(layout, table.style.face, table.style.size) for table in notice.tables)
    return Spoilt(write_scan(sheets, stem), truth, len(sheets), looks)
