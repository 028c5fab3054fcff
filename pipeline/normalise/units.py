"""Unit cells → names of units as printed, in printed order, and which of them lead.

A cell wraps anywhere and other readers leave blanks at line ends, so a line end or a blank parts
two units only where the text before it is a whole name and the text after it begins a new one. A
printed gap, or a line that was ended before it was full, parts whole names however they begin.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from pipeline.config import Settings
from pipeline.model import Cell, Code, Severity
from pipeline.normalise.directory import Directory, blank_directory
from pipeline.normalise.organs import Organs
from pipeline.normalise.rejoin import part_at_marks, rejoin
from pipeline.normalise.run_on import EVERY, part_run_on, runs_together
from pipeline.normalise.text import (
    OPENING,
    bracketed,
    join_lines,
    pair_brackets,
    unbalanced,
    widen_brackets,
)
from pipeline.normalise.unit_roles import FIRST_LEADS, LABEL, Item, with_roles
from pipeline.normalise.wraps import cell_to_text

Doubt = tuple[Code, Severity, str]

_SEPARATORS = "、，,；;。\t|｜"
_GAPS = re.compile(r"\s+")
_COUNTIES = "省市县区州旗盟"
_GOES_DOWN = re.compile("[省市州盟县区旗]*[县区旗]乡?镇?\n[乡镇村]")
_NOTHING = re.compile(r"[\s/／—–―-]*|无")


@dataclass(frozen=True, slots=True)
class UnitReading:
    """`lead`: units that the cell itself says lead (牵头, 主办); `units`: all others.

    `unsure`: where its names part is in doubt.
    """

    lead: tuple[str, ...]
    units: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()
    unsure: bool = False


def cell_to_units(
    cell: Cell, settings: Settings, directory: Directory | None = None
) -> UnitReading:
    """The units a cell names, as printed, in printed order; a unit listed twice stays twice.

    `directory`: what is known of units in this notice; the gazetteer alone where it is not given.
    """
    text, placed = cell_to_text(cell)
    if cell.score < 1:  # recognised; a text layer has the characters that were set
        text = widen_brackets(text)
    directory = directory or blank_directory(settings)
    key = (text, placed, cell.score < 1)
    if key not in directory.split:
        directory.split[key] = _text_to_units(*key, directory)
    return cast("UnitReading", directory.split[key])


def with_first_leading(reading: UnitReading) -> UnitReading:
    """The reading with its first unit as the one that leads, where the cell says nothing of it."""
    if reading.lead or not reading.units:
        return reading
    return replace(reading, lead=reading.units[:1], units=reading.units[1:])


def _text_to_units(text: str, placed: bool, seen: bool, directory: Directory) -> UnitReading:
    text = pair_brackets(text)
    if _NOTHING.fullmatch(text):
        return UnitReading((), ())
    text = _unwrapped(text)
    known = directory.organs
    first_leads = FIRST_LEADS.search(text.replace("\n", "")) is not None
    if first_leads:
        text = FIRST_LEADS.sub("", text.replace("\n", ""))
    items = with_roles(list(_items(text, known, placed)), known, directory.knows)
    items, marks = part_at_marks(items, directory) if seen else (items, [])
    items, seams = part_run_on(items, directory)
    items, torn = rejoin(items, directory) if seen else (items, [])
    if first_leads and items:
        items[0] = replace(items[0], leads=True)
        message = f"a remark in the cell says that the first unit leads: {items[0].text}"
        seams.append((Code.UNIT_ODD, Severity.INFO, message))
    names = [item.text for item in items]
    parting = [*marks, *seams, *torn, *_parting_doubts(text, names, directory)]
    return UnitReading(
        tuple(item.text for item in items if item.leads),
        tuple(item.text for item in items if not item.leads),
        (*parting, *_doubts(names, directory)),
        unsure=any(severity is not Severity.INFO for _, severity, _ in parting),
    )


def _items(text: str, known: Organs, placed: bool) -> Iterator[Item]:
    """Pieces between separators outside brackets; labels (牵头单位：) begin a new run."""
    leads, start, labelled = False, 0, False
    for label in [*LABEL.finditer(text), None]:
        end = label.start() if label else len(text)
        run = list(_cut(text[start:end], known, placed))
        if labelled:
            run = [Item(item.text, item.after, leads) for item in run]
        if run:
            run[-1] = Item(run[-1].text, "；", run[-1].leads)
        yield from run
        if label:
            leads, start, labelled = label.group(1) is not None, label.end(), True


def _cut(text: str, known: Organs, placed: bool) -> Iterator[Item]:
    pieces = list(_split(text))
    parted = placed or any(after for _, after in pieces)
    for piece, after in pieces:
        names = _soft_split(piece, known, parted)
        for at, name in enumerate(names):
            yield Item(name, after if at == len(names) - 1 else "、")


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of `text` with the separator after each; brackets that close are kept whole."""
    skip = bracketed(text)
    start = 0
    for at, character in enumerate(text):
        if character in _SEPARATORS and at not in skip:
            if text[start:at].strip():
                yield text[start:at], character
            start = at + 1
    if text[start:].strip():
        yield text[start:], ""


def _unwrapped(text: str) -> str:
    """`text` without brackets that hold all of it: （责任单位：市高院、市公安局）."""
    body = text.rstrip("。；;")
    if body[0] in OPENING[:3] and bracketed(body) == set(range(len(body) - 1)):
        return body[1:-1]
    return text


def _soft_split(piece: str, known: Organs, parted: bool) -> list[str]:
    """Join what line ends and blanks part, but where they part whole names outside brackets.

    Without any separator in the cell, lines that are all whole names are one unit each.
    """
    parts = piece.split()
    torn = [unbalanced("".join(parts[:at])) for at in range(len(parts) + 1)]
    if not parted and not any(torn) and _are_whole(parts, known):
        return list(parts)
    printed = [" " in blank for blank in _GAPS.findall(piece.strip())]
    names: list[list[str]] = []
    for at, part in enumerate(parts):
        apart = at > 0 and printed[at - 1]
        before = "".join(names[-1]) if names else ""
        ends = _begins_anew(before, parts[at:], known) or (
            apart and _stand_apart(before, _run(parts, printed, at), known)
        )
        if names and (not ends or (torn[at] and not torn[-1])):
            names[-1].append(part)
        else:
            names.append([part])
    return [join_lines(name) for name in names]


def _run(parts: Sequence[str], printed: Sequence[bool], start: int) -> str:
    """The parts from `start` to the next printed gap, as one."""
    end = start + 1
    while end < len(parts) and not printed[end - 1]:
        end += 1
    return "".join(parts[start:end])


def _stand_apart(before: str, after: str, known: Organs) -> bool:
    """Whether a printed gap parts two names, however the second begins.

    平昌县 / 镇龙镇人民政府 and 县乡 / 村振兴局 are one name whatever is between them; two are
    平昌县 / 通江县.
    """
    if EVERY.fullmatch(before):
        return False
    if known.is_place(before) and before[-1] in _COUNTIES and after[-1] not in _COUNTIES:
        return False
    if _GOES_DOWN.match(f"{before}\n{after}"):
        return False
    return known.is_self_standing(before) and known.is_self_standing(after)


def _are_whole(parts: Sequence[str], known: Organs) -> bool:
    """Whether every line is a whole name, and none a place that the next may go on from."""
    standing = all(known.is_self_standing(part) for part in parts)
    return standing and not any(known.is_place(part) for part in parts[:-1])


def _begins_anew(before: str, parts: Sequence[str], known: Organs) -> bool:
    if not known.begins_name(parts[0]) or not known.is_self_standing(before):
        return False
    if EVERY.fullmatch(before):
        return False
    if known.is_place(before):  # 平昌县 / 镇龙镇人民政府 is one name that wraps
        return False
    heads = ["".join(parts[:end]) for end in range(1, len(parts) + 1)]
    if any(map(known.is_branch, heads)):  # 中国人民银行 / 霁川县 / 支行
        return False
    return any(map(known.is_self_standing, heads))


def _parted_unsurely(text: str, directory: Directory) -> bool:
    """Whether a line end without a sign may part two names, and nothing tells for sure."""
    if any(after for _, after in _split(text)):
        return False
    # What stands between printed gaps is parted from the rest for sure.
    runs = [run.split() for run in text.split(" ")]
    return any(
        _may_be_several(parts, directory.organs) and not _is_one_body(parts, directory)
        for parts in runs
    )


def _is_one_body(parts: Sequence[str], directory: Directory) -> bool:
    """Whether lines are a known body together (县乡村 / 振兴局), and no two known ones apart."""
    if not directory.is_body("".join(parts)):
        return False
    cuts = [("".join(parts[:at]), "".join(parts[at:])) for at in range(1, len(parts))]
    return not any(
        directory.is_body(before, governing=True) and directory.is_body(after)
        for before, after in cuts
    )


def _may_be_several(parts: Sequence[str], known: Organs) -> bool:
    # One name may wrap between two that are whole (县政府 / 金融办), but hardly twice.
    if len(parts) > 2 and _are_whole(parts, known):
        return False
    return any(
        known.is_organ("".join(parts[:at]))
        and (known.is_organ(parts[at]) or known.is_organ("".join(parts[at:])))
        and not known.is_tail("".join(parts[at:]))
        and (known.is_place(parts[at - 1]) or not _begins_anew(parts[at - 1], parts[at:], known))
        for at in range(1, len(parts))
    )


def _parting_doubts(text: str, units: Sequence[str], directory: Directory) -> Iterator[Doubt]:
    """Doubts about where the names of a cell part."""
    known = directory.organs
    if _parted_unsurely(text, directory):
        message = f"no sign parts the lines, taken as {'、'.join(units)}"
        yield (Code.UNIT_ODD, Severity.WARNING, message)
    if unbalanced(text):
        yield (Code.UNIT_ODD, Severity.WARNING, f"brackets do not close: {text}")
    for unit in units:
        place = None if directory.knows(unit) else runs_together(unit, known)
        if place is not None:
            message = f"may be two bodies: {unit[:place]}、{unit[place:]}"
            yield (Code.UNIT_ODD, Severity.WARNING, message)


def _doubts(units: Sequence[str], directory: Directory) -> Iterator[Doubt]:
    """Doubts about single names."""
    for unit, count in Counter(units).items():
        if count > 1:
            message = f"{unit} is listed {count} times"
            yield (Code.UNIT_REPEATED, Severity.WARNING, message)
        strange = not directory.organs.is_organ(unit) and not directory.knows(unit)
        if strange or unbalanced(unit):
            yield (Code.UNIT_ODD, Severity.WARNING, f"looks like no organ: {unit}")
