"""The small dossier in OpenTURNS: a joint distribution, a sample of it, a function of the whole sample."""

from __future__ import annotations

import by_hand
import numpy as np
import openturns as ot
from small import PLANS, Marginal, as_script


def given(marginal: Marginal) -> ot.Distribution:
    """An OpenTURNS distribution."""
    p = marginal.parameters
    match marginal.kind:
        case "triangular":
            return ot.Triangular(*p)
        case "pert":
            low, mode, high = p
            share = (mode - low) / (high - low)
            return ot.Beta(1 + 4 * share, 1 + 4 * (1 - share), low, high)
        case "lognormal":
            return ot.LogNormal(p[0], p[1], p[3])
        case "normal":
            return ot.Normal(p[0], p[1])
        case "uniform":
            return ot.Uniform(*p)
    raise ValueError(f"no OpenTURNS distribution for {marginal.kind}")


def unit_costs(marginals: dict[str, Marginal], draws: int, seed: int) -> dict[str, np.ndarray]:
    """Unit TCO of every plan in every draw."""
    ot.RandomGenerator.SetSeed(seed)
    uncertain = [name for name, marginal in marginals.items() if marginal.kind != "constant"]
    constants = {
        name: np.full((1, 1), m.parameters[0]) for name, m in marginals.items() if m.kind == "constant"
    }

    def model(sample: ot.Sample) -> np.ndarray:
        columns = np.asarray(sample)
        values = {name: columns[:, i : i + 1] for i, name in enumerate(uncertain)}
        plans = by_hand.evaluate(as_script({**constants, **values}))
        return np.stack([plans[name].unit_tco for name in PLANS], axis=1)

    together = ot.JointDistribution([given(marginals[name]) for name in uncertain])
    function = ot.PythonFunction(len(uncertain), len(PLANS), func_sample=model)
    found = np.asarray(function(together.getSample(draws)))
    return dict(zip(PLANS, found.T, strict=True))
