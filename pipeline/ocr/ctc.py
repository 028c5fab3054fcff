"""Line pictures in, text out: the pure steps around the recognition network.

The network is a CTC recogniser (Graves et al. 2006): it gives, for each of T steps along the line,
a probability for every character and for the blank, class 0. The best path is decoded: the best
class per step, repeats merged, blanks dropped.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.characters import in_gb2312, is_han

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Picture, Rivals

BLANK = 0
SURE = 0.995
"""A character with this probability has no other width worth looking for."""
RIVAL = 1e-4
"""The least probability of what else a character may be."""
RIVALS = 3
"""As many of them are kept, the most likely."""
RARE = 20.0
"""Odds before any look that a character is of GB/T 2312 and not another one."""
LINE_HEIGHT = 48
"""Height in pixels that the network reads lines at (PP-OCR's `RecResizeImg`)."""
NARROWEST = 160
"""Width in pixels that narrower lines are padded to: the least that the models declare in their
`trt_dynamic_shapes`. PaddleX pads to 320, which costs twice the time on short cells and reads no
better."""
WIDEST = 3200
"""Width in pixels beyond which a line would be squeezed, and is cut in two instead."""


@dataclass(frozen=True, slots=True)
class CtcLine:
    """A decoded line. `steps`: the place of each character among the network's `length` steps.

    `scores`: the probability of each character at its peak, its other width counted with it;
    `rivals`: what else it may be, with the probability there, the most likely first.
    """

    text: str
    score: float
    steps: tuple[float, ...]
    length: int
    scores: tuple[float, ...] = ()
    rivals: tuple[Rivals, ...] = ()


def decode(probabilities: NDArray[np.float32], characters: Sequence[str]) -> list[CtcLine]:
    """Decode the best path of each line.

    `probabilities`: (lines, steps, classes); `characters`: the text of each class, the blank first.
    The score of a line is the mean of its characters' peaks, 0 for a line without characters.
    """
    best = probabilities.argmax(axis=2)
    return [_decode_line(b, p, characters) for b, p in zip(best, probabilities, strict=True)]


def _decode_line(
    best: NDArray[np.intp], probabilities: NDArray[np.float32], characters: Sequence[str]
) -> CtcLine:
    starts = np.flatnonzero(np.diff(best, prepend=-1) != 0)
    ends = np.append(starts[1:], len(best))
    text: list[str] = []
    firsts: list[float] = []
    scores: list[float] = []
    steps: list[float] = []
    rivals: list[Rivals] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        label = int(best[start])
        if label == BLANK:
            continue
        label = _usual(probabilities[start:end], label, characters)
        # The first step is where PaddleX takes the score; the middle is where the character is.
        text.append(characters[label])
        firsts.append(float(probabilities[start, label]))
        peak = start + int(probabilities[start:end, label].argmax())
        scores.append(_certainty(probabilities[peak], label, characters))
        rivals.append(_rivals(probabilities[peak], label, characters))
        steps.append((start + end) / 2)
    score = min(1.0, float(np.mean(firsts))) if firsts else 0.0
    return CtcLine("".join(text), score, tuple(steps), len(best), tuple(scores), tuple(rivals))


def _certainty(step: NDArray[np.float32], label: int, characters: Sequence[str]) -> float:
    """The probability of a character at a step, together with that of its other width.

    The networks cannot tell （ from ( and share the probability between the two.
    """
    certain = float(step[label])
    if certain < SURE:
        others = step.copy()
        others[label] = others[BLANK] = 0.0
        other = int(others.argmax())
        if fold_width(characters[other]) == fold_width(characters[label]):
            certain += float(others[other])
        elif others[other] > certain:  # a rare character, see `_usual`
            certain *= RARE
            certain /= certain + float(others[other])
    return min(1.0, max(0.0, certain))


def _usual(steps: NDArray[np.float32], label: int, characters: Sequence[str]) -> int:
    """The class of a character; of a rare one that may be a usual one, that (强 for 強).

    Notices print characters of GB/T 2312, and others in a few names: the odds of `RARE` to one.
    """
    letter = characters[label]
    if not is_han(letter) or in_gb2312(letter):
        return label
    peak = steps[int(steps[:, label].argmax())]
    likely = [at for at in np.flatnonzero(peak * RARE > peak[label]).tolist() if at != BLANK]
    usual = [at for at in likely if is_han(characters[at]) and in_gb2312(characters[at])]
    return max(usual, key=lambda at: float(peak[at]), default=label)


def _rivals(step: NDArray[np.float32], label: int, characters: Sequence[str]) -> Rivals:
    """What else a character may be, but for its other width."""
    if step[label] > 1 - RIVAL:
        return ()
    own = fold_width(characters[label])
    found = [(float(step[at]), characters[at]) for at in np.flatnonzero(step > RIVAL) if at]
    others = [one for one in sorted(found, reverse=True) if fold_width(one[1]) not in ("", own)]
    return tuple((letter, score) for score, letter in others[:RIVALS])


def fold_width(text: str) -> str:
    """Full-width letters and marks as half-width ones, blanks left out (NFKC)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def network_width(picture: Picture) -> int:
    """Width in pixels of a line picture once it is `LINE_HEIGHT` high."""
    height, width = picture.shape[:2]
    scaled: int = math.ceil(LINE_HEIGHT * width / height)
    return max(1, min(WIDEST, scaled))


def centres(line: CtcLine, width: int, padded: int) -> tuple[float, ...]:
    """Places of the characters as fractions of the picture.

    `width`: of the picture as the network saw it; `padded`: with its padding. Both in pixels.
    """
    pixels_per_step = padded / line.length
    return tuple(min(1.0, step * pixels_per_step / width) for step in line.steps)


def batches(widths: Sequence[int], most: int) -> list[list[int]]:
    """Group lines of like width: indices of lines, narrowest first.

    A batch holds at most `most` lines and `most * NARROWEST` pixels of width, padding included:
    the network's output, 18,710 classes per 8 pixels, decides how much memory is needed.
    """
    groups: list[list[int]] = []
    for index in sorted(range(len(widths)), key=lambda i: (widths[i], i)):
        width = max(NARROWEST, widths[index])
        group = groups[-1] if groups else []
        if group and len(group) < most and (len(group) + 1) * width <= most * NARROWEST:
            group.append(index)
        else:
            groups.append([index])
    return groups


def cut_wide(picture: Picture) -> list[Picture]:
    """Cut a line too wide for the network at its emptiest columns, left to right.

    A picture that fits comes back alone.
    """
    height, width = picture.shape[:2]
    if LINE_HEIGHT * width <= WIDEST * height:
        return [picture]
    third = width // 3
    contrast = np.ptp(picture[:, third : 2 * third].astype(np.int16).max(axis=2), axis=0)
    # The middle of the longest run of empty columns is between two words, not inside a character.
    empty = np.concatenate(([False], contrast <= contrast.min() + contrast.max() * 0.1, [False]))
    edges = np.flatnonzero(np.diff(empty.astype(np.int8)))
    runs = edges.reshape(-1, 2)
    start, end = runs[int(np.argmax(runs[:, 1] - runs[:, 0]))]
    at = third + int(start + end) // 2
    return [*cut_wide(picture[:, :at]), *cut_wide(picture[:, at:])]
