"""White gutters that run through heading and rows; pure, in points.

A heading stands over each column, so of the white between two headings one stretch is a gutter. A
page that goes on without a heading keeps every stretch: what is too many its text can join again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import BBox
from pipeline.grid.heading import heading_words
from pipeline.grid.intervals import Interval, joined
from pipeline.grid.spread import in_middle_of_both, parts_columns, stand_apart

# In characters.
GUTTER = 0.35  # the least width of a gutter
SLIT = 0.1  # where marks at line ends hang into it, so much stays white
SLAB = 0.5  # the page is looked at in slabs so high
STEP = SLAB / 8  # and in steps so wide
LINE = 0.9  # the next line of text begins at least so far below
HOLE = 0.34  # characters of one line stand nearer, and columns do not
WIDE = 5.0  # a line over several columns is at least so wide
AROUND = 3.0  # text so near to a gutter stands beside it
BY_CHANCE = 0.5  # few lines have white stretches in one place by chance, and those are narrower
CROSSED = 0.04
"""Share of a table's height in which such lines may run over a gutter."""
HANGING = 0.15
"""Share of the lines beside a gutter that may hang into it."""
BARE, BARE_RULED = 0.25, 0.5
"""Share of the columns that may have no heading; and where a rule closes the heading."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gutters:
    """White stretches across an area, from left to right; `headed`: its first row is a heading."""

    across: tuple[Interval, ...]
    headed: bool


def find_gutters(
    box: BBox, head: Sequence[BBox], body: Sequence[BBox], unit: float, bare: float
) -> Gutters:
    """The gutters of an area.

    `head` and `body` are the characters of its first row and those below, `unit` their height;
    `bare` is the share of the columns that may have no heading.
    """
    found = _parting(box, head, body or head, unit)
    under = _under_head(found, head, bare, unit)
    if under is not None:
        return Gutters(tuple(under), True)
    return Gutters(tuple(_parting(box, (), [*head, *body], unit)), False)


def _parting(box: BBox, head: Sequence[BBox], body: Sequence[BBox], unit: float) -> list[Interval]:
    """White stretches of the body, as far as no heading stands over them, that part columns.

    Between two characters of the heading over a blank column is none.
    """
    step, found, words = STEP * unit, list[Interval](), heading_words(head, unit)
    for whole, white in _white(to_slabs(body, box, unit)):
        zone, gutter = _on_page(whole, box.x0, step), _on_page(white, box.x0, step)
        least = min(GUTTER * unit, gutter[1] - gutter[0])
        if any(_free_of_head(zone, head, words, unit, GUTTER * unit)):
            found += _free_of_head(gutter, head, words, unit, least)
    edge = 2 * step
    inner = [g for g in found if g[0] > box.x0 + edge and g[1] < box.x1 - edge]
    every = [*head, *body]
    ends = [box.x0, *((start + end) / 2 for start, end in inner), box.x1]
    return [
        g
        for g, left, right in zip(inner, ends[:-2], ends[2:], strict=True)
        if stand_apart(g, head, unit)
        or (
            parts_columns(g, every, unit)
            and any(left < b.x_mid < right for b in body)
            and not in_middle_of_both(g, (left, right), every, unit)
        )
    ]


def to_slabs(boxes: Sequence[BBox], area: BBox, unit: float) -> Flags:
    """Where there is text: slabs from top to bottom by narrow steps across."""
    high, step = SLAB * unit, STEP * unit
    shape = (int(area.height / high) + 1, int(area.width / step) + 1)
    filled = np.zeros(shape, dtype=bool)
    for box in boxes:
        rows = slice(
            max(0, int((box.top - area.top) / high)), int((box.bottom - area.top) / high) + 1
        )
        left, right = (box.x0 - area.x0) / step, (box.x1 - area.x0) / step
        filled[rows, max(0, round(left)) : max(round(left) + 1, round(right))] = True
    return filled


def runs(flags: Flags) -> list[tuple[int, int]]:
    """The stretches of True."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def _on_page(steps: tuple[int, int], left: float, step: float) -> Interval:
    return (left + steps[0] * step, left + steps[1] * step)


def _white(filled: Flags) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """White stretches, each with the stretch that is white but for what hangs into it."""
    free = _free(filled)
    nearly = free | (filled.sum(axis=0) <= HANGING * _beside(filled))
    wide, narrow = round(GUTTER / STEP), round(SLIT / STEP)
    for start, end in runs(np.asarray(nearly, dtype=bool)):
        white = [(start + a, start + b) for a, b in runs(free[start:end])]
        whole = [run for run in white if run[1] - run[0] >= wide]
        if whole:
            yield from ((run, _whitest(run, filled)) for run in whole)
        elif white and end - start >= wide:
            best = max(white, key=lambda run: run[1] - run[0])
            if best[1] - best[0] >= narrow:
                yield (start, end), best


def _whitest(run: tuple[int, int], filled: Flags) -> tuple[int, int]:
    """The longest part of a stretch over which no line runs; all of it where lines run over all."""
    start, end = run
    clear = [(start + a, start + b) for a, b in runs(np.asarray(~filled[:, start:end].any(axis=0)))]
    longest = max(clear, key=lambda one: one[1] - one[0], default=run)
    return longest if longest[1] - longest[0] >= round(SLIT / STEP) else run


def _beside(filled: Flags) -> NDArray[np.int_]:
    """How many slabs have text near each place."""
    reach = round(AROUND / STEP)
    total = np.pad(np.cumsum(filled, axis=1), ((0, 0), (1, 0)))
    at = np.arange(filled.shape[1])
    right = np.minimum(at + reach + 1, filled.shape[1])
    near = total[:, right] > total[:, np.maximum(at - reach, 0)]
    return np.asarray(near.sum(axis=0))


def _free(filled: Flags) -> Flags:
    """Where no text stands, but wide lines that run over several columns, and few of these."""
    blocked = np.zeros(filled.shape[1], dtype=bool)
    over = np.zeros(filled.shape[1], dtype=int)
    hole, wide = round(HOLE / STEP), round(WIDE / STEP)
    for slab in filled:
        for start, end in joined((a, b + hole) for a, b in runs(slab)):
            if end - hole - start >= wide:
                over[int(start) : int(end) - hole] += 1
            else:
                blocked |= slab & _range(int(start), int(end) - hole, len(slab))
    used = int(filled.any(axis=1).sum())
    return np.asarray(~blocked & (over <= CROSSED * used), dtype=bool)


def _range(start: int, end: int, length: int) -> Flags:
    at = np.arange(length)
    return np.asarray((start <= at) & (at < end), dtype=bool)


def _free_of_head(
    gutter: Interval, head: Sequence[BBox], words: Sequence[BBox], unit: float, least: float
) -> list[Interval]:
    """The stretches of a gutter over which no heading lies, but those over several columns.

    `head` are the heading's characters, `words` its words.
    """
    free = [gutter]
    for box in sorted(head, key=lambda box: -box.top):
        left: list[Interval] = []
        for one in free:
            if one[1] <= box.x0 or box.x1 <= one[0] or _is_over(box, one, words, unit):
                left.append(one)
            else:
                left += [(one[0], box.x0), (box.x1, one[1])]
        free = [one for one in left if one[1] - one[0] >= least]
    return free


def _is_over(box: BBox, gutter: Interval, words: Sequence[BBox], unit: float) -> bool:
    """Whether a heading over a gutter has headings of its columns below it, on both sides."""
    reach, middle = 4 * unit, (gutter[0] + gutter[1]) / 2
    # Parts of one character stand less than its height below each other, lines of it not at all.
    own = [w.bottom for w in words if w.x0 <= box.x_mid <= w.x1 and w.top <= box.y_mid <= w.bottom]
    least = max(box.top + LINE * unit, max(own, default=box.bottom) - STEP * unit)
    below = [word for word in words if word.top >= least]
    near = [o for o in below if o.x1 > gutter[0] - reach and o.x0 < gutter[1] + reach]
    return any(o.x_mid < middle for o in near) and any(o.x_mid > middle for o in near)


def _under_head(
    gutters: Sequence[Interval], head: Sequence[BBox], bare: float, unit: float
) -> list[Interval] | None:
    """Gutters with a heading between each two: of several without one, the widest.

    None where the first column, the last, or several have none: the first row is no heading.
    """
    if not gutters or not head:
        return None
    groups: list[list[Interval]] = [[gutters[0]]]
    for gutter in gutters[1:]:
        if any(groups[-1][-1][1] <= box.x_mid <= gutter[0] for box in head):
            groups.append([])
        groups[-1].append(gutter)
    first, last = min(box.x_mid for box in head), max(box.x_mid for box in head)
    ends = first <= gutters[0][0] and gutters[-1][1] <= last
    found = [max(group, key=lambda one: one[1] - one[0]) for group in groups]
    wide = [g for g in gutters if g in found or g[1] - g[0] >= BY_CHANCE * unit]
    if not ends or len(wide) - len(found) > bare * (len(wide) + 1):
        return None
    return found
