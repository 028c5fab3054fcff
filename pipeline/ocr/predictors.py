"""PaddleOCR's own predictors, on ONNX Runtime: imported quietly, loaded, set as they are needed.

A predictor keeps nothing between calls as long as none of them names a batch size, so several
threads may call one. Each call runs on the processor of the thread that makes it.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelsError
from pipeline.ocr import models
from pipeline.ocr.ctc import LINE_HEIGHT, NARROWEST, CtcLine, decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.config import Ocr

_SESSION = {
    # Two threads that read two batches are faster than two that share in one.
    "intra_op_num_threads": 1,
    # The arena keeps the largest page's memory for good.
    "enable_cpu_mem_arena": False,
    "log_severity_level": 3,
}


def load_predictor(name: str, settings: Ocr) -> Any:
    """Load the named model from the folder of pinned models, which must be verified."""
    paddleocr = import_paddleocr()
    common = {
        "model_name": name,
        "model_dir": str(models.folder() / name),
        "device": "cpu",
        "engine": "onnxruntime",
        "engine_config": _SESSION,
    }
    if name in (settings.recognition, settings.quick):
        recogniser = paddleocr.TextRecognition(**common)
        _decode_with_places(recogniser.paddlex_predictor)
        recogniser.paddlex_predictor.batch_sampler.batch_size = settings.batch
        return recogniser
    if name == settings.detection:
        return paddleocr.TextDetection(
            limit_side_len=settings.detection_side, limit_type="max", **common
        )
    return paddleocr.DocImgOrientationClassification(**common)


def import_paddleocr() -> Any:
    """Import PaddleOCR quietly, with all network access off and its cache in a folder of ours.

    Whoever uses PaddleOCR or ONNX Runtime in this process imports them through here first.
    """
    # Official builds of ONNX Runtime (from 1.29) send usage data home unless told not to before
    # they are loaded. Nothing about a document leaves this machine.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    os.environ.setdefault("PADDLE_PDX_EAGER_INIT", "False")
    if "PADDLE_PDX_CACHE_HOME" not in os.environ:
        # PaddleX makes folders there when imported; a home folder may be read-only, or missing.
        cache = tempfile.mkdtemp(prefix="gongwen-paddlex-")
        os.environ["PADDLE_PDX_CACHE_HOME"] = cache
        atexit.register(shutil.rmtree, cache, ignore_errors=True)
    logging.getLogger("paddlex").addHandler(logging.NullHandler())
    try:
        import paddleocr
    except ImportError as error:
        raise ModelsError(
            f"PaddleOCR cannot be imported: {error}", "Set the project up again: `make setup`."
        ) from error
    logging.getLogger("paddlex").setLevel(logging.ERROR)
    return paddleocr


def _decode_with_places(predictor: Any) -> None:
    """Make a PaddleX recogniser return `CtcLine`s, and pad short lines to `NARROWEST`."""
    characters: Sequence[str] = predictor.post_op.character

    def decode_output(
        output: Sequence[NDArray[np.float32]], **_: object
    ) -> tuple[list[CtcLine], list[float]]:
        lines = decode(output[0], characters)
        return lines, [line.score for line in lines]

    predictor.post_op = decode_output
    predictor.pre_tfs["ReisizeNorm"].rec_image_shape = [3, LINE_HEIGHT, NARROWEST]
