"""Organisations, who belongs to them, in which roles, and invitations."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from thuishaven.access.accounts import LANGUAGES, Accounts, email_key, tidy
from thuishaven.access.events import canonical
from thuishaven.access.letters import Letter
from thuishaven.access.model import AccessError, Actor, Decision, NotFound, Object
from thuishaven.access.rules import given_roles, require, wide_roles
from thuishaven.access.store import Change
from thuishaven.access.tables import API_KEY, MEMBERSHIP, ORGANISATION, PERSON, TICKET, moment, read_moment
from thuishaven.access.tokens import hashed, new_id

_LONGEST_NUMBER = 2**5


def _number(text: str) -> str:
    """A number of an organisation as it is kept. Raises AccessError ``number_form`` when it is too long."""
    plain = " ".join(text.split())
    if len(plain) > _LONGEST_NUMBER or not plain.isprintable():
        raise AccessError("number_form", most=_LONGEST_NUMBER)
    return plain


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; ``number`` is its KBO or KvK number where it is known."""

    id: str
    name: str
    country: str
    number: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that nobody accepted yet; ``id`` withdraws it and opens nothing."""

    id: str
    email: str
    roles: tuple[str, ...]
    created: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A colleague with the roles held in one organisation."""

    person: str
    name: str
    email: str
    roles: frozenset[str]


class Organisations:
    """The organisations of one installation.

    Parameters
    ----------
    accounts
        The accounts of the people in them.
    """

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.store = accounts.store

    def create(self, actor: Actor, name: str, country: str = "NLD", number: str = "") -> Organisation:
        """Start an organisation; a person who does becomes its administrator and first user."""
        decision = require(actor, "create", Object("organisation"))
        found = Organisation(new_id(), tidy(name), country, _number(number))
        with self.store.change(actor) as change:
            row = {"id": found.id, "name": found.name, "country": found.country, "number": found.number}
            change.run(sa.insert(ORGANISATION).values(**row, created=change.now))
            roles = ("administrator", "company_user") if actor.person else ()
            self._give(change, actor.person, found.id, roles)
            details = {"person": actor.person, "roles": sorted(roles)}
            change.log(
                "create", "organisation", found.id, decision=decision, organisation=found.id, details=details
            )
        return found

    def create_for(self, actor: Actor, name: str, country: str, email: str, language: str = "nl") -> str:
        """Start an organisation for somebody else, who is invited as its administrator and first user.

        Returns the token of the letter. Nothing is made when the address cannot be one.
        """
        email_key(email)
        # Anybody may make an organisation; who may not invite for it leaves none behind.
        self._may(actor, "create", "", "administrator")
        made = self.create(replace(actor, person=""), name, country)
        return self.invite(actor, made.id, email, ("administrator", "company_user"), language)

    def advised(self) -> bool:
        """Whether somebody here reads what a company reports: an adviser of any organisation."""
        adviser = sa.select(sa.exists().where(MEMBERSHIP.c.role == "adviser"))
        with self.store.read(self.store.visitor()) as connection:
            return bool(connection.execute(adviser).scalar_one())

    def get(self, actor: Actor, organisation: str) -> Organisation:
        """One organisation, for who acts for it.

        Raises
        ------
        NotFound
            When there is none, or the actor does not act for it.
        """
        require(actor, "read", Object("organisation", organisation, organisation, confidentiality=2))
        with self.store.read(actor) as connection:
            row = connection.execute(
                sa.select(ORGANISATION).where(ORGANISATION.c.id == organisation)
            ).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="organisation")
        return Organisation(row.id, row.name, row.country, row.number)

    def giver(self, actor: Actor) -> str:
        """The name of the organisation whose link somebody opened last: who asks or shows them something.

        Raises
        ------
        NotFound
            For who holds no link.
        """
        if not actor.grants:
            raise NotFound("not_found", kind="organisation")
        one = sa.select(ORGANISATION.c.name).where(ORGANISATION.c.id == actor.grants[-1].organisation)
        with self.store.read(actor) as connection:
            return str(connection.execute(one).scalar_one())

    def rename(
        self,
        actor: Actor,
        organisation: str,
        name: str,
        country: str | None = None,
        number: str | None = None,
    ) -> None:
        """Change the name of an organisation, its country (ISO 3166 alpha-3) and its number, where given.

        Raises
        ------
        AccessError
            ``name_form``; ``number_form`` for a number that is too long.
        """
        values = {"name": tidy(name)}
        if country is not None:
            values["country"] = country
        if number is not None:
            values["number"] = _number(number)
        thing = Object("organisation", organisation, organisation, confidentiality=2)
        decision = require(actor, "update", thing)
        with self.store.change(actor) as change:
            new = sa.update(ORGANISATION).where(ORGANISATION.c.id == organisation)
            change.run(new.values(**values))
            change.log("update", "organisation", organisation, decision=decision, organisation=organisation)

    def mine(self, actor: Actor) -> tuple[tuple[Organisation, frozenset[str]], ...]:
        """The organisations that the person can act for, with the roles held there."""
        return self._of(actor, actor.person)

    def _of(self, actor: Actor, person: str) -> tuple[tuple[Organisation, frozenset[str]], ...]:
        wanted = (
            sa.select(ORGANISATION, MEMBERSHIP.c.role)
            .join(MEMBERSHIP)
            .where(MEMBERSHIP.c.person == person)
            .order_by(ORGANISATION.c.id)
        )
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted).all()
        roles: dict[Organisation, set[str]] = {}
        for row in rows:
            one = Organisation(row.id, row.name, row.country, row.number)
            roles.setdefault(one, set()).add(row.role)
        found = sorted(roles.items(), key=lambda item: (item[0].name.casefold(), item[0].id))
        return tuple((one, frozenset(held)) for one, held in found)

    def members(self, actor: Actor, organisation: str) -> tuple[Member, ...]:
        """The people of an organisation, by name."""
        require(actor, "list", Object("membership", "", organisation, confidentiality=2))
        wanted = (
            sa.select(PERSON.c.id, PERSON.c.name, PERSON.c.email, MEMBERSHIP.c.role)
            .join(MEMBERSHIP)
            .where(MEMBERSHIP.c.organisation == organisation)
        )
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted).all()
        people = {(row.name, row.email or "", row.id) for row in rows}
        return tuple(
            Member(person, name, email, frozenset(row.role for row in rows if row.id == person))
            for name, email, person in sorted(people)
        )

    def give(self, actor: Actor, person: str, organisation: str, role: str) -> None:
        """Give a member, or a person one adds, a role in an organisation.

        Raises
        ------
        Denied
            Roles that reach beyond one organisation are given by who runs the installation.
        NotFound
            For an unknown person or organisation.
        """
        decision = self._may(actor, "create", organisation, role)
        with self.store.change(actor) as change:
            known = sa.select(PERSON.c.id).where(PERSON.c.id == person, PERSON.c.state == "active")
            there = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.id == organisation)
            known_here = change.run(known).first() is not None, change.run(there).first() is not None
            # Only an invitation that is accepted brings somebody in. Asked whatever came before: how often
            # the database is asked would tell too whether there is such a person.
            member = self._holds(change, person, organisation) or actor.name.startswith("local:")
            if not all(known_here) or not member:
                raise NotFound("not_found", kind="person")
            if self._give(change, person, organisation, (role,)):
                details = {"person": person, "role": role}
                change.log(
                    "give_role",
                    "organisation",
                    organisation,
                    decision=decision,
                    organisation=organisation,
                    details=details,
                )
            else:
                change.leave()

    def take(self, actor: Actor, person: str, organisation: str, role: str) -> None:
        """Take a role away at once; without any role left the keys stop. The last administrator stays.

        Raises
        ------
        AccessError
            ``last_administrator``.
        NotFound
            When the person does not hold it.
        """
        decision = self._may(actor, "delete", organisation, role)
        with self.store.change(actor) as change:
            here = MEMBERSHIP.c.organisation == organisation
            if role == "administrator":
                others = here & (MEMBERSHIP.c.role == role) & (MEMBERSHIP.c.person != person)
                if change.run(sa.select(MEMBERSHIP.c.person).where(others)).first() is None:
                    raise AccessError("last_administrator")
            held = here & (MEMBERSHIP.c.person == person) & (MEMBERSHIP.c.role == role)
            if not change.run(sa.delete(MEMBERSHIP).where(held)).rowcount:
                raise NotFound("not_found", kind="membership")
            if not self._holds(change, person, organisation):
                self._end_keys(change, person, organisation)
            details = {"person": person, "role": role}
            change.log(
                "take_role",
                "organisation",
                organisation,
                decision=decision,
                organisation=organisation,
                details=details,
            )

    def leave(self, actor: Actor, organisation: str) -> None:
        """Give up all of one's own roles in an organisation; its keys of this person stop.

        Raises
        ------
        AccessError
            ``last_administrator`` while others are still in it.
        NotFound
            For who is not in it.
        """
        mine = Object("membership", "", organisation, actor.person, confidentiality=3)
        decision = require(actor, "leave", mine)
        with self.store.change(actor) as change:
            here = MEMBERSHIP.c.organisation == organisation
            held = here & (MEMBERSHIP.c.person == actor.person)
            others = set(
                change.run(sa.select(MEMBERSHIP.c.role).where(here & ~(MEMBERSHIP.c.person == actor.person)))
                .scalars()
                .all()
            )
            if others and "administrator" not in others:
                own = change.run(sa.select(MEMBERSHIP.c.role).where(held)).scalars().all()
                if "administrator" in own:
                    raise AccessError("last_administrator")
            if not change.run(sa.delete(MEMBERSHIP).where(held)).rowcount:
                raise NotFound("not_found", kind="organisation")
            self._end_keys(change, actor.person, organisation)
            details = {"person": actor.person}
            change.log(
                "leave",
                "organisation",
                organisation,
                decision=decision,
                organisation=organisation,
                details=details,
            )

    def alone(self, actor: Actor, organisation: str) -> bool:
        """Whether the person is the only one in an organisation of theirs."""
        here = MEMBERSHIP.c.organisation == organisation
        with self.store.read(actor) as connection:
            people = set(connection.execute(sa.select(MEMBERSHIP.c.person).where(here)).scalars())
        return people == {actor.person}

    def invitations(self, actor: Actor, organisation: str) -> tuple[Invitation, ...]:
        """Invitations that nobody accepted yet, newest first."""
        require(actor, "read", Object("membership", "", organisation, confidentiality=2))
        now = moment(self.store.clock())
        open_ones = (TICKET.c.purpose == "invite") & (TICKET.c.expires > now)
        wanted = sa.select(TICKET).where(open_ones & TICKET.c.data.contains(organisation, autoescape=True))
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted.order_by(TICKET.c.created.desc())).all()
        found = [(row, json.loads(row.data)) for row in rows]
        return tuple(
            Invitation(
                row.token_hash,
                data["email"],
                tuple(data["roles"]),
                read_moment(row.created),
                read_moment(row.expires),
            )
            for row, data in found
            if data["organisation"] == organisation
        )

    def withdraw(self, actor: Actor, organisation: str, invitation: str) -> None:
        """Take an invitation back. Raises NotFound when it is not there, or of another organisation."""
        thing = Object("membership", "", organisation, confidentiality=2)
        decision = require(actor, "delete", thing)
        with self.store.change(actor) as change:
            one = (TICKET.c.token_hash == invitation) & (TICKET.c.purpose == "invite")
            row = change.run(sa.delete(TICKET).where(one).returning(TICKET.c.data)).one_or_none()
            if row is None or json.loads(row.data)["organisation"] != organisation:
                raise NotFound("not_found", kind="membership")
            change.log("withdraw", "organisation", organisation, decision=decision, organisation=organisation)

    def invited(self, token: str) -> tuple[str, str, bool]:
        """What an invitation says: the organisation's name, the address, and whether it has an account.

        Raises
        ------
        AccessError
            ``ticket_gone``.
        """
        data = self._invitation(token)
        with self.store.read() as connection:
            one = sa.select(ORGANISATION.c.name).where(ORGANISATION.c.id == data["organisation"])
            name = connection.execute(one).scalar_one_or_none()
            known = sa.select(PERSON.c.state).where(PERSON.c.email_key == data["email"])
            state = connection.execute(known).scalar_one_or_none()
        return name or "", data["email"], state not in {None, "new"}

    def invited_to(self, token: str) -> str:
        """The organisation that an invitation is for. Raises AccessError ``ticket_gone``."""
        return self._invitation(token)["organisation"]

    def all(self, actor: Actor) -> tuple[tuple[Organisation, int], ...]:
        """Every organisation of the installation by name, and how many people it has."""
        require(actor, "list", Object("organisation", confidentiality=2))
        people = (
            sa.select(MEMBERSHIP.c.organisation, sa.func.count(MEMBERSHIP.c.person.distinct()).label("n"))
            .group_by(MEMBERSHIP.c.organisation)
            .subquery()
        )
        wanted = sa.select(ORGANISATION, people.c.n).outerjoin(
            people, people.c.organisation == ORGANISATION.c.id
        )
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted.order_by(ORGANISATION.c.name, ORGANISATION.c.id)).all()
        return tuple((Organisation(row.id, row.name, row.country, row.number), row.n or 0) for row in rows)

    def of_person(self, actor: Actor, person: str) -> tuple[tuple[Organisation, frozenset[str]], ...]:
        """The organisations of a person with the roles held there, for who runs the installation."""
        require(actor, "list", Object("organisation", confidentiality=2))
        return self._of(actor, person)

    def invite(
        self, actor: Actor, organisation: str, email: str, roles: Iterable[str], language: str = "nl"
    ) -> str:
        """Invite somebody by e-mail; returns the token of the letter.

        Parameters
        ----------
        actor
            An administrator of it, or who runs the installation.
        organisation
            Its id.
        email
            Where the letter goes.
        roles
            What the guest will be; at least one of those that the actor may give.
        language
            Of the letter; Dutch for one we do not have.

        Raises
        ------
        AccessError
            ``role_unknown`` with those ``known``; ``email_form``.
        Denied, NotFound
            Where the actor may not invite; when there is no such organisation.
        """
        wanted = sorted(set(roles))
        if not wanted:
            raise AccessError("role_unknown", known=sorted(given_roles()))
        decisions = [self._may(actor, "create", organisation, role) for role in wanted]
        key = email_key(email)
        with self.store.change(actor) as change:
            name = change.run(sa.select(ORGANISATION.c.name).where(ORGANISATION.c.id == organisation))
            title = name.scalar_one_or_none()
            if title is None:
                raise NotFound("not_found", kind="organisation")
            data = canonical({"organisation": organisation, "roles": wanted, "email": key})
            token = self.accounts.ticket(change, "invite", "", "invite_life", data.decode())
            details = {"roles": wanted}
            change.log(
                "invite",
                "organisation",
                organisation,
                decision=decisions[0],
                organisation=organisation,
                details=details,
            )
        language = language if language in LANGUAGES else LANGUAGES[0]
        self.accounts.sender.send(Letter(key, language, "invite", title, token))
        return token

    def accept(
        self,
        token: str,
        actor: Actor | None = None,
        name: str = "",
        password: str = "",
        language: str = LANGUAGES[0],
    ) -> str:
        """Accept an invitation: as the person who is signed in, or with a name and password as a new one.

        Returns
        -------
        str
            The person.

        Raises
        ------
        AccessError
            ``ticket_gone``; ``account_exists`` when the address has an account: sign in first;
            ``invited_other`` when somebody else is signed in; what is wrong with the password.
        """
        data = self._invitation(token)
        stored = ""
        if actor is None or not actor.person:
            name = tidy(name)
            self.accounts.passwords.check(password, name, data["email"])
            stored = self.accounts.passwords.hash(password)
        with self.store.change(actor or self.store.visitor()) as change:
            self.accounts.take_ticket(change, token, "invite")
            known = change.run(sa.select(PERSON).where(PERSON.c.email_key == data["email"])).one_or_none()
            if actor is not None and actor.person:
                own = change.run(sa.select(PERSON.c.email).where(PERSON.c.id == actor.person)).scalar_one()
                if (own or "").casefold() != data["email"]:
                    raise AccessError("invited_other")
                person = actor.person
            elif known is not None and known.state != "new":
                raise AccessError("account_exists")
            else:
                person = self._new_person(
                    change, known.id if known else "", data["email"], name, stored, language
                )
            self._give(change, person, data["organisation"], data["roles"])
            details = {"person": person, "roles": data["roles"]}
            there = data["organisation"]
            change.log("accept", "organisation", there, organisation=there, details=details)
        return person

    def _invitation(self, token: str) -> dict[str, str]:
        mine = (TICKET.c.token_hash == hashed(token)) & (TICKET.c.purpose == "invite")
        with self.store.read() as connection:
            row = connection.execute(sa.select(TICKET).where(mine)).one_or_none()
        if row is None or row.expires <= moment(self.store.clock()):
            raise AccessError("ticket_gone")
        found: dict[str, str] = json.loads(row.data)
        return found

    def _new_person(
        self, change: Change, known: str, email: str, name: str, stored: str, language: str
    ) -> str:
        values = {"name": name, "password": stored, "state": "active", "confirmed": change.now}
        values["language"] = language if language in LANGUAGES else LANGUAGES[0]
        if known:
            change.run(sa.update(PERSON).where(PERSON.c.id == known).values(**values))
            return known
        person = new_id()
        rest = {"id": person, "email": email, "email_key": email}
        change.run(sa.insert(PERSON).values(**values, **rest, created=change.now))
        return person

    def _end_keys(self, change: Change, person: str, organisation: str) -> None:
        keys = (API_KEY.c.person == person) & (API_KEY.c.organisation == organisation)
        live = keys & API_KEY.c.revoked.is_(None)
        change.run(sa.update(API_KEY).where(live).values(revoked=change.now))

    def _may(self, actor: Actor, action: str, organisation: str, role: str) -> Decision:
        if role not in given_roles():
            raise AccessError("role_unknown", known=sorted(given_roles()))
        kind = "wide_membership" if role in wide_roles() else "membership"
        return require(actor, action, Object(kind, "", organisation, confidentiality=2))

    def _holds(self, change: Change, person: str, organisation: str) -> bool:
        held = (MEMBERSHIP.c.person == person) & (MEMBERSHIP.c.organisation == organisation)
        return change.run(sa.select(MEMBERSHIP.c.role).where(held)).first() is not None

    def _give(self, change: Change, person: str, organisation: str, roles: Iterable[str]) -> int:
        """Give the roles that are not held yet; says how many."""
        given = 0
        for role in roles:
            row = {"person": person, "organisation": organisation, "role": role}
            there = sa.select(MEMBERSHIP.c.role).where(*(MEMBERSHIP.c[name] == row[name] for name in row))
            if change.run(there).first() is None:
                change.run(sa.insert(MEMBERSHIP).values(**row, since=change.now))
                given += 1
        return given
