"""The answer of the room: frozen, explainable, and replayable from its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from thuishaven.dossier import VERSION, Flow, Settings, plain
from thuishaven.region.figure import Array, Figure, Leaf, leaves_of, spread
from thuishaven.region.hiring import chance_all_filled
from thuishaven.region.people import Group
from thuishaven.region.running import at
from thuishaven.region.schemes import Entitlement
from thuishaven.region.world import World

if TYPE_CHECKING:
    from thuishaven.region.assess import PlanFigures

SCHEMA = "thuishaven.region/1"
#: Months of searching for which the chance of a full crew is told.
SEARCHED = (6, 12)


@dataclass(frozen=True)
class RegionResult:
    """What each plan means for work here.

    Use :meth:`to_dict` for the plain form, :meth:`explain` for one figure, :meth:`draws` for joint draws,
    :meth:`flows` for what the cost engine should know.

    Parameters
    ----------
    place
        Year in which the plans are compared, counted from year 0.
    tax_rate
        Corporate income tax, taken off the flows.
    """

    world: World
    settings: Settings
    baseline: str
    plans: Mapping[str, PlanFigures]
    place: int
    wage_subsidies: tuple[Flow, ...]
    tax_rate: float
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def flows(self) -> tuple[Flow, ...]:
        """Wage subsidies that count, after tax, on line T02: ``cost.assess(..., inputs=result.flows())``."""
        return self.wage_subsidies

    def draws(self, plan: str, what: str) -> Array:
        """Joint draws of a plan, (draws,), on the columns that all rooms share.

        Parameters
        ----------
        plan
            Id of the plan.
        what
            ``fte`` full-time jobs here in the year of comparison, ``fte_direct`` that less today's,
            ``fte_net`` net of what would come anyway and is lost elsewhere, ``heads``, ``fte_scarce`` in
            shortage occupations, ``hires``, ``training_hours``, ``training_cost`` (EUR), ``delay_months``
            (of full output, by unfilled posts), ``net_job_years``, ``public_balance`` (EUR).

        Raises
        ------
        KeyError
            For a plan or a figure there is not.
        """
        figures = self.plans[plan]
        yearly = {
            "fte": figures.work.jobs,
            "fte_direct": figures.change,
            "fte_net": figures.net,
            "heads": figures.work.heads,
            "fte_scarce": figures.work.scarce_jobs,
        }
        if what in yearly:
            return self._at(yearly[what])
        if what == "delay_months":
            return figures.months_lost
        once = {
            "hires": figures.training["hires"],
            "training_hours": figures.training["hours"],
            "training_cost": figures.training["cost"],
            "net_job_years": figures.public["net_job_years"],
            "public_balance": figures.public["balance"],
        }
        return self.world.full(once[what])

    def _at(self, figure: Figure) -> Array:
        """A figure in the year of comparison, (draws,)."""
        values = self.world.full(figure)
        return values[:, self.place] if values.ndim > 1 else values

    def explain(self, reference: str) -> dict[str, Any]:
        """How a figure came about: formula, inputs, values, sources.

        Parameters
        ----------
        reference
            As in ``home.fte_net``, ``home.operators.fte`` or ``home.subsidy.be_shift_night``; a year may
            follow, as in ``home.fte_net.2029``.

        Raises
        ------
        KeyError
            For a figure there is not.
        """
        head, _, tail = reference.rpartition(".")
        known = self.world.figures
        if reference not in known and tail.isdigit() and head in known:
            return at(self.world, known[head], int(tail) - self.world.on.year).to_dict()
        return known[reference].to_dict()

    def used_leaves(self) -> list[Leaf]:
        """Every input on which a figure rests, the user's own first."""
        if "leaves" not in self._cache:
            ends: list[Figure] = []
            for figures in self.plans.values():
                ends += [figures.net, *figures.public.values(), *figures.training.values()]
                ends += [*figures.work.ends(), figures.work.scarce_jobs]
                ends += [e.amount for e in figures.entitlements if e.counted and e.amount is not None]
            found = {leaf.id: leaf for leaf in leaves_of(ends)}
            self._cache["leaves"] = sorted(found.values(), key=lambda x: (x.answer is not None, x.id))
        leaves: list[Leaf] = self._cache["leaves"]
        return leaves

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        from thuishaven.region.assess import notices

        world = self.world
        leaves = self.used_leaves()
        return dict(
            plain(
                {
                    "schema": SCHEMA,
                    "settings": {
                        "as_of": world.on.isoformat(),
                        "seed": self.settings.seed,
                        "draws": self.settings.draws,
                        "horizon_years": world.years,
                        "discount_rate": world.rate,
                        "tax_rate": self.tax_rate,
                        "currency": "EUR",
                        "version": VERSION,
                        "facts": world.facts.digest,
                    },
                    "baseline": self.baseline,
                    "country": world.home,
                    "region": world.dossier.company.region,
                    "year": world.on.year + self.place,
                    "vacancies": self._vacancies(),
                    "plans": [self._plan(name) for name in self.plans],
                    "inputs_used": [leaf.to_dict() for leaf in leaves if leaf.answer is None],
                    "facts_used": [leaf.to_dict() for leaf in leaves if leaf.answer is not None],
                    "not_counted": [
                        {"plan": name, "source": source, "missing": missing}
                        for name, figures in self.plans.items()
                        for source, missing in dict.fromkeys(figures.work.missing)
                    ],
                    "warnings": [notice.to_dict() for notice in notices(self)],
                }
            )
        )

    def _vacancies(self) -> dict[str, Any] | None:
        """How tight the labour market is: published share of the jobs that is vacant."""
        answer = self.world.answer("job_vacancy_rate", iso3=self.world.home)
        if answer is None or answer.value is None:
            return None
        area = dict(answer.fact.keys)["iso3"]
        return {"id": answer.fact.id, "area": area, "value": answer.value, "period": answer.fact.period}

    def _plan(self, name: str) -> dict[str, Any]:
        figures = self.plans[name]
        work = figures.work
        return {
            "id": name,
            "fte": spread(self._at(work.jobs)),
            "heads": spread(self._at(work.heads)),
            "fte_scarce": spread(self._at(work.scarce_jobs)),
            "fte_direct": spread(self._at(figures.change)),
            "fte_net": spread(self._at(figures.net)),
            "fte_net_direct": spread(self._at(figures.net_direct)),
            "hours_per_job": spread(self.world.full(work.hours_per_job)),
            "years": self._years(figures),
            "groups": [self._group(group) for group in work.groups],
            "build_up": spread(self.world.full(figures.build_up)) if figures.build_up else None,
            "hiring": self._hiring(figures),
            "training": {
                "hours": spread(self.world.full(figures.training["hours"])),
                "cost": spread(self.world.full(figures.training["cost"])),
                "learning_loss_hours": spread(self.world.full(figures.training["learning_loss"])),
            },
            "running": list(figures.running),
            "subsidies": [self._subsidy(entitled) for entitled in figures.entitlements],
            "supported": self._supported(figures),
            "accounts": self._accounts(figures),
            "quality": self._quality(figures),
        }

    def _years(self, figures: PlanFigures) -> list[dict[str, Any]]:
        world, rows = self.world, []
        paths = {"fte": figures.work.jobs, "fte_direct": figures.change, "fte_net": figures.net}
        full = {key: world.full(figure) for key, figure in paths.items()}
        for place in range(world.years + 1):
            row: dict[str, Any] = {"year": world.on.year + place}
            row |= {key: spread(values[:, place]) for key, values in full.items()}
            rows.append(row)
        return rows

    def _group(self, group: Group) -> dict[str, Any]:
        chance = group.fill_chance
        occupation = group.occupation
        return {
            "id": f"{group.site.name}.{group.id}",
            "group": group.id,
            "name": occupation.name if occupation is not None else None,
            "isco": group.isco or None,
            "pace": group.kind,
            "maker": group.maker,
            "source": group.site.source.id,
            "shortage": occupation.shortage if occupation is not None else None,
            "hours": spread(self._at(group.hours)),
            "fte": spread(self._at(group.jobs)),
            "fill_chance": spread(self.world.full(chance)) if chance is not None else None,
        }

    def _hiring(self, figures: PlanFigures) -> dict[str, Any]:
        rows = []
        for group, people in figures.hires:
            assert group.fill_chance is not None
            chance, vacancies = self.world.full(group.fill_chance), self.world.full(people)
            filled = {str(m): float(chance_all_filled(chance, m, vacancies).mean()) for m in SEARCHED}
            rows.append(
                {
                    "group": group.id,
                    "source": group.site.source.id,
                    "hires": spread(vacancies),
                    "chance_all_filled": filled,
                    "filled_at_start": spread(figures.work.filled_at_start(group)),
                }
            )
        total = self.world.full(figures.training["hires"])
        return {"hires": spread(total), "groups": rows, "delay_months": spread(figures.months_lost)}

    def _subsidy(self, entitled: Entitlement) -> dict[str, Any]:
        amount = None if entitled.amount is None else spread(self._at(entitled.amount))
        return {
            "scheme": entitled.scheme.id,
            "law": entitled.scheme.law,
            "period": entitled.period,
            "met": entitled.met,
            "chance": entitled.chance,
            "counted": entitled.counted,
            "unknown": list(entitled.unknown),
            "failed": list(entitled.failed),
            "amount": amount,
            "each": spread(self.world.full(entitled.each)),
        }

    def _supported(self, figures: PlanFigures) -> dict[str, Any] | None:
        """Supported work, counted apart: people, and what a standard hour costs with and without help."""
        from thuishaven.region.hiring import supported_wage

        work, world = figures.work, self.world
        people = work.plants_labour("supported_jobs")
        if people is None or not work.home_plants:
            return None
        site = work.home_plants[0]
        output = work.labour("supported_productivity", "supported_productivity")
        share = next(
            (e for e in figures.entitlements if e.counted and e.scheme.kind == "reference"),
            None,
        )
        nothing = world.constant("subsidy", 0.0)
        rate = nothing if share is None else world.fact("wage_subsidy_rate", scheme=share.scheme.id)
        found = {}
        for key, part in (("with_subsidy", rate), ("without_subsidy", nothing)):
            figure = world.work(
                f"{site.name}.supported.{key}",
                "EUR/h",
                supported_wage,
                wage=site.wage,
                subsidy_share=part,
                productivity=output,
            )
            found[key] = spread(world.full(figure))
        guidance = work.labour("guidance", "guidance_cost")
        return {
            "fte": spread(world.full(people)),
            "cost_per_standard_hour": found,
            "guidance": spread(world.full(guidance)),
        }

    def _accounts(self, figures: PlanFigures) -> dict[str, Any]:
        cost = figures.labour_cost
        public = {key: spread(self.world.full(figure)) for key, figure in figures.public.items()}
        counted = [e.amount for e in figures.entitlements if e.counted and e.amount is not None]
        chances = [e.chance or 0.0 for e in figures.entitlements if e.counted and e.amount is not None]
        amounts = [self._at(amount) * chance for amount, chance in zip(counted, chances, strict=True)]
        subsidies: Array = np.asarray(sum(amounts, np.zeros(1)))
        return {
            "firm": {
                "labour_cost_per_year": spread(self._at(cost)) if cost is not None else None,
                "subsidies_per_year": spread(subsidies),
            },
            "public": public,
        }

    def _quality(self, figures: PlanFigures) -> dict[str, Any] | None:
        """Pay, nights and supported share of the jobs at the own plant here."""
        plants = figures.work.home_plants
        if not plants:
            return None
        site = plants[0]
        jobs = float(np.mean(self._at(figures.work.jobs)))
        supported = figures.work.plants_labour("supported_jobs")
        return {
            "labour_cost_per_hour": spread(self.world.full(site.wage)),
            "night_share": site.system.night,
            "supported_share": None if supported is None or jobs <= 0 else min(supported.mean / jobs, 1.0),
        }
