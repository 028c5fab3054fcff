"""The record of a run: what went in, with which versions and settings, what came out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import PageRecord, Reading
from pipeline.ocr.check import versions


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the manifest says about a run besides its readings.

    `models` is the engine's fingerprint (names, SHA-256), empty when none was used; `started`
    is the time in ISO 8601; `repeats` are sources left out because an equal one was read.
    """

    started: str
    elapsed_s: float
    fingerprint: str
    models: tuple[tuple[str, str], ...] = ()
    repeats: tuple[tuple[str, str], ...] = ()


def manifest_json(readings: Sequence[Reading], facts: RunFacts) -> str:
    """The manifest as JSON text."""
    return manifest_text(facts, _counts(readings), [input_record(reading) for reading in readings])


def manifest_text(
    facts: RunFacts,
    counts: Mapping[str, object],
    inputs: Sequence[Mapping[str, object]],
    more: Mapping[str, object] | None = None,
) -> str:
    """The manifest as JSON text, from what was counted and what is said of each input."""
    content = {
        "versions": dict(versions()),
        "config_fingerprint": facts.fingerprint,
        "models": dict(facts.models),
        "started": facts.started,
        "elapsed_s": round(facts.elapsed_s, 3),
        "counts": counts,
        "inputs": inputs,
        "repeated": [{"source": source, "equals": equal} for source, equal in facts.repeats],
        **(more or {}),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _counts(readings: Sequence[Reading]) -> dict[str, object]:
    findings = [finding for reading in readings for finding in reading.findings]
    return {
        "documents": dict(Counter(reading.status for reading in readings)),
        "pages": sum(reading.sheets for reading in readings),
        "tables": sum(len(reading.tables) for reading in readings),
        "tasks": sum(len(reading.tasks) for reading in readings),
        "findings": dict(Counter(finding.severity.value for finding in findings)),
        "findings_by_code": dict(sorted(Counter(item.code.value for item in findings).items())),
    }


def input_record(reading: Reading) -> dict[str, object]:
    """What the manifest says about one input."""
    return {
        "source": reading.source,
        "sha256": reading.doc_id,
        "status": reading.status,
        "error": reading.error,
        "tasks": len(reading.tasks),
        "elapsed_s": round(reading.elapsed_s, 3),
        "stages_s": {stage: round(seconds, 3) for stage, seconds in reading.timings},
        "pages": [_page(page) for page in reading.pages],
    }


def _spot(page: PageRecord) -> dict[str, object]:
    """Of one of two pages on a sheet, which it is and where its corner lies on the sheet."""
    if page.spot is None:
        return {}
    left, top = round(page.spot.left, 2), round(page.spot.top, 2)
    return {"half": page.spot.half, "left": left, "top": top}


def _page(page: PageRecord) -> dict[str, object]:
    return {
        "page": page.page,
        **_spot(page),
        "route": page.route,
        "reason": page.reason,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "rotation": page.rotation,
        "skew": round(page.skew, 3),
        "steps": [
            {"name": step.name, "changed": step.changed, **dict(step.facts)} for step in page.steps
        ],
    }
