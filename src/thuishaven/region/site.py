"""One source of a plan as far as its work goes: when it supplies, and which figures hold for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from thuishaven.dossier import Process, ResolvedPlan, Source, merged
from thuishaven.region.demand import MONTHS, machine_hours_needed
from thuishaven.region.figure import Array, Figure
from thuishaven.region.shifts import ShiftSystem, mean_premium, shift_systems
from thuishaven.region.world import Missing, World

#: Levels of automation, as parts of the saving that a fully automated line would bring.
AUTOMATION = {"medium": 1 / 2, "high": 1.0}
_BASELINE = "baseline"


@dataclass(frozen=True)
class Site:
    """A source in a plan, in the years of the calculation.

    Columns of draws are those of the cost engine: what is uncertain about a field is the same in every plan.
    """

    world: World
    plan: ResolvedPlan
    baseline: ResolvedPlan
    source: Source

    @property
    def here(self) -> bool:
        """In the company's own country: only work done here counts as jobs here."""
        return self.source.country == self.world.home

    @property
    def own(self) -> bool:
        """An own plant."""
        return self.source.maker == "own"

    @cached_property
    def process(self) -> Process:
        """How this source makes it."""
        return merged(self.plan.process, self.source.process)

    @cached_property
    def enters(self) -> bool:
        """The plan starts this source."""
        return all(source.id != self.source.id for source in self.baseline.sources)

    @property
    def first(self) -> int:
        """First year of supply, counted from year 0."""
        start, zero = self.source.start, self.world.dossier.as_of.year
        if start is None:
            return 1 if self.enters else 0
        return max(start - zero, 0)

    @cached_property
    def active(self) -> Figure:
        """1 in the years in which it supplies, (1, years)."""
        year = np.arange(self.world.years + 1)
        until = self.source.until
        last = self.world.years if until is None else until - self.world.dossier.as_of.year
        supplies = (year >= max(self.first, 1)) & (year <= last)
        return Figure(f"{self.name}.active", "", supplies.astype(float)[np.newaxis, :])

    @property
    def entry(self) -> Array:
        """1 in the first year of a source that the plan starts, (1, years)."""
        year = np.arange(self.world.years + 1)
        return ((year == max(self.first, 1)) & self.enters).astype(float)[np.newaxis, :]

    @property
    def name(self) -> str:
        """Path of the source, as in ``home`` or ``home.tilburg``."""
        return self.plan.id if len(self.plan.sources) == 1 else f"{self.plan.id}.{self.source.id}"

    @cached_property
    def units(self) -> Figure:
        """Units a year, (draws, years)."""
        return self.world.work(
            f"{self.name}.units",
            "unit",
            units_of,
            volume=self.world.volume(),
            share=self.world.constant(f"{self.name}.share", self.source.share),
            active=self.active,
        )

    # -- figures of the process, on the columns of the cost engine

    def field(self, name: str) -> Figure | None:
        """A figure of the process that the dossier gives; ``None`` where it is silent."""
        value = getattr(self.process, name)
        if value is None:
            return None
        if self.source.process is not None and getattr(self.source.process, name) is not None:
            return self.world.given(value, f"{self.name}.{name}", f"{self.source.id}.{name}")
        owner = self.baseline if getattr(self.baseline.process, name) == value else self.plan
        typed = getattr(owner.plan.process, name) is not None
        path = f"{owner.id}.{name}" if typed else f"process.{name}"
        return self.world.given(value, path, f"{_BASELINE}.{name}")

    def field_or_fact(self, name: str, parameter: str, **keys: str) -> Figure:
        """As :meth:`field`, with a fact where the dossier is silent."""
        return self.field(name) or self.world.fact(parameter, **keys)

    def once(self, name: str) -> Figure | None:
        """A one-off figure of the plan; ``None`` where it is silent."""
        value = getattr(self.plan.plan.one_off, name)
        if value is None:
            return None
        return self.world.in_euro(
            value, f"{self.plan.id}.one_off.{name}", f"{_BASELINE}.{name}", value.unit or ""
        )

    def coordination(self, name: str) -> Figure | None:
        """A figure of the work of working together; ``None`` where the dossier is silent."""
        value = getattr(self.source.coordination, name)
        if value is None:
            return None
        leading = self.source.id == self.baseline.sources[0].id
        column = f"{_BASELINE}.{name}" if leading else f"{self.source.id}.coordination.{name}"
        return self.world.given(value, f"{self.name}.coordination.{name}", column)

    def labour(self, name: str) -> Figure | None:
        """A figure of the labour section; ``None`` where it is silent."""
        return labour_field(self.world, self.plan, self.baseline, name)

    def labour_or_fact(self, name: str, parameter: str, **keys: str) -> Figure:
        """As :meth:`labour`, with a fact where the dossier is silent."""
        return self.labour(name) or self.world.fact(parameter, **keys)

    # -- hours of one unit

    @cached_property
    def efficiency(self) -> Figure:
        """Productivity against the hours as entered."""
        return self.field("efficiency") or self.world.constant("efficiency", 1.0)

    @cached_property
    def manual_hours(self) -> Figure:
        """Hours of work per good unit before automation: given, else estimated from today's price.

        Raises
        ------
        Missing
            Where neither the hours nor today's price are known.
        """
        return self.field("labour_hours") or self.estimated_hours

    @cached_property
    def estimated_hours(self) -> Figure:
        """Hours per unit from today's price and the wage gap, as the cost engine estimates them."""
        world, main = self.world, max(self.baseline.sources, key=lambda source: source.share)
        return world.work(
            f"{self.name}.labour_hours",
            "h",
            hours_estimated,
            price=reference_price(world, self.baseline, main),
            labour_share=world.fact("labour_share_of_price"),
            wage_today=world.wage(main.country),
            wage_here=world.wage(self.source.country),
            productivity_offset=world.fact("labour_productivity_offset"),
            estimate_factor=world.fact("estimated_price_factor", column=f"{self.source.id}.estimate_factor"),
        )

    @cached_property
    def saved_share(self) -> Figure | None:
        """Share of the hours that automation saves; ``None`` where the plan does not automate or gives its
        hours itself.
        """
        level = self.process.automation
        stated = self.plan.plan.process.labour_hours is not None
        if level not in AUTOMATION or stated or not self.own:
            return None
        full = self.world.fact("optimise_home_labour_saving")
        part = self.world.constant("automation", AUTOMATION[str(level)])
        return self.world.work(f"{self.name}.saved_share", "fraction", product, one=full, other=part)

    @cached_property
    def learning(self) -> Figure:
        """Hours against the mature level by year: more while the first units are made."""
        world = self.world
        if not self.enters:
            return world.constant("learning", 1.0)
        return world.work(
            f"{self.name}.learning",
            "fraction",
            learning_by_year,
            ratio=self.field_or_fact("learning_ratio", "learning_progress_ratio"),
            ramp_months=self.ramp_months,
            entry=Figure(f"{self.name}.entry", "", self.entry),
        )

    @cached_property
    def ramp_months(self) -> Figure:
        """Months until full output; none for a source that today already has."""
        given = self.once("ramp_up_months")
        if given is not None:
            return given
        return self.world.fact("ramp_up_months") if self.enters else self.world.constant("ramp_up_months", 0)

    @cached_property
    def machine_hours(self) -> Figure | None:
        """Operating hours of the machines a year; ``None`` where the dossier gives no machine hours."""
        ideal = self.field("machine_hours")
        if ideal is None:
            return None
        return self.world.work(
            f"{self.name}.machine_hours",
            "h/year",
            machine_hours_needed,
            units=self.units,
            machine_hours=ideal,
            oee=self.oee,
        )

    @cached_property
    def oee(self) -> Figure:
        """Overall equipment effectiveness."""
        return self.field_or_fact("oee", "oee")

    @property
    def system(self) -> ShiftSystem:
        """The shift system; one shift where the dossier does not say."""
        return shift_systems()[self.process.shifts or 1]

    def premium(self, system: ShiftSystem) -> Figure:
        """Mean premium over the hours of a shift system, as a share of the wage."""
        if system.id == self.system.id and (given := self.field("shift_premium")) is not None:
            return given
        world = self.world
        return world.work(
            f"{self.name}.premium.{system.id}",
            "fraction",
            mean_premium,
            evening_part=world.constant("evening_part", system.evening),
            night_part=world.constant("night_part", system.night),
            weekend_part=world.constant("weekend_part", system.weekend),
            evening=world.fact("evening_premium"),
            night=world.fact("night_premium"),
            weekend=world.fact("weekend_premium"),
        )

    @cached_property
    def wage(self) -> Figure:
        """Labour cost per hour here, EUR of ``as_of``, without premium."""
        value = self.process.labour_cost
        if value is None:
            return self.world.wage(self.source.country)
        given = self.field("labour_cost")
        assert given is not None
        column = given.leaf.column if given.leaf is not None else ""
        return self.world.in_euro(value, given.id, column, given.unit)


def sites(world: World, plan: ResolvedPlan, baseline: ResolvedPlan) -> tuple[Site, ...]:
    """The sources of a plan, in its order."""
    return tuple(Site(world, plan, baseline, source) for source in plan.sources)


def labour_field(world: World, plan: ResolvedPlan, baseline: ResolvedPlan, name: str) -> Figure | None:
    """A figure of the labour section of a plan; ``None`` where it is silent."""
    value: Any = getattr(plan.labour, name)
    if value is None:
        return None
    owner = baseline if getattr(baseline.labour, name) == value else plan
    typed = getattr(owner.plan.labour, name) is not None
    path = f"{owner.id}.labour.{name}" if typed else f"labour.{name}"
    return world.in_euro(value, path, f"{_BASELINE}.{name}", value.unit or "")


def reference_price(world: World, baseline: ResolvedPlan, main: Source) -> Figure:
    """What a unit costs today at the maker's door, EUR of ``as_of``.

    Raises
    ------
    Missing
        Where today's main source has no price.
    """
    if main.unit_price is None:
        raise Missing("unit_price")
    leading = main.id == baseline.sources[0].id
    column = f"{_BASELINE}.unit_price" if leading else f"{main.id}.unit_price"
    owner = baseline.id if len(baseline.sources) == 1 else f"{baseline.id}.{main.id}"
    return world.in_euro(main.unit_price, f"{owner}.unit_price", column, "EUR/unit")


def full_share(monthly: Sequence[Array], first: int, years: int, size: int) -> Array:
    """What a monthly share of full output means by year: 0 before, 1 once the months are over.

    Parameters
    ----------
    monthly
        Share by month since the first year of supply, (draws, months); the least of several counts.
    first
        First year of supply, counted from year 0.
    years, size
        Years after year 0, and draws.
    """
    found = np.ones((size, years + 1))
    if monthly:
        least = np.broadcast_to(np.minimum.reduce(np.broadcast_arrays(*monthly)), (size, monthly[0].shape[1]))
        mean = least.reshape(size, -1, MONTHS).mean(axis=2)
        kept = min(mean.shape[1], max(years + 1 - first, 0))
        found[:, first : first + kept] = mean[:, :kept]
    return found


def units_of(volume: Array, share: Array, active: Array) -> Array:
    """Units that a source supplies: demand x its share, in the years in which it supplies."""
    return volume * share * active


def product(one: Array, other: Array) -> Array:
    """The product of two figures."""
    return one * other


def hours_estimated(
    price: Array,
    labour_share: Array,
    wage_today: Array,
    wage_here: Array,
    productivity_offset: Array,
    estimate_factor: Array,
) -> Array:
    """Hours per unit where nobody gave them: ``k P l / w0 (w / w0)^-e``.

    P today's price, l its labour share, w0 and w the wages there and here, e what productivity makes up of
    the gap, k what reality makes of an estimate.
    """
    ratio = wage_here / wage_today
    return np.asarray(price * labour_share / wage_today * ratio ** (-productivity_offset) * estimate_factor)


def learning_by_year(ratio: Array, ramp_months: Array, entry: Array) -> Array:
    """Mean hours against the mature level: ``1 / (1 + log2 b)`` while the ramp lasts, in the first year."""
    lasting = np.clip(ramp_months / MONTHS, 0, 1)
    return np.asarray(1 + entry * lasting * (1 / (1 + np.log2(ratio)) - 1))
