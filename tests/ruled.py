"""Pages made by hand: ruled cells with text, as a text layer or a scan would give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.geometry import BBox, union
from pipeline.model import Glyph, PageContent, Route, Ruling, Word

SIZE = 10.0
LEADING = 16.0
PAD = 4.0


def write(text: str, x: float, top: float, size: float = SIZE, score: float = 1.0) -> list[Word]:
    """One word per run without blanks; Latin characters are half as wide."""
    words: list[Word] = []
    glyphs: list[Glyph] = []
    for character in [*text, " "]:
        if character in " \u3000":
            if glyphs:
                run = "".join(glyph.text for glyph in glyphs)
                words.append(Word(run, union(g.box for g in glyphs), score, tuple(glyphs)))
            glyphs = []
            x += size if character == "\u3000" else size / 4
            continue
        width = size if character >= "\u2018" else size / 2
        glyphs.append(Glyph(character, BBox(x, top, x + width, top + size)))
        x += width
    return words


def concluded(xs: Sequence[float], ys: Sequence[float]) -> list[Ruling]:
    """Rulings as a scan's text makes them: none was seen."""
    level = [Ruling("h", y, xs[0], xs[-1], 0.0, True) for y in ys]
    return [*level, *(Ruling("v", x, ys[0], ys[-1], 0.0, True) for x in xs)]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell to draw: its place, its spans and its text, a line feed for each new line."""

    row: int
    column: int
    text: str = ""
    row_span: int = 1
    column_span: int = 1


@dataclass(slots=True)
class Sheet:
    """A page under the pen."""

    page: int = 1
    width: float = 595.0
    height: float = 842.0
    route: Route = "text"
    words: list[Word] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)

    def line(self, text: str, top: float, x: float | None = None, size: float = 16.0) -> None:
        """A line of prose, centred when `x` is not given."""
        words = write(text, 0, top, size)
        width = words[-1].box.x1
        self.words += write(text, (self.width - width) / 2 if x is None else x, top, size)

    def table(
        self,
        boxes: Sequence[Box],
        xs: Sequence[float],
        ys: Sequence[float],
        open_sides: frozenset[str] = frozenset(),
    ) -> None:
        for box in boxes:
            x0, x1 = xs[box.column], xs[box.column + box.column_span]
            y0, y1 = ys[box.row], ys[box.row + box.row_span]
            if not (y0 == ys[0] and "top" in open_sides):
                self.rulings.append(Ruling("h", y0, x0, x1))
            if not (y1 == ys[-1] and "bottom" in open_sides):
                self.rulings.append(Ruling("h", y1, x0, x1))
            self.rulings += [Ruling("v", x0, y0, y1), Ruling("v", x1, y0, y1)]
            for index, text in enumerate(box.text.split("\n")):
                self.words += write(text, x0 + PAD, y0 + PAD + index * LEADING)

    def rows(
        self,
        rows: Sequence[Sequence[str]],
        xs: Sequence[float],
        top: float,
        open_sides: frozenset[str] = frozenset(),
    ) -> float:
        """Rows of plain cells, each as high as its text; gives the bottom."""
        ys = [top]
        for row in rows:
            lines = max(text.count("\n") + 1 for text in row)
            ys.append(ys[-1] + 2 * PAD + lines * LEADING)
        boxes = [Box(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
        self.table(boxes, xs, ys, open_sides)
        return ys[-1]

    def content(self) -> PageContent:
        return PageContent(
            self.page,
            self.width,
            self.height,
            self.route,
            "made by hand",
            tuple(self.words),
            tuple(self.rulings),
        )
