"""Which inputs drive the outcome: variance shares, tornado, thresholds.

Apply these to the difference between plans, the decision, not only to each plan's level. A variance share
tells what is important for the range; what is worth finding out is another question, see `information`.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thuishaven.uncertainty.conditional import (
    ConditionalMean,
    Spread,
    block_error,
    check_inputs,
    check_same_draws,
    conditional_means,
    place_of,
)
from thuishaven.uncertainty.distributions import FloatArray
from thuishaven.uncertainty.draws import check_power_of_two
from thuishaven.uncertainty.sample import as_quantity, uniform_columns

RANDOM_BLOCKS = 16
"""Parts into which a plain random sample is cut; any part of it is an independent repetition."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimates with their standard errors over replicates (nan when there is only one)."""

    value: FloatArray
    se: FloatArray


def first_order(x: ArrayLike, y: ArrayLike, sampling: str = "quasi", replicates: int = 1) -> float:
    """Share of the variance of y that knowing x takes away: Var(E[y | x]) / Var(y).

    Parameters
    ----------
    x, y : n draws of one input and of the outcome.
    sampling : "quasi" for one scrambled net as `draw` gives it; "random" for independent draws, where reading
        noise into cells is prevented by valuing each part of the sample with the rest.
    replicates : independent blocks that x and y consist of, as in `Draws`; for "quasi" only.

    0 for a constant outcome. Method: given-data estimator, see `conditional` and uncertainty, section 5.

    >>> from thuishaven.uncertainty import draw
    >>> draws = draw({"a": {"min": 0, "max": 1}, "b": {"min": 0, "max": 2}}, 4096, seed=1)
    >>> round(first_order(draws["a"], draws["a"] + draws["b"]), 4)
    0.2
    """
    values, outcome, replicates = sampled(x, y, sampling, replicates)
    return float(first_order_all(values, outcome, replicates).value[0])


def first_order_all(x: ArrayLike, y: ArrayLike, replicates: int = 1, independent: bool = True) -> Estimate:
    """First-order variance shares of many inputs at once, with less noise than one by one.

    Parameters
    ----------
    x : inputs, shape (k, n). y : one outcome, shape (n,), or several, shape (n, outcomes).
    replicates : independent blocks in the draws.
    independent : whether the inputs are. Shares of correlated inputs are right one by one but do not add up.

    Returns
    -------
    Estimate with arrays of shape (k,) or (k, outcomes).
    """
    outcome = np.asarray(y, dtype=np.float64)
    rows = outcome[None] if outcome.ndim == 1 else outcome.T
    spread, means = conditional_means(x, rows, replicates, independent)
    found = [variance_share(given, spread) for given in means]
    value, se = (np.array(part) for part in zip(*found, strict=True))
    return Estimate(value[:, 0], se[:, 0]) if outcome.ndim == 1 else Estimate(value, se)


def variance_share(given: ConditionalMean, spread: Spread) -> tuple[FloatArray, FloatArray]:
    """First-order share of one input in every outcome, and its standard error, both of shape (P,)."""
    mean = spread.mean[:, None, None]
    fitted = given.fitted - mean
    product = ((given.part - mean * given.share) * fitted).sum(axis=-1)
    explained = product.mean(axis=1) + given.within
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(spread.variance > 0, explained / spread.variance, 0.0)
        # The influence of each replicate on Var E[y | x] and on Var y.
        explained_by = 2.0 * product - (given.share * fitted**2).sum(axis=-1)
        influence = explained_by - share[:, None] * spread.by_replicate
        se = block_error(influence) / np.where(spread.variance > 0, spread.variance, 1.0)
    return np.clip(share, 0.0, 1.0), se


def sampled(x: ArrayLike, y: ArrayLike, sampling: str, replicates: int) -> tuple[FloatArray, FloatArray, int]:
    """Inputs, outcomes and blocks of a way of sampling; random samples are cut to whole blocks."""
    inputs, outcome = check_inputs(x), np.asarray(y, dtype=np.float64)
    if sampling == "quasi":
        return inputs, outcome, replicates
    if sampling != "random":
        raise ValueError(f'sampling is "quasi" or "random", not {sampling!r}')
    check_same_draws(inputs.shape[1], len(outcome), 1)
    n = len(outcome)
    if n < RANDOM_BLOCKS:
        raise ValueError(f"a random sample needs at least {RANDOM_BLOCKS} draws, not {n}")
    whole = n - n % RANDOM_BLOCKS
    return inputs[:, :whole], outcome[:whole], RANDOM_BLOCKS


@dataclass(frozen=True, slots=True, eq=False)
class TotalOrder(Mapping[str, float]):
    """Total-order variance shares by name, as a mapping, and first-order ones beside them.

    Attributes: `total` and `first`, name -> share; `variance` of the outcome.
    """

    total: Mapping[str, float]
    first: Mapping[str, float]
    variance: float

    def __getitem__(self, name: str) -> float:
        return self.total[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.total)

    def __len__(self) -> int:
        return len(self.total)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(list(self.total.values()), dtype=dtype)


def total_order(
    f: Callable[[dict[str, FloatArray]], ArrayLike],
    quantities: Mapping[str, Any],
    n: int,
    seed: int,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> TotalOrder:
    """Share of the variance that disappears when all other inputs are known: the input with its interactions.

    Parameters
    ----------
    f : the model, from a dict of arrays of shape (n,) by name to outcomes of shape (n,).
    quantities : name -> Quantity, a plain form of one, or anything with `ppf`. Independent of each other.
    n : draws per call, a power of two.
    seed : any integer.
    groups : label -> names that are judged together; correlated inputs belong in one group. All inputs apart
        by default; naming some limits the work to them, the others still vary.

    Method: two matrices A and B from twice as many Sobol columns as inputs; C has B's columns for the group
    and A's for the rest: 2 + groups calls of f. Total order after Jansen (1999), first order of a group after
    Saltelli and others (2010), of one input as in `first_order`, which is ten times as precise. Notes on
    uncertainty, section 5.

    Raises
    ------
    ValueError
        For a group with a name that is not among the quantities; when the model returns another shape.
    """
    check_power_of_two(n)
    names = list(quantities)
    known = {name: raw if hasattr(raw, "ppf") else as_quantity(raw) for name, raw in quantities.items()}
    groups = {name: [name] for name in names} if groups is None else groups
    for label, members in groups.items():
        if missing := [name for name in members if name not in known]:
            raise ValueError(f"group {label!r} names {missing[0]!r}, which is not among the quantities")
    # The names of B's columns only have to differ from A's.
    columns = uniform_columns([*names, *(f"{name}\0b" for name in names)], n, seed)
    a = {name: known[name].ppf(column) for name, column in zip(names, columns, strict=False)}
    b = {name: known[name].ppf(column) for name, column in zip(names, columns[len(names) :], strict=True)}

    def outcome(inputs: dict[str, FloatArray]) -> FloatArray:
        values = np.asarray(f(dict(inputs)), dtype=np.float64)
        if values.shape != (n,):
            raise ValueError(f"f must return {n} outcomes, shape ({n},), not {values.shape}")
        return values

    y_a, y_b = outcome(a), outcome(b)
    pooled = np.concatenate([y_a, y_b])
    mean, variance = float(pooled.mean()), float(pooled.var())
    if variance <= (1e-13 * abs(mean)) ** 2:
        return TotalOrder(dict.fromkeys(groups, 0.0), dict.fromkeys(groups, 0.0), 0.0)
    first, total = {}, {}
    for label, members in groups.items():
        change = outcome(a | {name: b[name] for name in members}) - y_a
        total[label] = float((change * change).mean() / (2.0 * variance))
        if len(members) == 1:
            first[label] = first_order(np.concatenate([a[members[0]], b[members[0]]]), pooled)
        else:
            # The mean taken out of f(B) changes no expectation and leaves less noise.
            first[label] = float(((y_b - mean) * change).mean() / variance)
    return TotalOrder(total, first, variance)


@dataclass(frozen=True, slots=True)
class Tails:
    """Mean outcome where each input is lowest and highest; shape (k,) or (k, outcomes)."""

    low: FloatArray
    high: FloatArray


def tornado(x: ArrayLike, y: ArrayLike, share: float = 0.1) -> Tails:
    """Mean of y over the lowest and the highest `share` of the draws of every input.

    Unlike a tornado of one-at-a-time runs the other inputs vary along, so interactions count. Draws with
    equal values stay together. x of shape (k, n), y of shape (n,) or (n, outcomes).

    Raises
    ------
    ValueError
        For a share that is not above 0, or above one half.

    >>> x = np.arange(10.0)[None]
    >>> bars = tornado(x, 2 * x[0], share=.2)
    >>> bars.low.tolist(), bars.high.tolist()
    ([1.0], [17.0])
    """
    if not 0 < share <= 0.5:
        raise ValueError(f"a tail is a share above 0 and at most one half, not {share}")
    inputs, outcome = check_inputs(x), np.asarray(y, dtype=np.float64)
    check_same_draws(inputs.shape[1], len(outcome), 1)
    last = max(round(share * inputs.shape[1]), 1) - 1
    low, high = [], []
    for values in inputs:
        cut = np.partition(values, [last, len(values) - 1 - last])
        low.append(outcome[values <= cut[last]].mean(axis=0))
        high.append(outcome[values >= cut[-1 - last]].mean(axis=0))
    return Tails(np.array(low), np.array(high))


def threshold(x: ArrayLike, difference: ArrayLike, share: float = 0.2) -> Tails:
    """Chance that a plan is better where each input is in its lowest and its highest fifth.

    difference : its net benefit minus the other plan's, shape (n,) or (n, plans); ties count half.
    """
    values = np.asarray(difference, dtype=np.float64)
    return tornado(x, (values > 0) + 0.5 * (values == 0), share)


def direction(x: ArrayLike, y: ArrayLike) -> FloatArray:
    """Rank correlation (Spearman) of every input with the outcome: its sign says which way it works.

    x of shape (k, n), y of shape (n,). Returns shape (k,), 0 where there is no spread.

    >>> direction([[1.0, 2.0, 3.0], [5.0, 4.0, 1.0]], [10.0, 20.0, 40.0]).tolist()
    [1.0, -1.0]
    """
    inputs, outcome = check_inputs(x), check_inputs(y)
    check_same_draws(inputs.shape[1], outcome.shape[1], 1)
    against = place_of(outcome[0]) - 0.5
    result = np.zeros(len(inputs))
    for i, values in enumerate(inputs):
        place = place_of(values) - 0.5
        size = math.sqrt(float((place * place).sum()) * float((against * against).sum()))
        # Rounded, so that a perfect order reads exactly 1.
        result[i] = round(float((place * against).sum()) / size, 12) if size > 0 else 0.0
    return result
