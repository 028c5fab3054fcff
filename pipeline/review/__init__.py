"""See it and mend it: pages and rows side by side, served to this machine's browser.

    parts of a run (library) → rows as corrected (desk) → pages (room, lists) → routes (app)
    → only for who may ask (guard) → the server (serve)

What a person says goes through `edits`, which checks it, into the document's corrections; nothing
that was read is ever changed. `pictures` draws pages, `names` and `teach` know names.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.corrections import GAZETTEER, ROSTER
from pipeline.review.desk import Desk
from pipeline.review.library import Library
from pipeline.review.names import KnownFiles
from pipeline.review.pictures import Pictures
from pipeline.review.room import Room

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.review.serve import Address
    from pipeline.watch import EngineFactory

__all__ = ["open_room", "review"]


def open_room(
    out: str, settings: Settings, engine: EngineFactory, who: str, files: tuple[Path | None, ...]
) -> Room:
    """All that is needed to review what a run has written to `out`.

    `files`: the roster and the gazetteer that are read and taught, each None for that in `out`.
    Raises InputError when no run has written there.
    """
    library = Library(out, settings)
    roster, gazetteer = files
    known = KnownFiles(roster or library.out / ROSTER, gazetteer or library.out / GAZETTEER)
    desk = Desk(library, who, known, settings)
    return Room(library, desk, Pictures(settings, engine), known, settings)


def review(room: Room, address: Address, ready: Callable[[str], None]) -> None:
    """Serve the review page until interrupted. Raises UsageError when the port is taken."""
    from pipeline.review.app import create_app
    from pipeline.review.serve import serve
    from pipeline.show import warm

    threading.Thread(target=warm, daemon=True).start()
    try:
        serve(create_app(room), address, ready)
    finally:
        room.pictures.close()
