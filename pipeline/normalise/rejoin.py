"""A sign inside the name of a known body, as dirt makes it on a scan: 县市场监、管局."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import Code, Severity
from pipeline.normalise.directory import Directory
from pipeline.normalise.unit_roles import Item


def rejoin(
    items: Sequence[Item], directory: Directory
) -> tuple[list[Item], list[tuple[Code, Severity, str]]]:
    """Neighbours that are no bodies and together a known one as one, and a doubt for each.

    县教育、体育局 stays two, since 体育局 is one by itself.
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
        else:
            found.append(item)
    return found, doubts


def _is_torn(first: Item, second: Item, directory: Directory) -> bool:
    apart = (first.text, second.text)
    return directory.is_body("".join(apart)) and not any(map(directory.knows, apart))
