"""Marks that are printed in parts: ； and ， and ：, ‰ read as %o, 一 of thin print read as -.

The parts stand apart in the ink, so that it tells them where recognition wavers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.characters import is_blank, is_han
from pipeline.ocr.engine import LineReading
from pipeline.scan.ink import Grey, Mask, eyes, ink_level, runs
from pipeline.scan.marks import ALONE, HYPHENS, WIDE_DASH, stroke_of
from pipeline.scan.reading import Look
from pipeline.scan.spans import CLOSING, OPENING, Span, text_to_spans

SEMICOLONS, COMMAS, COLONS = frozenset("；;"), frozenset("，,"), frozenset("：:")
PERCENT = frozenset("%％")
RINGS = frozenset("oO0〇°cC。")
"""As which the last ring of ‰ is read, where it is read at all."""
ROUND_STOPS = frozenset("。°")
BARS = frozenset("|｜│┃")
"""As which what is left of a ruling is read."""
MARKS = SEMICOLONS | COMMAS | COLONS | PERCENT | HYPHENS
SEEN = 0.99
"""How sure a mark is that the ink shows."""
LIKELY = 0.9
"""And one that it shows in part."""
TAILLESS, DIRTY_TAILLESS = 0.005, 0.001
"""The probability of ， from which a ； without a dot is one; on a dirty page the dot may be a
speck above a ，."""

# In heights of the line: the dot of a ； stands so high, so far above the comma, and is no larger.
DOT_TOP, DOT_FOOT, DOT_GAP, DOT = 0.15, 0.7, 0.1, 0.25
TAIL = 1.33
"""So many times the ink of its dot a comma has; that of two dots alike differs by a quarter."""
THOUGHT, THOUGHT_TAIL = 0.01, 1.2
"""And so many times where recognition gives ； this probability."""
WIDER, WIDEST = 1.1, 1.25
"""A ‰ is wider than so many times its height, and a % never; but a stroke of the next character may
fall to it."""
RING_TOP, RING_FOOT = 0.65, 0.12
"""Where the last ring of ‰ begins, below the top of its first, and how far from its foot it ends,
in heights of the sign; the 。 behind a % begins at 0.7 or more."""
RING_WIDTH = 0.5
"""And so many it is wide at most."""
ONE_WIDTH, TWO_WIDTH = 1.4, 1.8
"""Heights of the line that a 一 has at most from the character before it to the one behind it; read
as two hyphens it may reach into that."""

_READ_RING = re.compile("[%％][" + "".join(sorted(RINGS)) + "]")


@dataclass(frozen=True, slots=True)
class _Line:
    """The characters of a reading that are no blanks: their places in the text, and their ink."""

    places: Sequence[int]
    letters: Sequence[str]
    spans: Sequence[Span]
    ink: NDArray[np.bool_]
    height: float
    dirty: NDArray[np.bool_] | None

    def part(self, at: int) -> NDArray[np.bool_]:
        """The ink of one character: (rows of the line, its columns)."""
        return self.ink[:, slice(*self.spans[at])]


def with_composed(look: Look, mask: Mask, dirty: Grey | None = None) -> Look:
    """The look with its marks of several parts as the ink of the page shows them.

    `mask`: the page's ink without rulings, 255 where it is. `dirty`: the picture of a dirty page,
    of whose dots the mask has lost some; None for others. A dot above a comma may be a speck, or
    left of a stamp, so that a ； is never made of a ，.
    """
    reading, centres = look.reading, look.centres
    is_dirty = dirty is not None
    if centres is None or look.piece.stack or not _asks(reading, dirty=is_dirty):
        return look
    spans = text_to_spans(reading.text, centres, look.piece.box, mask, look.piece.height)
    places = [at for at, letter in enumerate(reading.text) if not is_blank(letter)]
    if len(spans) != len(places):
        return look
    letters = [reading.text[at] for at in places]
    box = look.piece.box
    shown = None if dirty is None else box.cut(dirty) < ink_level(box.cut(dirty))
    line = _Line(places, letters, spans, box.cut(mask) > 0, look.piece.height, shown)
    changed, dropped = _changed(line, look)
    if changed is reading and not dropped:
        return look
    before, after = reading.text, changed.text
    others = tuple(_likewise(other, before, after, dropped) for other in look.others)
    if any(old in SEMICOLONS and new in COMMAS for old, new in zip(before, after, strict=True)):
        others = (*others, before)  # the ink told no more than recognition
    return replace(look, reading=changed.without(dropped), others=others)


def _changed(line: _Line, look: Look) -> tuple[LineReading, set[int]]:
    """The reading with other marks, and the places of characters that are parts of these."""
    reading, hinted = look.reading, _hints_at_per_mille(look)
    dropped: set[int] = set()
    for at, letter in enumerate(line.letters):
        mark, more = _stop(at, line, look.reading), 0
        if letter in PERCENT and (rings := _per_mille(at, line, hinted)) is not None:
            mark, more = ("‰", SEEN), rings
        elif letter in HYPHENS and (strokes := _one(at, line)):
            mark, more = ("一", LIKELY), strokes - 1
        elif letter == "°" and at and not line.letters[at - 1].isdecimal():
            mark = ("。", LIKELY)  # nothing else has degrees: the ring of a 。 in faint print
        elif letter in BARS and at in (0, len(line.letters) - 1) and len(line.letters) > 1:
            dropped.add(line.places[at])  # left of a ruling beside the cell
        dropped.update(line.places[at + 1 : at + 1 + more])
        if mark is not None:
            reading = reading.with_letter(line.places[at], *mark)
    return reading, dropped


def _asks(reading: LineReading, *, dirty: bool) -> bool:
    """Whether a reading holds a mark that the ink is to be asked about."""
    rivals = reading.char_rivals or ((),) * len(reading.text)
    return any(
        letter in PERCENT | HYPHENS | BARS
        or letter == "°"
        or (letter in SEMICOLONS and _chance(others, COMMAS) > _least(dirty=dirty))
        or (letter in COLONS and _chance(others, SEMICOLONS) > 0)
        for letter, others in zip(reading.text, rivals, strict=True)
    )


def _least(*, dirty: bool) -> float:
    return DIRTY_TAILLESS if dirty else TAILLESS


def _chance(rivals: Sequence[tuple[str, float]], letters: frozenset[str]) -> float:
    """The probability that recognition gives to some other characters."""
    return sum(p for other, p in rivals if other in letters)


def _stop(at: int, line: _Line, reading: LineReading) -> tuple[str, float] | None:
    """What a ； or ： is instead, with its certainty; None where it stays."""
    letter, rivals = line.letters[at], reading.char_rivals
    others = () if rivals is None else rivals[line.places[at]]
    ink = line.part(at)
    if letter in SEMICOLONS:
        comma = _chance(others, COMMAS)
        if line.dirty is not None and comma <= TAILLESS:
            ink = line.dirty[:, slice(*line.spans[at])]
        unsure = comma > _least(dirty=line.dirty is not None)
        return ("，", comma) if unsure and not _has_dot(ink, line.height) else None
    if letter not in COLONS or line.dirty is not None or not _chance(others, SEMICOLONS):
        return None
    return ("；", SEEN) if _has_dot(ink, line.height) and _has_tail(ink, others) else None


def _has_dot(ink: NDArray[np.bool_], height: float) -> bool:
    """Whether a dot stands well above the rest of a mark, as in ； and ：.

    A comma that thin print broke in two has its parts nearer to each other, both at the foot.
    """
    parts = runs(np.asarray(ink.any(axis=1)))
    if len(parts) != 2:
        return False
    (top, foot), (below, _) = parts
    small = max(foot - top, int(ink[top:foot].any(axis=0).sum())) <= DOT * height
    high = DOT_TOP * height <= top and foot <= DOT_FOOT * height
    return small and high and below - foot >= DOT_GAP * height


def _has_tail(ink: NDArray[np.bool_], rivals: Sequence[tuple[str, float]]) -> bool:
    """Whether the lower of two parts has more ink than a dot like the upper one, and is as high.

    Less is enough where recognition thought of a ；.
    """
    (top, foot), (below, end) = runs(np.asarray(ink.any(axis=1)))
    upper, lower = int(ink[top:foot].sum()), int(ink[below:end].sum())
    longer = (end - below) - (foot - top)
    thought = _chance(rivals, SEMICOLONS) > THOUGHT
    return (lower >= TAIL * upper and longer >= 0) or (
        thought and longer > 0 and lower >= THOUGHT_TAIL * upper
    )


def _hints_at_per_mille(look: Look) -> bool:
    """Whether another reading has a ‰ or a ring behind a % somewhere in the line."""
    return any("‰" in one or _READ_RING.search(one) for one in look.others)


def _per_mille(at: int, line: _Line, hinted: bool) -> int | None:
    """How many characters behind a % are the last ring of a ‰; None where it is a %."""
    own, behind = line.part(at), line.letters[at + 1 : at + 2]
    rows = np.flatnonzero(own.any(axis=1))
    if not rows.size:
        return None
    top, foot = int(rows[0]), int(rows[-1]) + 1
    rings = RINGS if line.dirty is None else RINGS - ROUND_STOPS  # dots of dirt make 。 higher
    follows = line.part(at + 1) if behind else np.zeros((own.shape[0], 0), bool)
    read = bool(behind) and behind[0] in rings
    if read and follows.any():
        return 1 if _is_ring(follows, top, foot) else None
    if own.shape[1] >= WIDER * (foot - top) and _ends_in_ring(own, top, foot):
        return int(read)
    parts = runs(np.asarray(follows.any(axis=0))) if hinted and not read else []
    # The next character has it: apart from that, at its left.
    return 0 if len(parts) > 1 and _is_ring(follows[:, slice(*parts[0])], top, foot) else None


def _ends_in_ring(ink: NDArray[np.bool_], top: int, foot: int) -> bool:
    """Whether two rings stand side by side at the foot of a sign, or one apart at its right."""
    low = [eye for eye in eyes(ink) if eye[1] + eye[3] / 2 > (top + foot) / 2]
    if len(low) > 1:
        one, other = sorted(low, key=lambda eye: -eye[3])[:2]
        return abs(one[1] - other[1]) <= 1 and abs(one[3] - other[3]) <= max(1, one[3] // 4)
    if ink.shape[1] < WIDEST * (foot - top):
        return False  # the ring of a % stands apart in some faces
    parts = runs(np.asarray(ink.any(axis=0)))
    narrow = parts[-1][1] - parts[-1][0] <= RING_WIDTH * (foot - top)
    return len(parts) > 1 and narrow and _is_ring(ink[:, slice(*parts[-1])], top, foot)


def _is_ring(ink: NDArray[np.bool_], top: int, foot: int) -> bool:
    """Whether ink is as high as the last ring of a ‰ between the rows `top` and `foot`."""
    rows = np.flatnonzero(ink.any(axis=1))
    tall, begins, ends = foot - top, int(rows[0]) - top, foot - int(rows[-1]) - 1
    return 0 < begins <= RING_TOP * tall and abs(ends) <= RING_FOOT * tall


def _one(at: int, line: _Line) -> int:
    """How many hyphens, this one and those behind it, are one 一; 0 where they are none.

    It has the room of a character between two of them, and a hyphen has less. Thin print of it
    breaks, and is read as two.
    """
    after = at + 1
    while after < len(line.letters) and line.letters[after] in HYPHENS:
        after += 1
    if at == 0 or after == len(line.letters) or line.letters[at - 1] in HYPHENS:
        return 0
    if not (_is_text(line.letters[at - 1]) and is_han(line.letters[after])):
        return 0
    start, end = stroke_of(line.spans[at], line.ink, line.height)
    if after - at == 1 and end - start > WIDE_DASH * line.height:
        return 0  # a dash, as far as its ink tells
    room = line.spans[after][0] - line.spans[at - 1][1]
    most = ONE_WIDTH if after - at == 1 else TWO_WIDTH
    return after - at if ALONE * line.height <= room <= most * line.height else 0


def _is_text(letter: str) -> bool:
    return is_han(letter) or letter in OPENING | CLOSING


def _likewise(other: str, before: str, after: str, dropped: Collection[int]) -> str:
    """Another reading with what was changed in the one taken: `after` is `before`, undropped."""
    if len(other) == len(before):
        changed = (
            new if new != old and letter in MARKS else letter
            for letter, old, new in zip(other, before, after, strict=True)
        )
        return "".join(
            letter
            for at, letter in enumerate(changed)
            if at not in dropped or letter not in RINGS | HYPHENS | BARS
        )
    return _READ_RING.sub("‰", other) if dropped and "‰" in after else other
