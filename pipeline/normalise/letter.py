"""The elements of the letter from the lines outside tables (GB/T 9704-2012 clause 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Letter
from pipeline.model import Code, Document, Finding, Prose, Severity
from pipeline.normalise.addressees import is_organ, join_organs, split_addressees
from pipeline.normalise.dates import PrintedDate, find_date
from pipeline.normalise.head import Head, is_addressees, read_head
from pipeline.normalise.imprint import Imprint, read_imprint
from pipeline.normalise.lines import Line, prose_to_lines

STAGE = "normalise"

_ANNEX = re.compile(r"附件[\d一二三四五六七八九十]*[:]?(?:-\d+)?")
_LIST = re.compile(r"附\s*件?\s*\d{0,2}\s*[:：]")
_ITEM = re.compile(r"(?:附件)?[(（]?\d{1,2}(?:[.．、](?!\d)|[)）:：])\s*")
_INLINE_ITEM = re.compile(r"(?<=\S)\s+(?=\d{1,2}[.．、](?!\d))")
_DISCLOSURE = re.compile(r"[(（]?(此件[^()（）]{2,30})[)）]?")
_DISCLOSURE_FIELD = re.compile(r"(?:信息)?公开(?:方式|属性|选项|类别|形式)[:](.{2,12})")
_OFFICE_HOLDER = re.compile(r"(?:代理?)?(?:省|市|州|县|区|旗|镇|乡)长.{2,5}")
_SIGNERS = 8  # organs that sign together


@dataclass(frozen=True, slots=True)
class _Signature:
    """署名 and 成文日期, and the lines they take."""

    start: int
    signed_by: str | None = None
    issued: PrintedDate | None = None
    line: Line | None = None


def prose_to_document(
    prose: Sequence[Prose], rules: Letter
) -> tuple[Document, tuple[Finding, ...]]:
    """The elements of the notice; None and empty where nothing is printed, nothing is invented."""
    lines = prose_to_lines(prose)
    imprint = read_imprint(lines, rules)
    letter = _without_annexes([*lines[: imprint.start], *lines[imprint.end :]])
    head = read_head(letter, rules)
    addressees, body = _addressees(letter, head.end, rules)
    signature = _signature(letter, body, rules)
    document = Document(
        issuer=head.issuer or (signature.signed_by if head.title or addressees else None),
        doc_number=head.doc_number,
        title=head.title,
        addressees=addressees,
        signed_by=signature.signed_by,
        issued_on=_value(signature.issued),
        disclosure=_disclosure(lines),
        attachments=_attachments(letter, body, signature.start),
        cc=imprint.cc,
        printed_by=imprint.printed_by,
        printed_on=_value(imprint.printed),
        secrecy=head.secrecy,
        urgency=head.urgency,
        signer=head.signer,
    )
    doubts = list(_doubts(document, head, signature, imprint))
    if addressees and not is_addressees(letter[body - 1].solid):
        message = f"no colon ends the addressees: {letter[body - 1].text}"
        doubts.append(_doubt(message, letter[body - 1]))
    return document, tuple(doubts)


def _value(printed: PrintedDate | None) -> date | None:
    return printed.value if printed else None


def _without_annexes(lines: Sequence[Line]) -> list[Line]:
    """The letter: all lines above the first 附件 that stands alone, as annexes begin (7.3.7)."""
    for at, line in enumerate(lines):
        if not _ANNEX.fullmatch(line.key):
            continue
        tops_page = at == 0 or lines[at - 1].page != line.page
        if tops_page or not line.key.endswith(":"):
            return list(lines[:at])
    return list(lines)


def _addressees(lines: Sequence[Line], start: int, rules: Letter) -> tuple[tuple[str, ...], int]:
    """主送机关 and the index of the first line below them; they start right below the title."""
    for at in range(start, min(start + 8, len(lines))):
        solid = lines[at].solid
        if is_addressees(solid):
            text = "".join(line.solid for line in lines[start : at + 1])
            return split_addressees(text, rules), at + 1
        if re.search(r"[。！？；]|如下|现将", solid):
            break
    return _addressees_without_colon(lines, start, rules)


def _addressees_without_colon(
    lines: Sequence[Line], start: int, rules: Letter
) -> tuple[tuple[str, ...], int]:
    """One line right below the title that is all organs: recognition loses the colon at its end."""
    if not 0 < start < len(lines) - 1 or "，" not in lines[start].solid.replace(",", "，"):
        return (), start
    members = split_addressees(lines[start].solid, rules)
    if all(member.endswith(rules.organs) for member in members):
        return members, start + 1
    return (), start


def _signature(lines: Sequence[Line], start: int, rules: Letter) -> _Signature:
    """The last line that is a date, or organ and date, with the organs above it.

    A date in brackets (under the title of a decision) counts when there is no other.
    """
    bracketed = None
    for at in range(len(lines) - 1, start - 1, -1):
        found = find_date(lines[at].key)
        if found is None or found.end != len(lines[at].key):
            if found and lines[at].key.strip("()") == found.text:
                bracketed = _Signature(len(lines), None, found, lines[at])
            continue
        lead = lines[at].key[: found.start]
        if lead and not is_organ(lead, rules):
            continue
        return _signed(lines, start, at, found, rules)
    return bracketed or _Signature(len(lines))


def _signed(
    lines: Sequence[Line], start: int, at: int, found: PrintedDate, rules: Letter
) -> _Signature:
    beside = lines[at].key[: found.start]
    names = [beside] if beside else []
    top = at
    while top > start and len(names) < _SIGNERS:
        above = _organs_of(lines[top - 1], rules)
        if not above:
            break
        names = [*above, *names]
        top -= 1
    if not names and top > start and _OFFICE_HOLDER.fullmatch(lines[top - 1].key):
        top -= 1
        names = [lines[top].text]
    return _Signature(top, join_organs(names), found, lines[at])


def _organs_of(line: Line, rules: Letter) -> list[str]:
    """The organs of a line that holds nothing else: one, or several side by side."""
    if is_organ(line.solid, rules) or line.solid in ("办公室", "办公厅"):
        parts = line.pieces
        several = len(parts) > 1 and all(len(p) > 4 and is_organ(p, rules) for p in parts)
        return list(parts) if several else [line.solid]
    return []


def _disclosure(lines: Sequence[Line]) -> str | None:
    for line in lines:
        if match := _DISCLOSURE.fullmatch(line.solid):
            return match[1]
        if match := _DISCLOSURE_FIELD.fullmatch(line.key):
            return match[1]
    return None


def _attachments(lines: Sequence[Line], start: int, end: int) -> tuple[str, ...]:
    """附件说明: names without their numbers, wrapped lines joined."""
    at = next((n for n in range(start, len(lines)) if _LIST.match(lines[n].text)), None)
    if at is None:
        return ()
    stop = end if end > at else len(lines)
    texts = [_LIST.sub("", lines[at].text, count=1).strip()]
    for line in lines[at + 1 : stop]:
        if _DISCLOSURE.fullmatch(line.solid) or find_date(line.key):
            break
        texts.append(_LIST.sub("", line.text, count=1).strip())
    parts = [part for text in texts for part in _INLINE_ITEM.split(text) if part]
    items: list[str] = []
    numbered = any(_ITEM.match(part) for part in parts)
    for part in parts:
        name = "".join(_ITEM.sub("", part, count=1).split())
        if not items or (numbered and _ITEM.match(part)):
            items.append(name)
        else:
            items[-1] += name
    return tuple(item.rstrip("；;。") for item in items if item)


def _doubts(
    document: Document, head: Head, signature: _Signature, imprint: Imprint
) -> list[Finding]:
    found: list[Finding] = []
    for name, printed, line in (
        ("成文日期", signature.issued, signature.line),
        ("印发日期", imprint.printed, imprint.line),
    ):
        if printed and printed.value is None and line:
            found.append(_doubt(f"{name} {printed.text} is no date", line))
    if document.doc_number and not head.number_is_sure:
        found.append(_doubt(f"the brackets of {document.doc_number} were not read", None))
    if document.title is None and (document.doc_number or document.addressees):
        found.append(_doubt("the notice has no title that could be read", None))
    return found


def _doubt(message: str, line: Line | None) -> Finding:
    return Finding(
        STAGE,
        Code.LETTER_DOUBTFUL,
        Severity.WARNING,
        message,
        page=line.page if line else None,
        box=line.box if line else None,
    )
