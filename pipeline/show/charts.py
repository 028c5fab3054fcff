"""Overview pictures as values: bars, a map of serials. Templates draw them as SVG."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.show.labels import SEVERITY_LABELS, code_label
from pipeline.show.views import FindingView, RowsView, score_step

MOST = 24  # bars of one picture; the others are told as a number
MAP_WIDTH = 25  # serials in a line of the map
MAP_LIMIT = 2_000  # serials drawn; a misread serial of 50 digits would draw a map of nothing
_NUMBER = re.compile(r"[0-9０-９]{1,6}")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, its number as shown, its share of the longest (0–1), its colour's class."""

    label: str
    shown: str
    share: float
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture of bars; `others` are names that have no bar of their own."""

    title: str
    bars: tuple[Bar, ...]
    others: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A serial of the map: missing, there, in doubt, reviewed or repeated."""

    serial: int
    kind: str
    row: str


@dataclass(frozen=True, slots=True)
class SerialMap:
    """The serials of one table from the lowest to the highest; `odd` are rows without a number."""

    table_no: int
    places: tuple[Place, ...]
    missing: tuple[int, ...]
    odd: int


def findings_by_kind(findings: Iterable[FindingView]) -> Bars:
    """Open findings by code, the most frequent first."""
    counts = Counter((f.code, f.severity) for f in findings if f.settled is None)
    named = [
        (f"{code_label(code)} · {SEVERITY_LABELS[severity]}", count, severity)
        for (code, severity), count in counts.most_common()
    ]
    return _bars("疑点种类", named)


def tasks_by(view: RowsView, columns: Sequence[str], title: str) -> Bars:
    """Tasks by who stands in the columns' lists, each once a task."""
    counts: Counter[str] = Counter()
    for row in view.rows:
        counts.update(
            {name for item in row.fields if item.column in columns for name in item.items}
        )
    return _bars(title, [(name, count, "plain") for name, count in counts.most_common()])


def counted_bars(title: str, counts: Iterable[tuple[str, int]], kind: str = "plain") -> Bars:
    """Bars of numbers that are counted already, the largest first."""
    return _bars(title, [(name, count, kind) for name, count in counts])


def scored_bars(title: str, scores: Sequence[tuple[str, float]]) -> Bars:
    """Bars of scores (0–1), in the order given, each in the colour of its score."""
    bars = (Bar(name, f"{score:.3f}", score, f"s{score_step(score)}") for name, score in scores)
    return Bars(title, tuple(bars)[:MOST], max(0, len(scores) - MOST))


def scores_by_row(view: RowsView) -> Bars:
    """Rows that nobody has reviewed by their lowest recognition score."""
    steps = ((0.0, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 1.0), (1.0, 2.0))
    named = []
    for number, (low, high) in enumerate(steps):
        count = sum(1 for row in view.rows if not row.reviewed and low <= row.confidence < high)
        label = "1.00" if low == 1.0 else f"{low:.2f} – {high:.2f}"
        named.append((label, count, f"s{round(9 * number / (len(steps) - 1))}"))
    title = "未核各行的识别分" if view.reviewed else "识别分"
    return _bars(title, [item for item in named if item[1]])


def serial_maps(view: RowsView) -> tuple[SerialMap, ...]:
    """One map for every table whose rows are numbered."""
    tables = dict.fromkeys(row.table_no for row in view.rows)
    maps = (_serial_map(view, table_no) for table_no in tables)
    return tuple(found for found in maps if found.places)


def _serial_map(view: RowsView, table_no: int) -> SerialMap:
    rows = [row for row in view.rows if row.table_no == table_no]
    held: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        if _NUMBER.fullmatch(row.serial.strip()):
            held.setdefault(int(row.serial), []).append(at)
    odd = len(rows) - sum(len(group) for group in held.values())
    if not held or max(held) - min(held) >= MAP_LIMIT:
        return SerialMap(table_no, (), (), odd)
    places = []
    for serial in range(min(held), max(held) + 1):
        here = [rows[at] for at in held.get(serial, ())]
        if not here:
            places.append(Place(serial, "missing", ""))
            continue
        row = next((row for row in here if row.doubts), here[0])
        kind = "doubt" if row.doubts else "reviewed" if row.reviewed else "there"
        places.append(Place(serial, "repeated" if len(here) > 1 else kind, row.key))
    missing = tuple(place.serial for place in places if place.kind == "missing")
    return SerialMap(table_no, tuple(places), missing, odd)


def _bars(title: str, named: Sequence[tuple[str, int, str]]) -> Bars:
    longest = max((count for _, count, _ in named), default=1)
    bars = tuple(
        Bar(label, str(count), count / longest, kind) for label, count, kind in named[:MOST]
    )
    return Bars(title, bars, max(0, len(named) - MOST))
