"""Plans held against each other: shares of first places, second opinions, ranges of weights, dominance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thuishaven.advice.measures import Table
from thuishaven.advice.tables import FloatArray, Weights, criteria, method
from thuishaven.ranking import (
    Acceptability,
    Opinions,
    better,
    bounds,
    coverage,
    draw_weights,
    order_vertices,
    second_opinions,
    smaa,
    weight_ranges,
)
from thuishaven.uncertainty import quantiles

#: Digits of a share that decide an order; beyond them two shares are equal.
DIGITS = 8
#: Why no kind of plan is recommended.
ONLY_TODAY, EQUAL, TOO_LITTLE, DISAGREE, SHARE = (
    "only_today",
    "all_equal",
    "coverage",
    "methods_disagree",
    "first_share",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A weight at which another plan comes first on the mean values.

    Parameters
    ----------
    criterion
        Whose weight moves; the others keep their proportions.
    value, now
        The weight at which it turns, and the weight in use.
    to
        The plan that comes first beyond it.
    """

    criterion: str
    value: float
    now: float
    to: str


@dataclass(frozen=True, slots=True)
class Open:
    """Something that is not known about one or more plans.

    Parameters
    ----------
    criterion, plans
        What, of which plans: those that do not differ in what it rests on share it.
    gain
        By how much the largest share of first places would rise on average, once it is known.
    """

    criterion: str
    plans: tuple[str, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plans under one set of weights.

    Parameters
    ----------
    weights
        Mean weight by criterion.
    ranks
        Shares of ranks, central weights, confidence and pairwise wins, plans in the order of the table.
    worth
        Mean value V of each plan, and the ends between which it lies, shape (plans, 3): low, mean, high.
    families
        Share of first places by kind of plan (variants together), highest first.
    best
        The plan of each kind with the highest mean value.
    opinions
        What each method puts first among the best of each kind, as plan ids.
    disagree
        Whether the methods disagree.
    covered
        Share of the weight that rests on evidence, per plan, over the criteria that a room measures.
    coverage
        The least of those among the kinds of plan that matter.
    necessarily, possibly
        Row plan at least as good as column plan, whatever is not known turns out to be; or perhaps.
    open_questions
        What is not known, by how much knowing it would raise the largest share of first places.
    dominated
        Plan, and the plan that is as good or better on everything in every draw.
    turns
        The nearest weights at which another plan comes first, below and above.
    recommended
        The kind of plan that is recommended; ``None`` without a clear winner.
    because
        Why there is none.
    """

    weights: Mapping[str, float]
    ranks: Acceptability
    worth: FloatArray
    families: Mapping[str, float]
    best: Mapping[str, str]
    opinions: Mapping[str, tuple[str, ...]]
    disagree: bool
    covered: FloatArray
    coverage: float
    necessarily: NDArray[np.bool_]
    possibly: NDArray[np.bool_]
    open_questions: tuple[Open, ...]
    dominated: Mapping[str, str]
    turns: tuple[Turn, ...]
    recommended: str | None
    because: tuple[str, ...]

    @property
    def first(self) -> tuple[str, float]:
        """The kind of plan with the most first places, and its share."""
        return next(iter(self.families.items()))

    @property
    def runner_up(self) -> tuple[str, float] | None:
        """The kind of plan that comes after it."""
        return next(iter(list(self.families.items())[1:]), None)


def compared(table: Table, families: Mapping[str, str], weights: Weights, seed: int) -> Comparison:
    """The plans held against each other under one set of weights.

    Parameters
    ----------
    table
        Plans by criteria, as draws.
    families
        Kind of each plan.
    weights
        An order, or stated weights.
    seed
        Root of the draws of the weights.

    Returns
    -------
    Comparison
        The additive model ranks; PROMETHEE, ELECTRE, VIKOR and TOPSIS say whether other rules of the game
        would agree.
    """
    names, plans = list(criteria()), list(table.plans)
    mean_weights = np.array([weights.mean()[name] for name in names])
    means = table.mean
    drawn = drawn_weights(weights, len(table.cube), seed)
    ranks = smaa(table.cube, drawn, draws=len(table.cube), seed=seed)
    shares = by_family(ranks.first, plans, families)
    worth = means @ mean_weights
    best = {
        family: max((p for p in plans if families[p] == family), key=lambda p: (worth[plans.index(p)], p))
        for family in shares
    }
    lows, highs = table.once(_ends)
    ends = bounds(lows, highs, mean_weights)
    dominated = table.once(_dominated)
    distinct = apart(means, worth, [p for p in best.values() if p not in dominated], plans)
    opinions = _opinions(means, mean_weights, distinct, plans)
    covered = _covered(table, mean_weights)
    matter = [p for f, p in best.items() if shares[f] >= method()["contender"]] or [best[next(iter(shares))]]
    least = float(min(covered[plans.index(p)] for p in matter))
    sure, may = _better(table, _corners(weights, mean_weights))
    because = _because(table.cube, shares, opinions.disagree if opinions else False, least)
    return Comparison(
        weights=dict(zip(names, mean_weights.tolist(), strict=True)),
        ranks=ranks,
        worth=np.stack([ends[:, 0], worth, ends[:, 1]], axis=1),
        families=shares,
        best=best,
        opinions=_named(opinions, distinct),
        disagree=opinions.disagree if opinions else False,
        covered=covered,
        coverage=least,
        necessarily=sure,
        possibly=may,
        open_questions=tuple(_open(table, drawn, families)),
        dominated=dominated,
        turns=tuple(_turns(means, mean_weights, plans)),
        recommended=None if because else next(iter(shares)),
        because=tuple(because),
    )


def drawn_weights(weights: Weights, draws: int, seed: int) -> FloatArray:
    """Weights for every draw, in the order or around what was stated, shape (draws, criteria)."""
    rng = np.random.Generator(np.random.PCG64DXSM(seed))
    if weights.stated:
        stated = [weights.mean()[name] for name in criteria()]
        return draw_weights(stated, len(stated), draws, rng, concentration=method()["concentration"])
    return draw_weights("order", len(criteria()), draws, rng, order=weights.places())


def first_places(cube: FloatArray, weights: FloatArray) -> FloatArray:
    """Per draw and plan its part of the first place; plans that tie share it, shape (draws, plans)."""
    scores = np.matmul(cube, weights[:, :, None])[:, :, 0]
    top = scores >= scores.max(axis=1, keepdims=True) - _ROUNDING
    return np.asarray(top / top.sum(axis=1, keepdims=True))


def by_family(first: FloatArray, plans: Sequence[str], families: Mapping[str, str]) -> dict[str, float]:
    """Share of first places by kind of plan, highest first; variants of one kind count together."""
    found: dict[str, float] = {}
    for plan, share in zip(plans, first.tolist(), strict=True):
        found[families[plan]] = found.get(families[plan], 0.0) + share
    # Equal shares keep an order of their own, whatever the order of the plans.
    return dict(sorted(found.items(), key=lambda pair: (-round(pair[1], DIGITS), pair[0])))


def _dominated(table: Table) -> dict[str, str]:
    return dominances(table.cube, table.plans)


def dominances(cube: FloatArray, plans: Sequence[str]) -> dict[str, str]:
    """The plans that another beats on something and never loses to, on any criterion in any draw.

    The first plan, today, stays in the comparison whatever beats it.
    """
    found = {}
    for a in range(1, len(plans)):
        for b in range(len(plans)):
            if a == b or plans[b] in found:
                continue
            if (cube[:, b] >= cube[:, a]).all() and (cube[:, b] > cube[:, a]).any():
                found[plans[a]] = plans[b]
                break
    return found


def apart(means: FloatArray, worth: FloatArray, chosen: Sequence[str], plans: Sequence[str]) -> list[str]:
    """Plans that differ: of those as good as each other on every criterion, the one that is worth most.

    Near-duplicates distort the methods that count who beats whom. As good as each other: no further apart
    than the indifference of the criterion.
    """
    slack = np.array([criterion.indifference for criterion in criteria().values()])
    kept: list[str] = []
    for plan in sorted(chosen, key=lambda plan: (-worth[plans.index(plan)], plan)):
        row = means[plans.index(plan)]
        if all((np.abs(row - means[plans.index(other)]) > slack + _ROUNDING).any() for other in kept):
            kept.append(plan)
    return sorted(kept, key=plans.index)


#: Two worths that differ by less are equal but for rounding.
_ROUNDING = 1e-9


def _ends(table: Table) -> tuple[FloatArray, FloatArray]:
    rows = [[table.row(plan, name) for name in criteria()] for plan in table.plans]
    lows = np.array([[row.low for row in line] for line in rows])
    return lows, np.array([[row.high for row in line] for line in rows])


def _covered(table: Table, weights: FloatArray) -> FloatArray:
    """Share of the weight of the criteria that a room measures which rests on evidence, per plan."""
    housed = np.array([bool(criterion.room) for criterion in criteria().values()])
    if not (weights * housed).sum():
        return np.zeros(len(table.plans))
    return coverage(weights * housed, table.levels(), least=int(method()["evidence"]))


def _corners(weights: Weights, mean: FloatArray) -> FloatArray:
    """The corners of the set of weights allowed: of the order, or the stated weights alone."""
    if weights.stated or any(len(group) > 1 for group in weights.order):
        return mean[None]
    return order_vertices(weights.places(), len(mean))


def _better(table: Table, corners: FloatArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which plan is surely, and which perhaps, at least as good as which other; (plans, plans) each."""
    n = len(table.plans)
    sure, may = np.eye(n, dtype=bool), np.eye(n, dtype=bool)
    pairs, low, high = table.once(_differences)
    # Every difference is held against the last row, no difference at all.
    surely, perhaps = better(low, high, corners)
    for row, (a, b) in enumerate(pairs):
        sure[a, b], sure[b, a] = surely[row, -1], surely[-1, row]
        may[a, b], may[b, a] = perhaps[row, -1], perhaps[-1, row]
    return sure, may


def _differences(table: Table) -> tuple[list[tuple[int, int]], FloatArray, FloatArray]:
    """Ends of the difference between two plans on each criterion, a row for every pair and a last one of
    zeros: joint draws within their range, what is not known over all it may be.
    """
    plans, shares = table.plans, [method()["low"], method()["high"]]
    pairs = [(a, b) for a in range(len(plans)) for b in range(a)]
    ends = np.zeros((2, len(pairs) + 1, len(criteria())))
    for row, (a, b) in enumerate(pairs):
        for j, name in enumerate(criteria()):
            one, two = table.row(plans[a], name), table.row(plans[b], name)
            if one.rests_on == two.rests_on and one.how == two.how:
                continue
            if one.drawn and two.drawn:
                ends[:, row, j] = quantiles(table.cube[:, a, j] - table.cube[:, b, j], shares)
            else:
                ends[:, row, j] = one.low - two.high, one.high - two.low
    return pairs, ends[0], ends[1]


def _opinions(
    means: FloatArray, weights: FloatArray, chosen: Sequence[str], plans: Sequence[str]
) -> Opinions | None:
    if len(chosen) < 2:
        return None
    rows = means[[plans.index(plan) for plan in chosen]]
    return second_opinions(
        rows,
        weights,
        [criterion.indifference for criterion in criteria().values()],
        [criterion.preference for criterion in criteria().values()],
        method()["concordance"],
        method()["discordance"],
    )


def _named(opinions: Opinions | None, chosen: Sequence[str]) -> dict[str, tuple[str, ...]]:
    if opinions is None:
        return {}
    tops = {
        "additive": opinions.additive,
        "promethee": opinions.promethee,
        "electre": opinions.electre,
        "vikor": opinions.vikor,
        "topsis": opinions.topsis,
    }
    return {name: tuple(chosen[i] for i in sorted(top)) for name, top in tops.items()}


def _open(table: Table, weights: FloatArray, families: Mapping[str, str]) -> list[Open]:
    """What is not known, sorted by how much surer knowing it would make the choice."""
    first = first_places(table.cube, weights)
    names = sorted({families[plan] for plan in table.plans})
    places = np.stack(
        [first[:, [families[plan] == name for plan in table.plans]].sum(axis=1) for name in names], axis=1
    )
    now = float(places.mean(axis=0).max())
    shared: dict[tuple[str, str], list[str]] = {}
    for (plan, criterion), row in table.rows.items():
        if not row.drawn and row.low < row.high:
            shared.setdefault((criterion, row.rests_on), []).append(plan)
    found = []
    for (criterion, _mark), plans in shared.items():
        if len(plans) == len(table.plans):
            continue
        order = table.once(_order, plans[0], criterion)
        bins = np.array_split(places[order], _BINS)
        then = sum(float(part.mean(axis=0).max()) * len(part) for part in bins) / len(order)
        found.append(Open(criterion, tuple(plans), max(then - now, 0.0)))
    return sorted(found, key=lambda item: (-round(item.gain, DIGITS), item.criterion, item.plans))


def _order(table: Table, plan: str, criterion: str) -> NDArray[np.intp]:
    """The draws by the worth of a plan on a criterion, the least first."""
    return np.argsort(table.row(plan, criterion).worth, kind="stable")


#: Answers that are thought of for something that is not known.
_BINS = 8


def _because(cube: FloatArray, shares: Mapping[str, float], disagree: bool, covered: float) -> list[str]:
    if cube.shape[1] < 2:
        return [ONLY_TODAY]
    if (cube == cube[:, :1]).all():
        return [EQUAL]
    found = []
    if covered < method()["coverage"]:
        found.append(TOO_LITTLE)
    if disagree:
        found.append(DISAGREE)
    if next(iter(shares.values())) < method()["first_share"]:
        found.append(SHARE)
    return found


def _turns(means: FloatArray, weights: FloatArray, plans: Sequence[str]) -> list[Turn]:
    """Where the first plan on the mean values loses its place when one weight moves."""
    if len(plans) < 2 or np.count_nonzero(weights) < 2:
        return []
    found = []
    top = int((means @ weights).argmax())
    for j, (low, high) in enumerate(weight_ranges(means, weights, top).tolist()):
        for value, beyond in ((low, -1), (high, 1)):
            if not np.isfinite(value) or value <= 0 or value >= 1:
                continue
            moved = moved_weights(weights, j, min(max(value + beyond * _STEP, 0.0), 1.0))
            after = int((means @ moved).argmax())
            if after != top:
                found.append(Turn(list(criteria())[j], value, float(weights[j]), plans[after]))
    return sorted(found, key=lambda turn: abs(turn.value - turn.now))


#: A small step beyond a weight at which two plans tie.
_STEP = 1e-6


def moved_weights(weights: FloatArray, place: int, value: float) -> FloatArray:
    """Weights of which one is moved and the others keep their proportions."""
    left = 1 - weights[place]
    found = weights * ((1 - value) / left if left else 0.0)
    found[place] = value
    return np.asarray(found)
