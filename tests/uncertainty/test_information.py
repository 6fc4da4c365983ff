"""Values of information against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thuishaven.uncertainty import (
    Draws,
    draw,
    evpi,
    evppi,
    evppi_all,
    evsi,
    expected_regret,
    linear_normal_evpi,
    linear_normal_evsi,
    linear_normal_p_wrong,
)

IDS = ("demand.level", "freight.level", "inflation", "carbon.price")


def normal_forms(*sds):
    return {f"x{i}": {"mean": 0, "sd": sd} for i, sd in enumerate(sds)}


def against_nothing(difference):
    return np.stack([difference, np.zeros_like(difference)], axis=1)


def test_closed_forms_of_the_note():
    s = math.hypot(80, 150, 60)
    assert linear_normal_evpi(100, s) == pytest.approx(32.709796340762594, rel=1e-12)
    assert [linear_normal_evpi(100, sd) for sd in (80, 150, 60)] == pytest.approx(
        [4.046949464436217, 22.66794707366055, 1.1895931002834503], rel=1e-12
    )
    assert linear_normal_evpi(100, 100) == pytest.approx(8.331547, abs=1e-6)
    assert linear_normal_evsi(100, 150, 0.5) == pytest.approx(9.842118, abs=1e-6)
    assert linear_normal_p_wrong(100, s) == pytest.approx(0.2895498709769594, rel=1e-12)
    assert (linear_normal_evpi(5, 0), linear_normal_p_wrong(5, 0)) == (0.0, 0.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_linear_normal_example(seed):
    draws = draw(normal_forms(80, 150, 60), 16384, seed)
    benefit = against_nothing(100 + sum(draws.values()))
    assert evpi(benefit) == pytest.approx(32.709796, abs=0.02)
    found = [evppi(values, benefit) for values in draws.values()]
    assert found == pytest.approx([4.046949, 22.667947, 1.189593], abs=0.02)
    assert evppi([draws["x0"], draws["x2"]], benefit) == pytest.approx(8.331547, abs=0.02)
    assert evsi(draws["x1"], benefit, 0.5) == pytest.approx(9.842118, abs=0.02)


@pytest.mark.parametrize("n", [4096, 8192])
def test_linear_gaussian_example_of_the_cost_note(n):
    draws = draw(normal_forms(2, 1, 0.5), n, 1)
    benefit = against_nothing(1 + sum(draws.values()))
    assert evpi(benefit) == pytest.approx(0.4998, abs=0.002)
    found = [evppi(values, benefit) for values in draws.values()]
    assert found == pytest.approx([0.3956, 0.0833, 0.0042], abs=0.001)


@pytest.mark.parametrize("replicates", [8, 1])
@pytest.mark.parametrize("seed", range(3))
def test_all_inputs_at_once(seed, replicates):
    draws = Draws(seed, 4096, replicates)
    x = np.stack([sd * draws.normal(name) for sd, name in zip((80, 150, 60, 1), IDS, strict=True)])
    found = evppi_all(x, against_nothing(100 + x[:3].sum(axis=0)), replicates)
    np.testing.assert_allclose(found.evppi, [4.046949, 22.667947, 1.189593, 0], atol=0.1)
    assert found.evpi == pytest.approx(32.709796, abs=0.6)
    np.testing.assert_allclose(found.first_order[:, 1], np.array([6400, 22500, 3600, 0]) / 32500, atol=2e-3)
    assert not found.first_order[:, 0].any()
    if replicates > 1:
        assert found.nothing_to_gain.tolist() == [False, False, False, True]
        assert np.isfinite(found.se).all()
        assert 0 < found.evpi_se < 1
    else:
        assert np.isnan(found.se).all()


@pytest.mark.parametrize("independent", [True, False])
def test_an_irrelevant_input_reads_nothing_at_a_tie(independent):
    """Two plans tie, and an interaction leaves noise that no sum of single inputs removes."""
    value, gain = [], []
    for seed in range(10):
        draws = Draws(seed, 4096)
        x = np.stack([draws.normal(name) for name in IDS])
        difference = 80 * x[0] + 150 * x[1] + 60 * x[2] + 40 * x[0] * x[1]
        found = evppi_all(x, against_nothing(difference), 8, independent)
        value.append(found.evppi)
        gain.append(found.nothing_to_gain)
    np.testing.assert_allclose(
        np.mean(value, axis=0)[:2], [linear_normal_evpi(0, sd) for sd in (80, 150)], rtol=0.01
    )
    assert np.mean(value, axis=0)[3] < 0.8
    assert np.array(gain)[:, 3].mean() >= 0.8
    assert not np.array(gain)[:, :3].any()


def test_errors_cover_as_often_as_they_should():
    scores = []
    truth = [linear_normal_evpi(30, sd) for sd in (80, 150)]
    for seed in range(40):
        draws = Draws(seed, 4096)
        x = np.stack([draws.normal(name) for name in IDS[:3]])
        found = evppi_all(x, against_nothing(30 + 80 * x[0] + 150 * x[1] + 90 * x[0] * x[1] * x[2]), 8)
        scores.append((found.evppi[:2] - truth) / found.se[:2])
    assert np.sqrt(np.mean(np.square(scores))) == pytest.approx(1.0, abs=0.5)
    assert np.abs(np.mean(scores)) < 0.6


@pytest.mark.parametrize("replicates", [1, 8])
def test_products_and_three_plans(replicates):
    """NB = (0, a b - 1, 1.3 - b), a and b uniform on (0, 2).

    E[NB | a] = (0, a - 1, .3) and E[NB | b] = (0, b - 1, 1.3 - b).
    """
    draws = Draws(2, 16384, replicates)
    a, b = 2 * draws.u(IDS[0]), 2 * draws.u(IDS[1])
    benefit = np.stack([np.zeros_like(a), a * b - 1, 1.3 - b], axis=1)
    given_a = 0.3 * 0.65 + (1.0**2 - 0.3**2) / 4 - 0.3
    grid = (np.arange(10**6) + 0.5) / 5e5
    given_b = np.maximum(np.maximum(grid - 1, 1.3 - grid), 0).mean() - 0.3
    found = evppi_all([a, b], benefit, replicates)
    np.testing.assert_allclose(found.evppi, [given_a, given_b], atol=0.002)
    assert evppi(a, benefit, replicates=replicates) == pytest.approx(given_a, abs=0.003)
    assert evppi(b, benefit, replicates=replicates) == pytest.approx(given_b, abs=0.003)
    assert evppi([a, b], benefit, replicates=replicates) == pytest.approx(evpi(benefit), abs=0.003)


@pytest.mark.parametrize("independent", [True, False])
def test_correlated_inputs_tell_about_each_other(independent):
    """Normal inputs with correlation r: E[x + y | x] = (1 + r) x."""
    draws = draw(normal_forms(1, 1, 1), 8192, 1, correlation={("x0", "x1"): 6 / math.pi * math.asin(0.3)})
    benefit = against_nothing(0.5 + sum(draws.values()))
    expected = [linear_normal_evpi(0.5, 1.6), linear_normal_evpi(0.5, 1.6), linear_normal_evpi(0.5, 1)]
    found = evppi_all(list(draws.values()), benefit, independent=independent).evppi
    if independent:
        assert found[0] < expected[0] - 0.1
    else:
        np.testing.assert_allclose(found, expected, atol=0.003)


def test_a_random_sample_reads_no_value_into_noise():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(30):
        x = rng.standard_normal((2, 4096))
        benefit = against_nothing(100 * x[0])
        found.append([evppi(x[0], benefit, sampling="random"), evppi(x[1], benefit, sampling="random")])
    means = np.mean(found, axis=0)
    # The better plan of a sample is not always the better one: .4 sd / sqrt(n) = .62 below the truth.
    assert means[0] == pytest.approx(linear_normal_evpi(0, 100) - 0.62, rel=0.01)
    assert means[1] < 0.6


def test_expected_regret_of_the_best_plan_is_the_evpi():
    draws = Draws(1, 1024)
    benefit = np.stack([draws.normal("a"), 0.1 + draws.normal("b"), 0.2 + draws.normal("c")], axis=1)
    regret = expected_regret(benefit)
    assert evpi(benefit) == pytest.approx(benefit.max(axis=1).mean() - benefit.mean(axis=0).max(), rel=1e-12)
    assert int(np.argmax(benefit.mean(axis=0))) == int(np.argmin(regret))
    assert evpi(benefit) == regret.min()


benefits = arrays(np.float64, (64, 3), elements=st.floats(-1e6, 1e6))


@settings(max_examples=50)
@given(benefits, st.sampled_from([1, 8]))
def test_knowing_one_thing_is_worth_no_more_than_everything(benefit, replicates):
    draws = Draws(1, 64, replicates)
    x = np.stack([draws.u(name) for name in IDS])
    found = evppi_all(x, benefit, replicates)
    assert (found.evppi >= 0).all()
    assert (found.evppi <= found.evpi).all()
    assert found.evpi == evpi(benefit) >= 0


@settings(max_examples=50)
@given(benefits, arrays(np.float64, 64, elements=st.floats(-1e6, 1e6)), st.floats(0.01, 100))
def test_what_all_plans_share_changes_no_value(benefit, common, factor):
    x = Draws(1, 64).u("demand.level")
    plain = evppi(x, benefit, replicates=8)
    size = 1 + np.abs(benefit).max() + np.abs(common).max()
    assert evppi(x, benefit + common[:, None], replicates=8) == pytest.approx(plain, abs=1e-6 * size)
    assert evppi(x, benefit * factor, replicates=8) == pytest.approx(plain * factor, abs=1e-6 * size * factor)


def test_plan_order_and_baseline_do_not_matter():
    draws = Draws(1, 1024)
    x = np.stack([draws.normal(name) for name in IDS])
    benefit = np.stack([0 * x[0], x[0] + x[1] * x[2], 0.3 * x[3]], axis=1)
    one = evppi_all(x, benefit, 8)
    other = evppi_all(x, benefit[:, [2, 0, 1]], 8, baseline=1)
    np.testing.assert_allclose(one.evppi, other.evppi, atol=2e-3)
    np.testing.assert_allclose(one.first_order, other.first_order[:, [1, 2, 0]], atol=1e-9)


def test_one_plan_leaves_nothing_to_find_out():
    draws = Draws(1, 256)
    found = evppi_all([draws.u("a")], draws.normal("b")[:, None], 8)
    assert (found.evpi, found.evppi[0], bool(found.nothing_to_gain[0])) == (0.0, 0.0, True)


def test_a_study_that_resolves_nothing_is_worth_nothing():
    draws = draw(normal_forms(80, 150), 1024, 1)
    benefit = against_nothing(50 + sum(draws.values()))
    assert evsi(draws["x1"], benefit, 0.0) == 0.0
    assert evppi(draws["x1"], benefit) == evsi(draws["x1"], benefit, 1.0)
    with pytest.raises(ValueError, match="resolves"):
        evsi(draws["x1"], benefit, 1.5)


@pytest.mark.parametrize(
    "benefit", [np.ones(5), np.ones((0, 2)), np.ones((5, 0)), np.array([[1.0, math.nan]])]
)
def test_wrong_net_benefits_are_refused(benefit):
    with pytest.raises(ValueError, match="net benefit"):
        evpi(benefit)
