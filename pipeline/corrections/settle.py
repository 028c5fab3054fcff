"""Which doubts a person has settled: by confirming, correcting, splitting, joining, dismissing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.corrections.anchor import same_box
from pipeline.corrections.records import Correction, FindingRef
from pipeline.corrections.states import DoubtKey, RowState
from pipeline.geometry import BBox
from pipeline.model import Code
from pipeline.row_types import BoxValue, FindingRow, PlaceRow

CONFIRMED, CORRECTED, DISMISSED = "confirmed", "corrected", "dismissed"

# Where a finding has no box, its code says which columns it can be about.
_COLUMNS: dict[str, tuple[str, ...]] = {
    Code.NAME_UNRESOLVED: ("leaders",),
    Code.NAME_AMBIGUOUS: ("leaders",),
    Code.NAME_RESTORED: ("leaders",),
    Code.UNIT_REPEATED: ("lead_units", "units"),
    Code.UNIT_ODD: ("lead_units", "units"),
    Code.SERIAL_GAP: ("serial",),
    Code.SERIAL_REPEATED: ("serial",),
    Code.SERIAL_ODD: ("serial",),
}
# Doubts about where rows begin and end, which splitting and joining settle.
_ABOUT_ROWS = frozenset({Code.ROW_JOINED, Code.ROW_JOIN_DOUBTFUL, Code.GRID_BROKEN})


def settled_by_row(finding: FindingRow, state: RowState, places: Sequence[PlaceRow]) -> str | None:
    """How the corrections of its row settle a finding; None: they do not.

    `places` are those of the row.
    """
    if state.confirmed:
        return CONFIRMED
    if state.reshaped and finding.code in _ABOUT_ROWS:
        return CORRECTED
    return CORRECTED if any(_is_about(finding, column, places) for column in state.said) else None


def settled_by_dismissal(
    finding: FindingRow, dismissed: Mapping[DoubtKey, Sequence[Correction]], row: str
) -> str | None:
    """The dismissal of this very finding, with its reason; `row` is the key of its row, or ""."""
    for correction in dismissed.get((finding.code, finding.page, row), ()):
        if correction.finding is not None and _is_same(finding, correction.finding):
            return f"{DISMISSED}: {correction.reason}" if correction.reason else DISMISSED
    return None


def _is_about(finding: FindingRow, column: str, places: Sequence[PlaceRow]) -> bool:
    if finding.box is None or finding.page is None:
        return column in _COLUMNS.get(finding.code, ())
    box = to_bbox(finding.box)
    return any(
        place.page == finding.page
        and BBox(place.x0, place.top, place.x1, place.bottom).contains(box.x_mid, box.y_mid)
        for place in places
        if place.column == column
    )


def _is_same(finding: FindingRow, about: FindingRef) -> bool:
    """Whether it is the one that was dismissed, of those with its code on its page."""
    if finding.box is None or about.box is None:
        return finding.message == about.message
    box = to_bbox(finding.box)
    # The box of a ruling has no area.
    return same_box(box, about.box) or (box == about.box and finding.message == about.message)


def to_bbox(box: BoxValue) -> BBox:
    """A written box as a box that can be measured."""
    return BBox(box.x0, box.top, box.x1, box.bottom)
