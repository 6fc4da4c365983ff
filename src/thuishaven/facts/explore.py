"""Which countries are known well enough to appear in ``explore``, and what the others lack.

The minimum set is a table, ``tables/explore_requirements.csv``. For the rows marked strict (labour cost,
inflation, distance) an answer that only the world's default or the bare plausible range could give counts
as missing; elsewhere such a fallback is good enough, because it is wide and said.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from thuishaven.facts.countries import Country, countries
from thuishaven.facts.fallback import WORLD
from thuishaven.facts.model import Answer, FactMissing
from thuishaven.facts.registry import TABLES, rows
from thuishaven.facts.series import NoRate
from thuishaven.facts.store import FactSet


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the minimum set: any one of ``parameters`` must answer for the keys of the pattern.

    ``applies``: ``all``; ``abroad`` (not the destination itself); ``outside_eu``; ``foreign_money`` (not
    in the euro).
    """

    parameters: tuple[str, ...]
    keys: str
    applies: str
    strict: bool
    why: str


@lru_cache(maxsize=1)
def explore_requirements() -> tuple[Requirement, ...]:
    """The minimum set of parameters of a country, as in the table."""
    return tuple(
        Requirement(
            tuple(row["parameter"].split("|")),
            row["keys"],
            row["applies"],
            row["strict"] == "yes",
            row["why"],
        )
        for _, row in rows(TABLES / "explore_requirements.csv")
    )


def explore_coverage(
    factset: FactSet, on: date | None, destination: str = "NLD"
) -> tuple[list[str], dict[str, list[str]]]:
    """Which countries qualify for ``explore`` on a day, and what the others lack.

    Parameters: ``factset`` the facts to look in; ``on`` the day (None: any); ``destination`` where the
    goods go (ISO3, one of the destinations with distances).
    Returns the codes that qualify, alphabetically, and per country left out the missing parameters.
    """
    qualifies: list[str] = []
    lacking: dict[str, list[str]] = {}
    for iso3, country in countries().items():
        missing = [
            " or ".join(requirement.parameters)
            for requirement in explore_requirements()
            if _applies(requirement, country, destination)
            and not any(
                _known(factset, name, requirement, country, on, destination)
                for name in requirement.parameters
            )
        ]
        if missing:
            lacking[iso3] = missing
        else:
            qualifies.append(iso3)
    return qualifies, lacking


def _applies(requirement: Requirement, country: Country, destination: str) -> bool:
    if requirement.applies == "abroad":
        return country.iso3 != destination
    if requirement.applies == "outside_eu":
        return not country.eu
    if requirement.applies == "foreign_money":
        return country.trade_currency != "EUR"
    return True


def _known(
    factset: FactSet, name: str, requirement: Requirement, country: Country, on: date | None, destination: str
) -> bool:
    pattern = requirement.keys.format(
        iso3=country.iso3,
        destination=destination,
        mode=country.mode_default,
        trade_currency=country.trade_currency,
    )
    keys = dict(pair.split("=") for pair in pattern.split(";"))
    try:
        answer = factset.lookup(name, keys, on)
    except (FactMissing, NoRate):
        return False
    return not (requirement.strict and _last_resort(answer))


def _last_resort(answer: Answer) -> bool:
    """Whether only the plausible range or a default for the whole world was left."""
    codes = {fallback.code for fallback in answer.fallbacks}
    world = any(value == WORLD for _, value in answer.fact.keys)
    return "plausible_range" in codes or (world and answer.fact.status == "assumption")
