"""Tables without column rules: rulings concluded from how text is aligned. Pure, in points.

    boxes of characters → the area in which white gutters run through → columns
    → rows, by the rules that are there, else by the column of serials and the gaps between

Whether what is found is a table only its text can tell (a known header, serials that count): prose
in columns has gutters too. Where text of a merged cell runs through, a segment is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.geometry import BBox
from pipeline.grid.areas import BROAD, Area, are_many, ruled_areas, unruled_areas
from pipeline.grid.bands import (
    WIDE,
    Band,
    band_to_rows,
    begins_at_mark,
    below_head,
    serial_column,
    stands_low,
    to_band,
)
from pipeline.grid.carried import Columns, carried_area
from pipeline.grid.concluded import (
    column_rulings,
    outline,
    row_rulings,
    rule_places,
    ruled_segments,
    runs_through,
    with_rules,
)
from pipeline.grid.foot import goes_over
from pipeline.grid.gutters import STEP
from pipeline.grid.heading import heading_rules
from pipeline.grid.intervals import Interval, joined
from pipeline.grid.merged import merged_rows
from pipeline.model import Ruling

# In characters.
THIN = 0.25  # a piece of a rule is no thicker
LONG = 0.8  # and longer than a dash in a serial


@dataclass(frozen=True, slots=True)
class Aligned:
    """One table: the rulings concluded, which with the printed ones make its grid.

    `doubtful` are stretches over the whole width in which it is not certain where rows part;
    `narrow`: white between two columns is so narrow that they may be one.
    """

    concluded: tuple[Ruling, ...]
    box: BBox
    doubtful: tuple[BBox, ...] = ()
    narrow: bool = False


def align_text(
    boxes: Sequence[BBox],
    rules: Sequence[Ruling],
    unit: float,
    ends: Sequence[float] = (),
    *,
    headed: bool = False,
) -> list[Aligned]:
    """The tables that the text of a page seems to make, from top to bottom.

    `boxes` are those of characters that stand in no ruled table, `rules` the level rulings there;
    `unit` is the page's character height; `headed`: known headings are among its words; `ends`:
    where headers end, as far as their words tell.
    """
    boxes = [box for box in boxes if not _is_on_rule(box, rules, unit)]

    def tables(areas: Iterable[Area]) -> list[Aligned]:
        made = (
            _area_to_table(_below_end(area, ends), boxes, unit, headed=headed) for area in areas
        )
        return [table for table in made if table is not None]

    found = tables(ruled_areas(boxes, rules, unit)) or tables(unruled_areas(boxes, rules, unit))
    return sorted(found, key=lambda table: table.box.top)


def _below_end(area: Area, ends: Sequence[float]) -> Area:
    """The area whose heading ends where one of `ends` lies in it."""
    end = next((y for y in ends if area.box.top < y < area.box.bottom), None)
    if end is None:
        return area
    head = tuple(box for box in area.boxes if box.y_mid < end)
    return replace(area, head=head, headed=True, end=end)


def _is_on_rule(box: BBox, rules: Sequence[Ruling], unit: float) -> bool:
    """Whether ink is a piece of a rule, as broken ones leave them."""
    thin = box.height < THIN * unit and box.width > LONG * unit
    return thin and any(abs(box.y_mid - rule.position) < THIN * unit for rule in rules)


def align_to_columns(
    boxes: Sequence[BBox], rules: Sequence[Ruling], columns: Columns, unit: float
) -> Aligned | None:
    """What stands at the top of a page in the columns of the page before; None where nothing does.

    `boxes` are those of characters, as for `align_text`.
    """
    area = carried_area(boxes, rules, columns, unit)
    return None if area is None else _area_to_table(area, boxes, unit, columns.serial)


def _area_to_table(
    area: Area,
    page: Sequence[BBox],
    unit: float,
    serial: int | None = None,
    headed: bool = False,
) -> Aligned | None:
    """The table in an area; `page` are all characters around it, `serial` its serials' column.

    `headed`: what looks like a heading is one, whatever stands below.
    """
    inner = [_edge(gutter, area.boxes, unit) for gutter in area.gutters]
    edges = [area.box.x0, *inner, area.box.x1]
    if len(edges) < 4:
        return None
    columns = [[b for b in area.boxes if a <= b.x_mid < c] for a, c in pairwise(edges)]
    if serial is None:
        serial = serial_column(columns, unit)
    numbers = None if serial is None else columns[serial]
    head = _head_end(area, numbers, unit, headed)
    limits = _row_limits(area, head, unit)
    bands = [to_band(columns, serial, ends, unit) for ends in pairwise(limits)]
    closed = any(abs(rule.position - limits[-1]) < unit / 2 for rule in area.rules)
    bands[-1] = replace(bands[-1], open=not closed and goes_over(page, limits[-1], unit))
    cuts, doubtful = _parted(bands, head)
    ys = sorted({*limits, *cuts})
    # The end of a table may be one row alone on its page.
    if len(ys) < 3 and not area.carried and not (area.rules and are_many(area.gutters, unit)):
        return None
    merged = _merged(area.box.top if head is None else head, ys, columns, serial, unit)
    over = () if head is None else _over_columns(area, edges, head, unit)
    places = with_rules(ys, (*area.rules, *area.stray, *over), unit)
    uprights = column_rulings(edges, places, area.boxes, unit)
    rulings = (
        *outline(area.box),
        *ruled_segments(area.rules, edges, unit),
        *row_rulings(cuts, edges, columns, set(merged)),
        *(upright for upright in uprights if not _parts_heading(upright, over)),
        *over,
    )
    narrow = any(end - start < BROAD * unit for start, end in area.gutters)
    unsure = tuple(BBox(area.box.x0, a, area.box.x1, b) for a, b in doubtful)
    return Aligned(rulings, area.box, unsure, narrow and not area.carried)


def _edge(gutter: Interval, boxes: Sequence[BBox], unit: float) -> float:
    """Where in a gutter the columns part: near its middle, where the fewest characters stand.

    A heading may hang into it.
    """
    middle, reach = sum(gutter) / 2, (gutter[1] - gutter[0]) / 2
    near = [b for b in boxes if b.x0 < gutter[1] and gutter[0] < b.x1]
    count = int(reach / (STEP * unit))
    tries = [middle + side * at * STEP * unit for at in range(count + 1) for side in (1, -1)]
    return min(tries, key=lambda x: sum(runs_through(b, x, unit) for b in near))


def _head_end(area: Area, serials: Sequence[BBox] | None, unit: float, known: bool) -> float | None:
    """Where a heading ends; None where none is, or what looks like one may be a row or prose.

    A page that goes on may begin with text in every column too, but with a number over its numbers
    and not with a word. `serials` are the characters of the serials' column;
    where only the end of a row follows, there are none, and the heading is `known` by its words.
    """
    if area.end is not None or not area.headed:
        return area.end
    end = max((b.bottom for b in area.head), default=area.box.top)
    inside = [r for r in (*area.rules, *area.stray) if area.box.top + unit / 2 < r.position]
    if any(rule.position < end + unit for rule in inside) or (known and serials is None):
        return end
    words = (b for b in serials or () if b.y_mid < end and b.width > WIDE * unit)
    return end if any(words) else None


def _row_limits(area: Area, head: float | None, unit: float) -> list[float]:
    """The area's ends and the rules between, but those inside its heading, which ends at `head`."""
    ends = (area.box.top, area.box.bottom)
    inner = [y for y in rule_places(area.rules, unit) if ends[0] + unit / 2 < y]
    if head is not None:
        inner = [y for y in inner if y > head - unit / 2]
    return [ends[0], *(y for y in inner if y < ends[1] - unit / 2), ends[1]]


def _parted(bands: Sequence[Band], head: float | None) -> tuple[list[float], list[Interval]]:
    """Where rows part that no rule parts, and where that is doubtful.

    Rules with one serial at most between each two part all rows. `head`: where a heading ends;
    without a rule below it, it stands in one band with rows.
    """
    cuts: list[float] = []
    if head is not None:
        rest = below_head(bands[0], head)
        cuts = [] if rest is None else [rest.top]
        bands = [*([] if rest is None else [rest]), *bands[1:]]
    if len(bands) > 1 and all(len(band.marks) < 2 for band in bands):
        # Only the end of a row of the page before may still stand above the first one.
        at_top = [begins_at_mark(band) for band in bands[1:] if band.marks]
        low = stands_low(bands[0]) or (all(at_top) and at_top and not begins_at_mark(bands[0]))
        bands = bands[:1] if low and bands[0].marks else []
    doubtful: list[Interval] = []
    for band in bands:
        found, doubts = band_to_rows(band)
        cuts += found
        doubtful += doubts
    return cuts, doubtful


def _over_columns(
    area: Area, edges: Sequence[float], bottom: float, unit: float
) -> tuple[Ruling, ...]:
    """The rules under headings over several columns that are not printed."""
    printed = [rule for rule in (*area.rules, *area.stray) if rule.position < bottom - unit / 2]
    if any(rule.position > area.box.top + unit / 2 for rule in printed):
        return ()
    return tuple(heading_rules(area.head, edges, area.box.top, bottom, unit))


def _parts_heading(upright: Ruling, over: Sequence[Ruling]) -> bool:
    """Whether an upright segment runs through a heading that stands over several columns."""
    return any(
        rule.start < upright.position < rule.end and upright.end <= rule.position for rule in over
    )


def _merged(
    top: float,
    ys: Sequence[float],
    columns: Sequence[list[BBox]],
    serial: int | None,
    unit: float,
) -> Iterator[tuple[int, float]]:
    """Where rows below a heading that ends at `top` meet inside a merged cell: column, height."""
    if serial is None:
        return
    rows = [(high, low) for high, low in pairwise(ys) if (high + low) / 2 > top]
    filled = [joined((b.top, b.bottom) for b in boxes if b.y_mid > top) for boxes in columns]
    yield from merged_rows(rows, filled, filled[serial], unit)
