"""Many plans in one world, one at a time: each is worked out, summed up and forgotten, so memory does not
grow with plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thuishaven.cost.case import Case, typed_flows
from thuishaven.cost.engine import evaluate
from thuishaven.cost.plan import PlanScope
from thuishaven.cost.result import ratio, share_cheaper
from thuishaven.cost.scenarios import everywhere
from thuishaven.dossier import Dossier, ResolvedPlan, Settings
from thuishaven.facts import FactSet
from thuishaven.uncertainty import quantiles


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


class Stream:
    """Plans summed up one by one against the baseline, all in the same world of draws.

    Iterating gives the plans it was made for; :meth:`more` takes others into the same world. ``frame`` holds
    the date, the horizon and the rates that hold for all of them.
    """

    def __init__(
        self,
        dossier: Dossier,
        baseline: ResolvedPlan,
        plans: Sequence[ResolvedPlan],
        facts: FactSet,
        settings: Settings,
    ) -> None:
        # The horizon is that of all plans together (it is longer where one invests).
        everything = Case(dossier, facts, settings, plans=[baseline, *plans])
        self._plans = tuple(plans)
        self._baseline = baseline
        changes = everywhere(everything, settings.scenario) if settings.scenario is not None else None
        fixed = replace(settings, horizon_years=everything.frame.years)
        self._case = case = Case(dossier, facts, fixed, plans=[baseline], changes=changes)
        self.frame = case.frame
        self._base = [block.scopes[baseline.id] for block in case.blocks]
        self._today = case.totals()[baseline.id]
        self._shared = [len(block.world.pure) for block in case.blocks]

    def __iter__(self) -> Iterator[Summary]:
        return self.more(self._plans)

    def more(self, plans: Iterable[ResolvedPlan]) -> Iterator[Summary]:
        """Sum up further plans; memory does not grow with them.

        Neighbours that add the same source share what was worked out for it.
        """
        added: str | None = None
        for plan in plans:
            source = plan.sources[-1].id
            if source != added:
                self._forget()
                added = source
            yield self._summary(plan)
        self._forget()

    def _forget(self) -> None:
        for block, known in zip(self._case.blocks, self._shared, strict=True):
            block.world.pure.forget_since(known)

    def _summary(self, plan: ResolvedPlan) -> Summary:
        case, frame, baseline = self._case, self.frame, self._baseline
        flows = typed_flows(plan)
        totals, once, missing = [], 0.0, 0
        for block, first in zip(case.blocks, self._base, strict=True):
            scope = PlanScope(block.world, plan, baseline, frame.discount_rate, first)
            costs = evaluate(scope, block.basis, flows, want_cash=False)
            totals.append(np.broadcast_to(costs.total(frame.tax_rate), block.size))
            once += sum(float(np.mean(p.pv)) for p in costs.parts if p.line.kind in {"oneoff", "capital"})
            missing = len(costs.missing)
            # Nothing of a plan stays: without this memory would grow with plans until Python looks for
            # cycles.
            scope.forget()
        total = np.concatenate(totals)
        low, middle, high = quantiles(ratio(total, case.pv_volume))
        volume = float(case.pv_volume.mean()) or np.nan
        return Summary(
            float(total.mean()) / volume,
            float(low),
            float(middle),
            float(high),
            float((total - self._today).mean()) / volume,
            share_cheaper(total - self._today),
            once / len(case.blocks),
            missing,
        )


def stream(
    dossier: Dossier,
    baseline: ResolvedPlan,
    plans: Sequence[ResolvedPlan],
    facts: FactSet,
    settings: Settings,
) -> Stream:
    """Sum up plans one by one against the baseline, all in the same world of draws.

    Parameters
    ----------
    dossier, baseline
        The dossier and its plan today.
    plans
        Plans to compare, any number; memory does not grow with them.
    facts, settings
        As for :func:`thuishaven.cost.assess`; with a scenario the world is the one of that scenario.

    Raises
    ------
    LookupError
        If the settings name a scenario that does not exist.
    """
    return Stream(dossier, baseline, plans, facts, settings)
