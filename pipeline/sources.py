"""Sources: which files are documents, what kind each is, and whether it can be opened at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pipeline.characters import is_han, is_odd
from pipeline.errors import InputError
from pipeline.kinds import ENDINGS, Kind, kind_of

if TYPE_CHECKING:
    from pipeline.config import Settings

# Files that lie beside documents and are none.
_ABOUT = frozenset({"readme", "license", "licence", "changelog", "contributing", "requirements"})

_HEAD = 1024
_INSPECTION = b'<meta name="generator" content="gongwen '


@dataclass(frozen=True, slots=True)
class Source:
    """An input that can be opened. `doc_id`: SHA-256 of its bytes, hex."""

    path: Path
    name: str
    doc_id: str
    kind: Kind
    page_count: int


def find_documents(inputs: Sequence[Path]) -> list[Path]:
    """The documents among the inputs; folders are searched to the bottom, in the order of paths.

    Taken from a folder: the endings in `ENDINGS`, without hidden files and README-like ones. A
    file named itself is always kept, so that what is wrong with it is said when it is opened; so
    is a folder without documents beside other inputs, and a folder that may not be read. Raises
    InputError when nothing is left, or nothing of what was given exists.
    """
    found: dict[Path, Path] = {}
    empty: list[Path] = []
    for given in inputs:
        inside = _documents_in(given) if given.is_dir() else [given]
        if not inside:
            empty.append(given)
        for path in inside:
            found.setdefault(_resolved(path), path)
    if not found:
        raise _empty_folder(empty[0]) if empty else InputError("No input was given.")
    if not any(path.exists() or path.is_symlink() for path in [*found.values(), *empty]):
        raise _unreadable(next(iter(found.values())), FileNotFoundError())
    return [*found.values(), *empty]


def open_source(path: Path, settings: Settings) -> Source:
    """Look at a file: its hash, its kind by its first bytes, its pages.

    Raises InputError, with what to do, for all that cannot be read: missing, empty, too large,
    encrypted, damaged, of no supported kind, pages or pictures beyond the limits.
    """
    size = _require_file(path, settings)
    digest, head = _digest_and_head(path)
    if size == 0 or not head.strip(b"\0"):
        raise InputError(f"{path.name}: the file is empty.", "Download or copy it again.")
    kind = kind_of(path, head)
    if kind == "pdf":
        pages = _pdf_pages(path, settings)
    elif kind == "image":
        from pipeline.render import picture_count

        pages = picture_count(path, settings)
    else:
        read_text(path)
        pages = 1
    return Source(path, path.name, digest, kind, pages)


def read_text(path: Path) -> str:
    """The text of a machine-read document: UTF-8, UTF-16 or GB 18030 (so also GBK, GB/T 2312).

    Line ends become "\\n". Raises InputError when it is no text in any of them, or blank.
    """
    data = _read(path)
    text = _decode(data)
    if text is None:
        raise InputError(
            f"{path.name}: the file is not a document of a known kind.",
            "PDF, PNG, JPEG, TIFF and text (UTF-8, UTF-16, GB 18030) can be read.",
        )
    if not text.strip():
        raise InputError(f"{path.name}: the file is empty.", "Download or copy it again.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_document_name(path: PurePath) -> bool:
    """Whether a file below a folder of documents is one, by its path below that folder."""
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)
    about = path.stem.lower().split(".")[0] in _ABOUT and path.suffix.lower() in (".md", ".txt")
    return path.suffix.lower() in ENDINGS and not hidden and not about


def _documents_in(folder: Path) -> list[Path]:
    """The documents under a folder, and the folders under it that may not be read."""
    locked: list[Path] = []
    inside: list[Path] = []
    for place, _, names in os.walk(
        folder, onerror=lambda error: locked.append(Path(error.filename))
    ):
        inside += [Path(place, name) for name in names]
    documents = (path for path in inside if is_document_name(path.relative_to(folder)))
    kept = [path for path in documents if path.is_file() and not _is_inspection(path)]
    return sorted([*kept, *locked])


def _is_inspection(path: Path) -> bool:
    """Whether the file is what `gongwen inspect` wrote, which may lie beside its document."""
    if path.suffix.lower() != ".html":
        return False
    try:
        with path.open("rb") as stream:
            return _INSPECTION in stream.read(_HEAD)
    except OSError:
        return False


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _empty_folder(folder: Path) -> InputError:
    return InputError(
        f"{folder}: the folder has no documents.",
        f"Looked for {', '.join(sorted(ENDINGS))}; a file of another name can be given itself.",
    )


def _no_file(folder: Path) -> InputError:
    inside = _documents_in(folder)
    if folder in inside:
        return InputError(f"{folder}: the folder may not be read.", "Change its permissions.")
    if inside:
        return InputError(f"{folder}: this is a folder.", f"Give a file, such as {inside[0]}.")
    return _empty_folder(folder)


def _require_file(path: Path, settings: Settings) -> int:
    if path.is_dir():
        raise _no_file(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from None
    if not path.is_file():
        raise InputError(f"{path}: this is no ordinary file.", "Give a file or a folder.")
    limit = settings.limits.file_bytes
    if size > limit:
        raise InputError(
            f"{path.name}: {size:,} bytes are more than {limit:,}.",
            "Split the document, or raise limits.file_bytes in a configuration file.",
        )
    return size


def _digest_and_head(path: Path) -> tuple[str, bytes]:
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            stream.seek(0)
            return hashlib.file_digest(stream, "sha256").hexdigest(), head
    except OSError as error:
        raise _unreadable(path, error) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path}: there is no such file.", "Check the path.")
    if isinstance(error, PermissionError):
        return InputError(f"{path}: the file may not be read.", "Change its permissions.")
    return InputError(f"{path}: the file cannot be read ({error.strerror or error}).")


def _pdf_pages(path: Path, settings: Settings) -> int:
    from pipeline.render import page_sizes

    sizes = page_sizes(path)
    limits = settings.limits
    if len(sizes) > limits.pages:
        raise InputError(
            f"{path.name}: {len(sizes)} pages are more than {limits.pages}.",
            "Split the document, or raise limits.pages in a configuration file.",
        )
    width, height = min(sizes, key=max)
    if max(width, height) > limits.page_side_points:
        raise InputError(
            f"{path.name}: a page of {width / 72 * 0.0254:.1f} × {height / 72 * 0.0254:.1f} m "
            f"is too large (at most {limits.page_side_points / 72 * 0.0254:.1f} m).",
            "Save it at its true size, or raise limits.page_side_points.",
        )
    return len(sizes)


def _decode(data: bytes) -> str | None:
    """The text, or None when it is none: told by marks, then by which decoding makes sense."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif data[:64].count(0) * 4 > len(data[:64]):
        # UTF-16 without its mark: every second byte of ASCII is zero.
        candidates = ["utf-16-le", "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "gb18030", "utf-16-le"]
    best: tuple[float, str] | None = None
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            weight = _sense(text)
            if best is None or weight > best[0]:
                best = (weight, text)
            if encoding == "utf-8-sig":
                break
    return best[1] if best else None


def _is_text(text: str) -> bool:
    odd = sum(is_odd(character) for character in text)
    return odd * 100 <= len(text)


def _sense(text: str) -> float:
    from pipeline.characters import common_han

    common = common_han()
    good = sum(ch in common or ch.isascii() or (not is_han(ch) and ch.isprintable()) for ch in text)
    return good / max(len(text), 1)
