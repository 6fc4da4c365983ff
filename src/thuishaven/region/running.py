"""How does the line of a plan run? Shifts and their cost, slack, hours without people, batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from thuishaven.dossier import Notice
from thuishaven.region import series, shifts
from thuishaven.region.figure import Array, Figure, spread
from thuishaven.region.people import PlanWork
from thuishaven.region.site import Site, product, reference_price
from thuishaven.region.world import Missing, World


def in_year(values: Array, place: Array) -> Array:
    """The values of one year."""
    where = int(place.flat[0])
    return values[:, where] if values.shape[1] > 1 else values[:, 0]


def at(world: World, figure: Figure, place: int) -> Figure:
    """A figure in one year, counted from year 0."""
    if figure.values.ndim == 1:
        return figure
    year = world.on.year + place
    return world.work(
        f"{figure.id}.{year}", figure.unit, in_year, values=figure, place=world.constant("year", place)
    )


def shift_plan(work: PlanWork, site: Site, place: int) -> dict[str, Any]:
    """The shift system of a plant: what it covers, whom it takes, what it costs per machine hour."""
    world, system = work.world, site.system
    weeks = world.fact("weeks_per_year")
    covered = _covered(world, site, system)
    post = world.work(
        f"{site.name}.people_per_post",
        "fte",
        shifts.people_for_post,
        hours_a_year=covered,
        hours_per_job=work.hours_per_job,
    )
    premium = site.premium(system)
    found: dict[str, Any] = {
        "source": site.source.id,
        "system": system.id,
        "stated": site.process.shifts is not None,
        "hours_per_week": system.hours_per_week,
        "hours_per_year": float(covered.mean),
        "crews": system.crews,
        "night_share": system.night,
        "people_per_post": spread(world.full(post)),
        "premium": spread(world.full(premium)),
        "premium_stated": site.process.shift_premium is not None,
        "published_premiums": published_premiums(world, system.id),
        "machine_hour": [],
    }
    assert weeks.leaf is not None
    if site.machine_hours is not None:
        found["machine_hour"] = _machine_hours(work, site, place)
    return found


def published_premiums(world: World, system: int) -> list[dict[str, Any]]:
    """Premiums of this shift system that were published for the country: examples to compare with."""
    facts = world.facts.find("shift_premium_published", iso3=world.home, system=str(system))
    return [
        {
            "id": fact.id,
            "low": (fact.low if fact.low is not None else fact.value),
            "high": (fact.high if fact.high is not None else fact.value),
            "unit": fact.unit,
            "note": fact.note,
            "source": fact.source_id,
            "publisher": world.facts.source(fact.source_id).publisher,
        }
        for fact in facts
    ]


def _covered(world: World, site: Site, system: shifts.ShiftSystem) -> Figure:
    return world.work(
        f"{site.name}.covered_hours.{system.id}",
        "h/year",
        product,
        one=world.constant("hours_per_week", system.hours_per_week, "h/week"),
        other=world.fact("weeks_per_year"),
    )


def machines_of(machine_hours: Array, covered: Array) -> Array:
    """Machines needed: operating hours over the hours that the shifts cover, rounded up, at least one."""
    return np.maximum(np.ceil(machine_hours / covered), 1)


def load_of(machine_hours: Array, machines: Array, covered: Array) -> Array:
    """Load of the machines: operating hours over the hours they could run."""
    return np.asarray(machine_hours / (machines * covered))


def weekly_of(units: Array, machine_hours_per_unit: Array, machines: Array, weeks: Array) -> Array:
    """Ideal machine hours a week per machine that the demand asks."""
    return np.asarray(units * machine_hours_per_unit / (machines * weeks))


def capital_of(price: Array, machines: Array, years: Array, rate: Array) -> Array:
    """Yearly capital cost of machines: an annuity over their life."""
    return shifts.annuity(price * machines, years, float(rate.flat[0]))


def price_each(total: Array, machines: Array) -> Array:
    """Price of one machine, from that of all of them."""
    return np.asarray(total / machines)


def crew_of(hours: Array, machine_hours: Array) -> Array:
    """Mean people per running machine: direct hours over operating hours."""
    return np.divide(hours, machine_hours, out=np.zeros_like(hours * machine_hours), where=machine_hours > 0)


def _machine_hours(work: PlanWork, site: Site, place: int) -> list[dict[str, Any]]:
    """What a machine hour costs in each shift system, for the same demand and as few machines as it takes."""
    world = work.world
    assert site.machine_hours is not None
    operating = at(world, site.machine_hours, place)
    if not np.any(operating.values > 0):
        return []
    direct = [group for group in work.groups if group.site is site and group.direct]
    people = {f"group_{n}": at(world, group.mature, place) for n, group in enumerate(direct, start=1)}
    crew = world.work(f"{site.name}.crew", "count", _crew_of_groups, machine_hours=operating, **people)
    each = _machine_price(site, operating)
    rows = []
    for system in shifts.shift_systems().values():
        name = f"{site.name}.machine_hour.{system.id}"
        premium, covered = site.premium(system), _covered(world, site, system)
        machines = world.work(
            f"{name}.machines", "count", machines_of, machine_hours=operating, covered=covered
        )
        capital = world.constant("capital", 0.0, "EUR/year")
        if each is not None:
            capital = world.work(
                f"{name}.capital",
                "EUR/year",
                capital_of,
                price=each,
                machines=machines,
                years=_life(site),
                rate=world.constant("rate", world.rate),
            )
        cost = world.work(
            name,
            "EUR/h",
            shifts.machine_hour_cost,
            wage=site.wage,
            premium=premium,
            crew=crew,
            capital_per_year=capital,
            hours_sold=operating,
        )
        rows.append(
            {
                "system": system.id,
                "premium": spread(world.full(premium)),
                "machines": spread(world.full(machines)),
                "cost": spread(world.full(cost)),
                "with_capital": each is not None,
                "chosen": system.id == site.system.id,
            }
        )
    return rows


def _crew_of_groups(machine_hours: Array, **groups: Array) -> Array:
    """Mean people per running machine, all direct groups together."""
    return crew_of(np.asarray(sum(groups.values())), machine_hours)


def _machine_price(site: Site, operating: Figure) -> Figure | None:
    """Price of one machine; ``None`` where the dossier gives no price of machines."""
    given = site.once("machine_price")
    total = site.once("machines")
    if given is not None or total is None:
        return given
    world = site.world
    machines = world.work(
        f"{site.name}.machines_now",
        "count",
        machines_of,
        machine_hours=operating,
        covered=_covered(world, site, site.system),
    )
    return world.work(f"{site.name}.machine_price", "EUR", price_each, total=total, machines=machines)


def _life(site: Site) -> Figure:
    return site.once("machine_life") or site.world.fact("asset_life_machines")


def reliability(work: PlanWork, site: Site, place: int) -> dict[str, Any]:
    """Slack of the week, load and waiting, availability of the line, and hours without people."""
    world = work.world
    found: dict[str, Any] = {"source": site.source.id, "oee": spread(world.full(site.oee))}
    found["oee_measured"] = site.process.oee is not None
    found |= _load(work, site, place)
    found["line_availability"] = _line(work, site)
    found["unattended"] = _unattended(work, site)
    around = site.system.hours_per_week >= shifts.WEEK
    if site.plan.labour.between_stops is None and (around or site.plan.labour.unattended_hours is not None):
        work.notices.append(Notice("stop_hours_unknown", {"plan": site.plan.id, "source": site.source.id}))
    return found


def _load(work: PlanWork, site: Site, place: int) -> dict[str, Any]:
    world = work.world
    if site.machine_hours is None:
        return {"slack_hours_per_week": None, "load": None, "waiting": None, "teep": None}
    operating, units = at(world, site.machine_hours, place), at(world, site.units, place)
    covered = _covered(world, site, site.system)
    machines = world.work(
        f"{site.name}.machines", "count", machines_of, machine_hours=operating, covered=covered
    )
    ideal = site.field("machine_hours")
    assert ideal is not None
    weekly = world.work(
        f"{site.name}.weekly_hours",
        "h/week",
        weekly_of,
        units=units,
        machine_hours_per_unit=ideal,
        machines=machines,
        weeks=world.fact("weeks_per_year"),
    )
    slack = world.work(f"{site.name}.slack", "h/week", shifts.slack_hours, demand_hours=weekly, oee=site.oee)
    load = world.work(
        f"{site.name}.load",
        "fraction",
        load_of,
        machine_hours=operating,
        machines=machines,
        covered=covered,
    )
    waiting = world.work(f"{site.name}.waiting", "multiple", shifts.waiting_factor, load=load)
    used = world.work(f"{site.name}.teep", "fraction", shifts.teep, oee=site.oee, planned_hours=covered)
    return {
        "slack_hours_per_week": spread(world.full(slack)),
        "load": spread(world.full(load)),
        "waiting": spread(world.full(waiting)),
        "teep": spread(world.full(used)),
        "machines": spread(world.full(machines)),
    }


def _line(work: PlanWork, site: Site) -> dict[str, Any] | None:
    world = work.world
    stations, availability = site.labour("stations"), site.labour("station_availability")
    if stations is None or availability is None:
        return None
    found = {}
    kinds = {"stops_only_running": line_fails_running, "stops_any_time": line_fails_any_time}
    for kind, function in kinds.items():
        figure = world.work(
            f"{site.name}.line.{kind}", "fraction", function, availability=availability, stations=stations
        )
        found[kind] = spread(world.full(figure))
    return {**found, "one_station": spread(world.full(availability)), "buffered": site.plan.labour.buffered}


def line_fails_running(availability: Array, stations: Array) -> Array:
    """Availability of a line without buffers whose stations fail only while they run."""
    return shifts.line_of_equal_stations(availability, stations)


def line_fails_any_time(availability: Array, stations: Array) -> Array:
    """Availability of a line without buffers whose stations may fail at any time."""
    return shifts.line_of_equal_stations(availability, stations, fails_only_running=False)


def _unattended(work: PlanWork, site: Site) -> dict[str, Any] | None:
    """What hours without people ask, and what they give with the stops that the dossier states."""
    world = work.world
    hours, stops = site.labour("unattended_hours"), site.labour("between_stops")
    if hours is None:
        return None
    target = world.fact("unattended_target")
    needed = world.work(
        f"{site.name}.stop_hours_needed", "h", shifts.stop_hours_needed, hours=hours, chance=target
    )
    found: dict[str, Any] = {
        "hours": spread(world.full(hours)),
        "target": target.mean,
        "stop_hours_needed": spread(world.full(needed)),
        "stop_hours": None,
        "chance_of_no_stop": None,
        "share_run": None,
    }
    if stops is not None:
        parts = {"chance_of_no_stop": shifts.chance_of_no_stop, "share_run": shifts.share_run}
        found["stop_hours"] = spread(world.full(stops))
        for name, function in parts.items():
            figure = world.work(f"{site.name}.{name}", "fraction", function, hours=hours, stop_hours=stops)
            found[name] = spread(world.full(figure))
    return found


def small_series(work: PlanWork, site: Site, place: int) -> dict[str, Any] | None:
    """The cheapest batch, what it costs per unit against the batch in use, and the smallest possible one."""
    world, setup = work.world, site.field("setup_hours")
    if setup is None:
        return None
    try:
        holding = _holding(work, site)
    except Missing:
        return None
    crew = site.field("setup_crew") or world.constant("setup_crew", 1.0)
    cost = world.work(f"{site.name}.setup_cost", "EUR", setup_cost, hours=setup, crew=crew, wage=site.wage)
    units = at(world, site.units, place)
    known = {"setup_cost": cost, "demand": units, "holding": holding}
    best = world.work(f"{site.name}.best_batch", "unit", series.best_batch, **known)
    at_best = world.work(f"{site.name}.cost_at_best_batch", "EUR/unit", series.cost_at_best_batch, **known)
    found: dict[str, Any] = {
        "source": site.source.id,
        "setup_cost": spread(world.full(cost)),
        "best_batch": spread(world.full(best)),
        "cost_at_best_batch": spread(world.full(at_best)),
        "batch": None,
        "cost_at_batch": None,
        "least_batch": None,
    }
    batch = site.field("batch_units")
    if batch is not None:
        now = world.work(f"{site.name}.cost_at_batch", "EUR/unit", series.batch_cost, batch=batch, **known)
        found |= {"batch": spread(world.full(batch)), "cost_at_batch": spread(world.full(now))}
    ideal = site.field("machine_hours")
    if ideal is not None and site.machine_hours is not None:
        covered = _covered(world, site, site.system)
        operating = at(world, site.machine_hours, place)
        machines = world.work(
            f"{site.name}.machines", "count", machines_of, machine_hours=operating, covered=covered
        )
        least = world.work(
            f"{site.name}.least_batch",
            "unit",
            least_batch_of,
            demand=units,
            setup_hours=setup,
            covered=covered,
            machines=machines,
            oee=site.oee,
            cycle=ideal,
        )
        found["least_batch"] = spread(world.full(least))
    return found


def setup_cost(hours: Array, crew: Array, wage: Array) -> Array:
    """Cost of a change-over: hours x people x labour cost per hour."""
    return hours * crew * wage


def holding_cost(value: Array, storage: Array, rate: Array) -> Array:
    """Cost of a unit in stock for a year: its value x (storage and insurance + return on capital)."""
    return value * (storage + rate)


def least_batch_of(
    demand: Array, setup_hours: Array, covered: Array, machines: Array, oee: Array, cycle: Array
) -> Array:
    """Smallest batch that the machines of the plan allow."""
    return series.least_batch(demand, setup_hours, covered * machines * oee, cycle)


def _holding(work: PlanWork, site: Site) -> Figure:
    world, baseline = work.world, site.baseline
    main = max(baseline.sources, key=lambda source: source.share)
    given = work.plan.stock.holding_rate
    storage = (
        world.fact("noncapital_holding_rate")
        if given is None
        else world.given(given, f"{work.plan.id}.stock.holding_rate", "baseline.holding_rate")
    )
    return world.work(
        f"{site.name}.holding",
        "EUR/unit/year",
        holding_cost,
        value=reference_price(world, baseline, main),
        storage=storage,
        rate=world.constant("rate", world.rate),
    )
