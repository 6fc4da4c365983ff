"""What follows from the comparison: what to find out first, regret, turning prices, what remains, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from thuishaven.advice.measures import level
from thuishaven.advice.tables import criteria, method
from thuishaven.dossier import Notice, ResolvedPlan, factors
from thuishaven.ranking import mean_regret

if TYPE_CHECKING:
    from thuishaven.advice.result import Advice

#: Group of cost lines that are risks.
RISK = "risk"
#: How many risks that remain are named.
_FEW = 2


def find_out_first(advice: Advice) -> list[dict[str, Any]]:
    """The numbers that are worth most to know before choosing, from the value of information of the cost.

    Each with what it is worth in EUR, between which ends it is known now, on what evidence, and the value at
    which another plan becomes the cheapest.
    """
    found = advice.cost.to_dict()
    rows = {row["id"]: row for row in (*found["inputs_used"], *found["facts_used"])}
    kept = []
    for item in found["find_out_first"][: int(method()["find_out"])]:
        row = rows.get(item["input"])
        source = row.get("source") if row else None
        kept.append(item | {"evidence": level(row) if row else None, "source": source})
    return kept


def regret(advice: Advice) -> dict[str, Any]:
    """What a choice may cost afterwards, EUR: the most over scenarios, and the mean over the draws.

    Scenarios have no chances, so that there is no mean over them. The least mean regret over the draws is
    what perfect information would be worth.
    """
    rows = {row["plan"]: row for row in advice.cost.to_dict()["regret"]}
    worth = np.stack([advice.cost.draws(plan.id, "npv") for plan in advice.plans], axis=1)
    means = dict(zip((plan.id for plan in advice.plans), mean_regret(worth).tolist(), strict=True))
    most = {plan: row["max_regret"] for plan, row in rows.items()}
    return {
        "unit": "EUR",
        "plans": [
            {
                "plan": plan,
                "mean": means[plan],
                "scenarios": most.get(plan),
                "near_best": rows[plan]["near_best"] if plan in rows else None,
            }
            for plan in means
        ],
        "minimax_plan": min(most, key=lambda plan: (most[plan], plan)) if most else None,
        "evpi": min(means.values()),
    }


def at_home(advice: Advice, plan: ResolvedPlan) -> bool:
    """Whether a plan makes most of the volume in the home country once it is complete."""
    country = advice.dossier.company.country
    return sum(s.share for s in plan.sources if s.until is None and s.country == country) > 1 / 2


def homes(advice: Advice) -> list[str]:
    """The plans that make most of it at home, other than today."""
    return [plan.id for plan in advice.plans[1:] if at_home(advice, plan)]


def best_at_home(advice: Advice) -> str | None:
    """The plan at home that is worth most, other than today; ``None`` where there is none."""
    ids = [plan.id for plan in advice.plans]
    return max(
        homes(advice), key=lambda plan: (advice.comparison.worth[ids.index(plan), 1], plan), default=None
    )


def price_turns(advice: Advice) -> list[dict[str, Any]]:
    """Prices and rates at which a plan costs as much as today: of the leading plan, and of the best at home.

    Only plans that move volume: one that keeps today's source has today's prices too. Only values within
    reach of those now, the nearest first.
    """
    asked = [advice.leading, best_at_home(advice), advice.runner_up]
    moving = {plan.id for plan in advice.plans if plan.moves}
    wanted = [plan for plan in dict.fromkeys(asked) if plan in moving][:_FEW]
    found = []
    for plan in wanted:
        rows = [row for row in advice.cost.to_dict()["break_even"] if row["plan"] == plan]
        near = []
        for row in rows:
            if row["value"] is None or row["value"] < 0:
                continue
            size = abs(row["now"]) or 1.0
            distance = abs(row["value"] - row["now"]) / size
            if distance <= method()["turn_near"]:
                near.append((distance, row["driver"], row))
        found += [row for _, _, row in sorted(near, key=lambda item: item[:2])[:_FEW]]
    return found


def trade_offs(advice: Advice) -> list[dict[str, Any]]:
    """What weighs as much as a hundredth of today's unit cost, per criterion, at today's place on the scale.

    ``None`` where a criterion has no weight, or where today is not known.
    """
    weights = advice.comparison.weights
    rows = []
    step = 0.01
    cost = criteria()["cost"]
    worth = float(cost.worth(0.0) - cost.worth(step)) * weights["cost"]
    for name, criterion in criteria().items():
        if name == "cost":
            continue
        row = advice.table.row(advice.baseline, name)
        amount = None
        if weights[name] > 0 and worth > 0 and row.known:
            here = float(row.values.mean())
            sign = 1 if criterion.less_is_better else -1
            unit = (criterion.highest - criterion.lowest) * step**2
            slope = abs(float(criterion.worth(here + sign * unit) - criterion.worth(here))) / unit
            amount = worth / (weights[name] * slope) if slope else None
        rows.append({"criterion": name, "unit": criterion.unit, "amount": amount})
    return rows


def nothing_done(advice: Advice) -> dict[str, Any]:
    """What today costs in its first and its last year, what its risks cost, and what it forgoes."""
    found = advice.cost.to_dict()
    today = found["plans"][0]
    years = [year for year in today["years"] if year["volume"] and year["volume"] > 0]
    # The last year frees the working capital of all years before; it says nothing about the cost of a unit.
    years = years[:-1] if len(years) > 2 else years
    per_unit = [sum(year["cost"].values()) / year["volume"] for year in years]
    best = min(found["plans"], key=lambda plan: plan["unit_tco"]["mean"] or 0.0)
    gap = best["delta_npv"]
    return {
        "first_rank_share": advice.share(advice.baseline),
        "years": [years[0]["year"], years[-1]["year"]] if years else None,
        "cost_per_unit": [per_unit[0], per_unit[-1]] if years else None,
        "risk_per_year": _risk_per_year(advice, advice.baseline),
        "cheapest_plan": best["id"],
        "forgone_npv": gap if best["id"] != advice.baseline else None,
        "p_cheaper": best["p_cheaper"]["value"],
    }


def _risk_per_year(advice: Advice, plan: str) -> float:
    lines = _risk_lines(advice, plan)
    return sum(lines.values())


def _risk_lines(advice: Advice, plan: str) -> dict[str, float]:
    """Expected loss of a year by risk line, EUR, averaged over the years of supply."""
    from thuishaven.cost import line_draws

    discount = float(advice.cost.case.frame.discount[1:].sum())
    return {
        line: float(np.mean(pv)) / discount
        for line, pv in line_draws(advice.cost, plan).items()
        if factors()[line].group == RISK and np.any(pv != 0)
    }


def remaining(advice: Advice) -> list[dict[str, Any]]:
    """Risks and dependencies that remain with the leading plan: ``{code, params}`` each."""
    return [notice.to_dict() for notice in _remaining(advice, advice.plan(advice.leading))]


def _remaining(advice: Advice, plan: ResolvedPlan) -> Iterator[Notice]:
    lines = sorted(_risk_lines(advice, plan.id).items(), key=lambda item: (-item[1], item[0]))
    for line, amount in lines[:_FEW]:
        if amount > 0:
            yield Notice("risk_line", {"line": line, "per_year": amount})
    lasting = [source for source in plan.sources if source.until is None] or list(plan.sources)
    home = advice.dossier.company.country
    shares: dict[str, float] = {}
    for source in lasting:
        shares[source.country] = shares.get(source.country, 0.0) + source.share
    main = max(lasting, key=lambda source: source.share)
    if main.share > method()["one_source"]:
        yield Notice("one_source", {"maker": main.maker, "country": main.country, "share": main.share})
    for country, share in shares.items():
        if country != home and share > method()["one_source"] and country != main.country:
            yield Notice("one_country", {"country": country, "share": share})
    parts = [
        {"part": part.id, "origin": part.origin}
        for part in plan.bom
        if part.critical and part.origin is not None and part.origin != home
    ]
    if parts and any(source.maker == "own" for source in lasting):
        yield Notice("inputs", {"parts": parts})
    foreign = {_currency(source.unit_price.unit) for source in lasting if source.unit_price is not None}
    for currency in sorted(foreign - {"", "EUR"}):
        yield Notice("currency", {"currency": currency})


def _currency(unit: str | None) -> str:
    return (unit or "").partition("/")[0]


def next_steps(advice: Advice) -> list[Notice]:
    """What to do next: find out, ask for quotes, fill in what is not known, say what weighs."""
    steps = []
    for item in find_out_first(advice):
        steps.append(Notice("find_out", {"input": item["input"], "name": item["name"]}))
    for plan in _unquoted(advice):
        steps.append(Notice("ask_quote", {"plan": plan}))
    for lack in advice.comparison.open_questions:
        if lack.gain < method()["near"] / 2 and not _wanted(advice, lack.criterion):
            continue
        code = "answer_scan" if lack.criterion == "feasibility" else "tell_measure"
        params = {"criterion": lack.criterion, "plans": list(lack.plans)}
        if not any(step.params.get("criterion") == lack.criterion for step in steps):
            steps.append(Notice(code, params))
    if advice.preferences.weights.role != "own":
        steps.append(Notice("say_weights", {"role": advice.preferences.weights.role}))
    if advice.which == "own":
        steps.append(Notice("look_further", {}))
    return steps


def _wanted(advice: Advice, criterion: str) -> bool:
    """Whether too little is known and this criterion is a part of that."""
    missing = advice.comparison.coverage < method()["coverage"]
    return missing and bool(criteria()[criterion].room) and advice.comparison.weights[criterion] > 0


def _unquoted(advice: Advice) -> list[str]:
    """Plans that matter of which a supplier's price is an estimate of ours."""
    matter = [advice.leading] + ([advice.runner_up] if advice.runner_up is not None else [])
    found = []
    for name in matter:
        sources = advice.plan(name).sources
        if any(s.maker == "supplier" and s.unit_price is None and s.until is None for s in sources):
            found.append(name)
    return found


def missing(advice: Advice) -> Mapping[str, list[str]]:
    """Criteria that a room measures and of which something is not known or a mere claim, with the plans."""
    found: dict[str, list[str]] = {}
    for name, criterion in criteria().items():
        if not criterion.room or not advice.comparison.weights[name]:
            continue
        for plan in (advice.comparison.best[group] for group in advice.comparison.families):
            row = advice.table.row(plan, name)
            if not row.known or row.evidence < method()["evidence"]:
                found.setdefault(name, []).append(plan)
    return found
