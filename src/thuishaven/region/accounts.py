"""From direct to net jobs, training, build-up work, and the two accounts that are never added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from thuishaven.dossier import Flow
from thuishaven.region import jobs as rule
from thuishaven.region.figure import Array, Figure
from thuishaven.region.hiring import learning_loss, training_cost, training_hours
from thuishaven.region.people import Group, PlanWork
from thuishaven.region.running import at
from thuishaven.region.site import Site, product
from thuishaven.region.world import World
from thuishaven.uncertainty import Quantity

#: Lines on which public money reaches the firm.
SUPPORT = ("T01", "T02", "T04")


def difference(plan: Array, today: Array) -> Array:
    """What a plan has more than today."""
    return plan - today


def gained(jobs: Array) -> Array:
    """Jobs gained; none where jobs are lost."""
    return np.maximum(jobs, 0)


def scarcity(scarce: Array, jobs: Array) -> Array:
    """Share of the jobs that is in shortage occupations; 0 where there are none."""
    return np.divide(scarce, jobs, out=np.zeros(np.broadcast(scarce, jobs).shape), where=jobs > 0)


def net_change(work: PlanWork, change: Figure) -> Figure:
    """Net jobs by year: what is left of the change against today."""
    world, name = work.world, work.plan.id
    share = world.work(f"{name}.scarce_share", "fraction", scarcity, scarce=work.scarce_jobs, jobs=work.jobs)
    refilled = world.work(
        f"{name}.refilled",
        "fraction",
        rule.mixed,
        share=share,
        one=world.fact("refilled_share", scarcity="shortage"),
        other=world.fact("refilled_share", scarcity="normal"),
    )
    displacement = world.work(
        f"{name}.displacement",
        "fraction",
        rule.displacement_of,
        from_unemployment=work.labour("from_unemployment", "from_unemployment_share"),
        refilled=refilled,
        competitors=world.fact("competitor_displacement"),
    )
    return world.work(
        f"{name}.fte_net",
        "fte",
        rule.net_jobs,
        direct=change,
        deadweight=world.fact("deadweight_share"),
        displacement=displacement,
        multiplier=world.fact("job_multiplier"),
    )


def net_direct(work: PlanWork, change: Figure) -> Figure:
    """Net jobs without those at suppliers: the low end of what is left."""
    world, name = work.world, work.plan.id
    return world.work(
        f"{name}.fte_net_direct",
        "fte",
        rule.net_jobs,
        direct=change,
        deadweight=world.fact("deadweight_share"),
        displacement=world.figures[f"{name}.displacement"],
        multiplier=world.constant("multiplier", 1.0),
    )


# -- hiring and training


def new_people(work: PlanWork, today: PlanWork, group: Group, place: int) -> Figure:
    """People to hire for a group: heads at full output more than the own plants here have today."""
    world, name = work.world, f"{group.site.name}.{group.id}"
    before = [other for other in today.groups if other.id == group.id and other.site.own]
    now = at(world, today.total(f"{work.plan.id}.{group.id}.today", before), place)
    return world.work(
        f"{name}.hires",
        "persons",
        people_more,
        hours=at(world, group.mature, place),
        hours_per_job=work.hours_per_job,
        today=now,
        part_time=work.labour("part_time", "part_time_factor"),
    )


def people_more(hours: Array, hours_per_job: Array, today: Array, part_time: Array) -> Array:
    """People needed beyond those of today: ``max(0, hours / E - FTE today) / mean job``."""
    return np.asarray(np.maximum(hours / hours_per_job - today, 0) / part_time)


def training(work: PlanWork, hires: Sequence[tuple[Group, Figure]]) -> dict[str, Figure]:
    """Hours and cost of training, and the output lost while people learn."""
    world, name = work.world, work.plan.id
    terms: dict[str, Figure] = {}
    for place, (group, people) in enumerate(hires, start=1):
        given = group.occupation.training_hours if group.occupation is not None else None
        path = f"{group.site.name}.{group.id}.training_hours"
        each = (
            world.fact("training_gap_hours")
            if given is None
            else world.given(given, path, f"labour.{group.id}.training_hours", "h")
        )
        terms[f"group_{place}"] = world.work(
            f"{group.site.name}.{group.id}.training", "h", training_hours, people=people, hours_each=each
        )
    retrained = work.plants_labour("retrained")
    if retrained is not None:
        terms["retrained"] = world.work(
            f"{name}.retraining",
            "h",
            training_hours,
            people=retrained,
            hours_each=world.fact("training_gap_hours"),
        )
    if not terms:
        terms["nobody"] = world.constant("nobody", 0.0, "h")
    hours = world.work(f"{name}.training_hours", "h", added, **terms)
    wage = work.home_plants[0].wage if work.home_plants else world.wage(world.home)
    cost = world.work(
        f"{name}.training_cost",
        "EUR",
        training_cost,
        hours=hours,
        wage=wage,
        course_per_hour=world.fact("training_hour_cost"),
    )
    loss = world.work(
        f"{name}.learning_each",
        "h",
        learning_loss,
        months=world.fact("learning_months"),
        hours_per_job=work.hours_per_job,
        starting_productivity=world.fact("starting_productivity"),
    )
    everyone = {f"group_{n}": people for n, (_group, people) in enumerate(hires, start=1)}
    if not everyone:
        everyone["nobody"] = world.constant("nobody", 0.0, "persons")
    people = world.work(f"{name}.hires", "persons", added, **everyone)
    lost = world.work(f"{name}.learning_loss", "h", product, one=people, other=loss)
    return {"hires": people, "hours": hours, "cost": cost, "learning_loss": lost}


def added(**parts: Array) -> Array:
    """The sum of the parts."""
    return np.asarray(sum(parts.values()))


# -- work while it is being built


def build_up(work: PlanWork) -> Figure | None:
    """Job-years of building and installing, apart from the jobs that stay; ``None`` without such spending."""
    world, parts = work.world, {}
    entering = [site for site in work.home_plants if site.enters]
    if not entering:
        return None
    site = entering[0]
    for name, share in (("building", "building_labour_share"), ("machines", "installation_labour_share")):
        amount = site.once(name)
        if amount is not None:
            parts[name] = world.work(
                f"{work.plan.id}.build_up.{name}",
                "fte x year",
                built,
                amount=amount,
                share=world.fact(share),
                wage=world.wage(world.home),
                hours_per_job=work.hours_per_job,
            )
    return world.work(f"{work.plan.id}.build_up", "fte x year", added, **parts) if parts else None


def built(amount: Array, share: Array, wage: Array, hours_per_job: Array) -> Array:
    """Job-years in a sum of money: its local labour over the labour cost of a full-time year."""
    return np.asarray(amount * share / (wage * hours_per_job))


# -- the accounts


def labour_cost(work: PlanWork, site: Site, groups: Sequence[Group]) -> Figure:
    """Labour cost of the own people at a plant by year, money of ``as_of``, premium included."""
    world = work.world
    hours = {f"group_{n}": group.hours for n, group in enumerate(groups, start=1)}
    return world.work(
        f"{site.name}.labour_cost_year",
        "EUR/year",
        labour_cost_of,
        wage=site.wage,
        premium=site.premium(site.system),
        **hours,
    )


def labour_cost_of(wage: Array, premium: Array, **groups: Array) -> Array:
    """Labour cost a year: wage x (1 + premium) x the hours of all groups."""
    return np.asarray(wage * (1 + premium) * sum(groups.values()))


def taxes(net: Array, wage: Array, hours_per_job: Array, wedge: Array) -> Array:
    """Taxes and contributions of net jobs by year: labour cost of a job x its tax wedge."""
    return np.asarray(net * wage * hours_per_job * wedge)


def benefits_saved(gained_jobs: Array, deadweight: Array, from_unemployment: Array, benefit: Array) -> Array:
    """Benefits no longer paid by year: for hires from unemployment whose job would not come anyway."""
    return np.asarray(gained_jobs * (1 - deadweight) * from_unemployment * benefit)


def over_years(values: Array) -> Array:
    """The sum over all years from year 1 on."""
    return np.asarray(values[:, 1:].sum(axis=1))


def public_account(work: PlanWork, change: Figure, net: Figure, paid: Sequence[Figure]) -> dict[str, Figure]:
    """What a plan means for the public purse against today, over the years, in money of ``as_of``.

    Never added to the firm's account: a subsidy is a cost in one and income in the other.
    """
    world, name = work.world, work.plan.id
    tax = world.work(
        f"{name}.public.taxes_by_year",
        "EUR/year",
        taxes,
        net=net,
        wage=world.wage(world.home),
        hours_per_job=work.hours_per_job,
        wedge=world.fact("tax_wedge", iso3=world.home),
    )
    more = world.work(f"{name}.fte_gained", "fte", gained, jobs=change)
    saved = world.work(
        f"{name}.public.benefits_by_year",
        "EUR/year",
        benefits_saved,
        gained_jobs=more,
        deadweight=world.fact("deadweight_share"),
        from_unemployment=work.labour("from_unemployment", "from_unemployment_share"),
        benefit=world.fact("unemployment_benefit"),
    )
    found = {
        "taxes": world.work(f"{name}.public.taxes", "EUR", over_years, values=tax),
        "benefits": world.work(f"{name}.public.benefits", "EUR", over_years, values=saved),
    }
    terms = {f"part_{n}": figure for n, figure in enumerate(paid, start=1)}
    terms = terms or {"nothing": world.constant("nothing", 0.0, "EUR")}
    found["outlay"] = world.work(f"{name}.public.outlay", "EUR", added, **terms)
    found["balance"] = world.work(
        f"{name}.public.balance",
        "EUR",
        balance,
        taxes=found["taxes"],
        benefits=found["benefits"],
        outlay=found["outlay"],
    )
    years = world.work(f"{name}.net_job_years", "fte x year", over_years, values=net)
    found["net_job_years"] = years
    found["cost_per_net_job_year"] = world.work(
        f"{name}.public.cost_per_net_job_year",
        "EUR",
        rule.cost_per_net_job_year,
        outlay=found["outlay"],
        net_job_years=years,
    )
    return found


def balance(taxes: Array, benefits: Array, outlay: Array) -> Array:
    """Income of the public purse less its outlay."""
    return taxes + benefits - outlay


def support_paid(world: World, plan: str, flows: Sequence[Flow]) -> Figure | None:
    """Public money that other rooms or the dossier put on the lines of support, over the years."""
    total: Array = np.zeros(1)
    found = False
    for flow in flows:
        if flow.line in SUPPORT:
            quantity: Any = flow.quantity
            amount = quantity if isinstance(quantity, Quantity) else Quantity.constant(float(quantity))
            certain = amount.is_constant
            draws = amount.mean if certain else amount.ppf(world.draws.u(f"flows.{flow.line}"))
            total, found = total - np.asarray(draws) * flow.probability, True
    return Figure(f"{plan}.support", "EUR", np.atleast_1d(total)) if found else None
