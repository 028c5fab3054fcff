"""A notice → Typst source, laid out after GB/T 9704-2012. Reads and writes no file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from make.content import Column, Letter, Notice, TableStyle, Task, TaskTable
from make.fonts import check_text, style

RED = 'rgb("#d7000f")'
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


def notice_to_typst(notice: Notice, fonts: Path | None) -> str:
    """The source of the whole notice: letter, tables, imprint."""
    page = Page(fonts)
    _head(page, notice)
    _body(page, notice)
    for table in notice.tables:
        if table.label is None:
            _inner_table(page, table)
    _signature(page, notice)
    for table in notice.tables:
        if table.label is not None:
            _attachment(page, table)
    _imprint(page, notice)
    return page.source()


def _head(page: Page, notice: Notice) -> None:
    letter, form = notice.letter, notice.style.form
    first = 2 if form == "letter" else 1
    page.add(
        f"#set text({style('song')})\n"
        "#set page(paper: \"a4\", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm),\n"
        f"  footer-descent: 7mm, footer: numbered({first}))"
    )
    page.add(f"#set text({style(notice.style.face)}, size: {notice.style.size}pt)")
    page.add("#set par(leading: 13pt, spacing: 13pt, justify: true)")
    if form == "document":
        _document_head(page, notice)
    elif form == "letter":
        _letter_head(page, letter)
    if form == "plain" and notice.letter.doc_number:
        page.add(f"#align(center, {page.text(notice.letter.doc_number, 'fang', 16)})")
    title = notice.style.title_lines
    lines = ", linebreak(), ".join(page.text(line, "title", 22) for line in title)
    page.add(f"#block(above: 29pt, below: 29pt, width: 100%, {{ set align(center); "
             f"set par(leading: 12pt, justify: false); ({lines},).join() }})")


def _document_head(page: Page, notice: Notice) -> None:
    letter = notice.letter
    left = [notice.style.copy_number, letter.secrecy, letter.urgency]
    faces = ["fang", "hei", "hei"]
    for at, (value, face) in enumerate(zip(left, faces, strict=True)):
        if value:
            page.add(f"#place(top + left, dy: {29 * at}pt, {page.text(value, face, 16)})")
    mark = letter.issuer + "文件"
    size = min(46.0, 438 / len(mark))
    page.add(f"#v(35mm)\n#align(center, {page.text(mark, 'title', size, f', fill: {RED}')})\n#v(36pt)")
    if letter.signer:
        number = page.text(letter.doc_number or '', "fang", 16)
        label, name = page.text("签发人：", "fang", 16), page.text(letter.signer, "kai", 16)
        page.add(f"#block(width: 100%, [#h(16pt)#{number}#h(1fr)#{label}#{name}#h(16pt)])")
    else:
        page.add(f"#align(center, {page.text(letter.doc_number or '', 'fang', 16)})")
    page.add(f"#block(above: 4mm, line(length: 100%, stroke: 1.2pt + {RED}))")


def _letter_head(page: Page, letter: Letter) -> None:
    """信函格式 (clause 10.1): name 30 mm from the page's top, double rules, number flush right."""
    size = min(44.0, 440 / len(letter.issuer))
    page.add(
        f"#place(top + center, dy: -7mm, {page.text(letter.issuer, 'title', size, f', fill: {RED}')})\n"
        f"#place(top + center, dy: 15mm, line(length: 170mm, stroke: 2pt + {RED}))\n"
        f"#place(top + center, dy: 16.3mm, line(length: 170mm, stroke: 0.6pt + {RED}))\n"
        f"#place(top + right, dy: 21mm, {page.text(letter.doc_number or '', 'fang', 16)})\n"
        f"#place(bottom + center, dy: 14mm, line(length: 170mm, stroke: 0.6pt + {RED}))\n"
        f"#place(bottom + center, dy: 15.3mm, line(length: 170mm, stroke: 2pt + {RED}))\n"
        "#v(33mm)"
    )


def _body(page: Page, notice: Notice) -> None:
    letter, face, size = notice.letter, notice.style.face, notice.style.size
    if letter.addressees:
        to = page.text("，".join(letter.addressees) + "：", face, size)
        page.add(f"#block(width: 100%, above: 13pt, below: 13pt, {to})")
    page.add(f"#set par(first-line-indent: (amount: {2 * size}pt, all: true))")
    for lead, text in notice.style.paragraphs:
        start = f"#{page.text(lead, 'hei', size)}" if lead else ""
        page.add(f"\n{start}#{page.text(text, face, size)}\n")
    if letter.attachments:
        _attachment_list(page, notice)


def _attachment_list(page: Page, notice: Notice) -> None:
    face, size = notice.style.face, notice.style.size
    names = notice.letter.attachments
    numbered = [f"{n}. {name}" if len(names) > 1 else name for n, name in enumerate(names, 1)]
    cells = [page.text("附件：", face, size) if n == 0 else "[]" for n in range(len(names))]
    rows = ", ".join(
        f"{cell}, {page.text(name, face, size)}" for cell, name in zip(cells, numbered, strict=True)
    )
    page.add(f"#block(above: 42pt, inset: (left: {2 * size}pt), grid(columns: (auto, 1fr), "
             f"row-gutter: 13pt, {rows}))")


def _signature(page: Page, notice: Notice) -> None:
    letter, face, size = notice.letter, notice.style.face, notice.style.size
    if letter.signed_by and letter.issued_on:
        by = page.text(letter.signed_by, face, size)
        day = page.text(printed_date(letter.issued_on), face, size)
        page.add(
            f"#block(above: 71pt, width: 100%, breakable: false, align(right, block(inset: (right: "
            f"{2 * size}pt), grid(columns: 1, row-gutter: 13pt, align: center, {by}, {day}))))"
        )
    if letter.disclosure:
        note = page.text(f"（{letter.disclosure}）", face, size)
        page.add(f"#block(above: 42pt, inset: (left: {2 * size}pt), {note})")


def _attachment(page: Page, table: TaskTable) -> None:
    flipped = "true" if table.style.landscape else "false"
    margin = (
        "(top: 28mm, left: 26mm, right: 28mm, bottom: 24mm)"
        if table.style.landscape
        else "(top: 37mm, left: 24mm, right: 22mm, bottom: 32mm)"
    )
    page.add(f"#set page(flipped: {flipped}, margin: {margin})")
    page.add("#set par(first-line-indent: 0pt)")
    page.add(f"#{page.text(table.label or '', 'hei', 16)}")
    title = page.text(table.title or "", "title", 20 if table.style.landscape else 18)
    page.add(f"#block(above: 16pt, below: 16pt, width: 100%, align(center, {title}))")
    page.add(table_to_typst(page, table))
    if table.note:
        page.add(f"#block(above: 10pt, {page.text(table.note, table.style.face, table.style.size)})")


def _inner_table(page: Page, table: TaskTable) -> None:
    page.add("#{ set par(first-line-indent: 0pt)")
    if table.title:
        title = page.text(table.title, "hei", 14)
        page.add(f"block(above: 26pt, below: 12pt, width: 100%, align(center, {title}))")
    page.add(table_to_typst(page, table).removeprefix("#"))
    page.add("}")


def table_to_typst(page: Page, table: TaskTable) -> str:
    """The table's source: header levels, spanning cells, cells that break over pages."""
    look = table.style
    columns = ", ".join(column.width for column in table.columns)
    header = _header(page, table)
    levels = 2 if any(column.group for column in table.columns) else 1
    last = levels + len(table.tasks) - 1
    edge, line = look.border, look.line
    stroke = (
        f"(x, y) => (left: if x == 0 {{ {edge}pt }} else {{ {line}pt }}, "
        f"right: if x == {len(table.columns) - 1} {{ {edge}pt }} else {{ {line}pt }}, "
        f"top: if y == 0 {{ {edge}pt }} else {{ {line}pt }}, "
        f"bottom: if y == {last} {{ {edge}pt }} else {{ {line}pt }})"
    )
    foot = ""
    if look.open_foot:
        stroke = stroke.replace(f"{{ {edge}pt }} else {{ {line}pt }})", f"{{ none }} else {{ {line}pt }})")
        foot = f"block(above: 0pt, line(length: 100%, stroke: {edge}pt))\n"
    body = ",\n  ".join(_body_cells(page, table))
    repeat = "true" if look.repeat_header else "false"
    return (
        f"#{{\nset par(leading: {look.leading}pt, spacing: {look.leading}pt, first-line-indent: 0pt, "
        f"justify: {'true' if look.justify else 'false'})\n"
        f"table(columns: ({columns},), stroke: {stroke}, inset: {look.inset}pt,\n"
        f"  table.header(repeat: {repeat}, {header}),\n  {body},\n)\n{foot}}}"
    )


def _header(page: Page, table: TaskTable) -> str:
    look = table.style
    grouped = any(column.group for column in table.columns)
    upper: list[str] = []
    lower: list[str] = []
    at = 0
    while at < len(table.columns):
        column = table.columns[at]
        width = 1
        if column.group is None:
            label, span = column.header, ", rowspan: 2" if grouped else ""
        else:
            while at + width < len(table.columns) and (
                table.columns[at + width].group == column.group
            ):
                width += 1
            label, span = column.group, f", colspan: {width}"
            lower += [
                f"table.cell(align: center + horizon, {page.text(c.header, look.header_face, look.size)})"
                for c in table.columns[at : at + width]
            ]
        text = page.text(label, look.header_face, look.size)
        upper.append(f"table.cell(align: center + horizon{span}, {text})")
        at += width
    return ", ".join(upper + lower)


def _body_cells(page: Page, table: TaskTable) -> list[str]:
    cells: list[str] = []
    for row, task in enumerate(table.tasks):
        for column in table.columns:
            span = _span(table, column, row)
            if span:
                cells.append(_cell(page, table.style, column, task, span))
    return cells


def _span(table: TaskTable, column: Column, row: int) -> int:
    """Rows the cell spans; 0 where it is covered from above."""
    if not column.merge:
        return 1
    values = [getattr(task, column.role) for task in table.tasks]
    if row and values[row] == values[row - 1]:
        return 0
    end = row
    while end < len(values) and values[end] == values[row]:
        end += 1
    return end - row


def _cell(page: Page, look: TableStyle, column: Column, task: Task, span: int) -> str:
    value = getattr(task, column.role)
    rows = f", rowspan: {span}" if span > 1 else ""
    if isinstance(value, tuple):
        content = _list(page, look, column, value)
    else:
        content = page.text(value or "", look.face, look.size)
    return f"table.cell(align: {column.align} + {look.valign}{rows}, {content})"


def _list(page: Page, look: TableStyle, column: Column, values: tuple[str, ...]) -> str:
    def text(content: str) -> str:
        return page.text(content, look.face, look.size)

    if not values:
        return "[]"
    if column.how == "row":
        return text("、".join(values))
    if column.how == "lines":
        return "{ " + "; linebreak(); ".join(text(value) for value in values) + " }"
    if column.how == "blanks":
        padded = [f"{v[0]}　{v[1]}" if len(v) == 2 else v for v in values]
        lines = ["　".join(padded[at : at + 2]) for at in range(0, len(padded), 2)]
        return "{ " + "; linebreak(); ".join(text(line) for line in lines) + " }"
    blocks = [values[at : at + column.abreast] for at in range(0, len(values), column.abreast)]
    gap = f"v({look.leading + look.block_gap}pt, weak: true)"
    return "{ " + f"; {gap}; ".join(_stack(page, look, column.how, b) for b in blocks) + " }"


def stacked_rows(names: tuple[str, ...]) -> list[list[str]]:
    """Names printed downwards, side by side → the characters of each printed line, "" for none."""
    height = max(3 if len(name) == 2 else len(name) for name in names)
    padded = [[n[0], "", n[1]] if len(n) == 2 and height > 2 else list(n) for n in names]
    return [[name[at] if at < len(name) else "" for name in padded] for at in range(height)]


def _stack(page: Page, look: TableStyle, how: str, names: tuple[str, ...]) -> str:
    def text(content: str) -> str:
        return page.text(content, look.face, look.size) if content else "[]"

    rows = stacked_rows(names)
    size, gap = look.size, look.leading
    if how == "stack-grid":
        cells = ", ".join(text(character) for row in rows for character in row)
        return (f"block(spacing: {gap + look.block_gap}pt, grid(columns: ({size}pt,) * {len(names)}, "
                f"rows: {size}pt, column-gutter: {gap}pt, row-gutter: {gap}pt, {cells}))")
    if how == "stack-columns":
        columns = [
            f"stack(dir: ttb, spacing: {gap}pt, "
            + ", ".join(f"box(height: {size}pt, {text(row[at])})" for row in rows)
            + ")"
            for at in range(len(names))
        ]
        return (f"block(spacing: {gap + look.block_gap}pt, grid(columns: ({size}pt,) * {len(names)}, "
                f"column-gutter: {gap}pt, {', '.join(columns)}))")
    lines = ["　".join(character or "　" for character in row) for row in rows]
    width = (2 * len(names) - 1) * size
    boxed = [f"block(spacing: {gap}pt, width: {width}pt, align(left, {text(line)}))" for line in lines]
    return f"block(spacing: {gap + look.block_gap}pt, {{ " + "; ".join(boxed) + " })"


def _imprint(page: Page, notice: Notice) -> None:
    """版记 (clause 7.4) at the foot of the last page."""
    letter = notice.letter
    if not letter.cc and not letter.printed_by:
        return
    inner = "line(length: 100%, stroke: 0.7pt)"
    outer = "line(length: 100%, stroke: 1pt)"
    parts: list[str] = [] if notice.style.form == "letter" else [outer]
    if letter.cc:
        lines = notice.style.cc_lines or ("，".join(letter.cc) + "。",)
        first = page.text("抄送：" + lines[0], "fang", 14)
        rest = [f"h(42pt) + {page.text(line, 'fang', 14)}" for line in lines[1:]]
        body = " + linebreak() + ".join([first, *rest])
        parts.append(f"pad(x: 14pt, par(hanging-indent: 42pt, first-line-indent: 0pt, {body}))")
    if letter.printed_by and letter.printed_on:
        if letter.cc:
            parts.append(inner)
        by = page.text(letter.printed_by, "fang", 14)
        day = page.text(printed_date(letter.printed_on) + "印发", "fang", 14)
        parts.append(f"pad(x: 14pt, {by} + h(1fr) + {day})")
    if notice.style.form != "letter":
        parts.append(outer)
    page.add("#v(14pt)\n#v(1fr)\n#block(width: 100%, breakable: false, { set par(leading: 8pt, justify: false, "
             "first-line-indent: 0pt); stack(spacing: 7pt, " + ", ".join(parts) + ") })")
