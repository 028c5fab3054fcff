"""A run each time an inbox has changed: `gongwen run --watch`.

Local folders are watched by the system's notices; what those cannot tell (network file systems,
buckets) is looked for at an interval.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import watch

from pipeline.batch import BatchWatcher, Request, run_batch
from pipeline.batch.places import Place, is_uri
from pipeline.errors import BusyError, NoInputError

if TYPE_CHECKING:
    from pipeline.batch.record import RunRecord
    from pipeline.config import Settings

SETTLED_S = 2.0  # since the last change of a file that counts as whole
_STEP_MS = 500

log = logging.getLogger(__name__)


def watch_inbox(
    request: Request,
    settings: Settings,
    watcher: BatchWatcher,
    done: Callable[[RunRecord], None],
    every_s: float = 60.0,
) -> None:
    """Run now, then whenever something has changed, and at the latest after `every_s` seconds.

    `done` is told of each run that did something. A file is read once it has not changed for
    `SETTLED_S`; an empty inbox is none to complain about, and another run that holds the output is
    waited for. Ends only by what ends a run.
    """
    request = replace(request, settled_s=SETTLED_S, watching=True)
    while True:
        unsettled = 0
        try:
            record = run_batch(request, settings, watcher)
            unsettled = record.unsettled
            if record.did_something:
                done(record)
        except NoInputError as error:
            log.debug("%s", error)
        except BusyError as error:
            log.warning("%s It is waited for.", error.message)
        wait_for_change(request, SETTLED_S if unsettled else every_s)


def wait_for_change(request: Request, seconds: float) -> None:
    """Return when a file under the local inputs has changed, or after so many seconds."""
    folders = [Path(given) for given in request.inputs if not is_uri(given)]
    there = [folder for folder in folders if folder.exists()]
    if not there:
        time.sleep(seconds)
        return
    place = Place(request.out)
    out = place.folder.resolve() if place.local else None
    until = time.monotonic() + seconds
    looks = watch(
        *there,
        watch_filter=None,
        rust_timeout=_STEP_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    for changes in looks:
        # The run's own files may lie inside the inbox.
        outside = [path for _, path in changes if not out or out not in Path(path).parents]
        if outside or time.monotonic() > until:
            return
