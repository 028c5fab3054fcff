"""Names that a person wrote are looked up as names that were read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.config import Settings
from pipeline.corrections import DocumentRows, apply_corrections
from pipeline.corrections.naming import Naming
from pipeline.gazetteer_file import with_gazetteer
from pipeline.review.room import Room
from pipeline.roster_file import with_roster
from tests.review_rooms import client_of, make_room
from tests.test_corrections import a_bundle, refs_of, set_value, three_tasks
from tests.test_review import Window

LETTER = {"issuer": "岳阳县人民政府办公室", "title": "岳阳县人民政府办公室关于分解任务的通知"}


def a_notice() -> DocumentRows:
    rows = a_bundle(*three_tasks())
    return DocumentRows(rows.tasks, rows.findings, rows.assignments, rows.places, LETTER)


def share_of(rows: DocumentRows, column: str, names: Any, settings: Settings) -> list[Any]:
    """The assignments of row 3 when its list is corrected."""
    edit = set_value(1, refs_of(rows)[2], column, names, getattr(rows.tasks[2], column))
    done = apply_corrections(rows, [edit], settings).rows
    role = {"leaders": "leader", "units": "unit"}[column]
    return [row for row in done.assignments if row.row_no == 3 and row.role == role]


def test_a_unit_is_joined_by_the_gazetteer_and_the_issuers_place(settings: Settings) -> None:
    (share,) = share_of(a_notice(), "units", ("县发改局",), settings)
    assert (share.canonical, share.kind, share.region) == (
        "岳阳县发展和改革局",
        "organ",
        "岳阳县",
    )
    assert 0.5 < share.certainty < 1.0
    assert share.evidence.startswith("review;")


def test_a_place_stands_for_the_units_after_it(settings: Settings) -> None:
    shares = share_of(a_notice(), "units", ("县水利局", "民政局"), settings)
    assert [share.canonical for share in shares] == ["岳阳县水利局", "岳阳县民政局"]


def test_a_unit_that_looks_misread_has_no_name_to_join_on(settings: Settings) -> None:
    (share,) = share_of(a_notice(), "units", ("县财玫局",), settings)
    assert share.canonical is None
    assert share.evidence.startswith("review;form:unknown")


def test_the_users_lists_come_first(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "units.txt").write_text("岳阳县商务粮食局 商粮局 县商粮局\n", encoding="utf-8")
    (tmp_path / "persons.txt").write_text("赵大年 副县长\n", encoding="utf-8")
    known = with_gazetteer(settings, tmp_path / "units.txt")
    known = with_roster(known, tmp_path / "persons.txt")
    (unit,) = share_of(a_notice(), "units", ("县商粮局",), known)
    assert unit.canonical == "岳阳县商务粮食局"
    (leader,) = share_of(a_notice(), "leaders", ("赵大年",), known)
    assert (leader.canonical, leader.kind, leader.certainty) == ("赵大年", "person", 1.0)
    assert "given" in leader.evidence
    assert "post:副县长" in leader.evidence
    (plain,) = share_of(a_notice(), "leaders", ("赵大年",), settings)
    assert "given" not in plain.evidence


@pytest.mark.parametrize(
    ("name", "canonical", "kind"),
    [
        ("赵大年", "赵大年", "person"),
        ("扎西多吉", "扎西多吉", "person"),
        ("分管副县长", None, "post"),
        ("X", "X", "person"),
    ],
)
def test_what_a_leader_is(name: str, canonical: str | None, kind: str, settings: Settings) -> None:
    party = Naming(a_notice(), settings).leader(name)
    assert (party.printed, party.kind.value) == (name, kind)
    if canonical:
        assert party.canonical == canonical


def test_a_name_like_one_of_the_roster_stays_as_the_person_wrote_it(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "persons.txt").write_text("王建国\n", encoding="utf-8")
    known = with_roster(settings, tmp_path / "persons.txt")
    assert Naming(a_notice(), known).leader("王建囯").canonical == "王建囯"


def assignments(room: Room) -> list[dict[str, Any]]:
    room.write_tables()
    rows = pq.read_table(room.library.out / "assignments.parquet").to_pylist()
    return [row for row in rows if row["row_no"] == 2 and row["role"] == "unit"]


def test_the_tables_hold_what_the_lists_know_and_what_was_taught(
    tmp_path: Path, settings: Settings
) -> None:
    room = make_room(tmp_path, settings)
    window = Window(room)
    window.set("1-2-0", "units", ["县审计局", "县数据和信创局"])
    audit, data = assignments(room)
    assert audit["canonical"].endswith("审计局")
    assert audit["kind"] == "organ"
    assert data["evidence"].startswith("review;form:unknown")
    assert not room.library.tables_are_stale()
    # What is taught counts at once, and the page says that the tables lack it.
    client_of(room).post("/teach", data={"gazetteer": ["县数据和信创局"]})
    assert room.library.tables_are_stale()
    _, data = assignments(room)
    assert "form:user" in data["evidence"]
    assert not room.library.tables_are_stale()
