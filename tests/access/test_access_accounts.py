"""Accounts: how people come in, how they are kept out, and what is kept of their secrets."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.access import (
    CONFIDENTIAL,
    AccessError,
    Accounts,
    Browser,
    Denied,
    NotFound,
    Sessions,
    policy,
    totp,
)
from thuishaven.access.passwords import Passwords
from thuishaven.access.tables import PERSON
from visitors import PASSWORD, QUICK, House

OTHER = "vier houten stoelen buiten"


def code_of(error: pytest.ExceptionInfo[AccessError]) -> str:
    return error.value.code


def test_an_account_is_confirmed_by_who_reads_the_mailbox(house: House) -> None:
    house.accounts.register("An@Example.org", "An", "fr")
    letter = house.post.last("confirm")
    assert ("an@example.org", "fr") == (letter.to, letter.language)
    with pytest.raises(AccessError, match="sign_in_refused"):
        house.sessions.sign_in("an@example.org", PASSWORD)
    house.accounts.confirm(letter.token, PASSWORD)
    _, actor = house.sessions.sign_in(" AN@example.ORG", PASSWORD)
    assert {"public", "person"} == actor.roles
    assert ("An", "active") == (house.accounts.person(actor).name, house.accounts.person(actor).state)


def test_a_letter_works_once_and_not_for_ever(house: House) -> None:
    house.accounts.register("an@example.org", "An")
    first = house.post.last("confirm").token
    house.accounts.register("an@example.org", "An")
    with pytest.raises(AccessError, match="ticket_gone"):
        house.accounts.confirm(first, PASSWORD)
    token = house.post.last("confirm").token
    house.accounts.confirm(token, PASSWORD)
    with pytest.raises(AccessError, match="ticket_gone"):
        house.accounts.confirm(token, OTHER)
    house.accounts.ask_reset("an@example.org")
    house.databank.clock.pass_(hours=1)
    with pytest.raises(AccessError, match="ticket_gone"):
        house.accounts.reset(house.post.last("reset").token, OTHER)


def test_nobody_learns_which_addresses_are_known(house: House) -> None:
    house.person("an")
    assert "" == house.accounts.register("an@example.org", "Eve")
    assert "registered" == house.post.letters[-1].code
    before = len(house.post.letters)
    assert "" == house.accounts.ask_reset("nobody@example.org")
    assert before == len(house.post.letters)
    for email in ("an@example.org", "nobody@example.org", "no address"):
        with pytest.raises(AccessError) as error:
            house.sessions.sign_in(email, "wrong password 123")
        assert ("sign_in_refused", {}) == (code_of(error), error.value.params)


def test_a_new_password_ends_every_session(house: House) -> None:
    token, actor = house.person("an")
    second, _ = house.sessions.sign_in("an@example.org", PASSWORD)
    house.accounts.change_password(actor, PASSWORD, OTHER)
    for ended in (token, second):
        with pytest.raises(AccessError, match="session_gone"):
            house.sessions.actor(ended)
    third, _ = house.sessions.sign_in("an@example.org", OTHER)
    house.accounts.ask_reset("an@example.org")
    house.accounts.reset(house.post.last("reset").token, PASSWORD)
    with pytest.raises(AccessError, match="session_gone"):
        house.sessions.actor(third)
    assert "changed" == house.post.letters[-1].code


def test_the_old_password_is_asked_for(house: House) -> None:
    _, actor = house.person("an")
    with pytest.raises(AccessError, match="password_wrong"):
        house.accounts.change_password(actor, OTHER, OTHER)


def test_an_account_locks_for_longer_each_time_and_opens_again(house: House) -> None:
    house.person("an")

    def refused(password: str) -> bool:
        try:
            house.sessions.sign_in("an@example.org", password)
        except AccessError as error:
            return error.code == "sign_in_refused"
        return False

    for _ in range(QUICK.lock_after):
        assert refused("wrong")
    assert "locked" == house.post.letters[-1].code
    assert refused(PASSWORD)
    house.databank.clock.pass_(seconds=QUICK.lock_first)
    assert refused("wrong")
    house.databank.clock.pass_(seconds=QUICK.lock_first + 1)
    assert refused(PASSWORD)
    house.databank.clock.pass_(seconds=QUICK.lock_first)
    assert not refused(PASSWORD)


def test_a_session_ends_when_idle_and_after_a_day(house: House) -> None:
    token, _ = house.person("an")
    for _ in range(24):
        house.databank.clock.pass_(seconds=QUICK.session_idle - 60)
        try:
            house.sessions.actor(token)
        except AccessError:
            break
    used = house.databank.clock.now - house.databank.clock.start
    assert used.total_seconds() >= QUICK.session_life > used.total_seconds() - QUICK.session_idle
    token, _ = house.sessions.sign_in("an@example.org", PASSWORD)
    house.databank.clock.pass_(seconds=QUICK.session_idle)
    with pytest.raises(AccessError, match="session_gone"):
        house.sessions.actor(token)


def test_a_person_sees_and_ends_their_own_sessions_only(house: House) -> None:
    token, an = house.person("an")
    second, _ = house.sessions.sign_in("an@example.org", PASSWORD, browser=Browser("Firefox\n on Linux"))
    other, ben = house.person("ben")
    found = house.sessions.list(an)
    assert [("", True), ("Firefox on Linux", False)] == sorted((one.label, one.current) for one in found)
    mine = next(one.id for one in found if not one.current)
    with pytest.raises(NotFound):
        house.sessions.end(ben, mine)
    house.sessions.end(an, mine)
    with pytest.raises(AccessError, match="session_gone"):
        house.sessions.actor(second)
    house.sessions.end_all(an)
    with pytest.raises(AccessError, match="session_gone"):
        house.sessions.actor(token)
    house.sessions.sign_out(other)
    with pytest.raises(AccessError, match="session_gone"):
        house.sessions.actor(other)


def test_signing_in_again_replaces_the_session(house: House) -> None:
    token, _ = house.person("an")
    new, _ = house.sessions.sign_in("an@example.org", PASSWORD, browser=Browser(replaces=token))
    assert new != token
    with pytest.raises(AccessError, match="session_gone"):
        house.sessions.actor(token)


def test_a_disabled_person_is_out_at_once(house: House) -> None:
    place = house.organisation("Werf")
    token, actor = house.member("an", place, "adviser")
    key, _ = house.keys.create(actor, "script", {"read:dossier"})
    house.accounts.set_state(house.store.local("beheer"), actor.person, "disabled")
    for gone, door in ((token, house.sessions.actor), (key, house.keys.actor)):
        with pytest.raises(AccessError, match="gone"):
            door(gone)
    with pytest.raises(AccessError, match="sign_in_refused"):
        house.sessions.sign_in("an@example.org", PASSWORD)
    with pytest.raises(Denied):
        house.accounts.set_state(actor, actor.person, "active")


def test_the_second_step_asks_for_a_fresh_code_each_time(house: House) -> None:
    _, actor = house.person("an")
    secret, address = house.accounts.start_second_step(actor)
    assert secret in address

    def code(steps: int = 0) -> str:
        import base64

        now = int(house.databank.clock.now.timestamp() // totp.STEP)
        return totp.code_at(base64.b32decode(secret), now + steps)

    recovery = house.accounts.confirm_second_step(actor, code())
    with pytest.raises(AccessError, match="code_needed"):
        house.sessions.sign_in("an@example.org", PASSWORD)
    with pytest.raises(AccessError, match="sign_in_refused"):
        house.sessions.sign_in("an@example.org", PASSWORD, code())
    house.databank.clock.pass_(seconds=totp.STEP)
    house.sessions.sign_in("an@example.org", PASSWORD, code())
    house.sessions.sign_in("an@example.org", PASSWORD, recovery[0].upper())
    with pytest.raises(AccessError, match="sign_in_refused"):
        house.sessions.sign_in("an@example.org", PASSWORD, recovery[0])
    house.accounts.stop_second_step(actor, PASSWORD)
    house.sessions.sign_in("an@example.org", PASSWORD)


def test_another_address_is_used_when_it_is_confirmed(house: House) -> None:
    _, actor = house.person("an")
    house.person("ben")
    house.accounts.ask_email(actor, "ben@example.org")
    with pytest.raises(AccessError, match="email_taken"):
        house.accounts.confirm_email(house.post.last("email").token)
    house.accounts.ask_email(actor, "an@other.example")
    house.accounts.confirm_email(house.post.last("email").token)
    house.sessions.sign_in("an@other.example", PASSWORD)


def test_a_password_hash_is_made_anew_when_the_policy_grows(house: House) -> None:
    house.person("an")
    strong = Accounts(house.store, house.post, policy())
    Sessions(strong).sign_in("an@example.org", PASSWORD)
    with house.store.read() as connection:
        stored = connection.execute(sa.select(PERSON.c.password)).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_no_secret_is_kept_as_it_was_given(house: House) -> None:
    """Every text of the database, after a day of signing in, sharing and making keys."""
    place = house.organisation("Werf")
    token, actor = house.member("an", place, "adviser", "administrator")
    key, _ = house.keys.create(actor, "script", {"read:dossier"})
    secret, _ = house.accounts.start_second_step(actor)
    house.accounts.ask_reset("an@example.org")
    house.organisations.invite(actor, place.id, "ben@example.org", ["adviser"])
    given = [token, key, PASSWORD, *(letter.token for letter in house.post.letters if letter.token)]
    with house.databank.as_owner() as owner, owner.confidential.read() as connection:
        kept = [
            str(value)
            for table in CONFIDENTIAL.sorted_tables
            for row in connection.execute(sa.select(table)).all()
            for value in row
        ]
        log = [value for event in house.store.events() for value in map(str, event.values())]
    assert not [secret for secret in given if any(secret in value for value in kept)]
    assert not [word for word in ("example.org", "an@", secret) if any(word in value for value in log)]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("x" * 257, "password_long"),
        ("passwordpassword", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("abcabcabcabcabc", "password_common"),
        ("an.de.vries@example.org", "password_own"),
        ("thuishaven2026", "password_own"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, code: str) -> None:
    with pytest.raises(AccessError) as error:
        Passwords(QUICK).check(password, "An de Vries", "an.de.vries@example.org")
    assert code == code_of(error)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=64))
def test_any_text_can_be_a_password(password: str) -> None:
    passwords = _PASSWORDS
    stored = passwords.hash(password)
    assert passwords.matches(stored, password)
    assert not passwords.matches(stored, password + "x")
    assert not passwords.matches(None, password)


_PASSWORDS = Passwords(QUICK)


def test_a_crowd_at_the_door_waits_and_is_asked_to_come_back() -> None:
    import dataclasses

    passwords = Passwords(dataclasses.replace(QUICK, hashes_at_once=1, hash_wait=0))
    inside, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with passwords._turn():
            inside.set()
            leave.wait()

    thread = threading.Thread(target=stay)
    thread.start()
    inside.wait()
    with pytest.raises(AccessError, match="too_busy"):
        passwords.hash(PASSWORD)
    leave.set()
    thread.join()
    assert passwords.matches(passwords.hash(PASSWORD), PASSWORD)


#: RFC 6238 appendix B: seconds since 1970, and the code for each digest.
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
SEEDS = {
    "sha1": b"1234567890" * 2,
    "sha256": b"1234567890" * 3 + b"12",
    "sha512": b"1234567890" * 6 + b"1234",
}


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), VECTORS)
def test_codes_are_those_of_the_standard(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    actual = [totp.code_at(SEEDS[name], seconds // totp.STEP, 8, name) for name in SEEDS]
    assert [sha1, sha256, sha512] == actual


def test_a_code_counts_a_step_early_or_late_and_once() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert 1 == totp.matching_step(secret, "287 082", 59)
    assert 1 == totp.matching_step(secret, "287082", 89)
    assert totp.matching_step(secret, "287082", 119) is None
    assert totp.matching_step(secret, "287082", 59, after=1) is None
    assert totp.matching_step(secret, "", 59) is None
