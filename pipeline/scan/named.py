"""Characters of names: words tell nothing of them, but most names share some thousand characters.

A recogniser has seen few names. Where it reads a character that hardly any has and thought of one
that many have (艮 for 良), the line is in doubt; where it was not sure, the other one is taken.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.characters import is_han
from pipeline.config import Settings
from pipeline.lexicon import stands_among_words
from pipeline.scan.marks import LONGEST_NAME
from pipeline.scan.reading import Look

LEAST = 0.0025
"""The probability of a character of names from which another one is odd in a name."""
TAKEN = 0.04
"""Times the probability of a character that few names have, from which the other one is likelier.

Of 2,260 short or upright lines that were read right on bad scans, none had more than 0.013.
"""
MOST = 4
"""Characters of one line that are taken."""
_RUN = re.compile(r"[\u4e00-\u9fff]+")


def name_characters(settings: Settings) -> frozenset[str]:
    """The characters of known surnames, those frequent in given names, and rarer ones that are."""
    names = settings.names
    rows = (*names.surnames, *names.compound_surnames, *names.given)
    return _characters((*rows, settings.checks.name_characters))


@lru_cache(maxsize=8)
def _characters(rows: tuple[str, ...]) -> frozenset[str]:
    return frozenset("".join(rows))


def odd_in_name(look: Look, names: frozenset[str]) -> tuple[int, str, float] | None:
    """The place of a character that few names have, the other one and its probability.

    The likeliest where there are several; None in running text. `names`: the characters that many
    names have.
    """
    reading = look.reading
    found = [
        (p / max(score, p), at, other, p)
        for at, (letter, score, others) in enumerate(
            zip(reading.text, reading.char_scores or (), reading.char_rivals or (), strict=False)
        )
        if is_han(letter) and letter not in names
        for other, p in others
        if p > LEAST and other in names
    ]
    if not found or not _holds_names(look):
        return None
    _, at, other, p = max(found)
    return (at, other, p) if look.piece.stack or _stands_in_name(look, at, names) else None


def renamed(look: Look, names: frozenset[str]) -> Look:
    """The look with the characters that are likelier in names; it stays in doubt."""
    for _ in range(MOST):
        found, scores = odd_in_name(look, names), look.reading.char_scores
        if found is None or scores is None:
            break
        at, other, p = found
        if p < TAKEN * scores[at]:
            break
        look = look.corrected(look.reading.with_letter(at, other, p))
    return look


def _stands_in_name(look: Look, at: int, names: frozenset[str]) -> bool:
    """Whether the other characters of a run are those of names: in 县退役 they are not."""
    text, (before, after) = look.reading.text, look.beside
    place = len(before) + at
    for run in _RUN.finditer(before + text + after):
        if run.start() <= place < run.end():
            own = place - run.start()
            others = run[0][:own] + run[0][own + 1 :]
            return 0 < len(others) < LONGEST_NAME and all(letter in names for letter in others)
    return False


def _holds_names(look: Look) -> bool:
    """Whether what was read may be names: printed downwards or short, and no words."""
    text, (before, after) = look.reading.text, look.beside
    short = max((len(run) for run in _RUN.findall(text)), default=0) <= LONGEST_NAME
    whole = before + text + after
    return (bool(look.piece.stack) or short) and not stands_among_words(whole, len(whole))
