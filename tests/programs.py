"""Programs of the repository that are no part of the package: those of ``tools/``, and the examples."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def program(place: str) -> ModuleType:
    """A program as a module, loaded anew: ``program("tools/write_docs.py")``."""
    file = ROOT / place
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
