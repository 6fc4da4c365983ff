"""Words that stand in one place each: who reads one that is not theirs has found a leak.

Every organisation of the town gets a word in each field that somebody may not see. ``OWN`` says which visitor
may meet which kind of word of their own organisation, ``ANY`` what reaches beyond it; all else is a leak.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping

import httpx
from town import HELD, Town

from casework import ED
from thuishaven.access import Actor, Object, hashed
from thuishaven.databank import Content
from thuishaven.databank.cases import Cases, Source, Statement
from thuishaven.databank.office import (
    ATTACHMENTS,
    Begun,
    Consents,
    Decided,
    FollowUps,
    Papers,
    Projects,
    Promise,
    Signals,
    Tasks,
    Told,
)
from visitors import PASSWORD

SIDES = ("own", "other")
#: A figure that is a word too: the price of a supplier.
PRICES = {"own": "7.918273", "other": "7.928374"}
#: And another: the jobs that a company promised with its decision.
JOBS = {"own": "41.836251", "other": "41.846352"}
DOSSIER = """\
# zzremark{side}
thuishaven: 1
as_of: 2026-11-21
title: {{nl: zzdossier{side}}}
company: {{name: zzdossier{side}, country: NLD, nace: {{code: "22.29", revision: "2.0"}}}}
product: {{name: {{nl: zzdossier{side}}}, cn: "39269097", mass_kg: 1.9, price: 24.0}}
demand: {{units_per_year: 100000, growth: 0.02, markets: {{NLD: 1}}}}
bom:
  - id: zzpart{side}
    quantity: 1
    material: polypropylene
    mass_kg: 1.8
    price: {{value: {price}, unit: EUR/kg}}
process: {{labour_hours: 0.11, machine_hours: 0.05, energy_kwh: 2.4}}
plans:
  - id: today
    sources:
      - {{id: s, maker: supplier, country: CHN, share: 1, incoterm: FOB, lead_days: 75, note: zzsecret{side},
         unit_price: {{value: {price}, unit: USD, source: zzsecret{side}}}}}
  - id: home
    sources: [{{id: h, maker: own, country: NLD, share: 1}}]
    one_off: {{machines: 900000}}
"""
#: What each kind of word is the name of.
KINDS = {
    "dossier": "what is in a dossier",
    "part": "the part of it that somebody was asked to fill in",
    "secret": "a supplier and a price in it",
    "remark": "a comment in its text, which goes when anything is hidden",
    "title": "the name of a dossier",
    "label": "its label",
    "why": "why a version was made",
    "saidof": "a comment on a field",
    "saidofpart": "a comment on a field of the part",
    "saidofsecret": "a comment on a price",
    "sharing": "why it was shared, and with whom",
    "name": "the name of a colleague",
    "mail": "the address of a colleague",
    "guest": "the address of somebody who is invited",
    "apikey": "the name of somebody's key",
    "place": "the name of the organisation",
    "signal": "a signal, and who sent it",
    "project": "a project of the front office",
    "contact": "somebody at the company",
    "document": "a document, and what is in it",
    "task": "a task",
    "consent": "who agreed for the company",
    "reason": "why the company decided so",
    "answer": "what the company answered after a year",
    "draft": "what a visitor works on",
}
_READERS = ("company_user", "adviser", "key")
_OFFICE = ("adviser",)
#: Who may meet which word of their own organisation.
OWN: Mapping[str, tuple[str, ...]] = {
    "dossier": (*_READERS, "link_read", "link_comment"),
    "part": (*_READERS, "link_read", "link_comment", "link_fill"),
    "secret": _READERS,
    "remark": _READERS,
    "title": (*_READERS, "link_read", "link_comment", "link_fill"),
    "label": _READERS,
    "why": _READERS,
    "saidof": (*_READERS, "link_comment"),
    "saidofpart": (*_READERS, "link_comment", "link_fill"),
    "saidofsecret": _READERS,
    "sharing": ("company_user", "adviser"),
    # Whoever reads a comment reads whose it is.
    "name": (*HELD, "link_comment", "link_fill"),
    "mail": HELD,
    "guest": ("administrator",),
    # Who made it reads it too; it is an administrator of the same organisation.
    "apikey": ("administrator",),
    "place": (*HELD, "link_read", "link_comment", "link_fill"),
    **dict.fromkeys(("signal", "project", "contact", "document", "task", "consent"), _OFFICE),
    **dict.fromkeys(("reason", "answer"), _OFFICE),
    "draft": (),
}
#: Who may meet which word of any organisation: who runs the installation, and who guards people's data.
ANY = {
    "name": ("operator", "data_protection_officer"),
    "mail": ("operator", "data_protection_officer"),
    "place": ("operator", "data_protection_officer"),
    # The whole record of a person holds what they wrote and where, what they shared, and their keys.
    **dict.fromkeys(("apikey", "saidof", "saidofpart", "part", "sharing"), ("data_protection_officer",)),
}
#: What a token shows to whoever has it, by the beginning of the path.
BY_TOKEN = {
    "/{lang}/account/invite/": ("place", "guest"),
    "/{lang}/account/email/": ("mail",),
    # A company reads who asks.
    "/{lang}/follow-up/": ("answer", "place"),
    "/{lang}/shared/": ("title", "place"),
}
#: Words of work on cases that is not published, and who may meet them.
CANDIDATE, AT_WORK = "zzcandidate", ("coder", "editor", "operator")
WORDS = {f"zz{kind}{side}": (kind, side) for kind in KINDS for side in SIDES}


def may_meet(role: str, path: str, kind: str, side: str) -> bool:
    """Whether a visitor may read a word at an address."""
    shown = next((kinds for start, kinds in BY_TOKEN.items() if path.startswith(start)), ())
    return kind in shown or role in ANY.get(kind, ()) or (side == "own" and role in OWN[kind])


def leaks(role: str, path: str, answer: httpx.Response) -> list[str]:
    """The words in an answer that its reader may not meet."""
    said = "\n".join((str(answer.headers), *texts(answer.content))).casefold()
    found = [
        word for word, (kind, side) in WORDS.items() if word in said and not may_meet(role, path, kind, side)
    ]
    for side, price in PRICES.items():
        figure = price.partition(".")[2]
        if figure in said and not may_meet(role, path, "secret", side):
            found.append(f"price of {side}")
    for side, jobs in JOBS.items():
        # Pages write it in their language, data with a point.
        if jobs.partition(".")[2] in said and not may_meet(role, path, "reason", side):
            found.append(f"promise of {side}")
    if CANDIDATE in said and role not in AT_WORK:
        found.append(CANDIDATE)
    return found


def texts(content: bytes) -> Iterator[str]:
    """What a file says: of a PDF its text, of a zip or a spreadsheet each of its parts."""
    if content.startswith(b"%PDF") and b"%%EOF" in content:
        from pypdf import PdfReader

        yield from (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from texts(archive.read(name))
    else:
        yield content.decode("utf-8", "replace")


def plant(town: Town) -> None:
    """Give both organisations their words."""
    for side in SIDES:
        author = _person(town, side)
        _dossier(town, side, author)
        _office(town, side, author)
        token, _draft = town.drafts.create()
        town.drafts.save(token, 1, f"title: zzdraft{side}\n")
    said = [
        Statement("organisation.name", CANDIDATE, Source("company", "Candidate", url="https://a.example/1"))
    ]
    Cases(town.house.databank.public).propose(ED, said)


def _person(town: Town, side: str) -> Actor:
    """Somebody who does everything that leaves words."""
    house, things = town.house, town.sides[side].things
    accounts, local = house.accounts, house.store.local("beheer")
    accounts.register(f"zzmail{side}@example.org", f"zzname{side}")
    accounts.confirm(house.post.last("confirm").token, PASSWORD)
    token, actor = house.sessions.sign_in(f"zzmail{side}@example.org", PASSWORD)
    for role in ("company_user", "adviser", "administrator"):
        house.organisations.give(local, actor.person, things["organisation"], role)
    _token, actor = house.sessions.switch(token, things["organisation"])
    house.organisations.rename(actor, things["organisation"], f"zzplace{side}", "NLD", "")
    things["invite"] = house.organisations.invite(
        actor, things["organisation"], f"zzguest{side}@example.org", ["adviser"]
    )
    things["invitation"] = next(
        one.id
        for one in house.organisations.invitations(actor, things["organisation"])
        if one.email.startswith("zzguest")
    )
    house.keys.create(actor, f"zzapikey{side}", ["read:dossier"])
    things["person"] = things["member"] = actor.person
    return actor


def _dossier(town: Town, side: str, actor: Actor) -> None:
    house, things = town.house, town.sides[side].things
    dossier, price = things["dossier"], PRICES[side]
    content = Content(DOSSIER.format(side=side, price=price))
    version = house.dossiers.save(actor, dossier, 1, content, why=f"zzwhy{side}")
    things["version"] = str(version)
    house.dossiers.rename(actor, dossier, f"zztitle{side}")
    house.dossiers.label(actor, dossier, f"zzlabel{side}")
    for place, word in (
        ("dossier.product.price", "saidof"),
        (f"dossier.bom.zzpart{side}.material", "saidofpart"),
        (f"dossier.bom.zzpart{side}.price", "saidofsecret"),
    ):
        house.comments.add(actor, dossier, place, f"zz{word}{side}")
    thing = Object("dossier", dossier, things["organisation"], confidentiality=3)
    house.shares.share(
        actor, thing, "read", reason=f"zzsharing{side}", address=f"zzsharing{side}@example.org"
    )


def _office(town: Town, side: str, actor: Actor) -> None:
    store, things = town.house.store, town.sides[side].things
    projects, today = Projects(store), store.clock().date()
    signal = f"zzsignal{side}"
    things["signal"] = Signals(store).receive(
        actor, Told("desk", signal, signal, signal, reply_to=f"{signal}@example.org")
    )
    project = things["project"]
    projects.describe(actor, project, title=f"zzproject{side}", company=f"zzproject{side}")
    things["task"] = Tasks(store).add(actor, project, f"zztask{side}", today)
    papers = Papers(projects)
    papers.add_contact(actor, project, f"zzcontact{side}", f"zzcontact{side}@example.org")
    things["document"] = papers.add_document(
        actor, project, f"zzdocument{side}.pdf", f"%PDF-1.7 zzdocument{side}".encode()
    )
    Consents(projects).give(actor, project, "public_case", given_by=f"zzconsent{side}", given_on=today)
    _decided(town, side, actor, today)


def _decided(town: Town, side: str, actor: Actor, today: dt.date) -> None:
    """A second project, with its reason; and what the company answered in the first."""
    projects, things = Projects(town.house.store), town.sides[side].things
    begun = Begun(f"zzproject{side}", f"zzproject{side}", "DEU", "2")
    things["decided"] = project = projects.open(actor, begun, contact_agreed=True)
    projects.describe(actor, project, purpose=f"zzproject{side}")
    projects.advance(actor, project, "accept")
    for kind in ATTACHMENTS:
        projects.attach(actor, project, things["dossier"], 1, kind, {})
    projects.advance(actor, project, "submit_for_decision")
    promise = Promise(float(JOBS[side]), None, today.isoformat())
    projects.decide(actor, project, Decided(today, "go", "own_home", (), (), f"zzreason{side}", promise))
    follow_ups = FollowUps(projects, town.house.shares)
    first = follow_ups.of(actor, things["project"])[0]
    follow_ups.answer(actor, first.id, {"words": f"zzanswer{side}"})


def unknown(thing: str) -> str:
    """An id like another that nothing has."""
    return hashed(f"nothing like {thing}")[: len(thing)]
