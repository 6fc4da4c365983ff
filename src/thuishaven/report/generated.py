"""What a plan that the program made is called, what it rests on and what it lacks, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from thuishaven.locale import LANGUAGES, N_, _, date, labelled, listing, number, percent, price, use
from thuishaven.report.subject import maker_in
from thuishaven.report.words import after_in

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier, Plan

#: What made a plan.
ASSUMED = {
    "as_today": N_("today's source stays as it is"),
    "price_estimated": N_(
        "the price of a maker in {country} follows from today's price, the share of labour in it, and wages "
        "and productivity there"
    ),
    "labour_estimated": N_("the labour hours follow from today's price and the share of labour in it"),
    "material_estimated": N_("the material is taken as a share of today's price"),
    "machines_estimated": N_("the machines follow from what a euro of yearly production usually takes"),
    "work_as_today": N_("travel, support, control and quality are as with today's source"),
    "run_on_the_spot": N_("somebody runs the plant on the spot: a local manager, or one sent from home"),
    "automated": N_(
        "automation saves labour and makes the machines dearer as it usually does, in {shifts} shifts"
    ),
    "price_cut": N_("{share} off today's price, by negotiating and improving together"),
    "near": N_("near: {km} km by road, at most {limit} km, and nearer than today's source"),
    "like_minded": N_(
        "on the list of like-minded countries of {date}: rule of law, a voice for citizens, stability, and a "
        "trade agreement in force"
    ),
    "second_share": N_("{share} of the volume goes to the second source"),
    "surge_share": N_(
        "{share} of the volume goes to the second source: a steady base from far and the peaks from near, at "
        "{premium} more per unit"
    ),
    "spare_capacity": N_("when the other stops, each source can make {share} more"),
    "buffer_days": N_("stock for {days} days on top of today's"),
    "buffer_advised": N_(
        "stock for {weeks} weeks on top of today's: there one more week costs what it saves in lost sales"
    ),
    "buffer_recovery": N_("stock for {weeks} weeks: it outlasts {share} of the disruptions"),
    "substitute": N_(
        "another material for {part}, at {low} to {high} times today's price; nothing is known yet of where "
        "it comes from"
    ),
    "recycled": N_(
        "{share} of {part} from recycled material, of which {material_yield} ends in good parts; nothing is "
        "known yet of where it comes from"
    ),
    "sold_where_made": N_(
        "what is sold in {countries} is made there: no transport, duty or days under way to your own door"
    ),
    "staged": N_("{share} of the volume at first, all of it from {year}"),
    "pair": N_("two measures at once"),
}
#: What is still to be found out about it.
LACKING = {
    "quote": N_("a quote from a maker in {country}"),
    "approval": N_("what tests and approval cost, and how long they take"),
    "machines_offer": N_("an offer for machines and tooling"),
    "automation_offer": N_("an offer for the automation, with the hours it saves"),
    "labour_hours": N_("the labour hours per unit"),
    "material_prices": N_("the bill of materials with prices"),
    "staff_and_space": N_("whether people, space and permits can be had in {country}"),
    "improvement_offer": N_("what the present source would really offer"),
    "volume_discount": N_("what today's source charges for less volume"),
    "shared_origin": N_("whether both sources hang on the same parts, port or raw material"),
    "storage": N_("where the stock can lie, and what that costs"),
    "keeps": N_("how long the product keeps, in quality and in fashion"),
    "substitute_known": N_("which material can replace {part}, at what price and from where"),
    "recycled_supply": N_("whether recycled {part} of the right quality is for sale, and from where"),
}
#: Why a generated plan is not among those worth comparing.
LEFT_OUT = {
    "gate_closed": N_("an answer in the scan rules it out ({gates})"),
    "variant": N_("a variant of {kept}, which costs less"),
    "in_dossier": N_("the dossier has a plan of this kind: {plan}"),
    "dominated": N_("{by} costs less in every calculated world, and this plan is better at nothing else"),
    "no_gain": N_("together they are hardly better than one of the two: {first}, {second}"),
    "limit": N_("there is room for {limit} plans"),
}
#: What to know about the plans worth comparing.
TO_KNOW = {
    "gate_open": N_("question {id} of the scan has no answer; it may rule out plans"),
    "inputs_imported": N_("{plan} still hangs on parts from outside the European Union: {parts}"),
    "sold_where_made": N_(
        "most of it is sold where it is made: bringing it home would take it away from there"
    ),
}
#: Kinds of plan that are told by who makes it where.
_MOVES = ("nearshore", "friendshore", "supplier_abroad", "own_abroad", "supplier_home", "own_home")


def remark(said: str | Mapping[str, Any]) -> str:
    """An assumption of a plan, or what it lacks, in words; what a person wrote as it is.

    Parameters
    ----------
    said
        A text, or ``{"code": ..., "params": {...}}``.
    """
    if isinstance(said, str):
        return said
    return _filled({**ASSUMED, **LACKING}, str(said["code"]), said.get("params", {}))


def remarks(said: Iterable[Any]) -> list[str]:
    """The assumptions of a plan of the dossier, or what it lacks, in words."""
    return [remark(item if isinstance(item, str) else item.to_dict()) for item in said]


def left_out(code: str, params: Mapping[str, Any]) -> str:
    """Why a generated plan is not proposed."""
    return _filled(LEFT_OUT, code, params)


def to_know(code: str, params: Mapping[str, Any]) -> str:
    """What to know about the plans that are proposed."""
    return _filled(TO_KNOW, code, params)


def _filled(table: Mapping[str, str], code: str, params: Mapping[str, Any]) -> str:
    if code not in table:
        return code
    return _(table[code], **{name: _param(name, value) for name, value in params.items()})


def _param(name: str, value: Any) -> str:
    match name:
        case "country":
            return after_in(str(value))
        case "countries":
            return listing([after_in(str(iso3)) for iso3 in value])
        case "gates":
            return listing([str(gate) for gate in value])
        case "share" | "material_yield":
            return percent(float(value))
        case "date":
            import datetime as dt

            return date(dt.date.fromisoformat(str(value)))
        case "premium":
            return price(float(value))
        case "year":
            return str(int(value))
        case "weeks" | "low" | "high":
            return number(float(value), 1)
    return number(float(value)) if isinstance(value, int | float) else str(value)


def option_name(option: Mapping[str, Any]) -> str:
    """What a generated plan is called: its kind with its size, and who makes it where when that is new.

    Parameters
    ----------
    option
        Of ``ExploreResult.to_dict()["options"]``: family, country, maker and assumptions.
    """
    if option["family"] == "pair":
        params = _reasons(option).get("pair", {})
        first, second = (
            _named(str(params.get(part, "")), option) for part in ("first_family", "second_family")
        )
        return _("{first} and {second}", first=first, second=second)
    return _named(option["family"], option)


def halves_of(option: Mapping[str, Any]) -> list[str]:
    """The ids of the two plans that a pair was made of; none for a single plan."""
    params = _reasons(option).get("pair", {})
    return [str(params[part]) for part in ("first", "second") if part in params]


def _reasons(option: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = [item for item in option["assumptions"] if not isinstance(item, str)]
    return {str(item["code"]): item.get("params", {}) for item in found}


def _named(family: str, option: Mapping[str, Any]) -> str:
    from thuishaven.alternatives import families

    known = families().get(family)
    kind = _(known.name_en) if known is not None else family
    reasons = _reasons(option)
    maker = maker_in(option["maker"], option["country"])
    if family in _MOVES:
        return maker
    if family == "staged_move":
        return _("in stages: {maker}", maker=maker)
    if family == "second_source":
        share = reasons.get("second_share", reasons.get("surge_share", {})).get("share")
        if share is None:
            return labelled(kind, maker)
        return _("second source for {share}: {maker}", share=percent(float(share)), maker=maker)
    if family == "bigger_stock" and "buffer_days" in reasons:
        return _("bigger stock: {days} days", days=number(float(reasons["buffer_days"]["days"])))
    weeks = [reasons[code]["weeks"] for code in ("buffer_advised", "buffer_recovery") if code in reasons]
    if family == "bigger_stock" and weeks:
        return _("bigger stock: {weeks} weeks", weeks=number(float(weeks[0]), 1))
    return kind


def generated_name(plan: Plan, dossier: Dossier) -> str:
    """What a generated plan is called, in the language in use; empty for one that was not generated."""
    from thuishaven.alternatives import families, telling_source

    if plan.family not in families() or not any(not isinstance(item, str) for item in plan.assumptions):
        return ""
    source = telling_source(dossier, plan)
    said = [item if isinstance(item, str) else item.to_dict() for item in plan.assumptions]
    return option_name(
        {"family": plan.family, "country": source.country, "maker": source.maker, "assumptions": said}
    )


def with_names(plan: Plan, dossier: Dossier) -> Plan:
    """A generated plan with its name in all languages, to be saved into the dossier."""
    names = {}
    for lang in LANGUAGES:
        with use(lang):
            names[lang] = generated_name(plan, dossier)
    return plan.model_copy(update={"name": names}) if all(names.values()) else plan
