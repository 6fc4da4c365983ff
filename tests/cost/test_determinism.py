"""The same question gives the same bytes, and more draws the same answer within the stated error."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from golden_cases import known, rich

from thuishaven import cost
from thuishaven.dossier import Settings, resolve
from thuishaven.uncertainty import half_width, replicate_error

HERE = Path(__file__).parent
PROGRAM = """
import hashlib, json, sys
sys.path.insert(0, sys.argv[1])
from golden_cases import known, rich
text = json.dumps(known(rich(), draws=256, seed=int(sys.argv[2]), sensitivity=True).to_dict())
print(hashlib.sha256(text.encode()).hexdigest())
"""


def fingerprint(seed: int) -> str:
    text = json.dumps(known(rich(), draws=256, seed=seed, sensitivity=True).to_dict())
    return hashlib.sha256(text.encode()).hexdigest()


def in_another_process(seed: int, hash_seed: str) -> str:
    """The fingerprint that a fresh interpreter with another order of sets finds."""
    environment = os.environ | {
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": os.pathsep.join(str(path) for path in sys.path if path),
    }
    program = [sys.executable, "-c", PROGRAM, str(HERE), str(seed)]
    done = subprocess.run(program, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert fingerprint(1) == fingerprint(1)
    assert fingerprint(1) != fingerprint(2)


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_a_fresh_process_gives_the_same_bytes(hash_seed: str) -> None:
    assert fingerprint(7) == in_another_process(7, hash_seed)


@cache
def with_draws(draws: int) -> cost.CostResult:
    dossier = rich()
    settings = Settings(draws=draws, sensitivity=False)
    return cost.assess(dossier, None, settings, plans=resolve(dossier)[:2])


@pytest.mark.slow
def test_few_and_many_draws_agree_within_their_stated_errors() -> None:
    few, many = with_draws(4096), with_draws(65_536)
    gaps = [result.draws("home", "npv") - result.draws("today", "npv") for result in (few, many)]
    errors = [replicate_error(gap) for gap in gaps]
    # Both halves of a 99.9 % interval over 8 and over 16 replicates.
    room = half_width(errors[0], 8, 0.999) + half_width(errors[1], 16, 0.999)
    assert abs(gaps[0].mean() - gaps[1].mean()) <= room
    assert errors[1] < errors[0] < 0.02 * gaps[0].std()
    shown = [result.to_dict()["plans"][1]["p_cheaper"] for result in (few, many)]
    assert abs(shown[0]["value"] - shown[1]["value"]) <= 5 * np.hypot(shown[0]["se"], shown[1]["se"])


def test_draws_are_those_of_the_result() -> None:
    result = with_draws(4096)
    shown = result.to_dict()["plans"][1]
    low, middle, high = np.quantile(result.draws("home", "npv"), [0.05, 0.5, 0.95])
    assert (low, middle, high) == pytest.approx(
        (shown["npv"]["p5"], shown["npv"]["p50"], shown["npv"]["p95"])
    )
    with pytest.raises(LookupError):
        result.draws("home", "profit")
