"""Whether a string looks like the name of an organ, a company or another body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.config import Units

_LONGEST = 40
_LEVEL = "省市县区州旗盟镇乡"
# 市场, 县级, 区域 … are words and no levels.
_BEGINNING = re.compile(
    rf"[{_LEVEL}](?![场级域属容内外])(?!政(?!府|协))|各|中共|国家|国网|中国|驻"
    rf"|[^{_LEVEL}]{{2,3}}[县市区州旗]"
)
_WHOLE = ("法院", "检察院")  # short, yet no tails of longer names
_PLACES = ("省", "市", "县", "区", "州", "旗", "盟", "镇", "乡", "街道", "园")
_ADMINISTRATIVE = re.compile(rf"^(?:中共)?[{_LEVEL}]")
# How the second half of a wrapped name begins.
_TAILS = (
    *(
        "办公",
        "委员",
        "管委",
        "管理委",
        "领导小",
        "政府",
        "人民政",
        "服务中",
        "指挥",
        "街道",
        "分局",
    ),
    *("镇人民", "乡人民", "镇政府", "乡政府", "区管", "有限公司", "有限责任", "股份有限"),
)
# 中国人民银行 / 望潮县支行: a branch named by its place alone goes on from the body it belongs to.
_BRANCH = re.compile(
    r".{0,4}[省市县区州旗](?:分|支)(?:行|局|公司|队|中心|店|院|校|社)|.{0,4}[省市县区州旗]大队"
)
_BRACKETS = re.compile(r"[（(〔\[][^（(〔\[）)〕\]]*[）)〕\]]")
_NO_NAME = re.compile(r"[。；;：:？！?!]")


@dataclass(frozen=True, slots=True)
class Organs:
    """Endings of names of bodies, the length of the longest, and words of collectives."""

    endings: frozenset[str]
    longest: int
    collectives: tuple[str, ...]

    def is_organ(self, unit: str) -> bool:
        """Whether `unit` may be one body or a collective (各乡镇人民政府, 有关单位)."""
        name = _BRACKETS.sub("", unit)
        if not name or len(unit) > _LONGEST or _NO_NAME.search(name):
            return False
        return self.is_collective(name) or self.stem(name) is not None

    def is_collective(self, name: str) -> bool:
        """Whether `name` stands for several bodies; 各 or 有关 alone begins a wrapped one."""
        return name.startswith(self.collectives) and (len(name) > 2 or self.stem(name) is not None)

    def stem(self, name: str) -> str | None:
        """What stands before the ending; None when nothing known ends the name, or too little."""
        for size in range(min(self.longest, len(name)), 0, -1):
            ending = name[-size:]
            if ending in self.endings:
                stem = name[:-size]
                own = _ADMINISTRATIVE.sub("", stem)
                if len(ending) == 1:
                    return stem or None
                if name == ending or len(own) != 1:
                    return stem
        return None

    def is_self_standing(self, unit: str) -> bool:
        """Whether `unit` may be a whole name and not the tail of a wrapped one (办公室)."""
        name = _BRACKETS.sub("", unit)
        if self.is_collective(name):
            return True
        stem = self.stem(name)
        return (
            stem is not None
            and not self.is_tail(name)
            and (len(stem) > 1 or stem in tuple(_LEVEL) or name in _WHOLE)
        )

    def is_tail(self, name: str) -> bool:
        """Whether `name` is how longer names go on: 办公室, 人民政府, 服务中心, 望潮县支行."""
        return name.startswith(_TAILS) or self.is_branch(name)

    def is_branch(self, name: str) -> bool:
        """Whether `name` is a branch named by its place alone: 望潮县支行."""
        return _BRANCH.fullmatch(name) is not None

    def is_place(self, name: str) -> bool:
        """Whether `name` is a county, a town …, which may be the head of a longer name."""
        return name.endswith(_PLACES) and not self.is_collective(name)

    def begins_name(self, text: str) -> bool:
        """Whether `text` begins as names of bodies do: 县, 市, 各 …, or a place's name."""
        return _BEGINNING.match(text) is not None


@lru_cache(maxsize=8)
def organs(units: Units) -> Organs:
    """The endings for these settings; built once."""
    endings = frozenset(units.endings)
    return Organs(endings, max(map(len, endings), default=0), tuple(units.collectives))
