"""What markup leaves in text: Markdown signs, HTML tags and entities taken off."""

from __future__ import annotations

import html
import re

_INVISIBLE_BLOCKS = re.compile(r"<!--.*?-->|<(script|style|head)\b.*?</\1\s*>", re.S | re.I)
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|tr|center|section)\s*>", re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LEAD = re.compile(r"^\s*(?:#{1,6}\s+|>\s+)+")
_EMPHASIS = re.compile(r"\*\*\*?|___?(?=\S)|(?<=\S)___?")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?:https?:|/|#|mailto:)[^)]*\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_TITLE = re.compile(r".*(?:表|清单|台账|台帐|方案|分工|目录|计划|一览|安排)(?:[（(].{1,14}[)）])?$")
_TITLE_MAX = 60


def cell_to_text(raw: str) -> str:
    """A cell as returned → its text; paragraphs and breaks become line feeds."""
    text = _BREAKS.sub("\n", _INVISIBLE_BLOCKS.sub("", raw))
    text = html.unescape(_TAG.sub("", text))
    text = _ESCAPE.sub(r"\1", _EMPHASIS.sub("", _IMAGE.sub("", text)))
    return "\n".join(line for part in text.split("\n") if (line := part.strip()))


def line_to_text(raw: str) -> list[str]:
    """A line of prose → its texts without markup; none when only markup stands there."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", raw))
    texts = (_LEAD.sub("", part).strip() for part in cell_to_text(text).split("\n"))
    return [text for text in texts if text]


def without_invisible(text: str) -> str:
    """`text` with comments, scripts and styles blanked; lines keep their numbers."""
    return _INVISIBLE_BLOCKS.sub(lambda match: "\n" * match[0].count("\n"), text)


def looks_like_title(line: str) -> bool:
    """Whether the line above a table names it: short, no sentence, ending as tables are called."""
    return (
        len(line) <= _TITLE_MAX
        and not re.match(r"附件\s*\d*\s*[:：]", line)
        and "。" not in line
        and _TITLE.fullmatch(line) is not None
    )
