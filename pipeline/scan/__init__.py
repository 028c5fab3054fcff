"""A page picture → its words and rulings, structure first.

    part → prepare → rulings → cells → lines in cells → recognise → words

The rulings give the cells, the ink inside a cell gives its lines, and only then is text
recognised, line by line. Detection over the page serves only what stands outside tables.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.config import Settings
from pipeline.grid import aligned_doubts
from pipeline.model import Code, Finding, PageContent, Raster, Ruling, Severity, Word
from pipeline.scan.cells import Print, grid_to_pieces
from pipeline.scan.composed import with_composed
from pipeline.scan.crops import Piece
from pipeline.scan.dashes import with_dashes
from pipeline.scan.dirt import without_dirt, without_parting
from pipeline.scan.doubt import Judge
from pipeline.scan.halves import order_halves
from pipeline.scan.ink import Grey
from pipeline.scan.lost import Losses
from pipeline.scan.named import name_characters, renamed
from pipeline.scan.neighbours import reworded, with_neighbours
from pipeline.scan.outside import read_outside
from pipeline.scan.prepare import Prepared, prepare
from pipeline.scan.prepare.part import Half, part_sheet, whole_sheet
from pipeline.scan.reading import Look, look_to_word, read_lines, unread
from pipeline.scan.rulings import ruling_to_box
from pipeline.scan.stack_reading import read_stacks, stack_to_words
from pipeline.scan.strays import is_stray, without_strays
from pipeline.scan.structure import Structure, find_structure
from pipeline.watch import stage

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

__all__ = [
    "Prepared",
    "Structure",
    "find_structure",
    "part_sheet",
    "prepare",
    "raster_to_content",
    "sheet_to_contents",
    "structure_to_pieces",
]


def sheet_to_contents(
    raster: Raster, sheet: int, engine: OcrEngine, settings: Settings, reason: str
) -> tuple[PageContent, ...]:
    """Read the picture of a sheet: one page, or two in reading order, each with its `spot`.

    All bear the number of the sheet as their page. Raises OcrError when the engine fails.
    """
    with stage("part"):
        parted = part_sheet(raster)
    halves = []
    for half in parted:
        content = _half_to_content(half, sheet, engine, settings, reason)
        halves.append((half.side, replace(content, steps=(half.step, *content.steps))))
    return order_halves(halves) if len(halves) == 2 else (halves[0][1],)


def raster_to_content(
    raster: Raster, page: int, engine: OcrEngine, settings: Settings, reason: str
) -> PageContent:
    """Read the picture of one page, number `page`; `reason` says why it came this way.

    Raises OcrError when the engine fails.
    """
    return _half_to_content(whole_sheet(raster), page, engine, settings, reason)


def _half_to_content(
    half: Half, page: int, engine: OcrEngine, settings: Settings, reason: str
) -> PageContent:
    with stage("prepare"):
        prepared = prepare(half.raster, engine, settings, half.sketch)
    with stage("structure"):
        structure = find_structure(prepared, settings)
        pieces = structure_to_pieces(structure, prepared)
    with stage("cells"):
        inside, doubts = _read_pieces(pieces, prepared, structure, engine, settings)
    with stage("outside"):
        outside = read_outside(prepared, structure.tables, structure.lines, engine)
    height, width = prepared.grey.shape
    findings = (*_page_findings(prepared, structure), *doubts)
    return PageContent(
        page=page,
        width=width * prepared.points_per_pixel,
        height=height * prepared.points_per_pixel,
        route="scan",
        reason=reason,
        words=(*inside, *outside),
        rulings=structure.rulings,
        rotation=prepared.rotation,
        skew=prepared.skew,
        steps=prepared.steps,
        findings=tuple(replace(finding, page=page) for finding in findings),
    )


def structure_to_pieces(structure: Structure, prepared: Prepared) -> list[Piece]:
    """The stretches of text in the cells of all grids."""
    page = Print(structure.text, prepared.unit, prepared.is_dirty)
    pieces = []
    for index, (grid, table) in enumerate(zip(structure.grids, structure.tables, strict=True)):
        inner = [
            other
            for place, other in enumerate(structure.tables)
            if place != index and table.holds(other)
        ]
        pieces += grid_to_pieces(grid, inner, page, 1 / prepared.points_per_pixel)
    return pieces


def _read_pieces(
    pieces: list[Piece],
    prepared: Prepared,
    structure: Structure,
    engine: OcrEngine,
    settings: Settings,
) -> tuple[list[Word], list[Finding]]:
    """Words in the cells, from the picture without red ink and rulings."""
    scale, clean = prepared.points_per_pixel, without_rulings(prepared, structure)
    losses = Losses(structure.text)
    sure = page_judge(prepared, structure, losses, settings).chance_right
    stacks = [piece for piece in pieces if piece.stack]
    stacked, running = read_stacks(stacks, clean, engine)
    names = name_characters(settings)
    stacked = [renamed(look, names) for look in stacked]
    lines = [*(piece for piece in pieces if not piece.stack), *running]
    looks = [
        renamed(look, names) for look in pieces_to_looks(lines, prepared, structure, losses, engine)
    ]
    words = []
    for look in looks:
        word = look_to_word(look, structure.text, scale)
        if word is not None:
            words.append(replace(word, score=sure(look, word.text)))
    upright = [word for look in stacked for word in stack_to_words(look, scale, sure(look))]
    return [*words, *upright], unread(looks, losses, scale)


def without_rulings(prepared: Prepared, structure: Structure) -> Grey:
    """The page as lines are cut from it."""
    return np.asarray(cv2.max(prepared.grey, structure.lines), np.uint8)


def pieces_to_looks(
    pieces: list[Piece],
    prepared: Prepared,
    structure: Structure,
    losses: Losses,
    engine: OcrEngine,
) -> list[Look]:
    """What was read in the pieces that are no stacks, in their order; nothing of those of dirt."""
    lines = [piece for piece in pieces if not piece.stack]
    clean = without_rulings(prepared, structure)
    looks = read_lines(lines, clean, losses, engine)
    if prepared.is_dirty:
        looks = [without_dirt(look, structure.text) for look in looks if not is_stray(look)]
    looks = [with_dashes(look, structure.text) if losses.beside(look) else look for look in looks]
    looks = with_neighbours(looks)
    if prepared.is_dirty:
        looks = [without_strays(without_parting(look)) for look in looks]
    dirty = clean if prepared.is_dirty else None
    return [reworded(with_composed(look, structure.text, dirty)) for look in looks]


def page_judge(
    prepared: Prepared, structure: Structure, losses: Losses, settings: Settings
) -> Judge:
    """The judge of the page's lines.

    A streak that was painted over took strokes of the print that it touched, as a ruling does.
    """
    lines = structure.lines
    if prepared.streaked is not None:
        lines = np.maximum(lines, prepared.streaked)
    return Judge(
        settings.doubt,
        losses,
        lines,
        prepared.lifted,
        prepared.is_dirty,
        name_characters(settings),
    )


def _page_findings(prepared: Prepared, structure: Structure) -> list[Finding]:
    findings = []
    if prepared.turn_is_doubtful:
        message = "Nothing tells which way up the page is: it was read as it probably stands."
        findings.append(Finding("scan", Code.PAGE_TURN_DOUBTFUL, Severity.WARNING, message))
    if prepared.skew:
        message = f"The page was turned by {prepared.skew:.2f} degrees to be straight."
        findings.append(Finding("scan", Code.PAGE_SKEWED, Severity.INFO, message))
    if prepared.streaks:
        message = "Lines from edge to edge of the sheet were taken for dirt of the scanner."
        findings.append(Finding("scan", Code.PAGE_STREAKED, Severity.INFO, message))
    if prepared.was_flattened:
        message = "The page was slanted or bent: it was made flat by its rulings and lines of text."
        findings.append(Finding("scan", Code.PAGE_BENT, Severity.INFO, message))
    elif prepared.stays_bent:
        message = "Lines of the page are bent, and no smooth sheet explains how: it was read as is."
        findings.append(Finding("scan", Code.PAGE_BENT, Severity.WARNING, message))
    findings += [
        _inferred(ruling, ruling in structure.doubtful)
        for ruling in structure.rulings
        if ruling.inferred
    ]
    findings += [_underline(ruling) for ruling in structure.underlines]
    findings += aligned_doubts(structure.aligned, "scan")
    for grid in structure.grids:
        if grid.irregular:
            message = "The rulings of a table do not close all its cells."
            findings.append(
                Finding("scan", Code.GRID_BROKEN, Severity.WARNING, message, box=grid.box)
            )
    across = {ruling.axis for ruling in structure.rulings}
    if len(across) == 2 and not structure.grids:
        message = "There are rulings both ways, but they make no table."
        findings.append(Finding("scan", Code.GRID_BROKEN, Severity.WARNING, message))
    return findings


def _inferred(ruling: Ruling, doubtful: bool) -> Finding:
    message, severity = "Gaps in a ruling were closed.", Severity.INFO
    if doubtful:
        message = "A ruling was taken to go on where nothing of it is left: cells may be one."
        severity = Severity.WARNING
    return Finding("scan", Code.RULING_INFERRED, severity, message, box=ruling_to_box(ruling))


def _underline(ruling: Ruling) -> Finding:
    message = "A line in a cell ends on no ruling: it was taken for one that a pen drew."
    return Finding("scan", Code.GRID_BROKEN, Severity.WARNING, message, box=ruling_to_box(ruling))
