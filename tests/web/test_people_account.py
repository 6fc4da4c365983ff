"""One's own account over the pages: second step, password, address, sessions, keys, record."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from peopled import Someone, Town, peopled, sign_in

from databases import Clock
from thuishaven.access import Vault, totp
from thuishaven.access.sealing import MARK
from thuishaven.access.tables import PERSON
from thuishaven.databank import Database
from visitors import PASSWORD

OTHER = "vier houten stoelen buiten"


@pytest.fixture
def town(databank: Database, clock: Clock, tmp_path: Path) -> Iterator[Town]:
    with peopled(databank, clock, tmp_path) as found:
        yield found


def secret_of(someone: Someone) -> str:
    found = re.search(
        r'<code class="secret"[^>]*>([A-Z2-7 ]+)</code>', someone.see("/en/account/second-step")
    )
    assert found is not None
    return found[1].replace(" ", "")


def code(town: Town, secret: str) -> str:
    import base64

    return totp.code_at(base64.b32decode(secret), int(town.clock().timestamp() // totp.STEP))


def with_second_step(town: Town, someone: Someone) -> tuple[str, list[str]]:
    someone.does("/en/account/second-step/start")
    secret = secret_of(someone)
    shown = someone.fill("/en/account/second-step/confirm", code=code(town, secret))
    codes = re.findall(r"<li><code>([0-9a-f]{16})</code></li>", shown.text)
    assert 10 == len(codes)
    return secret, codes


def test_the_second_step_is_asked_after_the_password(town: Town) -> None:
    an = town.person("An")
    an.does("/en/account/second-step/start")
    assert "<svg" in an.see("/en/account/second-step")
    assert "code" in an.refused("/en/account/second-step/confirm", code="000000").lower()
    secret, codes = with_second_step(town, an)
    assert codes[0] not in an.see("/en/account/second-step")
    town.clock.pass_(minutes=1)
    other = town.visitor()
    assert "/en/account/code?next=/en/account/keys" == other.does(
        "/en/account/sign-in", email="an@example.org", password=PASSWORD, next="/en/account/keys"
    )
    other.see("/en/account", 303)
    other.refused("/en/account/code", code="123456")
    assert "/en/account/keys" == other.does(
        "/en/account/code", code=code(town, secret), next="/en/account/keys"
    )
    assert "An</span>" in other.see("/en/account")
    third = town.visitor()
    assert "/en/account/code" == sign_in(third, "An")
    third.refused("/en/account/code", code=code(town, secret))
    third.does("/en/account/code", code=codes[0])
    fourth = town.visitor()
    sign_in(fourth, "An")
    fourth.refused("/en/account/code", code=codes[0])
    town.clock.pass_(minutes=6)
    assert "/en/account/sign-in?done=late" == fourth.does("/en/account/code", code=codes[1])
    an.refused("/en/account/second-step/stop", old="x")
    an.does("/en/account/second-step/stop", old=PASSWORD)
    assert "/en/account" == sign_in(town.visitor(), "An")


def test_wrong_codes_lock_the_account_as_wrong_passwords_do(town: Town) -> None:
    an = town.person("An")
    secret, _codes = with_second_step(town, an)
    town.clock.pass_(minutes=1)
    other = town.visitor()
    sign_in(other, "An")
    for _time in range(5):
        other.refused("/en/account/code", code="000000")
    other.refused("/en/account/code", code=code(town, secret))
    assert "an@example.org" == town.post.last("locked").to


def test_a_password_that_changed_meanwhile_ends_the_second_step(town: Town) -> None:
    an = town.person("An")
    secret, _codes = with_second_step(town, an)
    town.clock.pass_(minutes=1)
    other = town.visitor()
    sign_in(other, "An")
    an.does("/en/account/settings/password", old=PASSWORD, password=OTHER, again=OTHER)
    assert "/en/account/sign-in?done=late" == other.does("/en/account/code", code=code(town, secret))


def test_the_secret_of_an_app_is_sealed_and_older_ones_are_too(town: Town, tmp_path: Path) -> None:
    import sqlalchemy as sa

    from thuishaven.access import Accounts
    from visitors import QUICK

    def stored() -> str:
        with town.databank.confidential.read() as connection:
            return str(connection.execute(sa.select(PERSON.c.totp_secret)).scalar_one())

    an = town.person("An")
    secret, _codes = with_second_step(town, an)
    assert stored() == secret
    vault = Vault.at(tmp_path / "keys" / "secrets.key")
    accounts = Accounts(town.databank.confidential, town.post, QUICK, vault)
    assert (1, 0) == (accounts.seal_secrets(), accounts.seal_secrets())
    assert stored().startswith(MARK)
    assert secret not in stored()
    town.rooms.accounts.vault = Vault.at(tmp_path / "keys" / "secrets.key")
    town.clock.pass_(minutes=1)
    other = town.visitor()
    sign_in(other, "An")
    other.does("/en/account/code", code=code(town, secret))
    town.rooms.accounts.vault = Vault(bytes(32))
    town.clock.pass_(minutes=1)
    third = town.visitor()
    sign_in(third, "An")
    third.refused("/en/account/code", code=code(town, secret))
    assert 0o600 == (tmp_path / "keys" / "secrets.key").stat().st_mode & 0o777


@pytest.mark.parametrize("ends", [False, True])
def test_a_new_password_ends_sessions_and_keys_where_asked(town: Town, ends: bool) -> None:
    an, token = keyed(town)
    asked = {"keys": "1"} if ends else {}
    assert an.refused("/en/account/settings/password", old="x", password=OTHER, again=OTHER)
    an.does("/en/account/settings/password", old=PASSWORD, password=OTHER, again=OTHER, **asked)
    an.see("/en/account", 303)
    answer = town.visitor().get("/api/v1/health", headers={"Authorization": f"Bearer {token}"})
    assert (401 == answer.status_code) == ends


def keyed(town: Town) -> tuple[Someone, str]:
    """Somebody with an organisation, and a key."""
    an = town.person("An")
    an.does("/en/account/organisations", name="Werf", country="BEL", number="")
    shown = an.fill("/en/account/keys", name="Planning", scope=["read", "share"], days="30").text
    found = re.search(r">(thuishaven_[^<]+)</code>", shown)
    assert found is not None
    return an, found[1]


def test_a_key_is_shown_once_and_stops_at_once(town: Town) -> None:
    an, token = keyed(town)
    page = an.see("/en/account/keys")
    assert token not in page
    assert "Planning" in page
    assert "Share dossiers, and end shares" in page
    api = town.visitor()
    header = {"Authorization": f"Bearer {token}"}
    assert 401 != api.get("/api/v1/health", headers=header).status_code
    key = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert key is not None
    an.does("/en/account/keys/revoke", key=key[1])
    answer = api.get("/api/v1/health", headers=header)
    assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])
    assert "Planning" in an.see("/en/account/keys")
    assert an.refused("/en/account/keys", name="x", scope=["read"], days="366")
    assert an.refused("/en/account/keys", name="x", scope=["read"], days="9" * 8)
    assert an.refused("/en/account/keys", name="x", scope=[], days="3")
    assert an.refused("/en/account/keys", name="", scope=["read"], days="3")


def test_nobody_ends_anothers_session_or_key(town: Town) -> None:
    an, _token = keyed(town)
    key = re.search(r'name="key" value="([0-9a-f]+)"', an.see("/en/account/keys"))
    assert key is not None
    other = town.visitor()
    sign_in(other, "An")
    session = re.search(r'name="session" value="([0-9a-f]+)"', an.see("/en/account/sessions"))
    assert session is not None
    mallory = town.person("Mallory")
    assert 404 == mallory.fill("/en/account/keys/revoke", key=key[1]).status_code
    assert 404 == mallory.fill("/en/account/sessions/end", session=session[1]).status_code
    an.does("/en/account/sessions/end", session=session[1])
    other.see("/en/account", 303)
    an.does("/en/account/sessions/end-all")
    an.see("/en/account", 303)


def test_sessions_say_where_and_with_what(town: Town) -> None:
    an = town.registered("An")
    an.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(an, "An")
    page = an.see("/en/account/sessions")
    assert "Firefox, Windows" in page
    assert "127.0.0.1" in page


def test_another_address_is_used_after_its_letter_was_opened(town: Town) -> None:
    an = town.person("An")
    assert an.refused("/en/account/settings/email", email="an@other.example", old="x")
    assert an.refused("/en/account/settings/email", email="an", old=PASSWORD)
    an.does("/en/account/settings/email", email="an@other.example", old=PASSWORD)
    letter = town.post.last("email")
    assert "an@other.example" == letter.to
    path = f"/en/account/email/{letter.token}"
    before = an.see("/en/account/settings")
    an.see(path)
    assert before == an.see("/en/account/settings")
    assert "/en/account/settings?done=moved" == an.does(path)
    assert "an@example.org" == town.post.last("moved").to
    assert "an@other.example" in an.see("/en/account/settings")
    assert "used already" in html.unescape(an.see(path))


def test_name_and_language_are_kept(town: Town) -> None:
    an = town.person("An")
    an.does("/en/account/settings", name="An <b>Peeters</b>", language="fr")
    page = an.see("/en/account/settings")
    assert "An &lt;b&gt;Peeters&lt;/b&gt;" in page
    assert '<option value="fr" selected>' in page
    assert an.refused("/en/account/settings", name="", language="fr")
    assert an.refused("/en/account/settings", name="An", language="de")


def test_the_record_is_complete_and_holds_no_secret(town: Town) -> None:
    an, token = keyed(town)
    answer = an.get("/en/account/data.json")
    assert "attachment" in answer.headers["content-disposition"]
    found = json.loads(answer.text)
    assert "an@example.org" == found["person"]["email"]
    assert ["Planning"] == [key["name"] for key in found["keys"]]
    assert 1 <= len(found["sessions"])
    assert not {"password", "totp_secret", "token_hash"} & set(re.findall(r'"(\w+)":', answer.text))
    assert token not in answer.text


def test_an_erased_account_is_gone_at_once(town: Town) -> None:
    an, token = keyed(town)
    assert "only one in" in an.see("/en/account/erase")
    assert an.refused("/en/account/erase", old="x")
    assert "/en/account/sign-in?done=erased" == an.does("/en/account/erase", old=PASSWORD)
    an.see("/en/account", 303)
    town.visitor().refused("/en/account/sign-in", email="an@example.org", password=PASSWORD)
    answer = town.visitor().get("/api/v1/health", headers={"Authorization": f"Bearer {token}"})
    assert 401 == answer.status_code
    assert all(audit.sound for audit in town.databank.audit())


def test_pages_of_an_account_are_kept_by_no_cache(town: Town) -> None:
    an = town.person("An")
    for path in ("", "/settings", "/second-step", "/sessions", "/keys", "/data.json"):
        assert "no-store" == an.get(f"/en/account{path}").headers["cache-control"]


def test_letters_leave_after_the_answer_and_again_when_that_fails() -> None:
    from thuishaven.access import Letter, Outbox

    class Shaky:
        def __init__(self) -> None:
            self.sent: list[str] = []
            self.fails = 2

        def send(self, letter: Letter) -> None:
            if self.fails:
                self.fails -= 1
                raise ConnectionError(f"no letters for {letter.to}")
            self.sent.append(letter.to)

    shaky = Shaky()
    outbox = Outbox(shaky, first_wait=0.01)
    outbox.send(Letter("an@example.org", "nl", "locked"))
    assert outbox.settle()
    until = time.monotonic() + 20
    while outbox.waiting and time.monotonic() < until:
        outbox.settle(0.05)
        time.sleep(0.01)
    assert ["an@example.org"] == shaky.sent
    assert [("locked", "ConnectionError", False)] * 2 == [
        (one.code, one.reason, one.final) for one in outbox.failures
    ]
    assert 1 == outbox.sent
    outbox.close()
