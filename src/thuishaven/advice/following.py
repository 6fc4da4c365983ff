"""How a figure of the advice came about: enough to work it out again, down to the lines and their sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from thuishaven.advice import finding
from thuishaven.advice.measures import APART, DRAWN, Measure
from thuishaven.advice.tables import criteria, method
from thuishaven.dossier import factors, plain
from thuishaven.uncertainty import quantiles

if TYPE_CHECKING:
    from thuishaven.advice.result import Advice

#: Formulas, as they are worked out.
FORMULAS = {
    "share": "draws in which a plan of the kind has the largest V, ties shared, / draws",
    "worth": "V = sum over criteria of weight x worth",
    "measure": "worth = straight line between the points of the scale",
    "weight": "mean of the drawn weights",
    "gap": "mean cost of the plan / mean volume - mean cost of today / mean volume",
    "coverage": "weight that rests on evidence / weight, over the criteria that a room measures",
    "methods": "tops of the additive model, PROMETHEE II, ELECTRE I, VIKOR and TOPSIS",
    "regret": "largest over scenarios of the plan's cost less that of the cheapest plan",
    "evppi": "E over the figure of max over plans of E[NPV | figure] - max over plans of E[NPV]",
    "break_even": "value of the driver at which the mean costs are equal",
    "role": "as share, under the weights of the role",
    "support": "as share, with support counted as income under cost",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """A figure with what it was worked out from.

    Parameters
    ----------
    id
        Its name.
    formula
        What was done with the inputs.
    value
        The figure, in plain form.
    unit
        Of the figure.
    inputs
        Figures that went in: each with an ``id`` that can be followed in turn, or a plain value.
    """

    id: str
    formula: str
    value: Any
    unit: str
    inputs: tuple[dict[str, Any], ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        found = {"id": self.id, "formula": self.formula, "value": self.value, "unit": self.unit}
        return dict(plain(found | {"inputs": list(self.inputs)}))


def follow(advice: Advice, identity: str) -> Followed:
    """How a figure came about.

    Raises
    ------
    LookupError
        If there is no such figure, with the kinds there are.
    """
    kind, _, rest = identity.partition(".")
    known: dict[str, Callable[[Advice, str, str], Followed | None]] = {
        "share": _share,
        "worth": _worth,
        "measure": _measured,
        "weight": _weight,
        "gap": _gap,
        "coverage": _coverage,
        "methods": _methods,
        "regret": _regret,
        "evppi": _evppi,
        "break_even": _break_even,
        "role": _role,
        "support": _support,
    }
    found = known[kind](advice, identity, rest) if kind in known else _line(advice, identity)
    if found is None:
        examples = f"share.{advice.comparison.first[0]}, worth.{advice.leading}, weight.cost"
        raise LookupError(f"{identity}: expected a figure of the advice, for example {examples}")
    return found


def ids(advice: Advice) -> list[str]:
    """The figures that the sentences name, in their order."""
    return list(dict.fromkeys(figure for sentence in advice.sentences for figure in sentence.figures))


def _share(advice: Advice, identity: str, group: str) -> Followed | None:
    found = advice.comparison
    if group not in found.families:
        return None
    first = found.ranks.first.tolist()
    rows = [
        {"id": f"worth.{plan.id}", "first_rank_share": share}
        for plan, share in zip(advice.plans, first, strict=True)
        if advice.groups[plan.id] == group
    ]
    rows += [{"id": f"weight.{name}", "value": weight} for name, weight in found.weights.items()]
    rows.append({"draws": found.ranks.draws, "seed": found.ranks.seed})
    return Followed(identity, FORMULAS["share"], found.families[group], "fraction", tuple(rows))


def _worth(advice: Advice, identity: str, plan: str) -> Followed | None:
    ids_ = [item.id for item in advice.plans]
    if plan not in ids_:
        return None
    place, weights = ids_.index(plan), advice.comparison.weights
    means = advice.table.mean[place].tolist()
    rows = [
        {
            "id": f"measure.{plan}.{name}",
            "worth": worth,
            "weight": weights[name],
            "adds": weights[name] * worth,
        }
        for name, worth in zip(criteria(), means, strict=True)
    ]
    low, mean, high = advice.comparison.worth[place].tolist()
    value = {"low": low, "mean": mean, "high": high}
    return Followed(identity, FORMULAS["worth"], value, "0 to 1", tuple(rows))


def _measured(advice: Advice, identity: str, rest: str) -> Followed | None:
    plan, _, name = rest.rpartition(".")
    if (plan, name) not in advice.table.rows:
        return None
    row, scale = advice.table.row(plan, name), criteria()[name]
    inputs: list[dict[str, Any]] = [
        {"scale": dict(zip(map(str, scale.points), scale.values, strict=True)), "unit": scale.unit}
        | {"author": scale.author, "date": scale.date, "status": scale.status}
    ]
    inputs += _lines(advice, plan, name)
    inputs += [dict(figure) for figure in row.figures]
    return Followed(identity, FORMULAS["measure"], _value(row), scale.unit, tuple(inputs))


def _value(row: Measure) -> dict[str, Any]:
    low, high = quantiles(row.values, [method()["low"], method()["high"]])
    worth = {"low": row.low, "mean": float(row.worth.mean()), "high": row.high}
    found = {"how": row.how, "evidence": row.evidence, "worth": worth}
    return found | {"mean": float(row.values.mean()), "p5": low, "p95": high}


def _lines(advice: Advice, plan: str, name: str) -> list[dict[str, Any]]:
    """The lines of the cost engine that a measure adds up, EUR per unit, against those of today for cost."""
    if name not in ("cost", *APART) or advice.table.row(plan, name).how != DRAWN:
        return []
    from thuishaven.cost import line_draws

    volume = float(advice.cost.case.pv_volume.mean())
    mine = line_draws(advice.cost, plan)
    today = line_draws(advice.cost, advice.baseline) if name == "cost" else {}
    groups = set(APART.values())
    wanted = [
        line
        for line in sorted(mine | today, key=list(factors()).index)
        if (factors()[line].group == APART.get(name))
        or (name == "cost" and factors()[line].group not in groups)
    ]
    rows = []
    for line in wanted:
        here = float(np.mean(mine[line])) if line in mine else 0.0
        there = float(np.mean(today[line])) if line in today else 0.0
        rows.append(
            {"id": f"{plan}.{line}", "per_unit": here / volume, "today": there / volume, "unit": "EUR"}
        )
    return rows


def _weight(advice: Advice, identity: str, name: str) -> Followed | None:
    if name not in criteria():
        return None
    weights = advice.preferences.weights
    row = {"role": weights.role, "author": weights.author, "date": weights.date, "status": weights.status}
    order = [list(group) for group in weights.order] or None
    inputs = (row | {"order": order, "stated": dict(weights.stated) or None, "reason": dict(weights.reason)},)
    return Followed(identity, FORMULAS["weight"], weights.mean()[name], "fraction", inputs)


def _gap(advice: Advice, identity: str, plan: str) -> Followed | None:
    rows = {row["id"]: row for row in advice.cost.to_dict()["plans"]}
    if plan not in rows:
        return None
    row, today = rows[plan], rows[advice.baseline]
    value = row["delta_unit_tco"] | {"p_cheaper": row["p_cheaper"]["value"]}
    inputs = [{"plan": item["id"], "unit_tco": item["unit_tco"]} for item in (row, today)]
    inputs += [
        {"id": f"{plan}.{factor['id']}", "per_unit": factor["per_unit"]["mean"]} for factor in row["factors"]
    ]
    return Followed(identity, FORMULAS["gap"], value, "EUR/unit", tuple(inputs))


def _coverage(advice: Advice, identity: str, rest: str) -> Followed | None:
    found = advice.comparison
    rows = [
        {
            "plan": plan.id,
            "coverage": share,
            "evidence": {name: _level(advice, plan.id, name) for name in criteria()},
        }
        for plan, share in zip(advice.plans, found.covered.tolist(), strict=True)
    ]
    rows.append({"needed": method()["coverage"], "level": method()["evidence"]})
    return None if rest else Followed(identity, FORMULAS["coverage"], found.coverage, "fraction", tuple(rows))


def _level(advice: Advice, plan: str, name: str) -> int | None:
    row = advice.table.row(plan, name)
    return row.evidence if row.known else None


def _methods(advice: Advice, identity: str, rest: str) -> Followed | None:
    found = advice.comparison
    means = advice.table.mean
    inputs: list[dict[str, Any]] = [
        {"plan": plan.id, "worth": dict(zip(criteria(), means[place].tolist(), strict=True))}
        for place, plan in enumerate(advice.plans)
    ]
    inputs.append({"indifference": {c.id: c.indifference for c in criteria().values()}})
    inputs.append({"preference": {c.id: c.preference for c in criteria().values()}})
    inputs.append({"concordance": method()["concordance"], "discordance": method()["discordance"]})
    inputs.append({"weights": dict(found.weights)})
    value = {name: list(tops) for name, tops in found.opinions.items()} | {"disagree": found.disagree}
    return None if rest else Followed(identity, FORMULAS["methods"], value, "", tuple(inputs))


def _regret(advice: Advice, identity: str, plan: str) -> Followed | None:
    rows = {row["plan"]: row for row in advice.cost.to_dict()["regret"]}
    if plan not in rows:
        return None
    value = rows[plan]["max_regret"]
    return Followed(identity, FORMULAS["regret"], value, "EUR", tuple(rows[plan]["scenarios"]))


def _evppi(advice: Advice, identity: str, name: str) -> Followed | None:
    rows = {row["input"]: row for row in finding.find_out_first(advice)}
    if name not in rows:
        return None
    return Followed(identity, FORMULAS["evppi"], rows[name]["evppi"]["value"], "EUR", (dict(rows[name]),))


def _break_even(advice: Advice, identity: str, rest: str) -> Followed | None:
    for row in advice.cost.to_dict()["break_even"]:
        if rest == f"{row['plan']}.{row['driver']}":
            return Followed(identity, FORMULAS["break_even"], row["value"], row["unit"], (dict(row),))
    return None


def _role(advice: Advice, identity: str, role: str) -> Followed | None:
    if role not in advice.by_role:
        return None
    found = advice.by_role[role]
    rows = [{"group": group, "plan": found.best[group], "share": s} for group, s in found.families.items()]
    rows.append({"weights": dict(found.weights), "coverage": found.coverage})
    return Followed(identity, FORMULAS["role"], found.first[1], "fraction", tuple(rows))


def _support(advice: Advice, identity: str, plan: str) -> Followed | None:
    if advice.supported is None or plan not in advice.families:
        return None
    found = advice.supported
    from thuishaven.cost import support_draws

    amount = float(np.mean(support_draws(advice.cost, plan)))
    inputs = ({"support_before_tax": amount, "unit": "EUR"},)
    return Followed(identity, FORMULAS["support"], found.families[advice.groups[plan]], "fraction", inputs)


def _line(advice: Advice, identity: str) -> Followed | None:
    try:
        told = advice.cost.explain(identity).to_dict()
    except LookupError:
        return None
    return Followed(identity, "cost line", told, "EUR/unit", ())
