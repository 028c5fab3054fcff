"""The contract: names, order, types, nullability, and that the rows and the README keep to it."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.contract import Contract
from pipeline.model import Code
from pipeline.party import PartyKind
from pipeline.row_types import AssignmentRow, CellRow, DocumentRow, FindingRow, PlaceRow, TaskRow
from pipeline.schema import (
    ASSIGNMENTS,
    CELLS,
    CONTRACTS,
    DOCUMENTS,
    FINDINGS,
    MEANINGS,
    PLACES,
    TASKS,
    codes,
    dictionary,
)

ROOT = Path(__file__).resolve().parent.parent

# Written down once more, by hand, from the design: the code must not be its own judge.
TASK_TYPES = """
doc_id string; source string; doc_number string?; title string?; issuer string?; issued_on date32?
table_no int32; row_no int32; table_title string?; serial string?; category string?; name string?
superior_measures string?; local_measures string?; leaders list<string>; lead_units list<string>
units list<string>; deadline string?; remark string?; cells map<string,string>; pages list<int32>
confidence float32; flags list<string>; reviewed bool
"""
DOCUMENT_NAMES = (
    "doc_id, source, route, pages, status, issuer, doc_number, title, addressees, signed_by, "
    "issued_on, disclosure, attachments, cc, printed_by, printed_on, secrecy, urgency, signer, "
    "elapsed_s, pipeline_version, config_fingerprint"
)
ASSIGNMENT_NAMES = (
    "doc_id, table_no, row_no, serial, role, position, printed, canonical, kind, region, "
    "certainty, evidence"
)
FINDING_NAMES = "doc_id, page, box, stage, code, severity, message, table_no, row_no, settled"
PLACE_NAMES = "doc_id, table_no, row_no, column, part, page, x0, top, x1, bottom, score"


def test_tasks_are_those_of_the_design() -> None:
    expected = [item.strip() for item in re.split(r"[;\n]", TASK_TYPES) if item.strip()]
    assert [f"{column.name} {column.type_name}" for column in TASKS.columns] == expected


def test_the_other_tables_are_those_of_the_design() -> None:
    assert ", ".join(DOCUMENTS.names) == DOCUMENT_NAMES
    assert ", ".join(FINDINGS.names) == FINDING_NAMES
    assert ", ".join(ASSIGNMENTS.names) == ASSIGNMENT_NAMES
    assert ", ".join(PLACES.names) == PLACE_NAMES


@pytest.mark.parametrize(
    ("contract", "row"),
    [
        (TASKS, TaskRow),
        (DOCUMENTS, DocumentRow),
        (CELLS, CellRow),
        (FINDINGS, FindingRow),
        (ASSIGNMENTS, AssignmentRow),
        (PLACES, PlaceRow),
    ],
)
def test_rows_have_the_columns_of_their_contract(contract: Contract, row: type) -> None:
    assert row._fields == contract.names  # type: ignore[attr-defined]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_every_column_is_described(contract: Contract) -> None:
    for field in contract.schema():
        assert field.metadata[b"description"].strip()


def test_a_null_where_none_may_be_is_refused() -> None:
    row: list[object] = [None] * len(FINDINGS.columns)
    with pytest.raises(ValueError, match=r"findings\.doc_id may not be null"):
        FINDINGS.table([tuple(row)])


def test_a_table_of_no_rows_has_all_columns() -> None:
    assert TASKS.table([]).schema.equals(TASKS.schema())
    assert pa.types.is_map(TASKS.table([]).schema.field("cells").type)


def test_the_dictionary_names_every_column() -> None:
    text = dictionary()
    for contract in CONTRACTS:
        for column in contract.columns:
            assert f"| `{column.name}` | {column.type_name} |" in text


@pytest.mark.parametrize(("marker", "text"), [("schema", dictionary()), ("codes", codes())])
def test_the_readme_holds_what_the_schema_says(marker: str, text: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    part = readme.split(f"<!-- {marker}:begin -->")[1].split(f"<!-- {marker}:end -->")[0]
    assert part.strip() == text.strip(), "paste the output of `python -m pipeline.schema`"


def test_the_kinds_of_parties_are_described() -> None:
    described = next(item.description for item in ASSIGNMENTS.columns if item.name == "kind")
    assert re.findall(r"[a-z]+", described.replace(" or ", " ")) == list(PartyKind)


def test_every_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Code)
