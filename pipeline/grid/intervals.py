"""Stretches along one axis, as (start, end) in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

Interval = tuple[float, float]


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Stretches in order; those that overlap or touch are one."""
    out: list[Interval] = []
    for start, end in sorted(intervals):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def gaps(filled: Sequence[Interval], least: float) -> list[Interval]:
    """The stretches of at least `least` between joined ones."""
    return [(a[1], b[0]) for a, b in pairwise(filled) if b[0] - a[1] >= least]


def white_gaps(
    filled: Iterable[Sequence[Interval]], low: float, high: float, least: float
) -> list[Interval]:
    """The stretches of at least `least` from `low` to `high` that all columns leave white."""
    spans = joined(span for column in filled for span in column)
    inside = [(max(a, low), min(b, high)) for a, b in spans if a < high and low < b]
    return gaps(joined([(low, low), *inside, (high, high)]), least)
