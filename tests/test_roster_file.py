"""Roster files: text, CSV and TOML; what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config import config_dir, load_settings
from pipeline.errors import ConfigError, ExitCode
from pipeline.model import Cell
from pipeline.normalise.names import cell_to_names, learn_roster
from pipeline.roster_file import read_roster, with_roster

EXPECTED = ("王建国 副县长", "李樱", "阿依古丽·买买提")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "# 名单\n王建国 副县长\n\n李樱  # 挂职\n阿依古丽·买买提\n"),
        ("a.csv", "序号,姓名,职务\n1,王建国,副县长\n2,李樱,\n3,阿依古丽·买买提,\n"),
        ("b.csv", "王建国,副县长\n李樱\n阿依古丽·买买提\n"),
        ("a.toml", 'roster = ["王建国 副县长", "李樱", "阿依古丽·买买提"]\n'),
        ("b.toml", '[names]\nroster = ["王建国 副县长", "李樱", "阿依古丽·买买提"]\n'),
    ],
)
def test_every_form_gives_the_same_persons(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert read_roster(path) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,职务\r\n王建国,副县长\r\n".encode(encoding))
    assert read_roster(path) == ("王建国 副县长",)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", "县发改局：负责\n123\n", "'123'"),
        ("a.toml", "[names]\nroster = 3\n", "no list"),
        ("a.toml", "roster = [\n", "not valid TOML"),
    ],
)
def test_faults_are_told(tmp_path: Path, name: str, content: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        read_roster(path)


def test_a_missing_file_ends_with_the_code_of_the_configuration(tmp_path: Path) -> None:
    notice = tmp_path / "a.txt"
    notice.write_text("通知", encoding="utf-8")
    answer = CliRunner().invoke(
        app, ["run", str(notice), "-o", str(tmp_path / "out"), "--roster", str(tmp_path / "no.txt")]
    )
    code = getattr(answer.exception, "exit_code", answer.exit_code)
    assert code == ExitCode.CONFIGURATION


def test_the_example_reads() -> None:
    assert len(read_roster(config_dir() / "roster.example.txt")) == 4


def test_given_persons_decide_and_correct(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("李樱 副县长\n胡海平\n童勋海\n", encoding="utf-8")
    settings = with_roster(load_settings(), path)
    roster = learn_roster([], settings)
    reading = cell_to_names(Cell(0, 0, text="李缨、胡海平"), roster, settings)
    assert reading.names == ("李樱", "胡海平")
    assert [member.printed for member in reading.members] == ["李缨", "胡海平"]
    assert not reading.certain
    assert "post:副县长" in reading.members[0].evidence
    stack = cell_to_names(Cell(0, 0, text="童胡李 勋海 海平樱"), roster, settings)
    assert stack.names == ("童勋海", "胡海平", "李樱")
    assert stack.certain
