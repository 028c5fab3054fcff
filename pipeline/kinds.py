"""Kinds of documents, told by their first bytes and not by their ending."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from pipeline.errors import InputError

Kind = Literal["pdf", "image", "markup"]

# What a folder is searched for. A file named on the command line is opened whatever its ending.
ENDINGS = frozenset(
    {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"}
    | {".txt", ".htm", ".html", ".md", ".markdown"}
)
_IMAGE_MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"BM",
    b"GIF8",
)
_FOREIGN_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Office or WPS document (.doc, .wps, .xls)"),
    (b"{\\rtf", "a rich text document (.rtf)"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"AT&TFORM", "a DjVu document"),
    (b"PAR1", "a Parquet file"),
    (b"%!PS", "a PostScript document"),
)
_SAVE_AS_PDF = "Open it in its own program and save or print it as PDF."
_UNPACK = "Unpack it and give the files inside."


def kind_of(path: Path, head: bytes) -> Kind:
    """The kind of the file at `path` that begins with `head`.

    Raises InputError, with what to do, for a kind that is not read, and for a text under the
    ending of a PDF or a picture.
    """
    # Some senders put a line or a byte-order mark before the header (PDF 32000-1, annex H.3).
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(_IMAGE_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head.startswith(b"PK\x03\x04"):
        what, hint = _packed_kind(path)
        raise InputError(f"{path.name}: {what} is not supported.", hint)
    for magic, what in _FOREIGN_MAGIC:
        if head.startswith(magic):
            hint = _UNPACK if "archive" in what else _SAVE_AS_PDF
            raise InputError(f"{path.name}: {what} is not supported.", hint)
    _require_name_fits(path, head)
    return "markup"


def _require_name_fits(path: Path, head: bytes) -> None:
    """A text under the name of a PDF or a picture is no document but what a server answered."""
    ending = path.suffix.lower()
    if ending in ENDINGS and ending not in (".txt", ".htm", ".html", ".md", ".markdown"):
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        is_web = start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<script"))
        what = "a web page (perhaps an error message)" if is_web else "something else"
        raise InputError(
            f"{path.name}: the file is not what its ending {ending} says but {what}.",
            "Download it again, or give it its right ending.",
        )


def _packed_kind(path: Path) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return "a damaged archive or Office document", _SAVE_AS_PDF
    for start, what in (
        ("word/", "a Word document (.docx)"),
        ("xl/", "an Excel workbook (.xlsx)"),
        ("ppt/", "a PowerPoint file (.pptx)"),
        ("OFD.xml", "an OFD document (GB/T 33190)"),
        ("content.xml", "an OpenDocument file (.odt, .ods)"),
    ):
        if any(name.startswith(start) for name in names):
            return what, _SAVE_AS_PDF
    return "a ZIP archive", _UNPACK
