"""The upright page → its rulings and grids, and its ink parted into text and rulings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import cv2
import numpy as np

from pipeline.config import Settings
from pipeline.grid import Aligned, Grid, align_text, find_grids, mend_rulings, to_scale
from pipeline.model import Ruling
from pipeline.scan.cells import box_to_pixels
from pipeline.scan.dashes import pale_dashes
from pipeline.scan.edges import without_edges
from pipeline.scan.ink import Mask, PixelBox, ink_level, ink_mask, without
from pipeline.scan.overprint import overprint
from pipeline.scan.prepare import Prepared
from pipeline.scan.prepare.noise import find_specks
from pipeline.scan.remains import (
    find_remains,
    letters,
    longer_than_strokes,
    low_marks,
    remains_on,
    telling,
)
from pipeline.scan.rulings import (
    ink_to_strokes,
    ruling_mask,
    strokes_to_mask,
    strokes_to_rulings,
)
from pipeline.scan.strokes import Stroke
from pipeline.scan.underlines import find_underlines


@dataclass(frozen=True, slots=True)
class Structure:
    """The structure of a page: rulings and grids in points, masks in pixels.

    `text` is 255 on text, `lines` on rulings and on specks that stood beside them, neither on dirt
    beside print; `tables` are the boxes of the grids. `doubtful` are inferred rulings that may not
    have been drawn, `aligned` the tables that only text shows, `underlines` lines inside cells.
    """

    rulings: tuple[Ruling, ...]
    grids: tuple[Grid, ...]
    tables: tuple[PixelBox, ...]
    text: Mask
    lines: Mask
    doubtful: tuple[Ruling, ...] = ()
    aligned: tuple[Aligned, ...] = ()
    underlines: tuple[Ruling, ...] = ()


def find_structure(prepared: Prepared, settings: Settings) -> Structure:
    """Rulings and grids of the upright page; where it has no grid, those that its text makes."""
    scale, unit, snap = prepared.points_per_pixel, prepared.unit, settings.tables.snap
    level = ink_level(prepared.grey)
    mask, pale = ink_mask(prepared.grey, level), ruling_mask(prepared.grey, level)
    strokes = ink_to_strokes(pale, unit)
    remains = find_remains(pale, strokes, unit)
    pieces = strokes_to_rulings(telling(remains, unit), scale)
    ruled = [*strokes, *longer_than_strokes(remains, unit)]
    plain = without(mask, strokes_to_mask(ruled, mask, unit))
    characters = letters(plain, unit, scale)
    inner = without_edges(strokes, pale.shape, unit)
    drawn = find_underlines(inner, unit)
    seen = strokes_to_rulings([stroke for stroke in inner if stroke not in drawn], scale)
    mends = mend_rulings(seen, pieces, characters, to_scale(unit * scale, snap))
    rulings = (*seen, *(mend.ruling for mend in mends))
    grids = find_grids(rulings, unit * scale, snap)
    aligned: Sequence[Aligned] = ()
    if not grids:
        if not prepared.is_dirty:
            characters += low_marks(plain, unit, scale)
        aligned = align_text(characters, (*rulings, *pieces), unit * scale)
        rulings = (*rulings, *(ruling for table in aligned for ruling in table.concluded))
        grids = find_grids(rulings, unit * scale, snap)
    text, lines = _part_ink(prepared, mask, [*strokes, *remains_on(remains, rulings, scale)])
    text = np.maximum(text, pale_dashes(pale, np.maximum(mask, lines), unit))
    return Structure(
        rulings=rulings,
        grids=tuple(grids),
        tables=tuple(box_to_pixels(grid.box, 1 / scale, mask) for grid in grids),
        text=text,
        lines=lines,
        doubtful=tuple(mend.ruling for mend in mends if mend.doubtful),
        aligned=tuple(aligned),
        underlines=strokes_to_rulings(sorted(drawn, key=attrgetter("position")), scale),
    )


def _part_ink(prepared: Prepared, mask: Mask, strokes: Sequence[Stroke]) -> tuple[Mask, Mask]:
    """The ink of text, and that of rulings with the specks beside them."""
    taken = strokes_to_mask(strokes, mask, prepared.unit)
    lines = without(taken, overprint(prepared.grey, mask, taken, strokes, prepared.unit))
    text = without(mask, lines)
    specks, beside = find_specks(text, prepared.unit, dirty=prepared.is_dirty)
    text = without(without(text, specks), beside)
    return text, np.maximum(lines, cv2.dilate(specks, np.ones((3, 3), np.uint8)))
