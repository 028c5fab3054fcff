"""Runs the content of PDF pages and collects what they draw.

pdfplumber opens the file; its engine (pdfminer's interpreter) runs the content streams on the
device below. pdfplumber's own device makes a dictionary of some thirty entries of each character,
knows no rendering mode and no clipping; this one keeps what the later steps need, which is less
work and more evidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pdfminer.pdfdevice import PDFDevice
from pdfminer.utils import mult_matrix

from pipeline.textlayer.glyphs import FontMetrics, Placer
from pipeline.textlayer.marks import Fill, PageMarks, Paint, Picture, Stroke
from pipeline.textlayer.paths import (
    Box,
    Matrix,
    Subpath,
    apply,
    bounds,
    frame,
    inside,
    intersection,
    subpaths,
)

if TYPE_CHECKING:
    from pdfminer.pdfinterp import PDFGraphicState, PDFTextState
    from pdfminer.pdftypes import PDFStream


_SPECIAL_SPACES = frozenset({"Separation", "DeviceN", "Indexed", "Lab", "Pattern"})
_ALMOST_WHITE = 0.97


class MarksDevice(PDFDevice):
    """Collects the marks of one page after another; fonts are remembered between pages."""

    ctm: Matrix

    def __init__(self, rsrcmgr: Any) -> None:
        super().__init__(rsrcmgr)
        self.page = PageMarks(0, 0)
        self.clip: Box | None = None
        self._fonts: dict[int, FontMetrics] = {}
        self._outer: list[tuple[Matrix, Box | None]] = []

    def start(self, page: PageMarks) -> None:
        """Begin a page: what is drawn from now on goes there."""
        self.page = page
        self.clip = None
        self._outer.clear()

    def begin_figure(self, name: str, bbox: Sequence[float], matrix: Sequence[float]) -> None:
        # The interpreter does not restore these after a form.
        self._outer.append((self.ctm, self.clip))
        if len(bbox) == 4 and all(isinstance(side, (int, float)) for side in bbox):
            inner = mult_matrix(matrix, self.ctm)  # type: ignore[arg-type]
            x0, y0, x1, y1 = bbox
            box = bounds([apply(inner, x, y) for x in (x0, x1) for y in (y0, y1)])
            self.clip = box if self.clip is None else intersection(box, self.clip)

    def end_figure(self, name: str) -> None:
        self.ctm, self.clip = self._outer.pop()

    def clip_to(self, path: Sequence[Any]) -> None:
        """Narrow the clipping area to the box around a path (an upper bound of the true area)."""
        points = [point for part in subpaths(path, self.ctm) for point in part.points]
        if not points:
            return
        box = bounds(points)
        self.clip = box if self.clip is None else intersection(box, self.clip)

    def render_image(self, name: str, stream: PDFStream) -> None:
        corners = [apply(self.ctm, x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
        box = intersection(bounds(corners), (0, 0, self.page.width, self.page.height))
        if self.clip is not None:
            box = intersection(box, self.clip)
        keys = ("SMask", "Mask", "ImageMask", "IM")
        opaque = not any(stream.get(key) for key in keys)
        self.page.pictures.append(Picture(box, opaque, len(self.page.marks)))
        # The parser keeps every object it has met; a long scan need not stay in memory.
        stream.rawdata = None

    def render_string(
        self, textstate: PDFTextState, seq: Any, ncs: Any, graphicstate: PDFGraphicState
    ) -> None:
        """Place the characters of one text operator (PDF 32000-1:2008, 9.4.4)."""
        font = textstate.font
        if font is None:
            return
        metrics = self._fonts.get(id(font))
        if metrics is None:
            metrics = self._fonts[id(font)] = FontMetrics(font)
        size = textstate.fontsize
        scaling = textstate.scaling * 0.01
        step = -0.001 * size * (1.0 if metrics.vertical else scaling)
        charspace = textstate.charspace * scaling
        wordspace = 0.0 if font.is_multibyte() else textstate.wordspace * scaling
        matrix = mult_matrix(textstate.matrix, self.ctm)
        place = Placer(self, textstate, metrics, matrix, _paint(textstate.render, graphicstate))
        position = textstate.linematrix[1 if metrics.vertical else 0]
        across = textstate.linematrix[0 if metrics.vertical else 1]
        known = metrics.characters
        needs_space = False
        for item in seq:
            if isinstance(item, (int, float)):
                position += item * step
                needs_space = True
                continue
            if not isinstance(item, bytes):
                continue
            for cid in font.decode(item):
                if needs_space:
                    position += charspace
                text, width = known.get(cid) or metrics.look_up(cid)
                advance = width * size * scaling
                place(text, cid, position, across, advance)
                position += advance
                if cid == 32 and wordspace:
                    position += wordspace
                needs_space = True
        textstate.linematrix = (across, position) if metrics.vertical else (position, across)

    def paint_path(
        self,
        graphicstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,
        path: Sequence[Any],
    ) -> None:
        parts = subpaths(path, self.ctm)
        if stroke:
            a, b, c, d, _, _ = self.ctm
            thickness = graphicstate.linewidth * math.sqrt(abs(a * d - b * c))
            white = _is_white(graphicstate.scolor, graphicstate.scs)
            for part in parts:
                self._add_strokes(part, thickness, white)
        if fill:
            white = _is_white(graphicstate.ncolor, graphicstate.ncs)
            self._add_fills(parts, white)

    def _add_strokes(self, part: Subpath, thickness: float, white: bool) -> None:
        clip = self.clip
        half = thickness / 2
        points = part.points
        for index in range(1, len(points)):
            if index in part.bends:
                continue
            (x0, y0), (x1, y1) = points[index - 1], points[index]
            wide, high = abs(x1 - x0), abs(y1 - y0)
            # A rule may lean by a rounding error, not by more.
            if high <= 0.02 * wide:
                position, start, end, axis = (y0 + y1) / 2, x0, x1, "h"
            elif wide <= 0.02 * high:
                position, start, end, axis = (x0 + x1) / 2, y0, y1, "v"
            else:
                continue
            if start > end:
                start, end = end, start
            if clip is not None:
                low, high_limit, near, far = (
                    (clip[0], clip[2], clip[1], clip[3])
                    if axis == "h"
                    else (clip[1], clip[3], clip[0], clip[2])
                )
                start, end = max(start, low), min(end, high_limit)
                if start >= end or not near - half - 0.1 <= position <= far + half + 0.1:
                    continue
            self.page.strokes.append(Stroke(axis, position, start, end, thickness, white))  # type: ignore[arg-type]

    def _add_fills(self, parts: Sequence[Subpath], white: bool) -> None:
        fills = self.page.fills
        last: Box | None = None
        for part in parts:
            if part.bends:
                self.page.outlines += 1
            box = bounds(part.points)
            sides: Sequence[Box] = (box,)
            if last is not None and not part.bends and (inside(box, last) or inside(last, box)):
                # A frame: the outer box and the hole in it, painted as one area.
                fills.pop()
                sides = frame(last, box) if inside(box, last) else frame(box, last)
            for side in sides:
                seen = side if self.clip is None else intersection(side, self.clip)
                fills.append(Fill(seen, white))
            last = box if len(sides) == 1 else None


def _paint(render: int, state: PDFGraphicState) -> Paint:
    if render in (3, 7):
        return "hidden"
    return "white" if render in (0, 4) and _is_white(state.ncolor, state.ncs) else "ink"


def _is_white(colour: Any, space: Any) -> bool:
    if getattr(space, "name", "") in _SPECIAL_SPACES:
        return False
    parts = colour if isinstance(colour, (tuple, list)) else (colour,)
    if not parts or not all(isinstance(part, (int, float)) for part in parts):
        return False
    if len(parts) == 4:
        return bool(max(parts) <= 1 - _ALMOST_WHITE)
    return bool(min(parts) >= _ALMOST_WHITE)
