"""Variance shares against functions whose answer is known."""

import math

import numpy as np
import pytest
from scipy import stats

from thuishaven.uncertainty import (
    Draws,
    Quantity,
    direction,
    draw,
    first_order,
    first_order_all,
    threshold,
    tornado,
    total_order,
)
from thuishaven.uncertainty.conditional import bins_for, conditional_means

NAMES = ("x1", "x2", "x3")
BOX = {name: {"min": -math.pi, "max": math.pi} for name in NAMES}
FIRST = (0.31390519114781146, 0.4424111447900409, 0.0)
TOTAL = (0.5575888552099592, 0.4424111447900409, 0.2436836640621477)


def ishigami(x):
    return np.sin(x["x1"]) + 7 * np.sin(x["x2"]) ** 2 + 0.1 * x["x3"] ** 4 * np.sin(x["x1"])


def shared(seed, n, replicates):
    draws = Draws(seed, n, replicates)
    ids = ("demand.level", "freight.level", "inflation")
    return {name: (2 * draws.u(i) - 1) * math.pi for name, i in zip(NAMES, ids, strict=True)}


@pytest.mark.parametrize(("n", "tolerance"), [(1024, 0.02), (4096, 0.005), (8192, 0.002), (16384, 0.0005)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_first_order_of_ishigami(n, tolerance, seed):
    draws = draw(BOX, n, seed)
    y = ishigami(draws)
    assert [first_order(draws[name], y) for name in NAMES] == pytest.approx(FIRST, abs=tolerance)


@pytest.mark.parametrize("seed", range(10))
def test_total_order_of_ishigami(seed):
    found = total_order(ishigami, BOX, 8192, seed)
    assert [found[name] for name in NAMES] == pytest.approx(TOTAL, abs=0.004)
    assert [found.first[name] for name in NAMES] == pytest.approx(FIRST, abs=0.002)
    assert found.variance == pytest.approx(13.844587940719254, rel=1e-3)
    assert list(NAMES) == list(found) == list(found.first)
    np.testing.assert_array_equal(list(found.values()), np.asarray(found))


def test_both_agree_with_scipy():
    reference = stats.sobol_indices(
        func=lambda x: ishigami(dict(zip(NAMES, x, strict=True))),
        n=8192,
        dists=[stats.uniform(-math.pi, 2 * math.pi)] * 3,
        rng=np.random.default_rng(1),
    )
    found = total_order(ishigami, BOX, 8192, 1)
    np.testing.assert_allclose(list(found.total.values()), reference.total_order, atol=0.01)
    np.testing.assert_allclose(list(found.first.values()), reference.first_order, atol=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_first_order_with_replicates_knows_its_error(seed):
    x = shared(seed, 4096, 8)
    found = first_order_all([x[name] for name in NAMES], ishigami(x), replicates=8)
    off = found.value - FIRST
    assert np.abs(off).max() < 0.02
    assert (np.abs(off) < 4 * found.se + 0.002).all()


def test_errors_cover_as_often_as_they_should():
    scores = []
    for seed in range(40):
        x = shared(seed, 4096, 8)
        found = first_order_all([x["x1"], x["x2"]], ishigami(x), replicates=8)
        scores.append((found.value - FIRST[:2]) / found.se)
    assert np.sqrt(np.mean(np.square(scores))) == pytest.approx(1.0, abs=0.45)


def test_a_random_sample_reads_no_noise_into_an_irrelevant_input():
    rng = np.random.default_rng(5)
    sizes = []
    for _ in range(30):
        x = {name: rng.uniform(-math.pi, math.pi, 4099) for name in NAMES}
        y = ishigami(x)
        sizes.append([first_order(x[name], y, sampling="random") for name in NAMES])
    assert np.mean(sizes, axis=0) == pytest.approx(FIRST, abs=0.008)


def test_several_outcomes_at_once_are_the_same_as_one_by_one():
    x = shared(1, 1024, 8)
    inputs = np.array([x[name] for name in NAMES])
    outcomes = np.stack([ishigami(x), inputs[0] + inputs[2], np.full(1024, 4.0)], axis=1)
    together = first_order_all(inputs, outcomes, replicates=8)
    for column in range(3):
        alone = first_order_all(inputs, outcomes[:, column], replicates=8)
        np.testing.assert_allclose(together.value[:, column], alone.value, atol=1e-12)
        np.testing.assert_allclose(together.se[:, column], alone.se, atol=1e-12)
    np.testing.assert_array_equal(together.value[:, 2], 0)


def test_an_outcome_in_another_unit_has_the_same_shares():
    draws = draw(BOX, 1024, 1)
    y = ishigami(draws)
    assert first_order(draws["x1"], y) == pytest.approx(
        first_order(draws["x1"] * 1e6, y * 1e-6 + 50), rel=1e-9
    )


@pytest.mark.parametrize("replicates", [1, 8])
def test_discrete_inputs_are_grouped_by_value(replicates):
    draws = Draws(1, 4096, replicates)
    coin = (draws.u("demand.level") < 0.3).astype(float)
    regime = np.digitize(draws.u("freight.level"), [0.2, 0.9]) * 1.0
    noise = draws.normal("inflation")
    y = 5 * coin + np.array([0.0, 1.0, -4.0])[regime.astype(int)] + noise
    mean = 0.7 - 0.4
    parts = np.array([25 * 0.3 * 0.7, 0.7 + 1.6 - mean**2, 1.0])
    found = first_order_all([coin, regime, noise], y, replicates)
    np.testing.assert_allclose(found.value, parts / parts.sum(), atol=0.004)
    assert first_order(coin, 3 * coin) == pytest.approx(1.0)


def test_an_input_with_an_atom_counts_in_full():
    draws = Draws(1, 8192, 1)
    x = np.maximum(draws.normal("demand.level"), 0.0)
    y = x + draws.normal("freight.level")
    variance = 0.5 - 1 / (2 * math.pi)
    assert first_order(x, y) == pytest.approx(variance / (variance + 1), abs=0.003)


def test_correlated_inputs_keep_their_shares():
    """x, y normal with correlation r: Var E[x + y | x] / Var(x + y) = (1 + r) / 2."""
    forms = {name: {"mean": 0, "sd": 1} for name in "abc"}
    draws = draw(forms, 8192, 1, correlation={("a", "b"): 6 / math.pi * math.asin(0.3)})
    y = draws["a"] + draws["b"] + draws["c"]
    found = first_order_all([draws[name] for name in "abc"], y, independent=False)
    variance = 2 * 1.6 + 1 - 0.0
    np.testing.assert_allclose(found.value, [1.6**2 / variance, 1.6**2 / variance, 1 / variance], atol=0.003)


@pytest.mark.parametrize(("x", "y"), [(np.ones(64), np.arange(64.0)), (np.arange(64.0), np.ones(64))])
def test_nothing_varies_nothing_explains(x, y):
    assert first_order(x, y) == 0.0


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 17, 100])
def test_any_number_of_draws_will_do(n):
    x = np.linspace(0, 1, n)
    assert 0.0 <= first_order(x, 2 * x) <= 1.0


def test_total_order_of_a_group_counts_it_together():
    groups = {"pair": ["x1", "x3"], "alone": ["x2"]}
    found = total_order(ishigami, BOX, 8192, 1, groups=groups)
    assert found["pair"] == pytest.approx(1 - FIRST[1], abs=0.003)
    assert found.first["pair"] == pytest.approx(1 - FIRST[1], abs=0.003)
    assert found["alone"] == pytest.approx(FIRST[1], abs=0.003)


def test_total_order_takes_quantities_and_constants():
    forms = {"a": Quantity.parse({"mean": 0, "sd": 3}, positive=False), "b": {"mean": 0, "sd": 4}, "c": 5}
    found = total_order(lambda x: x["a"] + x["b"] + x["c"], forms, 4096, 1)
    assert [found[name] for name in "abc"] == pytest.approx([9 / 25, 16 / 25, 0], abs=1e-3)
    assert dict(total_order(lambda x: 0 * x["a"] + 7, {"a": {"min": 0, "max": 1}}, 64, 1)) == {"a": 0.0}


def test_total_order_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="power of two"):
        total_order(ishigami, BOX, 1000, 1)
    with pytest.raises(ValueError, match="64 outcomes"):
        total_order(lambda x: 1.0, BOX, 64, 1)
    with pytest.raises(ValueError, match="not among"):
        total_order(ishigami, BOX, 64, 1, groups={"g": ["x9"]})


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        (np.ones(4), np.ones(5), {}, "4 draws of the input but 5"),
        (np.ones(4), np.ones(4), {"replicates": 3}, "do not divide"),
        (np.array([1.0, math.nan]), np.ones(2), {}, "not finite"),
        (np.ones((2, 2, 2)), np.ones(2), {}, "shape"),
        (np.ones(0), np.ones(0), {}, "no draws"),
        (np.ones(64), np.ones(64), {"sampling": "latin"}, "sampling"),
        (np.ones(8), np.ones(8), {"sampling": "random"}, "at least 16"),
    ],
)
def test_wrong_shapes_are_refused(x, y, options, message):
    with pytest.raises(ValueError, match=message):
        first_order(x, y, **options)


def test_conditional_means_are_the_curve():
    draws = Draws(1, 16384, 16)
    x, z = draws.u("demand.level"), draws.normal("freight.level")
    y = np.sin(6 * x) + z
    given = next(conditional_means([x, z], [y], replicates=16)[1])
    cells = np.linspace(0, 1, given.share.shape[1] * 2 + 1)[1::2]
    np.testing.assert_allclose(given.fitted[0].mean(axis=0), np.sin(6 * cells), atol=0.02)
    np.testing.assert_allclose(given.share.sum(axis=1), 1)
    np.testing.assert_allclose(given.part[0].sum(axis=1).mean(), y.mean(), atol=1e-12)


def test_more_inputs_than_draws_allow_still_work():
    draws = Draws(1, 512)
    inputs = np.stack([draws.normal(f"x{i}") for i in range(90)])
    y = 3 * inputs[7] + 2 * inputs[11] + inputs[12]
    found = first_order_all(inputs, y, replicates=8)
    assert np.argsort(found.value)[::-1][:3].tolist() == [7, 11, 12]
    assert found.value[7] == pytest.approx(9 / 14, abs=0.06)
    assert np.delete(found.value, [7, 11, 12]).max() < 0.02


def test_bins_grow_with_the_root_of_the_draws():
    assert [bins_for(n) for n in (1, 512, 1024, 4096, 8192, 65536)] == [1, 8, 8, 16, 32, 64]


def test_tornado_and_threshold():
    draws = Draws(1, 4096, 1)
    x = np.stack([draws.u("demand.level"), draws.u("freight.level")])
    difference = 4 * x[0] - x[1] - 1.5
    bars = tornado(x, difference)
    np.testing.assert_allclose(bars.low, [0.2 - 0.5 - 1.5, 2 - 0.05 - 1.5], atol=0.01)
    np.testing.assert_allclose(bars.high, [3.8 - 0.5 - 1.5, 2 - 0.95 - 1.5], atol=0.01)
    chance = threshold(x, difference)
    np.testing.assert_allclose(chance.low[0], 0, atol=1e-9)
    np.testing.assert_allclose(chance.high[0], 1, atol=1e-9)
    # P(4 x > 1.5 + z) over z in the lowest and the highest fifth.
    np.testing.assert_allclose([chance.low[1], chance.high[1]], [0.6, 0.4], atol=0.01)


def test_ties_count_half_and_stay_together():
    coin = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    chance = threshold(coin, np.where(coin > 0, 0.0, 2.0), share=0.1)
    assert (chance.low.tolist(), chance.high.tolist()) == ([1.0], [0.5])
    with pytest.raises(ValueError, match="tail"):
        tornado(coin, coin, share=0.7)


def test_direction_is_the_rank_correlation():
    draws = Draws(1, 1024)
    x = np.stack([draws.normal("a"), np.round(draws.normal("b")), np.full(1024, 3.0)])
    y = np.exp(x[0]) - x[1]
    expected = [stats.spearmanr(x[0], y).statistic, stats.spearmanr(x[1], y).statistic, 0.0]
    np.testing.assert_allclose(direction(x, y), expected, atol=1e-9)
    assert direction(x[0], np.exp(x[0])).tolist() == [1.0]
