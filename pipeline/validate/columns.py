"""Texts of a column that end or begin otherwise than the others do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.config import Settings
from pipeline.model import Code, Finding, Task
from pipeline.validate.doubts import finding, if_recognised, odd
from pipeline.validate.serials import bare_numbers
from pipeline.validate.texts import has_stop, is_ended, is_ended_or_phrase, is_phrase

PHRASES = ("category", "name", "deadline")
LONE_STOPS = 0.1
"""The share of phrases up to which a full stop is none of theirs."""


def check_columns(tasks: Sequence[Task], settings: Settings) -> Iterator[Finding]:
    """Doubts about the tasks of one table, each text held against those of its column."""
    yield from _cut_texts(tasks, settings)
    yield from _stopped_phrases(tasks, settings)
    yield from _bare_categories(tasks)


def _cut_texts(tasks: Sequence[Task], settings: Settings) -> Iterator[Finding]:
    """Texts without a final stop in a column where nearly all have one: a last line may be lost."""
    for column in ("superior_measures", "local_measures"):
        texts = [(task, getattr(task, column)) for task in tasks if getattr(task, column)]
        if len(texts) < settings.checks.min_rows:
            continue
        least = settings.checks.ended_share * len(texts)
        # Phrases have no stop; where nearly all texts have one, they are sentences, however short.
        stopped = sum(has_stop(text) for _, text in texts)
        is_whole = is_ended_or_phrase if stopped >= least else is_ended
        open_ended = [task for task, text in texts if not is_whole(text)]
        if len(texts) - len(open_ended) < least:
            continue
        for task in open_ended:
            message = f"{column} ends without a stop, as others do not: its end may be lost"
            yield finding(task, Code.TEXT_CUT, if_recognised(task), message, column)


def _stopped_phrases(tasks: Sequence[Task], settings: Settings) -> Iterator[Finding]:
    """Phrases with a full stop in a column where no other has one: a speck was read."""
    for column in PHRASES:
        texts = [(task, getattr(task, column)) for task in tasks if getattr(task, column)]
        stopped = [(task, text) for task, text in texts if text.endswith("。")]
        if len(texts) < settings.checks.min_rows or len(stopped) > LONE_STOPS * len(texts):
            continue
        for task, text in stopped:
            if is_phrase(text):
                yield odd(task, f"{column} ends with 。, as no other does", column)


def _bare_categories(tasks: Sequence[Task]) -> Iterator[Finding]:
    bare = bare_numbers([task.category or "" for task in tasks])
    for task in tasks:
        if task.category in bare:
            message = f"category begins with a number and no mark: {task.category}"
            yield odd(task, message, "category")
