"""Known names near to one that no list holds: what it may be a misreading of, and what to try.

A unit looks misread when it is a known one but for a character that was lost, put in, or taken for
one of its shape; or when it is made of characters of a longer one (商粮局 of 商务粮食局). That is
told and never put in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from pipeline.normalise.likeness import Likeness

_SHOWN = 3
_LIKE = 0.55  # by Jaro and Winkler, to whom a like beginning says more
_LONG = 5  # characters from which one that differs is no other word
_GAP = "*"
_HIGH_ENDS = "厅部署"


@dataclass(frozen=True, slots=True)
class Near:
    """Known names near to a text; `misread`: the text looks like one of them read wrongly."""

    names: tuple[str, ...]
    misread: bool


class Nearest:
    """An index of known names: by what is left without one character, by single ones, by pairs."""

    def __init__(self, names: Iterable[str], shapes: Likeness) -> None:
        self._names = frozenset(name for name in names if len(name) > 1)
        self._shapes = shapes
        self._changed: dict[str, list[str]] = defaultdict(list)
        self._lost: dict[str, list[str]] = defaultdict(list)
        self._held: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._names):
            for at in range(len(name)):
                self._changed[name[:at] + _GAP + name[at + 1 :]].append(name)
                if len(name) > 3:
                    self._lost[name[:at] + name[at + 1 :]].append(name)
            for piece in (*name, *map("".join, pairwise(name))):
                self._held[piece].append(name)

    def misread(self, text: str) -> tuple[str, ...]:
        """The known names that `text`, which is none of them, may be a misreading of."""
        return tuple(dict.fromkeys((*self._one_off(text), *self._drawn_together(text))))

    def of(self, text: str) -> Near:
        """The known names near to `text`, which is none of them; the nearest first."""
        misread = self.misread(text)
        if len(misread) >= _SHOWN:
            return Near(misread[:_SHOWN], True)
        # Endings (局, 中心) are shared by too many.
        inner = text[: max(2, len(text) - 1)]
        pieces = list(inner) if len(text) < 4 else ["".join(pair) for pair in pairwise(inner)]
        pool = {name for piece in pieces for name in self._held.get(piece, ())}
        likeness = JaroWinkler.normalized_similarity
        close = process.extract(
            text, sorted(pool), scorer=likeness, limit=_SHOWN, score_cutoff=_LIKE
        )
        names = tuple(dict.fromkeys((*misread, *(name for name, _, _ in close))))
        return Near(names[:_SHOWN], bool(misread))

    def _one_off(self, text: str) -> Iterable[str]:
        """Names from which one character was taken, put in, or read as another."""
        for at in range(len(text)):
            for name in self._changed.get(text[:at] + _GAP + text[at + 1 :], ()):
                if name != text and self._is_slip(text, name, at):
                    yield name
        if len(text) > 2:
            yield from self._lost.get(text, ())
        if len(text) > 3:
            shorter = {text[:at] + text[at + 1 :] for at in range(len(text))}
            yield from sorted(shorter & self._names)

    def _is_slip(self, text: str, name: str, at: int) -> bool:
        if at == len(text) - 1 and text[at] in _HIGH_ENDS:
            return True  # 县教育厅: an ending of other levels
        alike = self._shapes.are_alike(text[at], name[at])
        return alike or (len(text) >= _LONG and at < len(text) - 1)

    def _drawn_together(self, text: str) -> Iterable[str]:
        """Names of which `text` has the first and the last character and others in their order."""
        if not 3 <= len(text) <= 4:
            return
        for name in self._held.get(text[0], ()):
            if name[0] == text[0] and name[-1] == text[-1] and len(name) > len(text) + 1:
                rest = iter(name)
                if all(character in rest for character in text):
                    yield name
