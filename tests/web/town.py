"""One visitor of every role, and two organisations with the same things: whom every route is tried with."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from calling import UNCOUNTED, Caller, answering, example
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from casework import AN, ED, pots, published
from databases import Clock, admin, draft_url, usual
from thuishaven.access import EVENT, Object
from thuishaven.databank import Content, Database
from thuishaven.databank.cases import Cases, Desk, Imports
from thuishaven.databank.cases import Signals as Hints
from thuishaven.databank.office import (
    ATTACHMENTS,
    Answer,
    Begun,
    Decided,
    Digests,
    Feeds,
    FetchError,
    FollowUps,
    Papers,
    Projects,
    Signals,
    Subscriptions,
    Tasks,
    Told,
)
from thuishaven.web import ServerSettings, create_app
from thuishaven.web.assets import address
from thuishaven.web.people import Rooms
from thuishaven.web.store import DraftStore
from visitors import QUICK, House

#: Roles that somebody holds in an organisation.
HELD = (
    *("company_user", "adviser", "administrator", "coder", "editor", "researcher", "disclosure_checker"),
    *("data_protection_officer", "operator"),
)
#: Everybody: a visitor, a person without an organisation, members, holders of a link, a program with a key.
ROLES = ("public", "person", *HELD, "link_read", "link_comment", "link_fill", "key")
#: Who comes over the wire; the others ask the same application where it is served.
OUTSIDE = ("public", "adviser")
#: Gaps of a path that name something of an organisation or a person: tried with their own and another's.
OWNED = (
    *("dossier", "comment", "share", "version", "organisation", "person", "member", "invitation"),
    *("session", "key", "token", "signal", "project", "task", "document", "feed"),
)
#: What stands in the other gaps: something that is there.
COMMON = {
    "lang": "nl",
    "name": "cost-1",
    "code": "not_found",
    "parameter": "inflation_cpi",
    "source_id": "eurostat",
    "kind": "yaml",
    "group": "possible",
    "step": "product",
    "plan": "home_own",
    "reference": "home_own.P03",
}
#: By the beginning of a path, where a gap means something else.
PARTICULAR = {
    "/api/v1/families/": {"name": "metal-part"},
    "/api/v1/sources/": {"source_id": "51job-in-shanghai-daily"},
    "/static/": {"name": address("thuishaven.css").rpartition("/")[2]},
    "/{lang}/cases/picture/": {"name": "years"},
    "/{lang}/cases/statistics/picture/": {"name": "outcomes"},
    "/{lang}/cases/statistics/": {"subject": "sector"},
    "/{lang}/examples/": {"name": "plantenpot"},
    "/{lang}/explore/picture/": {"name": "world"},
    "/{lang}/knowledge/": {"slug": "forms"},
    "/{lang}/office/compare/": {"kind": "csv"},
    "/{lang}/office/projects/{project}/": {"action": "task"},
    "/{lang}/office/signals/{signal}/": {"action": "close"},
    "/{lang}/desk/cases/{case}/step/": {"event": "withdraw"},
    "/{lang}/desk/duplicates/": {"kind": "company"},
    "/{lang}/dossiers/{dossier}/versions/{version}/report": {"kind": "json"},
    "/{lang}/results/": {"name": "costs", "kind": "html"},
}
#: Tokens of letters, by the beginning of the path that takes them.
LETTERS = {
    "/{lang}/account/confirm/": "confirm",
    "/{lang}/account/reset/": "reset",
    "/{lang}/account/email/": "email",
    "/{lang}/account/invite/": "invite",
    "/{lang}/follow-up/": "follow_up",
    "/{lang}/office/calendar/": "calendar",
    "/{lang}/office/letter/": "letter",
}
#: A list of cases.
LIST = "case_ref,company,home_country,source\nM1,Emmers sa,BEL,Press\n"
_GAP = re.compile(r"{(\w+)(?::\w+)?}")


def routes(app: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route, of the mounted applications too."""
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, Mount):
            yield from routes(found.original_route.app, before + found.original_route.path)
        elif found.path is not None:
            for method in sorted(found.methods or ()):
                yield method, before + found.path


def table(folder: Path) -> list[tuple[str, str]]:
    """All routes of an application."""
    app = create_app(ServerSettings(database_url=f"sqlite:///{folder / 'drafts.db'}"))
    app.state.store.close()
    app.state.rooms.close()
    return sorted(set(routes(app)))


def sides(path: str) -> tuple[str, ...]:
    """Whose things a path is tried with."""
    return ("own", "other") if any(gap in OWNED for gap in _GAP.findall(path)) else ("",)


def filled(text: str, gaps: dict[str, str]) -> str:
    """A path or a form with something in its gaps; ``x`` where nothing is known."""
    here = next((found for start, found in PARTICULAR.items() if text.startswith(start)), {})
    letter = next((gaps.get(name, "x") for start, name in LETTERS.items() if text.startswith(start)), None)
    known = {**gaps, **COMMON, **here, **({"token": letter} if letter else {})}
    return _GAP.sub(lambda gap: known.get(gap[1], "x"), text)


@dataclass
class Side:
    """What one organisation has: by the names of the gaps."""

    things: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


class Town:
    """A server with one visitor of every role.

    Parameters
    ----------
    client
        Asks the server.
    house
        The rooms behind it.
    """

    def __init__(self, client: Caller, house: House, drafts: DraftStore) -> None:
        self.client = client
        self.house = house
        self.drafts = drafts
        self.tokens: dict[str, dict[str, str]] = {role: {} for role in ROLES}
        self.people: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        self.sides = {"own": Side(), "other": Side()}
        case = published(house.databank.public)
        for name, side in self.sides.items():
            self._settle(name, side)
            side.things["case"] = case
        for side, elsewhere in (("own", "other"), ("other", "own")):
            self.sides[side].things["elsewhere"] = self.sides[elsewhere].things["organisation"]
        self._let_in()
        self._at_the_desk()

    def _settle(self, name: str, side: Side) -> None:
        house = self.house
        organisation = house.organisation(name)
        _token, owner = house.member(f"owner-{name}", organisation, "company_user", "administrator")
        dossier = house.dossiers.create(owner, f"Dossier {name}", Content(json.dumps(example())))
        thing = Object("dossier", dossier, organisation.id, confidentiality=3)
        for scope in ("read", "comment", "fill"):
            part = "dossier.bom" if scope == "fill" else ""
            token, share = house.shares.share(owner, thing, scope, reason="matrix", part=part)
            side.links[scope] = token
        invitation = house.organisations.invite(
            owner, organisation.id, f"new-{name}@example.org", ["adviser"]
        )
        _token, colleague = house.member(f"colleague-{name}", organisation, "adviser")
        _secret, key = house.keys.create(owner, "matrix", ["read:dossier"])
        side.things = {
            "organisation": organisation.id,
            "dossier": dossier,
            "version": "1",
            "comment": house.comments.add(owner, dossier, "product.price", "Hm"),
            "share": share.grant.id,
            "token": side.links["read"],
            "person": colleague.person,
            "member": colleague.person,
            "invitation": house.organisations.invitations(owner, organisation.id)[0].id,
            "invite": invitation,
            "confirm": house.accounts.register(f"newcomer-{name}@example.org", "Newcomer"),
            "reset": house.accounts.ask_reset(f"colleague-{name}@example.org"),
            "email": house.accounts.ask_email(colleague, f"moved-{name}@example.org"),
            "session": house.sessions.list(colleague)[0].id,
            "key": key.id,
            **self._office(colleague, dossier),
            **self._watching(owner, colleague),
        }

    def _office(self, adviser: Any, dossier: str) -> dict[str, str]:
        """A signal, and a project that is at its follow-up, of an adviser's organisation."""
        store = self.house.store
        projects, today = Projects(store), store.clock().date()
        told = Told("desk", "Company", f"Signal of {adviser.organisation}")
        begun = Begun("Project", "Company", "DEU", "1")
        project = projects.open(adviser, begun, contact_agreed=True)
        projects.describe(adviser, project, purpose="Advice")
        projects.advance(adviser, project, "accept")
        for kind in ATTACHMENTS:
            projects.attach(adviser, project, dossier, 1, kind, {})
        projects.advance(adviser, project, "submit_for_decision")
        projects.decide(adviser, project, Decided(today, "go", "own_home", (), (), "Nearer"))
        projects.advance(adviser, project, "first_output", {"first_output": today})
        follow_ups = FollowUps(projects, self.house.shares)
        return {
            "signal": Signals(store).receive(adviser, told),
            "project": project,
            "task": Tasks(store).add(adviser, project, "Call", today),
            "document": Papers(projects).add_document(adviser, project, "visit.pdf", b"%PDF-1.7 visit"),
            "follow_up": follow_ups.ask(adviser, project, 12),
        }

    def _watching(self, owner: Any, adviser: Any) -> dict[str, str]:
        """A watched feed of an organisation, and an adviser's calendar and letter."""
        store, tokens = self.house.store, list[str]()
        Digests(store).switch_on(adviser)
        Digests(store).send_all(store.local("timer"), lambda found: tokens.append(found.token))
        feed = Feeds(store).add(owner, "https://news.example/feed.xml")

        def unreached(*_args: object, **_more: object) -> Answer:
            raise FetchError("name")

        # Fetched a moment ago: whoever asks for it again goes nowhere.
        Feeds(store).fetch_all(store.local("timer"), unreached)
        calendar, link = Subscriptions(store).make(adviser), Subscriptions(store).of(adviser)
        assert link
        return {
            "subscription": link.id,
            "feed": feed,
            "calendar": calendar,
            "letter": tokens[0],
        }

    def _let_in(self) -> None:
        house, own = self.house, self.sides["own"]
        organisation = next(
            one
            for one, _members in house.organisations.all(house.store.local("beheer"))
            if one.id == own.things["organisation"]
        )
        self._session("person", *house.person("person"))
        for role in HELD:
            self._session(role, *house.member(role, organisation, role))
        for scope, token in own.links.items():
            self.tokens[f"link_{scope}"] = {"Cookie": f"thuishaven-shares={token}"}
        owner = house.sessions.actor(self.sessions["company_user"])
        secret, _key = house.keys.create(owner, "matrix", ["read:dossier", "list:dossier"])
        self.tokens["key"] = {"Authorization": f"Bearer {secret}"}

    def _at_the_desk(self) -> None:
        """A case that a coder is at, a hint, a list that is in, and two companies to compare."""
        public, house = self.house.databank.public, self.house
        cases, known = Cases(public), self.sides["own"].things["case"]
        case = cases.propose(AN, pots(organisation__name="Vazen nv"))
        cases.step(ED, case, "triage_accept", "looks like one")
        coder, editor = (house.sessions.actor(self.sessions[role]) for role in ("coder", "editor"))
        batch = Imports(public).run(public.local(), LIST, "matrix")
        kept, _draft = self.drafts.create(LIST, {"name": "matrix", "by": editor.person}, "l.")
        things = {
            "coding": Desk(public).take(coder, case).id,
            "hint": Hints(public).tell(public.visitor(), "A hint"),
            "batch": batch.id,
            "wanted": kept,
            "one": cases.get(AN, case).organisation,
            "other": cases.get(AN, known).organisation,
        }
        for side in self.sides.values():
            side.things |= things

    def _session(self, role: str, token: str, actor: Any) -> None:
        self.tokens[role] = {"Cookie": f"thuishaven-session={token}"}
        self.people[role], self.sessions[role] = actor.person, token

    def gaps(self, role: str, whose: str) -> dict[str, str]:
        """What stands in the gaps of a path for somebody, of their own or of another organisation."""
        return self.sides[whose or "own"].things

    def ready(self, role: str, whose: str, sends: str) -> dict[str, str]:
        """The headers of somebody; with ``tied`` they first open the dossier, if they may, and change it."""
        headers = dict(self.tokens[role])
        if not sends.startswith("tied"):
            return headers
        path = filled("/{lang}/dossiers/{dossier}/open", self.gaps(role, whose))
        token = self.client.post(path, headers=headers).cookies.get("thuishaven-draft", "")
        self.client.cookies.clear()
        if token:
            draft = self.drafts.load(token)
            self.drafts.save(token, draft.version, draft.text.replace("24.0", "25.0"))
            held = [headers["Cookie"]] if "Cookie" in headers else []
            headers["Cookie"] = "; ".join([*held, f"thuishaven-draft={token}"])
        return headers

    def ask(
        self, role: str, method: str, path: str, whose: str, sends: str = "", headers: Any = None
    ) -> httpx.Response:
        """Somebody asks something.

        ``sends`` may begin with ``tied`` (see :meth:`ready`), ``*`` (whatever the version is) or a query
        (``?draws=64``); then come a form, ``json`` and its text, or ``example`` for the example of a
        dossier. A query and a form may have gaps.
        """
        gaps = self.gaps(role, whose)
        headers = dict(self.tokens[role] if headers is None else headers)
        sends = sends.removeprefix("tied").lstrip()
        if sends.startswith("*"):
            headers["If-Match"], sends = "*", sends[1:].lstrip()
        body: dict[str, Any] = {}
        if sends.startswith("?"):
            query, _, sends = sends.partition(" ")
            path += filled(query, gaps)
        if sends.startswith("json "):
            body["content"] = sends.removeprefix("json ")
            headers["Content-Type"] = "application/json"
        elif sends == "example":
            body["content"] = json.dumps(example())
            headers["Content-Type"] = "application/json"
        elif sends:
            body["content"] = filled(sends, gaps)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if role not in OUTSIDE:
            return self.client.inside(method, filled(path, gaps), headers, body.get("content", b""))
        answer = self.client.request(method, filled(path, gaps), headers=headers, **body)
        # Who comes next brings only what is their own, and finds done what was left for after the answer.
        self.client.cookies.clear()
        while self.client.app.state.metrics.running:
            time.sleep(0.0001)
        return answer

    def events(self, after: int = 0) -> list[str]:
        """What was logged about people and organisations after an event, as ``create dossier``."""
        table = EVENT["confidential"]
        wanted = sa.select(table.c.action, table.c.kind).where(table.c.seq > after).order_by(table.c.seq)
        with self.house.store.engine.connect() as connection:
            return [f"{event.action} {event.kind}" for event in connection.execute(wanted)]

    def last_event(self) -> int:
        """The number of the newest event."""
        with self.house.store.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.max(EVENT["confidential"].c.seq))).scalar_one()


class Files:
    """The SQLite files of a server: seen whether somebody wrote, and put back as they were."""

    def __init__(self, folder: Path) -> None:
        paths = [folder / "drafts.db", *sorted((folder / "databank").glob("*.sqlite3"))]
        self.live = {path: sqlite3.connect(path, check_same_thread=False) for path in paths}
        self.kept = {path: sqlite3.connect(":memory:", check_same_thread=False) for path in paths}
        for path, connection in self.live.items():
            connection.backup(self.kept[path])
        self.seen = self.kept_at = self.versions()

    def versions(self) -> list[int]:
        """Another number for each file after every commit of somebody else."""
        return [connection.execute("pragma data_version").fetchone()[0] for connection in self.live.values()]

    def written(self) -> bool:
        """Whether anything was committed since the last look."""
        before, self.seen = self.seen, self.versions()
        return before != self.seen

    def put_back(self) -> None:
        """The files that were written to as they were at the beginning."""
        now = zip(self.live.items(), self.kept_at, self.versions(), strict=True)
        for (path, connection), before, after in now:
            if before != after:
                self.kept[path].backup(connection)
        self.seen = self.kept_at = self.versions()

    def close(self) -> None:
        for connection in (*self.live.values(), *self.kept.values()):
            connection.close()


@contextmanager
def town(folder: Path, engine: str = "", **settings: Any) -> Iterator[Town]:
    """A server with one visitor of every role, its databank in a folder or on PostgreSQL."""
    given = {**UNCOUNTED, "log_level": "error", "most_draws": 64}
    with draft_url(engine or usual(), folder) as url:
        chosen = ServerSettings(database_url=url, **{**given, **settings})
        house = House(Database(chosen.databank_place, Clock()))
        app = create_app(chosen, rooms=Rooms.of(house.databank, house.post, QUICK))
        with answering(app, chosen) as client:
            yield Town(client, house, app.state.store)


class Copies:
    """A PostgreSQL database of a server: seen whether somebody wrote, and put back as it was."""

    def __init__(self, here: Town) -> None:
        self._here = here
        url = sa.make_url(here.client.app.state.settings.database_url)
        self._name, self._copy = url.database, f"{url.database}_kept"
        self._renew(self._copy, str(self._name))
        self.seen = self.kept = self._state()

    def written(self) -> bool:
        """Whether anything was logged, or a draft changed, since the last look."""
        before, self.seen = self.seen, self._state()
        return before != self.seen

    def put_back(self) -> None:
        """The database as it was at the beginning, when something was written."""
        if self._state() != self.kept:
            self._renew(str(self._name), self._copy)
        self.seen = self.kept

    def _state(self) -> tuple[Any, ...]:
        last = []
        for chain, store in self._here.house.databank.stores.items():
            with store.engine.connect() as connection:
                last.append(connection.execute(sa.select(sa.func.max(EVENT[chain].c.seq))).scalar_one())
        return self._here.drafts.digest(), *last

    def _renew(self, name: str, source: str) -> None:
        """A database anew, as a copy of one to which nobody is connected."""
        engines = [store.engine for store in self._here.house.databank.stores.values()]
        for engine in (*engines, self._here.drafts._engine):
            engine.dispose()
        with admin().connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {source}")

    def close(self) -> None:
        with admin().connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {self._copy} WITH (FORCE)")


@contextmanager
def files(folder: Path, here: Town | None = None) -> Iterator[Files | Copies]:
    """What a server keeps: the SQLite files in its folder, or its PostgreSQL database."""
    on_files = here is None or here.house.databank.dialect == "sqlite"
    with closing(Files(folder) if on_files or here is None else Copies(here)) as found:
        yield found
