"""Plans held against each other: the worked example of the method, and what must hold for any plans."""

from __future__ import annotations

import numpy as np
import pytest
from advice_cases import DRAWS, NAMES, kinds_of, ordered, row, stated, table
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.advice.tables import criteria, method, roles
from thuishaven.advice.weighing import compared, dominances, drawn_weights, first_places, moved_weights

#: Values on fixed scales: cost, quality, market (here resilience), risk (here climate).
FOUR = {
    "today": [0.60, 0.50, 0.30, 0.30],
    "home": [0.40, 0.80, 0.70, 0.70],
    "near": [0.55, 0.65, 0.60, 0.50],
    "dual": [0.50, 0.60, 0.80, 0.45],
}
WEIGHTS = stated(cost=0.40, quality=0.20, market=0.25, risk=0.15)


def test_the_additive_values_of_the_method_note() -> None:
    found = compared(table(FOUR), kinds_of(FOUR), WEIGHTS, 1)
    assert found.worth[:, 1] == pytest.approx([0.4600, 0.6000, 0.5750, 0.5875])
    assert found.opinions["additive"] == ("home",)


def test_the_compromise_of_the_method_note() -> None:
    """VIKOR knows no thresholds, so the note's outcome comes out whatever ours are."""
    assert set(compared(table(FOUR), kinds_of(FOUR), WEIGHTS, 1).opinions["vikor"]) == {"near", "dual"}


def test_methods_that_disagree_leave_no_winner() -> None:
    found = compared(table(FOUR), kinds_of(FOUR), WEIGHTS, 1)
    assert found.disagree
    assert found.recommended is None
    assert "methods_disagree" in found.because


def test_home_stays_first_within_the_weights_of_the_method_note() -> None:
    found = compared(table(FOUR), kinds_of(FOUR), WEIGHTS, 1)
    nearest = {(turn.criterion, turn.value > turn.now): round(turn.value, 3) for turn in found.turns}
    assert nearest["cost", True] == 0.467
    assert nearest["quality", False] == 0.147
    assert nearest["market", True] == 0.333
    assert nearest["risk", False] == 0.105
    assert next(turn.to for turn in found.turns if turn.criterion == "cost") == "dual"


def test_the_analytic_case_of_rank_acceptability() -> None:
    """Two criteria, all weights as likely: 0.4, 0.4 and 0.2; central weights 0.8, 0.2 and a half."""
    cube = np.zeros((40_000, 3, len(NAMES)))
    cube[:, :, :2] = [[1, 0], [0, 1], [0.6, 0.6]]
    weights = np.zeros((40_000, len(NAMES)))
    weights[:, 0] = (np.arange(40_000) + 0.5) / 40_000
    weights[:, 1] = 1 - weights[:, 0]
    first = first_places(cube, weights)
    assert first.mean(axis=0) == pytest.approx([0.4, 0.4, 0.2], abs=0.001)
    central = first.T @ weights[:, 0] / first.sum(axis=0)
    assert central == pytest.approx([0.8, 0.2, 0.5], abs=0.001)


def test_plans_that_are_equal_on_everything_have_no_winner() -> None:
    same = {"today": [0.5] * len(NAMES), "home": [0.5] * len(NAMES)}
    found = compared(table(same), kinds_of(same), ordered(), 1)
    assert found.because == ("all_equal",)
    assert found.families == {"home": 0.5, "today": 0.5}


def test_one_plan_alone_is_no_choice() -> None:
    alone = {"today": [0.5] * len(NAMES)}
    assert compared(table(alone), kinds_of(alone), ordered(), 1).because == ("only_today",)


def test_too_little_evidence_gives_no_ranking() -> None:
    worths = {"today": [0.2] * len(NAMES), "home": [None] * len(NAMES)}
    found = compared(table(worths), kinds_of(worths), ordered(), 1)
    assert "coverage" in found.because
    assert found.recommended is None


def test_criteria_without_a_room_do_not_lower_the_coverage() -> None:
    unhoused = [name for name, criterion in criteria().items() if not criterion.room]
    assert unhoused == ["circularity"]
    given_ = [None if name in unhoused else 0.5 for name in NAMES]
    worths = {"today": given_, "home": [0.9 if x == 0.5 else x for x in given_]}
    assert compared(table(worths), kinds_of(worths), ordered(), 1).coverage == 1


def test_what_two_plans_share_does_not_tell_them_apart() -> None:
    """Nothing is known of the materials, but they are the same: one draw serves both plans."""
    place = NAMES.index("circularity")
    worths = {"today": [0.6] * len(NAMES), "home": [0.7] * len(NAMES)}
    for plan in worths:
        worths[plan][place] = None
    marks = {("today", "circularity"): "same", ("home", "circularity"): "same"}
    found = compared(table(worths, marks), kinds_of(worths), ordered(), 1)
    assert found.families["home"] == 1
    assert found.necessarily[1, 0]
    assert not found.possibly[0, 1]


def test_variants_of_one_kind_share_their_first_places() -> None:
    worths = {"today": [0.4] * len(NAMES), "own": [0.6] * len(NAMES), "robots": [0.6] * len(NAMES)}
    groups = {"today": "today", "own": "own_home", "robots": "own_home"}
    assert compared(table(worths), groups, ordered(), 1).families["own_home"] == 1


def test_near_duplicates_do_not_vote_twice() -> None:
    twins = FOUR | {"twin": [0.40, 0.80, 0.70, 0.70]}
    found = compared(table(twins), kinds_of(twins), WEIGHTS, 1)
    one = compared(table(FOUR), kinds_of(FOUR), WEIGHTS, 1)
    assert len([plan for plan in ("home", "twin") if plan in str(found.opinions)]) == 1
    assert found.opinions["vikor"] == one.opinions["vikor"]


def test_what_is_not_known_and_would_settle_it_is_named_first() -> None:
    worths = {"today": [0.5, 0.5], "home": [0.5, None]}
    found = compared(table(worths), kinds_of(worths), stated(cost=0.5, quality=0.5), 1)
    assert found.open_questions[0].criterion == "quality"
    assert found.open_questions[0].plans == ("home",)
    assert found.open_questions[0].gain > 0.3


def test_today_stays_in_the_comparison_whatever_beats_it() -> None:
    cube = np.zeros((DRAWS, 3, len(NAMES)))
    cube[:, 1], cube[:, 2] = 0.5, 0.9
    assert dominances(cube, ["today", "home", "best"]) == {"home": "best"}


def test_moved_weights_keep_the_proportions_of_the_others() -> None:
    assert moved_weights(np.array([0.4, 0.4, 0.2]), 0, 0.7).tolist() == pytest.approx([0.7, 0.2, 0.1])


def test_stated_weights_are_drawn_around_what_was_stated() -> None:
    drawn = drawn_weights(stated(cost=0.4, quality=0.6), 8192, 1)
    assert drawn.mean(axis=0)[:2] == pytest.approx([0.4, 0.6], abs=0.01)
    assert drawn.std(axis=0)[0] == pytest.approx(
        (0.4 * 0.6 / (method()["concentration"] + 1)) ** 0.5, rel=0.05
    )


def test_ordered_weights_keep_their_order_in_every_draw() -> None:
    weights = roles()["region"]
    drawn = drawn_weights(weights, 512, 1)
    places = [place for group in weights.places() for place in group]
    assert (np.diff(drawn[:, places], axis=1) <= 0).all()


# ---- for any plans

worth = st.integers(0, 8).map(lambda n: n / 8)
plan = st.lists(worth, min_size=len(NAMES), max_size=len(NAMES))
few = st.lists(plan, min_size=2, max_size=4)
weighing = st.sampled_from([ordered(), ordered("jobs", "risk"), stated(cost=0.5, risk=0.3, jobs=0.2)])


def named(rows: list[list[float]]) -> dict[str, list[float]]:
    return {"today": rows[0], **{f"plan{i}": given_ for i, given_ in enumerate(rows[1:])}}


@settings(max_examples=40, deadline=None)
@given(few, weighing)
def test_the_order_of_the_plans_changes_nothing(rows: list[list[float]], weights: object) -> None:
    worths = named(rows)
    turned = dict(reversed(worths.items()))
    one = compared(table(worths), kinds_of(worths), weights, 3)
    two = compared(table(turned), kinds_of(worths), weights, 3)
    assert one.families == pytest.approx(two.families)
    assert list(one.families) == list(two.families)
    assert one.coverage == two.coverage


@settings(max_examples=40, deadline=None)
@given(few, weighing, st.data())
def test_a_dominated_plan_never_changes_the_winner(
    rows: list[list[float]], weights: object, data: st.DataObject
) -> None:
    worths = named(rows)
    victim = data.draw(st.sampled_from(list(worths)))
    worse = [max(value - 1 / 16, 0.0) for value in worths[victim]]
    more = worths | {"worse": worse}
    before = compared(table(worths), kinds_of(worths), weights, 3)
    after = compared(table(more), kinds_of(more), weights, 3)
    if worse != worths[victim]:
        assert after.dominated.get("worse") is not None
    top = [row for row in before.families.items() if row[1] == max(before.families.values())]
    for name, share in top:
        assert after.families[name] >= share - 1e-9 or worse == worths[victim]
    place = list(worths).index
    assert after.worth[: len(worths), 1] == pytest.approx(before.worth[:, 1])
    assert after.worth[-1, 1] <= before.worth[place(victim), 1] + 1e-12


@settings(max_examples=40, deadline=None)
@given(few, plan)
def test_a_criterion_without_weight_has_no_effect(rows: list[list[float]], other: list[float]) -> None:
    weights = stated(cost=0.6, quality=0.4)
    worths = named(rows)
    place = NAMES.index("jobs")
    changed = {
        name: [*given_[:place], other[i % len(other)], *given_[place + 1 :]]
        for i, (name, given_) in enumerate(worths.items())
    }
    one, two = (compared(table(w), kinds_of(w), weights, 3) for w in (worths, changed))
    assert one.ranks.rank_acceptability.tolist() == two.ranks.rank_acceptability.tolist()


@settings(max_examples=40, deadline=None)
@given(few, weighing, st.integers(0, len(NAMES) - 1), worth, worth)
def test_filling_in_an_unknown_never_widens_an_interval(
    rows: list[list[float]], weights: object, place: int, one: float, two: float
) -> None:
    worths = named(rows)
    unknown = {name: list(given_) for name, given_ in worths.items()}
    unknown["plan0"][place] = None
    filled = {name: list(given_) for name, given_ in worths.items()}
    filled["plan0"][place] = (min(one, two), max(one, two))
    before, after = (compared(table(w), kinds_of(w), weights, 3) for w in (unknown, filled))
    assert (after.worth[:, 0] >= before.worth[:, 0] - 1e-12).all()
    assert (after.worth[:, 2] <= before.worth[:, 2] + 1e-12).all()
    assert (after.necessarily >= before.necessarily).all()
    assert (after.possibly <= before.possibly).all()
    assert after.coverage >= before.coverage - 1e-12 or after.best != before.best


@settings(max_examples=40, deadline=None)
@given(few, weighing)
def test_shares_add_up_per_plan_and_per_rank(rows: list[list[float]], weights: object) -> None:
    worths = named(rows)
    ranks = compared(table(worths), kinds_of(worths), weights, 3).ranks.rank_acceptability
    assert ranks.sum(axis=0) == pytest.approx(1)
    assert ranks.sum(axis=1) == pytest.approx(1)


@settings(max_examples=30, deadline=None)
@given(plan, weighing)
def test_a_plan_equal_to_today_is_neither_better_nor_worse(given_: list[float], weights: object) -> None:
    worths = {"today": given_, "same": given_, "other": [1 - value for value in given_]}
    marks = {(plan, name): name for plan in ("today", "same") for name in NAMES}
    found = compared(table(worths, marks), kinds_of(worths), weights, 3)
    assert found.ranks.wins[1, 0] == 0.5
    assert found.necessarily[1, 0]
    assert found.necessarily[0, 1]
    assert found.families["same"] == pytest.approx(found.families["today"])


def test_a_measure_knows_its_ends() -> None:
    assert (row("home", "cost", (0.2, 0.6)).low, row("home", "cost", None).high) == (0.2, 1.0)
