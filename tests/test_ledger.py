"""Corrections that are added one by one: the same as all at once, at the cost of one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Settings
from pipeline.corrections import (
    Correction,
    Journal,
    Ledger,
    add_correction,
    apply_corrections,
    journal,
    journal_path,
    values_of,
)
from pipeline.errors import InputError
from pipeline.review.edits import RefusedError, make_correction
from pipeline.show import Viewing, corrected_to_view, views
from tests.review_rooms import make_room, only_id
from tests.test_corrections import DOC, WHEN, WHO, a_bundle, an_undo, doubts, three_tasks


def asked(choice: random.Random, corrected: Any, there: list[Correction]) -> dict[str, Any]:
    """What somebody may ask for on the rows as they stand."""
    row = choice.choice(corrected.states)
    values = {c: list(v) if isinstance(v, tuple) else v or "" for c, v in values_of(row.task)}
    what = choice.choice(["set", "set", "confirm", "dismiss", "split", "join", "undo", "letter"])
    if what == "letter":
        return {"what": "set", "row": "letter", "column": "title", "after": choice.choice("甲乙")}
    below = corrected.states[(corrected.states.index(row) + 1) % len(corrected.states)]
    return {
        "what": what,
        "row": row.ref.key,
        "column": "name",
        "after": choice.choice(["甲", "乙", "丙丁"]),
        "finding": choice.randrange(len(corrected.rows.findings)),
        "reason": "印刷如此",
        "parts": [values, {**values, "name": "另"}] if what == "split" else [values],
        "other": below.ref.key,
        "of": choice.randint(1, len(there) + 1),
    }


@pytest.mark.parametrize("seed", range(12))
def test_one_by_one_is_the_same_as_all_at_once(seed: int) -> None:
    choice = random.Random(seed)
    rows = a_bundle(*three_tasks(), findings=doubts())
    ledger, viewing, there = Ledger(rows), Viewing(), list[Correction]()
    for _ in range(25):
        corrected = ledger.laid(there)
        wanted = asked(choice, corrected, there)
        try:
            there.append(make_correction(corrected, there, wanted, (WHEN, WHO), rows))
        except RefusedError:
            continue
        anew = apply_corrections(rows, there)
        assert ledger.laid(there) == anew
        assert viewing.view(ledger.laid(there)) == corrected_to_view(anew)
    assert len(there) > 5


def test_a_correction_costs_what_it_touches(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(tmp_path, settings, 40)
    doc, calls = only_id(room), list[str]()

    def counted(module: Any, name: str) -> None:
        plain = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *all: calls.append(name) or plain(*all))

    def confirm(number: int) -> None:
        shown = room.desk.open(doc)
        said = {"version": shown.version, "reading": shown.stored.reading}
        room.correct(doc, {"what": "confirm", "row": f"1-{number}-0", **said})

    for number in range(1, 21):
        confirm(number)
    counted(journal, "line_to_correction")
    counted(views, "_row")
    confirm(21)
    assert sorted(calls) == ["_row", "line_to_correction"]


def test_a_journal_that_was_mended_by_hand_is_read_anew(tmp_path: Path) -> None:
    path = journal_path(tmp_path, DOC)
    there = Journal(path)
    for _ in range(3):
        there.add(an_undo)
    assert [item.id for item in there.read()] == [1, 2, 3]
    path.write_bytes(path.read_bytes().replace(WHO.encode(), "王五".encode()))
    assert {item.who for item in there.read()} == {"王五"}
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    assert [item.id for item in there.read()] == [1]


def test_what_another_process_adds_is_seen_and_a_bad_line_is_named(tmp_path: Path) -> None:
    path = journal_path(tmp_path, DOC)
    there = Journal(path)
    there.add(an_undo)
    add_correction(path, an_undo)
    assert [item.id for item in there.read()] == [1, 2]
    path.write_bytes(path.read_bytes() + b"no correction\n")
    with pytest.raises(InputError, match="line 3"):
        there.read()
