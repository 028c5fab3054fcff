"""Which way up the page is, and the quarter turn that mends it.

Three witnesses, each asked where those before it are not sure: the ink (how lines run, where the
commas stand), the orientation model, and the recogniser, which reads a few lines all four ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.model import Raster, Step
from pipeline.scan.ink import Mask
from pipeline.scan.prepare.lie import Lie, ink_to_lie
from pipeline.scan.prepare.sketch import Sketch, sketch
from pipeline.scan.prepare.trial import read_downwards, read_sample
from pipeline.scan.rulings import ink_without_rulings

if TYPE_CHECKING:
    from pipeline.ocr.engine import OcrEngine

SURE = 0.8
"""What an engine says of the orientation counts from this score."""
CLEAR = 2.0
"""So many times as many characters must read well one way as any other to settle it."""
LEAST = 3.0
"""And at least so many: a word or two may read like another upside down."""
HINT = 1.0
"""As much, though it settles nothing, is a better guess than none."""
LYING = 0.25
"""The share of the best reading from which the reading a quarter further on is the upright one."""
STACKED = 0.5
"""The share of the best reading from which characters read apart show that they form a stack."""
ALONE = 0.95
"""From this score the model is believed alone, where there is text enough."""
QUARTERS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Turn:
    """Degrees clockwise that make the page upright, who said so, and whether that is certain."""

    degrees: int
    witness: str = "ink"
    certain: bool = True


def turn_upright(
    raster: Raster, engine: OcrEngine | None, seen: Sketch | None = None
) -> tuple[Raster, Step]:
    """The picture turned by a quarter, or by several, so that its text stands upright.

    `seen` is the sketch of the picture, where it was made already.
    """
    found = find_turn(raster, engine, seen)
    facts = (("degrees", found.degrees), ("witness", found.witness))
    doubt = () if found.certain else (("doubtful", 1),)
    return turn(raster, found.degrees), Step("orientation", found.degrees != 0, (*facts, *doubt))


def find_rotation(raster: Raster, engine: OcrEngine | None) -> int:
    """Degrees clockwise, a multiple of 90, by which the picture must be turned to be upright."""
    return find_turn(raster, engine).degrees


def find_turn(raster: Raster, engine: OcrEngine | None, seen: Sketch | None = None) -> Turn:
    """As `find_rotation`, with the witness."""
    # How lines lie shows on a small picture too.
    seen = seen or sketch(raster)
    small, unit = seen.raster, seen.unit
    mask = ink_without_rulings(seen.mask, unit, seen.dots)
    lie = ink_to_lie(mask, unit)
    if lie.blank or (lie.sure_of_axis and not lie.sideways and _sure_upright(lie)):
        return Turn(0)
    own = _own_turn(lie, mask, unit)
    if engine is None:
        return own
    lies, score = engine.orientation(small.pixels)
    told = (360 - lies) % 360
    # On pages with little text the model errs, at a high score too: there another must agree.
    alone = score >= ALONE and lie.sure_of_axis and _may_be(told, lie) and not own.certain
    if alone or (score >= SURE and own.certain and told == own.degrees):
        return Turn(told, "model")
    model = Turn(told, "model", certain=False)
    guesses = (own, model) if own.certain else (model, own)
    told_enough = score >= SURE and _may_be(told, lie)
    # Where characters stand as far below as beside each other, the ink may be wrong about the axis.
    against = score >= SURE and not _may_be(told, lie)
    allowed = [q for q in QUARTERS if against or not lie.sure_of_axis or _may_be(q, lie)]
    return _by_reading(raster, lie, guesses if told_enough else (own,), allowed, engine)


def _sure_upright(lie: Lie) -> bool:
    return lie.sure_of_end and not lie.overturned


def _own_turn(lie: Lie, mask: Mask, unit: float) -> Turn:
    """The turn that the ink speaks for; certain when both its axis and its end are."""
    base = 0
    if lie.sideways:
        base = 90
        lie = ink_to_lie(np.ascontiguousarray(np.rot90(mask, k=-1)), unit)
    return Turn((base + 180) % 360 if lie.overturned else base, certain=lie.overturned is not None)


def _may_be(degrees: int, lie: Lie) -> bool:
    """Whether the way that lines run allows the turn."""
    return not lie.known or (degrees % 180 != 0) == lie.sideways


def _by_reading(
    raster: Raster, lie: Lie, guesses: Sequence[Turn], allowed: Sequence[int], engine: OcrEngine
) -> Turn:
    """The turn, of those allowed, in which a sample of lines reads best by far.

    Else the first guess that reads about as well as any, and in doubt.
    """
    read = {quarter: read_sample(turn(raster, quarter), engine) for quarter in allowed}
    best, second = sorted(read, key=lambda quarter: -read[quarter])[:2]
    if read[best] >= LEAST and read[best] >= CLEAR * read[second]:
        upright = _upright(best, read)
        if upright == best and _is_stack(raster, best, read[best], engine):
            return Turn((best + 90) % 360, "reading")
        return Turn(upright, "reading", certain=upright == best or _may_be(upright, lie))
    fair = [guess for guess in guesses if CLEAR * read.get(guess.degrees, 0.0) >= read[best]]
    if fair or read[best] < HINT:
        return replace((fair or list(guesses))[0], certain=False)
    return Turn(_upright(best, read), "reading", certain=False)


def _upright(best: int, read: Mapping[int, float]) -> int:
    """The turn that reads best, or the one a quarter further on where that reads fairly too.

    Recognisers are trained on lines printed downwards that were turned anticlockwise: stacks of
    names read well lying so, and better than the short lines beside them read upright. Turned
    clockwise nothing reads.
    """
    further = (best + 90) % 360
    return further if read.get(further, 0.0) >= max(LEAST, LYING * read[best]) else best


def _is_stack(raster: Raster, best: int, well: float, engine: OcrEngine) -> bool:
    """Whether what reads best lying are characters that each read upright a quarter further on.

    Lines that lie so give single characters that lie, which no recogniser reads.
    """
    downwards = read_downwards(turn(raster, (best + 90) % 360), engine)
    return downwards >= max(LEAST, STACKED * well)


def turn(raster: Raster, degrees: int) -> Raster:
    """The picture turned clockwise by a multiple of 90 degrees."""
    if degrees % 360 == 0:
        return raster
    turned = np.rot90(raster.pixels, k=-(degrees // 90) % 4)
    return Raster(np.ascontiguousarray(turned), raster.dpi)
