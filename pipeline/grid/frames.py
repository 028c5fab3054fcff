"""Level rules → those of one table, which are of equal extent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model import Ruling

# In characters.
LONG = 12.0  # a rule of a table is at least so long
SAME = 1.0  # the ends of rules of one table lie so near


def rule_groups(rules: Sequence[Ruling], unit: float) -> Iterator[list[Ruling]]:
    """Level rules over one another, two of full length at least, with the shorter ones between.

    Rules around rules of another length are the page's own, as those of a letter's head and foot.
    """
    left = [r for r in sorted(rules, key=lambda r: r.position) if r.end - r.start >= LONG * unit]
    classes: list[list[Ruling]] = []
    while left:
        first = max(left, key=lambda rule: rule.end - rule.start)
        same = [rule for rule in left if _alike(rule, first, unit)]
        left = [rule for rule in left if rule not in same]
        if len(same) > 1 and same[-1].position - same[0].position > 2 * unit:
            classes.append(same)
    for full in classes:
        others = [other for other in classes if other is not full]
        if any(_is_frame(full, other, unit) or _is_inner(full, other, unit) for other in others):
            continue
        top, bottom = full[0].position, full[-1].position
        yield [
            rule
            for rule in sorted(rules, key=lambda rule: rule.position)
            if top <= rule.position <= bottom
            and full[0].start - SAME * unit <= rule.start
            and rule.end <= full[0].end + SAME * unit
        ]


def _encloses(outer: Sequence[Ruling], inner: Sequence[Ruling]) -> bool:
    return (
        outer[0].position < inner[0].position and inner[-1].position < outer[-1].position
    ) and inner[0].end - inner[0].start < outer[0].end - outer[0].start


def _share_end(one: Ruling, other: Ruling, unit: float) -> bool:
    """Whether rules end alike on one side; on both sides alike they are those of page and table."""
    near, far = sorted((abs(one.start - other.start), abs(one.end - other.end)))
    return near <= SAME * unit and 2 * near <= far


def _is_frame(full: Sequence[Ruling], other: Sequence[Ruling], unit: float) -> bool:
    """Whether rules stand around those of a table and touch none of its sides."""
    return _encloses(full, other) and not _share_end(full[0], other[0], unit)


def _is_inner(full: Sequence[Ruling], other: Sequence[Ruling], unit: float) -> bool:
    """Whether rules are those beside the merged cells of a table, which a page end may cut."""
    return other[0].position < full[0].position < other[-1].position and is_beside(
        full[0], other[0], unit
    )


def is_beside(rule: Ruling, full: Ruling, unit: float) -> bool:
    """Whether a rule is a shorter one of a table: inside its full ones, and to one of its sides."""
    inside = full.start - SAME * unit <= rule.start and rule.end <= full.end + SAME * unit
    return inside and _share_end(rule, full, unit) and not _alike(rule, full, unit)


def _alike(rule: Ruling, other: Ruling, unit: float) -> bool:
    return max(abs(rule.start - other.start), abs(rule.end - other.end)) <= SAME * unit


def is_full(rule: Ruling, group: Sequence[Ruling], unit: float) -> bool:
    longest = max(other.end - other.start for other in group)
    return rule.end - rule.start >= longest - 2 * SAME * unit
