"""Sessions: what runs the recognition networks best, on the lines of the scanned sample.

Seconds of one processor, the least of three turns taken A B A B. OpenVINO is no part of the locked
packages: it is measured where it is installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.config import load_settings
from pipeline.ocr import models
from pipeline.ocr.ctc import LINE_HEIGHT, NARROWEST, batches, network_width
from pipeline.ocr.engine import LineReading, OcrEngine
from pipeline.ocr.predictors import import_paddleocr
from pipeline.run import read_document
from pipeline.watch import EngineFactory
from tests.bench.documents import SAMPLES
from tests.bench.report import Section

SCANNED = SAMPLES / "yueyang" / "notice-scan.pdf"
COLUMNS = ("network and session", "CPU, s", "÷ as it is", "steps read otherwise")
TURNS = 3
LINES = 120
AS_IT_IS = "ONNX Runtime"

Picture = NDArray[np.uint8]
Batch = NDArray[np.float32]  # (lines, 3, LINE_HEIGHT, width)
Labels = NDArray[np.int64]  # (lines, steps): the best class of each
Session = Callable[[Batch], Labels]


def measure(engine: EngineFactory) -> Section:
    """All sessions with both networks, and how often each reads another class than the first."""
    lines = lines_of(SCANNED, engine())
    inputs = [to_batch(group) for group in groups_of(lines)]
    ocr, remarks = load_settings().ocr, [f"{len(lines)} lines in {len(inputs)} batches"]
    rows = []
    for name in (ocr.quick, ocr.recognition):
        model = (models.folder() / name / "inference.onnx").read_bytes()
        sessions = dict(onnx_sessions(model))
        try:
            sessions |= dict(openvino_sessions(model))
        except ImportError as error:
            remarks.append(f"{name}: OpenVINO not measured: {error}")
        rows += list(compare(name, sessions, inputs))
    return Section("Sessions under recognition", COLUMNS, tuple(rows), (), tuple(remarks))


def lines_of(path: Path, engine: OcrEngine) -> list[Picture]:
    """The first pictures of lines that a document's reading asks for, in tables."""
    seen: list[Picture] = []

    class Tap:
        def __getattr__(self, name: str) -> Any:
            return getattr(engine, name)

        def recognise_lines(
            self, pictures: Sequence[Picture], careful: bool = False
        ) -> list[LineReading]:
            if not careful:
                seen.extend(pictures)
            return engine.recognise_lines(pictures, careful)

    read_document(path, Tap, load_settings())
    return seen[:LINES]


def groups_of(lines: Sequence[Picture]) -> Iterator[list[Picture]]:
    widths = [network_width(line) for line in lines]
    for group in batches(widths, load_settings().ocr.batch):
        yield [lines[i] for i in group]


def to_batch(group: Sequence[Picture]) -> Batch:
    """Lines as the networks take them: scaled to `LINE_HEIGHT`, −1…1, padded with 0."""
    widths = [network_width(line) for line in group]
    batch = np.zeros((len(group), 3, LINE_HEIGHT, max(NARROWEST, *widths)), np.float32)
    for place, line, width in zip(batch, group, widths, strict=True):
        scaled = cv2.resize(line, (width, LINE_HEIGHT)).astype(np.float32)
        place[:, :, :width] = scaled.transpose(2, 0, 1) / 127.5 - 1
    return batch


def compare(
    name: str, sessions: dict[str, Session], inputs: Sequence[Batch]
) -> Iterator[tuple[str, ...]]:
    """A row for each session: its time, and the share of steps in which it finds another class."""
    seconds: dict[str, list[float]] = {way: [] for way in sessions}
    found: dict[str, list[Labels]] = {}
    for session in sessions.values():
        session(inputs[0])  # warms up
    for _ in range(TURNS):
        for way, session in sessions.items():
            start = time.process_time()
            found[way] = [session(batch) for batch in inputs]
            seconds[way].append(time.process_time() - start)
    for way, labels in found.items():
        same = zip(labels, found[AS_IT_IS], strict=True)
        other = np.concatenate([(one != best).ravel() for one, best in same])
        took = min(seconds[way])
        yield (
            f"{name}: {way}",
            f"{took:.2f}",
            f"{took / min(seconds[AS_IT_IS]):.2f}",
            f"{other.mean():.3%}",
        )


def onnx_sessions(model: bytes) -> Iterator[tuple[str, Session]]:
    """ONNX Runtime as it is used, and with the best class found inside the graph."""
    import_paddleocr()  # quietens ONNX Runtime
    import onnxruntime

    def load(content: bytes) -> Any:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        return onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])

    plain = load(model)
    feed, output = plain.get_inputs()[0].name, plain.get_outputs()[0].name
    inside = load(model + best_inside(output))
    yield AS_IT_IS, lambda batch: plain.run([output], {feed: batch})[0].argmax(2)
    yield (
        "arg-max and maximum in the graph",
        lambda batch: inside.run(["best", "peak"], {feed: batch})[0],
    )


def openvino_sessions(model: bytes) -> Iterator[tuple[str, Session]]:
    """OpenVINO, as exact as ONNX Runtime and as its makers would have it, and with top 1 inside."""
    import openvino
    from openvino import opset13

    core = openvino.Core()

    def load(network: Any, precision: str) -> Any:
        request = core.compile_model(
            network,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": precision,
                "INFERENCE_NUM_THREADS": 1,
                "NUM_STREAMS": 1,
            },
        ).create_infer_request()
        return lambda batch: list(request.infer([batch], share_inputs=True).values())

    for precision in ("f32", "bf16"):
        run = load(core.read_model(model), precision)
        yield f"OpenVINO {precision}", lambda batch, run=run: run(batch)[0].argmax(2)
    network = core.read_model(model)
    best = opset13.topk(
        network.output(0).get_node().input_value(0),
        opset13.constant(np.int64(1)),
        2,
        "max",
        "none",
        index_element_type="i64",
    )
    run_top = load(openvino.Model(best.outputs(), network.get_parameters(), "top"), "f32")
    yield "OpenVINO f32, top 1 in the graph", lambda batch: run_top(batch)[1][:, :, 0]


def best_inside(output: str) -> bytes:
    """Bytes that, put behind a model, give it two more outputs: `best` and `peak` of each step.

    A model is a protocol buffer, and of two that are put together the repeated fields are joined:
    so the graph (field 7) gets two nodes (1) and two outputs (12) more. See onnx.proto.
    """
    best = _node("ArgMax", output, "best", _text(1, "axis") + _number(3, 2) + _number(20, 2))
    peak = _node("ReduceMax", output, "peak", _text(1, "axes") + _number(8, 2) + _number(20, 7))
    outputs = _output("best", element=7) + _output("peak", element=1)
    return _field(7, best + peak + outputs)


def _node(kind: str, source: str, target: str, attribute: bytes) -> bytes:
    flat = _text(1, "keepdims") + _number(3, 0) + _number(20, 2)
    attributes = _field(5, attribute) + _field(5, flat)
    return _field(1, _text(1, source) + _text(2, target) + _text(4, kind) + attributes)


def _output(name: str, element: int) -> bytes:
    return _field(12, _text(1, name) + _field(2, _field(1, _number(1, element))))


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    low, high = value & 127, value >> 7
    return bytes([low | 128]) + _varint(high) if high else bytes([low])
