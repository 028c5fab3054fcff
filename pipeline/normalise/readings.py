"""Readings of a leader cell that compete, and the search that keeps the best few."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter

KEPT = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """Names in printed order, and the log-likelihood of the cell being printed so.

    `ragged`: read from lines of a stack that have lost the blanks between their characters.
    """

    names: tuple[str, ...]
    score: float
    ragged: bool = False


_BY_SCORE = attrgetter("score")
Piece = Callable[[int, int], Iterable[Reading]]


def best_readings(readings: Iterable[Reading], kept: int = KEPT) -> list[Reading]:
    """The best of `readings`, each list of names once, the best first."""
    best: dict[tuple[str, ...], Reading] = {}
    for reading in readings:
        known = best.get(reading.names)
        if reading.score > -math.inf and (known is None or known.score < reading.score):
            best[reading.names] = reading
    return sorted(best.values(), key=_BY_SCORE, reverse=True)[:kept]


def cut_into_pieces(length: int, longest: int, piece: Piece) -> list[Reading]:
    """The best ways to cut 0 … length into pieces of at most `longest` steps.

    `piece(start, end)` gives the readings of one piece; a cut's score is the sum over its pieces
    (dynamic programming that keeps the best few at each place).
    """
    ends: list[list[Reading]] = [[Reading((), 0.0)]]
    for end in range(1, length + 1):
        found: list[Reading] = []
        for start in range(max(0, end - longest), end):
            before = ends[start]
            if not before:
                continue
            for part in piece(start, end):
                for one in before:
                    score = one.score + part.score
                    names = one.names + part.names
                    found.append(Reading(names, score, one.ragged or part.ragged))
        ends.append(best_readings(found) if len(found) > 1 else found)
    return ends[length]
