"""Characters to words: runs on one line, whatever the order in which they were drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from statistics import median

from pipeline.characters import hangs, is_blank, map_radicals
from pipeline.geometry import BBox
from pipeline.model import Glyph, Ruling, Word
from pipeline.textlayer.marks import Mark

# Widest gap inside a word, in character heights: beside Chinese, and between Western characters.
_GAP_WIDE = 0.6
_GAP_NARROW = 0.18
# How far base lines may differ in one word, and how far characters may overlap.
_BASE = 0.25
_OVERLAP = 0.5
# A character printed again this near (in its widths) is the same one in fake bold.
_OVERPRINT = 0.4
# How far a mark that hangs over the end of a line may stand off its last character.
_TOUCH = 0.1
_FIRST_WIDE = "\u2e80"

Run = list[Mark]


def median_height(marks: Sequence[Mark]) -> float:
    """Median height of the characters in points; that of GB/T 9704 table text when there are none.

    Heights are those of the em box, so Chinese and Western characters of one size agree.
    """
    heights = [
        mark.x1 - mark.x0 if mark.turn in (1, 3) else mark.bottom - mark.top for mark in marks
    ]
    return median(heights) if heights else 12.0


def marks_to_words(marks: Sequence[Mark], rulings: Sequence[Ruling]) -> tuple[Word, ...]:
    """Words of upright characters, from top to bottom and left to right.

    A blank ends a word, so does a gap or a vertical ruling. The places of the characters decide,
    not their order; what is printed twice on one place is taken once.
    """
    runs = _merge(_chain(marks))
    cuts = _Cuts(rulings)
    words = [run_to_word(part) for run in runs for part in cuts.split(_without_overprint(run))]
    words.sort(key=lambda word: (word.box.top, word.box.x0))
    return tuple(words)


def turned_to_words(marks: Sequence[Mark]) -> tuple[Word, ...]:
    """Words of text turned by quarters, read along their own direction.

    They carry no glyphs: these would not run from left to right.
    """
    words: list[Word] = []
    for turn in (1, 2, 3):
        laid = [turn_mark(mark, turn) for mark in marks if mark.turn == turn]
        for run in _merge(_chain(laid)):
            parts = _without_overprint(run)
            raw = "".join(part.text for part in parts)
            box = _around([turn_mark(part, -turn) for part in parts])
            words.append(Word(map_radicals(raw), box, raw=raw))
    return tuple(words)


def turn_mark(mark: Mark, quarters: int, width: float = 0.0, height: float = 0.0) -> Mark:
    """The mark on a page of `width` × `height` turned back by `quarters` (anticlockwise)."""
    x0, top, x1, bottom = mark.x0, mark.top, mark.x1, mark.bottom
    base, turn = mark.base, mark.turn
    for _ in range(quarters % 4):
        # (x, y) → (y, width − x)
        x0, top, x1, bottom = top, width - x1, bottom, width - x0
        base = width - base if turn in (1, 3) else base
        turn = (turn - 1) % 4 if turn >= 0 else turn
        width, height = height, width
    return Mark(mark.text, x0, top, x1, bottom, base, turn, mark.paint)


def run_to_word(run: Sequence[Mark]) -> Word:
    """One word of characters that stand in order from left to right."""
    raw = "".join([mark.text for mark in run])
    text = map_radicals(raw)
    if len(raw) == len(run):
        glyphs = tuple(
            [
                Glyph(character, BBox(mark.x0, mark.top, mark.x1, mark.bottom))
                for character, mark in zip(text, run, strict=True)
            ]
        )
    else:
        glyphs = tuple(_spread(run))
    return Word(text, _around(run), 1.0, glyphs, raw)


def _spread(run: Sequence[Mark]) -> Iterable[Glyph]:
    """A glyph of several characters (a ligature) is shared out evenly between them."""
    for mark in run:
        characters = [character for character in map_radicals(mark.text) if not is_blank(character)]
        step = (mark.x1 - mark.x0) / max(len(characters), 1)
        for place, character in enumerate(characters):
            left = mark.x0 + place * step
            yield Glyph(character, BBox(left, mark.top, left + step, mark.bottom))


def _around(run: Sequence[Mark]) -> BBox:
    return BBox(
        min([mark.x0 for mark in run]),
        min([mark.top for mark in run]),
        max([mark.x1 for mark in run]),
        max([mark.bottom for mark in run]),
    )


def _chain(marks: Sequence[Mark]) -> list[Run]:
    """Runs of characters drawn one after the other: most text needs no more."""
    runs: list[Run] = []
    last: Mark | None = None
    for mark in marks:
        if is_blank(mark.text):
            last = None
            continue
        if last is not None and _follows(last, mark):
            runs[-1].append(mark)
        else:
            runs.append([mark])
        last = mark
    return runs


def _follows(left: Mark, right: Mark) -> bool:
    height = right.bottom - right.top
    if abs(right.base - left.base) > _BASE * height:
        return False
    gap = right.x0 - left.x1
    # Two Western characters keep together only when nearly touching.
    wide = left.text[-1] >= _FIRST_WIDE or right.text[0] >= _FIRST_WIDE
    limit = (_GAP_WIDE if wide else _GAP_NARROW) * min(height, left.bottom - left.top)
    return -_OVERLAP * (right.x1 - right.x0) <= gap <= limit


def _merge(runs: list[Run]) -> list[Run]:
    """Join runs that lie on one line and touch or overlap, in whatever order they were drawn."""
    if len(runs) < 2:
        return runs
    unit = median([run[0].bottom - run[0].top for run in runs]) or 1.0
    lanes: dict[int, list[Run]] = {}
    done: list[Run] = []
    for run in sorted(runs, key=lambda run: run[0].x0):
        lane = round(run[0].base / unit)
        partner = _partner(run, (lanes.get(key, ()) for key in (lane - 1, lane, lane + 1)))
        if partner is None:
            done.append(run)
            lanes.setdefault(lane, []).append(run)
        else:
            partner.extend(run)
            partner.sort(key=lambda mark: mark.x0)
    return done


def _partner(run: Run, lanes: Iterable[Sequence[Run]]) -> Run | None:
    first = run[0]
    for lane in lanes:
        for other in reversed(lane):
            if _follows(other[-1], first) or _lies_over(other, first):
                return other
    return None


def _lies_over(run: Run, mark: Mark) -> bool:
    height = mark.bottom - mark.top
    same_line = abs(run[-1].base - mark.base) <= _BASE * height
    return same_line and run[0].x0 - _OVERLAP * height < mark.x0 < run[-1].x1 - 0.1 * height


def _without_overprint(run: Run) -> Run:
    kept: Run = []
    for mark in run:
        reach = _OVERPRINT * (mark.x1 - mark.x0)
        again = any(mark.text == past.text and mark.x0 - past.x0 <= reach for past in kept[-3:])
        if not again:
            kept.append(mark)
    return kept


def _take_hanging(run: Run, at: int) -> int:
    """1 when a mark beyond a ruling ends the full line `run[:at]`, else 0; it is moved to `at`.

    Without padding the next cell's text begins where the mark does, so it may come second. A mark
    that more text is set to begins a line of the next cell: some writers let marks do so.
    """
    last = run[at - 1]
    for place in range(at, min(at + 2, len(run))):
        mark = run[place]
        reach = _TOUCH * (mark.bottom - mark.top)
        if not hangs(mark.text) or abs(mark.x0 - last.x1) > reach:
            continue
        begins = place == at and at + 1 < len(run) and abs(run[at + 1].x0 - mark.x1) <= reach
        if not begins:
            run.insert(at, run.pop(place))
            return 1
    return 0


class _Cuts:
    """Where vertical rulings part words."""

    def __init__(self, rulings: Sequence[Ruling]) -> None:
        self.rulings = sorted(
            (ruling for ruling in rulings if ruling.axis == "v"),
            key=lambda ruling: ruling.position,
        )
        self.places = [ruling.position for ruling in self.rulings]

    def split(self, run: Run) -> Iterable[Run]:
        """The run cut where a ruling passes between the middles of two characters."""
        first = bisect_left(self.places, run[0].x0)
        y = (run[0].top + run[0].bottom) / 2
        start = 0
        for ruling in self.rulings[first:]:
            if ruling.position >= run[-1].x1:
                break
            if not ruling.start <= y <= ruling.end:
                continue
            stop = start
            while stop < len(run) and run[stop].x0 + run[stop].x1 < 2 * ruling.position:
                stop += 1
            if start < stop:
                stop += _take_hanging(run, stop)
            if start < stop:
                yield run[start:stop]
                start = stop
        if start < len(run):
            yield run[start:]
