"""Pages as they were read → the sheets of the source, where a sheet holds two pages.

Stages count pages and know nothing of sheets: each page has a number and a frame of its own. What
is written names the sheet, since that is the page that a reader of the file sees; the second page
of a sheet then stands beside or below the first, so that page and box still point to one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.geometry import BBox
from pipeline.model import (
    Cell,
    Finding,
    Fragment,
    Glyph,
    Layout,
    PageContent,
    PageRecord,
    Prose,
    Reading,
    Ruling,
    Spot,
    Table,
    Task,
    Word,
)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The spot of every page, by the page's number."""

    spots: dict[int, Spot]

    def reading(self, reading: Reading) -> Reading:
        """The reading with sheets for pages."""
        return replace(
            reading,
            tasks=tuple(self._task(task) for task in reading.tasks),
            tables=tuple(self._table(table) for table in reading.tables),
            findings=tuple(self._finding(finding) for finding in reading.findings),
            pages=tuple(self._record(record) for record in reading.pages),
        )

    def layout(self, layout: Layout) -> Layout:
        """The layout with sheets for pages; a sheet with two pages has two proses."""
        return Layout(
            tuple(self._table(table) for table in layout.tables),
            tuple(self._prose(prose) for prose in layout.prose),
            tuple(self._finding(finding) for finding in layout.findings),
        )

    def _box(self, page: int, box: BBox) -> BBox:
        spot = self.spots[page]
        return box.moved(spot.left, spot.top)

    def _word(self, page: int, word: Word) -> Word:
        glyphs = tuple(Glyph(glyph.text, self._box(page, glyph.box)) for glyph in word.glyphs)
        return replace(word, box=self._box(page, word.box), glyphs=glyphs)

    def _finding(self, finding: Finding) -> Finding:
        if finding.page is None:
            return finding
        box = self._box(finding.page, finding.box) if finding.box else None
        return replace(finding, page=self.spots[finding.page].sheet, box=box)

    def _task(self, task: Task) -> Task:
        pages = dict.fromkeys(self.spots[page].sheet for page in task.pages)
        places = tuple(
            replace(place, page=self.spots[place.page].sheet, box=self._box(place.page, place.box))
            for place in task.places
        )
        return replace(task, pages=tuple(pages), places=places)

    def _table(self, table: Table) -> Table:
        return replace(table, cells=tuple(self._cell(cell) for cell in table.cells))

    def _cell(self, cell: Cell) -> Cell:
        return replace(cell, fragments=tuple(self._fragment(part) for part in cell.fragments))

    def _fragment(self, part: Fragment) -> Fragment:
        lines = tuple(self._word(part.page, line) for line in part.lines)
        return Fragment(self.spots[part.page].sheet, self._box(part.page, part.box), lines)

    def _prose(self, prose: Prose) -> Prose:
        spot = self.spots[prose.page]
        return replace(
            prose,
            page=spot.sheet,
            lines=tuple(self._word(prose.page, line) for line in prose.lines),
            rules=tuple(_moved(rule, spot) for rule in prose.rules),
        )

    def _record(self, record: PageRecord) -> PageRecord:
        spot = self.spots[record.page]
        return replace(record, page=spot.sheet, spot=spot if spot.half else None)


def contents_to_sheets(contents: Sequence[PageContent]) -> Sheets | None:
    """Where the pages stand; None where every page is a sheet of its own."""
    if all(content.spot is None for content in contents):
        return None
    return Sheets({c.page: c.spot or Spot(c.page) for c in contents})


def number_pages(contents: Sequence[PageContent], first: int) -> tuple[PageContent, ...]:
    """The pages of one sheet, whose number they bear, with numbers of their own from `first`."""
    numbered = []
    for page, content in enumerate(contents, start=first):
        if page != content.page or content.spot is not None:
            content = replace(
                content,
                page=page,
                spot=content.spot or Spot(content.page),
                findings=tuple(replace(finding, page=page) for finding in content.findings),
            )
        numbered.append(content)
    return tuple(numbered)


def _moved(rule: Ruling, spot: Spot) -> Ruling:
    along, across = (spot.left, spot.top) if rule.axis == "h" else (spot.top, spot.left)
    return replace(
        rule, position=rule.position + across, start=rule.start + along, end=rule.end + along
    )
