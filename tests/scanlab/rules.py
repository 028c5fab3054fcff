"""Faults of the print: broken, dotted and missing rulings, faint ink, coloured cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np

from tests.scanlab.sheets import Box, Sheet

FRINGE = 1.6  # pixels beyond a ruling's edge that antialiasing has touched
LIGHT_FILLS = ((222, 235, 247), (226, 240, 217), (255, 242, 204), (248, 225, 224))


def break_rules(sheet: Sheet, gap: float, random: np.random.Generator) -> Sheet:
    """Gaps of about `gap` millimetres, every 20 to 50 millimetres, in every ruling."""
    holes = []
    for edge in _joined(sheet.edges):
        along = 0 if _level(edge) else 1
        at = edge[along] + random.uniform(2, 30) * sheet.mm
        while at < edge[along + 2]:
            end = at + random.uniform(0.6, 1.3) * gap * sheet.mm
            holes.append(_part(edge, at, min(end, edge[along + 2])))
            at = end + random.uniform(20, 50) * sheet.mm
    return _without(sheet, holes)


def dot_rules(sheet: Sheet, gap: float, random: np.random.Generator) -> Sheet:
    """Rulings as dots: as much ink as paper, both `gap` millimetres long."""
    holes = []
    step = max(2.0, gap * sheet.mm)
    for edge in _joined(sheet.edges):
        along = 0 if _level(edge) else 1
        starts = np.arange(edge[along], edge[along + 2], 2 * step)
        holes += [_part(edge, start, start + step) for start in starts.tolist()]
    return _without(sheet, holes)


def drop_border(sheet: Sheet, sides: float, random: np.random.Generator) -> Sheet:
    """The outer border missing on so many sides (left and right first, as offices print).

    Where a page end cuts a row, the last rule stands between two rows and is no border; nor is a
    rule beyond which others go on.
    """
    left, top, right, bottom = sheet.table
    reach = 2.0 * sheet.mm / 2
    lost = [(0, left), (0, right), (1, top), (1, bottom)][: round(sides)]
    for axis, first, last in ((0, left, right), (1, top, bottom)):
        ends = [end for e in sheet.edges for end in (e[axis], e[axis + 2])] or [first, last]
        beyond = [(axis, first)] * (first - min(ends) > reach)
        beyond += [(axis, last)] * (max(ends) - last > reach)
        lost = [side for side in lost if side not in beyond]
    gone = [
        edge
        for edge in sheet.edges
        for axis, place in lost
        if _level(edge) == (axis == 1) and abs(edge[axis] - place) < reach
    ]
    kept = [edge for edge in sheet.edges if edge not in gone]
    return _inked_again(_without(sheet, gone), sheet, kept)


def only_level_rules(sheet: Sheet, kept: float, random: np.random.Generator) -> Sheet:
    """No upright rulings; with `kept` 0 only the rules of the header and of the table's ends."""
    gone = [edge for edge in sheet.edges if not _level(edge)]
    if not kept:
        places = sorted({round(edge[1]) for edge in sheet.edges if _level(edge)})
        ends = (places[0], places[1], places[-1]) if len(places) > 2 else places
        gone += [
            edge
            for edge in sheet.edges
            if _level(edge) and min(abs(edge[1] - end) for end in ends) > 3
        ]
    kept_edges = [edge for edge in sheet.edges if edge not in gone]
    return _inked_again(_without(sheet, gone), sheet, kept_edges)


def no_rules(sheet: Sheet, _: float, random: np.random.Generator) -> Sheet:
    """All rulings taken away."""
    return _without(sheet, sheet.edges)


def fade(sheet: Sheet, contrast: float, random: np.random.Generator) -> Sheet:
    """Ink at `contrast` of its blackness (1: untouched), unevenly, as from an empty cartridge."""
    height, width = sheet.pixels.shape[:2]
    rough = random.normal(0, 1, (max(2, height // 40), max(2, width // 40))).astype(np.float32)
    patches = cv2.resize(cv2.GaussianBlur(rough, (0, 0), 3), (width, height))
    share = np.clip(contrast * (1 + 0.35 * patches / (patches.std() + 1e-6)), 0.6 * contrast, 1.0)
    ink = 255.0 - sheet.pixels.astype(np.float32)
    return replace(sheet, pixels=_bytes(255 - ink * share[:, :, None]))


def fill_cells(sheet: Sheet, depth: float, random: np.random.Generator) -> Sheet:
    """Header cells and every other row in a colour, `depth` times as far from white as pastel."""
    pixels = sheet.pixels.astype(np.float32)
    colour = LIGHT_FILLS[int(random.integers(len(LIGHT_FILLS)))]
    tint = np.array([255 - depth * (255 - part) for part in colour], np.float32) / 255
    tops = sorted({round(cell[1]) for cell in sheet.cells})
    for cell in sheet.cells:
        if tops.index(round(cell[1])) % 2 == 0:
            x0, y0, x1, y1 = (round(side) for side in cell)
            pixels[y0:y1, x0:x1] *= tint
    return replace(sheet, pixels=_bytes(pixels))


def _level(edge: Box) -> bool:
    return edge[2] - edge[0] >= edge[3] - edge[1]


def _part(edge: Box, start: float, end: float) -> Box:
    if _level(edge):
        return (start, edge[1], end, edge[3])
    return (edge[0], start, edge[2], end)


def _joined(edges: Iterable[Box]) -> list[Box]:
    """Edges that continue each other as one, so that a gap is not spoilt by a neighbour's edge."""
    lines: list[Box] = []
    for edge in sorted(edges, key=lambda e: (_level(e), round(e[1 if _level(e) else 0]), e)):
        last = lines[-1] if lines else None
        across, along = (1, 0) if _level(edge) else (0, 1)
        if (
            last is not None
            and _level(last) == _level(edge)
            and abs(last[across] - edge[across]) < 3
            and edge[along] <= last[along + 2] + 3
        ):
            lines[-1] = (
                min(last[0], edge[0]),
                min(last[1], edge[1]),
                max(last[2], edge[2]),
                max(last[3], edge[3]),
            )
        else:
            lines.append(edge)
    return lines


def _without(sheet: Sheet, holes: Iterable[Box]) -> Sheet:
    pixels = sheet.pixels.copy()
    for hole in holes:
        thick = min(hole[2] - hole[0], hole[3] - hole[1]) / 2 + FRINGE + sheet.dpi / 150
        x_more, y_more = (0.0, thick) if _level(hole) else (thick, 0.0)
        x0, x1 = max(0, round(hole[0] - x_more)), round(hole[2] + x_more)
        y0, y1 = max(0, round(hole[1] - y_more)), round(hole[3] + y_more)
        pixels[y0:y1, x0:x1] = 255
    return replace(sheet, pixels=pixels)


def _inked_again(spoilt: Sheet, whole: Sheet, edges: Iterable[Box]) -> Sheet:
    """The ink of `edges` put back: where a ruling that is gone crossed them, no gap may tell."""
    pixels = spoilt.pixels.copy()
    for x0, y0, x1, y1 in edges:
        rows = slice(max(0, round(y0 - FRINGE)), round(y1 + FRINGE))
        columns = slice(max(0, round(x0 - FRINGE)), round(x1 + FRINGE))
        # Ends would bring back stumps of what crosses there: the ink along the middle is repeated.
        part = whole.pixels[rows, columns]
        if not part.size:
            continue
        line = np.median(part, axis=1 if _level((x0, y0, x1, y1)) else 0, keepdims=True)
        pixels[rows, columns] = np.minimum(pixels[rows, columns], line.astype(np.uint8))
    return replace(spoilt, pixels=pixels)


def _bytes(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.clip(pixels + 0.5, 0, 255).astype(np.uint8)
