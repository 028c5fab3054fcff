"""What a finding is about, and how much it matters."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: warnings and errors put the row under doubt."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Code(StrEnum):
    """What a finding is about. The README lists the codes; a test holds the list."""

    LOW_SCORE = "low_score"
    EMPTY_CELL = "empty_cell"
    SERIAL_GAP = "serial_gap"
    SERIAL_REPEATED = "serial_repeated"
    SERIAL_ODD = "serial_odd"
    TEXT_REPEATED = "text_repeated"
    TEXT_IMPLAUSIBLE = "text_implausible"
    TEXT_OUTSIDE = "text_outside"
    TEXT_CUT = "text_cut"
    CHARACTER_ODD = "character_odd"
    RADICALS_MAPPED = "radicals_mapped"
    NAME_UNRESOLVED = "name_unresolved"
    NAME_AMBIGUOUS = "name_ambiguous"
    NAME_RESTORED = "name_restored"
    UNIT_REPEATED = "unit_repeated"
    UNIT_ODD = "unit_odd"
    UNIT_UNKNOWN = "unit_unknown"
    ROW_JOINED = "row_joined"
    ROW_JOIN_DOUBTFUL = "row_join_doubtful"
    HEADER_UNKNOWN = "header_unknown"
    HEADER_AMBIGUOUS = "header_ambiguous"
    HEADER_MISSING = "header_missing"
    GRID_BROKEN = "grid_broken"
    RULING_INFERRED = "ruling_inferred"
    TABLE_UNRULED = "table_unruled"
    COLUMNS_DOUBTFUL = "columns_doubtful"
    ROUTE_BROKEN = "route_broken"
    PAGE_FAILED = "page_failed"
    PAGE_SKEWED = "page_skewed"
    PAGE_BENT = "page_bent"
    PAGE_STREAKED = "page_streaked"
    PAGE_PARTED = "page_parted"
    PAGE_TURN_DOUBTFUL = "page_turn_doubtful"
    LETTER_DOUBTFUL = "letter_doubtful"
    CORRECTION_CONFLICT = "correction_conflict"
