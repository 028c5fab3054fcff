"""A notice → Typst source, laid out after GB/T 9704-2012. Reads and writes no file."""

from __future__ import annotations

from pathlib import Path

from make.content import Letter, Notice, TaskTable
from make.fonts import style
from make.page import Page, printed_date
from make.tables import table_to_typst

RED = 'rgb("#d7000f")'


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
        '#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm),\n'
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
    page.add(
        f"#block(above: 29pt, below: 29pt, width: 100%, {{ set align(center); "
        f"set par(leading: 12pt, justify: false); ({lines},).join() }})"
    )


def _document_head(page: Page, notice: Notice) -> None:
    letter = notice.letter
    left = [notice.style.copy_number, letter.secrecy, letter.urgency]
    faces = ["fang", "hei", "hei"]
    for at, (value, face) in enumerate(zip(left, faces, strict=True)):
        if value:
            page.add(f"#place(top + left, dy: {29 * at}pt, {page.text(value, face, 16)})")
    mark = letter.issuer + "文件"
    size = min(46.0, 438 / len(mark))
    page.add(
        f"#v(35mm)\n#align(center, {page.text(mark, 'title', size, f', fill: {RED}')})\n#v(36pt)"
    )
    if letter.signer:
        number = page.text(letter.doc_number or "", "fang", 16)
        label, name = page.text("签发人：", "fang", 16), page.text(letter.signer, "kai", 16)
        page.add(f"#block(width: 100%, [#h(16pt)#{number}#h(1fr)#{label}#{name}#h(16pt)])")
    else:
        page.add(f"#align(center, {page.text(letter.doc_number or '', 'fang', 16)})")
    page.add(f"#block(above: 4mm, line(length: 100%, stroke: 1.2pt + {RED}))")


def _letter_head(page: Page, letter: Letter) -> None:
    """信函格式 (clause 10.1): name 30 mm from the page's top, double rules, number flush right."""
    size = min(44.0, 440 / len(letter.issuer))
    mark = page.text(letter.issuer, "title", size, f", fill: {RED}")
    page.add(
        f"#place(top + center, dy: -7mm, {mark})\n"
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
    page.add(
        f"#block(above: 42pt, inset: (left: {2 * size}pt), grid(columns: (auto, 1fr), "
        f"row-gutter: 13pt, {rows}))"
    )


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
        page.add(
            f"#block(above: 10pt, {page.text(table.note, table.style.face, table.style.size)})"
        )


def _inner_table(page: Page, table: TaskTable) -> None:
    page.add("#{ set par(first-line-indent: 0pt)")
    if table.title:
        title = page.text(table.title, "hei", 14)
        page.add(f"block(above: 26pt, below: 12pt, width: 100%, align(center, {title}))")
    page.add(table_to_typst(page, table).removeprefix("#"))
    page.add("}")


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
    page.add(
        "#v(14pt)\n#v(1fr)\n#block(width: 100%, breakable: false, { "
        "set par(leading: 8pt, justify: false, first-line-indent: 0pt); stack(spacing: 7pt, "
        + ", ".join(parts)
        + ") })"
    )
