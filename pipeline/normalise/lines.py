"""The printed lines of a letter: pieces on one line joined, page numbers and running heads off."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.geometry import BBox, union
from pipeline.model import Prose, Word
from pipeline.normalise.text import clean, fold

_DASHED_NUMBER = re.compile(r"[-—–－―_一~·•.]+\d{1,4}[-—–－―_一~·•.]+")
_PAGE_OF = re.compile(r"第\d{1,4}页(,?共\d{1,4}页)?|\d{1,4}/\d{1,4}|[Pp]age\d{1,4}.*")
_BARE_NUMBER = re.compile(r"[-—–－]?\d{1,4}[-—–－]?")
_MARGIN = 0.12  # share of the page's height where page numbers and running heads stand
_RUNNING = 3  # pages on which a line stands in the margin when it is a running head
# What a browser prints in the margins: the time and the page's title, its address and the number.
_BROWSER = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4},?\d{1,2}:\d\d.*|(file|https?)://.*")
_DIGITS = re.compile(r"\d+")
_BETWEEN_WORDS = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. `text` has one blank where the print has a gap; `key` is it folded."""

    text: str
    page: int
    box: BBox

    @property
    def key(self) -> str:
        return fold(self.text)

    @property
    def solid(self) -> str:
        """The text without blanks, but for those between Latin words."""
        return _BETWEEN_WORDS.sub("", self.text)

    @property
    def pieces(self) -> tuple[str, ...]:
        return tuple(self.text.split())


def prose_to_lines(prose: Sequence[Prose]) -> list[Line]:
    """The lines of all pages in reading order, without page numbers and running heads."""
    pages = [(page, _join_pieces(page)) for page in prose]
    running = _running_heads(pages)
    return [
        line
        for page, lines in pages
        for line in lines
        if not _is_page_number(line, page)
        and not (_numberless(line) in running and _outside(line, page))
    ]


def _join_pieces(page: Prose) -> list[Line]:
    """Words that stand side by side are one line, whatever gap is between them."""
    rows: list[list[Word]] = []
    for word in page.lines:
        if not clean(word.text):
            continue
        if rows and _same_line(rows[-1][-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [
        Line(
            clean(" ".join(word.text for word in sorted(row, key=lambda word: word.box.x0))),
            page.page,
            union(word.box for word in row),
        )
        for row in rows
    ]


def _same_line(one: Word, other: Word) -> bool:
    shared = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    lower = min(one.box.height, other.box.height)
    beside = one.box.x1 <= other.box.x0 or other.box.x1 <= one.box.x0
    return lower > 0 and shared > lower / 2 and beside


def _outside(line: Line, page: Prose) -> bool:
    margin = _MARGIN * page.height
    return line.box.y_mid < margin or line.box.y_mid > page.height - margin


def _is_page_number(line: Line, page: Prose) -> bool:
    if _DASHED_NUMBER.fullmatch(line.key) or _PAGE_OF.fullmatch(line.key):
        return True
    in_margin = _BARE_NUMBER.fullmatch(line.key) or _BROWSER.fullmatch(line.key)
    return bool(in_margin) and _outside(line, page)


def _numberless(line: Line) -> str:
    """The line with its numbers alike: a running head may hold that of its page."""
    return _DIGITS.sub("0", line.key)


def _running_heads(pages: Iterable[tuple[Prose, Sequence[Line]]]) -> set[str]:
    seen: dict[str, set[int]] = defaultdict(set)
    for page, lines in pages:
        for line in lines:
            if _outside(line, page):
                seen[_numberless(line)].add(page.page)
    return {key for key, where in seen.items() if len(where) >= _RUNNING}
