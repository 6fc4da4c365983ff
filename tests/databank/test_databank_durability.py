"""What was confirmed is there, whatever happens to the process that wrote it. (A power cut is not tried.)"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NOTHING = {"lost": [], "doubled": 0, "unasked": [], "gaps": [], "chain": "", "altered": 0, "stale": []}


def killed(place: str, rounds: int, writers: int, seed: int) -> dict[str, Any]:
    script = Path(__file__).parent / "killing.py"
    command = [sys.executable, str(script), place, str(rounds), str(writers), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert 0 == done.returncode, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    print(found)
    return found


def check(found: dict[str, Any]) -> None:
    assert NOTHING == {name: found[name] for name in NOTHING}
    assert found["confirmed"] > 0


def test_a_few_killed_writers_lose_nothing(place: str) -> None:
    check(killed(place, rounds=8, writers=2, seed=1))


@pytest.mark.slow
def test_two_hundred_killed_writers_lose_nothing(place: str) -> None:
    found = killed(place, rounds=200, writers=1, seed=2)
    check(found)
    assert 200 == found["kills"]


@pytest.mark.slow
def test_writers_that_compete_and_are_killed_lose_and_double_nothing(place: str) -> None:
    check(killed(place, rounds=25, writers=4, seed=3))
