"""Who does the work of a plan here: groups of people with their hours, jobs and heads by year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from thuishaven.dossier import Notice, Occupation, ResolvedPlan
from thuishaven.region.demand import (
    MONTHS,
    automated_hours,
    automation_support,
    full_time_hours,
    full_time_jobs,
    heads,
    hours_fixed,
    hours_labour_paced,
    hours_machine_paced,
    ramp_output,
)
from thuishaven.region.figure import Array, Figure
from thuishaven.region.hiring import chance_filled, full_months_lost, monthly_chance, staffed_share
from thuishaven.region.jobs import mixed
from thuishaven.region.site import Site, full_share, labour_field, product, sites
from thuishaven.region.world import Missing, World

#: Months over which a ramp and the search for people are followed.
FOLLOWED = 3 * MONTHS
#: Groups where the dossier gives no occupations, with their ISCO-08 major group.
USUAL = {"operators": "8", "technicians": "3", "support": "3", "supplier": "", "coordination": "2"}


@dataclass(frozen=True)
class Group:
    """A group of people.

    Parameters
    ----------
    kind
        ``labour``, ``machine`` or ``post``: what sets the pace.
    maker
        ``own`` or ``supplier``: whose people they are.
    mature
        Hours a year at full output, with learning, (draws, years).
    hours
        Hours a year with the ramp and the search for people.
    jobs
        Full-time jobs by year, from ``hours``.
    fill_chance
        Chance a month that a vacancy is filled; ``None`` for people who are not hired by the plan.
    """

    id: str
    kind: str
    maker: str
    site: Site
    mature: Figure
    hours: Figure
    jobs: Figure
    occupation: Occupation | None = None
    fill_chance: Figure | None = None

    @property
    def isco(self) -> str:
        """ISCO-08 code, empty where it is not known."""
        return (self.occupation.isco or "") if self.occupation is not None else USUAL.get(self.id, "")

    @property
    def direct(self) -> bool:
        """Whether the hours follow the product; posts, support and coordination do not."""
        return self.kind != "post"


@dataclass
class PlanWork:
    """The work of one plan here.

    Parameters
    ----------
    missing
        What could not be counted: pairs of source and the input that is missing.
    """

    world: World
    plan: ResolvedPlan
    baseline: ResolvedPlan
    missing: list[tuple[str, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """All sources of the plan."""
        return sites(self.world, self.plan, self.baseline)

    @property
    def home_plants(self) -> list[Site]:
        """Its own plants here."""
        return [site for site in self.sites if site.here and site.own]

    @cached_property
    def hours_per_job(self) -> Figure:
        """Hours really worked in a full-time job a year, E."""
        world, home = self.world, self.world.home
        return world.work(
            f"{self.plan.id}.hours_per_job",
            "h/year",
            full_time_hours,
            contract_hours=self.labour("contract_hours", "contract_hours_week", iso3=home),
            weeks=world.fact("weeks_per_year"),
            presence=self.labour("presence", "presence_share", iso3=home),
        )

    def labour(self, name: str, parameter: str, **keys: str) -> Figure:
        """A figure of the labour section, with a fact where it is silent."""
        given = labour_field(self.world, self.plan, self.baseline, name)
        return given if given is not None else self.world.fact(parameter, **keys)

    def plants_labour(self, name: str) -> Figure | None:
        """A figure of the labour section; ``None`` where it is silent."""
        return labour_field(self.world, self.plan, self.baseline, name)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All groups of people here."""
        found: list[Group] = []
        for site in self.sites:
            try:
                found += self._plant(site) if site.here and site.own else list(self._outside(site))
            except Missing as absent:
                self.missing.append((site.source.id, absent.name))
        return tuple(found)

    # -- who works here for a source that is not our plant here

    def _outside(self, site: Site) -> Iterator[Group]:
        world = self.world
        if site.here:
            hours = site.estimated_hours
            mature = world.work(
                f"{site.name}.supplier.mature",
                "h/year",
                hours_labour_paced,
                units=site.units,
                hours_per_unit=hours,
            )
            share = self._ramp(site, [])
            yield self._group("supplier", "labour", "supplier", site, mature, share)
        yearly = [site.coordination(name) for name in ("engineering_hours", "lost_hours")]
        given = [figure for figure in yearly if figure is not None]
        people = site.coordination("management")
        if people is not None:
            given.append(
                world.work(
                    f"{site.name}.management_hours",
                    "h/year",
                    product,
                    one=people,
                    other=self.hours_per_job,
                )
            )
        if given:
            terms = {f"part_{place}": figure for place, figure in enumerate(given, start=1)}
            mature = world.work(
                f"{site.name}.coordination.mature", "h/year", together, active=site.active, **terms
            )
            yield self._group("coordination", "post", "own", site, mature, None)

    # -- our own plant here

    def _plant(self, site: Site) -> list[Group]:
        drafts = self._drafts(site)
        chances = [self._fill_chance(site, occupation) for _id, _kind, _mature, occupation in drafts]
        staffed = []
        if site.enters:
            lead = self._column(self.world.fact("hiring_lead_months"))
            months = np.arange(float(FOLLOWED))
            staffed = [staffed_share(months, self._column(chance), lead) for chance in chances]
        share = self._ramp(site, staffed)
        found = []
        for (identity, kind, mature, occupation), chance in zip(drafts, chances, strict=True):
            found.append(self._group(identity, kind, "own", site, mature, share, occupation, chance))
        return found

    def _drafts(self, site: Site) -> list[tuple[str, str, Figure, Occupation | None]]:
        """Groups of an own plant with their hours at full output."""
        world, occupations = self.world, site.plan.labour.occupations
        drafts: list[tuple[str, str, Figure, Occupation | None]] = []
        for occupation in occupations:
            made = self._of_occupation(site, occupation)
            if made is not None:
                drafts.append((occupation.id, *made, occupation))
        if not any(kind != "post" for _id, kind, _mature, _occupation in drafts):
            drafts = [*self._estimated(site), *drafts]
        if not any(kind == "post" for _id, kind, _mature, _occupation in drafts):
            direct = {f"group_{n}": mature for n, (_i, _k, mature, _o) in enumerate(drafts, start=1)}
            share = site.labour_or_fact("indirect_share", "indirect_staff_share")
            mature = world.work(f"{site.name}.support.mature", "h/year", share_of_all, share=share, **direct)
            drafts.append(("support", "post", mature, None))
        return drafts

    def _of_occupation(self, site: Site, occupation: Occupation) -> tuple[str, Figure] | None:
        """Pace and hours of an occupation; ``None``, with a notice, where it says neither."""
        world, name = self.world, f"{site.name}.{occupation.id}"

        def given(field_name: str, unit: str) -> Figure | None:
            value = getattr(occupation, field_name)
            if value is None:
                return None
            path, column = f"{name}.{field_name}", f"{_column_of(site, occupation)}.{field_name}"
            return world.given(value, path, column, unit)

        if (per_unit := given("hours_per_unit", "h")) is not None:
            return "labour", world.work(
                f"{name}.mature",
                "h/year",
                with_learning,
                units=site.units,
                hours_per_unit=per_unit,
                efficiency=site.efficiency,
                learning=site.learning,
            )
        crew = given("crew", "count")
        if crew is not None and site.machine_hours is not None:
            return "machine", world.work(
                f"{name}.mature",
                "h/year",
                hours_machine_paced,
                machine_hours=site.machine_hours,
                crew=crew,
            )
        posts = given("posts", "count")
        if posts is not None:
            covered = given("post_hours", "h/year") or world.work(
                f"{name}.post_hours",
                "h/year",
                product,
                one=world.constant("hours_per_week", site.system.hours_per_week, "h/week"),
                other=world.fact("weeks_per_year"),
            )
            there = world.work(f"{name}.posts", "count", product, one=posts, other=site.active)
            return "post", world.work(
                f"{name}.mature", "h/year", hours_fixed, posts=there, covered_hours=covered
            )
        params = {"plan": site.plan.id, "occupation": occupation.id, "source": site.source.id}
        self.notices.append(Notice("occupation_without_hours", params))
        return None

    def _estimated(self, site: Site) -> list[tuple[str, str, Figure, Occupation | None]]:
        """Operators, and technicians where the plan automates."""
        world = self.world
        before = world.work(
            f"{site.name}.manual",
            "h/year",
            with_learning,
            units=site.units,
            hours_per_unit=site.manual_hours,
            efficiency=site.efficiency,
            learning=site.learning,
        )
        saved = site.saved_share
        if saved is None:
            return [("operators", "labour", before, None)]
        nothing = world.constant("support_hours", 0.0)
        after = world.work(
            f"{site.name}.operators.mature",
            "h/year",
            automated_hours,
            hours=before,
            saved_share=saved,
            support_hours=nothing,
        )
        support = world.work(
            f"{site.name}.technicians.mature",
            "h/year",
            automation_support,
            hours=before,
            saved_share=saved,
            support_share=world.fact("automation_support_share"),
        )
        return [("operators", "labour", after, None), ("technicians", "machine", support, None)]

    def _fill_chance(self, site: Site, occupation: Occupation | None) -> Figure:
        """Chance a month that a vacancy of a group is filled."""
        world = self.world
        if occupation is not None and occupation.fill_chance is not None:
            path, column = f"{site.name}.{occupation.id}.fill_chance", _column_of(site, occupation)
            normal = world.given(occupation.fill_chance, path, f"{column}.fill_chance", "fraction")
        elif occupation is not None and occupation.shortage is not None:
            scarce = "normal" if occupation.shortage == "none" else "shortage"
            normal = world.fact("vacancy_fill_chance", scarcity=scarce)
        else:
            normal = world.work(
                f"{site.plan.id}.fill_chance",
                "fraction",
                mixed,
                share=site.labour_or_fact("shortage_share", "shortage_share"),
                one=world.fact("vacancy_fill_chance", scarcity="shortage"),
                other=world.fact("vacancy_fill_chance", scarcity="normal"),
            )
        if not site.system.works_nights:
            return normal
        return world.work(
            f"{site.name}.fill_chance.night",
            "fraction",
            at_night,
            normal=normal,
            night_factor=world.fact("night_work_fill_factor"),
        )

    # -- the ramp

    def _ramp(self, site: Site, staffed: list[Array]) -> Figure | None:
        """Share of full output by year; ``None`` for a source that today already has."""
        if not site.enters:
            return None
        ramp = self._column(site.ramp_months)
        monthly = [ramp_output(np.arange(float(FOLLOWED)), ramp), *staffed]
        size = self.world.draws.n
        values = full_share(monthly, max(site.first, 1), self.world.years, size)
        return Figure(f"{site.name}.ramp", "fraction", values, inputs=(("ramp_months", site.ramp_months),))

    def _column(self, figure: Figure) -> Array:
        return self.world.full(figure)[:, np.newaxis]

    def months_lost(self, site: Site) -> Array:
        """Months of full output that unfilled posts cost, (draws,)."""
        size = self.world.draws.n
        chances = [group.fill_chance for group in self.groups if group.site is site and group.fill_chance]
        if not site.enters or not chances:
            return np.zeros(size)
        months, lead = np.arange(float(FOLLOWED)), self._column(self.world.fact("hiring_lead_months"))
        wanted = ramp_output(months, self._column(site.ramp_months))
        staffed = [staffed_share(months, self._column(chance), lead) for chance in chances]
        return full_months_lost(wanted, np.minimum.reduce([wanted, *staffed]))

    def filled_at_start(self, group: Group) -> Array:
        """Mean share of a group's posts that is filled when the source starts, (draws,)."""
        assert group.fill_chance is not None
        lead = self.world.full(self.world.fact("hiring_lead_months"))
        return chance_filled(self.world.full(group.fill_chance), lead)

    # -- groups

    def _group(
        self,
        identity: str,
        kind: str,
        maker: str,
        site: Site,
        mature: Figure,
        share: Figure | None,
        occupation: Occupation | None = None,
        chance: Figure | None = None,
    ) -> Group:
        world, name = self.world, f"{site.name}.{identity}"
        hours = mature
        if share is not None:
            hours = world.work(f"{name}.hours", "h/year", product, one=mature, other=share)
        jobs = world.work(f"{name}.fte", "fte", full_time_jobs, hours=hours, hours_per_job=self.hours_per_job)
        return Group(identity, kind, maker, site, mature, hours, jobs, occupation, chance)

    @cached_property
    def jobs(self) -> Figure:
        """Full-time jobs here by year, all groups together."""
        return self.total(f"{self.plan.id}.fte", list(self.groups))

    def total(self, identity: str, groups: list[Group]) -> Figure:
        """Full-time jobs of some groups by year."""
        if not groups:
            return Figure(identity, "fte", np.zeros((1, self.world.years + 1)))
        terms = {f"group_{n}": group.jobs for n, group in enumerate(groups, start=1)}
        return self.world.work(identity, "fte", all_groups, **terms)

    @cached_property
    def heads(self) -> Figure:
        """People employed here by year."""
        return self.world.work(
            f"{self.plan.id}.heads",
            "persons",
            heads,
            jobs=self.jobs,
            part_time=self.labour("part_time", "part_time_factor"),
        )

    def scarce_share(self, group: Group) -> Figure:
        """Share of a group that works in a shortage occupation."""
        known = group.occupation.shortage if group.occupation is not None else None
        if known is not None:
            return self.world.constant(f"{group.site.name}.{group.id}.shortage", float(known != "none"))
        return self.labour("shortage_share", "shortage_share")

    @cached_property
    def scarce_jobs(self) -> Figure:
        """Full-time jobs in shortage occupations by year."""
        terms = {}
        for place, group in enumerate(self.groups, start=1):
            terms[f"group_{place}"] = self.world.work(
                f"{group.site.name}.{group.id}.scarce",
                "fte",
                product,
                one=group.jobs,
                other=self.scarce_share(group),
            )
        if not terms:
            return Figure(f"{self.plan.id}.fte_scarce", "fte", np.zeros((1, self.world.years + 1)))
        return self.world.work(f"{self.plan.id}.fte_scarce", "fte", all_groups, **terms)

    def ends(self) -> list[Figure]:
        """The figures on which everything about the jobs rests."""
        return [self.heads, *(group.fill_chance for group in self.groups if group.fill_chance is not None)]


def _column_of(site: Site, occupation: Occupation) -> str:
    """Column of an occupation's figures: the same in every plan that has them."""
    return f"labour.{occupation.id}"


def with_learning(units: Array, hours_per_unit: Array, efficiency: Array, learning: Array) -> Array:
    """Hours a year: units x hours per unit / efficiency, more while people learn."""
    return hours_labour_paced(units, hours_per_unit, efficiency=efficiency) * learning


def all_groups(**groups: Array) -> Array:
    """The sum of all groups."""
    return np.asarray(sum(groups.values()))


def share_of_all(share: Array, **groups: Array) -> Array:
    """A share of the hours of all groups together."""
    return np.asarray(share * sum(groups.values()))


def together(active: Array, **parts: Array) -> Array:
    """The sum of yearly hours, in the years of supply."""
    return np.asarray(active * sum(parts.values()))


def at_night(normal: Array, night_factor: Array) -> Array:
    """Chance that a vacancy is filled within a month, with night work."""
    return monthly_chance(normal, True, night_factor)
