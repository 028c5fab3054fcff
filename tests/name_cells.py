"""Leader cells with known names, drawn at random as they are printed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.geometry import BBox
from pipeline.model import Cell, Fragment, Glyph, Word

SINGLE = "王李张刘陈杨黄赵吴周徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
RARE = "冼覃瞿阮臧诸莘寇仝佘晏庾蔺郗"
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "令狐", "慕容")
# Some are surnames too (文, 平, 江, 云, 石, 凤 …), some are in no list of frequent characters.
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲华建国志海峰林波鹏飞斌春梅宇浩鑫荣健云龙"
    "凤俊庆新成德永祥江石槿湉骅翀甫崎胤仕炳璧垚琎镕玢"
)


def draw_name(rng: random.Random) -> str:
    """A name of 2 to 4 characters, its surname frequent, rare or compound."""
    kind = rng.random()
    if kind < 0.06:
        return rng.choice(COMPOUND) + "".join(rng.sample(GIVEN, rng.choice((1, 2))))
    surname = rng.choice(RARE if kind < 0.16 else SINGLE)
    return surname + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2, 2))))


def draw_names(rng: random.Random, count: int) -> tuple[str, ...]:
    """Different names."""
    names: list[str] = []
    while len(names) < count:
        name = draw_name(rng)
        if name not in names:
            names.append(name)
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a cell is set; lengths in points. `jitter` moves every box at random."""

    size: float = 10.5
    across: float = 15.5
    down: float = 15.5
    between: float = 2.0
    padding: float = 5.0
    jitter: float = 0.0


def draw_setting(rng: random.Random) -> Setting:
    """A stack's distances: columns apart by blanks, or in a grid of equal steps."""
    size = rng.choice((9.0, 10.5, 12.0, 14.0, 16.0))
    down = size * rng.uniform(1.05, 1.6)
    across = rng.choice((down, size * rng.uniform(1.3, 2.2), size * 2))
    across = max(across, size * 1.3)
    return Setting(size, across, down, size * rng.choice((0.0, 0.2, 0.4, 0.8)), size * 0.5)


def glyph_at(text: str, x: float, y: float, size: float) -> Glyph:
    """A character of `size` whose centre is (x, y)."""
    half = size / 2
    return Glyph(text, BBox(x - half, y - half, x + half, y + half))


def stack_glyphs(
    names: Sequence[str], setting: Setting, abreast: int, rng: random.Random
) -> list[Glyph]:
    """Blocks of `abreast` names printed downwards, each block centred on x = 0."""
    glyphs: list[Glyph] = []
    top = 0.0
    for at in range(0, len(names), abreast):
        block = names[at : at + abreast]
        height = max(3 if len(name) == 2 and len(names) > 1 else len(name) for name in block)
        for column, name in enumerate(block):
            x = (column - (len(block) - 1) / 2) * setting.across
            spaced = name if len(name) != 2 else name[0] + " " * (height - 2) + name[1]
            for line, character in enumerate(spaced):
                if character != " ":
                    glyphs.append(_moved(character, x, top + line * setting.down, setting, rng))
        top += height * setting.down + setting.between
    return glyphs


def _moved(character: str, x: float, y: float, setting: Setting, rng: random.Random) -> Glyph:
    move = setting.jitter * setting.size
    x, y = x + rng.uniform(-move, move), y + rng.uniform(-move, move)
    return glyph_at(character, x, y, setting.size * rng.uniform(1 - setting.jitter, 1.0))


def line_glyphs(lines: Sequence[str], setting: Setting, align: str = "left") -> list[Glyph]:
    """Lines of text set tight; U+3000 leaves a blank, a half-width blank half of one."""
    glyphs: list[Glyph] = []
    widths = [sum(0.5 if c == " " else 1.0 for c in line) * setting.size for line in lines]
    for at, (line, width) in enumerate(zip(lines, widths, strict=True)):
        x = (max(widths) - width) / 2 if align == "center" else 0.0
        for character in line:
            step = setting.size * (0.5 if character == " " else 1.0)
            if not character.isspace():
                glyphs.append(glyph_at(character, x + step / 2, at * setting.down, setting.size))
            x += step
    return glyphs


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters; a sign that ends a clause never begins a line."""
    lines = [""]
    for character in text:
        if len(lines[-1]) >= width and character not in "、，；":
            lines.append("")
        lines[-1] += character
    return lines


def to_cell(
    glyphs: Sequence[Glyph],
    setting: Setting,
    rng: random.Random,
    cut: float | None = None,
    width: float | None = None,
) -> Cell:
    """A cell around `glyphs`, in lines as a file may hold them; `cut`: y of a page end."""
    left = min(glyph.box.x0 for glyph in glyphs) - setting.padding
    right = max(glyph.box.x1 for glyph in glyphs) + setting.padding
    if width is not None:
        left, right = (left + right - width) / 2, (left + right + width) / 2
    parts = [list(glyphs)]
    if cut is not None:
        above = [glyph for glyph in glyphs if glyph.box.y_mid < cut]
        parts = [above, [glyph for glyph in glyphs if glyph.box.y_mid >= cut]]
    fragments = []
    for page, part in enumerate(filter(None, parts), 1):
        # The next page's box starts afresh: only x relative to the box goes on.
        move_x = 30.0 * page - left
        move_y = 40.0 - min(glyph.box.top for glyph in part)
        here = [moved(glyph, move_x, move_y) for glyph in part]
        bottom = max(glyph.box.bottom for glyph in here) + 5
        box = BBox(left + move_x, 35.0, right + move_x, bottom)
        fragments.append(Fragment(page, box, tuple(_lines(here, setting, rng))))
    text = "\n".join(line.text for part in fragments for line in part.lines)
    return Cell(0, 0, text=text, fragments=tuple(fragments))


def moved(glyph: Glyph, x: float, y: float) -> Glyph:
    """`glyph`, `x` points further right and `y` further down."""
    box = glyph.box
    return Glyph(glyph.text, BBox(box.x0 + x, box.top + y, box.x1 + x, box.bottom + y))


def _lines(glyphs: Sequence[Glyph], setting: Setting, rng: random.Random) -> list[Word]:
    rows: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        rows.setdefault(round(glyph.box.y_mid / (setting.size * 0.8)), []).append(glyph)
    words = []
    for row in rows.values():
        row.sort(key=lambda glyph: glyph.box.x0)
        text = row[0].text
        for before, after in pairwise(row):
            text += " " if after.box.x0 - before.box.x1 > 0.6 * setting.size else ""
            text += after.text
        box = BBox(
            row[0].box.x0,
            min(glyph.box.top for glyph in row),
            max(glyph.box.x1 for glyph in row),
            max(glyph.box.bottom for glyph in row),
        )
        words.append(Word(text, box, glyphs=tuple(row)))
    rng.shuffle(words)
    return words


def draw_stack(
    rng: random.Random, jitter: float = 0.0, cut: bool = False
) -> tuple[Cell, tuple[str, ...]]:
    """A stacked cell: 1 to 4 names abreast, up to 5 blocks."""
    abreast = rng.randint(1, 4)
    count = rng.randint(1, min(5 * abreast, 12)) if abreast > 1 else rng.randint(1, 5)
    names = draw_names(rng, count)
    drawn = draw_setting(rng)
    setting = Setting(drawn.size, drawn.across, drawn.down, drawn.between, drawn.padding, jitter)
    glyphs = stack_glyphs(names, setting, abreast, rng)
    lines = sorted({round(glyph.box.y_mid, 3) for glyph in glyphs})
    at = rng.choice(lines[1:]) - setting.down / 2 if cut and len(lines) > 1 else None
    return to_cell(glyphs, setting, rng, at), names


def draw_columns(rng: random.Random, align: str) -> tuple[Cell, tuple[str, ...]]:
    """Names downwards side by side, not padded: `top` aligned, or each `centred` by itself."""
    names = draw_names(rng, rng.randint(2, 4))
    size = 10.5
    setting = Setting(size, size * rng.uniform(1.4, 2.0), size * rng.uniform(1.1, 1.5))
    height = max(map(len, names))
    glyphs = [
        glyph_at(character, column * setting.across, (start + at) * setting.down, size)
        for column, name in enumerate(names)
        for start in [(height - len(name)) / 2 if align == "centred" else 0.0]
        for at, character in enumerate(name)
    ]
    return to_cell(glyphs, setting, rng), names


def draw_tight(rng: random.Random) -> tuple[Cell, tuple[str, ...]]:
    """A stack whose columns stand as near as the characters of a line."""
    abreast = rng.randint(2, 4)
    names = draw_names(rng, rng.randint(2, 3 * abreast))
    size = 10.5
    across, down = size * rng.uniform(1.02, 1.3), size * rng.uniform(1.05, 1.5)
    setting = Setting(size, across, down, size * rng.choice((0.0, 0.2, 0.5)))
    return to_cell(stack_glyphs(names, setting, abreast, rng), setting, rng), names


def draw_abreast(rng: random.Random, kind: str) -> tuple[Cell, tuple[str, ...]]:
    """Names from left to right: `row`, `lines`, `pairs`, `padded` or `wrapped`."""
    count = rng.randint(1, 6)
    names = draw_names(rng, count)
    size = rng.choice((9.0, 10.5, 12.0, 14.0))
    setting = Setting(size=size, down=size * rng.uniform(1.15, 1.8), padding=size * 0.4)
    padded = [f"{n[0]}　{n[1]}" if len(n) == 2 else n for n in names]
    if kind == "row":
        lines = [rng.choice(("、", "，", "　")).join(names)]
    elif kind == "lines":
        lines = list(padded if rng.random() < 0.5 else names)
    elif kind == "pairs":
        lines = ["　".join(padded[at : at + 2]) for at in range(0, count, 2)]
    elif kind == "padded":
        lines = padded
    else:
        lines = wrap("、".join(names), rng.randint(3, 8))
    glyphs = line_glyphs(lines, setting, rng.choice(("left", "center")))
    return to_cell(glyphs, setting, rng), names


def read_by_lines(names: Sequence[str], abreast: int, lose_lone: bool = False) -> str:
    """What a reader without an eye for columns returns of stacked `names`: `童贺李 勋 海立樱`."""
    lines = []
    for at in range(0, len(names), abreast):
        block = names[at : at + abreast]
        height = max(3 if len(name) == 2 and len(block) > 1 else len(name) for name in block)
        spaced = [
            name[0] + " " * (height - 2) + name[1] if len(name) == 2 else name for name in block
        ]
        for line in zip(*(name.ljust(height) for name in spaced), strict=True):
            found = "".join(line).replace(" ", "")
            if found and not (lose_lone and len(found) == 1 and len(block) > 1):
                lines.append(found)
    return " ".join(lines)


def draw_notice(
    rng: random.Random, kind: str, rows: int = 20
) -> list[tuple[Cell, tuple[str, ...]]]:
    """Cells of one notice without places. `kind`: `signs`, `blanks`, `stack`, `lossy` or `mixed`.

    The leaders of a notice are few and stand in many rows, always in the order of their rank.
    """
    people = draw_names(rng, rng.randint(5, 10))
    cells = []
    for _ in range(rows):
        chosen = sorted(rng.sample(range(len(people)), rng.randint(1, 5)))
        names = tuple(people[at] for at in chosen)
        way = rng.choice(("blanks", "stack", "lossy")) if kind == "mixed" else kind
        if way == "signs":
            text = "、".join(names)
        elif way == "blanks":
            text = " ".join(names)
        else:
            text = read_by_lines(names, 3, lose_lone=way == "lossy")
        cells.append((Cell(0, 0, text=text), names))
    return cells
