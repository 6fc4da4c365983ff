"""What changed in the advice when one weight, price or answer changed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thuishaven.advice.result import Advice
from thuishaven.advice.tables import FloatArray, criteria
from thuishaven.dossier import plain

#: Differences in shares and values that are no more than rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Change:
    """What other input does to the advice.

    Parameters
    ----------
    inputs
        Path, value before and after, of everything in the dossier that differs.
    weights
        Criterion, mean weight before and after, where it differs.
    shares
        Plan, share of first places of its own before and after, largest change first; ``None`` where a plan
        is only in one of the two.
    before, after
        The plan that leads.
    recommended_before, recommended_after
        The kind of plan that is recommended; ``None`` without a clear winner.
    reasons_before, reasons_after
        Why there is no clear winner, where there is none.
    because
        By criterion, what it adds to the lead of the plan that leads now over the one that led (or over the
        runner-up, where it is the same): first through the measures, then through the weights. They add up
        to the change of that lead in mean value.
    costs
        Plan, cost per unit before and after, EUR, where it differs.
    """

    inputs: tuple[tuple[str, Any, Any], ...]
    weights: tuple[tuple[str, float, float], ...]
    shares: tuple[tuple[str, float | None, float | None], ...]
    before: str
    after: str
    against: str
    recommended_before: str | None
    recommended_after: str | None
    reasons_before: tuple[str, ...]
    reasons_after: tuple[str, ...]
    because: tuple[tuple[str, float, float], ...]
    costs: tuple[tuple[str, float, float], ...]

    @property
    def turned(self) -> bool:
        """Whether another plan leads."""
        return self.before != self.after

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        found = {
            "inputs": [{"path": path, "before": old, "after": new} for path, old, new in self.inputs],
            "weights": [{"criterion": name, "before": a, "after": b} for name, a, b in self.weights],
            "shares": [{"plan": name, "before": a, "after": b} for name, a, b in self.shares],
            "before": self.before,
            "after": self.after,
            "against": self.against,
            "turned": self.turned,
            "recommended_before": self.recommended_before,
            "recommended_after": self.recommended_after,
            "no_clear_winner_before": list(self.reasons_before),
            "no_clear_winner_after": list(self.reasons_after),
            "because": [
                {"criterion": name, "by_measure": measure, "by_weight": weight}
                for name, measure, weight in self.because
            ],
            "costs": [{"plan": name, "before": a, "after": b} for name, a, b in self.costs],
        }
        return dict(plain(found))


def compare(before: Advice, after: Advice) -> Change:
    """What changed in the advice, and through which criteria.

    Raises
    ------
    ValueError
        When the two were not drawn alike, so that chance would play a part.
    """
    one, two = before.cost.case.settings, after.cost.case.settings
    if (one.seed, one.draws) != (two.seed, two.draws):
        raise ValueError("the two advices have another seed or number of draws: chance would play a part")
    old, new = _shares(before), _shares(after)
    names = list(dict.fromkeys([*old, *new]))
    shares = [(name, old.get(name), new.get(name)) for name in names]
    moved = [row for row in shares if abs((row[1] or 0.0) - (row[2] or 0.0)) > _ROUNDING]
    first, then = before.leading, after.leading
    against = first if first != then and first in new else after.runner_up or after.baseline
    return Change(
        inputs=tuple(_inputs(before, after)),
        weights=tuple(
            (name, a, after.comparison.weights[name])
            for name, a in before.comparison.weights.items()
            if abs(a - after.comparison.weights[name]) > _ROUNDING
        ),
        shares=tuple(sorted(moved, key=lambda row: -abs((row[2] or 0.0) - (row[1] or 0.0)))),
        before=first,
        after=then,
        against=against,
        recommended_before=before.recommended,
        recommended_after=after.recommended,
        reasons_before=before.comparison.because,
        reasons_after=after.comparison.because,
        because=tuple(_because(before, after, then, against)),
        costs=tuple(_costs(before, after)),
    )


def _shares(advice: Advice) -> dict[str, float]:
    first = advice.comparison.ranks.first.tolist()
    return {plan.id: share for plan, share in zip(advice.plans, first, strict=True)}


def _because(before: Advice, after: Advice, plan: str, other: str) -> list[tuple[str, float, float]]:
    """Change of the lead of one plan over another, per criterion, through measures and through weights."""
    was, now = _lead(before, plan, other), _lead(after, plan, other)
    if was is None or now is None:
        return []
    w0, w1 = (np.array(list(a.comparison.weights.values())) for a in (before, after))
    # The measures move at the weights of before, the weights at the measures of now; together that is all.
    through, by_weight = w0 * (now - was), (w1 - w0) * now
    rows = zip(criteria(), through.tolist(), by_weight.tolist(), strict=True)
    told = [row for row in rows if abs(row[1]) > _ROUNDING or abs(row[2]) > _ROUNDING]
    return sorted(told, key=lambda row: -abs(row[1] + row[2]))


def _lead(advice: Advice, plan: str, other: str) -> FloatArray | None:
    ids = [item.id for item in advice.plans]
    if plan not in ids or other not in ids:
        return None
    means = advice.table.mean
    return np.asarray(means[ids.index(plan)] - means[ids.index(other)])


def _costs(before: Advice, after: Advice) -> list[tuple[str, float, float]]:
    old, new = (
        {row["id"]: row["unit_tco"]["mean"] for row in advice.cost.to_dict()["plans"]}
        for advice in (before, after)
    )
    return [(plan, old[plan], new[plan]) for plan in old if plan in new and old[plan] != new[plan]]


def _inputs(before: Advice, after: Advice) -> list[tuple[str, Any, Any]]:
    from thuishaven.dossier import to_tree

    old, new = (_flat(to_tree(advice.dossier)) for advice in (before, after))
    found = [
        (path, old.get(path), new.get(path))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]
    if before.preferences.weights.role != after.preferences.weights.role and not found:
        found.append(("role", before.preferences.weights.role, after.preferences.weights.role))
    return found


def _flat(tree: Any, path: str = "") -> dict[str, Any]:
    """The leaves of a tree by their path; a range counts as one, items of a list go by their id."""
    if isinstance(tree, Mapping) and not {"low", "mode", "high", "value", "min", "max", "mean"} & set(tree):
        found: dict[str, Any] = {}
        for key, value in tree.items():
            found |= _flat(value, f"{path}.{key}" if path else str(key))
        return found
    if isinstance(tree, list) and tree and all(isinstance(item, Mapping) and "id" in item for item in tree):
        found = {}
        for item in tree:
            found |= _flat(
                {k: v for k, v in item.items() if k != "id"}, f"{path}.{item['id']}".removeprefix("plans.")
            )
        return found
    return {path: plain(tree)}
