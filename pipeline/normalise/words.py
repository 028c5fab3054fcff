"""Chinese words: whether a text reads like Chinese, and a text read column by column restored.

A cell narrower than its text holds a few characters a line. A reader that takes its characters by
columns, often from the right, returns `大商资度 加招引力` for 加大 / 招商 / 引资 / 力度.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pipeline.lexicon import likelihood
from pipeline.model import Code, Severity

Doubt = tuple[Code, Severity, str]

_COLUMNS = re.compile("[\u3400-\u9fff]{2,}(?: [\u3400-\u9fff]{2,})+")
_MOST_CHARACTERS = 30
_MOST_COLUMNS = 6
# Log-likelihood per character by which an order must be better than the one read: to call the
# reading implausible, and to restore. A wrong order of Chinese text costs two to five.
_IMPLAUSIBLE, _SURE = 0.8, 1.5
_IN_CONTEXT = 1.0


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A text that was read by columns. `restored` is None where the evidence is too thin."""

    restored: str | None
    doubt: Doubt


def looks_columnwise(text: str, context: Sequence[str] = ()) -> ColumnReading | None:
    """Whether the short `text` was read column by column; None when nothing speaks for it.

    Both directions are tried; the order whose words the dictionary knows wins, words that stand in
    `context` (the row's other cells) counting more. A doubt comes in either case.
    """
    one_line = " ".join(text.split())
    if len(one_line) > _MOST_CHARACTERS or not _COLUMNS.fullmatch(one_line):
        return None
    columns = one_line.split(" ")
    lengths = [len(column) for column in columns]
    if len(columns) > _MOST_COLUMNS or max(lengths) - min(lengths) > 1:
        return None
    orders = {_by_lines(columns), _by_lines(columns[::-1])}
    best, gain = max(
        ((order, _fluency(order, context)) for order in orders), key=lambda pair: pair[1]
    )
    gain -= _fluency("".join(columns), context)
    if gain < _IMPLAUSIBLE:
        return None
    if gain < _SURE:
        message = f"“{text}” may be {best}, read column by column"
        return ColumnReading(None, (Code.TEXT_IMPLAUSIBLE, Severity.WARNING, message))
    message = f"“{text}” was read column by column, restored to {best}"
    return ColumnReading(best, (Code.TEXT_IMPLAUSIBLE, Severity.WARNING, message))


def _by_lines(columns: Sequence[str]) -> str:
    return "".join("".join(line) for line in zip_longest(*columns, fillvalue=""))


def _fluency(text: str, context: Sequence[str]) -> float:
    """Log-likelihood per character of the best cut into words, those of the context worth more."""
    score, words = likelihood(text)
    known = (word for word in words if len(word) > 1 and any(word in other for other in context))
    return (score + _IN_CONTEXT * sum(map(len, known))) / len(text)
