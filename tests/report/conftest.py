"""One report of the example, gathered once for all tests of the room."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

from thuishaven.dossier import Settings, load
from thuishaven.report import Material, document, gather
from thuishaven.report.blocks import Document

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MADE = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def material() -> Material:
    return gather(load(EXAMPLES / "plantenpot.yaml"), settings=Settings(draws=1024), made=MADE)


@pytest.fixture(scope="session")
def dutch(material: Material) -> Document:
    return document(material, "nl")
