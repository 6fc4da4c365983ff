"""The plans nobody typed in: today's plan changed in one way, for every country we know enough about.

Each generated plan is a diff on today like any other: it names the fields it changes and no others, says in
codes what was assumed (``assumptions``) and what is still to be found out (``lacks``), and can be saved into
the dossier and edited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from thuishaven.alternatives import materials
from thuishaven.alternatives.model import choices
from thuishaven.alternatives.places import Place, place
from thuishaven.alternatives.sizes import advised_weeks, ends, known, recovery_weeks, rounded
from thuishaven.dossier import Dossier, Plan, Process, Reason, Source, Stock
from thuishaven.facts import FactSet
from thuishaven.uncertainty import Quantity

Maker = Literal["own", "supplier"]

#: Level and shifts of the optimised home plant (Fraunhofer BESTAND: compare optimised with optimised).
OPTIMISED = Process(automation="high", shifts=3)
#: Who may make it: each country is tried with both.
MAKERS: tuple[Maker, ...] = ("supplier", "own")
#: Fewest markets for which local for local means something.
_MARKETS = 2


@dataclass(frozen=True)
class Setting:
    """What every kind of plan is made from.

    Parameters
    ----------
    main
        Today's largest source.
    where
        Countries to consider, ISO 3166-1 alpha-3.
    """

    dossier: Dossier
    facts: FactSet
    where: Sequence[str]
    main: Source = field(init=False)

    def __post_init__(self) -> None:
        main = max(self.dossier.baseline.sources or (), key=lambda source: source.share)
        object.__setattr__(self, "main", main)

    @property
    def home(self) -> str:
        """Home country of the company."""
        return self.dossier.company.country

    @property
    def today(self) -> tuple[Source, ...]:
        """Today's sources."""
        return self.dossier.baseline.sources or ()


def generate(
    dossier: Dossier, facts: FactSet, where: Sequence[str], *, seconds: Collection[str] | None = None
) -> Iterator[Plan]:
    """Every plan that changes today in one way.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    facts
        Where the sizes of the changes come from.
    where
        Countries to consider, ISO 3166-1 alpha-3.
    seconds
        Countries to try as the place of a second source; by default all of them.

    Yields
    ------
    Plan
        First what does not depend on a country: stay, improve abroad, bigger stock in several sizes, other
        and recycled material, local for local. Then per country a supplier and an own plant, each for all of
        the volume and as a second source; at home also the automated plant and a move in stages.
    """
    setting = Setting(dossier, facts, where)
    yield Plan(id="stay", family="stay", assumptions=(reason("as_today"),))
    if setting.main.country != setting.home and setting.main.unit_price is not None:
        yield _improved(setting)
    yield from stocked(setting)
    yield from materials.plans(dossier, facts)
    yield from _local(setting)
    for country in where:
        there = place(dossier, facts, setting.main, country)
        yield from _in_country(setting, there, seconds is None or country in seconds)


def second_sources(dossier: Dossier, facts: FactSet, sources: Iterable[str]) -> Iterator[Plan]:
    """A second source for each of the sources of a full move, by their ids as in ``own_POL``."""
    setting = Setting(dossier, facts, ())
    for identity in sources:
        maker, _, country = identity.partition("_")
        yield _usual_second(setting, new_source(setting, cast(Maker, maker), country))


def new_source(setting: Setting, maker: Maker, country: str) -> Source:
    """A maker that is not there yet, for all of the volume.

    Abroad it takes the same work as today's source abroad, where the dossier tells that, and an own plant is
    run by somebody on the spot: to leave these out would make every other country look cheaper than it is.
    """
    source = Source(id=f"{maker}_{country}", maker=maker, country=country, share=1.0)
    if country == setting.home:
        return source
    work = setting.main.coordination if setting.main.country != setting.home else source.coordination
    quality = setting.main.quality if setting.main.country != setting.home else source.quality
    if maker == "own" and work.expats is None:
        managers = known(setting.facts, "own_plant_abroad_managers", setting.dossier)
        work = work.model_copy(update={"expats": managers})
    return source.model_copy(update={"coordination": work, "quality": quality})


def reason(code: str, **params: object) -> Reason:
    """Something to say about a plan; the doors hold the words."""
    return Reason(code=code, params=params) if params else Reason(code=code)


def _in_country(setting: Setting, there: Place, also_second: bool) -> Iterator[Plan]:
    country = there.country
    for maker in MAKERS:
        if maker == setting.main.maker and country == setting.main.country:
            continue
        source = new_source(setting, maker, country)
        family = {"home": f"{maker}_home", "near": "nearshore", "friend": "friendshore"}.get(
            there.kind, f"{maker}_abroad"
        )
        yield Plan(
            id=source.id,
            family=family,
            sources=(source,),
            assumptions=(*there.reasons, *guessed(setting, maker, country)),
            lacks=unknown(setting, maker, country),
        )
        if also_second:
            yield _usual_second(setting, source)
        if there.kind == "home":
            yield from _at_home(setting, source)


def _usual_second(setting: Setting, source: Source) -> Plan:
    usual = ends(setting.facts, "second_source_share", setting.dossier)
    return second(setting, source, usual[1] if usual is not None else 1 / 2, "second_share")


def _at_home(setting: Setting, source: Source) -> Iterator[Plan]:
    """What is only tried at home: automation, and a move in stages."""
    if source.maker == "own":
        yield Plan(
            id="optimise_home",
            family="optimise_home",
            sources=(source,),
            process=OPTIMISED,
            assumptions=(
                *guessed(setting, source.maker, source.country),
                reason("automated", shifts=OPTIMISED.shifts),
            ),
            lacks=(*unknown(setting, source.maker, source.country), reason("automation_offer")),
        )
    first, years = choices()["stage_share"], round(choices()["stage_years"])
    last = setting.dossier.as_of.year + years
    leaving = tuple(
        item.model_copy(update={"share": item.share * (1 - first), "until": last}) for item in setting.today
    )
    if any(item.start is not None or item.until is not None for item in setting.today):
        return
    yield Plan(
        id=f"staged_{source.id}",
        family="staged_move",
        sources=(
            *leaving,
            source.model_copy(update={"share": first}),
            source.model_copy(
                update={"id": f"{source.id}_rest", "share": 1 - first, "start": last + 1},
            ),
        ),
        assumptions=(
            reason("staged", share=first, year=last + 1),
            *guessed(setting, source.maker, source.country),
        ),
        lacks=unknown(setting, source.maker, source.country),
    )


def guessed(setting: Setting, maker: str, country: str) -> tuple[Reason, ...]:
    """What had to be assumed about a new source, because the dossier does not say it."""
    found = []
    if country != setting.home and _tells_work(setting):
        found.append(reason("work_as_today"))
    if maker == "supplier":
        return (reason("price_estimated", country=country), *found)
    process = setting.dossier.process
    if country != setting.home and setting.main.coordination.expats is None:
        found.append(reason("run_on_the_spot"))
    if process.labour_hours is None:
        found.append(reason("labour_estimated"))
    if not setting.dossier.bom:
        found.append(reason("material_estimated"))
    return (*found, reason("machines_estimated"))


def _tells_work(setting: Setting) -> bool:
    """Whether the dossier tells of the quality of today's source abroad, or of the work that it takes."""
    told = setting.main.quality.model_fields_set | setting.main.coordination.model_fields_set
    return setting.main.country != setting.home and bool(told)


def unknown(setting: Setting, maker: str, country: str) -> tuple[Reason, ...]:
    """What is still to be found out about a new source."""
    if maker == "supplier":
        return (reason("quote", country=country), reason("approval"))
    found = [reason("machines_offer")]
    if setting.dossier.process.labour_hours is None:
        found.append(reason("labour_hours"))
    if not setting.dossier.bom:
        found.append(reason("material_prices"))
    return (*found, reason("staff_and_space", country=country), reason("approval"))


def _improved(setting: Setting) -> Plan:
    """Today's source after a round of improvement: a lower price, negotiated or engineered."""
    cut = known(setting.facts, "improve_abroad_price_cut", setting.dossier)
    share = cut.mean if cut is not None else 0.0
    price = setting.main.unit_price
    assert price is not None
    return Plan(
        id="improve_abroad",
        family="improve_abroad",
        changes={setting.main.id: {"unit_price": price.scaled(1 - share).to_plain()}},
        assumptions=(reason("price_cut", share=rounded(share)),),
        lacks=(reason("improvement_offer"),),
    )


def second(setting: Setting, source: Source, part: float, code: str, **params: object) -> Plan:
    """Part of the volume from a second place, each able to stand in for a part of the other.

    Parameters
    ----------
    part
        Share of the second place.
    code, params
        What is said of that share.
    """
    spare = known(setting.facts, "second_source_spare_capacity", setting.dossier)
    kept = tuple(
        s.model_copy(
            update={
                "share": s.share * (1 - part),
                "risk": s.risk.model_copy(update={"spare_capacity": spare}),
            }
        )
        for s in setting.today
    )
    added = source.model_copy(
        update={"share": part, "risk": source.risk.model_copy(update={"spare_capacity": spare})}
    )
    usual = ends(setting.facts, "second_source_spare_capacity", setting.dossier)
    stand_in = (reason("spare_capacity", share=usual[1]),) if usual is not None else ()
    return Plan(
        id=f"second_{source.id}",
        family="second_source",
        sources=(*kept, added),
        assumptions=(
            reason(code, share=rounded(part), **params),
            *stand_in,
            *guessed(setting, source.maker, source.country),
        ),
        lacks=(
            *unknown(setting, source.maker, source.country),
            reason("volume_discount"),
            reason("shared_origin"),
        ),
    )


def stocked(setting: Setting) -> Iterator[Plan]:
    """Today with a buffer: the size at which one more week costs what it saves, where there is one; the size
    that outlasts most disruptions; and the usual covers.
    """
    weeks = advised_weeks(setting.dossier, setting.facts, setting.main)
    lacks = (reason("storage"), reason("keeps"))
    if weeks is not None:
        yield Plan(
            id="bigger_stock",
            family="bigger_stock",
            stock=Stock(buffer_weeks=Quantity.constant(weeks)),
            assumptions=(reason("buffer_advised", weeks=weeks),),
            lacks=lacks,
        )
    share = choices()["recovery_share"]
    weeks = recovery_weeks(setting.dossier, setting.facts, setting.main, share)
    if weeks is not None:
        yield Plan(
            id="bigger_stock_recovery",
            family="bigger_stock",
            stock=Stock(buffer_weeks=Quantity.constant(weeks)),
            assumptions=(reason("buffer_recovery", weeks=weeks, share=share),),
            lacks=lacks,
        )
    for size in ("short", "medium", "long", "longest"):
        days = choices()[f"stock_days_{size}"]
        cover = Quantity.constant(rounded(days / 7))
        yield Plan(
            id=f"bigger_stock_{days:.0f}",
            family="bigger_stock",
            stock=Stock(buffer_weeks=cover),
            assumptions=(reason("buffer_days", days=round(days)),),
            lacks=lacks,
        )


def _local(setting: Setting) -> Iterator[Plan]:
    """A maker in each large market, for that market; what is left stays with today's sources."""
    markets, least = setting.dossier.demand.markets, choices()["local_market"]
    large = {
        country: share
        for country, share in markets.items()
        if share >= least and country in setting.where and country != setting.main.country
    }
    if len(markets) < _MARKETS or not large or sum(markets.values()) <= 0:
        return
    total = sum(markets.values())
    parts = {country: share / total for country, share in large.items()}
    left = 1 - sum(parts.values())
    kept = tuple(s.model_copy(update={"share": s.share * left}) for s in setting.today) if left > 1e-9 else ()
    makers = tuple(_for_its_market(setting, country, share) for country, share in parts.items())
    yield Plan(
        id="local_for_local",
        family="local_for_local",
        sources=(*kept, *makers),
        assumptions=(
            reason("sold_where_made", countries=sorted(parts)),
            *(reason("price_estimated", country=country) for country in parts),
        ),
        lacks=tuple(reason("quote", country=country) for country in parts),
    )


def _for_its_market(setting: Setting, country: str, share: float) -> Source:
    """A maker that delivers where it stands: the goods never travel to our own door."""
    source = new_source(setting, "supplier", country).model_copy(update={"share": share})
    if country == setting.home:
        return source
    nothing = Quantity.constant(0.0)
    stays = source.logistics.model_copy(
        update={"freight": nothing, "transit_days": nothing, "duty_rate": nothing, "shipment_fees": nothing}
    )
    return source.model_copy(update={"logistics": stays, "incoterm": "DAP"})
