"""Names printed from left to right: in rows, one a line, parted by signs or blanks, wrapped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from statistics import quantiles

from pipeline.normalise.persons import Judge
from pipeline.normalise.placed import Row
from pipeline.normalise.readings import Reading, cut_into_pieces

SEPARATORS = frozenset("、，,；;。．.|｜/／")
_DOT_FORMS = {"•": "·", "・": "·", "‧": "·", "∙": "·", "●": "·"}
_LONGEST_NAME = 5
_LONGEST_DOTTED = 20
_BLANK = 1.35  # a step wider than this, in usual steps, has a blank in it
_TOO_FAR_APART = 2.8  # characters between stacked columns, hardly ever more
_TWO_BLANKS = 3.2  # characters: wider than a padded two-character name is set
# Characters left on a line that is taken as full, beside the cell's padding, and with it at most.
_FULL_LINE, _FULL_LINE_PADDED = 1.1, 2.4

# Log-likelihoods of what lies between two characters, when both are of one name and when not.
_WITHIN_BLANK = -0.7
_WITHIN_SPREAD = -3.0
_WITHIN_TWO_BLANKS = -3.0
_WITHIN_FULL_LINE = -2.0
_WITHIN_SHORT_LINE = -5.0
_BETWEEN_TIGHT = -6.0
_BETWEEN_FORGOTTEN = -3.0


class Joint(Enum):
    """What lies between two neighbouring characters."""

    TIGHT = "tight"
    BLANK = "blank"
    TWO_BLANKS = "two blanks"
    SEPARATOR = "separator"
    FULL_LINE = "line end, line full"
    SHORT_LINE = "line end, room left"


@dataclass(frozen=True, slots=True)
class Chain:
    """Characters in reading order and the joint before each but the first."""

    characters: tuple[str, ...]
    joints: tuple[Joint, ...]

    @property
    def has_separators(self) -> bool:
        return Joint.SEPARATOR in self.joints

    @property
    def printed(self) -> tuple[str, ...]:
        """The pieces as printed, cut wherever something parts them."""
        pieces = list(self.characters[:1])
        for character, joint in zip(self.characters[1:], self.joints, strict=True):
            if joint is Joint.TIGHT:
                pieces[-1] += character
            else:
                pieces.append(character)
        return tuple(pieces)


def rows_to_chain(rows: Sequence[Row]) -> Chain:
    """Characters of `rows` line by line, with joints by their distances."""
    usual = usual_step(rows)
    characters: list[str] = []
    joints: list[Joint] = []
    pending: Joint | None = None
    full = min((row.room for row in rows), default=0.0) + _FULL_LINE
    for row in rows:
        steps = (None, *row.steps)
        for mark, step in zip(row.marks, steps, strict=True):
            if mark.text in SEPARATORS:
                pending = Joint.SEPARATOR
                continue
            if characters:
                joints.append(pending or _joint(step, usual))
            pending = None
            characters.append(_DOT_FORMS.get(mark.text, mark.text))
        wrapped = row.room < min(full, _FULL_LINE_PADDED)
        pending = pending or (Joint.FULL_LINE if wrapped else Joint.SHORT_LINE)
    return Chain(tuple(characters), tuple(joints))


def usual_step(rows: Sequence[Row]) -> float:
    """The lower quartile of the steps inside lines, in characters; 1 when there are none."""
    steps = [step for row in rows for step in row.steps]
    if not steps:
        return 1.0
    return max(0.8, quantiles(steps, n=4)[0] if len(steps) > 1 else steps[0])


def _joint(step: float | None, usual: float) -> Joint:
    # A cell that holds only spaced characters has a blank as its usual step.
    if step is None or step < _BLANK * min(usual, 1.3):
        return Joint.TIGHT
    return Joint.BLANK if step < _TWO_BLANKS else Joint.TWO_BLANKS


def chain_readings(chain: Chain, judge: Judge) -> list[Reading]:
    """The best readings of `chain` as names one after the other."""
    dotted = "·" in chain.characters
    within = _within(chain)
    between = _between(chain)

    def name(start: int, end: int) -> Iterable[Reading]:
        inner = chain.joints[start : end - 1]
        text = "".join(chain.characters[start:end])
        if Joint.SEPARATOR in inner or (end - start > _LONGEST_NAME and "·" not in text):
            return
        score = judge.score(text) + (between[start - 1] if start else 0.0)
        if score > -math.inf:
            yield Reading((text,), score + _spacing(inner, within[start : end - 1], end - start))

    longest = _LONGEST_DOTTED if dotted else _LONGEST_NAME
    return cut_into_pieces(len(chain.characters), longest, name)


def _spacing(inner: Sequence[Joint], within: Sequence[float], length: int) -> float:
    if length > 2 and Joint.BLANK in inner:
        # 李　德　军 is one name when all its characters are spaced alike, 王强　李 is not.
        spread = all(joint is Joint.BLANK for joint in inner)
        return _WITHIN_SPREAD if spread else -math.inf
    return sum(within)


def _within(chain: Chain) -> list[float]:
    wrapped = 0.0 if chain.has_separators else _WITHIN_FULL_LINE
    costs = {
        Joint.TIGHT: 0.0,
        Joint.BLANK: _WITHIN_BLANK,
        Joint.TWO_BLANKS: _WITHIN_TWO_BLANKS,
        Joint.SEPARATOR: -math.inf,
        Joint.FULL_LINE: wrapped,
        Joint.SHORT_LINE: _WITHIN_SHORT_LINE if not wrapped else wrapped + _WITHIN_SPREAD,
    }
    return [costs[joint] for joint in chain.joints]


def _between(chain: Chain) -> list[float]:
    line_end = _BETWEEN_FORGOTTEN if chain.has_separators else 0.0
    costs = {
        Joint.TIGHT: _BETWEEN_TIGHT,
        Joint.FULL_LINE: line_end,
        Joint.SHORT_LINE: line_end / 2,
    }
    return [costs.get(joint, 0.0) for joint in chain.joints]


def setting_score(rows: Sequence[Row]) -> float:
    """How well the distances fit text set from left to right: 0 or less."""
    usual = usual_step(rows)
    if usual <= 1.2:
        return 0.0
    return -1.0 if usual <= 1.4 else -2.5


def stack_score(rows: Sequence[Row]) -> float:
    """How well the distances fit names set downwards: 0 or less."""
    usual = usual_step(rows)
    down = [below.y - above.y for above, below in pairwise(rows) if above.part == below.part]
    score = 0.0 if usual > 1.25 else -1.5 if usual > 1.12 else -3.0
    if down and usual < 0.8 * min(down):
        score -= 1.0
    if usual > _TOO_FAR_APART:
        score -= 2.0
    return score
