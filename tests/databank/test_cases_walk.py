"""People who do whatever comes to mind, on both engines: whatever they try, the invariants hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from casework import AN, BO, CAS, ED, PRESS, REGISTER, person, pots
from thuishaven.access import AccessError, Actor
from thuishaven.databank import Database
from thuishaven.databank.cases import Cases, Desk, Signals, Source, Statement, flaws
from thuishaven.databank.cases.tables import CASE, CLAIM, LISTING, PARTS, SOURCE, TASK, VERSION

PEOPLE = (AN, BO, CAS, ED, person("eva", "editor", "coder"), person("co", "company_user"))
EVENTS = ("triage_accept", "triage_reject", "reopen", "recode", "send_back")
TABLES = (CASE, CLAIM, SOURCE, VERSION, TASK, LISTING, *PARTS)


class Walk:
    """Tries one thing after another and remembers how many were done."""

    def __init__(self, databank: Database, seed: int) -> None:
        self.store = databank.public
        self.cases, self.desk, self.signals = Cases(self.store), Desk(self.store), Signals(self.store)
        self.chance = random.Random(seed)
        self.known: list[str] = []
        self.done, self.news = 0, 0

    def said(self) -> list[Statement]:
        form = self.chance.choice(["own", "supplier", "unknown"])
        to = self.chance.choice(["NLD", "NLD", "NLD", "HUN"])
        name = f"Firm {self.chance.choice('abcdefghijk') * 6}"
        source = self.chance.choice([PRESS, REGISTER])
        return pots(source, move__form_from=form, move__to_country=to, organisation__name=name)

    def news_of(self) -> list[Statement]:
        self.news += 1
        source = Source("company", "News", url=f"https://news.example/{self.news}", published_on="2027")
        state = self.chance.choice(["reversed", "partially", "cancelled"])
        return [Statement("status", state, source, as_of="2027", valid_from="2027")]

    def step(self) -> None:
        actor = self.chance.choice(PEOPLE)
        case = self.chance.choice([*self.known, "nowhere"])
        tries: list[Callable[[], Any]] = [
            lambda: self.known.append(self.cases.propose(actor, self.said())),
            lambda: self.cases.claim(actor, case, self.news_of()),
            lambda: self.cases.step(actor, case, self.chance.choice(EVENTS), "duplicate: tried"),
            lambda: self.cases.publish(actor, case, "tried"),
            lambda: self.cases.revise(actor, case, self.news_of(), "tried"),
            lambda: self.cases.withdraw(actor, case, "tried"),
            lambda: self.desk.approve(actor, case, "tried"),
            lambda: self.signals.tell(actor, "tried", case=case),
        ]
        if self.chance.random() < 0.7:
            self.on(self.chance.choice(PEOPLE[:5]), case)
        else:
            self.attempt(self.chance.choice(tries[len(self.known) > 3 :]))

    def attempt(self, what: Callable[[], Any]) -> Any:
        try:
            found = what()
        except AccessError:
            return None
        self.done += 1
        return found

    def on(self, actor: Actor, case: str) -> None:
        """The next step of a case, so that some get somewhere."""
        state = next((one.state for one in self.cases.work(ED, count=500)[0] if one.id == case), "")
        if state in {"candidate", "coded_once"}:
            task = self.attempt(lambda: self.desk.take(actor, case))
            if task:
                said = self.said()
                self.attempt(lambda: self.desk.code(actor, task.id, said))
                self.attempt(lambda: self.desk.finish(actor, task.id))
        elif state == "coded_twice":
            for one in self.desk.disagreements(ED, case, waiting=True):
                value = self.chance.choice([one.first or "no", one.second or "no"])
                self.attempt(lambda one=one, value=value: self.desk.resolve(actor, one.id, value, "tried"))
            self.attempt(lambda: self.desk.approve(actor, case, "tried"))
        elif state == "signal":
            self.attempt(lambda: self.cases.step(ED, case, "triage_accept", "tried"))
        elif state == "approved":
            self.attempt(lambda: self.cases.publish(ED, case, "tried"))

    def counts(self) -> list[int]:
        with self.store.read() as connection:
            return [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in TABLES
            ]


def test_whatever_people_try_the_invariants_hold(databank: Database) -> None:
    walk = Walk(databank, 2)
    walk.attempt(lambda: walk.known.append(walk.cases.propose(AN, walk.said())))
    counts, digests = walk.counts(), {}
    for _ in range(6):
        for _ in range(20):
            walk.step()
        # Nothing is ever gone.
        later = walk.counts()
        assert all(one <= other for one, other in zip(counts, later, strict=True))
        counts = later
        # Every change was one event, and every version is what it was.
        assert 1 + walk.done == len(databank.public.events())
        with databank.public.read() as connection:
            rows = connection.execute(sa.select(VERSION.c.case, VERSION.c.version, VERSION.c.digest)).all()
            parts = {
                table.name: connection.execute(sa.select(table.c.case, table.c.version, table.c.claim)).all()
                for table in PARTS
            }
            claims = {row.id: row.case for row in connection.execute(sa.select(CLAIM.c.id, CLAIM.c.case))}
        found = {(row.case, row.version): row.digest for row in rows}
        assert digests.items() <= found.items()
        digests = found
        # What is published rests on claims about that case, and contradicts nothing.
        for many in parts.values():
            assert all(claims[row.claim] == row.case and (row.case, row.version) in found for row in many)
    visitor = databank.public.visitor()
    lines, _ = walk.cases.work(ED, count=500)
    shown = [one for one in lines if one.version and one.state != "withdrawn"]
    assert len(shown) == walk.cases.search(visitor).total
    for one in shown:
        assert () == flaws(walk.cases.record(visitor, one.id))
    assert digests
    assert [True, True] == [audit.sound for audit in databank.audit()]
