"""Runs over an inbox: what is read, what is not, and what the tables say afterwards."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest

from pipeline.batch import Redo, compact_output, state
from pipeline.batch.compaction import compacted_id
from pipeline.batch.crew import Limits
from pipeline.batch.parts import decode, ids_of
from pipeline.batch.places import Place
from pipeline.batch.status import status_of
from pipeline.config import Settings
from pipeline.corrections import Correction, add_correction, journal_path, records_to_bundle
from pipeline.corrections.anchor import rows_to_refs
from pipeline.errors import ExitCode, InputError, ModelsError, OutputError
from pipeline.ocr.engine import OcrEngine
from pipeline.run import read_batch
from pipeline.write import write_outputs
from tests.batches import (
    HEADER,
    HERE,
    WIDTHS,
    inbox,
    names,
    notice,
    rows,
    run,
    scan,
    task_name,
    written,
)
from tests.engines import FixedEngine
from tests.pdfs import write_table


def no_engine() -> OcrEngine:
    raise pytest.fail("a text page asked for recognition")


def no_models() -> OcrEngine:
    raise ModelsError("missing", "fetch them")


def parts_in(out: Path) -> list[Path]:
    return sorted((out / "parts").rglob("*.json.zst"))


def test_the_tables_are_those_of_reading_all_at_once(tmp_path: Path, settings: Settings) -> None:
    folder = inbox(tmp_path / "in", 3)
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    record, _ = run(folder, tmp_path / "out", settings)
    at_once = read_batch(sorted(folder.iterdir()), no_engine, settings)
    write_outputs(at_once.readings, tmp_path / "once", settings.fingerprint(), "{}")
    assert written(tmp_path / "out") == written(tmp_path / "once")
    drop = ("elapsed_s",)
    for left, right in zip(
        rows(tmp_path / "out", "documents"), rows(tmp_path / "once", "documents"), strict=True
    ):
        assert {k: v for k, v in left.items() if k not in drop} == {
            k: v for k, v in right.items() if k not in drop
        }
    assert record.exit_code is ExitCode.PARTIAL is at_once.exit_code


def test_only_what_is_new_is_read(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    assert run(folder, out, settings)[1].read == ["00000.pdf", "00001.pdf"]
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    record, heard = run(folder, out, settings)
    assert (heard.read, heard.known, record.tables) == ([], 2, "unchanged")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")} == before
    inbox(folder, 1, start=2)
    record, heard = run(folder, out, settings)
    assert (heard.read, heard.known, record.tables) == (["00002.pdf"], 2, "made")
    assert names(out) == [task_name(number, row) for number in range(3) for row in (1, 2)]


def test_a_notice_that_leaves_the_inbox_stays_in_the_tables(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    (folder / "00000.pdf").unlink()
    assert run(folder, out, settings)[0].tables == "unchanged"
    run(inbox(tmp_path / "other", 1, start=7), out, settings)
    assert {row["name"] for row in rows(out)} == {
        task_name(number, row) for number in (0, 1, 7) for row in (1, 2)
    }


def test_equal_bytes_are_read_once_and_listed_twice(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    (folder / "again.pdf").write_bytes((folder / "00000.pdf").read_bytes())
    record, heard = run(folder, out, settings)
    assert (heard.read, record.repeated) == (["00000.pdf"], 1)
    documents = rows(out, "documents")
    assert [Path(str(row["source"])).name for row in documents] == ["00000.pdf", "again.pdf"]
    assert len({row["doc_id"] for row in documents}) == 1
    assert names(out) == [task_name(0, 1), task_name(0, 2)]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["repeated"] == [
        {"source": str(folder / "again.pdf"), "equals": str(folder / "00000.pdf")}
    ]
    assert record.exit_code is ExitCode.DONE


def test_a_renamed_file_is_known_and_bears_its_new_name(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    run(folder, out, settings)
    (folder / "00000.pdf").rename(folder / "new.pdf")
    record, heard = run(folder, out, settings)
    assert (heard.read, record.tables) == ([], "made")
    for table in ("documents", "tasks"):
        assert {Path(str(row["source"])).name for row in rows(out, table)} == {"new.pdf"}
    assert len(rows(out, "documents")) == 1


def test_other_bytes_under_a_name_replace_the_document(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    notice(folder / "00000.pdf", 9)
    assert run(folder, out, settings)[1].read == ["00000.pdf"]
    assert names(out) == [task_name(number, row) for number in (9, 1) for row in (1, 2)]
    assert len(parts_in(out)) == 3


def test_bytes_changed_behind_size_and_time_are_seen_when_asked(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    path = folder / "00000.pdf"
    run(folder, out, settings)
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"%PDF-1.3", b"%PDF-1.4"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert run(folder, out, settings)[1].read == []
    assert run(folder, out, settings, redo=Redo.CHANGED)[1].read == ["00000.pdf"]
    assert len(rows(out, "documents")) == 1


def test_other_settings_read_again_and_both_results_are_kept(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    checks = settings.checks.model_copy(update={"low_score": 0.5})
    other = settings.model_copy(update={"checks": checks})
    run(folder, out, settings)
    assert run(folder, out, other)[1].read == ["00000.pdf"]
    assert {row["config_fingerprint"] for row in rows(out, "documents")} == {other.fingerprint()}
    record, heard = run(folder, out, settings)
    assert (heard.read, record.tables) == ([], "made")
    assert {row["config_fingerprint"] for row in rows(out, "documents")} == {settings.fingerprint()}
    assert names(out) == [task_name(0, 1), task_name(0, 2)]


def test_redo(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert run(folder, out, settings)[1].read == ["00000.pdf", "bad.pdf"]
    record, heard = run(folder, out, settings)
    assert (heard.read, record.exit_code) == ([], ExitCode.PARTIAL)
    assert run(folder, out, settings, redo=Redo.FAILED)[1].read == ["bad.pdf"]
    assert run(folder, out, settings, redo=Redo.ALL)[1].read == ["00000.pdf", "bad.pdf"]
    assert len(rows(out, "documents")) == 2
    assert len(names(out)) == 2


def test_a_failed_document_has_a_part_with_the_reason(tmp_path: Path, settings: Settings) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    record, _ = run(folder, out, settings)
    (path,) = parts_in(out)
    part = decode(path.read_bytes())
    assert (part.info.status, part.info.code, part.info.retry) == ("failed", ExitCode.INPUT, False)
    assert part.info.error
    assert record.failures == [(str(folder / "bad.pdf"), part.info.error)]
    assert record.exit_code is ExitCode.INPUT
    (row,) = rows(out, "documents")
    assert (row["status"], row["doc_id"]) == ("failed", part.info.doc_id)


def test_what_failed_for_want_of_models_is_tried_again(tmp_path: Path, settings: Settings) -> None:
    picture, out = scan(tmp_path / "in" / "scan.png"), tmp_path / "out"
    record, _ = run(picture, out, settings, engine=no_models)
    assert record.exit_code is ExitCode.MODELS
    record, heard = run(picture, out, settings, engine=FixedEngine)
    assert (heard.read, record.exit_code) == (["scan.png"], ExitCode.DONE)
    assert [row["status"] for row in rows(out, "documents")] == ["ok"]
    assert decode(parts_in(out)[0].read_bytes()).engine == FixedEngine().fingerprint()


def test_a_file_that_cannot_be_read_is_listed_and_tried_again(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    missing = folder / "missing.pdf"
    record, _ = run((folder, missing), out, settings)
    assert record.exit_code is ExitCode.PARTIAL
    assert [row["status"] for row in rows(out, "documents")] == ["ok", "failed"]
    assert rows(out, "documents")[1]["doc_id"] == ""
    notice(missing, 5)
    assert run((folder, missing), out, settings)[0].exit_code is ExitCode.DONE
    assert [row["status"] for row in rows(out, "documents")] == ["ok", "ok"]
    missing.rename(tmp_path / "away.pdf")
    run((folder, missing), out, settings)
    # What was read stays; that the file is not there now is said beside it.
    assert sorted(str(row["status"]) for row in rows(out, "documents")) == ["failed", "ok", "ok"]
    run(folder, out, settings)
    assert [row["status"] for row in rows(out, "documents")] == ["ok", "ok"]
    assert len(names(out)) == 4


def test_no_input_is_an_error_and_writes_nothing(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError):
        run(tmp_path / "none", tmp_path / "out", settings)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("lost", ["state", "state/names.parquet", "state/parts.parquet"])
def test_what_the_state_lacks_is_found_again(
    tmp_path: Path, settings: Settings, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    target = out / lost
    for path in [target] if target.is_file() else sorted(target.iterdir()):
        path.write_bytes(b"half a fi")
    (folder / "00001.pdf").unlink()
    record, heard = run(folder, out, settings)
    assert (heard.read, record.tables) == ([], "unchanged")
    monkeypatch.setattr(state, "decode", None)  # now nothing needs to be opened
    assert run(folder, out, settings)[1].read == []


def test_a_damaged_part_is_made_again(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    before = written(out)
    path = parts_in(out)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert len(run(folder, out, settings)[1].read) == 1
    assert written(out) == before
    assert len(parts_in(out)) == 2


def test_a_part_damaged_after_all_is_said_and_the_tables_stay(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    before = written(out)
    path = parts_in(out)[0]
    status = path.stat()
    path.write_bytes(bytes(status.st_size))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(OutputError, match="cannot be read"):
        run(inbox(folder, 1, start=2), out, settings)
    assert written(out) == before
    path.unlink()
    run(folder, out, settings)
    assert len(names(out)) == 6


def test_lost_tables_are_made_again(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    before = written(out)
    for name in ("tasks.parquet", "manifest.json"):
        (out / name).unlink()
        record, heard = run(folder, out, settings)
        assert (heard.read, record.tables) == ([], "made")
        assert written(out) == before
    (out / "cells.parquet").write_bytes(b"half")
    assert compacted_id(Place(str(out))) == ""
    run(folder, out, settings)
    assert written(out) == before


def test_parts_alone_and_the_tables_later(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    record, _ = run(folder, out, settings, tables=False)
    assert record.tables == "left"
    assert not (out / "tasks.parquet").exists()
    assert compact_output(str(out), settings) == 2
    assert len(names(out)) == 4
    assert run(folder, out, settings)[0].tables == "unchanged"


def test_duckdb_reads_the_parts(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    query = f"""
        SELECT name FROM (SELECT unnest(tasks, recursive := true)
        FROM read_json('{out}/parts/*/*.json.zst')) ORDER BY name
    """  # noqa: S608
    assert [name for (name,) in duckdb.sql(query).fetchall()] == sorted(map(str, names(out)))


def test_parts_stand_by_the_first_digits_of_their_hash(tmp_path: Path, settings: Settings) -> None:
    run(inbox(tmp_path / "in", 1), tmp_path / "out", settings)
    (path,) = parts_in(tmp_path / "out")
    ids = ids_of(str(path))
    assert ids is not None
    assert path.parent.name == ids[0][:2]
    assert ids_of("parts/ab/abc.json.zst") is None


def test_the_record_of_a_run(tmp_path: Path, settings: Settings) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    run(folder, out, settings)
    run(folder, out, settings)
    first, second = (json.loads(path.read_text()) for path in sorted((out / "runs").iterdir()))
    assert (first["found"], first["read"]) == (3, 3)
    assert first["done"] == {"pages": 2, "tasks": 4, "flagged": 0}
    assert first["status"] == {"ok": 2, "failed": 1}
    assert first["failures"][0]["source"].endswith("bad.pdf")
    assert first["rows"]["tasks.parquet"] == 4
    assert (second["known"], second["read"], second["tables"]) == (3, 0, "unchanged")
    assert second["exit_code"] == first["exit_code"] == ExitCode.PARTIAL
    assert second["memory"] > 0


def test_a_second_run_is_refused_while_one_goes_on(tmp_path: Path, settings: Settings) -> None:
    from pipeline.batch.lock import locked

    folder, out = inbox(tmp_path / "in", 1), tmp_path / "out"
    with locked(Place(str(out))), pytest.raises(OutputError, match="Another run") as caught:
        run(folder, out, settings)
    assert str(os.getpid()) in str(caught.value)
    assert caught.value.exit_code is ExitCode.USAGE
    assert run(folder, out, settings)[1].read == ["00000.pdf"]


def test_an_output_that_cannot_be_written_is_said_so(tmp_path: Path, settings: Settings) -> None:
    folder = inbox(tmp_path / "in", 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        run(folder, tmp_path / "file" / "out", settings)
    assert caught.value.hint


def test_workers_and_this_process_give_the_same(tmp_path: Path, settings: Settings) -> None:
    folder = inbox(tmp_path / "in", 4)
    run(folder, tmp_path / "one", settings, limits=HERE)
    record, heard = run(folder, tmp_path / "two", settings, limits=Limits(workers=2, recycle=2))
    assert written(tmp_path / "one") == written(tmp_path / "two")
    assert (len(heard.infos), heard.pages) == (4, 4)
    assert record.worker_memory > 0


def test_corrections_are_laid_over_the_rows_and_outlast_a_new_reading(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = inbox(tmp_path / "in", 2), tmp_path / "out"
    run(folder, out, settings)
    part = decode(parts_in(out)[0].read_bytes())
    ref = rows_to_refs(records_to_bundle(part.rows))[1]
    read = part.rows["tasks"][1]["name"]
    person = Correction(
        1, "2026-01-02T03:04:05+00:00", "李四", "set", ref, "name", read, "修一座桥", read
    )
    add_correction(journal_path(out, part.info.doc_id), lambda _: person)
    record, heard = run(folder, out, settings)
    assert (heard.read, record.tables) == ([], "made")
    run(folder, out, settings, redo=Redo.ALL)
    (row,) = (row for row in rows(out) if row["name"] == "修一座桥")
    assert (row["doc_id"], row["reviewed"]) == (part.info.doc_id, True)
    assert len(rows(out)) == 4
    assert run(folder, out, settings)[0].tables == "unchanged"
    journal_path(out, part.info.doc_id).write_text("no correction\n")
    with pytest.raises(InputError, match="line 1 is no correction"):
        run(folder, out, settings)


def test_status_says_what_is_done_failed_in_doubt_and_missing(
    tmp_path: Path, settings: Settings
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    serials = [("1", "修路", "县交通局"), ("2", "种树", "县林业局"), ("7", "挖渠", "县水利局")]
    write_table(folder / "gap.pdf", [HEADER, *serials, ("8", "办学", "县教育局")], WIDTHS)
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(InputError, match="holds no run"):
        status_of(str(out))
    run(folder, out, settings)
    status = status_of(str(out))
    assert status.documents == {"failed": 1, "ok": 1}
    assert [Path(source).name for source, _ in status.failed] == ["bad.pdf"]
    assert [(gap.missing, gap.before, gap.after, gap.pages) for gap in status.gaps] == [
        (4, "2", "7", (1,))
    ]
    assert (status.tasks, status.pages) == (4, 1)
    flagged = sum(1 for row in rows(out) if row["flags"])
    assert status.flagged == flagged == sum(count for _, count, _ in status.flagged_documents)
    assert json.loads(status.to_json())["last_run"]["read"] == 2
