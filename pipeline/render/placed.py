"""Where pictures lie on a PDF page, and a picture's pixels laid out as the page shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Leaning by more than this (as a slope) a picture is not on the axes: half a pixel in a thousand.
_LEAN = 0.0005
_TEXT_INVISIBLE = 3
# FPDF_PAGEOBJ_IMAGE and FPDF_PAGEOBJ_FORM: the picture, and a form that only holds it.
_HARMLESS = frozenset({3, 5})


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture on a page; `right` and `down` are its sides in points on the shown page."""

    image: Any
    left: float
    top: float
    right: tuple[float, float]
    down: tuple[float, float]
    pixels: tuple[int, int]

    @property
    def box(self) -> tuple[float, float, float, float]:
        xs = (self.left, self.left + self.right[0] + self.down[0])
        ys = (self.top, self.top + self.right[1] + self.down[1])
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def area(self) -> float:
        return abs(self.right[0] * self.down[1] - self.right[1] * self.down[0])

    @property
    def dpi(self) -> tuple[float, float]:
        """Pixels per inch along the picture's own rows and columns."""
        across = self.pixels[0] * 72 / max(math.hypot(*self.right), 1e-6)
        return across, self.pixels[1] * 72 / max(math.hypot(*self.down), 1e-6)

    @property
    def lies_square(self) -> bool:
        (a, b), (c, d) = self.right, self.down
        return min(abs(a), abs(b)) <= _LEAN * math.hypot(a, b) and min(
            abs(c), abs(d)
        ) <= _LEAN * math.hypot(c, d)


def placed_pictures(sheet: Any) -> list[Placed]:
    """The pictures that a page of pdfium draws, with their places as the page is shown."""
    from pypdfium2 import PdfImage

    to_shown = _to_shown(sheet)
    placed: list[Placed] = []
    for item in sheet.get_objects():
        if isinstance(item, PdfImage):
            a, b, c, d, e, f = _whole_matrix(item).get()
            # The picture's first row lies along the top of the unit square.
            left, top = to_shown(c + e, d + f)
            x_right, y_right = to_shown(a + c + e, b + d + f)
            x_down, y_down = to_shown(e, f)
            right, down = (x_right - left, y_right - top), (x_down - left, y_down - top)
            placed.append(Placed(item, left, top, right, down, item.get_px_size()))
    return placed


def _whole_matrix(item: Any) -> Any:
    """The object's matrix with those of the forms around it."""
    matrix = item.get_matrix()
    form = getattr(item, "container", None)
    while form is not None:
        matrix = matrix.multiply(form.get_matrix())
        form = getattr(form, "container", None)
    return matrix


def _to_shown(sheet: Any) -> Any:
    """The map from the page's own space to points from the top left of the shown page."""
    left, bottom, right, top = sheet.get_bbox()
    turn = sheet.get_rotation()

    def shown(x: float, y: float) -> tuple[float, float]:
        if turn == 90:
            return y - bottom, x - left
        if turn == 180:
            return right - x, y - bottom
        if turn == 270:
            return top - y, right - x
        return x - left, top - y

    return shown


def only_picture(sheet: Any, placed: Sequence[Placed], cover: float) -> Placed | None:
    """The picture that is all that the page shows, or None."""
    from pypdfium2 import PdfTextObj
    from pypdfium2.raw import FPDFPage_GetAnnotCount
    from pypdfium2.raw import FPDFTextObj_GetTextRenderMode as render_mode

    width, height = sheet.get_size()
    if len(placed) != 1 or not placed[0].lies_square or FPDFPage_GetAnnotCount(sheet):
        return None
    if placed[0].area < cover * width * height:
        return None
    for item in sheet.get_objects():
        if isinstance(item, PdfTextObj):
            if render_mode(item) != _TEXT_INVISIBLE:
                return None
        elif item.type not in _HARMLESS:
            return None
    return placed[0]


def turned(pixels: NDArray[np.uint8], placed: Placed) -> NDArray[np.uint8]:
    """The pixels as they lie on the page: quarter turns and mirrorings undone."""
    x_axis, y_axis = placed.right, placed.down
    if abs(x_axis[0]) < abs(x_axis[1]):
        pixels = pixels.transpose(1, 0, 2)
        x_axis, y_axis = y_axis, x_axis
    if x_axis[0] < 0:
        pixels = pixels[:, ::-1]
    if y_axis[1] < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def on_page(
    pixels: NDArray[np.uint8], placed: Placed, size: tuple[float, float]
) -> NDArray[np.uint8]:
    """The pixels with white margins, or cut, so that they are the whole page."""
    rows, columns = pixels.shape[:2]
    x0, top, x1, bottom = placed.box
    per_x, per_y = columns / max(x1 - x0, 1e-6), rows / max(bottom - top, 1e-6)
    page_columns, page_rows = round(size[0] * per_x), round(size[1] * per_y)
    left, above = round(x0 * per_x), round(top * per_y)
    if (left, above) == (0, 0) and (page_rows, page_columns) == (rows, columns):
        return pixels
    page = np.full((max(page_rows, 1), max(page_columns, 1), 3), 255, np.uint8)
    target_x, target_y = max(left, 0), max(above, 0)
    part = pixels[max(-above, 0) :, max(-left, 0) :][
        : max(page_rows - target_y, 0), : max(page_columns - target_x, 0)
    ]
    page[target_y : target_y + part.shape[0], target_x : target_x + part.shape[1]] = part
    return page
