"""Copulas: the rank correlation asked for, repairs that are told, tails that come together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from thuishaven.uncertainty import Copula, CorrelationRepaired, Draws, draw, one_factor

FORMS = {"a": {"low": 50, "high": 200}, "b": {"min": 0, "mode": 1, "max": 9}, "c": {"mean": 0, "sd": 1}}


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.5, 0.95])
def test_rank_correlation_is_what_was_asked(rho):
    draws = draw(FORMS, 8192, 1, correlation={("a", "b"): rho})
    assert spearmanr(draws["a"], draws["b"]).statistic == pytest.approx(rho, abs=0.005)
    assert spearmanr(draws["a"], draws["c"]).statistic == pytest.approx(0, abs=0.01)


def test_a_matrix_says_the_same_as_pairs():
    pairs = draw(FORMS, 256, 1, correlation={("b", "a"): 0.5})
    matrix = draw(FORMS, 256, 1, correlation=[[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]])
    for name in FORMS:
        np.testing.assert_array_equal(pairs[name], matrix[name])


def test_uncorrelated_inputs_and_marginals_stay_as_they_were():
    free, bound = draw(FORMS, 1024, 1), draw(FORMS, 1024, 1, correlation={("a", "b"): 0.8})
    np.testing.assert_array_equal(free["c"], bound["c"])
    np.testing.assert_allclose(free["a"], bound["a"])
    np.testing.assert_allclose(
        np.quantile(free["b"], [0.05, 0.5, 0.95]), np.quantile(bound["b"], [0.05, 0.5, 0.95]), rtol=0.05
    )


def test_half_becomes_the_note_s_value():
    assert Copula.from_ranks("ab", {("a", "b"): 0.5}).matrix[0, 1] == pytest.approx(0.517638, abs=1e-6)


def test_a_contradiction_is_repaired_and_said():
    impossible = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}
    copula = Copula.from_ranks("abc", impossible)
    assert np.linalg.eigvalsh(copula.matrix).min() > 0
    np.testing.assert_allclose(np.diag(copula.matrix), 1)
    assert 0.3 < copula.largest_change < 1
    with pytest.warns(CorrelationRepaired) as caught:
        draws = draw(FORMS, 256, 1, correlation=impossible)
    assert copula.largest_change == caught[0].message.largest_change
    assert all(np.isfinite(values).all() for values in draws.values())


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6))
def test_every_matrix_ends_positive_definite(ranks):
    names = "abcd"
    pairs = [(names[i], names[j]) for i in range(4) for j in range(i)]
    copula = Copula.from_ranks(names, dict(zip(pairs, ranks, strict=True)))
    assert np.linalg.eigvalsh(copula.matrix).min() > 0
    assert np.abs(copula.matrix).max() <= 1 + 1e-12
    scores = copula.apply(np.random.default_rng(0).standard_normal((4, 100)))
    assert np.isfinite(copula.uniforms(scores)).all()


def test_a_possible_matrix_is_not_touched():
    assert Copula.from_ranks("abc", {("a", "b"): 0.5, ("b", "c"): 0.5}).largest_change == 0.0


@pytest.mark.parametrize(
    ("correlation", "message"),
    [
        ({("a", "x"): 0.5}, "not among"),
        ({("a", "a"): 0.5}, "itself"),
        ({("a", "b"): 1.5}, "between -1 and 1"),
        ({("a", "b"): 0.5, ("b", "a"): 0.4}, "two different"),
        ([[1, 0.5], [0.5, 1]], "3 x 3"),
        ([[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]], "symmetric"),
        ([[1, np.nan, 0], [np.nan, 1, 0], [0, 0, 1]], "symmetric"),
    ],
)
def test_wrong_correlations_are_refused(correlation, message):
    with pytest.raises(ValueError, match=message):
        draw(FORMS, 256, 1, correlation=correlation)


def test_common_factor_gives_the_product_of_roots():
    draws = Draws(1, 8192)
    common = draws.normal("energy.level")
    first = one_factor(common, draws.normal("x"), 0.64)
    second = one_factor(common, draws.normal("y"), 0.25)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.4, abs=0.02)
    assert first.std() == pytest.approx(1, abs=0.02)
    with pytest.raises(ValueError, match="share"):
        one_factor(common, common, 1.5)


def test_t_copula_has_joint_extremes():
    draws = Draws(4, 65536)
    scores = np.stack([draws.normal("demand.level"), draws.normal("inflation")])
    copula = Copula.from_ranks("ab", {("a", "b"): 0.5})
    gauss, crisis = copula.uniforms(scores), copula.uniforms(scores, draws.u("freight.level"))
    np.testing.assert_allclose(crisis.mean(axis=1), 0.5, atol=0.005)
    np.testing.assert_allclose(np.quantile(crisis, 0.99, axis=1), 0.99, atol=0.002)
    joint = [(pair > 0.99).all(axis=0).mean() / 0.01 for pair in (gauss, crisis)]
    # Exact: .129 for the Gaussian copula, .29 for t with 4 degrees of freedom.
    assert joint[0] == pytest.approx(0.13, abs=0.03)
    assert joint[1] == pytest.approx(0.29, abs=0.04)
