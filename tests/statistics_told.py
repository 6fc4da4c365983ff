"""Made-up cases as statistics sees them, and a small databank of published ones."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework import pots, published
from thuishaven.access import Store
from thuishaven.databank.cases import Source, Statement
from thuishaven.databank.indicators import Dated
from thuishaven.databank.statistics import Moment, Told

DAY = dt.date(2026, 11, 22)
NOW = Moment("", "", DAY, 1)
#: Names that nobody takes for one another.
NAMES = ("Aardappel bv", "Bromfiets nv", "Citroenboom bv", "Drukkerij Os", "Eekhoorn bv", "Fluitketel nv")


def told(number: int, **values: Any) -> Told:
    """A case that was announced in 2012 and ran from 2013 on; other values by name."""
    plain: dict[str, Any] = {
        "case": f"{number:024}",
        "number": number,
        "version": 1,
        "kind": "reshoring",
        "state": "implemented",
        "facets": {"sector": ("22",), "from": ("CHN",), "motive": ("LEADTIME",), "year": ("2012",)}
        | {"form": ("supplier_to_own",), "support": ("unknown",)},
        "announced": Dated(dt.date(2012, 1, 1)),
        "first_output": Dated(dt.date(2013, 1, 1)),
        "done": True,
        "ended": "",
        "ended_on": None,
        "last_evidence": dt.date(2018, 1, 1),
        "found": dt.date(2012, 1, 1),
        "jobs_announced": 100.0,
        "jobs_realised": (),
        "promised": None,
        "latest": None,
        "before": None,
        "after": None,
        "press": True,
        "register": False,
        "picked": False,
    }
    return Told(**(plain | values))


def filled(store: Store) -> list[str]:
    """Six published cases: ids in the order of their numbers. Three ran, one of these was taken back."""
    made = []
    for place, name in enumerate(NAMES):
        first = Source(
            "quality_press", "De Tijd", url=f"https://press.example/{place}", published_on="2012-02"
        )
        later = Source(
            "register", "Register", url=f"https://register.example/{place}", published_on="2019-05"
        )
        ran = place < 3
        said = pots(
            first,
            organisation__name=name,
            move__from_country="CHN" if place % 2 else "POL",
            move__nace="C22" if place < 4 else "C14",
        )
        said = [one for one in said if ran or one.value != "implemented"]
        said.append(Statement("motive", "LEADTIME", first, qualifiers={"stage": "ex_ante"}))
        said.append(Statement("jobs.announced", str(10 + place), first, as_of="2012"))
        if ran:
            said.append(Statement("status", "implemented", later, as_of="2019", valid_from="2013-06"))
            said.append(Statement("motive", "QUALITY", later, qualifiers={"stage": "ex_post"}))
            said.append(Statement("jobs.realised", str(8 + place), later, as_of="2016-06"))
            said.append(Statement("planned_start", "2012-06", first, as_of="2012"))
        if not place:
            said.append(Statement("status", "reversed", later, as_of="2018", valid_from="2018"))
        made.append(published(store, said))
    return made
