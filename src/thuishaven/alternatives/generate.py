"""The plans nobody typed in: today's plan changed in one way, for every country we know enough about.

Each generated plan is a diff on today like any other; it lists the assumptions that made it and can be saved
into the dossier.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from thuishaven.dossier import Dossier, Plan, Process, Source
from thuishaven.dossier.model import OneOff, Stock
from thuishaven.facts import FactMissing, FactSet, countries
from thuishaven.uncertainty import Quantity, from_answer

#: Level and shifts of the optimised home plant (Fraunhofer BESTAND: compare optimised with optimised).
OPTIMISED = Process(automation="high", shifts=3)


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of plan, the same list for every room."""

    id: str
    name_en: str
    kind: str


@cache
def families() -> dict[str, Family]:
    """The kinds of plan by id, from ``alternatives/plan_families.csv``."""
    text = resources.files("thuishaven.alternatives").joinpath("plan_families.csv").read_text("utf-8")
    return {
        row["family"]: Family(row["family"], row["name_en"], row["kind"])
        for row in csv.DictReader(text.splitlines())
    }


def generate(dossier: Dossier, facts: FactSet, where: Sequence[str]) -> Iterator[Plan]:
    """Every plan that changes today in one way.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    facts
        Where the sizes of the changes come from.
    where
        Countries to consider, ISO 3166-1 alpha-3.

    Yields
    ------
    Plan
        Stay, improve abroad, bigger stock; then per country a supplier, an own plant, and each as a second
        source; the own
        plant at home also automated.
    """
    today = dossier.baseline
    main = max(today.sources or (), key=lambda source: source.share)
    yield Plan(id="stay", family="stay", assumptions=("today's source as it is",))
    if main.country != dossier.company.country and main.unit_price is not None:
        yield _improved(facts, dossier, main)
    stocked = _bigger_stock(dossier, facts, main)
    if stocked is not None:
        yield stocked
    for country in where:
        yield from _in_country(dossier, facts, main, country)


def _in_country(dossier: Dossier, facts: FactSet, main: Source, country: str) -> Iterator[Plan]:
    home = country == dossier.company.country
    place = "home" if home else "abroad"
    for maker in ("supplier", "own"):
        if maker == main.maker and country == main.country:
            continue
        source = Source(id=f"{maker}_{country}", maker=maker, country=country, share=1.0)
        yield Plan(
            id=f"{maker}_{country}",
            family=f"{maker}_{place}",
            sources=(source,),
            assumptions=_guessed(dossier, maker),
        )
        yield _second_source(dossier, facts, main, source)
        if home and maker == "own":
            yield Plan(
                id="optimise_home",
                family="optimise_home",
                sources=(source,),
                process=OPTIMISED,
                assumptions=(
                    *_guessed(dossier, maker),
                    "automation: optimise_home_labour_saving, capex multiplier",
                ),
            )


def _guessed(dossier: Dossier, maker: str) -> tuple[str, ...]:
    """What had to be assumed because the dossier does not say it."""
    if maker == "supplier":
        return ("price: today's price, labour share, wage ratio and productivity offset",)
    process = dossier.process
    found = []
    if process.labour_hours is None:
        found.append("labour hours: today's price, labour share, wage ratio and productivity offset")
    if not dossier.bom:
        found.append("material: its share of today's price")
    return (*found, "machines: capital intensity of yearly production")


def _value(facts: FactSet, parameter: str, dossier: Dossier) -> Quantity | None:
    try:
        return from_answer(facts.get(parameter, on=dossier.as_of))
    except FactMissing:
        return None


def _improved(facts: FactSet, dossier: Dossier, main: Source) -> Plan:
    """Today's source after a round of improvement: a lower price, negotiated or engineered."""
    cut = _value(facts, "improve_abroad_price_cut", dossier)
    assert main.unit_price is not None
    factor = 1 - (cut.mean if cut is not None else 0.0)
    price = main.unit_price.scaled(factor)
    better = main.model_copy(update={"unit_price": price})
    others = tuple(source for source in dossier.baseline.sources or () if source.id != main.id)
    return Plan(
        id="improve_abroad",
        family="improve_abroad",
        sources=(better, *others),
        assumptions=("price: improve_abroad_price_cut",),
    )


def _second_source(dossier: Dossier, facts: FactSet, main: Source, source: Source) -> Plan:
    """Part of the volume from a second place, each able to stand in for a part of the other."""
    share = _value(facts, "second_source_share", dossier)
    spare = _value(facts, "second_source_spare_capacity", dossier)
    part = share.median if share is not None else 0.5
    today = tuple(
        s.model_copy(
            update={
                "share": s.share * (1 - part),
                "risk": s.risk.model_copy(update={"spare_capacity": spare}),
            }
        )
        for s in dossier.baseline.sources or ()
    )
    second = source.model_copy(
        update={"share": part, "risk": source.risk.model_copy(update={"spare_capacity": spare})}
    )
    return Plan(
        id=f"second_{source.id}",
        family="second_source",
        sources=(*today, second),
        assumptions=(
            *_guessed(dossier, source.maker),
            "share: second_source_share",
            "spare: second_source_spare_capacity",
        ),
    )


def _bigger_stock(dossier: Dossier, facts: FactSet, main: Source) -> Plan | None:
    """Today with the buffer that pays for itself: ``B = m ln(l M / (h v))`` weeks.

    The margin lost per week ``l M exp(-B / m)`` that one more week of stock saves, against what holding it
    costs; ``l`` events a
    year, ``m`` mean weeks, ``M`` margin and ``v`` stock value per week of demand, ``h`` holding rate with
    capital. Needs a selling
    price; ``None`` where no buffer pays or the price is not known.
    """
    price, cost = dossier.product.price, main.unit_price
    names = ("disruption_rate", "disruption_weeks", "holding_rate")
    values = [_value(facts, name, dossier) for name in names]
    if price is None or cost is None or any(value is None for value in values):
        return None
    rate, weeks, holding = (value.mean for value in values if value is not None)
    margin, value = (
        _in_euro(price, facts, dossier) - _in_euro(cost, facts, dossier),
        _in_euro(cost, facts, dossier),
    )
    if margin <= 0 or rate * margin <= holding * value:
        return None
    buffer = weeks * math.log(rate * margin / (holding * value))
    return Plan(
        id="bigger_stock",
        family="bigger_stock",
        stock=Stock(buffer_weeks=Quantity.constant(round(buffer, 1))),
        one_off=OneOff(),
        assumptions=("buffer: the weeks at which one more week costs what it saves",),
    )


def _in_euro(amount: Quantity, facts: FactSet, dossier: Dossier) -> float:
    currency = (amount.unit or "EUR").partition("/")[0]
    if currency == "EUR":
        return amount.mean
    answer = facts.get("fx_rate", on=dossier.as_of, currency=currency)
    return amount.mean * float(answer.value or 0.0)


def all_countries() -> list[str]:
    """Every country of the table, in alphabetical order of the code."""
    return sorted(countries())
