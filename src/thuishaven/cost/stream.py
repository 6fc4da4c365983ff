"""Many plans in one world, one at a time: each is worked out, summed up and forgotten, so memory does not
grow with plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thuishaven.cost.case import Case
from thuishaven.cost.engine import evaluate
from thuishaven.cost.plan import PlanScope
from thuishaven.cost.result import quantiles, ratio, share_cheaper
from thuishaven.dossier import Dossier, ResolvedPlan, Settings
from thuishaven.facts import FactSet


@dataclass(frozen=True, slots=True)
class Summary:
    """What a plan costs per unit, in EUR, against today."""

    mean: float
    p5: float
    p50: float
    p95: float
    delta: float
    p_cheaper: float
    one_off: float
    not_counted: int

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "unit_tco": {"mean": self.mean, "p5": self.p5, "p50": self.p50, "p95": self.p95},
            "delta_unit_tco": self.delta,
            "p_cheaper": self.p_cheaper,
            "one_off": self.one_off,
            "not_counted": self.not_counted,
        }


def stream(
    dossier: Dossier,
    baseline: ResolvedPlan,
    plans: Sequence[ResolvedPlan],
    facts: FactSet,
    settings: Settings,
) -> Iterator[Summary]:
    """Sum up plans one by one against the baseline, all in the same world of draws.

    Parameters
    ----------
    dossier, baseline
        The dossier and its plan today.
    plans
        Plans to compare, any number; memory does not grow with them.
    facts, settings
        As for :func:`thuishaven.cost.assess`.
    """
    # The horizon is that of all plans together (it is longer where one invests), and so are the flows.
    everything = Case(dossier, facts, settings, plans=[baseline, *plans])
    case = Case(dossier, facts, replace(settings, horizon_years=everything.frame.years), plans=[baseline])
    case.flows = everything.flows
    u, frame = case.frame.tax_rate, case.frame
    blocks = case.blocks
    base = [block.scopes[baseline.id] for block in blocks]
    today = case.totals()[baseline.id]
    shared = [len(block.world.pure) for block in blocks]
    for plan in plans:
        totals, once, missing = [], 0.0, 0
        for block, first, known in zip(blocks, base, shared, strict=True):
            scope = PlanScope(block.world, plan, baseline, frame.discount_rate, first)
            costs = evaluate(scope, block.basis, case.flows.get(plan.id, ()), want_cash=False)
            totals.append(np.broadcast_to(costs.total(u), block.size))
            once += sum(float(np.mean(p.pv)) for p in costs.parts if p.line.kind in {"oneoff", "capital"})
            missing = len(costs.missing)
            # Nothing of a plan stays: without this memory would grow with plans until Python looks for
            # cycles.
            scope.forget()
            block.world.pure.forget_since(known)
        total = np.concatenate(totals)
        per_unit = ratio(total, case.pv_volume)
        low, middle, high = quantiles(per_unit)
        volume = float(case.pv_volume.mean()) or np.nan
        yield Summary(
            float(total.mean()) / volume,
            float(low),
            float(middle),
            float(high),
            float((total - today).mean()) / volume,
            share_cheaper(total - today),
            once / len(blocks),
            missing,
        )
