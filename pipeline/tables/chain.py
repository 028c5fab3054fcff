"""Which parts of tables on successive pages are one table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.characters import is_han
from pipeline.model import Prose, Word
from pipeline.tables.columns import Match
from pipeline.tables.fill import FilledPage, Part
from pipeline.tables.heads import (
    KnownHeaders,
    find_header_rows,
    fold,
    has_known_header,
    similarity,
)
from pipeline.tables.lines import words_to_lines
from pipeline.tables.sides import with_lost_columns, with_lost_side
from pipeline.tables.stitch import Draft, extend, match_part, part_to_draft
from pipeline.tables.titles import (
    Heading,
    find_heading,
    find_running,
    is_note,
    is_page_number,
    join_title,
    mask,
)
from pipeline.tables.uncover import uncover_row

SAME_TITLE = 0.9
"""Similarity above which two titles are one, where they were read from a picture."""
SHORT_TITLE = 4
"""Characters; a shorter text over a table that was read from a picture is hardly its title."""
FORMS = ("表", "清单", "台账", "一览", "目录", "汇总", "明细", "账", "单")
"""How the titles of tables end."""


def strip_titles(page: FilledPage, known: KnownHeaders) -> FilledPage:
    """Move a title that stands in the first row, over all columns, from the grid to the prose."""
    parts, lines = [], list(page.prose.lines)
    for part in page.parts:
        rows = _title_rows(part, known)
        if rows:
            banner = [line for cell in part.cells if cell.row < rows for line in cell.lines]
            title = join_title([line.text for line in banner if not is_note(line.text)])
            lines += banner
            part = replace(part.without_head(rows), title=title or None)
        parts.append(part)
    if len(lines) == len(page.prose.lines):
        return page
    lines.sort(key=lambda line: line.box.y_mid)
    return replace(page, parts=tuple(parts), prose=replace(page.prose, lines=tuple(lines)))


def _title_rows(part: Part, known: KnownHeaders) -> int:
    rows = 0
    while rows < min(3, part.rows - 2) and _is_banner(part, rows):
        rows += 1
    if not rows:
        return 0
    body = part.without_head(rows)
    if has_known_header(body.cells, body.columns, known):
        return rows
    ends = any(
        fold(cell.text).endswith(FORMS) for row in range(rows) for cell in part.starting(row)
    )
    return rows if ends and find_header_rows(body.cells, body.rows, body.columns, known) else 0


def _is_banner(part: Part, row: int) -> bool:
    cells = part.starting(row)
    return (
        len(cells) == 1
        and cells[0].column_span == part.columns
        and cells[0].row_span == 1
        and bool(cells[0].text)
        and not cells[0].text.endswith("。")
    )


def chain_parts(pages: Sequence[FilledPage], known: KnownHeaders) -> list[Draft]:
    """Tables in the order in which they begin."""
    running = find_running([page.prose for page in pages])
    drafts: list[Draft] = []
    before: FilledPage | None = None
    for page in pages:
        open_drafts = _open_drafts(drafts, before, running)
        for part in page.parts:
            floor = max((p.box.bottom for p in page.parts if _is_above(p, part)), default=0.0)
            heading = find_heading(page.prose, part.box, floor, running[page.prose.page])
            if part.title is not None:
                heading = replace(heading, title=part.title)
            found = None if floor else _continued(drafts, open_drafts, part, heading, known)
            if found is None:
                drafts.append(part_to_draft(part, heading.title, known))
            else:
                index, match, rest = found
                open_drafts.pop(index)
                gap = _short_by(drafts[index].last, pages)
                drafts[index] = extend(drafts[index], rest, match, gap, known)
        if page.parts or _has_text(page.prose, running[page.prose.page]):
            before = page
    return drafts


def _is_above(other: Part, part: Part) -> bool:
    return other is not part and other.box.bottom <= part.box.top + part.look.unit


def _open_drafts(
    drafts: Sequence[Draft], page: FilledPage | None, running: dict[int, frozenset[str]]
) -> dict[int, int]:
    """Tables that may go on: the lowest of the page before, with the lines below each."""
    if page is None:
        return {}
    found = {}
    for index, draft in enumerate(drafts):
        part = draft.last
        if part.page != page.prose.page or any(_is_above(part, other) for other in page.parts):
            continue
        below = [line for line in page.prose.lines if line.box.y_mid > part.box.bottom]
        found[index] = len(_text_lines(below, running[page.prose.page]))
    return found


def _continued(
    drafts: Sequence[Draft],
    open_drafts: dict[int, int],
    part: Part,
    heading: Heading,
    known: KnownHeaders,
) -> tuple[int, Match, Part] | None:
    """The table that a part continues. Of tables side by side, the one nearest across.

    The part comes without what a repeated header took in.
    """
    for index in sorted(open_drafts, key=lambda i: abs(drafts[i].last.box.x0 - part.box.x0)):
        draft = drafts[index]
        if heading.label or _is_new_title(draft, heading.title, part, known):
            continue
        head = [c for c in draft.cells if c.row < draft.header_rows]
        rest = with_lost_side(draft, uncover_row(head, with_lost_columns(draft, part)))
        match = match_part(draft, rest, known)
        if match is None:
            continue
        stray = open_drafts[index] + len(heading.others)
        # A line or two between may be a stamp's; a text between ends the table.
        if not stray or (stray <= 2 and match.same):
            return index, match, rest
    return None


def _is_new_title(draft: Draft, title: str | None, part: Part, known: KnownHeaders) -> bool:
    """Whether a title is another than the table's; a number in it tells tables apart."""
    if title is None:
        return False
    key = fold(title)
    if not part.look.ink:
        return key not in draft.titles
    if not key.endswith(FORMS) and (len(key) < SHORT_TITLE or _counts_on(draft, part, known)):
        return False  # letters of a watermark or a stamp
    return all(
        similarity(key, old) < SAME_TITLE or _digits(key) != _digits(old) for old in draft.titles
    )


def _counts_on(draft: Draft, part: Part, known: KnownHeaders) -> bool:
    """Whether the first serial of a part follows the last one of a table."""
    column = next((c.column for c in draft.cells if c.row == 0 and known.is_serial(c.text)), None)
    serials = [
        [int(cell.text) for cell in cells if cell.column == column and cell.text.isdecimal()]
        for cells in (draft.cells, part.cells)
    ]
    return all(serials) and serials[1][0] == serials[0][-1] + 1


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _short_by(part: Part, pages: Sequence[FilledPage]) -> float:
    """What a part leaves free above the lowest foot of a table on pages of its size."""
    size = next((p.prose.width, p.prose.height) for p in pages if p.prose.page == part.page)
    foot = max(
        other.box.bottom
        for page in pages
        if abs(page.prose.width - size[0]) < 10 and abs(page.prose.height - size[1]) < 10
        for other in page.parts
    )
    return (foot - part.box.bottom) / part.look.unit


def _text_lines(lines: Sequence[Word], running: frozenset[str]) -> list[Word]:
    return [
        line
        for line in lines
        if not is_page_number(line.text.strip())
        and mask(line.text) not in running
        and sum(map(is_han, line.text)) >= 2
    ]


def _has_text(prose: Prose, running: frozenset[str]) -> bool:
    return bool(_text_lines(prose.lines, running))


def give_back(page: FilledPage, refused: Sequence[Draft]) -> Prose:
    """The prose of a page, with the text of grids that turned out to be no tables."""
    words = [
        line
        for draft in refused
        for cell in draft.cells
        for part in cell.fragments
        if part.page == page.prose.page
        for line in part.lines
    ]
    if not words:
        return page.prose
    look = next(part.look for part in page.parts)
    return replace(page.prose, lines=words_to_lines([*page.prose.lines, *words], look))
