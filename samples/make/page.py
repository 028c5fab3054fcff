"""Typst source under construction; every string is checked against the face it is set in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from make.fonts import check_text, style

# 22 lines of 28 characters of 16 pt in 156 mm × 225 mm (clause 5.2): one line every 29 pt.
PRELUDE = """#set text(lang: "zh", region: "cn", top-edge: 0.88em, bottom-edge: -0.12em,
  costs: (orphan: 0%, widow: 0%))
#let numbered(first) = context {
  let n = counter(page).get().first()
  if n < first { return }
  set text(size: 14pt)
  let mark = [— #n —]
  if calc.odd(n) { align(right, mark + h(14pt)) } else { align(left, h(14pt) + mark) }
}
"""


class Page:
    """Collects source and checks each string against the face it is set in."""

    def __init__(self, fonts: Path | None) -> None:
        self._fonts = fonts
        self._parts: list[str] = [PRELUDE]

    def add(self, source: str) -> None:
        """Append raw Typst source."""
        self._parts.append(source)

    def text(self, content: str, face: str, size: float, extra: str = "") -> str:
        """A `text` call with `content` set literally."""
        check_text(content, face, self._fonts)
        return f"text({style(face)}, size: {size}pt{extra}, {quote(content)})"

    def source(self) -> str:
        """The whole source."""
        return "\n".join(self._parts)


def quote(text: str) -> str:
    """A Typst string literal."""
    return json.dumps(text, ensure_ascii=False)


def printed_date(iso: str) -> str:
    """2023-04-29 → 2023年4月29日 (clause 7.3.5.4: no leading zeros)."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
