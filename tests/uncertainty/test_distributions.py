"""Inverse distribution functions against SciPy and against their definitions."""

import math

import numpy as np
import pytest
from scipy import stats

from thuishaven.uncertainty import dirichlet, poisson_ppf
from thuishaven.uncertainty import distributions as dist

U = np.concatenate(
    [10.0 ** -np.arange(3, 14), np.linspace(0.001, 0.999, 1999), 1 - 10.0 ** -np.arange(3, 14)]
)
U = np.unique(U)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.25, 0.5, 0.875, 1.0])
def test_pert_table_is_the_beta_quantile(share):
    alpha, beta = 1 + 4 * share, 5 - 4 * share
    found = dist.pert_ppf(U, 0.0, share, 1.0)
    np.testing.assert_allclose(found, stats.beta.ppf(U, alpha, beta), rtol=0, atol=5e-10)
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (dist.triangular_ppf(U, 80, 100, 150), stats.triang.ppf(U, 2 / 7, 80, 70)),
        (dist.beta_ppf(U, 2.5, 18.5), stats.beta.ppf(U, 2.5, 18.5)),
        (dist.gamma_ppf(U, 2.5, 10), stats.gamma.ppf(U, 2.5, scale=0.1)),
        (dist.score_ppf(U, 1.0, 0.5, 0.0), stats.norm.ppf(U, 1.0, 0.5)),
        (dist.score_ppf(U, 1.0, 0.5, 0.0, lower=0.0), stats.lognorm.ppf(U, 0.5, scale=math.e)),
        (
            dist.score_ppf(U, 1.0, 0.5, 0.0, lower=0.0, upper=1.0),
            1 / (1 + np.exp(-stats.norm.ppf(U, 1.0, 0.5))),
        ),
        (dist.score_ppf(U, -1.0, 0.5, 0.0, upper=9.0), 9 - stats.lognorm.isf(U, 0.5, scale=math.e)),
    ],
)
def test_quantiles_agree_with_scipy(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_solved_bounds_of_the_note():
    assert dist.solve_triangular(80, 100, 150) == pytest.approx((67.063919, 168.680250), abs=1e-6)
    assert dist.solve_triangular(80, 100, 150, p=0.1) == pytest.approx((56.699839, 182.079861), abs=1e-6)
    assert dist.solve_triangular(1, 2, 20)[0] == pytest.approx(-1.0, abs=0.005)


def test_metalog_of_the_note():
    five = dist.metalog_coefficients(80, 100, 150)
    ten = dist.metalog_coefficients(80, 100, 150, p=0.1)
    assert five == pytest.approx((100, 11.886815, 11.320776), abs=1e-6)
    assert ten == pytest.approx((100, 15.929186, 17.066985), abs=1e-6)
    assert dist.metalog_ppf(np.array([0.1, 0.99]), *five) == pytest.approx([83.831714, 180.111295], abs=1e-6)
    assert dist.metalog_ppf(np.array([0.95]), *ten) == pytest.approx([169.516231], abs=1e-6)


def test_no_metalog_with_the_median_at_an_end():
    with pytest.raises(ValueError, match="no metalog"):
        dist.metalog_coefficients(80, 81, 150)


@pytest.mark.parametrize("skew", [-1.0, -0.5, 0.5, 1.0])
def test_the_largest_skew_still_rises(skew):
    values = dist.score_ppf(U, 0.0, 1.0, skew * dist.SKEW_LIMIT)
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("rate", [0.0, 1e-6, 0.3, 2.0, 40.0])
def test_poisson_counts_agree_with_scipy(rate):
    np.testing.assert_array_equal(poisson_ppf(U, rate), np.maximum(stats.poisson.ppf(U, rate), 0))


def test_poisson_counts_rise_with_the_rate():
    rates = np.linspace(0.01, 5, 50)[:, None]
    assert (np.diff(poisson_ppf(U, rates), axis=0) >= 0).all()


def test_dirichlet_shares_keep_their_means():
    rng = np.random.default_rng(1)
    shares = dirichlet(rng.random((3, 20000)), np.array([1.0, 2.0, 5.0]))
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)
    np.testing.assert_allclose(shares.mean(axis=1), [1 / 8, 2 / 8, 5 / 8], atol=0.005)


def test_logit_normal_moments_by_quadrature():
    centre, scale = -1.0, 0.7
    mean, sd = dist.score_moments(centre, scale, 0.0, lower=2.0, upper=5.0)
    x = dist.score_ppf((np.arange(10**6) + 0.5) / 10**6, centre, scale, 0.0, lower=2.0, upper=5.0)
    assert (mean, sd) == (pytest.approx(x.mean(), rel=1e-7), pytest.approx(x.std(), rel=1e-6))
