"""Where a corrected row stands in a newer reading of the same document.

The bytes are the same, so a row stands where it stood; what changes is how it was read: rows are
numbered anew when one was found or joined, a serial is read otherwise, a page is straightened a
little more. So the place decides, the serial confirms it, and where they disagree nothing is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.corrections.bundle import DocumentRows
from pipeline.corrections.records import RowRef
from pipeline.geometry import BBox
from pipeline.row_types import PlaceRow, TaskRow

SAME_PLACE = 0.5  # of the area that two boxes cover together; disjoint parts cannot both reach it


def rows_to_refs(rows: DocumentRows) -> tuple[RowRef, ...]:
    """The reference of each task, in their order."""
    places: dict[tuple[int, int], list[PlaceRow]] = {}
    for place in rows.places:
        places.setdefault((place.table_no, place.row_no), []).append(place)
    return tuple(_ref(task, places.get((task.table_no, task.row_no), ())) for task in rows.tasks)


def find_row(wanted: RowRef, refs: Sequence[RowRef]) -> RowRef | None:
    """The row among `refs` that `wanted` means, or None when that is not sure.

    `refs` are those of the rows themselves (`split` 0).
    """
    here = [ref for ref in refs if _same_place(wanted, ref)]
    if here:
        best = max(here, key=lambda ref: _share(wanted.box, ref.box))
        elsewhere = wanted.serial and any(
            ref.serial == wanted.serial and ref.table_no == best.table_no for ref in refs
        )
        return best if best.serial == wanted.serial or not elsewhere else None
    if wanted.serial:
        named = [ref for ref in refs if ref.serial == wanted.serial and _may_be(wanted, ref)]
        if len(named) == 1:
            return named[0]
        refs = named
    elif wanted.box is not None:
        return None
    # Machine-read text has no places: only the number is left.
    return next(
        (
            ref
            for ref in refs
            if (ref.table_no, ref.row_no, ref.serial)
            == (wanted.table_no, wanted.row_no, wanted.serial)
            and ref.box is None
        ),
        None,
    )


def is_same_row(wanted: RowRef, ref: RowRef) -> bool:
    """Whether nothing speaks against it: number, serial and place are all as they were."""
    alike = (wanted.table_no, wanted.row_no, wanted.serial) == (
        ref.table_no,
        ref.row_no,
        ref.serial,
    )
    return alike and (_same_place(wanted, ref) or wanted.box is ref.box is None)


def same_box(one: BBox | None, other: BBox | None) -> bool:
    """Whether both are there and cover mostly the same."""
    return _share(one, other) > SAME_PLACE


def _ref(task: TaskRow, places: Iterable[PlaceRow]) -> RowRef:
    """The row's strip on its first page: a cell that spans rows is higher than the row."""
    own = [place for place in places if not task.pages or place.page in task.pages]
    if not own:
        return RowRef(task.table_no, task.row_no, task.serial)
    page = min(place.page for place in own)
    own = [place for place in own if place.page == page]
    counts = Counter((place.top, place.bottom) for place in own)
    top, bottom = min(counts, key=lambda side: (side[1] - side[0], -counts[side]))
    strip = BBox(min(place.x0 for place in own), top, max(place.x1 for place in own), bottom)
    return RowRef(task.table_no, task.row_no, task.serial, page, strip)


def _same_place(one: RowRef, other: RowRef) -> bool:
    return one.page == other.page and same_box(one.box, other.box)


def _may_be(wanted: RowRef, ref: RowRef) -> bool:
    """Whether a row of the same serial can be the one: in its table, on its page or the next."""
    if wanted.page is None or ref.page is None:
        return wanted.table_no == ref.table_no
    return abs(wanted.page - ref.page) <= 1


def _share(one: BBox | None, other: BBox | None) -> float:
    """Area covered by both over the area covered by either."""
    if one is None or other is None:
        return 0.0
    shared = one.overlap(other)
    either = one.area + other.area - shared
    return shared / either if either > 0 else 0.0
