"""The container file: its steps, run as they stand in a clean folder, give a command that reads.

A builder needs an image to start from and rights that tests have not; what it would do with each
instruction is done here: stages, environment, copies, and every RUN line but those that change the
system's users. `/opt` and `/src` are folders below the test's own.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.batches import names, notice, task_name

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "packaging" / "container" / "Containerfile"
_OURS = re.compile(r"(?<![\w.])/(?=(?:opt|src)\b)")
_USERS = "useradd"
# How this machine reaches its registry is not the container file's business.
_REACH = re.compile(
    r"PIP_(CERT|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS)|SSL_CERT_FILE|\w+_proxy", re.I
)


def instructions(text: str) -> list[tuple[str, str]]:
    """Name and arguments of every instruction, lines that go on joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, rest.strip()) for name, _, rest in found]


@dataclass
class Image:
    """Does what a builder does, below `root`."""

    root: Path
    cwd: Path = Path("/")
    env: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    entry: list[str] = field(default_factory=list)

    def follow(self, name: str, rest: str) -> None:
        rest = _OURS.sub(f"{self.root}/", rest) if name != "FROM" else rest
        match name:
            case "FROM":
                self._begin()
            case "WORKDIR":
                self.cwd = Path(rest)
                self.cwd.mkdir(parents=True, exist_ok=True)
            case "ENV":
                for pair in shlex.split(rest):
                    key, _, value = pair.partition("=")
                    self.env[key] = value.replace("$PATH", self.env["PATH"])
            case "COPY":
                self._copy(rest.split())
            case "RUN":
                self._run(rest)
            case "ENTRYPOINT":
                self.entry = json.loads(rest)
            case "USER" | "CMD":
                pass
            case _:
                raise AssertionError(f"the test does not know {name}")

    def call(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*arguments], cwd=cwd, env=self.env, text=True, capture_output=True, check=False
        )

    def _begin(self) -> None:
        """An image with nothing but a system and `python`."""
        base, home = self.root / "base", self.root / "home"
        for folder in (base, home):
            folder.mkdir(parents=True, exist_ok=True)
        if not (base / "python").exists():
            (base / "python").symlink_to(Path(sys._base_executable).resolve())  # type: ignore[attr-defined]
        reach = {key: value for key, value in os.environ.items() if _REACH.fullmatch(key)}
        self.env = {**reach, "PATH": f"{base}:/usr/bin:/bin", "HOME": str(home)}
        self.cwd = home

    def _copy(self, words: list[str]) -> None:
        *sources, target = words
        if sources[0].startswith("--from="):
            assert sources[1:] == [target]  # one folder holds both stages
            return
        for source in sources:
            path, place = ROOT / source, self.cwd / target
            if path.is_dir():
                shutil.copytree(path, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(path, place)

    def _run(self, line: str) -> None:
        if line.split()[0] == _USERS:
            return
        done = self.call("/bin/sh", "-ec", line, cwd=self.cwd)
        assert done.returncode == 0, f"RUN {line}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        self.ran.append(line)


def test_the_container_file_copies_what_is_there_and_runs_as_a_user() -> None:
    steps = instructions(FILE.read_text(encoding="utf-8"))
    copied = [
        word
        for name, rest in steps
        if name == "COPY" and not rest.startswith("--from=")
        for word in rest.split()[:-1]
    ]
    assert copied
    assert [word for word in copied if not (ROOT / word).exists()] == []
    assert [name for name, _ in steps].index("USER") > 0
    assert json.loads(steps[-2][1]) == ["gongwen"]
    # What is installed is what the locks hold, by hash, and nothing is built in isolation.
    installs = [rest for name, rest in steps if name == "RUN" and "pip install" in rest]
    assert installs
    for line in installs:
        assert ("--require-hashes" in line) is ("-r " in line)
        assert "--no-deps" in line or "requirements-build.lock" in line


@pytest.mark.slow
def test_its_steps_give_a_command_that_reads(tmp_path: Path) -> None:
    image = Image(tmp_path / "image")
    for name, rest in instructions(FILE.read_text(encoding="utf-8")):
        image.follow(name, rest)
    assert any("models fetch" in line for line in image.ran)
    assert image.ran[-1] == "gongwen check"  # which recognises a line
    where = "import pipeline; print(pipeline.__file__)"
    done = image.call("python", "-c", where, cwd=tmp_path)
    assert done.stdout.startswith(str(tmp_path / "image" / "opt")), done.stderr
    notice(tmp_path / "in" / "notice.pdf", 1)
    command = shutil.which(image.entry[0], path=image.env["PATH"])
    assert command is not None
    assert command.startswith(str(tmp_path / "image" / "opt"))
    done = image.call(command, "run", "in", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert names(tmp_path / "out") == [task_name(1, 1), task_name(1, 2)]
