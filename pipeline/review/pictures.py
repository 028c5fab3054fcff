"""Pictures of upright pages, drawn when somebody looks and kept on disk for a while.

A text page is drawn from the PDF; a scan is prepared as it was when it was read, so that the boxes
fit. The source must still be the file that was read: its bytes are compared once.
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import GongwenError, InputError
from pipeline.review.library import Stored
from pipeline.run import digest
from pipeline.show.paper import PageInfo, page_raster

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.model import Raster
    from pipeline.watch import EngineFactory

DPI = {"page": 130.0, "large": 220.0}  # of text pages
LONGEST = {"page": 1700, "large": 3200}  # pixels; of scans too
QUALITY = {"page": 74, "large": 80}
KEPT_BYTES = 96 << 20  # in memory
KEPT_FILES = 600  # on disk, for this run of the server

TEXTS = {
    "gone": "找不到原件：{name}。各行仍可核对。",
    "changed": "原件已不是读取时的那个文件：{name}。各行仍可核对。",
    "remote": "原件不在本机：{name}。各行仍可核对。",
}


class Pictures:
    """Makes and keeps pictures; `engine` is asked only for scans whose turn the ink leaves open."""

    def __init__(self, settings: Settings, engine: EngineFactory) -> None:
        self._settings = settings
        self._engine = engine
        self._sources: dict[tuple[str, str], tuple[tuple[int, int], bool]] = {}
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._drawing = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="gongwen-review-")

    def close(self) -> None:
        """Remove what was kept on disk."""
        self._folder.cleanup()

    def trouble(self, stored: Stored) -> str:
        """Why the source cannot be shown, in words; "" when it can."""
        if self._file(stored) is not None:
            return ""
        if any("://" in file for file in stored.files):
            return TEXTS["remote"].format(name=stored.source)
        there = any(Path(file).is_file() for file in stored.files)
        return TEXTS["changed" if there else "gone"].format(name=stored.source)

    def picture(self, stored: Stored, info: PageInfo, size: str) -> bytes:
        """The page as JPEG, `size` "page" or "large". Raises InputError when it cannot be drawn."""
        name = f"{stored.doc_id}-{info.page}-{size}.jpg"
        held = self._held(name)
        if held is not None:
            return held
        path = self._file(stored)
        if path is None:
            raise InputError(self.trouble(stored))
        with self._drawing:  # one page at a time: drawing takes a processor, and memory
            held = self._held(name)
            if held is not None:
                return held
            raster = self._draw(path, info, size)
            # A scan is prepared once for both sizes.
            for each in (size,) if info.route == "text" else tuple(LONGEST):
                self._keep(f"{stored.doc_id}-{info.page}-{each}.jpg", _jpeg(raster, each))
            return self._held(name) or _jpeg(raster, size)

    def _draw(self, path: Path, info: PageInfo, size: str) -> Raster:
        try:
            return page_raster(path, info, DPI[size], self._engine, self._settings)
        except GongwenError:
            raise
        except Exception as error:  # whatever a picture does, the rows stay usable
            raise InputError(f"{path.name}, page {info.page}: {error}") from error

    def _file(self, stored: Stored) -> Path | None:
        """The file that still holds the bytes that were read."""
        for name in dict.fromkeys(stored.files):
            path = Path(name)
            if "://" not in name and path.is_file() and self._is_same(path, stored):
                return path
        return None

    def _is_same(self, path: Path, stored: Stored) -> bool:
        status = path.stat()
        mark = (status.st_size, status.st_mtime_ns)
        key = (str(path), stored.doc_id)
        known = self._sources.get(key)
        if known is None or known[0] != mark:
            known = (mark, digest(path) == stored.doc_id)
            self._sources[key] = known
        return known[1]

    def _held(self, name: str) -> bytes | None:
        data = self._memory.get(name)
        if data is not None:
            self._memory.move_to_end(name)
            return data
        try:
            return (Path(self._folder.name) / name).read_bytes()
        except OSError:
            return None

    def _keep(self, name: str, data: bytes) -> None:
        self._memory[name] = data
        self._size += len(data)
        while self._size > KEPT_BYTES:
            _, old = self._memory.popitem(last=False)
            self._size -= len(old)
        folder = Path(self._folder.name)
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)
        for old_file in files[: max(0, len(files) - KEPT_FILES)]:
            old_file.unlink(missing_ok=True)
        aside = folder / f".{name}.{os.getpid()}"
        aside.write_bytes(data)
        aside.replace(folder / name)


def _jpeg(raster: Raster, size: str) -> bytes:
    from PIL import Image

    image = Image.fromarray(raster.pixels)
    image.thumbnail((LONGEST[size], LONGEST[size]), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, format="JPEG", quality=QUALITY[size])
    return stream.getvalue()
