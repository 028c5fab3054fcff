"""Categories that lost the mark behind their number: 四惠民生 after 三、优环境.

The mark is small, and rulings, dirt and coarse scans take it first; the other categories of the
column tell that it was printed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.characters import NUMERALS
from pipeline.lexicon import likelihood
from pipeline.model import Cell, Code, Finding, Severity, Table
from pipeline.normalise.headers import Header
from pipeline.normalise.tasks import cell_finding

_MARKED = re.compile(rf"\s*([{NUMERALS}])\s*、")
_BARE = re.compile(rf"\s*([{NUMERALS}])(?=\s*[\u4e00-\u9fff])")


def mark_numbers(table: Table, header: Header) -> tuple[Table, list[Finding]]:
    """A recognised table with 、 put in behind such numbers, and a doubt for each.

    Only where another category of the column has it, and where the number is the next one. Where
    all of them count without a gap there is no doubt, unless it begins a word as well (三农工作).
    """
    cells = list(table.cells)
    findings = []
    for column in header.with_role("category"):
        own = [c for c in cells if c.column == column.index and c.row >= header.rows and c.text]
        own.sort(key=lambda cell: cell.row)
        if not any(_MARKED.match(cell.text) for cell in own):
            continue
        heads = [_MARKED.match(cell.text) or _BARE.match(cell.text) for cell in own]
        numbers = [NUMERALS.index(head[1]) + 1 if head else 0 for head in heads]
        counts = numbers == list(range(1, len(own) + 1))
        before = 0
        for cell, head, number in zip(own, heads, numbers, strict=True):
            if head and head.re is _BARE and number == before + 1 and cell.score < 1:
                marked = _with_mark(cell, head.end())
                cells[cells.index(cell)] = marked
                message = f"no 、 was read behind the number of {_one_line(marked)}: put in"
                sure = counts and not _begins_word(cell.text[head.start(1) :])
                severity = Severity.INFO if sure else Severity.WARNING
                doubt = (Code.TEXT_IMPLAUSIBLE, severity, message)
                findings.append(cell_finding(table, cell, doubt))
            before = number or before
    return replace(table, cells=tuple(cells)), findings


def _begins_word(text: str) -> bool:
    """Whether the number at the start of a text is the first character of a word."""
    return len(likelihood("".join(text.split()))[1][0]) > 1


def _with_mark(cell: Cell, at: int) -> Cell:
    return replace(cell, text=f"{cell.text[:at]}、{cell.text[at:].lstrip(' ')}")


def _one_line(cell: Cell) -> str:
    return "".join(cell.text.split())
