"""One document and one batch: the stages in their order.

A page that fails becomes a finding and the others go on; so does a document in a batch. What
neither can mend (an interrupt, a programming error under `--debug`) goes through.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.attach import attach_findings
from pipeline.errors import ExitCode, GongwenError
from pipeline.model import Finding, Layout, PageContent, PageRecord, Reading
from pipeline.sheets import contents_to_sheets
from pipeline.watch import EngineFactory, OneEngine, Silent, Stopwatch, Watcher

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.sources import Source

_MARKUP = PageRecord(1, "markup", "the source is machine-read text", 0.0, 0.0)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trace:
    """A reading with what was between: for the inspection page and for debugging.

    Reading and layout name sheets for pages, `contents` are the pages as they were read.
    """

    reading: Reading
    source: Source
    contents: tuple[PageContent, ...]
    layout: Layout


@dataclass(frozen=True, slots=True)
class Batch:
    """The readings of a run, in the order of the inputs.

    `codes` are the exit codes of the documents that failed, `repeats` pairs of a source left out
    and the equal one that was read, `engine` the engine's fingerprint where one was needed.
    """

    readings: tuple[Reading, ...]
    codes: tuple[ExitCode, ...] = ()
    repeats: tuple[tuple[str, str], ...] = ()
    engine: tuple[tuple[str, str], ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """DONE; when all failed alike, their code; PARTIAL when anything else failed."""
        alike = len(set(self.codes)) == 1
        if alike and len(self.codes) == len(self.readings):
            return self.codes[0]
        whole = all(reading.status == "ok" for reading in self.readings)
        return ExitCode.DONE if whole else ExitCode.PARTIAL


def read_document(path: Path, engine: EngineFactory, settings: Settings) -> Reading:
    """Read one document from file to checked tasks.

    Raises InputError when it cannot be opened and ModelsError when a page needs recognition and
    the models are not there; a single page that fails becomes a finding.
    """
    return trace_document(path, engine, settings).reading


def trace_document(
    path: Path, engine: EngineFactory, settings: Settings, watcher: Watcher | None = None
) -> Trace:
    """As `read_document`, with what was between."""
    from pipeline import normalise, sources, validate
    from pipeline.pages import layout_of

    if not isinstance(engine, OneEngine):
        engine = OneEngine(engine)  # each page asks for one, and the models take a second to load
    watch = Stopwatch()
    start = time.perf_counter()
    with watch.stage("open"):
        source = sources.open_source(path, settings)
    contents, layout = layout_of(source, engine, settings, watch, watcher or Silent())
    with watch.stage("normalise"):
        document, letter_doubts = normalise.layout_to_document(layout, settings)
        tasks, task_doubts = normalise.layout_to_tasks(layout, settings, document)
    with watch.stage("validate"):
        checks = validate.check(layout, tasks, document, settings)
    findings = _page_findings(contents, layout) + task_doubts + letter_doubts + checks
    reading = Reading(
        doc_id=source.doc_id,
        source=source_name(path),
        document=document,
        tasks=tasks,
        tables=layout.tables,
        findings=attach_findings(findings, layout.tables, tasks),
        pages=tuple(_page_record(content) for content in contents) or (_MARKUP,),
        elapsed_s=time.perf_counter() - start,
        timings=watch.timings(),
    )
    sheets = contents_to_sheets(contents)
    if sheets is not None:
        reading, layout = sheets.reading(reading), sheets.layout(layout)
    return Trace(reading, source, contents, layout)


def read_batch(
    paths: Sequence[Path],
    engine: EngineFactory,
    settings: Settings,
    watcher: Watcher | None = None,
) -> Batch:
    """Read documents one after the other; one that fails is recorded and the others go on.

    A file whose bytes have been read already, under whatever name, is not read again.
    """
    watcher = watcher or Silent()
    one_engine = OneEngine(engine)
    first: dict[str, str] = {}
    readings: list[Reading] = []
    codes: list[ExitCode] = []
    repeats: list[tuple[str, str]] = []
    for path in paths:
        doc_id = digest(path)
        if doc_id and doc_id in first:
            repeats.append((source_name(path), first[doc_id]))
            continue
        first.setdefault(doc_id, source_name(path))
        watcher.document_started(source_name(path))
        start = time.perf_counter()
        try:
            reading = trace_document(path, one_engine, settings, watcher).reading
        except Exception as error:  # the others go on, whatever it was
            code, message = _failure(path, error)
            codes.append(code)
            spent = time.perf_counter() - start
            reading = Reading(doc_id, source_name(path), elapsed_s=spent, error=message)
        readings.append(reading)
        watcher.document_done(reading)
    return Batch(tuple(readings), tuple(codes), tuple(repeats), one_engine.fingerprint())


def source_name(path: Path) -> str:
    """The path as it is written and shown; bytes that are no UTF-8 stand as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes, hex; "" when they cannot be read or it is no ordinary file."""
    import hashlib

    if not path.is_file():
        return ""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _failure(path: Path, error: Exception) -> tuple[ExitCode, str]:
    if isinstance(error, GongwenError):
        log.debug("%s was refused", path, exc_info=error)
        return error.exit_code, str(error)
    log.error("%s failed", path, exc_info=error)
    return ExitCode.INTERNAL, f"Internal error: {type(error).__name__}: {error}"


def _page_findings(contents: Sequence[PageContent], layout: Layout) -> tuple[Finding, ...]:
    # The tables stage may hand on what the pages said; it is said once.
    pages = (finding for content in contents for finding in content.findings)
    still = (finding for finding in pages if finding not in layout.superseded)
    return tuple(dict.fromkeys((*still, *layout.findings)))


def _page_record(content: PageContent) -> PageRecord:
    return PageRecord(
        page=content.page,
        route=content.route,
        reason=content.reason,
        width=content.width,
        height=content.height,
        rotation=content.rotation,
        skew=content.skew,
        steps=content.steps,
    )
