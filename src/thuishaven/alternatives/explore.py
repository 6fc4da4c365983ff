"""Which plan, in which country, would be worth a closer look? All generated plans in one world, ranked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thuishaven import cost
from thuishaven.alternatives.generate import families, generate
from thuishaven.dossier import VERSION, Dossier, Plan, Settings, plain, resolve_plan
from thuishaven.facts import FactSet, bundled, countries, explore_coverage

SCHEMA = "thuishaven.explore/1"
#: Draws of an exploration: enough to rank, quick enough to wait for.
DRAWS = 1024


@dataclass(frozen=True)
class Option:
    """One generated plan and what it costs."""

    plan: Plan
    country: str
    maker: str
    summary: cost.Summary
    efficient: bool = False

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
            "assumptions": list(self.plan.assumptions),
            **self.summary.to_dict(),
        }


@dataclass(frozen=True)
class ExploreResult:
    """All plans, cheapest first; ``left_out`` says which countries lack which figures."""

    dossier: Dossier
    settings: Settings
    facts_digest: str
    options: tuple[Option, ...]
    left_out: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(
            plain(
                {
                    "schema": SCHEMA,
                    "settings": {
                        "as_of": self.settings.as_of or self.dossier.as_of,
                        "seed": self.settings.seed,
                        "draws": self.settings.draws,
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
) -> ExploreResult:
    """Evaluate every plan that changes today in one way, in every country with enough facts.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    facts, settings
        As for :func:`thuishaven.cost.assess`; by default 1,024 draws.
    progress
        Called with plans done and plans in all.

    Returns
    -------
    ExploreResult
        Options ranked by mean unit TCO, with the efficient frontier of mean against 95th percentile marked.
    """
    settings = settings or Settings(draws=DRAWS)
    known = cost.with_own_facts(facts if facts is not None else bundled(), dossier)
    where, missing = explore_coverage(known, settings.as_of or dossier.as_of)
    plans = list(generate(dossier, known, where))
    resolved = [resolve_plan(dossier, plan) for plan in plans]
    baseline = resolve_plan(dossier, dossier.baseline)
    options = []
    stream = cost.stream(dossier, baseline, resolved, known, settings)
    for done, (plan, summary) in enumerate(zip(plans, stream, strict=True), start=1):
        source = _telling(dossier, plan)
        options.append(Option(plan, source[0], source[1], summary))
        if progress is not None:
            progress(done, len(plans))
    options.sort(key=lambda option: (option.summary.mean, option.plan.id))
    efficient = frontier([(o.summary.mean, o.summary.p95) for o in options])
    marked = tuple(
        Option(o.plan, o.country, o.maker, o.summary, i in efficient) for i, o in enumerate(options)
    )
    return ExploreResult(dossier, settings, known.digest, marked, missing)


def _telling(dossier: Dossier, plan: Plan) -> tuple[str, str]:
    """Country and maker that tell a plan from today: those of the source it adds, else of today's main
    source.
    """
    today = dossier.baseline.sources or ()
    sources = plan.sources or today
    added = [source for source in sources if all(source.id != known.id for known in today)]
    source = (added or sorted(today, key=lambda s: -s.share))[0]
    return source.country, source.maker


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
