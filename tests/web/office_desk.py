"""A front office with something on every page: signals, feeds, and projects in each stage."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from org_desk import Street

from thuishaven.databank.office import (
    ATTACHMENTS,
    Answer,
    Begun,
    Consents,
    Decided,
    Digests,
    Feeds,
    FetchError,
    FollowUps,
    Papers,
    Projects,
    Promise,
    Signals,
    Tasks,
    Told,
)

DAY = dt.date(2026, 11, 20)
NEWS = (
    b"<rss><channel><item><title>Voorbeeld Plastics NV haalt productie terug</title>"
    b"<link>https://news.example/1</link></item></channel></rss>"
)
STOCK = Decided(
    DAY, "go", "bigger_stock", ("own_home",), (), "Drie weken voorraad is genoeg", Promise(4.5, 1, "2027-12")
)


@dataclass(frozen=True)
class Filled:
    """Ids of what there is, and what opens the pages of those without an account."""

    signals: tuple[str, ...]
    feeds: tuple[str, ...]
    projects: dict[str, str]
    shared: str
    letter: str
    question: str


def fill(office: Street) -> Filled:
    """Fill the office of ``rik``, with ``boss`` as its administrator and ``sam`` at another agency."""
    store, rik, sam = office.house.store, office.actors["rik"], office.actors["sam"]
    signals, feeds = Signals(store), Feeds(store)
    told = (
        Told("desk", "Pots NV", "Pots NV zoekt een nieuwe leverancier", "Vier weken te laat.", "BEL"),
        Told("desk", "Pots nv", "Pots overweegt terug te komen", country="BEL", may_contact=True),
        Told("restructuring", "Pompen BV", "Pompen BV sluit in Ningbo", language="nl"),
    )
    kept = [signals.receive(rik, one) for one in told]
    kept.append(signals.receive(store.visitor(), Told("self_service", "Jansen nv", "Te laat")))
    signals.close(rik, kept[2], "services_only")
    watched = [
        feeds.add(office.actors["boss"], f"https://news.example/{name}", name.capitalize())
        for name in ("nieuws", "gazette", "archief")
    ]
    feeds.watch(office.actors["boss"], watched[2], False)
    answers = iter([FetchError("status", "404"), Answer(NEWS)])

    def fetch(*_args: object, **_more: object) -> Answer:
        found = next(answers)
        if isinstance(found, FetchError):
            raise found
        return found

    feeds.fetch_all(store.local("watcher"), fetch)
    made = {
        stage: _project(office, stage)
        for stage in ("intake", "decision_pending", "implementation", "follow_up", "closed")
    }
    shared = Projects(store).open(sam, Begun("Kranen", "Kranen nv", "BEL"), contact_agreed=True)
    Consents(Projects(store)).give(
        sam,
        shared,
        "second_agency",
        given_by="De directeur",
        given_on=DAY,
        receiver=office.agency.id,
    )
    Tasks(store).add(rik, made["intake"], "Bel de zaakvoerder", DAY, rik.person)
    Digests(store).switch_on(rik)
    letters: list[str] = []
    Digests(store).send_all(store.local("timer"), lambda found: letters.append(found.token))
    follow_ups = FollowUps(Projects(store), office.house.shares)
    question = follow_ups.ask(rik, made["follow_up"], 12)
    return Filled(tuple(kept), tuple(watched), made, shared, letters[0], question)


def _project(office: Street, stage: str) -> str:
    """A project that has come to a stage."""
    store, rik = office.house.store, office.actors["rik"]
    projects = Projects(store)
    project = projects.open(
        rik, Begun(f"Potten {stage}", "Pots NV", "BEL", "0417497106"), contact_agreed=True
    )
    if stage == "intake":
        return project
    projects.describe(rik, project, purpose="Advies op vraag van het bedrijf", nace="22.26", region="BE21")
    projects.advance(rik, project, "accept")
    for kind in ATTACHMENTS:
        projects.attach(rik, project, office.dossier, 1, kind, {})
    papers = Papers(projects)
    papers.add_contact(rik, project, "P. Voorbeeld", "p@example.org", "", "zaakvoerder")
    papers.add_document(rik, project, "bezoek.pdf", b"%PDF-1.7 bezoek")
    projects.advance(rik, project, "submit_for_decision")
    if stage == "decision_pending":
        return project
    if stage == "closed":
        projects.decide(rik, project, Decided(DAY, "no_go", "bigger_stock", (), ("SKILLS",), "Stilte"))
        return project
    projects.decide(rik, project, STOCK)
    if stage == "follow_up":
        projects.advance(rik, project, "first_output", {"first_output": DAY})
    return project
