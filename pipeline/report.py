"""The measures of `gongwen eval` as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from pipeline.evaluate import Comparison, Score, total


def comparisons_json(comparisons: Sequence[Comparison]) -> str:
    """All measures, per source and in total, with every difference, as JSON text."""
    content = {
        "total": _score(total(comparisons)),
        "sources": [
            {
                "source": comparison.source,
                **_score(comparison.score),
                "differences": [asdict(item) for item in comparison.differences],
            }
            for comparison in comparisons
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _score(score: Score) -> dict[str, object]:
    counts: dict[str, object] = asdict(score)
    for name in ("leaders", "units"):
        part = getattr(score, name)
        counts[name] = {
            **asdict(part),
            "precision": part.precision,
            "recall": part.recall,
            "f1": part.f1,
        }
    return {**counts, "cer": score.cer}
