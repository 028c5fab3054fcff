"""Files of units: text, CSV and TOML; what they do to readings; what is wrong with them is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config import config_dir, load_settings
from pipeline.errors import ConfigError, ExitCode
from pipeline.gazetteer_file import read_gazetteer, with_gazetteer
from pipeline.model import Document
from pipeline.normalise.directory import learn_units, open_directory
from pipeline.normalise.identify import identify_all
from pipeline.normalise.identity import Identity

SHANG, SHENG = "岳阳县商务粮食局", "盛佳集团有限公司"
EXPECTED = (f"{SHANG} 商粮局 县商粮局", f"{SHENG} 盛佳集团", "岳阳县霁云馆")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", f"# 单位\n{SHANG} 商粮局、县商粮局\n\n{SHENG}=盛佳集团\n岳阳县霁云馆 # 新\n"),
        ("a.tsv", f"{SHANG}\t商粮局 县商粮局\n{SHENG}\t盛佳集团\n岳阳县霁云馆\n"),
        ("a.csv", f"序,简称,全称\n1,商粮局、县商粮局,{SHANG}\n,盛佳集团,{SHENG}\n,,岳阳县霁云馆\n"),
        ("b.csv", f"{SHANG},商粮局；县商粮局\n{SHENG},盛佳集团\n岳阳县霁云馆\n"),
        ("a.toml", f'units = ["{EXPECTED[0]}", "{EXPECTED[1]}", "岳阳县霁云馆"]\n'),
    ],
)  # fmt: skip
def test_every_form_gives_the_same_units(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert read_gazetteer(path) == EXPECTED


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", "县发改局 a: b\n", "'a:'"),
        ("a.toml", "[gazetteer]\nunits = 3\n", "no list"),
        ("a.toml", "units = [\n", "not valid TOML"),
    ],
)
def test_faults_are_told(tmp_path: Path, name: str, content: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        read_gazetteer(path)


def test_a_missing_file_ends_with_the_code_of_the_configuration(tmp_path: Path) -> None:
    notice = tmp_path / "a.txt"
    notice.write_text("通知", encoding="utf-8")
    missing = str(tmp_path / "no.txt")
    result = CliRunner().invoke(
        app, ["run", str(notice), "-o", str(tmp_path / "out"), "--gazetteer", missing]
    )
    assert isinstance(result.exception, ConfigError)
    assert result.exception.exit_code is ExitCode.CONFIGURATION


def test_the_example_is_a_file_of_units() -> None:
    assert len(read_gazetteer(config_dir() / "gazetteer.example.txt")) == 3


def identify(path: Path, issuer: str, unit: str) -> Identity:
    settings, letter = with_gazetteer(load_settings(), path), Document(issuer=issuer)
    directory = learn_units(open_directory(letter, (), settings), [unit], letter, ())
    return identify_all([unit], directory)[0]


def test_a_users_unit_is_known_in_its_place_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("岳阳县商务粮食局 商粮局\n盛佳集团有限公司 盛佳集团\n", encoding="utf-8")
    for unit in ("县商粮局", "商粮局", "岳阳县商粮局", "岳阳县商务粮食局"):
        found = identify(path, "岳阳县人民政府", unit)
        assert (found.canonical, found.region) == ("岳阳县商务粮食局", "岳阳县")
        assert "form:user" in found.evidence
        assert found.doubt is None
    assert identify(path, "望潮县人民政府", "县商粮局").canonical is None
    assert identify(path, "望潮县人民政府", "盛佳集团").canonical == "盛佳集团有限公司"


@pytest.mark.real
def test_a_published_list_of_full_and_short_names_works_as_it_is() -> None:
    folder = os.environ.get("GONGWEN_REAL")
    if not folder:
        pytest.skip("GONGWEN_REAL is unset")
    path = Path(folder) / "organs-full-short.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        full, short = line.split("\t")
        for unit in (full, short, "县" + short):
            assert identify(path, "阜宁县人民政府", unit).canonical == full
