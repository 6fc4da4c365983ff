"""Who reads the pages: the databank behind them, and the person, key or share that a request comes with.

Every request that brings a session, an API key or a share is looked up anew, in a thread, before anything
else happens with it: what was revoked stops working with the next request. A request that brings none costs
nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from thuishaven.access import (
    KEY_PREFIX,
    AccessError,
    Accounts,
    Actor,
    Flow,
    Keys,
    Organisation,
    Organisations,
    Outbox,
    Person,
    Policy,
    Provider,
    Sender,
    Sessions,
    Shares,
    Vault,
    providers,
)
from thuishaven.databank import Comments, Database, Dossiers, shown
from thuishaven.locale import _
from thuishaven.web import guards_cookies as cookies
from thuishaven.web.ops_settings import ServerSettings, SettingsError
from thuishaven.web.people_letters import sender as sender_of

#: Where nobody is asked who they are: watching the server, and files that everybody gets.
NOBODY = ("/health", "/metrics", "/static/")
API = "/api/"
#: Shares that one browser holds at once; the one opened longest ago is let go first.
MOST_SHARES = 8
_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Rooms:
    """The databank of one server, and the doors of its rooms."""

    database: Database
    accounts: Accounts
    sessions: Sessions
    organisations: Organisations
    keys: Keys
    shares: Shares
    dossiers: Dossiers
    comments: Comments
    sender: Sender
    flow: Flow

    @classmethod
    def of(
        cls,
        database: Database,
        sender: Sender,
        rules: Policy | None = None,
        vault: Vault | None = None,
        people_from: tuple[Provider, ...] = (),
    ) -> Rooms:
        """All rooms of one databank.

        Parameters
        ----------
        database
            The databank.
        sender
            Takes letters.
        rules
            Limits and terms; those of ``policy.csv`` when absent.
        vault
            Seals secrets.
        people_from
            Providers that people may sign in at.
        """
        store = database.confidential
        accounts = Accounts(store, sender, rules, vault)
        return cls(
            database,
            accounts,
            Sessions(accounts),
            Organisations(accounts),
            Keys(store, rules),
            Shares(store, rules),
            Dossiers(store, rules),
            Comments(store),
            sender,
            Flow(people_from),
        )

    def close(self) -> None:
        """Let the last letters leave, and let go of all connections."""
        if isinstance(self.sender, Outbox):
            self.sender.close()
        self.database.close()


def open_rooms(
    settings: ServerSettings, clock: Callable[[], dt.datetime] | None = None, rules: Policy | None = None
) -> Rooms:
    """The databank that the settings name; made, or brought up to date, where that is needed.

    Parameters
    ----------
    settings
        How to serve.
    clock
        Says what time it is.
    rules
        Limits and terms.

    Raises
    ------
    SettingsError
        When the databank cannot be opened or made, or the key or the mail server is missing; it says which.
    """
    from sqlalchemy.exc import SQLAlchemyError

    where = settings.databank_place
    letters = sender_of(settings)
    try:
        people_from = providers(settings.providers_file) if settings.providers_file else ()
        vault = Vault.at(settings.key_place)
        try:
            database = Database(where, clock)
        except AccessError as error:
            if error.code not in {"databank_missing", "databank_old"}:
                raise
            database = Database.create(where, clock)
    except (AccessError, SQLAlchemyError, OSError) as error:
        raise SettingsError(_unopened(error, where)) from None
    found = Rooms.of(database, letters, rules, vault, people_from)
    found.accounts.seal_secrets()
    return found


def _unopened(error: Exception, where: str) -> str:
    """Why the databank cannot be opened, and what to do."""
    place = shown(where)
    if isinstance(error, AccessError):
        match error.code:
            case "databank_new":
                return _("{place}: this databank is of a newer version of the program.", place=place)
            case "driver_missing":
                command = "pip install 'thuishaven[postgresql]'"
                return _(
                    "The package for PostgreSQL is not installed. Install it with: {command}", command=command
                )
            case "providers_wrong":
                expected, name = error.params["expected"], error.params["provider"]
                if not name:
                    return _(
                        "Setting {name}: {path} cannot be read: {reason}.",
                        name="providers_file",
                        path=error.params["path"],
                        reason=expected,
                    )
                return _(
                    "The setting providers_file, table {name}: expected {expected}.",
                    name=name,
                    expected=expected,
                )
            case "key_file_form" | "key_file_closed":
                path = error.params.get("path", "")
                return _("{path}: this holds no key that can be used. See the setting key_file.", path=path)
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return _(
        "The databank {place} cannot be opened or made: {reason}. On PostgreSQL the owner of the tables "
        "brings it up to date once with: {command}",
        place=place,
        reason=reason,
        command="thuishaven databank init",
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes with one request.

    Parameters
    ----------
    actor
        Who asks.
    person
        The person signed in; ``None`` for a visitor, and for a key or a link.
    organisation
        The one acted for.
    others
        Those that the person can act for instead.
    ended
        Whether a session came along that has ended.
    """

    actor: Actor
    person: Person | None = None
    organisation: Organisation | None = None
    others: tuple[Organisation, ...] = ()
    ended: bool = False


def resolve(found: Rooms, session: str, key: str, shares: tuple[str, ...]) -> Visit:
    """Who comes with these tokens, as the databank knows them now.

    Parameters
    ----------
    found
        The rooms.
    session, key
        Tokens of a session and of an API key; empty for none. A key goes before a session.
    shares
        Tokens of links.

    Raises
    ------
    AccessError
        ``key_gone``: a program that shows a key is told that it opens nothing any more.
    """
    if key:
        return Visit(found.keys.actor(key))
    actor, ended = None, False
    if session:
        try:
            actor = found.sessions.actor(session)
        except AccessError:
            ended = True
    for token in shares:
        try:
            opened = found.shares.actor(token, actor)
        except AccessError:
            continue
        # Without an account one share is enough to be somebody; further ones only add what they give.
        actor = opened if actor is None or actor.person else actor.holding(*opened.grants)
    if actor is None or not actor.person:
        return Visit(actor or found.database.confidential.visitor(), ended=ended)
    mine = [one for one, _roles in found.organisations.mine(actor)]
    acted = next((one for one in mine if one.id == actor.organisation), None)
    others = tuple(one for one in mine if one is not acted)
    return Visit(actor, found.accounts.person(actor), acted, others)


class Door:
    """The middleware that finds out who a request comes from.

    Parameters
    ----------
    app
        What comes behind it.
    owner
        The application, for its rooms and its threads.
    """

    def __init__(self, app: ASGIApp, owner: FastAPI) -> None:
        self._app = app
        self._owner = owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and not scope["path"].startswith(NOBODY):
            connection = HTTPConnection(scope)
            tokens = _tokens(connection)
            if any(tokens):
                state = self._owner.state
                try:
                    visit = await state.work.quick(resolve, state.rooms, *tokens)
                except AccessError as error:
                    raise KeyGone(error) from None
                connection.state.visit = visit
        await self._app(scope, receive, send)


class KeyGone(HTTPException):
    """A program came with an API key that opens nothing any more."""

    code = "key_gone"

    def __init__(self, error: AccessError) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, error.code, {"WWW-Authenticate": "Bearer"})
        self.params: dict[str, Any] = {}


def _tokens(connection: HTTPConnection) -> tuple[str, str, tuple[str, ...]]:
    """The session, the key and the shares that a request brings."""
    key = ""
    if connection.scope["path"].startswith(API):
        given = connection.headers.get("authorization", "")
        # Drafts over HTTP have a bearer token too; a key says by its first letters that it is one.
        if given[: len(_BEARER)].lower() == _BEARER and given[len(_BEARER) :].startswith(KEY_PREFIX):
            key = given[len(_BEARER) :].strip()
    shares = cookies.token(connection, cookies.SHARES)
    return (
        cookies.token(connection, cookies.SESSION),
        key,
        tuple(part for part in shares.split(".") if part)[-MOST_SHARES:],
    )


def rooms(request: HTTPConnection) -> Rooms:
    """The rooms of this server."""
    found: Rooms = request.app.state.rooms
    return found


def visit(request: HTTPConnection) -> Visit:
    """Who this request comes from."""
    found = getattr(request.state, "visit", None)
    return found if found is not None else Visit(rooms(request).database.confidential.visitor())


def actor(request: HTTPConnection) -> Actor:
    """Who asks: to hand to every room, which asks ``allowed`` about it."""
    return visit(request).actor


def signed_in(request: HTTPConnection) -> Person | None:
    """The person who is signed in; ``None`` for a visitor, a key or a link."""
    return visit(request).person


class SignInFirst(HTTPException):
    """Nobody is signed in: the reader goes to the page to do so, and comes back."""

    def __init__(self, address: str) -> None:
        super().__init__(HTTPStatus.SEE_OTHER, "sign_in", {"Location": address, "Cache-Control": "no-store"})


def required(request: Request) -> Actor:
    """Who is signed in; to be used where nothing can be done without.

    Raises
    ------
    SignInFirst
        Leads to the page to sign in, and from there back to this one.
    """
    found = visit(request)
    if found.person is None:
        raise SignInFirst(sign_in_address(request, ended=found.ended))
    return found.actor


def sign_in_address(request: Request, *, ended: bool = False) -> str:
    """Where to sign in, with the page to come back to.

    Parameters
    ----------
    request
        What was asked; only the address of a page is gone back to, a form has to be sent again.
    ended
        Whether a session has just ended.
    """
    lang = request.url.path.lstrip("/").split("/")[0]
    if lang not in request.app.state.languages:
        lang = request.app.state.languages[0]
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = [*([f"next={quote(back, safe='/')}"] if request.method == "GET" else [])]
    asked += ["ended=1"] if ended else []
    return f"/{lang}/account/sign-in" + (f"?{'&'.join(asked)}" if asked else "")


def quoted(place: str) -> str:
    """An address of ours as part of another."""
    return quote(place, safe="/")


def let_in(request: HTTPConnection, response: Response, token: str) -> Response:
    """Let the browser keep the token of a session until it is closed."""
    cookies.give(request, response, token, None, cookies.SESSION)
    return response


def let_out(request: HTTPConnection, response: Response) -> Response:
    """Let the browser forget the token of a session."""
    cookies.take_back(request, response, cookies.SESSION)
    return response


def hold_share(request: HTTPConnection, response: Response, token: str) -> Response:
    """Let the browser keep the token of a link, beside those that it holds, until it is closed."""
    held = [part for part in cookies.token(request, cookies.SHARES).split(".") if part and part != token]
    kept = ".".join([*held, token][-MOST_SHARES:])
    cookies.give(request, response, kept, None, cookies.SHARES)
    return response


def install(app: FastAPI, found: Rooms) -> None:
    """Give an application its rooms, and find out at every request who comes."""
    app.state.rooms = found
    app.add_middleware(Door, owner=app)
