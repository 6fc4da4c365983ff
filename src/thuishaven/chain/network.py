"""What the supply network of a dossier says by itself: how far it is known, who is the only source, how long
the stock lasts when one stops.

It reads what stands under ``chain.suppliers``, without a model of capacities: a maker that stops is missed
from the day that the stock of its item on the way to us is used up, until it delivers again or another takes
over. Time to survive and time to recover are those of Simchi-Levi et al. (Interfaces 45(5), 2015); without
capacities and with one maker out at a time they are sums and differences. What was not told stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuishaven.dossier import SUPPLIERS, Dossier, Link
from thuishaven.uncertainty import Quantity


@dataclass(frozen=True, slots=True)
class Weeks:
    """A length of time in weeks: the middle, and the ends between which it lies nine times in ten."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A maker in the network, and what happens when it stops.

    Parameters
    ----------
    id, item, tier, country, visibility
        As the dossier tells.
    only
        Whether nobody else in the network makes that item for the same customer.
    share
        Share of what is needed of the item that comes from here (fraction); ``None`` where it is not told and
        there are others.
    survive
        How long the stock of the item and of what is made of it lasts when this maker stops (weeks); ``None``
        where no stock was told on its way to us.
    recover
        Until it delivers again, or until another takes over where that is sooner (weeks); ``None`` where
        neither was told.
    """

    id: str
    item: str
    tier: int
    country: str
    visibility: str
    only: bool
    share: float | None
    survive: Weeks | None
    recover: Weeks | None

    @property
    def short(self) -> Weeks | None:
        """Weeks without goods when it stops: what recovering takes beyond what the stock lasts.

        ``None`` where stock or recovery was not told: the unknown is no zero.
        """
        if self.survive is None or self.recover is None:
            return None
        low = max(self.recover.low - self.survive.high, 0.0)
        high = max(self.recover.high - self.survive.low, 0.0)
        return Weeks(max(self.recover.middle - self.survive.middle, 0.0), low, high)


@dataclass(frozen=True, slots=True)
class Tier:
    """How far a tier is known: makers in all, and of them those that are known, suspected and unknown."""

    number: int
    makers: int
    known: int
    inferred: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a network says.

    Parameters
    ----------
    makers
        Every maker: first those whose stop is felt longest, then those of which that is not known.
    tiers
        The tiers, nearest first.
    countries
        How many makers work in each country, the most first.
    """

    makers: tuple[Standing, ...]
    tiers: tuple[Tier, ...]
    countries: Mapping[str, int]

    @property
    def only_sources(self) -> tuple[Standing, ...]:
        """The makers that nobody in the network can be exchanged for."""
        return tuple(maker for maker in self.makers if maker.only)

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""

        def plain(weeks: Weeks | None) -> dict[str, float] | None:
            return None if weeks is None else {"p50": weeks.middle, "p5": weeks.low, "p95": weeks.high}

        return {
            "makers": [
                {
                    "id": maker.id,
                    "item": maker.item,
                    "tier": maker.tier,
                    "country": maker.country,
                    "visibility": maker.visibility,
                    "only": maker.only,
                    "share": maker.share,
                    "survive_weeks": plain(maker.survive),
                    "recover_weeks": plain(maker.recover),
                    "short_weeks": plain(maker.short),
                }
                for maker in self.makers
            ],
            "tiers": [
                {
                    "tier": tier.number,
                    "makers": tier.makers,
                    "known": tier.known,
                    "inferred": tier.inferred,
                    "unknown": tier.unknown,
                }
                for tier in self.tiers
            ],
            "countries": dict(self.countries),
        }


def read_network(dossier: Dossier) -> Reading | None:
    """What the supply network of a dossier says; ``None`` where none was told."""
    rows = dossier.chain.get(SUPPLIERS[-1]) or ()
    links = [Link.model_validate(row) for row in rows]
    if not links:
        return None
    standing = [_standing(link, links) for link in links]
    countries: dict[str, int] = {}
    for link in links:
        if link.country:
            countries[link.country] = countries.get(link.country, 0) + 1
    return Reading(
        tuple(sorted(standing, key=_felt)),
        tuple(_tier(number, links) for number in sorted({link.tier for link in links})),
        dict(sorted(countries.items(), key=lambda pair: -pair[1])),
    )


def _felt(maker: Standing) -> tuple[Any, ...]:
    short = maker.short
    return (short is None, -(short.middle if short else 0.0), not maker.only, maker.tier)


def _tier(number: int, links: Sequence[Link]) -> Tier:
    here = [link for link in links if link.tier == number]
    seen = [link.visibility or "known" for link in here]
    return Tier(number, len(here), seen.count("known"), seen.count("inferred"), seen.count("unknown"))


def _standing(link: Link, links: Sequence[Link]) -> Standing:
    others = [
        other
        for other in links
        if other.id != link.id and link.item and other.item == link.item and other.to == link.to
    ]
    told = None if link.share is None else link.share.median
    return Standing(
        link.id,
        link.item or "",
        link.tier,
        link.country or "",
        link.visibility or "known",
        not others,
        (told if told is not None else 1.0) if not others else told,
        _lasts(link, links),
        _sooner(link.recovery_weeks, link.switch_weeks),
    )


def _lasts(link: Link, links: Sequence[Link]) -> Weeks | None:
    """The stock of a maker's item and of everything that is made of it on the way to us, in weeks."""
    known = {other.id: other for other in links}
    on_the_way: list[Link] = []
    step: Link | None = link
    while step is not None and step not in on_the_way:
        on_the_way.append(step)
        step = known.get(step.to) if step.to else None
    stocks = [found.stock_weeks for found in on_the_way if found.stock_weeks is not None]
    if not stocks:
        return None
    return Weeks(
        sum(stock.median for stock in stocks),
        sum(stock.p5 for stock in stocks),
        sum(stock.p95 for stock in stocks),
    )


def _sooner(recovery: Quantity | None, switch: Quantity | None) -> Weeks | None:
    """The sooner of two ways out, each in weeks."""
    told = [way for way in (recovery, switch) if way is not None]
    if not told:
        return None
    return Weeks(min(way.median for way in told), min(way.p5 for way in told), min(way.p95 for way in told))
