"""``thuishaven cost --draws-file`` writes the draws of the figures that it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from running import Ran

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "machined-part.yaml"


def test_the_file_holds_the_figures_of_the_page(run: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    ran = run("cost", EXAMPLE, "--draws", "256", "--draws-file", path, "--json")
    assert 0 == ran.status
    frame = pd.read_parquet(path)
    for plan in json.loads(ran.out)["plans"]:
        assert plan["unit_tco"]["p50"] == pytest.approx(
            frame[f"unit_tco.{plan['id']}"].quantile(0.5), rel=1e-3
        )


def test_another_kind_of_file_is_refused(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run("cost", EXAMPLE, "--draws", "64", "--draws-file", tmp_path / "out.csv")
    assert 2 == ran.status
    assert ".parquet" in ran.err
