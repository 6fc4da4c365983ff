"""Inputs of the small dossier as SciPy distributions, as a user of SciPy or monaco would give them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats
from scipy.stats import qmc
from small import Marginal


def given(marginal: Marginal) -> tuple[Any, dict[str, float]]:
    """A SciPy distribution and its parameters."""
    p = marginal.parameters
    match marginal.kind:
        case "triangular":
            low, mode, high = p
            return stats.triang, {"c": (mode - low) / (high - low), "loc": low, "scale": high - low}
        case "pert":
            low, mode, high = p
            share = (mode - low) / (high - low)
            shapes = {"a": 1 + 4 * share, "b": 1 + 4 * (1 - share)}
            return stats.beta, {**shapes, "loc": low, "scale": high - low}
        case "lognormal":
            return stats.lognorm, {"s": p[1], "loc": p[3], "scale": float(np.exp(p[0]))}
        case "normal":
            return stats.norm, {"loc": p[0], "scale": p[1]}
        case "uniform":
            return stats.uniform, {"loc": p[0], "scale": p[1] - p[0]}
    raise ValueError(f"no SciPy distribution for {marginal.kind}")


def drawn(marginals: dict[str, Marginal], draws: int, seed: int) -> dict[str, np.ndarray]:
    """Inputs from a scrambled Sobol sequence, shape (draws, 1) each, constants as they are."""
    uncertain = [name for name, marginal in marginals.items() if marginal.kind != "constant"]
    u = qmc.Sobol(len(uncertain), rng=np.random.default_rng(seed)).random(draws) + 2.0**-31
    x = {name: np.full((1, 1), m.parameters[0]) for name, m in marginals.items() if m.kind == "constant"}
    for column, name in enumerate(uncertain):
        distribution, parameters = given(marginals[name])
        x[name] = distribution.ppf(u[:, column : column + 1], **parameters)
    return x
