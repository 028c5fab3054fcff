"""What decides the result of reading, besides the document: program, settings, models."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pipeline
from pipeline.config import Settings

# What only carries results about or shows them; a change there changes no result.
_CARRIERS = frozenset(
    (
        *("batch", "cli", "commands", "console", "corrections", "evaluate", "inspect"),
        *("options", "outputs", "progress", "report", "review", "review_commands", "show"),
        *("together", "__main__"),
    )
)
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Recipe:
    """Program version, SHA-256 of its reading code, of the settings and of the models, hex.

    `models` are pairs of a file's name and its pinned SHA-256.
    """

    version: str
    code: str
    config: str
    models: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """16 hex digits; equal for equal recipes."""
        text = json.dumps([self.version, self.code, self.config, self.models])
        return hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]


def recipe_of(settings: Settings) -> Recipe:
    """The recipe of this program with these settings.

    Raises ConfigError when the settings name a model that is not pinned.
    """
    from pipeline.ocr import models

    ocr = settings.ocr
    names = (ocr.detection, ocr.recognition, ocr.quick, models.ORIENTATION)
    pinned = tuple((file.path, file.sha256) for file in models.files_of(names))
    return Recipe(pipeline.__version__, code_fingerprint(), settings.fingerprint(), pinned)


@cache
def code_fingerprint() -> str:
    """SHA-256 over the code that reads, so that a changed program never passes for the old one."""
    package = Path(pipeline.__file__).parent
    total = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.split("/")[0].removesuffix(".py") not in _CARRIERS:
            total.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()
