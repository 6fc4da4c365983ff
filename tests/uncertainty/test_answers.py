"""From an answer of the fact store to a distribution."""

import math
from types import SimpleNamespace

import pytest

from thuishaven.uncertainty import QuantityError, from_answer


def answer(value, low=None, high=None, gsd=1.0, kind="", positive=True, distribution="lognormal", **limits):
    return SimpleNamespace(
        value=value,
        low=low,
        high=high,
        gsd=gsd,
        unit="EUR/h",
        parameter=SimpleNamespace(
            positive=positive,
            hard_low=limits.get("lower"),
            hard_high=limits.get("upper"),
            distribution=distribution,
        ),
        fact=SimpleNamespace(range_kind=kind, id="wage[iso3=CHN]@2023"),
    )


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(100, 80, 150), "triangular"),
        (answer(100, 80, 150, kind="p5p95"), "triangular"),
        (answer(100, 80, 150, kind="minmax"), "pert"),
        (answer(None, 80, 150, kind="minmax"), "uniform"),
        (answer(100, 99.5, 100.5, kind="rounding"), "uniform"),
        (answer(None, 80, 150), "lognormal"),
        (answer(100), "constant"),
        (answer(100, gsd=1.3), "lognormal"),
        (answer(100, gsd=1.3, positive=False, distribution="normal"), "normal"),
        (answer(-3, gsd=1.3, positive=False), "normal"),
        (answer(0.3, gsd=1.3, upper=1.0), "skewed"),
        (answer(0.2, 0.1, 0.3, distribution="constant"), "constant"),
        (answer(0, gsd=1.5), "constant"),
    ],
)
def test_every_answer_has_its_distribution(given, kind):
    quantity = from_answer(given)
    assert (kind, "EUR/h", "wage[iso3=CHN]@2023") == (quantity.kind, quantity.unit, quantity.source)


def test_a_value_alone_gets_the_width_of_its_status():
    quantity = from_answer(answer(100, gsd=1.3))
    assert quantity.median == pytest.approx(100)
    assert quantity.parameters[1] == pytest.approx(math.log(1.3))
    either = from_answer(answer(-100, gsd=1.3, positive=False))
    assert (either.mean, either.sd) == (pytest.approx(-100), pytest.approx(100 * math.log(1.3)))


def test_an_own_range_is_kept_and_fallbacks_widen_it():
    own, fallback = from_answer(answer(100, 80, 150)), from_answer(answer(100, 80, 150, gsd=1.2))
    assert (own.p5, own.p95) == (pytest.approx(80), pytest.approx(150))
    assert fallback.median == pytest.approx(own.median)
    assert fallback.p5 < own.p5 < own.p95 < fallback.p95


def test_hard_limits_hold():
    share = from_answer(answer(0.9, gsd=1.5, upper=1.0))
    assert share.p95 < share.support[1] == 1.0
    assert share.median == pytest.approx(0.9)


def test_a_fact_that_contradicts_itself_is_refused():
    with pytest.raises(QuantityError) as caught:
        from_answer(answer(200, 80, 150))
    assert caught.value.code == "mode_outside"
