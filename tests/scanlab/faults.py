"""The faults by name, with their levels, and their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from tests.scanlab import ink, lens, paper, rules
from tests.scanlab.sheets import Sheet

LEVELS = ("ordinary", "hard")
DPI = 200.0
GRAIN = 2.0  # grey levels of noise that every scanner adds

Make = Callable[..., Sheet]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its cause, what makes it, and its amounts at both levels.

    `cause` orders the faults: set (typesetting), print, ink, paper, lens, file. `unit` says what
    the amounts are.
    """

    name: str
    cause: str
    make: Make | None
    ordinary: float
    hard: float
    unit: str

    def amount(self, level: str) -> float:
        """The amount of a named level, or the number itself."""
        if level in LEVELS:
            return self.ordinary if level == "ordinary" else self.hard
        return float(level)


CAUSES = ("set", "print", "ink", "paper", "lens", "file")
FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("resolution", "set", None, 150, 120, "dots per inch"),
        Fault("fine", "set", None, 300, 400, "dots per inch"),
        Fault("touching", "set", None, 0.4, -0.2, "points between text and ruling"),
        Fault("broken", "print", rules.break_rules, 2, 5, "mm of each gap"),
        Fault("dotted", "print", rules.dot_rules, 0.3, 0.7, "mm of ink, and of paper"),
        Fault("borderless", "print", rules.drop_border, 2, 4, "sides without outer border"),
        Fault("level", "print", rules.only_level_rules, 1, 0, "1: a rule under each row"),
        Fault("unruled", "print", rules.no_rules, 1, 1, "no rule at all"),
        Fault("faint", "print", rules.fade, 0.4, 0.25, "of full blackness"),
        Fault("filled", "print", rules.fill_cells, 1, 2.5, "times a pastel's depth"),
        Fault("seal", "ink", ink.put_seal, 0.7, 0.95, "opacity"),
        Fault("chop", "ink", ink.put_chop, 0.7, 0.95, "opacity"),
        Fault("stamp", "ink", ink.put_stamp, 0.6, 0.85, "opacity"),
        Fault("handwriting", "ink", ink.scribble, 5, 9, "mm, height of letters"),
        Fault("watermark", "ink", ink.put_watermark, 0.12, 0.25, "opacity"),
        Fault("bleed", "paper", paper.bleed_through, 0.12, 0.25, "of full blackness"),
        Fault("specks", "paper", paper.specks, 1.5, 6, "specks per square cm"),
        Fault("holes", "paper", paper.punch_holes, 2, 4, "holes"),
        Fault("uneven", "paper", paper.shade, 0.75, 0.5, "of full light in the dark corner"),
        Fault("skew", "lens", lens.skew, 1.5, 5, "degrees"),
        Fault("sideways", "lens", lens.side_turn, 1, 1, "90 or 270 degrees, page by page"),
        Fault("overturned", "lens", lens.quarter_turn, 180, 180, "degrees"),
        Fault("perspective", "lens", lens.perspective, 0.01, 0.03, "of a side, per corner"),
        Fault("curl", "lens", lens.curl, 1.5, 4, "mm that lines bend"),
        Fault("spread", "lens", None, 2, 2, "pages on one sheet"),
        Fault("border", "lens", paper.dark_border, 5, 10, "mm of dark bed"),
        Fault("grey", "file", None, 1, 1, "no colour"),
        Fault("jpeg", "file", None, 70, 40, "quality"),
        Fault("fax", "file", None, 0.65, 0.5, "threshold, of white; TIFF, group 4"),
        Fault("bilevel", "file", None, 0.65, 0.5, "threshold, of white; PDF, group 4"),
        Fault("streaks", "lens", paper.streak, 1, 3, "lines over the whole sheet"),
    )
}


def parse_faults(text: str) -> list[tuple[Fault, float]]:
    """`seal:hard+skew:2` → faults with amounts, in the order of their causes; `clean` is none.

    Raises ValueError for a fault that is not known.
    """
    found = []
    for part in text.split("+"):
        name, _, level = part.partition(":")
        if name == "clean":
            continue
        if name not in FAULTS:
            raise ValueError(f"no fault is named {name!r}; known: {', '.join(FAULTS)}")
        found.append((FAULTS[name], FAULTS[name].amount(level or "ordinary")))
    return sorted(found, key=lambda pair: CAUSES.index(pair[0].cause))


def spoil(
    sheets: Sequence[Sheet], faults: Sequence[tuple[Fault, float]], seed: int, font: str
) -> list[Sheet]:
    """The pages with all faults; `font` is the file from which stamps take their letters.

    Faults of cause `set` are the typesetter's: see `typeset`.
    """
    random = np.random.default_rng(seed)
    spoilt = list(sheets)
    for fault, amount in faults:
        if fault.name == "spread":
            spoilt = lens.two_up(spoilt)
        elif fault.cause == "file":
            spoilt = [_code(sheet, fault.name, amount) for sheet in spoilt]
        elif fault.make is not None:
            make = fault.make
            if fault.name in ("seal", "chop", "stamp", "watermark"):
                make = partial(make, font=font)
            backs = [*spoilt[1:], spoilt[0]]
            spoilt = [
                make(sheet, amount, random, back=back)
                if fault.name == "bleed"
                else make(sheet, amount, random)
                for sheet, back in zip(spoilt, backs, strict=True)
            ]
    return [paper.grain(sheet, GRAIN, random) for sheet in spoilt]


def _code(sheet: Sheet, name: str, amount: float) -> Sheet:
    if name == "jpeg":
        return replace(sheet, quality=round(amount))
    if name in ("fax", "bilevel"):
        # The threshold of the machine: under a low one hairlines and the tails of commas go.
        return replace(sheet, coding=name, quality=round(255 * amount))
    return replace(sheet, coding="grey")
