"""Quantities: every form, every refusal, and what must hold for all of them."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from thuishaven.uncertainty import MESSAGES, Quantity, QuantityError

U = np.concatenate([[1e-12, 1e-6], np.linspace(0.001, 0.999, 999), [1 - 1e-6, 1 - 1e-12]])

positive_numbers = st.floats(1e-6, 1e9)
any_numbers = st.floats(-1e9, 1e9)


def three(numbers):
    """Three ordered numbers, far enough apart to tell apart in a float64."""
    return (
        st.lists(numbers, min_size=3, max_size=3).map(sorted).filter(lambda v: v[2] - v[0] > 1e-9 * abs(v[2]))
    )


@pytest.mark.parametrize(
    ("raw", "options", "kind", "notes"),
    [
        (12.5, {}, "constant", ()),
        ({"value": 3}, {}, "constant", ()),
        ({"low": 80, "mode": 100, "high": 150}, {}, "triangular", ()),
        ({"low": 80, "mode": 80, "high": 150}, {}, "triangular", ("mode_is_low",)),
        ({"low": 80, "mode": 150, "high": 150}, {}, "triangular", ("mode_is_high",)),
        ({"low": 1, "mode": 2, "high": 20}, {}, "skewed", ("bounds_replaced_by_metalog",)),
        ({"low": 1, "mode": 2, "high": 20}, {"positive": False}, "triangular", ()),
        ({"low": 0, "mode": 2, "high": 20}, {}, "triangular", ("low_is_minimum",)),
        ({"low": 0.5, "mode": 0.9, "high": 0.98}, {"upper": 1}, "skewed", ("bounds_replaced_by_metalog",)),
        ({"low": 0.5, "mode": 0.9, "high": 1}, {"upper": 1}, "triangular", ("high_is_maximum",)),
        ({"min": 80, "mode": 100, "max": 150}, {}, "pert", ()),
        ({"min": 80, "mode": 100, "max": 150, "shape": "triangular"}, {}, "triangular", ()),
        ({"min": 80, "max": 150}, {}, "uniform", ("no_mode_uniform",)),
        ({"low": 50, "high": 200}, {}, "lognormal", ()),
        ({"low": 50, "high": 200}, {"positive": False}, "normal", ()),
        ({"low": 0.1, "high": 0.4}, {"upper": 1}, "logit_normal", ()),
        ({"low": 0, "high": 4}, {}, "uniform", ("low_is_minimum", "no_mode_uniform")),
        ({"mean": 100, "sd": 30}, {}, "lognormal", ()),
        ({"mean": 100, "sd": 30}, {"positive": False}, "normal", ()),
        ({"mean": 0.9, "sd": 0.08}, {"upper": 1}, "beta", ()),
        ({"mean": 5, "sd": 0}, {}, "constant", ()),
        ({"min": 4, "mode": 4, "max": 4}, {}, "constant", ()),
        ({"low": 4, "high": 4}, {}, "constant", ()),
        ({"p5": 80, "p50": 100, "p95": 150}, {"positive": False}, "metalog", ()),
        ({"p5": 80, "p50": 100, "p95": 150}, {}, "skewed", ()),
        ({"events": 2, "trials": 20}, {}, "beta", ()),
        ({"events": 0, "years": 10}, {}, "gamma", ()),
    ],
)
def test_every_form_has_its_distribution(raw, options, kind, notes):
    quantity = Quantity.parse(raw, **options)
    assert (kind, notes) == (quantity.kind, quantity.notes)
    assert quantity.is_constant == (kind == "constant")


@pytest.mark.parametrize(
    ("raw", "options", "expected"),
    [
        # uncertainty.md section 1
        (
            {"min": 80, "mode": 100, "max": 150, "shape": "triangular"},
            {},
            (110, 14.719601, 88.3666, 108.166998, 136.771243),
        ),
        ({"min": 80, "mode": 100, "max": 150}, {}, (105, 12.677314, 86.301587, 103.825886, 127.739215)),
        ({"low": 50, "high": 200}, {}, (109.285166, None, 50, 100, 200)),
        ({"mean": 100, "sd": 30}, {}, (100, 30, None, math.exp(4.562081), None)),
        ({"p5": 80, "p50": 100, "p95": 150}, {"positive": False}, (None, None, 80, 100, 150)),
        ({"events": 2, "trials": 20}, {}, (2.5 / 21, None, 0.029334, 0.106968, 0.250227)),
        ({"low": 1, "mode": 2, "high": 20}, {}, (None, None, 1, 7.885399, 20)),
    ],
)
def test_published_values(raw, options, expected):
    quantity = Quantity.parse(raw, **options)
    found = (quantity.mean, quantity.sd, quantity.p5, quantity.median, quantity.p95)
    for value, wanted in zip(found, expected, strict=True):
        assert wanted is None or value == pytest.approx(wanted, rel=2e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("raw", "options", "code"),
    [
        (None, {}, "missing"),
        ("1.450", {}, "ambiguous_number"),
        ("1,450", {}, "ambiguous_number"),
        ("1.450.000", {}, "ambiguous_number"),
        ({"low": "1.450", "high": 2000}, {}, "ambiguous_number"),
        ("12.5", {}, "not_a_number"),
        ("", {}, "not_a_number"),
        ("7.9 USD", {}, "not_a_number"),
        (True, {}, "not_a_number"),
        ({"value": False}, {}, "not_a_number"),
        ([1, 2], {}, "not_a_number"),
        (1j, {}, "not_a_number"),
        (math.nan, {}, "not_finite"),
        ({"low": 1, "high": math.inf}, {}, "not_finite"),
        (10**400, {}, "too_large"),
        (1e101, {}, "too_large"),
        (-1, {}, "negative"),
        ({"low": -5, "mode": 1, "high": 2}, {}, "negative"),
        ({"mean": -5, "sd": 1}, {}, "negative"),
        ({"mean": 0, "sd": 1}, {}, "mean_at_limit"),
        (3, {"lower": 5}, "below_limit"),
        ({"min": 0.5, "max": 1.5}, {"upper": 1}, "above_limit"),
        ({"low": 5, "high": 2}, {}, "wrong_order"),
        ({"min": 5, "mode": 5, "max": 2}, {}, "wrong_order"),
        ({"low": 1, "mode": 7, "high": 5}, {}, "mode_outside"),
        ({"min": 1, "mode": 0.5, "max": 5}, {}, "mode_outside"),
        ({"mean": 5, "sd": -1}, {}, "negative_sd"),
        ({"mean": 0.5, "sd": 0.6}, {"upper": 1}, "sd_too_large"),
        ({"low": 1, "hihg": 2}, {}, "unknown_keys"),
        ({}, {}, "unknown_form"),
        ({"low": 1}, {}, "unknown_form"),
        ({"low": 1, "max": 3}, {}, "unknown_form"),
        ({"unit": "EUR"}, {}, "unknown_form"),
        ({"min": 1, "mode": 2, "max": 3, "shape": "round"}, {}, "unknown_shape"),
        ({"low": 1, "high": 2, "shape": "triangular"}, {}, "unknown_shape"),
        ({"value": 1, "unit": 5}, {}, "not_text"),
        ({"events": 3, "trials": 2}, {}, "bad_events"),
        ({"events": 1.5, "years": 2}, {}, "bad_events"),
        ({"events": 1, "years": 0}, {}, "bad_events"),
    ],
)
def test_every_refusal_has_its_code_and_an_example(raw, options, code):
    with pytest.raises(QuantityError) as caught:
        Quantity.parse(raw, **options)
    error = caught.value
    assert code == error.code
    assert {"expected", "example"} <= error.params.keys()
    assert MESSAGES[code].format(**error.params) in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (error.code, error.params, str(error)) == (again.code, again.params, str(again))


def test_text_is_questioned_with_both_readings():
    with pytest.raises(QuantityError) as caught:
        Quantity.parse({"value": "1.450,250"})
    assert (caught.value.params["reading_a"], caught.value.params["reading_b"]) == ("1450.25", "1450250")


def test_numbers_of_other_libraries_are_numbers():
    assert Quantity.parse(7) == Quantity.parse(np.int64(7)) == Quantity.parse(np.float64(7))


@given(three(positive_numbers), st.booleans())
def test_low_mode_high_hits_both_quantiles(values, positive):
    low, mode, high = values
    assume(min(mode - low, high - mode) > 1e-6 * (high - low))
    quantity = Quantity.parse({"low": low, "mode": mode, "high": high}, positive=positive)
    assert quantity.p5 == pytest.approx(low, rel=1e-6, abs=1e-8 * high)
    assert quantity.p95 == pytest.approx(high, rel=1e-6)
    if quantity.kind == "triangular":
        assert mode == quantity.parameters[1]


@given(three(any_numbers))
def test_low_mode_high_of_either_sign_is_triangular(values):
    low, mode, high = values
    assume(low < mode < high and mode - low > 1e-6 * (high - low) and high - mode > 1e-6 * (high - low))
    quantity = Quantity.parse({"low": low, "mode": mode, "high": high}, positive=False)
    assert quantity.kind == "triangular"
    assert quantity.p5 == pytest.approx(low, abs=1e-8 * (high - low))
    assert quantity.p95 == pytest.approx(high, abs=1e-8 * (high - low))


@given(st.floats(0.01, 0.9), st.floats(0.001, 0.09), st.floats(0, 1))
def test_shares_stay_shares(low, width, place):
    high = low + width
    quantity = Quantity.parse({"low": low, "mode": low + place * width, "high": high}, upper=1.0)
    values = quantity.ppf(U)
    assert values.min() >= 0
    assert values.max() <= 1
    if 1e-6 < place < 1 - 1e-6:
        assert quantity.p95 == pytest.approx(high, rel=1e-6)


FORMS = st.one_of(
    positive_numbers,
    st.builds(lambda v: dict(zip(("low", "mode", "high"), v, strict=True)), three(positive_numbers)),
    st.builds(lambda v: dict(zip(("min", "mode", "max"), v, strict=True)), three(positive_numbers)),
    st.builds(
        lambda v: dict(zip(("min", "mode", "max"), v, strict=True)) | {"shape": "triangular"},
        three(positive_numbers),
    ),
    st.builds(lambda v: {"min": v[0], "max": v[2]}, three(positive_numbers)),
    st.builds(lambda v: {"low": v[0], "high": v[2]}, three(positive_numbers)),
    st.builds(lambda mean, ratio: {"mean": mean, "sd": mean * ratio}, positive_numbers, st.floats(0, 3)),
    st.builds(lambda v: dict(zip(("p5", "p50", "p95"), v, strict=True)), three(positive_numbers)),
    st.builds(lambda k, more: {"events": k, "trials": k + more}, st.integers(0, 50), st.integers(1, 50)),
    st.builds(lambda k, years: {"events": k, "years": years}, st.integers(0, 50), st.floats(0.1, 100)),
)


@given(FORMS, st.booleans())
def test_quantile_functions_rise(raw, positive):
    quantity = Quantity.parse(raw, positive=positive)
    values = quantity.ppf(U)
    assert np.isfinite(values).all()
    assert (np.diff(values) >= -1e-9 * np.abs(values[1:])).all()
    least, most = quantity.support
    slack = 1e-9 * np.abs(values).max()
    assert least - slack <= values[0]
    assert values[-1] <= most + slack
    if positive:
        assert values[0] >= 0
    assert quantity.ppf(U.reshape(1, -1)).shape == (1, len(U))


@given(FORMS, st.booleans())
def test_plain_form_reads_back(raw, positive):
    quantity = Quantity.parse(raw, positive=positive)
    again = Quantity.parse(quantity.to_plain(), positive=positive)
    assert (quantity, hash(quantity)) == (again, hash(again))
    assert quantity is Quantity.parse(quantity, positive=positive)


@given(FORMS, st.floats(1e-3, 1e3))
def test_scaling_scales_every_draw(raw, factor):
    assume(not (isinstance(raw, dict) and "events" in raw))
    quantity = Quantity.parse(raw)
    scaled = quantity.scaled(factor)
    np.testing.assert_allclose(
        scaled.ppf(U), quantity.ppf(U) * factor, rtol=1e-6, atol=1e-7 * factor * quantity.p95
    )
    assert quantity == quantity.scaled(1.0)


@given(FORMS, st.floats(1.01, 3), st.booleans())
def test_widening_keeps_the_median_and_adds_in_squares(raw, gsd, positive):
    quantity = Quantity.parse(raw, positive=positive)
    wide = quantity.widened(gsd)
    assume("median_moved" not in wide.notes and quantity.upper is None and quantity.p5 > 1e-6 * quantity.p95)
    assert wide.median == pytest.approx(quantity.median, rel=1e-6)
    extra = 1.6448536269514722 * math.log(gsd)
    if positive:
        assert math.log(wide.p95 / wide.median) == pytest.approx(
            math.hypot(math.log(quantity.p95 / quantity.median), extra), rel=1e-5
        )
        assert math.log(wide.median / wide.p5) == pytest.approx(
            math.hypot(math.log(quantity.median / quantity.p5), extra), rel=1e-5
        )
    else:
        assert wide.p95 - wide.median == pytest.approx(
            math.hypot(quantity.p95 - quantity.median, extra * quantity.median), rel=1e-5
        )
    assert quantity == quantity.widened(1.0)


@given(FORMS, st.booleans())
def test_moments_are_those_of_the_quantile_function(raw, positive):
    quantity = Quantity.parse(raw, positive=positive)
    assume(quantity.sd < 2 * abs(quantity.mean))
    z = np.linspace(-10, 10, 20001)
    from scipy.special import ndtr

    weight = np.exp(-z * z / 2) * (z[1] - z[0]) / math.sqrt(2 * math.pi)
    x = quantity.ppf(np.clip(ndtr(z), 1e-300, 1 - 2**-53))
    mean = float(weight @ x)
    assert quantity.mean == pytest.approx(mean, rel=2e-4)
    assert quantity.sd == pytest.approx(math.sqrt(weight @ (x - mean) ** 2), rel=2e-2, abs=1e-6 * abs(mean))


def test_a_range_of_a_hundred_orders_of_magnitude_has_no_moments_but_quantiles():
    quantity = Quantity.parse({"low": 1e-6, "high": 1e99})
    assert (quantity.mean, quantity.sd) == (math.inf, math.inf)
    assert quantity.median == pytest.approx(10**46.5)


def test_remarks_travel_and_change_nothing():
    raw = {"low": 60, "mode": 75, "high": 110, "unit": "day", "source": "supplier", "note": "sea"}
    quantity = Quantity.parse(raw)
    assert raw == quantity.to_plain()
    assert "day" == quantity.widened(1.2).unit == quantity.scaled(2).unit
    assert Quantity.parse(7.9).to_plain() == 7.9


def test_a_zero_cannot_be_widened_and_says_so():
    assert Quantity.parse(0).widened(1.5).notes == ("zero_not_widened",)


def test_replacing_bounds_is_continuous():
    """A lower bound that just passes zero moves no quantile by more than the input moved."""
    inside = Quantity.parse({"low": 3.2415, "mode": 8, "high": 20})
    outside = Quantity.parse({"low": 3.241, "mode": 8, "high": 20})
    just = next(
        (a, b)
        for a, b in (
            (
                Quantity.parse({"low": low, "mode": 8, "high": 20}),
                Quantity.parse({"low": low - 1e-4, "mode": 8, "high": 20}),
            )
            for low in np.arange(1, 5, 1e-4)
        )
        if a.kind == "triangular" != b.kind
    )
    for one, other in (just, (inside, outside)):
        assert one.median == pytest.approx(other.median, abs=2e-3)
        assert one.p95 == pytest.approx(other.p95)


def test_limits_are_checked_for_quantities_too():
    with pytest.raises(QuantityError) as caught:
        Quantity.parse(Quantity.parse({"mean": 0, "sd": 1}, positive=False), positive=True)
    assert caught.value.code == "negative"


@pytest.mark.parametrize("factor", [0, -1, math.inf, math.nan])
def test_only_positive_factors_scale(factor):
    with pytest.raises(ValueError, match="factor"):
        Quantity.parse(3).scaled(factor)


@pytest.mark.parametrize("gsd", [0.9, math.inf, math.nan])
def test_a_gsd_is_one_or_more(gsd):
    with pytest.raises(ValueError, match="geometric"):
        Quantity.parse(3).widened(gsd)
