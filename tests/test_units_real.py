"""Published lists of units, split and identified, against labels made by hand.

`tests/data/responsible-phrases.tsv`: the first digits of a phrase's SHA-256, then its units as a
reader splits them; ! before one that leads. `centre-bodies.tsv`: bodies of the centre as printed,
and their names in full.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.model import Cell, Document, Severity
from pipeline.normalise.directory import learn_units, open_directory
from pipeline.normalise.identify import identify_all, identity_doubts
from pipeline.normalise.identity import SURE, Identity
from pipeline.normalise.units import cell_to_units
from pipeline.party import PartyKind

SETTINGS = load_settings()
DATA = Path(__file__).resolve().parent / "data"
pytestmark = pytest.mark.real


def table(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


LABELS = {key: label.split() for key, label in table(DATA / "responsible-phrases.tsv")}
BODIES = dict(table(DATA / "centre-bodies.tsv"))


@pytest.fixture(scope="module")
def folder() -> Path:
    found = os.environ.get("GONGWEN_REAL")
    if not found:
        pytest.skip("GONGWEN_REAL is unset: the folder of published lists")
    return Path(found)


@pytest.fixture(scope="module")
def phrases(folder: Path) -> list[str]:
    text = (folder / "responsible-phrases.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


def label_of(phrase: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who leads, and who takes part, as labelled."""
    units = LABELS[hashlib.sha256(phrase.encode()).hexdigest()[:12]]
    lead = tuple(unit[1:] for unit in units if unit.startswith("!"))
    return lead, tuple(unit for unit in units if not unit.startswith("!"))


def identify(units: tuple[str, ...], letter: Document) -> list[Identity]:
    start = open_directory(letter, (), SETTINGS)
    return identify_all(units, learn_units(start, units, letter, ()))


def test_phrases_are_split_as_labelled(phrases: list[str]) -> None:
    wrong = []
    for phrase in phrases:
        reading = cell_to_units(Cell(0, 0, text=phrase), SETTINGS)
        if (reading.lead, reading.units) != label_of(phrase):
            wrong.append((phrase, reading.units))
    # 技工院校内由…部门负责 says where before who; nothing tells that apart from a name.
    assert len(phrases) == 103
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("issuer", ["国务院办公厅", None])
def test_bodies_of_phrases_have_their_names_in_full(phrases: list[str], issuer: str | None) -> None:
    known = wrong = flagged = unsure = 0
    for phrase in phrases:
        lead, rest = label_of(phrase)
        found = identify((*lead, *rest), Document(issuer=issuer))
        doubts = [doubt for doubt in identity_doubts(found) if doubt[1] is not Severity.INFO]
        flagged += bool(doubts)
        for one in found:
            if one.printed in BODIES:
                known += 1
                wrong += one.canonical != BODIES[one.printed]
                unsure += one.certainty < SURE
            elif one.printed != "人力资源社会保障行政部门":
                assert one.kind is PartyKind.COLLECTIVE
    assert known > 320
    assert (wrong, flagged) == (0, 0)
    # Without an issuer, 发展改革委 beside nothing that is surely the centre's may be a province's.
    assert unsure <= (0 if issuer else 0.03 * known)


def test_the_organs_of_a_county_are_known(folder: Path) -> None:
    organs = tuple((folder / "organs-county.txt").read_text(encoding="utf-8").split())
    found = identify(organs, Document(issuer="平昌县人民政府办公室"))
    assert not [one.doubt for one in found if one.doubt and one.doubt[1] is not Severity.INFO]
    right = [one for one in found if one.canonical == one.printed and one.certainty >= SURE]
    # One of a city for a county, zones that are named otherwise, and what only this county has.
    assert len(right) >= 0.93 * len(organs), [one for one in found if one not in right]
    assert all(one.canonical for one in found)


def test_short_forms_of_a_county_lead_to_the_full_ones(folder: Path) -> None:
    pairs = table(folder / "organs-full-short.tsv")
    letter = Document(issuer="阜宁县人民政府办公室")
    known = identify(tuple(full for full, _ in pairs), letter)
    assert all(one.canonical and one.certainty >= SURE for one in known)
    right = 0
    for full, (_, short) in zip(known, pairs, strict=True):
        for unit in (short, f"县{short}"):
            one = identify((unit,), letter)[0]
            right += one.canonical == full.canonical
            # 办公室 alone may be anybody's, 规划局 a bureau of its own.
            sure = one.canonical is not None and one.certainty >= SURE
            assert not sure or one.canonical == full.canonical, one
    assert right >= 0.95 * 2 * len(pairs)
