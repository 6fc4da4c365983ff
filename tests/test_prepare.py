"""Setting up: what is done again and what is not, and what a person without root or LibreOffice is told."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from programs import program

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def prepare(tmp_path: Path) -> ModuleType:
    """tools/prepare.py, at work on a small repository in a folder with spaces and brackets."""
    module = program("tools/prepare.py")
    folder = tmp_path / "een map [2]"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "constraints.txt").write_text("numpy==1.0\n")
    module.ROOT, module.VENV = folder, folder / ".venv"
    module.PYTHON = folder / ".venv" / "bin" / "python"
    return module


@pytest.fixture
def commands(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The programs that are asked for, none of which is run."""
    asked: list[tuple[str, ...]] = []

    def record(*command: str) -> int:
        asked.append(command)
        if "venv" in command:
            prepare.PYTHON.parent.mkdir(parents=True)
            prepare.PYTHON.symlink_to(sys.executable)
        return 0

    monkeypatch.setattr(prepare, "call", record)
    return asked


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without LibreOffice and Chromium; the folder returned is where its programs are."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    return programs


def installed(folder: Path, name: str) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


def test_a_second_run_does_nothing_and_a_lower_level_is_served_by_a_higher(
    prepare: ModuleType, commands: list[tuple[str, ...]]
) -> None:
    prepare.environment("dev")
    first = len(commands)
    prepare.environment("dev")
    prepare.environment("run")
    assert (first, len(commands)) == (2, 2)
    prepare.environment("bench")
    assert commands[-1][-1] == ".[dev,data,bench]"


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_needs_are_installed_again(
    prepare: ModuleType, commands: list[tuple[str, ...]], name: str
) -> None:
    prepare.environment("run")
    (prepare.ROOT / name).write_text("changed")
    commands.clear()
    prepare.environment("run")
    assert [command[-1] for command in commands if "pip" in command] == ["."]


def test_a_failed_installation_is_tried_again_the_next_time(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "usable", lambda: True)
    prepare.VENV.mkdir()
    monkeypatch.setattr(prepare, "call", lambda *command: 1)
    with pytest.raises(SystemExit):
        prepare.environment("run")
    assert "Without a network" in capfd.readouterr().err
    assert not list(prepare.VENV.iterdir())


def test_a_python_that_is_too_old_is_told_in_words(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "OLDEST", (4, 0))
    with pytest.raises(SystemExit):
        prepare.environment("run")
    assert "Python 4.0 or newer is needed" in capfd.readouterr().err


def test_missing_programs_are_installed_by_root(
    prepare: ModuleType, commands: list[tuple[str, ...]], bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(bare, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    prepare.main(["libreoffice", "chromium"])
    assert ["update", "libreoffice-calc-nogui", "chromium-headless-shell"] == [
        command[-1] for command in commands
    ]


def test_the_second_package_is_tried_when_the_first_is_not_there(
    prepare: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(bare, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    asked: list[str] = []

    def refuse_the_first(*command: str) -> int:
        asked.append(command[-1])
        return 100 if command[-1].endswith("-nogui") else 0

    monkeypatch.setattr(prepare, "call", refuse_the_first)
    prepare.main(["libreoffice"])
    assert ["update", "libreoffice-calc-nogui", "libreoffice-calc"] == asked


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("gzip", "libreoffice-calc-nogui chromium-headless-shell"),
        ("soffice", "chromium-headless-shell"),
    ],
)
def test_without_root_the_one_line_to_type_is_printed(
    prepare: ModuleType,
    commands: list[tuple[str, ...]],
    bare: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    there: str,
    expected: str,
) -> None:
    installed(bare, "apt-get")
    installed(bare, there)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit):
        prepare.main(["libreoffice", "chromium"])
    line = f"    sudo apt-get install -y --no-install-recommends {expected}"
    assert line == capfd.readouterr().err.splitlines()[-1]
    assert not commands


def test_nothing_is_installed_where_the_programs_are(
    prepare: ModuleType, commands: list[tuple[str, ...]], bare: Path
) -> None:
    installed(bare, "soffice")
    installed(bare, "chromium")
    prepare.main(["libreoffice", "chromium"])
    assert not commands


def test_wrong_words_show_the_right_ones(prepare: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        prepare.main(["environment", "everything"])
    assert "prepare.py environment run" in capfd.readouterr().err
