"""What must hold for any plans and weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from thuishaven.ranking import (
    better,
    bounds,
    coverage,
    mean_regret,
    methods,
    order_vertices,
    pairwise_wins,
    rank_acceptability,
    regret,
    second_opinions,
    smaa,
    weight_ranges,
)
from thuishaven.ranking.weights import draw_weights

DRAWS = 256


def grid(low: int = 0, high: int = 20) -> st.SearchStrategy[float]:
    """Values on a coarse grid, so that ties happen and rounding decides nothing."""
    return st.integers(low, high).map(lambda n: n / 20)


@st.composite
def problems(draw: st.DrawFn, plans: int = 1, criteria: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Values on scales from 0 to 1, and weights."""
    shape = (draw(st.integers(plans, 6)), draw(st.integers(criteria, 5)))
    values = draw(hnp.arrays(float, shape, elements=grid()))
    weights = draw(hnp.arrays(float, shape[1], elements=grid(0, 10)).filter(lambda w: w.sum() > 0))
    return values, weights


def dominated(values: np.ndarray) -> np.ndarray:
    """A plan that is worse than the first on every criterion."""
    return np.vstack([values, values[0] - 0.05])


@given(problems(), st.integers(0, 2**32))
def test_shares_add_up_to_one_per_plan_and_per_rank(problem: tuple, seed: int) -> None:
    found = smaa(problem[0], draws=DRAWS, seed=seed)
    shares = found.rank_acceptability
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (found.confidence >= 0).all()
    assert (found.confidence <= 1).all()
    np.testing.assert_allclose(found.wins + found.wins.T, 1)
    never = found.first == 0
    assert np.isnan(found.central_weights[never]).all()
    np.testing.assert_allclose(found.central_weights[~never].sum(axis=1), 1)


@given(problems(), st.integers(0, 99))
def test_central_weights_weighted_by_share_are_the_mean_weights(problem: tuple, seed: int) -> None:
    values, weights = problem
    found = smaa(values, weights=weights, draws=DRAWS, seed=seed)
    mean = (np.nan_to_num(found.central_weights) * found.first[:, None]).sum(axis=0)
    rng = np.random.Generator(np.random.PCG64DXSM(seed))
    np.testing.assert_allclose(mean, draw_weights(weights, len(weights), DRAWS, rng).mean(axis=0))


@given(st.integers(1, 7), st.integers(1, 5), grid())
def test_plans_that_are_all_equal_share_every_rank(plans: int, criteria: int, value: float) -> None:
    found = smaa(np.full((plans, criteria), value), draws=DRAWS)
    np.testing.assert_allclose(found.rank_acceptability, np.full((plans, plans), 1 / plans))
    np.testing.assert_allclose(found.confidence, 1 / plans)
    ones = [1] * criteria
    assert set(range(plans)) == methods.vikor(np.full((plans, criteria), value), ones, ones).compromise


@given(problems(), st.data())
def test_the_order_of_plans_and_criteria_changes_nothing(problem: tuple, data: st.DataObject) -> None:
    values, weights = problem
    rows = data.draw(st.permutations(range(len(values))))
    columns = data.draw(st.permutations(range(len(weights))))
    ways = np.ones(len(weights))
    moved, w = values[rows][:, columns], weights[columns]
    before, after = methods.vikor(values, weights, ways), methods.vikor(moved, w, ways)
    np.testing.assert_allclose(after.Q, before.Q[rows], atol=1e-12)
    assert {rows.index(i) for i in before.compromise} == after.compromise
    for method in (methods.promethee_ii, methods.topsis, methods.electre_i):
        one, two = method(values, weights, ways), method(moved, w, ways)
        name = {"Promethee": "net_flow", "Topsis": "closeness", "Electre": "kernel"}[type(one).__name__]
        if name == "kernel":
            assert {rows.index(i) for i in one.kernel} == two.kernel
        else:
            np.testing.assert_allclose(getattr(two, name), getattr(one, name)[rows], atol=1e-12)
    drawn = np.random.default_rng(1).dirichlet(np.ones(len(weights)), DRAWS)
    first = smaa(values, weights=drawn).rank_acceptability
    again = smaa(moved, weights=drawn[:, columns]).rank_acceptability
    np.testing.assert_allclose(again, first[rows], atol=1e-12)


@given(problems())
def test_a_dominated_plan_never_changes_the_winner(problem: tuple) -> None:
    values, weights = problem
    expected = methods.top(methods.additive(values, weights))
    assert expected == methods.top(methods.additive(dominated(values), weights))
    before, after = smaa(values, draws=DRAWS), smaa(dominated(values), draws=DRAWS)
    np.testing.assert_allclose(after.first[:-1], before.first)
    assert (after.first[-1], after.confidence[-1]) == (0, 0)


@given(problems(plans=2), hnp.arrays(float, 5, elements=grid()))
def test_adding_a_plan_never_changes_the_order_of_the_others(problem: tuple, other: np.ndarray) -> None:
    values, weights = problem
    more = np.vstack([values, other[: values.shape[1]]])
    np.testing.assert_allclose(methods.additive(more, weights)[:-1], methods.additive(values, weights))
    wins = smaa(values, draws=DRAWS).wins
    np.testing.assert_allclose(smaa(more, draws=DRAWS).wins[:-1, :-1], wins)


@given(problems(), st.data())
def test_a_criterion_without_weight_has_no_effect(problem: tuple, data: st.DataObject) -> None:
    values, weights = problem
    column = data.draw(hnp.arrays(float, len(values), elements=grid()))
    wider, w = np.column_stack([values, column]), [*weights, 0]
    np.testing.assert_allclose(methods.additive(wider, w), methods.additive(values, weights))
    ways = np.ones(len(w))
    for method, name in (
        (methods.vikor, "Q"),
        (methods.topsis, "closeness"),
        (methods.promethee_ii, "net_flow"),
    ):
        wide, narrow = method(wider, w, ways), method(values, weights, ways[:-1])
        np.testing.assert_allclose(getattr(wide, name), getattr(narrow, name), atol=1e-12)
    assert not draw_weights(w, len(w), 16, np.random.default_rng(1))[:, -1].any()


@given(problems(), st.data())
def test_improving_a_value_never_lowers_the_plan(problem: tuple, data: st.DataObject) -> None:
    values, weights = problem
    row, column = (data.draw(st.integers(0, size - 1)) for size in values.shape)
    lifted = values.copy()
    lifted[row, column] += data.draw(grid())
    assert methods.additive(lifted, weights)[row] >= methods.additive(values, weights)[row]
    assert smaa(lifted, draws=DRAWS).first[row] >= smaa(values, draws=DRAWS).first[row] - 1e-12


@given(problems())
def test_net_flows_add_up_to_zero(problem: tuple) -> None:
    values, weights = problem
    flows = methods.promethee_ii(values, weights, [1] * len(weights), "linear", q=0.1, p=0.3)
    np.testing.assert_allclose(flows.net_flow.sum(), 0, atol=1e-12)


@given(problems(), st.integers(1, 9), st.integers(-9, 9))
def test_vikor_does_not_mind_another_unit_or_zero_point(problem: tuple, scale: int, shift: int) -> None:
    values, weights = problem
    ways = [1] * len(weights)
    before, after = methods.vikor(values, weights, ways), methods.vikor(values * scale + shift, weights, ways)
    np.testing.assert_allclose(after.Q, before.Q, atol=1e-9)


@given(problems())
def test_less_is_better_is_more_of_the_opposite(problem: tuple) -> None:
    values, weights = problem
    less, more = [-1] * len(weights), [1] * len(weights)
    np.testing.assert_allclose(
        methods.promethee_ii(-values, weights, less).net_flow,
        methods.promethee_ii(values, weights, more).net_flow,
    )
    np.testing.assert_allclose(
        methods.vikor(-values, weights, less).Q, methods.vikor(values, weights, more).Q
    )
    turned = methods.topsis(1 - values, weights, less, scaling="minmax").closeness
    np.testing.assert_allclose(turned, methods.topsis(values, weights, more, scaling="minmax").closeness)


@given(problems())
def test_the_kernel_is_never_empty(problem: tuple) -> None:
    values, weights = problem
    found = methods.electre_i(values, weights, [1] * len(weights))
    assert found.kernel
    others = set(range(len(values))) - found.kernel
    assert all(found.outranks[:, plan].any() for plan in others)


def test_plans_that_outrank_each_other_in_a_circle_count_as_one() -> None:
    values = [[3, 2, 1], [1, 3, 2], [2, 1, 3]]
    found = methods.electre_i(values, [1, 1, 1], [1, 1, 1], p=0.6, q=1, scaling="none")
    circle = [[False, False, True], [True, False, False], [False, True, False]]
    assert circle in (found.outranks.tolist(), found.outranks.T.tolist())
    assert {0, 1, 2} == found.kernel


@given(problems())
def test_what_is_necessary_is_possible_and_holds_at_the_ends(problem: tuple) -> None:
    values, weights = problem
    low, high = values - 0.1, values + 0.1
    sure, may = better(low, high, weights)
    assert (may | ~sure).all()
    ends = bounds(low, high, weights)
    assert (ends[:, 0] <= ends[:, 1]).all()
    worth = methods.additive(values, weights)
    for a, b in zip(*np.nonzero(sure), strict=True):
        assert worth[a] >= worth[b] - 1e-9


@given(problems(plans=2), grid(1))
def test_wider_evidence_never_makes_a_plan_necessarily_better(problem: tuple, more: float) -> None:
    values, weights = problem
    sure, may = better(values - 0.1, values + 0.1, weights)
    wider_sure, wider_may = better(values - 0.1 - more, values + 0.1 + more, weights)
    off = ~np.eye(len(values), dtype=bool)
    assert not (wider_sure & ~sure)[off].any()
    assert not (may & ~wider_may).any()


def test_an_order_has_as_many_corners_as_criteria() -> None:
    expected = [[0, 0, 1], [0.5, 0, 0.5], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(order_vertices([2, 0, 1], 3), expected)


def test_necessity_over_an_order_is_that_over_its_weights() -> None:
    values = np.array([[0.7, 0.4, 0.4], [0.5, 0.5, 0.3]])
    sure, may = better(values, values, order_vertices([0, 1, 2], 3))
    assert (bool(sure[0, 1]), bool(sure[1, 0]), bool(may[1, 0])) == (True, False, False)
    flat, _ = better(values, values, np.eye(3))
    assert not flat[0, 1]


def test_coverage_is_the_weight_on_evidence() -> None:
    found = coverage([3, 1, 1], [[1, 0, 2], [0, 0, 3]])
    assert [0.8, 0.2] == found.round(12).tolist()


@given(hnp.arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 5)), elements=grid()))
def test_regret_is_never_negative_and_zero_for_the_best(worth: np.ndarray) -> None:
    found = regret(worth)
    assert (found >= 0).all()
    assert not found.min(axis=1).any()
    perfect = worth.max(axis=1).mean() - worth.mean(axis=0).max()
    assert mean_regret(worth).min() == pytest.approx(perfect, abs=1e-12)


@given(problems(plans=2, criteria=2), st.data())
def test_inside_its_weight_range_the_first_stays_first(problem: tuple, data: st.DataObject) -> None:
    values, weights = problem
    w = weights / weights.sum()
    j = data.draw(st.integers(0, len(w) - 1))
    assume(w[j] < 1)
    low, high = weight_ranges(values, w)[j]
    keep = int(methods.additive(values, w).argmax())
    assert low <= w[j] <= high
    for t in (low, (low + high) / 2, high):
        moved = w * (1 - t) / (1 - w[j])
        moved[j] = t
        worth = methods.additive(values, moved)
        assert worth[keep] >= worth.max() - 1e-9
    for t in (low - 0.01, high + 0.01):
        if 0 <= t <= 1:
            moved = w * (1 - t) / (1 - w[j])
            moved[j] = t
            worth = methods.additive(values, moved)
            assert worth[keep] < worth.max()


def test_the_weight_range_of_a_plan_that_is_not_first_is_not_a_number() -> None:
    assert np.isnan(weight_ranges([[1, 0], [0, 1]], [2, 1], plan=1)).all()


def test_a_lead_at_one_end_only_leaves_that_end() -> None:
    # Level when the first criterion has no weight, behind from there on.
    assert [0, 0] == weight_ranges([[0, 1], [1, 1]], [0, 1], plan=0)[0].tolist()


def test_topsis_of_equal_plans_is_a_tie() -> None:
    found = methods.topsis([[1, 2], [1, 2]], [1, 1], [1, 1])
    assert ([0.5, 0.5], True) == (found.closeness.tolist(), found.tie)


def test_a_single_plan_is_first() -> None:
    one = [[0.2, 0.4]]
    assert {0} == methods.vikor(one, [1, 1], [1, 1]).compromise
    assert {0} == methods.electre_i(one, [1, 1], [1, 1]).kernel
    assert [0] == methods.promethee_ii(one, [1, 1], [1, 1]).net_flow.tolist()
    assert [[1]] == smaa(one, draws=4).rank_acceptability.tolist()


def test_methods_agree_where_one_plan_is_best_on_everything() -> None:
    found = second_opinions([[0.9, 0.9], [0.1, 0.2], [0.2, 0.1]], [1, 1], 0.05, 0.25, 0.6, 0.35)
    assert ({0}, {0}, False) == (found.additive, found.vikor, found.disagree)


def test_values_that_are_drawn_are_ranked_draw_by_draw() -> None:
    values = np.zeros((8, 2, 1))
    values[:6, 0] = 1
    values[6:, 1] = 1
    found = smaa(values)
    assert ([0.75, 0.25], 8) == (found.first.tolist(), found.draws)
    assert [0.75, 0.25] == found.confidence.tolist()
    assert [0.75, 0.25] == smaa(values, draws=16).first.tolist()


def test_weights_that_are_drawn_are_used_as_they_are() -> None:
    found = smaa([[1, 0], [0, 1]], weights=[[3, 1], [1, 4], [1, 4], [1, 4]])
    assert ([0.25, 0.75], 4) == (found.first.tolist(), found.draws)


def test_stated_weights_are_drawn_around_themselves_or_taken_exactly() -> None:
    rng = np.random.default_rng(3)
    w = np.array([0.4, 0.6])
    drawn = draw_weights(w, 2, 50_000, rng)
    np.testing.assert_allclose(drawn.mean(axis=0), w, atol=0.002)
    np.testing.assert_allclose(drawn.std(axis=0), math.sqrt(0.4 * 0.6 / 51), atol=0.001)
    assert [[0.4, 0.6]] == np.unique(draw_weights(w, 2, 9, rng, concentration=math.inf), axis=0).tolist()
    tiny = draw_weights(w, 2, 999, rng, concentration=1e-9)
    np.testing.assert_allclose(tiny.sum(axis=1), 1)


def test_a_tie_in_the_order_is_broken_anew_in_each_draw() -> None:
    drawn = draw_weights("order", 3, 20_000, np.random.default_rng(5), order=[2, (0, 1)])
    assert (drawn[:, 2] >= drawn[:, :2].max(axis=1)).all()
    assert np.mean(drawn[:, 0] > drawn[:, 1]) == pytest.approx(0.5, abs=0.02)


def test_the_same_seed_gives_the_same_shares_and_another_seed_others() -> None:
    values = np.random.default_rng(2).random((5, 4))
    one, same, other = smaa(values, seed=7), smaa(values, seed=7), smaa(values, seed=8)
    assert one.rank_acceptability.tobytes() == same.rank_acceptability.tobytes()
    assert one.rank_acceptability.tobytes() != other.rank_acceptability.tobytes()
    assert (np.abs(one.first - other.first) <= 6 * np.sqrt(2) * one.standard_error[:, 0] + 1e-9).all()


def test_rounding_never_decides_between_plans_that_tie() -> None:
    third = [[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2]]
    found = smaa(third, draws=64)
    np.testing.assert_allclose(found.first, 0.5)
    assert [[0.5, 0.5], [0.5, 0.5]] == pairwise_wins([[0.1 + 0.2, 0.3]]).tolist()
    assert [[0.5, 0.5], [0.5, 0.5]] == rank_acceptability([[0.1 + 0.2, 0.3]]).tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: methods.vikor([[1, 2]], [1], [1, 1]), "weights must be one for each of 2 criteria"),
        (lambda: methods.vikor([[1, 2]], [1, -1], [1, 1]), "zero or more"),
        (lambda: methods.vikor([[1, 2]], [0, 0], [1, 1]), "at least one criterion must count"),
        (lambda: methods.vikor([[1, 2]], [1, 1], [1, 2]), r"\+1 \(more is better\) or -1"),
        (lambda: methods.vikor([[1, 2]], [1, 1], [1]), "directions must be one for each of 2"),
        (lambda: methods.vikor([[1, 2]], [1, 1], [1, 1], v=1.5), "v must lie between 0 and 1"),
        (lambda: methods.vikor([[1, math.nan]], [1, 1], [1, 1]), "finite"),
        (lambda: methods.vikor([[1, 2], [3]], [1, 1], [1, 1]), "rows of equal length"),
        (lambda: methods.vikor([], [], []), "shape"),
        (lambda: methods.topsis([[1, 2]], [1, 1], [1, 1], scaling="sum"), "'vector', 'minmax'"),
        (lambda: methods.promethee_ii([[1, 2]], [1, 1], [1, 1], preference="gaussian"), "'usual', 'linear'"),
        (lambda: methods.promethee_ii([[1, 2]], [1, 1], [1, 1], "linear"), "needs p"),
        (lambda: methods.promethee_ii([[1, 2]], [1, 1], [1, 1], "linear", q=2, p=1), "p must be above q"),
        (
            lambda: methods.promethee_ii([[1, 2]], [1, 1], [1, 1], "linear", q=-1, p=1),
            "q must be zero or more",
        ),
        (lambda: methods.promethee_ii([[1, 2]], [1, 1], [1, 1], "linear", p=[1, 1, 1]), "one per criterion"),
        (lambda: methods.promethee_ii([[1, 2]], [1, 1], [1, 1], q=1), 'preference="linear"'),
        (lambda: methods.electre_i([[-1, 2]], [1, 1], [1, 1]), 'scaling="none"'),
        (lambda: methods.electre_i([[1, 2]], [1, 1], [1, 1], p=2), "p must lie between 0 and 1"),
        (lambda: smaa([1, 2]), r"shape \(plans, criteria\)"),
        (lambda: smaa([[1, None]]), "finite"),
        (lambda: smaa([["a", "b"]]), "values must be numbers"),
        (lambda: smaa([[1, 2]], weights="flat"), '"uniform", "order" or numbers'),
        (lambda: smaa([[1, 2]], weights="order"), "go together"),
        (lambda: smaa([[1, 2]], order=[0, 1]), "go together"),
        (lambda: smaa([[1, 2]], weights=[1, 1], order=[0, 1]), 'weights="order"'),
        (lambda: smaa([[1, 2]], weights="order", order=[0, 0]), "each criterion from 0 to 1 once"),
        (lambda: smaa([[1, 2]], weights=[[1, 2, 3]]), "rows of 2 numbers"),
        (lambda: smaa([[1, 2]], weights=[[math.inf, 1]]), "finite"),
        (lambda: smaa([[1, 2]], draws=0), "whole number from 1"),
        (lambda: smaa([[1, 2]], draws=2.5), "whole number from 1"),
        (lambda: smaa([[1, 2]], weights=[1, 1], concentration=0), "concentration must be above zero"),
        (lambda: rank_acceptability([1, 2]), r"shape \(draws, plans\)"),
        (lambda: bounds([[1]], [[0]], [1]), "low must not lie above high"),
        (lambda: bounds([[1]], [[0, 1]], [1]), "same shape"),
        (lambda: order_vertices([(0, 1)], 2), "break the ties first"),
        (lambda: weight_ranges([[1, 0]], [1, 1], plan=4), "there is no plan 4"),
    ],
)
def test_what_does_not_fit_is_said(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
