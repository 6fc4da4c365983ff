"""Quantiles by sorting are those of NumPy, to the bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from thuishaven.uncertainty import quantiles, shared_draws

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=4)
NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(arrays.arrays(float, st.integers(1, 60), elements=NUMBERS), SHARES)
def test_they_are_those_of_numpy(values: np.ndarray, shares: list[float]) -> None:
    assert np.quantile(values, shares).tolist() == quantiles(values, shares)


def test_what_is_no_number_makes_them_unknown() -> None:
    assert np.isnan(quantiles(np.array([1.0, np.nan, 3.0]))).all()


def test_the_draws_of_a_seed_are_drawn_once() -> None:
    first, second = shared_draws(7, 256), shared_draws(7, 256)
    assert first.u("demand.level") is second.u("demand.level")
    assert first.brownian("wage.NLD", 5) is second.brownian("wage.NLD", 5)
    with pytest.raises(ValueError, match="read-only"):
        first.brownian("wage.NLD", 5)[0, 0] = 0.0
