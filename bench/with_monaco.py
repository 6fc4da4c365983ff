"""The small dossier in monaco: a simulation of cases, each with its own inputs, worked out one by one."""

from __future__ import annotations

from typing import Any

import by_hand
import monaco as mc
import numpy as np
import scipy_inputs
from small import PLANS, Marginal, as_script


def unit_costs(marginals: dict[str, Marginal], draws: int, seed: int) -> dict[str, np.ndarray]:
    """Unit TCO of every plan in every case."""
    constants = {name: m.parameters[0] for name, m in marginals.items() if m.kind == "constant"}

    def preprocess(case: Any) -> tuple[dict[str, np.ndarray]]:
        values = {name: value.val for name, value in case.invals.items()}
        return (as_script({name: np.full((1, 1), value) for name, value in {**constants, **values}.items()}),)

    def run(x: dict[str, np.ndarray]) -> tuple[dict[str, float]]:
        return ({name: float(plan.unit_tco[0]) for name, plan in by_hand.evaluate(x).items()},)

    def postprocess(case: Any, found: dict[str, float]) -> None:
        for name, value in found.items():
            case.addOutVal(name, value)

    functions = {"preprocess": preprocess, "run": run, "postprocess": postprocess}
    simulation = mc.Sim("small", draws, functions, seed=seed, verbose=False)
    for name, marginal in marginals.items():
        if marginal.kind != "constant":
            distribution, parameters = scipy_inputs.given(marginal)
            simulation.addInVar(name, distribution, parameters)
    simulation.runSim()
    return {name: np.array(simulation.outvars[name].nums, dtype=float) for name in PLANS}
