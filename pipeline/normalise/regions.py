"""Places: that of the notice, those above it, and the places that names of units begin with.

岳阳县人民政府办公室 belongs to 岳阳县; in its notice, 县 of 县发改局 is 岳阳县. What 市 is
there is known only where the notice itself names one city as a government.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.model import Document

CENTRE = "中央"
# No place is named by 局, 委 …; none but a few districts (市北区) begins with a word of a level.
_HAN = "(?:(?![局委办厅院部署处])[\u3400-\u9fff])"
_BEGIN = "(?![省县区旗盟各团])(?!市(?![中南北]区))"
# 荆州市 is no 荆州 + 市, 沙市区 no 沙市 + 区: what has one character before its word is no place by
# itself, but for counties (忠县). 开发区, 园区 … are zones and no districts.
_PLACE = (
    f"{_BEGIN}(?:{_HAN}{{2,11}}?自治[区州县旗]|{_HAN}{{2,4}}?(?:省|地区)"
    f"|{_HAN}{{2,7}}?(?:[市盟旗州]|林区)|{_HAN}{{1,5}}?县"
    f"|(?<=[市州])[城郊矿]区|{_HAN}{{2,4}}?(?<![发园景假范税新开护贸片])(?<!集中)(?<!集聚)区|{_HAN}{{2,4}}?(?<!高)新区)"
)
_TOWN = f"{_BEGIN}{_HAN}{{2,6}}?(?:街道|[镇乡])(?![市县区])"
_CHAIN = re.compile(f"(?:{_PLACE})+")
_LONG_CHAIN = re.compile(f"(?:{_PLACE}|{_TOWN})+")
_LINK = re.compile(f"{_PLACE}|{_TOWN}")
_OF_CENTRE = re.compile(
    r"^(?:中共中央|中央|国务院|国家|中华人民共和国|全国)|^[^县市省区州]{2,8}部$"
)
_NAMED = re.compile(rf"[《〈“、，。；：（(]({_PLACE})(?=人民政府|委员会|委办公室|政府办公室)")
_WORD = re.compile(r"自治[区州县旗]$|地区$|林区$|街道$|苏木$|.$")
_RANKS = {"centre": 0, "province": 1, "city": 2, "county": 3, "town": 4}


@dataclass(frozen=True, slots=True)
class Region:
    """A place that has a government. `level`: centre, province, city, county or town."""

    name: str
    level: str

    @property
    def word(self) -> str:
        """What its level is called: 县 of 岳阳县, 州 of 黔南布依族苗族自治州."""
        found = _WORD.search(self.name)
        word = found.group() if found else ""
        return word[-1] if word.startswith("自治") and word != "自治区" else word

    @property
    def bare(self) -> str:
        """The name without the word of its level: 岳阳; "" where that leaves nothing to know."""
        plain = self.name.removesuffix(self.word) if "自治" not in self.name else ""
        return plain if len(plain) > 1 else ""


@dataclass(frozen=True, slots=True)
class Regions:
    """The place of the notice, and the places above it that the notice tells."""

    own: Region | None = None
    above: tuple[Region, ...] = ()

    def of_word(self, word: str) -> Region | None:
        """The place that a word of a level (县, 市, 省) means in this notice."""
        for region in (self.own, *self.above):
            if region is not None and word in (region.word, region.word[-1]):
                return region
        return None

    def of_bare(self, name: str) -> Region | None:
        """The one place of this name without its word: 岳阳 in 国网岳阳供电公司."""
        found = [r for r in (self.own, *self.above) if r is not None and r.bare == name]
        return found[0] if len(found) == 1 else None


def to_region(name: str, levels: dict[str, str]) -> Region:
    """A printed place with its level."""
    level = next((level for word, level in levels.items() if name.endswith(word)), "county")
    return Region(name, level)


def to_places(text: str) -> tuple[str, ...]:
    """The places that `text` is made of: 长沙市开福区 → 长沙市, 开福区; () when it is no place.

    Towns are none here: their names are too much like words.
    """
    if not _CHAIN.fullmatch(text):
        return ()
    links = tuple(_LINK.findall(text))
    return links if "".join(links) == text else (text,)


def letter_to_regions(letter: Document, texts: Sequence[str], levels: dict[str, str]) -> Regions:
    """The places of a notice: from its issuer, else who signed or printed it, else its title."""
    for source in (letter.issuer, letter.signed_by, letter.printed_by, letter.title):
        for issuer in (source or "").split("、"):
            places = leading_places(issuer.removeprefix("中共"), towns=True)
            if places:
                chain = [to_region(place, levels) for place in places]
                return Regions(chain[-1], (*reversed(chain[:-1]), *_above(chain, texts, levels)))
            if issuer != letter.title and _OF_CENTRE.search(issuer):
                return Regions(Region(CENTRE, "centre"))
    return Regions()


def leading_places(text: str, *, towns: bool = False) -> tuple[str, ...]:
    """The places that `text` begins with, the largest first."""
    found = (_LONG_CHAIN if towns else _CHAIN).match(text)
    return tuple(_LINK.findall(found.group())) if found else ()


def _above(
    chain: Sequence[Region], texts: Iterable[str], levels: dict[str, str]
) -> tuple[Region, ...]:
    """The one city and the one province that the texts name as governments, if one."""
    known = {region.level for region in chain}
    rank = _RANKS[chain[-1].level]
    counts = Counter(name for text in texts for name in _NAMED.findall(text))
    found: dict[str, list[Region]] = {}
    for name in counts:
        region = to_region(name, levels)
        if _RANKS[region.level] < rank and region.level not in known:
            found.setdefault(region.level, []).append(region)
    return tuple(regions[0] for regions in found.values() if len(regions) == 1)
