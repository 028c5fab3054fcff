"""Places: local paths and an S3 server on loopback, with real multipart uploads."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from pipeline.batch import lock
from pipeline.batch.compaction import compacted_id
from pipeline.batch.inbox import find_items
from pipeline.batch.lock import locked
from pipeline.batch.places import ASIDE, Place, is_uri
from pipeline.config import Settings
from pipeline.errors import ExitCode, InputError, OutputError, UsageError
from tests.batches import TABLES, inbox, notice, run, task_name

ROOT = Path(__file__).resolve().parent.parent
SERVER = Path(os.environ.get("GONGWEN_MOTO", ROOT / ".venv-s3" / "bin" / "moto_server"))
PART = 10 * 1024 * 1024  # bytes from which pyarrow sends an object in several parts


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server of its own process; its log tells what was asked of it."""
    if not SERVER.exists():
        pytest.skip("no S3 server: `make test` sets one up in .venv-s3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [SERVER, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not answers(address):
            assert process.poll() is None, "the S3 server has ended"
            time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The URI of a new bucket; the server is named as users name theirs."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setattr(lock, "_SETTLE_S", 0.05)
    name = f"b{abs(hash(request.node.name)):x}"
    host = server.removeprefix("http://")
    made = fs.S3FileSystem(endpoint_override=host, scheme="http", allow_bucket_creation=True)
    made.create_dir(name)
    return f"s3://{name}"


def put(folder: Path, uri: str) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            Place(uri).write(path.relative_to(folder).as_posix(), path.read_bytes())


def table(out: str, name: str) -> list[dict[str, object]]:
    with Place(out).open(f"{name}.parquet") as stream:
        found = pq.read_table(stream).to_pylist()
    return list(found)


def test_a_run_from_bucket_to_bucket(bucket: str, tmp_path: Path, settings: Settings) -> None:
    put(inbox(tmp_path / "in", 3), f"{bucket}/in")
    source, out = f"{bucket}/in", f"{bucket}/deep/out"
    record, heard = run(source, out, settings)
    assert record.exit_code is ExitCode.DONE
    assert len(heard.infos) == 3
    assert [row["name"] for row in table(out, "tasks")] == [
        task_name(number, row) for number in range(3) for row in (1, 2)
    ]
    documents = table(out, "documents")
    assert [row["source"] for row in documents] == [f"{source}/0000{n}.pdf" for n in range(3)]
    record, heard = run(source, out, settings)
    assert (heard.infos, record.known, record.tables) == ([], 3, "unchanged")
    notice(tmp_path / "more" / "9.pdf", 9)
    put(tmp_path / "more", source)
    assert len(run(source, out, settings)[1].infos) == 1
    assert len(table(out, "tasks")) == 8


def test_a_run_gives_the_same_on_disk_and_in_a_bucket(
    bucket: str, tmp_path: Path, settings: Settings
) -> None:
    folder = inbox(tmp_path / "in", 2)
    run(folder, tmp_path / "out", settings)
    run(folder, bucket + "/out", settings)
    for name in TABLES:
        if name == "documents":  # seconds differ
            continue
        assert (
            Place(bucket + "/out").read(f"{name}.parquet")
            == (tmp_path / "out" / f"{name}.parquet").read_bytes()
        )


def test_workers_write_to_a_bucket(bucket: str, tmp_path: Path, settings: Settings) -> None:
    from pipeline.batch.crew import Limits

    put(inbox(tmp_path / "in", 2), f"{bucket}/in")
    record, _ = run(f"{bucket}/in", f"{bucket}/out", settings, limits=Limits(workers=1))
    assert record.exit_code is ExitCode.DONE
    assert len(table(f"{bucket}/out", "tasks")) == 4


def test_the_server_named_in_the_address(
    server: str, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    query = f"?endpoint_override={server.removeprefix('http://')}&scheme=http"
    place = Place(f"{bucket.replace('s3://', 's3://key:secret@')}/x{query}")
    place.write("a/b.txt", b"bytes")
    assert place.read("a/b.txt") == b"bytes"
    assert place.name == f"{bucket}/x"
    assert [entry.path for entry in place.entries()] == ["a/b.txt"]


def test_large_files_go_up_in_parts_and_whole(server: str, bucket: str, tmp_path: Path) -> None:
    place = Place(bucket)
    data = os.urandom(2 * PART + 12345)
    (tmp_path / "large").write_bytes(data)
    place.upload(tmp_path / "large", "large")
    assert place.read("large") == data
    place.write("written", data)
    assert place.read("written") == data
    for name in ("large", "written"):
        address = f"{server}/{bucket.removeprefix('s3://')}/{name}"
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
            # An object of several parts bears their number in its tag.
            assert answer.headers["ETag"].strip('"').endswith("-3")


def test_an_upload_that_is_not_ended_shows_nothing(bucket: str) -> None:
    """What a worker killed in mid-upload leaves: parts on the server, and no object."""
    code = (
        "import os, sys\n"
        "from pyarrow import fs\n"
        "system, path = fs.FileSystem.from_uri(sys.argv[1])\n"
        "stream = system.open_output_stream(path)\n"
        f"stream.write(bytes({2 * PART}))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    import sys

    done = subprocess.run([sys.executable, "-c", code, f"{bucket}/half"], check=False)
    assert done.returncode == -9
    assert Place(bucket).entry("half") is None
    assert Place(bucket).entries() == []


def test_a_failed_upload_of_tables_leaves_a_manifest_that_does_not_fit(
    bucket: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = inbox(tmp_path / "in", 1), f"{bucket}/out"
    run(folder, out, settings)
    inbox(folder, 1, start=1)
    real = Place.upload

    def upload(place: Place, file: Path, path: str) -> None:
        if path == "tasks.parquet":
            raise OutputError("the network is gone")
        real(place, file, path)

    monkeypatch.setattr(Place, "upload", upload)
    with pytest.raises(OutputError, match="network"):
        run(folder, out, settings)
    assert len(table(out, "tasks")) == 2
    assert compacted_id(Place(out)) == ""
    monkeypatch.setattr(Place, "upload", real)
    record, heard = run(folder, out, settings)
    assert (heard.infos, record.tables) == ([], "made")
    assert len(table(out, "tasks")) == 4


def test_a_lease_is_held_renewed_and_runs_out(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(bucket)
    with locked(place):
        with pytest.raises(OutputError, match="Another run"), locked(place):
            pass
        assert place.entry(lock.NAME) is not None
    assert place.entry(lock.NAME) is None
    monkeypatch.setattr(lock, "_LEASE_S", 0.4)
    with locked(place):
        until = lock._read_lease(place)["until"]
        while lock._read_lease(place)["until"] == until:
            time.sleep(0.05)
    # A run that was killed renews no more.
    lock._write_lease(place, {"token": "of a dead run"})
    time.sleep(0.5)
    with locked(place):
        pass


def test_a_lease_written_at_the_same_time_wins_alone(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(bucket)

    def sleep(seconds: float) -> None:
        lock._write_lease(place, {"token": "the other", "host": "b", "process": 1, "since": "now"})

    monkeypatch.setattr(lock.time, "sleep", sleep)
    with pytest.raises(OutputError, match="process 1 on b"), locked(place):
        pass


def test_what_is_not_there_is_said_so(bucket: str, tmp_path: Path, settings: Settings) -> None:
    record, heard = run(f"{bucket}/none.pdf", tmp_path / "out", settings)
    assert record.exit_code is ExitCode.INPUT
    assert "no such file" in str(heard.infos[0].error)
    with pytest.raises(UsageError, match="not known"):
        run("ftp://somewhere/in", tmp_path / "out", settings)
    with pytest.raises(OutputError):
        run(inbox(tmp_path / "in", 1), "s3://there-is-no-such-bucket/out", settings)


def test_readmes_and_hidden_objects_are_no_documents(bucket: str, tmp_path: Path) -> None:
    for name in ("a.pdf", "README.md", ".b.pdf", "c/d.PDF", "e.xyz"):
        Place(bucket).write(f"in/{name}", b"x")
    assert [item.path for item in find_items([f"{bucket}/in"])] == ["a.pdf", "c/d.PDF"]
    assert [item.key for item in find_items([f"{bucket}/in/e.xyz"])] == [f"{bucket}/in/e.xyz"]


# --- without a server ---


def test_what_is_a_uri() -> None:
    assert [is_uri(text) for text in ("s3://b", "a/b", "/a:b", "C:\\x", "hdfs://h:1/p")] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_hdfs_without_its_library_is_said_so(tmp_path: Path) -> None:
    with pytest.raises((UsageError, OutputError)) as caught:
        Place("hdfs://127.0.0.1:1/out").entries()
    assert caught.value.hint


@pytest.mark.parametrize("size", [0, 10, 3 * PART])
def test_a_local_file_is_written_whole(tmp_path: Path, size: int) -> None:
    place = Place(str(tmp_path))
    entry = place.write("a/b", bytes(size))
    assert place.entry("a/b") == entry
    assert place.read("a/b") == bytes(size)
    assert list((tmp_path / ASIDE).iterdir()) == []


def test_a_file_of_another_file_system_is_put_in_place_by_a_move(tmp_path: Path) -> None:
    """As on HDFS: written aside, then moved; `file://` takes the same way."""
    place = Place(f"file://{tmp_path}/x")
    place.write("a/b", b"one")
    place.write("a/b", b"two")
    (tmp_path / "up").write_bytes(b"three")
    place.upload(tmp_path / "up", "a/c")
    assert (place.read("a/b"), place.read("a/c")) == (b"two", b"three")
    assert [entry.path for entry in place.entries()] == ["a/b", "a/c"]


def test_no_document_in_an_address(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        find_items([])
