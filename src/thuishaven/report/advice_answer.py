"""The answer of an advice in sentences: what to do, how sure, when it turns, and who weighs differently."""

from __future__ import annotations

from collections.abc import Callable

from thuishaven.locale import (
    N_,
    _,
    between,
    decimals_for,
    listing,
    money,
    number,
    out_of_ten,
    parted,
    percent,
    price,
)
from thuishaven.report.advice_terms import (
    Params,
    criteria_names,
    criterion_name,
    plan_name,
    role_name,
    rounded,
)
from thuishaven.report.answer import first_at_home
from thuishaven.report.subject import Subject
from thuishaven.report.telling import break_even, capital

#: What the page advises, by kind of plan.
HEADLINES = {
    "today": N_("Stay as you are."),
    "stay": N_("Stay as you are."),
    "improve_abroad": N_("Stay with today's maker, and improve what you have there."),
    "bigger_stock": N_("Stay with today's maker, and keep a bigger stock."),
    "contract": N_("Stay with today's maker, on a long contract."),
    "other_material": N_("Replace the material first."),
    "circular_input": N_("Go over to recycled material."),
    "redesign": N_("Redesign the product first."),
    "second_source": N_("Add a second source."),
    "local_for_local": N_("Make it where it is sold."),
    "nearshore": N_("Have it made in a country nearby."),
    "friendshore": N_("Have it made in a like-minded country."),
    "supplier_abroad": N_("Have it made by a supplier in another country."),
    "own_abroad": N_("Make it in a plant of your own in another country."),
    "supplier_home": N_("Have it made at home, by a supplier."),
    "own_home": N_("Make it at home, in a plant of your own."),
    "optimise_home": N_("Make it at home, in an automated plant of your own."),
    "staged_move": N_("Move it in stages."),
    "pair": N_("Take two measures together."),
}
METHODS = {
    "additive": N_("adding up (additive)"),
    "promethee": N_("comparing pair by pair (PROMETHEE)"),
    "electre": N_("leaving out what is beaten (ELECTRE)"),
    "vikor": N_("looking for the compromise (VIKOR)"),
}


# ---- the answer


def _recommended(params: Params, about: Subject) -> str:
    if params["family"] in HEADLINES:
        return _(HEADLINES[params["family"]])
    return _("Choose {plan}.", plan=plan_name(params["plan"], about))


def _how_sure(params: Params, about: Subject) -> str:
    return _(
        "{plan} comes first in {often} calculated worlds; prices, volumes and weights differ from world to"
        " world.",
        plan=plan_name(params["plan"], about),
        often=out_of_ten(params["share"]),
    )


def _variants(params: Params, about: Subject) -> str:
    told = [
        _("{plan} in {often}", plan=plan_name(row["plan"], about), often=out_of_ten(row["share"]))
        for row in params["shares"]
    ]
    return _("That counts its variants together: {variants}.", variants=listing(told))


def _no_clear_winner(params: Params, about: Subject) -> str:
    plans = [plan_name(row["plan"], about) for row in params["plans"]]
    if len(plans) == 2:
        return _(
            "There is no clear winner: it is between {first} and {second}.", first=plans[0], second=plans[1]
        )
    if len(plans) < 2:
        return _("There is no clear winner.")
    return _("There is no clear winner: it is open between {plans}.", plans=listing(plans))


def _because_share(params: Params, about: Subject) -> str:
    return _(
        "{plan} comes first most often, but in fewer than half of the calculated worlds.",
        plan=plan_name(params["plan"], about),
    )


def _because_methods(params: Params, about: Subject) -> str:
    by_tops: dict[tuple[str, ...], list[str]] = {}
    for method in METHODS:
        if method in params["tops"]:
            by_tops.setdefault(tuple(params["tops"][method]), []).append(_(METHODS[method]))
    tops = [
        _(
            "{plans} by {method}",
            plans=listing([plan_name(plan, about) for plan in plans]),
            method=listing(methods),
        )
        for plans, methods in by_tops.items()
    ]
    said = _("The methods disagree: {tops}.", tops=parted(tops))
    behind = [
        _("{plan} is stronger on {criterion}", plan=plan_name(plan, about), criterion=criterion_name(name))
        for plan, name in params["behind"].items()
    ]
    return f"{said} {capital(listing(behind))}." if behind else said


def _too_little_known(params: Params, about: Subject) -> str:
    return _("Too little is known for an advice.")


def _lacking(params: Params, about: Subject) -> str:
    names = [row["criterion"] for row in params["missing"]]
    return _(
        "Only {share} of the weight rests on evidence, and {needed} is needed. Least is known of {criteria}.",
        share=percent(rounded(params["coverage"])),
        needed=percent(params["needed"]),
        criteria=criteria_names(names),
    )


def _all_equal(params: Params, about: Subject) -> str:
    return _("There is no clear winner: the plans do not differ on anything that was measured.")


def _only_today(params: Params, about: Subject) -> str:
    return _("There is nothing to compare yet: the dossier holds only today.")


def _gap(params: Params, about: Subject) -> str:
    low, high, mean = params["p5"], params["p95"], params["mean"]
    keep = min(max(decimals_for(low, high), 0), 2)
    if low >= 0 or high <= 0:
        near, far = sorted((abs(low), abs(high)))
        span = between(number(near, keep), number(far, keep))
    else:
        span = _("between {low} less and {high} more", low=number(-low, keep), high=number(high, keep))
    told = {
        "plan": plan_name(params["plan"], about),
        "gap": price(abs(mean), decimals=keep),
        "range": span,
        "amount": money(abs(params["per_year"])),
        "chance": out_of_ten(params["chance"]),
    }
    if mean > 0:
        said = _(
            "{plan} costs on average {gap} per unit more than today ({range}), about {amount} a year; it is "
            "the cheaper one in {chance} worlds.",
            **told,
        )
    else:
        said = _(
            "{plan} costs on average {gap} per unit less than today ({range}), about {amount} a year; it is "
            "the cheaper one in {chance} worlds.",
            **told,
        )
    if params["once"] > 0:
        said = f"{said} {_('It takes about {amount} at once.', amount=money(params['once']))}"
    return said


def _at_home(params: Params, about: Subject) -> str:
    keep = min(max(decimals_for(params["p5"], params["p95"]), 0), 2)
    name = about.plans.get(params["plan"], params["plan"])
    return first_at_home(name, params["mean"], keep, params["chance"])


# ---- when it turns


def _best_for(params: Params, about: Subject) -> str:
    return _(
        "{plan} suits whoever lets {criteria} weigh more than is usual.",
        plan=plan_name(params["plan"], about),
        criteria=criteria_names(params["criteria"]),
    )


def _runner_up(params: Params, about: Subject) -> str:
    told = {"plan": plan_name(params["plan"], about), "often": out_of_ten(params["share"])}
    if not params["criteria"]:
        return _("{plan} comes second: first in {often} worlds.", **told)
    return _(
        "{plan} comes second: first in {often} worlds. It is stronger on {criteria}.",
        criteria=criteria_names(params["criteria"]),
        **told,
    )


def _weight_turn(params: Params, about: Subject) -> str:
    told = {
        "criterion": criterion_name(params["criterion"]),
        "value": percent(params["value"]),
        "now": percent(params["now"]),
        "plan": plan_name(params["to"], about),
    }
    if told["value"] == told["now"]:
        return _(
            "A little more or less weight for {criterion} (now {now}) already puts {plan} first.", **told
        )
    if params["value"] > params["now"]:
        return _("When {criterion} weighs more than {value} (now {now}), {plan} comes first.", **told)
    return _("When {criterion} weighs less than {value} (now {now}), {plan} comes first.", **told)


def _no_weight_turn(params: Params, about: Subject) -> str:
    return _("No other weight of a single criterion puts another plan first on average.")


def _price_turn(params: Params, about: Subject) -> str:
    return _(
        "{plan} costs as much as today {turn}.",
        plan=plan_name(params["plan"], about),
        turn=break_even(params),
    )


def _order_turns(params: Params, about: Subject) -> str:
    return _(
        "Careful: the order of your weights alone puts {plan} first; your numbers make it {other}.",
        plan=plan_name(params["plan"], about),
        other=plan_name(params["stated"], about),
    )


# ---- methods, roles


def _methods_agree(params: Params, about: Subject) -> str:
    return _(
        "Other ways of comparing (PROMETHEE, ELECTRE, VIKOR) do not contradict {plan}.",
        plan=plan_name(params["plan"], about),
    )


def _regret(params: Params, about: Subject) -> str:
    plan, least = plan_name(params["plan"], about), plan_name(params["least_plan"], about)
    if params["most"] <= 0:
        return _("In every scenario that was calculated, {plan} is the cheapest.", plan=plan)
    if params["plan"] == params["least_plan"]:
        return _(
            "In the scenario that suits it least, {plan} costs {amount} more than the cheapest plan, over"
            " all years; no plan has less to regret.",
            plan=plan,
            amount=money(params["most"]),
        )
    return _(
        "In the scenario that suits it least, {plan} costs {amount} more than the cheapest plan, over all"
        " years. {other} has the least to regret: {less}.",
        plan=plan,
        amount=money(params["most"]),
        other=least,
        less=money(params["least"]),
    )


def _roles(params: Params, about: Subject) -> str:
    rows = params["roles"]
    told = []
    for row in rows:
        who = capital(role_name(row["role"]))
        if row["plan"] is None:
            told.append(_("{who}: too little is known.", who=who))
        elif row["clear"]:
            text = _("{who}: {plan}, first in {often} worlds.", **_weighed(row, who, about))
            told.append(text)
        else:
            text = _(
                "{who}: no clear winner; {plan} is first most often, in {often} worlds.",
                **_weighed(row, who, about),
            )
            told.append(text)
    return " ".join(told)


def _weighed(row: Params, who: str, about: Subject) -> dict[str, str]:
    return {"who": who, "plan": plan_name(row["plan"], about), "often": out_of_ten(row["share"])}


def _roles_differ(params: Params, about: Subject) -> str:
    return f"{_('It depends on who weighs.')} {_roles(params, about)}"


def _roles_agree(params: Params, about: Subject) -> str:
    return f"{_('Whoever weighs, the same plan comes first.')} {_roles(params, about)}"


def _roles_open(params: Params, about: Subject) -> str:
    return _("Too little is known for any of the roles.")


#: What says each sentence.
TOLD: dict[str, Callable[[Params, Subject], str]] = {
    "recommended": _recommended,
    "how_sure": _how_sure,
    "variants": _variants,
    "no_clear_winner": _no_clear_winner,
    "because_share": _because_share,
    "because_methods": _because_methods,
    "too_little_known": _too_little_known,
    "lacking": _lacking,
    "all_equal": _all_equal,
    "only_today": _only_today,
    "gap": _gap,
    "cost_alone": _gap,
    "at_home": _at_home,
    "best_for": _best_for,
    "runner_up": _runner_up,
    "weight_turn": _weight_turn,
    "no_weight_turn": _no_weight_turn,
    "price_turn": _price_turn,
    "order_turns": _order_turns,
    "methods_agree": _methods_agree,
    "regret": _regret,
    "roles_differ": _roles_differ,
    "roles_agree": _roles_agree,
    "roles_open": _roles_open,
}
