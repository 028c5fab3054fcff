"""Leader cells of every kind, drawn with their truth.

Each notice has its own few leaders, who stand in many rows. A third of the persons have surnames
that no list holds, given names of rare characters, or names of minorities.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.config import Settings
from pipeline.model import Cell, Glyph
from pipeline.normalise.likeness import Likeness, likeness
from pipeline.party import PartyKind
from tests.name_cells import (
    COMPOUND,
    SINGLE,
    Setting,
    draw_name,
    draw_setting,
    glyph_at,
    line_glyphs,
    moved,
    read_by_lines,
    stack_glyphs,
    to_cell,
    wrap,
)

Drawn = tuple[Cell, tuple[str, ...]]

# Surnames that exist and may be in no list; those that are in ours are not drawn.
_SURNAMES = "寸者撖妫郯肇展爨黑老盖繁瓮虢郧茆逮宛妥喇剡洗呼冮绽磨侬阔瓦木波依赛岱尧崇巨由布弥"
_RARE_GIVEN = "赟喆煜垚昇玥珩翯昶晞霈甯骞峤崧嵩堃翥翕翎鹍瑀璟"
_SURNAMES_INSIDE = "高江白石田金方文成安康向常万时关于王张林"
_DOTS = "···•・．‧"
_MINORITIES = (
    *("扎西多吉", "次仁旺堆", "洛桑尼玛", "巴特尔", "才让卓玛", "格日勒图"),
    *("阿依古丽·买买提", "买买提·吐尔逊", "古丽娜尔·艾合买提"),
)
_POSTS = (
    *("副县长", "县委常委", "县委常委、常务副县长", "县委副书记、县长", "县政府党组成员、副县长"),
    *(
        "县委常委、组织部部长",
        "县公安局局长",
        "县人大常委会副主任",
        "县政协副主席",
        "副市长",
        "四级调研员",
    ),
)
# What names nobody, and what it is.
NOBODY = {
    "各分管副县长": PartyKind.POST,
    "各乡镇党委书记": PartyKind.POST,
    "有关县领导": PartyKind.POST,
    "其他县级领导": PartyKind.POST,
    "相关副县长": PartyKind.POST,
    "县政府分管领导": PartyKind.POST,
    "分管副县长": PartyKind.POST,
    "县人民政府办公室": PartyKind.ORGAN,
    "各乡镇人民政府": PartyKind.COLLECTIVE,
}
_PARTS = (
    *(("牵头", "配合"), ("牵头领导", "责任领导"), ("组长", "副组长")),
    *(("总牵头", "具体负责"), ("责任人", "协助")),
)


# --- persons ---


def draw_team(rng: random.Random, settings: Settings) -> tuple[str, ...]:
    """The leaders of one notice, in the order of their rank; a third of them are unusual."""
    listed = "".join(settings.names.surnames)
    surnames = [character for character in _SURNAMES if character not in listed]
    team: list[str] = []
    while len(team) < 12:
        kind = rng.random()
        if kind < 0.05:
            name = rng.choice(_MINORITIES)
        elif kind < 0.2:
            name = rng.choice(surnames) + draw_name(rng)[-rng.choice((1, 2, 2)) :]
        elif kind < 0.35:
            name = rng.choice(SINGLE) + "".join(rng.sample(_RARE_GIVEN, rng.choice((1, 2))))
        elif kind < 0.42:
            name = rng.choice(SINGLE) + "".join(rng.sample(_SURNAMES_INSIDE, rng.choice((1, 2))))
        else:
            name = draw_name(rng)
        if name not in team:
            team.append(name)
    return tuple(team)


def _some(rng: random.Random, team: Sequence[str], most: int, *, plain: bool) -> tuple[str, ...]:
    """Some leaders in the order of their rank; `plain`: such as can be set downwards."""
    able = [name for name in team if not (plain and len(name) > 4)]
    chosen = sorted(rng.sample(range(len(able)), min(len(able), rng.randint(1, most))))
    return tuple(able[at] for at in chosen)


# --- cells with places ---


def _stack(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Stacks of one to four names side by side, in up to five blocks."""
    abreast = rng.randint(1, 4)
    names = _some(rng, team, min(9, 5 * abreast), plain=True)
    setting = draw_setting(rng)
    return to_cell(stack_glyphs(names, setting, abreast, rng), setting, rng), names


def _scanned(cell: Cell, score: float = 0.97) -> Cell:
    return replace(cell, score=score)


def _jittered(rng: random.Random, team: Sequence[str]) -> Drawn:
    """A stack as a scan gives it: every character a little off its place."""
    abreast = rng.randint(1, 4)
    names = _some(rng, team, min(9, 5 * abreast), plain=True)
    setting = replace(draw_setting(rng), jitter=0.07)
    return _scanned(to_cell(stack_glyphs(names, setting, abreast, rng), setting, rng)), names


def _cut(rng: random.Random, team: Sequence[str]) -> Drawn:
    """A stack that a page end cuts, between two blocks or through one."""
    names = _some(rng, team, 9, plain=True)
    setting = draw_setting(rng)
    glyphs = stack_glyphs(names, setting, 2, rng)
    lines = sorted({round(glyph.box.y_mid, 3) for glyph in glyphs})
    if rng.random() < 0.5:
        first = stack_glyphs(names[:2], setting, 2, rng)
        cut = max(glyph.box.bottom for glyph in first) + 0.2 * setting.size
        return to_cell(glyphs, setting, rng, cut if len(names) > 2 else None), names
    return to_cell(glyphs, setting, rng, rng.choice(lines[1:]) - setting.down / 2), names


def _unequal(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Blocks of unequal width, all centred or all from the left edge."""
    names = _some(rng, team, 9, plain=True)
    setting = draw_setting(rng)
    setting = replace(setting, between=max(setting.between, 0.4 * setting.size))
    centred = rng.random() < 0.5
    glyphs: list[Glyph] = []
    at, top = 0, 0.0
    while at < len(names):
        block = names[at : at + rng.randint(1, 4)]
        at += len(block)
        part = stack_glyphs(block, setting, len(block), rng)
        left = 0.0 if centred else (len(block) - 1) / 2 * setting.across
        glyphs += [moved(glyph, left, top) for glyph in part]
        height = max(3 if len(name) == 2 < len(block) + 1 else len(name) for name in block)
        top += height * setting.down + setting.between
    return to_cell(glyphs, setting, rng), names


def _ragged(rng: random.Random, team: Sequence[str]) -> Drawn:
    """A stack set by a browser: blanks at line ends are gone, and lines are centred."""
    names = _some(rng, team, 6, plain=True)
    size = 12.0
    setting = Setting(size, size, size * rng.uniform(1.2, 1.5))
    lines: list[str] = []
    for at in range(0, len(names), 2):
        block = names[at : at + 2]
        height = max(3 if len(name) == 2 and len(names) > 1 else len(name) for name in block)
        spaced = [
            name[0] + "　" * (height - 2) + name[1] if len(name) == 2 else name.ljust(height, "　")
            for name in block
        ]
        lines += ["".join(row).rstrip("　") for row in zip(*spaced, strict=True)]
    glyphs = line_glyphs([line for line in lines if line], setting, "center")
    return to_cell(glyphs, setting, rng), names


def _columns(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Columns of unequal length, each centred by itself or hung from the top."""
    names = _some(rng, team, 4, plain=True)
    size = 10.5
    setting = Setting(size, size * rng.uniform(1.4, 2.0), size * rng.uniform(1.1, 1.5))
    height = max(map(len, names))
    centred = rng.random() < 0.5
    glyphs = [
        glyph_at(character, column * setting.across, (start + at) * setting.down, size)
        for column, name in enumerate(names)
        for start in [(height - len(name)) / 2 if centred else 0.0]
        for at, character in enumerate(name)
    ]
    return to_cell(glyphs, setting, rng), names


def _set(rng: random.Random, lines: Sequence[str], names: tuple[str, ...]) -> Drawn:
    """Lines of text from left to right."""
    size = rng.choice((9.0, 10.5, 12.0, 14.0))
    setting = Setting(size=size, down=size * rng.uniform(1.15, 1.8), padding=size * 0.4)
    return to_cell(line_glyphs(lines, setting, rng.choice(("left", "center"))), setting, rng), names


def _padded(names: Sequence[str]) -> list[str]:
    return [f"{name[0]}　{name[1]}" if len(name) == 2 else name for name in names]


def _dotted(rng: random.Random, names: Sequence[str]) -> list[str]:
    """Names with the middle dot as one of the characters that print alike."""
    return [name.replace("·", rng.choice(_DOTS)) for name in names]


def _spaced(rng: random.Random, name: str) -> str:
    """A name with blanks between surname and given name, or between all its characters."""
    blank = rng.choice((" ", "　", "  "))
    if "·" in name or len(name) > 4 or rng.random() < 0.2:
        return name
    if len(name) == 3 and rng.random() < 0.3:
        return blank[0].join(name)
    compound = name[:2] in COMPOUND and len(name) > 2
    cut = 2 if compound else 1
    return name[:cut] + blank + name[cut:]


def _spaced_text(rng: random.Random, names: Sequence[str]) -> str:
    """Names with blanks anywhere inside, parted by more than blanks inside are."""
    texts = _dotted(rng, [_spaced(rng, name) for name in names])
    return rng.choice(("、", " 、 ", "，", "\n", " \n ", "　　　")).join(texts)


def _narrow_lines(rng: random.Random, names: Sequence[str]) -> list[str]:
    """One name after the other in a cell too narrow for the longer ones."""
    width = rng.choice((2, 3, 3, 3))
    texts = _padded(names) if width == 3 and rng.random() < 0.5 else names
    return [line for text in _dotted(rng, texts) for line in wrap(text, width)]


def _abreast(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Names in a row, one a line, or two a line, two-character names padded or not."""
    names = _some(rng, team, 6, plain=False)
    printed = _dotted(rng, names)
    kind = rng.random()
    if kind < 0.35:
        return _set(rng, [rng.choice(("、", "，", "；")).join(printed)], names)
    padded = _padded(printed)
    if kind < 0.7:
        return _set(rng, padded if rng.random() < 0.5 else printed, names)
    return _set(rng, ["　".join(padded[at : at + 2]) for at in range(0, len(names), 2)], names)


def _wrapped(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Names parted by signs and wrapped anywhere in a narrow cell."""
    names = _some(rng, team, 6, plain=False)
    return _set(rng, wrap("、".join(_dotted(rng, names)), rng.randint(3, 8)), names)


def _spread(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Names with blanks inside."""
    names = _some(rng, team, 4, plain=False)
    return _set(rng, _spaced_text(rng, names).split("\n"), names)


def _narrow(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Names that begin on a line each and are wrapped over two or more."""
    names = _some(rng, team, 5, plain=False)
    return _set(rng, _narrow_lines(rng, names), names)


def _scanned_lines(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Lines of a scan whose characters have no places of their own."""
    cell, names = rng.choice((_abreast, _wrapped, _offices))(rng, team)
    parts = [
        replace(part, lines=tuple(replace(line, glyphs=()) for line in part.lines))
        for part in cell.fragments
    ]
    return _scanned(replace(cell, fragments=tuple(parts))), names


def _titled_text(rng: random.Random, names: Sequence[str]) -> str:
    """Names with their posts before, after or in brackets."""
    way = rng.choice(("before", "after", "blank", "bracket", "lines", "some"))
    posts = [rng.choice(_POSTS) for _ in names]
    pairs = list(zip(posts, _dotted(rng, names), strict=True))
    if way == "before":
        return "、".join(post.rpartition("、")[2] + name for post, name in pairs)
    if way == "after":
        return "、".join(name + rng.choice(("副县长", "主任", "同志")) for _, name in pairs)
    if way == "bracket":
        return "、".join(f"{name}（{post}）" for post, name in pairs)
    if way == "some":
        return "、".join(
            f"{name}（{post}）" if rng.random() < 0.5 else name for post, name in pairs
        )
    between, end = ("　", "；") if way == "blank" else ("\n", "\n")
    return end.join(f"{post}{between}{name}" for post, name in pairs)


def _parts_text(rng: random.Random, names: Sequence[str]) -> str:
    """Names behind or before their parts in the task: 牵头：… 配合：…, …牵头，…配合."""
    head, *rest = _dotted(rng, names)
    first, second = rng.choice(_PARTS)
    if not rest:
        return f"{first}：{head}"
    way = rng.random()
    if first == "牵头" and way < 0.2:
        return f"{head}牵头，{'、'.join(rest)}配合"
    if first == "牵头" and way < 0.4:
        return "、".join((f"{head}（牵头）", *(f"{name}（配合）" for name in rest)))
    return f"{first}：{head}{rng.choice(('　', '；', chr(10)))}{second}：{'、'.join(rest)}"


def _office(rng: random.Random, team: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    names = _some(rng, team, 3, plain=False)
    kind = rng.random()
    if kind < 0.5:
        return _titled_text(rng, names), names
    if kind < 0.75:
        return _parts_text(rng, names), names
    nobody = rng.choice(tuple(NOBODY))
    if rng.random() < 0.5:
        return nobody, (nobody,)
    return "、".join((*_dotted(rng, names), nobody)), (*names, nobody)


def _offices(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Posts, parts and groups of persons, wrapped in a narrow cell or not."""
    text, names = _office(rng, team)
    lines = text.split("\n")
    if rng.random() < 0.4:
        width = rng.randint(7, 10)
        lines = [part for line in lines for part in wrap(line, width)]
    return _set(rng, lines, names)


# --- cells without places ---


def _text_cell(text: str, names: tuple[str, ...]) -> Drawn:
    return Cell(0, 0, text=text), names


def _signs(rng: random.Random, team: Sequence[str]) -> Drawn:
    names = _some(rng, team, 6, plain=False)
    return _text_cell(rng.choice(("、", "，", "；", "、\n")).join(_dotted(rng, names)), names)


def _blanks(rng: random.Random, team: Sequence[str]) -> Drawn:
    names = _some(rng, team, 6, plain=False)
    parts = _padded(names) if rng.random() < 0.3 else list(names)
    return _text_cell(rng.choice((" ", "\n", "　　", "\t")).join(_dotted(rng, parts)), names)


def _spread_text(rng: random.Random, team: Sequence[str]) -> Drawn:
    names = _some(rng, team, 4, plain=False)
    return _text_cell(_spaced_text(rng, names), names)


def _narrow_text(rng: random.Random, team: Sequence[str]) -> Drawn:
    names = _some(rng, team, 5, plain=False)
    return _text_cell("\n".join(_narrow_lines(rng, names)), names)


def _read_down(rng: random.Random, team: Sequence[str]) -> Drawn:
    names = _some(rng, team, 6, plain=True)
    return _text_cell(read_by_lines(names, rng.choice((2, 3, 3))), names)


def _lossy(rng: random.Random, team: Sequence[str]) -> Drawn:
    names = _some(rng, team, 5, plain=True)
    return _text_cell(read_by_lines(names, 3, lose_lone=True), names)


def _glued(rng: random.Random, team: Sequence[str]) -> Drawn:
    """A stack of which the reader took some names by columns and the rest by lines."""
    names = _some(rng, team, 4, plain=True)
    down = rng.randint(0, len(names))
    texts = [*names[:down], read_by_lines(names[down:], 3)] if down < len(names) else list(names)
    return _text_cell(" ".join(filter(None, texts)), names)


def _garbled(rng: random.Random, team: Sequence[str]) -> Drawn:
    """A stack read partly by columns, partly by lines, and some characters lost on the way."""
    cell, names = _glued(rng, team)
    text = "".join(c for c in cell.text if c == " " or rng.random() > 0.1)
    return _text_cell(text if text.strip() else cell.text, names)


def _posts(rng: random.Random, team: Sequence[str]) -> Drawn:
    return _text_cell(*_office(rng, team))


# --- characters taken for others ---


def _with_misreading(
    rng: random.Random, names: Sequence[str], team: Sequence[str], shapes: Likeness
) -> list[str]:
    """`names` with one character taken for another of its shape, where one has such."""
    places = [(n, at) for n, name in enumerate(names) for at in range(len(name))]
    rng.shuffle(places)
    for number, at in places:
        name = names[number]
        alike = sorted(shapes.alike.get(name[at], ()))[:4]
        if alike and len(name) > 2:
            read = name[:at] + rng.choice(alike) + name[at + 1 :]
            if read not in team:
                return [*names[:number], read, *names[number + 1 :]]
    return list(names)


def draw_misread(rng: random.Random, team: Sequence[str], settings: Settings) -> Drawn:
    """Names parted by signs, one of their characters misread."""
    names = _some(rng, team, 4, plain=False)
    return _text_cell(
        "、".join(_with_misreading(rng, names, team, likeness(settings.names))), names
    )


def draw_misread_stack(rng: random.Random, team: Sequence[str], settings: Settings) -> Drawn:
    """A scanned stack, one of its characters misread."""
    names = _some(rng, team, 6, plain=True)
    printed = _with_misreading(rng, names, team, likeness(settings.names))
    setting = replace(draw_setting(rng), jitter=0.05)
    glyphs = stack_glyphs(printed, setting, rng.randint(1, 3), rng)
    return _scanned(to_cell(glyphs, setting, rng), 0.9), names


Draw = Callable[[random.Random, Sequence[str]], Drawn]
PLACED: dict[str, Draw] = {
    "stack": _stack,
    "scanned stack": _jittered,
    "cut stack": _cut,
    "ragged stack": _ragged,
    "unequal blocks": _unequal,
    "columns": _columns,
    "abreast": _abreast,
    "wrapped": _wrapped,
    "spread": _spread,
    "narrow": _narrow,
    "posts": _offices,
    "scanned lines": _scanned_lines,
}
UNPLACED: dict[str, Draw] = {
    "signs": _signs,
    "blanks": _blanks,
    "spread": _spread_text,
    "narrow": _narrow_text,
    "stack": _read_down,
    "lossy stack": _lossy,
    "glued": _glued,
    "garbled": _garbled,
    "posts": _posts,
}
# Kinds that a notice's rows mix: what its writer may have done, or its reader.
_MIXED_PLACED = ("stack", "unequal blocks", "abreast", "spread", "posts")
_MIXED_UNPLACED = ("blanks", "stack", "lossy stack", "glued")


def draw_mixed(rng: random.Random, team: Sequence[str], *, placed: bool) -> Drawn:
    """A cell of any of some kinds."""
    if placed:
        return PLACED[rng.choice(_MIXED_PLACED)](rng, team)
    return UNPLACED[rng.choice(_MIXED_UNPLACED)](rng, team)
