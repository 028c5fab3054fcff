"""Task tables → Typst source: header levels, spanning cells, stacked names."""

from __future__ import annotations

from make.content import Column, TableStyle, Task, TaskTable
from make.page import Page


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
        # Only the upper edges are drawn, so that nothing closes a row cut by the page's end.
        closed = f"bottom: if y == {last} {{ {edge}pt }} else {{ {line}pt }})"
        stroke = stroke.replace(closed, f"bottom: if y < {levels} {{ {line}pt }} else {{ none }})")
        foot = f"block(above: 0pt, line(length: 100%, stroke: {edge}pt))\n"
    body = ",\n  ".join(_body_cells(page, table))
    repeat = "true" if look.repeat_header else "false"
    return (
        f"#{{\nset par(leading: {look.leading}pt, spacing: {look.leading}pt, "
        f"first-line-indent: 0pt, justify: {'true' if look.justify else 'false'})\n"
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
            labels = [c.header for c in table.columns[at : at + width]]
            texts = [page.text(name, look.header_face, look.size) for name in labels]
            lower += [f"table.cell(align: center + horizon, {text})" for text in texts]
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
        return (
            f"block(spacing: {gap + look.block_gap}pt, grid(columns: ({size}pt,) * {len(names)}, "
            f"rows: {size}pt, column-gutter: {gap}pt, row-gutter: {gap}pt, {cells}))"
        )
    if how == "stack-columns":
        columns = [
            f"stack(dir: ttb, spacing: {gap}pt, "
            + ", ".join(f"box(height: {size}pt, {text(row[at])})" for row in rows)
            + ")"
            for at in range(len(names))
        ]
        return (
            f"block(spacing: {gap + look.block_gap}pt, grid(columns: ({size}pt,) * {len(names)}, "
            f"column-gutter: {gap}pt, {', '.join(columns)}))"
        )
    lines = ["　".join(character or "　" for character in row) for row in rows]
    width = (2 * len(names) - 1) * size
    boxed = [
        f"block(spacing: {gap}pt, width: {width}pt, align(left, {text(line)}))" for line in lines
    ]
    return f"block(spacing: {gap + look.block_gap}pt, {{ " + "; ".join(boxed) + " })"
