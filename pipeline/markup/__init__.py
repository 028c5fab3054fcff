"""Machine-read text → layout: what other OCR systems return enters here.

Text → blocks (prose, rows parted by tabs, HTML tables, Markdown tables) → tables, of which those
with the same header are one → layout.

Such text has no places. Its prose stands on page 1, the nth line of the text at 20·n points, so
that order and gaps are kept; cells have text and no fragments. A row with fewer fields than the
header is filled up with blank cells, one with more makes the table wider; both are reported.
"""

from __future__ import annotations

from pipeline.characters import map_radicals
from pipeline.config import Settings
from pipeline.geometry import BBox
from pipeline.markup.blocks import Block, Kind, text_to_blocks
from pipeline.markup.html import html_to_table
from pipeline.markup.rows import RawTable, join_tables, rows_to_table
from pipeline.markup.text import line_to_text, looks_like_title
from pipeline.model import Layout, Prose, Ruling, Word

LINE_POINTS = 20.0  # nominal distance of lines
CHARACTER_POINTS = 16.0  # nominal size of a character: 3号, as GB/T 9704-2012 sets letters
WIDTH = 595.28  # A4, nominal
HEIGHT = 841.89

__all__ = ["text_to_layout"]


def text_to_layout(text: str, settings: Settings) -> Layout:
    """Read machine-read text: tables with their spans, and the prose around them."""
    blocks = text_to_blocks(text)
    lines = [
        _word(line, at)
        for block in blocks
        if block.kind is Kind.PROSE
        for at, raw in block.lines
        for line in line_to_text(raw)
    ]
    rules = tuple(
        Ruling("h", at * LINE_POINTS, 0.0, WIDTH)
        for block in blocks
        if block.kind is Kind.RULE
        for at, _ in block.lines
    )
    tables, findings = join_tables(_raw_tables(blocks))
    last = max((at for block in blocks for at, _ in block.lines), default=0)
    height = max(HEIGHT, (last + 2) * LINE_POINTS)
    prose = Prose(1, WIDTH, height, tuple(lines), rules)
    return Layout(tables, (prose,), findings)


def _word(text: str, line: int) -> Word:
    top = line * LINE_POINTS
    width = min(WIDTH, CHARACTER_POINTS * len(text))
    return Word(map_radicals(text), BBox(0.0, top, width, top + CHARACTER_POINTS), raw=text)


def _raw_tables(blocks: list[Block]) -> list[RawTable]:
    """The tables block by block; the line right above one may be its title."""
    tables: list[RawTable] = []
    above: str | None = None
    for block in blocks:
        if block.kind is Kind.PROSE:
            texts = [text for _, raw in block.lines for text in line_to_text(raw)]
            above = texts[-1] if texts else above
        elif block.kind is Kind.RULE:
            above = None
        else:
            table = html_to_table(block) if block.kind is Kind.HTML else rows_to_table(block)
            title = table.title or (above if above and looks_like_title(above) else None)
            tables.append(table.titled(title))
            above = None
    return [table for table in tables if table.rows]
