"""Which wage subsidies apply to a plan, what they pay, and what is not known about their conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import numpy as np

from thuishaven.dossier import Notice, Subsidy
from thuishaven.packaged import read_table
from thuishaven.region import subsidy as rule
from thuishaven.region.figure import Array, Figure
from thuishaven.region.people import PlanWork
from thuishaven.region.site import Site, product
from thuishaven.region.world import Missing, World

#: Shift system that runs without a break.
FULL_CONTINUOUS = 5


@dataclass(frozen=True, slots=True)
class Scheme:
    """A wage subsidy: where it holds, how its amount is worked out, what it asks; amounts are facts."""

    id: str
    name_en: str
    country: str
    region: str
    kind: str
    conditions: tuple[str, ...]
    law: str


@cache
def schemes() -> dict[str, Scheme]:
    """The wage subsidies by id, from ``region/schemes.csv``."""
    return {
        row["scheme"]: Scheme(
            row["scheme"],
            row["name_en"],
            row["country"],
            row["region"],
            row["kind"],
            tuple(row["conditions"].split()),
            row["law"],
        )
        for row in read_table("thuishaven.region", "schemes.csv")
    }


@dataclass(frozen=True)
class Entitlement:
    """A wage subsidy of a plan.

    Parameters
    ----------
    met
        Whether all conditions are met: true, false, or ``None`` where that is not known.
    chance
        Chance that they are, as far as it is counted: 1, 0, or what the dossier says; ``None`` where nothing
        is known, so that nothing is counted.
    unknown, failed
        Conditions that are not known, and those that are not met.
    amount
        EUR a year in money of ``as_of``, (draws, years), if the conditions are met; ``None`` where the number
        of workers is not known.
    each
        EUR a year for one full-time worker, (draws,).
    """

    scheme: Scheme
    plan: str
    met: bool | None
    chance: float | None
    unknown: tuple[str, ...]
    failed: tuple[str, ...]
    amount: Figure | None
    each: Figure
    period: str

    @property
    def counted(self) -> bool:
        """Whether it brings anything in the figures with subsidies."""
        return bool(self.chance) and self.amount is not None


def entitlements(work: PlanWork) -> Iterator[Entitlement]:
    """Every scheme of the company's country, with what is known about it for a plan."""
    told = {told.scheme: told for told in work.plan.labour.subsidies}
    for scheme in schemes().values():
        if scheme.country == work.world.home:
            try:
                yield _entitlement(work, scheme, told.get(scheme.id))
            except Missing as absent:
                work.missing.append((scheme.id, absent.name))
    for name in told.keys() - schemes().keys():
        close = get_close_matches(name, schemes(), n=1, cutoff=0.0)
        work.notices.append(Notice("unknown_scheme", {"scheme": name, "known": close[0]}))


def _entitlement(work: PlanWork, scheme: Scheme, told: Subsidy | None) -> Entitlement:
    found = {condition: condition_met(condition, work, scheme) for condition in scheme.conditions}
    if told is not None and told.applies is not None:
        # What somebody knows settles what we cannot see; what we do see stands.
        found = {name: told.applies if met is None else met for name, met in found.items()}
    met = rule.all_of(found.values())
    chance: float | None = {True: 1.0, False: 0.0}.get(bool(met)) if met is not None else None
    if met is None and told is not None and told.chance is not None:
        chance = told.chance.mean
    each, amount = _amounts(work, scheme, told)
    answer = work.world.answer(PARAMETERS[scheme.kind], scheme=scheme.id)
    return Entitlement(
        scheme,
        work.plan.id,
        met,
        chance,
        tuple(name for name, state in found.items() if state is None),
        tuple(name for name, state in found.items() if state is False),
        amount,
        each,
        answer.fact.period if answer is not None else "",
    )


#: Which fact holds the amount of a kind of scheme.
PARAMETERS = {"pay": "wage_subsidy_rate", "hour": "wage_subsidy_hourly", "reference": "wage_subsidy_rate"}


def condition_met(condition: str, work: PlanWork, scheme: Scheme) -> bool | None:
    """Whether a plan meets a condition, as far as the dossier tells; ``None`` where it doesn't."""
    plants = work.home_plants
    if condition == "home_plant":
        return bool(plants)
    shifts = plants[0].process.shifts if plants else None
    if condition == "shift_work":
        return None if shifts is None else 1 < shifts < FULL_CONTINUOUS
    if condition == "full_continuous":
        return None if shifts is None else shifts == FULL_CONTINUOUS
    if condition == "region":
        region = work.world.dossier.company.region
        return None if not region else region.startswith(scheme.region)
    if condition == "supported_workers":
        people = work.plan.labour.supported_jobs
        return None if people is None else people.p95 > 0
    if condition == "enough_premium":
        return _enough_premium(work.world, plants[0]) if plants else None
    return None


def _enough_premium(world: World, site: Site) -> bool | None:
    """Whether the shift premium that the dossier gives is as high as the law asks.

    A mean premium says nothing certain about the night alone, unless it is below the least for any shift or
    at least the least for a night.
    """
    given = site.process.shift_premium
    if given is None:
        return None
    asked = {w: world.answer("wage_subsidy_min_premium", scheme="be_shift_night", work=w) for w in WORK}
    if any(answer is None for answer in asked.values()):
        return None
    shift, night = (float(answer.value or 0.0) for answer in asked.values() if answer is not None)
    if given.mean < shift:
        return False
    if not site.system.works_nights or given.mean >= night:
        return True
    return None


#: Kinds of work for which the law asks a premium.
WORK = ("shift", "night")


def _amounts(work: PlanWork, scheme: Scheme, told: Subsidy | None) -> tuple[Figure, Figure | None]:
    """EUR a year for one full-time worker, and for all by year (``None`` if nobody knows how many)."""
    world, name = work.world, f"{work.plan.id}.subsidy.{scheme.id}"
    one = world.constant("workers", 1.0, "fte")
    if scheme.kind == "pay":
        # Paid to who works in shifts; with the withheld tax as ceiling.
        each = world.work(
            f"{name}.each",
            "EUR/year",
            rule.share_of_pay,
            workers=one,
            taxable_pay=_taxable_pay(work),
            rate=world.fact("wage_subsidy_rate", scheme=scheme.id),
            withheld_share=world.fact("withholding_tax_share"),
        )
    elif scheme.kind == "hour":
        paid = world.work(
            f"{work.plan.id}.paid_hours",
            "h/year",
            product,
            one=work.labour("contract_hours", "contract_hours_week", iso3=world.home),
            other=world.fact("weeks_per_year"),
        )
        each = world.work(
            f"{name}.each",
            "EUR/year",
            rule.per_hour,
            workers=one,
            paid_hours=paid,
            rate=world.fact("wage_subsidy_hourly", scheme=scheme.id),
            cap=world.fact("wage_subsidy_cap", scheme=scheme.id),
        )
    else:
        each = world.work(
            f"{name}.each",
            "EUR/year",
            rule.share_of_reference,
            workers=one,
            reference_wage=world.fact("supported_reference_wage"),
            rate=_step(world, scheme, told, work.plan.id),
            guidance_per_quarter=_guidance(world, scheme),
        )
    workers = _workers(work, scheme, told)
    if workers is None or not work.home_plants:
        return each, None
    return each, world.work(
        name, "EUR/year", for_workers, each=each, workers=workers, paid=_years_paid(work, scheme)
    )


def _step(world: World, scheme: Scheme, told: Subsidy | None, plan: str) -> Figure:
    if told is not None and told.share is not None:
        return world.given(told.share, f"{plan}.labour.{scheme.id}.share", f"labour.{scheme.id}.share")
    return world.fact("wage_subsidy_rate", scheme=scheme.id)


def _guidance(world: World, scheme: Scheme) -> Figure:
    if world.answer("wage_subsidy_guidance", scheme=scheme.id) is None:
        return world.constant("guidance", 0.0, "EUR/quarter")
    return world.fact("wage_subsidy_guidance", scheme=scheme.id)


def _workers(work: PlanWork, scheme: Scheme, told: Subsidy | None) -> Figure | None:
    """Full-time workers to whom a scheme applies, by year where they follow from the plan."""
    world = work.world
    if told is not None and told.workers is not None:
        path = f"{work.plan.id}.labour.{scheme.id}.workers"
        return world.given(told.workers, path, f"labour.{scheme.id}.workers", "fte")
    if scheme.kind != "pay":
        return work.plants_labour("supported_jobs")
    direct = [group for group in work.groups if group.direct and group.maker == "own" and group.site.own]
    return work.total(f"{work.plan.id}.shift_workers", direct) if direct else None


def _taxable_pay(work: PlanWork) -> Figure:
    """Taxable pay of a full-time worker in a year, premium included, EUR of ``as_of``."""
    world = work.world
    given = work.plants_labour("taxable_pay")
    if given is not None:
        return given
    plants = work.home_plants
    wage = plants[0].wage if plants else world.wage(world.home)
    premium = plants[0].premium(plants[0].system) if plants else world.constant("premium", 0.0)
    return world.work(
        f"{work.plan.id}.taxable_pay",
        "EUR/year",
        taxable_pay,
        wage=wage,
        premium=premium,
        hours_per_job=work.hours_per_job,
        taxable_share=world.fact("taxable_pay_share"),
    )


def _years_paid(work: PlanWork, scheme: Scheme) -> Figure:
    """1 in the years in which a scheme pays: from the first year of supply, as long as it lasts."""
    world = work.world
    year = np.arange(world.years + 1)
    first = min(max(site.first, 1) for site in work.home_plants)
    last = world.years
    answer = world.answer("wage_subsidy_years", scheme=scheme.id)
    if answer is not None and answer.value is not None:
        last = first + round(answer.value) - 1
    paid = ((year >= first) & (year <= last)).astype(float)[np.newaxis, :]
    return Figure(f"{work.plan.id}.subsidy.{scheme.id}.paid", "", paid)


def for_workers(each: Array, workers: Array, paid: Array) -> Array:
    """Amount for one worker x workers, in the years in which it is paid."""
    return each * workers * paid


def taxable_pay(wage: Array, premium: Array, hours_per_job: Array, taxable_share: Array) -> Array:
    """Taxable pay a year: labour cost per hour x (1 + premium) x hours worked x its taxable share."""
    return wage * (1 + premium) * hours_per_job * taxable_share
