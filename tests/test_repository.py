"""The repository keeps its own rules: no machine paths, short modules, numbers in tables, one-way imports."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "thuishaven"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 600


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def ours() -> list[Path]:
    """Every file that is part of the repository, or becomes so with the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / item.decode() for item in listed.split(b"\0") if item]
    return [path for path in paths if path.is_file()]


def text(path: Path) -> str:
    """The text of a file, or nothing for a binary one."""
    raw = path.read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def constraints() -> list[str]:
    return [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]


def test_no_path_of_a_machine_stands_in_a_file() -> None:
    home = re.compile(r"(?<![\w.])/(?:home|Users|root|work|opt|tmp)/[A-Za-z.]")
    found = [(name(path), line) for path in ours() for line in text(path).splitlines() if home.search(line)]
    assert not found


def test_constraints_are_exact_versions_and_nothing_else() -> None:
    assert not [line for line in constraints() if not re.fullmatch(r"[\w.-]+==[\w.+!]+", line)]


def test_every_need_has_an_exact_version() -> None:
    extras = project()["optional-dependencies"]
    needs = [*project()["dependencies"], *extras["dev"], *extras["data"]]
    wanted = {re.split(r"[^\w.-]", need)[0].lower() for need in needs}
    assert not wanted - {line.split("==")[0].lower() for line in constraints()}


def test_the_licence_is_the_one_that_is_promised() -> None:
    expected = ("EUPL-1.2", "EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert expected == (project()["license"], (ROOT / "LICENSE").read_text().splitlines()[0])


def test_a_module_answers_one_question() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in MODULES}
    assert not {path: length for path, length in lengths.items() if length > LONGEST_MODULE}
