"""Draws of a handful of quantities by name: the door of the room for scripts and notebooks."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thuishaven.uncertainty import sobol
from thuishaven.uncertainty.correlation import Copula, Correlation, CorrelationRepaired
from thuishaven.uncertainty.distributions import FloatArray, normal_scores
from thuishaven.uncertainty.draws import check_power_of_two, make_column
from thuishaven.uncertainty.quantity import Quantity


def draw(
    quantities: Mapping[str, Any], n: int, seed: int, correlation: Correlation | None = None
) -> dict[str, FloatArray]:
    """n joint draws of named quantities.

    Quantity j of the mapping owns Sobol dimension j, scrambled by (seed, name), so quantities added at the
    end change no other; put the most important first. Rooms that share one world use `Draws` instead.

    Parameters
    ----------
    quantities : name -> Quantity or any plain form of one ("positive" when all its numbers are).
    n : a power of two.
    seed : any integer.
    correlation : Spearman correlations, {("a", "b"): .5} or a matrix in the order of the quantities. A set
        that contradicts itself is repaired with the warning `CorrelationRepaired`.

    Returns
    -------
    name -> values, shape (n,).

    >>> draws = draw({"a": {"min": 0, "max": 1}, "b": {"low": 50, "high": 200}}, 1024, seed=1)
    >>> float(draws["a"].mean().round(4)), float(np.quantile(draws["b"], .95).round())
    (0.5, 200.0)
    """
    check_power_of_two(n)
    names = list(quantities)
    known = {name: as_quantity(raw) for name, raw in quantities.items()}
    uniforms = dict(zip(names, uniform_columns(names, n, seed), strict=True))
    if correlation is not None:
        copula = Copula.from_ranks(names, correlation)
        if copula.largest_change:
            warnings.warn(CorrelationRepaired(copula.largest_change), stacklevel=2)
        # Inputs without any correlation keep their column to the last bit.
        moving = [j for j in range(len(names)) if np.count_nonzero(copula.matrix[j]) > 1]
        if moving:
            group = Copula(tuple(names[j] for j in moving), copula.matrix[np.ix_(moving, moving)], 0.0)
            scores = normal_scores(np.stack([uniforms[name] for name in group.names]))
            uniforms.update(zip(group.names, group.uniforms(scores), strict=True))
    return {name: known[name].ppf(uniforms[name]) for name in names}


def uniform_columns(names: Sequence[str], n: int, seed: int) -> list[FloatArray]:
    """One column of n uniforms per name: Sobol dimension j for name j, then Latin hypercubes."""
    last = sobol.dimensions()
    return [make_column(seed, name, j if j < last else None, 1, n) for j, name in enumerate(names)]


def as_quantity(raw: Any) -> Quantity:
    """A Quantity from any plain form when no field tells its limits: positive when every number given is.

    >>> as_quantity({"mean": 0, "sd": 1}).kind, as_quantity({"mean": 100, "sd": 30}).kind
    ('normal', 'lognormal')
    """
    if isinstance(raw, Quantity):
        return raw
    quantity = Quantity.parse(raw, positive=False)
    if all(value > 0 for key, value in quantity.given if key != "sd"):
        return Quantity.parse(raw, positive=True)
    return quantity
