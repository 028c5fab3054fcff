"""Typeset pages as pictures that still know where their rulings and cells are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pdfplumber
import pypdfium2
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]
LEAST_EDGES = 8  # a page with fewer ruling edges has no table


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page under spoiling. `pixels`: uint8 (height, width, 3), RGB, at `dpi`.

    `edges` are the drawn ruling segments and `cells` the table cells, both as boxes (left, top,
    right, bottom) in pixels; they hold until the page is moved under the lens. `coding` is how the
    file is to be written: `jpeg` with `quality`, `grey`, `fax` or `bilevel` (CCITT group 4, black
    under the grey `quality`, as TIFF or as PDF).
    """

    pixels: Pixels
    dpi: float
    edges: tuple[Box, ...] = ()
    cells: tuple[Box, ...] = ()
    coding: str = "jpeg"
    quality: int = 90

    @property
    def mm(self) -> float:
        """Pixels per millimetre."""
        return self.dpi / 25.4

    @property
    def table(self) -> Box:
        """The box around all cells; the whole page where there are none."""
        height, width = self.pixels.shape[:2]
        if not self.cells:
            return (0.0, 0.0, float(width), float(height))
        columns = list(zip(*self.cells, strict=True))
        return (min(columns[0]), min(columns[1]), max(columns[2]), max(columns[3]))


def pdf_to_sheets(pdf: Path, dpi: float, pages: Sequence[int] | None = None) -> list[Sheet]:
    """The pages of a PDF (from 1); with None those on which tables are drawn."""
    document = pypdfium2.PdfDocument(pdf)
    sheets = []
    with pdfplumber.open(pdf) as source:
        for number, page in enumerate(source.pages, start=1):
            if pages is not None and number not in pages:
                continue
            scale = dpi / 72
            edges = tuple(_scaled(edge, scale) for edge in page.edges)
            if pages is None and len(edges) < LEAST_EDGES:
                continue
            cells = tuple(
                tuple(side * scale for side in cell)
                for table in page.find_tables()
                for cell in table.cells
            )
            if pages is None and not cells:
                continue
            picture = document[number - 1].render(scale=scale).to_pil().convert("RGB")
            sheets.append(Sheet(np.array(picture), dpi, edges, cells))  # type: ignore[arg-type]
    document.close()
    return sheets


def _scaled(edge: dict[str, float], scale: float) -> Box:
    return (edge["x0"] * scale, edge["top"] * scale, edge["x1"] * scale, edge["bottom"] * scale)
