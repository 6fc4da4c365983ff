"""People of two organisations who work on dossiers over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from calling import UNCOUNTED, answering

from thuishaven.access import Actor, Object, Organisation
from thuishaven.databank import Content
from thuishaven.web import ServerSettings, create_app
from thuishaven.web.people import Rooms
from visitors import QUICK, House

ROOT = Path(__file__).resolve().parents[2]
#: Complete, and small: reading a large one takes most of the time of a page.
EXAMPLE = """\
thuishaven: 1
as_of: 2026-11-21
company: {name: Pots, country: NLD}
product: {name: Pot, cn: "39269097", mass_kg: 1.9, price: 24}
demand: {units_per_year: 100000, growth: 0.02, variation: 0.4}   # from the order book
bom:
  - {id: shell, parent: null, quantity: 1, material: polypropylene, mass_kg: 1.8, price: 2.6}
process: {labour_hours: 0.11, machine_hours: 0.05, energy_kwh: 2.4}
plans:
  - id: today
    sources: [{id: s, maker: supplier, country: CHN, share: 1, incoterm: FOB, unit_price: 7.9}]  # Ningbo Pots
  - id: home
    sources: [{id: tilburg, maker: own, country: NLD, share: 1}]
    one_off: {machines: 900000}
"""
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Browser(httpx.Client):
    """Somebody with a browser: keeps cookies, follows redirects, sends the hidden fields of a form along."""

    def page(self, path: str, status: int = 200) -> str:
        """Read a page, which answers with this status."""
        return self._text(self.get(path), status)

    def give(self, path: str, status: int = 200, /, **fields: str) -> str:
        """Send a form and read the page that follows."""
        return self._text(self.post(path, data=fields), status)

    def give_from(self, page: str, path: str, status: int = 200, /, **fields: str) -> str:
        """Send the form of a page that goes to a path, with its hidden fields."""
        form = re.search(rf'<form[^>]*action="{re.escape(path)}".*?</form>', page, re.DOTALL)
        assert form, f"no form to {path}"
        return self.give(path, status, **{**dict(_HIDDEN.findall(form[0])), **fields})

    def edit(self, step: str, /, **fields: str) -> str:
        """Change fields of a step; ``__`` stands for a point and ``_value`` is the value."""
        named = {f"{step}.{name}~value": text for name, text in fields.items()}
        return self.give(f"/en/dossier/{step}", **named, go="stay")

    def keep(self, dossier: str, why: str = "", status: int = 200) -> str:
        """Keep the working copy as a version."""
        return self.give_from(
            self.page(f"/en/dossiers/{dossier}"), f"/en/dossiers/{dossier}/keep", status, why=why
        )

    def work_on(self, dossier: str) -> str:
        """Open a dossier to work on it."""
        return self.give(f"/en/dossiers/{dossier}/open")

    def _text(self, answer: httpx.Response, status: int) -> str:
        assert status == answer.status_code, f"{answer.request.url}: {answer.status_code}"
        return answer.text


class Street:
    """An agency with two advisers, one dossier, and a foundry next door."""

    def __init__(self, house: House, app: Any, address: str, stack: ExitStack) -> None:
        self.house, self.app, self.address, self._stack = house, app, address, stack
        self.agency = house.organisation("Agency")
        self.foundry = house.organisation("Foundry")
        self.tokens: dict[str, str] = {}
        self.actors: dict[str, Actor] = {}
        for name, place in (("an", self.agency), ("ben", self.agency), ("eve", self.foundry)):
            self.joins(name, place)
        self.fresh()

    def joins(self, name: str, place: Organisation, role: str = "company_user") -> None:
        """Somebody begins to work for an organisation, and signs in."""
        self.tokens[name], self.actors[name] = self.house.member(name, place, role)

    def fresh(self) -> Street:
        """The same street with a dossier that nobody touched yet."""
        self.dossier = self.house.dossiers.create(self.actors["an"], "Plant pots", Content(EXAMPLE))
        return self

    def browser(self, name: str = "") -> Browser:
        """A browser, signed in as somebody or nobody."""
        cookies = {"thuishaven-session": self.tokens[name]} if name else {}
        made = Browser(base_url=self.address, cookies=cookies, follow_redirects=True, timeout=60)
        return self._stack.enter_context(made)

    def link(self, scope: str, part: str = "", highest_class: int = 4) -> tuple[str, str]:
        """A link to the dossier: its token and the id of the share."""
        thing = Object("dossier", self.dossier, self.agency.id, confidentiality=3)
        token, share = self.house.shares.share(
            self.actors["an"], thing, scope, reason="agreed", part=part, highest_class=highest_class
        )
        return token, share.grant.id

    def text(self, version: int | None = None) -> str:
        """What the dossier holds."""
        return self.house.dossiers.get(self.actors["an"], self.dossier, version).content.text

    @property
    def versions(self) -> int:
        """How many versions there are."""
        return len(self.house.dossiers.versions(self.actors["an"], self.dossier))


@contextmanager
def street(house: House, folder: Path, **settings: Any) -> Iterator[Street]:
    """A server with these people."""
    given = {**UNCOUNTED, "log_level": "error", **settings}
    databank = house.databank
    url = f"sqlite:///{folder / 'drafts.db'}" if databank.dialect == "sqlite" else str(databank.where)
    chosen = ServerSettings(database_url=url, **given)
    app = create_app(chosen, rooms=Rooms.of(databank, house.post, QUICK))
    with ExitStack() as stack, answering(app, chosen) as client:
        yield Street(house, app, str(client.base_url), stack)
