"""Feeds that an organisation has watched: which ones, how the last visit went, and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    Change,
    Decision,
    NotFound,
    Object,
    Store,
    decide,
    moment,
    new_id,
    policy,
    read_moment,
    require,
    tidy,
)
from thuishaven.access.tables import ORGANISATION
from thuishaven.databank.office.feeds import told_by
from thuishaven.databank.office.fetching import Answer, FetchError, Network, check_address, fetch
from thuishaven.databank.office.model import Signal
from thuishaven.databank.office.signals import Signals
from thuishaven.databank.office.tables import FEED, FEED_SIGNAL, SIGNAL

_CLASS = 2
_LONGEST_DETAIL = 2**6
#: Languages that the glossary knows; empty for several.
LANGUAGES = ("", "nl", "fr", "en", "de")
#: Feeds of one organisation: a watcher that asks for more is a search engine.
MOST_FEEDS = 2**6
#: A visit that brought something, and one after which the server said that nothing is new.
VISITED, UNCHANGED = "fetched", "unchanged"
Fetch = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is watched, or was.

    Parameters
    ----------
    id, organisation
        Which one, and whose.
    name, address, language
        What it is called here, where it is, and the language of its texts; empty for several.
    watched
        Whether it is fetched.
    added
        Since when.
    fetched, succeeded
        When it was last tried, and when that last went well.
    outcome, detail
        How the last visit went: ``fetched``, ``unchanged``, the code of a :class:`FetchError`, or
        ``feed_form``; empty before the first. ``detail`` is the status of a server that refused.
    entries
        How many entries there were the last time.
    signals
        How many signals came of it.
    """

    id: str
    organisation: str
    name: str
    address: str
    language: str
    watched: bool
    added: dt.datetime
    fetched: dt.datetime | None
    succeeded: dt.datetime | None
    outcome: str
    detail: str
    entries: int
    signals: int

    @property
    def failed(self) -> bool:
        """Whether the last visit went wrong."""
        return self.outcome not in {"", VISITED, UNCHANGED}


@dataclass(frozen=True, slots=True)
class Visit:
    """How one visit went: of which feed, with what outcome, and how many new signals came of it."""

    feed: str
    name: str
    outcome: str
    detail: str
    signals: int

    @property
    def well(self) -> bool:
        """Whether the server answered with a feed, or that nothing is new."""
        return self.outcome in {VISITED, UNCHANGED}


class Feeds:
    """The watched feeds of one installation.

    Parameters
    ----------
    store
        The confidential database.
    own
        Networks that may be fetched from though they are not public, as the operator's settings say.
    """

    def __init__(self, store: Store, own: Iterable[Network] = ()) -> None:
        self.store = store
        self.own = tuple(own)

    def list(self, actor: Actor) -> tuple[Feed, ...]:
        """The feeds of the organisation acted for: watched ones first, by name."""
        require(actor, "list", _thing(actor.organisation))
        with self.store.read(actor) as connection:
            rows = connection.execute(_selected().where(FEED.c.organisation == actor.organisation)).all()
        found = [_feed(row) for row in rows]
        return tuple(sorted(found, key=lambda one: (not one.watched, one.name.casefold(), one.id)))

    def get(self, actor: Actor, feed: str) -> Feed:
        """One feed. Raises NotFound when there is none for this actor."""
        with self.store.read(actor) as connection:
            row = connection.execute(_selected().where(FEED.c.id == feed)).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="feed")
        require(actor, "read", _thing(row.organisation, feed))
        return _feed(row)

    def signals(self, actor: Actor, feed: str, most: int = 32) -> tuple[Signal, ...]:
        """The newest signals that came of a feed, for whoever may read the inbox; else none."""
        found = self.get(actor, feed)
        inbox = Object("signal", "", actor.organisation, confidentiality=_CLASS)
        if not decide(actor, "list", inbox).allowed:
            return ()
        here = sa.select(FEED_SIGNAL.c.signal).join(SIGNAL, SIGNAL.c.id == FEED_SIGNAL.c.signal)
        mine = here.where(FEED_SIGNAL.c.feed == found.id, SIGNAL.c.organisation == actor.organisation)
        newest = mine.order_by(FEED_SIGNAL.c.at.desc(), FEED_SIGNAL.c.signal).limit(most)
        with self.store.read(actor) as connection:
            ids = connection.execute(newest).scalars().all()
        inside = Signals(self.store)
        return tuple(inside.get(actor, one) for one in ids)

    def add(self, actor: Actor, address: str, name: str = "", language: str = "") -> str:
        """Have a feed watched.

        Returns
        -------
        str
            Its id; that of the one that was there already, which is watched again.

        Raises
        ------
        AccessError
            ``feed_address`` with ``why`` (a code of :class:`FetchError`); ``feed_many`` with the ``most``;
            ``project_form`` with the ``field`` that is not right.
        """
        decision = require(actor, "create", _thing(actor.organisation))
        values = self._values(address, name, language)
        with self.store.change(actor) as change:
            mine = FEED.c.organisation == actor.organisation
            same = sa.select(FEED).where(mine, FEED.c.address == values["address"])
            known = change.run(same).one_or_none()
            if known is not None and known.state == "watched":
                change.leave()
                return str(known.id)
            counted = sa.select(sa.func.count()).select_from(FEED).where(mine, FEED.c.state == "watched")
            if change.run(counted).scalar_one() >= MOST_FEEDS:
                raise AccessError("feed_many", most=MOST_FEEDS)
            if known is not None:
                new = {**values, "state": "watched"}
                change.run(sa.update(FEED).where(FEED.c.id == known.id).values(**new))
                self._log(change, "resume", str(known.id), decision)
                return str(known.id)
            row = {
                "id": new_id(),
                "organisation": actor.organisation,
                **values,
                "state": "watched",
                "added": change.now,
                **_unvisited(),
            }
            change.run(sa.insert(FEED).values(row))
            self._log(change, "create", row["id"], decision)
            return str(row["id"])

    def describe(self, actor: Actor, feed: str, address: str, name: str = "", language: str = "") -> None:
        """Change where a feed is, what it is called or its language; raises as :meth:`add` does."""
        with self.store.change(actor) as change:
            row, decision = self._own(change, actor, feed)
            values = self._values(address, name, language)
            changed = {key: value for key, value in values.items() if getattr(row, key) != value}
            if not changed:
                change.leave()
                return
            if "address" in changed:
                same = (FEED.c.organisation == row.organisation) & (FEED.c.address == values["address"])
                if change.run(sa.select(FEED.c.id).where(same)).first() is not None:
                    raise AccessError("feed_there", field="address")
                changed |= _unvisited()
            change.run(sa.update(FEED).where(FEED.c.id == feed).values(**changed))
            self._log(change, "describe", feed, decision)

    def watch(self, actor: Actor, feed: str, watched: bool) -> None:
        """Stop watching a feed, or begin again; what came of it stays."""
        state = "watched" if watched else "stopped"
        with self.store.change(actor) as change:
            row, decision = self._own(change, actor, feed)
            if row.state == state:
                change.leave()
                return
            change.run(sa.update(FEED).where(FEED.c.id == feed).values(state=state))
            self._log(change, "resume" if watched else "stop", feed, decision)

    def fetch_all(self, actor: Actor, fetch: Fetch = fetch) -> tuple[Visit, ...]:
        """Visit every watched feed of every organisation, and take in the signals found.

        A feed that cannot be fetched says so on its page, and stands in no other's way. The same entry gives
        one signal, however often it is seen.

        Parameters
        ----------
        actor
            Who runs the installation.
        fetch
            Fetches a page, as :func:`thuishaven.databank.office.fetching.fetch` does.
        """
        require(actor, "run", Object("feed", confidentiality=_CLASS))
        with self.store.read(actor) as connection:
            everybody = connection.execute(sa.select(ORGANISATION.c.id).order_by(ORGANISATION.c.id)).scalars()
            organisations = everybody.all()
        found = []
        for organisation in organisations:
            # What is found goes to the inbox of the organisation that watches, as if its adviser saw it.
            acting = replace(actor, organisation=organisation, roles=actor.roles | {"adviser"})
            mine = (FEED.c.organisation == organisation) & (FEED.c.state == "watched")
            with self.store.read(acting) as connection:
                rows = connection.execute(sa.select(FEED).where(mine).order_by(FEED.c.id)).all()
            found += [self._visit(acting, row, fetch) for row in rows]
        return tuple(found)

    def fetch_one(self, actor: Actor, feed: str, fetch: Fetch = fetch) -> Visit:
        """Visit one watched feed now, for somebody of the organisation that watches it.

        Between two visits that people ask for lies the ``feed_pause`` of the policy, whoever asks: what is
        fetched is another's server.

        Parameters
        ----------
        actor
            Who asks.
        feed
            Its id.
        fetch
            Fetches a page, as :func:`thuishaven.databank.office.fetching.fetch` does.

        Raises
        ------
        AccessError
            ``feed_idle`` for one that is not watched; ``feed_soon`` with the moment ``again`` from which it
            can be asked for.
        """
        found = self.get(actor, feed)
        require(actor, "run", _thing(found.organisation, feed))
        if not found.watched:
            raise AccessError("feed_idle")
        pause, now = policy().term("feed_pause"), self.store.clock()
        rested = FEED.c.fetched.is_(None) | (FEED.c.fetched <= moment(now - pause))
        # Noted before the visit, so that of two who ask at once one goes.
        claim = sa.update(FEED).where(FEED.c.id == feed, rested).values(fetched=moment(now))
        acting = replace(actor, roles=actor.roles | {"adviser"})
        with self.store.bookkeep() as connection:
            self.store.show(connection, acting)
            if not connection.execute(claim).rowcount:
                raise AccessError("feed_soon", again=(found.fetched or now) + pause)
            row = connection.execute(sa.select(FEED).where(FEED.c.id == feed)).one()
        return self._visit(acting, row, fetch)

    def _visit(self, acting: Actor, row: Any, fetch: Fetch) -> Visit:
        values: dict[str, Any] = {"detail": ""}
        new = 0
        try:
            answer = fetch(row.address, row.etag, row.modified, own=self.own)
            if answer.body is None:
                values["outcome"] = UNCHANGED
            else:
                told = told_by(answer.body, row.language)
                new = sum(self._keep(acting, row.id, one) for one in told)
                values |= {"outcome": VISITED, "entries": len(told)}
                values |= {"etag": answer.etag, "modified": answer.modified}
        except FetchError as error:
            values |= {"outcome": error.code, "detail": error.detail[:_LONGEST_DETAIL]}
        except AccessError as error:
            values |= {"outcome": error.code, "detail": str(error.params.get("why", ""))[:_LONGEST_DETAIL]}
        now = _now(self.store)
        well = {"succeeded": now} if values["outcome"] in {VISITED, UNCHANGED} else {}
        with self.store.bookkeep() as connection:
            self.store.show(connection, acting)
            connection.execute(
                sa.update(FEED).where(FEED.c.id == row.id).values(**values, **well, fetched=now)
            )
        return Visit(row.id, row.name, values["outcome"], values["detail"], new)

    def _keep(self, acting: Actor, feed: str, told: Any) -> bool:
        """Take a signal in; says whether it is the first time that this feed brings it."""
        try:
            signal = Signals(self.store).receive(acting, told)
        except AccessError:
            # An entry that is too long for a signal is no reason to lose the others.
            return False
        link = {"feed": feed, "signal": signal}
        same = sa.and_(*(FEED_SIGNAL.c[name] == value for name, value in link.items()))
        with self.store.bookkeep() as connection:
            self.store.show(connection, acting)
            if connection.execute(sa.select(FEED_SIGNAL.c.at).where(same)).first() is not None:
                return False
            connection.execute(sa.insert(FEED_SIGNAL).values(**link, at=_now(self.store)))
        return True

    def _values(self, address: str, name: str, language: str) -> dict[str, str]:
        where = address.strip()
        try:
            host = check_address(where, self.own).hostname or ""
        except FetchError as error:
            raise AccessError("feed_address", why=error.code, field="address") from None
        try:
            called = tidy(name) if name.strip() else host
        except AccessError:
            raise AccessError("project_form", field="name") from None
        if language not in LANGUAGES:
            raise AccessError("project_form", field="language")
        return {"address": where, "name": called, "language": language}

    def _own(self, change: Change, actor: Actor, feed: str) -> tuple[Any, Decision]:
        row = change.run(sa.select(FEED).where(FEED.c.id == feed)).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="feed")
        return row, require(actor, "update", _thing(row.organisation, feed))

    def _log(self, change: Change, action: str, feed: str, decision: Decision) -> None:
        change.log(action, "feed", feed, decision=decision)


def _thing(organisation: str, feed: str = "") -> Object:
    return Object("feed", feed, organisation, confidentiality=_CLASS)


def _unvisited() -> dict[str, Any]:
    blank = {"etag": "", "modified": "", "outcome": "", "detail": "", "entries": 0}
    return {**blank, "fetched": None, "succeeded": None}


def _now(store: Store) -> str:
    return moment(store.clock())


def _selected() -> sa.Select[Any]:
    counted = (
        sa.select(sa.func.count())
        .select_from(FEED_SIGNAL)
        .where(FEED_SIGNAL.c.feed == FEED.c.id)
        .scalar_subquery()
    )
    return sa.select(FEED, counted.label("signals"))


def _feed(row: Any) -> Feed:
    return Feed(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        address=row.address,
        language=row.language,
        watched=row.state == "watched",
        added=read_moment(row.added),
        fetched=read_moment(row.fetched) if row.fetched else None,
        succeeded=read_moment(row.succeeded) if row.succeeded else None,
        outcome=row.outcome,
        detail=row.detail,
        entries=row.entries,
        signals=row.signals,
    )
