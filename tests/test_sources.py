from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pipeline.config import Limits, Settings
from pipeline.errors import ExitCode, InputError
from pipeline.sources import find_documents, open_source, read_text
from tests.pdfs import Page, corner_picture, show, write

NOTICE = "岳阳县人民政府办公室文件\n序号\t任务\t责任单位\n1\t推进项目建设，确保实效。\t县发改局\n"


def refused(path: Path, settings: Settings | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        open_source(path, settings or Settings())
    assert caught.value.exit_code is ExitCode.INPUT
    assert path.name in caught.value.message
    return caught.value


def a_pdf(folder: Path, name: str = "a.pdf", pages: int = 2) -> Path:
    return write(folder / name, [Page(show("任务分解表", 60, 700))] * pages)


# --- what can be opened ----------------------------------------------------------------------


def test_a_pdf(tmp_path: Path) -> None:
    path = a_pdf(tmp_path)
    source = open_source(path, Settings())
    assert (source.path, source.name, source.kind, source.page_count) == (path, "a.pdf", "pdf", 2)
    assert source.doc_id == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "bmp", "webp"])
def test_pictures_are_known_by_content(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    corner_picture().save(path)
    renamed = path.rename(tmp_path / "picture")
    source = open_source(renamed, Settings())
    assert (source.kind, source.page_count) == ("image", 1)


def test_a_tiff_counts_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pages = [corner_picture(100, 100 + 10 * n) for n in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert open_source(path, Settings()).page_count == 3


def test_a_pdf_under_another_name_and_after_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "notice"
    path.write_bytes(b"\xef\xbb\xbf\r\n" + a_pdf(tmp_path).read_bytes())
    assert open_source(path, Settings()).kind == "pdf"


def test_an_encrypted_pdf_without_user_password(tmp_path: Path) -> None:
    locked = pikepdf.Encryption(user="", owner="secret")
    path = write(tmp_path / "a.pdf", [Page(show("任务", 60, 700))], encryption=locked)
    assert open_source(path, Settings()).page_count == 1


def test_a_truncated_pdf_that_can_be_repaired(tmp_path: Path) -> None:
    path = a_pdf(tmp_path, pages=1)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"startxref")])
    assert open_source(path, Settings()).page_count == 1


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk", "gb18030", "gb2312"]
)
def test_text_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(NOTICE.replace("\n", "\r\n").encode(encoding))
    assert open_source(path, Settings()).kind == "markup"
    assert read_text(path) == NOTICE


def test_a_web_page_is_machine_read_text(tmp_path: Path) -> None:
    path = tmp_path / "table.html"
    path.write_text("<table><tr><td>任务</td></tr></table>", encoding="utf-8")
    assert open_source(path, Settings()).kind == "markup"


# --- what cannot ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"", "empty"),
        ("a.txt", b"\0" * 100, "empty"),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type", "damaged or cut off"),
        ("a.pdf", b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("a.pdf", b"not a PDF at all", "not what its ending"),
        ("a.png", "岳阳县".encode(), "not what its ending"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Office"),
        ("a.rtf", b"{\\rtf1 x}", "rich text"),
        ("a.rar", b"Rar!\x1a\x07\x00", "RAR"),
        ("a.bin", bytes(range(256)) * 40, "known kind"),
        ("a.zip", b"PK\x03\x04 broken", "damaged archive"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"junk" * 9, "picture"),
    ],
)
def test_other_files(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = refused(path)
    assert words in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("word/document.xml", "Word"),
        ("xl/workbook.xml", "Excel"),
        ("OFD.xml", "OFD"),
        ("a.pdf", "ZIP archive"),
    ],
)
def test_packed_formats_are_named(tmp_path: Path, member: str, words: str) -> None:
    path = tmp_path / "a.pdf"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    error = refused(path)
    assert words in error.message
    assert ("Unpack" in error.hint) == (member == "a.pdf")


def test_a_password(tmp_path: Path) -> None:
    locked = pikepdf.Encryption(user="u", owner="o")
    path = write(tmp_path / "a.pdf", [Page()], encryption=locked)
    error = refused(path)
    assert "password" in error.message
    assert "without the password" in error.hint


def test_no_pages(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [])
    assert "no pages" in refused(path).message


def test_a_page_of_five_metres(tmp_path: Path) -> None:
    side = 5 / 0.0254 * 72
    path = write(tmp_path / "a.pdf", [Page(size=(side, side))])
    assert "5.0 × 5.0 m" in refused(path).message


def test_one_large_page_among_others_does_not_refuse_the_document(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [Page(size=(14000, 14000)), Page()])
    assert open_source(path, Settings()).page_count == 2


def bare_png(path: Path, width: int, height: int) -> Path:
    """A PNG whose header says its size, with next to no data: decoding must not be tried."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )
    return path


@pytest.mark.parametrize("side", [12_000, 20_000, 60_000])
def test_a_picture_with_too_many_pixels(tmp_path: Path, side: int) -> None:
    error = refused(bare_png(tmp_path / "a.png", side, side))
    assert "too large" in error.message
    assert "image_pixels" in error.hint


def test_a_later_page_of_a_tiff_with_too_many_pixels(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    corner_picture(50, 50).save(path, save_all=True, append_images=[corner_picture(300, 300)])
    assert "too large" in refused(path, Settings(limits=Limits(image_pixels=5000))).message


def test_limits_of_pages_and_bytes(tmp_path: Path) -> None:
    path = a_pdf(tmp_path, pages=3)
    assert "3 pages" in refused(path, Settings(limits=Limits(pages=2))).message
    assert "bytes" in refused(path, Settings(limits=Limits(file_bytes=100))).message


def test_missing_folder_and_device(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.pdf").message
    assert "no documents" in refused(tmp_path).message
    fifo = tmp_path / "fifo.pdf"
    os.mkfifo(fifo)
    assert "no ordinary file" in refused(fifo).message


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_pdf(tmp_path)

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    assert "may not be read" in refused(path).message


# --- folders --------------------------------------------------------------------------------


def test_a_folder_is_searched_in_order(tmp_path: Path) -> None:
    for name in (
        "b/2.pdf",
        "b/1.PDF",
        "a.txt",
        "c.html",
        "d.md",
        "README.md",
        "readme.txt",
        "truth.json",
        "make/x.py",
        ".hidden/x.pdf",
        ".x.pdf",
        "~$a.pdf",
        "font.ttf",
        "out.parquet",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = [path.relative_to(tmp_path).as_posix() for path in find_documents([tmp_path])]
    assert found == ["a.txt", "b/1.PDF", "b/2.pdf", "c.html", "d.md"]


def test_files_given_themselves_are_kept_once_and_in_order(tmp_path: Path) -> None:
    inputs = [tmp_path / name for name in ("z.dat", "a.pdf", "README.md")]
    for path in inputs:
        path.write_text("x")
    again = tmp_path / "." / "a.pdf"
    assert find_documents([inputs[0], inputs[2], again, tmp_path]) == [
        inputs[0],
        inputs[2],
        again,
    ]


def test_a_folder_without_documents(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(InputError, match="no documents"):
        find_documents([tmp_path])


def test_a_folder_without_documents_does_not_stop_the_others(tmp_path: Path) -> None:
    empty, path = tmp_path / "empty", a_pdf(tmp_path)
    empty.mkdir()
    assert find_documents([empty, path]) == [path, empty]
    assert "no documents" in refused(empty).message


def test_the_hash_is_that_of_large_files_too(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(NOTICE * 40_000, encoding="utf-8")
    source = open_source(path, Settings())
    assert source.doc_id == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_picture_of_one_bit(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    Image.new("1", (2000, 3000), 1).save(path, compression="group4")
    assert open_source(path, Settings()).kind == "image"


# --- what must not pass in silence ------------------------------------------------------------


def test_a_folder_inside_that_may_not_be_read_is_kept_to_be_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, locked = a_pdf(tmp_path), tmp_path / "locked"
    locked.mkdir()
    real = os.scandir

    def scan(where: str | Path) -> object:
        if Path(where) == locked:
            raise PermissionError(13, "Permission denied", str(where))
        return real(where)

    monkeypatch.setattr(os, "scandir", scan)
    assert find_documents([tmp_path]) == sorted([path, locked])
    assert "folder may not be read" in refused(locked).message


def test_a_folder_with_documents_is_no_document(tmp_path: Path) -> None:
    a_pdf(tmp_path)
    assert "this is a folder" in refused(tmp_path).message


def test_nothing_of_what_was_given_exists(tmp_path: Path) -> None:
    path = a_pdf(tmp_path)
    missing = tmp_path / "none.pdf"
    with pytest.raises(InputError, match="no such file"):
        find_documents([missing])
    assert find_documents([missing, path]) == [missing, path]


def test_a_text_of_blanks_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(" \n\u3000\n", encoding="utf-8")
    assert "empty" in refused(path).message
