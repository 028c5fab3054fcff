"""Redraws a PDF's rulings as thin filled bars, piece by piece, as office suites write them."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from make.scanner import save_same


def lines_to_bars(source: Path, path: Path) -> int:
    """Write `source` to `path` with black straight strokes as filled bars; returns how many."""
    document = pdfium.PdfDocument(source.read_bytes())
    count = 0
    for page in document:
        strokes = [item for item in page.get_objects(max_depth=1) if _is_stroke(item.raw)]
        for item in strokes:
            for bar in _bars(item.raw):
                raw.FPDFPage_InsertObject(page.raw, bar)
                count += 1
            page.remove_obj(item)
        if strokes:
            raw.FPDFPage_GenerateContent(page.raw)
    save_same(document, path)
    document.close()
    return count


def _is_stroke(item: object) -> bool:
    if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetStrokeColor(item, red, green, blue, alpha)
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroked)
    return bool(stroked.value) and red.value == 0 and raw.FPDFPath_CountSegments(item) == 2


def _bars(item: object) -> list[object]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    width = ctypes.c_float()
    raw.FPDFPageObj_GetStrokeWidth(item, width)
    wide = right.value - left.value > top.value - bottom.value
    length = (right.value - left.value) if wide else (top.value - bottom.value)
    pieces = max(1, int(length // 120))
    bars = []
    for at in range(pieces):
        step = length / pieces
        if wide:
            middle = (top.value + bottom.value) / 2 - width.value / 2
            box = (left.value + at * step, middle, step, width.value)
        else:
            middle = (left.value + right.value) / 2 - width.value / 2
            box = (middle, bottom.value + at * step, width.value, step)
        bar = raw.FPDFPageObj_CreateNewRect(*box)
        raw.FPDFPageObj_SetFillColor(bar, 0, 0, 0, 255)
        raw.FPDFPath_SetDrawMode(bar, raw.FPDF_FILLMODE_WINDING, 0)
        bars.append(bar)
    return bars
