"""Signs of a scan that dirt has changed: one inside the name of a known body (县市场监、管局), or a
： where a 、 was printed between two (县工信局：县住建局)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Code, Severity
from pipeline.normalise.directory import Directory
from pipeline.normalise.unit_roles import Item

_MARK = re.compile(r"[:：·•。；;.`'\"“”]")
"""What a 、 is read as."""


def rejoin(
    items: Sequence[Item], directory: Directory
) -> tuple[list[Item], list[tuple[Code, Severity, str]]]:
    """Neighbours that are no bodies and together a known one as one, and a doubt for each.

    县教育、体育局 stays two, since 体育局 is one by itself; 县司、法局县商务局 becomes 县司法局 and
    县商务局, as where the sign was read into another line.
    """
    found: list[Item] = []
    doubts: list[tuple[Code, Severity, str]] = []
    for item in items:
        last = found[-1] if found else None
        names = _bodies(last, item, directory) if last is not None else ()
        if last is None or not names:
            found.append(item)
            continue
        *first, end = names
        found[-1:] = [*(replace(last, text=name) for name in first), replace(item, text=end)]
        torn = f"{last.text}{last.after}{item.text}"
        message = f"a sign stands in {names[0]}, which is one body: {torn}"
        doubts.append((Code.UNIT_ODD, Severity.WARNING, message))
    return found, doubts


def part_at_marks(
    items: Sequence[Item], directory: Directory
) -> tuple[list[Item], list[tuple[Code, Severity, str]]]:
    """Known bodies with nothing but such a mark between them as one each, and a doubt for each.

    A mark at the end of a known body is a speck.
    """
    found: list[Item] = []
    doubts: list[tuple[Code, Severity, str]] = []
    for item in items:
        parts = [part for text in _MARK.split(item.text) if (part := text.strip())]
        known = (directory.knows(part) or len(directory.parted(part)) > 1 for part in parts)
        if not parts or not all(known):
            found.append(item)
            continue
        if len(parts) == 1:
            found.append(replace(item, text=parts[0]))
            continue
        found += (replace(item, text=part, after="、") for part in parts[:-1])
        found.append(replace(item, text=parts[-1]))
        message = f"{item.text} names several bodies, taken as {'、'.join(parts)}"
        doubts.append((Code.UNIT_ODD, Severity.WARNING, message))
    return found, doubts


def _bodies(first: Item, second: Item, directory: Directory) -> tuple[str, ...]:
    """The known body, or the two, that two unknown neighbours make together; () if they do not."""
    if first.leads != second.leads or any(map(directory.knows, (first.text, second.text))):
        return ()
    whole = first.text + second.text
    names = (whole,) if directory.is_body(whole) else directory.parted(whole)
    if len(names) > 2 or not all(map(directory.is_body, names)):
        return ()
    return names if _holds_sign(names, len(first.text), directory) else ()


def _holds_sign(names: Sequence[str], sign: int, directory: Directory) -> bool:
    """Whether the sign, so many characters from the beginning, stands inside a known name itself.

    A printed sign parts two names. Only what the lists know speaks against it (市场、监管局), and
    no place does, since any name may be one: with 平原海关、新区交通运输局 as one body, all before
    its 交通运输局 would be a place that nothing but the join makes.
    """
    start = 0
    for name in names:
        if start < sign < start + len(name):
            place = directory.matches(name)[0].place.text
            return name.find(place) + len(place) < sign - start
        start += len(name)
    return False
