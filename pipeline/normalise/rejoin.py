"""A sign inside the name of a known body, as dirt or a misplaced mark makes it: 县市场监、管局."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Code, Severity
from pipeline.normalise.directory import Directory
from pipeline.normalise.unit_roles import Item


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
        if last is not None and last.leads == item.leads and _is_torn(last, item, directory):
            whole, torn = last.text + item.text, f"{last.text}{last.after}{item.text}"
            found[-1] = Item(whole, item.after, item.leads)
            message = f"a sign stands in {whole}, which is one body: {torn}"
            doubts.append((Code.UNIT_ODD, Severity.WARNING, message))
        elif last is not None and (names := _moved(last, item, directory)):
            found[-1:] = [replace(last, text=names[0]), replace(item, text=names[1])]
            torn = f"{last.text}{last.after}{item.text}"
            message = f"a sign stands in {names[0]}, which is one body: {torn}"
            doubts.append((Code.UNIT_ODD, Severity.WARNING, message))
        else:
            found.append(item)
    return found, doubts


def _moved(first: Item, second: Item, directory: Directory) -> tuple[str, ...]:
    """The two known bodies of which two neighbours are made, parted elsewhere; () if none."""
    if first.leads != second.leads or any(map(directory.knows, (first.text, second.text))):
        return ()
    names = directory.parted(first.text + second.text)
    return names if len(names) == 2 else ()


def _is_torn(first: Item, second: Item, directory: Directory) -> bool:
    apart = (first.text, second.text)
    return directory.is_body("".join(apart)) and not any(map(directory.knows, apart))
