"""The scope of one plan: its sources, and what they are compared with."""

from __future__ import annotations

import numpy as np

from thuishaven.cost.link import Link, lead_link, links
from thuishaven.cost.scope import Array
from thuishaven.cost.source import SourceScope
from thuishaven.cost.world import World
from thuishaven.dossier import ResolvedPlan


class PlanScope:
    """The sources of one plan in one world, and the plan it is compared with."""

    def __init__(
        self,
        world: World,
        resolved: ResolvedPlan,
        baseline: ResolvedPlan,
        discount_rate: float,
        baseline_scope: PlanScope | None = None,
        base: PlanScope | None = None,
    ) -> None:
        horizon = world.year.size - 1
        self.world = world
        self.resolved = resolved
        self.discount_rate = discount_rate
        self._baseline_scope = baseline_scope
        found = links(resolved, world.dossier, baseline, horizon) if base is None else base.links
        self.links: tuple[Link, ...] = found
        bases: list[SourceScope | None] = list(base.sources()) if base is not None else [None] * len(found)
        self._sources = [
            SourceScope(world, self, link, before) for link, before in zip(found, bases, strict=True)
        ]
        lead = lead_link(found)
        self.lead = self._sources[found.index(lead)]

    def sources(self) -> list[SourceScope]:
        """The scopes of the plan's sources, in order."""
        return self._sources

    def forget(self) -> None:
        """Let go of all values of all sources."""
        for source in self._sources:
            source.forget()

    def any_active(self) -> Array:
        """1 in every year from the first full year on."""
        return (self.world.year >= 1).astype(float)

    def baseline_main(self) -> SourceScope:
        """Today's main source."""
        return max((self._baseline_scope or self).sources(), key=lambda scope: scope.link.source.share)

    def reference_country(self) -> str:
        """Where the product is made today."""
        return self.baseline_main().link.country

    def reference_price(self) -> Array:
        """What a unit costs today at the maker's door, EUR of ``as_of``, shape (draws, 1) or (1, 1)."""
        return np.asarray(self.world.pure(_first_year, self.baseline_main().value("making_cost")))

    def changed(self, world: World, baseline_scope: PlanScope | None) -> PlanScope:
        """The same plan in a changed world; reuses everything the changes do not touch."""
        return PlanScope(
            world,
            self.resolved,
            self.resolved,
            self.discount_rate,
            baseline_scope,
            self,
        )


def _first_year(path: Array) -> Array:
    return path[:, :1]
