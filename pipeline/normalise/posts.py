"""What stands in a leader cell beside names: posts, roles, bodies, groups of persons.

县委常委、常务副县长 王建国 is one person; 各分管副县长 is nobody that can be named. Each kind is a
regular language over the words of `configs/names.toml`, so a piece of text is of it or is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from pipeline.config import Names, Settings
from pipeline.normalise.organs import Organs, organs
from pipeline.normalise.persons import MIDDLE_DOT

_HAN = "[\u3400-\u9fff]"
_WHO = "领导|县领导|市领导|区领导|责任人|负责人|单位|部门|同志|人|县长|组长"
_LEVEL = "[省市县区州旗盟镇乡]"
# A body inside the name of a post: 县公安局 in 县公安局局长.
_KINDS = "(?:局|委员会|委|办公室|办|厅|部|中心|院|公司|集团|银行|支行|站|会|社|校|队)"
# A place before a post (岳阳县委书记); 王建国县长 is a person and no place of that name.
_PLACE = f"{_HAN}{{2,3}}(?=(?:县|市|区|州|旗|镇|乡)(?!长))"

# Log-likelihoods of a piece being of its kind; a name of a person has about -10 to -16.
_POST, _POST_OF_BODY, POST_OF_PLACE = -2.0, -4.0, -17.0
_LONG_PLACE = -6.0
_LABEL, _STRANGE_LABEL, _BARE_LABEL = -1.0, -3.0, -3.0
_STRANGE_CHARACTER = (
    -7.0
)  # of a label: more than of a name, or 配合： would swallow whom it follows
_TAIL = -1.5
_SEVERAL = -2.0
_ORGAN, _ORGAN_ELSEWHERE = -9.0, -17.0
_ORGAN_CHARACTER = -0.5
_ELSEWHERE_CHARACTER = -4.0  # 崇超龙司 is the beginning of 崇超龙　司马庆俊
_OTHER, _OTHER_CHARACTER = -12.0, -10.0
_ENDS = (*_WHO.split("|"), "等", "同志", "：", ":")
_MEMO = 100_000  # texts kept with their kinds
LONGEST_POST = 24


class Sort(StrEnum):
    """What a piece of a leader cell is. The first five are parties."""

    PERSON = "person"
    POST = "post"
    GROUP = "group"
    COLLECTIVE = "collective"
    ORGAN = "organ"
    LABEL = "label"
    TAIL = "tail"
    NOTE = "note"
    OTHER = "other"

    __hash__ = str.__hash__  # an enumeration's own is slow


@dataclass(frozen=True, slots=True)
class PostWords:
    """Tests for the kinds of pieces; all patterns are made once for the settings."""

    any_sign: re.Pattern[str]
    body_end: re.Pattern[str]
    post: re.Pattern[str]
    post_of_body: re.Pattern[str]
    post_of_place: re.Pattern[str]
    label: re.Pattern[str]
    bare_label: re.Pattern[str]
    tail: re.Pattern[str]
    several: re.Pattern[str]
    rank: re.Pattern[str]
    rank_end: re.Pattern[str]
    organs: Organs
    ends: frozenset[str]  # characters that end any of these kinds
    memo: dict[str, tuple[tuple[Sort, float], ...]] = field(default_factory=dict, repr=False)

    def are_in(self, text: str) -> bool:
        """Whether anything but names may stand in `text`, which has no blanks."""
        return bool(self.any_sign.search(text) or self.body_end.search(text))

    def sorts(self, text: str) -> tuple[tuple[Sort, float], ...]:
        """The kinds that `text` may be, with log-likelihoods."""
        if text[-1] not in self.ends:
            return ()
        known = self.memo.get(text)
        if known is None:
            if len(self.memo) > _MEMO:
                self.memo.clear()
            known = self.memo[text] = tuple(self._sorts(text))
        return known

    def _sorts(self, text: str) -> Iterable[tuple[Sort, float]]:
        if text[-1] in "：:":
            yield self._label(text[:-1])
            return
        if self.tail.fullmatch(text):
            yield Sort.TAIL, _TAIL
        if self.bare_label.fullmatch(text):
            yield Sort.LABEL, _BARE_LABEL
        if self.several.match(text):
            if self.rank_end.search(text):
                yield Sort.GROUP, _SEVERAL
            elif self.organs.is_organ(text):
                yield Sort.COLLECTIVE, _SEVERAL
            return
        score = self._post(text)
        if score is not None:
            yield Sort.POST, score
        elif self._is_body(text):
            if self.organs.begins_name(text):
                yield Sort.ORGAN, _ORGAN + _ORGAN_CHARACTER * len(text)
            else:
                yield Sort.ORGAN, _ORGAN_ELSEWHERE + _ELSEWHERE_CHARACTER * len(text)

    def _is_body(self, text: str) -> bool:
        if len(text) < 3 or MIDDLE_DOT in text or self.rank.search(text):
            return False
        return self.organs.is_organ(text)

    def other(self, text: str) -> tuple[Sort, float]:
        """The likelihood of something that is of no kind."""
        return Sort.OTHER, _OTHER + _OTHER_CHARACTER * len(text)

    def _label(self, text: str) -> tuple[Sort, float]:
        if self.label.fullmatch(text) or self.post.fullmatch(text):
            return Sort.LABEL, _LABEL
        return Sort.LABEL, _STRANGE_LABEL + _STRANGE_CHARACTER * len(text)

    def _post(self, text: str) -> float | None:
        if not self.rank_end.search(text):
            return None
        if self.post.fullmatch(text):
            return _POST
        if self.post_of_body.fullmatch(text):
            return _POST_OF_BODY
        match = self.post_of_place.fullmatch(text)
        # 连云港市委书记 is less likely than a person of three characters and 市委书记.
        return POST_OF_PLACE + (_LONG_PLACE if len(match[1]) > 2 else 0.0) if match else None


def post_words(settings: Settings) -> PostWords:
    """The tests for these settings; built once, whatever the roster."""
    words = settings.names.model_copy(update={"roster": ()})
    return _post_words(words, organs(settings.units))


@lru_cache(maxsize=4)
def _post_words(names: Names, bodies: Organs) -> PostWords:
    ranks, parts = _any(names.posts), _any(names.post_parts)
    # No body has the name of a post in its own.
    body = f"(?:{_LEVEL}|经开区|高新区|开发区|园区)(?:(?!{ranks}|长){_HAN}){{2,7}}?{_KINDS}"
    groups, several = _any(names.parts), _any(names.several)
    label = f"(?:{groups})*(?:(?:{_LEVEL}|县级|市级)?(?:{_WHO})|{groups}|(?:副|总)?{ranks})"
    return PostWords(
        any_sign=re.compile(
            f'[()（）\\[\\]【】〔〕：:《》“”"0-9A-Za-z]|{ranks}|{several}|{groups}|同志|等'
        ),
        body_end=re.compile(_any(bodies.endings)),
        post=re.compile(f"(?:{parts}|{ranks})*{ranks}"),
        post_of_body=re.compile(f"(?:{parts})*(?:{body})?(?:{parts}|{ranks})*{ranks}"),
        post_of_place=re.compile(f"({_PLACE})(?:{parts})*(?:{body})?(?:{parts}|{ranks})*{ranks}"),
        label=re.compile(label),
        bare_label=re.compile(f"(?:{groups})+(?:{_WHO})?"),
        tail=re.compile(f"(?:等)?(?:同志|领导)?(?:{groups})*"),
        several=re.compile(several),
        rank=re.compile(ranks),
        rank_end=re.compile(f"{ranks}$"),
        organs=bodies,
        ends=frozenset(word[-1] for word in (*names.posts, *names.parts, *bodies.endings, *_ENDS)),
    )


def _any(words: Iterable[str]) -> str:
    ordered = sorted(dict.fromkeys(words), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, ordered))})" if ordered else "(?!)"
