"""Does the first row of a page go on with the last row of the page before?

Evidence is weighed in points: what a reader would take as certain counts three, a hint one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import Cell, Word
from pipeline.tables.heads import fold, is_number

JOIN = 1.0
"""Points from which rows are joined."""
CERTAIN = 2.0
"""Points from which, on either side of zero, the decision raises no doubt."""
MISREAD = 0.6
"""The score under which a serial that does not follow may be dirt."""
FILLED = 0.8
"""Share of rows with text that makes a blank cell of a column remarkable."""

_SERIAL = re.compile(r"[(（]?(\d{1,4}|[一二三四五六七八九十]{1,3})[)）.、．]?")
_SPECKS = " \"“”‘’'`·•∙:,;_+*~^-。…"
_NO_START = "，。、；：！？）》〉」』】”’,;:!?)％%×÷=＝＋+/▲△★☆※"
_GOES_ON = "，、：,:（(《〈“‘—-和与及或的"
_SENTENCE_END = "。；！？;!?"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for (positive points) or against (negative points) joining."""

    points: float
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to join two row parts, whether that is in doubt, and why."""

    join: bool
    doubtful: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seam:
    """The two sides of a page end.

    `above`: body rows so far, the last one being that at the page's foot; `bottom`: the cells that
    touch the foot; `top`: those that begin in the next page's first body row; `serial`: the
    serials' column, if any; `open_border`: a border is missing at the seam; `short_by`: what the
    table leaves free above its page's foot, in characters.
    """

    above: tuple[Cell, ...]
    bottom: tuple[Cell, ...]
    top: tuple[Cell, ...]
    serial: int | None
    open_border: bool
    short_by: float
    unit: float


def weigh(seam: Seam) -> Verdict:
    """Weigh all evidence at a seam."""
    if not any(cell.text for cell in seam.top):
        # Nothing is printed in it: it matters to no value, and a border may have been drawn.
        points = 1.0 if seam.open_border else 0.0
        return Verdict(points > 0, False, ())
    evidence = list(_gather(seam))
    total = sum(item.points for item in evidence)
    fors = sum(item.points for item in evidence if item.points > 0)
    againsts = total - fors
    join = total >= JOIN
    if join and _places(seam.bottom) != _places(seam.top):
        evidence.append(Evidence(-9, "the cells on both sides have other columns"))
        return Verdict(False, True, tuple(item.reason for item in evidence))
    split = fors >= 2 and againsts <= -2 and abs(total) < CERTAIN
    doubtful = split or (total < CERTAIN if join else fors > 0 and total > -1)
    return Verdict(join, doubtful, tuple(item.reason for item in evidence))


def _places(cells: Sequence[Cell]) -> list[tuple[int, int]]:
    return sorted((cell.column, cell.column_span) for cell in cells)


def _gather(seam: Seam) -> Iterator[Evidence]:
    yield from _serials(seam)
    yield from _blanks(seam)
    yield from _texts(seam)
    if seam.open_border:
        yield Evidence(2, "the border at the page end is open")
    if seam.short_by > 3.5:
        points = -3 if seam.short_by > 8 else -1.5
        yield Evidence(points, "the table ends above the foot of its page")


def serial_number(text: str) -> int | None:
    """The number of a serial, 0 for one in Chinese numerals, None for other text.

    Specks beside it that were read as marks count for nothing.
    """
    found = _SERIAL.fullmatch(fold(text).strip(_SPECKS))
    if found is None:
        return None
    return int(found.group(1)) if found.group(1).isdecimal() else 0


def _at(cells: Sequence[Cell], column: int | None) -> Cell | None:
    for cell in cells:
        if cell.column == column:
            return cell
    return None


def _serials(seam: Seam) -> Iterator[Evidence]:
    before, after = _at(seam.bottom, seam.serial), _at(seam.top, seam.serial)
    if before is None or after is None or max(before.column_span, after.column_span) > 1:
        return
    if before.text and not after.text:
        points = 0.5 if before.row_span > 1 or after.row_span > 1 else 3.0
        yield Evidence(points, "the serial is blank")
    elif before.text and after.text:
        if fold(before.text) == fold(after.text):
            yield Evidence(3, "the serial is repeated")
        elif after.score < MISREAD and not _follows(before, after):
            yield Evidence(1, "no serial that follows stands there, perhaps a speck")
        else:
            yield Evidence(-6, "another serial stands there")
    elif after.text and any(cell.text for cell in seam.bottom):
        seen = [serial_number(c.text) for c in seam.above if c.column == seam.serial and c.text]
        here = serial_number(after.text)
        follows = bool(seen and seen[-1] and here == (seen[-1] or 0) + 1)
        yield Evidence(3 if follows else 1, "the serial stands on the second page only")


def _follows(before: Cell, after: Cell) -> bool:
    """Whether a serial is the next one, or may be as far as is known."""
    numbers = serial_number(before.text), serial_number(after.text)
    return not all(numbers) or numbers[1] == (numbers[0] or 0) + 1


def _blanks(seam: Seam) -> Iterator[Evidence]:
    """Columns that always hold text but are blank on one side; columns filled on both."""
    last = max(cell.row for cell in seam.bottom)
    rows = {cell.row for cell in seam.above if cell.row < last}
    missing, filled = 0.0, 0
    for before, after in _pairs(seam):
        if before.text and after.text:
            filled += 1
        elif before.text or after.text:
            if len(rows) < 2:
                missing += 0.7
                continue
            texts = [c.text for c in seam.above if c.column == after.column and c.row in rows]
            if texts and sum(map(bool, texts)) >= FILLED * len(texts):
                missing += 1
    if missing:
        yield Evidence(min(missing, 2.0), "cells that always hold text are blank")
    elif filled > 1:
        yield Evidence(-1, "no cell that always holds text is blank")


def _pairs(seam: Seam) -> Iterator[tuple[Cell, Cell]]:
    """Cells on both sides of the seam, but for serials and columns whose cells span rows."""
    spanning = {cell.column for cell in (*seam.above, *seam.top) if cell.row_span > 1}
    for after in seam.top:
        before = _at(seam.bottom, after.column)
        if before is not None and after.column not in spanning and after.column != seam.serial:
            yield before, after


def _texts(seam: Seam) -> Iterator[Evidence]:
    """How texts end above and begin below."""
    pairs = [(before, after) for before, after in _pairs(seam) if before.text and after.text]
    if not pairs:
        return
    points = [_cut_points(before, after, seam) for before, after in pairs]
    if max(points) > 0:
        yield Evidence(max(points), "a text is cut in the middle")
    else:
        yield Evidence(-1, "all texts have come to their end")
        if all(len(cell.lines) < 2 for cell in (*seam.bottom, *seam.top)):
            yield Evidence(-1, "both rows have a single line")


def _cut_points(before: Cell, after: Cell, seam: Seam) -> float:
    """How much a text that ends above and one that begins below look like one."""
    above, below = fold(before.text), fold(after.text)
    others = [
        fold(cell.text)
        for cell in seam.above
        if cell.column == before.column and cell is not before and cell.text
    ]
    if below[0] in _NO_START:
        return 2.0
    if above[-1] in _GOES_ON and len(above) > 1:
        return 1.5
    if above[-1] in _SENTENCE_END:
        return 0.0
    if _is_habit([text[-1] in _SENTENCE_END for text in others]):
        return 2.0
    if _is_habit([_is_numbered(text) for text in others]) and not _is_numbered(below):
        return 1.5
    return _fullness(before.fragments[-1].lines, seam.unit)


def _is_numbered(text: str) -> bool:
    """Whether a text begins with a number of its own: 3. · (3) · 第三 …"""
    return not is_number(text) and (text[0].isdecimal() or text[0] in "(第")


def _is_habit(cases: Sequence[bool]) -> bool:
    """Whether the cells of a column nearly always do so."""
    return len(cases) >= 3 and sum(cases) >= FILLED * len(cases)


def _fullness(lines: Sequence[Word], unit: float) -> float:
    """Points for a last line that is as long as the longest, so that its text may go on.

    In a narrow column a line is full by chance.
    """
    longest = max((len(line.text) for line in lines), default=0)
    if len(lines) < 2 or longest < 4:
        return 0.0
    if lines[-1].box.x1 <= max(line.box.x1 for line in lines) - 0.9 * unit:
        return 0.0
    return 1.5 if longest >= 8 else 0.7
