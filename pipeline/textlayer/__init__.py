"""The text layer of a PDF: characters and lines with their places, page by page.

One page is read in four steps: `device` (what is drawn: `marks`) → `trust` (is the text layer to be
believed) → `rulings` (strokes to lines) → `words` (characters to words).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pdfplumber
from pdfminer.pdfpage import PDFPage
from pdfplumber.pdf import PDF

from pipeline.characters import is_odd, map_radicals
from pipeline.config import RouteRules, Settings
from pipeline.errors import InputError
from pipeline.geometry import BBox, union
from pipeline.model import Code, Finding, PageContent, Ruling, Severity, Word
from pipeline.textlayer.device import MarksDevice
from pipeline.textlayer.interpreter import MarksInterpreter, page_to_marks, visible_box
from pipeline.textlayer.marks import Fill, Mark, PageMarks, Picture, Stroke
from pipeline.textlayer.paths import Box
from pipeline.textlayer.rulings import marks_to_rulings
from pipeline.textlayer.trust import Verdict, covering_picture, is_drawn, judge
from pipeline.textlayer.words import (
    marks_to_words,
    median_height,
    turn_mark,
    turned_to_words,
)

# pdfminer warns of each operator it dislikes; what matters becomes a finding.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

_STAGE = "textlayer"
# Characters smaller than this share of the median height are not meant to be read.
_TINY = 0.2


class TextLayer:
    """An open PDF. Use as a context manager; not safe to share between threads.

    A file that cannot be parsed has no text layer: all its pages then take the scan route.
    Raises InputError when the file is not there or may not be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pdf: PDF | None = None
        self._pages: list[PDFPage] = []
        self._interpreter: MarksInterpreter | None = None
        self._fault = ""
        try:
            self._pdf = pdfplumber.open(path)
            self._pages = [page.page_obj for page in self._pdf.pages]
            self._interpreter = MarksInterpreter(self._pdf.rsrcmgr, MarksDevice(self._pdf.rsrcmgr))
        except OSError as error:
            raise InputError(f"{path}: the file cannot be read ({error.strerror}).") from error
        except Exception as error:  # whatever a damaged file makes the parser raise
            self._fault = f"the file cannot be parsed: {type(error).__name__}: {error}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._pdf is not None:
            self._pdf.stream.close()

    @property
    def page_count(self) -> int:
        return len(self._pages)

    def page_to_content(self, page: int, settings: Settings) -> PageContent:
        """Read page `page` (from 1).

        Route "scan" means that the text layer is not to be trusted; words and rulings are then
        empty and `reason` says why. A page whose content cannot be parsed goes the same way, with
        a finding. Raises InputError when the page is too large.
        """
        if self._interpreter is None or page > len(self._pages):
            # A damaged file, in which the renderer may have found more than the parser.
            return _unreadable(page, self._fault or "the page is missing in the parsed file")
        sheet = self._pages[page - 1]
        try:
            x0, y0, x1, y1 = visible_box(sheet)
            _require_side(f"{self.path.name}, page {page}", max(x1 - x0, y1 - y0), settings)
            return marks_to_content(page_to_marks(sheet, self._interpreter), page, settings)
        except InputError:
            raise
        except Exception as error:  # whatever a damaged page makes the parser raise
            return _unreadable(page, f"{type(error).__name__}: {error}")


def _require_side(name: str, side: float, settings: Settings) -> None:
    limit = settings.limits.page_side_points
    if side > limit:
        raise InputError(
            f"{name}: a side of {side:.0f} points is too long for a page (at most {limit:.0f}).",
            "Save the page at its true size, or raise limits.page_side_points.",
        )


def _unreadable(page: int, why: str) -> PageContent:
    reason = f"text layer cannot be read: {why}"
    finding = _finding(page, Code.ROUTE_BROKEN, Severity.WARNING, reason)
    return PageContent(page, 0.0, 0.0, "scan", reason, findings=(finding,))


def marks_to_content(marks: PageMarks, page: int, settings: Settings) -> PageContent:
    """All that a page draws → what is on it; pure."""
    marks, quarters = _upright(marks)
    visible, unseen = _visible(marks, settings.route)
    verdict = judge(marks, visible, settings.route)
    size = (marks.width, marks.height)
    if verdict.route == "scan":
        findings = _route_findings(page, verdict)
        return PageContent(page, *size, "scan", verdict.reason, findings=findings)
    unit = median_height(visible)
    rulings = marks_to_rulings(marks, unit)
    upright, dropped = _readable(visible, rulings, unit)
    words = marks_to_words(upright, rulings)
    if len(upright) < len(visible):
        words = (*words, *turned_to_words(visible))
    findings = (*_text_findings(page, words, Counter(unseen + dropped), marks.clipped),)
    return PageContent(
        page, *size, "text", verdict.reason, words, rulings, quarters * 90, findings=findings
    )


def _upright(page: PageMarks) -> tuple[PageMarks, int]:
    """The page turned so that most of its text is upright, and the quarters clockwise it took."""
    turns = Counter(mark.turn for mark in page.marks)
    turn, count = max(turns.items(), key=lambda item: item[1], default=(0, 0))
    if turn <= 0 or 2 * count <= sum(turns.values()):
        return page, 0
    size = (page.width, page.height)
    turned = PageMarks(*(size if turn == 2 else size[::-1]))
    turned.marks = [turn_mark(mark, turn, *size) for mark in page.marks]
    turned.fills = [Fill(_turn_box(fill.box, turn, size), fill.white) for fill in page.fills]
    turned.pictures = [
        Picture(_turn_box(picture.box, turn, size), picture.opaque, picture.marks_below)
        for picture in page.pictures
    ]
    turned.strokes = [_turn_stroke(stroke, turn, size) for stroke in page.strokes]
    turned.clipped = [_turn_box(box, turn, size) for box in page.clipped]
    turned.outlines = page.outlines
    return turned, 4 - turn


def _turn_box(box: Box, quarters: int, size: tuple[float, float]) -> Box:
    mark = turn_mark(Mark("", *box, 0.0, 0, "ink"), quarters, *size)
    return mark.x0, mark.top, mark.x1, mark.bottom


def _turn_stroke(stroke: Stroke, quarters: int, size: tuple[float, float]) -> Stroke:
    place, start, end = stroke.position, stroke.start, stroke.end
    box = (start, place, end, place) if stroke.axis == "h" else (place, start, place, end)
    x0, top, x1, bottom = _turn_box(box, quarters, size)
    if (stroke.axis == "h") == (quarters == 2):
        return Stroke("h", top, x0, x1, stroke.thickness, stroke.white)
    return Stroke("v", x0, top, bottom, stroke.thickness, stroke.white)


def _visible(page: PageMarks, rules: RouteRules) -> tuple[list[Mark], list[str]]:
    """Characters that a reader of the page sees, and why the others are not seen."""
    cover = covering_picture(page, rules)
    first = cover.marks_below if cover else 0
    unseen = ["under a picture"] * sum(map(is_drawn, page.marks[:first]))
    visible: list[Mark] = []
    width, height = page.width, page.height
    grounds = [fill.box for fill in page.fills if not fill.white]
    grounds += [picture.box for picture in page.pictures]
    for mark in page.marks[first:]:
        if not is_drawn(mark):
            continue
        x, y = (mark.x0 + mark.x1) / 2, (mark.top + mark.bottom) / 2
        if not (0 <= x <= width and 0 <= y <= height):
            unseen.append("outside the page")
        elif mark.paint == "white" and not any(
            box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in grounds
        ):
            unseen.append("white on white")
        else:
            visible.append(mark)
    return visible, unseen


def _readable(
    marks: Sequence[Mark], rulings: Sequence[Ruling], unit: float
) -> tuple[list[Mark], list[str]]:
    """Upright characters of a size to be read; the rest is named, quarter turns left to others."""
    dropped: list[str] = []
    upright: list[Mark] = []
    for mark in marks:
        height = mark.bottom - mark.top
        if mark.turn < 0:
            dropped.append("askew, as in a watermark")
        elif mark.turn > 0:
            continue
        elif height < _TINY * unit:
            dropped.append("too small to read")
        elif height > 2.5 * unit and _is_crossed(mark, rulings):
            dropped.append("large under the lines of a table, as in a watermark")
        else:
            upright.append(mark)
    return upright, dropped


def _is_crossed(mark: Mark, rulings: Sequence[Ruling]) -> bool:
    """Whether a ruling runs through the middle part of a character."""
    margin_x, margin_y = (mark.x1 - mark.x0) / 5, (mark.bottom - mark.top) / 5
    for ruling in rulings:
        across, along = (mark.top, mark.bottom), (mark.x0, mark.x1)
        margin = margin_y
        if ruling.axis == "v":
            across, along, margin = along, across, margin_x
        inside = across[0] + margin < ruling.position < across[1] - margin
        if inside and ruling.start <= along[0] and ruling.end >= along[1]:
            return True
    return False


def _route_findings(page: int, verdict: Verdict) -> tuple[Finding, ...]:
    if not verdict.broken:
        return ()
    return (_finding(page, Code.ROUTE_BROKEN, Severity.WARNING, verdict.reason),)


def _text_findings(
    page: int, words: Sequence[Word], unread: Counter[str], clipped: Sequence[Box]
) -> list[Finding]:
    findings = [
        _finding(page, Code.TEXT_OUTSIDE, Severity.INFO, f"{count} characters not read: {why}")
        for why, count in sorted(unread.items())
    ]
    if clipped:
        message = f"{len(clipped)} characters are in the file but cut off on the page"
        box = union(BBox(*sides) for sides in clipped)
        findings.append(_finding(page, Code.TEXT_CUT, Severity.WARNING, message, box))
    mapped: Counter[str] = Counter()
    for word in words:
        if word.text.isascii():
            continue
        if word.raw != word.text:
            mapped.update(ch for ch in word.raw if map_radicals(ch) != ch)
        odd = [ch for ch in word.text if is_odd(ch)]
        if odd:
            codes = ", ".join(f"U+{ord(ch):04X}" for ch in dict.fromkeys(odd))
            message = f"characters without a meaning: {codes}"
            findings.append(_finding(page, Code.CHARACTER_ODD, Severity.WARNING, message, word.box))
    if mapped:
        pairs = "、".join(f"{ch}→{map_radicals(ch)}" for ch, _ in mapped.most_common(8))
        message = f"{mapped.total()} characters read as those they stand for: {pairs}"
        findings.append(_finding(page, Code.RADICALS_MAPPED, Severity.INFO, message))
    return findings


def _finding(
    page: int, code: Code, severity: Severity, message: str, box: BBox | None = None
) -> Finding:
    return Finding(_STAGE, code, severity, message, page, box)
