"""Sign-in by OpenID Connect, at a real provider that runs beside the tests."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providing import providing, signed_in_there
from thuishaven.access import (
    AccessError,
    Away,
    Browser,
    Claimed,
    Flow,
    Provider,
    Vault,
    claimed,
    enter,
    providers,
)
from thuishaven.access.oidc import national
from visitors import House

pytestmark = pytest.mark.slow
BACK = "http://127.0.0.1:8000/signed-in/test"
CLAIMS = {
    "subject": "sub",
    "email": "email",
    "name": "name",
    "number": "vo_orgcode",
    "organisation": "vo_orgnaam",
    "roles": "rol",
}
HIGH = "urn:example:high"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    folder = tmp_path_factory.mktemp("provider")
    roles = {"ben": ["Adviser:0403170701"], "cem": ["Other"]}
    with providing(folder, BACK, roles=roles, acr={"dirk": HIGH}) as issuer:
        yield Provider(
            "test",
            {"en": "Test"},
            issuer,
            "thuishaven",
            "hush",
            scopes=("openid", "profile", "email", "org"),
            claims=CLAIMS,
        )


def journey(provider: Provider, name: str, flow: Flow | None = None) -> Claimed:
    flow = flow or Flow((provider,))
    address, away = flow.start("test", BACK, "/nl/", "nl")
    return flow.finish(away, BACK, signed_in_there(address, name))


def code_of(work: Callable[[], Any]) -> str:
    with pytest.raises(AccessError) as error:
        work()
    return error.value.code


def test_somebody_signs_in_there_and_is_believed_here(provider: Provider) -> None:
    organisation = "Organisation 0403170701"
    expected = Claimed("an@0403170701", "0403170701", "an@example.org", "An", organisation)
    assert expected == replace(journey(provider, "an@0403170701"), acr="")


def test_roles_and_levels_of_assurance_decide(provider: Provider) -> None:
    named = replace(provider, roles={"Adviser": "adviser"})
    assert ("adviser",) == journey(named, "ben@0403170701").roles
    assert () == journey(named, "cem@0403170701").roles
    strict = replace(provider, acr=(HIGH,), acr_values=(HIGH,))
    assert HIGH == journey(strict, "dirk@0403170701").acr
    assert "acr_low" == code_of(lambda: journey(strict, "an@0403170701"))
    careful = replace(named, role_acr={"adviser": (HIGH,)})
    assert () == journey(careful, "ben@0403170701").roles


def test_going_back_or_coming_with_another_state_lets_nobody_in(provider: Provider) -> None:
    flow = Flow((provider,))
    address, away = flow.start("test", BACK, "", "nl")
    refused = signed_in_there(address, "nobody")
    assert "access_denied" == refused["error"]
    assert "provider_refused" == code_of(lambda: flow.finish(away, BACK, refused))
    address, away = flow.start("test", BACK, "", "nl")
    given = signed_in_there(address, "an@0403170701")
    assert "away_gone" == code_of(lambda: flow.finish(away, BACK, {**given, "state": "x"}))
    other = replace(away, verifier="x" * 43)
    assert "provider_silent" == code_of(lambda: flow.finish(other, BACK, given))


def test_a_code_works_once_and_for_its_nonce_and_issuer(provider: Provider) -> None:
    flow = Flow((provider,))
    address, away = flow.start("test", BACK, "", "nl")
    given = signed_in_there(address, "an@0403170701")
    assert provider.issuer == given["iss"]
    assert "token_wrong" == code_of(lambda: flow.finish(away, BACK, {**given, "iss": "https://x.example"}))
    assert "token_wrong" == code_of(lambda: flow.finish(replace(away, nonce="x"), BACK, given))
    assert "provider_silent" == code_of(lambda: flow.finish(away, BACK, given))


class Tampering(httpx.BaseTransport):
    """Passes on what a provider says, changed."""

    def __init__(self, change: Callable[[str, dict[str, Any]], Any]) -> None:
        self._inner = httpx.HTTPTransport()
        self._change = change
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        answer = self._inner.handle_request(request)
        found = json.loads(answer.read())
        answer.close()
        return httpx.Response(answer.status_code, json=self._change(request.url.path, found))

    def close(self) -> None:
        self._inner.close()


def changed(token: str, **values: Any) -> str:
    """A token with other claims, under the old signature."""
    head, body, sign = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | values
    return ".".join([head, base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("="), sign])


def unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{head}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda path, found: {**found, "id_token": changed(found["id_token"], sub="boss")}, "token_wrong"),
        (lambda path, found: {**found, "id_token": unsigned(found["id_token"])}, "token_wrong"),
        (lambda path, found: {**found, "id_token": "x"}, "token_wrong"),
        (lambda path, found: {**found, "id_token": None}, "token_wrong"),
        (lambda path, found: ["x"], "provider_silent"),
    ],
)
def test_a_token_that_was_altered_is_not_believed(
    provider: Provider, change: Callable[[str, Any], Any], code: str
) -> None:
    def only_tokens(path: str, found: Any) -> Any:
        return change(path, found) if path == "/token" else found

    flow = Flow((provider,), lambda: httpx.Client(transport=Tampering(only_tokens)))
    assert code == code_of(lambda: journey(provider, "an@0403170701", flow))


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_nothing_but_the_provider_is_asked(provider: Provider, name: str) -> None:
    way = Tampering(
        lambda path, found: {**found, name: "http://169.254.169.254/x"} if "well-known" in path else found
    )
    flow = Flow((provider,), lambda: httpx.Client(transport=way))
    assert "provider_elsewhere" == code_of(lambda: journey(provider, "an@0403170701", flow))
    assert not [address for address in way.asked if "169.254" in address]


def test_a_provider_that_is_another_or_absent_is_said_to_be(provider: Provider) -> None:
    way = Tampering(lambda path, found: {**found, "issuer": "https://other.example"})
    flow = Flow((provider,), lambda: httpx.Client(transport=way))
    assert "provider_elsewhere" == code_of(lambda: flow.start("test", BACK, "", "nl"))
    gone = Flow((replace(provider, issuer="http://127.0.0.1:9"),))
    assert "provider_silent" == code_of(lambda: gone.start("test", BACK, "", "nl"))
    assert "provider_unknown" == code_of(lambda: gone.start("other", BACK, "", "nl"))


def test_what_travels_in_the_cookie_is_sealed_and_ends() -> None:
    vault = Vault(bytes(32))
    away = Away("test", "s", "n", "v", "/nl/", "nl", 2**40)
    sealed = away.sealed(vault)
    assert "test" not in sealed
    assert away == Away.opened(vault, sealed)
    for text in ("", "x", sealed[:-4], sealed[:-4] + "AAAA", replace(away, until=1.0).sealed(vault)):
        assert "away_gone" == code_of(lambda text=text: Away.opened(vault, text))
    assert "away_gone" == code_of(lambda: Away.opened(Vault(bytes(31) + b"x"), sealed))


def test_the_number_of_a_person_is_refused_and_not_told(provider: Provider) -> None:
    told = {"sub": "an", "vo_orgcode": "85.07.30-033.28"}
    assert "claim_national" == code_of(lambda: claimed(provider, told))
    with pytest.raises(AccessError) as error:
        claimed(provider, {"sub": "111222333", "vo_orgcode": "0403170701"})
    assert ("claim_national", {}) == (error.value.code, error.value.params)


@given(st.integers(10**8, 10**9 - 1))
def test_nine_digits_are_a_bsn_when_eleven_divides_their_sum(number: int) -> None:
    digits = [int(sign) for sign in str(number)]
    total = sum((9 - place) * digit for place, digit in enumerate(digits[:8])) - digits[8]
    assert (total % 11 == 0) == national(str(number))


def test_claims_that_are_missing_or_not_allowed(provider: Provider) -> None:
    assert "claim_missing" == code_of(lambda: claimed(provider, {"sub": "an"}))
    assert "claim_missing" == code_of(lambda: claimed(provider, {"vo_orgcode": "0403170701"}))
    two = {"sub": "an", "vo_orgcode": ["0403170701", "OVO000001"]}
    assert "claim_missing" == code_of(lambda: claimed(provider, two))
    only = replace(provider, required={"vo_doelgroepcode": ("EA", "OV")})
    good = {"sub": "an", "vo_orgcode": "OVO000001", "vo_doelgroepcode": "EA"}
    assert "OVO000001" == claimed(only, good).number
    assert "claim_required" == code_of(lambda: claimed(only, {**good, "vo_doelgroepcode": "BUR"}))
    nested = replace(provider, claims={"subject": "sub", "number": "org.code"})
    assert "7" == claimed(nested, {"sub": "an", "org": {"code": 7}}).number


def test_one_person_for_two_organisations_is_two_accounts(house: House, provider: Provider) -> None:
    an = Claimed("sub-an", "0403170701", "an@example.org", "An", "Werf", ())
    first = enter(house.accounts, provider, an)
    again = enter(house.accounts, provider, an)
    other = enter(house.accounts, provider, replace(an, number="OVO000001", organisation="Stad"))
    assert first == again
    assert first.person != other.person
    assert first.organisation != other.organisation
    colleague = enter(house.accounts, provider, replace(an, subject="sub-ben", name="Ben"))
    assert first.organisation == colleague.organisation
    elsewhere = enter(house.accounts, replace(provider, issuer="https://other.example"), an)
    assert elsewhere.person != first.person
    assert elsewhere.organisation != first.organisation
    _token, actor = house.sessions.open_for(first.person, first.organisation, Browser(provider="test"))
    assert {"administrator", "company_user"} < actor.roles
    assert first.organisation == actor.organisation
    assert ("test",) == tuple(one.provider for one in house.sessions.list(actor))


def test_an_address_or_a_typed_number_leads_to_nobody_elses_account(house: House, provider: Provider) -> None:
    _token, mallory = house.person("an")
    typed = house.organisations.create(mallory, "Werf", "BEL", "0403170701")
    an = Claimed("sub-an", "0403170701", "an@example.org", "An", "Werf", ())
    entered = enter(house.accounts, provider, an)
    assert entered.person != mallory.person
    assert entered.organisation != typed.id
    with pytest.raises(AccessError, match="sign_in_refused"):
        house.sessions.sign_in("an@example.org", "")
    house.sessions.sign_in("an@example.org", "paars fietspad onder de brug")


def test_roles_of_the_provider_count_at_every_sign_in(house: House, provider: Provider) -> None:
    named = replace(provider, roles={"A": "adviser", "B": "administrator"})
    an = Claimed("sub-an", "0403170701", "", "", "Werf", ("adviser",))
    entered = enter(house.accounts, named, an)
    local = house.store.local("beheer")
    house.organisations.give(local, entered.person, entered.organisation, "coder")

    def held() -> set[str]:
        return set(dict(house.organisations.of_person(local, entered.person)).popitem()[1])

    assert {"adviser", "coder"} == held()
    enter(house.accounts, named, replace(an, roles=("administrator",)))
    assert {"administrator", "coder"} == held()
    events = len(house.store.events())
    enter(house.accounts, named, replace(an, roles=("administrator",)))
    assert events == len(house.store.events())
    house.accounts.set_state(local, entered.person, "disabled")
    assert "sign_in_refused" == code_of(lambda: enter(house.accounts, named, an))


def test_the_file_of_providers_is_read_and_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush\n")
    file = tmp_path / "providers.toml"
    file.write_text(
        """
[acm]
name = {nl = "Itsme of eID", en = "Itsme or eID"}
issuer = "https://authenticatie.example/op"
client_id = "haven"
client_secret_file = "secret"
scopes = ["openid", "profile", "vo"]
claims = {number = "vo_orgcode", organisation = "vo_orgnaam", roles = "haven_rol_3d"}
roles = {Adviseur = "adviser"}
required = {vo_doelgroepcode = ["EA", "OV"]}
role_acr = {adviser = "urn:high"}
country = "BEL"
"""
    )
    (found,) = providers(file, {})
    assert ("hush", "Itsme of eID", ("urn:high",)) == (
        found.secret,
        found.name("nl"),
        found.role_acr["adviser"],
    )
    assert "hush" not in repr(found)
    start = '[acm]\nissuer = "https://op.example"\nclient_id = "haven"\n'
    for wrong in (
        '[acm]\nissuer = "http://op.example"\nclient_id = "haven"',
        '[acm]\nissuer = "https://op.example"',
        start + 'claims = {number = "urn:etoegang:BSN"}',
        start + 'claims = {subject = "rrn"}',
        start + 'required = {rijksregisternummer = "1"}',
        start + 'roles = {A = "emperor"}',
        start + 'client_secret = "here"',
        start + "scopes = 7",
        start + 'client_secret_env = "ABSENT"',
        start + 'client_secret_file = "absent"',
        start + 'method = "guess"',
        "[A_B]\n",
        "x",
    ):
        file.write_text(wrong)
        assert "providers_wrong" == code_of(lambda: providers(file, {}))


def test_the_end_of_the_session_there_is_offered(provider: Provider) -> None:
    address = Flow((provider,)).farewell("test", "http://127.0.0.1:8000/")
    assert address.startswith(f"{provider.issuer}/session/end?client_id=thuishaven&")
