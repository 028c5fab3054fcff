"""The rows of the contract as values; field names and order are those of `schema.py`."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class TaskRow(NamedTuple):
    """A row of `tasks.parquet`."""

    doc_id: str
    source: str
    doc_number: str | None
    title: str | None
    issuer: str | None
    issued_on: date | None
    table_no: int
    row_no: int
    table_title: str | None
    serial: str | None
    category: str | None
    name: str | None
    superior_measures: str | None
    local_measures: str | None
    leaders: tuple[str, ...]
    lead_units: tuple[str, ...]
    units: tuple[str, ...]
    deadline: str | None
    remark: str | None
    cells: tuple[tuple[str, str], ...]
    pages: tuple[int, ...]
    confidence: float
    flags: tuple[str, ...]
    reviewed: bool


class DocumentRow(NamedTuple):
    """A row of `documents.parquet`."""

    doc_id: str
    source: str
    route: str | None
    pages: int
    status: str
    issuer: str | None
    doc_number: str | None
    title: str | None
    addressees: tuple[str, ...]
    signed_by: str | None
    issued_on: date | None
    disclosure: str | None
    attachments: tuple[str, ...]
    cc: tuple[str, ...]
    printed_by: str | None
    printed_on: date | None
    secrecy: str | None
    urgency: str | None
    signer: str | None
    elapsed_s: float
    pipeline_version: str
    config_fingerprint: str


class CellRow(NamedTuple):
    """A row of `cells.parquet`."""

    doc_id: str
    table_no: int
    table_title: str | None
    row: int
    column: int
    row_span: int
    column_span: int
    is_header: bool
    page: int | None
    x0: float | None
    top: float | None
    x1: float | None
    bottom: float | None
    pages: tuple[int, ...]
    text: str
    raw: str
    score: float


class BoxValue(NamedTuple):
    """A box as it is written, in points."""

    x0: float
    top: float
    x1: float
    bottom: float


class FindingRow(NamedTuple):
    """A row of `findings.parquet`."""

    doc_id: str
    page: int | None
    box: BoxValue | None
    stage: str
    code: str
    severity: str
    message: str
    table_no: int | None
    row_no: int | None
    settled: str | None = None


class AssignmentRow(NamedTuple):
    """A row of `assignments.parquet`."""

    doc_id: str
    table_no: int
    row_no: int
    serial: str | None
    role: str
    position: int
    printed: str
    canonical: str | None
    kind: str
    region: str | None
    certainty: float
    evidence: str


class PlaceRow(NamedTuple):
    """A row of `places.parquet`."""

    doc_id: str
    table_no: int
    row_no: int
    column: str
    part: int
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    score: float
