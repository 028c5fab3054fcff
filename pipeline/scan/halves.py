"""A sheet with two pages on → its pages, in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Code, Finding, PageContent, Severity, Spot
from pipeline.scan.prepare.part import reading_order

_NUMBER = re.compile(r"(?:第\s*)?[-—–―·_\s]*(\d{1,4})[-—–―·_\s]*页?")
EDGE = 0.15
"""Share of the page's height, at its head and foot, in which its number is printed."""


def order_halves(halves: Sequence[tuple[str, PageContent]]) -> tuple[PageContent, ...]:
    """Two pages in reading order, with their spots; each comes with the side it stood on.

    The turns that made them upright tell the order; printed page numbers that are next to each
    other overrule them. Numbers that are not next to each other (the sheets of a folded booklet)
    put the order in doubt.
    """
    sides = (halves[0][0], halves[1][0])
    contents = [content for _, content in halves]
    order = reading_order(sides, (contents[0].rotation, contents[1].rotation))
    pages = [contents[index] for index in order]
    numbers = [page_number(page) for page in pages]
    doubt = None
    if numbers[0] is not None and numbers[1] is not None:
        if numbers[0] - numbers[1] == 1:
            pages.reverse()
        elif numbers[1] - numbers[0] != 1:
            doubt = f"they are numbered {numbers[0]} and {numbers[1]}, so their order is in doubt"
    return _placed(pages, doubt)


def page_number(content: PageContent) -> int | None:
    """The number printed at the foot or head of the page; None where there is none, or two."""
    found = {
        int(match[1])
        for word in content.words
        if (match := _NUMBER.fullmatch(word.text.strip()))
        and not EDGE < word.box.y_mid / content.height < 1 - EDGE
    }
    return found.pop() if len(found) == 1 else None


def _placed(pages: Sequence[PageContent], doubt: str | None) -> tuple[PageContent, ...]:
    """The pages beside each other, as they stand on the sheet turned upright."""
    first, second = pages
    beside = first.width <= first.height
    spot = Spot(second.page, 2, first.width if beside else 0.0, 0.0 if beside else first.height)
    severity = Severity.WARNING if doubt else Severity.INFO
    message = f"Two pages stand on this sheet: {doubt or 'they were read one after the other'}."
    finding = Finding("scan", Code.PAGE_PARTED, severity, message, page=first.page)
    return (
        replace(first, spot=Spot(first.page, 1), findings=(finding, *first.findings)),
        replace(second, spot=spot),
    )
