"""The unit, the cron line and the commands of the documents call the command as it is."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline import cli

ROOT = Path(__file__).resolve().parent.parent
UNIT = ROOT / "packaging" / "systemd" / "gongwen.service"
MODELS = "GONGWEN_MODELS=/opt/models"


def unit() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT, encoding="utf-8")
    return parser["Service"]


def called() -> list[str]:
    """Every call of `gongwen` that is shown, or made by the unit."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/service.md")]
    shown = [line for text in texts for line in re.findall(r"^ {4}(\S.*)$", text, re.M)]
    lines = [line.partition(" # ")[0] for line in shown]
    calls = [
        re.search(r"(?:^|[ /])gongwen ((?:run|status|compact)\b[^>|&]*)", line) for line in lines
    ]
    found = [re.sub(r" 2$", "", call.group(1).strip()) for call in calls if call]
    return [*found, unit()["ExecStart"].partition("gongwen ")[2]]


@pytest.mark.parametrize("line", called())
def test_every_call_is_one_that_the_command_takes(line: str) -> None:
    command = get_command(cli.app)
    name, *rest = shlex.split(line)
    sub = command.commands[name]  # type: ignore[attr-defined]
    context = sub.make_context(name, rest)
    assert context.params["out"]


def test_calls_are_found() -> None:
    lines = called()
    assert len(lines) >= 5
    assert any("--log-json" in line for line in lines)


def test_the_unit_ends_as_an_interrupt_does_and_finds_the_models() -> None:
    section = unit()
    assert section["SuccessExitStatus"] == "130"
    assert MODELS in section["Environment"].split()  # its user has no home to keep them in
    assert MODELS in (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    out = shlex.split(section["ExecStart"])[shlex.split(section["ExecStart"]).index("-o") + 1]
    assert section["ReadWritePaths"] == out
