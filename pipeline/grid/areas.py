"""Where on a page text stands in columns: between equal rules, or along white gutters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.geometry import BBox, union
from pipeline.grid.foot import BLANK, REST, keeps_on
from pipeline.grid.frames import is_beside, is_full, rule_groups
from pipeline.grid.gutters import BARE, BARE_RULED, GUTTER, find_gutters
from pipeline.grid.heading import heading_words
from pipeline.grid.intervals import Interval, gaps, joined
from pipeline.grid.search import parts_in_columns, worth
from pipeline.model import Ruling

# In characters.
EMPTY = 0.7  # rules with nothing between them stand farther apart than a double rule's
IMPRINT = 12.0  # what stands below a table at the end of a letter is no higher
HEAD = 4.5  # a heading is no higher
TALL = 6.0  # and one of two levels
HIGHEST = 10.0  # and one that a rule closes, whatever its levels
MIDDLE = 1.5  # a title stands no farther from the middle of its table
LOOSE = 4.0  # names set downwards leave no higher blanks in a row that begins below a rule
LARGE = 0.5  # share of the largest area
MANY = 3  # gutters of a table of many columns
BROAD = 0.5  # their width: stretches of white in lines of prose are seldom all so wide
MOSTLY = 0.6  # share of the width that a rule between rows is drawn


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the page that may be a table: its outline, its characters, its rules.

    `head` are the characters down to the first rule, or to the first blank over all columns;
    `gutters` the white stretches across that run through from head to foot; `headed`: the first
    row has text in every column, as a heading has. `stray`: rules inside that are none between two
    rows as far as is known, as that below a heading over several columns. `end`: where the heading
    ends, where its words told.
    """

    box: BBox
    boxes: tuple[BBox, ...]
    rules: tuple[Ruling, ...]
    head: tuple[BBox, ...]
    gutters: tuple[Interval, ...]
    headed: bool
    carried: bool = False
    stray: tuple[Ruling, ...] = ()
    end: float | None = None


def ruled_areas(boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float) -> Iterator[Area]:
    """What lies between level rules of equal extent, from top to bottom.

    Below the last full rule of a page, rules beside merged cells may go on to its end.
    """
    parts = [part for group in rule_groups(rules, unit) for part in _at_blanks(group, boxes, unit)]
    bottom = float("-inf")
    for part in sorted(parts, key=lambda part: part.box.top):
        if part.box.top < bottom - unit / 2:
            continue  # the rules beside merged cells at the end of the table before
        full = max(part.rules, key=lambda rule: rule.end - rule.start)
        beside = [r for r in rules if r.position > part.box.bottom and is_beside(r, full, unit)]
        others = [o for o in parts if o.box.top > part.box.top and o.rules[0] not in beside]
        end = min((other.box.top for other in others), default=float("inf"))
        grown = _with_rest(part, [b for b in boxes if b.bottom < end], beside, unit)
        bottom = grown.box.bottom
        yield grown


def unruled_areas(boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float) -> Iterator[Area]:
    """The parts of the page with the most text in columns, the largest first.

    Beside that one those that have a heading over many columns: a table below prose whose lines
    show stretches of white by chance. `rules` are those of the page, too few or too uneven for the
    ends of rows.
    """
    found = []
    for box, columns in parts_in_columns(boxes, unit) if boxes else ():
        area = _area(box, [b for b in boxes if _inside(b, box)], (), unit)
        if area.gutters:
            found.append((worth(columns, box.height), area))
    most = max((worth for worth, _ in found), default=0.0)
    large = [one for one in found if one[0] >= LARGE * most]
    first = True
    while large:
        best = _below_title(_best(large, unit), large, rules, unit)
        if first or (_is_headed(best, unit) and are_many(best.gutters, unit)):
            # Few rows show more gutters than there are: the last may be left out for them.
            whole = _with_rest(best, boxes, (), unit) if best.headed else best
            box = whole.box
            stray = (r for r in rules if box.contains((r.start + r.end) / 2, r.position))
            yield replace(whole, stray=tuple(stray))
        first = False
        large = [one for one in large if one[1].box.overlap(best.box) <= 0]


def are_many(gutters: Sequence[Interval], unit: float) -> bool:
    """Whether gutters are more, and wider, than lines of prose show by chance."""
    return len(gutters) >= MANY and all(end - start >= BROAD * unit for start, end in gutters)


def _best(areas: Sequence[tuple[float, Area]], unit: float) -> Area:
    """Of areas with their worth the one to be taken.

    In one place the first that begins with a heading over each column goes before others: what
    stands above it is the table's title, or prose.
    """
    headed = [one for one in areas if _is_headed(one[1], unit)]
    best = max(headed or areas, key=lambda one: one[0])[1]
    best = next((area for _, area in headed if area.box.overlap(best.box) > 0), best)
    # Rows of a table that goes on may look like a heading; what is above them keeps to its columns.
    return next((area for _, area in areas if _goes_on_to(area, best, unit)), best)


def _below_title(
    best: Area, areas: Sequence[tuple[float, Area]], rules: Sequence[Ruling], unit: float
) -> Area:
    """The area without a title above its first rule, below which its heading begins."""
    inside = (a for _, a in areas if a.headed and a.box.overlap(best.box) > 0)
    for area in (best, *(a for a in inside if a.box.top > best.box.top)):
        rule = _rule_above(area, rules, unit)
        if rule is not None:  # which is as wide as the table
            x0, x1 = min(area.box.x0, rule.start), max(area.box.x1, rule.end)
            return replace(area, box=replace(area.box, x0=x0, x1=x1))
    return best


def _rule_above(area: Area, rules: Sequence[Ruling], unit: float) -> Ruling | None:
    """The rule at the top of an area that is no narrower."""
    for rule in rules:
        near = abs(rule.position - area.box.top) <= unit
        if near and rule.start <= area.box.x0 + unit and area.box.x1 - unit <= rule.end:
            return rule
    return None


def _is_headed(area: Area, unit: float) -> bool:
    """Whether the first row is low and has text in every column."""
    edges = [area.box.x0, *(sum(gutter) / 2 for gutter in area.gutters), area.box.x1]
    middles = [box.x_mid for box in area.head]
    high = TALL if _runs_over(heading_words(area.head, unit), area) else HEAD
    low = max(box.bottom for box in area.head) - area.box.top <= high * unit
    return low and all(any(a < x < b for x in middles) for a, b in pairwise(edges))


def _goes_on_to(area: Area, lower: Area, unit: float) -> bool:
    """Whether an area is all of another one and rows above it, in the same columns or more."""
    whole = area.box.top < lower.box.top - unit and area.box.bottom > lower.box.bottom - unit
    if not whole or len(area.gutters) < len(lower.gutters):
        return False
    if any(end - start < GUTTER * unit for start, end in area.gutters):
        return False  # they run between the characters of a title
    above = [b for b in area.boxes if b.y_mid < lower.box.top]
    edges = [sum(gutter) / 2 for gutter in area.gutters]
    # A title runs over gutters, or stands in one column alone.
    level = any(
        one.x_mid < x < other.x_mid and abs(one.y_mid - other.y_mid) < unit / 4
        for one, other in pairwise(sorted(above, key=lambda b: b.y_mid))
        for x in edges
    )
    return level and not _runs_over(above, area)


def _at_blanks(group: Sequence[Ruling], boxes: Sequence[BBox], unit: float) -> Iterator[Area]:
    """The areas of one group of rules.

    Where nothing stands between two rules, and what follows is set in other columns, as the
    imprint below a table is, a table has ended.
    """
    whole = _ruled_area(group, boxes, unit)
    full = [rule.position for rule in group if is_full(rule, group, unit)]
    for top, bottom in list(pairwise(full))[1:-1]:
        if bottom - top <= EMPTY * unit or any(top < b.y_mid < bottom for b in boxes):
            continue
        area = _ruled_area([rule for rule in group if rule.position <= top], boxes, unit)
        below = [b for b in whole.boxes if b.y_mid > bottom]
        low = full[-1] - bottom <= IMPRINT * unit
        if (low and _is_crossed(area, below)) or (area.headed and _is_spoilt(area, whole)):
            yield area
            # A new table begins with its heading.
            others = _at_blanks([rule for rule in group if rule.position >= bottom], boxes, unit)
            yield from (other for other in others if other.headed)
            return
    yield _without_rest(whole, unit)


def _is_crossed(area: Area, boxes: Sequence[BBox]) -> bool:
    """Whether text lies over a gutter, or there are no columns over which it might."""
    over = any(b.x0 < end and start < b.x1 for b in boxes for start, end in area.gutters)
    return over or len(area.gutters) < 2


def _runs_over(boxes: Sequence[BBox], area: Area) -> bool:
    """Whether text lies over the middle of a gutter."""
    middles = [sum(gutter) / 2 for gutter in area.gutters]
    return any(b.x0 < x < b.x1 for b in boxes for x in middles)


def _is_spoilt(area: Area, larger: Area) -> bool:
    """Whether columns are lost by what a larger area holds besides.

    Without a heading some go by right: few lines have white stretches by chance.
    """
    few, many = len(larger.gutters), len(area.gutters)
    return few < many if area.headed else 2 * few < many


def _ruled_area(group: Sequence[Ruling], boxes: Sequence[BBox], unit: float) -> Area:
    full = [rule for rule in group if is_full(rule, group, unit)]
    left, right = min(r.start for r in group), max(r.end for r in group)
    box = BBox(left, full[0].position, right, full[-1].position)
    return _area(box, [b for b in boxes if _inside(b, box)], group, unit)


def _without_rest(area: Area, unit: float) -> Area:
    """The area without text far below its rows that is set in other columns."""
    lines = joined((b.top, b.bottom) for b in area.boxes)
    for end, start in gaps(lines, BLANK * unit):
        box = replace(area.box, bottom=end + unit / 4)
        rules = [rule for rule in area.rules if rule.position < start]
        upper = _area(box, [b for b in area.boxes if b.y_mid < end], rules, unit)
        below = [b for b in area.boxes if b.y_mid > start]
        fewer = len(area.gutters) < len(upper.gutters)
        over = _is_spoilt(upper, area) or (fewer and _runs_over(below, upper))
        if len(upper.gutters) > 1 and over:
            return upper
    return area


def _with_rest(area: Area, boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float) -> Area:
    """The area with the text below its last rule that keeps to its columns, as at a page end.

    `rules` are shorter ones, which may stand beside its merged cells there.
    """
    below = [
        b for b in boxes if b.y_mid > area.box.bottom and area.box.x0 <= b.x_mid <= area.box.x1
    ]
    best = grown = area
    # A heading never stands alone.
    alone = sum(is_full(rule, area.rules, unit) for rule in area.rules) < 3
    for line in keeps_on(below, area.box.bottom, unit, BLANK if alone else REST, LOOSE):
        box = replace(area.box, bottom=max(b.bottom for b in line) + unit / 4)
        own = [rule for rule in rules if rule.position < box.bottom]
        grown = _area(box, [*grown.boxes, *line], [*area.rules, *own], unit)
        if len(grown.gutters) < 2:
            break
        # What looks like a gutter in few lines is none in more, so that the fewest may be right.
        best = max(best, grown, key=lambda one: worth(len(one.gutters) + 1, one.box.height))
    return best


def _inside(box: BBox, area: BBox) -> bool:
    return area.x0 <= box.x_mid <= area.x1 and area.top <= box.y_mid <= area.bottom


def _area(box: BBox, boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float) -> Area:
    """The area with its gutters, under the first of its possible headings that is one."""
    areas = []
    for head, bare in _heads(box, boxes, rules, unit):
        above = set(head)
        body = [other for other in boxes if other not in above]
        found = find_gutters(box, head, body, unit, bare)
        area = Area(box, tuple(boxes), tuple(rules), tuple(head), found.across, found.headed)
        if area.headed:
            return area
        areas.append(area)
    return areas[0]


def _heads(
    box: BBox, boxes: Sequence[BBox], rules: Sequence[Ruling], unit: float
) -> Iterator[tuple[list[BBox], float]]:
    """The characters of the first row, and the share of columns that it may leave bare.

    Where no rule closes it, a heading over several columns may stand in a line of its own.
    """
    highest = min(box.top + HIGHEST * unit, box.bottom - unit)
    for y in sorted(rule.position for rule in rules):
        if box.top + unit < y < highest:
            # A rule inside a heading is short; one beside a merged cell is not.
            drawn = [rule for rule in rules if abs(rule.position - y) < unit / 2]
            if sum(rule.end - rule.start for rule in drawn) > MOSTLY * box.width:
                yield [b for b in boxes if b.y_mid < y], BARE_RULED
                return
    lines = joined((b.top, b.bottom) for b in boxes)
    ends = [gap[0] for gap in gaps(lines, GUTTER * unit / 2)] or [box.bottom]
    first = [b for b in boxes if b.y_mid < ends[0]]
    yield first, BARE
    low = ends[1] if len(ends) > 1 else box.bottom
    over = union(first) if first else box
    # What stands over the middle of all columns is a title.
    beside = over.width < LARGE * box.width and abs(over.x_mid - box.x_mid) > MIDDLE * unit
    if beside and low - box.top <= TALL * unit:
        yield [b for b in boxes if b.y_mid < low], BARE
