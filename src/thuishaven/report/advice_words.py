"""What an advice says, in sentences: for the terminal, the report and the pages alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from thuishaven.locale import (
    N_,
    _,
    between,
    decimals_for,
    listing,
    money,
    ngettext,
    number,
    out_of_ten,
    percent,
    price,
    term,
)
from thuishaven.report import words
from thuishaven.report.answer import first_at_home
from thuishaven.report.subject import Subject, maker_in, quoted
from thuishaven.report.telling import break_even, capital

Params = Mapping[str, Any]

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
ROLES = {"firm": N_("the firm"), "adviser": N_("an adviser"), "region": N_("the region")}
METHODS = {
    "additive": N_("adding up (additive)"),
    "promethee": N_("comparing pair by pair (PROMETHEE)"),
    "electre": N_("leaving out what is beaten (ELECTRE)"),
    "vikor": N_("looking for the compromise (VIKOR)"),
}
EVIDENCE = (
    N_("it rests on a claim"),
    N_("it rests on your own figures or a reasoned assumption"),
    N_("it rests on a published source"),
    N_("it rests on a register"),
)
TITLES = {
    "turns": N_("When it turns"),
    "methods": N_("Do the methods agree, and what if it goes wrong?"),
    "roles": N_("Who weighs it"),
    "nothing": N_("If nothing is done"),
    "remains": N_("What remains"),
    "support": N_("With and without support"),
    "known": N_("How much of this is known"),
    "next": N_("What to do next"),
}


def pages(advice: Params, about: Subject) -> list[tuple[str, list[str]]]:
    """The page: per part its title and its sentences; the first part is the answer, its title the headline.

    Parameters
    ----------
    advice
        As ``Advice.to_dict()`` gives it.
    about
        What the plans are called.
    """
    found: dict[str, list[str]] = {}
    for row in advice["sentences"]:
        text = sentence(row, about)
        if text:
            found.setdefault(row["section"], []).append(text)
    first, *rest = found.pop("answer")
    return [(first, rest), *((title(section), texts) for section, texts in found.items())]


def title(section: str) -> str:
    """The heading of a part of the page."""
    return capital(term("find_out_first")) if section == "find_out" else _(TITLES[section])


def sentence(row: Params, about: Subject) -> str:
    """One sentence of the page in the language in use."""
    return capital(_TOLD[row["code"]](row["params"], about))


def criterion_name(identity: str) -> str:
    """What a criterion is called."""
    from thuishaven.advice import criteria

    return _(criteria()[identity].name_en)


def role_name(identity: str) -> str:
    """What a role is called in a sentence."""
    return _(ROLES[identity]) if identity in ROLES else identity


def _plan(identity: str, about: Subject) -> str:
    return quoted(about.plans.get(identity, identity))


def _names(identities: Sequence[str]) -> str:
    return listing([criterion_name(name) for name in identities])


# ---- the answer


def _recommended(params: Params, about: Subject) -> str:
    if params["family"] in HEADLINES:
        return _(HEADLINES[params["family"]])
    return _("Choose {plan}.", plan=_plan(params["plan"], about))


def _how_sure(params: Params, about: Subject) -> str:
    return _(
        "{plan} comes first in {often} worlds drawn; prices, volumes and weights differ from world to world.",
        plan=_plan(params["plan"], about),
        often=out_of_ten(params["share"]),
    )


def _variants(params: Params, about: Subject) -> str:
    told = [
        _("{plan} in {often}", plan=_plan(row["plan"], about), often=out_of_ten(row["share"]))
        for row in params["shares"]
    ]
    return _("That counts its variants together: {variants}.", variants=listing(told))


def _no_clear_winner(params: Params, about: Subject) -> str:
    plans = [_plan(row["plan"], about) for row in params["plans"]]
    if len(plans) == 2:
        return _(
            "There is no clear winner: it is between {first} and {second}.", first=plans[0], second=plans[1]
        )
    if len(plans) < 2:
        return _("There is no clear winner.")
    return _("There is no clear winner: it is open between {plans}.", plans=listing(plans))


def _because_share(params: Params, about: Subject) -> str:
    return _(
        "{plan} comes first most often, but in fewer than half of the worlds drawn.",
        plan=_plan(params["plan"], about),
    )


def _because_methods(params: Params, about: Subject) -> str:
    by_tops: dict[tuple[str, ...], list[str]] = {}
    for method in METHODS:
        if method in params["tops"]:
            by_tops.setdefault(tuple(params["tops"][method]), []).append(_(METHODS[method]))
    tops = [
        _(
            "{plans} by {method}",
            plans=listing([_plan(plan, about) for plan in plans]),
            method=listing(methods),
        )
        for plans, methods in by_tops.items()
    ]
    said = _("The methods disagree: {tops}.", tops="; ".join(tops))
    behind = [
        _("{plan} is stronger on {criterion}", plan=_plan(plan, about), criterion=criterion_name(name))
        for plan, name in params["behind"].items()
    ]
    return f"{said} {capital(listing(behind))}." if behind else said


def _too_little_known(params: Params, about: Subject) -> str:
    return _("Too little is known for an advice.")


def _lacking(params: Params, about: Subject) -> str:
    names = [row["criterion"] for row in params["missing"]]
    return _(
        "Only {share} of the weight rests on evidence, and {needed} is needed. Least is known of {criteria}.",
        share=percent(_rounded(params["coverage"])),
        needed=percent(params["needed"]),
        criteria=_names(names),
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
        "plan": _plan(params["plan"], about),
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
        plan=_plan(params["plan"], about),
        criteria=_names(params["criteria"]),
    )


def _runner_up(params: Params, about: Subject) -> str:
    told = {"plan": _plan(params["plan"], about), "often": out_of_ten(params["share"])}
    if not params["criteria"]:
        return _("{plan} comes second: first in {often} worlds.", **told)
    return _(
        "{plan} comes second: first in {often} worlds. It is stronger on {criteria}.",
        criteria=_names(params["criteria"]),
        **told,
    )


def _weight_turn(params: Params, about: Subject) -> str:
    told = {
        "criterion": criterion_name(params["criterion"]),
        "value": percent(params["value"]),
        "now": percent(params["now"]),
        "plan": _plan(params["to"], about),
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
        "{plan} costs as much as today {turn}.", plan=_plan(params["plan"], about), turn=break_even(params)
    )


def _order_turns(params: Params, about: Subject) -> str:
    return _(
        "Careful: the order of your weights alone puts {plan} first; your numbers make it {other}.",
        plan=_plan(params["plan"], about),
        other=_plan(params["stated"], about),
    )


# ---- methods, roles


def _methods_agree(params: Params, about: Subject) -> str:
    return _(
        "Other ways of comparing (PROMETHEE, ELECTRE, VIKOR) do not contradict {plan}.",
        plan=_plan(params["plan"], about),
    )


def _regret(params: Params, about: Subject) -> str:
    plan, least = _plan(params["plan"], about), _plan(params["least_plan"], about)
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
    return {"who": who, "plan": _plan(row["plan"], about), "often": out_of_ten(row["share"])}


def _roles_differ(params: Params, about: Subject) -> str:
    return f"{_('It depends on who weighs.')} {_roles(params, about)}"


def _roles_agree(params: Params, about: Subject) -> str:
    return f"{_('Whoever weighs, the same plan comes first.')} {_roles(params, about)}"


def _roles_open(params: Params, about: Subject) -> str:
    return _("Too little is known for any of the roles.")


# ---- what to find out


def _find_out(params: Params, about: Subject) -> str:
    name = words.named(params["name"], params["input"], about.plans)
    said = [
        _(
            "{input}: knowing it is worth up to {amount}. Now thought to be {range}.",
            input=name,
            amount=money(params["worth"]),
            range=words.spread(params["low"], params["high"], params["unit"]),
        )
    ]
    turn = params["turning"]
    if turn:
        value = words.amount(turn["value"], turn["unit"], words.significant(turn["value"], digits=2))
        said.append(_("At {value} {plan} becomes the cheapest.", value=value, plan=_plan(turn["to"], about)))
    if params["evidence"] is not None:
        said.append(capital(_(EVIDENCE[params["evidence"]])) + ".")
    return " ".join(said)


def _nothing_to_find_out(params: Params, about: Subject) -> str:
    return _("Finding out any one number more exactly would not change which plan is the cheapest.")


def _nothing_more(params: Params, about: Subject) -> str:
    return _("Other numbers are uncertain too, but no value of them changes which plan is the cheapest.")


def _tell(params: Params, about: Subject) -> str:
    return _(
        "{criterion} of {plans}: not known well enough; knowing it would make the choice surer.",
        criterion=criterion_name(params["criterion"]),
        plans=listing([_plan(plan, about) for plan in params["plans"]]),
    )


# ---- if nothing is done, what remains, support


def _today_costs(params: Params, about: Subject) -> str:
    keep = 2 if max(params["before"], params["after"]) < 100 else 0
    return _(
        "A unit then costs about {before} in {first} and {after} in {last}.",
        before=price(params["before"], decimals=keep),
        after=price(params["after"], decimals=keep),
        first=str(params["first"]),
        last=str(params["last"]),
    )


def _today_risks(params: Params, about: Subject) -> str:
    return _(
        "Disruptions and other risks then cost about {amount} a year on average.",
        amount=money(params["per_year"]),
    )


def _today_forgoes(params: Params, about: Subject) -> str:
    return _(
        "What {plan} would save is forgone: on average {amount} over all years, in money of today; in"
        " {chance} worlds there is something to save.",
        plan=_plan(params["plan"], about),
        amount=money(params["mean"]),
        chance=out_of_ten(params["chance"]),
    )


def _today_is_cheapest(params: Params, about: Subject) -> str:
    return _("No other plan is cheaper on average, so nothing is lost.")


def _remains_risk_line(params: Params, about: Subject) -> str:
    return _(
        "{line}: about {amount} a year is to be expected with {plan}.",
        line=words.line_name(params["line"]),
        amount=money(params["per_year"]),
        plan=_plan(params["plan"], about),
    )


def _remains_one_source(params: Params, about: Subject) -> str:
    maker = maker_in(params["maker"], params["country"])
    if params["share"] < 1:
        return _("{share} hangs on one maker: {maker}.", share=percent(params["share"]), maker=maker)
    return _("Everything hangs on one maker: {maker}.", maker=maker)


def _remains_one_country(params: Params, about: Subject) -> str:
    return _(
        "{share} comes from one country: {country}.",
        share=percent(params["share"]),
        country=words.country_name(params["country"]),
    )


def _remains_inputs(params: Params, about: Subject) -> str:
    parts = [f"{row['part']} ({words.country_name(row['origin'])})" for row in params["parts"]]
    return _("Parts without which the plant stops still come from abroad: {parts}.", parts=listing(parts))


def _remains_currency(params: Params, about: Subject) -> str:
    return _("The price stays in {currency}, so the exchange rate still counts.", currency=params["currency"])


def _support_none(params: Params, about: Subject) -> str:
    return _("No support is counted here.")


def _support_same(params: Params, about: Subject) -> str:
    return _("With support counted, {plan} comes first too.", plan=_plan(params["with"], about))


def _support_turns(params: Params, about: Subject) -> str:
    return _(
        "With support counted, {plan} comes first; without it, {other}. Support is never certain until it is "
        "granted.",
        plan=_plan(params["with"], about),
        other=_plan(params["without"], about),
    )


# ---- how much is known


def _coverage(params: Params, about: Subject) -> str:
    share = percent(_rounded(params["coverage"]))
    names = [row["criterion"] for row in params["missing"]]
    if not names:
        return _("{share} of the weight rests on evidence.", share=share)
    return _(
        "{share} of the weight rests on evidence. Least is known of {criteria}.",
        share=share,
        criteria=_names(names),
    )


def _rounded(share: float) -> float:
    """A share to five per cent."""
    return round(share * 20) / 20


def _sourced(params: Params, about: Subject) -> str:
    return ngettext(
        "{sourced} of {n} figure has a source; the others are assumptions, to replace by what you know.",
        "{sourced} of {n} figures have a source; the others are assumptions, to replace by what you know.",
        params["figures"],
        sourced=params["sourced"],
    )


def _dominated(params: Params, about: Subject) -> str:
    return _(
        "{plan} is never better than {other} on anything, in any world: it need not be looked at.",
        plan=_plan(params["plan"], about),
        other=_plan(params["by"], about),
    )


def _clipped(params: Params, about: Subject) -> str:
    return _(
        "In {often} worlds the {criterion} of {plan} lies beyond its scale and counts as the end of it.",
        often=out_of_ten(params["share"]),
        criterion=criterion_name(params["criterion"]),
        plan=_plan(params["plan"], about),
    )


def _not_measured(params: Params, about: Subject) -> str:
    return _(
        "Not measured yet, unless you tell it: {criteria}. It may be anything, and counts so.",
        criteria=_names(params["criteria"]),
    )


def _not_counted(params: Params, about: Subject) -> str:
    return ngettext(
        "{n} cost line has no data and is not counted; it is never taken as zero.",
        "{n} cost lines have no data and are not counted; they are never taken as zero.",
        params["n"],
    )


def _weights(params: Params, about: Subject) -> str:
    told = {"criteria": _names(params["order"])}
    if params["role"] in ROLES:
        return _(
            "Weighed in the order of {role}, the most important first: {criteria}. That order is an"
            " assumption of {author}, {date}.",
            role=role_name(params["role"]),
            author=params["author"],
            date=_day(params["date"]),
            **told,
        )
    return _("Weighed by your own weights, the most important first: {criteria}.", **told)


def _day(text: str) -> str:
    import datetime

    from thuishaven.locale import date

    return date(datetime.date.fromisoformat(text))


# ---- next steps


def _step_find_out(params: Params, about: Subject) -> str:
    return _("Find out: {input}.", input=words.named(params["name"], params["input"], about.plans))


def _step_ask_quote(params: Params, about: Subject) -> str:
    return _("Ask for a quote for {plan}: its price is an estimate.", plan=_plan(params["plan"], about))


def _step_answer_scan(params: Params, about: Subject) -> str:
    return _(
        "Answer the questions of the scan: they say how ready {plans} is.",
        plans=listing([_plan(plan, about) for plan in params["plans"]]),
    )


def _step_tell_measure(params: Params, about: Subject) -> str:
    return _(
        "Fill in what you know about {criterion} (preferences.measures in the dossier).",
        criterion=criterion_name(params["criterion"]),
    )


def _step_say_weights(params: Params, about: Subject) -> str:
    return _(
        "Say what weighs for you (preferences in the dossier): these are the weights of {role}.",
        role=role_name(params["role"]),
    )


def _step_look_further(params: Params, about: Subject) -> str:
    return _("Look further: compare with the plans that nobody typed in.")


_TOLD: dict[str, Callable[[Params, Subject], str]] = {
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
    "find_out": _find_out,
    "nothing_to_find_out": _nothing_to_find_out,
    "nothing_more_to_find_out": _nothing_more,
    "tell": _tell,
    "today_costs": _today_costs,
    "today_risks": _today_risks,
    "today_forgoes": _today_forgoes,
    "today_is_cheapest": _today_is_cheapest,
    "remains_risk_line": _remains_risk_line,
    "remains_one_source": _remains_one_source,
    "remains_one_country": _remains_one_country,
    "remains_inputs": _remains_inputs,
    "remains_currency": _remains_currency,
    "support_none": _support_none,
    "support_same": _support_same,
    "support_turns": _support_turns,
    "coverage": _coverage,
    "sourced": _sourced,
    "dominated": _dominated,
    "clipped": _clipped,
    "not_measured": _not_measured,
    "not_counted": _not_counted,
    "weights": _weights,
    "step_find_out": _step_find_out,
    "step_ask_quote": _step_ask_quote,
    "step_answer_scan": _step_answer_scan,
    "step_tell_measure": _step_tell_measure,
    "step_say_weights": _step_say_weights,
    "step_look_further": _step_look_further,
}


# ---- what changed


def change(found: Params, about: Subject) -> list[str]:
    """What another weight, price or answer did to the advice, and why; as ``Change.to_dict()`` gives it."""
    said = []
    for row in found["inputs"]:
        said.append(
            _(
                "{path}: {before} became {after}.",
                path=row["path"],
                before=_value(row["before"]),
                after=_value(row["after"]),
            )
        )
    before, after = _plan(found["before"], about), _plan(found["after"], about)
    if found["turned"]:
        said.append(
            _("The advice turns: {after} comes first instead of {before}.", before=before, after=after)
        )
    else:
        said.append(_("The advice does not turn: {plan} stays first.", plan=after))
    was, now = found["recommended_before"], found["recommended_after"]
    if was is not None and now is None:
        said.append(_("There is no longer a clear winner."))
    if was is None and now is not None:
        said.append(_("There is now a clear winner."))
    for row in found["shares"][:2]:
        told = {
            "plan": _plan(row["plan"], about),
            "before": out_of_ten(row["before"]),
            "after": out_of_ten(row["after"]),
        }
        if row["before"] is not None and row["after"] is not None and told["before"] != told["after"]:
            said.append(_("{plan} comes first in {after} worlds; that was {before}.", **told))
    return said + _why(found, about)


def _why(found: Params, about: Subject) -> list[str]:
    """Through which criteria the lead of the first plan changed."""
    rows = [row for row in found["because"] if abs(row["by_measure"] + row["by_weight"]) >= _TELLING]
    if not rows:
        return []
    parts = []
    for row in rows[:2]:
        whole = row["by_measure"] + row["by_weight"]
        name = criterion_name(row["criterion"])
        heavier = abs(row["by_weight"]) > abs(row["by_measure"])
        if heavier:
            parts.append(
                _("what {criterion} weighs ({sign})", criterion=name, sign="+" if whole > 0 else "-")
            )
        else:
            parts.append(_("its {criterion} ({sign})", criterion=name, sign="+" if whole > 0 else "-"))
    return [
        _(
            "Why: against {other} the lead of {plan} changed mainly through {parts}.",
            plan=_plan(found["after"], about),
            other=_plan(found["against"], about),
            parts=listing(parts),
        )
    ]


#: A change of a lead, on the scale of 0 to 1, that is worth telling.
_TELLING = 0.001


def _value(value: Any) -> str:
    """A value of the dossier as it was written."""
    if value is None:
        return _("not filled in")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_value(part) for part in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number(value, words.significant(value, digits=4))
