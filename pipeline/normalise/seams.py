"""Two known bodies without a sign between them: 县医疗保障局县团县委 → 县医疗保障局, 县团县委.

jieba cuts the text into words of the gazetteer alone, by the most likely way; a seam is a cut with
a known body on both sides.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

_SHORTEST = 6  # characters of two bodies
# Long words are likelier than the shorter ones that they are made of.
_WEIGHT_PER_CHARACTER = 4
_LEVELS = "省市县区州旗盟镇乡"


@dataclass(frozen=True, slots=True)
class Seams:
    """A segmenter of the names of one gazetteer."""

    words: jieba.Tokenizer

    def split(
        self, unit: str, is_body: Callable[[str], bool], follows: Callable[[str], bool]
    ) -> tuple[str, ...]:
        """The bodies that run together in `unit`, or `unit` alone. Its brackets are not opened.

        `follows`: whether a text is a body that begins anew behind another one.
        """
        if len(unit) < _SHORTEST or any(mark in unit for mark in "（("):
            return (unit,)
        cuts = list(accumulate(map(len, self.words.cut(unit, HMM=False))))[:-1]
        for cut in cuts:
            before, after = unit[:cut], unit[cut:]
            if min(cut, len(after)) > 2 and is_body(before):
                if follows(after):
                    return (before, after)
                rest = self.split(after, is_body, follows)
                if len(rest) > 1 and follows(rest[0]):
                    return (before, *rest)
        return (unit,)


def to_seams(names: Iterable[str]) -> Seams:
    """A segmenter that knows these names and the words of levels, and no others."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    words = {name: 10 ** min(8, _WEIGHT_PER_CHARACTER * len(name) // 2) for name in names}
    words |= dict.fromkeys(_LEVELS, 10)
    lines = "".join(f"{word} {count} n\n" for word, count in words.items())
    tokenizer = jieba.Tokenizer()
    # Its own dictionary in place of jieba's of everyday words, without a file between.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(io.BytesIO(lines.encode()))
    tokenizer.initialized = True
    return Seams(tokenizer)
