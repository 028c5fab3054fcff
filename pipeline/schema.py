"""The tables that are written: names, types, order and meaning of every column.

This is the one source for Parquet, for the CSV's header and for the data dictionary in the README
(`python -m pipeline.schema` writes it; a test holds the README to it).
"""

from __future__ import annotations

import sys

import pyarrow as pa

from pipeline.contract import BOX, INTEGERS, STRINGS, TEXT_MAP, Column, Contract
from pipeline.model import Code


def _text(name: str, description: str) -> Column:
    return Column(name, pa.string(), description, nullable=True)


def _number(name: str, description: str, nullable: bool = False) -> Column:
    return Column(name, pa.int32(), description, nullable)


_DOC_ID = Column("doc_id", pa.string(), "SHA-256 of the source's bytes, hex; joins the tables")
_SOURCE = Column("source", pa.string(), "path or URI of the source as given")
_ISSUED_ON = Column("issued_on", pa.date32(), "成文日期", nullable=True)

TASKS = Contract(
    "tasks",
    "one task: a row of who must do what",
    (
        _DOC_ID,
        _SOURCE,
        _text("doc_number", "发文字号"),
        _text("title", "标题, whole, printed lines joined"),
        _text("issuer", "发文机关"),
        _ISSUED_ON,
        _number("table_no", "number of the table in the document, from 1"),
        _number("row_no", "number of the task in its table, from 1, in printed order"),
        _text("table_title", "title printed over the table"),
        _text("serial", "序号 as printed"),
        _text("category", "类别"),
        _text("name", "名称, 工作任务, 重点任务 …"),
        _text("superior_measures", "what the higher level set: 市里政策措施、目标任务 …"),
        _text("local_measures", "what this place does: 我县政策措施、目标任务, 具体措施 …"),
        Column("leaders", STRINGS, "牵头领导, 责任领导 …: persons, in printed order"),
        Column("lead_units", STRINGS, "牵头单位 …, in printed order"),
        Column("units", STRINGS, "责任单位, 配合单位 …, in printed order"),
        _text("deadline", "完成时限 …"),
        _text("remark", "备注"),
        Column("cells", TEXT_MAP, "every printed cell by its printed header, as read"),
        Column("pages", INTEGERS, "pages the row stands on; empty for machine-read text"),
        Column(
            "confidence",
            pa.float32(),
            "chance that the least sure line of the row is read right, 0–1; 1.0 from a text layer",
        ),
        Column(
            "flags",
            STRINGS,
            "codes of the findings on this row that are warnings or worse; empty: no doubt",
        ),
        Column("reviewed", pa.bool_(), "a person has confirmed or corrected the row"),
    ),
)

DOCUMENTS = Contract(
    "documents",
    "one notice under one name, also one that could not be read",
    (
        _DOC_ID,
        _SOURCE,
        _text("route", "how its pages were read: text, scan, markup, or mixed; null: not at all"),
        _number("pages", "number of pages; 0 for machine-read text"),
        Column("status", pa.string(), "ok, partial (some pages failed) or failed"),
        _text("issuer", "发文机关 (from 发文机关标志)"),
        _text("doc_number", "发文字号"),
        _text("title", "标题, whole, printed lines joined"),
        Column("addressees", STRINGS, "主送机关"),
        _text("signed_by", "发文机关署名"),
        _ISSUED_ON,
        _text("disclosure", "附注 on disclosure, such as 此件主动公开"),
        Column("attachments", STRINGS, "附件说明: titles of the attachments"),
        Column("cc", STRINGS, "抄送机关"),
        _text("printed_by", "印发机关"),
        Column("printed_on", pa.date32(), "印发日期", nullable=True),
        _text("secrecy", "密级和保密期限"),
        _text("urgency", "紧急程度"),
        _text("signer", "签发人"),
        Column("elapsed_s", pa.float64(), "seconds it took to read"),
        Column("pipeline_version", pa.string(), "version of the program"),
        Column("config_fingerprint", pa.string(), "SHA-256 over all settings, hex"),
    ),
)

CELLS = Contract(
    "cells",
    "one recovered cell of any table, blank ones too",
    (
        _DOC_ID,
        _number("table_no", "number of the table in the document, from 1"),
        _text("table_title", "title printed over the table"),
        _number("row", "row in the grid, from 0, header rows included"),
        _number("column", "column in the grid, from 0"),
        _number("row_span", "rows the cell covers"),
        _number("column_span", "columns the cell covers"),
        Column("is_header", pa.bool_(), "the cell belongs to the table's header"),
        _number("page", "page of the cell's first part; null for machine-read text", nullable=True),
        *(
            Column(side, pa.float64(), f"{what} of the first part, in points", nullable=True)
            for side, what in (
                ("x0", "left side"),
                ("top", "top"),
                ("x1", "right side"),
                ("bottom", "bottom"),
            )
        ),
        Column("pages", INTEGERS, "all pages the cell stands on"),
        Column("text", pa.string(), "text, printed lines joined; empty when blank"),
        Column("raw", pa.string(), "text as the source gave it, one printed line a line"),
        Column(
            "score",
            pa.float32(),
            "chance that its least sure line is read right, 0–1; 1.0 from a text layer",
        ),
    ),
)

FINDINGS = Contract(
    "findings",
    "one doubt, for a person to look at",
    (
        _DOC_ID,
        _number("page", "page it is about", nullable=True),
        Column("box", BOX, "where on the page, in points, origin top left", nullable=True),
        Column("stage", pa.string(), "stage that raised it"),
        Column("code", pa.string(), "what it is about"),
        Column("severity", pa.string(), "info, warning or error"),
        Column("message", pa.string(), "in words"),
        _number("table_no", "table it is about", nullable=True),
        _number("row_no", "task it is about; joins with table_no to tasks", nullable=True),
        _text(
            "settled",
            "how a person settled it: confirmed, corrected, or dismissed: with the reason; "
            "null: open",
        ),
    ),
)

ASSIGNMENTS = Contract(
    "assignments",
    "one party of one task: who has which part in it",
    (
        _DOC_ID,
        _number("table_no", "number of the table in the document, from 1"),
        _number("row_no", "task in its table; joins with doc_id and table_no to tasks"),
        _text("serial", "序号 as printed"),
        Column("role", pa.string(), "leader, lead_unit or unit"),
        _number("position", "place in the task's list of that role, from 1"),
        Column("printed", pa.string(), "name as printed"),
        _text("canonical", "name to join on, with region; null: not known"),
        Column(
            "kind",
            pa.string(),
            "person, post, organ, association, institution, company, collective, place or unknown",
        ),
        _text("region", "place the unit belongs to: 岳阳县, 中央 …; null: not known, or a person"),
        Column("certainty", pa.float32(), "how sure name and canonical name are, 0–1"),
        Column(
            "evidence", pa.string(), "what that rests on: codes joined with ; , weightiest first"
        ),
    ),
)

PLACES = Contract(
    "places",
    "one place in print of one value of one task: where to look for it",
    (
        _DOC_ID,
        _number("table_no", "number of the table in the document, from 1"),
        _number("row_no", "task in its table; joins with doc_id and table_no to tasks"),
        Column("column", pa.string(), "column of tasks that is printed there"),
        _number("part", "number of the place among those of the value, from 1"),
        _number("page", "page, from 1"),
        *(
            Column(side, pa.float64(), f"{what} of the cell on that page, in points")
            for side, what in (
                ("x0", "left side"),
                ("top", "top"),
                ("x1", "right side"),
                ("bottom", "bottom"),
            )
        ),
        Column("score", pa.float32(), "recognition score of the cell, 0–1"),
    ),
)

CONTRACTS = (TASKS, DOCUMENTS, CELLS, FINDINGS, ASSIGNMENTS, PLACES)

MEANINGS: dict[Code, str] = {
    Code.LOW_SCORE: "a line may be misread, or ink was left unread",
    Code.EMPTY_CELL: "a cell is blank in a column that is filled in nearly all rows",
    Code.SERIAL_GAP: "serials are missing in the table",
    Code.SERIAL_REPEATED: "two rows bear the same serial",
    Code.SERIAL_ODD: "a serial does not fit those around it",
    Code.TEXT_REPEATED: "sentences stand in a cell again and again, as readers that invent do",
    Code.TEXT_IMPLAUSIBLE: "a text makes no sense in the order in which it was read",
    Code.TEXT_OUTSIDE: "text that stands in no cell, or a row that is no task",
    Code.TEXT_CUT: "text is cut off: by the page, by a cell, or half of a pair of brackets",
    Code.CHARACTER_ODD: "a character that no notice should hold, or a rare one on a scan",
    Code.RADICALS_MAPPED: "radicals in the text layer were mapped to characters",
    Code.NAME_UNRESOLVED: "what stands in a leader cell is no name of a person",
    Code.NAME_AMBIGUOUS: "a leader cell can be read in more than one way",
    Code.NAME_RESTORED: "names follow from the notice's other rows and not from the cell alone",
    Code.UNIT_REPEATED: "a unit is listed twice in a row",
    Code.UNIT_ODD: "a unit looks like no organ, or it is unsure where units part",
    Code.UNIT_UNKNOWN: "no list knows a unit; a warning where it looks like a known one misread",
    Code.ROW_JOINED: "a row broken by a page end was put together",
    Code.ROW_JOIN_DOUBTFUL: "a row was put together, or was not, on thin evidence",
    Code.HEADER_UNKNOWN: "no rule knows a printed header; its cells stand in `cells`",
    Code.HEADER_AMBIGUOUS: "a header was matched over a misread character, or two claim one column",
    Code.HEADER_MISSING: "a column or a table has no header",
    Code.GRID_BROKEN: "rulings do not make a proper grid, or a row has too few or too many fields",
    Code.RULING_INFERRED: "a ruling was not seen whole and was concluded from the others",
    Code.TABLE_UNRULED: "a table without column rules was read by how its text is aligned",
    Code.COLUMNS_DOUBTFUL: "two columns of a table without rules may be one: the white is narrow",
    Code.ROUTE_BROKEN: "the text layer of a page is not to be trusted",
    Code.PAGE_FAILED: "a page could not be read",
    Code.PAGE_SKEWED: "a scan was turned upright by some degrees",
    Code.PAGE_BENT: "a scan was slanted or bent and was made flat, or (warning) could not be",
    Code.PAGE_STREAKED: "lines from edge to edge of a scan were taken for dirt, not for rulings",
    Code.PAGE_PARTED: "two pages on one sheet were read apart, or (warning) in doubtful order",
    Code.PAGE_TURN_DOUBTFUL: "nothing tells which way up a scan is: its turn may be wrong",
    Code.LETTER_DOUBTFUL: "an element of the letter is doubtful, such as an impossible date",
    Code.CORRECTION_CONFLICT: "a person's correction does not fit what is read now",
}


def codes() -> str:
    """The codes of findings as Markdown."""
    rows = [f"| `{code.value}` | {meaning} |" for code, meaning in MEANINGS.items()]
    return "\n".join(["| code | meaning |", "|---|---|", *rows]) + "\n"


def dictionary() -> str:
    """The data dictionary as Markdown, a section per table."""
    parts = []
    for contract in CONTRACTS:
        lines = [
            f"### `{contract.name}.parquet`",
            "",
            f"A row is {contract.row_is}.",
            "",
            "| column | type | meaning |",
            "|---|---|---|",
        ]
        for column in contract.columns:
            kind = column.type_name.replace("|", "\\|")
            lines.append(f"| `{column.name}` | {kind} | {column.description} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(f"{dictionary()}\n{codes()}")
