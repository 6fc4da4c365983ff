"""The examples that open at once: dossiers that anyone may check, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from thuishaven.dossier import Dossier, build
from thuishaven.dossier.yaml import parse

#: In an installed package they lie beside this file; in a checkout, in the folder of that name.
_CHECKOUT = 3


@dataclass(frozen=True, slots=True)
class Example:
    """An example: its name in addresses, its text, and what it says."""

    name: str
    text: str
    dossier: Dossier


def _folder() -> Path:
    packed = Path(str(resources.files("thuishaven.web"))) / "example_files"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[_CHECKOUT] / "examples"


@cache
def examples() -> dict[str, Example]:
    """The examples by name, in the order of the alphabet; none where they were not installed."""
    found = {}
    for file in sorted(_folder().glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        found[file.stem] = Example(file.stem, text, build(parse(text)))
    return found
