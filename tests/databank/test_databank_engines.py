"""Without the optional package, PostgreSQL is asked for in words."""

from __future__ import annotations

import sys

import pytest

from thuishaven.access import AccessError
from thuishaven.databank.engines import engine


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(AccessError) as told:
        engine("postgresql://someone@127.0.0.1/thuishaven", "public")
    assert told.value.code == "driver_missing"
