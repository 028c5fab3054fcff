"""What a PDF page draws: characters, strokes, filled boxes and pictures, with their places.

pdfplumber opens the file; its engine (pdfminer's interpreter) runs the content streams on the
device below. pdfplumber's own device makes a dictionary of some thirty entries of each character,
knows no rendering mode and no clipping; this one keeps what the later steps need, which is less
work and more evidence. All places are points with the origin at the top left of the visible page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pdfminer.pdfdevice import PDFDevice
from pdfminer.pdffont import PDFType3Font, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.utils import mult_matrix

if TYPE_CHECKING:
    from pdfminer.pdffont import PDFFont
    from pdfminer.pdfinterp import PDFGraphicState, PDFTextState
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdftypes import PDFStream

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Point = tuple[float, float]
Paint = Literal["ink", "white", "hidden"]

UNMAPPED = "\ufffd"
# Text up to this angle off the axis reads as upright: scanners' text layers follow the skew.
_UPRIGHT_SLOPE = math.tan(math.radians(10))
_EM_DESCENT = -0.12
_SPECIAL_SPACES = frozenset({"Separation", "DeviceN", "Indexed", "Lab", "Pattern"})
_ALMOST_WHITE = 0.97


class Mark(NamedTuple):
    """One character as drawn. `turn`: quarters clockwise that its line of text is turned, 0–3,
    or -1 when it stands askew; `base`: y of the base line (x for text turned by 1 or 3)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    turn: int
    paint: Paint


class Stroke(NamedTuple):
    """A straight piece of a line along one axis."""

    axis: Literal["h", "v"]
    position: float
    start: float
    end: float
    thickness: float
    white: bool


class Fill(NamedTuple):
    """The box around a filled area."""

    box: Box
    white: bool


class Picture(NamedTuple):
    """A placed picture; `opaque` when it has no mask, `marks_below`: characters drawn before it."""

    box: Box
    opaque: bool
    marks_below: int


@dataclass(slots=True)
class PageMarks:
    """All marks of one page, in the order in which they are drawn."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    outlines: int = 0
    """Filled areas with curved sides: many of them and no characters is text turned to outlines."""
    clipped: int = 0
    """Characters drawn wholly outside the clipping path, which nobody can see."""


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
            box = _bounds([_apply(inner, x, y) for x in (x0, x1) for y in (y0, y1)])
            self.clip = box if self.clip is None else _intersection(box, self.clip)

    def end_figure(self, name: str) -> None:
        self.ctm, self.clip = self._outer.pop()

    def clip_to(self, path: Sequence[Any]) -> None:
        """Narrow the clipping area to the box around a path (an upper bound of the true area)."""
        points = [point for part in _subpaths(path, self.ctm) for point in part.points]
        if not points:
            return
        box = _bounds(points)
        self.clip = box if self.clip is None else _intersection(box, self.clip)

    def render_image(self, name: str, stream: PDFStream) -> None:
        corners = [_apply(self.ctm, x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
        box = _intersection(_bounds(corners), (0, 0, self.page.width, self.page.height))
        if self.clip is not None:
            box = _intersection(box, self.clip)
        keys = ("SMask", "Mask", "ImageMask", "IM")
        opaque = not any(stream.get(key) for key in keys)
        self.page.pictures.append(Picture(box, opaque, len(self.page.marks)))

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
        place = _Placer(self, textstate, metrics, matrix, _paint(textstate.render, graphicstate))
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
        parts = _subpaths(path, self.ctm)
        if stroke:
            a, b, c, d, _, _ = self.ctm
            thickness = graphicstate.linewidth * math.sqrt(abs(a * d - b * c))
            white = _is_white(graphicstate.scolor, graphicstate.scs)
            for part in parts:
                self._add_strokes(part, thickness, white)
        if fill:
            white = _is_white(graphicstate.ncolor, graphicstate.ncs)
            self._add_fills(parts, white)

    def _add_strokes(self, part: _Subpath, thickness: float, white: bool) -> None:
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

    def _add_fills(self, parts: Sequence[_Subpath], white: bool) -> None:
        fills = self.page.fills
        last: Box | None = None
        for part in parts:
            if part.bends:
                self.page.outlines += 1
            box = _bounds(part.points)
            if last is not None and _inside(box, last) and not part.bends:
                # A frame: the outer box and the hole in it, painted as one area.
                fills.pop()
                fills.extend(Fill(side, white) for side in _frame(last, box))
            else:
                seen = box if self.clip is None else _intersection(box, self.clip)
                fills.append(Fill(seen, white))
            last = box


class _Placer:
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
                page.clipped += 1
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
        points = [_apply(matrix, x, y) for x in (left, right) for y in (low, high)]
        base_point = _apply(matrix, *origin)
        return (*_bounds(points), base_point[0 if self.turn in (1, 3) else 1])


class MarksInterpreter(PDFPageInterpreter):
    """pdfminer's interpreter, with clipping paths and the old fill operator."""

    device: MarksDevice

    def __init__(self, rsrcmgr: Any, device: MarksDevice) -> None:
        super().__init__(rsrcmgr, device)
        self._clips: list[Box | None] = []

    def do_q(self) -> None:
        super().do_q()
        self._clips.append(self.device.clip)

    def do_Q(self) -> None:  # noqa: N802
        super().do_Q()
        if self._clips:
            self.device.clip = self._clips.pop()

    def do_W(self) -> None:  # noqa: N802
        self.device.clip_to(self.curpath)

    def do_W_a(self) -> None:  # noqa: N802
        self.device.clip_to(self.curpath)

    def do_F(self) -> None:  # noqa: N802
        self.do_f()


def page_to_marks(page: PDFPage, interpreter: MarksInterpreter) -> PageMarks:
    """Run the content of one page. Width and height are those of the crop box, turned by /Rotate.

    Raises whatever the interpreter raises on a damaged page.
    """
    x0, y0, x1, y1 = visible_box(page)
    turned = page.rotate in (90, 270)
    width, height = (y1 - y0, x1 - x0) if turned else (x1 - x0, y1 - y0)
    to_display: Matrix = {
        90: (0, 1, 1, 0, -y0, -x0),
        180: (-1, 0, 0, 1, x1, -y0),
        270: (0, -1, -1, 0, y1, x1),
    }.get(page.rotate, (1, 0, 0, -1, -x0, y1))
    marks = PageMarks(width, height)
    interpreter.device.start(marks)
    interpreter.render_contents(page.resources, page.contents, ctm=to_display)
    return marks


def visible_box(page: PDFPage) -> Box:
    """The crop box cut to the media box, in the page's own space; the media box when that fails."""
    media, crop = _sorted_box(page.mediabox), _sorted_box(page.cropbox)
    box = _intersection(media, crop)
    return box if box[2] - box[0] > 1 and box[3] - box[1] > 1 else media


class _Subpath(NamedTuple):
    """A polygon; `bends` are the indices of the points that a true curve leads to."""

    points: list[Point]
    bends: list[int]


def _subpaths(path: Sequence[Any], ctm: Matrix) -> list[_Subpath]:
    """The pieces of a path as polygons on the page."""
    a, b, c, d, e, f = ctm
    parts: list[_Subpath] = []
    points: list[Point] = []
    bends: list[int] = []
    for operation in path:
        kind = operation[0]
        if kind == "h":
            if points:
                points.append(points[0])
            continue
        if kind == "m":
            if len(points) > 1:
                parts.append(_Subpath(points, bends))
            points, bends = [], []
        elif kind != "l" and points and _bends(operation, ctm, points[-1]):
            bends.append(len(points))
        x, y = operation[-2], operation[-1]
        points.append((a * x + c * y + e, b * x + d * y + f))
    if len(points) > 1:
        parts.append(_Subpath(points, bends))
    return parts


def _bends(operation: Sequence[Any], ctm: Matrix, start: Point) -> bool:
    """Whether a Bézier curve leaves the straight line between its ends (by their bounding box)."""
    places = zip(operation[1::2], operation[2::2], strict=True)
    points = [start, *(_apply(ctm, x, y) for x, y in places)]
    left, top, right, bottom = _bounds(points)
    (x0, y0), (x1, y1) = points[0], points[-1]
    slack = 0.02 * max(right - left, bottom - top)
    return (right - left) - abs(x1 - x0) > slack or (bottom - top) - abs(y1 - y0) > slack


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


def _turn(right: float, down: float) -> int:
    if abs(down) <= _UPRIGHT_SLOPE * abs(right):
        return 0 if right >= 0 else 2
    if abs(right) <= _UPRIGHT_SLOPE * abs(down):
        return 1 if down > 0 else 3
    return -1


def _apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(points: Sequence[Point]) -> Box:
    xs = [point[0] for point in points]
    ys = [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def _sorted_box(box: Sequence[float]) -> Box:
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _intersection(one: Box, other: Box) -> Box:
    x0, y0 = max(one[0], other[0]), max(one[1], other[1])
    return x0, y0, max(x0, min(one[2], other[2])), max(y0, min(one[3], other[3]))


def _inside(inner: Box, outer: Box) -> bool:
    return (
        outer[0] <= inner[0] < inner[2] <= outer[2]
        and outer[1] <= inner[1] < inner[3] <= outer[3]
        and inner != outer
    )


def _frame(outer: Box, inner: Box) -> tuple[Box, Box, Box, Box]:
    return (
        (outer[0], outer[1], outer[2], inner[1]),
        (outer[0], inner[3], outer[2], outer[3]),
        (outer[0], outer[1], inner[0], outer[3]),
        (inner[2], outer[1], outer[2], outer[3]),
    )
