"""People who work on cases, and what sources say of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from thuishaven.access import Actor, Store
from thuishaven.databank.cases import Cases, Desk, Source, Statement

PRESS = Source(
    "quality_press",
    "Link Magazine",
    url="https://press.example/pots",
    published_on="2021-09-14",
    language="nl",
)
COMPANY = Source("company", "Pots bv", url="https://pots.example/news", published_on="2020-02-01")
REGISTER = Source("register", "Register", url="https://register.example/1", published_on="2019")


def person(name: str, *roles: str, at: dt.datetime | None = None) -> Actor:
    """Somebody of the agency with these roles."""
    moment = at or dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    return Actor(f"person:{name}", moment, name, "agency", frozenset({"public", "person", "member", *roles}))


AN, BO, CAS = (person(name, "coder") for name in ("an", "bo", "cas"))
ED = person("ed", "editor")


def pots(source: Source = PRESS, **other: str) -> list[Statement]:
    """Everything that must be said of a case: a plant pot that came home in 2012."""
    said = {
        "organisation.name": "Pots bv",
        "organisation.country": "NLD",
        "case.case_type": "reshoring",
        "move.from_country": "CHN",
        "move.to_country": "NLD",
        "move.form_from": "supplier",
        "move.form_to": "own",
        "move.nace": "C22",
    } | {name.replace("__", "."): value for name, value in other.items()}
    found = [Statement(field, value, source) for field, value in said.items() if value]
    return [
        *found,
        Statement("status", "announced", source, as_of="2012", valid_from="2012"),
        Statement("status", "implemented", source, as_of="2013-06", valid_from="2013-06"),
    ]


def coded(store: Store, case: str, first: Iterable[Statement], second: Iterable[Statement]) -> None:
    """Let An and Bo code a case."""
    desk = Desk(store)
    tasks = [(coder, desk.take(coder, case).id, said) for coder, said in ((AN, first), (BO, second))]
    for coder, task, said in tasks:
        desk.code(coder, task, list(said))
    for coder, task, _said in tasks:
        desk.finish(coder, task)


def published(store: Store, said: list[Statement] | None = None) -> str:
    """A case that two coders agreed on, published."""
    cases = Cases(store)
    said = pots() if said is None else said
    case = cases.propose(AN, said)
    cases.step(ED, case, "triage_accept", "looks like one")
    coded(store, case, said, said)
    Desk(store).approve(ED, case, "they agree")
    cases.publish(ED, case, "ready")
    return case


def dated(statement: Statement, **values: str) -> Statement:
    return replace(statement, **values)
