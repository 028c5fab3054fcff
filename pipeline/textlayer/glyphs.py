"""Fonts and the places of their characters on the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pdfminer.pdffont import PDFType3Font, PDFUnicodeNotDefined

from pipeline.characters import is_blank
from pipeline.textlayer.marks import Mark, Paint
from pipeline.textlayer.paths import Matrix, apply, bounds

if TYPE_CHECKING:
    from pdfminer.pdffont import PDFFont
    from pdfminer.pdfinterp import PDFTextState

    from pipeline.textlayer.device import MarksDevice

UNMAPPED = "\ufffd"
# Text up to this angle off the axis reads as upright: scanners' text layers follow the skew.
_UPRIGHT_SLOPE = math.tan(math.radians(10))
_EM_DESCENT = -0.12


class FontMetrics:
    """Text, width and height of a font's characters, looked up once."""

    __slots__ = ("bottom", "characters", "font", "top", "vertical")

    def __init__(self, font: PDFFont) -> None:
        self.font = font
        self.characters: dict[int, tuple[str, float]] = {}
        self.vertical = font.is_vertical()
        height = 1.0
        if isinstance(font, PDFType3Font):
            drawn = (font.bbox[3] - font.bbox[1]) * abs(font.vscale)
            height = drawn if 0.2 < drawn < 5 else 1.0
        descent = font.get_descent()
        # Descents of 0 or of whole ems are common in fonts whose writer did not know them.
        self.bottom = descent if -0.5 < descent < -0.01 else _EM_DESCENT * height
        self.top = self.bottom + height

    def look_up(self, cid: int) -> tuple[str, float]:
        """The text of a character code, U+FFFD when the font does not say, and its width in em."""
        try:
            text = self.font.to_unichr(cid) or UNMAPPED
        except PDFUnicodeNotDefined:
            text = UNMAPPED
        if text.isspace():
            text = " "
        if text.startswith("(cid:"):
            text = UNMAPPED
        entry = (text, self.font.char_width(cid))
        self.characters[cid] = entry
        return entry


class Placer:
    """Turns a character's place in text space into a `Mark` on the page."""

    __slots__ = (
        "base_offset",
        "bottom",
        "device",
        "matrix",
        "metrics",
        "paint",
        "size",
        "top",
        "turn",
        "upright",
    )

    def __init__(
        self,
        device: MarksDevice,
        textstate: PDFTextState,
        metrics: FontMetrics,
        matrix: Matrix,
        paint: Paint,
    ) -> None:
        self.device, self.metrics, self.matrix, self.paint = device, metrics, matrix, paint
        size = self.size = textstate.fontsize
        self.base_offset = textstate.rise
        self.bottom = metrics.bottom * size + textstate.rise
        self.top = metrics.top * size + textstate.rise
        a, b, c, _, _, _ = matrix
        sign = size * textstate.scaling
        self.turn = _turn(a * sign, b * sign)
        self.upright = b == 0 and c == 0 and not metrics.vertical

    def __call__(self, text: str, cid: int, along: float, across: float, advance: float) -> None:
        a, _, _, d, e, f = self.matrix
        page = self.device.page
        if self.upright:
            x0 = e + along * a
            x1 = x0 + advance * a
            base = f + (across + self.base_offset) * d
            y0 = f + (across + self.top) * d
            y1 = f + (across + self.bottom) * d
            if x0 > x1:
                x0, x1 = x1, x0
            if y0 > y1:
                y0, y1 = y1, y0
        else:
            x0, y0, x1, y1, base = self._slanted(cid, along, across, advance)
        clip = self.device.clip
        if clip is not None:
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            if not (clip[0] <= x <= clip[2] and clip[1] <= y <= clip[3]):
                if not is_blank(text):
                    page.clipped.append((x0, y0, x1, y1))
                return
        page.marks.append(Mark(text, x0, y0, x1, y1, base, self.turn, self.paint))

    def _slanted(
        self, cid: int, along: float, across: float, advance: float
    ) -> tuple[float, float, float, float, float]:
        matrix, size = self.matrix, self.size
        if self.metrics.vertical:
            vx, vy = self.metrics.font.char_disp(cid)  # type: ignore[misc]
            left = across - (size * 0.5 if vx is None else vx * size * 0.001)
            high = along + (1000 - vy) * size * 0.001 + self.base_offset
            corners = ((left, high), (left + size, high + advance))
            origin = (left, high + advance - self.metrics.bottom * size)
        else:
            corners = ((along, across + self.bottom), (along + advance, across + self.top))
            origin = (along, across + self.base_offset)
        (left, low), (right, high) = corners
        points = [apply(matrix, x, y) for x in (left, right) for y in (low, high)]
        base_point = apply(matrix, *origin)
        return (*bounds(points), base_point[0 if self.turn in (1, 3) else 1])


def _turn(right: float, down: float) -> int:
    if abs(down) <= _UPRIGHT_SLOPE * abs(right):
        return 0 if right >= 0 else 2
    if abs(right) <= _UPRIGHT_SLOPE * abs(down):
        return 1 if down > 0 else 3
    return -1
