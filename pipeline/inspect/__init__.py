"""One document as one HTML file to look at: page pictures with what was read drawn on them.

trace → pictures before and after preparation → drawings over them → one file with everything inside
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.inspect.html import View, view_to_html
from pipeline.inspect.pictures import page_pictures
from pipeline.run import trace_document
from pipeline.watch import OneEngine

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.watch import EngineFactory, Watcher

__all__ = ["inspect_document"]


def inspect_document(
    path: Path, engine: EngineFactory, settings: Settings, watcher: Watcher | None = None
) -> str:
    """HTML text that needs nothing else: pages with cells, lines, scores and findings, and tasks.

    Raises what `trace_document` raises.
    """
    one_engine = OneEngine(engine)
    trace = trace_document(path, one_engine, settings, watcher)
    pictures = page_pictures(trace, one_engine, settings)
    return view_to_html(View(trace.reading, trace.layout, pictures))
