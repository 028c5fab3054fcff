"""The head of a notice (版头, GB/T 9704-2012 clause 7.2) and its title (7.3.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import Letter
from pipeline.normalise.addressees import is_organ, join_organs
from pipeline.normalise.lines import Line
from pipeline.normalise.text import fold

_NUMBER = re.compile(
    r"(?P<organ>[\u3400-\u9fff]{1,16}(?:\([\u3400-\u9fff]{1,6}\))?)"
    r"(?P<open>[〔\[({【〖﹝「『CLlc<〈]?)(?P<year>(?:19|20)\d{2})(?P<close>[〕\])}】〗﹞」』JjlI>〉]?)"
    r"(?P<ordinal>第?)(?P<number>\d{1,5})号"
)
_SIGNER = re.compile(r"签发人?[:](?P<names>.*)")
_OTHER_SIGNER = re.compile(r"会签人?[:].*")
_COPY_NUMBER = re.compile(r"(?:No\.?|№)?\d{5,8}")
_MARK_SUFFIX = "文件"
_ISSUES = re.compile(r"关于|印发|转发|批转")
_TITLE_LINES = 8  # a longer title has not been seen; what goes on is body
_HEAD_LINES = 30
_PAIRS = ("《》", "〈〉", "“”", "（）", "()")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the body; `end` is the index of the first line below the title."""

    issuer: str | None = None
    doc_number: str | None = None
    number_is_sure: bool = True
    secrecy: str | None = None
    urgency: str | None = None
    signer: str | None = None
    title: str | None = None
    end: int = 0


def read_head(lines: Sequence[Line], rules: Letter) -> Head:
    """Head and title from the letter's lines; a part that is not printed stays None."""
    number_at = next((at for at, line in enumerate(lines) if _number(line)), None)
    number = _number(lines[number_at]) if number_at is not None else None
    used: set[int] = set()
    if number_at is not None:
        used.add(number_at)
    secrecy, urgency, signer = _labels(lines[:_HEAD_LINES], rules, used)
    marks = _marks(lines, number_at, rules, used)
    start = next((at for at in range(len(lines)) if at not in used), len(lines))
    if number_at is None and not marks:
        start = _title_start(lines, rules, used)
    title_marks, start = _issuer_lines(lines, start, rules)
    title, end = _title(lines, start, used, rules)
    issuer = join_organs(marks) or join_organs(title_marks) or _issuer_in(title, rules)
    return Head(
        issuer=issuer,
        doc_number=number[0] if number else None,
        number_is_sure=number[1] if number else True,
        secrecy=secrecy,
        urgency=urgency,
        signer=signer,
        title=title,
        end=end if title else max((at + 1 for at in used), default=0),
    )


def _number(line: Line) -> tuple[str, bool] | None:
    """The line's document number, and whether its brackets were read as printed."""
    key = _SIGNER.sub("", line.key)
    match = _NUMBER.fullmatch(key.strip("()") if key.startswith("(") else key)
    if not match:
        return None
    sure = bool(match["open"] and match["close"]) and match["open"] in "〔[({【〖﹝〈<"
    ordinal, number = match["ordinal"], match["number"]
    return f"{match['organ']}〔{match['year']}〕{ordinal}{number}号", sure


def _labels(
    lines: Sequence[Line], rules: Letter, used: set[int]
) -> tuple[str | None, str | None, str | None]:
    secrecy = urgency = signer = None
    grade = re.compile(rf"({'|'.join(rules.secrecy)})([★☆*].*)?")
    for at, line in enumerate(lines):
        if match := _SIGNER.search(line.key):
            names = _OTHER_SIGNER.sub("", line.text.replace("：", ":").split(":", 1)[1])
            signer = "、".join(re.split(r"[\s、,，]+", names.strip())) or None
            used.add(at)
            if match.start() == 0:
                continue
        whole = line.solid
        pieces = (whole,) if whole in rules.urgency or grade.fullmatch(whole) else line.pieces
        known = [piece for piece in pieces if _COPY_NUMBER.fullmatch(fold(piece))]
        for piece in pieces:
            if secrecy is None and grade.fullmatch(piece):
                secrecy = piece
                known.append(piece)
            elif urgency is None and piece in rules.urgency:
                urgency = piece
                known.append(piece)
        if len(known) == len(pieces):
            used.add(at)
    return secrecy, urgency, signer


def _marks(
    lines: Sequence[Line], number_at: int | None, rules: Letter, used: set[int]
) -> list[str]:
    """The organs of the 发文机关标志, above the number; with no number, lines that end in 文件."""
    found: list[str] = []
    for at, line in enumerate(lines[: number_at if number_at is not None else _HEAD_LINES]):
        if at in used:
            continue
        name = line.solid
        marked = name.endswith(_MARK_SUFFIX)
        name = name.removesuffix(_MARK_SUFFIX)
        organ = is_organ(name, rules) or name in ("办公室", "办公厅")
        if (marked and (organ or not name)) or (number_at is not None and organ):
            found.append(name)
            used.add(at)
        elif number_at is None or _ISSUES.search(name):
            # The title above its number, or a notice without head: nothing below is a mark.
            break
        else:
            used.add(at)  # running text of the site or the seal above the head
    return found


def _title_start(lines: Sequence[Line], rules: Letter, used: set[int]) -> int:
    """Where a title may start in a notice with neither head nor number."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if at in used:
            continue
        if _ISSUES.search(line.solid) or is_organ(line.solid, rules):
            return at
        if line.solid.endswith(("：", ":", "。")):
            break
    return len(lines)


def _issuer_lines(lines: Sequence[Line], start: int, rules: Letter) -> tuple[list[str], int]:
    """Organs on lines of their own above 关于…: they are no part of the title."""
    at = start
    while at < len(lines) and is_organ(lines[at].solid, rules):
        at += 1
    if start < at < len(lines) and _ISSUES.match(lines[at].solid):
        return [line.solid for line in lines[start:at]], at
    return [], start


def _title(
    lines: Sequence[Line], start: int, used: set[int], rules: Letter
) -> tuple[str | None, int]:
    """The title from line `start` on, and the index below it.

    It ends where its brackets are closed and a kind of notice stands: at the last such line above
    the addressees, or, where there are none, at the first.
    """
    genre = re.compile(rf"({'|'.join(rules.genres)})([（(].{{1,14}}[)）])?")
    text = ""
    ends: list[tuple[str, int]] = []
    for at in range(start, min(start + _TITLE_LINES + 1, len(lines))):
        if at in used:
            break
        line = lines[at].solid
        if is_addressees(line):
            break
        if ends and not line.startswith(("的", "（", "(")) and not _addressees_follow(lines, at):
            break
        text += line
        if line.endswith(("。", "；")):
            break
        match = list(genre.finditer(text))
        if match and match[-1].end() == len(text) and _balanced(text):
            ends.append((text, at + 1))
    if not ends:
        return None, start
    title, end = ends[-1]
    return (title, end) if _plausible(title, rules) else (None, start)


def is_addressees(line: str) -> bool:
    """Whether a line without blanks ends the addressees: a colon, and no sentence before it."""
    if not line.endswith(("：", ":")):
        return False
    return not re.search(r"如下|通知如|。|现将|为了?|根据|附件|经|决定|规定|通知[：:]$", line)


def _addressees_follow(lines: Sequence[Line], at: int) -> bool:
    return any(is_addressees(line.solid) for line in lines[at : at + _TITLE_LINES])


def _balanced(text: str) -> bool:
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)


def _plausible(title: str, rules: Letter) -> bool:
    """Whether it is the title of a notice and not, say, that of a table."""
    if _ISSUES.search(title):
        return True
    return any(
        is_organ(title.removesuffix(genre), rules) for genre in ("公告", "通告", "令", "函", "命令")
    )


def _issuer_in(title: str | None, rules: Letter) -> str | None:
    if not title:
        return None
    lead = _ISSUES.split(title, maxsplit=1)[0]
    return lead if is_organ(lead, rules) else None
