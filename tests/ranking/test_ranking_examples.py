"""The worked examples of the method note on advice, figure by figure."""

from __future__ import annotations

import numpy as np
import pytest

from thuishaven.ranking import (
    methods,
    rank_order_centroid,
    second_opinions,
    smaa,
    weight_ranges,
)

# Tzeng and Huang 2011: four plans, three criteria, more is better.
BOOK = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]
BOOK_WEIGHTS = [0.3, 0.4, 0.3]
# Values on fixed scales; cost, quality, resilience, climate.
TODAY, HOME, NEAR, DUAL = range(4)
OWN = np.array([[0.6, 0.5, 0.3, 0.3], [0.4, 0.8, 0.7, 0.7], [0.55, 0.65, 0.6, 0.5], [0.5, 0.6, 0.8, 0.45]])
OWN_WEIGHTS = [0.40, 0.20, 0.25, 0.15]
MORE = [1, 1, 1, 1]
LINEAR = {"preference": "linear", "q": 0.05, "p": 0.25}


def test_the_textbook_example_with_topsis() -> None:
    found = methods.topsis(BOOK, BOOK_WEIGHTS, [1, 1, 1])
    assert [0.5037, 0.6581, 0.7482, 0.3340] == found.closeness.round(4).tolist()


def test_the_textbook_example_with_vikor() -> None:
    found = methods.vikor(BOOK, BOOK_WEIGHTS, [1, 1, 1], v=0.5)
    assert found.S == pytest.approx([0.6, 0.3, 0.15, 0.65])
    assert found.R == pytest.approx([0.3, 0.2, 0.15, 0.4])
    assert found.Q == pytest.approx([0.75, 0.25, 0, 1])
    assert {1, 2} == found.compromise


def test_our_example_additive() -> None:
    assert methods.additive(OWN, OWN_WEIGHTS) == pytest.approx([0.46, 0.60, 0.575, 0.5875])


def test_our_example_promethee_usual() -> None:
    flows = methods.promethee_ii(OWN, OWN_WEIGHTS, MORE)
    assert [-0.2, 0.0333, 0.1667, 0.0] == (flows.net_flow + 0.0).round(4).tolist()


def test_our_example_promethee_linear() -> None:
    flows = methods.promethee_ii(OWN, OWN_WEIGHTS, MORE, **LINEAR)
    assert [-0.3458, 0.1708, 0.0667, 0.1083] == flows.net_flow.round(4).tolist()


def test_our_example_topsis() -> None:
    found = methods.topsis(OWN, OWN_WEIGHTS, MORE, scaling="vector")
    assert [0.3827, 0.5783, 0.6114, 0.6406] == found.closeness.round(4).tolist()


def test_our_example_vikor() -> None:
    found = methods.vikor(OWN, OWN_WEIGHTS, MORE)
    assert [0.75, 0.6667, 0.0, 0.2824] == found.Q.round(4).tolist()
    assert {NEAR, DUAL} == found.compromise


def test_our_example_electre() -> None:
    found = methods.electre_i(OWN, OWN_WEIGHTS, MORE, p=0.60, q=0.35, scaling="none")
    assert {HOME, DUAL} == found.kernel
    # The largest range of a column is 0.50, so today's 0.30 worse quality is a discordance of 0.6.
    assert found.discordance[TODAY, HOME] == pytest.approx(0.4 / 0.5)


def test_our_example_the_methods_disagree() -> None:
    found = second_opinions(OWN, OWN_WEIGHTS, 0.05, 0.25, 0.60, 0.35)
    tops = (found.additive, found.promethee, found.electre, found.vikor, found.topsis, found.disagree)
    assert ({HOME}, {HOME}, {HOME, DUAL}, {NEAR, DUAL}, {DUAL}, True) == tops


def test_dropping_today_turns_topsis_around() -> None:
    found = methods.topsis(OWN[1:], OWN_WEIGHTS, MORE).closeness
    assert [0.4269, 0.5575, 0.5263] == found.round(4).tolist()


def test_a_third_plan_turns_two_around_in_promethee_and_not_in_the_additive_model() -> None:
    with_near = methods.promethee_ii(OWN, OWN_WEIGHTS, MORE).net_flow
    without = methods.promethee_ii(OWN[[TODAY, HOME, DUAL]], OWN_WEIGHTS, MORE).net_flow
    assert (with_near[HOME], with_near[DUAL]) == pytest.approx((1 / 30, 0))
    assert (without[1], without[2]) == pytest.approx((-0.05, 0.25))
    additive = methods.additive(OWN[[TODAY, HOME, DUAL]], OWN_WEIGHTS)
    assert additive == pytest.approx(methods.additive(OWN, OWN_WEIGHTS)[[TODAY, HOME, DUAL]])


def test_smaa_in_closed_form() -> None:
    found = smaa([[1, 0], [0, 1], [0.6, 0.6]], draws=100_000)
    expected = [[0.4, 0.1, 0.5], [0.4, 0.1, 0.5], [0.2, 0.8, 0.0]]
    np.testing.assert_allclose(found.rank_acceptability, expected, atol=0.005)
    np.testing.assert_allclose(found.central_weights, [[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]], atol=0.005)
    assert [1.0, 1.0, 1.0] == found.confidence.tolist()


def test_smaa_on_our_example_with_no_weights_stated() -> None:
    found = smaa(OWN, draws=400_000)
    np.testing.assert_allclose(found.first, [0.007, 0.740, 0.083, 0.170], atol=0.003)


def test_the_order_alone_turns_the_advice() -> None:
    found = smaa(OWN, weights="order", order=[0, 2, 1, 3], draws=400_000)
    np.testing.assert_allclose(found.first, [0.020, 0.147, 0.170, 0.664], atol=0.003)


def test_the_centroid_of_an_order() -> None:
    assert [0.75, 0.25] == rank_order_centroid(2).tolist()
    drawn = smaa([[1, 0, 0]], weights="order", order=[2, 0, 1], draws=200_000).central_weights[0]
    np.testing.assert_allclose(drawn[[2, 0, 1]], rank_order_centroid(3), atol=0.003)


def test_the_weights_between_which_home_stays_first() -> None:
    expected = [[0, 0.467], [0.147, 1], [0, 0.333], [0.105, 1]]
    assert expected == weight_ranges(OWN, OWN_WEIGHTS).round(3).tolist()


def test_above_the_range_of_cost_dual_source_wins() -> None:
    end = weight_ranges(OWN, OWN_WEIGHTS)[0, 1]
    for step, winner in ((-0.001, HOME), (0.001, DUAL)):
        t = end + step
        moved = [t, *(w * (1 - t) / 0.6 for w in OWN_WEIGHTS[1:])]
        assert {winner} == methods.top(methods.additive(OWN, moved))
