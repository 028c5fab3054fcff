"""Unit cells of every kind, drawn with their truth: which units, which lead, and what they are.

The bodies and their names in full are written down here by hand, not taken from the gazetteer. A
third of the units have names that no list holds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.geometry import BBox, union
from pipeline.model import Cell, Document, Fragment, Word
from tests.name_cells import glyph_at, wrap

# Bodies of a county or a city: full name with {} for the place; how they are printed, {} for the
# word of the level; what they are.
BODIES = """
organ {}发展和改革局: {}发改局 {}发展改革局 {}发展和改革局
organ {}教育局: {}教育局
organ {}科学技术局: {}科技局 {}科学技术局
organ {}工业和信息化局: {}工信局 {}工业和信息化局
organ {}公安局: {}公安局
organ {}民政局: {}民政局
organ {}司法局: {}司法局
organ {}财政局: {}财政局
organ {}人力资源和社会保障局: {}人社局 {}人力资源和社会保障局 {}人力资源社会保障局
organ {}自然资源局: {}自然资源局
organ {}住房和城乡建设局: {}住建局 {}住房城乡建设局 {}住房和城乡建设局
organ {}交通运输局: {}交通局 {}交通运输局
organ {}水利局: {}水利局
organ {}农业农村局: {}农业农村局
organ {}商务局: {}商务局
organ {}卫生健康局: {}卫健局 {}卫生健康局
organ {}退役军人事务局: {}退役军人局 {}退役军人事务局
organ {}应急管理局: {}应急局 {}应急管理局
organ {}审计局: {}审计局
organ {}市场监督管理局: {}市场监管局 {}市监局 {}市场监督管理局
organ {}统计局: {}统计局
organ {}林业局: {}林业局
organ {}医疗保障局: {}医保局 {}医疗保障局
organ {}乡村振兴局: {}乡村振兴局
organ {}信访局: {}信访局
organ {}数据局: {}数据局
organ {}行政审批服务局: {}行政审批服务局 {}审批服务局
organ {}金融工作办公室: {}金融办 {}政府金融办
organ {}人民政府办公室: {}政府办 {}政府办公室 {}人民政府办公室
organ 国家税务总局{}税务局: {}税务局
organ {}气象局: {}气象局
organ 中共{}委组织部: {}委组织部
organ 中共{}委宣传部: {}委宣传部
organ 中共{}委政法委员会: {}委政法委
organ 中共{}委机构编制委员会办公室: {}委编办 {}编办
organ 中共{}纪律检查委员会: {}纪委
organ {}人民检察院: {}检察院 {}人民检察院
organ {}公安局交警大队: {}公安局交警大队
organ {}教育局办公室: {}教育局办公室
association 共青团{}委员会: 团{}委
association {}妇女联合会: {}妇联
association {}总工会: {}总工会
association {}科学技术协会: {}科协
association {}残疾人联合会: {}残联
association {}工商业联合会: {}工商联
association {}红十字会: {}红十字会
association {}供销合作社联合社: {}供销社 {}供销联社
institution {}融媒体中心: {}融媒体中心
institution {}住房公积金管理中心: {}公积金中心 {}住房公积金中心 {}住房公积金管理中心
institution {}疾病预防控制中心: {}疾控中心
institution {}人民医院: {}人民医院
institution {}公共资源交易中心: {}公共资源交易中心
company 国网{}供电公司: {}供电公司 国网@供电公司
company 中国电信{}分公司: {}电信公司 中国电信@分公司
company 中国移动{}分公司: {}移动公司
company 中国邮政集团有限公司{}分公司: {}邮政分公司 {}邮政公司
company {}农村商业银行: {}农商行 {}农商银行
"""  # @: the place by its name
# What the branch of a county is called; of a city it is another.
COUNTY_BODIES = """
organ {}人民法院: {}法院 {}人民法院
organ {}消防救援大队: {}消防救援大队 {}消防大队
organ {}人民武装部: {}人武部
company 中国人民银行{}支行: {}人民银行 中国人民银行@支行 人民银行@支行
company 中国农业发展银行{}支行: {}农发行
"""
CITY_BODIES = """
organ {}中级人民法院: {}中院 {}中级人民法院
organ {}消防救援支队: {}消防救援支队
organ {}发展和改革委员会: {}发改委 {}发展改革委
organ {}卫生健康委员会: {}卫健委 {}卫生健康委
"""
CENTRE_BODIES = """
organ 国家发展和改革委员会: 国家发展改革委
organ 财政部: 财政部
organ 人力资源和社会保障部: 人力资源社会保障部
organ 工业和信息化部: 工业和信息化部
organ 海关总署: 海关总署
organ 国家税务总局: 税务总局
organ 国家市场监督管理总局: 市场监管总局
organ 住房和城乡建设部: 住房城乡建设部
organ 中国证券监督管理委员会: 证监会
association 中华全国总工会: 全国总工会
"""
PLACES = tuple("青岚澜霁墨鹿松云枫榆沁砚泽岱衡屏汐濛蕲溧浔泖璧崮")
# Names that no list holds: W is drawn, {} the word of the level.
STRANGE = {
    "organ": ("{}WW产业办", "{}WW工程指挥部", "{}WW开发办", "{}WW改造专班"),
    "institution": ("{}WW湖管护中心", "{}WW山林场管理所", "WW职业学校", "{}WW水库管理所"),
    "company": ("WW集团", "WW科技有限公司", "WW矿业有限责任公司", "WW建设集团有限公司"),
    "association": ("{}WW茶叶协会", "{}WW商会", "{}WW石材行业协会"),
}
OPEN = ("有关部门", "各相关单位", "{}直各有关单位", "其他责任单位", "各有关单位")
CLOSED = ("各乡镇人民政府", "各镇人民政府", "各乡镇街道")
TWINS = (
    "（{}知识产权局）",
    "（{}道路运输服务中心）",
    "（{}港航管理中心、{}公路中心）",
    "（牵头推进）",
)
HELPING = ("配合", "参与", "协办", "负责落实")
SIGNS = ("、", "、", "、", "，", "；", "、\n")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as printed and what it is. `known`: a list may hold it; `twin`: brackets behind it."""

    printed: str
    canonical: str | None
    kind: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell with its truth. `clean`: printed without a fault, so that a doubt is an alarm."""

    cell: Cell
    units: tuple[Unit, ...]
    lead: tuple[Unit, ...] = ()
    clean: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """Whose notice it is: its letter, the place, the word of its level, and the place above."""

    letter: Document
    place: str
    word: str
    above: str
    texts: tuple[str, ...]


@cache
def _parse(text: str) -> list[tuple[str, str, list[str]]]:
    rows = []
    for line in filter(None, text.splitlines()):
        head, _, forms = line.partition(": ")
        kind, _, name = head.partition(" ")
        rows.append((kind, name, forms.split()))
    return rows


def draw_notice(rng: random.Random) -> Notice:
    """The notice of a county, a district or a city, which may name the city above it."""
    word = rng.choice("县县县区市")
    bare = "".join(rng.sample(PLACES, rng.choice((2, 2, 3))))
    above = "".join(rng.sample(PLACES, 2)) + "市"
    texts: tuple[str, ...] = ()
    if word != "市":
        texts = (f"现将《{above}人民政府办公室关于印发〈方案〉的通知》转发给你们，请抓好落实。",)
    return Notice(Document(issuer=f"{bare}{word}人民政府办公室"), bare + word, word, above, texts)


# --- units ---


def draw_unit(rng: random.Random, notice: Notice) -> Unit:
    """A unit: a third of a name that no list holds, else known bodies of the place, the city above
    and the centre, a town or a branch."""
    chance = rng.random()
    if chance < 1 / 3:
        return _strange(rng, notice)
    if chance < 0.40:
        return _town(rng, notice)
    if chance < 0.44:
        kind, name, forms = rng.choice(_parse(CENTRE_BODIES))
        return Unit(rng.choice(forms), name, kind)
    if chance < 0.52 and notice.word != "市":
        return _above(rng, notice)
    return plain_unit(rng, notice)


def plain_unit(rng: random.Random, notice: Notice) -> Unit:
    """A known body of the notice's own place."""
    own = CITY_BODIES if notice.word == "市" else COUNTY_BODIES
    kind, name, forms = rng.choice(_parse(BODIES + own))
    form = rng.choice(forms)
    full = form.startswith("{}") and rng.random() < 0.1
    printed = form.replace("@", notice.place).replace("{}", notice.place if full else notice.word)
    return Unit(printed, _placed(name, notice.place), kind)


def _placed(name: str, place: str) -> str:
    canonical = name.replace("{}", place)
    # A part keeps its body's name; this one has a name of its own.
    return canonical.replace("公安局交警大队", "公安局交通警察大队")


def _above(rng: random.Random, notice: Notice) -> Unit:
    if rng.random() < 0.3:
        branch = rng.choice((notice.place, notice.place[:-1]))
        name = f"{notice.above}生态环境局{notice.place}分局"
        return Unit(f"市生态环境局{branch}分局", name, "organ")
    kind, name, forms = rng.choice(_parse(BODIES))
    form = rng.choice([form for form in forms if "@" not in form] or forms)
    printed = form.replace("@", notice.above).replace("{}", "市")
    return Unit(printed, _placed(name, notice.above), kind)


def _town(rng: random.Random, notice: Notice) -> Unit:
    name = "".join(rng.sample(PLACES, 2)) + rng.choice(("镇", "乡", "街道"))
    end = "办事处" if name.endswith("街道") else "人民政府"
    place = "" if notice.word == "市" else notice.place
    canonical = f"{place}{name}{end}"
    if rng.random() < 0.5:
        return Unit(name, canonical, "place")
    return Unit(name + end, canonical, "organ")


def _strange(rng: random.Random, notice: Notice) -> Unit:
    kind = rng.choice(list(STRANGE))
    name = rng.choice(STRANGE[kind])
    while "W" in name:
        name = name.replace("W", rng.choice(PLACES), 1)
    canonical = name.replace("{}", notice.place)
    return Unit(name.replace("{}", notice.word), canonical, kind, known=False)


def draw_units(rng: random.Random, notice: Notice, low: int = 1, high: int = 7) -> list[Unit]:
    """Different units, in printed and in canonical names."""
    found: list[Unit] = []
    count = rng.randint(low, high)
    while len(found) < count:
        unit = draw_unit(rng, notice)
        if all(unit.canonical != other.canonical for other in found):
            found.append(unit)
    return found


# --- cells ---


def _join(units: Sequence[Unit], sign: str = "、") -> str:
    return sign.join(unit.printed for unit in units)


def _text(text: str, units: Sequence[Unit], lead: Sequence[Unit] = (), clean: bool = True) -> Drawn:
    return Drawn(Cell(0, 0, text=text), tuple(units), tuple(lead), clean)


def to_text(units: Sequence[Unit], sign: str) -> Drawn:
    """A cell without places, its units parted by `sign`."""
    return _text(_join(units, sign), units)


def _set(lines: Sequence[str], units: Sequence[Unit], rng: random.Random, width: int) -> Drawn:
    """Lines from top to bottom in a cell as wide as `width` characters and a little more."""
    size = rng.choice((9.0, 10.5, 12.0, 14.0))
    leading, centred = size * rng.uniform(1.15, 1.8), rng.random() < 0.5
    room = width + rng.uniform(0.1, 0.8)
    words = []
    for row, line in enumerate(lines):
        left = size * ((room - len(line)) / 2 if centred else 0.1)
        glyphs = tuple(
            glyph_at(text, left + at * size, row * leading, size) for at, text in enumerate(line)
        )
        words.append(Word(line, union(glyph.box for glyph in glyphs), 1.0, glyphs))
    box = BBox(-size / 2, -size / 2, (room + 0.5) * size, len(lines) * leading + size)
    cell = Cell(0, 0, text="\n".join(lines), fragments=(Fragment(1, box, tuple(words)),))
    return Drawn(cell, tuple(units))


def _signs(rng: random.Random, notice: Notice) -> Drawn:
    """Names parted by signs on one line."""
    units = draw_units(rng, notice)
    return _text(_join(units, rng.choice(SIGNS)) + rng.choice(("", "", "。", "；")), units)


def _wrapped(rng: random.Random, notice: Notice) -> Drawn:
    """Names parted by signs and wrapped in mid-word in a narrow cell, with places."""
    units = draw_units(rng, notice, 2)
    width = rng.randint(4, 10)
    return _set(wrap(_join(units), width), units, rng, width)


def _broken(rng: random.Random, notice: Notice) -> Drawn:
    """The same as another reader returns it: line ends or blanks anywhere, no places."""
    units = draw_units(rng, notice, 2)
    lines = wrap(_join(units), rng.randint(4, 10))
    return _text(rng.choice(("\n", " ", "　")).join(lines), units)


def _lines(rng: random.Random, notice: Notice) -> Drawn:
    """One unit a line without signs, in a cell with room."""
    units = draw_units(rng, notice, 2, 6)
    longest = max(len(unit.printed) for unit in units)
    return _set([unit.printed for unit in units], units, rng, 2 * longest)


def _twins(rng: random.Random, notice: Notice) -> Drawn:
    """A body with another in brackets behind it, which has signs of its own at times."""
    units = draw_units(rng, notice, 2, 5)
    at = rng.randrange(len(units))
    body = plain_unit(rng, notice)
    while any(body.canonical == unit.canonical for unit in units):
        body = plain_unit(rng, notice)
    twin = rng.choice(TWINS[:3]).replace("{}", notice.word)
    units[at] = replace(body, printed=body.printed + twin)
    return _text(_join(units), units)


def _roles(rng: random.Random, notice: Notice) -> Drawn:
    """Who leads and who takes part: X牵头，Y、Z配合 and the like."""
    units = draw_units(rng, notice, 2, 6)
    cut = rng.randint(1, len(units) - 1)
    lead, rest = units[:cut], units[cut:]
    way = rng.randrange(4)
    if way == 0:
        text = f"{_join(lead)}牵头，{_join(rest)}{rng.choice(HELPING)}"
    elif way == 1:
        text = f"牵头单位：{_join(lead)}{rng.choice('；，。 ')}配合单位：{_join(rest)}"
    elif way == 2:
        lead, rest = units[:1], units[1:]
        text = f"{lead[0].printed}（牵头）、{_join(rest)}"
    else:
        lead, rest = units[:1], units[1:]
        text = f"{_join(units)}（列第一位者为牵头单位）"
    return _text(text, rest, lead)


def _endings(rng: random.Random, notice: Notice) -> Drawn:
    """责任单位：…, （…）, …等负责, …按职责分工负责."""
    units = draw_units(rng, notice, 1, 5)
    way = rng.randrange(4)
    if way == 0:
        return _text(f"责任单位：{_join(units)}。", units)
    if way == 1:
        return _text(f"（责任单位：{_join(units)}等）", units)
    if way == 2:
        return _text(f"{_join(units)}按职责分工负责", units)
    group = Unit("有关部门", None, "collective")
    return _text(f"{_join(units)}等有关部门负责", [*units, group])


def _carried(rng: random.Random, notice: Notice) -> Drawn:
    """A prefix printed once for several: 县发改局、财政局、工信局."""
    units: list[Unit] = []
    while len(units) < rng.randint(3, 5):
        unit = plain_unit(rng, notice)
        plain = unit.kind == "organ" and unit.printed.startswith(notice.word)
        inner = unit.printed[1:].startswith(("委", "政府", "人民政府"))
        if plain and not inner and all(unit.canonical != other.canonical for other in units):
            units.append(unit)
    short = [units[0], *(replace(unit, printed=unit.printed[1:]) for unit in units[1:])]
    return _text(_join(short), short)


def _groups(rng: random.Random, notice: Notice) -> Drawn:
    """Collectives among the units."""
    units = draw_units(rng, notice, 0, 4)
    if rng.random() < 0.5:
        group = rng.choice(OPEN).replace("{}", notice.word)
        return _text(
            _join([*units, Unit(group, None, "")]), [*units, Unit(group, None, "collective")]
        )
    group = rng.choice(CLOSED)
    unit = Unit(group, notice.place + group, "collective")
    return _text(_join([*units, unit]), [*units, unit])


def _run_together(rng: random.Random, notice: Notice) -> Drawn:
    """A sign that is missing between two known units; it must be found, and told."""
    units = draw_units(rng, notice, 1, 4)
    pair: list[Unit] = []
    while len(pair) < 2:
        unit = plain_unit(rng, notice)
        own = unit.printed.startswith(notice.word) and "办公室" not in unit.printed
        if own and all(unit.canonical != other.canonical for other in (*units, *pair)):
            pair.append(unit)
    text = _join([replace(pair[0], printed=pair[0].printed + pair[1].printed), *units])
    return _text(text, [*pair, *units], clean=False)


def _misread(rng: random.Random, notice: Notice) -> Drawn:
    """A known unit with a character lost or taken for another: no list knows what is read."""
    units = draw_units(rng, notice, 1, 4)
    while True:
        unit = plain_unit(rng, notice)
        name = unit.printed
        if len(name) < 5 or not name.startswith(notice.word):
            continue
        at = rng.randrange(1, len(name) - 1)
        if rng.random() < 0.5:
            read = name[:at] + name[at + 1 :]
        else:
            read = name[:at] + rng.choice("匕攴亍乂丿彳尢") + name[at + 1 :]
        wrong = replace(unit, printed=read)
        return _text(_join([wrong, *units]), [wrong, *units], clean=False)


KINDS: dict[str, Callable[[random.Random, Notice], Drawn]] = {
    "signs": _signs,
    "wrapped, with places": _wrapped,
    "wrapped, without": _broken,
    "one a line": _lines,
    "twins in brackets": _twins,
    "roles": _roles,
    "labels and endings": _endings,
    "carried prefix": _carried,
    "collectives": _groups,
    "run together": _run_together,
    "misread": _misread,
}
