"""Coming in over the pages: registering, confirming, signing in, a forgotten password; on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from peopled import SITE, Town, peopled, sign_in, wrong

from databases import Clock
from thuishaven.databank import Database
from thuishaven.web.people_forms import place_after
from visitors import PASSWORD

OTHER = "vier houten stoelen buiten"
COOKIE = "__Host-thuishaven-session"


@pytest.fixture
def town(databank: Database, clock: Clock, tmp_path: Path) -> Iterator[Town]:
    with peopled(databank, clock, tmp_path) as found:
        yield found


def test_an_account_is_made_with_the_letter(town: Town) -> None:
    an = town.visitor()
    assert "An" not in an.see("/nl/")
    where = an.does("/nl/account/register", name="An", email="An@example.org")
    assert "Look in your mailbox" in an.see(where.replace("/nl/", "/en/"))
    letter = town.post.last("confirm")
    assert ("an@example.org", "nl") == (letter.to, letter.language)
    path = f"/en/account/confirm/{letter.token}"
    assert wrong(an.fill(path, password=PASSWORD, again="x").text)
    assert wrong(an.fill(path, password="kort", again="kort").text)
    assert "/en/account/sign-in?done=confirmed" == an.does(path, password=PASSWORD, again=PASSWORD)
    assert "used already" in an.fill(path, password=PASSWORD, again=PASSWORD).text
    assert "/en/account" == sign_in(an, "An")
    assert "An</span>" in an.see("/nl/")


def test_a_known_address_is_answered_as_an_unknown_one(town: Town) -> None:
    town.registered("An")
    answers = [
        town.visitor().fill("/en/account/register", name="An", email=f"{name}@example.org")
        for name in ("an", "ben")
    ]
    first, second = ((answer.status_code, answer.headers["location"], answer.content) for answer in answers)
    assert first == second
    assert ["confirm", "registered", "confirm"] == [letter.code for letter in town.post.letters]
    resets = [
        town.visitor().fill("/en/account/reset", email=f"{name}@example.org") for name in ("an", "nobody")
    ]
    first, second = ((answer.status_code, answer.headers["location"], answer.content) for answer in resets)
    assert first == second
    assert "an@example.org" == town.post.last("reset").to


def test_nobody_fills_a_mailbox_from_here(town: Town) -> None:
    for _time in range(5):
        town.visitor().does("/en/account/register", name="An", email="an@example.org")
    assert 3 == len(town.post.letters)


def test_wrong_unknown_locked_and_disabled_are_answered_alike(town: Town) -> None:
    for name in ("An", "Ben", "Cem"):
        town.registered(name)
    for _time in range(5):
        town.visitor().refused("/en/account/sign-in", email="an@example.org", password="no")
    actor = town.rooms.sessions.sign_in("ben@example.org", PASSWORD)[1]
    town.rooms.accounts.set_state(town.local(), actor.person, "disabled")
    found = {
        town.visitor().refused("/en/account/sign-in", email=f"{name}@example.org", password=word)
        for name, word in (("an", PASSWORD), ("ben", PASSWORD), ("cem", "no"), ("nobody", "no"))
    }
    assert 1 == len(found)
    assert "locked" == town.post.last("locked").code
    town.clock.pass_(hours=2)
    assert "/en/account" == sign_in(town.visitor(), "An")


def test_the_session_cookie_is_out_of_reach_and_new_at_every_sign_in(town: Town) -> None:
    an = town.registered("An")
    an.cookies.set(COOKIE, "planted", domain="reshore.example", path="/")
    answer = an.fill("/en/account/sign-in", email="an@example.org", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "planted" not in cookie
    for word in ("; HttpOnly", "; Secure", "; Path=/", "; SameSite=lax"):
        assert word in cookie
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie
    first = an.cookies[COOKIE]
    sign_in(an, "An")
    assert first != an.cookies[COOKIE]
    other = town.visitor()
    other.cookies.set(COOKIE, first)
    assert (
        "/en/account/sign-in?next=/en/account&ended=1"
        == other.get("/en/account", follow_redirects=False).headers["location"]
    )


def test_a_form_of_another_site_signs_nobody_in_or_out(town: Town) -> None:
    an = town.person("An")
    for path in ("/en/account/sign-in", "/en/account/sign-out", "/en/account/sessions/end-all"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert 403 == an.post(path, headers=headers).status_code
    assert "An</span>" in an.see("/en/account")


def test_a_forgotten_password_is_chosen_anew_and_ends_all_sessions(town: Town) -> None:
    an, elsewhere = town.person("An"), town.visitor()
    sign_in(elsewhere, "An")
    an.does("/fr/account/reset", email="an@example.org")
    token = town.post.last("reset").token
    town.visitor().does(f"/fr/account/reset/{token}", password=OTHER, again=OTHER)
    for someone in (an, elsewhere):
        someone.see("/en/account", 303)
    assert "changed" == town.post.letters[-1].code
    sign_in(an, "An", OTHER)
    assert "already" in an.see(f"/en/account/reset/{token}")


def test_who_was_signed_out_comes_back_where_it_was(town: Town) -> None:
    an = town.person("An")
    town.clock.pass_(hours=2)
    answer = an.get("/en/account/keys?x=1", follow_redirects=False)
    assert "/en/account/sign-in?next=/en/account/keys%3Fx%3D1&ended=1" == answer.headers["location"]
    page = an.see(answer.headers["location"])
    assert 'value="/en/account/keys?x=1"' in page
    fields = {"email": "an@example.org", "password": PASSWORD}
    assert "/en/account/keys?x=1" == an.does("/en/account/sign-in", next="/en/account/keys?x=1", **fields)


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example/nl", "/\\evil.example", "/nl\r\nX: y", "javascript:x", "nl", ""],
)
def test_signing_in_leads_to_our_own_pages_only(elsewhere: str) -> None:
    assert "/nl/account" == place_after(elsewhere, "nl")


def test_without_letters_it_says_that_accounts_are_made_by_invitation(
    databank: Database, clock: Clock, tmp_path: Path
) -> None:
    from thuishaven.access import NoSender
    from thuishaven.web.people import Rooms

    with peopled(databank, clock, tmp_path, operator="Werf") as town:
        town.app.state.rooms = Rooms.of(databank, NoSender())
        page = town.visitor().see("/en/account/register")
        assert "sends no letters" in page
        assert "Werf" in page
        assert '<form method="post" action="/en/account/register"' not in page
        town.visitor().does("/en/account/register", name="An", email="an@example.org")
        assert [] == town.databank.confidential.events(action="create", kind="person")


def test_letters_lead_to_pages_that_are_there(town: Town) -> None:
    from thuishaven.access import Post

    an = town.person("An")
    for code in ("registered", "locked", "changed"):
        letter = town.post.letters[0].__class__("an@example.org", "en", code)
        text = Post("x@example.org", SITE).message(letter).get_content()
        links = [word for word in text.split() if word.startswith(SITE)]
        assert 1 == len(links)
        assert 400 > an.get(links[0].removeprefix(SITE)).status_code
