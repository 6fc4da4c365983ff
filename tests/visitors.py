"""People at the door of an installation."""

from __future__ import annotations

import dataclasses

from thuishaven.access import (
    Accounts,
    Actor,
    Keys,
    Letter,
    Organisation,
    Organisations,
    Sessions,
    Shares,
    Store,
    policy,
)
from thuishaven.databank import Comments, Database, Dossiers

PASSWORD = "paars fietspad onder de brug"
#: As strong as the policy asks would take a quarter of a minute over all tests.
QUICK = dataclasses.replace(policy(), hash_memory=64, hash_time=1)


class Postbox:
    """Keeps the letters that would be sent."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    def last(self, code: str) -> Letter:
        return [letter for letter in self.letters if letter.code == code][-1]


class House:
    """All doors of one installation."""

    def __init__(self, databank: Database) -> None:
        self.databank = databank
        self.store: Store = databank.confidential
        self.post = Postbox()
        self.accounts = Accounts(self.store, self.post, QUICK)
        self.sessions = Sessions(self.accounts)
        self.organisations = Organisations(self.accounts)
        self.keys = Keys(self.store, QUICK)
        self.shares = Shares(self.store, QUICK)
        self.dossiers = Dossiers(self.store, QUICK)
        self.comments = Comments(self.store)

    def person(self, name: str) -> tuple[str, Actor]:
        """A new person with an account, signed in: the token and who it is."""
        email = f"{name}@example.org"
        self.accounts.register(email, name)
        self.accounts.confirm(self.post.last("confirm").token, PASSWORD)
        return self.sessions.sign_in(email, PASSWORD)

    def member(self, name: str, organisation: Organisation, *roles: str) -> tuple[str, Actor]:
        """A new person who works for an organisation, signed in and acting for it."""
        token, actor = self.person(name)
        for role in roles:
            self.organisations.give(self.store.local("beheer"), actor.person, organisation.id, role)
        return self.sessions.switch(token, organisation.id)

    def organisation(self, name: str) -> Organisation:
        """A new organisation without people."""
        return self.organisations.create(self.store.local("beheer"), name)
