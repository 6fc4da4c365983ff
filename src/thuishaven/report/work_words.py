"""What a reader hears about work in a region: groups of people, shortages, subsidies, notices, jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thuishaven.locale import N_, _, listing, money, number
from thuishaven.report import words

#: Groups where the dossier gives no occupations.
GROUPS = {
    "operators": N_("operators"),
    "technicians": N_("technicians (set-up, programming, upkeep)"),
    "support": N_("support (maintenance, quality, planning)"),
    "supplier": N_("people at the supplier"),
    "coordination": N_("coordination with the source"),
}
PACES = {
    "labour": N_("people set the pace"),
    "machine": N_("machines set the pace"),
    "post": N_("fixed posts"),
}
SHORTAGES = {
    "none": N_("no shortage"),
    "people": N_("shortage: too few people; recruit wider, automate, train newcomers"),
    "skills": N_("shortage: skills; train"),
    "conditions": N_("shortage: working conditions; look at roster, ergonomics and pay"),
}
#: What a wage subsidy asks.
CONDITIONS = {
    "home_plant": N_("an own plant here"),
    "shift_work": N_("work in shifts or at night"),
    "full_continuous": N_("full-continuous shifts"),
    "third_of_time": N_("at least a third of the time in shift or night work"),
    "enough_premium": N_("a shift premium as high as the law asks"),
    "in_agreement": N_("that premium laid down in an agreement, the work rules or the contract"),
    "supported_workers": N_("workers with support"),
    "newly_hired": N_("newly hired"),
    "redeployed": N_("moved to another job"),
    "declaration": N_("a target-group declaration"),
    "target_register": N_("in the register of the jobs agreement"),
    "support_right": N_("a right to support, as the public employment service grants it"),
    "recognised": N_("recognition as a maatwerkbedrijf"),
    "region": N_("in Flanders"),
}
NOTICES = {
    "occupation_without_hours": N_(
        "{occupation} has no hours per unit, crew or posts and is not counted; give one of them"
    ),
    "unknown_scheme": N_("there is no wage subsidy {scheme}; did you mean {known}?"),
    "subsidy_rules_dated": N_(
        "{scheme}: the amounts are of {period}; check the rules before you count on them"
    ),
    "stop_hours_unknown": N_(
        "running without people stands or falls with how often the line stops; measure it and fill in "
        "labour.between_stops"
    ),
}
#: Notices that say what to do, in the order of the page.
PRESSING = tuple(NOTICES)
THOUSAND, MILLION = 1000, 1000**2
#: From ten of a size on no decimals are told.
FEW = 10
#: Jobs below which a change is not worth a sentence.
LEAST_JOBS = 1 / 2


def group_name(group: Mapping[str, Any], language: str) -> str:
    """What a group of people is called: by the dossier, else in our own words."""
    name = group["name"]
    if name:
        return str(name.get(language) or next(iter(name.values())))
    identity = group["group"]
    return _(GROUPS[identity]) if identity in GROUPS else identity


def scheme_name(identity: str) -> str:
    """What a wage subsidy is called."""
    from thuishaven.region import schemes

    found = schemes().get(identity)
    return _(found.name_en) if found is not None else identity


def conditions(codes: list[str]) -> str:
    """Conditions of a subsidy, as in a sentence."""
    return listing([_(CONDITIONS[code]) for code in codes])


def system_name(number_of_shifts: int) -> str:
    """What a shift system is called."""
    from thuishaven.region import shift_systems

    return _(shift_systems()[number_of_shifts].name_en)


def notice(code: str, params: Mapping[str, Any]) -> str:
    """What a notice of the room says."""
    if code not in NOTICES:
        return words.notice(code, params)
    said = dict(params)
    if "scheme" in said and code == "subsidy_rules_dated":
        said["scheme"] = scheme_name(str(said["scheme"]))
    return _(NOTICES[code], **said)


def jobs(spread: Mapping[str, float]) -> str:
    """A range of jobs: whole ones, above 50 in fives; "13 to 45", or one number where both ends are equal."""
    from thuishaven.region import rounded_jobs

    low, high = rounded_jobs(spread["p5"]), rounded_jobs(spread["p95"])
    if low == high:
        return number(low)
    return _("{low} to {high}", low=number(low), high=number(high))


def euros(found: Mapping[str, float]) -> str:
    """A range of money, with the word for thousands or millions once where both ends share it."""
    low, high = found["p5"], found["p95"]
    ends = money(low), money(high)
    if ends[0] == ends[1]:
        return ends[0]
    for size, thousands in ((MILLION, False), (THOUSAND, True)):
        if low >= size and high < size * THOUSAND:
            keep = 0 if low >= FEW * size else 1
            said = {"low": number(low / size, keep), "high": number(high / size, keep)}
            if thousands:
                return _("{low} to {high} thousand euros", **said)
            return _("{low} to {high} million euros", **said)
    return _("{low} to {high}", low=ends[0], high=ends[1])


def rounded(low: float, high: float, decimals: int) -> str:
    """A range of numbers with so many decimals; one number where both ends are equal."""
    ends = number(low, decimals), number(high, decimals)
    return ends[0] if ends[0] == ends[1] else _("{low} to {high}", low=ends[0], high=ends[1])
