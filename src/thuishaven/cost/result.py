"""The answer of the room: frozen, explainable, and replayable from its own settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thuishaven.cost import finance
from thuishaven.cost.breakeven import BreakEven
from thuishaven.cost.engine import LAYERS, TAX_LINE, PlanCost
from thuishaven.cost.explain import Explanation, explain, leaf_dict
from thuishaven.cost.scenarios import Outcome, summary
from thuishaven.cost.scope import Array, Leaf
from thuishaven.dossier import VERSION, Notice, factors, plain
from thuishaven.locale import glossary
from thuishaven.uncertainty import quantiles, replicate_error

if TYPE_CHECKING:
    from thuishaven.cost.case import Case
    from thuishaven.cost.information import Finding

SCHEMA = "thuishaven.cost/1"
TAIL = 0.05


@dataclass(frozen=True)
class Asides:
    """What stands beside the figures of an assessment; nothing else in it rests on these."""

    break_evens: tuple[BreakEven, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class CostResult:
    """What each plan costs, how sure that is, and what would make it surer.

    Use :meth:`to_dict` for the plain form, :meth:`explain` for one figure, :meth:`draws` for joint draws.
    """

    case: Case
    break_evens: tuple[BreakEven, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    find_out_first: tuple[dict[str, Any], ...] = ()
    narrows_most: tuple[dict[str, Any], ...] = ()
    notices: tuple[Notice, ...] = ()
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def with_asides(self, found: Asides) -> CostResult:
        """The same with break-evens and scenarios that were worked out elsewhere."""
        kept = {name: value for name, value in self._cache.items() if name != "dict"}
        return replace(self, break_evens=found.break_evens, outcomes=found.outcomes, _cache=kept)

    @property
    def baseline(self) -> str:
        """Id of the plan that is today."""
        return self.case.plans[0].id

    @property
    def plan_ids(self) -> list[str]:
        """Ids of the plans, today first."""
        return [plan.id for plan in self.case.plans]

    def total(self, plan: str) -> Array:
        """Present value of a plan's cost per draw, EUR before tax."""
        key = f"total {plan}"
        if key not in self._cache:
            total = self.case.costs[plan].total(self.case.frame.tax_rate)
            self._cache[key] = np.broadcast_to(total, self.case.pv_volume.size)
        return self._cache[key]

    def draws(self, plan: str, what: str) -> Array:
        """Joint draws of a plan, shape (draws,): ``npv`` (EUR), ``unit_tco`` (EUR/unit), ``delta_unit_tco``,
        ``cost`` (EUR, PV).
        """
        total = self.total(plan)
        u, volume = self.case.frame.tax_rate, self.case.pv_volume
        if what == "cost":
            return total.copy()
        if what == "npv":
            return -(1 - u) * total
        if what == "unit_tco":
            return ratio(total, volume)
        if what == "delta_unit_tco":
            return ratio(total - self.total(self.baseline), volume)
        raise LookupError(f"{what}: expected npv, unit_tco, delta_unit_tco or cost")

    def explain(self, reference: str) -> Explanation:
        """How ``plan.line`` came about: the formula that ran, its inputs with values and sources."""
        return explain(self.case, reference)

    def leaf_row(self, leaf: Leaf) -> dict[str, Any]:
        """Where an input comes from, in plain form, with its name in the formulas; to read only."""
        rows: dict[Leaf, dict[str, Any]] = self._cache.setdefault("rows", {})
        if leaf not in rows:
            rows[leaf] = leaf_dict(leaf) | {"name": leaf.name}
        return rows[leaf]

    # -- plain form
    # -----------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, the same bytes for the same question."""
        if "dict" not in self._cache:
            self._cache["dict"] = plain(self._to_dict())
        return self._cache["dict"]

    def _to_dict(self) -> dict[str, Any]:
        case, frame, settings = self.case, self.case.frame, self.case.settings
        leaves = self.used_leaves()
        sourced = sum(1 for leaf in leaves if is_sourced(leaf))
        return {
            "schema": SCHEMA,
            "settings": {
                "as_of": frame.on,
                "seed": settings.seed,
                "draws": settings.draws,
                "replicates": case.draws.replicates,
                "horizon_years": frame.years,
                "discount_rate": frame.discount_rate,
                "tax_rate": frame.tax_rate,
                "mid_year": frame.mid_year,
                "scenario": settings.scenario,
                "hidden_cost_uplift": settings.hidden_cost_uplift,
                "currency": "EUR",
                "version": VERSION,
                "facts_digest": case.facts.digest,
            },
            "baseline": self.baseline,
            "plans": [self._plan(plan.id) for plan in case.plans],
            "break_even": [
                {
                    "plan": b.plan,
                    "driver": b.driver,
                    "value": b.value,
                    "now": b.now,
                    "unit": b.unit,
                    "monotone": b.monotone,
                }
                for b in self.break_evens
            ],
            "sensitivity": [finding.to_dict() for finding in self.findings],
            "find_out_first": list(self.find_out_first),
            "narrows_most": list(self.narrows_most),
            "regret": self._regret(),
            "not_counted": self.not_counted(),
            "facts_used": [self.leaf_row(leaf) for leaf in leaves if leaf.answer is not None],
            "inputs_used": [self.leaf_row(leaf) for leaf in leaves if leaf.answer is None],
            "sourced": {"figures": len(leaves), "with_source": sourced},
            "warnings": [notice.to_dict() for notice in self.notices],
        }

    def _plan(self, plan: str) -> dict[str, Any]:
        case, frame = self.case, self.case.frame
        cost = case.costs[plan]
        u, volume = frame.tax_rate, case.pv_volume
        mean_volume = float(volume.mean())
        resolved = next(p for p in case.plans if p.id == plan)
        total, base = self.total(plan), self.total(self.baseline)
        gap = total - base
        base_cash = case.costs[self.baseline].cash
        assert cost.cash is not None
        assert base_cash is not None
        flow = cost.cash - base_cash
        paid = finance.payback(flow)
        unit = self.draws(plan, "unit_tco")
        with_support = total + cost.support_pv / (1 - u)
        moved = plan != self.baseline and bool(np.any(flow != 0))
        return {
            "id": plan,
            "name": resolved.plan.name,
            "family": resolved.plan.family,
            "form": resolved.form,
            "unit_tco": _spread(unit, _mean_ratio(total, volume)),
            "unit_tco_with_support": _mean_ratio(with_support, volume),
            "npv": _spread(-(1 - u) * total),
            "delta_npv": _spread(-(1 - u) * gap),
            "delta_unit_tco": _spread(self.draws(plan, "delta_unit_tco"), _mean_ratio(gap, volume)),
            "p_cheaper": {
                "value": share_cheaper(gap),
                "se": replicate_error(gap, share_cheaper, case.draws.replicates) if moved else 0.0,
            },
            "cvar95": _tail_mean(unit),
            "one_off": _spread(self._one_off(cost)),
            "payback_years": {
                "p50": _median_or_none(paid) if moved else None,
                "share_within_horizon": float(np.isfinite(paid).mean()) if moved else None,
            },
            "irr": {"p50": _median_or_none(finance.internal_rate(flow)) if moved else None},
            "peak_financing": _spread(finance.peak_financing(flow)) if moved else None,
            "layers": self._layers(cost),
            "accounts": self._accounts(cost, gap),
            "years": self._years(cost),
            "factors": self._factors(cost, mean_volume),
        }

    def _one_off(self, cost: PlanCost) -> Array:
        size = self.case.pv_volume.size
        once = [part.pv for part in cost.parts if part.line.kind in {"oneoff", "capital"}]
        return np.broadcast_to(sum(once, np.zeros(1)), size)

    def _layers(self, cost: PlanCost) -> dict[str, float | None]:
        u, volume = self.case.frame.tax_rate, self.case.pv_volume
        return {
            layer: _mean_ratio(np.broadcast_to(cost.total(u, LAYERS[: n + 1]), volume.size), volume)
            for n, layer in enumerate(LAYERS)
        }

    def _accounts(self, cost: PlanCost, gap: Array) -> dict[str, dict[str, float]]:
        u = self.case.frame.tax_rate
        carbon = sum((np.mean(pv) for pv in cost.by_line(public=True).values()), 0.0)
        aid = float(np.mean(cost.support_pv))
        return {
            "firm": {"npv": float(-(1 - u) * np.mean(self.total(cost.plan))), "support": -aid},
            "public": {
                "tax_less_than_today": float(u * np.mean(gap)),
                "carbon": float(carbon),
                "support": aid,
            },
        }

    def _years(self, cost: PlanCost) -> list[dict[str, Any]]:
        first = self.case.frame.on.year
        by_group: dict[str, Array] = {}
        for part in cost.parts:
            if not part.line.public:
                group = part.line.factor.group
                by_group[group] = by_group.get(group, 0.0) + part.by_year
        assert cost.cash is not None
        cash = cost.cash.mean(axis=0)
        volume = self.case.blocks[0].world.value("volume").mean(axis=0)
        return [
            {
                "year": first + t,
                "volume": volume[t],
                "cash_after_tax": cash[t],
                "cost": {group: values[t] for group, values in by_group.items()},
            }
            for t in range(cash.size)
        ]

    def _factors(self, cost: PlanCost, volume: float) -> list[dict[str, Any]]:
        rows = []
        lines = cost.by_line() | {f"public {k}": v for k, v in cost.by_line(public=True).items()}
        lines[TAX_LINE] = cost.tax(self.case.frame.tax_rate)
        order = list(factors()).index
        for key, pv in sorted(lines.items(), key=lambda item: order(item[0].split()[-1])):
            identity = key.split()[-1]
            factor = factors()[identity]
            used = {name for part in cost.parts if part.line.id == identity for name in part.line.inputs}
            size = self.case.pv_volume.size
            spread = np.broadcast_to(pv, size)
            rows.append(
                {
                    "id": identity,
                    "group": factor.group,
                    "class": factor.layer,
                    "account": "public" if key.startswith("public") else "firm",
                    "budget_owner": factor.budget_owner,
                    "per_unit": _spread(
                        ratio(spread, self.case.pv_volume), float(np.mean(pv)) / volume if volume else None
                    ),
                    "inputs": sorted(used),
                }
            )
        return rows

    def _regret(self) -> list[dict[str, Any]]:
        if not self.outcomes:
            return []
        totals = summary(list(self.outcomes), self.plan_ids)
        return [
            {
                "plan": plan,
                **totals[plan],
                "scenarios": [
                    {"scenario": o.scenario, "unit_tco": o.unit_tco[plan], "regret": o.regret[plan]}
                    for o in self.outcomes
                ],
            }
            for plan in self.plan_ids
        ]

    def not_counted(self) -> list[dict[str, Any]]:
        """Lines without data, with the amount per year at which each would turn the choice between its plan
        and today.
        """
        case, u = self.case, self.case.frame.tax_rate
        base = self.total(self.baseline)
        years = float(case.frame.discount[1:].sum())
        gaps = {plan: float(np.mean(self.total(plan) - base)) for plan in self.plan_ids}
        others = [gap for plan, gap in gaps.items() if plan != self.baseline]
        rows = []
        for plan in self.plan_ids:
            gap = gaps[plan] if plan != self.baseline else (-min(others) if others else 0.0)
            for (line, source), name in case.costs[plan].missing.items():
                turning = -gap / years if gap < 0 else None
                rows.append(
                    {
                        "plan": plan,
                        "line": line,
                        "source": source,
                        "missing": name,
                        "turning_amount": None if turning is None else {"value": turning, "unit": "EUR/year"},
                    }
                )
        assert u < 1
        return rows

    def used_leaves(self) -> list[Leaf]:
        """Every input on which a counted figure rests, the user's own first."""
        if "leaves" not in self._cache:
            self._cache["leaves"] = used_leaves(self.case)
        return self._cache["leaves"]


def used_leaves(case: Case) -> list[Leaf]:
    """Every input on which a counted line of any plan rests."""
    block = case.blocks[0]
    ledger = block.world.ledger.leaves
    leaves = {name: ledger[name] for name in block.counted if name in ledger}
    leaves |= case.frame_leaves
    return sorted(leaves.values(), key=lambda leaf: (leaf.answer is not None, leaf.id))


def is_sourced(leaf: Leaf) -> bool:
    """A published or derived fact, or a figure of the user that names a source and is no assumption."""
    if leaf.answer is not None:
        return leaf.answer.fact.status in {"published", "derived"}
    source = (leaf.quantity.source or "").casefold()
    word = glossary()["assumption"]
    return bool(source) and not source.startswith((word.nl, word.en, word.fr))


def _spread(values: Array, mean: float | None = None) -> dict[str, float]:
    low, middle, high = quantiles(values)
    return {"mean": float(values.mean()) if mean is None else mean, "p5": low, "p50": middle, "p95": high}


def ratio(value: Array, volume: Array) -> Array:
    """Cost per unit and draw; ``nan`` where nothing is sold."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(volume > 0, value / volume, np.nan)


def _mean_ratio(value: Array, volume: Array) -> float | None:
    mean = float(np.mean(volume))
    return float(np.mean(value)) / mean if mean > 0 else None


def share_cheaper(gap: Array) -> float:
    """Share of draws in which the plan costs less, ties counted half."""
    return float(np.mean(np.where(gap < 0, 1.0, np.where(gap == 0, 0.5, 0.0))))


def _tail_mean(values: Array) -> float:
    """Mean of the dearest 5 % of draws (CVaR95)."""
    count = max(int(values.size * TAIL), 1)
    return float(np.sort(values)[-count:].mean())


def _median_or_none(values: Array) -> float | None:
    finite = np.isfinite(values)
    if finite.mean() < 0.5:
        return None
    return float(np.median(np.where(np.isnan(values), np.inf, values)))
