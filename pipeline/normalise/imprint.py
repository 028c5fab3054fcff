"""The imprint of a notice (版记, GB/T 9704-2012 clause 7.4): copies to, printed by, printed on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import Letter
from pipeline.normalise.addressees import is_organ, split_addressees
from pipeline.normalise.dates import PrintedDate, find_date
from pipeline.normalise.lines import Line

_COPIES = re.compile(r"(?:抄\s*送|抄\s*报|分\s*送|抄\s*致)(?:\s*机\s*关)?\s*[:：]")
_ISSUED = re.compile(r"印\s*[发制]\s*$")
_COUNT = re.compile(r"[(（]?共印.*份[)）]?")
_BLOCK = 14  # lines an imprint may have


@dataclass(frozen=True, slots=True)
class Imprint:
    """The imprint and the lines it takes, from `start` to `end`; equal when there is none."""

    start: int
    end: int
    cc: tuple[str, ...] = ()
    printed_by: str | None = None
    printed: PrintedDate | None = None
    line: Line | None = None


def read_imprint(lines: Sequence[Line], rules: Letter) -> Imprint:
    """The imprint: from 抄送 to the line with the date of printing, the last there is."""
    date_at = next((at for at in range(len(lines) - 1, -1, -1) if _is_issued(lines[at])), None)
    copies = [at for at, line in enumerate(lines) if _COPIES.match(line.text)]
    if date_at is None and not copies:
        return Imprint(len(lines), len(lines))
    if date_at is not None:
        copies = [at for at in copies if date_at - _BLOCK <= at < date_at]
    start = copies[0] if copies else date_at
    if start is None:
        return Imprint(len(lines), len(lines))
    if date_at is None:
        date_at = _undated_end(lines, start)
    by, by_at = _printed_by(lines, start, date_at, rules)
    first = min(start, by_at)
    texts = [line.text for line in lines[start:by_at] if not _COUNT.fullmatch(line.key)]
    on = lines[date_at] if date_at < len(lines) else None
    return Imprint(
        start=first,
        end=min(date_at + 1, len(lines)),
        cc=_copies(texts, rules) if copies else (),
        printed_by=by,
        printed=find_date(on.key) if on else None,
        line=on,
    )


def _is_issued(line: Line) -> bool:
    found = find_date(line.key)
    return bool(found and _ISSUED.search(line.text) and _ISSUED.match(line.key[found.end :]))


def _undated_end(lines: Sequence[Line], start: int) -> int:
    """With no 印发: a line of the imprint's page that ends in a date, else below its last line."""
    end = start + 1
    while end < min(len(lines), start + _BLOCK) and lines[end].page == lines[start].page:
        found = find_date(lines[end].key)
        if found and found.end == len(lines[end].key):
            return end
        end += 1
    return end


def _printed_by(
    lines: Sequence[Line], start: int, date_at: int, rules: Letter
) -> tuple[str | None, int]:
    """The organ beside the date or on the line above, and the index where the copies end."""
    if date_at >= len(lines):
        return None, date_at
    beside = _before_date(lines[date_at])
    if beside:
        return (beside, date_at) if is_organ(beside, rules) else (None, date_at)
    above = date_at - 1
    if above >= 0 and not _COPIES.match(lines[above].text) and is_organ(lines[above].solid, rules):
        return lines[above].solid, above
    return None, date_at


def _before_date(line: Line) -> str:
    found = find_date(line.key)
    return line.key[: found.start] if found else ""


def _copies(texts: Sequence[str], rules: Letter) -> tuple[str, ...]:
    """Lines are joined as printed: a member broken by a line end is whole again."""
    text = _COPIES.sub("，", "".join("".join(part.split()) for part in texts))
    return split_addressees(text, rules)
