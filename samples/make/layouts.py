"""Seeded, invented notices in eight layouts: `make_notice(seed, layout)`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from make import words
from make.content import Column, Letter, LetterStyle, Notice, TableStyle, Task, TaskTable

LAYOUTS = (
    "stacked",
    "measures",
    "categories",
    "several",
    "narrow",
    "merged",
    "inside",
    "upward",
)
LEADER_FORMS = ("stack-grid", "stack-columns", "stack-lines", "row", "blanks", "lines")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a layout prints: (role, width) in order, rows, clauses a cell, leaders a cell."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[int, int]
    clauses: tuple[int, int]
    leaders: tuple[int, int] = (0, 0)
    sizes: tuple[float, ...] = (10.5, 12)
    landscape: bool = True


SHAPES: dict[str, Shape] = {
    "stacked": Shape(
        (("serial", "32pt"), ("name", "60pt"), ("superior_measures", "1fr"),
         ("local_measures", "1fr"), ("leaders", "W"), ("units", "66pt")),
        (6, 14), (2, 7), (1, 9),
    ),
    "measures": Shape(
        (("serial", "34pt"), ("name", "66pt"), ("local_measures", "1fr"), ("lead_units", "58pt"),
         ("units", "66pt"), ("deadline", "58pt")),
        (8, 24), (1, 4), sizes=(10.5, 12), landscape=False,
    ),
    "categories": Shape(
        (("category", "46pt"), ("serial", "32pt"), ("name", "80pt"), ("local_measures", "1fr"),
         ("leaders", "W"), ("units", "84pt"), ("remark", "48pt")),
        (10, 26), (1, 4), (1, 4), sizes=(10.5, 12),
    ),
    "several": Shape(
        (("serial", "34pt"), ("name", "72pt"), ("local_measures", "1fr"), ("leaders", "W"),
         ("lead_units", "64pt"), ("deadline", "62pt")),
        (2, 7), (1, 5), (1, 4), sizes=(10.5, 12, 14), landscape=False,
    ),
    "narrow": Shape(
        (("serial", "26pt"), ("category", "34pt"), ("name", "50pt"), ("superior_measures", "1fr"),
         ("local_measures", "1.3fr"), ("leaders", "W"), ("lead_units", "44pt"), ("units", "52pt"),
         ("deadline", "42pt"), ("remark", "34pt")),
        (6, 18), (1, 5), (1, 6), sizes=(9, 10),
    ),
    "merged": Shape(
        (("serial", "32pt"), ("name", "90pt"), ("local_measures", "1fr"), ("leaders", "W"),
         ("units", "100pt"), ("deadline", "64pt")),
        (16, 30), (1, 3), (1, 4), sizes=(10.5, 12),
    ),
    "inside": Shape(
        (("serial", "38pt"), ("name", "96pt"), ("local_measures", "1fr"), ("leaders", "W"),
         ("units", "80pt")),
        (2, 4), (1, 3), (1, 4), sizes=(12, 14), landscape=False,
    ),
    "upward": Shape(
        (("serial", "34pt"), ("name", "80pt"), ("superior_measures", "1fr"),
         ("local_measures", "1fr"), ("leaders", "W"), ("lead_units", "70pt")),
        (4, 10), (1, 5), (2, 12), sizes=(10.5, 12),
    ),
}  # fmt: skip


def make_notice(seed: int, layout: str) -> Notice:
    """An invented notice; the same seed and layout give the same notice."""
    random = Random(f"{layout}-{seed}")
    county = random.choice(words.COUNTIES)
    shape = SHAPES[layout]
    count = random.randint(2, 3) if layout == "several" else 1
    names = [_table_title(random, county) for _ in range(count)]
    label = _labels(layout, count)
    tables = tuple(
        _table(random, county, layout, TaskTable(name, tag, (), ()), shape)
        for name, tag in zip(names, label, strict=True)
    )
    letter, style = _letter(random, county, layout, names)
    return Notice(letter, style, tables)


def _labels(layout: str, count: int) -> list[str | None]:
    if layout == "inside":
        return [None]
    return ["附件"] if count == 1 else [f"附件{n}" for n in range(1, count + 1)]


def _table_title(random: Random, county: str) -> str:
    kind = ("任务分解表", "责任分工表", "重点任务清单", "工作台账")
    return f"{county}县{random.choice(words.OBJECTS)}{random.choice(kind)}"


def _table(random: Random, county: str, layout: str, frame: TaskTable, shape: Shape) -> TaskTable:
    size = random.choice(shape.sizes)
    faces = ("song", "fang", "kai", "hei", "ukai", "wqy", "noto-serif")
    look = TableStyle(
        face=random.choice(faces),
        header_face=random.choice(("hei", "noto-sans", "song-bold")),
        size=size,
        leading=random.choice((3, 4, 5, 6)),
        line=random.choice((0.4, 0.5, 0.75)),
        border=random.choice((0.5, 1.0, 1.5)),
        inset=random.choice((3, 4, 5)),
        valign=random.choice(("horizon", "horizon", "top")),
        justify=random.random() < 0.7,
        repeat_header=random.random() < 0.8,
        landscape=shape.landscape,
        block_gap=random.choice((0, 0.3, 0.6)) * size,
        open_foot=random.random() < 0.2,
    )
    columns = _columns(random, layout, shape, look)
    if any(column.abreast == 1 for column in columns):
        look = replace(look, block_gap=0.6 * size)
    tasks = _tasks(random, county, layout, shape, columns, look.block_gap > 0)
    return replace(frame, columns=columns, tasks=tasks, style=look)


def _columns(random: Random, layout: str, shape: Shape, look: TableStyle) -> tuple[Column, ...]:
    how, abreast = _leader_form(random, layout)
    widths = {
        "row": 4.4, "blanks": 7.4, "lines": 5.0,
        "stack-lines": 2 * abreast - 1 + 0.6,
    }  # fmt: skip
    stacked = abreast + (abreast - 1) * look.leading / look.size + 1
    leader_width = f"{(widths.get(how, stacked)) * look.size + 2 * look.inset:.1f}pt"
    grouped = layout == "categories" or (layout == "narrow" and random.random() < 0.5)
    columns = []
    for role, width in shape.columns:
        prose = role in ("superior_measures", "local_measures", "units")
        columns.append(
            Column(
                random.choice(words.HEADERS[role]),
                role,
                _at_least(leader_width if width == "W" else width, look),
                group="责任分工"
                if grouped and role in ("leaders", "lead_units", "units")
                else None,
                how=how if role == "leaders" else "row",
                abreast=abreast,
                merge=role == "category"
                or (layout == "merged" and role in ("leaders", "deadline")),
                align="left" if prose and random.random() < 0.8 else "center",
            )
        )
    return tuple(columns)


def _at_least(width: str, look: TableStyle) -> str:
    """No column narrower than two characters and its insets."""
    if not width.endswith("pt"):
        return width
    return f"{max(float(width[:-2]), 2 * look.size + 2 * look.inset + 1):.1f}pt"


def _leader_form(random: Random, layout: str) -> tuple[str, int]:
    if layout == "inside":
        return "stack-lines", random.randint(2, 3)
    if layout in ("stacked", "upward"):
        return random.choice(LEADER_FORMS[:3]), random.choice((1, 2, 3, 3, 4))
    if layout == "narrow":
        return random.choice(LEADER_FORMS[:2]), 2
    return random.choice(LEADER_FORMS), random.choice((2, 3))


def _tasks(
    random: Random,
    county: str,
    layout: str,
    shape: Shape,
    columns: tuple[Column, ...],
    gaps: bool,
) -> tuple[Task, ...]:
    roles = {column.role for column in columns}
    how = next((column.how for column in columns if column.role == "leaders"), "row")
    # Without gaps nobody could tell where a block of four lines ends among blocks of three.
    double = 0.05 if gaps and how not in ("stack-lines", "blanks") else 0.0
    team = words.people(random, 14, double)
    rows = random.randint(*shape.rows)
    numbered = random.random() < 0.6
    tasks: list[Task] = []
    for row in range(rows):
        low, high = shape.clauses
        values: dict[str, object] = {"serial": str(row + 1), "name": words.task_name(random)}
        for role in ("superior_measures", "local_measures"):
            clauses = random.randint(low, high)
            values[role] = words.measures(random, clauses, numbered and clauses > 1)
        values["leaders"] = tuple(random.sample(team, random.randint(*shape.leaders)))
        values["lead_units"] = words.some_units(random, county, 1, 2)
        values["units"] = words.some_units(random, county, 1, 7)
        values["deadline"] = random.choice(words.DEADLINES)
        values["remark"] = random.choice(words.REMARKS) if random.random() < 0.3 else None
        values["category"] = words.CATEGORIES[row * min(6, 1 + rows // 4) // rows]
        if layout == "merged" and tasks and random.random() < 0.55:
            values["leaders"], values["deadline"] = tasks[-1].leaders, tasks[-1].deadline
        tasks.append(Task(**{k: v for k, v in values.items() if k in roles}))  # type: ignore[arg-type]
    return tuple(tasks)


def _letter(
    random: Random, county: str, layout: str, tables: list[str]
) -> tuple[Letter, LetterStyle]:
    form = {"inside": "letter"}.get(layout, random.choice(("document", "document", "plain")))
    form = "document" if layout == "upward" else form
    issuer = f"{county}县人民政府" + ("办公室" if random.random() < 0.6 else "")
    topic = random.choice(words.OBJECTS)
    ending = {"inside": "的函", "upward": "的报告"}.get(layout, "的通知")
    title = f"关于做好{topic}有关任务分解{ending}"
    lines, title = _title(random, issuer, title)
    day = f"2025-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    sealed = form != "plain"
    series = random.choice(("办发", "发", "办函", "字"))
    number = f"{county[0]}政{series}〔2025〕{random.randint(1, 99)}号"
    cc = ("县委各部门", "县人大常委会办公室", "县政协办公室", "县人民法院", "县人民检察院")
    letter = Letter(
        issuer=issuer,
        doc_number=number if form != "plain" or random.random() < 0.5 else None,
        title=title,
        addressees=_addressees(random, layout),
        attachments=() if layout == "inside" else tuple(tables),
        signed_by=issuer,
        issued_on=day,
        printed_on=day if sealed and layout != "inside" else None,
        printed_by=f"{county}县人民政府办公室" if sealed and layout != "inside" else None,
        disclosure=random.choice((None, "此件主动公开", "此件公开发布", "此件依申请公开")),
        cc=cc[: random.randint(2, 5)] if random.random() < 0.8 else (),
        urgency=random.choice((None, None, "特急", "加急")) if form == "document" else None,
        signer=words.person(random) if layout == "upward" else None,
    )
    copy = f"{random.randint(1, 300):06d}" if letter.urgency else None
    return letter, LetterStyle(
        form, lines, _paragraphs(random, county), random.choice(("fang", "fang", "song", "kai")),
        copy_number=copy,
    )  # fmt: skip


def _title(random: Random, issuer: str, title: str) -> tuple[tuple[str, ...], str]:
    """The title as printed and as truth: an issuer alone on its line is not part of it."""
    kind = random.choice(("without", "own line", "within"))
    if kind == "without":
        return _wrapped(title), title
    if kind == "own line":
        return (issuer, *_wrapped(title)), title
    return _wrapped(issuer + title), issuer + title


def _wrapped(title: str) -> tuple[str, ...]:
    lines = -(-len(title) // 19)
    step = -(-len(title) // lines)
    return tuple(title[at : at + step] for at in range(0, len(title), step))


def _addressees(random: Random, layout: str) -> tuple[str, ...]:
    if layout == "upward":
        return (f"{random.choice(words.CITIES)}市人民政府",)
    everyone = (
        ("各乡镇人民政府", "县直各有关单位"),
        ("县直及驻县各有关单位",),
        ("各乡镇人民政府", "各街道办事处", "县政府各部门"),
    )
    return random.choice(everyone)


def _paragraphs(random: Random, county: str) -> tuple[tuple[str, str], ...]:
    opening = (
        f"为全面完成年度目标任务，经{county}县人民政府同意，现将有关任务分解如下，请认真抓好落实。"
    )
    leads = ("一、压实工作责任。", "二、强化协调配合。", "三、严格督查考核。")
    return (
        ("", opening),
        *((lead, words.measures(random, 2, False)) for lead in leads[: random.randint(1, 3)]),
    )
