"""Characters: which are Chinese, blank or odd, and radicals mapped back to the characters meant.

Pure and the lowest layer: every place where text enters the program uses `map_radicals`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Property Equivalent_Unified_Ideograph of the block CJK Radicals Supplement, from U+2E80 in
# order (Unicode Character Database, EquivalentUnifiedIdeograph.txt, UAX #44); "·": none is given.
# NFKC leaves this block alone but for two characters, so the table has to stand here.
_SUPPLEMENT = (
    "·厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣"  # U+2E80
    "尢𡯂巳幺彑彐忄心扌攵·旡日月歺母"  # U+2E90
    "民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹"  # U+2EA0
    "纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹"  # U+2EB0
    "艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑"  # U+2EC0
    "钅長镸长门𨸏阝雨青韦页风飞食𩙿飠"  # U+2ED0
    "饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜"  # U+2EE0
    "龙龜亀龟"  # U+2EF0
)
_SUPPLEMENT_START = 0x2E80
_KANGXI = range(0x2F00, 0x2FD6)
_COMPATIBILITY = (range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
# Unicode equates U+2F3E with 戶, but mainland fonts draw it with the glyph of 户, and it is for 户
# that PDF writers give it (用⼾). It is the only radical where the two differ.
_MAINLAND = {0x2F3E: "户"}
# Fonts draw the Chinese dash 破折号 with one glyph for U+2014 and U+2015, as code tables do (GB
# 2312 A1AA is either), so a PDF writer may give the horizontal bar for it; no Chinese sign is one.
_DASH = {0x2015: "—"}

_HAN = (
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x323B0),
)
_HAN_SINGLE = frozenset("々〇〻")

# Numbers of headings and categories, in the order in which they count.
NUMERALS = "一二三四五六七八九十"
# White_Space of Unicode, and what takes no room or shows nothing.
_BLANK = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3164\ufeff\uffa0"
)
_ODD_CATEGORIES = frozenset({"Cc", "Co", "Cn", "Cs"})
# Punctuation of GB/T 15834 that Unicode keeps in blocks shared with Western text.
_SHARED_PUNCTUATION = frozenset("‘’“”—…·‥‧•")
# What may not begin a line (禁则, CLREQ 3.1.3) and therefore hangs over the end of a full one.
_HANGING = frozenset("，。、；：！？）》〉」』】”’,.;:!?)")


def _radical_table() -> dict[int, str]:
    table = {
        _SUPPLEMENT_START + place: character
        for place, character in enumerate(_SUPPLEMENT)
        if character != "·"
    }
    table.update({code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI})
    for block in _COMPATIBILITY:
        for code in block:
            # Singleton decompositions only: the twelve unified ideographs in the block stay.
            unified = unicodedata.normalize("NFC", chr(code))
            if unified != chr(code) and is_han(unified):
                table[code] = unified
    table.update(_MAINLAND)
    table.update(_DASH)
    return table


def map_radicals(text: str) -> str:
    """Replace CJK radicals and compatibility ideographs by the unified characters they stand for.

    The horizontal bar U+2015 becomes the dash U+2014 in the same way.

    One character becomes one character; nothing else changes (no NFKC: full-width forms stay).
    """
    return text if text.isascii() else text.translate(_RADICALS)


@lru_cache(maxsize=32768)
def is_han(ch: str) -> bool:
    """Whether `ch` is one Chinese character (unified or compatibility ideograph, 々, 〇)."""
    return ch in _HAN_SINGLE or any(ord(ch) in block for block in _HAN)


@lru_cache(maxsize=32768)
def is_odd(ch: str) -> bool:
    """Whether `ch` cannot be meant: private use, U+FFFD, control, surrogate or unassigned."""
    if ch == "\ufffd":
        return True
    return ch not in _BLANK and unicodedata.category(ch) in _ODD_CATEGORIES


def in_gb2312(character: str) -> bool:
    """Whether it is one of the common characters, 6,763 of them Chinese (GB/T 2312-1980)."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def is_blank(ch: str) -> bool:
    """Whether `ch` shows nothing: white space of any width, zero-width and filler characters."""
    return ch in _BLANK


def is_cjk_punctuation(ch: str) -> bool:
    """Whether `ch` is Chinese or full-width punctuation, or punctuation that Chinese shares."""
    if ch in _SHARED_PUNCTUATION:
        return True
    code = ord(ch)
    cjk = 0x3001 <= code <= 0x303F or 0xFE10 <= code <= 0xFE4F or 0xFF01 <= code <= 0xFF65
    return cjk and unicodedata.category(ch)[0] in "PS"


def hangs(ch: str) -> bool:
    """Whether `ch` begins no line, so that typesetters let it hang over the end of a full one."""
    return ch in _HANGING


@lru_cache(maxsize=1)
def common_han() -> frozenset[str]:
    """The 3,755 characters of GB/T 2312 level 1 and the 5,401 of Big5 level 1: everyday Chinese."""
    simplified = bytes(
        byte
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA)
        for byte in (row, cell)
    )
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(
        byte
        for row in range(0xA4, 0xC7)
        for cell in trails
        if (row, cell) <= (0xC6, 0x7E)
        for byte in (row, cell)
    )
    text = simplified.decode("gb2312") + traditional.decode("big5")
    return frozenset(text)


_RADICALS = _radical_table()
