"""What tests of several rooms stand on: a databank on each engine, and a clock that they move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from databases import Clock
    from thuishaven.databank import Database
    from visitors import House

ENGINES = ("sqlite", "postgresql")


@pytest.fixture
def clock() -> Clock:
    from databases import Clock

    return Clock()


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty databank stands, on each engine in turn."""
    from databases import place

    with place(request.param, tmp_path) as where:
        yield where


@pytest.fixture
def databank(place: str, clock: Clock) -> Iterator[Database]:
    """An empty databank, on each engine in turn."""
    from thuishaven.databank import Database

    found = Database(place, clock)
    yield found
    found.close()


@pytest.fixture
def house(databank: Database) -> House:
    """All doors of an installation, and the letters that it sends."""
    from visitors import House

    return House(databank)
