"""Local accounts: registering, confirming, passwords, the second step, and the person's own record."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import totp
from thuishaven.access.events import canonical
from thuishaven.access.letters import Letter, NoSender, Sender
from thuishaven.access.model import AccessError, Actor, NotFound, Object, public_actor
from thuishaven.access.passwords import Passwords
from thuishaven.access.policy import Policy, policy
from thuishaven.access.rules import require
from thuishaven.access.sealing import MARK, Vault
from thuishaven.access.store import Change, Store
from thuishaven.access.tables import API_KEY, PERSON, RECOVERY, SESSION, TICKET, moment
from thuishaven.access.tokens import hashed, new_id, new_token

_ADDRESS = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s.\x00-\x1f]+")
_LONGEST_ADDRESS, _LONGEST_NAME = 2**8, 2**7
LANGUAGES = ("nl", "en", "fr")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as colleagues and the person see them.

    Parameters
    ----------
    id, name, email, language
        Who it is; no address for somebody who signs in elsewhere without giving one.
    state
        ``new``, ``active``, ``disabled`` or ``erased``.
    second_step
        Whether a code of an app is asked at sign-in.
    local
        Whether the person has a password here, rather than signing in elsewhere.
    """

    id: str
    name: str
    email: str
    language: str
    state: str
    second_step: bool
    local: bool = True


def email_key(address: str) -> str:
    """The form in which addresses are compared.

    >>> email_key(" An@Example.ORG ")
    'an@example.org'

    Raises
    ------
    AccessError
        ``email_form`` for what is no address.
    """
    key = unicodedata.normalize("NFKC", address).strip().casefold()
    if not _ADDRESS.fullmatch(key) or len(key) > _LONGEST_ADDRESS:
        raise AccessError("email_form")
    return key


def tidy(name: str) -> str:
    """A name on one line, without control characters. Raises AccessError ``name_form`` for none."""
    plain = "".join(sign if sign.isprintable() else " " for sign in name)
    kept = " ".join(plain.split())
    if not kept or len(kept) > _LONGEST_NAME:
        raise AccessError("name_form", most=_LONGEST_NAME)
    return kept


class Accounts:
    """The accounts of one installation.

    Parameters
    ----------
    store
        The confidential database.
    sender
        Sends letters.
    rules
        Limits and terms.
    vault
        Seals the secrets of authenticator apps; without one they are stored readable.
    """

    def __init__(
        self,
        store: Store,
        sender: Sender | None = None,
        rules: Policy | None = None,
        vault: Vault | None = None,
    ) -> None:
        self.vault = vault
        self.store = store
        self.sender = sender or NoSender()
        self.policy = rules or policy()
        self.passwords = Passwords(self.policy)

    def register(self, email: str, name: str, language: str = "nl") -> str:
        """Ask for an account. The answer is the same whether the address is known or not.

        The password is chosen with the link in the letter, so that only who reads the mailbox can choose it.

        Returns
        -------
        str
            The token of the letter, for who hands it over otherwise; empty when there is an account already.
            Never show it to the visitor.
        """
        key, name = email_key(email), tidy(name)
        language = language if language in LANGUAGES else LANGUAGES[0]
        actor = self.store.visitor()
        decision = require(actor, "create", Object("person"))
        with self.store.change(actor) as change:
            found = change.run(sa.select(PERSON).where(PERSON.c.email_key == key)).one_or_none()
            if found is not None and found.state != "new":
                letter = Letter(found.email or key, found.language, "registered")
                change.leave()
            else:
                person = found.id if found else new_id()
                if found is None:
                    row = {"id": person, "email": email.strip(), "email_key": key, "name": name}
                    change.run(
                        sa.insert(PERSON).values(**row, language=language, state="new", created=change.now)
                    )
                token = self.ticket(change, "confirm", person, "confirm_life")
                change.log("create", "person", person, decision=decision)
                letter = Letter(key, language, "confirm", name, token)
        self.sender.send(letter)
        return letter.token

    def confirm(self, token: str, password: str) -> str:
        """Confirm the address and choose the password; returns the person. The token works once."""
        return self._choose(token, "confirm", password)

    def ask_reset(self, email: str) -> str:
        """Ask for a new password; the answer is the same whether the address is known or not.

        Returns the token of the letter, as :meth:`register` does.
        """
        key = email_key(email)
        letter = None
        with self.store.change(self.store.visitor()) as change:
            found = change.run(sa.select(PERSON).where(PERSON.c.email_key == key)).one_or_none()
            if found is None or found.state != "active":
                change.leave()
            else:
                token = self.ticket(change, "reset", found.id, "reset_life")
                change.log("ask_reset", "person", found.id)
                letter = Letter(found.email, found.language, "reset", found.name, token)
        if letter is not None:
            self.sender.send(letter)
        return letter.token if letter else ""

    def reset(self, token: str, password: str, *, end_keys: bool = False) -> str:
        """Choose a new password with the token of a letter; ends all sessions. Returns the person.

        ``end_keys`` as for :meth:`change_password`.
        """
        return self._choose(token, "reset", password, end_keys)

    def change_password(self, actor: Actor, old: str, new: str, *, end_keys: bool = False) -> None:
        """Choose a new password; ends all sessions.

        Parameters
        ----------
        actor
            The person.
        old, new
            The passwords.
        end_keys
            Whether the person's API keys stop too. They hold no password, and programs that run by them would
            stop; so it is asked.

        Raises
        ------
        AccessError
            ``password_wrong``, or what :meth:`Passwords.check` says of the new one.
        """
        row = self._own(actor, "update")
        if not self.passwords.matches(row.password, old):
            raise AccessError("password_wrong")
        self.passwords.check(new, row.name, row.email)
        stored = self.passwords.hash(new)
        with self.store.change(actor) as change:
            change.run(sa.update(PERSON).where(PERSON.c.id == row.id).values(password=stored))
            change.run(sa.delete(SESSION).where(SESSION.c.person == row.id))
            change.run(sa.delete(TICKET).where(TICKET.c.person == row.id))
            ended = self._end_keys(change, row.id) if end_keys else 0
            change.log("change_password", "person", row.id, details={"keys": ended})
        self.sender.send(Letter(row.email, row.language, "changed", row.name))

    def check_password(self, actor: Actor, password: str) -> None:
        """Whether it is really this person, before something that cannot be undone.

        Who signs in elsewhere has no password here and is not asked for one.

        Raises
        ------
        AccessError
            ``password_wrong``.
        """
        row = self._own(actor, "read")
        if row.password is not None and not self.passwords.matches(row.password, password):
            raise AccessError("password_wrong")

    def rename(self, actor: Actor, name: str, language: str) -> None:
        """Change the person's own name and language.

        Raises
        ------
        AccessError
            ``name_form``; ``language_unknown`` with those ``known``.
        """
        row = self._own(actor, "update")
        if language not in LANGUAGES:
            raise AccessError("language_unknown", known=LANGUAGES)
        with self.store.change(actor) as change:
            change.run(
                sa.update(PERSON).where(PERSON.c.id == row.id).values(name=tidy(name), language=language)
            )
            change.log("update", "person", row.id)

    def ask_email(self, actor: Actor, email: str) -> str:
        """Ask to use another address; the letter goes there. Returns its token."""
        row = self._own(actor, "update")
        key = email_key(email)
        with self.store.change(actor) as change:
            data = canonical({"email": email.strip(), "key": key})
            token = self.ticket(change, "email", row.id, "confirm_life", data.decode())
            change.log("ask_email", "person", row.id)
        self.sender.send(Letter(key, row.language, "email", row.name, token))
        return token

    def confirm_email(self, token: str) -> str:
        """Confirm the other address; returns the person. The old one gets a letter to say so.

        Raises
        ------
        AccessError
            ``email_taken`` or ``ticket_gone``.
        """
        with self.store.change(self.store.visitor()) as change:
            ticket = self.take_ticket(change, token, "email")
            data = json.loads(ticket.data)
            taken = sa.select(PERSON.c.id).where(PERSON.c.email_key == data["key"])
            if change.run(taken).first() is not None:
                raise AccessError("email_taken")
            old = change.run(sa.select(PERSON).where(PERSON.c.id == ticket.person)).one()
            new = {"email": data["email"], "email_key": data["key"]}
            change.run(sa.update(PERSON).where(PERSON.c.id == ticket.person).values(**new))
            change.log("change_email", "person", ticket.person)
        if old.email:
            self.sender.send(Letter(old.email, old.language, "moved", old.name))
        return str(ticket.person)

    def person(self, actor: Actor, person: str | None = None) -> Person:
        """A person's record: one's own, or for who may read others'."""
        wanted = person or actor.person
        require(actor, "read", Object("person", wanted, person=wanted, confidentiality=3))
        return _person(self._row(wanted))

    def people(
        self, actor: Actor, words: str = "", *, person: str = "", most: int = 64
    ) -> tuple[Person, ...]:
        """People of the installation whose name or address holds these words, by name; erased ones left out.

        Parameters
        ----------
        actor
            Who runs the installation, or the data protection officer.
        words
            A part of a name or an address.
        person
            Only this one.
        most
            How many at most.
        """
        require(actor, "list", Object("person", confidentiality=2))
        wanted = sa.select(PERSON).where(PERSON.c.state != "erased")
        if person:
            wanted = wanted.where(PERSON.c.id == person)
        for word in words.casefold().split():
            found = [
                sa.func.lower(column).contains(word, autoescape=True)
                for column in (PERSON.c.name, PERSON.c.email)
            ]
            wanted = wanted.where(sa.or_(*found))
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted.order_by(PERSON.c.name, PERSON.c.id).limit(most)).all()
        return tuple(_person(row) for row in rows)

    def set_state(self, actor: Actor, person: str, state: str) -> None:
        """Disable a person, or let them in again; disabling ends sessions and keys at once.

        Parameters
        ----------
        actor
            Who runs the installation.
        person
            Whose id.
        state
            ``active`` or ``disabled``.

        Raises
        ------
        AccessError
            ``state_unknown``.
        NotFound
            When there is no such person, or one who has not confirmed or was erased.
        """
        if state not in {"active", "disabled"}:
            raise AccessError("state_unknown")
        decision = require(actor, "disable", Object("person", person, person=person, confidentiality=2))
        with self.store.change(actor) as change:
            known = (PERSON.c.id == person) & PERSON.c.state.in_(("active", "disabled"))
            if not change.run(sa.update(PERSON).where(known).values(state=state)).rowcount:
                raise NotFound("not_found", kind="person")
            if state == "disabled":
                change.run(sa.delete(SESSION).where(SESSION.c.person == person))
                change.run(sa.delete(TICKET).where(TICKET.c.person == person))
            change.log("disable" if state == "disabled" else "enable", "person", person, decision=decision)

    def start_second_step(self, actor: Actor) -> tuple[str, str]:
        """Begin with an authenticator app: the secret, and the address for its QR code. Confirm it next.

        Raises
        ------
        AccessError
            ``second_step_on`` when it is on already.
        """
        row = self._own(actor, "update")
        if row.totp_on:
            raise AccessError("second_step_on")
        secret = totp.new_secret()
        with self.store.change(actor) as change:
            kept = self.vault.seal(secret, row.id) if self.vault else secret
            change.run(sa.update(PERSON).where(PERSON.c.id == row.id).values(totp_secret=kept))
            change.log("start_second_step", "person", row.id)
        return secret, totp.address(secret, row.email)

    def confirm_second_step(self, actor: Actor, code: str) -> tuple[str, ...]:
        """Switch the second step on with a first code; returns recovery codes, which are given this once.

        Raises
        ------
        AccessError
            ``second_step_on`` when it is on already; ``code_wrong``, also for a code that was used.
        """
        row = self._own(actor, "update")
        step = self.matching_step(row, code)
        if row.totp_on or step is None:
            raise AccessError("second_step_on" if row.totp_on else "code_wrong")
        with self.store.change(actor) as change:
            values = {"totp_on": True, "totp_step": step}
            change.run(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
            codes = self._recovery(change, row.id)
            change.log("confirm_second_step", "person", row.id)
        return codes

    def begun_second_step(self, actor: Actor) -> tuple[str, str] | None:
        """The secret and its address for who began and did not confirm yet; else ``None``."""
        row = self._own(actor, "read")
        if row.totp_on or not row.totp_secret:
            return None
        secret = self._secret(row)
        return (secret, totp.address(secret, row.email)) if secret else None

    def codes_left(self, actor: Actor) -> int:
        """How many recovery codes were not used yet."""
        row = self._own(actor, "read")
        mine = sa.select(sa.func.count()).select_from(RECOVERY).where(RECOVERY.c.person == row.id)
        with self.store.read(actor) as connection:
            return int(connection.execute(mine).scalar_one())

    def new_recovery_codes(self, actor: Actor, password: str) -> tuple[str, ...]:
        """New recovery codes, given this once; the old ones stop working.

        Raises
        ------
        AccessError
            ``password_wrong``; ``second_step_off``.
        """
        row = self._own(actor, "update")
        if not self.passwords.matches(row.password, password):
            raise AccessError("password_wrong")
        if not row.totp_on:
            raise AccessError("second_step_off")
        with self.store.change(actor) as change:
            codes = self._recovery(change, row.id)
            change.log("new_recovery_codes", "person", row.id)
        return codes

    def _recovery(self, change: Change, person: str) -> tuple[str, ...]:
        codes = tuple(secrets.token_hex(8) for _ in range(self.policy.recovery_codes))
        change.run(sa.delete(RECOVERY).where(RECOVERY.c.person == person))
        kept = [{"person": person, "code_hash": hashed(found)} for found in codes]
        change.run(sa.insert(RECOVERY), kept)
        return codes

    def stop_second_step(self, actor: Actor, password: str) -> None:
        """Switch the second step off again; asks for the password.

        Raises
        ------
        AccessError
            ``password_wrong``.
        """
        row = self._own(actor, "update")
        if not self.passwords.matches(row.password, password):
            raise AccessError("password_wrong")
        with self.store.change(actor) as change:
            values = {"totp_on": False, "totp_secret": None, "totp_step": 0}
            change.run(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
            change.run(sa.delete(RECOVERY).where(RECOVERY.c.person == row.id))
            change.log("stop_second_step", "person", row.id)

    def matching_step(self, row: Any, code: str) -> int | None:
        """The time step of a code of this person's app; ``None`` when it is wrong or was used."""
        secret = self._secret(row)
        if not secret:
            return None
        now = self.store.clock().timestamp()
        return totp.matching_step(secret, code, now, row.totp_step, self.policy.totp_drift)

    def _secret(self, row: Any) -> str:
        """The secret of a person's app; nothing when it was sealed with another key than ours.

        No code of the app is right then; recovery codes still are.
        """
        found = str(row.totp_secret or "")
        if not found.startswith(MARK):
            return found
        try:
            return self.vault.open(found, row.id) if self.vault else ""
        except AccessError:
            return ""

    def seal_secrets(self) -> int:
        """Seal the secrets that an older version stored readable; says how many there were."""
        if self.vault is None:
            return 0
        readable = PERSON.c.totp_secret.is_not(None) & ~PERSON.c.totp_secret.startswith(MARK)
        with self.store.bookkeep() as connection:
            rows = connection.execute(sa.select(PERSON.c.id, PERSON.c.totp_secret).where(readable)).all()
            for row in rows:
                sealed = self.vault.seal(row.totp_secret, row.id)
                mine = sa.update(PERSON).where(PERSON.c.id == row.id)
                connection.execute(mine.values(totp_secret=sealed))
        return len(rows)

    def ticket(self, change: Change, purpose: str, person: str, term: str, data: str = "") -> str:
        """A token for a letter that works once; the person's earlier ones for this purpose stop working."""
        if person:
            same = (TICKET.c.person == person) & (TICKET.c.purpose == purpose)
            change.run(sa.delete(TICKET).where(same))
        token = new_token()
        change.run(
            sa.insert(TICKET).values(
                token_hash=hashed(token),
                purpose=purpose,
                person=person,
                data=data,
                created=change.now,
                expires=moment(change.at + self.policy.term(term)),
            )
        )
        return token

    def take_ticket(self, change: Change, token: str, purpose: str) -> Any:
        """Use a token: it is gone with that. Raises ``ticket_gone`` when it was, or its time is over."""
        mine = (TICKET.c.token_hash == hashed(token)) & (TICKET.c.purpose == purpose)
        found = change.run(sa.delete(TICKET).where(mine).returning(*TICKET.c)).one_or_none()
        if found is None or found.expires <= change.now:
            raise AccessError("ticket_gone")
        return found

    def pending(self, token: str, purpose: str) -> bool:
        """Whether a token of a letter still works, without using it."""
        mine = (TICKET.c.token_hash == hashed(token)) & (TICKET.c.purpose == purpose)
        live = mine & (TICKET.c.expires > moment(self.store.clock()))
        with self.store.read() as connection:
            return connection.execute(sa.select(TICKET.c.purpose).where(live)).first() is not None

    def _end_keys(self, change: Change, person: str) -> int:
        live = (API_KEY.c.person == person) & API_KEY.c.revoked.is_(None)
        return change.run(sa.update(API_KEY).where(live).values(revoked=change.now)).rowcount

    def _choose(self, token: str, purpose: str, password: str, end_keys: bool = False) -> str:
        with self.store.read() as connection:
            wanted = sa.select(PERSON).join(TICKET, TICKET.c.person == PERSON.c.id)
            mine = (TICKET.c.token_hash == hashed(token)) & (TICKET.c.purpose == purpose)
            row = connection.execute(wanted.where(mine)).one_or_none()
        if row is None:
            raise AccessError("ticket_gone")
        self.passwords.check(password, row.name, row.email)
        stored = self.passwords.hash(password)
        with self.store.change(public_actor(self.store.clock())) as change:
            self.take_ticket(change, token, purpose)
            change.run(
                sa.update(PERSON)
                .where(PERSON.c.id == row.id)
                .values(
                    password=stored,
                    state="active",
                    confirmed=row.confirmed or change.now,
                    refusals=0,
                    locked_until=None,
                )
            )
            change.run(sa.delete(SESSION).where(SESSION.c.person == row.id))
            # What somebody else may have asked for in this person's name stops too.
            change.run(sa.delete(TICKET).where(TICKET.c.person == row.id))
            ended = self._end_keys(change, row.id) if end_keys else 0
            change.log(purpose, "person", row.id, details={"keys": ended} if end_keys else None)
        if purpose == "reset":
            self.sender.send(Letter(row.email, row.language, "changed", row.name))
        return str(row.id)

    def _own(self, actor: Actor, action: str) -> Any:
        thing = Object("person", actor.person, person=actor.person, confidentiality=3)
        require(actor, action, thing)
        return self._row(actor.person)

    def _row(self, person: str) -> Any:
        with self.store.read() as connection:
            found = connection.execute(sa.select(PERSON).where(PERSON.c.id == person)).one_or_none()
        if found is None:
            raise NotFound("not_found", kind="person")
        return found


def _person(row: Any) -> Person:
    return Person(
        row.id, row.name, row.email or "", row.language, row.state, row.totp_on, row.password is not None
    )
