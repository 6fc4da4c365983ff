"""One report of the example, gathered once for all tests of the room."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from thuishaven.dossier import Settings, load
from thuishaven.report import Material, document, gather
from thuishaven.report.blocks import Document

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MADE = dt.date(2026, 11, 22)


@cache
def example() -> Material:
    """What the report of the example tells."""
    return gather(load(EXAMPLES / "plantenpot.yaml"), settings=Settings(draws=1024), made=MADE)


def in_dutch() -> Document:
    """The report of the example in Dutch."""
    return document(example(), "nl")
