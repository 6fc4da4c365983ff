"""Running a command as a reader would, in this process, with what it said and its status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import SMALL, Ran

from thuishaven.cli import main
from thuishaven.locale import speak


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """Run ``thuishaven`` with some words: ``run("cost", path, lang="nl", width=80)``."""
    monkeypatch.setenv("THUISHAVEN_DATA", str(tmp_path / "data"))
    for name in ("THUISHAVEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def ran(*words: Any, lang: str = "en", width: int = 100) -> Ran:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("THUISHAVEN_LANG", lang)
        speak("nl")
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        speak("nl")
        return Ran(status, said.out, said.err)

    return ran


@pytest.fixture
def place(run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A databank that is ready, in the data folder."""
    monkeypatch.delenv("THUISHAVEN_DATABANK", raising=False)
    run("databank", "init")
    return tmp_path / "data" / "databank"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small dossier: today in China, a better price there, an own plant at home."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment for a command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return kept | {"THUISHAVEN_DATA": str(tmp_path / "data"), "THUISHAVEN_LANG": "en", "COLUMNS": "100"}
