"""Who comes from a provider, as one of our people: one account for each organisation that they act for."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import sqlalchemy as sa

from thuishaven.access.accounts import LANGUAGES, Accounts, tidy
from thuishaven.access.model import AccessError
from thuishaven.access.oidc import Claimed, Provider
from thuishaven.access.store import Change
from thuishaven.access.tables import IDENTITY, MEMBERSHIP, ORGANISATION, PERSON
from thuishaven.access.tokens import new_id

#: Roles of the first one who comes for an organisation, where the provider names no roles.
FIRST = ("administrator", "company_user")
#: What stands where a provider gives no name.
_NAMELESS = "-"


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came in, for which organisation; empty for none."""

    person: str
    organisation: str


def enter(accounts: Accounts, provider: Provider, found: Claimed, language: str = LANGUAGES[0]) -> Entered:
    """The person behind what a provider said; made at the first time, brought up to date at the next.

    Somebody is known by issuer, subject and organisation: who acts for two organisations has two accounts. An
    address never leads to somebody else's account. An organisation is known by the number that the same
    issuer gave, never by one that somebody typed.

    Parameters
    ----------
    accounts
        Of the installation.
    provider, found
        Who says it, and what.
    language
        Of a new person.

    Raises
    ------
    AccessError
        ``sign_in_refused`` for a person who is locked out here.
    """
    with accounts.store.change(accounts.store.visitor()) as change:
        mine = (
            (IDENTITY.c.issuer == provider.issuer)
            & (IDENTITY.c.subject == found.subject)
            & (IDENTITY.c.number == found.number)
        )
        known = change.run(sa.select(IDENTITY).where(mine)).one_or_none()
        name = _name(found)
        if known is None:
            organisation = _organisation(change, provider, found)
            person = new_id()
            change.run(
                sa.insert(PERSON).values(
                    id=person,
                    name=name,
                    email=found.email or None,
                    language=language if language in LANGUAGES else LANGUAGES[0],
                    state="active",
                    created=change.now,
                    confirmed=change.now,
                )
            )
            change.run(
                sa.insert(IDENTITY).values(
                    issuer=provider.issuer,
                    subject=found.subject,
                    number=found.number,
                    person=person,
                    organisation=organisation,
                    created=change.now,
                )
            )
            roles = _roles(change, provider, found, organisation)
            _hold(change, person, organisation, roles)
            details = {"provider": provider.id, "roles": sorted(roles)}
            change.log("create", "person", person, organisation=organisation, details=details)
            return Entered(person, organisation)
        row = change.run(sa.select(PERSON).where(PERSON.c.id == known.person)).one()
        if row.state != "active":
            raise AccessError("sign_in_refused")
        changed = (row.name, row.email) != (name, found.email or None)
        if changed:
            values = {"name": name, "email": found.email or None}
            change.run(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
        if provider.roles and known.organisation:
            theirs = set(provider.roles.values())
            changed |= _hold(change, row.id, known.organisation, set(found.roles), theirs)
        if changed:
            details = {"provider": provider.id, "roles": list(found.roles)}
            change.log("update", "person", row.id, organisation=known.organisation, details=details)
        else:
            change.leave()
        return Entered(row.id, known.organisation)


def _name(found: Claimed) -> str:
    try:
        return tidy(found.name or found.email or _NAMELESS)
    except AccessError:
        return _NAMELESS


def _organisation(change: Change, provider: Provider, found: Claimed) -> str:
    """The organisation of somebody who comes for the first time; made when nobody came for it yet."""
    if not found.number:
        return ""
    same = (IDENTITY.c.issuer == provider.issuer) & (IDENTITY.c.number == found.number)
    known = change.run(sa.select(IDENTITY.c.organisation).where(same).limit(1)).scalar_one_or_none()
    if known:
        return str(known)
    made = new_id()
    try:
        name = tidy(found.organisation or found.number)
    except AccessError:
        name = found.number
    row = {"id": made, "name": name, "country": provider.country, "number": found.number}
    change.run(sa.insert(ORGANISATION).values(**row, created=change.now))
    return made


def _roles(change: Change, provider: Provider, found: Claimed, organisation: str) -> set[str]:
    """The roles of somebody who comes for the first time."""
    if provider.roles:
        return set(found.roles)
    there = sa.select(MEMBERSHIP.c.person).where(MEMBERSHIP.c.organisation == organisation)
    if change.run(there.limit(1)).first() is None:
        return set(FIRST)
    return set(provider.default_roles)


def _hold(
    change: Change, person: str, organisation: str, roles: set[str], theirs: AbstractSet[str] = frozenset()
) -> bool:
    """Give roles, and take those of ``theirs`` that are not among them; says whether anything changed."""
    if not organisation:
        return False
    here = (MEMBERSHIP.c.person == person) & (MEMBERSHIP.c.organisation == organisation)
    held = set(change.run(sa.select(MEMBERSHIP.c.role).where(here)).scalars())
    for role in sorted(roles - held):
        row = {"person": person, "organisation": organisation, "role": role}
        change.run(sa.insert(MEMBERSHIP).values(**row, since=change.now))
    gone = (held - roles) & theirs
    if gone:
        change.run(sa.delete(MEMBERSHIP).where(here & MEMBERSHIP.c.role.in_(sorted(gone))))
    return bool(gone or roles - held)
