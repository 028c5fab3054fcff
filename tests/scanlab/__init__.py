"""Faults of scans, made on purpose: a typeset notice → the file that a bad scan of it would be.

    typeset → sheets (picture, rulings, cells) → faults in the order of their cause → file + truth

Every fault has an amount in a physical unit and two named levels: `ordinary` is what offices send
every day, `hard` is what a careful clerk can still read. Faults add up: those of the print come
first, then ink on the paper, the paper's light, its place under the lens, and the file's coding.
The same seed gives the same pixels.
"""

from __future__ import annotations

from tests.scanlab.faults import FAULTS, LEVELS, Fault, parse_faults, spoil
from tests.scanlab.files import write_scan
from tests.scanlab.sheets import Sheet, pdf_to_sheets

__all__ = [
    "FAULTS",
    "LEVELS",
    "Fault",
    "Sheet",
    "parse_faults",
    "pdf_to_sheets",
    "spoil",
    "write_scan",
]
