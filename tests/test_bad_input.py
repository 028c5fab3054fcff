"""Bad input, end to end: a clear message, the right exit code, and the other documents done."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pyarrow.parquet as pq
import pytest
from PIL import Image

from pipeline import cli
from pipeline.errors import ExitCode
from tests.pdfs import Page, jpeg, place, write, write_table

ROWS = (("序号", "工作任务", "责任单位"), ("1", "修路架桥", "县交通局"))


def not_a_pdf(path: Path) -> Path:
    path = path.with_suffix(".pdf")
    path.write_bytes(b"<!doctype html><html><body>404 Not Found</body></html>")
    return path


def truncated(path: Path) -> Path:
    path = path.with_suffix(".pdf")
    whole = write_table(path, ROWS, (60, 200, 150), pages=3).read_bytes()
    path.write_bytes(whole[:300])
    return path


def encrypted(path: Path) -> Path:
    plain = write_table(path.with_suffix(".plain"), ROWS, (60, 200, 150))
    path = path.with_suffix(".pdf")
    with pikepdf.open(plain) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="secret", user="secret"))
    plain.unlink()
    return path


def without_pages(path: Path) -> Path:
    path = path.with_suffix(".pdf")
    with pikepdf.new() as pdf:
        pdf.save(path)
    return path


def of_five_metres(path: Path) -> Path:
    side = 5 / 0.0254 * 72
    path = path.with_suffix(".pdf")
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(side, side))
        # Files for plotters say so in user units, past the 14,400 points that a box may have.
        page = pdf.pages[0]
        page.MediaBox = pikepdf.Array([0, 0, side, side])
        pdf.save(path)
    return path


def huge_picture(path: Path) -> Path:
    """20,000 × 20,000 pixels, in a PNG of few bytes."""
    side = 20_000

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    path = path.with_suffix(".png")
    content = chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    return path


def damaged_picture(path: Path) -> Path:
    buffer = io.BytesIO()
    Image.effect_noise((400, 300), 60).save(buffer, "PNG")
    data = bytearray(buffer.getvalue())
    data[200 : len(data) // 2] = bytes(len(data) // 2 - 200)
    path = path.with_suffix(".png")
    path.write_bytes(bytes(data))
    return path


def empty(path: Path) -> Path:
    path = path.with_suffix(".pdf")
    path.write_bytes(b"")
    return path


def missing(path: Path) -> Path:
    return path.with_suffix(".pdf")


def empty_folder(path: Path) -> Path:
    path.mkdir()
    (path / "notes.xyz").write_text("nothing to see")
    return path


Maker = Callable[[Path], Path]
BAD: dict[Maker, str] = {
    not_a_pdf: "web page",
    truncated: "damaged",
    encrypted: "password",
    without_pages: "no pages",
    of_five_metres: "too large",
    huge_picture: "too large",
    damaged_picture: "damaged",
    empty: "empty",
    missing: "no such file",
    empty_folder: "no documents",
}


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        cli.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return int(left.value.code or 0), captured.err


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_alone_it_is_4_with_a_clear_message(
    make: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = call(capsys, "run", make(tmp_path / "bad"), "-o", tmp_path / "out")
    assert code == ExitCode.INPUT
    assert BAD[make] in said
    assert "Internal" not in said


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_beside_others_it_is_7_and_they_are_done(
    make: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_table(tmp_path / "good.pdf", ROWS, (60, 200, 150))
    bad = make(tmp_path / "bad")
    code, said = call(capsys, "run", bad, good, "-o", tmp_path / "out")
    assert code == ExitCode.PARTIAL
    assert BAD[make] in said
    documents = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()
    statuses = {row["source"]: row["status"] for row in documents}
    assert statuses == {str(bad): "failed", str(good): "ok"}
    tasks = pq.read_table(tmp_path / "out" / "tasks.parquet").to_pylist()
    assert [(row["source"], row["units"]) for row in tasks] == [(str(good), ["县交通局"])]


def test_a_damaged_image_stream_fails_its_page_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first page is a scan with a damaged stream, the second has text."""
    picture = jpeg(Image.effect_noise((400, 560), 30).convert("RGB"))
    page = Page(place("I0", 0, 0, 595, 842), images={"I0": picture})
    scan = write(tmp_path / "scan.pdf", [page])
    text = write_table(tmp_path / "text.pdf", ROWS, (60, 200, 150))
    both = tmp_path / "both.pdf"
    with pikepdf.open(scan) as first, pikepdf.open(text) as second:
        damaged = picture[:100] + bytes(len(picture) - 100)
        first.pages[0].Resources.XObject.I0.write(damaged, filter=pikepdf.Name.DCTDecode)
        first.pages.extend(second.pages)
        first.save(both)
    code, said = call(capsys, "run", both, "-o", tmp_path / "out")
    (document,) = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()
    findings = pq.read_table(tmp_path / "out" / "findings.parquet").to_pylist()
    assert code == ExitCode.PARTIAL, said
    assert document["status"] == "partial"
    assert [row["page"] for row in findings if row["code"] == "page_failed"] == [1]
    assert len(pq.read_table(tmp_path / "out" / "tasks.parquet")) == 1


def test_an_output_folder_that_cannot_be_written_is_said_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_table(tmp_path / "good.pdf", ROWS, (60, 200, 150))
    (tmp_path / "file").write_text("")
    code, said = call(capsys, "run", good, "-o", tmp_path / "file" / "out")
    assert code == ExitCode.USAGE
    assert "cannot be written" in said
    assert "good.pdf" not in said


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[scan]\ndpj = 200\n", "unknown key 'scan.dpj'"),
        ("[scn]\n", "unknown key 'scn'"),
        ('[scan]\ndpi = "high"\n', "'scan.dpi'"),
        ("[scan\n", "not valid TOML"),
    ],
)
def test_a_wrong_configuration_is_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, fault: str
) -> None:
    good = write_table(tmp_path / "good.pdf", ROWS, (60, 200, 150))
    config = tmp_path / "own.toml"
    config.write_text(text, encoding="utf-8")
    code, said = call(capsys, "run", good, "-o", tmp_path / "out", "--config", config)
    assert code == ExitCode.CONFIGURATION
    assert fault in said
    assert str(config) in said
    assert not (tmp_path / "out").exists()


def test_a_missing_configuration_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write_table(tmp_path / "good.pdf", ROWS, (60, 200, 150))
    code, said = call(capsys, "run", good, "-o", tmp_path / "out", "-c", tmp_path / "none.toml")
    assert code == ExitCode.CONFIGURATION
    assert "none.toml" in said


def test_names_that_are_no_utf8_or_command_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As GBK archives leave them when they are unpacked elsewhere."""
    odd = tmp_path / os.fsdecode("公文.pdf".encode("gb18030"))
    try:
        write_table(odd, ROWS, (60, 200, 150))
    except OSError:
        pytest.skip("this file system takes no such name")
    red = tmp_path / "\x1b[31mred\n.txt"
    red.write_text("序号\t工作任务\t责任单位\n1\t修路\t县交通局\n", encoding="utf-8")
    code, said = call(capsys, "run", tmp_path, "-o", tmp_path / "out")
    assert code == ExitCode.DONE, said
    assert "\x1b" not in said
    rows = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()
    assert {row["source"] for row in rows} == {str(red), f"{tmp_path}/\\xb9\\xab\\xce\\xc4.pdf"}


def test_a_page_that_failed_is_named_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = tmp_path / "both.pdf"
    with pikepdf.open(write_table(tmp_path / "text.pdf", ROWS, (60, 200, 150))) as pdf:
        pdf.add_blank_page(page_size=(14173, 14173))
        pdf.save(both)
    code, said = call(capsys, "run", both, "-q", "-o", tmp_path / "out")
    assert code == ExitCode.PARTIAL
    assert "Page 2 could not be read" in said


def test_a_device_is_refused_and_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = call(capsys, "run", "/dev/zero", "-o", tmp_path / "out")
    assert code == ExitCode.INPUT
    assert "no ordinary file" in said


def test_a_mistyped_path_leaves_what_was_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_table(tmp_path / "good.pdf", ROWS, (60, 200, 150))
    call(capsys, "run", good, "-q", "-o", tmp_path / "out")
    before = (tmp_path / "out" / "tasks.parquet").read_bytes()
    code, said = call(capsys, "run", tmp_path / "god.pdf", "-o", tmp_path / "out")
    assert (code, "no such file" in said) == (ExitCode.INPUT, True)
    assert (tmp_path / "out" / "tasks.parquet").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[headers.roles]\nleader = ["挂点县领导"]\n', "unknown role 'leader'"),
        ('[headers]\nwho = ["leader"]\n', "unknown role 'leader'"),
        ('[headers.fallback]\nname = "names"\n', "unknown role 'names'"),
        ('[headers.roles]\nleaders = ["/(挂点/"]\n', "no regular expression"),
        ('[headers.roles]\nleaders = "挂点县领导"\n', "should be a list"),
    ],
)
def test_a_role_that_there_is_not_is_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, fault: str
) -> None:
    config = tmp_path / "own.toml"
    config.write_text(text, encoding="utf-8")
    code, said = call(capsys, "run", tmp_path / "x.pdf", "-o", tmp_path / "out", "-c", config)
    assert (code, fault in said) == (ExitCode.CONFIGURATION, True), said
