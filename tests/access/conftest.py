"""An installation with two organisations, and the letters that it sends."""

from __future__ import annotations

import pytest
from visitors import House

from thuishaven.databank import Database


@pytest.fixture
def house(databank: Database) -> House:
    return House(databank)
