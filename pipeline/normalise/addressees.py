"""Organs named in the letter: recognised by how their names end, lists of them split."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.config import Letter

_ORGAN = re.compile(r"[\u3400-\u9fff（）()“”·〇]{2,45}")
_NOT_IN_ORGANS = re.compile(r"关于|附件|此件|印发|通知$|^各|的")
_TAILS = ("办公室", "办公厅", "委员会", "人民政府", "常务委员会", "管理委员会")
_OUTER_SPLIT = re.compile(r"[，,；;。\n]+")
_CLASS_MARK = re.compile(r"^(各|县|市|省|区|州|旗|中央|驻|中共|国务院|人大|政协|人民)")
_BRACKETED_END = re.compile(r"[（(][^（(]*[)）]$")
_MIN_LENGTH = 3


def is_organ(text: str, rules: Letter) -> bool:
    """Whether `text` (without blanks) is the name of one organ and nothing else."""
    if not _ORGAN.fullmatch(text) or _NOT_IN_ORGANS.search(text):
        return False
    bare = _BRACKETED_END.sub("", text)
    return len(bare) > _MIN_LENGTH and bare.endswith(rules.organs)


def join_organs(lines: Sequence[str]) -> str | None:
    """Organs one a line → one text joined with 、; a bare 办公室 ends the one above."""
    names: list[str] = []
    for line in lines:
        if names and line in _TAILS:
            names[-1] += line
        elif line and line not in names:
            names.append(line)
    return "、".join(names) or None


def split_addressees(text: str, rules: Letter) -> tuple[str, ...]:
    """A list of addressees → its members.

    Members are parted by ，；。 and, inside a class of organs, by 、: it parts two members only
    when what stands on both sides is whole, so 各市、县人民政府 stays one.
    """
    members: list[str] = []
    for part in _OUTER_SPLIT.split(text):
        part = part.strip(" ：:.、")
        if part:
            members.extend(_split_inner(part, rules))
    return tuple(members)


def _split_inner(part: str, rules: Letter) -> list[str]:
    pieces = _outside_brackets(part)
    whole = all(
        len(piece) >= _MIN_LENGTH and _BRACKETED_END.sub("", piece).endswith(rules.organs)
        for piece in pieces
    )
    if len(pieces) > 1 and whole and _CLASS_MARK.match(pieces[0]):
        return pieces
    return [part]


def _outside_brackets(text: str) -> list[str]:
    """`text` cut at each 、 that stands in no brackets."""
    pieces, depth, start = [], 0, 0
    for index, character in enumerate(text):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth = max(0, depth - 1)
        elif character == "、" and depth == 0:
            pieces.append(text[start:index].strip())
            start = index + 1
    return [piece for piece in (*pieces, text[start:].strip()) if piece]
