"""Shared draws: balanced, independent of what else is drawn, and the same everywhere."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from thuishaven.uncertainty import Draws, draw, registered_columns, sobol
from thuishaven.uncertainty.draws import brownian_loadings

SOBOL = "demand.level"
HYPERCUBE = "plan.home.labour_hours"


def digest(draws):
    state = hashlib.blake2b(digest_size=8)
    for name in (SOBOL, HYPERCUBE, "fx.USD.1"):
        state.update(draws.u(name).tobytes())
    return state.hexdigest()


def test_direction_numbers_give_the_published_points():
    """Unscrambled points of all dimensions, as a set, are those of SciPy's copy of the same numbers."""
    m = 7
    reference = qmc.Sobol(sobol.dimensions(), scramble=False, bits=32).random_base2(m)
    for dimension in range(sobol.dimensions()):
        points = np.zeros(1, dtype=np.uint64)
        for direction in sobol.directions(dimension)[:m]:
            points = np.concatenate([points, points ^ direction])
        np.testing.assert_array_equal(np.sort(points) / 2**32, np.sort(reference[:, dimension]))


def test_registered_columns_are_unique_dimensions():
    columns = registered_columns()
    assert len(columns) == len(set(columns.values()))
    assert max(columns.values()) < sobol.dimensions()
    assert {"demand.level", "fx.USD.1", "baseline.unit_price", "freight.level"} <= columns.keys()


@pytest.mark.parametrize("name", [SOBOL, HYPERCUBE, "wage.common"])
@pytest.mark.parametrize(("n", "replicates"), [(1, 1), (8, 8), (512, 8), (4096, None), (65536, 16)])
def test_every_replicate_fills_every_stratum_once(name, n, replicates):
    draws = Draws(3, n, replicates)
    m = n // draws.replicates
    strata = np.floor(np.sort(draws.u(name).reshape(-1, m), axis=1) * m)
    np.testing.assert_array_equal(strata, np.broadcast_to(np.arange(m), strata.shape))


def test_replicates_are_different_and_unrelated():
    blocks = Draws(3, 4096).u(SOBOL).reshape(8, 512)
    assert len({block.tobytes() for block in blocks}) == 8
    correlation = np.corrcoef(Draws(3, 65536).u(HYPERCUBE).reshape(16, 4096))
    assert np.abs(correlation - np.eye(16)).max() < 0.08


def test_two_sobol_columns_form_a_net():
    """The first two dimensions put one of 2^m points in every box of area 2^-m, whatever its shape."""
    m = 8
    first, second = (Draws(9, 2**m, 1).u(name) for name in list(registered_columns())[:2])
    for split in range(m + 1):
        boxes = np.floor(first * 2**split) * 2 ** (m - split) + np.floor(second * 2 ** (m - split))
        assert 2**m == len(np.unique(boxes))


def test_sobol_columns_integrate_far_better_than_chance():
    names = list(registered_columns())[:6]
    errors = [
        np.prod([1.5 * Draws(seed, 4096, 1).u(name) ** 0.5 for name in names], axis=0).mean() - 1
        for seed in range(8)
    ]
    # A random sample of 4,096 has a standard error of .016 here.
    assert np.sqrt(np.mean(np.square(errors))) < 0.001


def test_scrambled_points_are_unbiased():
    values = [Draws(seed, 16, 1).u(SOBOL)[0] for seed in range(2000)]
    assert np.mean(values) == pytest.approx(0.5, abs=0.025)
    assert np.var(values) == pytest.approx(1 / 12, abs=0.006)


@given(st.lists(st.sampled_from([*list(registered_columns())[:10], "a", "b", "plan.x"]), unique=True))
def test_a_column_does_not_know_the_others(others):
    alone, crowded = Draws(1, 64), Draws(1, 64)
    for name in others:
        crowded.u(name)
    for name in (SOBOL, HYPERCUBE):
        np.testing.assert_array_equal(alone.u(name), crowded.u(name))


def test_columns_differ_by_seed_and_id():
    columns = {Draws(seed, 64).u(name).tobytes() for seed in (1, 2) for name in (SOBOL, HYPERCUBE, "x")}
    assert len(columns) == 6


def test_a_column_is_made_once_and_read_only():
    draws = Draws(1, 64)
    assert draws.u("x") is draws.u("x")
    with pytest.raises(ValueError, match="read-only"):
        draws.u("x")[0] = 0.5


def test_same_bytes_for_ever():
    """A stored result is recomputed from its seed: these bytes may never change."""
    assert (digest(Draws(1, 512)), digest(Draws(20261121, 65536))) == ("7be81a9bd3ac9766", "8d44ba0d26ff8ef0")


def test_same_bytes_in_another_process():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import test_draws; from thuishaven.uncertainty import Draws\n"
        "print(test_draws.digest(Draws(5, 1024)))"
    )
    places = [os.path.dirname(__file__), *sys.path]
    run = subprocess.run(
        [sys.executable, "-c", code, *places],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "77"},
    )
    assert digest(Draws(5, 1024)) == run.stdout.strip()


def test_uniforms_have_finite_scores():
    draws = Draws(1, 65536)
    for name in (SOBOL, HYPERCUBE):
        assert draws.u(name).min() > 0
        assert draws.u(name).max() < 1
        assert np.isfinite(draws.normal(name)).all()


@pytest.mark.parametrize("years", [1, 2, 10, 30])
def test_brownian_components_are_the_covariance(years):
    loadings = brownian_loadings(years)
    t = np.arange(1, years + 1)
    np.testing.assert_allclose(loadings.T @ loadings, np.minimum.outer(t, t), atol=1e-12)
    size = (loadings**2).sum(axis=1)
    assert (np.diff(size) < 0).all()
    assert size[:2].sum() / size.sum() > 0.85


def test_brownian_paths_have_independent_yearly_steps():
    path = Draws(2, 8192).brownian("fx.USD", 10)
    assert path.shape == (8192, 10)
    steps = np.diff(path, axis=1, prepend=0.0)
    np.testing.assert_allclose(np.cov(steps.T), np.eye(10), atol=0.05)
    np.testing.assert_allclose(path[:, :1], Draws(2, 8192).brownian("fx.USD", 10)[:, :1])


@pytest.mark.parametrize("n", [0, -4, 1000, 3.0, True])
def test_the_number_of_draws_is_a_power_of_two(n):
    with pytest.raises(ValueError, match="power of two"):
        Draws(1, n)
    with pytest.raises(ValueError, match="power of two"):
        draw({"a": 1}, n, 1)


def test_refusals_name_the_nearest_powers():
    with pytest.raises(ValueError, match="use 512 or 1024, not 1000"):
        Draws(1, 1000)
    with pytest.raises(ValueError, match="replicates"):
        Draws(1, 4, 8)


def test_draw_takes_plain_forms_by_name():
    draws = draw(
        {"x": {"min": -3, "max": 3}, "y": {"mean": 0, "sd": 1}, "z": 5, "w": {"mean": 100, "sd": 30}}, 4096, 7
    )
    assert list(draws) == ["x", "y", "z", "w"]
    assert draws["x"].mean() == pytest.approx(0, abs=1e-3)
    assert draws["y"].std() == pytest.approx(1, abs=2e-3)
    assert (draws["z"] == 5).all()
    assert draws["w"].min() > 0


def test_draw_of_more_quantities_changes_none_before():
    one = draw({"a": {"low": 1, "high": 2}}, 256, 3)
    two = draw({"a": {"low": 1, "high": 2}, "b": {"low": 1, "high": 2}}, 256, 3)
    np.testing.assert_array_equal(one["a"], two["a"])
    assert abs(np.corrcoef(two["a"], two["b"])[0, 1]) < 0.05


def test_draw_goes_beyond_the_sobol_table():
    count = sobol.dimensions() + 5
    draws = draw({f"q{i}": {"min": 0, "max": 1} for i in range(count)}, 64, 1)
    assert count == len({values.tobytes() for values in draws.values()})
