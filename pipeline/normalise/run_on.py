"""Two bodies without a sign between them: 县税务局县城管局, 县交通局（县港航中心）白鹭镇政府."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.model import Code, Severity
from pipeline.normalise.directory import Directory
from pipeline.normalise.organs import Organs
from pipeline.normalise.text import BRACKETS, bracketed
from pipeline.normalise.unit_roles import Item

EVERY = re.compile("各[省市县区州旗乡镇]")
"""How every body of a level begins, and goes on: 各乡 / 镇（街道）, 各县 / 区."""
_PLACED = re.compile("(?:中国|国网|国家)|(?!公司)[^省市县区州旗盟镇乡]{2,3}[县市区州旗](?=.{3})")
_GOVERNMENTS = re.compile("各[省市县区州旗乡镇]+(?:（[^）]*）)?(?:人民政府|政府)?")
_LEVEL = re.compile("[省县区州旗]|市(?!政[^府协])")
"""How a body of a level begins: 县发改局; 市政中心 is none of a city."""
_SHORTEST = 3  # characters of a body


def part_run_on(
    items: Sequence[Item], directory: Directory
) -> tuple[list[Item], list[tuple[Code, Severity, str]]]:
    """Items with bodies that run together parted, and a doubt for each."""
    found: list[Item] = []
    doubts: list[tuple[Code, Severity, str]] = []
    for item in items:
        pieces = _behind_brackets(item.text, directory)
        pieces = [name for piece in pieces for name in directory.parted(piece)]
        names = [name for piece in pieces for name in _before_places(piece, directory)]
        found += [Item(name, item.after, item.leads) for name in names]
        if len(names) > 1:
            message = f"no sign parts {item.text}, taken as {'、'.join(names)}"
            doubts.append((Code.UNIT_ODD, Severity.WARNING, message))
    return found, doubts


def _behind_brackets(unit: str, directory: Directory) -> list[str]:
    """`unit` parted where brackets end a body and what is behind them is another one for sure."""
    known = directory.organs
    for end, inside in _closings(unit, known):
        after = unit[end:]
        begins = known.begins_name(after)
        if known.is_collective(unit):
            another = begins and directory.is_body(after)
        else:
            # Another name of a body stands behind it in brackets; its place may stand within it.
            another = begins or directory.knows(after) or known.is_self_standing(inside)
        if another:
            return [unit[:end], *_behind_brackets(after, directory)]
    return [unit]


def _before_places(unit: str, directory: Directory) -> list[str]:
    """`unit` parted behind a known body where a name begins with its place: 县公安局 / 青溪县城投.

    A zone bears the bare name of the notice's place: 县委组织部 / 青溪高新技术产业园区管委会. What
    all towns are, no body has below it: 县应急局 / 各乡镇（街道）.
    Branches are named by their place as well: 市生态环境局青溪县分局 is no whole name behind its
    bureau, and a company behind a company is one of its own. Behind a company a known body begins
    with its level alone: 国网青溪县供电公司 / 县发改局.
    """
    known, own = directory.organs, directory.regions.own
    bare = own.bare if own else ""
    for at in range(_SHORTEST, len(unit) - _SHORTEST):
        before, after = unit[:at], unit[at:]
        zone = bool(bare) and after.startswith(bare) and directory.knows(after)
        placed = zone or bool(_PLACED.match(after))
        begins = (placed and known.is_self_standing(after)) or bool(_GOVERNMENTS.fullmatch(after))
        company = before.endswith("公司")
        begins = begins and not (company and after.endswith("公司"))
        whole = company and (before.endswith("有限公司") or directory.is_body(before))
        another = whole and _LEVEL.match(after) is not None and directory.is_body(after)
        begins = another or (begins and directory.is_body(before))
        if begins and at not in bracketed(unit):
            # What stands before a zone, or is a company, passes for a place of what is behind it.
            if directory.knows(unit) and not (zone or another):
                break
            return [before, *_before_places(after, directory)]
    return [unit]


def _closings(unit: str, known: Organs) -> Iterator[tuple[int, str]]:
    """Where brackets end behind a body, with whole names behind them, and what they hold.

    What is behind the brackets of 川投（集团）有限公司, 自贸区（青溪片区）管委会 and
    各乡镇（街道）人民政府 is the rest of one name: its head is no body, or its rest no whole name.
    """
    for bracket in BRACKETS.finditer(unit):
        before, after = unit[: bracket.start()], unit[bracket.end() :]
        whole = known.is_self_standing(before) and known.is_self_standing(after)
        if whole and min(len(before), len(after)) >= _SHORTEST and not known.is_place(before):
            yield bracket.end(), bracket[1]


def runs_together(unit: str, known: Organs) -> int | None:
    """Where a second body seems to begin inside `unit`: 县税务局县城管局, 县水利局各乡镇."""
    for end, _ in () if known.is_collective(unit) else _closings(unit, known):
        return end
    level = unit[0]
    for at in range(3, len(unit) - 2):
        before, after = unit[:at], unit[at:]
        begins = known.begins_name(after) if after[0] == level else EVERY.match(after)
        if begins and not before.endswith("委"):
            inside = bracketed(unit)
            bodies = known.is_self_standing(before) and known.is_self_standing(after)
            if bodies and at not in inside and not known.is_place(before):
                return at
    return None
