"""Which plan, in which country, would be worth a closer look? All generated plans in one world, ranked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thuishaven import cost
from thuishaven.alternatives.generate import generate, second_sources
from thuishaven.alternatives.model import choices, families, telling_source
from thuishaven.alternatives.refine import refine
from thuishaven.dossier import VERSION, Dossier, Plan, Reason, ResolvedPlan, Settings, plain, resolve_plan
from thuishaven.facts import FactSet, bundled, countries, explore_coverage

SCHEMA = "thuishaven.explore/1"
#: Draws of an exploration: enough to rank, quick enough to wait for.
DRAWS = 1024


@dataclass(frozen=True)
class Option:
    """One generated plan and what it costs."""

    resolved: ResolvedPlan
    country: str
    maker: str
    summary: cost.Summary
    efficient: bool = False

    @property
    def plan(self) -> Plan:
        """The plan as it would stand in a dossier."""
        return self.resolved.plan

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        table = countries()
        return {
            "id": self.plan.id,
            "family": self.plan.family,
            "family_name": families()[self.plan.family or "stay"].name_en,
            "country": self.country,
            "country_name": table[self.country].name_en,
            "maker": self.maker,
            "efficient": self.efficient,
            "assumptions": [told(remark) for remark in self.plan.assumptions],
            "lacks": [told(remark) for remark in self.plan.lacks],
            **self.summary.to_dict(),
        }


def told(remark: str | Reason) -> str | dict[str, Any]:
    """A remark in plain form: a person's text as it is, a reason by its code."""
    return remark.to_dict() if isinstance(remark, Reason) else remark


@dataclass(frozen=True)
class ExploreResult:
    """All plans, cheapest first; ``left_out`` says which countries lack which figures."""

    dossier: Dossier
    settings: Settings
    frame: Any
    facts_digest: str
    options: tuple[Option, ...]
    left_out: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        frame, settings = self.frame, self.settings
        return dict(
            plain(
                {
                    "schema": SCHEMA,
                    "settings": {
                        "as_of": frame.on,
                        "seed": settings.seed,
                        "draws": settings.draws,
                        "horizon_years": frame.years,
                        "discount_rate": frame.discount_rate,
                        "tax_rate": frame.tax_rate,
                        "mid_year": frame.mid_year,
                        "scenario": settings.scenario,
                        "hidden_cost_uplift": settings.hidden_cost_uplift,
                        "version": VERSION,
                        "facts_digest": self.facts_digest,
                        "currency": "EUR",
                    },
                    "baseline": self.dossier.baseline.id,
                    "options": [option.to_dict() for option in self.options],
                    "left_out": self.left_out,
                }
            )
        )

    def plan(self, name: str) -> Plan:
        """A generated plan by id, to be saved into the dossier.

        Raises
        ------
        LookupError
            If there is no such plan.
        """
        for option in self.options:
            if option.plan.id == name:
                return option.plan
        raise LookupError(name)


def explore(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    every_second: bool = True,
) -> ExploreResult:
    """Evaluate every plan that changes today in one way, in every country with enough facts, then the best of
    them in other sizes and in pairs.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    facts, settings
        As for :func:`thuishaven.cost.assess`; by default 1,024 draws. A scenario holds for all plans.
    progress
        Called with plans done and plans in all.
    every_second
        Try every place as that of a second source; otherwise home and the few places where making all of it
        costs least, which is enough to find the best.

    Returns
    -------
    ExploreResult
        Options ranked by mean unit TCO, with the efficient frontier of mean against 95th percentile marked.

    Raises
    ------
    LookupError
        If the settings name a scenario that does not exist.
    """
    settings = settings or Settings(draws=DRAWS)
    known = cost.with_own_facts(facts if facts is not None else bundled(), dossier)
    home = dossier.company.country
    where, missing = explore_coverage(known, settings.as_of or dossier.as_of, home)
    seconds = None if every_second else (home,)
    plans = [resolve_plan(dossier, plan) for plan in generate(dossier, known, where, seconds=seconds)]
    stream = cost.stream(dossier, resolve_plan(dossier, dossier.baseline), plans, known, settings)
    options: list[Option] = []

    def take(group: Sequence[ResolvedPlan], total: int) -> None:
        for resolved, summary in zip(group, stream.more(group), strict=True):
            source = telling_source(dossier, resolved.plan)
            options.append(Option(resolved, source.country, source.maker, summary))
            if progress is not None:
                progress(len(options), total)

    take(plans, len(plans))
    if not every_second:
        places = _cheapest_places(options, home)
        more = [resolve_plan(dossier, plan) for plan in second_sources(dossier, known, places)]
        take(more, len(plans) + len(more))
    taken = {option.plan.id for option in options}
    singles = [(option.plan, option.summary) for option in options]
    further = [
        resolve_plan(dossier, plan) for plan in refine(dossier, known, where, singles) if plan.id not in taken
    ]
    take(further, len(options) + len(further))
    options.sort(key=lambda option: (option.summary.mean, option.plan.id))
    efficient = frontier([(o.summary.mean, o.summary.p95) for o in options])
    marked = tuple(replace(option, efficient=i in efficient) for i, option in enumerate(options))
    return ExploreResult(dossier, settings, stream.frame, known.digest, marked, missing)


def _cheapest_places(options: Sequence[Option], home: str) -> list[str]:
    """The sources abroad that would make all of it at least cost, a few of each kind of place."""
    moves = [option for option in options if families()[option.plan.family or ""].kind == "move"]
    found: dict[str, list[str]] = {}
    for option in sorted(moves, key=lambda option: (option.summary.mean, option.plan.id)):
        if option.country != home:
            found.setdefault(families()[option.plan.family or ""].cluster, []).append(option.plan.id)
    return [name for names in found.values() for name in names[: round(choices()["second_places"])]]


def frontier(points: Sequence[tuple[float, float]]) -> set[int]:
    """Positions of the points that no other beats on both axes (lower is better).

    Examples
    --------
    >>> sorted(frontier([(1.0, 5.0), (2.0, 3.0), (3.0, 4.0)]))
    [0, 1]
    """
    order = sorted(range(len(points)), key=lambda i: points[i])
    best, found = np.inf, set()
    for i in order:
        if points[i][1] < best:
            best = points[i][1]
            found.add(i)
    return found
