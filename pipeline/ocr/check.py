"""Tells whether recognition works on this machine: what `gongwen check` asks."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipeline import __version__
from pipeline.errors import OcrError
from pipeline.ocr import models
from pipeline.ocr.engine import OcrEngine, check_readings
from pipeline.ocr.paddle import installed_version

PRINTED = "岳阳县人民政府"
"""What the picture beside this module says, in Noto Serif CJK."""

_PACKAGES = (
    "paddleocr",
    "paddlex",
    "onnxruntime",
    "opencv-contrib-python-headless",
    "numpy",
    "pillow",
    "pdfplumber",
    "pdfminer-six",
    "pypdfium2",
    "pandas",
    "pyarrow",
    "pydantic",
    "jieba",
    "rapidfuzz",
)


def check_engine(make_engine: Callable[[], OcrEngine]) -> list[tuple[str, str]]:
    """Verify the models, read one line, and return what was found as (name, value) pairs.

    Raises `ModelsError` where models are missing or not as pinned, `OcrError` where the line is not
    read as printed.
    """
    where = models.verify()
    picture = printed_line()
    (reading,) = check_readings(make_engine().recognise_lines([picture]), 1)
    if reading.text != PRINTED:
        raise OcrError(
            f"A printed line was read as {reading.text!r} where it says {PRINTED!r}.",
            "Run `make clean` and then `make setup`.",
        )
    return [
        ("models", f"{where} ({len(models.FILES)} files as pinned, {models.LICENCE})"),
        ("one line read", f"{reading.text} ({reading.score:.3f})"),
        *versions(),
    ]


def versions() -> list[tuple[str, str]]:
    """Versions of the project, of Python and of the packages that decide what comes out."""
    return [
        ("gongwen-tables", __version__),
        ("python", f"{platform.python_version()} ({platform.system()} {platform.machine()})"),
        *((name, installed_version(name)) for name in _PACKAGES),
    ]


def printed_line() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The picture of a printed line that ships with the project: (height, width, 3), RGB."""
    from PIL import Image

    with Image.open(Path(__file__).with_name("printed_line.png")) as image:
        return np.asarray(image.convert("RGB"))
