"""The rest of an advice in sentences: what to find out, what remains, how much is known, what to do next."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from thuishaven.locale import (
    N_,
    _,
    date,
    listing,
    money,
    ngettext,
    out_of_ten,
    percent,
    price,
)
from thuishaven.report import words
from thuishaven.report.advice_terms import (
    ROLES,
    Params,
    criteria_names,
    criterion_name,
    plan_name,
    role_name,
    rounded,
)
from thuishaven.report.subject import Subject, maker_in, quoted
from thuishaven.report.telling import capital

EVIDENCE = (
    N_("it rests on a claim"),
    N_("it rests on your own figures or a reasoned assumption"),
    N_("it rests on a published source"),
    N_("it rests on a register"),
)


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
        said.append(
            _("At {value} {plan} becomes the cheapest.", value=value, plan=plan_name(turn["to"], about))
        )
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
        plans=listing([plan_name(plan, about) for plan in params["plans"]]),
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
        plan=plan_name(params["plan"], about),
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
        plan=plan_name(params["plan"], about),
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
    return _("With support counted, {plan} comes first too.", plan=plan_name(params["with"], about))


def _support_turns(params: Params, about: Subject) -> str:
    return _(
        "With support counted, {plan} comes first; without it, {other}. Support is never certain until it is "
        "granted.",
        plan=plan_name(params["with"], about),
        other=plan_name(params["without"], about),
    )


# ---- how much is known


def _coverage(params: Params, about: Subject) -> str:
    share = percent(rounded(params["coverage"]))
    names = [row["criterion"] for row in params["missing"]]
    if not names:
        return _("{share} of the weight rests on evidence.", share=share)
    return _(
        "{share} of the weight rests on evidence. Least is known of {criteria}.",
        share=share,
        criteria=criteria_names(names),
    )


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
        plan=plan_name(params["plan"], about),
        other=plan_name(params["by"], about),
    )


def _clipped(params: Params, about: Subject) -> str:
    return _(
        "In {often} worlds the {criterion} of {plan} lies beyond its scale and counts as the end of it.",
        often=out_of_ten(params["share"]),
        criterion=criterion_name(params["criterion"]),
        plan=plan_name(params["plan"], about),
    )


def _not_measured(params: Params, about: Subject) -> str:
    return _(
        "Not measured yet, unless you tell it: {criteria}. It may be anything, and counts so.",
        criteria=criteria_names(params["criteria"]),
    )


def _not_counted(params: Params, about: Subject) -> str:
    return ngettext(
        "{n} cost line has no data and is not counted; it is never taken as zero.",
        "{n} cost lines have no data and are not counted; they are never taken as zero.",
        params["n"],
    )


def _weights(params: Params, about: Subject) -> str:
    told = {"criteria": criteria_names(params["order"])}
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
    return date(datetime.date.fromisoformat(text))


# ---- next steps


def _step_find_out(params: Params, about: Subject) -> str:
    found = words.named(params["name"], params["input"], about.plans)
    return _("Find out: {input}.", input=quoted(found))


def _step_ask_quote(params: Params, about: Subject) -> str:
    return _("Ask for a quote for {plan}: its price is an estimate.", plan=plan_name(params["plan"], about))


def _step_answer_scan(params: Params, about: Subject) -> str:
    return _(
        "Answer the questions of the scan: they say how ready {plans} is.",
        plans=listing([plan_name(plan, about) for plan in params["plans"]]),
    )


def _step_tell_measure(params: Params, about: Subject) -> str:
    return _(
        "Fill in what you know about {criterion} (preferences.measures in the file of the dossier).",
        criterion=criterion_name(params["criterion"]),
    )


def _step_say_weights(params: Params, about: Subject) -> str:
    return _(
        "Say what matters most to you (step “What matters to you” of the dossier); until then we weigh as"
        " {role} usually does.",
        role=role_name(params["role"]),
    )


def _step_look_further(params: Params, about: Subject) -> str:
    return _("Look further: compare with the plans that Thuishaven works out itself (Explore).")


#: What says each sentence.
TOLD: dict[str, Callable[[Params, Subject], str]] = {
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
