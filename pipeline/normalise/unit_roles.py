"""What stands beside names in a unit cell: 牵头, 配合, 负责, 等, 会同 → roles, single names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.normalise.organs import Organs

_LEADING = "牵头|主办|主责|负责牵头|牵头负责|牵头单位|主办单位|牵头部门|主责单位"
_HELPING = (
    "责任|配合|协办|协同|参与|参加|配合单位|协办单位|责任单位|责任部门|配合部门|参与单位|"
    "参加单位|协助单位|承办单位|完成单位|实施单位|落实单位|任务单位"
)
LABEL = re.compile(rf"(?<![^\s、，,；;。（(])(?:({_LEADING})|({_HELPING}))\s*[:：]\s*")
_LEADS = re.compile(r"(?<=.)(?:共同|联合)?(?:牵头负责|负责牵头|牵头抓总|牵头落实|牵头|主办)$")
_HELPS = re.compile(
    r"(?<=.)(?:(?:按(?:照)?(?:各自)?职责(?:分工)?|分别|共同|具体|按分工)*"
    r"(?:负责落实|负责实施|负责|配合落实|参与配合|配合|协办|协助|参与)|按(?:照)?职责分工(?:落实)?)$"
)
_MARK = "[（(](?:牵头(?:单位|部门|负责)?|主办)[）)]"
_LEAD_MARK = re.compile(rf"{_MARK}$")
_TO_MARK = re.compile(rf".+?{_MARK}|.+")
FIRST_LEADS = re.compile(r"[（(][^（()）]*(?:第一|首位)[^（()）]*牵头[^（()）]*[）)]")
_AND_OTHERS = re.compile(r"^(.+?)等(?:[和、及]?)(.*)$")
_GENERIC = re.compile(r"(?:\d+|[一二三四五六七八九十]+)?(?:个)?(?:部门|单位)?(?:和单位)?")
_TOGETHER = re.compile(r"(?<=.)会同(?=.)")


_FIRST_RULE = re.compile(
    "(?:第一|首)(?:位|个)?(?:者|的)?(?:责任)?(?:单位|部门)?[为是](?:各项|该项|本项)?(?:工作|任务)?的?牵头"
)


def says_first_leads(text: str) -> bool:
    """Whether a header or a letter says that the first unit leads: 列第一位者为牵头单位."""
    return _FIRST_RULE.search("".join(text.split())) is not None


@dataclass(frozen=True, slots=True)
class Item:
    """Text between two separators, and the separator after it."""

    text: str
    after: str
    leads: bool = False


def with_roles(items: Sequence[Item], known: Organs, is_body: Callable[[str], bool]) -> list[Item]:
    """Take 牵头, 负责, 配合 and 等 off the items; 牵头 reaches back to the clause's beginning.

    What `is_body` stays whole: 县政协办 has no 协办.
    """
    found: list[Item] = []
    clause = 0
    for item in _behind_marks(items):
        text = item.text.removeprefix("由")
        whole = is_body(text)
        leads = not whole and _LEADS.search(text) is not None
        if not whole:
            text = _LEADS.sub("", text) if leads else _HELPS.sub("", text)
        marked = _LEAD_MARK.search(text) is not None
        text = _LEAD_MARK.sub("", text)
        if leads:
            found[clause:] = [Item(one.text, one.after, True) for one in found[clause:]]
        lead = item.leads or leads or marked
        found += [Item(name, item.after, lead) for name in _others(text, known)]
        if item.after != "、":
            clause = len(found)
    return found


def _behind_marks(items: Sequence[Item]) -> Iterator[Item]:
    """Items parted behind a mark that one leads, which ends a name: 县发改局（牵头）县财政局."""
    for item in items:
        *first, last = _TO_MARK.findall(item.text)
        yield from (Item(text, "、", item.leads) for text in first)
        yield Item(last, item.after, item.leads)


def _others(text: str, known: Organs) -> list[str]:
    """Names in `X等`, `X等有关部门`, `X等和各省级人民政府`, `X会同Y`."""
    match = _AND_OTHERS.match(text)
    if match and (known.is_organ(match[1]) or not match[2]):
        if not _GENERIC.fullmatch(match[2]):
            return [*_others(match[1], known), match[2]]
        return _others(match[1], known)
    halves = _TOGETHER.split(text)
    if len(halves) > 1 and all(known.is_organ(half) for half in halves):
        return halves
    return [text] if text else []
