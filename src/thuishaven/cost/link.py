"""What is fixed about a source in a plan: who makes it, where, for which years, under which terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from thuishaven.cost.scope import Array
from thuishaven.dossier import BomLine, DeliveryTerm, Dossier, Process, ResolvedPlan, Source, incoterms
from thuishaven.facts import countries

#: Terms where the dossier names none: goods from abroad FOB, goods from our own country delivered.
_USUAL_TERM = {True: "FOB", False: "DAP"}


@dataclass(frozen=True)
class Link:
    """A source in a plan, with the properties on which lines and defaults are switched.

    ``first`` and ``last`` are positions in the years of the calculation; ``enters`` says that today does not
    have it.
    """

    plan: ResolvedPlan
    source: Source
    process: Process
    dossier: Dossier
    baseline: ResolvedPlan
    first: int
    last: int
    horizon: int

    @property
    def maker(self) -> str:
        """``own`` or ``supplier``."""
        return self.source.maker

    @property
    def own(self) -> bool:
        """An own plant."""
        return self.maker == "own"

    @property
    def supplier(self) -> bool:
        """A supplier."""
        return self.maker == "supplier"

    @property
    def priced(self) -> bool:
        """The unit has a price (P01) rather than a build-up of its cost (P02-P13), never both."""
        return self.supplier or self.source.unit_price is not None

    @property
    def country(self) -> str:
        """Country of the source."""
        return self.source.country

    @property
    def home(self) -> str:
        """Country of the company."""
        return self.dossier.company.country

    @property
    def abroad(self) -> bool:
        """Made in another country."""
        return self.country != self.home

    @property
    def home_own(self) -> bool:
        """An own plant in the company's country."""
        return self.own and not self.abroad

    @property
    def near(self) -> bool:
        """Made at home, or in the EU for a company in the EU."""
        return not self.imported

    @cached_property
    def imported(self) -> bool:
        """Crosses the border of the EU customs territory into it."""
        table = countries()
        return table[self.home].eu and not table[self.country].eu

    @property
    def bought_abroad(self) -> bool:
        """A supplier in another country."""
        return self.supplier and self.abroad

    @cached_property
    def nearby(self) -> bool:
        """In another country of our own part of the world."""
        return self.abroad and countries()[self.country].region == countries()[self.home].region

    @property
    def by_sea(self) -> bool:
        """Comes from abroad by sea."""
        return self.abroad and self.mode == "sea"

    @property
    def outside(self) -> bool:
        """Anything but our own plant at home, whose troubles are home risks."""
        return not self.home_own

    @property
    def far(self) -> bool:
        """In another part of the world."""
        return self.abroad and not self.nearby

    @cached_property
    def term(self) -> DeliveryTerm:
        """The delivery term."""
        return incoterms()[self.source.incoterm or _USUAL_TERM[self.abroad]]

    @cached_property
    def mode(self) -> str:
        """Main mode of transport."""
        return self.source.logistics.mode or countries()[self.country].mode_default

    @cached_property
    def is_known(self) -> bool:
        """Today already has this source."""
        return any(source.id == self.source.id for source in self.baseline.sources)

    @cached_property
    def enters(self) -> bool:
        """The plan starts this source."""
        return not self.is_known

    @property
    def enters_own(self) -> bool:
        """The plan starts this own plant."""
        return self.enters and self.own

    @property
    def enters_supplier(self) -> bool:
        """The plan starts this supplier."""
        return self.enters and self.supplier

    @property
    def moves(self) -> bool:
        """The plan spends one-off money: it moves volume, or has one-offs of its own."""
        return bool(self.plan.moves) or self.plan.plan.one_off != type(self.plan.plan.one_off)()

    @property
    def arrives_home(self) -> bool:
        """Volume comes to the home country, or into the EU."""
        return self.enters and self.near

    @cached_property
    def leaves_own(self) -> bool:
        """The plan takes volume away from an own plant."""
        return any(move.leaves.maker == "own" for move in self.plan.moves)

    @cached_property
    def leaves_supplier(self) -> bool:
        """The plan takes volume away from a supplier."""
        return any(move.leaves.maker == "supplier" for move in self.plan.moves)

    @property
    def season(self) -> bool:
        """A one-season item."""
        return self.dossier.product.pattern == "season"

    @property
    def cbam(self) -> bool:
        """The product's embedded emissions are given."""
        return self.dossier.product.cbam is not None

    @property
    def redesigned(self) -> bool:
        """The plan saves by a redesign."""
        return self.process.redesign_saving is not None

    @property
    def royalties(self) -> bool:
        """Royalties are due."""
        return self.source.terms.royalty_rate is not None

    @property
    def imported_inputs(self) -> list[BomLine]:
        """Critical parts of the own plant that come from outside the customs union (or, outside the EU, from
        abroad).
        """
        table = countries()
        union = table[self.country].eu
        return [
            line
            for line in self.plan.bom
            if line.critical
            and line.origin is not None
            and line.origin != self.country
            and not (union and table[line.origin].eu)
        ]

    @property
    def inputs_under_way(self) -> list[BomLine]:
        """Priced parts of the own plant that travel from another country."""
        return [
            line
            for line in self.plan.bom
            if line.origin is not None and line.origin != self.country and line.price is not None
        ]

    @property
    def inputs_with_cbam(self) -> list[BomLine]:
        """Parts of the own plant imported under the carbon border adjustment."""
        return [line for line in self.imported_inputs if line.cbam is not None and line.mass_kg is not None]

    @property
    def buffered(self) -> bool:
        """The plan keeps extra stock."""
        return self.plan.stock.buffer_weeks is not None

    @property
    def flexible(self) -> bool:
        """Another source of the plan can take over some of the volume."""
        return len(self.plan.sources) > 1 and any(
            s.risk.spare_capacity is not None for s in self.plan.sources
        )

    @cached_property
    def active(self) -> Array:
        """1 in the years in which the source supplies, (1, years); nothing is supplied in year 0."""
        year = np.arange(self.horizon + 1)
        return ((year >= max(self.first, 1)) & (year <= self.last)).astype(float)[np.newaxis, :]

    @cached_property
    def entry(self) -> Array:
        """1 in the first year of a source that the plan starts."""
        year = np.arange(self.horizon + 1)
        return ((year == max(self.first, 1)) & self.enters).astype(float)[np.newaxis, :]

    @property
    def spending_year(self) -> int:
        """Year in which one-offs are paid: the one before the first year of supply."""
        return max(self.first - 1, 0)


def links(plan: ResolvedPlan, dossier: Dossier, baseline: ResolvedPlan, horizon: int) -> tuple[Link, ...]:
    """The sources of a plan as links, in the order of the plan."""
    from thuishaven.dossier import merged

    first_year = dossier.as_of.year
    found = []
    for source in plan.sources:
        first = 0 if source.start is None else max(source.start - first_year, 0)
        if source.start is None and all(s.id != source.id for s in baseline.sources):
            first = 1
        last = horizon if source.until is None else min(source.until - first_year, horizon)
        process = merged(plan.process, source.process)
        found.append(Link(plan, source, process, dossier, baseline, first, last, horizon))
    return tuple(found)


def lead_link(candidates: Sequence[Link]) -> Link:
    """The link that carries the plan's own amounts: the largest source it starts, else its largest source."""
    return max(candidates, key=lambda link: (link.enters, link.source.share))
