"""Signing in, and who it is that comes with a session, an API key or a link."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access.accounts import Accounts, email_key
from thuishaven.access.letters import Letter
from thuishaven.access.model import AccessError, Actor, Decision, NotFound, Object
from thuishaven.access.rules import require
from thuishaven.access.shares import held_by
from thuishaven.access.store import Change
from thuishaven.access.tables import (
    MEMBERSHIP,
    ORGANISATION,
    PERSON,
    RECOVERY,
    SESSION,
    TICKET,
    moment,
    read_moment,
)
from thuishaven.access.tokens import hashed, new_id, new_token

_LONGEST_LABEL, _LONGEST_ADDRESS = 2**7, 2**6


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its person sees it.

    Parameters
    ----------
    id
        To end it by.
    label
        What the browser calls itself.
    created, seen, expires
        When it began, when it was last used (to the minute), and when it ends at the latest.
    organisation
        The organisation acted for.
    current
        Whether it is the one that asks.
    address
        The network address that it began from.
    provider
        Where the person signed in; empty for here.
    """

    id: str
    label: str
    created: dt.datetime
    seen: dt.datetime
    expires: dt.datetime
    organisation: str
    current: bool
    address: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in from.

    Parameters
    ----------
    label
        What the browser calls itself.
    address
        The network address.
    replaces
        Token of a session that ends when a new one begins.
    provider
        Where the person signed in; empty for here.
    """

    label: str = ""
    address: str = ""
    replaces: str = ""
    provider: str = ""


class CodeNeeded(AccessError):
    """The password was right, and a code is asked: ``ticket`` stands for the password for five minutes."""

    def __init__(self, ticket: str) -> None:
        super().__init__("code_needed")
        self.ticket = ticket


def roles_of(connection: sa.Connection, person: str, organisation: str) -> frozenset[str]:
    """The roles of a person who acts for an organisation, with those that everybody has."""
    mine = (MEMBERSHIP.c.person == person) & (MEMBERSHIP.c.organisation == organisation)
    found = frozenset(connection.execute(sa.select(MEMBERSHIP.c.role).where(mine)).scalars())
    return found | {"public", "person"} | ({"member"} if found else frozenset())


class Sessions:
    """The sessions of one installation.

    Parameters
    ----------
    accounts
        The accounts to sign in to.
    """

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.store = accounts.store
        self.policy = accounts.policy

    def sign_in(
        self, email: str, password: str, code: str = "", browser: Browser | None = None
    ) -> tuple[str, Actor]:
        """Sign in with a password, and with a code where the second step is on.

        Parameters
        ----------
        email, password
            As typed.
        code
            Of the authenticator app, or a recovery code.
        browser
            Where from.

        Returns
        -------
        tuple[str, Actor]
            The reference token, which is given this once, and who signed in.

        Raises
        ------
        AccessError
            ``sign_in_refused``: unknown, wrong, locked or disabled, and it doesn't say which.
            ``too_busy``.
        CodeNeeded
            When the password is right and a code is asked: :meth:`second_step` takes it.
        """
        row = self._by_email(email)
        right = self.accounts.passwords.matches(row.password if row else None, password)
        if row is None or row.password is None:
            raise AccessError("sign_in_refused")
        fresh = None
        if right and self.accounts.passwords.outdated(row.password):
            fresh = self.accounts.passwords.hash(password)
        return self._let_in(row.id, row.password, right, code, browser or Browser(), fresh)

    def second_step(self, ticket: str, code: str, browser: Browser | None = None) -> tuple[str, Actor]:
        """Go on with a code, after the password was right.

        Parameters
        ----------
        ticket
            Of :class:`CodeNeeded`; it keeps working until its time is over, or somebody is let in with it.
        code
            Of the authenticator app, or a recovery code.
        browser
            Where from.

        Raises
        ------
        AccessError
            ``ticket_gone``: begin with the password. ``code_refused`` for a wrong code; after several the
            account is locked, as with wrong passwords.
        """
        mine = (TICKET.c.token_hash == hashed(ticket)) & (TICKET.c.purpose == "step")
        with self.store.read() as connection:
            wanted = sa.select(TICKET, PERSON.c.password).join(PERSON, TICKET.c.person == PERSON.c.id)
            row = connection.execute(wanted.where(mine)).one_or_none()
        if row is None or row.expires <= moment(self.store.clock()) or row.data != _sign(row.password):
            raise AccessError("ticket_gone")
        try:
            return self._let_in(row.person, row.password, True, code or "-", browser or Browser(), None)
        except AccessError as error:
            raise AccessError("code_refused" if error.code == "sign_in_refused" else error.code) from None

    def open_for(self, person: str, organisation: str, browser: Browser) -> tuple[str, Actor]:
        """A session for somebody who proved elsewhere who they are, acting for an organisation.

        Raises
        ------
        AccessError
            ``sign_in_refused`` for a person who is disabled or erased.
        """
        with self.store.change(self.store.visitor()) as change:
            row = change.run(sa.select(PERSON.c.state).where(PERSON.c.id == person)).one_or_none()
            if row is None or row.state != "active":
                raise AccessError("sign_in_refused")
            self._replace(change, browser)
            token, session = self._open(change, person, organisation, browser)
            change.log(
                "sign_in", "person", person, details={"session": session, "provider": browser.provider}
            )
        return token, self.actor(token)

    def _replace(self, change: Change, browser: Browser) -> None:
        if browser.replaces:
            change.run(sa.delete(SESSION).where(SESSION.c.token_hash == hashed(browser.replaces)))

    def _ticket(self, person: str, password: str) -> str:
        """A token that stands for the password that was right; no change of state, so no event."""
        token, now = new_token(), self.store.clock()
        with self.store.bookkeep() as connection:
            earlier = (TICKET.c.person == person) & (TICKET.c.purpose == "step")
            connection.execute(sa.delete(TICKET).where(earlier & (TICKET.c.expires <= moment(now))))
            connection.execute(
                sa.insert(TICKET).values(
                    token_hash=hashed(token),
                    purpose="step",
                    person=person,
                    data=_sign(password),
                    created=moment(now),
                    expires=moment(now + self.policy.term("step_life")),
                )
            )
        return token

    def _let_in(
        self, person: str, checked: str, right: bool, code: str, browser: Browser, fresh: str | None
    ) -> tuple[str, Actor]:
        refused, letter = "", None
        token, session = "", ""
        with self.store.change(self.store.visitor()) as change:
            row = change.run(sa.select(PERSON).where(PERSON.c.id == person)).one()
            locked = row.locked_until is not None and row.locked_until > change.now
            # A password that was changed while this one was being checked is not the right one any more.
            usable = row.state == "active" and not locked and row.password == checked
            if not usable:
                refused = "sign_in_refused"
                change.leave()
            elif not right:
                refused = "sign_in_refused"
                letter = self._refuse(change, row)
            elif row.totp_on and not code:
                refused = "code_needed"
                change.leave()
            elif row.totp_on and not self._second(change, row, code):
                refused = "sign_in_refused"
                letter = self._refuse(change, row)
            else:
                values: dict[str, Any] = {"refusals": 0, "locked_until": None}
                values |= {"password": fresh} if fresh else {}
                change.run(sa.update(PERSON).where(PERSON.c.id == person).values(**values))
                self._replace(change, browser)
                steps = (TICKET.c.person == person) & (TICKET.c.purpose == "step")
                change.run(sa.delete(TICKET).where(steps))
                organisation = self._first_organisation(change, person)
                token, session = self._open(change, person, organisation, browser)
                change.log("sign_in", "person", person, details={"session": session})
        if letter is not None:
            self.accounts.sender.send(letter)
        if refused == "code_needed":
            raise CodeNeeded(self._ticket(person, checked))
        if refused:
            raise AccessError(refused)
        return token, self.actor(token)

    def sign_out(self, token: str) -> None:
        """End a session; one that has ended stays so."""
        with self.store.change(self.store.visitor()) as change:
            ended = sa.delete(SESSION).where(SESSION.c.token_hash == hashed(token))
            row = change.run(ended.returning(SESSION.c.id, SESSION.c.person)).one_or_none()
            if row is None:
                change.leave()
            else:
                change.log("sign_out", "person", row.person, details={"session": row.id})

    def actor(self, token: str) -> Actor:
        """Who comes with a session token.

        Raises
        ------
        AccessError
            ``session_gone`` when it never was, has ended, or was idle for too long.
        """
        with self.store.read() as connection:
            wanted = (
                sa.select(SESSION, PERSON.c.state).join(PERSON).where(SESSION.c.token_hash == hashed(token))
            )
            row = connection.execute(wanted).one_or_none()
            now = self.store.clock()
            idle = moment(now - self.policy.term("session_idle"))
            if row is None or row.state != "active" or row.expires <= moment(now) or row.seen <= idle:
                raise AccessError("session_gone")
            roles = roles_of(connection, row.person, row.organisation)
        if row.seen <= moment(now - self.policy.term("session_touch")):
            with self.store.bookkeep() as connection:
                seen = sa.update(SESSION).where(SESSION.c.id == row.id).values(seen=moment(now))
                connection.execute(seen)
        organisation = row.organisation if "member" in roles else ""
        name = f"person:{row.person}"
        return held_by(self.store, Actor(name, now, row.person, organisation, roles, session=row.id))

    def switch(self, token: str, organisation: str) -> tuple[str, Actor]:
        """Act for another of one's organisations; the token is replaced by a new one.

        Raises
        ------
        NotFound
            When the person is no member there.
        """
        actor = self.actor(token)
        with self.store.change(actor) as change:
            if "member" not in roles_of(change.connection, actor.person, organisation):
                raise NotFound("not_found", kind="organisation")
            old = change.run(sa.select(SESSION).where(SESSION.c.id == actor.session)).one()
            change.run(sa.delete(SESSION).where(SESSION.c.id == old.id))
            same = Browser(old.label, old.address, provider=old.provider)
            new, session = self._open(change, actor.person, organisation, same, read_moment(old.expires))
            change.log(
                "switch", "person", actor.person, organisation=organisation, details={"session": session}
            )
        return new, self.actor(new)

    def list(self, actor: Actor) -> tuple[Session, ...]:
        """The person's own sessions that are still open, newest first."""
        require(actor, "list", Object("session", person=actor.person, confidentiality=3))
        now = self.store.clock()
        idle = moment(now - self.policy.term("session_idle"))
        mine = (
            (SESSION.c.person == actor.person) & (SESSION.c.expires > moment(now)) & (SESSION.c.seen > idle)
        )
        with self.store.read(actor) as connection:
            rows = connection.execute(sa.select(SESSION).where(mine).order_by(SESSION.c.created.desc())).all()
        return tuple(
            Session(
                row.id,
                row.label,
                read_moment(row.created),
                read_moment(row.seen),
                read_moment(row.expires),
                row.organisation,
                row.id == actor.session,
                row.address,
                row.provider,
            )
            for row in rows
        )

    def end(self, actor: Actor, session: str) -> None:
        """End one of one's own sessions. Raises NotFound for another's."""
        decision = self._may_end(actor, session)
        with self.store.change(actor) as change:
            mine = (SESSION.c.id == session) & (SESSION.c.person == actor.person)
            if not change.run(sa.delete(SESSION).where(mine)).rowcount:
                raise NotFound("not_found", kind="session")
            change.log("end", "person", actor.person, decision=decision, details={"session": session})

    def end_all(self, actor: Actor) -> None:
        """End all of one's own sessions, this one too."""
        decision = self._may_end(actor, "")
        with self.store.change(actor) as change:
            change.run(sa.delete(SESSION).where(SESSION.c.person == actor.person))
            change.log("end_all", "person", actor.person, decision=decision)

    def _may_end(self, actor: Actor, session: str) -> Decision:
        return require(actor, "delete", Object("session", session, person=actor.person, confidentiality=3))

    def _by_email(self, email: str) -> Any:
        try:
            key = email_key(email)
        except AccessError:
            return None
        with self.store.read() as connection:
            return connection.execute(sa.select(PERSON).where(PERSON.c.email_key == key)).one_or_none()

    def _refuse(self, change: Change, row: Any) -> Letter | None:
        """Count a refusal; lock the account after several, twice as long each time."""
        count, rules = row.refusals + 1, self.policy
        over = count - rules.lock_after
        values: dict[str, Any] = {"refusals": count}
        if over >= 0:
            # Doubling stops to matter long before the exponent could grow large.
            seconds = min(rules.lock_longest, rules.lock_first * 2 ** min(over, 2**5))
            values["locked_until"] = moment(change.at + dt.timedelta(seconds=seconds))
        change.run(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
        change.log("refuse", "person", row.id, details={"refusals": count})
        return Letter(row.email, row.language, "locked", row.name) if over == 0 else None

    def _second(self, change: Change, row: Any, code: str) -> bool:
        """Whether the code is right: of the app, or one of the recovery codes; each works once."""
        step = self.accounts.matching_step(row, code)
        if step is not None:
            change.run(sa.update(PERSON).where(PERSON.c.id == row.id).values(totp_step=step))
            return True
        typed = hashed("".join(code.split()).casefold())
        one = (RECOVERY.c.person == row.id) & (RECOVERY.c.code_hash == typed)
        return bool(change.run(sa.delete(RECOVERY).where(one)).rowcount)

    def _first_organisation(self, change: Change, person: str) -> str:
        mine = (
            sa.select(MEMBERSHIP.c.organisation)
            .join(ORGANISATION)
            .where(MEMBERSHIP.c.person == person)
            .order_by(MEMBERSHIP.c.since, MEMBERSHIP.c.organisation)
        )
        return change.run(mine.limit(1)).scalar_one_or_none() or ""

    def _open(
        self,
        change: Change,
        person: str,
        organisation: str,
        browser: Browser,
        expires: dt.datetime | None = None,
    ) -> tuple[str, str]:
        token, session = new_token(), new_id()
        plain = "".join(sign for sign in browser.label if sign.isprintable())[:_LONGEST_LABEL]
        change.run(
            sa.insert(SESSION).values(
                id=session,
                token_hash=hashed(token),
                person=person,
                organisation=organisation,
                label=plain,
                address=browser.address[:_LONGEST_ADDRESS],
                provider=browser.provider,
                created=change.now,
                seen=change.now,
                expires=moment(expires or change.at + self.policy.term("session_life")),
            )
        )
        return token, session


def _sign(password: str | None) -> str:
    """What says that a stored password is still the one that was checked."""
    return hashed(password or "")
