"""What persons said about a document, kept beside what was read, and laid over it.

    journal (lines on disk) → records → anchored in the rows (anchor) → laid over (states)
    → doubts settled (doubts, settle), parties known again (shares) or looked up (naming)
    → rows and conflicts (apply)

The rows as read are never changed: a newer reading takes their place, and the same corrections are
laid over it. All but `journal` is pure.
"""

from __future__ import annotations

from pipeline.corrections.apply import Corrected, CorrectedRow, Ledger, apply_corrections
from pipeline.corrections.bundle import (
    DocumentRows,
    bundle_to_records,
    reading_to_bundle,
    records_to_bundle,
    values_of,
)
from pipeline.corrections.journal import (
    FOLDER,
    Journal,
    add_correction,
    journal_path,
    parse_corrections,
    read_corrections,
)
from pipeline.corrections.records import (
    COLUMNS,
    LETTER_COLUMNS,
    LIST_COLUMNS,
    Correction,
    FindingRef,
    RowRef,
)
from pipeline.corrections.states import Conflict, still_held
from pipeline.corrections.taught import GAZETTEER, ROSTER, with_taught

__all__ = [
    "COLUMNS",
    "FOLDER",
    "GAZETTEER",
    "LETTER_COLUMNS",
    "LIST_COLUMNS",
    "ROSTER",
    "Conflict",
    "Corrected",
    "CorrectedRow",
    "Correction",
    "DocumentRows",
    "FindingRef",
    "Journal",
    "Ledger",
    "RowRef",
    "add_correction",
    "apply_corrections",
    "bundle_to_records",
    "journal_path",
    "parse_corrections",
    "read_corrections",
    "reading_to_bundle",
    "records_to_bundle",
    "still_held",
    "values_of",
    "with_taught",
]
