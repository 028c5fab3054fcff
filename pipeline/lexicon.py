"""Chinese words: how likely a text is, cut into the words of jieba's dictionary and of notices."""

from __future__ import annotations

import logging
import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.characters import is_han

if TYPE_CHECKING:
    import jieba

USUAL = 500
"""How often a word of notices stands among the sixty million of jieba's dictionary, at least."""
PARTS, PARTS_LISTED = 4.0, 8.0
"""By how much, as a log, two sides of a mark in a word are likelier without it; of a 、."""
_RUN = re.compile(r"[\d\u4e00-\u9fff]+")
NAME = 2
"""Characters of a given name."""
AROUND = 4
"""Characters on each side that make words with one: longer words are few."""


@lru_cache(maxsize=20_000)
def likelihood(text: str) -> tuple[float, tuple[str, ...]]:
    """Log-likelihood of the best cut into words (unigrams), and the words of that cut."""
    words = dictionary()
    route: dict[int, tuple[float, int]] = {}
    words.calc(text, words.get_DAG(text), route)
    return (route[0][0] if text else 0.0), tuple(_cut(text, route))


def _cut(text: str, route: dict[int, tuple[float, int]]) -> Iterator[str]:
    at = 0
    while at < len(text):
        end = route[at][1] + 1
        yield text[at:end]
        at = end


def gain(before: str, letter: str, other: str, after: str) -> float:
    """By how much the text is likelier with another character in place of one, as a log.

    `before` and `after` are what stands beside it; up to `AROUND` characters of them count.
    """
    left, right = before[-AROUND:], after[:AROUND]
    return likelihood(left + other + right)[0] - likelihood(left + letter + right)[0]


def parts_word(left: str, mark: str, right: str) -> bool:
    """Whether a mark stands inside a word: its two sides are far likelier words without it.

    Between single words of a list (县、乡、村) they may be likelier by a little. Of 525 marks that
    notices print one does, of those set into their words half.
    """
    one, other = left[-AROUND:], right[:AROUND]
    least = PARTS_LISTED if mark == "、" else PARTS
    return likelihood(one + other)[0] - likelihood(one)[0] - likelihood(other)[0] > least


@dataclass(frozen=True, slots=True)
class Rival:
    """Another character for that at a place of a line: its probability, and the log-odds for it.

    `makes_word`: it makes a word with what stands beside it, and that which was read makes none.
    """

    at: int
    letter: str
    probability: float
    odds: float
    makes_word: bool


def best_rival(
    text: str,
    scores: Sequence[float],
    rivals: Sequence[Sequence[tuple[str, float]]],
    before: str = "",
    after: str = "",
) -> Rival | None:
    """The likeliest other Chinese character of a recognised line; None where there is none.

    What the words around say (`gain`) and what recognition says of the two are weighed together, as
    in a noisy channel (Kernighan, Church and Gale 1990, “A spelling correction program based on a
    noisy channel model”). `scores` and `rivals` are the probabilities of the characters read and
    what else each may be, both empty where that is not known; `before` and `after` is the text of
    the lines beside.
    """
    whole = before + text + after

    def sides(at: int) -> tuple[str, str]:
        place = len(before) + at
        return whole[max(0, place - AROUND) : place], whole[place + 1 : place + 1 + AROUND]

    best: tuple[float, int, str, float, float] | None = None
    for at, others in enumerate(rivals):
        for letter, probability in others:
            if not (is_han(letter) and is_han(text[at])):
                continue
            left, right = sides(at)
            channel = math.log(probability / max(scores[at], probability))
            odds = channel + gain(left, text[at], letter, right)
            if best is None or odds > best[0]:
                best = (odds, at, letter, probability, channel)
    if best is None:
        return None
    odds, at, letter, probability, channel = best
    left, right = sides(at)
    place = len(before) + at
    put = whole[:place] + letter + whole[place + 1 :]
    if odds > channel and not stands_among_words(put, place):
        return Rival(at, letter, probability, channel, makes_word=False)
    makes = _is_in_word(left, letter, right) and not _is_in_word(left, text[at], right)
    return Rival(at, letter, probability, odds, makes)


def stands_among_words(text: str, place: int) -> bool:
    """Whether a text beside the word at a place is mostly words of several, or numbers.

    In a list of names that is not so: 龙亭 is a word, and in 彭达、曾龙亭、黄风静 it is not meant.
    A word longer than a given name speaks for itself.
    """
    words, others = 0, 0
    for run in _RUN.finditer(text):
        at = run.start()
        for word in likelihood(run.group())[1]:
            at += len(word)
            if at - len(word) <= place < at:
                if len(word) > NAME:
                    return True
                continue
            if len(word) > 1 or word.isdecimal():
                words += len(word)
            else:
                others += 1
    return words >= others


def _is_in_word(left: str, letter: str, right: str) -> bool:
    """Whether the best cut has a letter in a word of several."""
    end = 0
    for word in likelihood(left + letter + right)[1]:
        end += len(word)
        if end > len(left):
            return len(word) > 1
    return False


@lru_cache(maxsize=1)
def dictionary() -> jieba.Tokenizer:
    """jieba's dictionary and the words of notices, read on first need.

    jieba keeps a cache file where it may write one.
    """
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = tempfile.gettempdir()
    tokenizer.initialize()
    for word in policy_words():
        tokenizer.add_word(word, max(USUAL, tokenizer.FREQ.get(word) or 0))
    return tokenizer


def policy_words() -> list[str]:
    """The words of `policy_words.txt`."""
    text = Path(__file__).with_name("policy_words.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return [word for line in lines for word in line.split()]
