"""Which inputs drive the difference, which number to find out first, and at which value of it the answer turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thuishaven.cost.case import Case
from thuishaven.cost.result import used_leaves
from thuishaven.cost.scope import Array, Change, Leaf
from thuishaven.uncertainty import evppi_all, first_order_all

#: How many numbers to name, and to seek a turning value for.
TOP = 5
TURNING = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Influence of one input on the difference between a plan and today."""

    plan: str
    input: str
    first_order: float
    total: float | None
    evppi: float
    se: float

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "plan": self.plan,
            "input": self.input,
            "first_order": self.first_order,
            "total": self.total,
            "evppi": {"value": self.evppi, "se": self.se, "unit": "EUR"},
        }


def uncertain_inputs(case: Case) -> tuple[list[Leaf], Array]:
    """The inputs that vary and on which the answer rests, with their draws, (inputs, draws)."""
    leaves = [leaf for leaf in used_leaves(case) if not leaf.quantity.is_constant]
    columns: dict[str, Leaf] = {}
    for leaf in leaves:
        columns.setdefault(leaf.column, leaf)
    found = list(columns.values())
    size = case.settings.draws
    x = np.stack([case.leaf_draws(leaf) for leaf in found]) if found else np.zeros((0, size))
    return found, x


def net_benefits(case: Case) -> Array:
    """Net present value of every plan, EUR after tax, (draws, plans)."""
    totals = case.totals()
    return -(1 - case.frame.tax_rate) * np.stack([totals[plan.id] for plan in case.plans], axis=1)


def findings(case: Case) -> tuple[list[Finding], list[dict[str, Any]]]:
    """Influence per plan and input, and the numbers to find out first over all plans."""
    leaves, x = uncertain_inputs(case)
    benefit = net_benefits(case)
    if not leaves or benefit.shape[1] < 2:
        return [], []
    result = []
    for index, plan in enumerate(case.plans[1:], start=1):
        gain = benefit[:, index] - benefit[:, 0]
        if not np.any(gain != gain[0]):
            continue
        shares = first_order_all(x, gain)
        values = evppi_all(x, benefit[:, [0, index]], replicates=case.draws.replicates)
        for leaf, share, value in zip(leaves, shares, values, strict=True):
            result.append(Finding(plan.id, leaf.id, float(share), None, float(value.value), float(value.se)))
    result.sort(key=lambda f: (f.plan, -f.first_order, f.input))
    return result, _find_out_first(case, leaves, x, benefit)


def _find_out_first(case: Case, leaves: list[Leaf], x: Array, benefit: Array) -> list[dict[str, Any]]:
    values = evppi_all(x, benefit, replicates=case.draws.replicates)
    order = sorted(range(len(leaves)), key=lambda i: (-values[i].value, leaves[i].id))
    rows: list[dict[str, Any]] = []
    for rank, i in enumerate(order[:TOP]):
        if values[i].nothing_to_gain:
            continue
        leaf = leaves[i]
        rows.append(
            {
                "input": leaf.id,
                "name": leaf.name,
                "unit": leaf.unit,
                "evppi": {"value": float(values[i].value), "se": float(values[i].se), "unit": "EUR"},
                "range": {"p5": leaf.quantity.p5, "p95": leaf.quantity.p95},
                "turning": turning_value(case, leaf) if rank < TURNING else None,
            }
        )
    return rows


def turning_value(case: Case, leaf: Leaf) -> dict[str, Any] | None:
    """The value of an input at which another plan becomes the best on average, within what is thought possible.

    The best plan and its nearest rival tie there; just beyond it the choice turns.
    """
    here = _means(case, {})
    best = min(here, key=lambda plan: here[plan])
    centre = leaf.quantity.mean
    ends = [float(q) for q in leaf.quantity.ppf(np.array([0.001, 0.999]))]
    found = []
    for end in ends:
        there = _means(case, {leaf.id: Change("set", end)})
        rival = min(there, key=lambda plan: there[plan])
        if rival == best:
            continue
        value = _cross(case, leaf, best, rival, centre, end)
        if value is not None:
            found.append({"value": value, "from": best, "to": rival, "unit": leaf.unit})
    return min(found, key=lambda item: abs(float(item["value"]) - centre)) if found else None


def _means(case: Case, changes: dict[str, Change]) -> dict[str, float]:
    return {plan: float(total.mean()) for plan, total in case.totals(changes).items()}


def _cross(case: Case, leaf: Leaf, best: str, rival: str, centre: float, end: float) -> float | None:
    """Value between centre and end at which the best plan ceases to be the best, by bisection with linear guesses."""

    def lead(x: float) -> float:
        means = _means(case, {leaf.id: Change("set", x)})
        return min(value for plan, value in means.items() if plan != best) - means[best]

    low, high = centre, end
    at_low, at_high = lead(low), lead(high)
    if at_low * at_high > 0:
        return None
    scale = abs(at_low) + abs(at_high)
    for step in range(40):
        x = (low + high) / 2 if step % 3 == 2 else high - at_high * (high - low) / (at_high - at_low)
        at = lead(x)
        if abs(at) <= 1e-7 * scale:
            return x
        if at * at_low > 0:
            low, at_low = x, at
        else:
            high, at_high = x, at
    return (low + high) / 2
