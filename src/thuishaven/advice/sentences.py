"""The page: what a director should read, as codes with parameters, each backed by figures to follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from thuishaven.advice import finding
from thuishaven.advice.tables import criteria, method
from thuishaven.advice.weighing import DISAGREE, EQUAL, ONLY_TODAY, SHARE, TOO_LITTLE, Comparison

if TYPE_CHECKING:
    from thuishaven.advice.result import Advice

#: How many weights and prices at which it turns are told.
_FEW = 2
#: How many things that are not known are told.
_SOME = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that the page says.

    Parameters
    ----------
    section
        The part of the page it belongs to.
    code
        What is said; the words stand at the doors.
    params
        Plans, criteria and numbers that vary, as plain values.
    figures
        Ids of the figures that back it, for :meth:`Advice.explain`.
    """

    section: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    figures: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "section": self.section,
            "code": self.code,
            "params": self.params,
            "figures": list(self.figures),
        }


def sentences(advice: Advice) -> Iterator[Sentence]:
    """Everything the page says, from the answer to the next steps."""
    if advice.comparison.because == (ONLY_TODAY,):
        yield Sentence("answer", "only_today")
        return
    yield from _answer(advice)
    if EQUAL in advice.comparison.because:
        return
    yield from _turns(advice)
    yield from _methods(advice)
    yield from _roles(advice)
    yield from _find_out(advice)
    yield from _nothing(advice)
    yield from _remains(advice)
    yield from _support(advice)
    yield from _known(advice)
    yield from _next(advice)


# ---- the answer


def _answer(advice: Advice) -> Iterator[Sentence]:
    found = advice.comparison
    plan, share = advice.leading, found.first[1]
    figure = f"share.{found.first[0]}"
    if EQUAL in found.because:
        yield Sentence("answer", "all_equal", {}, ("coverage",))
        return
    if advice.recommended is not None:
        clear = share >= method()["clear_share"]
        params = {"family": advice.recommended, "plan": plan, "clear": clear}
        yield Sentence("answer", "recommended", params, (figure,))
        yield Sentence("answer", "how_sure", {"plan": plan, "share": share}, (figure,))
        variants = _variants(advice, plan)
        if variants:
            yield Sentence("answer", "variants", {"plan": plan, "shares": variants}, (figure,))
    else:
        yield from _no_winner(advice)
    yield from _gap(advice)


def _variants(advice: Advice, plan: str) -> list[dict[str, Any]]:
    """The variants that share the first places of a kind, where there is more than one."""
    group = advice.groups[plan]
    mine = [name for name in advice.groups if advice.groups[name] == group]
    first = advice.comparison.ranks.first
    places = [item.id for item in advice.plans]
    shares = {name: float(first[places.index(name)]) for name in mine}
    told = sorted((-share, name) for name, share in shares.items() if share >= method()["near"])
    return [{"plan": name, "share": -share} for share, name in told] if len(told) > 1 else []


def _no_winner(advice: Advice) -> Iterator[Sentence]:
    found = advice.comparison
    plans = _contenders(advice)
    if TOO_LITTLE in found.because:
        lacks = [{"criterion": name, "plans": names} for name, names in finding.missing(advice).items()]
        params = {"coverage": found.coverage, "needed": method()["coverage"], "missing": lacks}
        yield Sentence("answer", "too_little_known", {}, ("coverage",))
        yield Sentence("answer", "lacking", params, ("coverage",))
        return
    shares = tuple(f"share.{advice.groups[row['plan']]}" for row in plans)
    yield Sentence("answer", "no_clear_winner", {"plans": plans}, shares)
    if SHARE in found.because:
        params = {"plan": advice.leading, "share": found.first[1], "needed": method()["first_share"]}
        yield Sentence("answer", "because_share", params, shares[:1])
    if DISAGREE in found.because:
        yield Sentence("answer", "because_methods", _tops(advice), ("methods",))


def _contenders(advice: Advice) -> list[dict[str, Any]]:
    """The plans between which the choice lies: the best of the kinds with the most first places."""
    found = advice.comparison
    rows = [
        {"plan": found.best[group], "share": share}
        for group, share in found.families.items()
        if share >= method()["contender"]
    ]
    if found.disagree:
        tops = [*found.opinions["additive"], *found.opinions["promethee"]]
        told = [row["plan"] for row in rows]
        rows += [{"plan": p, "share": advice.share(p)} for p in dict.fromkeys(tops) if p not in told]
    return rows[:_SOME] if len(rows) > 1 else rows


def _gap(advice: Advice) -> Iterator[Sentence]:
    """What the leading plan costs against today; where that is today, what the best other one does."""
    rows = {row["id"]: row for row in advice.cost.to_dict()["plans"]}
    quiet = TOO_LITTLE in advice.comparison.because
    if rows[advice.baseline]["unit_tco"]["mean"] is None:
        # No units are asked for, so there is no cost per unit.
        return
    others = [row for name, row in rows.items() if name != advice.baseline]
    cheapest = min(others, key=lambda row: (row["unit_tco"]["mean"], row["id"]))
    plan = advice.leading if advice.leading != advice.baseline and not quiet else cheapest["id"]
    row = rows[plan]
    gap = row["delta_unit_tco"]
    years = _volume_per_year(advice)
    params = {
        "plan": plan,
        **{end: gap[end] for end in ("mean", "p5", "p95")},
        "chance": row["p_cheaper"]["value"],
        "per_year": gap["mean"] * years,
        "once": row["one_off"]["mean"],
    }
    yield Sentence("answer", "cost_alone" if quiet else "gap", params, (f"gap.{plan}",))
    home = finding.best_at_home(advice)
    if home is not None and plan not in finding.homes(advice):
        gap = rows[home]["delta_unit_tco"]
        params = {"plan": home, **{end: gap[end] for end in ("mean", "p5", "p95")}}
        params["chance"] = rows[home]["p_cheaper"]["value"]
        yield Sentence("answer", "at_home", params, (f"gap.{home}",))


def _volume_per_year(advice: Advice) -> float:
    """Mean units a year over the years that count, weighed as the cost does."""
    case = advice.cost.case
    return float(case.pv_volume.mean() / case.frame.discount[1:].sum())


# ---- who it is for, and where it turns


def _turns(advice: Advice) -> Iterator[Sentence]:
    if TOO_LITTLE in advice.comparison.because:
        return
    leading, second = advice.leading, advice.runner_up
    yield from _best_for(advice, leading)
    if second is not None and advice.share(second) > 0:
        figure = f"share.{advice.groups[second]}"
        params = {
            "plan": second,
            "share": advice.share(second),
            "criteria": _stronger(advice, second, leading),
        }
        yield Sentence("turns", "runner_up", params, (figure, f"worth.{second}"))
    turns = [turn for turn in advice.comparison.turns if advice.comparison.weights[turn.criterion] > 0]
    for turn in _told_once(turns)[:_FEW]:
        params = {"criterion": turn.criterion, "value": turn.value, "now": turn.now, "to": turn.to}
        yield Sentence("turns", "weight_turn", params, (f"weight.{turn.criterion}", f"worth.{turn.to}"))
    if not turns:
        yield Sentence("turns", "no_weight_turn", {"plan": _top(advice)}, (f"worth.{_top(advice)}",))
    for row in finding.price_turns(advice):
        keys = ("plan", "driver", "value", "now", "unit")
        figures = (f"break_even.{row['plan']}.{row['driver']}",)
        yield Sentence("turns", "price_turn", {key: row[key] for key in keys}, figures)
    if advice.by_order is not None:
        stated, order = advice.comparison, advice.by_order
        if order.first[0] != stated.first[0]:
            params = {"plan": order.best[order.first[0]], "share": order.first[1], "stated": advice.leading}
            yield Sentence("turns", "order_turns", params, (f"share.{stated.first[0]}",))


def _top(advice: Advice) -> str:
    """The plan that is worth most at the mean weights and values."""
    return advice.plans[int(advice.comparison.worth[:, 1].argmax())].id


def _told_once(turns: list[Any]) -> list[Any]:
    """The nearest turn of each criterion."""
    nearest: dict[str, Any] = {}
    for turn in turns:
        nearest.setdefault(turn.criterion, turn)
    return list(nearest.values())


def _best_for(advice: Advice, plan: str) -> Iterator[Sentence]:
    """The criteria that weigh more than usual in the draws in which a plan comes first."""
    place = [item.id for item in advice.plans].index(plan)
    central = advice.comparison.ranks.central_weights[place]
    if np.isnan(central).any():
        return
    mean = np.array(list(advice.comparison.weights.values()))
    more = central - mean
    names = [list(criteria())[j] for j in np.argsort(-more, kind="stable")[:_FEW] if more[j] > _NOTICEABLE]
    if names:
        yield Sentence(
            "turns", "best_for", {"plan": plan, "criteria": names}, (f"share.{advice.groups[plan]}",)
        )


#: A difference in weight that is worth telling.
_NOTICEABLE = 0.01


def _stronger(advice: Advice, plan: str, other: str) -> list[str]:
    """The criteria on which a plan is worth more than another, the largest contribution first."""
    ids = [item.id for item in advice.plans]
    means, weights = advice.table.mean, np.array(list(advice.comparison.weights.values()))
    lead = weights * (means[ids.index(plan)] - means[ids.index(other)])
    names = list(criteria())
    return [names[j] for j in np.argsort(-lead, kind="stable")[:_FEW] if lead[j] > _ROUNDING]


_ROUNDING = 1e-9


# ---- methods, regret, roles


def _methods(advice: Advice) -> Iterator[Sentence]:
    found = advice.comparison
    if TOO_LITTLE in found.because:
        return
    if found.opinions and DISAGREE not in found.because:
        yield Sentence("methods", "methods_agree", {"plan": found.opinions["additive"][0]}, ("methods",))
    loss = finding.regret(advice)
    rows = {row["plan"]: row for row in loss["plans"]}
    plan = advice.leading
    if rows[plan]["scenarios"] is not None:
        least = loss["minimax_plan"]
        params = {"plan": plan, "most": rows[plan]["scenarios"], "least_plan": least}
        params["least"] = rows[least]["scenarios"]
        yield Sentence("methods", "regret", params, (f"regret.{plan}", f"regret.{least}"))


def _tops(advice: Advice) -> dict[str, Any]:
    """What each method puts first, and the criterion behind each top that the additive model has not."""
    found = advice.comparison
    first = found.opinions["additive"][0]
    behind = {}
    for plan in dict.fromkeys(plan for tops in found.opinions.values() for plan in tops):
        if plan != first:
            stronger = _stronger(advice, plan, first)
            if stronger:
                behind[plan] = stronger[0]
    return {"tops": {name: list(tops) for name, tops in found.opinions.items()}, "behind": behind}


def _roles(advice: Advice) -> Iterator[Sentence]:
    rows = [{"role": role, **_role(found)} for role, found in advice.by_role.items()]
    plans = {row["plan"] for row in rows if row["plan"] is not None}
    code = "roles_differ" if len(plans) > 1 else "roles_agree"
    if all(row["plan"] is None for row in rows):
        code = "roles_open"
    yield Sentence("roles", code, {"roles": rows}, tuple(f"role.{row['role']}" for row in rows))


def _role(found: Comparison) -> dict[str, Any]:
    group, share = found.first
    known = TOO_LITTLE not in found.because
    return {"plan": found.best[group] if known else None, "share": share, "clear": not found.because}


# ---- what to find out, what happens, what remains


def _find_out(advice: Advice) -> Iterator[Sentence]:
    rows = finding.find_out_first(advice)
    for row in rows:
        params = {
            "input": row["input"],
            "name": row["name"],
            "unit": row["unit"],
            "worth": row["evppi"]["value"],
            "low": row["range"]["p5"],
            "high": row["range"]["p95"],
            "turning": row["turning"],
            "evidence": row["evidence"],
        }
        yield Sentence("find_out", "find_out", params, (f"evppi.{row['input']}",))
    if not rows:
        yield Sentence("find_out", "nothing_to_find_out", {}, ())
    elif len(rows) < method()["find_out"]:
        yield Sentence("find_out", "nothing_more_to_find_out", {"n": len(rows)}, ())
    worth = [item for item in advice.comparison.open_questions if item.gain >= method()["near"] / 2]
    for item in worth[:_SOME]:
        params = {"criterion": item.criterion, "plans": list(item.plans), "gain": item.gain}
        figures = tuple(f"measure.{plan}.{item.criterion}" for plan in item.plans)
        yield Sentence("find_out", "tell", params, figures)


def _nothing(advice: Advice) -> Iterator[Sentence]:
    found = finding.nothing_done(advice)
    figure = f"gap.{found['cheapest_plan']}"
    if found["years"] is not None:
        (first, last), (before, after) = found["years"], found["cost_per_unit"]
        params = {"first": first, "last": last, "before": before, "after": after}
        yield Sentence("nothing", "today_costs", params, (f"gap.{advice.baseline}",))
    if found["risk_per_year"] > 0:
        params = {"per_year": found["risk_per_year"]}
        yield Sentence("nothing", "today_risks", params, (f"measure.{advice.baseline}.risk",))
    if found["forgone_npv"] is not None:
        gap = found["forgone_npv"]
        params = {"plan": found["cheapest_plan"], "chance": found["p_cheaper"]}
        params |= {end: gap[end] for end in ("mean", "p5", "p95")}
        yield Sentence("nothing", "today_forgoes", params, (figure,))
    else:
        yield Sentence("nothing", "today_is_cheapest", {}, (f"gap.{advice.baseline}",))


def _remains(advice: Advice) -> Iterator[Sentence]:
    if TOO_LITTLE in advice.comparison.because:
        return
    plan = advice.leading
    for row in finding.remaining(advice):
        params = {"plan": plan, **row["params"]}
        figure = f"{plan}.{params['line']}" if row["code"] == "risk_line" else f"measure.{plan}.risk"
        yield Sentence("remains", f"remains_{row['code']}", params, (figure,))


def _support(advice: Advice) -> Iterator[Sentence]:
    found = advice.supported
    if found is None:
        yield Sentence("support", "support_none", {}, ())
        return
    plan = found.best[found.first[0]]
    params = {"with": plan, "without": advice.leading, "share": found.first[1]}
    code = "support_same" if plan == advice.leading else "support_turns"
    if TOO_LITTLE not in advice.comparison.because:
        yield Sentence("support", code, params, (f"support.{plan}",))


def _known(advice: Advice) -> Iterator[Sentence]:
    found, cost = advice.comparison, advice.cost.to_dict()
    lacks = [{"criterion": name, "plans": names} for name, names in finding.missing(advice).items()]
    if TOO_LITTLE not in found.because:
        yield Sentence("known", "coverage", {"coverage": found.coverage, "missing": lacks}, ("coverage",))
    sourced = cost["sourced"]
    params = {"figures": sourced["figures"], "sourced": sourced["with_source"]}
    yield Sentence("known", "sourced", params, ())
    for plan, by in found.dominated.items():
        yield Sentence("known", "dominated", {"plan": plan, "by": by}, (f"worth.{plan}", f"worth.{by}"))
    for (plan, name), share in advice.table.clipped.items():
        params = {"plan": plan, "criterion": name, "share": share}
        yield Sentence("known", "clipped", params, (f"measure.{plan}.{name}",))
    unhoused = [name for name, c in criteria().items() if not c.room and found.weights[name] > 0]
    lost = [n for n in unhoused if not any(advice.table.row(p.id, n).known for p in advice.plans)]
    if lost:
        yield Sentence("known", "not_measured", {"criteria": lost}, ())
    if cost["not_counted"]:
        yield Sentence("known", "not_counted", {"n": len(cost["not_counted"])}, ())
    weights = advice.preferences.weights
    params = {"role": weights.role, "date": weights.date, "author": weights.author}
    params["order"] = sorted(criteria(), key=lambda name: -found.weights[name])
    figures = tuple(f"weight.{name}" for name in criteria())
    yield Sentence("known", "weights", params, figures)


def _next(advice: Advice) -> Iterator[Sentence]:
    for step in finding.next_steps(advice):
        yield Sentence("next", f"step_{step.code}", dict(step.params), ())
