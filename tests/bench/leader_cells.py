"""Leader cells of every kind, drawn with their truth, and how they are read.

Each notice has its own few leaders, who stand in many rows. A third of the persons have surnames
that no list holds, given names of rare characters, or names of minorities. Cells with places are
read by what the notice itself teaches; cells without, once so and once with a roster given.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.config import Settings, load_settings
from pipeline.model import Cell
from pipeline.normalise.likeness import likeness
from pipeline.normalise.names import NameReading, cell_to_names, learn_roster
from tests.bench.report import Section, Target, at_least, at_most
from tests.name_cells import (
    Setting,
    draw_name,
    draw_setting,
    glyph_at,
    line_glyphs,
    read_by_lines,
    stack_glyphs,
    to_cell,
    wrap,
)

Drawn = tuple[Cell, tuple[str, ...]]

# Surnames that exist and may be in no list; those that are in ours are not drawn.
_SURNAMES = "寸者撖妫郯肇展爨黑老盖繁瓮虢郧茆逮宛妥喇剡洗呼冮绽磨侬阔瓦木波依赛岱尧崇巨由布弥"
_RARE_GIVEN = "赟喆煜垚昇玥珩翯昶晞霈甯骞峤崧嵩堃翥翕翎鹍瑀璟"
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
_GROUPS = ("各分管副县长", "各乡镇党委书记", "有关县领导", "其他县级领导", "相关副县长")
_BATCH = 20  # rows of a notice


@dataclass(frozen=True, slots=True)
class Tally:
    """How cells were read: how often exactly, wrongly without a doubt, rightly with one."""

    cells: int = 0
    exact: int = 0
    silent: int = 0
    alarms: int = 0

    def with_one(self, *, right: bool, certain: bool) -> Tally:
        """This tally and one more cell."""
        return Tally(
            self.cells + 1,
            self.exact + right,
            self.silent + (certain and not right),
            self.alarms + (right and not certain),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.cells + other.cells,
            self.exact + other.exact,
            self.silent + other.silent,
            self.alarms + other.alarms,
        )

    def share(self, count: int) -> float:
        """`count` in percent of the cells."""
        return 100 * count / max(1, self.cells)


@dataclass(slots=True)
class Outcome:
    """Tallies by kind, what the certainty was worth, and the processor time, in seconds."""

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    bins: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0

    def add(self, kind: str, reading: NameReading, truth: tuple[str, ...]) -> None:
        """Count one reading."""
        right = reading.names == truth
        self.kinds[kind] = self.kinds[kind].with_one(right=right, certain=reading.certain)
        self.bins[min(9, int(reading.certainty * 10))].append(right)

    def total(self, prefix: str) -> Tally:
        """All kinds whose name begins with `prefix`."""
        return sum((t for kind, t in self.kinds.items() if kind.startswith(prefix)), Tally())


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
            name = draw_name(rng)[:1] + "".join(rng.sample(_RARE_GIVEN, rng.choice((1, 2))))
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


def _jittered(rng: random.Random, team: Sequence[str]) -> Drawn:
    """A stack as a scan gives it: every character a little off its place."""
    abreast = rng.randint(1, 4)
    names = _some(rng, team, min(9, 5 * abreast), plain=True)
    drawn = draw_setting(rng)
    setting = Setting(drawn.size, drawn.across, drawn.down, drawn.between, drawn.padding, 0.07)
    return to_cell(stack_glyphs(names, setting, abreast, rng), setting, rng), names


def _cut(rng: random.Random, team: Sequence[str]) -> Drawn:
    """A stack that a page end cuts between two blocks."""
    names = _some(rng, team, 9, plain=True)
    setting = draw_setting(rng)
    glyphs = stack_glyphs(names, setting, 2, rng)
    first = stack_glyphs(names[:2], setting, 2, rng)
    cut = max(glyph.box.bottom for glyph in first) + 0.2 * setting.size
    whole = len(names) <= 2
    return to_cell(glyphs, setting, rng, None if whole else cut), names


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


def _abreast(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Names in a row, one a line, or two a line, two-character names padded or not."""
    names = _some(rng, team, 6, plain=False)
    texts = _padded(names) if rng.random() < 0.5 else list(names)
    kind = rng.random()
    if kind < 0.35:
        return _set(rng, [rng.choice(("、", "，", "；")).join(names)], names)
    if kind < 0.7:
        return _set(rng, texts, names)
    return _set(
        rng, ["　".join(_padded(names)[at : at + 2]) for at in range(0, len(names), 2)], names
    )


def _wrapped(rng: random.Random, team: Sequence[str]) -> Drawn:
    """Names parted by signs and wrapped anywhere in a narrow cell."""
    names = _some(rng, team, 6, plain=False)
    return _set(rng, wrap("、".join(names), rng.randint(3, 8)), names)


def _titled_text(rng: random.Random, names: Sequence[str]) -> str:
    """Names with their posts before, after or in brackets."""
    way = rng.choice(("before", "blank", "bracket", "lines"))
    posts = [rng.choice(_POSTS) for _ in names]
    if way == "before":
        posts = [rng.choice(("副县长", "县委常委", "副市长")) for _ in names]
        return "、".join(post + name for post, name in zip(posts, names, strict=True))
    if way == "bracket":
        return "、".join(f"{name}（{post}）" for post, name in zip(posts, names, strict=True))
    between, end = ("　", "；") if way == "blank" else ("\n", "\n")
    return end.join(f"{post}{between}{name}" for post, name in zip(posts, names, strict=True))


def _parts_text(rng: random.Random, names: Sequence[str]) -> str:
    """Names behind their parts in the task: 牵头：… 配合：…"""
    head, rest = names[:1], names[1:]
    first, second = rng.choice((("牵头", "配合"), ("牵头领导", "责任领导"), ("组长", "副组长")))
    if not rest:
        return f"{first}：{head[0]}"
    if first == "牵头" and rng.random() < 0.3:
        return f"{head[0]}牵头，{'、'.join(rest)}配合"
    return f"{first}：{head[0]}{rng.choice(('　', '；', chr(10)))}{second}：{'、'.join(rest)}"


def _office(rng: random.Random, team: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    names = _some(rng, team, 3, plain=False)
    kind = rng.random()
    if kind < 0.5:
        return _titled_text(rng, names), names
    if kind < 0.8:
        return _parts_text(rng, names), names
    group = rng.choice(_GROUPS)
    return (
        ("、".join((*names, group)), (*names, group)) if rng.random() < 0.5 else (group, (group,))
    )


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
    return _text_cell(rng.choice(("、", "，", "；", "、\n")).join(names), names)


def _blanks(rng: random.Random, team: Sequence[str]) -> Drawn:
    names = _some(rng, team, 6, plain=False)
    parts = _padded(names) if rng.random() < 0.3 else list(names)
    return _text_cell(rng.choice((" ", "\n", "　　", "\t")).join(parts), names)


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


def _posts(rng: random.Random, team: Sequence[str]) -> Drawn:
    return _text_cell(*_office(rng, team))


def _misread(rng: random.Random, team: Sequence[str], settings: Settings) -> Drawn:
    """Names parted by signs, one character taken for another of its shape."""
    names = _some(rng, team, 4, plain=False)
    shapes = likeness(settings.names)
    places = [(n, at) for n, name in enumerate(names) for at in range(len(name))]
    rng.shuffle(places)
    for number, at in places:
        name = names[number]
        alike = sorted(shapes.alike.get(name[at], ()))[:4]
        if alike and len(name) > 2:
            read = name[:at] + rng.choice(alike) + name[at + 1 :]
            if read not in team:
                texts = [*names[:number], read, *names[number + 1 :]]
                return _text_cell("、".join(texts), names)
    return _text_cell("、".join(names), names)


PLACED: dict[str, Callable[[random.Random, Sequence[str]], Drawn]] = {
    "stack": _stack,
    "scanned stack": _jittered,
    "cut stack": _cut,
    "ragged stack": _ragged,
    "columns": _columns,
    "abreast": _abreast,
    "wrapped": _wrapped,
    "posts": _offices,
}
UNPLACED: dict[str, Callable[[random.Random, Sequence[str]], Drawn]] = {
    "signs": _signs,
    "blanks": _blanks,
    "stack": _read_down,
    "lossy stack": _lossy,
    "glued": _glued,
    "posts": _posts,
}


# --- measuring ---


def draw_notices(
    cells: int, seed: int, settings: Settings
) -> Iterator[tuple[str, list[Drawn], Settings]]:
    """Notices of one kind each, by name, until there are `cells` cells or a few more."""
    rng = random.Random(seed)
    kinds = [
        *(("placed", kind) for kind in PLACED),
        *((how, kind) for kind in (*UNPLACED, "misread") for how in ("learned", "given")),
    ]
    for number in range(-(-cells // _BATCH)):
        how, kind = kinds[number % len(kinds)]
        team = draw_team(rng, settings)
        own = settings
        if how == "given":
            names = settings.names.model_copy(update={"roster": team})
            own = settings.model_copy(update={"names": names})
        if kind == "misread":
            # Most rows of a notice are read well; the persons are known from them.
            drawn = [
                _misread(rng, team, settings) if row % 5 == 0 else _signs(rng, team)
                for row in range(_BATCH)
            ]
        else:
            draw = (PLACED if how == "placed" else UNPLACED)[kind]
            drawn = [draw(rng, team) for _ in range(_BATCH)]
        yield f"{how}: {kind}", drawn, own


def read_notices(cells: int, seed: int) -> Outcome:
    """Draw notices and read them."""
    outcome = Outcome()
    for kind, drawn, settings in draw_notices(cells, seed, load_settings()):
        start = time.process_time()
        roster = learn_roster([cell for cell, _ in drawn], settings)
        readings = [cell_to_names(cell, roster, settings) for cell, _ in drawn]
        outcome.seconds += time.process_time() - start
        for reading, (_, truth) in zip(readings, drawn, strict=True):
            outcome.add(kind, reading, truth)
    return outcome


def measure(cells: int = 2200, seed: int = 4) -> Section:
    """The table and the targets of leader cells."""
    outcome = read_notices(cells, seed)
    rows = [
        (
            kind,
            str(tally.cells),
            f"{tally.share(tally.exact):.1f}",
            f"{tally.share(tally.silent):.2f}",
            f"{tally.share(tally.alarms):.1f}",
        )
        for kind, tally in sorted(outcome.kinds.items())
    ]
    return Section(
        "Names in leader cells",
        ("cells", "count", "exact %", "silently wrong %", "right, yet doubted %"),
        tuple(rows),
        _targets(outcome),
        _calibration(outcome),
    )


def _targets(outcome: Outcome) -> tuple[Target, ...]:
    placed, given, every = outcome.total("placed"), outcome.total("given"), outcome.total("")
    per_cell = 1000 * outcome.seconds / max(1, every.cells)
    return (
        at_least("names exact with positions", 99.0, placed.share(placed.exact), " %"),
        at_least(
            "names exact without positions, with a roster", 95.0, given.share(given.exact), " %"
        ),
        at_most("silently wrong", 0.2, every.share(every.silent), " %"),
        at_most("right, yet doubted, with positions", 10.0, placed.share(placed.alarms), " %"),
        at_most("processor time a cell, all distinct", 0.3, per_cell, " ms"),
    )


def _calibration(outcome: Outcome) -> tuple[str, ...]:
    parts = [
        f"{at / 10:.1f}–{(at + 1) / 10:.1f}: {100 * sum(right) / len(right):.1f} % of {len(right)}"
        for at, right in sorted(outcome.bins.items())
    ]
    return (f"Exact by certainty: {'; '.join(parts)}",)


measure_leaders = measure
