"""Names that differ from a known one by their ending alone, as those of other levels do.

A county has 综合行政执法大队, its city 支队 and its towns 队; 税务分局 is a branch of a 税务局, and
信访办 the office of a known field. Such a name is another body and no misreading: recognition
takes characters for others of their shape, and so makes no other ending of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_KINDS = re.compile("(?:[大支中总](?=队$)|[分支](?=局$)|[分总](?=站$)|分(?=(?:院|中心|公司)$))")
"""What tells a branch or a level in front of an ending."""
_OFFICES = ("办公室", "中心", "办", "局", "所", "站", "队")
_OF_TOWN = re.compile("[镇乡]$|街道$|苏木$")


def is_other_body(text: str, known: str, place: str, is_field: Callable[[str], bool]) -> bool:
    """Whether `text`, near to the name `known`, is regularly the name of another body.

    Both stand behind their `place`. `is_field`: whether a text is what a department is in charge
    of (信访). A sign of the level that is missing may have been lost, so that a county's 执法队
    is near to its 执法大队; bodies of towns have none, and the lists have no bodies of towns.
    """
    if text != known and _without_kind(text) == _without_kind(known):
        return _KINDS.search(text) is not None or _OF_TOWN.search(place) is not None
    if len(known) < len(text) + 2:  # by one character it may be misread
        return False
    return any(text.endswith(end) and is_field(text.removesuffix(end)) for end in _OFFICES)


def _without_kind(name: str) -> str:
    return _KINDS.sub("", name)
