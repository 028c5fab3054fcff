"""Warnings of the log, said as the command says things: without `--debug` nobody sees the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_OURS = logging.getLogger("pipeline")

Say = Callable[[str], None]


class _Notes(logging.Handler):
    """Gives warnings to `say`, one at a time."""

    def __init__(self, say: Say) -> None:
        super().__init__(logging.WARNING)
        self.say = say

    def emit(self, record: logging.LogRecord) -> None:
        # What has a traceback is the failure of a document or page, which their own lines tell.
        if record.exc_info is None:
            self.say(record.getMessage())


def show_notes(say: Say) -> None:
    """Give the program's own warnings to `say` from now on, and only to it."""
    hide_notes()
    _OURS.addHandler(_Notes(say))


def hide_notes() -> None:
    """Give them to nobody but the log."""
    for handler in _shown():
        _OURS.removeHandler(handler)


@contextmanager
def notes_to(say: Say) -> Iterator[None]:
    """Give what is shown to another `say` for the block; where the log is shown, nothing."""
    before = [(handler, handler.say) for handler in _shown()]
    for handler, _ in before:
        handler.say = say
    try:
        yield
    finally:
        for handler, first in before:
            handler.say = first


def _shown() -> list[_Notes]:
    return [handler for handler in _OURS.handlers if isinstance(handler, _Notes)]
