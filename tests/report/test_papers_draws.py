"""The joint draws as Parquet, read back by the programs that its readers use."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from thuishaven.cost import assess
from thuishaven.dossier import Settings, digest, load, to_tree
from thuishaven.report.draws import draws_parquet, draws_table

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "machined-part.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, bytes, Path]:
    dossier = load(EXAMPLE)
    result = assess(dossier, settings=Settings(draws=256, sensitivity=False))
    content = draws_parquet(result, digest(to_tree(dossier)))
    path = tmp_path_factory.mktemp("draws") / "draws.parquet"
    path.write_bytes(content)
    return result, content, path


def test_three_programs_read_the_same_draws(made: tuple[object, bytes, Path]) -> None:
    result, content, path = made
    expected = draws_table(result)
    frame = pd.read_parquet(io.BytesIO(content))
    table = pq.read_table(io.BytesIO(content))
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT * FROM read_parquet(?) ORDER BY draw", [str(path)]).fetchnumpy()
    assert list(expected) == list(frame.columns) == table.column_names == list(rows)
    for name, values in expected.items():
        assert np.array_equal(values, frame[name].to_numpy())
        assert np.array_equal(values, table[name].to_numpy())
        assert np.array_equal(values, np.asarray(rows[name]))


def test_a_row_is_one_world_for_every_plan(made: tuple[object, bytes, Path]) -> None:
    result, content, _path = made
    frame = pd.read_parquet(io.BytesIO(content))
    plans = result.plan_ids  # type: ignore[attr-defined]
    gap = frame[f"unit_tco.{plans[1]}"] - frame[f"unit_tco.{plans[0]}"]
    told = result.draws(plans[1], "delta_unit_tco")  # type: ignore[attr-defined]
    assert np.allclose(told, gap, rtol=1e-12, atol=1e-12)


def test_units_seed_day_and_fingerprint_stand_in_the_schema(made: tuple[object, bytes, Path]) -> None:
    result, content, _path = made
    about = json.loads(pq.read_schema(io.BytesIO(content)).metadata[b"thuishaven"])
    assert "thuishaven.draws/1" == about["schema"]
    assert (1, 256) == (about["seed"], about["draws"])
    assert digest(to_tree(load(EXAMPLE))) == about["dossier"]
    assert str(result.to_dict()["settings"]["as_of"]) == about["as_of"]  # type: ignore[attr-defined]
    units = about["units"]
    assert {"draw": ""} | {name: "EUR/unit" for name in units if name != "draw"} == units
