"""The error of the calculation, and when to stop drawing."""

import math

import numpy as np
import pytest

from thuishaven.uncertainty import Draws, convergence, half_width, replicate_error

NAMES = ("demand.level", "freight.level", "inflation")


def smooth(draws):
    return 3 + sum(draws.normal(name) for name in NAMES) + draws.normal(NAMES[0]) * draws.normal(NAMES[1])


def test_student_quantile_of_the_note():
    assert half_width(1.0, 16) == pytest.approx(2.1314, abs=5e-5)
    assert math.isnan(half_width(1.0, 1))


def test_error_is_the_spread_of_replicates():
    values = np.arange(16.0)
    blocks = values.reshape(8, 2).mean(axis=1)
    assert replicate_error(values) == pytest.approx(blocks.std(ddof=1) / math.sqrt(8))
    assert replicate_error(values, np.max) == pytest.approx(values[1::2].std(ddof=1) / math.sqrt(8))
    np.testing.assert_allclose(
        replicate_error(np.stack([values, 2 * values], axis=1)),
        [replicate_error(values), 2 * replicate_error(values)],
    )
    assert math.isnan(replicate_error(values, replicates=1))


def test_errors_cover_as_often_as_they_should():
    scores = [
        (smooth(draws).mean() - 3) / replicate_error(smooth(draws))
        for draws in (Draws(s, 1024) for s in range(60))
    ]
    assert np.sqrt(np.mean(np.square(scores))) == pytest.approx(1.18, abs=0.35)  # t with 7 degrees of freedom


def test_errors_of_quantiles_and_chances():
    values = smooth(Draws(1, 65536))
    assert 0 < replicate_error(values, lambda block: np.quantile(block, 0.95)) < 0.02
    assert 0 < replicate_error(values > 0) < 0.002


def test_quasi_random_means_beat_the_root_of_n():
    values = smooth(Draws(1, 4096))
    assert replicate_error(values) < 0.3 * values.std() / math.sqrt(4096)


def test_stop_rule():
    few, many = convergence(smooth(Draws(1, 64)) - 2.5), convergence(smooth(Draws(1, 65536)) - 2.5)
    assert (few.settled, many.settled) == (False, True)
    assert many.mean == pytest.approx(0.5, abs=many.mean_half_width * 2)
    assert many.p_half_width < 0.01 < few.p_half_width
    tie = convergence(np.zeros(64))
    assert (tie.mean, tie.p_better, tie.settled) == (0.0, 0.5, True)
    assert not convergence(smooth(Draws(1, 4096)) - 3).settled
    assert convergence(smooth(Draws(1, 4096)) - 3, amount=0.1).settled


def test_draws_must_divide_into_replicates():
    with pytest.raises(ValueError, match="do not divide"):
        replicate_error(np.ones(9))
