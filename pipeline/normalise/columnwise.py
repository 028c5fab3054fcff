"""Short texts that a reader took column by column out of a narrow cell.

加大 / 招商 / 引资 / 力度, printed two characters a line, is returned as 大商资度 加招引力 or
加招引力 大商资度 by readers that follow columns. Such a reading is put right only when the notice
itself speaks for it: pairs of neighbouring characters that stand elsewhere in its text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.characters import is_han

_MIN_LENGTH = 2
_MAX_COLUMNS = 4
_MIN_SHARE = 0.5  # of the pairs, for the text put right
_MARGIN = 2.0  # times the share of the text as read


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often two characters stand side by side in a notice."""

    pairs: Counter[str]

    def share(self, text: str, own: Counter[str]) -> float:
        """Share of the neighbouring characters of `text` known from elsewhere than `own`."""
        pairs = [one + other for one, other in pairwise(text)]
        known = sum(self.pairs[pair] > own[pair] for pair in pairs)
        return known / len(pairs) if pairs else 0.0


def count_pairs(text: str) -> Counter[str]:
    """Pairs of neighbouring Chinese characters; blanks and punctuation part them."""
    return Counter(one + other for one, other in pairwise(text) if is_han(one) and is_han(other))


def learn_evidence(texts: Iterable[str]) -> Evidence:
    """Count the pairs of all texts of a notice."""
    pairs: Counter[str] = Counter()
    for text in texts:
        pairs.update(count_pairs(text))
    return Evidence(pairs)


def restore(text: str, evidence: Evidence) -> str | None:
    """`text` put right, or None when it is no such reading or nothing speaks for one.

    `text` must be Chinese characters in two to four runs of nearly equal length.
    """
    runs = text.split()
    if not 2 <= len(runs) <= _MAX_COLUMNS or min(map(len, runs)) < _MIN_LENGTH:
        return None
    if not all(is_han(character) for run in runs for character in run):
        return None
    own = count_pairs(text)
    read = max(evidence.share("".join(runs), own), evidence.share(" ".join(runs), own))
    shares = {
        candidate: evidence.share(candidate, own)
        for candidate in (_by_rows(runs), _by_rows(runs[::-1]))
        if candidate is not None
    }
    best = max(shares, key=lambda candidate: shares[candidate], default=None)
    if best is None or shares[best] < _MIN_SHARE or shares[best] < _MARGIN * read:
        return None
    return best


def _by_rows(columns: Sequence[str]) -> str | None:
    """Columns from left to right → their rows; only the last row may be short."""
    lengths = [len(column) for column in columns]
    if lengths != sorted(lengths, reverse=True) or lengths[0] - lengths[-1] > 1:
        return None
    return "".join(
        column[index] for index in range(lengths[0]) for column in columns if index < len(column)
    )
